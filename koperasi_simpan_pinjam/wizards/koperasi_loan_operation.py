import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError


class KoperasiLoanOperation(models.TransientModel):
    """Disbursement, installment or payoff of one loan. Its key makes a double click count once."""

    _name = "koperasi.loan.operation"
    _description = "Disbursement, Installment or Payoff"

    loan_id = fields.Many2one("koperasi.loan", required=True)
    company_id = fields.Many2one(related="loan_id.company_id")
    currency_id = fields.Many2one(related="loan_id.currency_id")
    fee_amount = fields.Monetary(related="loan_id.fee_amount")
    net_amount = fields.Monetary(related="loan_id.net_amount")
    outstanding = fields.Monetary(related="loan_id.outstanding")
    loanable_amount = fields.Monetary(related="loan_id.loanable_amount")
    operation = fields.Selection(
        [("disburse", "Disbursement"), ("pay", "Installment"), ("pay_off", "Payoff")],
        required=True,
        default="pay",
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, readonly=False, required=True, precompute=True)
    ahead = fields.Boolean("Pay Further Installments Ahead")
    session_id = fields.Many2one(
        "koperasi.cash.session",
        "Cash Session",
        compute="_compute_session_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('company_id', '=', company_id), ('state', '=', 'open'), ('user_id', '=', uid)]",
    )
    first_due_date = fields.Date("First Installment Due")
    key = fields.Char(default=lambda self: str(uuid.uuid4()), required=True, readonly=True)

    @api.depends("loan_id")
    def _compute_session_id(self):
        for operation in self:
            operation.session_id = self.env["koperasi.cash.session"]._current(operation.company_id)

    @api.depends("loan_id", "operation", "session_id")
    def _compute_amount(self):
        """What is asked for: the arrears, or the next installment; the payoff; the loan itself."""
        for operation in self:
            loan = operation.loan_id
            day = operation.session_id.date or fields.Date.context_today(operation)
            if operation.operation == "disburse":
                operation.amount = loan.amount
            elif operation.operation == "pay_off":
                operation.amount = loan.company_id._from_units(loan.sudo()._payoff_units(day)) if loan else 0
            else:
                due = loan._due_units(day, day).get(loan.id, 0)
                operation.amount = loan.company_id._from_units(due) or loan.next_due_amount or loan.claim_left

    def action_confirm(self):
        """Record it and show the receipt; a loan without funds waits in the queue instead."""
        self.ensure_one()
        transaction = self._record()
        if not transaction:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "warning",
                    "message": self.env._(
                        "There are not enough funds now: %s waits in the queue.", self.loan_id.number
                    ),
                    "next": {"type": "ir.actions.act_window_close"},
                },
            }
        return transaction._action_form()

    def _record(self):
        session = self.session_id
        if not session:
            raise UserError(self.env._("Open the cash session first."))
        if self.operation == "disburse":
            return self.loan_id._disburse(
                session.sudo().journal_id, session.date, session=session, first_due=self.first_due_date, key=self.key
            )
        if self.operation == "pay_off":
            return self.loan_id._pay_off(self.amount, session, key=self.key)
        return self.loan_id._pay(self.amount, session, key=self.key, ahead=self.ahead)
