from odoo import fields, models


class KoperasiTransactionLine(models.Model):
    _inherit = "koperasi.transaction.line"

    component = fields.Selection(
        selection_add=[
            ("goods", "Goods of a Member"),
            ("consignment", "Consigned Goods Sold"),
            ("commission", "Commission"),
            ("invoice", "Invoice"),
        ],
        ondelete={"goods": "cascade", "consignment": "cascade", "commission": "cascade", "invoice": "cascade"},
    )
