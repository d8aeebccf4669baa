"""A cooperative, lived day by day by its people, through the methods that they themselves use."""

import base64
import random
from datetime import date, datetime, time, timedelta

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tools import date_utils
from odoo.tools.misc import file_open

from .names import person

LOGO = "koperasi_simpan_pinjam/static/description/icon.png"
MONTHS = 14
COUNTER_DAYS = (5, 12, 20)
# What borrowers do: how often one pays on her day; None: she stops after three installments.
HABITS = (("punctual", 0.96), ("late", 0.6), ("stopped", None))
PURPOSES = (
    "Bibit kangkung",
    "Modal warung",
    "Mesin jahit",
    "Biaya sekolah",
    "Renovasi dapur",
    "Beli gerobak",
    "Kompor",
)


class Cooperative:
    name = None
    seed = 0
    size = 0
    grant = 0
    months = MONTHS
    areas = tuple(f"{number:02}" for number in range(1, 31))

    def __init__(self, env, company, evening=None):
        """:param evening: called with the cooperative and the day when a day has been lived"""
        self.env, self.company, self.evening = env, company, evening
        self.random = random.Random(self.seed)
        self.people, self.members, self.joining, self.habits, self.days_of = {}, [], {}, {}, {}
        self.first_month = self.billing = self.clock = self.today = None

    # === WHO ACTS === #

    def of(self, role, record):
        """`record`, or the model of that name, as the person of `role` has it."""
        record = self.env[record] if isinstance(record, str) else record
        context = {"allowed_company_ids": self.company.ids, "tz": "Asia/Jakarta", "lang": "id_ID"}
        return record.with_user(self.people[role]).with_context(**context)

    def ref(self, name):
        return self.env.ref(f"account.{self.company.id}_koperasi_{name}")

    # === SET-UP === #

    def set_up(self, people):
        """:param people: {role: (login, name)}"""
        self.company.write(
            {
                "name": self.name,
                "country_id": self.env.ref("base.id").id,
                "currency_id": self.env.ref("base.IDR").id,
                "street": "Jl. Lingkar Utara",
                "city": "Bekasi Utara",
                "zip": "17124",
                "logo": base64.b64encode(file_open(LOGO, "rb").read()),
            }
        )
        if self.company.chart_template != "id":
            self.env["account.chart.template"].try_loading("id", self.company, install_demo=False)
        self.env.user.company_ids |= self.company
        self.company.is_koperasi = True
        self.company.koperasi_reserve_percent = 10
        for role, (login, name) in people.items():
            user = self.env["res.users"].create({"name": name, "login": login, "password": login, **self._home()})
            self.appoint(role, user)
        self.ref("product_sukarela").write(
            {
                "interest_rate_ids": [Command.create({"valid_from": "2020-01-01", "rate": 3})],
                "interest_minimum_balance": 100000,
            }
        )
        self.billing = self.env["koperasi.cash.purpose"].create(
            {
                "name": "Jasa Bayar Listrik (PPOB)",
                "company_id": self.company.id,
                "direction": "in",
                "sequence": 85,
                "account_id": self.ref("4203").id,
                "unit_id": self.company.koperasi_general_unit_id.id,
            }
        )

    def found(self, day):
        """The papers: nine founders met on `day`, led by the chair."""
        chance = random.Random(f"founders {self.seed}")
        area = self.ref(f"rw_{self.areas[0]}")
        profile = self.env["koperasi.profile"]._of(self.company)
        profile.write(
            {
                "street2": "Kel. Harapan Jaya, Kec. Bekasi Utara",
                "city": "Kota Bekasi",
                "founding_date": day,
                "founding_place": f"Balai {area.name}",
                "founding_chair": self.people["ketua"].name,
                "founding_secretary": self.people["petugas"].name,
                "founder_ids": [
                    Command.create({"name": name, "nik": nik, "rw_id": area.id, "rt": "03"})
                    for name, nik in (person(chance, number) for number in range(901, 910))
                ],
            }
        )
        if profile.is_complete:
            profile.action_finish()

    def _home(self):
        return {
            "lang": "id_ID",
            "tz": "Asia/Jakarta",
            "company_id": self.company.id,
            "company_ids": [Command.set(self.company.ids)],
        }

    def appoint(self, role, user):
        user.company_ids |= self.company
        self.people.setdefault(role, user)
        self.env["koperasi.officer"].create(
            {"user_id": user.id, "company_id": self.company.id, "role": role, "date_from": date(2020, 1, 1)}
        )

    def invite(self, login):
        """A member who borrows gets her page on the portal."""
        member = next(member for member in self.members if member.sudo().loan_ids.filtered("outstanding"))
        self.env["res.users"].create(
            {
                "login": login,
                "password": login,
                "partner_id": member.partner_id.id,
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
                **self._home(),
            }
        )

    # === THE CALENDAR === #

    def first_day(self, today):
        return date_utils.start_of(date_utils.subtract(today, months=self.months), "month")

    def live(self, today):
        """Every day from the first up to yesterday, and this morning."""
        day = self.first_day(today)
        with freeze_time(self._morning(day)) as self.clock:
            self.today = day
            self._wake(day)
            self.begin(day)
            while self.today < today:
                self._wake(self.today)
                self.live_day(self.today)
                if self.evening:
                    self.evening(self, self.today)
                self.today += timedelta(days=1)
            self._wake(today)
            self.live_today(today)
            self.env.flush_all()

    def _wake(self, day):
        """It is ten in the morning, for what is recorded too: else the exceptions would name every transaction."""
        self.clock.move_to(self._morning(day))
        self.env.flush_all()
        self.env.cr._now = self._morning(day)

    @staticmethod
    def _morning(day):
        return datetime.combine(day, time(3))  # 10:00 in Jakarta

    def begin(self, day):
        """The founders' grant, and who joins on which counter day: half at once, the others over eight months."""
        self.found(date_utils.subtract(day, days=20))
        vault = self._open("bendahara", "box_cash_main", day)
        self._purpose("grant", self.grant, vault, "Kelurahan Harapan Jaya")
        self._close(vault)
        self.first_month = day
        for number in range(1, self.size + 1):
            month = 0 if number <= self.size // 2 else self.random.randint(1, min(8, self.months - 1))
            joins = date_utils.add(day, months=month).replace(day=self.random.choice(COUNTER_DAYS))
            self.joining.setdefault(joins, []).append(person(self.random, number))

    def live_day(self, day):
        if day.day == 1:
            self.pay_interest(day)
        if day.day in COUNTER_DAYS:
            self.counter_day(day)
        if day.day - 1 in COUNTER_DAYS:
            self.empty_till(day)

    def live_today(self, day):
        """A morning at work: both boxes open, a few were served, and something waits for everybody."""
        till = self._open("petugas", "box_cash_counter", day)
        self._fetch(1000000, self._open("bendahara", "box_cash_main", day))
        self.join(*person(self.random, self.size + 1), till, approve=False)
        served = self.random.sample(self.members, 6)
        receipts = [
            self._visit(member, [(self._account(member, "sukarela"), 25000 * number)], till)
            for number, member in enumerate(served, 1)
        ]
        self.of("petugas", "koperasi.correction").create(
            {"transaction_id": receipts[-1].id, "reason": "Salah ketik: seharusnya Rp 100.000"}
        )
        for member, kind, reason, decided in (
            (served[0], "waiver", "Musibah kebakaran", True),
            (served[1], "suspension", "Pindah kerja sementara ke Karawang", False),
        ):
            exception = self.of(
                "sekretaris" if "sekretaris" in self.people else "petugas", "koperasi.dues.exception"
            ).create(
                {
                    "member_id": member.id,
                    "month_from": day.replace(day=1),
                    "month_to": date_utils.end_of(date_utils.add(day, months=1), "month"),
                    "kind": kind,
                    "reason": reason,
                }
            )
            if decided:
                self.of("ketua", exception).action_approve()
        borrowers = [member for member in self.members if not self._borrows(member)]
        for member, steps in zip(self.random.sample(borrowers, 5), ("", "s", "s", "sa", "sc")):
            loan = self.request(member, 250000 * self.random.randint(2, 8))
            for step in steps:
                role, action = {"s": ("petugas", "submit"), "a": ("ketua", "approve"), "c": ("petugas", "cancel")}[step]
                getattr(self.of(role, loan), f"action_{action}")()

    # === A COUNTER DAY === #

    def counter_day(self, day):
        till = self._open("petugas", "box_cash_counter", day)
        vault = self._open("bendahara", "box_cash_main", day)
        for name, nik in self.joining.pop(day, ()):
            self.join(name, nik, till)
        self.serve(day, till)
        self.withdraw(vault)
        if day.day == 12:
            self.apply(day)
        if day.day == 20:
            self.disburse(vault)
            self.spend(vault)
        self._close(till)
        self._close(vault)

    def join(self, name, nik, till, approve=True):
        area = self.random.choice(self.areas)
        partner = self.of("petugas", "res.partner").create(
            {
                "name": name,
                "phone": f"0812-{self.random.randint(1000, 9999)}-{self.random.randint(1000, 9999)}",
                "street": f"Gang Melati No. {self.random.randint(1, 8)}",
                "city": "Bekasi Utara",
            }
        )
        member = self.of("petugas", "koperasi.member").create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "rw_id": self.ref(f"rw_{area}").id,
                "rt": f"{self.random.randint(1, 8):02}",
            }
        )
        self.env["koperasi.member"].browse(member.id).nik = nik
        self._visit(member, [(self._account(member, "pokok"), 100000), (self._account(member, "wajib"), 20000)], till)
        if approve:
            self.of("ketua", member).action_approve()
            self.members.append(member)
            self.days_of[member] = (self.random.choice(COUNTER_DAYS), self.random.choice((2, 3, 3)))
        return member

    def serve(self, day, till):
        """Those whose day it is pay dues and installments; some save something more."""
        coming = [member for member in self.members if self._comes(member, day) and self.random.random() < 0.93]
        members = self.env["koperasi.member"].union(*coming).sudo()
        month_end = date_utils.end_of(day, "month")
        accounts = members.savings_ids.filtered(lambda account: account.savings_class in ("wajib", "sukarela"))
        loans = members.loan_ids.filtered(lambda loan: loan.state == "running" and self._pays(loan))
        dues, installments = accounts._due_units(month_end), loans._due_units(month_end)
        for member in coming:
            own = accounts.filtered(lambda account, member=member: account.member_id == member)
            money = [(account, dues[account.id]) for account in own if dues.get(account.id)]
            if self.random.random() < 0.35:
                voluntary = own.filtered(lambda account: account.savings_class == "sukarela")
                money.append((voluntary, 10000 * self.random.choice((1, 2, 2, 5, 5, 10, 15, 25))))
            borrowed = loans.filtered(lambda loan, member=member: loan.member_id == member)
            money += [(loan, installments[loan.id]) for loan in borrowed if installments.get(loan.id)]
            if money:
                self._visit(member, money, till)

    def _comes(self, member, day):
        """On her day of the month: borrowers each month, others every two or three months."""
        counter_day, rhythm = self.days_of[member]
        months = day.year * 12 + day.month + member.id
        return counter_day == day.day and (months % rhythm == 0 or self._borrows(member))

    def _pays(self, loan):
        habit = self.habits[loan.id]
        if habit is None:
            return sum(row.state == "paid" for row in loan.installment_ids) < 3
        return self.random.random() < habit

    def withdraw(self, vault):
        for member in self.random.sample(self.members, min(2, len(self.members))):
            account = self._account(member, "sukarela")
            amount = min(account.sudo()._available_units(vault.date)[account.id], 150000) // 10000 * 10000
            if amount:
                self._fetch(amount, vault)
                self._visit(member, [], vault, out=[(account, amount)])

    # === LOANS === #

    def apply(self, day):
        """Some ask, most of them for more than the fund holds at once; the chair says yes to nearly all."""
        borrowers = [member for member in self.members if member.sudo().state == "active" and not self._borrows(member)]
        for number, member in enumerate(self.random.sample(borrowers, min(len(borrowers), self.size // 24))):
            loan = self.request(member, 250000 * self.random.randint(6, 20))
            loan.action_submit()
            decision = "action_reject" if number == 3 and day.month % 4 == 0 else "action_approve"
            getattr(self.of("ketua", loan), decision)()

    def request(self, member, amount):
        return self.of("petugas", "koperasi.loan").create(
            {
                "member_id": member.id,
                "product_id": self.ref("loan_product_warga").id,
                "amount": amount,
                "purpose_note": self.random.choice(PURPOSES),
            }
        )

    def _borrows(self, member):
        return any(loan.state not in ("paid", "rejected", "cancelled") for loan in member.sudo().loan_ids)

    def disburse(self, vault):
        waiting = self.of("bendahara", "koperasi.loan").search(
            [("company_id", "=", self.company.id), ("state", "in", ("approved", "queued"))], order="id"
        )
        for loan in waiting:
            if loan.amount > self.company._koperasi_loanable_units(loan):
                continue
            self._fetch(loan.amount, vault)
            loan._disburse(vault.sudo().journal_id, vault.date, session=vault)
            _habit, self.habits[loan.id] = self.random.choices(HABITS, (80, 14, 6))[0]

    def _fetch(self, amount, vault):
        """Cash from the bank when the vault has not enough."""
        lacking = amount - vault.sudo().box_id._balance_units()
        if lacking > 0:
            self._purpose("from_bank", -(-int(lacking) // 50000) * 50000, vault)

    # === THE COOPERATIVE'S OWN MONEY === #

    def spend(self, vault):
        for purpose, amount in (
            ("supplies", 1000 * self.random.randint(8, 20)),
            ("transport", 1000 * self.random.randint(5, 15)),
            ("utilities", 1000 * self.random.randint(10, 18)),
        ):
            self._fetch(amount, vault)
            self._purpose(purpose, amount, vault)
        self._purpose("bank_interest", 1000 * self.random.randint(4, 9), vault)
        self.of("bendahara", self.billing)._record(1000 * self.random.randint(40, 90), vault)

    def pay_interest(self, day):
        """The run over last month's balances."""
        month = date_utils.subtract(day, months=1)
        if month < self.first_month:
            return
        run = self.of("bendahara", "koperasi.run").create(
            {
                "company_id": self.company.id,
                "product_id": self.ref("product_sukarela").id,
                "date_from": month,
            }
        )
        self.work(run)

    def work(self, run):
        if run.state == "draft":
            run.action_start()
        while run.state in ("queued", "running"):
            run.sudo()._process_chunk(1000)

    # === CASH AND CONTRACTS === #

    @staticmethod
    def _account(member, class_):
        return member.sudo().savings_ids.filtered(lambda account: account.savings_class == class_)

    def _open(self, role, box, day):
        return self.of(role, "koperasi.cash.session").create({"box_id": self.ref(box).id, "date": day})

    def _close(self, session):
        session.invalidate_recordset()
        session._do_close(session.expected_amount)

    def _visit(self, member, money, session, out=()):
        role = "petugas" if session.user_id == self.people["petugas"] else "bendahara"
        as_role = [(self.of(role, contract), amount) for contract, amount in money]
        return self.of(role, member)._visit(
            as_role, [(self.of(role, contract), amount) for contract, amount in out], session
        )

    def _purpose(self, name, amount, session, party=None):
        purpose = self.ref(f"purpose_{name}").with_env(session.env)
        return purpose._record(amount, session, party=party)

    def empty_till(self, day):
        """The treasurer takes yesterday's cash from the counter to the bank and leaves some change."""
        session = self._open("bendahara", "box_cash_counter", day)
        surplus = (session.sudo().box_id._balance_units() - 300000) // 50000 * 50000
        if surplus > 0:
            self._purpose("to_bank", surplus, session)
        self._close(session)
