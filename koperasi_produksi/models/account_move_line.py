from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _koperasi_unit(self):
        return super()._koperasi_unit() or self.product_id._koperasi_unit(self.company_id)

    # === COST OF WHAT IS SOLD: own goods only, at the value they left with === #

    def _koperasi_sale_line(self):
        """The sale line whose cost follows the cooperative's rules; empty where Odoo's apply."""
        line = self.sale_line_ids[:1]
        return line if line and self.product_id._koperasi_unit(self.company_id) else line.browse()

    def _koperasi_earlier(self):
        """Posted invoice lines of the same sale line."""
        return self._koperasi_sale_line().invoice_lines.filtered(
            lambda line: line.parent_state == "posted" and line.move_type == "out_invoice" and line != self
        )

    def _get_cogs_qty(self):
        """Invoiced so far of the sale line, this line included, without what was a member's (docs/architecture.md 2.6).

        Own goods first; what is not delivered yet counts as own, as it does in Odoo.
        """
        sale_line = self._koperasi_sale_line()
        if not sale_line:
            return super()._get_cogs_qty()
        invoiced = sum(
            line.product_uom_id._compute_quantity(line.quantity, line.product_id.uom_id)
            for line in self | self._koperasi_earlier()
        )
        own, delivered = sale_line.move_ids._koperasi_delivered()
        return min(invoiced, own) + max(invoiced - delivered, 0) if delivered else invoiced

    def _get_posted_cogs_value(self):
        sale_line = self._koperasi_sale_line()
        if not sale_line:
            return super()._get_posted_cogs_value()
        costs = self.search(
            [
                ("cogs_origin_id", "in", self._koperasi_earlier().ids),
                ("parent_state", "=", "posted"),
                ("account_id.internal_group", "=", "expense"),
            ]
        )
        return sum(costs.mapped("balance"))
