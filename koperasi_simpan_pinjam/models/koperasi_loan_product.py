from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..kernel.amortization import Method, RateBasis, effective_rate, periodic_rate, schedule
from ..kernel.money import Rounding
from .exact import share

METHODS = [("flat", "Flat"), ("declining", "Declining"), ("annuity", "Annuity"), ("bullet", "Bullet")]
BASES = [("month", "per Month"), ("year", "per Year"), ("term", "for the Whole Loan")]
PERIODS_PER_YEAR = {"week": 52, "month": 12}
DAYS_PER_PERIOD = {"week": 7, "month": 30}  # docs/domain.md 4.2: a month of 30 days
SAMPLE = 1000000  # the loan whose effective rate docs/domain.md 4.5 shows
# What the price of a loan depends on.
PRICE = (
    "method",
    "rate",
    "rate_basis",
    "periods",
    "period_unit",
    "installment_unit",
    "principal_grace",
    "interest_grace",
    "interest_free",
)
PAYOFFS = [
    ("current", "Interest of the Current Month"),
    ("plus_months", "Current Month plus Months of Interest"),
    ("plus_percent", "Current Month plus a Percent of the Principal"),
    ("all", "All Remaining Interest"),
    ("discount", "Remaining Interest Less a Percent"),
    ("rule_78", "Rule of 78"),
]
# Agreed with the borrower: they hold until her loan is over.
LATE_FEE_TERMS = (
    "penalty_kind",
    "penalty_rate",
    "penalty_amount",
    "penalty_grace_days",
    "penalty_cap",
    "penalty_skips_holidays",
)
LATE_FEES = [
    ("none", "None"),
    ("installment", "Percent per Day of the Late Installment"),
    ("principal", "Percent per Day of the Late Principal"),
    ("per_day", "Amount per Day"),
    ("once", "Amount for Each Late Installment"),
]
ORDERS = {
    "penalty_interest_principal": ("penalty", "fee", "interest", "principal"),
    "interest_principal_penalty": ("interest", "principal", "penalty", "fee"),
    "principal_first": ("principal", "interest", "penalty", "fee"),
}


