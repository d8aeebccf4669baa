from collections import Counter, defaultdict
from dataclasses import dataclass, field

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..kernel.opening import month_ends, paid_rows
from .koperasi_member import MEMBER_STATES
from .spreadsheet import Column, Fault, Sheet

MEMBERS, LOANS, TERMS, BALANCES = "members", "loans", "terms", "balances"


@dataclass
class Found:
    """What a file says. Rows are dicts of its columns with records in place of texts, and amounts in money units."""

    members: list = field(default_factory=list)
    loans: list = field(default_factory=list)
    terms: list = field(default_factory=list)
    balances: list = field(default_factory=list)
    faults: list = field(default_factory=list)

    def details(self):
        """:return: {control account: money units, a debit positive}"""
        sums = defaultdict(int)
        for row in self.members:
            for product, units in row["savings"].items():
                sums[product.account_id] -= units
        for row in self.loans:
            sums[row["product"].account_id] += row["outstanding"]
        for row in self.terms:
            sums[row["product"].account_id] -= row["held"]
        return sums

    def comparison(self):
        """:return: [(account, old balance, sum of the details)], each on the side where the account belongs"""
        details, old = self.details(), {row["account"]: row["debit"] - row["credit"] for row in self.balances}
        rows = []
        for account in {**old, **details}:
            sign = 1 if account.internal_group in ("asset", "expense") else -1
            detail = details.get(account, 0) if account.koperasi_control else old[account]
            rows.append((account, sign * old.get(account, 0), sign * detail))
        return sorted(rows, key=lambda row: row[0].code or "")


