import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError


class KoperasiSavingsOperation(models.TransientModel):
    """Deposit, withdrawal or transfer on one account. Its key makes a double click, or a resent form, count once."""

    _name = "koperasi.savings.operation"
    _description = "Deposit, Withdrawal or Transfer"
    _inherit = ["koperasi.payout.form"]

    savings_id = fields.Many2one("koperasi.savings.account", "Savings Account", required=True)
    company_id = fields.Many2one(related="savings_id.company_id")
    currency_id = fields.Many2one(related="savings_id.currency_id")
    balance = fields.Monetary(related="savings_id.balance")
    operation = fields.Selection(
        [("deposit", "Deposit"), ("withdraw", "Withdrawal"), ("transfer", "Transfer")],
        required=True,
        default="deposit",
    )
    amount = fields.Monetary(required=True)
    target_id = fields.Many2one(
        "koperasi.savings.account",
        "To Account",
        domain="[('company_id', '=', company_id), ('id', '!=', savings_id), ('state', '=', 'open')]",
    )
    session_id = fields.Many2one(
        "koperasi.cash.session",
        "Cash Session",
        compute="_compute_session_id",
        store=True,
        readonly=False,
        domain="[('company_id', '=', company_id), ('state', '=', 'open'), ('user_id', '=', uid)]",
    )
    date = fields.Date(default=fields.Date.context_today, required=True)
    note = fields.Char("Description")
    key = fields.Char(default=lambda self: str(uuid.uuid4()), required=True, readonly=True)

    @api.depends("savings_id")
    def _compute_session_id(self):
        for operation in self:
            operation.session_id = self.env["koperasi.cash.session"]._current(operation.company_id)

    @api.depends("savings_id", "operation", "amount", "session_id")
    def _compute_needs_approval(self):
        return super()._compute_needs_approval()

    def _is_above_limit(self):
        if self.operation != "withdraw" or not self.session_id or self.amount <= 0:
            return False
        units = self.company_id._to_units(self.amount, whole=False)
        return self.session_id._is_above_limit(units) or self.savings_id._is_above_day_limit(
            units, self.session_id.date
        )

    def _payout(self):
        account, units = self.savings_id, self.company_id._to_units(self.amount, whole=False)
        return {
            "content": ["withdraw", account.id, str(units)],
            "name": account.display_name or self._description,
            "amount": self.amount,
            "partner": account.sudo().partner_id,
        }

    def action_confirm(self):
        """Record it and show the receipt; asked again with the same key, show the same receipt."""
        self.ensure_one()
        return self._action_refused() or self._record()._action_form()

    def _record(self):
        account = self.savings_id
        options = {"key": self.key, "label": self.note or None}
        if self.operation == "transfer":
            if not self.target_id:
                raise UserError(self.env._("Choose the account the money goes to."))
            return account._transfer(self.target_id, self.amount, self.date, **options)
        if not self.session_id:
            raise UserError(self.env._("Open the cash session first."))
        if self.operation == "deposit":
            return account._deposit(self.amount, self.session_id, **options)
        voucher = account._withdraw(self.amount, self.session_id, approver=self._approver(), **options)
        self._request()._use(self.key)
        return voucher
