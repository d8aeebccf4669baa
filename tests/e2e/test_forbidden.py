"""Each person tries, over RPC, what she may not do: she is refused with a sentence, and nothing has changed."""

import http.client
import json
import urllib.error
import urllib.request
import xmlrpc.client

import pytest
from life import YEAR
from rpc import Refused, assert_human, today

# ours, and Odoo's on models, fields and records
NOBODY = "may not do this|not allowed to|doesn't have|restrictions|enough rights"
CASH = f"Open the cash session|{NOBODY}"
LEDGER = f"never changed|by the posting|{NOBODY}"


@pytest.fixture(scope="module")
def scene(year):
    """Today: open cash, an application to decide on, a candidate, a correction asked for, a loan of the treasurer's."""
    year.day = today()
    name, other = list(year.members)[:2]
    with year.desk("petugas", "cash_counter"):
        things = {"session": year.session[0], "member": year.members[name], "other": year.members[other]}
        [things["receipt"]] = year.do_visit(other, {"sukarela": 2_000_000})
        year.confirm("petugas", "koperasi.correction.request", transaction_id=things["receipt"], reason="Salah")
    correction = [("transaction_id", "=", things["receipt"])]
    [things["correction"]] = year.call("petugas", "koperasi.correction", "search", correction)
    partner = year.create("petugas", "res.partner", name="Calon", company_id=year.company)
    things["candidate"] = new_member(year, partner)
    things["application"] = year.apply_for_loan(other, 300_000)
    for role in ("ketua", "bendahara"):  # they are members, too, and borrow
        [user] = year.admin.call("res.users", "read", [year.users[year.scenario.people[role]]], ["partner_id"])
        member = new_member(year, user["partner_id"][0])
        year.call("ketua", "koperasi.member", "action_approve", [member])
        year.members[role] = member
        year.do_visit(role, {"pokok": year.scenario.shares["pokok"]})
        things[f"loan_of_{role}"] = year.apply_for_loan(role, 100_000)
    for role in ("ketua", "sekretaris", "pengawas"):  # on an officer's loan all others decide
        year.call(role, "koperasi.loan", "action_approve", [things["loan_of_bendahara"]])
    things["account"] = year.account(other, "sukarela")
    things["share"] = year.shares[name]["id"]
    [things["move"]] = year.call(
        "pengawas", "account.move", "search", [*year.own, ("koperasi_transaction_id", "=", things["receipt"])]
    )
    [things["line"]] = year.call(
        "petugas", "koperasi.transaction.line", "search", [("transaction_id", "=", things["receipt"])]
    )
    holder = year.read("petugas", "koperasi.member", things["member"], "partner_id")[0]
    login, portal = f"warga{year.company}", year.admin.group("base", "group_portal")
    year.admin.people([login], year.company, partner_id=holder, group_ids=[(6, 0, [portal])])
    year.clients["warga"] = year.server.client(login, [year.company], year.scenario.lang)
    return things


def new_member(year, partner):
    return year.create(
        "petugas", "koperasi.member", partner_id=partner, company_id=year.company, rw_id=year.ids["rw_01"]
    )


def state(year, things):
    """What no refused try may change."""
    figures = year.reports(year.day)
    states = {
        (model, names): year.read("petugas", model, things[record], *names)
        for model, record, names in (
            ("koperasi.member", "candidate", ("state", "approved_on")),
            ("koperasi.loan", "application", ("state", "amount")),
            ("koperasi.loan", "loan_of_ketua", ("state", "amount")),
            ("koperasi.loan", "loan_of_bendahara", ("state", "amount")),
            ("koperasi.correction", "correction", ("state", "reason")),
            ("koperasi.cash.session", "session", ("state", "expected_amount")),
            ("koperasi.shu.share", "share", ("amount", "payout")),
        )
    }
    return figures, states


def on(things, model, method, record, *args):
    return model, method, [things[record]], *args


