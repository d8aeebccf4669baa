from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..kernel import term as kernel
from .koperasi_run import DAILY_KINDS

DAILY_KINDS.add("term")


class KoperasiRun(models.Model):
    """Two kinds for term deposits: what falls due on a day, and what the books owe at a month's end."""

    _inherit = "koperasi.run"

    kind = fields.Selection(
        selection_add=[("term", "Interest and Maturities"), ("term_accrual", "Accrued Term Interest")],
        ondelete={"term": "cascade", "term_accrual": "cascade"},
    )

    def _settings(self):
        if self.kind == "term":
            return ("koperasi_term_interest_account_id", "koperasi_interest_tax_account_id")
        if self.kind == "term_accrual":
            return ("koperasi_term_interest_account_id", "koperasi_interest_accrued_account_id")
        return super()._settings()

    def _account_domain(self):
        if self.kind not in ("term", "term_accrual"):
            return super()._account_domain()
        terms = self.env["koperasi.savings.term"]._search(self._term_domain())
        return [("id", "in", terms.subselect("savings_id"))]

    def _term_domain(self):
        domain = [("company_id", "=", self.company_id.id), ("state", "=", "active"), ("date_start", "<=", self.date_to)]
        return domain + ([("product_id", "=", self.product_id.id)] if self.product_id else [])

    def _terms(self, accounts):
        return self.env["koperasi.savings.term"].search([*self._term_domain(), ("savings_id", "in", accounts.ids)])

    def _term_lines(self, accounts):
        """Interest that has fallen due, and what matures: paid out or rolled over."""
        terms = self._terms(accounts)
        paid, held = terms._interest_paid_units(), terms._held_units()
        credits = []
        for term in terms:
            due = kernel.payable(term._kernel(), self.date_to) - paid[term]
            stays = term.payment == "capitalised" or (term._is_mature(self.date_to) and term.rollover == "all")
            if due > 0:
                account = term.savings_id if stays else term.target_id
                credits.append((account, due, term.product_id, {"term_id": term.id}))
        expense = self.company_id._koperasi_setting("koperasi_term_interest_account_id")
        lines = accounts._credit_lines(self.company_id, self.date_to, credits, self.display_name, expense)
        kept = defaultdict(int)  # interest less tax that stays in the deposit
        for line in lines:
            kept[line.get("term_id"), line.get("savings_id")] += self.company_id._to_units(line["amount"])
        for term in terms.filtered(lambda term: term._is_mature(self.date_to)):
            lines += term._maturity_lines(held[term] + kept[term.id, term.savings_id.id])
        return lines, {}

    def _term_accrual_lines(self, accounts):
        """What each deposit has earned and was not paid; holder by holder, so that the sum explains itself."""
        company, product = self.company_id, self.product_id
        terms = self._terms(accounts)
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

    def _check_can_start(self):
        result = super()._check_can_start()
        if self.kind == "term_accrual":
            self._check_day_after()
        return result

    def _check_day_after(self):
        """The accrual is taken back on the day after, so that interest is paid as always: that day must have come."""
        following = fields.Date.add(self.date_to, days=1)
        if following > fields.Date.context_today(self):
            raise UserError(self.env._("%s has not ended yet.", self.display_name))
        self.company_id._koperasi_check_open(following)

    def _post_lines(self, lines):
        result = super()._post_lines(lines)
        if self.kind == "term_accrual":
            self.env["koperasi.posting"]._post(
                self.company_id,
                fields.Date.add(self.date_to, days=1),
                [{**line, "amount": -line["amount"]} for line in lines],
                run=self,
                origin=self,
                label=self.env._("%s taken back", self.display_name),
            )
        return result


class ResCompany(models.Model):
    _inherit = "res.company"

    def _koperasi_closing_obstacles(self, until):
        """Interest that term deposits have earned by `until` stands in the books."""
        obstacles = super()._koperasi_closing_obstacles(until)
        terms = self.env["koperasi.savings.term"].search(
            [("company_id", "=", self.id), ("state", "=", "active"), ("date_start", "<=", until)]
        )
        runs = self.env["koperasi.run"].search(
            [
                ("company_id", "=", self.id),
                ("kind", "=", "term_accrual"),
                ("state", "=", "done"),
                ("date_to", "=", until),
            ]
        )
        for product, own in terms.grouped("product_id").items():
            if product not in runs.product_id and any(own._accrued_units(until).values()):
                obstacles.append(
                    self.env._(
                        "%(product)s: the interest earned up to %(date)s is not accrued. Savings, Interest and Maturities, "
                        "New: Accrued Term Interest.",
                        product=product.name,
                        date=format_date(self.env, until),
                    )
                )
        return obstacles
