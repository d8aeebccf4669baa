from odoo import api, fields, models
from odoo.tools import SQL

KINDS = [
    ("stray", "Entry on a Control Account Without a Transaction"),
    ("no_entry", "Transaction Without a Posted Entry"),
    ("date", "Entry on Another Day"),
    ("difference", "Ledger and Entry Differ"),
    ("unbalanced", "Transaction Does Not Balance"),
    ("unit", "Entry Does Not Balance per Business Unit"),
]


class KoperasiControlAccount(models.Model):
    """Subsidiary ledger = general ledger, account by account and unit by unit."""

    _name = "koperasi.control.account"
    _description = "Subsidiary Ledger = General Ledger"
    _auto = False
    _order = "company_id, account_id, unit_id"
    _rec_name = "account_id"
    _depends = {
        "koperasi.transaction.line": ["account_id", "unit_id", "company_id", "amount", "date"],
        "account.move.line": ["account_id", "balance", "date", "parent_state", "analytic_distribution", "company_id"],
        "account.account": ["koperasi_control"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    account_id = fields.Many2one("account.account", readonly=True)
    unit_id = fields.Many2one("account.analytic.account", "Business Unit", readonly=True)
    ledger_amount = fields.Monetary("Subsidiary Ledger", readonly=True)
    gl_amount = fields.Monetary("General Ledger", readonly=True)
    difference = fields.Monetary(readonly=True)

    @property
    def _table_query(self):
        until = _until(self.env)
        return SQL(
            """
            SELECT ROW_NUMBER() OVER (ORDER BY company_id, account_id, unit_id) AS id, company_id, account_id,
                   NULLIF(unit_id, 0) AS unit_id, SUM(ledger) AS ledger_amount, SUM(gl) AS gl_amount,
                   SUM(ledger) - SUM(gl) AS difference
              FROM (
                    SELECT company_id, account_id, unit_id, amount AS ledger, 0 AS gl
                      FROM koperasi_transaction_line l
                     WHERE account_id IN (SELECT id FROM account_account WHERE koperasi_control)%(until_l)s
                    UNION ALL
                    SELECT company_id, account_id, %(unit)s, 0, -balance
                      FROM account_move_line l
                     WHERE parent_state = 'posted'
                       AND account_id IN (SELECT id FROM account_account WHERE koperasi_control)%(until_l)s
                   ) both_books
             GROUP BY company_id, account_id, unit_id
            """,
            unit=_unit_of_entry("l"),
            until_l=until("l"),
        )


class KoperasiControlFault(models.Model):
    """Every way in which a transaction and its entry can disagree, each row naming both."""

    _name = "koperasi.control.fault"
    _description = "Fault Between the Books"
    _auto = False
    _order = "date desc, id"
    _depends = {
        "koperasi.transaction": ["number", "date", "company_id", "booked_with_id"],
        "koperasi.transaction.line": ["account_id", "unit_id", "company_id", "amount", "date", "transaction_id"],
        "koperasi.transaction.tender": ["account_id", "unit_id", "company_id", "amount", "date", "transaction_id"],
        "account.move": ["state", "date", "koperasi_transaction_id"],
        "account.move.line": [
            "account_id",
            "balance",
            "date",
            "parent_state",
            "analytic_distribution",
            "company_id",
            "move_id",
        ],
        "account.account": ["koperasi_control"],
    }

    kind = fields.Selection(KINDS, "Fault", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(readonly=True)
    transaction_id = fields.Many2one("koperasi.transaction", readonly=True)
    move_id = fields.Many2one("account.move", "Entry", readonly=True)
    account_id = fields.Many2one("account.account", readonly=True)
    unit_id = fields.Many2one("account.analytic.account", "Business Unit", readonly=True)
    ledger_amount = fields.Monetary("Subsidiary Ledger", readonly=True)
    gl_amount = fields.Monetary("General Ledger", readonly=True)

    @api.depends("kind", "transaction_id.number", "move_id.name")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for fault in self:
            names = [name for name in (fault.transaction_id.number, fault.move_id.sudo().name) if name]
            fault.display_name = f"{labels[fault.kind]}: {', '.join(names)}"

    @property
    def _table_query(self):
        until = _until(self.env)
        return SQL(
            """
            WITH entry AS (
                    SELECT koperasi_transaction_id AS transaction_id, id AS move_id, state, date FROM account_move
                     WHERE koperasi_transaction_id IS NOT NULL
                 ), booked AS (
                    SELECT t.id AS transaction_id, COALESCE(t.booked_with_id, t.id) AS first_id,
                           e.move_id, e.state, e.date
                      FROM koperasi_transaction t
                      LEFT JOIN entry e ON e.transaction_id = COALESCE(t.booked_with_id, t.id)
                 ), ledger_part AS (
                    SELECT transaction_id, account_id, unit_id, amount
                      FROM koperasi_transaction_line l WHERE TRUE%(until_l)s
                    UNION ALL
                    SELECT transaction_id, account_id, unit_id, -amount
                      FROM koperasi_transaction_tender l WHERE TRUE%(until_l)s
                 ), ledger AS (
                    SELECT b.first_id AS transaction_id, p.account_id, p.unit_id, SUM(p.amount) AS amount
                      FROM ledger_part p JOIN booked b ON b.transaction_id = p.transaction_id
                     GROUP BY 1, 2, 3
                 ), gl AS (
                    SELECT e.transaction_id, l.account_id, %(unit)s AS unit_id, SUM(-l.balance) AS amount
                      FROM account_move_line l JOIN entry e ON e.move_id = l.move_id
                      JOIN koperasi_transaction t ON t.id = e.transaction_id
                     WHERE e.state = 'posted'%(until_t)s
                     GROUP BY 1, 2, 3
                 ), fault AS (
                    SELECT 'stray' AS kind, l.company_id, l.date, NULL::int AS transaction_id, l.move_id, l.account_id,
                           %(unit)s AS unit_id, 0 AS ledger_amount, -l.balance AS gl_amount
                      FROM account_move_line l JOIN account_move m ON m.id = l.move_id
                     WHERE l.account_id IN (SELECT id FROM account_account WHERE koperasi_control)
                       AND m.koperasi_transaction_id IS NULL AND l.parent_state = 'posted'%(until_l)s
                    UNION ALL
                    SELECT 'no_entry', t.company_id, t.date, t.id, e.move_id, NULL, NULL, t.amount, 0
                      FROM koperasi_transaction t JOIN booked e ON e.transaction_id = t.id
                     WHERE (e.move_id IS NULL OR e.state != 'posted')%(until_t)s
                    UNION ALL
                    SELECT 'date', t.company_id, t.date, t.id, e.move_id, NULL, NULL, t.amount, t.amount
                      FROM koperasi_transaction t JOIN booked e ON e.transaction_id = t.id
                     WHERE (e.date != t.date OR EXISTS (
                            SELECT 1 FROM account_move_line l
                             WHERE l.move_id = e.move_id AND l.date != t.date))%(until_t)s
                    UNION ALL
                    SELECT 'difference', t.company_id, t.date, t.id, e.move_id,
                           COALESCE(ledger.account_id, gl.account_id), COALESCE(ledger.unit_id, gl.unit_id),
                           COALESCE(ledger.amount, 0), COALESCE(gl.amount, 0)
                      FROM ledger
                      FULL JOIN gl ON gl.transaction_id = ledger.transaction_id AND gl.account_id = ledger.account_id
                                  AND gl.unit_id = ledger.unit_id
                      JOIN koperasi_transaction t ON t.id = COALESCE(ledger.transaction_id, gl.transaction_id)
                      JOIN entry e ON e.transaction_id = t.id AND e.state = 'posted'
                     WHERE COALESCE(ledger.amount, 0) != COALESCE(gl.amount, 0)
                    UNION ALL
                    SELECT 'unbalanced', t.company_id, t.date, t.id, e.move_id, NULL, NULL,
                           COALESCE(SUM(p.amount), 0), 0
                      FROM koperasi_transaction t
                      LEFT JOIN ledger_part p ON p.transaction_id = t.id LEFT JOIN booked e ON e.transaction_id = t.id
                     WHERE TRUE%(until_t)s
                     GROUP BY t.id, e.move_id
                    HAVING COALESCE(SUM(p.amount), 0) != 0 OR COUNT(p.amount) = 0
                    UNION ALL
                    SELECT 'unit', l.company_id, l.date, m.koperasi_transaction_id, l.move_id, NULL, %(unit)s, 0,
                           SUM(-l.balance)
                      FROM account_move_line l
                      JOIN account_move m ON m.id = l.move_id
                      JOIN res_company c ON c.id = l.company_id AND c.is_koperasi
                     WHERE l.parent_state = 'posted' AND l.date >= (
                            SELECT MIN(date) FROM koperasi_transaction f WHERE f.company_id = l.company_id)%(until_l)s
                     GROUP BY l.company_id, l.date, m.koperasi_transaction_id, l.move_id, %(unit)s
                    HAVING SUM(l.balance) != 0
                 )
            SELECT ROW_NUMBER() OVER (ORDER BY date, transaction_id, move_id, kind, account_id, unit_id) AS id,
                   kind, company_id, date,
                   transaction_id, move_id, account_id, NULLIF(unit_id, 0) AS unit_id, ledger_amount, gl_amount
              FROM fault
            """,
            unit=_unit_of_entry("l"),
            until_l=until("l"),
            until_t=until("t"),
        )


def _until(env):
    """A function of an alias: the condition ` AND alias.date <= the day asked for`, or nothing."""
    as_of = fields.Date.to_date(env.context.get("koperasi_as_of"))
    return lambda alias: SQL(" AND %s.date <= %s", SQL.identifier(alias), as_of) if as_of else SQL()


def _unit_of_entry(alias):
    """The business unit that a move line's distribution names; 0 when it names none, or several."""
    return SQL(
        """COALESCE((
            SELECT CASE WHEN COUNT(DISTINCT u.id) = 1 THEN MIN(u.id) END
              FROM jsonb_object_keys(%s.analytic_distribution) AS k(key)
             CROSS JOIN LATERAL regexp_split_to_table(k.key, ',') AS part(id)
              JOIN account_analytic_account u ON u.id = part.id::int
              JOIN ir_model_data d ON d.module = 'koperasi_simpan_pinjam' AND d.name = 'unit_plan'
                                  AND d.res_id = u.root_plan_id
        ), 0)""",
        SQL.identifier(alias),
    )
