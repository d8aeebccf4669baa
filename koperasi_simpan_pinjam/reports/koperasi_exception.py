from odoo import fields, models
from odoo.tools import SQL


class KoperasiException(models.Model):
    """What a supervisor looks at first: every recording that was not of the ordinary kind (docs/domain.md 8.3)."""

    _name = "koperasi.exception"
    _description = "Exception"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "kind"
    _depends = {
        "koperasi.transaction": ["date", "create_date", "reversal_of_id", "approver_id", "session_id", "origin"],
        "koperasi.audit.log": ["event", "create_date", "company_id"],
        "res.company": ["koperasi_hours_from", "koperasi_hours_to"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [
            ("backdated", "Recorded on a Later Day"),
            ("voided", "Voided in Its Session"),
            ("reversed", "Corrected Afterwards"),
            ("overridden", "Above a Limit, by a Second Person"),
            ("after_hours", "Outside Opening Hours"),
            ("self_approval", "Approved by the Maker"),
            ("pin_failed", "Wrong PIN"),
            ("month_reopened", "Month Opened Again"),
            ("bank_reopened", "Bank Statement Opened Again"),
            ("late_fee_waived", "Late Fee Waived"),
            ("written_off", "Loan Written Off"),
            ("restructured", "Loan Restructured"),
        ],
        readonly=True,
    )
    date = fields.Date("Day", readonly=True, help="Of the transaction; else the day it happened.")
    moment = fields.Datetime("Recorded On", readonly=True)
    user_id = fields.Many2one("res.users", "Recorded By", readonly=True)
    approver_id = fields.Many2one("res.users", "Second Person", readonly=True)
    transaction_id = fields.Many2one("koperasi.transaction", readonly=True)
    amount = fields.Monetary(readonly=True)
    note = fields.Char("Reason", readonly=True)

    @property
    def _table_query(self):
        """Runs are the machine's: they are neither late nor after hours. Local time is that of the company."""
        return SQL("""
            WITH recorded AS (
                SELECT t.id, t.company_id, t.date, t.create_date, t.create_uid, t.approver_id, t.amount,
                       COALESCE(t.reason, t.name) AS note, t.session_id, t.reversal_of_id,
                       o.session_id AS undone_session_id, c.koperasi_hours_from AS opens, c.koperasi_hours_to AS closes,
                       t.create_date AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(p.tz, 'Asia/Jakarta') AS local,
                       COALESCE(t.origin, '') LIKE 'koperasi.run,%%' AS is_run
                  FROM koperasi_transaction t
                  JOIN res_company c ON c.id = t.company_id
                  JOIN res_partner p ON p.id = c.partner_id
                  LEFT JOIN koperasi_transaction o ON o.id = t.reversal_of_id
            ), found AS (
                SELECT 0 AS place, 'backdated' AS kind, * FROM recorded WHERE date < local::date AND NOT is_run
                 UNION ALL
                SELECT 1, CASE WHEN session_id = undone_session_id THEN 'voided' ELSE 'reversed' END, *
                  FROM recorded WHERE reversal_of_id IS NOT NULL
                 UNION ALL
                SELECT 2, 'overridden', * FROM recorded WHERE approver_id IS NOT NULL AND reversal_of_id IS NULL
                 UNION ALL
                SELECT 3, 'after_hours', * FROM recorded
                 WHERE NOT is_run AND closes > opens
                   AND EXTRACT(EPOCH FROM local::time) / 3600 NOT BETWEEN opens AND closes
            )
            SELECT id * 4 + place AS id, company_id, kind, date, create_date AS moment, create_uid AS user_id,
                   approver_id, id AS transaction_id, amount, note
              FROM found
             UNION ALL
            SELECT -l.id, l.company_id, l.event,
                   (l.create_date AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(p.tz, 'Asia/Jakarta'))::date,
                   l.create_date, l.user_id, NULL, NULL, NULL, l.note
              FROM koperasi_audit_log l
              JOIN res_company c ON c.id = l.company_id
              JOIN res_partner p ON p.id = c.partner_id
             WHERE l.event IN ('self_approval', 'pin_failed', 'month_reopened', 'bank_reopened', 'late_fee_waived',
                               'written_off', 'restructured')
            """)
