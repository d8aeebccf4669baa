from odoo import api, fields, models
from odoo.tools import SQL, format_date


class KoperasiInterestTax(models.Model):
    """Interest and final tax of each holder and month over all her savings: the list to pay by, and her slips."""

    _name = "koperasi.interest.tax"
    _description = "Tax on Savings Interest"
    _auto = False
    _order = "month desc, partner_id"
    _depends = {
        "koperasi.transaction.line": [
            "savings_id",
            "loan_id",
            "component",
            "amount",
            "date",
            "partner_id",
            "member_id",
        ],
        "koperasi.transaction": ["reversal_of_id"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", "Holder", readonly=True)
    member_id = fields.Many2one("koperasi.member", readonly=True)
    month = fields.Date(readonly=True)
    interest = fields.Monetary("Interest, Gross", readonly=True)
    tax = fields.Monetary("Tax Withheld", readonly=True)
    number = fields.Char(compute="_compute_number")
    percent = fields.Float("Rate (%)", compute="_compute_number")

    @api.depends("month", "member_id", "partner_id")
    def _compute_number(self):
        """`BP/2026/10/RW05-0001`: made of what the slip is about, so that printed again it is the same."""
        for row in self:
            holder = row.member_id.number or f"P{row.partner_id.id}"
            row.number = f"BP/{row.month.year}/{row.month.month:02}/{holder}"
            row.percent = row.company_id.sudo().koperasi_interest_tax_percent if row.tax else 0

    @api.depends("number")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.number

    def _month_label(self):
        self.ensure_one()
        return format_date(self.env, self.month, date_format="MMMM yyyy")

    @property
    def _table_query(self):
        """What was taken back never was (docs/domain.md 2.8)."""
        return SQL("""
            SELECT MIN(l.id) AS id, l.company_id, l.partner_id, MAX(l.member_id) AS member_id,
                   date_trunc('month', l.date)::date AS month,
                   COALESCE(SUM(l.amount) FILTER (WHERE l.component = 'interest'), 0) AS interest,
                   COALESCE(-SUM(l.amount) FILTER (WHERE l.component = 'tax'), 0) AS tax
              FROM koperasi_transaction_line l
              JOIN koperasi_transaction t ON t.id = l.transaction_id
             WHERE l.savings_id IS NOT NULL AND l.loan_id IS NULL AND l.component IN ('interest', 'tax')
               AND t.reversal_of_id IS NULL
               AND NOT EXISTS (SELECT 1 FROM koperasi_transaction r WHERE r.reversal_of_id = t.id)
             GROUP BY l.company_id, l.partner_id, date_trunc('month', l.date)
            """)
