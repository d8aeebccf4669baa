from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AccountJournal(models.Model):
    _inherit = "account.journal"

    koperasi_cash_box = fields.Boolean("Cash Box", help="A teller opens a cash session on it. It has an account of its own.")
    koperasi_cash_cap = fields.Monetary(
        "Cash Above Which to Warn", help="More cash than this in the box should go to the vault or the bank. 0: no warning.",
    )
    koperasi_unit_id = fields.Many2one(
        "account.analytic.account", "Business Unit", check_company=True,
        domain=lambda self: self.env["res.company"]._domain_koperasi_unit(),
        help="Unit of the entries of this journal that name none. Empty: General.",
    )

    @api.constrains("koperasi_cash_box", "type", "default_account_id")
    def _check_koperasi_cash_box(self):
        for journal in self.filtered("koperasi_cash_box"):
            if journal.type != "cash" or not journal.default_account_id:
                raise ValidationError(self.env._("%s: a cash box is a cash journal with an account.", journal.name))
            twin = self.search([
                ("id", "!=", journal.id), ("default_account_id", "=", journal.default_account_id.id),
            ], limit=1)
            if twin:
                raise ValidationError(self.env._(
                    "%(box)s and %(twin)s share an account: a cash box must have one of its own.",
                    box=journal.name, twin=twin.name,
                ))

    def write(self, vals):
        for name in ("default_account_id", "code", "type", "company_id"):
            if name in vals and self.sudo().filtered(
                lambda journal, name=name: journal._fields[name].convert_to_write(journal[name], journal) != vals[name]
            )._koperasi_used():
                raise ValidationError(self.env._("This journal has transactions of members: its %s can't change.",
                                                 self._fields[name]._description_string(self.env)))
        return super().write(vals)

    def _koperasi_used(self):
        return self.env["koperasi.transaction"].sudo().search_count([("journal_id", "in", self.ids)], limit=1)

    def _koperasi_box_balance(self, date=None):
        """What the books say lies in the cash box at the end of `date` (default: all entries), in money units."""
        self.ensure_one()
        domain = [("account_id", "=", self.default_account_id.id), ("parent_state", "=", "posted"),
                  ("company_id", "=", self.company_id.id)]
        if date:
            domain.append(("date", "<=", date))
        [[balance]] = self.env["account.move.line"].sudo()._read_group(domain, aggregates=["balance:sum"])
        return self.company_id._to_units(balance or 0)
