"""People live a diary over RPC: each act is done by the person whose it is, with the web client's calls."""

import re
from calendar import monthrange
from contextlib import contextmanager
from datetime import date
from functools import cached_property

from rpc import Client, Refused, assert_human, today, wait_for

# Which cash box an act needs, and whose session it is.
DESKS = {
    "join": ("petugas", "cash_counter"),
    "visit": ("petugas", "cash_counter"),
    "mistake": ("petugas", "cash_counter"),
    "spend": ("petugas", "cash_counter"),
    "receive": ("petugas", "cash_counter"),
    "to_bank": ("bendahara", "cash_counter"),
    "from_bank": ("bendahara", "cash_main"),
    "lend": ("bendahara", "cash_main"),
}
YEAR = today().year - 1


class Server:
    """Logs people in, once each."""

    def __init__(self, name, port):
        self.name, self.port = name, port

    def client(self, login, companies=(), lang="en_US"):
        context = {
            "lang": lang,
            "tz": "Asia/Jakarta",
            **({"allowed_company_ids": list(companies)} if companies else {}),
        }
        return Client(self.port, self.name, login, context)

    def admin(self):
        return Admin(self.client("admin"))


class Admin:
    """Odoo's own administrator: he sets up, and has no business with the members' money."""

    def __init__(self, client):
        self.client, self.call = client, client.call

    def new_company(self, name):
        [country] = self.call("res.country", "search", [("code", "=", "ID")])
        [rupiah] = self.call("res.currency", "search", [("name", "=", "IDR")])
        company = self.call("res.company", "create", {"name": name, "country_id": country, "currency_id": rupiah})
        return company[0] if isinstance(company, list) else company

    def enter(self, company):
        """Work in this company."""
        self.client.context["allowed_company_ids"] = [company]

    def ids(self, company, prefix):
        """{name: id} of what the set-up made, by external id."""
        known = self.call(
            "ir.model.data",
            "search_read",
            [("module", "=", "account"), ("name", "=like", f"{company}_koperasi_{prefix}%")],
            ["name", "res_id"],
        )
        return {row["name"].removeprefix(f"{company}_koperasi_"): row["res_id"] for row in known}

    def group(self, module, name):
        [row] = self.call("ir.model.data", "search_read", [("module", "=", module), ("name", "=", name)], ["res_id"])
        return row["res_id"]

    def people(self, logins, company, **vals):
        """{login: user id}: new ones, and those who are also let into this company. The password is the login."""
        known = self.call("res.users", "search_read", [("login", "in", list(logins))], ["login"])
        users = {row["login"]: row["id"] for row in known}
        self.call("res.users", "write", list(users.values()), {"company_ids": [(4, company)]})
        vals = {"company_id": company, "company_ids": [(6, 0, [company])], "tz": "Asia/Jakarta", **vals}
        new = [login for login in logins if login not in users]
        made = self.call(
            "res.users",
            "create",
            [{"name": login.title(), **vals, "login": login, "password": login} for login in new],
        )
        return {**users, **dict(zip(new, made))}


