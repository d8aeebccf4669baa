from odoo import fields, models


class KoperasiCorrectionRequest(models.TransientModel):
    _name = "koperasi.correction.request"
    _description = "Ask for a Correction"

    transaction_id = fields.Many2one("koperasi.transaction", required=True)
    currency_id = fields.Many2one(related="transaction_id.currency_id")
    amount = fields.Monetary(related="transaction_id.amount")
    reason = fields.Char(required=True)

    def action_confirm(self):
        """Ask; a treasurer or the chair decides."""
        self.ensure_one()
        correction = self.env["koperasi.correction"].create(
            {
                "transaction_id": self.transaction_id.id,
                "reason": self.reason,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "koperasi.correction",
            "res_id": correction.id,
            "view_mode": "form",
        }
