import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .test_loan import LoanCase


@tagged("post_install", "-at_install")
class TestLoanSimulation(LoanCase):
    def test_tv_lpea(self):
        """TV-LPEA, 4.5: 1.000.000 in 10 months: 110.000 each, 21,26 %; the moneylender takes 900.000 more."""
        found = self.product._simulate(1000000, 10)
        self.assertEqual(
            (found["installment"], found["fee"], found["total"]), ("Rp 110.000", "Rp 100.000", "Rp 1.100.000")
        )
        self.assertEqual(
            (found["effective_rate"], found["lender_fee"], found["benefit"]), ("21,26", "Rp 1.000.000", "Rp 900.000")
        )
        self.assertEqual(found["saved_later"], "Rp 50.000")  # half of the service fee becomes savings
        self.assertEqual(len(found["rows"]), 10)

    def test_weeks(self):
        """52 weeks are 12 months: 10 % of 520.000 for each are 624.000; 26 weeks half of it."""
        product = self.new_product(rate=12, rate_basis="year", periods=52, period_unit="week")
        self.assertEqual(product._simulate(520000, 52)["lender_fee"], "Rp 624.000")
        self.assertEqual(product._simulate(520000, 26)["lender_fee"], "Rp 312.000")

    def test_refused_figures(self):
        self.product.sudo().maximum_amount = 2000000
        for amount, periods, message in (
            (2000001, 10, "lends from"),
            (0, 10, "Enter the amount"),
            (1000, 0, "at least one"),
            (1000, 1041, "at most 1040"),
        ):
            with self.assertRaisesRegex(UserError, message):
                self.product._simulate(amount, periods)

    def test_form_and_application(self):
        form = Form(self.as_user(self.petugas, self.env["koperasi.loan.simulation"]))
        self.assertEqual((form.product_id, form.periods), (self.product, 10))
        form.amount = 500000
        self.assertIn("Rp 55.000", str(form.result))
        form.amount = 0
        self.assertIn("Enter the amount", str(form.result))
        form.amount = 500000
        form.member_id = self.siti
        wizard = form.save()
        action = wizard.action_apply()
        application = Form(self.as_user(self.petugas, self.env["koperasi.loan"]).with_context(**action["context"]))
        self.assertEqual((application.amount, application.member_id), (500000, self.siti))
        self.assertIn("Rp%20450.000", wizard.action_whatsapp()["url"])  # 500.000 less 50.000


@tagged("post_install", "-at_install")
class TestPublicSimulation(HttpCase, LoanCase):
    """Anybody tries a loan out; a member asks for it, for herself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            "siti",
            "base.group_portal",
            partner_id=cls.siti.partner_id.id,
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.session = None  # the name is the browser's here

    def page(self, **figures):
        figures = {"product_id": self.product.id, "amount": "1.000.000", "periods": 10, **figures}
        answer = self.url_open("/koperasi/simulasi?" + "&".join(f"{name}={value}" for name, value in figures.items()))
        self.assertEqual(answer.status_code, 200)
        return answer.text

    def test_anybody(self):
        self.assertIn("Rp 900.000", self.page())
        self.assertIn("1.000.000", self.url_open("/koperasi/simulasi").text)
        for broken in (
            {"amount": "nonsense"},
            {"amount": "9" * 40},
            {"periods": "-1"},
            {"periods": "9" * 12},
            {"product_id": 999999999},
        ):
            self.assertIn("alert-warning", self.page(**broken))

    def test_hidden_product(self):
        self.product.sudo().is_public = False
        text = self.page()
        self.assertNotIn("Rp 900.000", text)
        self.assertNotIn(self.product.name, text)

    def apply(self, **vals):
        token = re.search(r'csrf_token" value="([^"]+)"', self.page())
        vals = {
            "product_id": self.product.id,
            "amount": "1000000",
            "periods": 10,
            "purpose": "productive",
            "note": "Modal",
            **vals,
        }
        return self.url_open("/my/koperasi/apply", data={"csrf_token": token[1], **vals})

    def test_member_asks(self):
        self.authenticate("siti", "siti")
        answer = self.apply(member_id=self.siti.id)
        loan = self.siti.sudo().loan_ids
        self.assertIn(loan.number, answer.text)
        self.assertEqual((loan.state, loan.amount, loan.periods, loan.is_online), ("draft", 1000000, 10, True))
        self.assertTrue(loan.check_ids)
        self.assertIn("waits already", self.apply(member_id=self.siti.id).text)
        self.assertEqual(len(self.siti.sudo().loan_ids), 1)

    def test_for_nobody_else(self):
        self.authenticate("siti", "siti")
        self.apply(member_id=self.rich.id)
        self.assertFalse(self.rich.sudo().loan_ids)
        with self.assertRaises(AccessError):
            self.rich.with_user(self.user)._apply_online(self.product.id, 1000000, 10, "productive", "")

    def test_not_without_login(self):
        with mute_logger("odoo.http"):
            self.url_open(
                "/my/koperasi/apply",
                data={"member_id": self.siti.id, "product_id": self.product.id, "amount": 1000000, "periods": 10},
            )
        self.assertFalse(self.siti.sudo().loan_ids)
