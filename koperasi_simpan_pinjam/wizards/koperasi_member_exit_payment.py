import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError


class KoperasiMemberExitPayment(models.TransientModel):
    """Pays a member who left, or an heir, in cash or by the bank. Its key makes a double click count once."""

    _name = "koperasi.member.exit.payment"
    _description = "Payment of an Exit"

    exit_id = fields.Many2one("koperasi.member.exit", required=True)
    company_id = fields.Many2one(related="exit_id.company_id")
    currency_id = fields.Many2one(related="exit_id.currency_id")
    member_id = fields.Many2one(related="exit_id.member_id")
    kind = fields.Selection(related="exit_id.kind")
    amount_left = fields.Monetary(related="exit_id.amount_left")
    heir_id = fields.Many2one("koperasi.member.heir", "Paid To", domain="[('member_id', '=', member_id)]")
    amount = fields.Monetary(compute="_compute_amount", store=True, readonly=False, required=True, precompute=True)
    way = fields.Selection([("cash", "Cash"), ("bank", "Bank")], required=True, default="cash")
    session_id = fields.Many2one(
        "koperasi.cash.session",
        "Cash Session",
        compute="_compute_session_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('company_id', '=', company_id), ('state', '=', 'open'), ('user_id', '=', uid)]",
    )
    bank_id = fields.Many2one(
        "account.journal", "From the Bank", domain="[('type', '=', 'bank'), ('company_id', '=', company_id)]"
    )
    key = fields.Char(default=lambda self: str(uuid.uuid4()), required=True, readonly=True)

    @api.depends("exit_id")
    def _compute_session_id(self):
        for payment in self:
            payment.session_id = self.env["koperasi.cash.session"]._current(payment.company_id)

    @api.depends("exit_id", "heir_id")
    def _compute_amount(self):
        """All that is left; of an heir with a share, her share of what there was to pay (docs/domain.md 5.7)."""
        for payment in self:
            leaving = payment.exit_id
            share = leaving._heir_amount(payment.heir_id) if payment.heir_id.share else leaving.amount_left
            payment.amount = min(share, leaving.amount_left)

    def action_confirm(self):
        """Record it and print the slip; asked again with the same key, print the same slip."""
        self.ensure_one()
        return self._record().action_print()

    def _record(self):
        leaving, options = self.exit_id, {"heir": self.heir_id, "key": self.key}
        if self.way == "bank":
            if not self.bank_id:
                raise UserError(self.env._("Choose the bank it is paid from."))
            return leaving._pay(self.amount, self.bank_id, **options)
        if not self.session_id:
            raise UserError(self.env._("Open the cash session first."))
        return leaving._pay(self.amount, self.session_id.sudo().journal_id, session=self.session_id, **options)