def tries(year, things):
    """(role, what the refusal says, model, method, arguments...); `action_confirm` with what is typed into its form."""
    company = year.company
    cash = {"box_id": year.ids["box_cash_main"], "company_id": company}
    visit = {"member_id": things["member"], "company_id": company}
    deposit = {"savings_id": things["account"], "operation": "deposit", "amount": 1000, "session_id": things["session"]}
    expense = {"purpose_id": year.ids["purpose_honor"], "amount": 1000, "company_id": company}
    person = {"partner_id": year.shop, "company_id": company, "rw_id": year.ids["rw_01"]}
    product = year.ids["product_sukarela"]
    run = {"company_id": company, "product_id": product, "date_from": f"{today().year}-01-01"}
    chair = {"user_id": year.client("petugas").uid, "company_id": company, "role": "ketua"}
    [settings] = year.admin.call("res.company", "read", [company], ["koperasi_memorial_journal_id"])
    journal = settings["koperasi_memorial_journal_id"][0]
    entry = {"move_type": "entry", "company_id": company, "journal_id": journal, "date": str(year.day)}

    def lines(code):
        return [
            (0, 0, {"account_id": year.ids[code], "name": "x", "debit": 1000}),
            (0, 0, {"account_id": year.ids["4301"], "name": "x", "credit": 1000}),
        ]

    # The teller decides nothing, and sees no books.
    yield "petugas", NOBODY, *on(things, "koperasi.loan", "action_approve", "application")
    yield "petugas", NOBODY, *on(things, "koperasi.loan", "action_reject", "application")
    yield "petugas", NOBODY, *on(things, "koperasi.loan", "action_disburse", "loan_of_bendahara")
    yield "petugas", NOBODY, *on(things, "koperasi.member", "action_approve", "candidate")
    yield "petugas", NOBODY, *on(things, "koperasi.correction", "action_approve", "correction")
    for role in ("petugas", "sekretaris", "ketua"):
        yield role, NOBODY, *on(things, "koperasi.member", "read", "member", ["nik"])
    yield "petugas", NOBODY, *on(things, "account.move", "read", "move", ["amount_total"])
    yield "petugas", NOBODY, "koperasi.run", "create", run
    yield "petugas", NOBODY, "koperasi.officer", "create", chair
    yield "petugas", NOBODY, "koperasi.savings.product", "write", [product], {"minimum_balance": 9}
    yield "petugas", NOBODY, "koperasi.savings.rate", "create", {"product_id": product, "rate": 9}
    yield "petugas", NOBODY, "koperasi.shu.period", "action_post", [year.period]
    yield "petugas", "never typed", *on(things, "koperasi.shu.share", "write", "share", {"capital_amount": 10**6})
    yield "petugas", "by its actions only", *on(things, "koperasi.loan", "write", "application", {"state": "approved"})
    yield "petugas", "fixed once", *on(things, "koperasi.loan", "write", "application", {"amount": 1})
    yield "petugas", "by its action only", *on(things, "koperasi.member", "write", "candidate", {"state": "active"})
    # Nobody writes in the ledger, or calls what is private.
    for role in ("petugas", "bendahara", "ketua", "pengawas"):
        yield role, LEDGER, *on(things, "koperasi.transaction.line", "write", "line", {"amount": 1})
        yield role, LEDGER, *on(things, "koperasi.transaction", "unlink", "receipt")
        yield role, LEDGER, "koperasi.transaction", "create", {"company_id": company, "amount": 1}
        yield role, "rivate", "koperasi.posting", "_post", company, str(year.day), []
        yield role, "rivate", *on(things, "koperasi.loan", "_set", "application")
    # The treasurer decides alone on no loan, disburses none of her own, and keeps to the books' rules.
    yield "bendahara", NOBODY, *on(things, "koperasi.loan", "action_approve", "application")
    yield "petugas", NOBODY, *on(things, "koperasi.loan", "action_approve", "loan_of_ketua")
    yield "bendahara", "her own loan", *on(things, "koperasi.loan", "action_disburse", "loan_of_bendahara")
    yield "bendahara", NOBODY, *on(things, "koperasi.member", "action_approve", "candidate")
    yield "bendahara", NOBODY, "koperasi.loan.product", "write", [year.ids["loan_product_warga"]], {"rate": 1}
    yield "bendahara", NOBODY, "koperasi.shu.policy", "write", [year.ids["shu_policy"]], {"name": "x"}
    yield "bendahara", NOBODY, "res.company", "write", [company], {"koperasi_self_approval": True}
    yield "bendahara", "is the entry of|never changed", *on(things, "account.move", "button_draft", "move")
    yield "bendahara", "is the entry of|never changed", *on(things, "account.move", "write", "move", {"ref": "x"})
    yield "bendahara", "member", "account.move", "create", {**entry, "line_ids": lines("2101")}
    yield "bendahara", "closed", "koperasi.cash.session", "create", {**cash, "date": f"{YEAR}-12-31"}
    # The chair touches no money and decides on no loan of her own.
    yield "ketua", "her own loan", *on(things, "koperasi.loan", "action_approve", "loan_of_ketua")
    yield "ketua", NOBODY, *on(things, "koperasi.loan", "action_disburse", "loan_of_bendahara")
    for role in ("ketua", "sekretaris", "pengawas", "pemantau"):
        yield role, NOBODY, "koperasi.cash.session", "create", cash
        yield role, CASH, "koperasi.counter", "action_confirm", visit
        yield role, CASH, "koperasi.savings.operation", "action_confirm", deposit
        yield role, CASH, "koperasi.cash.entry", "action_confirm", expense
        yield role, NOBODY, "account.move", "create", {**entry, "line_ids": lines("5205")}
    yield "ketua", NOBODY, *on(things, "account.move", "read", "move", ["amount_total"])
    # The secretary decides on no money.
    yield "sekretaris", NOBODY, *on(things, "koperasi.loan", "action_approve", "application")
    yield "sekretaris", NOBODY, *on(things, "koperasi.member", "action_approve", "candidate")
    yield "sekretaris", NOBODY, "koperasi.shu.period", "action_to_savings", [year.period]
    # Supervisors read, and write nothing.
    yield "pengawas", NOBODY, "koperasi.member", "create", person
    yield "pengawas", NOBODY, *on(things, "koperasi.member", "write", "member", {"rt": "001"})
    yield "pengawas", NOBODY, *on(things, "koperasi.member", "read", "member", ["nik"])
    yield "pengawas", NOBODY, *on(things, "koperasi.loan", "action_approve", "application")
    yield "pengawas", NOBODY, *on(things, "koperasi.loan", "write", "application", {"decision_note": "x"})
    yield "pengawas", NOBODY, *on(things, "koperasi.correction", "action_approve", "correction")
    yield "pengawas", NOBODY, *on(things, "koperasi.shu.share", "write", "share", {"payout": "savings"})
    yield "pengawas", NOBODY, "koperasi.shu.policy", "write", [year.ids["shu_policy"]], {"name": "x"}
    yield "pemantau", NOBODY, "koperasi.member", "search_read", year.own, ["name"]
    # The kelurahan's monitor sees no name and no balance; a member on the portal nobody else's.
    for role in ("pemantau", "warga"):
        yield role, NOBODY, *on(things, "koperasi.member", "read", "other", ["name"])
        yield role, NOBODY, *on(things, "koperasi.savings.account", "read", "account", ["balance"])
        yield role, NOBODY, *on(things, "koperasi.loan", "read", "application", ["amount"])
        yield role, NOBODY, *on(things, "koperasi.transaction.line", "read", "line", ["amount"])
        yield role, NOBODY, *on(things, "koperasi.shu.share", "read", "share", ["amount"])
        yield role, NOBODY, *on(things, "account.move", "read", "move", ["amount_total"])
        yield role, NOBODY, *on(things, "koperasi.loan", "action_approve", "application")
        yield role, NOBODY, "koperasi.balance.report", "search_read", year.own, ["balance"]
    # Odoo's administrator sets up, and does no business.
    yield "admin", NOBODY, *on(things, "koperasi.loan", "action_approve", "application")
    yield "admin", NOBODY, *on(things, "koperasi.member", "action_approve", "candidate")
    yield "admin", NOBODY, "koperasi.cash.session", "create", cash
    yield "admin", "has transactions", "res.company", "write", [company], {"is_koperasi": False}


