from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .exceptions import SecondPersonNeeded
from .koperasi_payout_request import PAYOUT_ROLES


class KoperasiCashPurpose(models.Model):
    """What money that is no member's comes in or goes out for: a name for the teller, an account for the books."""

    _name = "koperasi.cash.purpose"
    _description = "Purpose of a Receipt or Payment"
    _order = "direction, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    direction = fields.Selection([("in", "Receipt"), ("out", "Payment")], required=True, default="out")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.company,
    )
    account_id = fields.Many2one(
        "account.account",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain=[
            ("koperasi_control", "=", False),
            ("account_type", "not in", ("asset_receivable", "liability_payable")),
        ],
    )
    unit_id = fields.Many2one(
        "account.analytic.account",
        "Business Unit",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain=lambda self: self.env["res.company"]._domain_koperasi_unit(),
        default=lambda self: self.env.company.koperasi_general_unit_id,
    )

    currency_id = fields.Many2one(related="company_id.currency_id")
    approval_limit = fields.Monetary(
        "Alone Up To",
        help="A payment above it needs a second person's PIN, whoever pays. 0: no limit.",
    )

    @api.constrains("account_id")
    def _check_account(self):
        boxes = (
            self.env["koperasi.cash.box"]
            .sudo()
            .with_context(active_test=False)
            .search([("company_id", "in", self.company_id.ids)])
            .journal_id.default_account_id
        )
        for purpose in self:
            account = purpose.sudo().account_id
            if account.koperasi_control:
                raise ValidationError(
                    self.env._(
                        "%(purpose)s: %(account)s holds savings or loans of members. Choose another account; "
                        "what belongs "
                        "to a member is received and paid at the counter.",
                        purpose=purpose.name,
                        account=account.display_name,
                    )
                )
            if account.account_type in ("asset_receivable", "liability_payable"):
                raise ValidationError(
                    self.env._(
                        "%(purpose)s: invoices and bills are paid on %(account)s. Choose another account.",
                        purpose=purpose.name,
                        account=account.display_name,
                    )
                )
            if account in boxes:
                raise ValidationError(
                    self.env._(
                        "%(purpose)s: %(account)s is a cash box, whose money moves in its own session only.",
                        purpose=purpose.name,
                        account=account.display_name,
                    )
                )

    def _record(
        self, amount, session, key=None, partner=None, party=None, note=None, approver=None, bank=None, bank_line=None
    ):
        """Receive or pay `amount` (Monetary, > 0) for this purpose; returns the receipt or voucher.

        :param session: the open cash session the money moves in; None when it moves at the bank
        :param bank: account.journal of the bank the money moves at, in place of a session
        :param bank_line: koperasi.bank.statement.line that shows the movement, with its day
        :param partner: res.partner who brought or took the money, or
        :param party: her name
        :param approver: the second person who said yes, res.users, checked by the caller
        """
        self.ensure_one()
        company = self.company_id
        company._koperasi_check_role(*(("bendahara",) if bank else ("petugas", "bendahara")))
        self._check_account()
        if bank and bank._koperasi_bank_way() == "odoo":  # its statement books the money itself
            raise UserError(self.env._("%s is reconciled in Odoo's accounting.", bank.name))
        if bank and self.sudo().account_id == bank.sudo().default_account_id:
            raise UserError(self.env._("%s moves money of the bank itself. Choose what it is for.", self.name))
        if company._to_units(amount) <= 0:
            raise UserError(self.env._("Enter an amount above zero."))
        if self._needs_approval(amount) and not approver:
            raise SecondPersonNeeded(
                self.env._(
                    "%(purpose)s above %(limit)s is paid with a second person's PIN.",
                    purpose=self.name,
                    limit=company._koperasi_amount(self.approval_limit),
                ),
                PAYOUT_ROLES,
            )
        signed = amount if self.direction == "in" else -amount
        content = ["purpose", self.id, company._to_units(amount), partner and partner.id, party, note]
        day = self._bank_day(bank_line) if bank else session.date
        return self.env["koperasi.posting"]._post(
            company,
            day,
            [
                {
                    "account_id": self.sudo().account_id.id,
                    "unit_id": self.sudo().unit_id.id,
                    "component": "purpose",
                    "partner_id": partner and partner.id,
                    "name": self.name,
                    "amount": signed,
                }
            ],
            tenders=[(bank or session.sudo().journal_id, signed)],
            session=session or None,
            key=key,
            content=[*content, bank.id] if bank else content,
            party=party,
            label=note or self.name,
            approver=approver,
            own_day=bool(bank_line),  # the bank's
        )

    def _bank_day(self, bank_line):
        """The day the bank says; today where that day is closed, or there is no line of the bank."""
        if not bank_line:
            return fields.Date.context_today(self)
        try:
            self.company_id._koperasi_check_open(bank_line.date)
        except UserError:
            return fields.Date.context_today(self)
        return bank_line.date

    def _needs_approval(self, amount):
        """:param amount: Monetary"""
        self.ensure_one()
        return self.direction == "out" and 0 < self.approval_limit < amount
