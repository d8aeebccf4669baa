from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    koperasi_shu_undistributed_account_id = fields.Many2one(
        related="company_id.koperasi_shu_undistributed_account_id", readonly=False
    )
    koperasi_shu_product_id = fields.Many2one(related="company_id.koperasi_shu_product_id", readonly=False)
