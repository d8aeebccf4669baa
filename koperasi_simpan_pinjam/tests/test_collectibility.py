import io
from datetime import date

import openpyxl

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from ..kernel.collectibility import band_of, required
from .common import TODAY
from .test_loan import LoanCase

# Days before today on which a loan was due first, one for each class; today is 24 November 2026.
LATE = {0: date(2026, 11, 24), 12: date(2026, 11, 12), 42: date(2026, 10, 13), 100: date(2026, 8, 16)}


@tagged("post_install", "-at_install")
class TestCollectibility(LoanCase):
    """Loans of 1.000.000, 10 x 100.000 and 10.000 of 1 % a month flat, late by 0, 12, 42 and 100 days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flat = cls.new_product()
        cls.bank = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "bank")], limit=1
        )
        cls.loans = {days: cls.lend(first_due) for days, first_due in LATE.items()}

    @classmethod
    def lend(cls, first_due):
        day = date(first_due.year, first_due.month - 1, first_due.day)
        with freeze_time(f"{day} 03:00:00"):
            loan = cls.new_loan(product=cls.flat)
            cls.as_user(cls.bendahara, loan)._disburse(cls.bank, day)
        return loan

    def pledge(self, days, value):
        """Something worth `value`, taken in today for the loan that is late by `days`."""
        self.as_user(self.bendahara, self.env["koperasi.loan.collateral"]).create(
            {"loan_id": self.loans[days].id, "name": "Kulkas", "value": value}
        ).action_take()

    def report(self, as_of=TODAY, user=None):
        return self.as_user(user or self.bendahara, self.env["koperasi.collectibility"])._as_of(self.company, as_of)

    def of(self, days, as_of=TODAY):
        return self.report(as_of).filtered(lambda row: row.loan_id == self.loans[days])

    def month(self):
        return self.as_user(self.bendahara, self.env["koperasi.month"]).create(
            {"company_id": self.company.id, "date_from": date(2026, 10, 1)}
        )

    def test_classes_on_a_day(self):
        """Each in its class; the allowance is 0,5 %, 0,5 %, 3 % and 10 % of 1.000.000 (docs/domain.md 4.15)."""
        rows = {days: self.of(days) for days in LATE}
        self.assertEqual({days: row.days_late for days, row in rows.items()}, {0: 0, 12: 12, 42: 42, 100: 100})
        self.assertEqual(
            [row.band_id.name for row in rows.values()], ["Current", "Current", "Special Mention", "Substandard"]
        )
        self.assertEqual([row.allowance for row in rows.values()], [5000, 5000, 30000, 100000])
        self.assertEqual([row.arrears for row in rows.values()], [0, 110000, 220000, 440000])
        self.assertEqual([row.non_performing for row in rows.values()], [False, False, False, True])
        self.pledge(100, 400000)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.of(100).allowance, 60000)  # 10 % of 600.000
        self.assertEqual(self.company._koperasi_allowance_needed(TODAY), 100000)

    def test_a_past_day_gives_what_it_gave(self):
        then = date(2026, 10, 31)
        self.assertFalse(self.of(0, date(2026, 10, 23)))  # not lent yet
        self.assertEqual((self.of(100, then).days_late, self.of(100, then).band_id.name), (76, "Special Mention"))
        self.pay(self.loans[100], 440000)
        self.assertEqual(self.of(100).days_late, 0)
        self.assertEqual(self.of(100).band_id.name, "Current")
        self.assertEqual(self.of(100, then).days_late, 76)
        self.assertEqual(self.of(100, then).outstanding, 1000000)

    def test_the_report_says_what_loans_and_kernel_say(self):
        """In SQL here, in Python there: the same for each loan, on several days, with both schemes."""
        self.pledge(42, 900000)
        self.pay(self.loans[12], 50000)
        for scheme in ("five", "four"):
            self.company.koperasi_collectibility_scheme = scheme
            bands = self.env["koperasi.collectibility.band"].search([("company_id", "=", self.company.id)])
            kernel = {band._kernel_band(): band for band in bands}
            for day in (date(2026, 8, 30), date(2026, 11, 12), TODAY, date(2027, 3, 20), date(2029, 1, 1)):
                with self.subTest(scheme=scheme, day=day):
                    self.env.flush_all()
                    rows = self.report(day)
                    self.assertTrue(rows)
                    total = 0
                    for row in rows:
                        loan = row.loan_id.with_context(koperasi_as_of=day)
                        self.assertEqual(
                            (row.outstanding, row.arrears, row.days_late),
                            (loan.outstanding, loan.arrears, loan.days_late),
                        )
                        debt = int(row.outstanding + row.arrears_interest)
                        band = band_of(list(kernel), row.days_late, debt, int(row.collateral))
                        self.assertEqual(row.band_id, kernel[band])
                        self.assertEqual(row.allowance, required(band, int(row.outstanding), int(row.collateral)))
                        total += row.allowance
                    self.assertEqual(self.company._koperasi_allowance_needed(day), total)

    def test_allowance_is_booked_at_the_end_of_a_month(self):
        """On 31 October three loans are on time or up to 18 days late: 3 x 5.000. One is 76 days late: 30.000."""
        month = self.month()
        self.assertEqual((month.allowance_needed, month.allowance_booked), (45000, 0))
        self.assertTrue(month.check_ids.filtered(lambda check: check.code == "allowance").left)
        action = month.action_book_allowance()
        self.env.invalidate_all()
        self.assertEqual((month.allowance_needed, month.allowance_booked), (45000, 45000))
        self.assertFalse(month.check_ids.filtered(lambda check: check.code == "allowance").left)
        transaction = self.env["koperasi.transaction"].browse(action["res_id"])
        self.assertEqual((transaction.kind, transaction.date), ("memorial", date(2026, 10, 31)))
        self.assertEqual(
            {line.account_id: line.amount for line in transaction.line_ids},
            {
                self.company.koperasi_allowance_account_id: 45000,
                self.company.koperasi_allowance_expense_account_id: -45000,
            },
        )
        with self.assertRaisesRegex(UserError, "booked already"):
            month.action_book_allowance()
        self.assertBooksAgree()
        self.company.koperasi_collectibility_scheme = "four"  # 76 days are on time there: 4 x 5.000
        self.env.invalidate_all()
        month.action_book_allowance()
        self.assertEqual(self.company._koperasi_allowance_booked(date(2026, 10, 31)), 20000)
        self.assertBooksAgree()

    def test_sheets(self):
        for kind, text in (("quality", "Substandard"), ("arrears", "Siti")):
            form = self.as_user(self.pengawas, self.env["koperasi.collectibility.print"]).create(
                {"kind": kind, "company_id": self.company.id}
            )
            form.action_print()
            name, content = form._download()
            self.assertIn("2026-11-24.xlsx", name)
            values = [cell for row in openpyxl.load_workbook(io.BytesIO(content)).active.values for cell in row]
            self.assertIn(text, values)
        # 0 is on time; arrears of 12, 42 and 100 days: 110.000 + 220.000 + 440.000
        self.assertEqual(values.count("Siti"), 3)
        self.assertIn(770000, values)
        form = self.as_user(self.petugas, form.browse())
        with self.assertRaises(AccessError):
            form.create({"kind": "quality"})

    def test_home(self):
        """Of 4.000.000 one million doesn't perform: 25,0 %."""
        page = self.as_user(self.ketua, self.env["koperasi.home"]).get_page()
        [loans] = [picture for picture in page["pictures"] if picture["title"] == "Loans"]
        self.assertEqual(loans["labels"], ["Current", "Special Mention", "Substandard"])
        self.assertIn("25,0 %", loans["note"])

    def test_classes_are_data(self):
        bands = self.env["koperasi.collectibility.band"].search([("company_id", "=", self.company.id)])
        self.assertEqual(bands.mapped("days_from"), [0, 31, 91, 121, 181])
        with self.assertRaises(UserError):
            bands[0].unlink()
        with self.assertRaises(ValidationError):
            bands[0].days_from = 1
            self.env.flush_all()
        bands[0].days_from = 0
        bands[1].rate = 5
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.of(42).allowance, 50000)
        self.assertEqual(bands[0].with_context(lang="id_ID").name, "Lancar")
