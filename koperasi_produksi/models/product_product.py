from odoo import models
from odoo.fields import Domain


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _koperasi_unit(self, company):
        """The business unit of this product in `company` (docs/architecture.md 2.7); empty when it has none."""
        return self.categ_id._koperasi_unit(company)

    def _get_domain_locations(self):
        """At a past date the valuation asks how many of our own there were, and Odoo subtracts everybody's moves."""
        quants, moves_in, moves_out = super()._get_domain_locations()
        owners = self.env.context.get("owners")
        if owners and self.env.company.is_koperasi:
            own = Domain("restrict_partner_id", "in", owners)
            moves_in, moves_out = Domain(moves_in) & own, Domain(moves_out) & own
        return quants, moves_in, moves_out
