from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tools import format_date

TYPED = {"statement_id", "date", "name", "amount", "entry_id"}


class KoperasiBankStatementLine(models.Model):
    """One line of the bank, and what it is in the books (its ticks): one entry, several that together are its amount,
    or with other lines of the same statement one entry. Never several with several: what is open would be nobody's.
    """

    _name = "koperasi.bank.statement.line"
    _description = "Line of a Bank Statement"
    _order = "date, id"
    _rec_name = "name"

    statement_id = fields.Many2one("koperasi.bank.statement", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="statement_id.company_id", store=True, precompute=True)
    journal_id = fields.Many2one(related="statement_id.journal_id", store=True, precompute=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(related="statement_id.state")
    date = fields.Date(required=True)
    name = fields.Char("What the Bank Says", required=True)
    amount = fields.Monetary(required=True, help="Money in; out when negative.")
    is_early = fields.Boolean(
        compute="_compute_is_early",
        help="Of before the first statement: the bank had it in its balance, the books did not.",
    )
    move_ids = fields.Many2many(
        "account.move",
        "koperasi_bank_tick",
        "line_id",
        "move_id",
        "Entries",
        readonly=True,
        copy=False,
        ondelete="restrict",
        groups="account.group_account_readonly",
    )
    entry_id = fields.Many2one(
        "koperasi.bank.entry",
        "In the Books",
        compute="_compute_entry_id",
        inverse="_inverse_entry_id",
        help="The entry that this line is. Empty: the books don't have it yet.",
    )
    match_note = fields.Char("Together With", compute="_compute_entry_id")
    fingerprint = fields.Char(readonly=True, copy=False, help="The line as it stood in the bank's file.")

    @api.depends("date", "statement_id.date_from")
    def _compute_is_early(self):
        for line in self:
            begin = line.statement_id.date_from
            line.is_early = bool(line.date and begin and line.date < begin)

    @api.depends("move_ids")
    def _compute_entry_id(self):
        ticks = {line: set(line.move_ids.ids) for line in self.sudo()}
        moves = set().union(*ticks.values())
        sharing = defaultdict(set)
        for line in self.search([("move_ids", "in", list(moves))]).sudo() if moves else ():
            for move in line.move_ids.ids:
                sharing[move].add(line.id)
        entries = self.env["koperasi.bank.entry"].search([("move_id", "in", list(moves))] if moves else [(0, "=", 1)])
        found = {(entry.journal_id, entry.sudo().move_id.id): entry for entry in entries}
        for line in self:
            own = sorted(ticks[line.sudo()])
            line.entry_id = found.get((line.journal_id, own[0])) if own else False
            others = len(sharing[own[0]]) - 1 if own else 0
            line.match_note = (
                self.env._("%s entries", len(own))
                if len(own) > 1
                else self.env._("with %s more lines", others) if others else False
            )

    def _inverse_entry_id(self):
        for line in self:
            line._match(line.entry_id)

    @api.constrains("date", "statement_id")
    def _check_date(self):
        for line in self:
            statement = line.statement_id
            if line.date > statement.date_to or (line.is_early and statement.previous_id):
                raise ValidationError(
                    self.env._(
                        "%(line)s of %(date)s lies outside %(statement)s.",
                        line=line.name,
                        date=format_date(self.env, line.date),
                        statement=statement.display_name,
                    )
                )

    @api.constrains("amount")
    def _check_amount(self):
        for line in self:
            if not line.company_id._to_units(line.amount):
                raise ValidationError(self.env._("%s: enter the amount.", line.name))

    # === GUARDS === #

    @api.model_create_multi
    def create(self, vals_list):
        allowed = TYPED | {"fingerprint"}
        entries = [vals.get("entry_id") for vals in vals_list]
        lines = super().create(
            [
                {name: value for name, value in vals.items() if name in allowed - {"entry_id"}} | {"move_ids": False}
                for vals in vals_list
            ]
        )
        for statement in lines.statement_id:
            statement._check_state("draft")
        for line, entry in zip(lines, entries):
            if entry:
                line.entry_id = entry
        return lines

    def write(self, vals):
        if set(vals) - TYPED or "statement_id" in vals:
            raise UserError(self.env._("A line of the bank changes by its day, text, amount and entry only."))
        if set(vals) - {"entry_id"}:
            for statement in self.statement_id:
                statement._check_state("draft")
        for line in self:
            if line.fingerprint and {"date", "amount"} & set(vals):
                raise UserError(
                    self.env._("%s comes from the bank's file: its day and amount stay. Delete it instead.", line.name)
                )
        result = super().write(vals)
        if "amount" in vals and "entry_id" not in vals:
            for line in self.filtered("entry_id"):
                together = line._together()
                if not together._is_sum(together._entries()):
                    line._match(line.entry_id.browse())  # it is no longer that entry
        return result

    def _set(self, **vals):
        """Set guarded fields past `write`; private, so not callable by RPC."""
        result = super(KoperasiBankStatementLine, self.sudo()).write(vals)
        self.env["koperasi.bank.entry"].invalidate_model(["line_id"])
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        if any(line.state == "agreed" for line in self):
            raise UserError(self.env._("A line of a statement that is agreed on is kept."))

    # === THE TICK === #

    def _together(self):
        """:return: these lines, and those that are the same entry with them"""
        moves = self.sudo().move_ids
        return self | self.search([("journal_id", "in", self.journal_id.ids), ("move_ids", "in", moves.ids)])

    def _entries(self):
        return self.env["koperasi.bank.entry"].search(
            [("journal_id", "in", self.journal_id.ids), ("move_id", "in", self.sudo().move_ids.ids)]
        )

    def _is_sum(self, entries):
        return self.company_id._to_units(sum(self.mapped("amount"))) == self.company_id._to_units(
            sum(entries.mapped("amount")), whole=False
        )

    def _match(self, entries):
        """These lines are together those entries of the books; with no entry, they are none.

        :raise UserError: for another sum or bank, for an entry ticked elsewhere, for several with several, and where it
            would change what was agreed on
        """
        company = self.company_id
        company._koperasi_check_role("bendahara")
        self._last_statement().sudo()._claim()
        before, moves = self._together(), entries.sudo().move_id
        if before == self and self.sudo().move_ids == moves:
            return
        if entries:
            self._check_match(entries, before)
        agreed = self.filtered(lambda line: line.state == "agreed")
        if agreed:
            agreed._check_agreed_stands(before.sudo().move_ids | moves)
        before._set(move_ids=[Command.clear()])
        if entries:
            self._set(move_ids=[Command.set(moves.ids)])

    def _check_match(self, entries, before):
        if len(self) > 1 and len(entries) > 1:
            raise UserError(self.env._("Several lines are one entry, or several entries one line: not both at once."))
        if len(self.statement_id) > 1:
            raise UserError(self.env._("Lines that are one entry stand in the same statement."))
        names = ", ".join(entries.mapped("display_name"))
        if entries.journal_id != self.journal_id or not self._is_sum(entries):
            raise UserError(
                self.env._(
                    "%(entry)s is another amount than %(line)s.", entry=names, line=", ".join(self.mapped("name"))
                )
            )
        for entry in entries:
            if (entry.line_id and entry.line_id not in before) or entry.is_before:
                raise UserError(self.env._("%s was found at the bank already.", entry.display_name))
        ends = self.search([("journal_id", "=", self.journal_id.id)]).statement_id.mapped("date_to")
        days = entries.mapped("date")
        if any(min(days) <= end < max(days) for end in ends if end >= self.statement_id.date_to):
            raise UserError(
                self.env._(
                    "%s lie before and after the end of a statement: a part of the line would be open. Record them on "
                    "the same side.",
                    names,
                )
            )

    def _last_statement(self):
        """The row that whoever ticks at this bank claims, so that nothing is ticked twice."""
        return self.env["koperasi.bank.statement"].search(
            [("journal_id", "in", self.journal_id.ids)], order="date_to desc", limit=1
        )

    def _check_agreed_stands(self, moves):
        """An open item of an agreed statement may be found in later entries: what was agreed on stays as it was."""
        last = self.env["koperasi.bank.statement"].search(
            [("journal_id", "=", self.journal_id.id), ("state", "=", "agreed")], order="date_to desc", limit=1
        )
        if any(move.date <= last.date_to for move in moves):
            raise UserError(self.env._("%s is agreed on. The chair has to open it again first.", last.display_name))

    def action_tick_off(self):
        """Un-tick."""
        for line in self:
            line._match(line.entry_id.browse())

    def action_match(self):
        """Several entries, or several lines: choose which together are the same."""
        self.ensure_one()
        self.company_id._koperasi_check_role("bendahara")
        form = self.env["koperasi.bank.match"].create({"statement_id": self.statement_id.id, "line_ids": self.ids})
        form._propose()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Is Together the Same?"),
            "res_model": form._name,
            "res_id": form.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_record(self):
        """What the bank took or gave and the books don't have: record it by its purpose."""
        self.ensure_one()
        self.company_id._koperasi_check_role("bendahara")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("General Receipt or Payment"),
            "res_model": "koperasi.cash.entry",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_company_id": self.company_id.id,
                "default_bank_line_id": self.id,
                "default_way": "bank",
                "default_bank_id": self.journal_id.id,
                "default_direction": "in" if self.amount > 0 else "out",
                "default_amount": abs(self.amount),
                "default_note": self.name,
            },
        }
