from odoo import api, fields, models


class KoperasiCashClose(models.TransientModel):
    _name = "koperasi.cash.close"
    _description = "Count and Close"

    session_id = fields.Many2one("koperasi.cash.session", required=True)
    currency_id = fields.Many2one(related="session_id.currency_id")
    expected_amount = fields.Monetary(related="session_id.expected_amount")
    counted_amount = fields.Monetary("Counted", required=True)
    difference = fields.Monetary("Over or Short", compute="_compute_difference")

    @api.depends("counted_amount", "expected_amount")
    def _compute_difference(self):
        for close in self:
            close.difference = close.counted_amount - close.expected_amount

    def action_confirm(self):
        self.ensure_one()
        self.session_id._do_close(self.counted_amount)
        return {
            "type": "ir.actions.act_window",
            "res_model": "koperasi.cash.session",
            "res_id": self.session_id.id,
            "view_mode": "form",
        }
