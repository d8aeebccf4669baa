from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    def write(self, vals):
        if vals.get("state") == "to remove":  # the button, its wizard, and an administrator's own call
            self._koperasi_check_uninstall()
        return super().write(vals)

    def module_uninstall(self):
        self._koperasi_check_uninstall()
        return super().module_uninstall()

    @api.model
    def _koperasi_ledger_domains(self):
        """:return: {addon: domain of the transactions whose detail would go with it}"""
        return {"koperasi_simpan_pinjam": Domain.TRUE}

    def _koperasi_check_uninstall(self):
        """Refuse while anything is posted: the journal entries would stay, the detail behind them would be lost."""
        doomed = (self + self.downstream_dependencies()).mapped("name")
        domains = self._koperasi_ledger_domains()
        lost = Domain.OR(domain for addon, domain in domains.items() if addon in doomed)
        transaction = self.env["koperasi.transaction"].sudo().search(lost, limit=1)
        if transaction:
            raise UserError(
                self.env._(
                    "The member ledger has posted transactions (%s among them): uninstalling would "
                    "drop the detail of "
                    "the books. Make a backup and use a database without transactions instead.",
                    transaction.number,
                )
            )
