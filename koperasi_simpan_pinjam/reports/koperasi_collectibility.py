from odoo import api, fields, models
from odoo.tools import SQL


class KoperasiCollectibility(models.Model):
    """Each loan with principal left, its arrears, class and allowance at the end of a day (docs/domain.md 4.15).

    In SQL, so that it can be grouped and 10.000 loans take no time; test_collectibility compares it with the loans' own
    figures and with the kernel.
    """

    _name = "koperasi.collectibility"
    _description = "Quality of Each Loan"
    _auto = False
    _order = "days_late desc, outstanding desc, id"
    _rec_name = "loan_id"
    _depends = {
        "koperasi.transaction.line": ["loan_id", "installment_id", "component", "amount", "date"],
        "koperasi.loan": ["product_id", "member_id", "company_id", "purpose", "date_disbursed"],
        "koperasi.loan.collateral": ["loan_id", "accepted_value", "date_taken", "date_returned"],
        "koperasi.loan.installment": [
            "loan_id",
            "due_date",
            "principal",
            "interest",
            "opening_principal",
            "opening_interest",
            "fee",
            "date_from",
            "date_to",
        ],
        "koperasi.loan.schedule": ["loan_id", "date", "kind", "days_late", "restores_id"],
        "res.company": ["koperasi_cure_payments"],
        "koperasi.member": ["rw_id", "group_id"],
        "koperasi.collectibility.band": [
            "company_id",
            "days_from",
            "rate",
            "net_of_collateral",
            "non_performing",
            "minimum_collateral",
        ],
    }

    loan_id = fields.Many2one("koperasi.loan", readonly=True)
    member_id = fields.Many2one("koperasi.member", readonly=True)
    rw_id = fields.Many2one("koperasi.rw", "RW", readonly=True)
    group_id = fields.Many2one("koperasi.group", readonly=True)
    product_id = fields.Many2one("koperasi.loan.product", readonly=True)
    purpose = fields.Selection(
        selection=lambda self: self.env["koperasi.loan"]._fields["purpose"].selection, readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_disbursed = fields.Date("Disbursed On", readonly=True)
    oldest_due = fields.Date("Late Since", readonly=True)
    days_late = fields.Integer(readonly=True, aggregator="max")
    class_days = fields.Integer(
        "Days for the Quality",
        readonly=True,
        aggregator="max",
        help="Days late; after a restructuring those of before, until enough installments were paid on time.",
    )
    band_id = fields.Many2one("koperasi.collectibility.band", "Quality", readonly=True)
    non_performing = fields.Boolean("Non-performing", readonly=True)
    outstanding = fields.Monetary("Principal Left", readonly=True)
    arrears_principal = fields.Monetary("Principal in Arrears", readonly=True)
    arrears_interest = fields.Monetary("Service Fee in Arrears", readonly=True)
    arrears = fields.Monetary(readonly=True)
    collateral = fields.Monetary(readonly=True)
    allowance = fields.Monetary(readonly=True)

    def _as_of(self, company, day):
        """:return: the loans of `company` at the end of `day`"""
        loans = self.with_context(koperasi_as_of=fields.Date.to_string(day))
        loans.invalidate_model()  # what was read of another day is in the cache under the same ids
        return loans.search([("company_id", "=", company.id)])

    @api.model
    def _unpaid_sql(self, as_of):
        """Common tables at the end of `as_of`: `lent` (loan_id, outstanding) and `unpaid`, the installments in force of
        which something is left: (installment_id, loan_id, due_date, principal, interest, fee)."""
        return SQL(
            """
            lent AS (
                SELECT loan_id, -SUM(amount) AS outstanding
                  FROM koperasi_transaction_line
                 WHERE loan_id IS NOT NULL AND component = 'principal' AND date <= %(as_of)s
                 GROUP BY loan_id HAVING SUM(amount) < 0
            ), paid AS (
                SELECT installment_id,
                       COALESCE(SUM(amount) FILTER (WHERE component = 'principal'), 0) AS principal,
                       COALESCE(SUM(amount) FILTER (WHERE component = 'interest'), 0) AS interest,
                       COALESCE(SUM(amount) FILTER (WHERE component = 'fee'), 0) AS fee
                  FROM koperasi_transaction_line
                 WHERE installment_id IS NOT NULL AND date <= %(as_of)s
                 GROUP BY installment_id
            ), unpaid AS (
                SELECT i.id AS installment_id, i.loan_id, i.due_date,
                       i.principal - COALESCE(i.opening_principal, 0) - COALESCE(p.principal, 0) AS principal,
                       i.interest - COALESCE(i.opening_interest, 0) - COALESCE(p.interest, 0) AS interest,
                       COALESCE(i.fee, 0) - COALESCE(p.fee, 0) AS fee
                  FROM koperasi_loan_installment i
                  JOIN lent ON lent.loan_id = i.loan_id
                  LEFT JOIN paid p ON p.installment_id = i.id
                 WHERE (i.date_from IS NULL OR i.date_from <= %(as_of)s)
                   AND (i.date_to IS NULL OR i.date_to > %(as_of)s)
                   AND (i.principal > COALESCE(i.opening_principal, 0) + COALESCE(p.principal, 0)
                        OR i.interest > COALESCE(i.opening_interest, 0) + COALESCE(p.interest, 0)
                        OR COALESCE(i.fee, 0) > COALESCE(p.fee, 0))
            )
            """,
            as_of=as_of,
        )

    @property
    def _table_query(self):
        context = self.env.context.get("koperasi_as_of")
        as_of = fields.Date.to_date(context) or fields.Date.context_today(self)
        return SQL(
            """
            WITH %(unpaid)s, late AS (
                SELECT loan_id, MIN(due_date) AS oldest_due,
                       SUM(principal) AS principal, SUM(interest) AS interest, SUM(fee) AS fee
                  FROM unpaid
                 WHERE due_date < %(as_of)s
                 GROUP BY loan_id
            ), kept AS (
                SELECT loan_id, SUM(accepted_value) AS value
                  FROM koperasi_loan_collateral
                 WHERE date_taken <= %(as_of)s AND (date_returned IS NULL OR date_returned > %(as_of)s)
                 GROUP BY loan_id
            ), restructured AS (
                SELECT DISTINCT ON (loan_id) loan_id, date, days_late
                  FROM koperasi_loan_schedule
                 WHERE kind IN ('reschedule', 'recondition', 'new_loan', 'top_up') AND date <= %(as_of)s
                   AND days_late > 0
                   AND NOT EXISTS (SELECT 1 FROM koperasi_loan_schedule back
                                    WHERE back.restores_id = koperasi_loan_schedule.id AND back.date <= %(as_of)s)
                 ORDER BY loan_id, date DESC, id DESC
            ), on_time AS (
                SELECT i.loan_id, COUNT(*) AS number
                  FROM koperasi_loan_installment i
                  JOIN restructured f ON f.loan_id = i.loan_id
                 WHERE i.due_date > f.date AND i.due_date <= %(as_of)s
                   AND (i.date_from IS NULL OR i.date_from <= %(as_of)s)
                   AND (i.date_to IS NULL OR i.date_to > %(as_of)s)
                   AND i.principal + i.interest + COALESCE(i.fee, 0) <= (
                       SELECT COALESCE(SUM(p.amount), 0) FROM koperasi_transaction_line p
                        WHERE p.installment_id = i.id AND p.component IN ('principal', 'interest', 'fee')
                          AND p.date <= i.due_date
                       ) + COALESCE(i.opening_principal, 0) + COALESCE(i.opening_interest, 0)
                 GROUP BY i.loan_id
            ), loan AS (
                SELECT l.id, l.id AS loan_id, l.member_id, m.rw_id, m.group_id, l.product_id, l.purpose, l.company_id,
                       l.date_disbursed, late.oldest_due,
                       COALESCE(%(as_of)s::date - late.oldest_due, 0) AS days_late,
                       CASE WHEN COALESCE(on_time.number, 0) < company.koperasi_cure_payments
                            THEN GREATEST(COALESCE(%(as_of)s::date - late.oldest_due, 0),
                                          COALESCE(restructured.days_late, 0))
                            ELSE COALESCE(%(as_of)s::date - late.oldest_due, 0) END AS class_days,
                       lent.outstanding, COALESCE(late.principal, 0) AS arrears_principal,
                       COALESCE(late.interest, 0) AS arrears_interest,
                       COALESCE(late.principal + late.interest + late.fee, 0) AS arrears,
                       COALESCE(kept.value, 0) AS collateral
                  FROM lent
                  JOIN koperasi_loan l ON l.id = lent.loan_id
                  JOIN koperasi_member m ON m.id = l.member_id
                  JOIN res_company company ON company.id = l.company_id
                  LEFT JOIN late ON late.loan_id = l.id
                  LEFT JOIN kept ON kept.loan_id = l.id
                  LEFT JOIN restructured ON restructured.loan_id = l.id
                  LEFT JOIN on_time ON on_time.loan_id = l.id
            )
            SELECT loan.*, band.id AS band_id, COALESCE(band.non_performing, FALSE) AS non_performing,
                   ROUND(CASE WHEN band.net_of_collateral THEN GREATEST(loan.outstanding - loan.collateral, 0)
                              ELSE loan.outstanding END * COALESCE(band.rate, 0) / 100) AS allowance
              FROM loan
              LEFT JOIN LATERAL (
                    SELECT b.*
                      FROM koperasi_collectibility_band b
                     WHERE b.company_id = loan.company_id
                       AND b.days_from >= (SELECT MAX(s.days_from) FROM koperasi_collectibility_band s
                                            WHERE s.company_id = loan.company_id AND s.days_from <= loan.class_days)
                       AND (loan.collateral >= (loan.outstanding + loan.arrears_interest)
                                               * COALESCE(b.minimum_collateral, 0) / 100
                            OR NOT EXISTS (SELECT 1 FROM koperasi_collectibility_band w
                                            WHERE w.company_id = loan.company_id AND w.days_from > b.days_from))
                     ORDER BY b.days_from LIMIT 1
                   ) band ON TRUE
            """,
            as_of=as_of,
            unpaid=self._unpaid_sql(as_of),
        )
