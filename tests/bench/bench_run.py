"""What a collective run, a list and a receipt cost, beside Odoo's own way and bare SQL: prints, judges nothing.

All figures of one table are of one run on one machine; compare the ratios, not the seconds.

    ./koperasi bench                       the whole table
    ./koperasi bench -- --members 1000     a quick look
"""

from lxml import etree
from stage import MONTH, add_accounts, cooperative, fund, join, measured, odoos_way, open_session, play, ratios


def new_product(env, company, code):
    return env["koperasi.savings.product"].create(
        {
            "name": f"Tabungan {code}",
            "code": code,
            "savings_class": "special",
            "company_id": company.id,
            "account_id": env.ref(f"account.{company.id}_koperasi_2103").id,
            "interest_rate_ids": [(0, 0, {"valid_from": "2020-01-01", "rate": 6})],
            "unit_id": company.koperasi_savings_unit_id.id,
        }
    )


def new_run(env, product):
    run = env["koperasi.run"].create(
        {
            "company_id": product.company_id.id,
            "product_id": product.id,
            "date_from": MONTH,
        }
    )
    run.action_start()
    return run


def teller(env, company):
    user = env["res.users"].create(
        {"name": "Dewi", "login": "bench", "company_id": company.id, "company_ids": [(6, 0, company.ids)]}
    )
    env["koperasi.officer"].create({"user_id": user.id, "company_id": company.id, "role": "petugas"})
    return user


def list_columns(model):
    """What the web client asks of the list view's rows."""
    arch = etree.fromstring(model.get_views([(False, "list")])["views"]["list"]["arch"])
    names = [node.get("name") for node in arch.iter("field")]
    return {name: {"fields": {"display_name": {}}} if model._fields[name].relational else {} for name in names}


def main(env, args):
    from odoo.addons.koperasi_simpan_pinjam.models import koperasi_run  # findable now

    company = cooperative(env)
    session, today = open_session(env, company, MONTH), open_session(env, company)
    join(env, company, args.members, MONTH)

    print("\nInterest for everybody: calculated, written to the ledger, booked")
    runs = {}
    for count in sorted({1000, args.members, 10 * args.members}):
        product = new_product(env, company, f"B{count // 1000}")
        fund(env, session, add_accounts(env, product, count), 1000000)
        run = new_run(env, product)
        env.cr.commit()
        env.cr.execute("ANALYZE koperasi_transaction_line, koperasi_savings_account")
        with measured(env, f"collective run, chunks of {koperasi_run.CHUNK:,}", count, "account") as figures:
            run._cron_process()
        assert run.state == "done" and run.done_count == count, (run.state, run.failure)
        runs[count] = figures["seconds"]
    holders = env["koperasi.member"].search([("company_id", "=", company.id)], limit=args.odoo).partner_id.ids
    with measured(env, "Odoo's own way: an entry per member, batch create and post", len(holders), "member") as odoos:
        odoos_way(env, company, holders)
    env.cr.rollback()
    env.cr.execute("CREATE TEMP TABLE bare (LIKE koperasi_transaction_line INCLUDING INDEXES)")
    with measured(env, "bare SQL: the ledger's rows copied, with their indexes", args.members, "account") as bare:
        env.cr.execute(
            """
            INSERT INTO bare SELECT l.* FROM koperasi_transaction_line l JOIN koperasi_run r ON r.id = l.run_id
            JOIN koperasi_savings_product p ON p.id = r.product_id WHERE p.code = %s""",
            [f"B{args.members // 1000}"],
        )
    env.cr.rollback()
    ratios(
        (runs[args.members], args.members),
        (odoos["seconds"], len(holders)),
        (bare["seconds"], args.members),
        "a collective run",
    )

    print("\nLists, as the web client asks a teller's: a page of 80 with all columns, and how many there are")
    user = teller(env, company)
    members, accounts = (
        env[model].with_user(user).with_context(allowed_company_ids=company.ids)
        for model in ("koperasi.member", "koperasi.savings.account")
    )
    for label, model, domain, order in (
        ("members", members, [], ""),
        ("members, the largest savings first", members, [], "savings_total desc"),
        ("members in arrears with their dues", members, [("dues_months_late", ">", 0)], ""),
        ("accounts", accounts, [], ""),
        ("accounts, the largest balance first", accounts, [], "balance desc"),
        ("accounts above a balance", accounts, [("balance", ">", 1000000)], ""),
    ):
        columns = list_columns(model)
        with measured(env, label, model.search_count([]), "row"):
            model.web_search_read(domain, columns, limit=80, order=order, count_limit=10001)
    own = [("company_id", "=", company.id)]
    members, accounts = members.with_env(env), accounts.with_env(env)
    with measured(env, "all members with their savings", args.members, "member"):
        members.search_read(own, ["number", "name", "state", "savings_total"])
    with measured(env, "all accounts of one product with their balances", args.members, "account"):
        accounts.search_read(
            [*own, ("product_id.code", "=", f"B{args.members // 1000}")], ["number", "partner_id", "balance"]
        )
    with measured(env, "subsidiary ledger = general ledger", env["koperasi.transaction.line"].search_count([]), "line"):
        assert company._koperasi_control_faults() == []

    print("\nAt the counter")
    account = members.search(own, limit=1).savings_ids.filtered(lambda savings: savings.savings_class == "sukarela")
    account._deposit(10000, today)
    for label, record in (("deposit", account._deposit), ("withdrawal", account._withdraw)):
        with measured(env, f"{label}, receipt and entry", 50, "receipt") as figures:
            for _number in range(50):
                record(100, today)
                env.cr.commit()
        print(f"{'':58} {figures['queries'] / 50:.0f} queries each")


if __name__ == "__main__":
    play(main, __doc__)
