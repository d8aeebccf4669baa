from datetime import date
from unittest.mock import patch

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import TODAY, KoperasiCase


@tagged("post_install", "-at_install")
class TestRun(KoperasiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-09-30 03:00:00"):
            session = cls.open_session(cls.bendahara, "KAS", day=date(2026, 9, 30))
            cls.members = [cls.new_member(name) for name in ("Siti", "Aminah", "Rahayu")]
            cls.accounts = [cls.account(member, "sukarela") for member in cls.members]
            # 12 % of 1.200.000 for one month is 12.000 at 12 % a year: with 6 % it is 6.000.
            for account, amount in zip(cls.accounts, (1200000, 300000, 50000)):
                cls.deposit(account, amount, session)
        cls.product = cls.accounts[0].sudo().product_id
        cls.set_rate(cls.product, 6)
        cls.product.interest_minimum_balance = 100000

    def _run(self, **vals):
        return self.as_user(self.bendahara, self.env["koperasi.run"]).create(
            {
                "company_id": self.company.id,
                "product_id": self.product.id,
                "date_from": date(2026, 10, 15),
                **vals,
            }
        )

    def _work(self, run, size=1000):
        run = run.sudo()
        while run.state in ("queued", "running", "reversing"):
            run._process_chunk(size)

    def test_clock_of_whoever_starts(self):
        """At one in the morning in Bekasi the month's last day has begun; the scheduler knows no clock and no words."""
        self.bendahara.tz = "Asia/Jakarta"
        with freeze_time("2026-10-30 18:00:00"):
            run = self._run()
            run.action_start()
            scheduler = self.env["koperasi.run"].with_context(tz=None, lang=None).sudo()
            with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60):
                scheduler._cron_process()
        self.assertEqual((run.state, run.skip_ids.savings_id), ("done", self.accounts[2]))

    def test_interest(self):
        run = self._run()
        self.assertEqual((run.date_from, run.date_to), (date(2026, 10, 1), date(2026, 10, 31)))
        run.action_start()
        self.assertEqual(run.state, "queued")
        self._work(run, size=1)
        self.assertEqual(run.state, "done")
        # 1.200.000 x 6 % / 12 = 6.000; 300.000 x 6 % / 12 = 1.500; 50.000 is below the minimum.
        self.assertEqual([account.balance for account in self.accounts], [1206000, 301500, 50000])
        self.assertEqual(run.amount_total, 7500)
        self.assertEqual(run.skip_ids.savings_id, self.accounts[2])
        expense = self.company.koperasi_interest_expense_account_id
        [[balance]] = self.env["account.move.line"]._read_group(
            [("account_id", "=", expense.id)], aggregates=["balance:sum"]
        )
        self.assertEqual(balance, 7500)
        transactions = self.env["koperasi.transaction"].search([("origin", "=", f"koperasi.run,{run.id}")])
        self.assertEqual(len(transactions), 2)
        self.assertEqual(set(transactions.mapped("date")), {date(2026, 10, 31)})
        self.assertBooksAgree()
        self.assertBooksAgree(as_of=date(2026, 10, 30))

    def test_tax_over_all_products_of_the_month(self):
        """docs/domain.md 2.8: 200.000 then 100.000 in one month give 0, then 30.000 of tax."""
        self.set_rate(self.product, 9)
        self.company.koperasi_interest_tax_threshold = 7000
        run = self._run()
        run.action_start()
        self._work(run)
        # 9.000 > 7.000: 10 % of all of it; 2.250 stays free.
        self.assertEqual([account.balance for account in self.accounts], [1208100, 302250, 50000])
        tax = self.company.koperasi_interest_tax_account_id
        [[balance]] = self.env["account.move.line"]._read_group(
            [("account_id", "=", tax.id)], aggregates=["balance:sum"]
        )
        self.assertEqual(balance, -900)
        self.assertBooksAgree()

    def test_once_per_month_and_taken_back(self):
        run = self._run()
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self._run()
        run.action_start()
        self._work(run)
        with self.assertRaisesRegex(UserError, "second person"):
            run.action_reverse()
        self.as_user(self.ketua, run).action_reverse()
        self._work(run)
        self.assertEqual(run.state, "reversed")
        self.assertEqual([account.balance for account in self.accounts], [1200000, 300000, 50000])
        self.assertBooksAgree()
        again = self._run()
        again.action_start()
        self._work(again)
        self.assertEqual([account.balance for account in self.accounts], [1206000, 301500, 50000])
        self.assertBooksAgree()

    def test_one_bad_account_does_not_stop_the_others(self):
        self.accounts[1].sudo()._set(state="closed")
        run = self._run()
        run.action_start()
        self.patch(
            type(self.env["koperasi.run"]), "_account_domain", lambda run: [("product_id", "=", run.product_id.id)]
        )
        self._work(run)
        self.assertEqual([account.balance for account in self.accounts], [1206000, 300000, 50000])
        reasons = {skip.savings_id: skip.reason for skip in run.skip_ids}
        self.assertIn("closed", reasons[self.accounts[1]])
        numbers = (
            self.env["koperasi.transaction"]
            .search([("origin", "=", f"koperasi.run,{run.id}")])
            .mapped("sequence_number")
        )
        self.assertEqual(sorted(numbers), list(range(1, len(numbers) + 1)))
        self.assertBooksAgree()

    def test_stopped_and_continued(self):
        run = self._run()
        run.action_start()
        run.sudo()._process_chunk(1)
        run.action_stop()
        self.assertEqual(run.sudo()._process_chunk(1), 0)
        run.action_start()
        self._work(run)
        self.assertEqual([account.balance for account in self.accounts], [1206000, 301500, 50000])
        self.assertBooksAgree()

    def test_month_must_be_over_and_open(self):
        with self.assertRaisesRegex(UserError, "not ended"):
            self._run(date_from=TODAY).action_start()
        self.company.fiscalyear_lock_date = date(2026, 10, 31)
        with self.assertRaisesRegex(UserError, "closed up to"):
            self._run().action_start()

    def test_missing_account_stops_before_anything(self):
        self.company.koperasi_interest_expense_account_id = False
        with self.assertRaisesRegex(UserError, "Savings Interest Expense"):
            self._run().action_start()

    def test_who_may(self):
        run = self._run()
        for user in (self.petugas, self.ketua, self.pengawas, self.other_bendahara):
            with self.assertRaises(AccessError):
                self.as_user(user, run).action_start()

    def test_rate_ceiling(self):
        with self.assertRaisesRegex(ValidationError, "9.0 % a year"):
            self.set_rate(self.product, 9.5)
