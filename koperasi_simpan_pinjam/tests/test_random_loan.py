import os
import random
from collections import Counter
from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import TODAY
from .test_loan import LoanCase

FIRST = int(os.environ.get("KOPERASI_FIRST_LIFE", "1"))
LIVES = int(os.environ.get("KOPERASI_LIVES", "6"))  # a thousand of them take half an hour
STEPS = 14


class Undo(Exception):
    """The end of a life: nothing of it stays."""


@tagged("post_install", "-at_install")
class TestRandomLoan(LoanCase):
    """Lives of loans: any terms, any amount on any day out of any pocket, and all that can become of a loan.

    After each step nothing that is owed is negative, the installments come to what the ledger says is owed, and a loan
    that is over owes nothing. What a past evening looked like it looks like ever after. At the end the books agree.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.koperasi_loan_rate_ceiling = 0
        cls.bank = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "bank")], limit=1
        )
        cls.sukarela = cls.account(cls.siti, "sukarela")
        cls.deposit(cls.sukarela, 3000000, cls.vault)
        for session in (cls.vault, cls.session):
            cls.as_user(session.user_id, session)._do_close(session.expected_amount)

    def test_lives(self):
        outcome = Counter()
        for seed in range(FIRST, FIRST + LIVES):
            with self.subTest(seed=seed):
                try:
                    with self.env.cr.savepoint():
                        self.live(seed, outcome)
                        raise Undo
                except Undo:
                    self.forget()
        for step in self.steps() if LIVES >= 500 else ():  # some are rare
            self.assertTrue(outcome[step.__name__, "done"], f"{step.__name__}: {outcome}")

    def forget(self):
        self.env["koperasi.transaction"]._get_sequence_cache().clear()
        self.env["account.move"]._get_sequence_cache().clear()
        self.env.invalidate_all()

    def steps(self):
        return {
            self.step_pay: 30,
            self.step_days: 30,
            self.step_back: 8,
            self.step_pay_off: 3,
            self.step_waive: 4,
            self.step_restructure: 6,
            self.step_undo: 5,
            self.step_kept: 6,
            self.step_top_up: 3,
            self.step_write_off: 3,
        }

    def live(self, seed, outcome):
        self.random, self.today, self.receipts, self.seen = random.Random(seed), TODAY, [], {}
        self.open = self.env["koperasi.cash.session"]
        steps = self.steps()
        with freeze_time(f"{self.today} 03:00:00") as self.clock:
            try:
                self.terms = self.new_product(**self.some_terms())
                self.loan = self.new_loan(self.random.choice([300000, 1000000, 1234567]), product=self.terms)
                self.assertTrue(self.lend(self.loan))
            except (UserError, ValidationError) as error:
                outcome["terms refused"] += 1
                self.assertTrue(str(error))
                return
            self.loans = self.loan
            for number in range(STEPS):
                [step] = self.random.choices(list(steps), list(steps.values()))
                try:
                    with self.env.cr.savepoint():
                        done = step()
                        self.env.flush_all()
                    outcome[step.__name__, "nothing" if done is False else "done"] += 1
                except (UserError, ValidationError):
                    self.forget()
                    self.open = self.open.exists()
                    self.receipts = [receipt for receipt in self.receipts if receipt.exists()]
                    outcome[step.__name__, "refused"] += 1
                self.assertWhole(f"seed {seed}, step {number}: {step.__name__}")
            self.assertPast(f"seed {seed}")
            self.assertBooksAgree()

    def some_terms(self):
        pick = self.random.choice
        method, periods = pick(["flat", "declining", "annuity", "bullet"]), self.random.randint(2, 12)
        return {
            "method": method,
            "rate": pick([0, 0.5, 1, 2]),
            "periods": periods,
            "period_unit": pick(["month", "month", "week"]),
            "installment_unit": pick([1, 1, 500]),
            "principal_grace": pick([0, 0, 1]) if method != "bullet" else 0,
            "interest_grace": pick([0, 0, 1]),
            "interest_free": pick([0, 0, 1]),
            "interest_to_savings_percent": pick([0, 0, 50]),
            "penalty_kind": pick(["none", "installment", "per_day", "once"]),
            "penalty_rate": 0.1,
            "penalty_amount": 1000,
            "penalty_cap": pick([0, 100]),
            "payment_order": pick(["penalty_interest_principal", "interest_principal_penalty", "principal_first"]),
            "payoff_convention": pick(["current", "plus_months", "plus_percent", "all", "discount", "rule_78"]),
            "payoff_months": 1,
            "payoff_percent": 2,
            "excess": pick(["refuse", "ahead", "shorten", "lower", "kept", "savings"]),
        }

    # === WHAT HAPPENS === #

    def lend(self, loan):
        return self.as_user(self.bendahara, loan)._disburse(self.bank, self.today)

    def session_today(self):
        """The treasurer's box of the day."""
        if not self.open or self.open.date != self.today or self.open.state != "open":
            self.open = self.open_session(self.bendahara, "KL1", day=self.today)
        return self.open

    def pocket(self, amount):
        """:return: (session, paid): some of `amount` from savings, some by the bank, the rest in cash"""
        savings, bank = (int(amount * self.random.choice([0, 0, 0.3, 0.5])) for _part in range(2))
        paid = [(self.sukarela, savings)] if savings else []
        paid += [(self.bank, bank)] if bank else []
        return (self.session_today() if amount > savings + bank else self.env["koperasi.cash.session"]), paid

    def owed(self):
        return [due for dues in self.loan._unpaid().values() for due in dues]

    def step_pay(self):
        """A part, what is due, one installment or several, or all there is."""
        dues = self.owed()
        if not dues and self.loan.state != "written_off":
            return False
        most = sum(due.principal + due.interest + due.penalty + due.fee for due in dues) or int(self.loan.claim_left)
        late = self.loan._due_units(self.today).get(self.loan.id, 0)
        amount = self.random.choice([late, late, late + 50000, most // 3, most // 7, 333, most - 1, most, most + 1])
        excess = self.random.choice([None, "refuse", "ahead", "shorten", "lower", "kept", "savings"])
        session, paid = self.pocket(amount)
        before = self.loan._principal_lent()[self.loan.id]
        receipt = self.as_user(self.bendahara, self.loan)._pay(amount, session, excess=excess, paid=paid)
        self.receipts.append(receipt)
        savings = sum(part for source, part in paid if source == self.sukarela)
        self.assertEqual(sum(receipt.tender_ids.mapped("amount")), amount - savings)
        self.assertLessEqual(self.loan._principal_lent()[self.loan.id], before)

    def step_days(self):
        self.remember()
        if self.open.state == "open" and self.open.date == self.today:
            self.as_user(self.bendahara, self.open)._do_close(self.open.expected_amount)
        self.today += timedelta(days=self.random.choice([1, 3, 7, 20, 31, 45]))
        self.clock.move_to(f"{self.today} 03:00:00")

    def step_back(self):
        if not self.receipts:
            return False
        receipt = self.random.choice(self.receipts[-3:])
        self.session_today()
        correction = self.as_user(self.petugas, self.env["koperasi.correction"]).create(
            {"transaction_id": receipt.id, "reason": "Salah ketik"}
        )
        self.as_user(self.ketua, correction).action_approve()
        self.receipts.remove(receipt)

    def step_undo(self):
        """The last restructuring; what stands on it is taken back first, where that can be."""
        asked = self.env["koperasi.loan.restructure"].search([("loan_id", "in", self.loans.ids)], limit=1)
        if not asked or asked.taken_back_on:
            return False
        before = self.terms_before(asked)
        undo = self.as_user(self.petugas, self.env["koperasi.loan.undo"]).create(
            {"restructure_id": asked.id, "reason": "Untuk pinjaman lain"}
        )
        self.as_user(self.ketua, undo).action_approve()
        self.env.flush_all()
        self.assertEqual(self.terms_in_force(asked.loan_id.installment_ids), before)

    def step_kept(self):
        """The morning's run of money kept for installments: as much of what is due as is kept, once a day."""
        runs = self.env["koperasi.run"]
        here = [("kind", "=", "kept"), ("company_id", "=", self.company.id), ("date_from", "=", self.today)]
        accounts, day = self.loan._kept_accounts(), self.today
        if not accounts or runs.search(here):
            return False
        [account] = accounts.values()
        kept = account._balance_units()
        due = sum(
            due.principal + due.interest + due.penalty + due.fee
            for loan, dues in self.loans.filtered(lambda loan: loan.state == "running")._unpaid(on=day).items()
            for due in dues
            if due.due_date <= day
        )
        runs._cron_kept()
        if run := runs.search(here):
            while run.state in ("queued", "running"):
                run._process_chunk(100)
            self.env.flush_all()
            self.assertEqual((run.state, run.amount_total), ("done", min(kept, due)))
        elif kept:
            self.assertEqual(sum(due.principal + due.interest for due in self.owed() if due.due_date <= day), 0)
        return bool(run)

    def terms_in_force(self, rows):
        return sorted((row.number, row.due_date, row.principal, row.interest) for row in rows)

    def terms_before(self, asked):
        """What it ended, beside what it didn't."""
        change = asked.schedule_id
        kept = asked.loan_id.installment_ids - change._own_rows()
        return self.terms_in_force(kept | change.ended_ids)

    def step_pay_off(self):
        """What the quote says, not a rupiah less, and nothing is left."""
        if self.loan.state != "running":
            return False
        quote = self.loan._payoff_units(self.today)
        session, paid = self.pocket(quote)
        with self.assertRaisesRegex(UserError, "paid off today"), self.env.cr.savepoint():
            self.as_user(self.bendahara, self.loan)._pay_off(quote + 1, self.session_today())
        receipt = self.as_user(self.bendahara, self.loan)._pay_off(quote, session, paid=paid)
        self.receipts.append(receipt)
        self.assertEqual(self.loan.state, "paid")

    def step_waive(self):
        penalty = sum(due.penalty for due in self.owed())
        if not penalty:
            return False
        self.as_user(self.ketua, self.loan)._waive_late_fee(self.random.randint(1, penalty), "Sakit")

    def step_restructure(self):
        if self.loan.state != "running":
            return False
        lighter = self.random.random() < 0.5
        request = self.as_user(self.petugas, self.env["koperasi.loan.restructure"]).create(
            {
                "loan_id": self.loan.id,
                "kind": "recondition" if lighter else "reschedule",
                "periods": self.random.randint(2, 15),
                "first_due_date": self.today + timedelta(days=self.random.choice([7, 30])),
                "rate": self.loan._rate_percent() / 2 if lighter else self.loan._rate_percent(),
                "principal_grace": self.random.choice([0, 1]) if lighter else 0,
                "capitalise": self.random.random() < 0.6,
                "reason": "Panen gagal",
            }
        )
        self.as_user(self.ketua, request).action_approve()
        self.assertEqual(self.loan.arrears, 0)

    def step_top_up(self):
        if self.loan.state != "running":
            return False
        old, quote = self.loan, self.loan._payoff_units(self.today)
        loan = self.as_user(self.petugas, self.env["koperasi.loan"]).create(
            {
                "member_id": self.siti.id,
                "product_id": self.terms.id,
                "amount": quote + self.random.choice([0, 0, 100000, 500000]),
                "replaces_id": old.id,
                "replacement": self.random.choice(["top_up", "new_loan"]),
            }
        )
        loan.action_submit()
        self.as_user(self.ketua, loan).action_approve()
        voucher = self.lend(loan)
        if not voucher:
            return False
        self.assertEqual(-sum(voucher.tender_ids.mapped("amount")), loan.amount - quote)
        self.assertEqual(old.state, "paid")
        self.receipts.append(voucher)
        self.loan, self.loans = loan, self.loans | loan

    def step_write_off(self):
        if self.loan.state != "running" or not self.loan.days_late:
            return False
        self.as_user(self.bendahara, self.loan)._propose_write_off("Pindah", "BA 3/RAT/2026")
        self.as_user(self.ketua, self.loan).action_write_off()
        self.receipts.append(self.loan.sudo().write_off_id.with_env(self.env))

    # === WHAT MUST HOLD === #

    def remember(self):
        self.env.flush_all()
        self.env.invalidate_all()
        self.seen[self.today] = self.evening(self.today)

    def evening(self, day):
        """What all loans looked like at the end of `day`."""
        lent, dues = self.loans._principal_lent(day), self.loans._unpaid(day)
        rows = self.as_user(self.bendahara, self.env["koperasi.collectibility"])._as_of(self.company, day)
        return {
            loan.id: (
                lent.get(loan.id, 0),
                dues.get(loan.id, []),
                [(row.outstanding, row.arrears, row.days_late, row.class_days) for row in rows if row.loan_id == loan],
            )
            for loan in self.loans
        }

    def assertWhole(self, when):
        self.env.flush_all()
        self.env.invalidate_all()
        lent, unpaid = self.loans._principal_lent(), self.loans._unpaid()
        for loan in self.loans:
            dues, principal = unpaid.get(loan.id, []), lent.get(loan.id, 0)
            for due in dues:
                self.assertGreaterEqual(min(due.principal, due.interest, due.penalty, due.fee), 0, when)
            self.assertGreaterEqual(principal, 0, when)
            self.assertEqual(sum(due.principal for due in dues), principal, when)
            if loan.state in ("paid", "written_off", "cancelled"):
                self.assertFalse(dues, when)
                self.assertFalse(principal, when)
            rows = loan.installment_ids
            if loan.date_disbursed:
                self.assertEqual(len(set(rows.mapped("number"))), len(rows), when)
        self.assertGreaterEqual(self.sukarela.balance, 0, when)

    def assertPast(self, when):
        for day, seen in self.seen.items():
            now = self.evening(day)
            self.assertEqual({loan: now[loan] for loan in seen}, seen, f"{when}, as of {day}")
