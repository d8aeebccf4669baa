import base64

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import date_utils, format_date

from ..kernel.bank import propose

INPUT = {"date_from", "date_to", "opening_balance", "closing_balance", "line_ids", "file", "file_name"}


class KoperasiBankStatement(models.Model):
    """What the bank says of a period, agreed with the books (Rekonsiliasi bank, docs/domain.md 8.2).

    For banks that are not reconciled in Odoo. A line of the bank is found in the books by a tick of our own: no entry
    is touched. What only one side knows is an open item, and bank balance and open items are the books' balance.
    """

    _name = "koperasi.bank.statement"
    _description = "Bank Statement"
    _inherit = ["koperasi.guarded", "koperasi.claimable", "mail.thread"]
    _order = "date_to desc, id desc"
    _check_company_auto = True

    journal_id = fields.Many2one(
        "account.journal",
        "Bank",
        required=True,
        ondelete="restrict",
        index=True,
        domain=[("type", "=", "bank"), ("company_id.is_koperasi", "=", True)],
        default=lambda self: self.env.company._koperasi_banks("here")[:1],
    )
    company_id = fields.Many2one(related="journal_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    previous_id = fields.Many2one(
        "koperasi.bank.statement",
        "Statement Before",
        compute="_compute_previous_id",
        store=True,
        precompute=True,
        ondelete="restrict",
    )
    date_from = fields.Date(
        "From", required=True, compute="_compute_begin", store=True, readonly=False, precompute=True
    )
    date_to = fields.Date("To", required=True, compute="_compute_date_to", store=True, readonly=False, precompute=True)
    opening_balance = fields.Monetary(
        "Bank Balance at the Beginning", compute="_compute_begin", store=True, readonly=False, precompute=True
    )
    closing_balance = fields.Monetary("Bank Balance at the End", tracking=True)
    file = fields.Binary("File of the Bank", attachment=True, copy=False)
    file_name = fields.Char(copy=False)
    line_ids = fields.One2many("koperasi.bank.statement.line", "statement_id", "Lines")
    start_move_ids = fields.Many2many(
        "account.move",
        relation="koperasi_bank_start",
        column1="statement_id",
        column2="move_id",
        readonly=True,
        copy=False,
        groups="account.group_account_readonly",
        help="Of the first statement: entries of before that the bank had not seen yet.",
    )
    state = fields.Selection(
        [("draft", "Being Compared"), ("agreed", "Agreed")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    agreed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    agreed_on = fields.Datetime(readonly=True, copy=False)
    agreed_ledger = fields.Monetary("Books When Agreed", readonly=True, copy=False)
    line_sum = fields.Monetary("Sum of the Lines", compute="_compute_position")
    line_difference = fields.Monetary("Lines Are Off By", compute="_compute_position")
    ledger_balance = fields.Monetary("Balance of the Books", compute="_compute_position")
    open_entry_ids = fields.Many2many(
        "koperasi.bank.entry", string="In the Books, Not at the Bank", compute="_compute_position"
    )
    open_line_ids = fields.Many2many(
        "koperasi.bank.statement.line", string="At the Bank, Not in the Books", compute="_compute_position"
    )
    open_entry_sum = fields.Monetary(compute="_compute_position", string="Sum Not at the Bank")
    open_line_sum = fields.Monetary(compute="_compute_position", string="Sum Not in the Books")
    difference = fields.Monetary("Unexplained", compute="_compute_position")
    start_difference = fields.Monetary("Difference at the Start", compute="_compute_position")
    is_stale = fields.Boolean("Books Changed Since", compute="_compute_position")

    _once = models.UniqueIndex("(journal_id, date_from)", "There is a statement of this bank from that day already.")
    _period = models.Constraint("CHECK (date_to >= date_from)", "The statement ends before it begins.")

    # === ITS PLACE IN THE ROW OF STATEMENTS === #

    @api.depends("journal_id")
    def _compute_previous_id(self):
        for statement in self:
            domain = [("journal_id", "=", statement.journal_id.id), ("id", "!=", statement._origin.id)]
            statement.previous_id = self.search(domain, order="date_to desc", limit=1)

    @api.depends("previous_id")
    def _compute_begin(self):
        for statement in self:
            previous = statement.previous_id
            if previous:
                statement.date_from = fields.Date.add(previous.date_to, days=1)
                statement.opening_balance = previous.closing_balance
            elif not statement.date_from:
                month = fields.Date.subtract(fields.Date.context_today(statement), months=1)
                statement.date_from = date_utils.start_of(month, "month")

    @api.depends("date_from")
    def _compute_date_to(self):
        for statement in self:
            statement.date_to = statement.date_from and date_utils.end_of(statement.date_from, "month")

    @api.depends("journal_id", "date_from", "date_to")
    def _compute_display_name(self):
        for statement in self:
            days = [format_date(self.env, day) for day in (statement.date_from, statement.date_to) if day]
            statement.display_name = f"{statement.journal_id.sudo().name or ''} {' - '.join(days)}".strip()

    @api.constrains("date_from", "date_to")
    def _check_lines(self):
        self.line_ids._check_date()

    @api.constrains("opening_balance", "closing_balance")
    def _check_balances(self):
        for statement in self:
            statement.company_id._to_units(statement.opening_balance)
            statement.company_id._to_units(statement.closing_balance)

    @api.model_create_multi
    def create(self, vals_list):
        statements = super().create(
            [
                {
                    **{name: vals[name] for name in (INPUT | {"journal_id"}) & set(vals)},
                    "state": "draft",
                    "agreed_by_id": False,
                    "agreed_on": False,
                    "agreed_ledger": 0,
                    "start_move_ids": False,
                }
                for vals in vals_list
            ]
        )
        for statement in statements:
            statement._check_can_begin()
        return statements

    def _check_can_begin(self):
        company, bank, previous = self.company_id, self.journal_id, self.previous_id
        company._koperasi_check_role("bendahara")
        twin = self.env["account.journal"].search(
            [
                ("id", "<", bank.id),
                ("type", "=", "bank"),
                ("company_id", "=", company.id),
                ("default_account_id", "=", bank.default_account_id.id),
            ],
            limit=1,
        )
        if bank.type != "bank" or not bank.default_account_id or twin:
            raise ValidationError(self.env._("%s is no bank with an account of its own.", bank.name))
        if bank._koperasi_bank_way() != "here":
            raise ValidationError(self.env._("%s is reconciled in Odoo's accounting.", bank.name))
        if previous.state == "draft":
            raise UserError(self.env._("Agree on %s first: the next statement begins there.", previous.display_name))
        self._check_begin()

    def _check_begin(self):
        previous = self.previous_id
        if previous and (
            self.date_from != fields.Date.add(previous.date_to, days=1)
            or self.opening_balance != previous.closing_balance
        ):
            raise UserError(
                self.env._(
                    "A statement begins where the one before ended: on %(date)s with %(balance)s.",
                    date=format_date(self.env, fields.Date.add(previous.date_to, days=1)),
                    balance=self.company_id._koperasi_amount(previous.closing_balance),
                )
            )

    def write(self, vals):
        asked = self._typed(vals)
        if asked - INPUT:
            raise UserError(self.env._("A bank statement changes by its lines and actions only."))
        if asked - {"line_ids"}:  # lines know themselves what may still be changed
            for statement in self:
                statement._check_state("draft")
        result = super().write(vals)
        if {"date_from", "opening_balance"} & asked:
            for statement in self:
                statement._check_begin()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        if any(statement.state == "agreed" for statement in self):
            raise UserError(self.env._("A statement that is agreed on is kept. The chair may open it again."))

    # === BANK AND BOOKS, as of the statement's last day === #

    @api.depends(
        "date_from",
        "date_to",
        "opening_balance",
        "closing_balance",
        "start_move_ids",
        "line_ids.amount",
        "line_ids.date",
        "line_ids.move_ids",
    )
    def _compute_position(self):
        for statement in self:
            company, saved = statement.company_id, statement._origin
            own = statement.line_ids.filtered(lambda line: not line.is_early)
            entries, lines = saved._open_entries(), saved._open_lines()
            statement.line_sum = sum(own.mapped("amount"))
            statement.line_difference = statement.opening_balance + statement.line_sum - statement.closing_balance
            statement.ledger_balance = statement._ledger_balance(statement.date_to)
            statement.open_entry_ids = entries
            statement.open_line_ids = lines
            statement.open_entry_sum = sum(entries.mapped("amount"))
            statement.open_line_sum = sum(lines.mapped("amount"))
            statement.difference = (
                statement.closing_balance
                + statement.open_entry_sum
                - statement.open_line_sum
                - statement.ledger_balance
            )
            statement.start_difference = 0 if statement.previous_id else statement._start_difference()
            statement.is_stale = statement.state == "agreed" and bool(
                company._to_units(statement.difference, whole=False)
                or company._to_units(statement.ledger_balance - statement.agreed_ledger, whole=False)
            )

    def _ledger_balance(self, day):
        """Monetary balance of the bank's account in the books at the end of `day`."""
        domain = [
            ("account_id", "=", self.journal_id.sudo().default_account_id.id),
            ("company_id", "=", self.company_id.id),
            ("parent_state", "=", "posted"),
            ("date", "<=", day),
        ]
        [[balance]] = self.env["account.move.line"].sudo()._read_group(domain, aggregates=["balance:sum"])
        return balance or 0

    def _open_entries(self):
        """koperasi.bank.entry that the bank had not shown by the end of the last day."""
        if not self:
            return self.env["koperasi.bank.entry"]
        domain = [
            ("journal_id", "=", self.journal_id.id),
            ("date", "<=", self.date_to),
            ("is_before", "=", False),
            "|",
            ("line_id", "=", False),
            ("line_id.statement_id.date_to", ">", self.date_to),
        ]
        return self.env["koperasi.bank.entry"].search(domain)._without_cancelled()

    def _open_lines(self):
        """Lines of the bank, of this statement and those before, that the books did not have by its last day."""
        lines = self.env["koperasi.bank.statement.line"].search(
            [("journal_id", "=", self.journal_id.id), ("statement_id.date_to", "<=", self.date_to)]
        )
        return lines.filtered(
            lambda line: line.amount
            and (not line.sudo().move_ids or max(line.sudo().move_ids.mapped("date")) > self.date_to)
        )

    def _start_difference(self):
        """What is unexplained on the day before the first statement: books less bank, but for what was open then."""
        opening = self.env["koperasi.bank.entry"].search(
            [
                ("journal_id", "=", self.journal_id.id),
                ("date", "<", self.date_from),
                ("is_before", "=", True),
            ]
        )
        early = self.line_ids.filtered("is_early")
        return sum(opening.mapped("amount")) + sum(early.mapped("amount")) - self.opening_balance

    # === FILE === #

    def action_import(self):
        """Read the bank's file: lines that are not here yet are added; all that is wrong is said at once."""
        self.ensure_one()
        self.company_id._koperasi_check_role("bendahara")
        self._check_state("draft")
        if not self.file:
            raise UserError(self.env._("Choose the file that the bank gave you first."))
        rows = self.env["koperasi.bank.reader"]._rows(self, base64.b64decode(self.with_context(bin_size=False).file))
        self.env["koperasi.bank.statement.line"].create([{"statement_id": self.id, **row} for row in rows])
        self.write({"file": False, "file_name": False})
        self._do_propose()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if rows else "info",
                "message": (
                    self.env._("%s lines added.", len(rows))
                    if rows
                    else self.env._("All lines of this file are here already.")
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # === TICKS === #

    def action_propose(self):
        """Find lines of the bank in the books: the same amount, the nearest day."""
        for statement in self:
            statement.company_id._koperasi_check_role("bendahara")
            statement._check_state("draft")
            statement._do_propose()

    def _do_propose(self):
        entries = self.env["koperasi.bank.entry"].search(
            [("journal_id", "=", self.journal_id.id), ("line_id", "=", False), ("is_before", "=", False)]
        )
        entries = entries._without_cancelled()
        lines = self.line_ids.filtered(lambda line: not line.sudo().move_ids)
        units = self.company_id._to_units
        pairs = propose(
            [(line, line.date, units(line.amount)) for line in lines],
            [(entry, entry.date, units(entry.amount, whole=False)) for entry in entries],
        )
        for line, entry in pairs:
            line._set(move_ids=entry.sudo().move_id.ids)

    # === AGREED === #

    def action_agree(self):
        """Bank balance and open items are the balance of the books: it is proven, and stands."""
        self.ensure_one()
        company = self.company_id
        company._koperasi_check_role("bendahara")
        self.sudo()._claim()
        self._check_state("draft")
        if self.date_to > fields.Date.context_today(self):
            raise UserError(self.env._("%s has not come yet.", format_date(self.env, self.date_to)))
        if self.previous_id.is_stale:
            raise UserError(
                self.env._(
                    "The books of %s have changed since. The chair has to open it again first.",
                    self.previous_id.display_name,
                )
            )
        self._check_begin()
        if company._to_units(self.line_difference):
            raise UserError(
                self.env._(
                    "%(opening)s and the lines make %(sum)s, but the bank says %(closing)s. Look for a line that is "
                    "missing or wrong.",
                    opening=company._koperasi_amount(self.opening_balance),
                    sum=company._koperasi_amount(self.opening_balance + self.line_sum),
                    closing=company._koperasi_amount(self.closing_balance),
                )
            )
        if company._to_units(self.difference, whole=False):
            raise UserError(
                self.env._(
                    "%s can't be explained by open items. Compare the beginning with the books of the day before.",
                    company._koperasi_amount(self.difference),
                )
            )
        self.sudo()._set(
            state="agreed",
            agreed_by_id=self.env.uid,
            agreed_on=fields.Datetime.now(),
            agreed_ledger=self.ledger_balance,
        )

    def action_reopen(self):
        """For the chair: the last statement of the bank, while its month is open. It is logged."""
        self.ensure_one()
        company = self.company_id
        company._koperasi_check_role("ketua")
        self.sudo()._claim()
        self._check_state("agreed")
        later = self.search([("previous_id", "=", self.id)], limit=1)
        if later:
            raise UserError(self.env._("%s comes after it: delete or open that one first.", later.display_name))
        company._koperasi_check_open(self.date_to)
        self.sudo()._set(state="draft", agreed_by_id=False, agreed_on=False, agreed_ledger=0)
        self.env["koperasi.audit.log"]._log(self, "bank_reopened", self.display_name)

    def action_print(self):
        return self.env.ref("koperasi_simpan_pinjam.action_report_bank_statement").report_action(self)

    def _report_items(self):
        """:return: [(title, [(day, text, Monetary)])] of what only one side has"""
        self.ensure_one()
        return [
            (
                self.env._("In the Books, Not at the Bank"),
                [
                    (entry.date, f"{entry.number} {entry.name or ''}".strip(), entry.amount)
                    for entry in self.open_entry_ids
                ],
            ),
            (
                self.env._("At the Bank, Not in the Books"),
                [(line.date, line.name, line.amount) for line in self.open_line_ids],
            ),
        ]

    def action_before(self):
        """The entries of before the first statement: which of them had the bank not seen yet?"""
        self.ensure_one()
        title = self.env._("Entries Before the First Statement")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "koperasi.bank.entry",
            "view_mode": "list",
            "domain": [("journal_id", "=", self.journal_id.id), ("date", "<", self.date_from)],
        }
