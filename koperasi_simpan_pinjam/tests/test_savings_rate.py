from datetime import date

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import KoperasiCase


@tagged("post_install", "-at_install")
class TestSavingsRate(KoperasiCase):
    """Dated rates and steps by balance (docs/domain.md 5.3); the arithmetic itself is the kernel's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-09-30 03:00:00"):
            session = cls.open_session(cls.bendahara, "KAS", day=date(2026, 9, 30))
            cls.siti, cls.aminah = (cls.account(cls.new_member(name), "sukarela") for name in ("Siti", "Aminah"))
            cls.deposit(cls.siti, 1200000, session)
            cls.deposit(cls.aminah, 240000, session)
        with freeze_time("2026-10-11 03:00:00"):
            session = cls.open_session(cls.bendahara, "KL1", day=date(2026, 10, 11))
            cls.deposit(cls.aminah, 365000, session)
        cls.product = cls.siti.sudo().product_id

    def _interest(self, month=date(2026, 10, 1)):
        """Run the month; what the two accounts were credited."""
        before = [account.balance for account in (self.siti, self.aminah)]
        run = self.as_user(self.bendahara, self.env["koperasi.run"]).create(
            {"company_id": self.company.id, "product_id": self.product.id, "date_from": month}
        )
        run.action_start()
        while run.state in ("queued", "running"):
            run.sudo()._process_chunk(1000)
        self.assertBooksAgree()
        return run, [account.balance - old for account, old in zip((self.siti, self.aminah), before)]

    def test_the_table_of_the_month_and_the_step_of_the_balance(self):
        self.set_rate(self.product, 1, date(2026, 9, 1))
        self.set_rate(self.product, 3, date(2026, 9, 1), from_balance=1000000)
        self.set_rate(self.product, 9, date(2026, 11, 1))
        # 1.200.000 x 3 % / 12 = 3.000; the lowest balance 240.000 x 1 % / 12 = 200.
        run, earned = self._interest()
        self.assertEqual(earned, [3000, 200])
        self.assertFalse(run.skip_ids)
        with freeze_time("2026-12-01 03:00:00"):
            # 1.203.000 x 9 % / 12 = 9.022,5; 605.200 x 9 % / 12 = 4.539.
            self.assertEqual(self._interest(date(2026, 11, 1))[1], [9022, 4539])

    def test_daily_balance_from_the_day_of_a_new_rate(self):
        self.product.interest_method = "daily"
        self.set_rate(self.product, 3, date(2026, 9, 1))
        self.set_rate(self.product, 6, date(2026, 10, 11))
        # 1.200.000: 10 days x 98,63 and 21 x 197,26 = 5.128,77; 240.000: 10 days x 19,73 = 197,26;
        # 605.000: 21 days x 99,45 = 2.088,49; together 2.285,75.
        self.assertEqual(self._interest()[1], [5128, 2285])

    def test_the_day_of_a_deposit_and_days_of_the_year(self):
        self.product.write(
            {"interest_method": "daily", "interest_deposit_day_counts": False, "interest_days_in_year": "360"}
        )
        self.set_rate(self.product, 6)
        # 1.200.000 x 6 % x 31 / 360 = 6.200; 240.000 x 11 days and 605.000 x 20 days: 440 + 2.016,67.
        self.assertEqual(self._interest()[1], [6200, 2456])

    def test_smallest_interest(self):
        self.set_rate(self.product, 6)
        self.product.interest_minimum = 1201
        # 6.000, and 240.000 x 6 % / 12 = 1.200, one less than the smallest.
        run, earned = self._interest()
        self.assertEqual(earned, [6000, 0])
        self.assertEqual(run.skip_ids.savings_id, self.aminah)

    def test_a_run_taken_back_is_not_taxed_twice(self):
        self.set_rate(self.product, 6)
        self.company.koperasi_interest_tax_threshold = 6000
        run, earned = self._interest()
        self.assertEqual(earned, [6000, 1200])  # 6.000 is not more than 6.000: no tax
        self.as_user(self.ketua, run).action_reverse()
        while run.state == "reversing":
            run.sudo()._process_chunk(1000)
        self.assertBooksAgree()
        # Without the first run's 6.000 of the same October, again no more than the threshold.
        self.assertEqual(self._interest()[1], [6000, 1200])

    def test_a_rate_begins_on_the_first_unless_days_count(self):
        with self.assertRaisesRegex(ValidationError, "not the first of a month"):
            self.set_rate(self.product, 6, date(2026, 12, 15))
        self.product.interest_method = "daily"
        self.set_rate(self.product, 6, date(2026, 12, 15))
        with self.assertRaisesRegex(ValidationError, "not the first of a month"):
            self.product.interest_method = "average"

    def test_ceiling_and_one_rate_each(self):
        for percent in (9.5, -1):
            with self.assertRaisesRegex(ValidationError, "between 0 and 9.0 % a year"):
                self.set_rate(self.product, percent)
        self.set_rate(self.product, 6)
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.product.interest_rate_ids = [Command.create({"valid_from": date(2020, 1, 1), "rate": 5})]

    def test_rates_of_months_that_have_their_interest_stay(self):
        self.set_rate(self.product, 6)
        self._interest()
        for change in (
            lambda: self.set_rate(self.product, 5),
            lambda: self.set_rate(self.product, 5, date(2026, 10, 1)),
            lambda: self.product.interest_rate_ids.unlink(),
        ):
            with self.assertRaisesRegex(UserError, "Let a new rate begin later"):
                change()
        self.set_rate(self.product, 5, date(2026, 11, 1))
        self.assertEqual(self.product.interest_rate, 5)

    def test_history_of_the_product_tells_and_only_the_administrator_decides(self):
        rate = self.as_user(self.admin, self.env["koperasi.savings.rate"]).create(
            {"product_id": self.product.id, "valid_from": date(2026, 12, 1), "from_balance": 1000000, "rate": 4}
        )
        self.assertIn("4 % a year from 12/01/2026, for balances from Rp 1.000.000", self.product.message_ids[0].body)
        with self.assertRaises(AccessError):
            self.as_user(self.bendahara, rate).rate = 9
