from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TODAY, ProductionCase

MONDAY = date(2026, 11, 23)


@tagged("post_install", "-at_install")
class TestBought(ProductionCase):
    """Kangkung from Siti, 10 kg at 6,000, sold at 8,000 (docs/architecture.md 2.6, docs/domain.md 2.3)."""

    def test_credited_to_savings(self):
        delivery = self.deliver(self.siti, (self.kangkung, 10, 6000))
        self.assertEqual((delivery.state, delivery.number, delivery.amount), ("done", "TRM/2026/0001", 60000))
        self.assertEqual(self.account(self.siti, "sukarela").balance, 60000)
        self.assertEqual((self.balance("1301"), self.balance("2101"), self.balance("2113")), (60000, -60000, 0))
        stock_entry = delivery.sudo().picking_id.move_ids.account_move_id
        self.assertEqual(stock_entry.line_ids._koperasi_units(), self.production)
        transaction = delivery.transaction_id
        self.assertEqual((transaction.kind, transaction.date, transaction.member_id), ("memorial", TODAY, self.siti))
        self.assertEqual(transaction.origin, delivery)
        between = transaction.sudo().move_id.line_ids.filtered(
            lambda line: line.account_id == self.company.koperasi_interunit_account_id
        )
        self.assertEqual(
            {line._koperasi_units(): line.balance for line in between},
            {self.production: -60000, self.company.koperasi_savings_unit_id: 60000},
        )
        self.assertEqual(self.kangkung.with_company(self.company).qty_available, 10)
        self.assertStockAgrees()

    def test_paid_at_the_counter(self):
        session = self.open_session()
        self.deposit(self.account(self.siti, "sukarela"), 100000, session)
        delivery = self.deliver(self.siti, (self.kangkung, 10, 6000), payout="cash")
        transaction = delivery.transaction_id
        self.assertEqual((transaction.kind, transaction.amount), ("payment", 60000))
        self.assertEqual(session.expected_amount, 40000)
        self.assertEqual(transaction.tender_ids.unit_id, self.production)
        self.assertStockAgrees()

    def test_cash_needs_an_open_session(self):
        delivery = self.new_delivery(self.siti, (self.kangkung, 10, 6000), payout="cash")
        with self.assertRaisesRegex(UserError, "Open the cash session"):
            delivery.action_receive()

    def test_owed(self):
        delivery = self.deliver(self.siti, (self.kangkung, 10, 6000), payout="owed")
        account = delivery.transaction_id.line_ids.savings_id
        self.assertEqual((account.product_id.account_id, account.balance), (self.gl("2121"), 60000))
        self.assertStockAgrees()

    def test_one_delivery_several_goods(self):
        self.deliver(self.siti, (self.kangkung, 2.5, 6000), (self.kangkung, 1, 7000), (self.jamu, 3, 5000))
        self.assertEqual(self.balance("1301"), 15000 + 7000 + 15000)
        self.assertEqual(self.account(self.siti, "sukarela").balance, 37000)
        self.assertStockAgrees()

    def test_average_cost(self):
        """10 kg at 6,000 and 10 kg at 8,000 cost 7,000 each; 5 kg of them 35,000."""
        self.deliver(self.siti, (self.kangkung, 10, 6000))
        self.deliver(self.siti, (self.kangkung, 10, 8000))
        self.sell(self.neighbour, self.kangkung, 5, 10000)
        self.assertEqual((self.balance("5104"), self.balance("1301")), (35000, 105000))
        self.assertStockAgrees()

    def test_sold_to_a_non_member(self):
        self.deliver(self.siti, (self.kangkung, 10, 6000))
        invoice = self.sell(self.neighbour, self.kangkung, 4, 8000)
        self.assertEqual((self.balance("4201"), self.balance("4104")), (-32000, 0))
        self.assertEqual((self.balance("5104"), self.balance("5103")), (24000, 0))
        self.assertEqual(self.balance("1301"), 36000)
        self.assertTrue(all(line._koperasi_units() == self.production for line in invoice.line_ids))
        self.assertStockAgrees()

    def test_sold_to_a_member(self):
        rahayu = self.new_active_member("Rahayu")
        self.deliver(self.siti, (self.kangkung, 10, 6000))
        self.sell(rahayu.partner_id, self.kangkung, 4, 8000)
        self.assertEqual((self.balance("4201"), self.balance("4104")), (0, -32000))
        self.assertEqual((self.balance("5104"), self.balance("5103")), (0, 24000))
        self.assertStockAgrees()

    def test_cost_is_what_the_goods_left_with(self):
        """5 kg leave at 6,000; a purchase at 8,000 before the invoice doesn't make them dearer."""
        self.deliver(self.siti, (self.kangkung, 10, 6000))
        order = self.new_order(self.neighbour, self.kangkung, 5, 10000)
        self.ship(order)
        self.deliver(self.siti, (self.kangkung, 10, 8000))
        self.bill(order)
        self.assertEqual((self.balance("5104"), self.balance("1301")), (30000, 110000))
        self.assertStockAgrees()

    def test_a_sale_in_two_parts(self):
        """Of 5 kg, 2 are delivered and invoiced at 6,000, then 3 after a purchase at 9,000: 8 + 8 kg cost 7,500."""
        self.deliver(self.siti, (self.kangkung, 10, 6000))
        order = self.new_order(self.neighbour, self.kangkung, 5, 10000)
        self.ship(order, 2)
        self.bill(order)
        self.assertEqual(self.balance("5104"), 12000)
        self.assertStockAgrees()
        self.deliver(self.siti, (self.kangkung, 8, 9000))
        self.ship(order, 3)
        self.bill(order)
        self.assertEqual((self.balance("5104"), self.balance("1301")), (12000 + 22500, 60000 + 72000 - 34500))
        self.assertStockAgrees()

    def test_yesterday(self):
        """Picking, moves, lines, entry and value carry the day; at its end the stock was there, the day before not."""
        delivery = self.deliver(self.siti, (self.kangkung, 10, 6000), date=MONDAY)
        picking = delivery.sudo().picking_id
        moments = [picking.date_done, *picking.move_ids.mapped("date"), *picking.move_line_ids.mapped("date")]
        self.assertEqual({moment.date() for moment in moments}, {MONDAY})
        self.assertEqual(picking.move_ids.account_move_id.date, MONDAY)
        self.assertEqual(delivery.transaction_id.date, MONDAY)
        self.sell(self.neighbour, self.kangkung, 4, 8000)
        for as_of, stock in ((date(2026, 11, 22), 0), (MONDAY, 60000), (TODAY, 36000), (None, 36000)):
            with self.subTest(as_of):
                self.assertStockAgrees(as_of)
                self.assertEqual(self.balance("1301", as_of), stock)

    def test_days_that_are_refused(self):
        delivery = self.new_delivery(self.siti, (self.kangkung, 10, 6000), date=date(2026, 11, 25))
        with self.assertRaisesRegex(UserError, "has not come yet"):
            delivery.action_receive()
        self.deliver(self.siti, (self.kangkung, 10, 6000))
        self.sell(self.neighbour, self.kangkung, 4, 8000)
        late = self.new_delivery(self.siti, (self.kangkung, 10, 9000), date=MONDAY)
        with self.assertRaisesRegex(UserError, "what it cost is known"):
            late.action_receive()
        self.company.fiscalyear_lock_date = MONDAY
        locked = self.new_delivery(self.siti, (self.jamu, 1, 9000), date=MONDAY)
        with self.assertRaisesRegex(UserError, "closed up to"):
            locked.action_receive()

    def test_not_before_the_last_closing_of_the_stock(self):
        self.deliver(self.siti, (self.kangkung, 10, 6000))
        self.sell(self.neighbour, self.kangkung, 4, 8000)
        journal = self.company.account_stock_journal_id
        closing = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": TODAY,
                "company_id": self.company.id,
                "line_ids": [
                    (0, 0, {"account_id": self.gl("5104").id, "debit": 1, "name": "x"}),
                    (0, 0, {"account_id": self.gl("5209").id, "credit": 1, "name": "x"}),
                ],
            }
        )
        closing.action_post()
        self.company._save_closing_id(closing.id)
        late = self.new_delivery(self.siti, (self.jamu, 1, 9000), date=MONDAY)
        with self.assertRaisesRegex(UserError, "stock was closed"):
            late.action_receive()

    def test_not_before_a_price_somebody_set(self):
        self.kangkung.with_company(self.company).standard_price = 5000
        late = self.new_delivery(self.siti, (self.kangkung, 1, 9000), date=MONDAY)
        with self.assertRaisesRegex(UserError, "cost of Kangkung was set"):
            late.action_receive()

    def test_received_once(self):
        delivery = self.deliver(self.siti, (self.kangkung, 10, 6000))
        with self.assertRaisesRegex(UserError, "is recorded: it is never changed"):
            delivery.action_receive()
        self.assertEqual(self.account(self.siti, "sukarela").balance, 60000)

    def test_whole_rupiah(self):
        """1.25 kg at 5,555 = 6,943.75: rounded once, and the stock is worth what was paid."""
        self.deliver(self.siti, (self.kangkung, 1.25, 5555))
        self.assertEqual((self.balance("1301"), self.account(self.siti, "sukarela").balance), (6944, 6944))
        self.assertStockAgrees()

    def test_not_our_category(self):
        self.kangkung.categ_id = self.env["product.category"].create({"name": "Lain"})
        with self.assertRaisesRegex(UserError, "is not kept in the stock of a business unit"):
            self.deliver(self.siti, (self.kangkung, 10, 6000))
