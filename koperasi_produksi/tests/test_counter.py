from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import TODAY, ProductionCase


@tagged("post_install", "-at_install")
class TestInvoiceInCash(ProductionCase):
    """4 kg of kangkung at 8,000: an invoice of 32,000, paid in cash at the counter in the open session."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = cls.open_session()
        cls.deliver(cls.siti, (cls.kangkung, 10, 6000))
        cls.invoice = cls.sell(cls.neighbour, cls.kangkung, 4, 8000)

    def receipt(self, buyer=None, user=None, **vals):
        return self.as_user(user or self.petugas, self.env["koperasi.invoice.receipt"]).create(
            {"partner_id": (buyer or self.neighbour).id, "company_id": self.company.id, **vals}
        )

    def confirm(self, receipt):
        return self.env["koperasi.transaction"].browse(receipt.action_confirm()["res_id"])

    def test_paid(self):
        receipt = self.receipt()
        self.assertRecordValues(
            receipt.line_ids, [{"number": self.invoice.name, "date": TODAY, "residual": 32000, "amount": 32000}]
        )
        transaction = self.confirm(receipt)
        self.assertEqual((transaction.number, transaction.amount), ("BKM/KL1/2026/0001", 32000))
        self.assertEqual(transaction.partner_id, self.neighbour)
        self.assertEqual((self.invoice.payment_state, self.invoice.amount_residual), ("paid", 0))
        entry = transaction.sudo().move_id.line_ids
        cash = entry.filtered(lambda line: line.account_id == self.session.sudo().journal_id.default_account_id)
        self.assertEqual((cash.balance, cash._koperasi_units()), (32000, self.production))
        self.assertTrue((entry - cash).reconciled)
        self.assertEqual(self.session.expected_amount, 32000)
        self.assertStockAgrees()

    def test_in_parts_and_not_too_much(self):
        receipt = self.receipt()
        receipt.line_ids.amount = 12000
        self.confirm(receipt)
        self.assertEqual((self.invoice.payment_state, self.invoice.amount_residual), ("partial", 20000))
        rest = self.receipt()
        self.assertEqual(rest.line_ids.residual, 20000)
        rest.line_ids.amount = 20001
        with self.assertRaisesRegex(UserError, "20.000 is still to be paid"):
            self.confirm(rest)
        rest.line_ids.amount = 20000
        self.confirm(rest)
        self.assertEqual(self.invoice.payment_state, "paid")
        self.assertFalse(self.receipt().line_ids)
        self.assertStockAgrees()

    def test_the_same_key_gives_the_first_receipt(self):
        receipt = self.receipt()
        first = self.confirm(receipt)
        self.assertEqual(self.confirm(receipt), first)
        self.assertEqual(self.session.expected_amount, 32000)
        receipt.line_ids.amount = 1000
        with self.assertRaisesRegex(UserError, "already recorded"):
            receipt.action_confirm()

    def test_two_screens(self):
        first, second = self.receipt(), self.receipt()
        self.confirm(first)
        with self.assertRaisesRegex(UserError, "has been paid already"):
            self.confirm(second)

    def test_taken_back(self):
        transaction = self.confirm(self.receipt())
        correction = self.as_user(self.petugas, self.env["koperasi.correction"]).create(
            {"transaction_id": transaction.id, "reason": "Salah orang"}
        )
        self.as_user(self.bendahara, correction).action_approve()
        self.assertEqual((self.invoice.payment_state, self.invoice.amount_residual), ("not_paid", 32000))
        self.assertEqual(self.session.expected_amount, 0)
        items = (transaction | correction.reversal_id).sudo().move_ids.line_ids
        receivable = items.filtered(lambda line: line.account_id.account_type == "asset_receivable")
        self.assertEqual(receivable.mapped("reconciled"), [True, True])
        self.confirm(self.receipt())
        self.assertEqual(self.invoice.payment_state, "paid")
        self.assertStockAgrees()

    def test_two_units_on_one_invoice(self):
        """Kangkung 20,000 and bottles 12,000: the receivable is production's, the waste bank is owed its part."""
        self.env["koperasi.price.list"].create(
            {"product_id": self.bottles.id, "price": 2000, "company_id": self.company.id}
        )
        self.deliver(self.siti, (self.bottles, 5), kind="waste")
        order = self.new_order(self.neighbour, self.kangkung, 2, 10000)
        order.order_line = [
            (0, 0, {"product_id": self.bottles.id, "product_uom_qty": 3, "price_unit": 4000}),
        ]
        self.ship(order)
        invoice = self.bill(order)
        self.assertEqual((self.balance("4202"), self.balance("1303")), (-12000, 10000 - 6000))
        between = invoice.line_ids.filtered(lambda line: line.account_id == self.company.koperasi_interunit_account_id)
        self.assertEqual(
            {line._koperasi_units(): line.balance for line in between}, {self.production: -12000, self.waste: 12000}
        )
        self.assertStockAgrees()
        receipt = self.receipt()
        self.assertEqual(receipt.line_ids.mapped("residual"), [32000, 32000])
        self.confirm(receipt)
        self.assertEqual((self.invoice | invoice).mapped("payment_state"), ["paid", "paid"])
        self.assertStockAgrees()

    def test_odoos_own_payment(self):
        """Registered by a bookkeeper at the bank: its lines carry the unit of the invoice they pay."""
        bank = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "bank")], limit=1
        )
        payments = (
            self.env["account.payment.register"]
            .with_company(self.company)
            .with_context(active_model="account.move", active_ids=self.invoice.ids)
            .create({"journal_id": bank.id})
            ._create_payments()
        )
        items = payments.move_id.line_ids
        self.assertTrue(all(line._koperasi_units() == self.production for line in items))
        self.assertStockAgrees()

    def test_who(self):
        for user in (self.sekretaris, self.ketua, self.pengawas):
            with self.assertRaises(AccessError):
                self.receipt(user=user)
        with self.assertRaisesRegex(UserError, "Open the cash session"):
            self.confirm(self.receipt(user=self.bendahara))
