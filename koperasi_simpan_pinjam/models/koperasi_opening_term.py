from collections import Counter

from odoo import models

from ..kernel.opening import interest_paid
from ..kernel.term import Payment, Term
from .exact import share
from .koperasi_opening_reader import TERMS
from .spreadsheet import Column, Sheet

REQUIRED = ("product", "amount", "date_start", "months", "rate", "payment")


class KoperasiOpeningReader(models.AbstractModel):
    """The sheet of term deposits that began in the old books (docs/domain.md 5.4).

    What was paid of their interest follows from the next pay day; from then on they are as if made here.
    """

    _inherit = "koperasi.opening.reader"

    def _term_products(self, company):
        return (
            self.env["koperasi.savings.product"]
            .sudo()
            .search([("company_id", "=", company.id), ("savings_class", "=", "berjangka")])
        )

    def _term_choices(self, name):
        """:return: {label that people choose: stored value}"""
        selection = self.env["koperasi.savings.term"]._fields[name]._description_selection(self.env)
        return {label: value for value, label in selection}

    def _known_choices(self, name):
        """The file may have been made in the language of somebody else than who posts it."""
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        known = self._term_choices(name)
        for language in languages:
            known = {**self.with_context(lang=language)._term_choices(name), **known}
        return known

    def _term_sheets(self, opening):
        """None where the cooperative has no product of term deposits."""
        products = self._term_products(opening.company_id)
        if not products:
            return ()
        payments, rollovers = tuple(self._term_choices("payment")), tuple(self._term_choices("rollover"))
        columns = (
            Column("number", self.env._("Member Number"), required=True, example="RW05-0001"),
            Column("name", self.env._("Name"), example="Siti Aminah"),
            Column("old_number", self.env._("Number of the Certificate"), required=True, example="SB-17"),
            Column(
                "product",
                self.env._("Savings Product"),
                required=True,
                example=products[:1].name,
                choices=tuple(products.mapped("name")),
            ),
            Column("amount", self.env._("Amount"), "amount", required=True, example=10000000),
            Column("date_start", self.env._("Since"), "date", required=True, example="15/05/2026"),
            Column("months", self.env._("Months"), "integer", required=True, example=12),
            Column("rate", self.env._("Interest per Year (%)"), "percent", required=True, example=6),
            Column(
                "payment", self.env._("Interest Is Paid"), required=True, example=payments[0], choices=payments
            ),
            Column("next_pay", self.env._("Next Pay Day (empty: the first one after the opening)"), "date"),
            Column("held", self.env._("Balance with Added Interest (empty: by these terms)"), "amount"),
            Column("rollover", self.env._("At Maturity (empty: cashed out)"), choices=rollovers),
        )
        return (Sheet(TERMS, self.env._("Term Deposits"), columns),)

    def _known_terms(self, company, members):
        return {
            "members": members,
            "product": {product.name: product for product in self._term_products(company)},
            "payment": self._known_choices("payment"),
            "rollover": self._known_choices("rollover"),
            "seen": Counter(),
        }

    def _check_term(self, opening, row, known, problems):
        told, row["held"] = row["held"], None
        row["member"] = member = self._find_member(row, known["members"], problems)
        known["seen"][row["old_number"]] += 1
        if row["old_number"] and known["seen"][row["old_number"]] > 1:
            problems.append(("old_number", self.env._("%s stands twice.", row["old_number"])))
        for name in ("product", "payment", "rollover"):
            label, row[name] = row[name], known[name].get(row[name])
            if label and not row[name]:
                names = ", ".join(known["product"] if name == "product" else self._term_choices(name))
                problems.append((name, self.env._("“%(text)s” is none of: %(names)s.", text=label, names=names)))
        if not member or any(row[name] is None for name in REQUIRED):
            return
        self._check_term_limits(opening, row, problems)
        if not problems:
            self._check_term_interest(opening, row, told, problems)

    def _check_term_limits(self, opening, row, problems):
        company, product = opening.company_id, row["product"]
        least = max(company._to_units(product.minimum_deposit), 1)
        if row["amount"] < least:
            text = self.env._(
                "A deposit on %(account)s is at least %(least)s.",
                account=product.name,
                least=company._koperasi_format(least),
            )
            problems.append(("amount", text))
        if row["date_start"] > opening.date:
            problems.append(("date_start", self.env._("Begun after the opening balances: record it here instead.")))
        if not 1 <= row["months"] <= 600:
            problems.append(("months", self.env._("A term deposit is for 1 to 600 months.")))
        if row["rate"] > 100:
            problems.append(("rate", self.env._("More than 100 % a year: look at the rate again.")))
        row["target"] = row["member"].savings_ids.filtered(
            lambda account: account.savings_class == "sukarela" and account.withdrawable and account.state == "open"
        )[:1]
        if not row["target"]:
            text = self.env._("%s has no account that interest can be paid to.", row["member"].display_name)
            problems.append(("number", text))

    def _check_term_interest(self, opening, row, told, problems):
        """What was paid before, and so what it holds."""
        company, product = opening.company_id, row["product"]
        terms = Term(
            row["amount"],
            share(row["rate"]),
            row["months"],
            row["date_start"],
            Payment(row["payment"]),
            product.term_by_days,
            360 if product.interest_days_in_year == "360" else 365,
        )
        try:
            row["paid"] = interest_paid(terms, row["next_pay"], opening.date)
        except ValueError:
            text = self.env._(
                "Not the next pay day of this deposit: interest is paid each month on day %s, or at maturity.",
                row["date_start"].day,
            )
            problems.append(("next_pay", text))
            return
        most = row["amount"] + (row["paid"] if row["payment"] == "capitalised" else 0)
        if told and not row["amount"] <= told <= most:
            text = self.env._(
                "By these terms it holds %(least)s to %(most)s.",
                least=company._koperasi_format(row["amount"]),
                most=company._koperasi_format(most),
            )
            problems.append(("held", text))
            return
        row["held"] = told or most

    def _term_lines(self, opening, rows):
        """The deposits as they stand, and the lines of what they hold."""
        company = opening.company_id
        terms = self.env["koperasi.savings.term"].create(
            [
                {
                    "product_id": row["product"].id,
                    "member_id": row["member"].id,
                    "amount": company._from_units(row["amount"]),
                    "payment": row["payment"],
                    "rollover": row["rollover"] or "none",
                    "target_id": row["target"].id,
                }
                for row in rows
            ]
        )
        return [
            term._line_opening(
                row["held"],
                date_start=row["date_start"],
                months=row["months"],
                rate=float(row["rate"]),
                opening_interest=company._from_units(row["paid"]),
                old_number=row["old_number"],
            )
            for term, row in zip(terms, rows)
        ]
