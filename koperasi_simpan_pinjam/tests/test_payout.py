from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import KoperasiCase

PIN = "140785"


@tagged("post_install", "-at_install")
class TestPayout(KoperasiCase):
    """Siti has 3.000.000; Dewi, the teller, may pay out 500.000 in a session, an account 1.000.000 a day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = cls.open_session()
        cls.siti = cls.new_member("Siti Aminah")
        cls.savings = cls.account(cls.siti, "sukarela")
        cls.deposit(cls.savings, 3000000, cls.session)
        cls.company.koperasi_payout_limit = 500000
        cls.product = cls.savings.sudo().product_id
        cls.product.withdrawal_limit = 1000000
        for user in (cls.bendahara, cls.ketua, cls.pengawas):
            user.with_user(user).koperasi_pin = PIN

    def visit(self, amount, key="laci", user=None, **secret):
        draft = {
            "key": key,
            "company_id": self.company.id,
            "member_id": self.siti.id,
            "cash_given": 0,
            "money_in": [],
            "money_out": [(self.savings.id, False, False, amount)],
        }
        return self.as_user(user or self.petugas, self.env["koperasi.counter"]).receive(draft, **secret)

    def withdrawal(self, amount, user=None, **vals):
        return self.as_user(user or self.petugas, self.env["koperasi.savings.operation"]).create(
            {"savings_id": self.savings.id, "operation": "withdraw", "amount": amount, **vals}
        )

    def payment(self, amount, user=None, **vals):
        purpose = self.env.ref(f"account.{self.company.id}_koperasi_purpose_supplies")
        return self.as_user(user or self.petugas, self.env["koperasi.cash.entry"]).create(
            {"purpose_id": purpose.id, "direction": "out", "amount": amount, **vals}
        )

    def requests(self, user=None):
        return self.as_user(user or self.ketua, self.env["koperasi.payout.request"]).search([])

    def page(self, user):
        return self.as_user(user, self.env["koperasi.home"]).with_company(self.company).get_page()

    def voucher(self, form):
        return self.env["koperasi.transaction"].browse(form.action_confirm()["res_id"])

    # === AT THE COUNTER === #

    def test_the_chair_at_the_counter(self):
        self.assertNotIn("refusal", self.visit(500000, "satu"))
        self.assertIn("Ask the treasurer or the chair", self.visit(1)["refusal"])
        for user in (self.pengawas, self.sekretaris, self.petugas):
            self.assertIn("can't decide", self.visit(1, approver_id=user.id, pin=PIN)["refusal"])
        self.assertIn("numbers", self.visit(1, approver_id=self.ketua.id, pin=PIN))
        self.assertBooksAgree()

    def test_above_the_accounts_limit_of_a_day(self):
        """Her yes to 1.200.000 is an approved request of the day; 1 more needs another."""
        self.assertIn("of the limit of a day Rp 1.000.000 is left", self.visit(1200000)["refusal"])
        self.assertIn("numbers", self.visit(1200000, approver_id=self.ketua.id, pin=PIN))
        request = self.env["koperasi.withdrawal.request"].search([("savings_id", "=", self.savings.id)])
        self.assertEqual(
            (request.amount, request.state, request.requested_by_id, request.decided_by_id),
            (1200000, "approved", self.petugas, self.ketua),
        )
        self.assertIn("Rp 0 is left", self.visit(1, "dua")["refusal"])
        self.assertIn("numbers", self.visit(1, "dua", approver_id=self.bendahara.id, pin=PIN))
        self.assertEqual((request.amount, request.decided_by_id), (1200001, self.bendahara))
        self.assertBooksAgree()

    def test_what_is_announced_is_not_allowed_at_the_counter(self):
        self.product.withdrawal_notice_days = 2
        with self.assertRaisesRegex(UserError, "limit of a day"):
            self.visit(1200000, approver_id=self.ketua.id, pin=PIN)

    def test_nobody_says_yes_to_her_own(self):
        self.ketua.partner_id = self.siti.partner_id
        self.assertIn("her own", self.visit(600000, approver_id=self.ketua.id, pin=PIN)["refusal"])
        self.visit(600000, ask=True)
        with self.assertRaisesRegex(UserError, "her own"):
            self.requests().action_approve()
        form = self.withdrawal(600000, approver_id=self.ketua.id)
        form.pin = PIN
        with self.assertRaisesRegex(UserError, "her own"):
            form.action_confirm()

    # === FROM THE CHAIR'S PHONE === #

    def test_asked_at_the_counter_and_approved_by_phone(self):
        self.assertFalse(self.visit(1200000)["asked"])
        self.assertTrue(self.visit(1200000, ask=True)["asked"])
        self.assertTrue(self.visit(1200000, ask=True)["asked"])  # asked once
        [row] = self.page(self.ketua)["approvals"]
        self.assertEqual(row["amount"], "Rp 1.200.000")
        self.assertIn("Siti Aminah", row["name"])
        self.assertIn("Dewi", row["asked"])
        self.assertEqual(self.page(self.petugas)["approvals"], [])
        self.as_user(self.ketua, self.env[row["model"]].browse(row["id"])).action_approve()
        self.assertEqual(self.page(self.ketua)["approvals"], [])
        self.assertIn("refusal", self.visit(1200001, "lain"))  # not what she read
        result = self.visit(1200000)
        voucher = self.env["koperasi.transaction"].browse(result["print"]["context"]["active_ids"])
        self.assertEqual((voucher.amount, voucher.approver_id), (1200000, self.ketua))
        self.assertEqual(self.visit(1200000)["numbers"], result["numbers"])  # sent again
        self.assertIn("refusal", self.visit(1200000, "baru"))  # her yes counted once
        self.assertBooksAgree()

    def test_refused_by_phone(self):
        self.visit(600000, ask=True)
        self.requests(self.bendahara).action_refuse()
        result = self.visit(600000)
        self.assertEqual((result["asked"], self.requests().state), (False, "refused"))
        with self.assertRaisesRegex(UserError, "decided on already"):
            self.requests().action_approve()

    def test_a_yes_is_for_that_day_and_that_teller(self):
        self.visit(600000, ask=True)
        with freeze_time("2026-11-25 03:00:00"):
            self.assertEqual(self.page(self.ketua)["approvals"], [])
            with self.assertRaisesRegex(UserError, "another day"):
                self.requests().action_approve()
        self.requests().action_approve()
        other = self._new_person("lina", petugas=self.company)
        self.open_session(other, "KAS")
        self.assertFalse(self.env["koperasi.payout.request"].with_user(other)._of(self.company, ["x"]))
        with freeze_time("2026-11-25 03:00:00"):
            self.assertIn("refusal", self.visit(600000))

    def test_who_asks_does_not_decide(self):
        both = self._new_person("dua", petugas=self.company, ketua=self.company)
        self.session.sudo()._set(user_id=both.id)
        self.visit(600000, user=both, ask=True)
        self.assertEqual(self.page(both)["approvals"], [])
        with self.assertRaisesRegex(UserError, "second person"):
            self.requests(both).action_approve()

    def test_guards(self):
        self.visit(600000, ask=True)
        request = self.requests()
        for user in (self.petugas, self.pengawas):
            with self.assertRaises(AccessError):
                self.as_user(user, request).action_approve()
        for act in (
            lambda: request.sudo().write({"state": "approved"}),
            lambda: request.sudo().unlink(),
            lambda: request.sudo().create({"name": "x"}),
        ):
            with self.assertRaises(UserError):
                act()

    def test_large_withdrawals_asked_for_before_are_there_too(self):
        self.as_user(self.petugas, self.env["koperasi.withdrawal.request"]).create(
            {"savings_id": self.savings.id, "amount": 2000000}
        )
        [row] = self.page(self.ketua)["approvals"]
        self.assertEqual((row["model"], row["amount"]), ("koperasi.withdrawal.request", "Rp 2.000.000"))

    # === ON THE FORMS === #

    def test_withdrawal_on_the_account(self):
        self.assertFalse(self.withdrawal(500000).needs_approval)
        form = self.withdrawal(500001)
        self.assertTrue(form.needs_approval)
        with self.assertRaisesRegex(UserError, "Ask the treasurer"), self.cr.savepoint():
            form.action_confirm()
        form.approver_id = self.ketua
        form.pin = PIN
        self.assertEqual(self.voucher(form).approver_id, self.ketua)
        form = self.withdrawal(1200000)
        form.action_ask()
        self.assertEqual(form.request_state, "requested")
        with self.assertRaises(UserError), self.cr.savepoint():
            form.action_confirm()
        self.requests().action_approve()
        form.invalidate_recordset()
        self.assertEqual(form.request_state, "approved")
        voucher = self.voucher(form)
        self.assertEqual((voucher.amount, voucher.approver_id), (1200000, self.ketua))
        self.assertEqual(self.voucher(form), voucher)
        self.assertBooksAgree()

    def test_general_payment(self):
        """Above the teller's limit 500.000, or the purpose's 100.000."""
        form = self.payment(500001, party="Toko Jaya")
        self.assertTrue(form.needs_approval)
        with self.assertRaisesRegex(UserError, "Ask the treasurer"), self.cr.savepoint():
            form.action_confirm()
        form.action_ask()
        [row] = self.page(self.bendahara)["approvals"]
        self.assertIn("Toko Jaya", row["name"])
        self.requests(self.bendahara).action_approve()
        form.invalidate_recordset()
        voucher = self.voucher(form)
        self.assertEqual((voucher.amount, voucher.approver_id), (500001, self.bendahara))
        self.assertEqual(self.voucher(form), voucher)
        self.env.ref(f"account.{self.company.id}_koperasi_purpose_supplies").approval_limit = 100000
        form = self.payment(100001, self.bendahara)
        self.assertTrue(form.needs_approval)
        form.action_ask()
        with self.assertRaisesRegex(UserError, "second person"), self.cr.savepoint():
            self.requests(self.bendahara).filtered(lambda request: request.state == "requested").action_approve()
        self.assertBooksAgree()
