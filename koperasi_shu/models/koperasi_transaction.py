from odoo import api, models
from odoo.exceptions import UserError


class KoperasiTransaction(models.Model):
    _inherit = "koperasi.transaction"

    @api.model
    def _selection_origin(self):
        return [*super()._selection_origin(), ("koperasi.shu.period", self.env["koperasi.shu.period"]._description)]

    def _check_reversible(self):
        result = super()._check_reversible()
        period = self.env["koperasi.shu.period"].sudo().search([("closing_id", "=", self.id)])
        if period:
            raise UserError(
                self.env._(
                    "%(number)s closes %(period)s. Reopen the year there instead.",
                    number=self.number,
                    period=period.display_name,
                )
            )
        return result
