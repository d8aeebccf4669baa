from datetime import date

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..models.koperasi_profile import STEPS
from .common import KoperasiCase

ORDER = [step for step, _label in STEPS]
FOUNDERS = (
    "Ratna Wulandari",
    "Sri Handayani",
    "Dewi Lestari",
    "Yuni Astuti",
    "Budi Santoso",
    "Siti Aminah",
    "Nur Hidayah",
    "Endang Susilowati",
    "Kartini Rahayu",
)


def nik(number):
    """A woman of 5 August 1985 from Bekasi Utara (docs/domain.md 6.4)."""
    return f"327503450885{number:04}"


class SetupCase(KoperasiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plain = cls.env["res.company"].create(
            {"name": "PT Lama", "country_id": cls.env.ref("base.id").id, "currency_id": cls.env.ref("base.IDR").id}
        )
        cls.env.user.company_ids |= cls.plain
        cls.system = new_test_user(
            cls.env,
            "sistem",
            groups="base.group_system",
            tz=False,
            company_id=cls.plain.id,
            company_ids=[(6, 0, cls.plain.ids)],
        )

    def as_system(self, model, company=None):
        """The model as the system administrator has it, working in `company`."""
        company = company or self.plain
        return self.env[model].with_user(self.system).with_context(allowed_company_ids=company.ids)

    def begin(self, name="Koperasi Mawar", **vals):
        """:return: the profile of the company begun"""
        before = self.env["koperasi.profile"].search([])
        self.as_system("koperasi.setup").create({"name": name, "in_indonesian": False, **vals}).action_begin()
        self.system.invalidate_recordset()
        company = (self.env["koperasi.profile"].search([]) - before).company_id
        return self.resume(company)

    def resume(self, company):
        """What the administrator gets who opens the set-up again."""
        action = self.as_system("koperasi.profile", company).action_set_up()
        return self.as_system("koperasi.profile", company).browse(action["res_id"])

    def walk(self, profile, until):
        while profile.step != until:
            profile.action_next()


@tagged("post_install", "-at_install")
class TestSetupWizard(SetupCase):
    def test_a_cooperative_from_nothing_to_green(self):
        """As a PKK mother does it: what is proposed stays, names and people are typed."""
        profile = self.begin(place="new")
        company = profile.company_id
        profile.write({"street": "Jl. Mawar 5", "street2": "Kel. Harapan Jaya", "city": "Bekasi"})
        profile.action_next()
        self.assertFalse(company.is_koperasi)
        profile.action_next()
        self.assertTrue(company.is_koperasi)
        self.assertEqual(profile.step, "legal")
        self.walk(profile, "founders")
        profile.write(
            {
                "founding_date": date(2026, 11, 1),
                "founding_place": "Balai RW 05",
                "founding_chair": "Ratna Wulandari",
                "founding_secretary": "Yuni Astuti",
                "founder_ids": [
                    Command.create({"name": name, "nik_entry": nik(number)}) for number, name in enumerate(FOUNDERS, 1)
                ],
            }
        )
        self.walk(profile, "people")
        for role in ("ketua", "sekretaris", "bendahara", "petugas", "pengawas"):
            self.as_system("koperasi.appointment", company).create(
                {"name": role.title(), "login": f"{role}-mawar", "role": role}
            ).action_confirm()
        profile.invalidate_recordset()
        self.walk(profile, "check")
        self.assertEqual([row["note"] for row in profile.checks if not row["ok"]], [])
        profile.action_finish()
        self.assertEqual(profile.finished_on, date(2026, 11, 24))
        self.assertEqual(company.currency_id, self.env.ref("base.IDR"))
        self.assertEqual(company._koperasi_control_faults(), [])
        # The usual amounts (docs/domain.md 5.1): 100.000 once, 20.000 a month; the loan of 4.12.
        self.assertEqual((profile.principal_amount, profile.dues_amount), (100000, 20000))
        self.assertEqual((profile.loan_rate, profile.loan_periods, profile.loan_savings_percent), (10, 10, 50))
        teller = self.env["res.users"].search([("login", "=", "petugas-mawar")])
        self.assertEqual((teller.lang, teller.tz, teller.company_id), ("id_ID", "Asia/Jakarta", company))
        self.assertTrue(teller._koperasi_has_role(company, "petugas"))
        self.assertFalse(teller.has_group("base.group_system"))

    def test_goes_on_where_it_was(self):
        """At every step: whoever closes the browser and comes back finds the step and what she typed."""
        profile = self.begin(place="new")
        company = profile.company_id
        typed = {
            "identity": {"city": "Bekasi"},
            "units": {"kind": "producer"},
            "legal": {"nib": "1234567890123"},
            "articles": {"article_duration": "75 tahun"},
            "founders": {"founding_place": "Balai RW 05"},
            "products": {"principal_amount": 50000.0},
            "cash": {"tz": "Asia/Makassar"},
            "people": {"legal_status": "informal"},
            "check": {"phone": "0812"},
        }
        for step in ORDER:
            profile.write(typed[step])
            self.env.flush_all()
            self.env.invalidate_all()
            profile = self.resume(company)
            self.assertEqual(profile.step, step)
            self.assertEqual({name: profile[name] for name in typed[step]}, typed[step])
            profile.action_next()
        self.assertEqual(self.env["koperasi.profile"].search_count([("company_id", "=", company.id)]), 1)

    def test_back_and_forth(self):
        profile = self.begin(place="here")
        profile.action_back()
        self.assertEqual(profile.step, "identity")
        self.walk(profile, "cash")
        profile.action_back()
        self.assertEqual(profile.step, "products")
        profile.step = "identity"
        self.walk(profile, "check")
        accounts = self.env["account.account"].search_count([("company_ids", "in", self.plain.ids)])
        profile.step = "units"
        profile.action_next()
        self.assertEqual(accounts, self.env["account.account"].search_count([("company_ids", "in", self.plain.ids)]))

    def test_later_steps_wait_for_the_switch(self):
        profile = self.begin(place="here")
        with self.assertRaisesRegex(UserError, "press Continue"):
            profile.step = "products"

    # === BESIDE WHAT RUNS ALREADY === #

    def _books(self):
        Chart = self.env["account.chart.template"]
        Chart.try_loading("id", self.plain, install_demo=False)
        own = [("company_id", "=", self.plain.id)]
        Account = self.env["account.account"].with_company(self.plain)
        taken = Account.create(
            {"code": "31010000", "name": "Modal", "account_type": "equity", "company_ids": [(6, 0, self.plain.ids)]}
        )
        bank = Account.search([("account_type", "=", "asset_cash"), ("company_ids", "in", self.plain.ids)], limit=1)
        journal = self.env["account.journal"].search([*own, ("type", "=", "general")], limit=1)
        move = (
            self.env["account.move"]
            .with_company(self.plain)
            .create(
                {
                    "date": date(2026, 10, 1),
                    "journal_id": journal.id,
                    "line_ids": [
                        Command.create({"account_id": bank.id, "debit": 500}),
                        Command.create({"account_id": taken.id, "credit": 500}),
                    ],
                }
            )
        )
        move.action_post()
        return move

    def _picture(self):
        """All that a company's books are made of."""
        Account = self.env["account.account"].with_company(self.plain)
        self.env.invalidate_all()
        return (
            self.plain.read(),
            [(row.code, row.name) for row in Account.search([("company_ids", "in", self.plain.ids)])],
            self.env["account.journal"].search([("company_id", "=", self.plain.id)]).mapped("code"),
            self.env["account.move"].search([("company_id", "=", self.plain.id)]).line_ids.read(
                ["account_id", "balance", "date", "analytic_distribution"]
            ),
        )

    def test_a_cooperative_beside_a_company_whose_books_stay(self):
        self._books()
        before = self._picture()
        setup = self.as_system("koperasi.setup").new({})
        self.assertEqual((setup.has_books, setup.place), (True, "new"))
        profile = self.begin()
        self.assertNotEqual(profile.company_id, self.plain)
        self.walk(profile, "check")
        after = self._picture()
        for row in (*before[0], *after[0]):
            row.pop("user_ids")  # the administrator, who works in the new company now
            row.pop("write_date")
        self.assertEqual(after, before)
        self.assertFalse(self.plain.is_koperasi)

    def test_taken_codes_get_the_next_free_one(self):
        self._books()
        profile = self.begin(place="here")
        self.walk(profile, "legal")
        account = self.env.ref(f"account.{self.plain.id}_koperasi_3101").with_company(self.plain)
        self.assertEqual(account.code, "31010001")
        self.assertEqual(self.plain._koperasi_control_faults(), [])

    def test_one_more_counter(self):
        profile = self.begin(place="new")
        company = profile.company_id
        self.walk(profile, "cash")
        self.assertEqual(len(profile.cash_box_ids), 2)
        profile.action_add_counter()
        profile.invalidate_recordset()
        box = profile.cash_box_ids.filtered(lambda box: box.name == "Counter 2")
        journal = box.journal_id.with_company(company).sudo()
        self.assertEqual((journal.code, journal.default_account_id.code), ("KL2", "11020001"))
        self.assertEqual(box.with_context(lang="id_ID").name, "Loket 2")

    # === WRONG INPUT === #

    def test_numbers_say_how_many_digits(self):
        profile = self.begin(place="new")
        for vals, message in (
            ({"nib": "123"}, "NIB of Koperasi Mawar: “123” is not 13 digits"),
            ({"vat": "01.234.567"}, "NPWP of Koperasi Mawar: “01.234.567” is not 15 or 16 digits"),
            ({"legal_date": date(2026, 11, 25)}, "11/25/2026 is still to come. Look at “Legal Entity Since”"),
            ({"founding_date": date(2027, 1, 1)}, "“Founding Meeting On”"),
        ):
            with self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
                profile.write(vals)
        profile.write({"nib": "1234 5678 90123", "vat": "3275.0345.0885.0001", "nik_koperasi": "32.75/7"})
        self.assertEqual((profile.nib, profile.company_id.vat), ("1234567890123", "3275034508850001"))

    def test_founders_are_checked(self):
        profile = self.begin(place="new")
        self.walk(profile, "founders")
        founder = {"name": "Siti", "profile_id": profile.id}
        Founder = self.as_system("koperasi.founder", profile.company_id)
        message = "NIK of Siti can't be right: A NIK has 16 digits"
        with self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
            Founder.create({**founder, "nik_entry": "123"})
        Founder.create({**founder, "nik_entry": nik(1)})
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            Founder.create({**founder, "nik_entry": nik(1)})
        self.assertIn("1 of at least 9", dict(self._notes(profile))["Founders"])
        profile.level = "secondary"
        self.assertIn("1 of at least 3", dict(self._notes(profile))["Founders"])

    def _notes(self, profile):
        profile.invalidate_recordset()
        return [(row["label"], row["note"]) for row in profile.checks]

    def test_the_checklist_names_what_is_missing_and_where(self):
        profile = self.begin(place="new")
        profile.write({"step": "units"})
        profile.action_next()
        profile.write({"legal_status": "legal", "article_capital": False, "step": "check"})
        rows = {row["label"]: row for row in profile.checks}
        self.assertFalse(profile.is_complete)
        self.assertIn("Number of the Legal Entity", rows["Legal status"]["note"])
        self.assertEqual(rows["Legal status"]["step"], "legal")
        self.assertEqual(rows["The ten points of the bylaws"]["note"], "Not filled in: Capital.")
        self.assertEqual(rows["Who does what"]["step"], "people")
        self.assertTrue(rows["Business units, accounts and first products"]["ok"])
        with self.assertRaisesRegex(UserError, "Not filled in: Capital"):
            profile.action_finish()
        with self.assertRaises(UserError):
            profile.finished_on = date(2026, 11, 24)

    def test_one_person_is_not_chair_and_treasurer(self):
        profile = self.begin(place="new")
        self.walk(profile, "people")
        company = profile.company_id
        Officer = self.env["koperasi.officer"]
        for role in ("ketua", "sekretaris", "bendahara", "petugas", "pengawas"):
            Officer.create({"user_id": self.system.id, "company_id": company.id, "role": role})
        self.assertIn("same person", dict(self._notes(profile))["Who does what"])
        company.koperasi_self_approval = True
        self.assertEqual(dict(self._notes(profile))["Who does what"], "")

    def test_a_taken_login(self):
        profile = self.begin(place="new")
        self.walk(profile, "people")
        Appointment = self.as_system("koperasi.appointment", profile.company_id)
        with self.assertRaisesRegex(UserError, "login “dewi” is taken"):
            Appointment.create({"name": "Dewi", "login": "dewi"}).action_confirm()
        appointment = Form(Appointment)
        appointment.name = "Wati Suryani"
        self.assertEqual(appointment.login, "wati")
        self.assertTrue(appointment.password)
        saved = appointment.save()
        saved.action_confirm()
        self.assertFalse(saved.password)

    # === UNITS === #

    def test_without_savings_and_loans(self):
        profile = self.begin(place="new")
        profile.write({"has_savings_unit": False})
        self.walk(profile, "products")
        company = profile.company_id
        products = self.env["koperasi.savings.product"].search([("company_id", "=", company.id)])
        self.assertNotIn("sukarela", products.mapped("savings_class"))
        shares = products.filtered(lambda product: product.savings_class in ("pokok", "wajib"))
        self.assertEqual(shares.unit_id, company.koperasi_general_unit_id)
        self.assertFalse(self.env["koperasi.loan.product"].search([("company_id", "=", company.id)]))
        self.assertFalse(self._sees_loans(company))
        profile.has_savings_unit = True
        self.assertEqual(shares.unit_id, company.koperasi_savings_unit_id)
        self.assertTrue(self.env["koperasi.loan.product"].search([("company_id", "=", company.id)]))
        self.assertTrue(self._sees_loans(company))

    def _sees_loans(self, company):
        name = f"ketua{self.env['res.users'].search_count([])}"
        ketua = self._new_person(name, ketua=company)
        menus = self.env["ir.ui.menu"].with_user(ketua).load_menus(False)
        return self.env.ref("koperasi_simpan_pinjam.menu_loans").id in menus

    def test_a_unit_with_transactions_stays(self):
        member = self.new_member("Siti")
        self.deposit(self.account(member, "sukarela"), 50000, self.open_session())
        with self.assertRaisesRegex(UserError, "keeps that unit"):
            self.company.koperasi_has_savings_unit = False

    # === THE FOUNDERS AS MEMBERS, AND ON PAPER === #

    def _with_founders(self):
        profile = self.begin(place="new")
        self.walk(profile, "founders")
        area = self.env["koperasi.rw"].search([("company_id", "=", profile.company_id.id), ("code", "=", "05")])
        profile.founder_ids = [
            Command.create({"name": name, "nik_entry": nik(number), "rw_id": area.id, "rt": "02"})
            for number, name in enumerate(FOUNDERS, 1)
        ]
        return profile

    def test_founders_become_candidates_once(self):
        profile = self._with_founders()
        profile.founder_ids[0].rw_id = False
        with self.assertRaisesRegex(UserError, "RW first.*Ratna Wulandari"):
            profile.action_enter_founders()
        profile.founder_ids[0].rw_id = profile.founder_ids[1].rw_id
        for _time in range(2):
            profile.action_enter_founders()
        members = self.env["koperasi.member"].search([("company_id", "=", profile.company_id.id)])
        self.assertEqual(sorted(members.mapped("name")), sorted(FOUNDERS))
        self.assertEqual(set(members.mapped("state")), {"candidate"})
        self.assertEqual(members.sorted("number")[0].number, "RW05-0001")
        self.assertEqual(sorted(members.sudo().mapped("nik")), [nik(number) for number in range(1, 10)])

    def test_a_founder_who_is_a_member_already_is_that_member(self):
        profile = self._with_founders()
        founder = profile.founder_ids[3]
        member = self.env["koperasi.member"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": founder.name}).id,
                "company_id": profile.company_id.id,
                "rw_id": founder.rw_id.id,
                "nik": founder.sudo().nik,
            }
        )
        profile.action_enter_founders()
        self.assertEqual(founder.member_id, member)
        members = self.env["koperasi.member"].search_count([("company_id", "=", profile.company_id.id)])
        self.assertEqual(members, 9)

    def test_minutes_of_the_founding_meeting(self):
        profile = self._with_founders()
        profile.write({"founding_date": date(2026, 2, 1), "founding_place": "Balai RW 05", "city": "Bekasi"})
        html = self.env["ir.actions.report"]._render_qweb_html(
            "koperasi_simpan_pinjam.report_founding_minutes", profile.ids
        )[0].decode()
        for text in (
            "Minggu, 1 Februari 2026",  # the first of February 2026 is a Sunday
            "Balai RW 05",
            "Rp 100.000",
            "Rp 20.000",
            *FOUNDERS,
            "327503******0001",
            "jangka waktu tidak terbatas",
        ):
            self.assertIn(text, html)
        self.assertNotIn(nik(1), html)
        self.assertEqual([article[0] for article in profile._articles()], list("abcdefghij"))

    # === WHOSE IT IS === #

    def test_the_cooperatives_own_administrator(self):
        """She changes name, address and amounts with no right on Odoo's companies; the others only read."""
        profile = self.env["koperasi.profile"]._of(self.company)
        mine = self.as_user(self.admin, profile)
        mine.write({"city": "Bekasi", "fiscalyear_last_month": "6", "principal_amount": 150000})
        self.assertEqual((self.company.city, self.company.fiscalyear_last_day), ("Bekasi", 30))
        self.assertEqual(self.env.ref(f"account.{self.company.id}_koperasi_product_pokok").amount, 150000)
        appointment = self.as_user(self.admin, self.env["koperasi.appointment"]).create(
            {"name": "Wati", "login": "wati", "role": "petugas"}
        )
        appointment.action_confirm()
        self.assertEqual(self.env["res.users"].search([("login", "=", "wati")]).company_ids, self.company)
        for user in (self.ketua, self.bendahara, self.sekretaris, self.pengawas):
            hers = self.as_user(user, profile)
            self.assertEqual(hers.city, "Bekasi")
            hers.read(["checks", "cash_box_ids", "officer_ids", "principal_amount", "loan_rate"])
            with self.assertRaises(AccessError):
                hers.city = "Jakarta"
            with self.assertRaises(AccessError):
                hers.action_next()
        with self.assertRaises(AccessError):
            self.as_user(self.petugas, profile).read(["city"])

    def test_home_says_what_is_left(self):
        home = self.as_user(self.admin, self.env["koperasi.home"])
        [task] = home.get_page()["tasks"]
        profile = self.env["koperasi.profile"]._of(self.company)
        self.assertEqual(task["count"], sum(not row["ok"] for row in profile.checks))
        self.assertEqual(task["action"]["res_id"], profile.id)
        self.assertFalse(self.as_user(self.pemantau, self.env["koperasi.home"]).get_page()["tasks"])
