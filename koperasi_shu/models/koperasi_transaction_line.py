from odoo import fields, models


class KoperasiTransactionLine(models.Model):
    _inherit = "koperasi.transaction.line"

    component = fields.Selection(selection_add=[("shu", "SHU")], ondelete={"shu": "cascade"})
