"""A cooperative of many members in a database of its own, and the yardsticks that the benchmarks share."""

import argparse
import contextlib
import os
import resource
import time
from datetime import date, timedelta

from rpc import database

import odoo.init  # noqa: F401
from odoo import api
from odoo.modules.registry import Registry
from odoo.sql_db import close_db
from odoo.tools import config

TODAY = date.today()
MONTH = (TODAY.replace(day=1) - timedelta(days=1)).replace(day=1)
NAME = f"test_{os.getpid()}"


def memory():
    """Peak memory of this process, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def play(main, doc):
    """Run `main(env, args)` on a copy of the template database, dropped at the end."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", type=int, default=10000, help="a multiple of 1000")
    parser.add_argument("--odoo", type=int, default=1000, metavar="N", help="members for Odoo's own way")
    args = parser.parse_args()
    with database(NAME):
        try:
            config.parse_config(["-c", os.environ["KOPERASI_ODOO_RC"], "-d", NAME, "--no-http"], setup_logging=False)
            with Registry(NAME).cursor() as cr:
                print(f"{'':58} {'count':>7} {'time':>11} {'each':>12} {'':8}{'':>8}         peak memory")
                main(api.Environment(cr, api.SUPERUSER_ID, {"tracking_disable": True, "tz": "Asia/Jakarta"}), args)
        finally:
            close_db(NAME)


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


def join(env, company, count, day):
    """`count` candidates who applied on `day`, each with her number and three accounts, 1,000 at a time."""
    area = env["koperasi.rw"].search([("company_id", "=", company.id)], limit=1)
    with measured(env, "members joining, 1,000 at a time (3 accounts each)", count, "member"):
        for start in range(0, count, 1000):
            people = env["res.partner"].create([{"name": f"Ibu {start + number}"} for number in range(1000)])
            env["koperasi.member"].create(
                [
                    {"partner_id": person.id, "company_id": company.id, "rw_id": area.id, "date_joined": day}
                    for person in people
                ]
            )
            env.cr.commit()
    env.cr.execute("ANALYZE")


def open_session(env, company, day=None):
    """The main cash box, opened for `day` (default: today)."""
    box = env["koperasi.cash.box"].search([("company_id", "=", company.id), ("journal_id.code", "=", "KAS")])
    return env["koperasi.cash.session"].create(
        {"box_id": box.id, "company_id": company.id, **({"date": day} if day else {})}
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


def add_loan(env, member, amount, session):
    """A running loan of `member`, paid out of `session`."""
    product = env["koperasi.loan.product"].search([("company_id", "=", member.company_id.id)], limit=1)
    loan = env["koperasi.loan"].create({"member_id": member.id, "product_id": product.id, "amount": amount})
    loan.action_submit()
    loan.action_approve()
    loan._disburse(session.journal_id, session.date, session=session)
    return loan


def odoos_way(env, company, holders, day=MONTH):
    """One entry per member, created in one batch and posted in one."""
    expense = company.koperasi_interest_expense_account_id.id
    liability = env.ref(f"account.{company.id}_koperasi_2131").id
    unit = {str(company.koperasi_savings_unit_id.id): 100}
    env["account.move"].create(
        [
            {
                "move_type": "entry",
                "journal_id": company.koperasi_run_journal_id.id,
                "date": day,
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


def ratios(ours, odoos, bare, what):
    """Print how `what` compares.

    :param ours, odoos, bare: (seconds, members) of us, of Odoo's own way and of bare SQL
    """
    each, odoo_each, bare_each = (seconds / members for seconds, members in (ours, odoos, bare))
    print(
        f"\nPer member: Odoo's own way (with {odoos[1]:,} members) takes {odoo_each / each:.1f} times {what};\n"
        f"{what} takes {each / bare_each:.0f} times bare inserts of its rows."
    )
