import importlib.util
from datetime import date

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user
from odoo.tools.misc import file_path

# A Tuesday in the middle of a month, well after the chart's own data.
TODAY = date(2026, 11, 24)
DAYTIME = "2026-11-24 03:00:00"  # 10:00 in Jakarta


class KoperasiCase(TransactionCase):
    """Two cooperatives on chart `id`, ordinary users, one of whom has different roles in both.

    Build with people's own rights (`with_user`), never as superuser, wherever the people themselves act.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(cls._freeze())
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True, "tz": "Asia/Jakarta", "lang": "en_US"})
        cls.company = cls._new_cooperative("Koperasi Warga RW 05")
        cls.other = cls._new_cooperative("Koperasi Melati")
        cls.petugas = cls._new_person("dewi", petugas=cls.company)
        cls.bendahara = cls._new_person("sri", bendahara=cls.company)
        cls.sekretaris = cls._new_person("yuni", sekretaris=cls.company)
        cls.ketua = cls._new_person("ratna", ketua=cls.company)
        cls.pengawas = cls._new_person("budi", pengawas=cls.company)
        cls.pemantau = cls._new_person("lurah", pemantau=cls.company)
        cls.admin = cls._new_person("andi", admin=cls.company)
        # Chair of one, teller of the other.
        cls.both = cls._new_person("both", ketua=cls.company, petugas=cls.other)
        cls.other_bendahara = cls._new_person("tini", bendahara=cls.other)

    @classmethod
    def _freeze(cls):
        from freezegun import freeze_time

        return freeze_time(DAYTIME)

    @classmethod
    def _new_cooperative(cls, name):
        company = cls.env["res.company"].create(
            {
                "name": name,
                "country_id": cls.env.ref("base.id").id,
                "currency_id": cls.env.ref("base.IDR").id,
            }
        )
        cls.env.user.company_ids |= company
        cls.env["account.chart.template"].try_loading("id", company, install_demo=False)
        company.is_koperasi = True
        return company

    @classmethod
    def _new_person(cls, login, **roles):
        companies = cls.env["res.company"].union(*roles.values())
        user = new_test_user(
            cls.env,
            login=login,
            groups="base.group_user",
            name=login.title(),
            tz="Asia/Jakarta",
            company_id=companies[0].id,
            company_ids=[(6, 0, companies.ids)],
        )
        for role, company in roles.items():
            cls.env["koperasi.officer"].create(
                {
                    "user_id": user.id,
                    "company_id": company.id,
                    "role": role,
                    "date_from": date(2026, 1, 1),
                }
            )
        return user

    # === PEOPLE DO THINGS === #

    @classmethod
    def as_user(cls, user, record):
        """`record` as `user` sees it, in the companies she works in."""
        return record.with_user(user).with_context(allowed_company_ids=user.company_ids.ids, tz="Asia/Jakarta")

    @classmethod
    def new_member(cls, name, company=None, user=None, **vals):
        company = company or cls.company
        user = user or (cls.petugas if company == cls.company else cls.both)
        rw = cls.env["koperasi.rw"].search([("company_id", "=", company.id), ("code", "=", "05")])
        return cls.as_user(user, cls.env["koperasi.member"]).create(
            {
                "partner_id": cls.env["res.partner"].create({"name": name}).id,
                "company_id": company.id,
                "rw_id": rw.id,
                **vals,
            }
        )

    def migrate(self, name, version):
        """Run an upgrade script of migrations/ as if the database came from `version`."""
        self.env.flush_all()
        path = file_path(f"koperasi_simpan_pinjam/migrations/{name}")
        spec = importlib.util.spec_from_file_location("migration", path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, version)
        self.env.invalidate_all()

    @classmethod
    def account(cls, member, class_):
        return member.savings_ids.filtered(lambda account: account.savings_class == class_)

    @classmethod
    def open_session(cls, user=None, code="KL1", company=None, day=TODAY):
        company = company or cls.company
        user = user or cls.petugas
        box = cls.env["koperasi.cash.box"].search([("company_id", "=", company.id), ("journal_id.code", "=", code)])
        return cls.as_user(user, cls.env["koperasi.cash.session"]).create(
            {
                "box_id": box.id,
                "company_id": company.id,
                "date": day,
            }
        )

    @classmethod
    def deposit(cls, account, amount, session, key=None):
        return cls.as_user(session.user_id, account)._deposit(amount, session, key=key)

    @classmethod
    def withdraw(cls, account, amount, session, key=None):
        return cls.as_user(session.user_id, account)._withdraw(amount, session, key=key)

    @classmethod
    def set_rate(cls, product, percent, since=date(2020, 1, 1), from_balance=0):
        """Let `product` earn `percent` a year from `since` and `from_balance` on, replacing what began there."""
        rate = product.interest_rate_ids.filtered(
            lambda rate: (rate.valid_from, rate.from_balance) == (since, from_balance)
        )
        if rate:
            rate.rate = percent
        else:
            product.interest_rate_ids = [
                Command.create({"valid_from": since, "from_balance": from_balance, "rate": percent})
            ]

    # === WHAT MUST HOLD AFTER EVERY SCENARIO === #

    def assertBooksAgree(self, company=None, as_of=None):
        """Subsidiary ledger = general ledger, entry by entry, and no balance of a member is negative."""
        company = company or self.company
        self.env.flush_all()
        self.assertEqual(company._koperasi_control_faults(as_of), [])
        accounts = self.env["koperasi.savings.account"].with_context(koperasi_as_of=as_of)
        self.assertFalse(accounts.search([("company_id", "=", company.id), ("balance", "<", 0)]))
