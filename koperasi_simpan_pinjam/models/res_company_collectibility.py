from odoo import api, fields, models

from ..kernel.collectibility import band_of, required

ACCOUNTS = {
    "koperasi_allowance_account_id": "1209",
    "koperasi_allowance_expense_account_id": "5201",
    "koperasi_recovery_account_id": "4302",
}


class ResCompany(models.Model):
    """Quality of loans and the allowance for losses (docs/domain.md 4.10, 4.15)."""

    _inherit = "res.company"

    koperasi_collectibility_scheme = fields.Selection(
        [("five", "Five Classes by Days"), ("four", "Four Classes of Permenkop 20/2008")],
        "Classes of Quality",
        default="five",
        required=True,
        help="Choosing one replaces the classes, with their days and percentages, by the usual ones.",
    )
    koperasi_cure_payments = fields.Integer(
        "On-time Payments After a Restructuring",
        default=3,
        required=True,
        help="So many installments are paid by their due date before the quality of a restructured loan gets better.",
    )
    koperasi_allowance_account_id = fields.Many2one("account.account", "Allowance for Losses", check_company=True)
    koperasi_allowance_expense_account_id = fields.Many2one("account.account", "Loan-loss Expense", check_company=True)
    koperasi_recovery_account_id = fields.Many2one(
        "account.account", "Recovery of Loans Written Off", check_company=True
    )

    def write(self, vals):
        changed = self.filtered(
            lambda company: vals.get("koperasi_collectibility_scheme", company.koperasi_collectibility_scheme)
            != company.koperasi_collectibility_scheme
        )
        result = super().write(vals)
        for company in changed.filtered("is_koperasi"):
            self.env["koperasi.collectibility.band"]._load_preset(company, company.koperasi_collectibility_scheme)
        return result

    def _koperasi_load_accounts(self):
        result = super()._koperasi_load_accounts()
        self._koperasi_add_allowance()
        return result

    @api.model
    def _koperasi_add_allowance_everywhere(self):
        """For cooperatives that were there before quality and allowance were; called by each update of the addon."""
        for company in self.sudo().search([("is_koperasi", "=", True)]):
            company._koperasi_add_allowance()

    def _koperasi_add_allowance(self):
        """Classes and accounts, where there are none yet."""
        self.ensure_one()
        company = self.with_company(self).sudo()
        accounts = {
            name: company.env.ref(f"account.{company.id}_koperasi_{code}", raise_if_not_found=False)
            for name, code in ACCOUNTS.items()
        }
        company._koperasi_fill_settings({name: account for name, account in accounts.items() if account})
        bands = company.env["koperasi.collectibility.band"]
        if not bands.search_count([("company_id", "=", company.id)], limit=1):
            bands._load_preset(company, company.koperasi_collectibility_scheme)

    # === THE ALLOWANCE === #

    def _koperasi_allowance_needed(self, as_of):
        """What must be set aside at the end of `as_of` (docs/domain.md 4.15), in money units."""
        self.ensure_one()
        bands = {
            band.id: band._kernel_band()
            for band in self.env["koperasi.collectibility.band"].sudo().search([("company_id", "=", self.id)])
        }
        total = 0
        for row in self.env["koperasi.collectibility"].sudo()._as_of(self, as_of):
            outstanding, collateral = self._to_units(row["outstanding"]), self._to_units(row["collateral"])
            debt = outstanding + self._to_units(row["arrears_interest"])
            band = band_of(list(bands.values()), row["class_days"], debt, collateral)
            total += required(band, outstanding, collateral)
        return total

    def _koperasi_allowance_booked(self, as_of):
        """What the books have set aside at the end of `as_of`, in money units."""
        self.ensure_one()
        account = self.sudo().koperasi_allowance_account_id
        if not account:
            return 0
        [[balance]] = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "=", self.id),
                    ("account_id", "=", account.id),
                    ("parent_state", "=", "posted"),
                    ("date", "<=", as_of),
                ],
                aggregates=["balance:sum"],
            )
        )
        return -int(self._to_units(balance or 0, whole=False))  # of a fraction somebody booked by hand
