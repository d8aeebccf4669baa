from odoo import api, models
from odoo.fields import Domain


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _koperasi_ledger_domains(self):
        return {**super()._koperasi_ledger_domains(), "koperasi_shu": Domain("line_ids.component", "=", "shu")}
