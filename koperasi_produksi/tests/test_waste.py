from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import TODAY, ProductionCase


@tagged("post_install", "-at_install")
class TestWaste(ProductionCase):
    """docs/domain.md 7.1: 4.0 kg of bottles at 5,000 and 6.5 kg of cardboard at 1,800 = 31,700."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for product, day, price in (
            (cls.bottles, date(2026, 1, 1), 4000),
            (cls.bottles, date(2026, 11, 24), 5000),
            (cls.bottles, date(2026, 12, 1), 9000),
            (cls.cardboard, date(2026, 1, 1), 1800),
        ):
            cls.as_user(cls.bendahara, cls.env["koperasi.price.list"]).create(
                {"product_id": product.id, "valid_from": day, "price": price, "company_id": cls.company.id}
            )

    def test_credited_to_waste_bank_savings(self):
        delivery = self.deliver(self.siti, (self.bottles, 4), (self.cardboard, 6.5), kind="waste")
        self.assertEqual(delivery.line_ids.mapped("amount"), [20000, 11700])
        account = self.siti.savings_ids.filtered(lambda account: account.product_id.code == "BANKS")
        self.assertEqual((account.balance, account.product_id.account_id), (31700, self.gl("2105")))
        self.assertEqual((self.balance("1303"), self.balance("2105")), (31700, -31700))
        units = delivery.transaction_id.line_ids.unit_id
        self.assertEqual(units, self.waste)
        self.deliver(self.siti, (self.bottles, 1), kind="waste")
        self.assertEqual(account.balance, 36700)
        self.assertStockAgrees()

    def test_price_of_the_day(self):
        yesterday = self.deliver(self.siti, (self.bottles, 4), kind="waste", date=date(2026, 11, 23))
        self.assertEqual((yesterday.amount, yesterday.line_ids.price), (16000, 4000))
        cheat = self.deliver(self.siti, (self.bottles, 4, 50000), kind="waste")
        self.assertEqual((cheat.amount, cheat.line_ids.price), (20000, 5000))
        self.assertStockAgrees()

    def test_no_price(self):
        self.env["koperasi.price.list"].search([("product_id", "=", self.cardboard.id)]).unlink()
        with self.assertRaisesRegex(UserError, "has no price"):
            self.deliver(self.siti, (self.cardboard, 4), kind="waste")

    def test_a_neighbour_is_owed(self):
        delivery = self.deliver(None, (self.bottles, 4), kind="waste", partner_id=self.neighbour.id)
        account = delivery.transaction_id.line_ids.savings_id
        self.assertEqual((account.product_id.account_id, account.partner_id), (self.gl("2122"), self.neighbour))
        self.assertEqual((account.balance, account.member_id), (20000, self.siti.browse()))
        with self.assertRaisesRegex(ValidationError, "takes savings from its members only"):
            self.new_delivery(None, (self.bottles, 4), kind="waste", partner_id=self.neighbour.id, payout="savings")
        self.assertStockAgrees()

    def test_sold_to_a_collector(self):
        self.deliver(self.siti, (self.bottles, 4), (self.cardboard, 6.5), kind="waste")
        self.sell(self.neighbour, self.bottles, 4, 6000)
        self.assertEqual((self.balance("4202"), self.balance("5104")), (-24000, 20000))
        self.assertEqual(self.balance("1303"), 11700)
        self.assertStockAgrees()

    def test_prices_are_the_treasurers(self):
        row = self.env["koperasi.price.list"].search([("product_id", "=", self.cardboard.id)])
        with self.assertRaises(AccessError):
            self.as_user(self.petugas, row).price = 2000
        with self.assertRaises(AccessError):
            self.as_user(self.other_bendahara, row).price = 2000
        self.as_user(self.bendahara, row).price = 2000
        self.assertEqual(self.env["koperasi.price.list"]._price(self.company, self.cardboard, "waste", TODAY), 2000)
