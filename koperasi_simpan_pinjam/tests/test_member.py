from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .common import TODAY, KoperasiCase

NIK = "3275034508850001"  # docs/domain.md 6.4: a woman born on 5 August 1985
DORMANT = 4


@tagged("post_install", "-at_install")
class TestMember(KoperasiCase):
    """Dormant members, NIK, groups. Dues are 20.000 a month; today is 24 November 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.koperasi_dormant_months = DORMANT
        cls.session = cls.open_session()

    def active(self, name="Siti", joined=TODAY):
        member = self.new_member(name, date_joined=joined)
        self.deposit(self.account(member, "pokok"), 100000, self.session)
        self.as_user(self.ketua, member).action_approve()
        return member

    def night(self):
        self.env["koperasi.member"]._cron_dormant()

    # === DORMANT (docs/domain.md 5.2) === #

    def test_dormant_after_four_months(self):
        """Who joined in August owes four months on 24 November; who joined in September three."""
        late, other = self.active("Siti", date(2026, 8, 20)), self.active("Aminah", date(2026, 9, 20))
        self.night()
        self.assertEqual((late.state, late.date_dormant, other.state), ("dormant", TODAY, "active"))
        self.assertIn("4 months of dues are late, Rp 80.000", late.message_ids[0].body)
        self.deposit(self.account(late, "wajib"), 19000, self.session)
        self.assertEqual(late.state, "dormant")
        self.deposit(self.account(late, "wajib"), 1000, self.session)
        self.assertEqual((late.state, late.date_dormant), ("active", False))

    def test_night_by_the_cooperatives_clock(self):
        """The scheduler knows no clock: at one in the morning in Bekasi, 25 November, the night before is over."""
        late = self.active("Siti", date(2026, 8, 20))
        with freeze_time("2026-11-24 18:00:00"):
            self.env["koperasi.member"].with_context(tz=None)._cron_dormant()
        self.assertEqual((late.state, late.date_dormant), ("dormant", date(2026, 11, 25)))

    def test_waived_months_wake_her(self):
        member = self.active("Siti", date(2026, 8, 20))
        self.night()
        waiver = self.as_user(self.petugas, self.env["koperasi.dues.exception"]).create(
            {
                "member_id": member.id,
                "month_from": date(2026, 8, 1),
                "month_to": date(2026, 8, 1),
                "kind": "waiver",
                "reason": "Sakit",
            }
        )
        self.as_user(self.ketua, waiver).action_approve()
        self.night()
        self.assertEqual(member.state, "active")

    def test_never_dormant(self):
        self.company.koperasi_dormant_months = 0
        member = self.active("Siti", date(2026, 1, 20))
        self.night()
        self.assertEqual(member.state, "active")

    def test_dormant_does_not_borrow(self):
        member = self.active("Siti", date(2026, 8, 20))
        self.night()
        loan = self.as_user(self.petugas, self.env["koperasi.loan"]).create(
            {
                "member_id": member.id,
                "product_id": self.env.ref(f"account.{self.company.id}_koperasi_loan_product_warga").id,
                "amount": 1000000,
            }
        )
        with self.assertRaisesRegex(UserError, "not an active member"):
            loan.action_submit()

    # === NIK (docs/domain.md 6.4) === #

    def test_nik_twice(self):
        """Who has it is told to who may read her; in another cooperative it is free."""
        siti = self.new_member("Siti", user=self.sekretaris, nik_entry=NIK)
        with self.assertRaisesRegex(UserError, f"{siti.number}  Siti has this NIK already"):
            self.new_member("Aminah", user=self.sekretaris, nik_entry=NIK)
        aminah = self.new_member("Aminah", user=self.sekretaris)
        with self.assertRaisesRegex(UserError, "Siti has this NIK already"):
            self.as_user(self.sekretaris, aminah).nik_entry = NIK
        stranger = self._new_person("stranger", sekretaris=self.other)
        self.new_member("Siti", self.other, stranger, nik_entry=NIK)
        # her own again, and nobody's
        self.as_user(self.sekretaris, siti).write({"nik_entry": NIK})
        self.as_user(self.sekretaris, siti).nik_entry = "-"
        self.assertFalse(siti.sudo().nik)

    def test_nik_of_who_left(self):
        siti = self.new_member("Siti", user=self.sekretaris, nik_entry=NIK)
        leaving = self.as_user(self.petugas, self.env["koperasi.member.exit"]).create(
            {"member_id": siti.id, "reason": "Pindah"}
        )
        self.as_user(self.ketua, leaving).action_approve()
        with self.assertRaisesRegex(UserError, "let her join again"):
            self.new_member("Siti", user=self.sekretaris, nik_entry=NIK)

    def test_nik_fills_the_form(self):
        with Form(self.as_user(self.sekretaris, self.env["koperasi.member"])) as form:
            form.partner_id = self.env["res.partner"].create({"name": "Siti"})
            form.rw_id = self.env["koperasi.rw"].search([("company_id", "=", self.company.id)], limit=1)
            form.nik_entry = NIK
            self.assertEqual((form.birth_date, form.sex), (date(1985, 8, 5), "female"))
        member = form.record
        self.assertFalse(member.nik_differs)
        member.sex = "male"
        self.assertTrue(member.nik_differs)

    def test_typed_nik_is_not_shown_again(self):
        """Neither by opening the form nor in the answer to saving it; an empty entry leaves the NIK as it is."""
        told = {"nik_entry": {}, "nik_masked": {}, "heir_ids": {"fields": {"nik_entry": {}, "nik_masked": {}}}}
        siti = self.as_user(self.sekretaris, self.new_member("Siti", user=self.sekretaris))
        heir = [Command.create({"name": "Ahmad", "nik_entry": "3275034508150001"})]
        [answer] = siti.web_save({"nik_entry": f" {NIK}", "heir_ids": heir}, told)
        self.assertEqual((answer["nik_entry"], answer["nik_masked"]), (False, "327503******0001"))
        self.assertEqual((siti.sudo().nik, siti.sudo().heir_ids.nik), (NIK, "3275034508150001"))
        self.env.invalidate_all()
        for [row] in (siti.web_read(told), siti.web_save({"nik_entry": ""}, told)):
            self.assertNotIn(NIK, str(row))
            self.assertNotIn("3275034508150001", str(row))
        self.assertEqual(siti.sudo().nik, NIK)
        [other] = self.as_user(self.sekretaris, self.env["koperasi.member"]).web_save(
            {
                "partner_id": self.env["res.partner"].create({"name": "Ani"}).id,
                "company_id": self.company.id,
                "rw_id": siti.rw_id.id,
                "nik_entry": "3275034508850002",
            },
            told,
        )
        self.assertEqual((other["nik_entry"], other["nik_masked"]), (False, "327503******0002"))
        with self.assertRaisesRegex(UserError, "has this NIK already"):
            siti.nik_entry = "3275034508850002"
        with self.assertRaisesRegex(ValidationError, "16 digits"):
            siti.nik_entry = f"{NIK}5"
        with self.assertRaises(AccessError):
            self.as_user(self.petugas, siti).nik_entry = NIK

    def test_nik_of_an_heir_is_shown_and_logged(self):
        siti = self.new_member("Siti", user=self.sekretaris)
        heir = self.env["koperasi.member.heir"].create(
            {"member_id": siti.id, "name": "Ahmad", "nik": "3275034508150001"}
        )
        shown = self.as_user(self.sekretaris, heir).action_reveal_nik()
        self.assertEqual(shown["params"]["message"], "3275034508150001")
        log = self.env["koperasi.audit.log"].search([("event", "=", "nik_revealed")])
        self.assertEqual((log.record, log.user_id), (heir, self.sekretaris))

    # === MEMBERSHIPS OF BEFORE THEY HAD ROWS === #

    def test_upgrade_makes_memberships(self):
        """Of Siti, who is active, and of Sari, who left; none twice, none of a candidate."""
        siti, sari = self.active("Siti"), self.active("Sari")
        leaving = self.as_user(self.petugas, self.env["koperasi.member.exit"]).create(
            {"member_id": sari.id, "reason": "Pindah"}
        )
        self.as_user(self.ketua, leaving).action_approve()
        kept, candidate = self.active("Aminah"), self.new_member("Dewi")
        own = (siti | sari).sudo().period_ids
        before = [(period.number, period.date_from, period.date_to, period.exit_id) for period in own]
        own.unlink()
        for _time in range(2):
            self.migrate("19.0.1.0.1/post-membership-periods.py", "19.0.1.0.0")
        after = (siti | sari).period_ids.sorted("number")
        self.assertEqual(
            [(period.number, period.date_from, period.date_to, period.exit_id) for period in after], before
        )
        self.assertEqual(after.company_id, self.company)
        self.assertEqual((len(kept.period_ids), len(candidate.period_ids)), (1, 0))

    def test_family_card_and_birth(self):
        member = self.new_member("Siti", user=self.sekretaris)
        with self.assertRaisesRegex(ValidationError, "16 digits"):
            self.as_user(self.sekretaris, member).kk_entry = "123"
        with self.assertRaisesRegex(ValidationError, "day to come"):
            member.birth_date = date(2026, 11, 25)

    # === GROUPS === #

    def test_group(self):
        siti, aminah = self.new_member("Siti"), self.new_member("Aminah")
        group = self.as_user(self.sekretaris, self.env["koperasi.group"]).create(
            {"name": "Dasawisma Melati 1", "company_id": self.company.id, "meeting_weekday": "1"}
        )
        (siti + aminah).group_id = group
        self.assertEqual(group.member_count, 2)
        group.head_id = siti
        self.assertEqual(self.env["koperasi.member"].search(group.action_members()["domain"]), siti + aminah)
        with self.assertRaisesRegex(ValidationError, "not in the group"):
            group.head_id = self.new_member("Wati")
        stranger = self.env["koperasi.group"].create({"name": "Lain", "company_id": self.other.id})
        with self.assertRaisesRegex(UserError, "compan"):
            siti.group_id = stranger
