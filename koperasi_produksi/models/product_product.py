from odoo import models
from odoo.fields import Domain


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _koperasi_unit(self, company):
        """The business unit of this product in `company` (docs/architecture.md 2.7); empty when it has none."""
        return self.categ_id._koperasi_unit(company)

    def _koperasi_quantity(self, company, moment=None):
        """How much of it the cooperative owns, members' goods left out, at `moment` (UTC; default now)."""
        product = self.sudo().with_company(company).with_context(to_date=moment)
        return product._with_valuation_context().qty_available

    def _koperasi_value(self, company, moment=None):
        """What that is worth: Odoo's own figure, asked so that no right on the stock is needed to know it."""
        product = self.sudo().with_company(company)
        if product.cost_method != "average" or product.lot_valuated:
            return product.with_context(to_date=moment).total_value
        if product.uom_id.is_zero(self._koperasi_quantity(company, moment)):
            return 0
        return company.currency_id.round(product._run_avco(at_date=moment)[1])

    def _with_valuation_context(self):
        """In a cooperative the places of its own stock only: elevated, Odoo counts those of every company."""
        company = self.env.company
        if not company.is_koperasi:
            return super()._with_valuation_context()
        places = (
            self.env["stock.location"]
            .sudo()
            .search([("is_valued_internal", "=", True), ("company_id", "=", company.id)])
        )
        product = self.with_context(location=places.ids)
        if set(self.mapped("cost_method")) == {"fifo"}:
            return product
        return product.with_context(owners=[False, company.partner_id.id])

    def _get_domain_locations(self):
        """At a past date the valuation asks how many of our own there were, and Odoo subtracts everybody's moves."""
        quants, moves_in, moves_out = super()._get_domain_locations()
        owners = self.env.context.get("owners")
        if owners and self.env.company.is_koperasi:
            own = Domain("restrict_partner_id", "in", owners)
            moves_in, moves_out = Domain(moves_in) & own, Domain(moves_out) & own
        return quants, moves_in, moves_out
