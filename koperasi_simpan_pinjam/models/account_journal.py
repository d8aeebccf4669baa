from odoo import fields, models
from odoo.exceptions import ValidationError


class AccountJournal(models.Model):
    _inherit = "account.journal"

    koperasi_unit_id = fields.Many2one(
        "account.analytic.account",
        "Business Unit",
        check_company=True,
        domain=lambda self: self.env["res.company"]._domain_koperasi_unit(),
        help="Unit of the entries of this journal that name none. Empty: General.",
    )

    def write(self, vals):
        for name in ("default_account_id", "code", "type", "company_id"):
            if (
                name in vals
                and self.sudo()
                .filtered(
                    lambda journal, name=name: journal._fields[name].convert_to_write(journal[name], journal)
                    != vals[name]
                )
                ._koperasi_used()
            ):
                raise ValidationError(
                    self.env._(
                        "This journal has transactions of members: its %s can't change.",
                        self._fields[name]._description_string(self.env),
                    )
                )
        return super().write(vals)

    def _koperasi_used(self):
        return bool(self.ids) and bool(
            self.env["koperasi.transaction"].sudo().search_count([("journal_id", "in", self.ids)], limit=1)
            or self.env["koperasi.transaction.tender"].sudo().search_count([("journal_id", "in", self.ids)], limit=1)
        )
