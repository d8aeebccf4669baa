import random
from collections import Counter
from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import TODAY, KoperasiCase

STEPS = 1000
SEED = 20261124


@tagged("post_install", "-at_install")
class TestRandomLife(KoperasiCase):
    """A thousand things that people of two cooperatives do, and try to do, in random order over half a year.

    After each the ledger is whole: a refused step leaves nothing behind, balances are what a plain sum of what
    succeeded says, the books agree, past days give what they gave then.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.random = random.Random(SEED)
        cls.tellers = {cls.company: cls.petugas, cls.other: cls.both}
        cls.treasurers = {cls.company: cls.bendahara, cls.other: cls.other_bendahara}
        cls.accounts = {}
        for company in cls.tellers:
            product = cls.env["koperasi.savings.product"].search(
                [("company_id", "=", company.id), ("savings_class", "=", "sukarela")]
            )
            product.interest_rate = 6
            company.koperasi_payout_limit = 3000000
            company.koperasi_interest_tax_threshold = 2000  # so that some are taxed
            members = [cls.new_member(f"Ibu {number}", company) for number in range(4)]
            cls.accounts[company] = cls.env["koperasi.savings.account"].union(
                *[member.savings_ids for member in members]
            )

    def setUp(self):
        super().setUp()
        self.today = TODAY
        self.sessions = {company: [] for company in self.tellers}  # what is open
        self.expected = Counter()  # account: money units, as a clerk would add them up
        self.seen = {}  # (company, day): {account: balance at its end}
        self.reversible = []
        self.asked_again = 0  # past days

    def test_a_thousand_steps(self):
        steps = [
            (30, self.step_deposit),
            (25, self.step_withdraw),
            (15, self.step_transfer),
            (8, self.step_reverse),
            (9, self.step_open),
            (4, self.step_close),
            (3, self.step_repeat),
            (2, self.step_nonsense),
            (3, self.step_day),
        ]
        outcome = Counter()
        for number in range(1, STEPS + 1):
            [step] = self.random.choices([step for _weight, step in steps], [weight for weight, _step in steps])
            company = self.random.choice(list(self.tellers))
            lines = self.lines_count()
            try:
                with self.env.cr.savepoint():
                    done = step(company)
                    self.env.flush_all()
                outcome[step.__name__, "done" if done is not False else "nothing to do"] += 1
            except UserError:
                self.env["koperasi.transaction"]._get_sequence_cache().clear()
                self.env["account.move"]._get_sequence_cache().clear()
                self.env.invalidate_all()
                self.assertEqual(self.lines_count(), lines, "a refused step left something behind")
                outcome[step.__name__, "refused"] += 1
            if not number % 50:
                self.assertEverything(f"seed {SEED}, step {number}")
        self.assertEverything("the end")
        for _weight, step in steps:
            if step != self.step_nonsense:
                self.assertTrue(outcome[step.__name__, "done"], step.__name__)
        self.assertFalse(outcome["step_nonsense", "done"])
        self.assertGreater(self.asked_again, 10)
        self.assertGreater(sum(count for (_name, how), count in outcome.items() if how == "refused"), 50)

    # === WHAT HAPPENS === #

    def lines_count(self):
        return self.env["koperasi.transaction.line"].search_count([])

    def amount(self):
        return self.random.choice([500, 1000, 1000, 2000, 20000, 50000, 100000, 2500000])

    def account_of(self, company, savings_class=None):
        accounts = self.accounts[company]
        if savings_class and self.random.random() < 0.8:
            accounts = accounts.filtered(lambda account: account.savings_class == savings_class)
        return self.random.choice(accounts)

    def session_of(self, company):
        return self.random.choice(self.sessions[company] or [False])

    def book(self, transaction):
        """Remember what may be taken back; in a forgotten session it was dated back."""
        self.forget_from(transaction.company_id, transaction.date)
        self.reversible.append(transaction)
        return True

    def step_open(self, company):
        code = self.random.choice(["KL1", "KAS"])
        user = self.treasurers[company] if code == "KAS" else self.tellers[company]
        if (code, self.today) in [(session.sudo().journal_id.code, session.date) for session in self.sessions[company]]:
            return False  # refused by a unique index, whose error the log would show
        self.sessions[company].append(self.open_session(user, code, company, self.today))

    def step_close(self, company):
        session = self.session_of(company)
        if not session:
            return False
        counted = session.expected_amount + self.random.choice([0, 0, 0, 500, -500])
        self.as_user(session.user_id, session)._do_close(counted)
        self.sessions[company].remove(session)
        self.assertEqual(session.box_id._balance_units(session.date), session.company_id._to_units(counted))

    def step_deposit(self, company):
        session, account, amount = self.session_of(company), self.account_of(company, "sukarela"), self.amount()
        if not session:
            return False
        transaction = self.deposit(account, amount, session)
        self.expected[account] += amount
        return self.book(transaction)

    def step_withdraw(self, company):
        session, account, amount = self.session_of(company), self.account_of(company, "sukarela"), self.amount()
        if not session:
            return False
        transaction = self.withdraw(account, amount, session)
        self.expected[account] -= amount
        return self.book(transaction)

    def step_transfer(self, company):
        source, target, amount = self.account_of(company, "sukarela"), self.account_of(company), self.amount()
        day = self.today - timedelta(days=self.random.choice([0, 0, 0, 1, 5, 9]))
        transaction = self.as_user(self.tellers[company], source)._transfer(target, amount, day)
        self.expected[source] -= amount
        self.expected[target] += amount
        return self.book(transaction)

    def step_repeat(self, company):
        """A form sent twice: the same receipt, once with another amount: refused."""
        session, account, amount = self.session_of(company), self.account_of(company), self.amount()
        if not session:
            return False
        key = f"key-{self.random.random()}"
        transaction = self.deposit(account, amount, session, key=key)
        self.assertEqual(self.deposit(account, amount, session, key=key), transaction)
        with self.assertRaisesRegex(UserError, "already recorded"), self.env.cr.savepoint():
            self.deposit(account, amount + 1, session, key=key)
        self.expected[account] += amount
        return self.book(transaction)

    def step_reverse(self, company):
        """A mistake of some time ago is taken back, perhaps a second time."""
        candidates = [transaction for transaction in self.reversible if transaction.company_id == company]
        if not candidates:
            return False
        transaction = self.random.choice(candidates[-40:])
        correction = self.as_user(self.tellers[company], self.env["koperasi.correction"]).create(
            {
                "transaction_id": transaction.id,
                "reason": "Salah ketik",
            }
        )
        self.as_user(self.treasurers[company], correction).action_approve()
        self.forget_from(company, correction.reversal_id.date)
        for line in transaction.line_ids.filtered("savings_id"):
            self.expected[line.savings_id] -= int(line.amount)
        self.assertEqual(correction.reversal_id.reversal_of_id, transaction)

    def step_nonsense(self, company):
        """What must never succeed, whatever the state."""
        account, session = self.account_of(company), self.session_of(company)
        [foreign] = [other for other in self.tellers if other != company]
        self.random.choice(
            [
                lambda: self.as_user(self.tellers[company], account)._transfer(account, 1000, self.today),
                lambda: self.as_user(self.tellers[company], account)._transfer(
                    self.account_of(foreign), 1000, self.today
                ),
                lambda: self.as_user(self.pengawas, account)._transfer(self.account_of(company), 1000, self.today),
                lambda: self.deposit(account, -1000, session) if session else account._positive(-1),
                lambda: self.deposit(account, 1000.5, session) if session else account._positive(0.5),
                lambda: self.withdraw(account, 10**12, session) if session else account._positive(0),
                lambda: self.deposit(self.account_of(foreign), 1000, session) if session else account._positive(0),
            ]
        )()

    def step_day(self, company):
        """Time passes; sometimes a month, whose interest is then paid. Open sessions stay open: people forget."""
        for each in self.tellers:
            self.remember(each, self.today)
        before = self.today
        self.today += timedelta(days=self.random.choice([1, 1, 2, 3, 10, 20]))
        clock = freeze_time(f"{self.today} 03:00:00")
        clock.start()
        self.addCleanup(clock.stop)
        if self.today.month != before.month:
            for each in self.tellers:
                self.pay_interest(each, before)

    def pay_interest(self, company, day):
        product = self.env["koperasi.savings.product"].search(
            [("company_id", "=", company.id), ("savings_class", "=", "sukarela")]
        )
        run = self.as_user(self.treasurers[company], self.env["koperasi.run"]).create(
            {
                "company_id": company.id,
                "product_id": product.id,
                "date_from": day,
            }
        )
        run.action_start()
        run = run.sudo()
        while run.state in ("queued", "running"):
            run._process_chunk(self.random.choice([1, 3, 10]))
        self.assertEqual(run.state, "done")
        self.forget_from(company, run.date_to)
        lines = self.env["koperasi.transaction.line"].search([("run_id", "=", run.id), ("savings_id", "!=", False)])
        for line in lines:
            self.expected[line.savings_id] += int(line.amount)
        interest = lines.filtered(lambda line: line.component == "interest")
        self.assertEqual(len(interest), len(interest.savings_id))

    # === WHAT MUST HOLD === #

    def balances(self, company, day=None):
        accounts = self.accounts[company].with_context(koperasi_as_of=day)
        return {account.id: account.balance for account in accounts}

    def remember(self, company, day):
        self.seen[company, day] = self.balances(company, day)

    def forget_from(self, company, day):
        """Something was dated back to `day`: what was seen of it and later days changes rightly."""
        self.seen = {
            (other, seen): balances for (other, seen), balances in self.seen.items() if other != company or seen < day
        }

    def assertEverything(self, when):
        self.env.flush_all()
        self.env.invalidate_all()
        for company in self.tellers:
            self.assertBooksAgree(company)
            self.assertEqual(
                self.balances(company), {account.id: self.expected[account] for account in self.accounts[company]}, when
            )
            for box in self.env["koperasi.cash.box"].search([("company_id", "=", company.id)]):
                self.assertGreaterEqual(box._balance_units(), 0, when)
        past = list(self.seen)
        for company, day in self.random.sample(past, min(3, len(past))):
            self.assertEqual(self.balances(company, day), self.seen[company, day], f"{when}, as of {day}")
            self.asked_again += 1
            self.assertBooksAgree(company, day)
        self.assertFalse(
            self.env.execute_query(SQL("""
            SELECT journal_id, sequence_prefix, COUNT(*) FROM koperasi_transaction GROUP BY 1, 2
            HAVING COUNT(*) <> MAX(sequence_number) OR COUNT(*) <> COUNT(DISTINCT sequence_number)
        """)),
            when,
        )
