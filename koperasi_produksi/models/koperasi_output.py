from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

USES = [
    ("sold", "Sold by Herself"),
    ("cooperative", "Sold through the Cooperative"),
    ("eaten", "Own Use"),
    ("given", "Given Away"),
    ("spoilt", "Spoilt"),
]


class KoperasiOutput(models.Model):
    """The weekly log: what a micro-business brought forth, in its unit, in kilograms and in rupiah."""

    _name = "koperasi.output"
    _description = "Output"
    _order = "date desc, id desc"
    _check_company_auto = True

    business_id = fields.Many2one(
        "koperasi.business", required=True, ondelete="restrict", index=True, check_company=True
    )
    company_id = fields.Many2one(related="business_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(related="business_id.kind", store=True)
    rw_id = fields.Many2one(related="business_id.rw_id", store=True)
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    week = fields.Char(compute="_compute_week", store=True, help="Year and week, Monday to Sunday.")
    product_id = fields.Many2one("product.product", required=True, ondelete="restrict", check_company=True)
    quantity = fields.Float(required=True, digits="Product Unit", default=1)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    weight = fields.Float(
        "Weight (kg)",
        digits="Product Unit",
        compute="_compute_weight",
        store=True,
        readonly=False,
        help="By the weight of one unit of the product; only so can bunches and packs be added up.",
    )
    value = fields.Monetary("Estimated Value", compute="_compute_value", store=True, readonly=False)
    use = fields.Selection(USES, "Used For", required=True, default="sold")
    photo = fields.Image(max_width=1024, max_height=1024)
    note = fields.Char()
    is_old = fields.Boolean(
        "Old Data", readonly=True, copy=False, help="Entered more than a month after the day it is of."
    )

    _quantity = models.Constraint("CHECK (quantity > 0)", "Enter a quantity above zero.")

    @api.depends("business_id", "product_id", "date")
    def _compute_display_name(self):
        for output in self:
            output.display_name = (
                f"{output.business_id.name or ''}, {output.product_id.name or ''} "
                f"{format_date(self.env, output.date) if output.date else ''}"
            )

    @api.depends("date")
    def _compute_week(self):
        for output in self:
            year, week, _day = (output.date or fields.Date.context_today(output)).isocalendar()
            output.week = f"{year}-W{week:02}"

    @api.depends("product_id", "quantity")
    def _compute_weight(self):
        kilogram = self.env.ref("uom.product_uom_kgm")
        for output in self:
            uom = output.product_id.uom_id
            if uom and uom._has_common_reference(kilogram):
                output.weight = uom._compute_quantity(output.quantity, kilogram)
            else:
                output.weight = output.quantity * output.product_id.weight

    @api.depends("product_id", "quantity", "date")
    def _compute_value(self):
        for output in self:
            price = self.env["koperasi.price.list"]._price(output.company_id, output.product_id, "bought", output.date)
            output.value = output.quantity * (price or output.product_id.lst_price)

    @api.constrains("date")
    def _check_date(self):
        today = fields.Date.context_today(self)
        for output in self:
            if output.date > today:
                raise ValidationError(self.env._("%s has not come yet.", format_date(self.env, output.date)))

    @api.model_create_multi
    def create(self, vals_list):
        outputs = super().create([{**vals, "is_old": False} for vals in vals_list])
        today = fields.Date.context_today(self)
        month_ago, year_ago = fields.Date.subtract(today, months=1), fields.Date.subtract(today, years=1)
        for output in outputs:
            if output.date < year_ago:
                raise UserError(
                    self.env._(
                        "%s is more than a year ago. Begin with the last year.", format_date(self.env, output.date)
                    )
                )
            if output.date < month_ago:
                output._set(is_old=True)
        return outputs

    def write(self, vals):
        if "is_old" in vals:
            raise UserError(self.env._("Whether this is old data follows from the day it was entered."))
        return super().write(vals)

    def _set(self, **vals):
        """Set guarded fields past `write`; private, so not callable by RPC."""
        return super().write(vals)
