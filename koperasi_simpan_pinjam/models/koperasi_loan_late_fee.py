from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from ..kernel.penalty import Kind, Terms, accrued
from .exact import share


class KoperasiLoanProduct(models.Model):
    _inherit = "koperasi.loan.product"

    def _late_fee_terms(self):
        """Kernel Terms of the late fee of this product (docs/domain.md 4.8)."""
        self.ensure_one()
        holidays = self.env["koperasi.holiday"]._days(self.company_id) if self.penalty_skips_holidays else frozenset()
        return Terms(
            Kind(self.penalty_kind),
            rate=share(self.penalty_rate),
            amount=self.company_id._to_units(self.penalty_amount),
            grace_days=self.penalty_grace_days,
            cap=share(self.penalty_cap) if self.penalty_cap else None,
            holidays=holidays,
        )


class KoperasiLoan(models.Model):
    """Late fees: nothing is booked until they are paid (docs/domain.md 2.3, 4.8), so what is open is worked out."""

    _inherit = "koperasi.loan"

    def _late_fees(self, rows, paid, as_of, on):
        """What is open of the late fees at the end of `as_of` (default: all that is recorded), run up to `on`.

        :param rows: the koperasi.loan.installment of these loans
        :param paid: {(installment id, component): Monetary paid by then}
        :return: {installment id: money units, > 0}
        """
        rows = rows.filtered(lambda row: row.due_date < on and row.loan_id.product_id.penalty_kind != "none")
        families = rows._families()
        members = rows.browse(sum(families.values(), rows.ids))
        payments, waived = self._late_fee_payments(members, as_of), self._late_fee_waived(members, as_of)
        terms = {product: product._late_fee_terms() for product in rows.loan_id.product_id}
        result = {}
        for row in rows:
            company, first, family = row.company_id, row.root_id or row, families.get(row.id, row.ids)
            before = (
                row.due_date,
                company._to_units(first.opening_principal),
                company._to_units(first.opening_interest),
            )
            units = accrued(
                terms[row.loan_id.product_id],
                row.due_date,
                company._to_units(row.principal),
                company._to_units(row.interest),
                [before, *(payment for id_ in family for payment in payments[id_])],
                on,
            )
            # A payment dated back makes it less than what was paid or waived meanwhile: nothing is owed then.
            units -= company._to_units(sum(paid[id_, "penalty"] + waived.get(id_, 0) for id_ in family))
            if units > 0:
                result[row.id] = units
        return result

    def _late_fee_payments(self, rows, as_of):
        """What was paid of these installments, day by day; what was taken back by then was never paid.

        :return: {installment id: [(day, principal, interest) in money units]}
        """
        payments = defaultdict(list)
        if not rows:
            return payments
        self.env["koperasi.transaction.line"].flush_model()
        self.env["koperasi.transaction"].flush_model(["reversal_of_id"])
        for installment, day, principal, interest in self.env.execute_query(
            SQL(
                """
                SELECT l.installment_id, l.date,
                       COALESCE(SUM(l.amount) FILTER (WHERE l.component = 'principal'), 0),
                       COALESCE(SUM(l.amount) FILTER (WHERE l.component = 'interest'), 0)
                  FROM koperasi_transaction_line l
                  JOIN koperasi_transaction t ON t.id = l.transaction_id
             LEFT JOIN koperasi_transaction back ON back.reversal_of_id = t.id%s
                 WHERE l.installment_id IN %s AND l.component IN ('principal', 'interest')
                   AND t.reversal_of_id IS NULL AND back.id IS NULL%s
              GROUP BY l.installment_id, l.date
                """,
                SQL(" AND back.date <= %s", as_of) if as_of else SQL(),
                tuple(rows.ids),
                SQL(" AND l.date <= %s", as_of) if as_of else SQL(),
            )
        ):
            company = rows.browse(installment).company_id
            payments[installment].append((day, company._to_units(principal), company._to_units(interest)))
        return payments

    def _late_fee_waived(self, rows, as_of):
        """:return: {installment id: Monetary waived by the end of `as_of`}"""
        domain = [("installment_id", "in", rows.ids)]
        if as_of:
            domain.append(("date", "<=", as_of))
        return {
            installment.id: amount
            for installment, amount in self.env["koperasi.loan.waiver"]
            .sudo()
            ._read_group(domain, ["installment_id"], ["amount:sum"])
        }

    def _late_fee_units(self, on=None):
        """:return: {loan id: money units of late fee open on `on`, default today}"""
        return {loan: sum(due.penalty for due in dues) for loan, dues in self._unpaid(on=on).items()}
