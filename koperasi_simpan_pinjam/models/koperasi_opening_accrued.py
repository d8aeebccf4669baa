from odoo import models
from odoo.fields import Domain

from ..kernel.money import apportion


class KoperasiRun(models.Model):
    """Interest that the old books owe on term deposits, and have charged already (docs/domain.md 5.4).

    It is taken back on the day after the opening, as each month's own accrual is: the next interest is then paid in
    full, and only what was earned since is this cooperative's cost.
    """

    _inherit = "koperasi.run"

    def _check_can_start(self):
        result = super()._check_can_start()
        if self.kind == "opening" and self.opening_id.term_count and self._owed_of_old_books():
            self._check_day_after()
            self.company_id._koperasi_setting("koperasi_term_interest_account_id")
        return result

    def _owed_of_old_books(self):
        """koperasi.opening.line of accrued interest, as the old balance sheet has it."""
        account = self.company_id.koperasi_interest_accrued_account_id
        return self.opening_id.line_ids.filtered_domain(
            Domain("account_id", "=", account.id) & Domain("old_amount", ">", 0)
        )

    def _take_back_accrued(self, lines):
        """What the old books owe on the deposits is taken back, at most what these have earned by their own terms.

        The rest of the account (interest of other savings that waits to be paid) stays a debt.

        :param lines: of the accounts without members
        """
        company, account = self.company_id, self.company_id.koperasi_interest_accrued_account_id
        owed = [line for line in lines if line["account_id"] == account.id and line["amount"] > 0]
        own = [("run_id", "=", self.id), ("term_id", "!=", False)]
        terms = self.env["koperasi.transaction.line"].search(own).term_id
        earned = {term: units for term, units in terms._accrued_units(self.date_to).items() if units > 0}
        left = sum(earned.values())
        for line in owed:
            units = min(left, company._to_units(line["amount"]))
            left -= units
            if units:
                self._post_back(self._accrued_lines(earned, units, account, line["unit_id"]))

    def _accrued_lines(self, earned, units, account, unit):
        """Lines as the month end's accrual has them: what of `units` is each holder's, and the cost of all."""
        company = self.company_id
        expense = company._koperasi_setting("koperasi_term_interest_account_id")
        common = {"unit_id": unit, "component": "interest", "name": self.display_name}
        parts = zip(earned, apportion(units, list(earned.values())))
        return [
            *(
                {
                    **common,
                    "account_id": account.id,
                    "partner_id": term.partner_id.id,
                    "member_id": term.member_id.id,
                    "term_id": term.id,
                    "amount": company._from_units(part),
                }
                for term, part in parts
                if part
            ),
            {**common, "account_id": expense.id, "amount": -company._from_units(units)},
        ]
