from datetime import date

from odoo.tests import freeze_time, tagged

from odoo.addons.koperasi_simpan_pinjam.tests.test_opening import OpeningCase


@tagged("post_install", "-at_install")
class TestOpening(OpeningCase):
    """TV-AVG of docs/domain.md 3.6, half of it lived in the old books.

    340.000 on 1 January and 20.000 each month-end: 360.000 in January to 460.000 in June, where the old books end, then
    480.000 to 580.000. The mean of the twelve month-ends is 470.000.
    """

    def _year(self, month_ends=True):
        sheets = self.sheets(loans=[])
        row = sheets["members"][0]
        row |= {"sukarela": 0, "wajib": 360000, "paid_until": "06/2026", "loan_interest": 0}
        if month_ends:
            row |= {f"end_{month}": 340000 + 20000 * month for month in range(1, 6)}
        sheets["members"] = [row]
        sheets["balances"] = [
            {"code": self.koperasi_account("1101").code, "debit": 460000},
            {"code": self.koperasi_account("3101").code, "credit": 100000},
            {"code": self.koperasi_account("3102").code, "credit": 360000},
        ]
        with freeze_time("2026-07-01 03:00:00"):
            self.posted(sheets, date=date(2026, 6, 30))
        for month, day in ((7, 31), (8, 31), (9, 30), (10, 31), (11, 30), (12, 31)):
            with freeze_time(f"2026-{month:02}-{day} 03:00:00"):
                session = self.open_session(day=date(2026, month, day))
                self.deposit(self.account(self.siti, "wajib"), 20000, session)

    def _balance_sum(self, method):
        period = self.as_user(self.bendahara, self.env["koperasi.shu.period"]).create(
            {"company_id": self.company.id, "date_from": date(2026, 1, 1), "date_to": date(2026, 12, 31)}
        )
        products = self.account(self.siti, "pokok").product_id + self.account(self.siti, "wajib").product_id
        period.sudo().policy_id.write({"product_ids": [(6, 0, products.ids)], "balance_method": method})
        return period.sudo()._weights("capital")[self.siti.id]

    def test_mean_of_month_ends(self):
        self._year()
        self.assertEqual(self._balance_sum("monthly"), 12 * 470000)

    def test_from_the_start_when_the_old_books_are_not_given(self):
        """460.000 at the end of June to 580.000 in December: 7 x 460.000 + 20.000 x (1 + ... + 6)."""
        self._year(month_ends=False)
        self.assertEqual(self._balance_sum("monthly"), 7 * 460000 + 420000)

    def test_last_day(self):
        self._year()
        self.assertEqual(self._balance_sum("end"), 580000)

    def test_mean_of_days(self):
        """A month-end of the old books stands for its month, May's also for 1 to 29 June."""
        self._year()
        old = 360000 * 31 + 380000 * 28 + 400000 * 31 + 420000 * 30 + 440000 * (31 + 29)
        # 460.000 from 30 June on (185 days), and each 20.000 from its day on to 31 December
        lived = 460000 * 185 + 20000 * (154 + 123 + 93 + 62 + 32 + 1)
        self.assertEqual(self._balance_sum("daily"), old + lived)
