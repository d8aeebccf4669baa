from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

TYPED = {"statement_id", "date", "name", "amount", "entry_id"}


class KoperasiBankStatementLine(models.Model):
    """One line of the bank, and the entry of the books it is (a tick). `move_id` is that tick, at most one each way."""

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
    move_id = fields.Many2one(
        "account.move",
        "Entry",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups="account.group_account_readonly",
    )
    entry_id = fields.Many2one(
        "koperasi.bank.entry",
        "In the Books",
        compute="_compute_entry_id",
        inverse="_inverse_entry_id",
        help="The entry that this line is. Empty: the books don't have it yet.",
    )
    fingerprint = fields.Char(readonly=True, copy=False, help="The line as it stood in the bank's file.")

    _one_entry = models.UniqueIndex(
        "(journal_id, move_id) WHERE move_id IS NOT NULL", "This entry was found on another line already."
    )

    @api.depends("date", "statement_id.date_from")
    def _compute_is_early(self):
        for line in self:
            begin = line.statement_id.date_from
            line.is_early = bool(line.date and begin and line.date < begin)

    @api.depends("move_id")
    def _compute_entry_id(self):
        entries = self.env["koperasi.bank.entry"].search([("line_id", "in", self._origin.ids)])
        found = {entry.line_id: entry for entry in entries}
        for line in self:
            line.entry_id = found.get(line._origin)

    def _inverse_entry_id(self):
        for line in self:
            line._tick(line.entry_id)

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
                {name: value for name, value in vals.items() if name in allowed - {"entry_id"}} | {"move_id": False}
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
                if line.entry_id.amount != line.amount:
                    line._tick(self.env["koperasi.bank.entry"])  # it is no longer that entry
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

    def _tick(self, entry):
        """This line is that entry of the books; with an empty one, it is none.

        :raise UserError: for another amount or bank, for an entry ticked elsewhere, and where it would change what was
            agreed on
        """
        self.ensure_one()
        self.company_id._koperasi_check_role("bendahara")
        move = entry.sudo().move_id
        if move == self.sudo().move_id:
            return
        if entry and (entry.journal_id != self.journal_id or entry.amount != self.amount):
            raise UserError(
                self.env._("%(entry)s is another amount than %(line)s.", entry=entry.display_name, line=self.name)
            )
        if entry.line_id or entry.is_before:
            raise UserError(self.env._("%s was found at the bank already.", entry.display_name))
        if self.state == "agreed":
            self._check_agreed_stands(self.sudo().move_id | move)
        self._set(move_id=move.id)

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
            line._tick(self.env["koperasi.bank.entry"])

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
