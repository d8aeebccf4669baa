from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..kernel.repayment import allocate
from .koperasi_loan_product import ORDERS
from .scheduled import at_home


class KoperasiRunKept(models.AbstractModel):
    """The kind of run by which money kept for installments (titipan angsuran) pays what is due, without a visit.

    Made and queued each morning where there is such money and something due; of the day itself only (docs/domain.md
    4.7).
    """

    _name = "koperasi.run.kept"
    _description = "Runs of Money Kept for Installments"

    @api.model
    def _cron_kept(self):
        """Queue today's run of every cooperative that needs one; at most one a day."""
        here = at_home(self)
        runs, today = here.env["koperasi.run"], fields.Date.context_today(here)
        made = runs.search([("kind", "=", "kept"), ("date_from", "=", today)]).company_id
        for company in here._companies_with_kept_due(today) - made:
            run = runs.create({"company_id": company.id, "kind": "kept", "date_from": today})
            try:
                run._check_can_start()
            except UserError as error:
                run._set(failure=str(error))
            else:
                run._set(state="queued")
        runs._wake()

    @api.model
    def _companies_with_kept_due(self, today):
        """:return: the cooperatives where a borrower has money kept and an installment due by `today`"""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH %(unpaid)s
                SELECT DISTINCT c.id
                  FROM unpaid u
                  JOIN koperasi_loan l ON l.id = u.loan_id AND l.state = 'running'
                  JOIN res_company c ON c.id = l.company_id AND c.is_koperasi
                  JOIN koperasi_savings_account a
                    ON a.product_id = c.koperasi_kept_product_id AND a.partner_id = l.partner_id AND a.state = 'open'
                 WHERE u.due_date <= %(today)s
                   AND (SELECT SUM(k.amount) FROM koperasi_transaction_line k WHERE k.savings_id = a.id) > 0
                 ORDER BY c.id
                """,
                unpaid=self.env["koperasi.collectibility"]._unpaid_sql(today),
                today=today,
            )
        )
        return self.env["res.company"].browse([company for [company] in rows])

    def _check_kept(self):
        if self.date_to != fields.Date.context_today(self):
            raise UserError(self.env._("Money kept for installments pays on the day itself. Choose today."))

    def _kept_domain(self):
        product = self.company_id.koperasi_kept_product_id
        return [("product_id", "=", product.id), ("state", "=", "open"), ("balance", ">", 0)]

    def _kept_lines(self, accounts):
        """What is due by the run's day out of what each borrower left, the oldest first over all her loans.

        :return: (lines of the posting, {account: reason why it was left out})
        """
        company, on = self.company_id, self.date_to
        loans = self.env["koperasi.loan"].search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", accounts.partner_id.ids),
                ("state", "=", "running"),
            ],
            order="id",
        )
        accounts._claim()
        loans._claim()
        dues, kept, lines = loans._unpaid(on=on), accounts._lowest_units(on), []
        borrowed = loans.grouped("partner_id")
        for account in accounts:
            left, parts = kept.get(account, 0), defaultdict(list)
            own = [
                (due.due_date, loan.id, due.number, loan, due)
                for loan in borrowed.get(account.partner_id, loans.browse())
                for due in dues.get(loan.id, [])
                if due.due_date <= on
            ]
            for *_place, loan, due in sorted(own, key=lambda row: row[:3]):
                if left <= 0:
                    break
                before = left
                allocations, left = allocate(left, [due], ORDERS[loan.product_id.payment_order])
                parts[loan].append((before - left, allocations))
            for loan, paid in parts.items():
                taken = company._from_units(sum(units for units, _allocations in paid))
                lines.append({**account._line("withdrawal", -taken, loan.number), "loan_id": loan.id})
                lines += loan._allocation_lines([part for _units, allocations in paid for part in allocations])
        return lines, {}
