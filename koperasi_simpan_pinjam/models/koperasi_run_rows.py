from contextlib import contextmanager

from odoo import models
from odoo.tools import SQL


class KoperasiRunRows(models.AbstractModel):
    """What a run does to each account: before it is started by a rehearsal, afterwards as the ledger has it."""

    _name = "koperasi.run.rows"
    _description = "Rows of a Run"

    def _rows(self):
        """:return: [{savings_id, interest, tax, other, reason}], amounts in the currency, accounts left out last"""
        self.ensure_one()
        self.env.flush_all()
        rows = self.env.execute_query_dict(
            SQL(
                """
            SELECT a.id AS savings_id, a.number,
                   COALESCE(SUM(l.amount) FILTER (WHERE l.component = 'interest'), 0) AS interest,
                   COALESCE(SUM(l.amount) FILTER (WHERE l.component = 'tax'), 0) AS tax,
                   COALESCE(SUM(l.amount) FILTER (WHERE l.component NOT IN ('interest', 'tax')), 0) AS other,
                   NULL AS reason
              FROM koperasi_transaction_line l
              LEFT JOIN koperasi_savings_term t ON t.id = l.term_id
              JOIN koperasi_savings_account a ON a.id = COALESCE(l.savings_id, t.savings_id)
             WHERE l.run_id = %(run)s AND l.date = %(date)s
             GROUP BY a.id
             UNION ALL
            SELECT a.id, a.number, 0, 0, 0, s.reason
              FROM koperasi_run_skip s JOIN koperasi_savings_account a ON a.id = s.savings_id
             WHERE s.run_id = %(run)s
             ORDER BY reason NULLS FIRST, number
            """,
                run=self.id,
                date=self.date_to,
            )
        )
        return [{name: value for name, value in row.items() if name != "number"} for row in rows]

    def _rehearse(self):
        """The rows of a run that was not started: it is played through to the last posting, and nothing of it stays."""
        self.ensure_one()
        self._check_can_start()
        run = self.sudo()
        with self._rehearsal():
            accounts = self.env["koperasi.savings.account"].sudo().search(run._account_domain(), order="id")
            for chunk in run._chunks(accounts):
                run._post_or_split(chunk)
            rows = run._rows()
        return rows

    @contextmanager
    def _rehearsal(self):
        """What is posted inside is taken back at the end, with the numbers that it was given."""
        with self.env.cr.savepoint() as savepoint:
            yield
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        for numbered in ("koperasi.transaction", "account.move"):
            self.env[numbered]._get_sequence_cache().clear()

    def _download(self):
        self.company_id._koperasi_check_role("bendahara", "ketua", "pengawas")
        rows = self._rehearse() if self.state == "draft" else self._rows()
        accounts = self.env["koperasi.savings.account"].browse([row["savings_id"] for row in rows])
        heads = (
            (self.env._("Savings Account"), 18),
            (self.env._("Name"), 28),
            (self.env._("Interest"), 14),
            (self.env._("Tax"), 12),
            (self.env._("Other"), 14),
            (self.env._("Together"), 14),
            (self.env._("Left Out Because"), 60),
        )
        lines = [
            (
                account.number,
                account.partner_id.name,
                row["interest"],
                row["tax"],
                row["other"],
                row["interest"] + row["tax"] + row["other"],
                row["reason"],
            )
            for account, row in zip(accounts, rows)
        ]
        return f"{self.display_name.replace('/', '-')}.xlsx", self._xlsx(self.display_name, heads, lines)
