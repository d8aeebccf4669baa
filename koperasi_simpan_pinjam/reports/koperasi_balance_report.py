from odoo import fields, models
from odoo.tools import SQL


class KoperasiBalanceReport(models.Model):
    """Balances of all accounts, for pivots and lists: what a non-stored field can't group."""

    _name = "koperasi.balance.report"
    _description = "Balances"
    _auto = False
    _order = "balance desc"
    _rec_name = "savings_id"
    _depends = {
        "koperasi.transaction.line": ["savings_id", "amount", "date"],
        "koperasi.savings.account": ["product_id", "member_id", "partner_id", "company_id", "savings_class"],
        "koperasi.savings.product": ["account_id", "unit_id"],
        "koperasi.member": ["rw_id", "state"],
    }

    savings_id = fields.Many2one("koperasi.savings.account", "Savings Account", readonly=True)
    member_id = fields.Many2one("koperasi.member", readonly=True)
    partner_id = fields.Many2one("res.partner", "Holder", readonly=True)
    rw_id = fields.Many2one("koperasi.rw", "RW", readonly=True)
    member_state = fields.Selection(related="member_id.state")
    product_id = fields.Many2one("koperasi.savings.product", readonly=True)
    savings_class = fields.Selection(related="product_id.savings_class")
    account_id = fields.Many2one("account.account", "General Ledger Account", readonly=True)
    unit_id = fields.Many2one("account.analytic.account", "Business Unit", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    balance = fields.Monetary(readonly=True)

    @property
    def _table_query(self):
        as_of = fields.Date.to_date(self.env.context.get("koperasi_as_of"))
        return SQL(
            """
            SELECT a.id, a.id AS savings_id, a.member_id, a.partner_id, m.rw_id, a.product_id, p.account_id, p.unit_id,
                   a.company_id, SUM(l.amount) AS balance
              FROM koperasi_savings_account a
              JOIN koperasi_savings_product p ON p.id = a.product_id
              LEFT JOIN koperasi_member m ON m.id = a.member_id
              JOIN koperasi_transaction_line l ON l.savings_id = a.id%s
             GROUP BY a.id, m.rw_id, p.account_id, p.unit_id
            """,
            SQL(" AND l.date <= %s", as_of) if as_of else SQL(),
        )
