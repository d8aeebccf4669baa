from odoo import fields, models
from odoo.tools import SQL


class KoperasiCashReport(models.Model):
    """How much money there is and where: one row per cash and bank account of a cooperative, by its books.

    For the chair and the supervisor as well, who do not read the entries behind it.
    """

    _name = "koperasi.cash.report"
    _description = "Cash Position"
    _auto = False
    _order = "balance desc"
    _rec_name = "name"
    _depends = {
        "account.move.line": ["account_id", "company_id", "balance", "date", "parent_state"],
        "account.account": ["account_type"],
        "res.company": ["is_koperasi"],
    }

    account_id = fields.Many2one("account.account", readonly=True, groups="account.group_account_readonly")
    name = fields.Char(related="account_id.name")
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    last_date = fields.Date("Last Movement", readonly=True)
    balance = fields.Monetary(readonly=True)

    @property
    def _table_query(self):
        as_of = fields.Date.to_date(self.env.context.get("koperasi_as_of"))
        return SQL(
            """
            SELECT MIN(l.id) AS id, l.account_id, l.company_id, MAX(l.date) AS last_date, SUM(l.balance) AS balance
              FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_cash'
              JOIN res_company c ON c.id = l.company_id AND c.is_koperasi
             WHERE l.parent_state = 'posted'%s
             GROUP BY l.account_id, l.company_id
            """,
            SQL(" AND l.date <= %s", as_of) if as_of else SQL(),
        )
