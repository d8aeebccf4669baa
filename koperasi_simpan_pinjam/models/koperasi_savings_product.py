from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

CLASSES = [
    ("pokok", "Share Capital"),
    ("wajib", "Mandatory"),
    ("sukarela", "Voluntary"),
    ("berjangka", "Term Deposit"),
    ("special", "Special"),
    ("internal", "Internal"),
]


class KoperasiSavingsProduct(models.Model):
    _name = "koperasi.savings.product"
    _description = "Savings Product"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    code = fields.Char(required=True, size=5, help="Part of the account numbers.")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    savings_class = fields.Selection(CLASSES, "Class", required=True, default="sukarela", tracking=True)
    account_id = fields.Many2one(
        "account.account",
        required=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        index=True,
        help="Its entries come from the member ledger only, and its balance is the sum of the accounts of members.",
    )
    unit_id = fields.Many2one(
        "account.analytic.account",
        "Business Unit",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain=lambda self: self.env["res.company"]._domain_koperasi_unit(),
        tracking=True,
        default=lambda self: self.env.company.koperasi_savings_unit_id,
    )
    amount = fields.Monetary(tracking=True, help="Share capital: in full, once.")
    rate_ids = fields.One2many("koperasi.dues.rate", "product_id", "Amount per Month")
    withdrawable = fields.Boolean(
        tracking=True,
        default=lambda self: True,
        help="Share capital and mandatory savings stay until the member leaves (UU 25/1992 art. 41).",
    )
    minimum_balance = fields.Monetary(tracking=True, help="What must stay in the account after a withdrawal.")
    minimum_deposit = fields.Monetary(tracking=True)
    opens_with_membership = fields.Boolean(tracking=True, help="Every new member gets an account.")
    blocked_while_borrowing = fields.Boolean(
        tracking=True,
        help="Can be withdrawn only when the member has no running loan (savings from service fees).",
    )
    interest_rate = fields.Float("Interest per Year (%)", digits=(6, 4), tracking=True)
    interest_method = fields.Selection(
        [("lowest", "Lowest Balance"), ("average", "Average Balance"), ("daily", "Daily Balance")],
        required=True,
        default="lowest",
        tracking=True,
    )
    interest_minimum_balance = fields.Monetary("Earns Interest From", tracking=True)
    account_ids = fields.One2many("koperasi.savings.account", "product_id", "Accounts")

    _code = models.UniqueIndex("(company_id, code)", "Another product has this code.")

    @api.constrains("account_id", "company_id")
    def _check_account(self):
        for product in self:
            product.account_id._koperasi_check_becomes_control()
            if product.account_id.account_type in ("asset_receivable", "liability_payable", "asset_cash"):
                raise ValidationError(
                    self.env._(
                        "%s can't hold savings: choose a liability or equity account.",
                        product.account_id.display_name,
                    )
                )

    @api.constrains("savings_class", "withdrawable")
    def _check_withdrawable(self):
        for product in self:
            if product.withdrawable and product.savings_class in ("pokok", "wajib"):
                raise ValidationError(
                    self.env._(
                        "%s can't be withdrawn while a member (UU 25/1992 art. 41).",
                        product.name,
                    )
                )

    @api.constrains("interest_rate", "company_id")
    def _check_interest_rate(self):
        for product in self:
            ceiling = product.company_id.koperasi_savings_rate_ceiling
            if not 0 <= product.interest_rate <= ceiling:
                raise ValidationError(
                    self.env._(
                        "%(product)s: the interest must lie between 0 and %(ceiling)s %% a year "
                        "(Permenkop UKM 8/2023).",
                        product=product.name,
                        ceiling=ceiling,
                    )
                )

    def write(self, vals):
        for name in ("account_id", "savings_class", "company_id"):
            if name in vals:
                changed = self.filtered(
                    lambda product, name=name: product._fields[name].convert_to_write(product[name], product)
                    != vals[name]
                )
                if changed.sudo().account_ids._has_lines():
                    raise UserError(
                        self.env._(
                            "%(product)s has transactions: its %(field)s can't change. Make a new product instead.",
                            product=changed[0].name,
                            field=self._fields[name]._description_string(self.env),
                        )
                    )
        return super().write(vals)

    def _yearly_rate(self):
        """The interest as a share of 1 per year, exact."""
        self.ensure_one()
        return Fraction(str(round(self.interest_rate, 4))) / 100
