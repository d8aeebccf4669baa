from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

PRINTERS = [("half_a4", "Half A4"), ("roll_80", "80 mm Roll"), ("roll_58", "58 mm Roll")]


class KoperasiCashBox(models.Model):
    """Where a teller keeps cash: a cash journal with an account of its own.

    A model of ours, so that tellers choose their box without any right on Odoo's accounting.
    """

    _name = "koperasi.cash.box"
    _description = "Cash Box"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    journal_id = fields.Many2one(
        "account.journal",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain=[("type", "=", "cash")],
        help="Its short code is part of the receipt numbers.",
    )
    cash_cap = fields.Monetary(
        "Cash Above Which to Warn",
        help="More than this should go to the vault or the bank. 0: no warning.",
    )

    printer = fields.Selection(PRINTERS, "Receipts on", required=True, default="half_a4")

    _journal = models.UniqueIndex("(journal_id)", "Another cash box uses this journal.")

    @api.constrains("journal_id")
    def _check_journal(self):
        for box in self:
            journal = box.journal_id
            if journal.type != "cash" or not journal.default_account_id:
                raise ValidationError(self.env._("%s: a cash box is a cash journal with an account.", box.name))
            twin = self.env["account.journal"].search(
                [
                    ("id", "!=", journal.id),
                    ("default_account_id", "=", journal.default_account_id.id),
                ],
                limit=1,
            )
            if twin:
                raise ValidationError(
                    self.env._(
                        "%(box)s and %(twin)s share an account: a cash box must have one of its own.",
                        box=box.name,
                        twin=twin.name,
                    )
                )

    def write(self, vals):
        if "journal_id" in vals and any(box.journal_id._koperasi_used() for box in self.sudo()):
            raise UserError(self.env._("A cash box with transactions keeps its journal."))
        return super().write(vals)

    def _balance_units(self, date=None):
        """What the books say lies in the box at the end of `date` (default: all entries), in money units."""
        self.ensure_one()
        journal = self.sudo().journal_id
        domain = [
            ("account_id", "=", journal.default_account_id.id),
            ("parent_state", "=", "posted"),
            ("company_id", "=", self.company_id.id),
        ]
        if date:
            domain.append(("date", "<=", date))
        [[balance]] = self.env["account.move.line"].sudo()._read_group(domain, aggregates=["balance:sum"])
        return self.company_id._to_units(balance or 0)
