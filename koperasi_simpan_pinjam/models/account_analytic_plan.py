from odoo import models


class AccountAnalyticPlan(models.Model):
    _inherit = "account.analytic.plan"

    def _get_applicability(self, **kwargs):
        """The plan of the business units exists for cooperatives only; elsewhere nobody sees it."""
        if "applicability" not in kwargs and self == self.env.ref(
            "koperasi_simpan_pinjam.unit_plan", raise_if_not_found=False
        ):
            company = self.env["res.company"].browse(kwargs.get("company_id")) or self.env.company
            return "optional" if company.sudo().is_koperasi else "unavailable"
        return super()._get_applicability(**kwargs)