class KoperasiLoanProduct(models.Model):
    _name = "koperasi.loan.product"
    _description = "Loan Product"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    account_id = fields.Many2one(
        "account.account",
        "Principal Account",
        required=True,
        ondelete="restrict",
        check_company=True,
        index=True,
        tracking=True,
        help="Its entries come from the member ledger only.",
    )
    interest_account_id = fields.Many2one(
        "account.account",
        "Service Fee Income",
        required=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    penalty_account_id = fields.Many2one(
        "account.account",
        "Late Fee Income",
        required=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
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
    method = fields.Selection(METHODS, required=True, default="flat", tracking=True)
    rate = fields.Float("Service Fee (%)", digits=(7, 4), required=True, tracking=True)
    rate_basis = fields.Selection(
        BASES, required=True, default="month", tracking=True, help="What the percentage is counted for."
    )
    periods = fields.Integer("Installments", required=True, default=10, tracking=True)
    period_unit = fields.Selection(
        [("week", "Every Week"), ("month", "Every Month")], "Paid", required=True, default="month", tracking=True
    )
    principal_grace = fields.Integer(
        "Principal Begins After",
        tracking=True,
        help="So many first installments pay the service fee only. The installments stay as many as agreed.",
    )
    interest_grace = fields.Integer(
        "Service Fee Begins After",
        tracking=True,
        help="The service fee of so many first installments is paid with the one after them; none is forgiven.",
    )
    interest_free = fields.Integer(
        "Free of Service Fee", tracking=True, help="So many first installments bear no service fee at all."
    )
    first_by_days = fields.Boolean(
        "First Service Fee by Days",
        tracking=True,
        help="When the first installment is due sooner or later than one period after the disbursement, its service "
        "fee is counted by days, a month as 30. Else it is that of a whole period.",
    )
    effective_rate = fields.Float(
        "Effective Rate per Year (%)",
        compute="_compute_effective_rate",
        digits=(7, 2),
        help="What the loan really costs, counted on the money still owed: for Rp 1.000.000 with these terms. "
        "Compare it with a bank keliling.",
    )
    minimum_amount = fields.Monetary(tracking=True)
    maximum_amount = fields.Monetary(tracking=True, help="0: no maximum.")
    installment_unit = fields.Integer("Round Installments Up To", default=1, required=True, tracking=True)
    interest_to_savings_percent = fields.Float(
        "Service Fee That Becomes Savings (%)",
        tracking=True,
        help="This part of every service fee paid is credited to the borrower's own savings (docs/domain.md 4.12).",
    )
    interest_savings_product_id = fields.Many2one(
        "koperasi.savings.product",
        "Savings It Becomes",
        check_company=True,
        ondelete="restrict",
        tracking=True,
    )
    penalty_kind = fields.Selection(LATE_FEES, "Late Fee", required=True, default="none", tracking=True)
    penalty_rate = fields.Float("Late Fee (% per Day)", digits=(7, 4), tracking=True)
    penalty_amount = fields.Monetary("Late Fee Amount", tracking=True)
    penalty_grace_days = fields.Integer(
        "Days Without Late Fee", tracking=True, help="So many first days after the due date cost nothing."
    )
    penalty_cap = fields.Float(
        "Late Fee at Most (% of the Service Fee)",
        tracking=True,
        help="Of each installment. 0: no limit.",
    )
    penalty_skips_holidays = fields.Boolean(
        "Holidays Cost Nothing", tracking=True, help="What falls due on a holiday may be paid on the next day."
    )
    payment_order = fields.Selection(
        [
            ("penalty_interest_principal", "Late Fee, Service Fee, Principal"),
            ("interest_principal_penalty", "Service Fee, Principal, Late Fee"),
            ("principal_first", "Principal First"),
        ],
        required=True,
        default="penalty_interest_principal",
        tracking=True,
    )
    payoff_convention = fields.Selection(PAYOFFS, "Early Payoff", required=True, default="current", tracking=True)
    payoff_months = fields.Integer(tracking=True)
    payoff_percent = fields.Float("Payoff Percent (%)", tracking=True)
    loan_ids = fields.One2many("koperasi.loan", "product_id", "Loans")

    _rate = models.Constraint("CHECK (rate >= 0)", "A service fee can't be negative.")
    _periods = models.Constraint("CHECK (periods > 0)", "A loan has at least one installment.")
    _unit = models.Constraint("CHECK (installment_unit > 0)", "Installments are rounded to 1, 100, 500 or 1000.")
    _grace = models.Constraint(
        "CHECK (principal_grace BETWEEN 0 AND periods - 1 AND interest_grace BETWEEN 0 AND periods - 1 "
        "AND interest_free BETWEEN 0 AND periods)",
        "Of the first installments that pay less, at least one must be left to pay in full.",
    )
    _share = models.Constraint(
        "CHECK (interest_to_savings_percent BETWEEN 0 AND 100)",
        "Between 0 and 100 % of the service fee can become savings.",
    )

    _penalty = models.Constraint(
        "CHECK (penalty_rate >= 0 AND penalty_amount >= 0 AND penalty_grace_days >= 0 AND penalty_cap >= 0)",
        "The terms of a late fee can't be negative.",
    )

    @api.constrains("account_id")
    def _check_account(self):
        for product in self:
            product.account_id._koperasi_check_becomes_control()
            if product.account_id.account_type in ("asset_receivable", "liability_payable", "asset_cash"):
                raise ValidationError(
                    self.env._(
                        "%s can't hold loans: choose a current asset that is not reconciled.",
                        product.account_id.display_name,
                    )
                )

    @api.constrains("interest_to_savings_percent", "interest_savings_product_id")
    def _check_interest_savings(self):
        for product in self:
            if product.interest_to_savings_percent and not product.interest_savings_product_id:
                raise ValidationError(self.env._("%s: choose the savings that the service fee becomes.", product.name))

    @api.constrains("company_id", "minimum_amount", *PRICE)
    def _check_rate_ceiling(self):
        for product in self:
            product._check_ceiling(product.minimum_amount or SAMPLE, product.periods)

    @api.depends(*PRICE, "fee_ids.rate", "fee_ids.amount", "fee_ids.collected", "fee_ids.account_id")
    def _compute_effective_rate(self):
        for product in self:
            try:
                product.effective_rate = product._effective_rate(SAMPLE, product.periods)
            except UserError:  # figures that are still being entered
                product.effective_rate = 0

    def _check_ceiling(self, amount, periods):
        """Refuse a loan of `amount` (Monetary) that costs more a year than the ceiling of the cooperative.

        By the nominal or the effective rate, as it reads Permenkop UKM 8/2023 art. 27 (docs/domain.md 1.3).
        """
        self.ensure_one()
        company = self.company_id
        ceiling = company.koperasi_loan_rate_ceiling
        if company.koperasi_loan_rate_kind == "effective":
            yearly = self._effective_rate(amount, periods)
        else:
            yearly = float(self._periodic_rate(periods) * PERIODS_PER_YEAR[self.period_unit] * 100)
        if ceiling and round(yearly, 2) > ceiling:
            raise ValidationError(
                self.env._(
                    "%(product)s, %(periods)s installments: %(rate)s %% a year is above the ceiling of %(ceiling)s %% "
                    "(Permenkop UKM 8/2023).",
                    product=self.name,
                    periods=periods,
                    rate=round(yearly, 2),
                    ceiling=ceiling,
                )
            )

    def _effective_rate(self, amount, periods):
        """Percent a year: twelve times the monthly rate that makes the installments worth what she gets (4.5, 4.6)."""
        rows = self._schedule(amount, periods, fields.Date.context_today(self))
        payments = [row.principal + row.interest for row in rows]
        try:
            rate = effective_rate(*self._borne(self.company_id._to_units(amount), payments))
        except ValueError:
            raise UserError(self.env._("Nothing would be left of the loan after its fees.")) from None
        return float(rate * PERIODS_PER_YEAR[self.period_unit] * 100)

    def write(self, vals):
        for name in ("account_id", "company_id", *LATE_FEE_TERMS):
            if name in vals:
                changed = self.filtered(
                    lambda product, name=name: product._fields[name].convert_to_write(product[name], product)
                    != vals[name]
                )
                if changed.sudo().loan_ids._has_lines():
                    raise UserError(
                        self.env._(
                            "%(product)s has loans: its %(field)s can't change. Make a new product instead.",
                            product=changed[0].name,
                            field=self._fields[name]._description_string(self.env),
                        )
                    )
        return super().write(vals)

    def _periodic_rate(self, periods, rate=None):
        """The service fee of one period as a share of 1, exact.

        :param rate: percent by the product's basis; default: the product's
        """
        self.ensure_one()
        return periodic_rate(
            share(self.rate if rate is None else rate),
            RateBasis(self.rate_basis),
            periods,
            PERIODS_PER_YEAR[self.period_unit],
        )

    def _first_due(self, date):
        """The due date one period after `date`."""
        return fields.Date.add(date, **{f"{self.period_unit}s": 1})

    def _first_period(self, start, first_due):
        """How long the first period bears a service fee, in periods."""
        if not self.first_by_days or first_due == self._first_due(start):
            return Fraction(1)
        return Fraction((first_due - start).days, DAYS_PER_PERIOD[self.period_unit])

    def _schedule(self, amount, periods, first_due, start=None):
        """The installments of a loan of `amount` (Monetary): kernel rows in money units.

        :param start: day it is paid out; default one period before `first_due`
        :raise UserError: when the kernel refuses the figures
        """
        self.ensure_one()
        try:
            return schedule(
                self.company_id._to_units(amount),
                self._periodic_rate(periods),
                periods,
                Method(self.method),
                first_due,
                unit=self.period_unit,
                installment_unit=self.installment_unit,
                installment_rounding=Rounding.UP if self.installment_unit > 1 else Rounding.HALF_UP,
                principal_grace=self.principal_grace,
                interest_grace=self.interest_grace,
                interest_free=self.interest_free,
                first_period=self._first_period(start, first_due) if start else Fraction(1),
            )
        except ValueError as error:
            raise UserError(self.env._("No schedule can be made of these figures: %s", error)) from None
