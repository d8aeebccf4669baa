from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import date_utils


class ResCompany(models.Model):
    _inherit = "res.company"

    koperasi_kept_product_id = fields.Many2one(
        "koperasi.savings.product",
        "Kept for Installments",
        check_company=True,
        domain=[("savings_class", "=", "internal")],
        help="What borrowers paid beyond what was due is held in accounts of this product (titipan angsuran).",
    )

    def _koperasi_load_accounts(self):
        result = super()._koperasi_load_accounts()
        self._koperasi_add_kept_product()
        return result

    @api.model
    def _koperasi_add_kept_product_everywhere(self):
        """For cooperatives that were there before it; called by each update of the addon."""
        for company in self.sudo().search([("is_koperasi", "=", True)]):
            company._koperasi_add_kept_product()

    def _koperasi_add_kept_product(self):
        """Not where somebody books on its account by hand: it could not agree with the ledger any more."""
        self.ensure_one()
        company = self.with_company(self).sudo()
        account = company.env.ref(f"account.{company.id}_koperasi_2111", raise_if_not_found=False)
        if company.koperasi_kept_product_id or not account or account in company._koperasi_booked_by_hand():
            return
        products = company._koperasi_records(
            "koperasi.savings.product",
            {
                "product_kept": (
                    ("Kept for Installments", "Titipan Angsuran"),
                    {
                        "code": "ANGS",
                        "savings_class": "internal",
                        "account_id": account.id,
                        "unit_id": company.koperasi_savings_unit_id.id,
                        "company_id": company.id,
                    },
                ),
            },
        )
        company._koperasi_fill_settings({"koperasi_kept_product_id": products["product_kept"]})


class KoperasiLoan(models.Model):
    """Money that a borrower left for her next installments: used when they are due (docs/domain.md 4.7)."""

    _inherit = "koperasi.loan"

    def _kept_accounts(self):
        """:return: {partner id: her account of money kept for installments}"""
        products = self.company_id.sudo().koperasi_kept_product_id
        if not products:
            return {}
        accounts = (
            self.env["koperasi.savings.account"]
            .sudo()
            .search(
                [
                    ("product_id", "in", products.ids),
                    ("partner_id", "in", self.partner_id.ids),
                    ("state", "=", "open"),
                ]
            )
        )
        return {account.partner_id.id: account for account in accounts}

    def _asked_units(self, until, on=None):
        """What is still to be brought: what is due by the end of `until` less what is kept for it.

        :return: {loan id: money units}
        """
        due, kept = self._due_units(until, on), defaultdict(int)
        for partner, account in self._kept_accounts().items():
            kept[partner] = account._balance_units()
        asked = {}
        for loan in self.sorted("id"):
            if loan.id in due:
                part = min(due[loan.id], kept[loan.partner_id.id])
                kept[loan.partner_id.id] -= part
                asked[loan.id] = due[loan.id] - part
        return asked

    def _kept_lines(self, missing):
        """The line that takes up to `missing` money units out of what she left for her installments.

        :return: (lines, money units taken)
        """
        self.ensure_one()
        account = self._kept_accounts().get(self.partner_id.id)
        if not account or missing <= 0:
            return [], 0
        account._claim()
        taken = min(missing, account._balance_units())
        if not taken:
            return [], 0
        line = account._line("withdrawal", -self.company_id._from_units(taken), self.number)
        return [{**line, "loan_id": self.id}], taken

    def _kept_payment(self, on):
        """The lines that pay what is due by the end of the month out of what she left, when she brings nothing."""
        self.ensure_one()
        if not self._kept_accounts() or not self._due_units(date_utils.end_of(on, "month"), on).get(self.id):
            return []
        self.sudo()._claim()
        return self._payment_lines(0, on) if self.state == "running" else []
