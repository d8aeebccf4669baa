import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import KoperasiCase


@tagged("post_install", "-at_install")
class TestPortal(KoperasiCase, HttpCase):
    """Siti on her phone sees what is hers, and nothing of Aminah's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        vault = cls.open_session(cls.bendahara, "KAS")
        cls.siti, cls.aminah = (cls.new_member(name) for name in ("Siti Aminah", "Aminah Hasan"))
        for member, amount in ((cls.siti, 150000), (cls.aminah, 7000000)):
            cls.deposit(cls.account(member, "pokok"), 100000, vault)
            cls.deposit(cls.account(member, "sukarela"), amount, vault)
            cls.as_user(cls.ketua, member).action_approve()
        cls.loan = cls.as_user(cls.petugas, cls.env["koperasi.loan"]).create(
            {
                "member_id": cls.siti.id,
                "amount": 1000000,
                "product_id": cls.env.ref(f"account.{cls.company.id}_koperasi_loan_product_warga").id,
            }
        )
        cls.loan.action_submit()
        cls.as_user(cls.ketua, cls.loan).action_approve()
        cls.as_user(cls.bendahara, cls.loan)._disburse(vault.sudo().journal_id, vault.date, session=vault)
        cls.user = new_test_user(
            cls.env,
            "siti",
            "base.group_portal",
            partner_id=cls.siti.partner_id.id,
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def test_page(self):
        self.authenticate("siti", "siti")
        page = self.url_open("/my/koperasi")
        self.assertEqual(page.status_code, 200)
        text = page.text.replace(",", ".")  # the browser's language, not hers, chooses between 1,000 and 1.000
        for hers in (self.siti.number, "250.000", "1.000.000", "110.000", self.loan.number, "20.000"):
            self.assertIn(hers, text)
        for others in (self.aminah.number, "7.000.000", "7.100.000"):
            self.assertNotIn(others, text)

    def test_page_after_the_payoff(self):
        """In the first month with the service fee of that month: 1.010.000."""
        self.as_user(self.petugas, self.loan)._pay_off(1010000, self.open_session(self.petugas, "KL1"))
        self.assertEqual(self.loan.state, "paid")
        self.env.invalidate_all()
        self.assertEqual(self.loan.with_user(self.user).mapped("installment_ids.state"), ["paid", *["settled"] * 9])
        self.authenticate("siti", "siti")
        self.assertEqual(self.url_open("/my/koperasi").status_code, 200)

    def test_nothing_of_others(self):
        for record in (
            self.aminah,
            self.aminah.savings_ids[0],
            self.aminah.savings_ids.line_ids[0],
        ):
            with self.assertRaises(AccessError):
                record.with_user(self.user).read(["display_name"])
        self.assertEqual(self.env["koperasi.loan"].with_user(self.user).search([]), self.loan)
        for record, field in ((self.siti, "nik"), (self.loan, "loanable_amount"), (self.loan, "decision_note")):
            with self.assertRaises(AccessError):
                record.with_user(self.user).read([field])
        with self.assertRaises(AccessError):
            self.siti.with_user(self.user).write({"rt": "01"})

    def test_a_stranger_is_told_what_to_do(self):
        new_test_user(self.env, "tamu", "base.group_portal")
        self.authenticate("tamu", "tamu")
        self.assertIn("o_koperasi_no_member", self.url_open("/my/koperasi").text)

    def apply(self, member):
        return self.as_user(self.petugas, self.env["koperasi.loan"]).create(
            {
                "member_id": member.id,
                "amount": 500000,
                "product_id": self.loan.product_id.id,
                "purpose_note": "Bibit TOGA",
            }
        )

    def withdraw_on_portal(self, loan):
        token = re.search(
            r'name="csrf_token" value="([^"]+)"',
            self.url_open("/koperasi/simulasi?product_id=%d&amount=1000000&periods=10" % self.loan.product_id.id).text,
        )
        return self.url_open("/my/koperasi/withdraw", data={"csrf_token": token[1], "loan_id": loan.id})

    def test_her_applications(self):
        """How far it is and for whom it waits, no officer's name; her own she takes back until it is decided."""
        loan, others = self.apply(self.siti), self.apply(self.aminah)
        self.authenticate("siti", "siti")
        page = self.url_open("/my/koperasi").text
        self.assertIn("Waits for a teller", page)
        self.assertIn(loan.number, page)
        self.assertNotIn(others.number, page)
        loan.action_submit()
        page = self.url_open("/my/koperasi").text
        self.assertIn("Waits for the chair.", page)
        self.assertNotIn("Ratna", page)
        self.assertEqual(self.withdraw_on_portal(others).status_code, 404)
        self.assertEqual(others.state, "draft")
        self.withdraw_on_portal(loan)
        self.assertEqual(loan.state, "cancelled")
        self.assertIn("Withdrawn.", self.url_open("/my/koperasi").text)

    def test_decided_meanwhile(self):
        loan = self.apply(self.siti)
        loan.action_submit()
        self.as_user(self.ketua, loan).action_approve()
        with self.assertRaises(UserError):
            loan.with_user(self.user)._withdraw_online()
        with self.assertRaises(AccessError):
            self.apply(self.aminah).with_user(self.user)._withdraw_online()
        self.authenticate("siti", "siti")
        self.withdraw_on_portal(loan)
        self.assertEqual(loan.state, "approved")
        self.assertIn("Waits for the treasurer", self.url_open("/my/koperasi").text)
