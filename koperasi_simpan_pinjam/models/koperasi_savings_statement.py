from odoo import fields, models
from odoo.exceptions import UserError


class KoperasiSavingsMovements(models.AbstractModel):
    """The statement of an account for any period, on paper and on the portal; mixed into koperasi.savings.account."""

    _name = "koperasi.savings.movements"
    _description = "Statement of an Account"

    def _statement(self, date_from, date_to):
        """What stands on paper, with the reader's own rights.

        :param date_from: first day, inclusive
        :param date_to: last day, inclusive
        :return: {opening, closing, debit, credit, rows: [{date, number, code, label, debit, credit, balance}]}, amounts
            in the currency
        """
        self.ensure_one()
        if date_from > date_to:
            raise UserError(self.env._("The period ends before it begins."))
        before = self.with_context(koperasi_as_of=fields.Date.subtract(date_from, days=1))
        balance = opening = before.balance
        lines = self.env["koperasi.transaction.line"].search(
            [("savings_id", "=", self.id), ("date", ">=", date_from), ("date", "<=", date_to)], order="date, id"
        )
        labels = lines._passbook_labels()
        rows = []
        for line in lines:
            balance += line.amount
            code = line._passbook_code()
            rows.append(
                {
                    "date": line.date,
                    # The member herself doesn't read transactions, but has its number on her receipt.
                    "number": line.sudo().transaction_id.number,
                    "code": code,
                    "label": labels[code],
                    "debit": max(-line.amount, 0),
                    "credit": max(line.amount, 0),
                    "balance": balance,
                }
            )
        return {
            "opening": opening,
            "closing": balance,
            "debit": sum(row["debit"] for row in rows),
            "credit": sum(row["credit"] for row in rows),
            "rows": rows,
        }

    def _statement_pdf(self, date_from, date_to):
        """:return: (name of the file, bytes)"""
        self.ensure_one()
        self.check_access("read")
        content, _type = self.env["ir.actions.report"]._render_qweb_pdf(
            "koperasi_simpan_pinjam.report_savings_statement", self.ids, {"date_from": date_from, "date_to": date_to}
        )
        return f"{self.env._('Statement')} {self.number}.pdf", content
