"""Every report that can be asked for a day: the list that all tests of past reports share.

Without `odoo.tests`, so that tests outside this addon may load it into an Odoo that doesn't test.
"""

from odoo import fields

POSITION = ["outstanding", "arrears", "late_fee", "days_late", "next_due_date", "next_due_amount", "progress"]
DUES = ["dues_arrears", "dues_months_late", "dues_paid_until", "savings_total"]
# report: (what a row is known by, its figures, how many of them must not all be empty for the row to count)
LISTS = {
    "koperasi.collectibility": (
        ["loan_id"],
        ["oldest_due", "days_late", "outstanding", "arrears", "band_id", "collateral", "allowance"],
        None,
    ),
    "koperasi.schedule.report": (
        ["loan_id", "due_date"],
        ["is_late", "principal", "interest", "fee", "total"],
        None,
    ),
    "koperasi.exposure.report": (
        ["member_id"],
        ["loan_count", "outstanding", "own_capital", "share", "limit", "is_related", "is_over"],
        None,
    ),
    "koperasi.balance.report": (["savings_id"], ["balance"], None),
    "koperasi.cash.report": (["account_id"], ["balance", "last_date"], None),
    "koperasi.control.account": (["account_id", "unit_id"], ["ledger_amount", "gl_amount", "difference"], 2),
}


def papers(company, reader, day=None):
    """Every figure of every report.

    :param company: the cooperative, in an environment that may read everything
    :param reader: a supervisor of hers, for the reports that are refused to others
    :param day: as of its end; default: as it stands now
    :return: {(report, row): figures}
    """
    company.env.flush_all()
    company.env.invalidate_all()
    env = company.env(context={**company.env.context, "koperasi_as_of": day and str(day), "active_test": False})
    until, ours, found = day or fields.Date.context_today(company), [("company_id", "=", company.id)], {}
    for model, (key, names, count) in LISTS.items():
        for record in env[model].search(ours):
            values = _values(record, names)
            if any(values[:count]):  # who came later has nothing, or is not there at all
                found[(model, *_values(record, key))] = values
    found.update(_contracts(env, ours, until, day))
    found.update(_books(company, reader, until))
    return found


def _values(record, names):
    return tuple(tuple(record[name].ids) if hasattr(record[name], "ids") else record[name] for name in names)


def _contracts(env, ours, until, day):
    """The lists of members, savings accounts, loans with their schedules, and term deposits."""
    accounts = env["koperasi.savings.account"].search([*ours, ("balance", ">", 0)])
    yield ("accounts", 0), {account.id: account.balance for account in accounts}
    members = env["koperasi.member"].search([*ours, ("date_joined", "<=", until)])
    for member in members:
        yield ("dues", member.id), _values(member, DUES)
    late = members.search([*ours, ("dues_months_late", ">", 0), ("date_joined", "<=", until)])
    yield ("late", 0), sorted(late.ids)
    loans = env["koperasi.loan"].search([*ours, ("date_disbursed", "<=", until)])
    for loan in loans:
        yield ("loan", loan.id), _values(loan, POSITION)
    in_force = [("loan_id", "in", loans.ids), *loans._in_force(day)]
    for row in env["koperasi.loan.installment"].search(in_force, order="loan_id, number"):
        yield ("installment", row.id), _values(row, ["paid_total", "paid_penalty", "penalty", "state"])
    for term in env["koperasi.savings.term"].search([*ours, ("date_start", "<=", until)]):
        yield ("term", term.id), _values(term, ["balance", "interest_paid", "interest_due"])


def _books(company, reader, until):
    """What is printed for a day by its own form: trial balance of the members, their register, allowance, faults."""

    def form(model, **values):
        return company.env[model].with_user(reader).create({"company_id": company.id, **values})

    trial = form("koperasi.member.trial.balance", date_from=until.replace(day=1), date_to=until)
    for section in trial._sections():
        yield ("trial", section["product"].id), (section["totals"], section["rows"])
    for row in form("koperasi.member.register", date=until)._rows():
        yield ("register", row["number"]), row
    yield ("allowance", 0), company._koperasi_allowance_needed(until)
    yield ("faults", 0), company._koperasi_control_faults(until)


def differences(printed, again):
    """:return: [(row, what was printed, what is printed now)], both None where there is no such row"""
    rows = sorted({*printed, *again}, key=str)
    return [(row, printed.get(row), again.get(row)) for row in rows if printed.get(row) != again.get(row)]
