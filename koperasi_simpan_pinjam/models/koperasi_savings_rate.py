from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import date_utils, format_date

from ..kernel.savings_interest import RateStep, rate_of
from .exact import share


class KoperasiSavingsRate(models.Model):
    """What savings of a product earn a year, from a day and from a balance on (docs/domain.md 5.3).

    The rates that begin on one day are one table, valid until the next one: the whole balance earns the rate of the
    highest step it reaches.
    """

    _name = "koperasi.savings.rate"
    _description = "Interest Rate of Savings"
    _order = "product_id, valid_from desc, from_balance"

    product_id = fields.Many2one("koperasi.savings.product", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="product_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    valid_from = fields.Date(
        "From", required=True, default=lambda self: date_utils.start_of(fields.Date.context_today(self), "month")
    )
    from_balance = fields.Monetary("For Balances From", required=True, default=0)
    rate = fields.Float("Interest per Year (%)", digits=(6, 4), required=True)

    _step = models.UniqueIndex("(product_id, valid_from, from_balance)", "Two rates begin on the same day and balance.")
    _from_balance = models.Constraint("CHECK (from_balance >= 0)", "A balance that earns can't be negative.")

    @api.depends("product_id.name", "valid_from", "rate")
    def _compute_display_name(self):
        for rate in self:
            rate.display_name = (
                f"{rate.product_id.name or ''} {format_date(self.env, rate.valid_from)}: {rate.rate:g} %".strip()
            )

    @api.constrains("rate", "from_balance", "product_id")
    def _check_rate(self):
        for rate in self:
            company = rate.company_id
            company._to_units(rate.from_balance)
            if not 0 <= rate.rate <= company.koperasi_savings_rate_ceiling:
                raise ValidationError(
                    self.env._(
                        "%(product)s: the interest must lie between 0 and %(ceiling)s %% a year "
                        "(Permenkop UKM 8/2023).",
                        product=rate.product_id.name,
                        ceiling=company.koperasi_savings_rate_ceiling,
                    )
                )

    @api.constrains("valid_from", "product_id")
    def _check_valid_from(self):
        self.product_id._check_rate_days()

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        rates._check_past_stays()
        rates._tell()
        return rates

    def write(self, vals):
        if {"product_id", "company_id"} & set(vals):
            raise UserError(self.env._("A rate stays with its product. Make a new one instead."))
        self._check_past_stays()
        result = super().write(vals)
        self._check_past_stays()
        self._tell()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_past(self):
        self._check_past_stays()

    def _check_past_stays(self):
        """What a past month earned stays explained by the rates of then."""
        for product, rates in self.grouped("product_id").items():
            run = (
                self.env["koperasi.run"]
                .sudo()
                .search(
                    [
                        ("product_id", "=", product.id),
                        ("state", "not in", ("draft", "reversed")),
                        ("date_to", ">=", min(rates.mapped("valid_from"))),
                    ],
                    order="date_to desc",
                    limit=1,
                )
            )
            if run:
                raise UserError(
                    self.env._(
                        "%(product)s has its interest until %(date)s already: rates up to then stay. "
                        "Let a new rate begin later.",
                        product=product.name,
                        date=format_date(self.env, run.date_to),
                    )
                )

    def _tell(self):
        """Rates are decisions of the board: the product's history keeps them."""
        for rate in self:
            rate.product_id.sudo()._message_log(
                body=self.env._(
                    "%(rate)s %% a year from %(date)s, for balances from %(balance)s",
                    rate=f"{rate.rate:g}",
                    date=format_date(self.env, rate.valid_from),
                    balance=rate.company_id._koperasi_amount(rate.from_balance),
                )
            )

    def _steps(self):
        """These rates as the kernel takes them."""
        return [
            RateStep(
                rate.valid_from,
                rate.company_id._to_units(rate.from_balance),
                share(rate.rate),
            )
            for rate in self
        ]

    def _on(self, date, units):
        """What `units` (money units) earn on `date`: a share of 1 per year, exact."""
        return rate_of(self._steps(), date, units)
