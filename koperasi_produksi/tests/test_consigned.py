from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import TODAY, ProductionCase


@tagged("post_install", "-at_install")
class TestConsigned(ProductionCase):
    """Packs of jamu: some the cooperative's own, some a member's (docs/architecture.md 2.6, docs/domain.md 7.5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rahayu = cls.new_active_member("Rahayu")

    def consign(self, quantity, price=8000, member=None, **vals):
        return self.deliver(member or self.rahayu, (self.jamu, quantity, price), kind="consigned", **vals)

    def hand_back(self, quantity, member=None):
        return self.deliver(member or self.rahayu, (self.jamu, quantity), kind="takeback")

    def settlement(self, member=None, user=None, **vals):
        return self.as_user(user or self.bendahara, self.env["koperasi.consignment.settlement"]).create(
            {"member_id": (member or self.rahayu).id, "company_id": self.company.id, **vals}
        )

    def settle(self, member=None):
        settlement = self.settlement(member)
        settlement.action_settle()
        return settlement

    def lose(self, quantity):
        scrap = self.as_user(self.seller, self.env["stock.scrap"]).create(
            {
                "product_id": self.jamu.id,
                "scrap_qty": quantity,
                "owner_id": self.rahayu.partner_id.id,
                "company_id": self.company.id,
            }
        )
        scrap.action_validate()

    def hers(self):
        """How many packs of Rahayu's are in the warehouse."""
        quants = self.env["stock.quant"].search(
            [("owner_id", "=", self.rahayu.partner_id.id), ("location_id.usage", "=", "internal")]
        )
        return sum(quants.mapped("quantity"))

    def test_received_without_an_entry(self):
        delivery = self.consign(10)
        self.assertEqual((delivery.state, delivery.amount), ("done", 0))
        self.assertFalse(delivery.transaction_id)
        self.assertFalse(delivery.sudo().picking_id.move_ids.account_move_id)
        self.assertEqual((self.hers(), self.balance("1301")), (10, 0))
        self.assertStockAgrees()

    def test_a_sale_takes_own_and_consigned(self):
        """4 own at 6,000 and 10 consigned: of 5 sold, 4 are own. Cost 24,000, the inventory account 0."""
        self.deliver(self.siti, (self.jamu, 4, 6000))
        self.consign(10)
        invoice = self.sell(self.neighbour, self.jamu, 5, 9000)
        self.assertEqual((self.balance("5104"), self.balance("1301")), (24000, 0))
        self.assertEqual((invoice.amount_total, self.balance("4201")), (45000, -45000))
        moves = self.env["stock.move"].search([("sale_line_id.order_id.partner_id", "=", self.neighbour.id)])
        self.assertEqual(
            {move.restrict_partner_id: (move.quantity, move.value) for move in moves},
            {self.env["res.partner"]: (4, 24000), self.rahayu.partner_id: (1, 0)},
        )
        self.assertEqual(invoice.invoice_line_ids.sale_line_ids.qty_delivered, 5)
        self.assertEqual(self.hers(), 9)
        self.assertStockAgrees()

    def test_consigned_first_in_still_goes_last(self):
        self.consign(10)
        self.deliver(self.siti, (self.jamu, 4, 6000))
        self.sell(self.neighbour, self.jamu, 3, 9000)
        self.assertEqual((self.hers(), self.balance("5104"), self.balance("1301")), (10, 18000, 6000))
        self.assertStockAgrees()

    def test_only_consigned(self):
        self.consign(10)
        self.sell(self.neighbour, self.jamu, 3, 8000)
        self.assertEqual((self.hers(), self.balance("5104"), self.balance("4201")), (7, 0, -24000))
        self.assertStockAgrees()

    def test_sold_in_parts(self):
        """Of 8: first 3 (own), then 5 (1 own, 4 hers). Cost 18,000, then 6,000."""
        self.deliver(self.siti, (self.jamu, 4, 6000))
        self.consign(10)
        order = self.new_order(self.neighbour, self.jamu, 8, 9000)
        self.ship(order, 3)
        self.bill(order)
        self.assertEqual((self.balance("5104"), self.balance("1301")), (18000, 6000))
        self.assertStockAgrees()
        self.ship(order, 5)
        self.bill(order)
        self.assertEqual((self.balance("5104"), self.balance("1301"), self.hers()), (24000, 0, 6))
        self.assertEqual(sum(order.order_line.move_ids.mapped("value")), 24000)
        self.assertStockAgrees()

    def test_the_rest_of_an_order_is_hers(self):
        """Own 3 first, then all 5 hers: Odoo copies the value of what left to what is left to deliver."""
        self.deliver(self.siti, (self.jamu, 3, 6000))
        self.consign(10)
        order = self.new_order(self.neighbour, self.jamu, 8, 9000)
        self.ship(order, 3)
        self.bill(order)
        self.ship(order, 5)
        self.bill(order)
        self.assertEqual((self.balance("5104"), self.balance("1301"), self.hers()), (18000, 0, 5))
        self.assertEqual(order.order_line.move_ids.mapped("value"), [18000, 0])
        self.assertStockAgrees()

    def test_two_lines_of_one_product(self):
        """2 + 3 on two lines of an order, 4 own: still 24,000."""
        self.deliver(self.siti, (self.jamu, 4, 6000))
        self.consign(10)
        order = self.new_order(self.neighbour, self.jamu, 2, 9000)
        order.order_line = [(0, 0, {"product_id": self.jamu.id, "product_uom_qty": 3, "price_unit": 9500})]
        self.ship(order)
        self.bill(order)
        self.assertEqual((self.balance("5104"), self.balance("1301"), self.hers()), (24000, 0, 9))
        self.assertStockAgrees()

    def test_two_owners(self):
        tini = self.new_active_member("Tini")
        self.deliver(self.siti, (self.jamu, 1, 6000))
        self.consign(2)
        self.consign(2, member=tini)
        self.sell(self.neighbour, self.jamu, 4, 8000)
        self.assertEqual((self.balance("5104"), self.balance("1301"), self.hers()), (6000, 0, 0))
        self.settle()
        settlement = self.settle(tini)
        self.assertEqual((settlement.sales, settlement.due), (8000, 7200))
        self.assertStockAgrees()

    def test_at_a_past_date(self):
        """Own 4 came yesterday, hers today: at yesterday's end there were 4, worth 24,000."""
        yesterday = date(2026, 11, 23)
        self.deliver(self.siti, (self.jamu, 4, 6000), date=yesterday)
        self.consign(4)
        self.assertEqual(self.balance("1301", yesterday), 24000)
        self.assertStockAgrees(yesterday)
        self.sell(self.neighbour, self.jamu, 5, 9000)
        self.assertStockAgrees(yesterday)
        self.assertStockAgrees()

    def test_settled(self):
        """20 packs at 8,000, 17 sold, 1 broken, 2 given back, commission 10 %: due 122,400 (docs/domain.md 7.5)."""
        self.consign(20)
        self.sell(self.neighbour, self.jamu, 17, 8000)
        self.lose(1)
        self.hand_back(2)
        settlement = self.settlement()
        self.assertRecordValues(
            settlement.line_ids,
            [
                {
                    "opening": 0,
                    "received": 20,
                    "sold": 17,
                    "returned": 2,
                    "lost": 1,
                    "closing": 0,
                    "sales": 136000,
                    "commission_amount": 13600,
                    "due": 122400,
                }
            ],
        )
        self.assertEqual(self.balance("4201"), -136000)
        settlement.action_settle()
        self.assertEqual((settlement.state, settlement.number, settlement.due), ("done", "PLT/2026/0001", 122400))
        self.assertEqual((self.balance("4201"), self.balance("4105"), self.balance("2121")), (0, -13600, -122400))
        account = settlement.transaction_id.line_ids.savings_id
        self.assertEqual((account.member_id, account.balance), (self.rahayu, 122400))
        self.assertEqual(self.hers(), 0)
        self.assertStockAgrees()
        # Paid out: at the counter, as any withdrawal, or to her savings.
        self.as_user(self.bendahara, account)._transfer(self.account(self.rahayu, "sukarela"), 122400, TODAY)
        self.assertEqual(self.account(self.rahayu, "sukarela").balance, 122400)
        self.assertStockAgrees()

    def test_sold_to_members_and_others(self):
        self.consign(20)
        self.sell(self.neighbour, self.jamu, 7, 8000)
        self.sell(self.siti.partner_id, self.jamu, 3, 8000)
        self.assertEqual((self.balance("4201"), self.balance("4104")), (-56000, -24000))
        settlement = self.settle()
        self.assertEqual((settlement.sales, settlement.due), (80000, 72000))
        self.assertEqual((self.balance("4201"), self.balance("4104")), (0, 0))
        self.assertStockAgrees()

    def test_each_sale_is_settled_once(self):
        self.consign(20)
        self.sell(self.neighbour, self.jamu, 7, 8000)
        waiting = self.settlement()
        self.settle()
        with self.assertRaisesRegex(UserError, "Nothing of Rahayu has moved"):
            waiting.action_settle()
        self.sell(self.neighbour, self.jamu, 2, 8000)
        second = self.settle()
        self.assertRecordValues(second.line_ids, [{"opening": 13, "received": 0, "sold": 2, "closing": 11}])
        self.assertEqual(second.due, 14400)
        self.assertEqual(self.balance("2121"), -64800)
        self.assertStockAgrees()

    def test_not_before_the_invoice(self):
        self.consign(20)
        order = self.new_order(self.neighbour, self.jamu, 7, 8000)
        picking = self.ship(order)
        settlement = self.settlement()
        self.assertEqual((settlement.due, settlement.waiting), (0, picking.name))
        self.bill(order)
        settlement.action_count()
        self.assertEqual((settlement.due, settlement.waiting), (50400, ""))

    def test_cooperative_bears_the_loss(self):
        self.company.koperasi_lost_borne_by = "cooperative"
        self.consign(20)
        self.lose(1)
        self.assertEqual(self.settle().due, 7200)
        self.assertEqual((self.balance("5104"), self.balance("2121")), (7200, -7200))
        self.assertStockAgrees()

    def test_a_buyer_returns(self):
        """Sold 5 of hers, 2 come back and are refunded: 3 are settled."""
        self.consign(20)
        order = self.new_order(self.neighbour, self.jamu, 5, 8000)
        picking = self.ship(order)
        self.bill(order)
        wizard = (
            self.as_user(self.seller, self.env["stock.return.picking"])
            .with_context(active_id=picking.id, active_ids=picking.ids, active_model="stock.picking")
            .create({"picking_id": picking.id})
        )
        wizard.product_return_moves.quantity = 2
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"]).with_user(self.seller)
        back.move_ids.move_line_ids.owner_id = self.rahayu.partner_id
        back.move_ids.picked = True
        back.button_validate()
        refund = order._create_invoices(final=True)
        refund.invoice_date = TODAY
        refund.action_post()
        self.assertEqual((refund.move_type, refund.amount_total), ("out_refund", 16000))
        settlement = self.settle()
        self.assertEqual((settlement.line_ids.sold, settlement.due), (3, 21600))
        self.assertEqual((self.hers(), self.balance("4201"), self.balance("1301")), (17, 0, 0))
        self.assertStockAgrees()

    def test_what_cannot_be(self):
        with self.assertRaisesRegex(ValidationError, "Only members consign"):
            self.new_delivery(None, (self.jamu, 1, 8000), kind="consigned", partner_id=self.neighbour.id)
        self.consign(3)
        self.deliver(self.siti, (self.jamu, 4, 6000))
        with self.assertRaisesRegex(UserError, "Only 3 Units of Jamu"):
            self.hand_back(4)
        with self.assertRaisesRegex(UserError, "still has Jamu Kunyit Asam here at Rp 8.000"):
            self.consign(5, price=9000)
        self.hand_back(3)
        self.consign(5, price=9000)

    def test_the_settlement_stands(self):
        self.consign(20)
        self.sell(self.neighbour, self.jamu, 7, 8000)
        settlement = self.settle()
        for record, vals in (
            (settlement, {"date": date(2026, 11, 1)}),
            (settlement, {"state": "draft"}),
            (settlement, {"line_ids": [(5,)]}),
            (settlement.line_ids, {"sold": 1}),
        ):
            for user in (self.bendahara, self.env.user):
                with self.assertRaises(UserError):  # an AccessError is one
                    record.with_user(user).write(vals)
        with self.assertRaisesRegex(UserError, "is never changed"):
            settlement.sudo().unlink()
        with self.assertRaisesRegex(UserError, "is never changed"):
            settlement.line_ids.sudo().unlink()
        with self.assertRaisesRegex(UserError, "never typed"):
            settlement.line_ids.sudo().create({"settlement_id": settlement.id, "product_id": self.jamu.id})
        correction = self.as_user(self.petugas, self.env["koperasi.correction"])
        with self.assertRaisesRegex(UserError, "Take it back there"):
            correction.create({"transaction_id": settlement.transaction_id.id, "reason": "Salah"})

    def test_who(self):
        self.consign(20)
        self.sell(self.neighbour, self.jamu, 7, 8000)
        for user in (self.petugas, self.sekretaris, self.ketua, self.pengawas):
            with self.assertRaises(AccessError):
                self.settlement(user=user)
        settlement = self.settlement()
        with self.assertRaises(AccessError):
            self.as_user(self.petugas, settlement).action_settle()
        with self.assertRaises(AccessError):
            self.as_user(self.other_bendahara, settlement).action_settle()
