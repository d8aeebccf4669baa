from odoo import api, models
from odoo.exceptions import UserError


class KoperasiTransaction(models.Model):
    _inherit = "koperasi.transaction"

    @api.model
    def _selection_origin(self):
        return [
            *super()._selection_origin(),
            *((name, self.env[name]._description) for name in ("koperasi.delivery", "koperasi.consignment.settlement")),
        ]

    def _check_reversible(self):
        result = super()._check_reversible()
        domain = [("transaction_id", "=", self.id), ("state", "=", "done")]
        for model in ("koperasi.delivery", "koperasi.consignment.settlement"):
            document = self.env[model].sudo().search(domain, limit=1)
            if document:
                raise UserError(
                    self.env._(
                        "%(number)s belongs to %(document)s. Take it back there, so that the goods follow.",
                        number=self.number,
                        document=document.display_name,
                    )
                )
        return result
