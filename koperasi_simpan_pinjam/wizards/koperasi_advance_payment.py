import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError


class KoperasiAdvancePayment(models.TransientModel):
    """What a member pays back to whoever paid for her. Its key makes a double click count once."""

    _name = "koperasi.advance.payment"
    _description = "Pay an Advance Back"

    advance_id = fields.Many2one("koperasi.advance", required=True)
    currency_id = fields.Many2one(related="advance_id.currency_id")
    left = fields.Monetary(related="advance_id.left")
    amount = fields.Monetary(compute="_compute_amount", store=True, readonly=False, required=True, precompute=True)
    key = fields.Char(default=lambda self: str(uuid.uuid4()), required=True, readonly=True)

    @api.depends("advance_id")
    def _compute_amount(self):
        for payment in self:
            payment.amount = payment.advance_id.left

    def action_confirm(self):
        """Record it and show the receipt."""
        self.ensure_one()
        session = self.env["koperasi.cash.session"]._current(self.advance_id.company_id)
        if not session:
            raise UserError(self.env._("Open the cash session first."))
        return self.advance_id._pay_back(self.amount, session, key=self.key)._action_form()
