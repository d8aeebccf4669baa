from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [("bought", "Bought Outright"), ("consigned", "Consigned"), ("waste", "Waste by Weight")]


class KoperasiPriceList(models.Model):
    """What the cooperative pays per unit from a day on: the latest row up to a day holds on that day."""

    _name = "koperasi.price.list"
    _description = "Price List"
    _order = "product_id, kind, valid_from desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="restrict", index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one("product.product", required=True, ondelete="restrict", index=True, check_company=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    kind = fields.Selection(KINDS, required=True, default="waste")
    valid_from = fields.Date(required=True, default=fields.Date.context_today)
    price = fields.Monetary(required=True, help="Per unit of the product.")

    _day = models.UniqueIndex(
        "(company_id, product_id, kind, valid_from)", "There is a price of this product from that day on already."
    )
    _positive = models.Constraint("CHECK (price > 0)", "Enter a price above zero.")

    @api.depends("product_id", "valid_from")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.product_id.display_name} {row.valid_from or ''}"

    @api.constrains("price", "company_id")
    def _check_price(self):
        for row in self:
            row.company_id._to_units(row.price)

    @api.constrains("company_id")
    def _check_cooperative(self):
        for row in self:
            if not row.company_id.is_koperasi:
                raise ValidationError(self.env._("%s is not a cooperative.", row.company_id.name))

    @api.model
    def _price(self, company, product, kind, date):
        """The price (Monetary) per unit of `product` on `date`; 0 when the list has none."""
        return (
            self.sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("product_id", "=", product.id),
                    ("kind", "=", kind),
                    ("valid_from", "<=", date or fields.Date.context_today(self)),
                ],
                order="valid_from desc",
                limit=1,
            )
            .price
        )
