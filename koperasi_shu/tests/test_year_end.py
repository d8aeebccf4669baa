from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import ShuCase

CAME_IN, LAST = date(2026, 10, 20), date(2026, 12, 31)


@tagged("post_install", "-at_install")
class TestYearEnd(ShuCase):
    """A year is closed when its months are: the bank agreed, and each month closed once one was."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2027-02-05 03:00:00"))
        cls.bank = cls.company._koperasi_banks("here")[:1]
        cls.period = cls.new_period()

    def deposited(self):
        """500.000 comes in at the bank, as interest; it moves in no other way."""
        return self.memorial(self.bank.default_account_id, "4201", 500000, CAME_IN)

    def agree(self, day_from, day_to, amounts=()):
        """The bank says what the books say."""
        statement = self.as_user(self.bendahara, self.env["koperasi.bank.statement"]).create(
            {
                "journal_id": self.bank.id,
                "date_from": day_from,
                "date_to": day_to,
                "line_ids": [Command.create({"date": day, "name": "SETOR", "amount": 500000}) for day in amounts],
            }
        )
        statement.closing_balance = statement.opening_balance + 500000 * len(amounts)
        statement.action_propose()
        statement.action_agree()
        self.period.invalidate_recordset()
        return statement

    def test_a_bank_that_never_moved_stands_in_nobodys_way(self):
        self.assertFalse(self.period.closing_obstacles)
        self.assertFalse(self.period.has_open_bank)

    def test_months_without_an_agreed_statement_are_named(self):
        self.deposited()
        self.period.invalidate_recordset()
        self.assertIn("October 2026, November 2026, December 2026", self.period.closing_obstacles)
        with self.assertRaisesRegex(UserError, "is not agreed"):
            self.period.action_close()
        action = self.period.action_open_bank()
        self.assertEqual(action["context"]["default_journal_id"], self.bank.id)
        self.agree("2026-10-01", "2026-10-31", [CAME_IN])
        self.assertNotIn("October", self.period.closing_obstacles)
        self.assertIn("November 2026, December 2026", self.period.closing_obstacles)
        last = self.agree("2026-11-01", "2026-12-31")
        self.assertFalse(self.period.closing_obstacles)
        # the books of the bank change: what was agreed is agreed no more
        self.memorial(self.bank.default_account_id, "4201", 1000, date(2026, 12, 30))
        self.env.invalidate_all()
        self.assertTrue(last.is_stale)
        self.assertIn("November 2026, December 2026", self.period.closing_obstacles)

    def test_a_bank_that_odoo_reconciles_is_not_ours_to_ask_for(self):
        self.deposited()
        self.bank.koperasi_bank_check = "odoo"
        self.period.invalidate_recordset()
        self.assertFalse(self.period.closing_obstacles)
        self.assertFalse(self.period.has_open_bank)

    def test_months_once_begun_are_closed_to_the_years_end(self):
        """November is closed, December isn't; before November nobody closed months."""
        month = self.as_user(self.bendahara, self.env["koperasi.month"]).create(
            {"company_id": self.company.id, "date_from": "2026-11-01"}
        )
        self.period.invalidate_recordset()
        self.assertIn("Months not closed yet: November 2026, December 2026.", self.period.closing_obstacles)
        month.action_close()
        self.period.invalidate_recordset()
        self.assertIn("Months not closed yet: December 2026.", self.period.closing_obstacles)
        self.assertTrue(self.period.has_open_months)
        action = self.period.action_open_months()
        self.assertEqual(action["context"], {"default_date_from": "2026-12-01"})
        with self.assertRaisesRegex(UserError, "December 2026"):
            self.period.action_close()
        self.as_user(self.bendahara, self.env["koperasi.month"]).create(
            {"company_id": self.company.id, "date_from": "2026-12-01"}
        ).action_close()
        self.period.invalidate_recordset()
        self.period.action_close()
        self.assertTrue(self.period.closed_by_id)
