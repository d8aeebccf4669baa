from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import TODAY
from .test_loan_schedule import LateLoanCase

DUE = date(2026, 12, 16)


@tagged("post_install", "-at_install")
class TestRunKept(LateLoanCase):
    """Two loans: of 16 August, 10 x 110.000, no. 1 to 3 are due; and of today, two x 51.000, due on 24 December and
    24 January. Siti pays 330.000 and leaves more for later."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.new_loan(100000, product=cls.new_product(periods=2))
        cls.as_user(cls.bendahara, cls.second)._disburse(cls.bank, TODAY)

    def leave(self, amount):
        receipt = self.pay(self.loan, 330000 + amount, excess="kept")
        self.kept = self.loan._kept_accounts()[self.siti.partner_id.id]
        self.assertEqual((self.kept.balance, self.loan.arrears), (amount, 0))
        return receipt

    def morning(self, day):
        """What the scheduler does on `day`; :return: the run of this cooperative, if there is one"""
        runs = self.env["koperasi.run"]
        with freeze_time(f"{day} 03:00:00"):
            runs._cron_kept()
            run = runs.search([("kind", "=", "kept"), ("date_from", "=", day), ("company_id", "=", self.company.id)])
            for each in run:
                while each.state in ("queued", "running"):
                    each._process_chunk(1000)
            self.env.flush_all()
        self.assertBooksAgree()
        return run

    def test_on_the_due_day(self):
        """No. 4 is due on 16 December: not the day before, and once."""
        self.leave(150000)
        self.assertFalse(self.morning(date(2026, 12, 15)))
        run = self.morning(DUE)
        self.assertEqual((run.state, run.amount_total, run.skip_count), ("done", 110000, 0))
        self.assertEqual((self.kept.balance, self.loan.outstanding), (40000, 600000))
        row = self.loan.installment_ids.filtered(lambda row: row.number == 4).with_context(koperasi_as_of=DUE)
        self.assertEqual((row.state, row.penalty), ("paid", 0))
        self.assertEqual(self.morning(DUE), run)
        self.assertFalse(self.morning(date(2026, 12, 17)))
        self.assertEqual(self.kept.balance, 40000)

    def test_oldest_due_first(self):
        """On 16 January: 51.000 of 24 December first, then 101.000 of no. 5 of the older one; no. 4 is paid by hand."""
        self.leave(152000)
        with freeze_time("2026-12-16 03:00:00"):
            session = self.open_session(self.bendahara, "KL1", day=DUE)
            self.as_user(self.bendahara, self.account(self.siti, "sukarela"))._deposit(110000, session)
            savings = self.account(self.siti, "sukarela")
            kept_before = self.kept.balance
            # her savings pay it, at a visit: what she left is used first
            self.as_user(self.bendahara, self.loan)._pay(110000, session, paid=[(savings, 110000)], excess="ahead")
            self.assertEqual(self.kept.balance, kept_before)
        run = self.morning(date(2027, 1, 16))
        self.assertEqual(run.amount_total, 152000)
        self.assertEqual((self.second.outstanding, self.kept.balance), (50000, 0))
        # 101.000 are left for no. 5: its service fee of 10.000 and 91.000
        row = self.loan.installment_ids.filtered(lambda row: row.number == 5)
        row = row.with_context(koperasi_as_of=date(2027, 1, 16))
        self.assertEqual((row.paid_principal, row.paid_interest, row.state), (91000, 10000, "partial"))

    def test_past_days_stay(self):
        self.leave(150000)
        with freeze_time("2026-12-17 03:00:00"):
            run = self.as_user(self.bendahara, self.env["koperasi.run"]).create(
                {"company_id": self.company.id, "kind": "kept", "date_from": DUE}
            )
            with self.assertRaisesRegex(UserError, "Choose today"):
                run.action_start()
        before = self.position(date(2026, 12, 16))
        run = self.morning(date(2026, 12, 17))
        self.assertEqual(set(run.amount_total and self.loan.line_ids.filtered("run_id").mapped("date")), {run.date_to})
        self.assertEqual(self.position(date(2026, 12, 16)), before)

    def test_taken_back_and_by_hand(self):
        self.leave(110000)
        with freeze_time("2026-12-16 03:00:00"):
            run = self.as_user(self.bendahara, self.env["koperasi.run"]).create(
                {"company_id": self.company.id, "kind": "kept"}
            )
            self.assertEqual([row["other"] for row in run._rehearse()], [-110000])
            run.action_start()
            self.assertEqual(self.morning(DUE), run)
            self.assertEqual((self.kept.balance, self.loan.outstanding), (0, 600000))
            self.as_user(self.ketua, run).action_reverse()
            while run.state == "reversing":
                run.sudo()._process_chunk(1000)
            self.assertEqual((self.kept.balance, self.loan.outstanding), (110000, 700000))
            self.assertBooksAgree()

    def test_nothing_kept_nothing_made(self):
        self.assertFalse(self.morning(TODAY))

    def test_it_pays_a_loan_off(self):
        """December's 51.000 are paid on the 1st, January's are left: on 24 January they pay the last of it."""
        with freeze_time("2026-12-01 03:00:00"):
            session = self.open_session(self.bendahara, "KL1", day=date(2026, 12, 1))
            self.as_user(self.bendahara, self.loan)._pay_off(self.loan._payoff_units(date(2026, 12, 1)), session)
            self.as_user(self.bendahara, self.second)._pay(51000 + 51000, session, excess="kept")
        self.assertEqual((self.second.outstanding, self.second.state), (50000, "running"))
        self.assertFalse(self.morning(date(2027, 1, 23)))
        self.morning(date(2027, 1, 24))
        self.assertEqual((self.second.outstanding, self.second.state), (0, "paid"))

    def test_bounded(self):
        """As many queries for ten borrowers as for five, but for what each line costs the posting."""
        counts = []
        for number in (5, 10):
            with self.env.cr.savepoint(flush=True) as savepoint:
                for each in range(number):
                    member = self.active_member(f"Ibu {number}-{each}")
                    loan = self.new_loan(100000, member=member, product=self.flat)
                    self.as_user(self.bendahara, loan)._disburse(self.bank, TODAY)
                    self.pay(loan, 22000, excess="kept")
                self.env.flush_all()
                self.env.invalidate_all()
                with freeze_time("2026-12-24 03:00:00"):
                    run = self.env["koperasi.run"].create(
                        {"company_id": self.company.id, "kind": "kept", "date_from": date(2026, 12, 24)}
                    )
                    accounts = self.env["koperasi.savings.account"].search(run._account_domain())
                    before = self.env.cr.sql_log_count
                    lines = run._kept_lines(accounts)[0]
                    counts.append(self.env.cr.sql_log_count - before)
                    self.assertEqual(sum(line["amount"] for line in lines), 0)
                    self.assertGreaterEqual(len(lines), 3 * number)
                savepoint.rollback()
            self.env.invalidate_all()
            self.env["koperasi.transaction"]._get_sequence_cache().clear()
            self.env["account.move"]._get_sequence_cache().clear()
        self.assertLessEqual(counts[1], counts[0] + 2, counts)
