from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, date_utils


class KoperasiMemberTrialBalance(models.TransientModel):
    """Opening, debit, credit and closing of every account of a period: the detail behind the control accounts."""

    _name = "koperasi.member.trial.balance"
    _description = "Member Trial Balance"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(required=True, default=lambda self: self._default_date_from())
    date_to = fields.Date(required=True, default=fields.Date.context_today)
    product_ids = fields.Many2many("koperasi.savings.product", string="Products", help="Empty: all.")

    @api.model
    def _default_date_from(self):
        return date_utils.start_of(fields.Date.context_today(self), "year")

    def action_print(self):
        self.ensure_one()
        if self.date_from > self.date_to:
            raise UserError(self.env._("The period ends before it begins."))
        return self.env.ref("koperasi_simpan_pinjam.action_report_member_trial_balance").report_action(self)

    def _sections(self):
        """What the report prints, from one query.

        :return: [{product, account, rows: [{number, name, opening, debit, credit, closing}], totals}], amounts in
            the currency, credit balances positive
        """
        self.ensure_one()
        self.company_id._koperasi_check_role("bendahara", "ketua", "pengawas")
        lines = self.env["koperasi.transaction.line"]
        lines.flush_model(["savings_id", "amount", "date", "company_id"])
        rows = self.env.execute_query_dict(
            SQL(
                """
            SELECT a.product_id, a.number, p.name,
                   COALESCE(SUM(l.amount) FILTER (WHERE l.date < %(start)s), 0) AS opening,
                   COALESCE(SUM(-l.amount) FILTER (WHERE l.date >= %(start)s AND l.amount < 0), 0) AS debit,
                   COALESCE(SUM(l.amount) FILTER (WHERE l.date >= %(start)s AND l.amount > 0), 0) AS credit,
                   SUM(l.amount) AS closing
              FROM koperasi_savings_account a
              JOIN koperasi_transaction_line l ON l.savings_id = a.id AND l.date <= %(end)s
              JOIN res_partner p ON p.id = a.partner_id
             WHERE a.company_id = %(company)s
             GROUP BY a.id, p.name
             ORDER BY a.number
            """,
                start=self.date_from,
                end=self.date_to,
                company=self.company_id.id,
            )
        )
        products = self.product_ids or self.env["koperasi.savings.product"].with_context(active_test=False).search(
            [("company_id", "=", self.company_id.id)]
        )
        columns = ("opening", "debit", "credit", "closing")
        sections = []
        for product in products:
            own = [row for row in rows if row["product_id"] == product.id]
            if own:
                sections.append(
                    {
                        "product": product,
                        "rows": own,
                        "totals": {column: sum(row[column] for row in own) for column in columns},
                    }
                )
        return sections
