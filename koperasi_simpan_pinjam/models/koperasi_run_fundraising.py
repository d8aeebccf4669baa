from collections import defaultdict

from odoo import models


class KoperasiRunFundraising(models.AbstractModel):
    """The kind of run that gives back what was gathered for campaigns that failed, to voluntary savings."""

    _name = "koperasi.run.fundraising"
    _description = "Runs That Give Savings Back"

    def _fundraising_domain(self):
        return [
            ("company_id", "=", self.company_id.id),
            ("fundraising_id.state", "=", "failed"),
            ("state", "=", "open"),
            ("balance", ">", 0),
        ]

    def _fundraising_lines(self, accounts):
        """All that lies in each account goes to the holder's voluntary savings; who has none is left out."""
        company, on = self.company_id, self.date_to
        targets = {
            account.partner_id: account
            for account in self.env["koperasi.savings.account"].search(
                [
                    ("company_id", "=", company.id),
                    ("partner_id", "in", accounts.partner_id.ids),
                    ("savings_class", "=", "sukarela"),
                    ("state", "=", "open"),
                ],
                order="id desc",
            )
        }
        lines, back, reasons = [], defaultdict(int), {}
        for account, units in accounts._lowest_units(on).items():
            target = targets.get(account.partner_id)
            if not target:
                reasons[account] = self.env._("She has no voluntary savings: pay it out at the counter.")
            elif units > 0:
                lines += account._lines_out(company._from_units(units), on, self.display_name)
                back[target] += units
        for target, units in back.items():
            lines += target._lines_in(company._from_units(units), on, self.display_name)
        return lines, reasons
