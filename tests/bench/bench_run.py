"""What a collective run, a list and a receipt cost, beside Odoo's own way and bare SQL: prints, judges nothing.

All figures of one table are of one run on one machine; compare the ratios, not the seconds.

    ./koperasi bench                       the whole table
    ./koperasi bench -- --members 1000     a quick look
"""

import argparse
import contextlib
import os
import resource
import subprocess
import sys
import time
from datetime import date, timedelta

import odoo.init  # noqa: F401
from odoo import api
from odoo.modules.registry import Registry
from odoo.sql_db import close_db
from odoo.tools import config

TODAY = date.today()
MONTH = (TODAY.replace(day=1) - timedelta(days=1)).replace(day=1)
NAME = f"test_{os.getpid()}"


def postgres(program, *args):
    subprocess.run(
        [
            os.path.join(os.environ["KOPERASI_PG_BIN"], program),
            "-h",
            os.environ["KOPERASI_DB_HOST"],
            "-U",
            os.environ["KOPERASI_DB_USER"],
            *args,
        ],
        check=True,
    )


def memory():
    """Peak memory of this process, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@contextlib.contextmanager
def measured(env, label, count, unit):
    """Print time and queries of what stands in the block; yields a dict that gets `seconds`."""
    env.flush_all()
    env.invalidate_all()
    figures, queries, start = {}, env.cr.sql_log_count, time.monotonic()
    yield figures
    env.flush_all()
    figures["seconds"] = time.monotonic() - start
    figures["queries"] = env.cr.sql_log_count - queries
    print(
        f"{label:58} {count:>7} {figures['seconds']:>9.2f} s {figures['seconds'] * 1000 / count:>9.2f} ms/{unit:8}"
        f"{figures['queries']:>8} queries {memory():>6} MB",
        flush=True,
    )


def cooperative(env):
    company = env["res.company"].create(
        {
            "name": "Koperasi Warga",
            "country_id": env.ref("base.id").id,
            "currency_id": env.ref("base.IDR").id,
        }
    )
    env.user.company_ids |= company
    env["account.chart.template"].try_loading("id", company, install_demo=False)
    company.is_koperasi = True
    return company


def new_product(env, company, code):
    return env["koperasi.savings.product"].create(
        {
            "name": f"Tabungan {code}",
            "code": code,
            "savings_class": "special",
            "company_id": company.id,
            "account_id": env.ref(f"account.{company.id}_koperasi_2103").id,
            "interest_rate": 6,
            "unit_id": company.koperasi_savings_unit_id.id,
        }
    )


def add_accounts(env, product, count):
    """Accounts of `product` for the members in turn, by SQL: they are the stage here, not the play."""
    env.flush_all()
    env.cr.execute(
        """
        INSERT INTO koperasi_savings_account
               (number, product_id, savings_class, member_id, partner_id, company_id, date_opened, state, version)
        SELECT p.code || '-' || i, p.id, p.savings_class, m.id, m.partner_id, p.company_id, %s, 'open', 0
          FROM koperasi_savings_product p, generate_series(1, %s) i
          JOIN (SELECT id, partner_id, row_number() OVER (ORDER BY id) - 1 AS place, COUNT(*) OVER () AS size
                  FROM koperasi_member WHERE company_id = %s) m ON m.place = i %% m.size
         WHERE p.id = %s RETURNING id""",
        [MONTH, count, product.company_id.id, product.id],
    )
    return [row[0] for row in env.cr.fetchall()]


def fund(env, session, account_ids, amount):
    for start in range(0, len(account_ids), 2000):
        accounts = env["koperasi.savings.account"].browse(account_ids[start : start + 2000])
        env["koperasi.posting"]._post(
            session.company_id,
            session.date,
            [account._line("deposit", amount) for account in accounts],
            tenders=[(session.journal_id, amount * len(accounts))],
            session=session,
        )
        env.flush_all()
        env.invalidate_all()


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


def odoos_way(env, company, holders):
    """One entry per member, created in one batch and posted in one."""
    expense = company.koperasi_interest_expense_account_id.id
    liability = env.ref(f"account.{company.id}_koperasi_2131").id
    unit = {str(company.koperasi_savings_unit_id.id): 100}
    env["account.move"].create(
        [
            {
                "move_type": "entry",
                "journal_id": company.koperasi_run_journal_id.id,
                "date": MONTH,
                "company_id": company.id,
                "line_ids": [
                    (0, 0, {"account_id": expense, "name": "Jasa", "debit": 5000, "analytic_distribution": unit}),
                    (
                        0,
                        0,
                        {
                            "account_id": liability,
                            "name": "Jasa",
                            "credit": 5000,
                            "partner_id": holder,
                            "analytic_distribution": unit,
                        },
                    ),
                ],
            }
            for holder in holders
        ]
    )._post(soft=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", type=int, default=10000, help="a multiple of 1000")
    parser.add_argument("--odoo", type=int, default=1000, metavar="N", help="members for Odoo's own way")
    args = parser.parse_args()
    config.parse_config(["-c", os.environ["KOPERASI_ODOO_RC"], "-d", NAME, "--no-http"], setup_logging=False)
    env = api.Environment(Registry(NAME).cursor(), api.SUPERUSER_ID, {"tracking_disable": True, "tz": "Asia/Jakarta"})
    from odoo.addons.koperasi_simpan_pinjam.models import koperasi_run  # findable now

    print(f"{'':58} {'count':>7} {'time':>11} {'each':>12} {'':8}{'':>8}         peak memory")
    company = cooperative(env)
    box = env["koperasi.cash.box"].search([("company_id", "=", company.id), ("journal_id.code", "=", "KAS")])
    session = env["koperasi.cash.session"].create({"box_id": box.id, "company_id": company.id, "date": MONTH})
    today = env["koperasi.cash.session"].create({"box_id": box.id, "company_id": company.id})
    area = env["koperasi.rw"].search([("company_id", "=", company.id)], limit=1)

    with measured(env, "members joining, 1,000 at a time (3 accounts each)", args.members, "member"):
        for start in range(0, args.members, 1000):
            people = env["res.partner"].create([{"name": f"Ibu {start + number}"} for number in range(1000)])
            env["koperasi.member"].create(
                [{"partner_id": person.id, "company_id": company.id, "rw_id": area.id} for person in people]
            )
            env.cr.commit()
    env.cr.execute("ANALYZE")

    print("\nInterest for everybody: calculated, written to the ledger, booked")
    runs = {}
    for count in (1000, args.members, 10 * args.members):
        product = new_product(env, company, f"B{len(runs)}")
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
        env.cr.execute("""
            INSERT INTO bare SELECT l.* FROM koperasi_transaction_line l JOIN koperasi_run r ON r.id = l.run_id
            JOIN koperasi_savings_product p ON p.id = r.product_id WHERE p.code = 'B1'""")
    env.cr.rollback()
    ours = runs[args.members] / args.members
    inserts = bare["seconds"] / args.members
    print(
        f"\nPer member: Odoo's own way takes {odoos['seconds'] / len(holders) / ours:.1f} times a collective run "
        f"(it was measured with {len(holders):,} members, not {args.members:,});\n"
        f"a collective run takes {ours / inserts:.0f} times bare inserts of its ledger rows."
    )

    print("\nLists")
    accounts, members = env["koperasi.savings.account"], env["koperasi.member"]
    own = [("company_id", "=", company.id)]
    with measured(env, "members with their savings, all", args.members, "member"):
        members.search_read(own, ["number", "name", "state", "savings_total"], limit=args.members)
    with measured(env, "members with their savings, a page of 80", 80, "member"):
        members.search_read(own, ["number", "name", "state", "savings_total"], limit=80)
    with measured(env, "accounts with balances, all of one product", args.members, "account"):
        accounts.search_read([*own, ("product_id.code", "=", "B1")], ["number", "partner_id", "balance"])
    with measured(env, "accounts with balances, a page of 80", 80, "account"):
        accounts.search_read(own, ["number", "partner_id", "balance"], limit=80)
    with measured(env, "accounts above a balance, counted", accounts.search_count(own), "account"):
        accounts.search_count([*own, ("balance", ">", 1000000)])
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
    env.cr.close()


if __name__ == "__main__":
    postgres("createdb", "-T", os.environ["KOPERASI_TEMPLATE_DB"], NAME)
    try:
        sys.exit(main())
    finally:
        close_db(NAME)
        postgres("dropdb", "--force", NAME)