def test_each_person(year, scene):
    before, open_doors = state(year, scene), []
    for attempt in tries(year, scene):
        try:
            year.refused(*attempt)
        except AssertionError as error:
            open_doors.append(str(error))
    assert not open_doors, "\n".join(open_doors)
    assert state(year, scene) == before
    own = year.clients["warga"].call("koperasi.member", "search_read", [], ["id"])
    assert [row["id"] for row in own] == [scene["member"]]


def test_two_cooperatives(cooperatives):
    """Maya supervises one cooperative and serves at the counter of the other; both are open in her browser."""
    supervised, served = (cooperative.live() for cooperative in cooperatives)
    maya = supervised.server.client("maya", [supervised.company, served.company])
    books = maya.call("account.move", "search_read", [], ["company_id"])
    assert {row["company_id"][0] for row in books} == {supervised.company}
    control = maya.call("koperasi.control.account", "search_read", [], ["company_id"])
    assert {row["company_id"][0] for row in control} == {supervised.company}
    members = maya.call("koperasi.member", "search_read", [], ["company_id"])
    assert {row["company_id"][0] for row in members} == {supervised.company, served.company}
    [move] = served.call("pengawas", "account.move", "search", served.own, limit=1)
    hers = next(iter(supervised.members.values()))
    partner = supervised.create("sekretaris", "res.partner", name="Calon", company_id=supervised.company)
    newcomer = {"partner_id": partner, "company_id": supervised.company, "rw_id": supervised.ids["rw_01"]}
    cash = {"box_id": supervised.ids["box_cash_main"], "company_id": supervised.company}
    for model, method, *args in (
        ("account.move", "read", [move], ["amount_total"]),
        ("koperasi.member", "create", newcomer),
        ("koperasi.member", "write", [hers], {"rt": "001"}),
        ("koperasi.cash.session", "create", cash),
        ("koperasi.shu.period", "action_review", [served.period]),
    ):
        with pytest.raises(Refused) as refusal:
            maya.call(model, method, *args)
        assert_human([refusal.value])


