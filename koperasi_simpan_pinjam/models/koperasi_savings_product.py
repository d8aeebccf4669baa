from calendar import isleap

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from .exact import share

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
    interest_rate_ids = fields.One2many("koperasi.savings.rate", "product_id", "Interest per Year")
    interest_rate = fields.Float(
        "Interest per Year (%)", digits=(6, 4), compute="_compute_interest_rate", help="Today, for a small balance."
    )
    interest_method = fields.Selection(
        [("lowest", "Lowest Balance"), ("average", "Average Balance"), ("daily", "Daily Balance")],
        required=True,
        default="lowest",
        tracking=True,
    )
    interest_minimum_balance = fields.Monetary("Earns Interest From", tracking=True)
    interest_minimum = fields.Monetary(
        "Smallest Interest", tracking=True, help="Less than this for a month is not credited. 0: everything is."
    )
    interest_deposit_day_counts = fields.Boolean("Day of a Deposit Counts", default=True, tracking=True)
    interest_days_in_year = fields.Selection(
        [("365", "365"), ("360", "360"), ("actual", "365 or 366")],
        "Days in a Year",
        required=True,
        default="365",
        tracking=True,
    )
    term_months = fields.Integer("Months", tracking=True)
    term_by_days = fields.Boolean(
        "Interest by Days", tracking=True, help="A month earns by its days; else a twelfth of the yearly rate."
    )
    break_rule = fields.Selection(
        [("month", "No Interest for the Running Month"), ("fee", "A Fee of the Amount")],
        "Broken Early",
        required=True,
        default="month",
        tracking=True,
    )
    break_fee_percent = fields.Float("Fee of Breaking (%)", tracking=True)
    account_ids = fields.One2many("koperasi.savings.account", "product_id", "Accounts")

    _code = models.UniqueIndex("(company_id, code)", "Another product has this code.")
    _break_fee = models.Constraint("CHECK (break_fee_percent BETWEEN 0 AND 100)", "A fee lies between 0 and 100 %.")

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

    @api.constrains("savings_class", "term_months", "withdrawable")
    def _check_term(self):
        for product in self.filtered(lambda product: product.savings_class == "berjangka"):
            if product.term_months < 1:
                raise ValidationError(self.env._("%s: enter the months of the term.", product.name))
            if product.withdrawable:
                raise ValidationError(
                    self.env._("%s is paid out by its contract: it can't be withdrawn otherwise.", product.name)
                )

    @api.constrains("interest_method")
    def _check_rate_days(self):
        """A month's lowest or mean balance has one rate: a new one begins with a month."""
        for product in self.filtered(lambda product: product.interest_method != "daily"):
            for rate in product.interest_rate_ids.filtered(lambda rate: rate.valid_from.day != 1):
                raise ValidationError(
                    self.env._(
                        "%(product)s: %(date)s is not the first of a month. With the lowest or average balance a rate "
                        "begins on the first; with the daily balance on any day.",
                        product=product.name,
                        date=format_date(self.env, rate.valid_from),
                    )
                )

    @api.depends("interest_rate_ids.rate", "interest_rate_ids.valid_from", "interest_rate_ids.from_balance")
    def _compute_interest_rate(self):
        today = fields.Date.context_today(self)
        for product in self:
            begun = product.interest_rate_ids.filtered(lambda rate: rate.valid_from and rate.valid_from <= today)
            product.interest_rate = begun.sorted(lambda rate: (rate.valid_from, -rate.from_balance))[-1:].rate

    def _credited_monthly(self, month_end):
        """Those whose interest of the month a run credits: they bear some on its last day, and are no term deposits,
        whose interest has days of its own (docs/domain.md 5.3, 5.4).
        """

        def bears(product):
            rates, company = product.interest_rate_ids, product.company_id
            return any(rates._on(month_end, company._to_units(floor)) for floor in rates.mapped("from_balance"))

        return self.filtered(lambda product: product.savings_class != "berjangka" and bears(product))

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

    def _percent(self, name):
        """A percent field as a share of 1, exact."""
        self.ensure_one()
        return share(self[name])

    def _days_in_year(self, on):
        """By which a daily balance's yearly rate is divided (docs/domain.md 5.3)."""
        self.ensure_one()
        if self.interest_days_in_year == "actual":
            return 366 if isleap(on.year) else 365
        return int(self.interest_days_in_year)
