from odoo import fields, models

# Notes and coins in use.
DENOMINATIONS = (100000, 50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100)


class KoperasiCashCount(models.Model):
    """How many of one note or coin lay in the box when its session was closed."""

    _name = "koperasi.cash.count"
    _description = "Counted Notes and Coins"
    _inherit = ["koperasi.immutable"]
    _order = "session_id, denomination desc"
    _immutable_columns = ("session_id", "company_id", "denomination", "quantity")

    session_id = fields.Many2one(
        "koperasi.cash.session", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    currency_id = fields.Many2one(related="company_id.currency_id")
    denomination = fields.Integer("Note or Coin", required=True, readonly=True)
    quantity = fields.Integer("Pieces", required=True, readonly=True)
    amount = fields.Monetary(compute="_compute_amount")

    _quantity = models.Constraint("CHECK (quantity > 0 AND denomination > 0)", "Only what is there is written down.")
    _once = models.UniqueIndex("(session_id, denomination)", "This note or coin has been counted already.")

    def _compute_amount(self):
        for count in self:
            count.amount = count.denomination * count.quantity
