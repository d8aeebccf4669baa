from odoo import api, models
from odoo.fields import Domain

from .koperasi_transaction_line import COMPONENTS


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _koperasi_ledger_domains(self):
        names = [name for name, _label in COMPONENTS]
        return {**super()._koperasi_ledger_domains(), "koperasi_produksi": Domain("line_ids.component", "in", names)}
