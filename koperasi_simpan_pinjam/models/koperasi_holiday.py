from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class KoperasiHoliday(models.Model):
    """A day on which nobody can pay: no late fee runs for it where the product says so (docs/domain.md 4.8).

    Not Odoo's public time off, which any user may enter. A day that has begun stays as it was: what was owed on a past
    day never changes.
    """

    _name = "koperasi.holiday"
    _description = "Holiday"
    _order = "date desc"
    _rec_name = "name"

    name = fields.Char("Holiday", required=True)
    date = fields.Date(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", index=True, default=lambda self: self.env.company
    )

    _once = models.UniqueIndex("(company_id, date)", "This day is a holiday already.")

    @api.model_create_multi
    def create(self, vals_list):
        holidays = super().create(vals_list)
        holidays._check_ahead()
        return holidays

    def write(self, vals):
        self._check_ahead()
        result = super().write(vals)
        self._check_ahead()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        self._check_ahead()

    def _check_ahead(self):
        today = fields.Date.context_today(self)
        for holiday in self:
            if holiday.date < today:
                raise UserError(
                    self.env._(
                        "%s is past. Enter holidays before they come; for a forgotten one, waive the late fee.",
                        format_date(self.env, holiday.date),
                    )
                )

    @api.model
    def _days(self, company):
        """:return: frozenset of the days"""
        return frozenset(self.sudo().search([("company_id", "=", company.id)]).mapped("date"))
