from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_loan_schedule import LateLoanCase

OCTOBER = date(2026, 10, 31)


@tagged("post_install", "-at_install")
class TestAccrual(LateLoanCase):
    """Lent on 16 August at 10.000 a month: on 31 October 20.000 are due, and 15 of 31 days of the third have passed."""

    def month(self):
        return self.as_user(self.bendahara, self.env["koperasi.month"]).create(
            {"company_id": self.company.id, "date_from": date(2026, 10, 1)}
        )

    def book(self, code, day):
        """:return: balance of an account at the end of `day`"""
        account = self.env.ref(f"account.{self.company.id}_koperasi_{code}")
        [[balance]] = self.env["account.move.line"]._read_group(
            [("account_id", "=", account.id), ("date", "<=", day)], aggregates=["balance:sum"]
        )
        return balance

    def test_not_asked_for(self):
        month = self.month()
        self.assertNotIn("accrual", month.check_ids.mapped("code"))
        with self.assertRaisesRegex(UserError, "no service fee"):
            month.action_book_accrual()

    def test_booked_and_taken_back(self):
        """20.000 and 10.000 x 15 / 31 = 4.838,7."""
        self.company.koperasi_accrual = True
        month = self.month()
        check = month.check_ids.filtered(lambda check: check.code == "accrual")
        self.assertEqual((check.left, month.accrual_missing), (1, True))
        month.action_book_accrual()
        self.assertEqual((self.book("1203", OCTOBER), self.book("4101", OCTOBER)), (24839, -24839))
        self.assertEqual((self.book("1203", date(2026, 11, 1)), self.book("4101", date(2026, 11, 1))), (0, 0))
        self.assertFalse(month.check_ids.filtered(lambda check: check.code == "accrual").left)
        with self.assertRaisesRegex(UserError, "no service fee"):
            month.action_book_accrual()
        self.pay(self.loan, 330000)
        self.assertEqual(self.loan._interest_paid(), (30000, 0))
        self.assertBooksAgree()
        self.assertBooksAgree(as_of=OCTOBER)

    def test_only_of_performing_loans(self):
        """45 days late in October: special mention, which performs. Where that class does not perform: nothing."""
        self.company.koperasi_accrual = True
        bands = self.env["koperasi.collectibility.band"].search([("company_id", "=", self.company.id)])
        bands.filtered(lambda band: band.days_from == 31).non_performing = True
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "no service fee"):
            self.month().action_book_accrual()

    def test_what_becomes_savings_is_no_income(self):
        self.company.koperasi_accrual = True
        savings = self.product.interest_savings_product_id
        self.flat.write({"interest_to_savings_percent": 50, "interest_savings_product_id": savings.id})
        self.month().action_book_accrual()
        self.assertEqual(self.book("1203", OCTOBER), 12420)  # 12.419,5, savings are rounded down
