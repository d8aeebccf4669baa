from odoo import models
from odoo.exceptions import UserError


class AccountAnalyticAccount(models.Model):
    _inherit = "account.analytic.account"

    def write(self, vals):
        if "plan_id" in vals:
            self.filtered(lambda account: account.plan_id.id != vals["plan_id"])._koperasi_check_not_in_ledger()
        return super().write(vals)

    def _koperasi_distribution(self, other=None):
        """The analytic distribution of a line of this unit, within the shares of `other` plans if it has any."""
        self.ensure_one()
        return {f"{key},{self.id}": share for key, share in other.items()} if other else {str(self.id): 100}

    def _koperasi_check_not_in_ledger(self):
        """:raise UserError: when the ledger names one of these; another plan would take the unit off posted entries"""
        line = self.env["koperasi.transaction.line"].sudo().search([("unit_id", "in", self.ids)], limit=1)
        if line:
            raise UserError(
                self.env._(
                    "%s has transactions of members: its plan can't change.",
                    line.unit_id.display_name,
                )
            )


class AccountAnalyticPlan(models.Model):
    _inherit = "account.analytic.plan"

    def write(self, vals):
        if "parent_id" in vals:
            self._koperasi_check_not_in_ledger()
        return super().write(vals)

    def unlink(self):
        self._koperasi_check_not_in_ledger()  # here: the core drops the column first
        return super().unlink()

    def _koperasi_check_not_in_ledger(self):
        self.env["account.analytic.account"].sudo().with_context(active_test=False).search(
            [("plan_id", "child_of", self.ids)]
        )._koperasi_check_not_in_ledger()

    def _get_applicability(self, **kwargs):
        """The plan of the business units exists for cooperatives only; elsewhere nobody sees it."""
        if "applicability" not in kwargs and self == self.env.ref(
            "koperasi_simpan_pinjam.unit_plan", raise_if_not_found=False
        ):
            company = self.env["res.company"].browse(kwargs.get("company_id")) or self.env.company
            return "optional" if company.sudo().is_koperasi else "unavailable"
        return super()._get_applicability(**kwargs)
