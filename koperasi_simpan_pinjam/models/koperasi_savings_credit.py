from collections import defaultdict

from odoo import api, models
from odoo.tools import date_utils

from ..kernel.savings_interest import final_tax


class KoperasiSavingsCredit(models.AbstractModel):
    """Interest credited to accounts, with its final tax: the lines of runs and of contracts that pay interest."""

    _name = "koperasi.savings.credit"
    _description = "Interest Credited to Savings"

    @api.model
    def _lines(self, company, date, credits, label, expense_account):
        """Each credit and its tax, and one counterpart of each per unit for all (docs/domain.md 2.8).

        :param date: day of the credits; tax is over all that a holder was credited in its month, these included
        :param credits: [(account credited, money units > 0, product that bears the cost, more values of its lines)]
        :param label: what the paper says
        :param expense_account: debited with the interest
        :return: lines of the posting
        """
        holders = self.env["koperasi.savings.account"].union(*(account for account, *_rest in credits)).partner_id
        earned, withheld = self._interest_of_month(company, holders, date)
        rate = company._koperasi_percent("koperasi_interest_tax_percent")
        threshold = company._to_units(company.koperasi_interest_tax_threshold)
        lines, interest, taxes = [], defaultdict(int), defaultdict(int)
        for account, units, product, values in credits:
            holder = account.partner_id.id
            earned[holder] += units
            tax = min(final_tax(earned[holder], threshold, rate, withheld[holder]), units)
            withheld[holder] += tax
            lines.append({**account._line("interest", company._from_units(units), label), **values})
            if tax:
                lines.append({**account._line("tax", company._from_units(-tax), label), **values})
            interest[product.unit_id] += units
            taxes[account.product_id.unit_id] += tax
        for component, totals, sign, counterpart in (
            ("interest", interest, -1, expense_account),
            ("tax", taxes, 1, company._koperasi_setting("koperasi_interest_tax_account_id")),
        ):
            lines += [
                {
                    "component": component,
                    "amount": company._from_units(sign * units),
                    "account_id": counterpart.id,
                    "unit_id": unit.id,
                    "name": label,
                }
                for unit, units in totals.items()
                if units
            ]
        return lines

    @api.model
    def _interest_of_month(self, company, holders, date):
        """Interest and tax of each holder in the month of `date` so far, over all her products (docs/domain.md 2.8).

        What was taken back never was: a run done again counts once.

        :return: ({partner id: interest}, {partner id: tax withheld}), in money units
        """
        earned, withheld = defaultdict(int), defaultdict(int)
        for partner, component, amount in self.env["koperasi.transaction.line"]._read_group(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", holders.ids),
                ("savings_id", "!=", False),
                ("loan_id", "=", False),
                ("component", "in", ("interest", "tax")),
                ("transaction_id.reversal_of_id", "=", False),
                ("transaction_id.is_reversed", "=", False),
                ("date", ">=", date_utils.start_of(date, "month")),
                ("date", "<=", date_utils.end_of(date, "month")),
            ],
            ["partner_id", "component"],
            ["amount:sum"],
        ):
            if component == "interest":
                earned[partner.id] += company._to_units(amount)
            else:
                withheld[partner.id] -= company._to_units(amount)
        for member, kind, amount in (
            self.env["koperasi.opening.figure"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "=", company.id),
                    ("member_id.partner_id", "in", holders.ids),
                    ("kind", "in", ("interest", "tax")),
                    ("date", ">=", date_utils.start_of(date, "month")),
                    ("date", "<=", date_utils.end_of(date, "month")),
                ],
                ["member_id", "kind"],
                ["amount:sum"],
            )
        ):
            month = earned if kind == "interest" else withheld
            month[member.partner_id.id] += company._to_units(amount)
        return earned, withheld
