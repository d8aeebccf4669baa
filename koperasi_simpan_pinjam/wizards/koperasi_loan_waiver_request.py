from odoo import api, fields, models


class KoperasiLoanWaiverRequest(models.TransientModel):
    """How much of a late fee is waived, and why."""

    _name = "koperasi.loan.waiver.request"
    _description = "Waive a Late Fee"

    loan_id = fields.Many2one("koperasi.loan", required=True)
    currency_id = fields.Many2one(related="loan_id.currency_id")
    late_fee = fields.Monetary(related="loan_id.late_fee")
    amount = fields.Monetary(
        "Waive", compute="_compute_amount", store=True, readonly=False, required=True, precompute=True
    )
    reason = fields.Char(required=True)

    @api.depends("loan_id")
    def _compute_amount(self):
        for request in self:
            request.amount = request.loan_id.late_fee

    def action_confirm(self):
        self.ensure_one()
        self.loan_id._waive_late_fee(self.amount, self.reason)
        return {"type": "ir.actions.act_window_close"}
