from odoo import fields, models


class KoperasiLoanWriteOffRequest(models.TransientModel):
    """Why a loan should be written off."""

    _name = "koperasi.loan.write.off.request"
    _description = "Proposal of a Write-off"

    loan_id = fields.Many2one("koperasi.loan", required=True)
    currency_id = fields.Many2one(related="loan_id.currency_id")
    outstanding = fields.Monetary(related="loan_id.outstanding")
    days_late = fields.Integer(related="loan_id.days_late")
    reason = fields.Char(required=True)
    resolution = fields.Char("Decision of the Members' Meeting", required=True)

    def action_confirm(self):
        self.ensure_one()
        self.loan_id._propose_write_off(self.reason, self.resolution)
        return {"type": "ir.actions.act_window_close"}
