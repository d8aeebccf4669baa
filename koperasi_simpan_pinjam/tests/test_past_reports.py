from datetime import date, timedelta

from odoo.tests import freeze_time, tagged

from .common import KoperasiCase
from .papers import differences, papers

FIRST, LAST = date(2026, 10, 12), date(2026, 11, 25)


@tagged("post_install", "-at_install")
class TestPastReports(KoperasiCase):
    """Forty-five days of a cooperative; each evening every report is printed. Asked again at the end, each gives what
    was printed on its day.

    Paid early and late, taken back, paid off, waived, left: whatever happens later changes no paper of before.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.koperasi_exit_wait_months = 0
        # 1 % a month flat for 10 months: 110.000; 0,1 % a day of what is late
        cls.late_product = cls.env.ref(f"account.{cls.company.id}_koperasi_loan_product_warga").copy(
            {
                "name": "Flat",
                "rate": 1,
                "rate_basis": "month",
                "interest_to_savings_percent": 0,
                "company_id": cls.company.id,
                "penalty_kind": "installment",
                "penalty_rate": 0.1,
            }
        )
        cls.term_product = cls.env.ref(f"account.{cls.company.id}_koperasi_product_term")
        cls.term_product.write({"active": True, "term_months": 1})
        cls.set_rate(cls.term_product, 6)
        cls.set_rate(cls.env.ref(f"account.{cls.company.id}_koperasi_product_sukarela"), 6)

    # === THE DAYS === #

    def life(self):
        """{day: what happens on it}"""
        return {
            date(2026, 10, 12): self.begin,
            date(2026, 10, 14): self.open_term,
            date(2026, 10, 20): lambda: self.save(self.people[1], "wajib", 60000),  # Aminah, three months
            date(2026, 10, 27): lambda: self.save(self.people[2], "wajib", 20000),
            date(2026, 11, 1): self.interest,
            date(2026, 11, 2): lambda: self.repay(0, 110000, excess="ahead"),  # early: due on the 12th
            date(2026, 11, 3): lambda: self.wrong.append(self.save(self.people[2], "sukarela", 75000)),
            date(2026, 11, 5): lambda: self.save(self.people[2], "wajib", 20000),
            date(2026, 11, 6): self.take_back,
            date(2026, 11, 8): self.ask_to_leave,
            date(2026, 11, 9): self.leave,
            date(2026, 11, 10): self.free_of_dues,
            date(2026, 11, 11): self.settle_exit,
            date(2026, 11, 12): lambda: self.wrong.append(self.repay(1, 110000)),  # on the day
            date(2026, 11, 14): lambda: self.work("term", date(2026, 11, 14)),  # interest, and maturity
            date(2026, 11, 16): self.pay_off,
            date(2026, 11, 17): self.take_back,  # now it is late too
            date(2026, 11, 19): self.waive,
            date(2026, 11, 20): lambda: self.repay(1, 110000 + 880 - 500),  # 8 days late, 500 of it waived
            date(2026, 11, 23): lambda: self.take(self.people[1], 150000),
            # 500.000 off the principal: lower installments from now on
            date(2026, 11, 24): lambda: self.repay(0, 500000, excess="lower"),
            date(2026, 11, 25): self.interest_of_today,
        }

    def begin(self):
        self.people = [self.member(name) for name in ("Rini", "Aminah", "Wati", "Yanti", "Tuti")]
        self.save(self.people[0], "sukarela", 20000000, self.vault)
        self.loans = [self.lend(member) for member in self.people[:4]]
        self.wrong = []

    def member(self, name):
        member = self.new_member(name)
        self.save(member, "pokok", 100000)
        self.as_user(self.ketua, member).action_approve()
        return member

    def lend(self, member):
        loan = self.as_user(self.petugas, self.env["koperasi.loan"]).create(
            {"member_id": member.id, "product_id": self.late_product.id, "amount": 1000000}
        )
        loan.action_submit()
        self.as_user(self.ketua, loan).action_approve()
        self.as_user(self.bendahara, loan)._disburse(self.vault.sudo().journal_id, self.today, session=self.vault)
        return loan

    def save(self, member, class_, amount, session=None):
        return self.deposit(self.account(member, class_), amount, session or self.session)

    def take(self, member, amount):
        self.save(member, "sukarela", 200000)
        return self.withdraw(self.account(member, "sukarela"), amount, self.session)

    def repay(self, number, amount, **options):
        return self.as_user(self.petugas, self.loans[number])._pay(amount, self.session, **options)

    def open_term(self):
        term = self.as_user(self.petugas, self.env["koperasi.savings.term"]).create(
            {"product_id": self.term_product.id, "member_id": self.people[1].id, "amount": 3000000}
        )
        self.as_user(self.bendahara, self.env["koperasi.term.operation"]).create(
            {"term_id": term.id, "operation": "open"}
        )._record()

    def work(self, kind, day, **vals):
        run = self.as_user(self.bendahara, self.env["koperasi.run"]).create(
            {"company_id": self.company.id, "kind": kind, "date_from": day, **vals}
        )
        run.action_start()
        while run.state in ("queued", "running"):
            run.sudo()._process_chunk(1000)
        self.assertEqual((run.state, run.failure), ("done", False))

    def interest(self):
        """Of October, dated on its last day; the papers of that day are printed after it."""
        product = self.account(self.people[0], "sukarela").sudo().product_id
        self.work("interest", date(2026, 10, 1), product_id=product.id)
        self.printed[date(2026, 10, 31)] = self.figures(date(2026, 10, 31))

    def interest_of_today(self):
        self.work("term", self.today)

    def take_back(self):
        correction = self.as_user(self.petugas, self.env["koperasi.correction"]).create(
            {"transaction_id": self.wrong.pop().id, "reason": "Salah"}
        )
        self.as_user(self.bendahara, correction).action_approve()

    def ask_to_leave(self):
        """Tuti owes nothing, and the dues of October and November."""
        self.leaving = self.as_user(self.petugas, self.env["koperasi.member.exit"]).create(
            {"member_id": self.people[4].id, "reason": "Pindah"}
        )

    def leave(self):
        self.as_user(self.ketua, self.leaving).action_approve()

    def settle_exit(self):
        self.as_user(self.bendahara, self.leaving).action_settle()
        self.as_user(self.bendahara, self.leaving)._pay(
            self.leaving.amount_left, self.vault.sudo().journal_id, session=self.vault
        )

    def free_of_dues(self):
        exception = self.as_user(self.petugas, self.env["koperasi.dues.exception"]).create(
            {
                "member_id": self.people[3].id,
                "month_from": date(2026, 11, 1),
                "month_to": date(2026, 11, 1),
                "kind": "waiver",
                "reason": "Sakit",
            }
        )
        self.as_user(self.ketua, exception).action_approve()

    def pay_off(self):
        """Wati's loan: all principal, service fee and late fee of what is due and of the month that runs."""
        loan = self.loans[2]
        quote = loan._payoff_quote(self.today)
        units = quote.principal + quote.interest + quote.penalty + quote.fee - quote.discount
        self.as_user(self.petugas, loan)._pay_off(self.company._from_units(units), self.session)

    def waive(self):
        self.as_user(self.ketua, self.env["koperasi.loan.waiver.request"]).create(
            {"loan_id": self.loans[1].id, "amount": 500, "reason": "Sakit"}
        ).action_confirm()

    def figures(self, day=None):
        """Every figure of every report: as of `day`, or as it stands now."""
        return papers(self.company, self.pengawas, day)

    def test_every_day_stays_as_it_was_printed(self):
        self.printed, life, self.today = {}, self.life(), FIRST
        while self.today <= LAST:
            with freeze_time(f"{self.today} 03:00:00"):
                if self.today in life:
                    self.vault = self.open_session(self.bendahara, "KAS", day=self.today)
                    self.session = self.open_session(day=self.today)
                    life.pop(self.today)()
                    for session in (self.session, self.vault):
                        session._do_close(session.expected_amount)
                self.printed[self.today] = self.figures()
            self.today += timedelta(days=1)
        self.assertFalse(life)
        # what was late is on the papers, and what was paid since is not
        evening, loan = self.printed[date(2026, 11, 19)], self.loans[1]
        self.assertEqual(evening["loan", loan.id][1:4], (110000, 770 - 500, 7))
        # and so are the dues of who left the day after
        before, after = (self.printed[date(2026, 11, day)].get(("dues", self.people[4].id)) for day in (8, 9))
        self.assertEqual((before[0], after[0]), (20000, 0))
        with freeze_time(f"{LAST} 03:00:00"):
            for day, printed in self.printed.items():
                with self.subTest(day=day):
                    self.assertFalse(differences(printed, self.figures(day)))
            self.assertBooksAgree()
