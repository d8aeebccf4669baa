"""A cooperative's year, lived over RPC by its people: what came out, and that it stays so."""

from datetime import date

from life import YEAR
from oracle import Oracle
from rpc import postgres, today

LAST_DAY = date(YEAR, 12, 31)


def test_shares(year):
    """Nothing is typed into the SHU: what the server found is what the hand and the second computation say."""
    scenario, oracle = year.scenario, Oracle(year.scenario)
    assert scenario.surplus == oracle.surplus()
    assert scenario.pools == oracle.pools()
    assert (scenario.capital, scenario.patronage) == (oracle.capital(), oracle.patronage())
    assert (year.figures["surplus_member"], year.figures["surplus_other"]) == scenario.surplus
    assert year.pools == scenario.pools
    assert {name: share["capital_amount"] for name, share in year.shares.items()} == scenario.capital
    assert {name: share["patronage_amount"] for name, share in year.shares.items()} == scenario.patronage


def test_where_they_come_from(year):
    """Service fees, interest, tax and members' balances of the year, each from its own receipts and runs."""
    oracle = Oracle(year.scenario)
    books = {
        code: year.book(LAST_DAY, code) for code in ("4101", "5101", "2131", "4201", "5104", "3101", "3102", "2101")
    }
    assert books == {
        "4101": oracle.income,
        "5101": -oracle.interest,
        "2131": oracle.withheld,
        "4201": oracle.sold,
        "5104": -oracle.bought,
        "3101": year.scenario.shares["pokok"] * len(oracle.members),
        "3102": sum(oracle.capital_savings.values()) - year.scenario.shares["pokok"] * len(oracle.members),
        "2101": sum(oracle.voluntary.values()),
    }
    balances = year.report("accounts", ("balance",), LAST_DAY)
    for name in year.members:
        [balance] = balances.get((year.account(name, "sukarela"),), [0])
        assert balance == oracle.voluntary[name]


def test_closed_year(year):
    """The result is level with the year's own account, and the undistributed SHU is what the members were shown."""
    [unaffected] = year.admin.call(
        "account.account", "search", [("company_ids", "=", year.company), ("account_type", "=", "equity_unaffected")]
    )
    result = ("account_id.internal_group", "in", ("income", "expense"))
    sums = year.trial_balance(LAST_DAY, "|", result, ("account_id", "=", unaffected))
    assert sums[unaffected] == (sum(year.scenario.surplus), 0)
    assert sum(debit - credit for debit, credit in sums.values()) == 0
    shown = sum(year.scenario.surplus)
    assert year.figures["surplus"] == shown
    assert year.undistributed - year.figures["fraction"] == shown
    assert year.book(LAST_DAY, "3302") - year.figures["fraction"] == shown  # as of that day, after it was distributed


def test_statement_of_results(year):
    """The PHU of the closed year shows its figures, at the closing and when all is distributed."""
    results, position = year.statements
    for name, amount in year.scenario.results.items():
        assert results[name] == amount, name
    assert (results["difference"], position["difference"]) == (0, 0)
    assert (position["undistributed"], position["current_year"]) == (sum(year.scenario.surplus), 0)
    for role in ("bendahara", "pengawas"):
        assert [year.statement(role, "results"), year.statement(role, "position")] == year.statements


def test_distributed(year):
    """Reserve and funds have their pools, every member has her share in hand or in her savings, nothing is left."""
    pools, books = year.scenario.pools, year.distributed
    funds = {"cadangan": "3201", "pengurus": "2142", "karyawan": "2143", "pendidikan": "2144", "sosial": "2145"}
    for code, account in {**funds, "wilayah": "2146"}.items():
        assert books[account] == pools["member", code] + pools.get(("other", code), 0)
    assert books["3302"] == year.figures["fraction"] and books["2141"] == 0
    saved = sum(year.shares[name]["amount"] for name in year.scenario.to_savings)
    assert books["2101"] == sum(Oracle(year.scenario).voluntary.values()) + saved
    state = year.read("ketua", "koperasi.shu.period", year.period, "state")
    assert state == "done"


def test_month_ends(year):
    """Ledger = general ledger at every month end while living, and as of each of them asked again afterwards."""
    assert len(year.month_ends) == 12
    for day, then in year.month_ends.items():
        assert not then["faults"]
        assert then["control"] and not any(difference for _ledger, _gl, difference in then["control"].values())
        now = year.reports(day)
        if day == LAST_DAY:  # the closing is dated on it, and is no business with members
            now.pop("books"), then.pop("books")
        assert now == then, day
    books = year.reports(today())
    assert not books["faults"] and not any(row[-1] for row in books["control"].values())


def test_debits_equal_credits(year):
    """Entry by entry, read from the database itself."""
    query = f"""
        SELECT COUNT(*), COUNT(*) FILTER (WHERE debit != credit) FROM (
               SELECT SUM(debit) AS debit, SUM(credit) AS credit FROM account_move_line
                WHERE company_id = {year.company} AND parent_state = 'posted' GROUP BY move_id) entry
    """
    entries, unbalanced = map(int, postgres("psql", "-d", year.server.name, "-Atc", query).split("|"))
    assert entries > 50 and unbalanced == 0