def test_other_protocols(year):
    """The same people, rights and sentences by XML-RPC and by Odoo's JSON-2."""
    teller = year.client("petugas")
    login = year.scenario.people["petugas"]
    member = next(iter(year.members.values()))
    objects = xmlrpc.client.ServerProxy(f"{teller.url}/xmlrpc/2/object")

    def by_xml(model, method, *args):
        context = {"context": teller.context}
        return objects.execute_kw(year.server.name, teller.uid, login, model, method, list(args), context)

    number = year.read("petugas", "koperasi.member", member, "number")
    assert by_xml("koperasi.member", "read", [member], ["number"])[0]["number"] == number
    with pytest.raises(xmlrpc.client.Fault) as fault:
        by_xml("koperasi.run", "create", {"company_id": year.company, "product_id": year.ids["product_sukarela"]})
    assert_human([Refused("Fault", fault.value.faultString)])

    key = api_key(year, login)

    def by_json(model, method, **arguments):
        request = urllib.request.Request(
            f"{teller.url}/json/2/{model}/{method}",
            json.dumps({"context": teller.context, **arguments}).encode(),
            {"Content-Type": "application/json", "Authorization": f"bearer {key}"},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)

    assert by_json("koperasi.member", "read", ids=[member], fields=["number"])[0]["number"] == number
    with pytest.raises(urllib.error.HTTPError) as error:
        by_json("koperasi.member", "action_approve", ids=[member])
    assert error.value.code == http.client.FORBIDDEN
    assert_human([Refused("HTTPError", json.load(error.value)["message"])])


def api_key(year, login):
    """A key that she makes for herself, after giving her password once more."""
    form = year.create("petugas", "res.users.apikeys.description", name="Test", duration="1")
    action = year.call("petugas", "res.users.apikeys.description", "make_key", [form])
    if action["res_model"] == "res.users.identitycheck":
        action = year.call("petugas", action["res_model"], "run_check", [action["res_id"]], context={"password": login})
    return action["context"]["default_key"]
