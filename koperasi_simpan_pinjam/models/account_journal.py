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

    koperasi_bank_check = fields.Selection(
        [("here", "Agreed in Koperasi"), ("odoo", "Reconciled in Odoo")],
        "Bank Statements Are",
        help="Empty: reconciled in Odoo where that was begun, else agreed in Koperasi.",
    )

    def _koperasi_bank_way(self):
        """`here` or `odoo`: where this bank's statements are agreed with the books (docs/architecture.md 2.8)."""
        self.ensure_one()
        return self._koperasi_bank_ways()[self]

    def _koperasi_bank_ways(self):
        """:return: {bank: `here` or `odoo`}; unless chosen, a company that reconciles in Odoo goes on doing so"""
        begun = (
            self.env["account.bank.statement.line"]
            .sudo()
            ._read_group([("journal_id", "in", self.ids)], aggregates=["journal_id:recordset"])
        )[0][0]
        return {
            journal: journal.sudo().koperasi_bank_check or ("odoo" if journal.id in begun.ids else "here")
            for journal in self
        }

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
