from odoo import api, fields, models

from ..kernel.bank import find_sum

NEAR = 10  # days around the line in which entries are proposed


class KoperasiBankMatch(models.TransientModel):
    """Dues of many members came in one sum, or the bank took its fee apart: what is together the same."""

    _name = "koperasi.bank.match"
    _description = "What Is Together the Same"

    statement_id = fields.Many2one("koperasi.bank.statement", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="statement_id.company_id")
    journal_id = fields.Many2one(related="statement_id.journal_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    line_ids = fields.Many2many("koperasi.bank.statement.line", string="At the Bank")
    entry_ids = fields.Many2many("koperasi.bank.entry", string="In the Books")
    choice_ids = fields.Many2many("koperasi.bank.statement.line", compute="_compute_choice_ids")
    line_sum = fields.Monetary("Sum at the Bank", compute="_compute_sums")
    entry_sum = fields.Monetary("Sum in the Books", compute="_compute_sums")
    difference = fields.Monetary("Still Missing", compute="_compute_sums")

    @api.depends("statement_id")
    def _compute_choice_ids(self):
        for form in self:
            form.choice_ids = form.statement_id.line_ids.filtered(lambda line: not line.entry_id)

    @api.depends("line_ids.amount", "entry_ids.amount")
    def _compute_sums(self):
        for form in self:
            form.line_sum = sum(form.line_ids.mapped("amount"))
            form.entry_sum = sum(form.entry_ids.mapped("amount"))
            form.difference = form.line_sum - form.entry_sum

    def _propose(self):
        """The fewest entries near the line's day that are its amount; else the lines of its day that are one entry."""
        line, units = self.line_ids, self.company_id._to_units
        entries = self.env["koperasi.bank.entry"].search(
            [
                ("journal_id", "=", self.journal_id.id),
                ("line_id", "=", False),
                ("is_before", "=", False),
                ("date", ">=", fields.Date.subtract(line.date, days=NEAR)),
                ("date", "<=", fields.Date.add(line.date, days=NEAR)),
            ]
        )
        entries = entries._without_cancelled().sorted(lambda entry: (abs((entry.date - line.date).days), entry.id))
        found = find_sum(units(line.amount), [(entry.id, units(entry.amount, whole=False)) for entry in entries])
        if found:
            self.entry_ids = found
            return
        same_day = self.statement_id.line_ids.filtered(lambda other: other.date == line.date and not other.entry_id)
        together = entries.filtered(lambda entry: same_day._is_sum(entry))[:1]
        if together and len(same_day) > 1:
            self.write({"line_ids": same_day.ids, "entry_ids": together.ids})

    def action_confirm(self):
        """They are the same."""
        self.ensure_one()
        self.company_id._koperasi_check_role("bendahara")
        self.line_ids._match(self.entry_ids)
        return {"type": "ir.actions.act_window_close"}
