from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import TODAY, KoperasiCase


class LoanCase(KoperasiCase):
    """Two members, a full cash box and the seed's loan product."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vault = cls.open_session(cls.bendahara, "KAS")
        cls.session = cls.open_session()
        cls.siti = cls.active_member("Siti")
        cls.rich = cls.active_member("Aminah")
        cls.savings = cls.account(cls.rich, "sukarela")
        cls.deposit(cls.savings, 20000000, cls.vault)
        cls.product = cls.env.ref(f"account.{cls.company.id}_koperasi_loan_product_warga")

    @classmethod
    def active_member(cls, name):
        member = cls.new_member(name)
        cls.deposit(cls.account(member, "pokok"), 100000, cls.session)
        cls.as_user(cls.ketua, member).action_approve()
        return member

    @classmethod
    def new_loan(cls, amount=1000000, member=None, approve=True, product=None):
        loan = cls.as_user(cls.petugas, cls.env["koperasi.loan"]).create(
            {
                "member_id": (member or cls.siti).id,
                "product_id": (product or cls.product).id,
                "amount": amount,
            }
        )
        loan.action_submit()
        if approve:
            cls.as_user(cls.ketua, loan).action_approve()
        return loan

    def disburse(self, loan, **options):
        return self.as_user(self.bendahara, loan)._disburse(
            self.vault.sudo().journal_id, TODAY, session=self.vault, **options
        )

    def running(self, amount=1000000, **options):
        loan = self.new_loan(amount, **options)
        self.disburse(loan)
        return loan

    def pay(self, loan, amount, **options):
        return self.as_user(self.petugas, loan)._pay(amount, self.session, **options)

    @classmethod
    def new_product(cls, **terms):
        """1 % a month flat for 10 months, all of it income, unless `terms` say otherwise."""
        return cls.product.copy(
            {
                "name": "Flat",
                "rate": 1,
                "rate_basis": "month",
                "interest_to_savings_percent": 0,
                "company_id": cls.company.id,
                **terms,
            }
        )


@tagged("post_install", "-at_install")
class TestLoan(LoanCase):
    def test_from_application_to_schedule(self):
        """TV-SEED: 1.000.000, 10 % for the whole of 10 months: 10 x 110.000."""
        loan = self.new_loan()
        self.assertEqual(loan.number, "PJM/2026/0001")
        self.assertEqual((loan.state, loan.approved_by_id), ("approved", self.ketua))
        voucher = self.disburse(loan)
        self.assertEqual(voucher.number, "BKK/KAS/2026/0001")
        self.assertEqual((loan.state, loan.outstanding), ("running", 1000000))
        self.assertEqual(loan.installment_ids.mapped("total"), [110000] * 10)
        self.assertEqual(loan.installment_ids[0].due_date, date(2026, 12, 24))
        self.assertEqual(loan.installment_ids[-1].balance, 0)
        self.assertBooksAgree()

    def test_half_of_the_service_fee_becomes_savings(self):
        """docs/domain.md 4.12: with 50 % each installment credits 100.000, 5.000 income and 5.000 savings."""
        loan = self.running()
        receipt = self.pay(loan, 110000)
        jasa = self.siti.savings_ids.filtered(lambda account: account.product_id.code == "JASA")
        self.assertEqual(jasa.balance, 5000)
        amounts = {(line.component, bool(line.savings_id)): line.amount for line in receipt.line_ids}
        self.assertEqual(amounts, {("principal", False): 100000, ("interest", False): 5000, ("interest", True): 5000})
        self.assertEqual(loan.outstanding, 900000)
        self.assertEqual(loan.installment_ids[0].state, "paid")
        with self.assertRaisesRegex(UserError, "when PJM/2026/0001 is paid off"):
            self.withdraw(jasa, 5000, self.session)
        self.assertBooksAgree()

    def test_partial_payments_split_the_same(self):
        """Service fee first, then principal; any partition gives the same savings in the end."""
        loan = self.running()
        self.pay(loan, 3333)
        self.assertEqual((loan.installment_ids[0].paid_interest, loan.installment_ids[0].paid_principal), (3333, 0))
        self.pay(loan, 3333)
        self.pay(loan, 53334)
        self.assertEqual(
            (loan.installment_ids[0].paid_interest, loan.installment_ids[0].paid_principal), (10000, 50000)
        )
        jasa = self.siti.savings_ids.filtered(lambda account: account.product_id.code == "JASA")
        self.assertEqual(jasa.balance, 5000)
        with self.assertRaisesRegex(UserError, "only Rp 50.000 can be paid now"):
            self.pay(loan, 60000)
        self.pay(loan, 160000, excess="ahead")
        self.assertEqual([row.state for row in loan.installment_ids[:3]], ["paid", "paid", "open"])
        self.assertBooksAgree()

    def test_whole_life(self):
        loan = self.running()
        for _installment in range(10):
            self.pay(loan, 110000, excess="ahead")
        self.assertEqual((loan.state, loan.outstanding), ("paid", 0))
        jasa = self.siti.savings_ids.filtered(lambda account: account.product_id.code == "JASA")
        self.assertEqual(jasa.balance, 50000)
        income = self.product.interest_account_id
        [[balance]] = self.env["account.move.line"]._read_group(
            [("account_id", "=", income.id)], aggregates=["balance:sum"]
        )
        self.assertEqual(balance, -50000)
        self.withdraw(jasa, 50000, self.session)
        with self.assertRaisesRegex(UserError, "Paid Off"):
            self.pay(loan, 1000)
        self.assertBooksAgree()

    def test_late(self):
        with freeze_time("2026-09-10 03:00:00"):
            old = self.open_session(self.bendahara, "KL1", day=date(2026, 9, 10))
            self.deposit(self.account(self.siti, "wajib"), 5000000, old)
            loan = self.new_loan()
            self.as_user(self.bendahara, loan)._disburse(old.sudo().journal_id, date(2026, 9, 10), session=old)
            self.as_user(self.bendahara, old)._do_close(4000000)
        self.assertEqual((loan.arrears, loan.days_late), (220000, 45))  # 10 Oct and 10 Nov; 45 days since 10 Oct
        self.assertEqual(loan.with_context(koperasi_as_of=date(2026, 10, 31)).arrears, 110000)
        self.pay(loan, 150000)
        self.assertEqual([row.state for row in loan.installment_ids[:3]], ["paid", "late", "open"])
        self.assertEqual((loan.arrears, loan.days_late), (70000, 14))

    def test_before_it_was_paid_out(self):
        """As of an earlier day nothing is owed, nothing is due and nothing is paid of it (docs/architecture.md 2.1)."""
        loan = self.running().with_context(koperasi_as_of=date(2026, 11, 23))
        self.assertEqual((loan.outstanding, loan.next_due_date, loan.next_due_amount, loan.progress), (0, False, 0, 0))
        loan = loan.with_context(koperasi_as_of=TODAY)
        self.assertEqual((loan.outstanding, loan.next_due_date, loan.progress), (1000000, date(2026, 12, 24), 0))

    def test_form_proposes_amount_and_session(self):
        """Whoever makes the form without the web client, by RPC, gets the same proposals as on the screen."""
        form = self.as_user(self.bendahara, self.env["koperasi.loan.operation"])
        loan = self.new_loan()
        operation = form.create({"loan_id": loan.id, "operation": "disburse"})
        self.assertEqual((operation.amount, operation.session_id), (1000000, self.vault))
        operation.action_confirm()
        self.assertEqual(form.create({"loan_id": loan.id}).amount, 110000)

    def test_payoff(self):
        """TV-PAYOFF: 10.000.000, 12 installments, 1 % a month flat, 5 paid, in month 6: 5.933.335."""
        product = self.new_product(periods=12)
        loan = self.running(10000000, product=product)
        for row in loan.installment_ids[:5]:
            self.pay(loan, row.total, excess="ahead")
        self.assertEqual(loan.outstanding, 5833335)
        session = self.session
        quote = lambda: loan._payoff_units(date(2027, 5, 1))  # noqa: E731
        self.assertEqual(quote(), 5933335)
        product.write({"payoff_convention": "plus_percent", "payoff_percent": 2})
        self.assertEqual(quote(), 6050002)
        product.payoff_convention = "all"
        self.assertEqual(quote(), 6533335)
        product.payoff_convention = "current"
        with self.assertRaisesRegex(UserError, "paid off today with Rp 5.933.335"):
            self.as_user(self.petugas, loan)._pay_off(5933000, session)
        receipt = self.as_user(self.petugas, loan)._pay_off(5933335, session, key="off")
        self.assertEqual((loan.state, loan.outstanding, loan.arrears), ("paid", 0, 0))
        self.assertEqual(self.as_user(self.petugas, loan)._pay_off(5933335, session, key="off"), receipt)
        self.assertEqual(loan.installment_ids[-1].state, "settled")
        self.assertBooksAgree()
        correction = self.as_user(self.petugas, self.env["koperasi.correction"]).create(
            {"transaction_id": receipt.id, "reason": "Salah"}
        )
        self.as_user(self.bendahara, correction).action_approve()
        self.assertEqual((loan.state, loan.outstanding), ("running", 5833335))
        self.assertBooksAgree()

    def test_paid_off_twice(self):
        """Paid off, taken back and paid off again: the evening of the first payoff owes nothing ever after."""
        loan = self.running()
        receipt = self.as_user(self.petugas, loan)._pay_off(1010000, self.session)
        correction = self.as_user(self.petugas, self.env["koperasi.correction"])
        with freeze_time("2026-11-26 03:00:00"):
            later = self.open_session(self.bendahara, "KL1", day=date(2026, 11, 26))
            back = correction.create({"transaction_id": receipt.id, "reason": "Salah"})
            self.as_user(self.bendahara, back).action_approve()
            self.assertTrue(loan._unpaid())
            self.as_user(self.bendahara, loan)._pay_off(1010000, later)
        self.assertEqual((dict(loan._unpaid(TODAY)), dict(loan._unpaid(date(2026, 11, 25)))), ({}, {}))

    def test_payoff_of_before_loans_named_it(self):
        """The upgrade finds it; without, the nine service fees that it forgave would be asked for again."""
        loan = self.running()
        receipt = self.as_user(self.petugas, loan)._pay_off(1010000, self.session)
        loan.sudo()._set(payoff_id=False, settled_by_ids=[(5,)])
        self.assertEqual(sum(due.interest for due in loan._unpaid()[loan.id]), 90000)
        self.migrate("19.0.1.0.1/post-loan-payoffs.py", "19.0.1.0.0")
        self.assertEqual((loan.sudo().payoff_id, dict(loan._unpaid())), (receipt.sudo(), {}))

    def test_same_key_of_a_payment_gives_the_first_receipt(self):
        """Although the same money would pay other installments now."""
        loan = self.running()
        first = self.pay(loan, 110000, key="k")
        self.assertEqual(self.pay(loan, 110000, key="k"), first)
        self.assertEqual(loan.outstanding, 900000)
        with self.assertRaisesRegex(UserError, "already recorded"):
            self.pay(loan, 100000, key="k")

    def test_funds(self):
        """20.200.000 in cash, 20 % of 20.000.000 kept back: 16.200.000 may be lent."""
        self.assertEqual(self.company._koperasi_loanable_units(self.env["koperasi.loan"]), 16200000)
        first, second = self.new_loan(9000000), self.new_loan(9000000, member=self.rich)
        self.assertEqual((first.state, second.state), ("approved", "queued"))
        self.disburse(first)
        self.assertFalse(self.disburse(second))
        self.assertEqual(second.state, "queued")
        self.assertFalse(second.installment_ids)
        self.deposit(self.account(self.siti, "wajib"), 5000000, self.vault)
        self.assertTrue(self.disburse(second))
        self.assertEqual(second.state, "running")
        self.assertBooksAgree()

    def test_who_decides(self):
        loan = self.new_loan(approve=False)
        for user in (self.petugas, self.bendahara, self.sekretaris, self.pengawas):
            with self.assertRaises(AccessError):
                self.as_user(user, loan).action_approve()
        self.ketua.partner_id = self.siti.partner_id
        with self.assertRaisesRegex(UserError, "her own loan"):
            self.as_user(self.ketua, loan).action_approve()
        self.as_user(self.both, loan).action_approve()
        for user in (self.petugas, self.ketua):
            with self.assertRaises(AccessError):
                self.as_user(user, loan)._disburse(self.vault.sudo().journal_id, TODAY, session=self.vault)
        self.env["koperasi.officer"].create(
            {"user_id": self.both.id, "company_id": self.company.id, "role": "bendahara", "date_from": date(2026, 1, 1)}
        )
        with self.assertRaisesRegex(UserError, "second person"):
            self.as_user(self.both, loan)._disburse(self.vault.sudo().journal_id, TODAY, session=self.vault)

    def test_candidate_does_not_borrow(self):
        with self.assertRaisesRegex(UserError, "not an active member"):
            self.new_loan(member=self.new_member("Baru"))

    def test_terms_are_fixed(self):
        loan = self.new_loan(approve=False)
        with self.assertRaisesRegex(UserError, "fixed once it is submitted"):
            loan.amount = 2000000
        with self.assertRaisesRegex(UserError, "by its actions only"):
            loan.write({"state": "running"})
        loan = self.running()
        with self.assertRaises(UserError):
            loan.installment_ids[0].sudo().write({"principal": 1})
        with self.assertRaisesRegex(UserError, "make a new product|Make a new product"):
            self.product.account_id = self.env.ref(f"account.{self.company.id}_koperasi_1203")

    def test_disbursement_taken_back(self):
        loan = self.new_loan()
        voucher = self.disburse(loan)
        correction = self.as_user(self.petugas, self.env["koperasi.correction"]).create(
            {"transaction_id": voucher.id, "reason": "Batal"}
        )
        self.as_user(self.ketua, correction).action_approve()
        self.assertEqual((loan.state, loan.outstanding), ("cancelled", 0))
        self.assertBooksAgree()
        later = loan.with_context(koperasi_as_of=date(2027, 3, 1))
        self.assertEqual((later.arrears, later.days_late, later.next_due_date), (0, 0, False))

    def test_disbursement_is_taken_back_after_its_payments_only(self):
        """Else a service fee would be left of a loan that was never paid out."""
        loan = self.new_loan()
        voucher, receipt = self.disburse(loan), self.pay(loan, 3000)
        vals = {"transaction_id": voucher.id, "reason": "Batal"}
        corrections = self.as_user(self.petugas, self.env["koperasi.correction"])
        with self.assertRaisesRegex(UserError, "Take back its payments first"), self.env.cr.savepoint():
            corrections.create(vals)
        back = corrections.create({"transaction_id": receipt.id, "reason": "Batal"})
        self.as_user(self.bendahara, back).action_approve()
        self.as_user(self.ketua, corrections.create(vals)).action_approve()
        self.assertEqual((loan.state, loan.outstanding), ("cancelled", 0))
        self.assertBooksAgree()

    def test_rate_above_the_ceiling(self):
        with self.assertRaisesRegex(ValidationError, "above the ceiling"):
            self.product.rate_basis = "month"

    def test_patronage_is_the_income_part(self):
        loan = self.running()
        self.pay(loan, 110000)
        rows = self.env.execute_query(self.env["koperasi.member"]._patronage_query(TODAY, TODAY))
        self.assertEqual(rows, [(self.siti.id, self.company.koperasi_savings_unit_id.id, "loan_interest", 5000)])
        self.assertFalse(
            self.env.execute_query(self.env["koperasi.member"]._patronage_query(date(2026, 1, 1), date(2026, 11, 23)))
        )

    def test_card(self):
        loan = self.running()
        self.pay(loan, 110000)
        html = (
            self.env["ir.actions.report"]
            .with_user(self.petugas)
            ._render_qweb_html("koperasi_simpan_pinjam.report_loan_card", loan.ids)[0]
            .decode()
        )
        self.assertIn("Rp 900.000", html)
        self.assertIn("110.000", html)
