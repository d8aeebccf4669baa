from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .exceptions import SecondPersonNeeded


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

    def _record(self, amount, session, key=None, partner=None, party=None, note=None, approver=None):
        """Receive or pay `amount` (Monetary, > 0) in cash for this purpose; returns the receipt or voucher.

        :param partner: res.partner who brought or took the money, or
        :param party: her name
        :param approver: the second person who said yes, res.users, checked by the caller
        """
        self.ensure_one()
        company = self.company_id
        company._koperasi_check_role("petugas", "bendahara")
        self._check_account()
        if company._to_units(amount) <= 0:
            raise UserError(self.env._("Enter an amount above zero."))
        if self._needs_approval(amount) and not approver:
            raise SecondPersonNeeded(
                self.env._(
                    "%(purpose)s above %(limit)s is paid with a second person's PIN.",
                    purpose=self.name,
                    limit=company._koperasi_amount(self.approval_limit),
                ),
                ("bendahara", "ketua"),
            )
        signed = amount if self.direction == "in" else -amount
        return self.env["koperasi.posting"]._post(
            company,
            session.date,
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
            tenders=[(session.sudo().journal_id, signed)],
            session=session,
            key=key,
            content=["purpose", self.id, company._to_units(amount), partner and partner.id, party, note],
            party=party,
            label=note or self.name,
            approver=approver,
        )

    def _needs_approval(self, amount):
        """:param amount: Monetary"""
        self.ensure_one()
        return self.direction == "out" and 0 < self.approval_limit < amount
