from odoo import api, fields, models
from odoo.fields import Command

from ..models.koperasi_cash_count import DENOMINATIONS


class KoperasiCashClose(models.TransientModel):
    """The count at the end of a session: by notes and coins, or as one sum."""

    _name = "koperasi.cash.close"
    _description = "Count and Close"

    session_id = fields.Many2one("koperasi.cash.session", required=True)
    currency_id = fields.Many2one(related="session_id.currency_id")
    expected_amount = fields.Monetary(related="session_id.expected_amount")
    line_ids = fields.One2many(
        "koperasi.cash.close.line",
        "close_id",
        "Notes and Coins",
        default=lambda self: [Command.create({"denomination": denomination}) for denomination in DENOMINATIONS],
    )
    counted_amount = fields.Monetary(
        "Counted", required=True, compute="_compute_counted_amount", store=True, readonly=False
    )
    difference = fields.Monetary("Over or Short", compute="_compute_difference")

    @api.depends("line_ids.quantity", "line_ids.denomination")
    def _compute_counted_amount(self):
        for close in self:
            if any(close.line_ids.mapped("quantity")):
                close.counted_amount = sum(close.line_ids.mapped("amount"))

    @api.depends("counted_amount", "expected_amount")
    def _compute_difference(self):
        for close in self:
            close.difference = close.counted_amount - close.expected_amount

    def action_confirm(self):
        self.ensure_one()
        counts = {line.denomination: line.quantity for line in self.line_ids if line.quantity}
        self.session_id._do_close(self.counted_amount, counts)
        return {
            "type": "ir.actions.act_window",
            "res_model": "koperasi.cash.session",
            "res_id": self.session_id.id,
            "view_mode": "form",
        }


class KoperasiCashCloseLine(models.TransientModel):
    _name = "koperasi.cash.close.line"
    _description = "Notes or Coins Counted"
    _order = "denomination desc"

    close_id = fields.Many2one("koperasi.cash.close", required=True, ondelete="cascade", index=True)
    currency_id = fields.Many2one(related="close_id.currency_id")
    denomination = fields.Integer("Note or Coin", required=True)
    quantity = fields.Integer("Pieces")
    amount = fields.Monetary(compute="_compute_amount")

    @api.depends("denomination", "quantity")
    def _compute_amount(self):
        for line in self:
            line.amount = line.denomination * line.quantity