class Cooperative:
    """Set up by the administrator on an empty company; `live` is its whole year."""

    def __init__(self, server, company, scenario):
        self.server, self.company, self.scenario = server, company, scenario
        self.admin = server.admin()
        self.admin.enter(company)
        self.own = [("company_id", "=", company)]
        self._set_up()
        self.clients = {}
        self.members, self.accounts, self.loans = {}, {}, {}
        self.session = None
        self.month_ends = {}
        self.lived = False

    # === SET-UP === #

    def _set_up(self):
        scenario, admin, company = self.scenario, self.admin, self.company
        admin.call("res.company", "write", [company], {"name": scenario.name, "is_koperasi": True})
        free, percent = scenario.tax
        tax = {"koperasi_interest_tax_threshold": free, "koperasi_interest_tax_percent": percent}
        admin.call("res.company", "write", [company], tax)
        self.ids = admin.ids(company, "")
        self.users = admin.people(scenario.people.values(), company)
        admin.call(
            "koperasi.officer",
            "create",
            [
                {"user_id": self.users[login], "company_id": company, "role": role, "date_from": f"{YEAR}-01-01"}
                for role, login in scenario.people.items()
            ],
        )
        invoicing = admin.group("account", "group_account_invoice")  # the treasurer also writes invoices and bills
        admin.call("res.users", "write", [self.users[scenario.people["bendahara"]]], {"group_ids": [(4, invoicing)]})
        admin.call(
            "koperasi.savings.product",
            "write",
            [self.ids["product_pokok"]],
            {"amount": scenario.shares["pokok"]},
        )
        rates = admin.call("koperasi.dues.rate", "search", [("product_id", "=", self.ids["product_wajib"])])
        admin.call("koperasi.dues.rate", "write", rates, {"amount": scenario.shares["wajib"]})
        admin.call("koperasi.loan.product", "write", [self.ids["loan_product_warga"]], scenario.loan)
        self._set_up_bank()
        self._set_up_policy()

    def _set_up_bank(self):
        """The bank's account is the one that the counter's deposits go to; what is paid there is paid at once."""
        admin = self.admin
        [bank] = admin.call(
            "account.journal",
            "search_read",
            [*self.own, ("type", "=", "bank")],
            ["inbound_payment_method_line_ids", "outbound_payment_method_line_ids"],
            limit=1,
        )
        self.bank = bank["id"]
        admin.call("account.journal", "write", [self.bank], {"default_account_id": self.ids["1111"]})
        methods = bank["inbound_payment_method_line_ids"] + bank["outbound_payment_method_line_ids"]
        admin.call("account.payment.method.line", "write", methods, {"payment_account_id": self.ids["1111"]})

    def _set_up_policy(self):
        items = self.admin.call(
            "koperasi.shu.policy.item",
            "search_read",
            [("policy_id", "=", self.ids["shu_policy"])],
            ["table", "code"],
        )
        changes = {"member": [], "other": []}
        for item in items:
            percent = self.scenario.policy[item["table"]][item["code"]]
            changes[item["table"]].append((1, item["id"], {"percent": percent}))
        self.admin.call(
            "koperasi.shu.policy",
            "write",
            [self.ids["shu_policy"]],
            {f"{table}_item_ids": commands for table, commands in changes.items()},
        )

    # === PEOPLE === #

    def client(self, role):
        if role not in self.clients:
            login = self.scenario.people.get(role, role)  # "admin" is Odoo's own administrator
            self.clients[role] = self.server.client(login, [self.company], self.scenario.lang)
        return self.clients[role]

    def call(self, role, model, method, *args, **kwargs):
        return self.client(role).call(model, method, *args, **kwargs)

    def create(self, role, model, **vals):
        return self.call(role, model, "create", vals)

    def read(self, role, model, record, *names, **kwargs):
        """One record's values; several names give a list of them."""
        [row] = self.call(role, model, "read", [record], list(names), **kwargs)
        values = [row[name] for name in names]
        return values if len(values) > 1 else values[0]

    def confirm(self, role, model, **vals):
        """Fill a form and press its button; returns what the button opens."""
        return self.call(role, model, "action_confirm", [self.create(role, model, **vals)])

    # === THE YEAR === #

    def live(self):
        """The year, its end, and what is paid out of it today; once."""
        if not self.lived:
            self.lived = True
            self.live_year()
            self.day = today()
            self.close_year()
            self.decide()
            self.distribute()
        return self

    def live_year(self):
        for month in range(1, 13):
            events = [event for event in self.scenario.diary if event[0] == month]
            for _month, day, what, *details in sorted(events, key=lambda event: event[1]):
                self.day = date(YEAR, month, day)
                with self.desk(*DESKS.get(what, (None, None))):
                    getattr(self, f"do_{what}")(*details)
            self.close_session()
            self.end_month(month)

    def end_month(self, month):
        end = date(YEAR, month, monthrange(YEAR, month)[1])
        rate = self.scenario.savings_rates.get(month, 0)
        product = self.ids["product_sukarela"]
        self.admin.call(
            "koperasi.savings.rate",
            "create",
            {"product_id": product, "valid_from": str(date(YEAR, month, 1)), "rate": rate},
        )
        if rate:
            run = self.create(
                "bendahara",
                "koperasi.run",
                company_id=self.company,
                product_id=product,
                date_from=end.replace(day=1).isoformat(),
            )
            self.call("bendahara", "koperasi.run", "action_start", [run])
            self.wait_for_run(run)
        self.month_ends[end] = self.reports(end)

    def wait_for_run(self, run):
        def over():
            state, failure = self.read("bendahara", "koperasi.run", run, "state", "failure")
            assert not failure, failure
            return state == "done"

        wait_for(over, pause=0.1)

    # === ITS END === #

    def period_does(self, role, action):
        self.call(role, "koperasi.shu.period", action, [self.period])

    def agree_with_bank(self):
        """One statement of the whole year: the bank says what the books say."""
        of_year = [("journal_id", "=", self.bank), ("date", "<=", f"{YEAR}-12-31")]
        entries = self.call("bendahara", "koperasi.bank.entry", "search_read", of_year, ["date", "amount"])
        statement = self.create(
            "bendahara",
            "koperasi.bank.statement",
            journal_id=self.bank,
            date_from=f"{YEAR}-01-01",
            date_to=f"{YEAR}-12-31",
            closing_balance=sum(entry["amount"] for entry in entries),
            line_ids=[
                (0, 0, {"date": entry["date"], "amount": entry["amount"], "name": "MUTASI"}) for entry in entries
            ],
        )
        for action in ("action_propose", "action_agree"):
            self.call("bendahara", "koperasi.bank.statement", action, [statement])

    def close_year(self):
        """The treasurer closes and computes; the period is last year's by itself."""
        self.period = self.create("bendahara", "koperasi.shu.period", company_id=self.company)
        assert self.read("bendahara", "koperasi.shu.period", self.period, "closing_obstacles")
        self.refused("bendahara", "not agreed", "koperasi.shu.period", "action_close", [self.period])
        self.agree_with_bank()
        assert not self.read("bendahara", "koperasi.shu.period", self.period, "closing_obstacles")
        self.refused("pengawas", "may not do this", "koperasi.shu.period", "action_close", [self.period])
        self.period_does("bendahara", "action_close")
        self.refused("ketua", "may not do this", "koperasi.shu.period", "action_compute", [self.period])
        self.period_does("bendahara", "action_compute")
        names = ["surplus_member", "surplus_other", "surplus", "fraction"]
        self.figures = dict(zip(names, self.read("sekretaris", "koperasi.shu.period", self.period, *names)))
        own = [("period_id", "=", self.period)]
        self.pools = {
            (row["table"], row["code"]): row["amount"]
            for row in self.call("ketua", "koperasi.shu.pool", "search_read", own, ["table", "code", "amount"])
        }
        names = {member: name for name, member in self.members.items()}
        self.shares = {
            names[row["member_id"][0]]: row
            for row in self.call(
                "petugas",
                "koperasi.shu.share",
                "search_read",
                own,
                ["member_id", "capital_amount", "patronage_amount", "amount"],
            )
        }
        self.undistributed = self.book(date(YEAR, 12, 31), "3302")
        self.statements = [self.statement("bendahara", "results"), self.statement("bendahara", "position")]

    def decide(self):
        """Supervisors examine, the chair proposes, the secretary writes down what the RAT decided; none for another."""
        period, day = [self.period], str(self.day)
        self.refused("bendahara", "may not do this", "koperasi.shu.period", "action_review", period)
        self.period_does("pengawas", "action_review")
        self.refused("bendahara", "not its next step", "koperasi.shu.period", "action_compute", period)
        self.refused("pengawas", "may not do this", "koperasi.shu.period", "action_propose", period)
        self.period_does("ketua", "action_propose")
        self.refused("bendahara", "not its next step", "koperasi.shu.period", "action_post", period)
        decision = {"decision_date": day, "decision_number": "01/RAT", "attendance": len(self.members)}
        self.call("sekretaris", "koperasi.shu.period", "write", period, decision)
        self.refused("bendahara", "may not do this", "koperasi.shu.period", "action_decide", period)
        self.period_does("sekretaris", "action_decide")

    def distribute(self):
        """Posted by a run; then some shares go to savings, the others are taken at the counter."""
        self.refused("sekretaris", "may not do this", "koperasi.shu.period", "action_post", [self.period])
        self.period_does("bendahara", "action_post")
        self.wait_for_run(self.read("bendahara", "koperasi.shu.period", self.period, "run_id")[0])
        assert self.read("bendahara", "koperasi.shu.period", self.period, "state") == "posted"
        first, *others = self.scenario.to_savings
        self.call("petugas", "koperasi.shu.share", "action_to_savings", [self.shares[first]["id"]])
        shares = [self.shares[name]["id"] for name in others]
        self.call("petugas", "koperasi.shu.share", "write", shares, {"payout": "savings"})
        self.period_does("bendahara", "action_to_savings")
        [run] = self.call(
            "bendahara", "koperasi.run", "search", [*self.own, ("kind", "=", "shu_savings")], order="id desc", limit=1
        )
        self.wait_for_run(run)
        with self.desk("petugas", "cash_counter"):
            for name, share in self.shares.items():
                if name not in self.scenario.to_savings:
                    self.do_visit(name, {}, {"shu": share["amount"]})
        self.close_session()
        self.period_does("bendahara", "action_distributed")
        self.period_does("ketua", "action_lock_for_good")
        self.period_does("ketua", "action_done")
        accounts = ("3302", "3201", "2141", "2142", "2143", "2144", "2145", "2146", "2101")
        self.distributed = {account: self.book(self.day, account) for account in accounts}

    def refused(self, role, says, model, method, *args):
        """She tries, over RPC, what she may not do, and reads a sentence that tells her so.

        :param says: what it says in English (regular expression)
        :param args: of the method; for `action_confirm` what she types into the form
        """
        try:
            if method == "action_confirm":
                result = self.confirm(role, model, **args[0])
            else:
                result = self.call(role, model, method, *args)
        except Refused as error:
            assert_human([error])
            if self.scenario.lang == "en_US":
                assert re.search(says, str(error)), (role, model, method, str(error))
        else:
            raise AssertionError(f"{role} may {method} of {model}: {result}")

    # === CASH SESSIONS === #

    @contextmanager
    def desk(self, role, box):
        """Her session of that day at that box; another one that is still open is counted and closed first."""
        wanted = (self.day, role, box)
        if self.session and self.session[1:] != wanted:
            self.close_session()
        if role and not self.session:
            session = self.create(
                role,
                "koperasi.cash.session",
                box_id=self.ids[f"box_{box}"],
                company_id=self.company,
                date=str(self.day),
            )
            self.session = (session, *wanted)
        yield

    def close_session(self):
        """She counts what receipts and vouchers of the day say."""
        if self.session:
            session, _day, role, _box = self.session
            opening, received, paid = self.read(
                role, "koperasi.cash.session", session, "opening_amount", "amount_in", "amount_out"
            )
            self.confirm(role, "koperasi.cash.close", session_id=session, counted_amount=opening + received - paid)
            assert self.read(role, "koperasi.cash.session", session, "state", "difference") == ["closed", 0]
            self.session = None

    # === WHAT HAPPENS ON A DAY === #

    def do_join(self, name, rw, money):
        """The teller registers her, the chair approves, the teller takes her first money."""
        partner = self.create("petugas", "res.partner", name=name, company_id=self.company)
        self.members[name] = self.create(
            "petugas",
            "koperasi.member",
            partner_id=partner,
            company_id=self.company,
            rw_id=self.ids[f"rw_{rw}"],
            date_joined=str(self.day),
        )
        self.call("ketua", "koperasi.member", "action_approve", [self.members[name]])
        self.do_visit(name, money)
        assert self.read("petugas", "koperasi.member", self.members[name], "state") == "active"

    def do_visit(self, name, paid, taken=None):
        """Serve a member: amounts are typed over what the counter proposes; for a loan the proposal must be right."""
        counter = self.create("petugas", "koperasi.counter", member_id=self.members[name], company_id=self.company)
        commands = {}
        for side, field in ((dict(paid), "in_ids"), (dict(taken or {}), "out_ids")):
            lines = self.read("petugas", "koperasi.counter", counter, field)
            commands[field] = []
            for line in self.call(
                "petugas", "koperasi.counter.line", "read", lines, ["savings_id", "loan_id", "amount"]
            ):
                kind = "loan" if line["loan_id"] else self.savings_class(line["savings_id"][0])
                amount = side.pop(kind, 0)
                if line["loan_id"] and amount:
                    assert line["amount"] == amount, f"{name}'s installment on {self.day}"
                commands[field].append((1, line["id"], {"amount": amount}))
            assert not side, f"the counter has no line for {side}"
        self.call("petugas", "koperasi.counter", "write", [counter], commands)
        self.call("petugas", "koperasi.counter", "action_confirm", [counter])
        return self.read("petugas", "koperasi.counter", counter, "transaction_ids")

    def savings_class(self, account):
        if account not in self.accounts:
            self.accounts[account] = self.read(
                "petugas", "koperasi.savings.account", account, "savings_class", "product_id"
            )
        class_, product = self.accounts[account]
        return "shu" if product[0] == self.ids["product_shu"] else class_

    def account(self, name, class_):
        [account] = self.call(
            "petugas",
            "koperasi.savings.account",
            "search",
            [("member_id", "=", self.members[name]), ("savings_class", "=", class_)],
        )
        return account

    def do_mistake(self, name, amount):
        """Money written on the wrong account; she asks, the treasurer takes it back within the day's session."""
        [receipt] = self.do_visit(name, {"wajib": amount})
        self.confirm("petugas", "koperasi.correction.request", transaction_id=receipt, reason="Salah rekening")
        [correction] = self.call("petugas", "koperasi.correction", "search", [("transaction_id", "=", receipt)])
        self.call("bendahara", "koperasi.correction", "action_approve", [correction])

    def do_lend(self, name, amount):
        """The teller applies, the chair approves, the treasurer pays out in her session."""
        loan = self.apply_for_loan(name, amount)
        self.call("ketua", "koperasi.loan", "action_approve", [loan])
        self.confirm("bendahara", "koperasi.loan.operation", loan_id=loan, operation="disburse")
        assert self.read("bendahara", "koperasi.loan", loan, "state") == "running"

    def apply_for_loan(self, name, amount):
        loan = self.loans[name] = self.create(
            "petugas",
            "koperasi.loan",
            member_id=self.members[name],
            product_id=self.ids["loan_product_warga"],
            amount=amount,
            date_applied=str(self.day),
        )
        self.call("petugas", "koperasi.loan", "action_submit", [loan])
        return loan

    def cash_entry(self, role, purpose, direction, amount):
        self.confirm(
            role,
            "koperasi.cash.entry",
            company_id=self.company,
            direction=direction,
            purpose_id=self.ids[f"purpose_{purpose}"],
            amount=amount,
        )

    def do_spend(self, purpose, amount):
        self.cash_entry("petugas", purpose, "out", amount)

    def do_receive(self, purpose, amount):
        self.cash_entry("petugas", purpose, "in", amount)

    def do_to_bank(self, amount):
        self.cash_entry("bendahara", "to_bank", "out", amount)

    def do_from_bank(self, amount):
        self.cash_entry("bendahara", "from_bank", "in", amount)

    def do_buy(self, amount, paid_on):
        self.document("in_invoice", "5104", amount, paid_on)

    def do_sell(self, amount, paid_on):
        self.document("out_invoice", "4201", amount, paid_on)

    @cached_property
    def shop(self):
        return self.create("sekretaris", "res.partner", name="Toko Maju", company_id=self.company)

    def document(self, move_type, account, amount, paid_on):
        """A bill or an invoice of Odoo's own, with somebody who is no member, and its payment through the bank."""
        move = self.create(
            "bendahara",
            "account.move",
            move_type=move_type,
            partner_id=self.shop,
            invoice_date=str(self.day),
            date=str(self.day),
            company_id=self.company,
            invoice_line_ids=[
                (0, 0, {"name": "Beras", "account_id": self.ids[account], "price_unit": amount, "tax_ids": []})
            ],
        )
        self.call("bendahara", "account.move", "action_post", [move])
        context = {"active_model": "account.move", "active_ids": [move]}
        payment = self.call(
            "bendahara",
            "account.payment.register",
            "create",
            {"journal_id": self.bank, "payment_date": str(self.day.replace(day=paid_on))},
            context=context,
        )
        self.call("bendahara", "account.payment.register", "action_create_payments", [payment], context=context)
        assert self.read("bendahara", "account.move", move, "payment_state") == "paid"

    # === WHAT SUPERVISORS READ === #

    def report(self, report, fields, day):
        """A report of the menu, opened on a date as a supervisor opens it: {row: figures} without empty rows."""
        wizard = self.create("pengawas", "koperasi.as.of", date=str(day), report=report)
        action = self.call("pengawas", "koperasi.as.of", "action_open", [wizard])
        rows = self.call(
            "pengawas",
            action["res_model"],
            "search_read",
            self.own,
            list(fields),
            context=action["context"],
            order="id",
        )
        figures = {}
        for row in rows:
            values = [value[0] if isinstance(value, list) else value for value in (row[name] for name in fields)]
            keys = sum(isinstance(row[name], list) for name in fields)
            if any(values[keys:]):
                figures[(row["id"],) if not keys else tuple(values[:keys])] = values[keys:]
        return figures

    def reports(self, day):
        """All that can be asked for a past day: what stands there must never change."""
        return {
            "control": self.report(
                "control", ("account_id", "unit_id", "ledger_amount", "gl_amount", "difference"), day
            ),
            "faults": self.report("faults", ("kind",), day),
            "balances": self.report("balances", ("savings_id", "balance"), day),
            "accounts": self.report("accounts", ("balance",), day),
            "members": self.report(
                "members", ("dues_arrears", "dues_months_late", "dues_paid_until", "savings_total"), day
            ),
            "loans": self.report(
                "loans",
                ("outstanding", "arrears", "days_late", "next_due_date", "next_due_amount", "progress"),
                day,
            ),
            "books": self.trial_balance(day),
        }

    def statement(self, role, report):
        """A statement of last year as the button of the SHU opens it: {line: rupiah}."""
        button = {"results": "action_results", "position": "action_financial_position"}[report]
        action = self.call(role, "koperasi.shu.period", button, [self.period])
        kpis = self.call(
            role,
            "mis.report.kpi",
            "search_read",
            [("report_id", "=", self.read(role, action["res_model"], action["res_id"], "report_id")[0])],
            ["name", "description"],
        )
        names = {kpi["description"]: kpi["name"] for kpi in kpis}
        body = self.call(role, action["res_model"], "compute", [action["res_id"]], context=action["context"])["body"]
        return {names[row["label"]]: row["cells"][0].get("val") or 0 for row in body if row["label"] in names}

    def trial_balance(self, day, *domain, start=None):
        """Odoo's posted entries up to a day: {account id: (debit, credit)}."""
        domain = [*self.own, ("parent_state", "=", "posted"), ("date", "<=", str(day)), *domain]
        if start:
            domain.append(("date", ">=", str(start)))
        rows = self.call(
            "pengawas",
            "account.move.line",
            "formatted_read_group",
            domain,
            ["account_id"],
            ["debit:sum", "credit:sum"],
        )
        return {row["account_id"][0]: (row["debit:sum"], row["credit:sum"]) for row in rows}

    def book(self, day, *codes):
        """Credit less debit of these accounts of docs/domain.md 2.2 at the end of a day."""
        sums = self.trial_balance(day, ("account_id", "in", [self.ids[code] for code in codes]))
        return sum(credit - debit for debit, credit in sums.values())
