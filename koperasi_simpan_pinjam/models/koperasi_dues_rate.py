from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..kernel.dues import Rate


class KoperasiDuesRate(models.Model):
    """What a month of mandatory savings costs, from a month on until the next rate (docs/domain.md 5.2)."""

    _name = "koperasi.dues.rate"
    _description = "Amount of Mandatory Savings"
    _order = "product_id, valid_from desc"

    product_id = fields.Many2one(
        "koperasi.savings.product",
        required=True,
        ondelete="cascade",
        index=True,
        domain=[("savings_class", "=", "wajib")],
    )
    company_id = fields.Many2one(related="product_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    valid_from = fields.Date("From the Month", required=True, help="Any day of the first month it holds for.")
    amount = fields.Monetary("Amount per Month", required=True)

    _month = models.UniqueIndex(
        "(product_id, (EXTRACT(YEAR FROM valid_from)), (EXTRACT(MONTH FROM valid_from)))",
        "Two amounts begin in the same month.",
    )
    _amount = models.Constraint("CHECK (amount >= 0)", "Dues can't be negative.")

    @api.depends("product_id.name", "valid_from")
    def _compute_display_name(self):
        for rate in self:
            month = format_date(self.env, rate.valid_from, date_format="MMM yyyy")
            rate.display_name = f"{rate.product_id.name or ''} {month}".strip()

    @api.constrains("product_id")
    def _check_product(self):
        for rate in self:
            if rate.product_id.savings_class != "wajib":
                raise ValidationError(
                    self.env._("%s has no monthly dues: it is not mandatory savings.", rate.product_id.name)
                )

    @api.constrains("amount", "company_id")
    def _check_amount(self):
        for rate in self:
            rate.company_id._to_units(rate.amount)

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        rates._check_past_stays()
        return rates

    def write(self, vals):
        if {"product_id", "company_id"} & set(vals):
            raise UserError(self.env._("An amount stays with its product. Make a new one instead."))
        self._check_past_stays()
        result = super().write(vals)
        self._check_past_stays()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_past(self):
        self._check_past_stays()

    def _check_past_stays(self):
        """What was owed for a past month stays as it was, once members have paid."""
        month = fields.Date.context_today(self).replace(day=1)
        past = self.filtered(lambda rate: rate.valid_from < month)
        for product in past.sudo().product_id:
            if product.account_ids._has_lines():
                raise UserError(
                    self.env._(
                        "Members have paid %s already: what past months cost stays. "
                        "Let a new amount begin this month or later.",
                        product.name,
                    )
                )

    def _history(self, products):
        """:return: {product id: [kernel Rate]}"""
        return {
            product.id: [Rate(rate.valid_from, rate.company_id._to_units(rate.amount)) for rate in rates]
            for product, rates in self.search([("product_id", "in", products.ids)]).grouped("product_id").items()
        }
