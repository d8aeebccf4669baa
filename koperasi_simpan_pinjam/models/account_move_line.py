from odoo import api, fields, models
from odoo.exceptions import UserError

# Reconciliation goes on under a frozen entry; everything else on its lines stands still.
WRITABLE = {
    "full_reconcile_id",
    "matching_number",
    "reconcile_model_id",
    "matched_debit_ids",
    "matched_credit_ids",
    "reconciled",
    "reconciled_lines_ids",
    "reconciled_lines_excluding_exchange_diff_ids",
    "statement_line_id",
    "is_imported",
    "no_followup",
    "analytic_line_ids",
}


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    koperasi_interunit = fields.Boolean(readonly=True, help="Made at posting, to balance each business unit.")

    @api.constrains("account_id", "move_id")
    def _check_koperasi_control(self):
        """Only the posting makes entries on an account whose detail the member ledger keeps; drafts included."""
        for line in self:
            if line.account_id.koperasi_control and not line.sudo().move_id.koperasi_transaction_id:
                raise UserError(
                    self.env._(
                        "%s holds savings of members: it takes no entries by hand. Use a deposit, a withdrawal, a "
                        "transfer or a correction, or choose another account.",
                        line.account_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self.env["account.move"].browse(
            {vals["move_id"] for vals in vals_list if vals.get("move_id")}  # the core takes it from nowhere else
        )._koperasi_refuse_frozen()
        return super().create(vals_list)

    def write(self, vals):
        if set(vals) - WRITABLE:
            self.move_id._koperasi_refuse_frozen()
            self.env["account.move"].browse(vals.get("move_id") or [])._koperasi_refuse_frozen()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_koperasi(self):
        self.move_id._koperasi_refuse_frozen()

    def _koperasi_units(self):
        """The business units these lines name."""
        plan = self.env.ref("koperasi_simpan_pinjam.unit_plan")
        named = {
            int(account_id)
            for line in self
            for key in (line.analytic_distribution or {})
            for account_id in key.split(",")
        }
        return (
            self.env["account.analytic.account"]
            .sudo()
            .browse(named)
            .exists()
            .filtered(lambda account: account.root_plan_id == plan)
        )

    def _koperasi_unit(self):
        """The one business unit this line belongs to; empty when nothing says so. Other addons know more sources.

        :raise UserError: when it names several
        """
        self.ensure_one()
        named = self._koperasi_units()
        if not named and self.move_id.origin_payment_id:  # a payment: what it pays
            paid = self.move_id.origin_payment_id.sudo().invoice_ids.line_ids
            named = paid.filtered(lambda line: line.account_id == self.account_id)._koperasi_units()
            return named if len(named) == 1 else named.browse()
        if len(named) > 1:
            raise UserError(
                self.env._(
                    "A line of %(move)s names several business units (%(units)s). Give it one.",
                    move=self.move_id.display_name,
                    units=", ".join(named.mapped("name")),
                )
            )
        return named
