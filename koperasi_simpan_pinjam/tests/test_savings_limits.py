from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import TODAY, KoperasiCase

LEBARAN = date(2027, 3, 10)


@tagged("post_install", "-at_install")
class TestSavingsLimits(KoperasiCase):
    """Opening date, holds, limits of a day and of a balance (docs/domain.md 5.1, 5.5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = cls.open_session(cls.bendahara, "KAS")
        cls.member = cls.new_member("Siti")
        cls.savings = cls.account(cls.member, "sukarela")
        cls.product = cls.savings.sudo().product_id
        cls.deposit(cls.savings, 1000000, cls.session)

    # === OPENING DATE === #

    def _holiday(self, **vals):
        product = self.env.ref(f"account.{self.company.id}_koperasi_product_holiday")
        product.write({"active": True, "date_withdrawable": LEBARAN, **vals})
        account = self.as_user(self.petugas, self.env["koperasi.savings.account"]).create(
            {"product_id": product.id, "member_id": self.member.id}
        )
        self.deposit(account, 100000, self.session)
        return account

    def test_special_products_wait_with_their_accounts(self):
        for name, account, label in (
            ("holiday", "2103", "Simpanan Hari Raya"),
            ("education", "2104", "Simpanan Pendidikan"),
        ):
            product = self.env.ref(f"account.{self.company.id}_koperasi_product_{name}")
            self.assertFalse(product.active)
            self.assertEqual(product.account_id, self.env.ref(f"account.{self.company.id}_koperasi_{account}"))
            self.assertEqual(product.with_context(lang="id_ID").name, label)

    def test_refused_before_the_opening_date_with_the_date(self):
        account = self._holiday()
        with self.assertRaisesRegex(UserError, "can be withdrawn from 03/10/2027"):
            self.withdraw(account, 1000, self.session)
        self.assertEqual(account.available_amount, 0)
        with freeze_time("2027-03-10 03:00:00"):
            session = self.open_session(self.bendahara, "KAS", day=LEBARAN)
            self.withdraw(account, 100000, session)
        self.assertBooksAgree()

    def test_a_fee_before_the_opening_date(self):
        account = self._holiday(early_withdrawal="fee", early_fee_percent=1)
        # 99.010 and 1 % of it, 990, leave nothing.
        self.assertEqual(account.available_amount, 99010)
        with self.assertRaisesRegex(UserError, "is less than"):
            self.withdraw(account, 99011, self.session)
        voucher = self.withdraw(account, 99010, self.session)
        self.assertEqual((voucher.amount, account.balance), (99010, 0))
        fee = voucher.line_ids.filtered(lambda line: not line.savings_id)
        self.assertEqual((fee.account_id, fee.amount), (self.company.koperasi_savings_fee_account_id, 990))
        self.assertBooksAgree()

    def test_an_own_date_is_never_before_the_products_and_only_moves_later(self):
        account = self._holiday()
        account.date_goal = date(2027, 1, 1)
        self.assertEqual(account.date_withdrawable, LEBARAN)
        account.date_goal = date(2027, 7, 1)
        self.assertEqual(account.date_withdrawable, date(2027, 7, 1))
        for earlier in (date(2027, 6, 30), False):
            with self.assertRaisesRegex(UserError, "later day"):
                account.date_goal = earlier

    def test_goal(self):
        account = self._holiday()
        account.target_amount = 400000
        self.assertEqual(account.target_progress, 25)

    # === HOLDS === #

    def _hold(self, amount, account=None, user=None):
        return self.as_user(user or self.bendahara, self.env["koperasi.savings.hold"]).create(
            {"savings_id": (account or self.savings).id, "amount": amount, "reason": "collateral"}
        )

    def test_what_is_held_stays(self):
        self.product.minimum_balance = 10000
        hold = self._hold(600000)
        self.assertEqual((self.savings.held_amount, self.savings.available_amount), (600000, 390000))
        with self.assertRaisesRegex(UserError, "Rp 610.000 to be left"):
            self.withdraw(self.savings, 390001, self.session)
        self.withdraw(self.savings, 390000, self.session)
        with self.assertRaisesRegex(UserError, "second person"):
            hold.action_release()
        self.as_user(self.ketua, hold).action_release()
        self.withdraw(self.savings, 600000, self.session)
        self.assertEqual(self.savings.balance, 10000)
        with self.assertRaisesRegex(UserError, "released already"):
            self.as_user(self.ketua, hold).action_release()
        self.assertBooksAgree()

    def test_no_more_is_held_than_is_there(self):
        self._hold(600000)
        with self.assertRaisesRegex(UserError, "only Rp 400.000 is still free"), self.cr.savepoint():
            self._hold(400001)
        self._hold(400000)

    def test_a_deposit_that_is_held_cannot_be_taken_back(self):
        receipt = self.deposit(self.account(self.new_member("Aminah"), "sukarela"), 5000, self.session)
        hold = self._hold(5000, receipt.line_ids.savings_id)
        correction = self.as_user(self.bendahara, self.env["koperasi.correction"]).create(
            {"transaction_id": receipt.id, "reason": "Salah orang"}
        )
        with self.assertRaisesRegex(UserError, "Rp 5.000 to be left"):
            self.as_user(self.ketua, correction).action_approve()
        self.as_user(self.ketua, hold).action_release()
        self.as_user(self.ketua, correction).action_approve()
        self.assertBooksAgree()

    # === LIMITS === #

    def _ask(self, amount, day=TODAY, account=None):
        return self.as_user(self.petugas, self.env["koperasi.withdrawal.request"]).create(
            {"savings_id": (account or self.savings).id, "amount": amount, "date": day}
        )

    def test_above_the_limit_of_a_day_a_second_person_approves(self):
        self.product.withdrawal_limit = 200000
        self.withdraw(self.savings, 150000, self.session)
        self.assertEqual(self.savings.available_amount, 50000)
        with self.assertRaisesRegex(UserError, "Rp 50.000 is left on 11/24/2026"):
            self.withdraw(self.savings, 50001, self.session)
        request = self._ask(600000)
        self.assertEqual(self.savings.available_amount, 50000)
        self.as_user(self.ketua, request).action_approve()
        self.savings.invalidate_recordset()
        self.assertEqual(self.savings.available_amount, 450000)
        self.withdraw(self.savings, 450000, self.session)
        with self.assertRaisesRegex(UserError, "Rp 0 is left"):
            self.withdraw(self.savings, 1, self.session)
        self.assertBooksAgree()

    def test_a_refused_request_and_one_of_another_day_lift_nothing(self):
        self.product.withdrawal_limit = 200000
        self.as_user(self.bendahara, self._ask(600000)).action_refuse()
        self.as_user(self.ketua, self._ask(600000, date(2026, 11, 25))).action_approve()
        with self.assertRaisesRegex(UserError, "Rp 200.000 is left"):
            self.withdraw(self.savings, 200001, self.session)

    def test_who_asks_does_not_decide(self):
        both = self._new_person("dua", petugas=self.company, bendahara=self.company)
        request = self.as_user(both, self.env["koperasi.withdrawal.request"]).create(
            {"savings_id": self.savings.id, "amount": 600000}
        )
        with self.assertRaisesRegex(UserError, "second person"):
            request.action_approve()
        self.ketua.partner_id = self.savings.partner_id
        with self.assertRaisesRegex(UserError, "her own request"):
            self.as_user(self.ketua, request).action_approve()

    def test_notice(self):
        self.product.write({"withdrawal_limit": 200000, "withdrawal_notice_days": 2})
        with self.assertRaisesRegex(UserError, "The earliest day is 11/26/2026"):
            self._ask(600000, date(2026, 11, 25))
        self._ask(600000, date(2026, 11, 26))

    def test_maximum_balance(self):
        self.product.maximum_balance = 1200000
        with self.assertRaisesRegex(UserError, "only Rp 200.000 can still be paid in"):
            self.deposit(self.savings, 200001, self.session)
        self.deposit(self.savings, 200000, self.session)
        self.assertEqual(self.savings.balance, 1200000)
