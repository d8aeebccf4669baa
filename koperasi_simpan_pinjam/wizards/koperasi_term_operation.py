import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError


class KoperasiTermOperation(models.TransientModel):
    """A term deposit is received or paid out, in cash or from and to another account of the member."""

    _name = "koperasi.term.operation"
    _description = "Opening or Payout of a Term Deposit"

    term_id = fields.Many2one("koperasi.savings.term", "Term Deposit", required=True)
    company_id = fields.Many2one(related="term_id.company_id")
    currency_id = fields.Many2one(related="term_id.currency_id")
    member_id = fields.Many2one(related="term_id.member_id")
    date_maturity = fields.Date(related="term_id.date_maturity")
    operation = fields.Selection(
        [("open", "Receive the Deposit"), ("pay_out", "Cash Out")], required=True, default="open"
    )
    money = fields.Selection([("cash", "In Cash"), ("savings", "Savings")], required=True, default="cash")
    session_id = fields.Many2one("koperasi.cash.session", "Cash Session", compute="_compute_session_id")
    savings_id = fields.Many2one(
        "koperasi.savings.account",
        "Savings Account",
        compute="_compute_savings_id",
        store=True,
        readonly=False,
        domain="[('member_id', '=', member_id), ('withdrawable', '=', True), ('state', '=', 'open')]",
    )
    is_early = fields.Boolean(compute="_compute_quote")
    interest = fields.Monetary("Interest Still to Pay", compute="_compute_quote")
    tax = fields.Monetary(compute="_compute_quote")
    fee = fields.Monetary("Fee of Breaking", compute="_compute_quote")
    amount = fields.Monetary(compute="_compute_quote")
    key = fields.Char(default=lambda self: str(uuid.uuid4()), required=True, readonly=True)

    @api.depends("term_id")
    def _compute_session_id(self):
        for operation in self:
            operation.session_id = self.env["koperasi.cash.session"]._current(operation.company_id)

    @api.depends("term_id")
    def _compute_savings_id(self):
        for operation in self:
            operation.savings_id = operation.term_id.target_id

    @api.depends("term_id.state", "operation", "session_id")
    def _compute_quote(self):
        for operation in self:
            term, company, quote = operation.term_id, operation.company_id, {}
            if operation.operation == "pay_out" and term.state == "active":
                quote, _lines = term._payout(operation._day())
            operation.is_early = bool(quote) and not term._is_mature(operation._day())
            for name in ("interest", "tax", "fee"):
                operation[name] = company._from_units(quote.get(name, 0))
            operation.amount = company._from_units(quote["amount"]) if quote else term.amount

    def _day(self):
        cash = self.money == "cash"
        return (cash and self.session_id.date) or fields.Date.context_today(self)

    def action_confirm(self):
        """Record it and show the receipt; asked again with the same key, show the same receipt."""
        self.ensure_one()
        return self._record()._action_form()

    def _record(self):
        company, term, day = self.company_id, self.term_id, self._day()
        company._koperasi_check_role("petugas", "bendahara")
        if self.money == "cash" and not self.session_id:
            raise UserError(self.env._("Open the cash session first."))
        posting = self.env["koperasi.posting"]
        content = ["term", term.id, self.operation, self.money, self.savings_id.id]
        if replay := posting._replay(company, self.key, content):
            return replay
        amount = self.amount
        if self.operation == "open":
            lines, sign = term._lines_in(amount, day), 1
        else:
            lines, sign = term._lines_out(amount, day), -1
        if self.money == "savings":
            if self.savings_id.member_id != term.member_id:
                raise UserError(self.env._("Choose an account of %s.", term.member_id.display_name))
            other = self.savings_id
            lines += other._lines_out(amount, day) if sign > 0 else other._lines_in(amount, day)
        cash = self.money == "cash"
        return posting._post(
            company,
            day,
            lines,
            tenders=[(self.session_id.sudo().journal_id, sign * amount)] if cash else (),
            session=self.session_id if cash else None,
            key=self.key,
            content=content,
            label=self.env._("Term Deposit %s", term.number),
        )
