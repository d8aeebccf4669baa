from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError

from ..kernel import term as kernel


class KoperasiRunTerm(models.AbstractModel):
    """Two kinds of run for term deposits: what falls due on a day, and what the books owe at a month's end."""

    _name = "koperasi.run.term"
    _description = "Runs of Term Deposits"

    def _term_domain(self):
        return self._accounts_of([("company_id", "=", self.company_id.id), ("state", "=", "active")])

    def _term_accrual_domain(self):
        return self._accounts_of([("product_id", "=", self.product_id.id)])

    def _accounts_of(self, domain):
        terms = self.env["koperasi.savings.term"]._search([*domain, ("date_start", "<=", self.date_to)])
        return [("id", "in", terms.subselect("savings_id"))]

    def _term_lines(self, accounts):
        """Interest that has fallen due, and what matures: paid out or rolled over."""
        terms = self.env["koperasi.savings.term"].search(
            [("savings_id", "in", accounts.ids), ("state", "=", "active"), ("date_start", "<=", self.date_to)]
        )
        paid, held = terms._interest_paid_units(), terms._held_units()
        credits = []
        for term in terms:
            due = kernel.payable(term._kernel(), self.date_to) - paid[term]
            stays = term.payment == "capitalised" or (term._is_mature(self.date_to) and term.rollover == "all")
            if due > 0:
                account = term.savings_id if stays else term.target_id
                credits.append((account, due, term.product_id, {"term_id": term.id}))
        expense = self.company_id._koperasi_setting("koperasi_term_interest_account_id")
        credit = self.env["koperasi.savings.credit"]
        lines = credit._lines(self.company_id, self.date_to, credits, self.display_name, expense)
        kept = defaultdict(int)  # interest less tax that stays in the deposit
        for line in lines:
            kept[line.get("term_id"), line.get("savings_id")] += self.company_id._to_units(line["amount"])
        for term in terms.filtered(lambda term: term._is_mature(self.date_to)):
            lines += term._maturity_lines(held[term] + kept[term.id, term.savings_id.id])
        return lines, {}

    def _term_accrual_lines(self, accounts):
        """What each deposit has earned and was not paid; holder by holder, so that the sum explains itself."""
        company, product = self.company_id, self.product_id
        terms = self.env["koperasi.savings.term"].search([("savings_id", "in", accounts.ids)])
        accrued = company._koperasi_setting("koperasi_interest_accrued_account_id")
        lines = [
            {
                "partner_id": term.partner_id.id,
                "member_id": term.member_id.id,
                "term_id": term.id,
                "account_id": accrued.id,
                "unit_id": product.unit_id.id,
                "component": "interest",
                "amount": company._from_units(units),
                "name": self.display_name,
            }
            for term, units in terms._accrued_units(self.date_to).items()
            if units > 0
        ]
        if lines:
            lines.append(
                {
                    "account_id": company._koperasi_setting("koperasi_term_interest_account_id").id,
                    "unit_id": product.unit_id.id,
                    "component": "interest",
                    "amount": -sum(line["amount"] for line in lines),
                    "name": self.display_name,
                }
            )
        return lines, {}

    def _check_day_after(self):
        """The accrual is taken back on the day after, so that interest is paid as always: that day must have come."""
        following = fields.Date.add(self.date_to, days=1)
        if following > fields.Date.context_today(self):
            raise UserError(self.env._("%s has not ended yet.", self.display_name))
        self.company_id._koperasi_check_open(following)

    def _post_back(self, lines):
        self.env["koperasi.posting"]._post(
            self.company_id,
            fields.Date.add(self.date_to, days=1),
            [{**line, "amount": -line["amount"]} for line in lines],
            run=self,
            origin=self,
            label=self.env._("%s taken back", self.display_name),
        )
