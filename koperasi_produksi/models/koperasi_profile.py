from odoo import fields, models


class KoperasiProfile(models.Model):
    _inherit = "koperasi.profile"

    has_production_unit = fields.Boolean(
        "Members' Goods", related="company_id.koperasi_has_production_unit", readonly=False
    )
    has_waste_unit = fields.Boolean("Waste Bank", related="company_id.koperasi_has_waste_unit", readonly=False)

    def _company_fields(self):
        return {
            **super()._company_fields(),
            "has_production_unit": "koperasi_has_production_unit",
            "has_waste_unit": "koperasi_has_waste_unit",
        }
