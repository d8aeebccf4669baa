"""A cooperative in a database of its own, people who act on it at the same moment, and a server.

Odoo reads REPEATABLE READ: what a transaction sees is fixed by its first query. A race is therefore only a race when
all had their first query before anyone committed. `World.race` makes it so with a barrier between the two.
"""

import contextlib
import os
import threading
import uuid
from datetime import date, timedelta

import rpc

import odoo.init  # noqa: F401
from odoo import api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service import model as service
from odoo.sql_db import close_db
from odoo.tools import config

REPEAT = int(os.environ.get("KOPERASI_REPEAT", "20"))


@contextlib.contextmanager
def database(name):
    """A copy of the template, which this process also opens itself."""
    with rpc.database(name):
        try:
            yield name
        finally:
            Registry.registries.pop(name, None)
            close_db(name)


def assert_human(errors):
    rpc.assert_human(errors, (UserError, rpc.Refused))


class World:
    """One cooperative: tellers `dewi` and `wati`, treasurer `sri`, chair `ratna`; passwords are the logins.

    Open are Dewi's `counter` today, Sri's `vault` today and, for money that was there before, in the `past`.
    """

    def __init__(self, name, monkeypatch):
        self.name = name
        config.parse_config(["-c", os.environ["KOPERASI_ODOO_RC"], "-d", name, "--no-http"], setup_logging=False)
        # A retry waits up to 16 s, to spare a busy server; here it would only make the tests long.
        monkeypatch.setattr(service.random, "uniform", lambda low, high: 0.01 * high)
        self.registry = Registry(name)
        self.users, self.accounts = {}, []
        with self.env() as env:
            self._build(env)
        self.counter = self.open_session("dewi", "KL1")
        self.past = self.open_session("sri", "KAS", self.last_month())
        self.vault = self.open_session("sri", "KAS")

    def _build(self, env):
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
        company.koperasi_payout_limit = 0
        self.company_id = company.id
        for login, role in (("dewi", "petugas"), ("wati", "petugas"), ("sri", "bendahara"), ("ratna", "ketua")):
            user = env["res.users"].create(
                {
                    "login": login,
                    "password": login,
                    "name": login.title(),
                    "tz": "Asia/Jakarta",
                    "company_id": company.id,
                    "company_ids": [(6, 0, company.ids)],
                }
            )
            env["koperasi.officer"].create(
                {
                    "user_id": user.id,
                    "company_id": company.id,
                    "role": role,
                    "date_from": date(2020, 1, 1),
                }
            )
            self.users[login] = user.id
        self.boxes = {
            box.journal_id.code: box.id for box in env["koperasi.cash.box"].search([("company_id", "=", company.id)])
        }

    # === ONE PERSON AT A TIME === #

    @property
    def context(self):
        return {"allowed_company_ids": [self.company_id], "tz": "Asia/Jakarta", "lang": "en_US"}

    @contextlib.contextmanager
    def env(self, login=None):
        """A transaction of its own, committed at the end; without a login the system's."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, self.users.get(login, api.SUPERUSER_ID), self.context if login else {})

    def do(self, login, call):
        """What `call(env)` returns, run as the RPC layer runs a person's request."""
        [result] = self.race((login, call))
        if isinstance(result, Exception):
            raise result
        return result

    def sql(self, query, *params):
        with self.registry.cursor() as cr:
            cr.execute(query, params)
            return cr.fetchall() if cr.description else cr.rowcount

    # === ALL AT ONCE === #

    def race(self, *calls):
        """Run (login, call) pairs at once. Each transaction's snapshot is taken before any of the calls begins.

        :return: what each returned, or the exception it would have shown to its client
        """
        barrier = threading.Barrier(len(calls), timeout=60)
        results = [None] * len(calls)

        def run(index, login, call):
            attempts = iter([barrier.wait])
            try:
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, self.users.get(login, api.SUPERUSER_ID), self.context)

                    def request():
                        cr.execute("SELECT login FROM res_users WHERE id = %s", [env.uid])
                        next(attempts, lambda: None)()  # only the first attempt waits for the others
                        return call(env)

                    results[index] = service.retrying(request, env)
            except Exception as error:  # pylint: disable=broad-except
                results[index] = error

        threads = [threading.Thread(target=run, args=(index, *call), daemon=True) for index, call in enumerate(calls)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
            assert not thread.is_alive(), "two transactions wait for each other"
        return results

    def rpc(self, model, method, ids, *args):
        """A call that the RPC layer would make of a client's."""
        return lambda env: service.call_kw(env[model], method, [list(ids), *args], {"context": self.context})

    # === WHAT PEOPLE DO === #

    def new_member(self, login="dewi"):
        """:return: {class: account id} of a new member's accounts"""

        def create(env):
            member = env["koperasi.member"].create(
                {
                    "partner_id": env["res.partner"].sudo().create({"name": f"Ibu {uuid.uuid4().hex[:6]}"}).id,
                    "company_id": self.company_id,
                    "rw_id": env["koperasi.rw"].search([("company_id", "=", self.company_id)], limit=1).id,
                }
            )
            return {account.savings_class: account.id for account in member.savings_ids}

        return self.do(login, create)

    def open_session(self, login, code, day=None):
        return self.do(login, self.opening(code, day))

    def opening(self, code, day=None):
        return lambda env: service.call_kw(
            env["koperasi.cash.session"],
            "create",
            [
                [
                    {
                        "box_id": self.boxes[code],
                        "company_id": self.company_id,
                        **({"date": day.isoformat()} if day else {}),
                    }
                ]
            ],
            {"context": self.context},
        )[0]

    def operation(self, login, account, operation, amount, key=None, session=None, target=None):
        """Fill the counter's form and save it; returns the call of its button, for `do` or `race`."""
        wizard = self.do(
            login,
            lambda env: env["koperasi.savings.operation"]
            .create(
                {
                    "savings_id": account,
                    "operation": operation,
                    "amount": amount,
                    "target_id": target,
                    **({"key": key} if key else {}),
                    **({"session_id": session} if session else {}),
                }
            )
            .id,
        )
        confirm = self.rpc("koperasi.savings.operation", "action_confirm", [wizard])
        return login, lambda env: confirm(env)["res_id"]

    def deposit(self, login, account, amount, **options):
        return self.do(*self.operation(login, account, "deposit", amount, **options))

    def new_product(self, env):
        """Savings at 6 % a year, of which a person may have many accounts."""
        code = f"T{env['koperasi.savings.product'].search_count([])}"
        return env["koperasi.savings.product"].create(
            {
                "name": f"Tabungan {code}",
                "code": code,
                "savings_class": "special",
                "company_id": self.company_id,
                "account_id": env.ref(f"account.{self.company_id}_koperasi_2103").id,
                "interest_rate_ids": [(0, 0, {"valid_from": "2020-01-01", "rate": 6})],
                "unit_id": env["res.company"].browse(self.company_id).koperasi_savings_unit_id.id,
            }
        )

    def new_accounts(self, env, product, count):
        """Many at once, for few members: what counts here is the number of accounts."""
        members = env["koperasi.member"].search([("company_id", "=", self.company_id)], limit=50)
        return env["koperasi.savings.account"].create(
            [
                {
                    "product_id": product.id,
                    "member_id": members[number % len(members)].id,
                    "date_opened": self.last_month(),
                }
                for number in range(count)
            ]
        )

    def fund(self, env, accounts, amount):
        """The same amount into each account on the first day of last month, in few transactions."""
        session = env["koperasi.cash.session"].browse(self.past)
        for start in range(0, len(accounts), 2000):
            part = accounts[start : start + 2000]
            env["koperasi.posting"]._post(
                session.company_id,
                session.date,
                [account._line("deposit", amount) for account in part],
                tenders=[(session.journal_id, amount * len(part))],
                session=session,
            )

    def balance(self, account):
        return self.sql(
            "SELECT COALESCE(SUM(amount), 0)::bigint FROM koperasi_transaction_line WHERE savings_id = %s", account
        )[0][0]

    def held(self, code):
        with self.env() as env:
            return env["koperasi.cash.box"].browse(self.boxes[code])._balance_units()

    # === WHAT MUST HOLD === #

    def check(self):
        """Books and ledger agree, nothing is below zero, no number is missing."""
        with self.env() as env:
            for company in env["res.company"].search([("is_koperasi", "=", True)]):
                assert company._koperasi_control_faults() == []
            for box in env["koperasi.cash.box"].search([]):
                assert box._balance_units() >= 0
            assert not env["koperasi.savings.account"].search([("balance", "<", 0)])
        assert not self.sql("""
            SELECT journal_id, sequence_prefix, COUNT(*), MAX(sequence_number) FROM koperasi_transaction
            GROUP BY 1, 2 HAVING COUNT(*) <> MAX(sequence_number) OR COUNT(*) <> COUNT(DISTINCT sequence_number)
        """)
        assert not self.sql("""
            SELECT run_id, savings_id FROM koperasi_transaction_line WHERE component = 'interest' AND run_id IS NOT NULL
            AND savings_id IS NOT NULL GROUP BY 1, 2 HAVING COUNT(*) > 1
        """)

    def last_month(self):
        """First day of the last full month."""
        return (date.today().replace(day=1) - timedelta(days=1)).replace(day=1)


def waiting(world):
    """How many of the database's backends wait for somebody's lock."""
    return world.sql(
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'", world.name
    )[0][0]


def backends(world, application):
    """How many connections a server has."""
    return world.sql(
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = %s AND application_name LIKE %s",
        world.name,
        application + "%",
    )[0][0]
