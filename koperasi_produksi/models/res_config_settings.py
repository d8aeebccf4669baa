from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    koperasi_receipt_location_id = fields.Many2one(related="company_id.koperasi_receipt_location_id", readonly=False)
    koperasi_consignor_product_id = fields.Many2one(related="company_id.koperasi_consignor_product_id", readonly=False)
    koperasi_waste_product_id = fields.Many2one(related="company_id.koperasi_waste_product_id", readonly=False)
    koperasi_depositor_product_id = fields.Many2one(related="company_id.koperasi_depositor_product_id", readonly=False)
    koperasi_commission_account_id = fields.Many2one(
        related="company_id.koperasi_commission_account_id", readonly=False
    )
    koperasi_member_position_id = fields.Many2one(related="company_id.koperasi_member_position_id", readonly=False)
    koperasi_lost_borne_by = fields.Selection(related="company_id.koperasi_lost_borne_by", readonly=False)
