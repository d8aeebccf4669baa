from odoo import models


class StockQuant(models.Model):
    _inherit = "stock.quant"

    def _gather(self, product_id, location_id, lot_id=None, package_id=None, owner_id=None, strict=False, qty=0):
        """Own goods before those of members, within each in Odoo's order."""
        quants = super()._gather(product_id, location_id, lot_id, package_id, owner_id, strict, qty)
        if strict or owner_id or not product_id._koperasi_unit(location_id.company_id):
            return quants
        return quants.sorted(lambda quant: bool(quant._should_exclude_for_valuation()))
