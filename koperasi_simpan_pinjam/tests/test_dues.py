from datetime import date

from psycopg2 import errors

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TODAY, KoperasiCase


@tagged("post_install", "-at_install")
class TestDues(KoperasiCase):
    """20.000 a month, due on the 10th; today is 24 November 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = cls.open_session()
        cls.product = cls.env.ref(f"account.{cls.company.id}_koperasi_product_wajib")
        cls.siti = cls.new_member("Siti Aminah", date_joined=date(2026, 8, 20))
        cls.wajib = cls.account(cls.siti, "wajib")

    def dues(self, member=None, as_of=None):
        member = (member or self.siti).with_context(koperasi_as_of=as_of)
        return member.dues_months_late, member.dues_arrears, member.dues_paid_until

    def excuse(self, month_from, month_to, kind="waiver", user=None, approve=True):
        exception = self.as_user(user or self.petugas, self.env["koperasi.dues.exception"]).create(
            {
                "member_id": self.siti.id,
                "month_from": month_from,
                "month_to": month_to,
                "kind": kind,
                "reason": "Sakit",
            }
        )
        if approve:
            self.as_user(self.ketua, exception).action_approve()
        return exception

    def test_the_joining_month_is_owed(self):
        """August, September, October, November: 4 x 20.000."""
        self.assertEqual(self.dues(), (4, 80000, False))
        self.assertEqual(self.dues(self.new_member("Baru")), (1, 20000, False))

    def test_oldest_month_first(self):
        """50.000 pays August and September, and half of October."""
        self.deposit(self.wajib, 50000, self.session)
        self.assertEqual(self.dues(), (2, 30000, date(2026, 9, 1)))
        position = self.siti._dues_position()[self.siti.id]
        self.assertEqual([(month.month.month, month.open) for month in position.arrears], [(10, 10000), (11, 20000)])

    def test_advance(self):
        """120.000 pays six months: up to January."""
        self.deposit(self.wajib, 120000, self.session)
        self.assertEqual(self.dues(), (0, 0, date(2027, 1, 1)))
        self.assertEqual(self.siti._dues_position()[self.siti.id].advance, 40000)

    def test_past_date(self):
        """On 30 September two months were due and 20.000 paid; what came in October changes nothing of it."""
        first = self.open_session(self.bendahara, "KAS", day=date(2026, 9, 25))
        self.deposit(self.wajib, 20000, first)
        self.deposit(self.wajib, 60000, self.session)
        self.assertEqual(self.dues(as_of=date(2026, 9, 9)), (1, 20000, False))
        self.assertEqual(self.dues(as_of=date(2026, 9, 30)), (1, 20000, date(2026, 8, 1)))
        self.assertEqual(self.dues(), (0, 0, date(2026, 11, 1)))

    def test_before_the_day_the_month_is_not_due(self):
        """The joining month falls due on joining, the others on the day of the setting."""
        self.company.koperasi_dues_day = 25
        self.assertEqual(self.dues(), (3, 60000, False))
        with self.assertRaises(errors.CheckViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.company.koperasi_dues_day = 0
            self.env.flush_all()

    def test_new_amount_from_a_month(self):
        """25.000 from October: 20.000 + 20.000 + 25.000 + 25.000."""
        rate = self.env["koperasi.dues.rate"].create(
            {"product_id": self.product.id, "valid_from": date(2026, 10, 5), "amount": 25000}
        )
        self.assertEqual(self.dues(), (4, 90000, False))
        self.deposit(self.wajib, 20000, self.session)
        self.assertEqual(self.dues(), (3, 70000, date(2026, 8, 1)))
        with self.assertRaisesRegex(UserError, "past months"):
            rate.amount = 30000
        with self.assertRaisesRegex(UserError, "past months"):
            rate.copy({"valid_from": date(2026, 9, 1)})
        with self.assertRaisesRegex(UserError, "past months"):
            rate.unlink()
        rate.copy({"valid_from": date(2026, 12, 1)})
        with self.assertRaises(errors.UniqueViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            rate.copy({"valid_from": date(2026, 12, 31)})

    def test_rates_belong_to_mandatory_savings(self):
        with self.assertRaisesRegex(ValidationError, "not mandatory"):
            self.env["koperasi.dues.rate"].create(
                {"product_id": self.account(self.siti, "sukarela").product_id.id, "valid_from": TODAY, "amount": 1}
            )
        with self.assertRaises(AccessError):
            self.as_user(self.bendahara, self.product.rate_ids).amount = 1000
        self.as_user(self.admin, self.product.rate_ids).amount = 10000
        self.assertEqual(self.dues(), (4, 40000, False))

    def test_waiver_and_suspension(self):
        """September and October cost nothing; 40.000 then pays August and November."""
        self.excuse(date(2026, 9, 1), date(2026, 9, 30))
        self.excuse(date(2026, 10, 15), date(2026, 10, 15), kind="suspension")
        self.assertEqual(self.dues(), (2, 40000, False))
        self.deposit(self.wajib, 40000, self.session)
        self.assertEqual(self.dues(), (0, 0, date(2026, 11, 1)))
        self.assertEqual(self.dues(as_of=date(2026, 11, 23)), (4, 80000, False))  # decided today

    def test_who_excuses(self):
        exception = self.excuse(date(2026, 9, 1), date(2026, 9, 1), approve=False)
        self.assertEqual(self.dues(), (4, 80000, False))
        for user in (self.petugas, self.bendahara, self.sekretaris, self.pengawas):
            with self.assertRaises(AccessError):
                self.as_user(user, exception).action_approve()
        with self.assertRaisesRegex(UserError, "by its actions"):
            self.as_user(self.petugas, exception).state = "approved"
        self.as_user(self.ketua, exception).action_refuse()
        self.assertEqual(self.dues(), (4, 80000, False))
        own = self.excuse(date(2026, 9, 1), date(2026, 9, 1), user=self.ketua, approve=False)
        with self.assertRaisesRegex(UserError, "second person"):
            own.action_approve()
        self.ketua.partner_id = self.siti.partner_id
        with self.assertRaisesRegex(UserError, "her own request"):
            own.action_approve()
        with self.assertRaises(AccessError):
            self.excuse(date(2026, 9, 1), date(2026, 9, 1), user=self.pengawas)

    def test_a_correction_owes_again(self):
        receipt = self.deposit(self.wajib, 80000, self.session)
        self.assertEqual(self.dues()[:2], (0, 0))
        correction = self.as_user(self.petugas, self.env["koperasi.correction"]).create(
            {"transaction_id": receipt.id, "reason": "Salah"}
        )
        self.as_user(self.bendahara, correction).action_approve()
        self.assertEqual(self.dues(), (4, 80000, False))

    def test_who_is_late_in_a_list(self):
        paid = self.new_member("Aminah")
        self.deposit(self.account(paid, "wajib"), 20000, self.session)
        members = self.as_user(self.sekretaris, self.env["koperasi.member"])
        self.assertEqual(members.search([("dues_months_late", ">", 0)]), self.siti)
        self.assertEqual(members.search([("dues_months_late", "<=", 0)]), paid)

    def test_queries_do_not_grow_with_members(self):
        members = self.env["koperasi.member"].union(*(self.new_member(f"Anggota {i}") for i in range(50)))
        counts = []
        for some in (members[:10], members[:10], members):  # the first fills the caches that everybody shares
            self.env.flush_all()
            self.env.invalidate_all()
            some = self.as_user(self.sekretaris, some)
            some.mapped("display_name")
            before = self.cr.sql_log_count
            some.mapped("dues_arrears")
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertLess(counts[2], 12)


@tagged("post_install", "-at_install")
class TestHeirs(KoperasiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.siti = cls.new_member("Siti Aminah")

    def heir(self, user=None, **vals):
        return self.as_user(user or self.sekretaris, self.env["koperasi.member.heir"]).create(
            {"member_id": self.siti.id, "name": "Hasan", "share": 50, **vals}
        )

    def test_shares(self):
        self.heir()
        self.heir(name="Putri", relation="child")
        with self.assertRaisesRegex(ValidationError, "share 101 %"):
            self.heir(name="Lagi", share=1)

    def test_nik(self):
        """A child is an heir too: born on 5 August 2015."""
        heir = self.heir(nik_entry="3275034508150001")
        self.assertEqual(heir.nik_masked, "327503******0001")
        with self.assertRaisesRegex(ValidationError, "Hasan can't be right"):
            self.heir(nik_entry="3275033208850001")
        with self.assertRaises(AccessError):
            self.as_user(self.petugas, heir).read(["nik"])
        self.assertEqual(self.as_user(self.petugas, heir).nik_masked, "327503******0001")

    def test_who(self):
        heir = self.heir(user=self.petugas)
        self.assertEqual(self.as_user(self.pengawas, heir).name, "Hasan")
        for user in (self.bendahara, self.pengawas, self.ketua):
            with self.assertRaises(AccessError):
                self.as_user(user, heir).name = "Lain"
        with self.assertRaises(AccessError):
            self.as_user(self.other_bendahara, heir).read(["name"])
