from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import TODAY
from .test_loan import LoanCase


class LateCase(LoanCase):
    """docs/domain.md 4.8: 1.000.000, 10 x 110.000 (100.000 and 10.000), disbursed on 12 October, due on the 12th:
    today, 24 November, its first installment is 12 days late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.late_product = cls.new_product(penalty_kind="installment", penalty_rate=0.1)
        cls.late = cls.late_loan(cls.late_product)

    @classmethod
    def late_loan(cls, product, day=date(2026, 10, 12)):
        bank = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "bank")], limit=1
        )
        with freeze_time(f"{day} 03:00:00"):
            loan = cls.new_loan(product=product)
            cls.as_user(cls.bendahara, loan)._disburse(bank, day)
        return loan


@tagged("post_install", "-at_install")
class TestLateFee(LateCase):
    def correct(self, transaction):
        correction = self.as_user(self.petugas, self.env["koperasi.correction"]).create(
            {"transaction_id": transaction.id, "reason": "Salah"}
        )
        self.as_user(self.bendahara, correction).action_approve()

    def waive(self, loan, amount, user=None, reason="Sakit"):
        return (
            self.as_user(user or self.ketua, self.env["koperasi.loan.waiver.request"])
            .create({"loan_id": loan.id, "amount": amount, "reason": reason})
            .action_confirm()
        )

    def test_holidays(self):
        """Due on 12 November, a holiday as the 17th: ten of the twelve days to the 24th count, 1.100."""
        holidays = self.as_user(self.sekretaris, self.env["koperasi.holiday"])
        with freeze_time("2026-11-12 03:00:00"):
            holidays.create([{"name": "Libur", "date": date(2026, 11, day)} for day in (12, 17)])
        self.assertEqual(self.late.late_fee, 1320)  # its product doesn't say so
        product = self.new_product(penalty_kind="installment", penalty_rate=0.1, penalty_skips_holidays=True)
        loan = self.late_loan(product)
        self.assertEqual(loan.late_fee, 1100)
        self.assertEqual(loan.with_context(koperasi_as_of=date(2026, 11, 18)).late_fee, 440)  # 13 to 16 November
        with self.assertRaisesRegex(UserError, "is past"):
            holidays.create({"name": "Lupa", "date": date(2026, 11, 20)})
        with self.assertRaisesRegex(UserError, "is past"):
            holidays.search([]).unlink()

    def test_a_tenth_of_a_percent_a_day(self):
        """TV-DENDA: 110.000, 12 days, 0,1 %: 1.320. It is paid first, to its income account, in cash basis."""
        loan = self.late
        self.assertEqual((loan.arrears, loan.days_late, loan.late_fee), (110000, 12, 1320))
        self.assertEqual(loan.installment_ids[0].penalty, 1320)
        self.assertEqual(loan.with_context(koperasi_as_of=date(2026, 11, 22)).late_fee, 1100)  # 10 days
        income = self.late_product.penalty_account_id
        self.assertFalse(self.env["account.move.line"].search([("account_id", "=", income.id)]))
        receipt = self.pay(loan, 111320)
        self.assertEqual(
            {line.component: line.amount for line in receipt.line_ids},
            {"penalty": 1320, "interest": 10000, "principal": 100000},
        )
        self.assertEqual((loan.arrears, loan.late_fee, loan.installment_ids[0].paid_penalty), (0, 0, 1320))
        [[balance]] = self.env["account.move.line"]._read_group(
            [("account_id", "=", income.id)], aggregates=["balance:sum"]
        )
        self.assertEqual(balance, -1320)
        with freeze_time("2026-12-20 03:00:00"):  # 8 days late with the second one; the first rests: 110.000 x 0,8 %
            self.env.invalidate_all()
            self.assertEqual(loan.late_fee, 880)
        self.assertBooksAgree()

    def test_order_of_payment(self):
        """First of all, or last: what is left of the fee stays open though the installment is paid."""
        self.late_product.payment_order = "interest_principal_penalty"
        receipt = self.pay(self.late, 110000)
        self.assertEqual(set(receipt.line_ids.mapped("component")), {"interest", "principal"})
        self.assertEqual((self.late.arrears, self.late.days_late, self.late.late_fee), (0, 0, 1320))
        self.pay(self.late, 1320)
        self.assertEqual(self.late.late_fee, 0)
        self.assertBooksAgree()

    def test_at_the_counter_and_on_the_card(self):
        counter = self.as_user(self.petugas, self.env["koperasi.counter"]).create(
            {"member_id": self.siti.id, "company_id": self.company.id}
        )
        line = counter.in_ids.filtered("loan_id")
        self.assertEqual((line.due, line.amount), (111320, 111320))
        self.assertIn("late fee of Rp 1.320", line.name)
        html = (
            self.env["ir.actions.report"]
            .with_user(self.petugas)
            ._render_qweb_html("koperasi_simpan_pinjam.report_loan_card", self.late.ids)[0]
            .decode()
        )
        self.assertIn("Rp 1.320", html)
        form = self.as_user(self.petugas, self.env["koperasi.loan.operation"]).create({"loan_id": self.late.id})
        self.assertEqual(form.amount, 111320)

    def test_a_payment_taken_back(self):
        """The fee is open again, and runs on as if the money had never come."""
        receipt = self.pay(self.late, 111320)
        with freeze_time("2026-11-26 03:00:00"):
            today = date(2026, 11, 26)
            self.env.invalidate_all()
            self.assertEqual(self.late.late_fee, 0)
            session = self.open_session(day=today)
            self.deposit(self.account(self.rich, "sukarela"), 200000, session)
            self.session._do_close(self.session.expected_amount)
            self.correct(receipt)
            self.env.invalidate_all()
            self.assertEqual(self.late.late_fee, 1540)  # 14 days
            past = self.late.with_context(koperasi_as_of=date(2026, 11, 25))
            self.assertEqual((past.late_fee, past.arrears), (0, 0))  # what the books said then
        self.assertBooksAgree()

    def test_payoff(self):
        """1.000.000 + 10.000 in arrears + 10.000 of the running month + 1.320; after it nothing accrues."""
        loan = self.late
        self.assertEqual(loan._payoff_units(TODAY), 1021320)
        receipt = self.as_user(self.petugas, loan)._pay_off(1021320, self.session)
        self.assertEqual((loan.state, loan.late_fee, loan.arrears), ("paid", 0, 0))
        with freeze_time("2027-12-24 03:00:00"):
            self.env.invalidate_all()
            self.assertEqual((loan.late_fee, loan.arrears), (0, 0))
        self.assertBooksAgree()
        self.correct(receipt)
        self.assertEqual((loan.state, loan.late_fee), ("running", 1320))
        self.assertBooksAgree()

    def test_paid_to_the_end_but_for_the_fee(self):
        """The loan is over when its late fee is paid, too; taking that back opens it again.

        One installment of 1.010.000, 12 days late at 0,1 %: 12.120.
        """
        loan = self.late_loan(self.late_product.copy({"periods": 1, "payment_order": "principal_first"}))
        self.pay(loan, 1010000)
        self.assertEqual((loan.state, loan.outstanding, loan.late_fee), ("running", 0, 12120))
        receipt = self.pay(loan, 12120)
        self.assertEqual(loan.state, "paid")
        self.correct(receipt)
        self.assertEqual((loan.state, loan.late_fee), ("running", 12120))
        self.waive(loan, 12120)
        self.assertEqual((loan.state, loan.late_fee), ("paid", 0))
        self.assertBooksAgree()

    def test_waiver(self):
        loan, entries = self.late, self.env["account.move"].search_count([])
        self.waive(loan, 320)
        self.assertEqual(loan.late_fee, 1000)
        self.assertEqual(loan.with_context(koperasi_as_of=date(2026, 11, 23)).late_fee, 1210)  # 11 days, not waived yet
        self.assertEqual(loan._payoff_units(TODAY), 1021000)
        with self.assertRaisesRegex(UserError, "the late fee is Rp 1.000"):
            self.waive(loan, 1001)
        with self.assertRaisesRegex(UserError, "the reason"):
            self.waive(loan, 1, reason=" ")
        self.waive(loan, 1000, user=self.bendahara)
        self.assertEqual((loan.late_fee, loan.arrears), (0, 110000))
        self.assertEqual(loan.waiver_ids.mapped("amount"), [1000, 320])
        self.assertEqual(self.env["account.move"].search_count([]), entries)
        logged = self.env["koperasi.audit.log"].search([("event", "=", "late_fee_waived")])
        self.assertIn("Rp 320. Sakit", logged[-1].note)
        with freeze_time("2026-11-25 03:00:00"):
            self.env.invalidate_all()
            self.assertEqual(loan.late_fee, 110)  # one more day
        with self.assertRaises(UserError):
            loan.waiver_ids[0].sudo().write({"amount": 1})

    def test_who_waives(self):
        for user in (self.petugas, self.sekretaris, self.pengawas):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.as_user(user, self.late)._waive_late_fee(1, "Sakit")
        self.ketua.partner_id = self.siti.partner_id
        with self.assertRaisesRegex(UserError, "her own late fee"):
            self.as_user(self.ketua, self.late)._waive_late_fee(1, "Sakit")

    def test_who_collects_does_not_waive(self):
        treasurer = self.as_user(self.bendahara, self.late)
        treasurer._waive_late_fee(20, "Sakit")
        with self.assertRaisesRegex(UserError, "second person"), self.env.cr.savepoint():
            treasurer._pay(111300, self.vault)
        self.pay(self.late, 1000)
        treasurer._waive_late_fee(10, "Sakit")  # the teller took it
        other = self.late_loan(self.late_product, date(2026, 10, 13))
        treasurer = self.as_user(self.bendahara, other)
        treasurer._pay(1000, self.vault)
        with self.assertRaisesRegex(UserError, "second person"):
            treasurer._waive_late_fee(10, "Sakit")
        self.as_user(self.ketua, other)._waive_late_fee(10, "Sakit")

    def test_kinds(self):
        """12 days late, of 100.000 and 10.000."""
        for terms, fee in (
            ({"penalty_kind": "principal", "penalty_rate": 0.1}, 1200),
            ({"penalty_kind": "per_day", "penalty_amount": 500}, 6000),
            ({"penalty_kind": "once", "penalty_amount": 5000}, 5000),
            ({"penalty_kind": "installment", "penalty_rate": 0.5, "penalty_grace_days": 3}, 4950),  # 9 days
            ({"penalty_kind": "per_day", "penalty_amount": 1000, "penalty_cap": 100}, 10000),
            ({"penalty_kind": "once", "penalty_amount": 5000, "penalty_grace_days": 12}, 0),
        ):
            with self.subTest(terms), self.env.cr.savepoint():
                loan = self.late_loan(self.new_product(**terms), date(2026, 10, 12))
                self.assertEqual(loan.late_fee, fee)

    def test_terms_are_agreed(self):
        with self.assertRaisesRegex(UserError, "Make a new product"):
            self.late_product.penalty_rate = 0.2
