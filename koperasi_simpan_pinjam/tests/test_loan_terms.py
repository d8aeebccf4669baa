from datetime import date

from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TODAY
from .test_loan import LoanCase


@tagged("post_install", "-at_install")
class TestLoanTerms(LoanCase):
    def schedule(self, amount=1000000, start=TODAY, first_due=None, **terms):
        product = self.new_product(**terms)
        rows = product._schedule(amount, product.periods, first_due or product._first_due(start), start)
        return [(row.due_date, row.principal, row.interest) for row in rows]

    def test_weeks(self):
        """1.000.000 in 10 weeks at 1 % a month: 12/52 % a week flat, 2.307,69; the last takes the rest of 23.077."""
        rows = self.schedule(period_unit="week")
        self.assertEqual([row[0] for row in rows[:2]], [date(2026, 12, 1), date(2026, 12, 8)])
        self.assertEqual([row[2] for row in rows], [2308] * 9 + [2305])
        self.assertEqual(sum(row[1] for row in rows), 1000000)

    def test_graces(self):
        """1 % a month of 1.000.000 is 10.000; 10 installments, 8 of 125.000 after two months of grace."""
        rows = self.schedule(principal_grace=2)
        self.assertEqual([row[1] for row in rows], [0, 0] + [125000] * 8)
        self.assertEqual([row[2] for row in rows], [10000] * 10)
        rows = self.schedule(interest_grace=2)
        self.assertEqual([row[2] for row in rows], [0, 0, 30000] + [10000] * 7)
        rows = self.schedule(interest_free=2)
        self.assertEqual([row[2] for row in rows], [0, 0] + [10000] * 8)

    def test_broken_first_period(self):
        """45 days to the first installment are one and a half months: 15.000 instead of 10.000."""
        later = date(2027, 1, 8)
        self.assertEqual(self.schedule(first_due=later, first_by_days=True)[0][2], 15000)
        self.assertEqual(self.schedule(first_due=later)[0][2], 10000)
        self.assertEqual(self.schedule(first_by_days=True)[0][2], 10000)

    def test_rounding(self):
        """docs/domain.md 4.4: flat at 13 % a year, 12 installments up to 500: 94.500 = 83.667 + 10.833."""
        rows = self.schedule(rate=13, rate_basis="year", periods=12, installment_unit=500)
        self.assertEqual(rows[0][1:], (83667, 10833))

    def test_effective_rate(self):
        """docs/domain.md 4.5."""
        self.assertAlmostEqual(self.new_product(rate=10, rate_basis="term").effective_rate, 21.26, 2)
        self.assertAlmostEqual(self.new_product(rate=10, rate_basis="year", periods=12).effective_rate, 17.97, 2)

    def test_ceiling_by_nominal_or_effective_rate(self):
        """24 % a year flat is 41,52 % effective for 10 months, declining 24 %."""
        flat = {"rate": 24, "rate_basis": "year"}
        self.new_product(**flat)
        self.company.koperasi_loan_rate_kind = "effective"
        with self.assertRaisesRegex(ValidationError, r"41\.52 % a year is above the ceiling of 24"):
            self.new_product(**flat)
        self.new_product(method="declining", **flat)
        self.new_product(method="annuity", **flat)

    def test_shorter_loan_above_the_ceiling(self):
        """10 % for the whole loan is 12 % a year over 10 months, but 24 % over 5 and 30 % over 4."""
        product = self.new_product(rate=10, rate_basis="term")
        for periods, fits in ((5, True), (4, False)):
            loan = self.as_user(self.petugas, self.env["koperasi.loan"]).create(
                {"member_id": self.siti.id, "product_id": product.id, "amount": 1000000, "periods": periods}
            )
            if fits:
                loan.action_submit()
            else:
                with self.assertRaisesRegex(ValidationError, r"4 installments: 30\.0 % a year"):
                    loan.action_submit()

    def test_grace_must_leave_an_installment(self):
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.new_product(principal_grace=10)

    def test_payoff_in_six_conventions(self):
        """TV-PAYOFF on installment 6 of 12; what is quoted is posted, and quoting makes nothing.

        5.833.335 of principal is left, 100.000 a month, 7 months. Two months more 200.000; half of 700.000 forgiven;
        rule of 78: 7 x 8 / (12 x 13) of 1.200.000 = 430.769 forgiven.
        """
        figures = {
            "current": 5933335,
            "plus_months": 6133335,
            "plus_percent": 6050002,
            "all": 6533335,
            "discount": 6183335,
            "rule_78": 6102566,
        }
        product = self.new_product(periods=12, interest_to_savings_percent=50)
        loan = self.running(10000000, product=product)
        for row in loan.installment_ids[:5]:
            self.pay(loan, row.total, excess="ahead")
        for convention, amount in figures.items():
            product.write(
                {
                    "payoff_convention": convention,
                    "payoff_months": 2,
                    "payoff_percent": 50 if convention == "discount" else 2,
                }
            )
            with self.subTest(convention):
                self.assertEqual(loan._payoff_units(TODAY), amount)
                undo = self.env.cr.savepoint()
                receipt = self.as_user(self.petugas, loan)._pay_off(amount, self.session)
                self.assertEqual((receipt.amount, loan.state, loan.outstanding), (amount, "paid", 0))
                self.assertBooksAgree()
                self.env.flush_all()
                undo.close(rollback=True)
                self.env.invalidate_all()

    def test_quote_makes_nothing(self):
        """Though a part of the service fee will go to an account she does not have yet."""
        loan = self.running()
        self.assertEqual(loan._payoff_units(TODAY), 1010000)
        self.assertNotIn("JASA", self.siti.savings_ids.product_id.mapped("code"))

    def test_no_schedule(self):
        with self.assertRaisesRegex(UserError, "No schedule can be made"):
            self.new_product(rate=1)._schedule(3, 10, TODAY)
