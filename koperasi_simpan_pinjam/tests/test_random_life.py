import random
from collections import Counter
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common import TODAY, KoperasiCase

STEPS = 1000
SEED = 20261124

LEDGER = ("koperasi.transaction", "koperasi.transaction.line", "koperasi.transaction.tender")
CONTRACTS = ("koperasi.member", "koperasi.savings.account", "koperasi.loan", "koperasi.loan.installment")
PAPERS = ("koperasi.cash.session", "koperasi.correction", "koperasi.run", "koperasi.audit.log")
BOOKS = ("account.move", "account.move.line", "account.analytic.line")


class LoanCard:
    """What a clerk writes on the card of a seed loan: 10 installments of a tenth, and of 1 % service fee each.

    Service fee before principal, oldest installment first; half of all service fee paid so far is savings, rounded
    down (docs/domain.md 4.7, 4.9, 4.12). `amount` is a multiple of 100.
    """

    def __init__(self, amount, first_due):
        self.rows = [[first_due + relativedelta(months=month), amount // 100, amount // 10] for month in range(10)]
        self.interest_paid = self.saved = 0

    def payable(self, on):
        """The open rows due by `on`, and the next one."""
        rows = [row for row in self.rows if row[1] or row[2]]
        return [row for row in rows if row[0] <= on] + [row for row in rows if row[0] > on][:1]

    def pay(self, units, rows):
        """:return: [(row, service fee, principal)]; None when it is more than `rows` take"""
        parts = []
        for row in rows:
            interest = min(units, row[1])
            principal = min(units - interest, row[2])
            parts.append((row, interest, principal))
            units -= interest + principal
        return None if units else self.enter(parts)

    def pay_off(self, on):
        """All principal; service fee of what is due and of the running month only."""
        payable = self.payable(on)
        return self.enter([(row, row[1] if row in payable else 0, row[2]) for row in self.rows])

    def enter(self, parts):
        """:return: what `undo` needs: (parts, what of them became savings)"""
        for row, interest, principal in parts:
            row[1] -= interest
            row[2] -= principal
            self.interest_paid += interest
        before, self.saved = self.saved, self.interest_paid // 2
        return parts, self.saved - before

    def undo(self, parts, saved):
        for row, interest, principal in parts:
            row[1] += interest
            row[2] += principal
            self.interest_paid -= interest
        self.saved -= saved


@tagged("post_install", "-at_install")
class TestRandomLife(KoperasiCase):
    """A thousand things that people of two cooperatives do, and try to do, in random order over half a year.

    They save, borrow, repay and correct. After each the ledger is whole: a refused step leaves nothing behind,
    balances are what a clerk has who writes down what succeeded, the books agree, past days give what they gave then,
    and neither cooperative has, or sees, anything of the other. One person is a member of both.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_ketua = cls._new_person("wati", ketua=cls.other)
        cls.tellers = {cls.company: cls.petugas, cls.other: cls.both}
        cls.treasurers = {cls.company: cls.bendahara, cls.other: cls.other_bendahara}
        cls.chairs = {cls.company: cls.ketua, cls.other: cls.other_ketua}
        cls.members, cls.accounts = {}, {}
        person = cls.env["res.partner"].create({"name": "Ibu 0"})
        for company in cls.tellers:
            product = cls.env["koperasi.savings.product"].search(
                [("company_id", "=", company.id), ("savings_class", "=", "sukarela")]
            )
            cls.set_rate(product, 6)
            company.koperasi_payout_limit = 3000000
            company.koperasi_interest_tax_threshold = 2000  # so that some are taxed
            members = [cls.new_member("Ibu 0", company, partner_id=person.id)]
            members += [cls.new_member(f"Ibu {number}", company) for number in range(1, 4)]
            cls.members[company] = members
            cls.accounts[company] = cls.env["koperasi.savings.account"].union(
                *[member.savings_ids for member in members]
            )

    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        self.today = TODAY
        self.sessions = {company: [] for company in self.tellers}  # what is open
        self.loans = {company: [] for company in self.tellers}
        self.cards = {}  # loan: LoanCard
        self.payments = {}  # transaction: what the card's `undo` needs
        self.expected = Counter()  # account or loan: money units, as a clerk would add them up
        self.seen = {}  # (company, day): {account or loan: balance at its end}
        self.reversible = []
        self.asked_again = 0  # past days
        for company, members in self.members.items():
            vault = self.open_session(self.treasurers[company], "KAS", company, self.today)
            self.sessions[company].append(vault)
            for member in members[:3]:  # the fourth stays a candidate
                pokok = self.account(member, "pokok")
                self.deposit(pokok, 100000, vault)
                self.expected[pokok] = 100000
                self.as_user(self.chairs[company], member).action_approve()

    def test_a_thousand_steps(self):
        steps = [
            (16, self.step_deposit),
            (11, self.step_withdraw),
            (8, self.step_transfer),
            (10, self.step_reverse),
            (9, self.step_open),
            (4, self.step_close),
            (2, self.step_repeat),
            (4, self.step_nonsense),
            (3, self.step_day),
            (7, self.step_apply),
            (7, self.step_decide),
            (7, self.step_disburse),
            (14, self.step_pay),
            (1, self.step_pay_off),
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

    def test_a_leak_is_found(self):
        """A loan whose company is changed behind Odoo's back: its member is a stranger there."""
        self.apply(self.company, self.members[self.company][0])
        self.assertNothingLeaks("before")
        loan = self.loans[self.company][0]
        self.env.cr.execute("UPDATE koperasi_loan SET company_id = %s WHERE id = %s", [self.other.id, loan.id])
        with self.assertRaisesRegex(AssertionError, "koperasi.loan.member_id"):
            self.assertNothingLeaks("after")

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
        for line in transaction.line_ids:
            if line.savings_id:
                self.expected[line.savings_id] -= int(line.amount)
            elif line.component == "principal":
                self.expected[line.loan_id] += int(line.amount)
        if transaction in self.payments:
            self.cards[transaction.line_ids.loan_id].undo(*self.payments.pop(transaction))
        self.assertEqual(correction.reversal_id.reversal_of_id, transaction)

    # === LOANS === #

    def loan_of(self, company, *states):
        loans = [loan for loan in self.loans[company] if loan.state in states]
        return self.random.choice(loans or [False])

    def step_apply(self, company):
        """A teller takes an application; a candidate's is refused."""
        self.apply(company, self.random.choice(self.members[company]))

    def apply(self, company, member):
        product = self.env.ref(f"account.{company.id}_koperasi_loan_product_warga")
        loan = self.as_user(self.tellers[company], self.env["koperasi.loan"]).create(
            {
                "member_id": member.id,
                "product_id": product.id,
                "amount": self.random.choice([100000, 300000, 1000000, 4000000]),
            }
        )
        loan.action_submit()
        self.loans[company].append(loan.with_env(self.env))

    def step_decide(self, company):
        """The chair says yes or, sometimes, no; now and then somebody tries who may not."""
        loan = self.loan_of(company, "submitted")
        if not loan:
            return False
        user = self.random.choice([self.chairs[company]] * 4 + [self.tellers[company], self.treasurers[company]])
        loan = self.as_user(user, loan)
        self.random.choice([loan.action_approve] * 7 + [loan.action_reject])()
        self.assertEqual(user, self.chairs[company])

    def step_disburse(self, company):
        loan, session = self.loan_of(company, "approved", "queued"), self.session_of(company)
        if not loan or not session:
            return False
        voucher = self.as_user(self.treasurers[company], loan)._disburse(
            session.sudo().journal_id, session.date, session=session
        )
        if not voucher:
            self.assertEqual(loan.state, "queued")
            return False
        self.expected[loan] = int(loan.amount)
        self.cards[loan] = LoanCard(int(loan.amount), session.date + relativedelta(months=1))
        return self.book(voucher)

    def step_pay(self, company):
        """A part, what is due, ahead, or too much."""
        loan, session = self.loan_of(company, "running"), self.session_of(company)
        if not loan or not session:
            return False
        card, ahead = self.cards[loan], self.random.random() < 0.3
        rows = [row for row in card.rows if row[1] or row[2]] if ahead else card.payable(session.date)
        most = sum(row[1] + row[2] for row in rows)
        tenth = int(loan.amount) * 11 // 100
        amount = self.random.choice([tenth, tenth, 2 * tenth, tenth // 3, 333, most, most + 1])
        receipt = self.as_user(self.tellers[company], loan)._pay(amount, session, excess="ahead" if ahead else None)
        self.assertLessEqual(amount, most)
        return self.write_on_card(loan, receipt, card.pay(amount, rows))

    def step_pay_off(self, company):
        loan, session = self.loan_of(company, "running"), self.session_of(company)
        if not loan or not session:
            return False
        card = self.cards[loan]
        on = session.date
        amount = sum(row[1] for row in card.payable(on)) + sum(row[2] for row in card.rows)
        teller = self.as_user(self.tellers[company], loan)
        with self.assertRaisesRegex(UserError, "paid off today"), self.env.cr.savepoint():
            teller._pay_off(amount + 1, session)
        receipt = teller._pay_off(amount, session)
        self.assertEqual((loan.state, loan.arrears), ("paid", 0))
        return self.write_on_card(loan, receipt, card.pay_off(on))

    def write_on_card(self, loan, receipt, entry):
        parts, saved = self.payments[receipt] = entry
        self.expected[loan] -= sum(principal for _row, _interest, principal in parts)
        account = loan.member_id.savings_ids.filtered(lambda account: account.product_id.code == "JASA")
        self.accounts[loan.company_id] |= account
        if saved:
            self.expected[account] += saved
        return self.book(receipt)

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
                lambda: self.as_user(self.tellers[company], self.env["koperasi.loan"]).create(
                    {
                        "member_id": self.members[foreign][1].id,
                        "product_id": self.env.ref(f"account.{company.id}_koperasi_loan_product_warga").id,
                        "amount": 100000,
                    }
                ),
                lambda: self.foreign_loan(company, foreign, session),
            ]
        )()

    def foreign_loan(self, company, foreign, session):
        """Pay, or pay out, a loan of the other cooperative in a session of one's own."""
        loan = self.loan_of(foreign, "running", "approved", "queued")
        if not loan or not session:
            self.account_of(company)._positive(0)
        elif loan.state == "running":
            self.as_user(self.tellers[company], loan)._pay(333, session)
        else:
            self.as_user(self.treasurers[company], loan)._disburse(
                session.sudo().journal_id, session.date, session=session
            )

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
        """:return: {account or loan: what the ledger has}"""
        accounts = self.accounts[company].with_context(koperasi_as_of=day)
        loans = self.env["koperasi.loan"].union(*self.loans[company]).with_context(koperasi_as_of=day)
        return {
            **{account.with_env(self.env): account.balance for account in accounts},
            **{loan.with_env(self.env): loan.outstanding for loan in loans},
        }

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
            balances = self.balances(company)
            self.assertEqual(balances, {record: self.expected[record] for record in balances}, when)
            self.assertGreaterEqual(min(balances.values()), 0, when)
            for box in self.env["koperasi.cash.box"].search([("company_id", "=", company.id)]):
                self.assertGreaterEqual(box._balance_units(), 0, when)
        past = list(self.seen)
        for company, day in self.random.sample(past, min(3, len(past))):
            balances = self.balances(company, day)
            seen = {record: self.seen[company, day].get(record, 0) for record in balances}  # 0: opened since
            self.assertEqual(balances, seen, f"{when}, as of {day}")
            self.asked_again += 1
            self.assertBooksAgree(company, day)
        self.assertNothingLeaks(when)
        self.assertFalse(
            self.env.execute_query(SQL("""
            SELECT journal_id, sequence_prefix, COUNT(*) FROM koperasi_transaction GROUP BY 1, 2
            HAVING COUNT(*) <> MAX(sequence_number) OR COUNT(*) <> COUNT(DISTINCT sequence_number)
        """)),
            when,
        )

    def assertNothingLeaks(self, when):
        """No row of one cooperative refers to anything of the other, and nobody sees what is not hers."""
        for model in LEDGER + CONTRACTS + PAPERS + BOOKS:
            for name, field in self.env[model]._fields.items():
                if field.type != "many2one" or not field.store or field.comodel_name in ("res.users", "res.company"):
                    continue
                self.assertFalse(self.strangers(model, name, self.env[field.comodel_name]), f"{when}: {model}.{name}")
        people = {
            self.company: (self.petugas, self.bendahara, self.ketua, self.pengawas),
            self.other: (self.other_bendahara, self.other_ketua),
        }
        for company, users in people.items():
            for user in users:
                for model in LEDGER + CONTRACTS + PAPERS + BOOKS:
                    rows = self.as_user(user, self.env[model])
                    if rows.has_access("read"):
                        self.assertLessEqual(rows.search([]).company_id, company, f"{when}: {user.login}, {model}")

    def strangers(self, model, name, target):
        """Ids of rows whose `name` belongs to another cooperative; what belongs to nobody is nobody's secret."""
        if target._name == "account.account":
            other = SQL(
                "NOT EXISTS (SELECT 1 FROM account_account_res_company_rel own"
                " WHERE own.account_account_id = target.id AND own.res_company_id = r.company_id)"
            )
        elif "company_id" in target._fields and target._fields["company_id"].store:
            other = SQL("target.company_id <> r.company_id")
        else:
            return []
        return self.env.execute_query(
            SQL(
                "SELECT r.id FROM %s r JOIN %s target ON target.id = r.%s" " WHERE r.company_id IN %s AND %s",
                SQL.identifier(self.env[model]._table),
                SQL.identifier(target._table),
                SQL.identifier(name),
                tuple(company.id for company in self.tellers),
                other,
            )
        )