class KoperasiOpeningReader(models.AbstractModel):
    """The file of opening balances: the template, and what is wrong in a filled-in one (docs/architecture.md 2.1)."""

    _name = "koperasi.opening.reader"
    _description = "File of Opening Balances"

    # === THE TEMPLATE === #

    @api.model
    def _template(self, opening):
        return self.env["koperasi.spreadsheet"]._write(self._sheets(opening, filled=True), self._guide(opening))

    def _guide(self, opening):
        day = format_date(self.env, opening.date)
        return (
            self.env._("Opening balances at the end of %s", day),
            self.env._(
                "1. Members: one row for each, with what her book says at the end of that day. Leave empty what is 0."
            ),
            self.env._(
                "2. Mandatory savings: write up to which month they are paid, for example 10/2026. Dues of later "
                "months are still to be paid."
            ),
            self.env._(
                "3. Balances at the ends of earlier months are the savings that count for the SHU, usually share "
                "capital and mandatory savings. Left empty, her savings count from %s on.",
                day,
            ),
            self.env._(
                "4. Loans: running ones only, with the terms of the day they were paid out. The schedule is made "
                "again from these, and the oldest installments are marked as paid."
            ),
            self.env._(
                "5. Term deposits: those that are not cashed out, with the terms of the day they began. Interest goes "
                "on from the next pay day."
            ),
            self.env._(
                "6. Old balance sheet: every account with its balance, debit or credit. Cash as counted. Savings and "
                "loans too: they are compared with the other sheets."
            ),
            self.env._(
                "7. In the middle of a year, also income and expenses so far. After a closed year, its undivided SHU."
            ),
            self.env._(
                "The grey row is an example: leave it. Add rows at the end, and leave the first, hidden row alone."
            ),
        )

    def _sheets(self, opening, filled=False):
        """:param filled: with the members and accounts that there are"""
        company = opening.company_id.sudo()
        members = company.env["koperasi.member"].search(self._member_domain(company)) if filled else ()
        accounts = self._accounts(company) if filled else ()
        return (
            Sheet(
                MEMBERS,
                self.env._("Members"),
                self._member_columns(opening),
                tuple({"number": member.number, "name": member.name} for member in members),
            ),
            Sheet(LOANS, self.env._("Loans"), self._loan_columns(opening)),
            *self._term_sheets(opening),
            Sheet(
                BALANCES,
                self.env._("Old Balance Sheet"),
                self._balance_columns(opening),
                tuple({"code": account.code, "name": account.name} for account in accounts),
            ),
        )

    def _member_columns(self, opening):
        examples = {"pokok": 100000, "wajib": 460000, "sukarela": 150000}
        columns = [
            Column("number", self.env._("Member Number"), required=True, example="RW05-0001"),
            Column("name", self.env._("Name"), example="Siti Aminah"),
        ]
        for product in self._products(opening.company_id):
            label = f"{product.name} ({product.code})"
            columns.append(
                Column(f"savings_{product.id}", label, "amount", example=examples.get(product.savings_class, ""))
            )
        columns += [
            Column(
                "paid_until", self.env._("Mandatory Savings Paid Up To"), "month", example=format(opening.date, "%m/%Y")
            ),
            Column("loan_interest", self.env._("Service Fee Paid This Year"), "amount", example=60000),
            Column("interest", self.env._("Interest on Savings This Month"), "amount"),
            Column("tax", self.env._("Tax on It Withheld"), "amount"),
        ]
        for end, _days in month_ends(opening.date):
            month = format_date(self.env, end, date_format="MMM yyyy")
            columns.append(Column(f"end_{end.month}", self.env._("Savings for the SHU, End of %s", month), "amount"))
        return tuple(columns)

    def _loan_columns(self, opening):
        products = self._loan_products(opening.company_id)
        return (
            Column("number", self.env._("Member Number"), required=True, example="RW05-0001"),
            Column("name", self.env._("Name"), example="Siti Aminah"),
            Column("old_number", self.env._("Number in the Old Books"), example="17/2026"),
            Column(
                "product",
                self.env._("Loan Product"),
                required=True,
                example=products[:1].name,
                choices=tuple(products.mapped("name")),
            ),
            Column("amount", self.env._("Amount Lent"), "amount", required=True, example=1000000),
            Column("disbursed", self.env._("Paid Out On"), "date", required=True, example="10/06/2026"),
            Column("periods", self.env._("Number of Installments"), "integer", required=True, example=10),
            Column("first_due", self.env._("First Installment Due"), "date", required=True, example="10/07/2026"),
            Column("paid_count", self.env._("Installments Paid"), "integer", required=True, example=4),
            Column("outstanding", self.env._("Principal Left"), "amount", required=True, example=600000),
            Column("interest_paid", self.env._("Service Fee Paid (empty: of these installments)"), "amount"),
            Column("installment", self.env._("Amount of One Installment (to compare)"), "amount", example=110000),
        )

    def _balance_columns(self, opening):
        units = self._units(opening.company_id)
        return (
            Column("code", self.env._("Account"), required=True, example="11010000"),
            Column("name", self.env._("Name of the Account"), example="Kas"),
            Column("debit", self.env._("Debit"), "amount", example=1820000),
            Column("credit", self.env._("Credit"), "amount"),
            Column("unit", self.env._("Business Unit (empty: the usual one)"), choices=tuple(units.mapped("name"))),
        )

    # === WHAT A COOPERATIVE HAS === #

    @api.model
    def _products(self, company):
        """The savings that a member has one account of: a column each."""
        return (
            self.env["koperasi.savings.product"]
            .sudo()
            .search([("company_id", "=", company.id), ("savings_class", "!=", "berjangka")])
        )

    def _loan_products(self, company):
        return (
            self.env["koperasi.loan.product"]
            .sudo()
            .with_context(active_test=False)
            .search([("company_id", "=", company.id)])
        )

    def _units(self, company):
        return (
            self.env["account.analytic.account"]
            .sudo()
            .search(company._domain_koperasi_unit() + [("company_id", "=", company.id)])
        )

    def _accounts(self, company):
        return (
            self.env["account.account"]
            .sudo()
            .with_company(company)
            .search(
                [
                    ("company_ids", "in", company.ids),
                    ("account_type", "not in", ("off_balance", "equity_unaffected")),
                ]
            )
            .sorted("code")
        )

    def _member_domain(self, company):
        return [("company_id", "=", company.id), ("state", "in", MEMBER_STATES)]

    # === READING === #

    @api.model
    def _read(self, opening):
        """:return: Found; where it has faults, its rows may be incomplete"""
        opening = opening.sudo()
        reader = self.sudo().with_company(opening.company_id)
        sheets = reader._sheets(opening)
        rows, faults = self.env["koperasi.spreadsheet"]._read(opening._content(), sheets, opening.company_id)
        found = Found(faults=faults)
        unreadable = {(fault.sheet, fault.row, fault.column) for fault in faults}
        members = {
            member.number: member
            for member in reader.env["koperasi.member"].search([("company_id", "=", opening.company_id.id)])
        }
        for sheet, check in (
            (MEMBERS, reader._check_member),
            (LOANS, reader._check_loan),
            (TERMS, reader._check_term),
            (BALANCES, reader._check_balance),
        ):
            known = reader._known(opening, sheet, members)
            for row in rows.get(sheet, ()):
                problems = []
                check(opening, row, known, problems)
                found.faults += [
                    Fault(sheet, row["row"], column, text)
                    for column, text in problems
                    if (sheet, row["row"], column) not in unreadable
                ]
        found.members = [row for row in rows[MEMBERS] if row.get("member") and reader._says_something(row)]
        found.loans = [row for row in rows[LOANS] if row.get("parts")]
        found.terms = [row for row in rows.get(TERMS, ()) if row.get("held")]
        found.balances = [row for row in rows[BALANCES] if row.get("account") and row["debit"] != row["credit"]]
        order = [sheet.name for sheet in sheets]
        found.faults.sort(key=lambda fault: (order.index(fault.sheet), fault.row))
        return found

    def _says_something(self, row):
        return any(row["savings"].values()) or row["figures"] or row["paid_until"]

    def _known(self, opening, sheet, members):
        """What the rows of a sheet are looked up in."""
        company = opening.company_id
        if sheet == MEMBERS:
            return {"members": members, "products": self._products(company), "seen": Counter()}
        if sheet == LOANS:
            return {"members": members, "products": self._loan_products(company)}
        if sheet == TERMS:
            return self._known_terms(company, members)
        return {
            "accounts": {account.code: account for account in self._accounts(company)},
            "units": {unit.name: unit for unit in self._units(company)},
            "seen": Counter(),
        }

    def _find_member(self, row, members, problems):
        member = members.get(row["number"])
        if row["number"] and not member:
            problems.append(("number", self.env._("No member has the number %s.", row["number"])))
        elif member and row["name"] and row["name"].casefold() != member.name.casefold():
            problems.append(
                ("name", self.env._("%(number)s is %(name)s. Did rows slip?", number=member.number, name=member.name))
            )
        elif member and member.state not in MEMBER_STATES:
            problems.append(("number", self.env._("%s is no longer a member.", member.display_name)))
        return member

    def _check_member(self, opening, row, known, problems):
        row["member"] = member = self._find_member(row, known["members"], problems)
        row["savings"] = {product: row[f"savings_{product.id}"] or 0 for product in known["products"]}
        row["figures"] = self._figures(opening, row)
        known["seen"][row["number"]] += 1
        if row["number"] and known["seen"][row["number"]] > 1:
            problems.append(("number", self.env._("%s stands twice.", row["number"])))
        if any(units and product.savings_class == "wajib" for product, units in row["savings"].items()):
            if not row["paid_until"]:
                problems.append(("paid_until", self.env._("Write up to which month the mandatory savings are paid.")))
        if (row["tax"] or 0) > (row["interest"] or 0):
            problems.append(("tax", self.env._("The tax is more than the interest.")))
        if member and self._says_something(row) and member.date_joined > opening.date:
            problems.append(
                (
                    "number",
                    self.env._(
                        "%(member)s joined on %(date)s, after the opening balances. Correct that date, or leave her "
                        "out.",
                        member=member.display_name,
                        date=format_date(self.env, member.date_joined),
                    ),
                )
            )

    def _figures(self, opening, row):
        """:return: [(kind, date, days, money units)]"""
        figures = [(kind, opening.date, 0, row[kind]) for kind in ("loan_interest", "interest", "tax") if row.get(kind)]
        return figures + [
            ("balance", end, days, row[f"end_{end.month}"])
            for end, days in month_ends(opening.date)
            if row.get(f"end_{end.month}")
        ]

    def _check_loan(self, opening, row, known, problems):
        row["member"] = self._find_member(row, known["members"], problems)
        row["product"] = product = known["products"].filtered(lambda product: product.name == row["product"])[:1]
        company, required = opening.company_id, ("amount", "disbursed", "periods", "first_due", "outstanding")
        if not product:
            names = ", ".join(known["products"].mapped("name"))
            problems.append(("product", self.env._("Not a loan product of this cooperative. There are: %s.", names)))
        if not product or any(row[name] is None for name in (*required, "paid_count")):
            return
        least, most = (company._to_units(product[f"{side}_amount"]) for side in ("minimum", "maximum"))
        if row["amount"] < max(least, 1) or (most and row["amount"] > most):
            problems.append(("amount", self.env._("%s does not lend this amount: see its limits.", product.name)))
        if row["disbursed"] > opening.date:
            problems.append(("disbursed", self.env._("Paid out after the opening balances: record it here instead.")))
        if row["first_due"] <= row["disbursed"]:
            problems.append(("first_due", self.env._("The first installment is due after the disbursement.")))
        if not 0 < row["outstanding"] <= row["amount"]:
            problems.append(("outstanding", self.env._("Principal left lies between 1 and the amount lent.")))
        if not problems:
            self._check_schedule(opening, row, problems)

    def _check_schedule(self, opening, row, problems):
        """The original schedule, compared with what the old books say was paid of it."""
        company = opening.company_id
        amount = company._from_units(row["amount"])
        try:
            rows = row["product"]._schedule(amount, row["periods"], row["first_due"])
        except UserError as error:
            problems.append(("periods", str(error)))
            return
        paid = rows[: row["paid_count"]]
        interest = sum(part.interest for part in paid) if row["interest_paid"] is None else row["interest_paid"]
        first = rows[0].principal + rows[0].interest
        if row["paid_count"] >= len(rows):
            problems.append(("paid_count", self.env._("All installments are paid: this loan is over.")))
        elif row["installment"] and row["installment"] != first:
            problems.append(
                (
                    "installment",
                    self.env._(
                        "By these terms an installment is %s. Check product, amount and number of installments.",
                        company._koperasi_format(first),
                    ),
                )
            )
        elif row["amount"] - row["outstanding"] < sum(part.principal for part in paid):
            problems.append(
                (
                    "outstanding",
                    self.env._(
                        "After %(count)s installments at most %(left)s is left.",
                        count=row["paid_count"],
                        left=company._koperasi_format(row["amount"] - sum(part.principal for part in paid)),
                    ),
                )
            )
        elif interest > sum(part.interest for part in rows):
            problems.append(("interest_paid", self.env._("More than the service fee of the whole loan.")))
        else:
            row["parts"] = list(zip(rows, paid_rows(rows, row["amount"] - row["outstanding"], interest)))

    def _check_balance(self, opening, row, known, problems):
        row["debit"], row["credit"] = row["debit"] or 0, row["credit"] or 0
        row["account"] = account = known["accounts"].get(row["code"])
        known["seen"][row["code"]] += 1
        if row["code"] and not account:
            problems.append(("code", self.env._("There is no account %s to open a balance on.", row["code"])))
        if row["code"] and known["seen"][row["code"]] > 1:
            problems.append(("code", self.env._("%s stands twice.", row["code"])))
        if row["debit"] and row["credit"]:
            problems.append(("credit", self.env._("Debit or credit, not both.")))
        if row["unit"] and row["unit"] not in known["units"]:
            names = ", ".join(known["units"])
            problems.append(("unit", self.env._("Not a business unit. There are: %s.", names)))
        company = opening.company_id
        row["unit"] = known["units"].get(row["unit"]) or company._koperasi_setting(
            f"koperasi_{'savings' if company.koperasi_has_savings_unit else 'general'}_unit_id"
        )

    # === FAULTS SHOWN === #

    def _marked(self, opening, content, faults):
        return self.env["koperasi.spreadsheet"]._mark(content, faults)

    def _fault_rows(self, opening, content, faults):
        titles = {sheet.name: sheet.title for sheet in self._sheets(opening)}
        cells = self.env["koperasi.spreadsheet"]._cells(content, faults)
        return [
            {"sheet": titles[fault.sheet], "cell": cell, "reason": fault.text} for fault, cell in zip(faults, cells)
        ]

    # === LINES FOR THE LEDGER === #

    def _member_lines(self, opening, rows):
        """Make of these members what the old books say, and return the lines of their savings."""
        company = opening.company_id
        members = self.env["koperasi.member"].union(*(row["member"] for row in rows))
        for member in members.filtered(lambda member: member.state == "candidate" and not member.approved_on):
            member._set(approved_by_id=opening.run_ids[:1].requested_by_id.id, approved_on=opening.date)
        accounts = self._open_accounts(opening, rows)
        lines, figures = [], []
        for row in rows:
            for product, units in row["savings"].items():
                account = accounts.get((product, row["member"]))
                if product.savings_class == "wajib" and row["paid_until"]:
                    account._set(dues_opening_month=row["paid_until"])
                if units:
                    lines.append(account._line("opening", company._from_units(units), opening.display_name))
            figures += [
                {
                    "opening_id": opening.id,
                    "member_id": row["member"].id,
                    "kind": kind,
                    "date": day,
                    "days": days,
                    "amount": company._from_units(units),
                }
                for kind, day, days, units in row["figures"]
            ]
        self.env["koperasi.opening.figure"].create(figures)
        return lines

    def _open_accounts(self, opening, rows):
        """:return: {(product, member): her open account}, opened where she has none and needs one"""
        accounts = self.env["koperasi.savings.account"]
        known = {
            (account.product_id, account.member_id): account
            for account in accounts.search(
                [
                    ("company_id", "=", opening.company_id.id),
                    ("state", "=", "open"),
                    ("member_id", "in", [row["member"].id for row in rows]),
                ]
            )
        }
        missing = [
            (product, row["member"])
            for row in rows
            for product, units in row["savings"].items()
            if (units or (product.savings_class == "wajib" and row["paid_until"]))
            and (product, row["member"]) not in known
        ]
        made = accounts.create(
            [
                {"product_id": product.id, "member_id": member.id, "date_opened": opening.date}
                for product, member in missing
            ]
        )
        return {**known, **dict(zip(missing, made))}

    def _loan_lines(self, opening, rows):
        """The running loans with their original schedules, and the lines of the principal that is left."""
        company, approver = opening.company_id, opening.run_ids[:1].requested_by_id
        loans = self.env["koperasi.loan"].create(
            [
                {
                    "member_id": row["member"].id,
                    "product_id": row["product"].id,
                    "amount": company._from_units(row["amount"]),
                    "periods": row["periods"],
                    "date_applied": row["disbursed"],
                    "old_number": row["old_number"],
                }
                for row in rows
            ]
        )
        installments, lines = [], []
        for loan, row in zip(loans, rows):
            loan._set(
                state="approved",
                approved_by_id=approver.id,
                approved_on=row["disbursed"],
                date_disbursed=row["disbursed"],
                disbursed_by_id=approver.id,
            )
            installments += [
                {
                    "loan_id": loan.id,
                    "number": part.number,
                    "due_date": part.due_date,
                    "principal": company._from_units(part.principal),
                    "interest": company._from_units(part.interest),
                    "balance": company._from_units(part.balance),
                    "opening_principal": company._from_units(principal),
                    "opening_interest": company._from_units(interest),
                }
                for part, (principal, interest) in row["parts"]
            ]
            # "principal", as everything that is owed on a loan; what was paid before stands on the installments
            lines.append(loan._line("principal", -row["outstanding"]))
        self.env["koperasi.loan.installment"]._append(installments)
        return lines

    def _balance_lines(self, opening, rows):
        """The accounts whose detail is not in the other sheets."""
        company = opening.company_id
        return [
            {
                "account_id": row["account"].id,
                "unit_id": row["unit"].id,
                "component": "opening",
                "amount": company._from_units(row["credit"] - row["debit"]),
                "name": opening.display_name,
            }
            for row in rows
            if not row["account"].koperasi_control
        ]
