from odoo import fields, models

COMPONENTS = [
    ("goods", "Goods of a Member"),
    ("consignment", "Consigned Goods Sold"),
    ("commission", "Commission"),
    ("invoice", "Invoice"),
]


class KoperasiTransactionLine(models.Model):
    _inherit = "koperasi.transaction.line"

    component = fields.Selection(selection_add=COMPONENTS, ondelete={name: "cascade" for name, _label in COMPONENTS})
