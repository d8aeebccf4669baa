from odoo import api, models


class KoperasiPosting(models.AbstractModel):
    _inherit = "koperasi.posting"

    @api.model
    def _reverse(self, transaction, date, **kwargs):
        """An invoice that was paid by what is taken back is open again."""
        reversal = super()._reverse(transaction, date, **kwargs)
        if "invoice" in transaction.sudo().line_ids.mapped("component"):
            entries = (transaction | reversal).sudo().move_id
            lines = entries.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")
            lines.remove_move_reconcile()
            for _account, items in lines.grouped("account_id").items():
                items.reconcile()
        return reversal

    @api.model
    def _receive_invoices(self, company, amounts, session, key=None, content=None):
        """Take the cash for customer invoices into the open session: one receipt, reconciled with them.

        :param amounts: {account.move: Monetary > 0}, all of one buyer
        :param content: what the key is bound to, see `_post`
        :return: koperasi.transaction
        """
        company._koperasi_check_role("petugas", "bendahara")
        invoices = self.env["account.move"].sudo().union(*(invoice.sudo() for invoice in amounts))
        invoices._koperasi_check_payable(company, amounts)
        lines, open_items = [], self.env["account.move.line"].sudo()
        for invoice in invoices:
            left = company._to_units(amounts[invoice])
            for item in invoice._koperasi_open_items():
                units = min(left, int(company._to_units(item.amount_residual, whole=False)))
                if units > 0:
                    left -= units
                    open_items |= item
                    lines.append(
                        {
                            "account_id": item.account_id.id,
                            "unit_id": item._koperasi_unit().id,
                            "component": "invoice",
                            "partner_id": item.partner_id.id,
                            "name": invoice.name,
                            "amount": company._from_units(units),
                        }
                    )
        transaction = self._post(
            company,
            session.date,
            lines,
            [(session.sudo().journal_id, sum(amounts.values()))],
            session=session,
            key=key,
            content=content,
            label=", ".join(invoices.mapped("name")),
        )
        items = transaction.sudo().move_id.line_ids
        for account in open_items.account_id:
            (open_items | items).filtered(lambda item, account=account: item.account_id == account).reconcile()
        return transaction
