from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    koperasi_unit_id = fields.Many2one(
        "account.analytic.account",
        "Business Unit",
        company_dependent=True,
        ondelete="restrict",
        domain=lambda self: self.env["res.company"]._domain_koperasi_unit(),
        help="Unit of what is bought and sold. A category with a unit follows the cooperative's rules for goods of "
        "members and for cost; one without is Odoo's alone.",
    )

    def _koperasi_unit(self, company):
        """The business unit of this category in `company`; empty where the rules of a cooperative don't act."""
        unit = self.sudo().with_company(company).koperasi_unit_id
        return unit if company.is_koperasi else unit.browse()
