from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import TODAY, ProductionCase


@tagged("post_install", "-at_install")
class TestOutput(ProductionCase):
    """The weekly log of what micro-businesses bring forth (docs/domain.md 7.4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.business = cls.as_user(cls.petugas, cls.env["koperasi.business"]).create(
            {"name": "Hidroponik Melati", "member_id": cls.siti.id, "company_id": cls.company.id}
        )

    def log(self, day, quantity, product=None, user=None, **vals):
        return self.as_user(user or self.petugas, self.env["koperasi.output"]).create(
            {
                "business_id": self.business.id,
                "date": day,
                "product_id": (product or self.kangkung).id,
                "quantity": quantity,
                **vals,
            }
        )

    def test_rw_of_the_member(self):
        self.assertEqual((self.business.rw_id, self.business.kind), (self.siti.rw_id, "hydroponics"))

    def test_weeks_and_kilograms(self):
        """1 January 2026 is a Thursday: the first week began in December. A bottle of jamu weighs half a kilogram."""
        output = self.log(date(2026, 1, 1), 12)
        self.assertEqual((output.week, output.weight, output.is_old), ("2026-W01", 12, True))
        self.assertEqual(self.log(date(2025, 12, 29), 1).week, "2026-W01")
        bottles = self.log(TODAY, 8, self.jamu)
        self.assertEqual((bottles.week, bottles.weight, bottles.is_old), ("2026-W48", 4, False))

    def test_growth_by_week_and_month(self):
        for day, quantity in ((date(2026, 10, 5), 6), (date(2026, 10, 12), 8), (date(2026, 11, 2), 11)):
            self.log(day, quantity)
        output = self.as_user(self.ketua, self.env["koperasi.output"])
        domain = [("business_id", "=", self.business.id)]
        by_month = output._read_group(domain, ["date:month"], ["weight:sum"])
        self.assertEqual(by_month, [(date(2026, 10, 1), 14), (date(2026, 11, 1), 11)])
        by_week = output._read_group(domain, ["date:week"], ["weight:sum"])
        self.assertEqual([weight for _week, weight in by_week], [6, 8, 11])

    def test_value(self):
        self.env["koperasi.price.list"].create(
            {"product_id": self.kangkung.id, "kind": "bought", "price": 6000, "company_id": self.company.id}
        )
        self.assertEqual(self.log(TODAY, 2.5).value, 15000)

    def test_days(self):
        with self.assertRaisesRegex(ValidationError, "has not come yet"):
            self.log(date(2026, 11, 25), 1)
        with self.assertRaisesRegex(UserError, "more than a year ago"):
            self.log(date(2025, 11, 23), 1)
        self.assertTrue(self.log(date(2025, 11, 24), 1).is_old)
        with self.assertRaisesRegex(UserError, "follows from the day"):
            self.log(TODAY, 1).is_old = True

    def test_silent_for_two_weeks(self):
        self.assertFalse(self.business.last_output_date)
        self.log(date(2026, 11, 9), 1)
        self.log(date(2026, 11, 2), 1)
        self.assertEqual(self.business.last_output_date, date(2026, 11, 9))

    def test_who(self):
        for user in (self.sekretaris, self.ketua, self.pengawas, self.pemantau):
            with self.assertRaises(AccessError):
                self.log(TODAY, 1, user=user)
        output = self.log(TODAY, 1)
        with self.assertRaises(AccessError):
            self.as_user(self.other_bendahara, output).read(["quantity"])
        with self.assertRaises(AccessError):
            self.as_user(self.both, output).quantity = 2  # chair here, teller elsewhere
