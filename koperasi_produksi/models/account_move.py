from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    def _stock_account_prepare_realtime_out_lines_vals(self):
        """The cost lines belong to the product's unit, or to the one the invoice line names."""
        vals_list = super()._stock_account_prepare_realtime_out_lines_vals()
        for vals in vals_list:
            line = self.env["account.move.line"].browse(vals["cogs_origin_id"])
            if line.company_id.is_koperasi:
                vals["analytic_distribution"] = line.analytic_distribution
                unit = line._koperasi_unit()
                if unit and not line._koperasi_units():
                    vals["analytic_distribution"] = unit._koperasi_distribution(line.analytic_distribution)
        return vals_list

    # === PAID IN CASH AT THE COUNTER === #

    def _koperasi_open_items(self):
        """What is still to be paid of these invoices, oldest first."""
        return self.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable" and not line.reconciled
        ).sorted(lambda line: (line.date_maturity or line.date, line.id))

    def _koperasi_check_payable(self, company, amounts):
        """:raise UserError: unless the counter may take these amounts for these invoices"""
        if len(self.commercial_partner_id) != 1:
            raise UserError(self.env._("One receipt is for the invoices of one buyer."))
        for invoice in self:
            if invoice.company_id != company or invoice.state != "posted" or invoice.move_type != "out_invoice":
                raise UserError(self.env._("%s is no open invoice of this cooperative.", invoice.display_name))
            if invoice.currency_id != company.currency_id:
                raise UserError(self.env._("%s is not in the cooperative's currency.", invoice.display_name))
            units = company._to_units(amounts[invoice])
            residual = company._to_units(invoice.amount_residual, whole=False)
            if not 0 < units <= residual:
                raise UserError(
                    self.env._(
                        "Of %(invoice)s %(open)s is still to be paid.",
                        invoice=invoice.display_name,
                        open=company._koperasi_format(residual),
                    )
                )
