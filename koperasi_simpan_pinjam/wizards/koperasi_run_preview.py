from odoo import api, fields, models


class KoperasiRunPreview(models.TransientModel):
    """What a run will do to one account, or to one loan."""

    _name = "koperasi.run.preview"
    _description = "Preview of a Run"

    run_id = fields.Many2one("koperasi.run", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="run_id.currency_id")
    savings_id = fields.Many2one("koperasi.savings.account", "Savings Account")
    partner_id = fields.Many2one(related="savings_id.partner_id")
    interest = fields.Monetary()
    tax = fields.Monetary()
    other = fields.Monetary()
    total = fields.Monetary("Together", compute="_compute_total")
    reason = fields.Char("Left Out Because")
    loan_id = fields.Many2one("koperasi.loan")
    member_id = fields.Many2one(related="loan_id.member_id")
    journal_id = fields.Many2one(related="run_id.journal_id")
    lent = fields.Monetary("Loan Amount")
    deducted = fields.Monetary("Fees Taken Off")
    net = fields.Monetary("To Be Paid Out")
    funds_left = fields.Monetary("Left of the Funds")

    @api.depends("interest", "tax", "other")
    def _compute_total(self):
        for preview in self:
            preview.total = preview.interest + preview.tax + preview.other
