from odoo import fields, models
from odoo.tools import SQL

from ..kernel.eligibility import Rule
from ..models.koperasi_loan_check import PENGURUS

LOAN_DEPENDS = {
    "koperasi.transaction.line": ["loan_id", "installment_id", "component", "amount", "date"],
    "koperasi.loan": ["product_id", "member_id", "company_id", "purpose"],
    "koperasi.loan.installment": ["loan_id", "due_date", "principal", "interest", "fee", "date_from", "date_to"],
    "koperasi.member": ["rw_id"],
}


def _day(records):
    """The day that a report is asked for: the one context key we allow, else today."""
    return fields.Date.to_date(records.env.context.get("koperasi_as_of")) or fields.Date.context_today(records)


class KoperasiScheduleReport(models.Model):
    """What is still to be paid of each installment at the end of a day: by month it is what will come in."""

    _name = "koperasi.schedule.report"
    _description = "Installments to Come"
    _auto = False
    _order = "due_date, id"
    _rec_name = "loan_id"
    _depends = LOAN_DEPENDS

    loan_id = fields.Many2one("koperasi.loan", readonly=True)
    member_id = fields.Many2one("koperasi.member", readonly=True)
    rw_id = fields.Many2one("koperasi.rw", "RW", readonly=True)
    product_id = fields.Many2one("koperasi.loan.product", readonly=True)
    purpose = fields.Selection(
        selection=lambda self: self.env["koperasi.loan"]._fields["purpose"].selection, readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    due_date = fields.Date(readonly=True)
    is_late = fields.Boolean("Late", readonly=True)
    principal = fields.Monetary(readonly=True)
    interest = fields.Monetary("Service Fee", readonly=True)
    fee = fields.Monetary(readonly=True)
    total = fields.Monetary("Still to Pay", readonly=True)

    @property
    def _table_query(self):
        as_of = _day(self)
        return SQL(
            """
            WITH %(unpaid)s
            SELECT u.installment_id AS id, u.loan_id, l.member_id, m.rw_id, l.product_id, l.purpose, l.company_id,
                   u.due_date, u.due_date < %(as_of)s AS is_late, u.principal, u.interest, u.fee,
                   u.principal + u.interest + u.fee AS total
              FROM unpaid u
              JOIN koperasi_loan l ON l.id = u.loan_id
              JOIN koperasi_member m ON m.id = l.member_id
            """,
            unpaid=self.env["koperasi.collectibility"]._unpaid_sql(as_of),
            as_of=as_of,
        )


class KoperasiExposureReport(models.Model):
    """BMPP at the end of a day: what each borrower owes, and all officers together, of own capital (1.3)."""

    _name = "koperasi.exposure.report"
    _description = "Lending Limits (BMPP)"
    _auto = False
    _order = "outstanding desc, id"
    _rec_name = "member_id"
    _depends = {
        **LOAN_DEPENDS,
        "koperasi.member": ["rw_id", "partner_id"],
        "koperasi.officer": ["company_id", "user_id", "role", "date_from", "date_to"],
        "res.users": ["partner_id"],
    }

    member_id = fields.Many2one("koperasi.member", readonly=True)
    rw_id = fields.Many2one("koperasi.rw", "RW", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    is_related = fields.Boolean("Officer", readonly=True)
    loan_count = fields.Integer("Loans", readonly=True)
    outstanding = fields.Monetary("Principal Left", readonly=True)
    own_capital = fields.Monetary(readonly=True, aggregator="max")
    share = fields.Float("% of Own Capital", readonly=True, digits=(6, 1))
    limit = fields.Monetary("Limit of One Member", readonly=True, aggregator="max")
    related_outstanding = fields.Monetary("All Officers Owe", readonly=True, aggregator="max")
    related_limit = fields.Monetary("Limit of All Officers", readonly=True, aggregator="max")
    is_over = fields.Boolean("Above the Limit", readonly=True)

    @property
    def _table_query(self):
        as_of = _day(self)
        return SQL(
            """
            WITH owed AS (
                SELECT c.member_id, c.company_id, COUNT(*) AS loan_count, SUM(c.outstanding) AS outstanding
                  FROM (%(loans)s) c
                 GROUP BY c.member_id, c.company_id
            ), bound (company_id, own_capital, exposure, related) AS (VALUES %(bounds)s
            ), officer AS (
                SELECT DISTINCT o.company_id, u.partner_id
                  FROM koperasi_officer o JOIN res_users u ON u.id = o.user_id
                 WHERE o.role IN %(roles)s AND o.date_from <= %(as_of)s
                   AND (o.date_to IS NULL OR o.date_to >= %(as_of)s)
            ), known AS (
                SELECT owed.*, m.rw_id, officer.partner_id IS NOT NULL AS is_related,
                       bound.own_capital, bound.exposure, bound.related
                  FROM owed
                  JOIN koperasi_member m ON m.id = owed.member_id
                  JOIN bound ON bound.company_id = owed.company_id
                  LEFT JOIN officer ON officer.company_id = owed.company_id AND officer.partner_id = m.partner_id
            ), both_sums AS (
                SELECT known.*,
                       SUM(outstanding) FILTER (WHERE is_related) OVER (PARTITION BY company_id) AS officers_owe
                  FROM known
            )
            SELECT member_id AS id, member_id, rw_id, company_id, is_related, loan_count, outstanding, own_capital,
                   CASE WHEN own_capital > 0 THEN ROUND(100.0 * outstanding / own_capital, 1) ELSE 0 END AS share,
                   exposure AS limit,
                   CASE WHEN is_related THEN officers_owe END AS related_outstanding,
                   CASE WHEN is_related THEN related END AS related_limit,
                   outstanding > exposure OR (is_related AND officers_owe > related) AS is_over
              FROM both_sums
            """,
            loans=self.env["koperasi.collectibility"].with_context(koperasi_as_of=as_of)._table_query,
            bounds=SQL(", ").join(self._bounds(as_of)),
            roles=(*PENGURUS, "pengawas"),
            as_of=as_of,
        )

    def _bounds(self, as_of):
        """Own capital at the end of `as_of`, and the limits of the law as the cooperative set them: rows of SQL."""
        companies = self.env.companies.sudo().filtered("is_koperasi")
        rules = self.env["koperasi.loan.rule"].sudo().search([("company_id", "in", companies.ids)])
        percents = {(rule.company_id, Rule(rule.rule)): rule.limit for rule in rules}
        bounds = []
        for company in companies:
            units = company._koperasi_own_capital_units(as_of)
            capital = company._from_units(units)
            exposure, related = (
                company._from_units(int(max(units, 0) * percents.get((company, rule), default) / 100))
                for rule, default in ((Rule.EXPOSURE, 15), (Rule.RELATED, 10))
            )
            bounds.append(SQL("(%s, %s::numeric, %s::numeric, %s::numeric)", company.id, capital, exposure, related))
        return bounds or [SQL("(0, 0::numeric, 0::numeric, 0::numeric)")]
