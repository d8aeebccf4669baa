from contextlib import contextmanager
from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import KoperasiCase


@tagged("post_install", "-at_install")
class TestTerm(KoperasiCase):
    """Term deposits (docs/domain.md 5.4): 10.000.000 at 6 % a year earn 50.000 a month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env.ref(f"account.{cls.company.id}_koperasi_product_term")
        cls.product.write({"active": True, "term_months": 3})
        cls.set_rate(cls.product, 6)
        with cls.day("2026-11-15"):
            cls.siti = cls.new_member("Siti")
        cls.sukarela = cls.account(cls.siti, "sukarela")

    @classmethod
    @contextmanager
    def day(cls, day, user=None):
        """At ten on that day, with the treasurer's cash session of it."""
        with freeze_time(f"{day} 03:00:00"):
            user, today = user or cls.bendahara, date.fromisoformat(day)
            sessions = cls.env["koperasi.cash.session"].search(
                [("company_id", "=", cls.company.id), ("state", "=", "open")]
            )
            current = sessions.filtered(lambda session: (session.date, session.user_id) == (today, user))
            for session in sessions - current:
                session._do_close(session.expected_amount)
            cls.env.flush_all()
            yield current or cls.open_session(user, "KAS", day=today)

    def _new(self, **vals):
        return self.as_user(self.petugas, self.env["koperasi.savings.term"]).create(
            {"product_id": self.product.id, "member_id": self.siti.id, "amount": 10000000, **vals}
        )

    def _operate(self, term, operation, user=None, **vals):
        return (
            self.as_user(user or self.bendahara, self.env["koperasi.term.operation"])
            .create({"term_id": term.id, "operation": operation, **vals})
            ._record()
        )

    def _opened(self, day="2026-11-15", **vals):
        with self.day(day):
            term = self._new(**vals)
            self._operate(term, "open")
        return term

    def _run(self, day, kind="term", **vals):
        with self.day(day):
            run = self.as_user(self.bendahara, self.env["koperasi.run"]).create(
                {"company_id": self.company.id, "kind": kind, **vals}
            )
            run.action_start()
            self._work(run)
            self.assertEqual((run.state, run.failure), ("done", False))
            self.assertBooksAgree()
        return run

    def _work(self, run):
        while run.state in ("queued", "running", "reversing"):
            run.sudo()._process_chunk(1000)

    def _balance(self, setting, until):
        [[balance]] = self.env["account.move.line"]._read_group(
            [("account_id", "=", self.company[setting].id), ("date", "<=", until)], aggregates=["balance:sum"]
        )
        return balance

    # === INTEREST AND MATURITY === #

    def test_interest_each_month_and_paid_out(self):
        term = self._opened()
        self.assertEqual((term.state, term.rate, term.date_maturity), ("active", 6, date(2027, 2, 15)))
        self.assertRegex(term.number, r"SB/2026/\d{4}")
        self.assertEqual((term.savings_id.balance, term.balance), (10000000, 10000000))
        self._run("2026-12-14")
        self.assertEqual(self.sukarela.balance, 0)
        self._run("2026-12-15")
        self.assertEqual((self.sukarela.balance, term.interest_paid), (50000, 50000))
        self._run("2027-01-20")  # the 15th was missed
        self.assertEqual(self.sukarela.balance, 100000)
        self._run("2027-01-21")
        self.assertEqual(self.sukarela.balance, 100000)
        self._run("2027-02-15")
        self.assertEqual((self.sukarela.balance, term.savings_id.balance), (10150000, 0))
        self.assertEqual((term.state, term.next_ids.ids), ("paid", []))

    def test_no_monthly_run_is_asked_for(self):
        """Its interest is paid on its own days: the month's end and her exit ask for no other run, which is refused."""
        self._opened()
        with self.day("2026-12-16"):
            month = self.as_user(self.bendahara, self.env["koperasi.month"]).create(
                {"company_id": self.company.id, "date_from": "2026-11-01"}
            )
            month.action_check()
            self.assertFalse({check.code: check.left for check in month.check_ids}["interest"])
            leaving = self.as_user(self.petugas, self.env["koperasi.member.exit"]).create(
                {"member_id": self.siti.id, "reason": "Pindah"}
            )
            self.assertEqual(leaving.sudo()._missing_interest(), [])
            with self.assertRaisesRegex(ValidationError, "Interest and Maturities"):
                self.as_user(self.bendahara, self.env["koperasi.run"]).create(
                    {"company_id": self.company.id, "product_id": self.product.id, "date_from": "2026-11-01"}
                )

    def test_rolled_over_at_the_rate_of_that_day(self):
        term = self._opened(payment="maturity", rollover="principal")
        self.set_rate(self.product, 5, date(2027, 2, 1))
        self._run("2027-01-20")
        self.assertEqual(self.sukarela.balance, 0)
        run = self._run("2027-02-16")
        # 3 months at once: 10.000.000 x 6 % x 3 / 12
        self.assertEqual((self.sukarela.balance, term.savings_id.balance), (150000, 10000000))
        following = term.next_ids
        self.assertEqual((term.state, following.state), ("rolled", "active"))
        self.assertEqual((following.date_start, following.rate, following.amount), (date(2027, 2, 15), 5, 10000000))
        self.assertEqual((following.savings_id, following.balance), (term.savings_id, 10000000))
        self.assertNotEqual(following.number, term.number)
        # Taken back, all is as before; done again, it rolls over again.
        with self.day("2027-02-17"):
            self.as_user(self.ketua, run).action_reverse()
            self._work(run)
        self.assertEqual((term.state, following.state), ("active", "cancelled"))
        self.assertEqual((self.sukarela.balance, term.interest_paid), (0, 0))
        self._run("2027-02-18")
        self.assertEqual((term.state, term.next_ids.mapped("state")), ("rolled", ["active", "cancelled"]))
        self.assertEqual(self.sukarela.balance, 150000)

    def test_interest_added_to_the_deposit_and_rolled_over_with_it(self):
        term = self._opened(payment="capitalised", rollover="all")
        for day, held in (("2026-12-15", 10050000), ("2027-01-15", 10100250)):
            self._run(day)
            self.assertEqual(term.balance, held)
        self._run("2027-02-15")
        # 50.000, 50.250, 50.501 (10.100.250 x 0,5 % = 50.501,25)
        self.assertEqual((term.next_ids.amount, term.savings_id.balance), (10150751, 10150751))
        self.assertEqual((self.sukarela.balance, term.balance), (0, 0))

    def test_rolled_over_principal_pays_what_was_capitalised(self):
        term = self._opened(payment="capitalised", rollover="principal")
        self._run("2027-02-15")
        self.assertEqual((self.sukarela.balance, term.next_ids.balance), (150751, 10000000))

    def test_tax_over_all_products_of_the_month(self):
        """Savings earn 200.000 and the deposit 50.000 in December: 10 % of 250.000."""
        with self.day("2026-11-30") as session:
            self.set_rate(self.sukarela.sudo().product_id, 6)
            self.deposit(self.sukarela, 40000000, session)
            term = self._new()
            self._operate(term, "open")
        self._run("2026-12-30")
        self.assertEqual(self.sukarela.balance, 40050000)  # 50.000 alone is free
        self._run("2027-01-01", "interest", product_id=self.sukarela.sudo().product_id.id, date_from=date(2026, 12, 1))
        # The lowest balance of December, 40.000.000, earns 200.000; tax 25.000 of both.
        self.assertEqual(self.sukarela.balance, 40050000 + 200000 - 25000)
        self.assertEqual(self._balance("koperasi_interest_tax_account_id", date(2026, 12, 31)), -25000)

    def test_two_deposits_of_one_member_in_one_run(self):
        self._opened()
        self._opened(amount=2000000)
        self._run("2027-02-15")
        self.assertEqual(self.sukarela.balance, 12000000 + 3 * 60000)

    def test_by_days(self):
        self.product.term_by_days = True
        self._opened()
        self._run("2026-12-15")
        self.assertEqual(self.sukarela.balance, 49315)  # 30 days: 49.315,07

    def test_what_is_held_does_not_mature(self):
        term, other = self._opened(), self._opened(amount=1000000)
        with self.day("2027-01-10"):
            self.as_user(self.bendahara, self.env["koperasi.savings.hold"]).create(
                {"savings_id": term.savings_id.id, "amount": 10000000}
            )
        run = self._run("2027-02-15")
        self.assertEqual((term.state, other.state), ("active", "paid"))
        self.assertEqual(run.skip_ids.savings_id, term.savings_id)
        self.assertIn("Rp 10.000.000 to be left", run.skip_ids.reason)

    # === OPENING === #

    def test_from_savings_and_only_once(self):
        with self.day("2026-11-15") as session:
            self.deposit(self.sukarela, 12000000, session)
            term = self._new()
            form = self.as_user(self.petugas, self.env["koperasi.term.operation"]).create(
                {"term_id": term.id, "money": "savings"}
            )
            memorial = form._record()
            self.assertEqual((memorial.kind, form._record()), ("memorial", memorial))
            self.assertEqual((self.sukarela.balance, term.balance), (2000000, 10000000))
            with self.assertRaisesRegex(UserError, "Active. This can't be done now"):
                self._operate(term, "open")
        self.assertBooksAgree()

    def test_opening_taken_back(self):
        with self.day("2026-11-15"):
            term = self._new()
            receipt = self._operate(term, "open", self.bendahara)
            correction = self.as_user(self.bendahara, self.env["koperasi.correction"]).create(
                {"transaction_id": receipt.id, "reason": "Salah orang"}
            )
            self.as_user(self.ketua, correction).action_approve()
        self.assertEqual((term.state, term.savings_id.balance), ("cancelled", 0))
        self.assertBooksAgree()

    def test_the_rate_is_that_of_the_amount_and_locked(self):
        self.set_rate(self.product, 7, from_balance=5000000)
        term, small = self._opened(), self._opened(amount=1000000)
        self.assertEqual((term.rate, small.rate), (7, 6))
        self.set_rate(self.product, 8, date(2026, 12, 1))
        with self.assertRaisesRegex(UserError, "fixed once it is opened"):
            term.amount = 1
        with self.assertRaisesRegex(UserError, "by its actions only"):
            self.as_user(self.bendahara, term).rate = 9
        self._run("2026-12-15")
        self.assertEqual(self.sukarela.balance, 58333 + 5000)  # 10.000.000 x 7 % / 12 = 58.333,33

    def test_its_account_is_moved_by_the_contract_only(self):
        term = self._opened()
        with self.day("2026-11-16") as session:
            with self.assertRaisesRegex(UserError, "open a new term deposit"):
                self.deposit(term.savings_id, 1000, session)
            with self.assertRaisesRegex(UserError, "can't be withdrawn"):
                self.withdraw(term.savings_id, 1000, session)

    def test_the_account_of_a_product_not_in_use_is_the_ledgers_too(self):
        other = self.env.ref(f"account.{self.other.id}_koperasi_product_term")
        self.assertEqual((other.active, other.account_id.koperasi_control), (False, True))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_account SET koperasi_control = FALSE WHERE id = %s", [other.account_id.id]
        )
        self.migrate("19.0.1.0.1/post-control-accounts.py", "19.0.1.0.0")
        self.assertTrue(other.account_id.koperasi_control)

    def test_terms_are_checked(self):
        with self.day("2026-11-15"):
            with self.assertRaisesRegex(ValidationError, "an account of"):
                self._new(target_id=self.account(self.new_member("Aminah"), "sukarela").id)
            self.product.minimum_deposit = 500000
            with self.assertRaisesRegex(ValidationError, "at least Rp 500.000"):
                self._new(amount=499999)
        with self.assertRaisesRegex(ValidationError, "months of the term"), self.cr.savepoint():
            self.product.term_months = 0
        with self.assertRaisesRegex(ValidationError, "by its contract"):
            self.product.withdrawable = True

    # === PAYING OUT === #

    def test_broken_early_without_the_running_month(self):
        term = self._opened()
        self._run("2026-12-15")
        with self.day("2027-01-20") as session:
            with self.assertRaises(AccessError):
                self._operate(term, "pay_out", self.petugas, money="savings")
            self.deposit(self.sukarela, 50000, session)
            voucher = self._operate(term, "pay_out")
        # 50.000 of the second month; five days of the third earn nothing.
        self.assertEqual((voucher.kind, voucher.amount), ("payment", 10050000))
        self.assertEqual((term.state, term.interest_paid, term.balance), ("broken", 100000, 0))
        self.assertBooksAgree()

    def test_broken_early_with_a_fee(self):
        self.product.write({"break_rule": "fee", "break_fee_percent": 1})
        term = self._opened(payment="maturity")
        with self.day("2027-01-20"):
            voucher = self._operate(term, "pay_out", money="savings")
        # 2 months 100.000; 5 days 10.000.000 x 6 % x 5 / 365 = 8.219,17; less 1 % of 10.000.000.
        self.assertEqual(voucher.kind, "memorial")
        self.assertEqual(self.sukarela.balance, 10000000 + 100000 + 8219 - 100000)
        self.assertEqual(self._balance("koperasi_savings_fee_account_id", date(2027, 1, 20)), -100000)
        self.assertBooksAgree()

    def test_matured_at_the_counter(self):
        """The draft stands among what she pays in; what matured among what she takes out."""
        with self.day("2026-11-15", self.petugas):
            term = self._new(payment="maturity")
            counter = Form(self.as_user(self.petugas, self.env["koperasi.counter"]))
            counter.member_id = self.siti
            record = counter.save()
            [line] = record.in_ids.filtered("term_id")
            self.assertEqual((line.due, line.amount, line.name), (10000000, 0, f"{self.product.name} {term.number}"))
            line.amount = 10000000
            self.assertIn(term.number, record._record()._slip_rows()[-1][0])
        self.assertEqual(term.state, "active")
        self.company.koperasi_payout_limit = 0
        with self.day("2027-02-15", self.petugas):
            counter = Form(self.as_user(self.petugas, self.env["koperasi.counter"]))
            counter.member_id = self.siti
            record = counter.save()
            [line] = record.out_ids.filtered("term_id")
            self.assertEqual(line.available, 10150000)
            record.in_ids.amount = 0
            line.amount = 10150000
            with self.assertRaisesRegex(UserError, "cash"):
                record._record()  # 150.000 more than is in the box
            self.deposit(self.account(self.new_member("Aminah"), "sukarela"), 500000, record.session_id)
            record._record()
        self.assertEqual(term.state, "paid")
        self.assertBooksAgree()

    # === YEAR END === #

    def test_accrued_at_the_end_of_the_year_and_taken_back(self):
        """3.650.000 at 6 % earn 18.250 a month and 600 a day; 15 to 31 December is 17 days."""
        self._opened(amount=3650000)
        self._run("2026-12-15")
        end = date(2026, 12, 31)
        [obstacle] = self.company._koperasi_closing_obstacles(end)
        self.assertIn("not accrued", obstacle)
        with self.day("2026-12-31"), self.assertRaisesRegex(UserError, "not ended yet"):
            self.as_user(self.bendahara, self.env["koperasi.run"]).create(
                {"company_id": self.company.id, "kind": "term_accrual", "product_id": self.product.id, "date_from": end}
            ).action_start()
        self.env["koperasi.run"].search([("kind", "=", "term_accrual")]).sudo().unlink()
        run = self._run("2027-01-02", "term_accrual", product_id=self.product.id)
        self.assertEqual(run.date_to, end)
        accrued, expense = "koperasi_interest_accrued_account_id", "koperasi_term_interest_account_id"
        self.assertEqual((self._balance(accrued, end), self._balance(expense, end)), (-10200, 18250 + 10200))
        self.assertEqual(self._balance(accrued, date(2027, 1, 1)), 0)
        self.assertEqual(self.company._koperasi_closing_obstacles(end), [])
        self.assertBooksAgree(as_of=end)
        self._run("2027-01-15")
        self.assertEqual(self.sukarela.balance, 2 * 18250)
        self.assertEqual(self._balance(expense, date(2027, 1, 15)), 2 * 18250)

    def test_accrued_though_paid_out_since(self):
        """Matured in February, before anybody closes the year."""
        self._opened("2026-11-15", amount=3650000)
        self._run("2026-12-15")
        self._run("2027-02-15")
        self._run("2027-02-16", "term_accrual", product_id=self.product.id, date_from=date(2026, 12, 1))
        self.assertEqual(self._balance("koperasi_interest_accrued_account_id", date(2026, 12, 31)), -10200)

    def test_certificate(self):
        term = self._opened()
        html = (
            self.env["ir.actions.report"]._render_qweb_html("koperasi_simpan_pinjam.report_term", term.ids)[0].decode()
        )
        for text in (term.number, "Rp 10.000.000", "sepuluh juta rupiah", "Siti"):
            self.assertIn(text, html)
