from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, format_date


class KoperasiBankEntry(models.Model):
    """What the books say about a bank: one row per entry that moves its account, and the bank's line it was found on.

    For the chair as well, who does not read the entries behind it.
    """

    _name = "koperasi.bank.entry"
    _description = "Entry of a Bank's Account"
    _auto = False
    _order = "date, id"
    _rec_name = "number"
    _rec_names_search = ["number", "name"]
    _depends = {
        "account.move": ["date", "name", "ref", "reversed_entry_id", "koperasi_transaction_id"],
        "account.move.line": ["account_id", "company_id", "balance", "name", "parent_state", "move_id"],
        "account.journal": ["type", "default_account_id", "company_id"],
        "koperasi.bank.statement": ["journal_id", "date_from", "start_move_ids"],
        "koperasi.bank.statement.line": ["move_ids", "journal_id"],
        "koperasi.transaction": ["reversal_of_id"],
        "res.company": ["is_koperasi"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    journal_id = fields.Many2one("account.journal", "Bank", readonly=True)
    move_id = fields.Many2one("account.move", "Entry", readonly=True, groups="account.group_account_readonly")
    date = fields.Date(readonly=True)
    number = fields.Char(readonly=True)
    name = fields.Char("Description", readonly=True)
    amount = fields.Monetary(readonly=True, help="Money in; out when negative.")
    line_id = fields.Many2one("koperasi.bank.statement.line", "Line of the Bank", readonly=True)
    is_before = fields.Boolean(
        "Before the First Statement", readonly=True, help="The balance with which the first statement begins holds it."
    )
    cancels_id = fields.Many2one("account.move", "Takes Back", readonly=True, groups="account.group_account_readonly")

    @property
    def _table_query(self):
        # Where banks share an account it is the first one's: a statement of another is refused.
        return SQL("""
            SELECT MIN(l.id) AS id, l.company_id, j.id AS journal_id, m.id AS move_id, m.date,
                   COALESCE(NULLIF(m.ref, ''), m.name) AS number, MAX(l.name) AS name, SUM(l.balance) AS amount,
                   t.id AS line_id, COALESCE(m.date < f.date_from AND s.move_id IS NULL, FALSE) AS is_before,
                   COALESCE(m.reversed_entry_id, o.id) AS cancels_id
              FROM account_move_line l
              JOIN account_move m ON m.id = l.move_id
              JOIN res_company c ON c.id = l.company_id AND c.is_koperasi
              JOIN (SELECT MIN(id) AS id, default_account_id, company_id FROM account_journal WHERE type = 'bank'
                     GROUP BY default_account_id, company_id) j
                ON j.default_account_id = l.account_id AND j.company_id = l.company_id
              LEFT JOIN (SELECT MIN(b.id) AS id, k.move_id, b.journal_id FROM koperasi_bank_tick k
                           JOIN koperasi_bank_statement_line b ON b.id = k.line_id
                          GROUP BY k.move_id, b.journal_id) t ON t.move_id = m.id AND t.journal_id = j.id
              LEFT JOIN (SELECT DISTINCT ON (journal_id) id, journal_id, date_from FROM koperasi_bank_statement
                          ORDER BY journal_id, date_from) f ON f.journal_id = j.id
              LEFT JOIN koperasi_bank_start s ON s.statement_id = f.id AND s.move_id = m.id
              LEFT JOIN koperasi_transaction k ON k.id = m.koperasi_transaction_id
              LEFT JOIN account_move o ON o.koperasi_transaction_id = k.reversal_of_id
             WHERE l.parent_state = 'posted'
             GROUP BY l.company_id, l.account_id, j.id, m.id, t.id, f.date_from, s.move_id, o.id
            HAVING SUM(l.balance) <> 0
            """)

    @api.depends("number", "date")
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = f"{entry.number}, {format_date(self.env, entry.date)}"

    def _without_cancelled(self):
        """These but for entries that were taken back before the bank saw them, and what took them back."""
        rows = {entry.move_id: entry for entry in self.sudo()}
        gone = self.browse()
        for entry in self.sudo():
            cancelled = rows.get(entry.cancels_id)
            if cancelled and cancelled.amount == -entry.amount:
                gone |= (entry | cancelled).with_env(self.env)
        return self - gone

    # === BEFORE THE FIRST STATEMENT === #

    def action_not_yet(self):
        """The bank had not seen this entry when the first statement began: it waits for its line."""
        self._set_start(True)

    def action_was_there(self):
        """The balance with which the first statement began holds this entry."""
        self._set_start(False)

    def _set_start(self, is_open):
        for bank, entries in self.grouped("journal_id").items():
            entries.company_id._koperasi_check_role("bendahara")
            first = self.env["koperasi.bank.statement"].search(
                [("journal_id", "=", bank.id)], order="date_from", limit=1
            )
            if first.state == "agreed":
                raise UserError(self.env._("%s is agreed on. It has to be opened again first.", first.display_name))
            for entry in entries:
                if entry.line_id or entry.date >= first.date_from:
                    raise UserError(self.env._("%s does not lie before the first statement.", entry.display_name))
            moves = entries.sudo().move_id
            first.sudo()._set(
                start_move_ids=[Command.link(id_) if is_open else Command.unlink(id_) for id_ in moves.ids]
            )
        self.invalidate_model(["is_before"])
