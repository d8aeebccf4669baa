import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import date_utils

from ..models.koperasi_loan_prepayment import EXCESS


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
    due_amount = fields.Monetary("Due", compute="_compute_due_amount")
    kept_amount = fields.Monetary(
        "Kept for It", compute="_compute_due_amount", help="What she left before is used for what is due."
    )
    excess = fields.Selection(
        EXCESS, "More Than Is Due", compute="_compute_excess", store=True, readonly=False, precompute=True
    )
    tender_ids = fields.One2many(
        "koperasi.loan.operation.tender",
        "operation_id",
        "Paid from Her Savings",
        compute="_compute_tender_ids",
        store=True,
        readonly=False,
    )
    bank_id = fields.Many2one(
        "account.journal", "By the Bank", domain="[('type', '=', 'bank'), ('company_id', '=', company_id)]"
    )
    bank_amount = fields.Monetary("Of It by the Bank")
    cash_amount = fields.Monetary("In Cash", compute="_compute_cash_amount")
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

    @api.depends("loan_id")
    def _compute_excess(self):
        for operation in self:
            operation.excess = operation.loan_id.product_id.excess

    @api.depends("loan_id", "session_id")
    def _compute_due_amount(self):
        """By the end of the month, and what is kept for it."""
        for operation in self:
            loan, company = operation.loan_id, operation.company_id
            operation.due_amount = operation.kept_amount = 0
            if loan:
                day = operation._day()
                until = date_utils.end_of(day, "month")
                due = loan._due_units(until, day).get(loan.id, 0)
                operation.due_amount = company._from_units(due)
                operation.kept_amount = company._from_units(due - loan._asked_units(until, day).get(loan.id, 0))

    def _day(self):
        return self.session_id.date or fields.Date.context_today(self)

    @api.depends("loan_id", "operation")
    def _compute_tender_ids(self):
        """Her accounts that may pay: those from which she may withdraw."""
        for operation in self:
            operation.tender_ids = [Command.clear()]
            if operation.operation == "disburse" or not operation.loan_id:
                continue
            accounts = operation.loan_id.member_id.savings_ids
            available = accounts._available_units(operation._day())
            kept = operation.company_id.sudo().koperasi_kept_product_id
            operation.tender_ids = [
                Command.create({"savings_id": account.id})
                for account in accounts
                if available.get(account.id) and account.product_id != kept
            ]

    @api.depends("amount", "bank_amount", "tender_ids.amount")
    def _compute_cash_amount(self):
        for operation in self:
            otherwise = operation.bank_amount + sum(operation.tender_ids.mapped("amount"))
            operation.cash_amount = operation.amount - otherwise

    @api.depends("loan_id", "operation", "session_id")
    def _compute_amount(self):
        """What is asked for: the arrears, or the next installment, less what is kept; the payoff; the loan itself."""
        for operation in self:
            loan = operation.loan_id
            day = operation._day()
            if operation.operation == "disburse":
                operation.amount = loan.amount
            elif operation.operation == "pay_off":
                operation.amount = loan.company_id._from_units(loan.sudo()._payoff_units(day)) if loan else 0
            elif loan._due_units(day, day).get(loan.id, 0):
                operation.amount = loan.company_id._from_units(loan._asked_units(day, day).get(loan.id, 0))
            else:
                operation.amount = max((loan.next_due_amount or loan.claim_left) - operation.kept_amount, 0)

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
        session, loan = self.session_id, self.loan_id
        if self.operation == "disburse":
            if not session:
                raise UserError(self.env._("Open the cash session first."))
            return loan._disburse(
                session.sudo().journal_id, session.date, session=session, first_due=self.first_due_date, key=self.key
            )
        paid = [(line.savings_id, line.amount) for line in self.tender_ids if line.amount]
        if self.bank_amount:
            if not self.bank_id:
                raise UserError(self.env._("Choose the bank that it was paid to."))
            paid.append((self.bank_id, self.bank_amount))
        if self.operation == "pay_off":
            return loan._pay_off(self.amount, session, key=self.key, paid=paid)
        excess = False if loan.state == "written_off" else self.excess
        return loan._pay(self.amount, session, key=self.key, excess=excess, paid=paid)


class KoperasiLoanOperationTender(models.TransientModel):
    _name = "koperasi.loan.operation.tender"
    _description = "Savings That Pay a Loan"

    operation_id = fields.Many2one("koperasi.loan.operation", required=True, ondelete="cascade", index=True)
    currency_id = fields.Many2one(related="operation_id.currency_id")
    savings_id = fields.Many2one("koperasi.savings.account", "Savings Account", required=True)
    available = fields.Monetary("Can Be Withdrawn", compute="_compute_available")
    amount = fields.Monetary()

    @api.depends("savings_id")
    def _compute_available(self):
        for operation, lines in self.grouped("operation_id").items():
            available = lines.savings_id._available_units(operation._day())
            for line in lines:
                line.available = line.savings_id.company_id._from_units(available.get(line.savings_id.id, 0))
