from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import KoperasiCase


@tagged("post_install", "-at_install")
class TestPin(KoperasiCase):
    """The treasurer's PIN is 140785; Dewi, the teller, asks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own(cls.bendahara).koperasi_pin = "140785"

    @classmethod
    def own(cls, user):
        return user.with_user(user)

    def refusal(self, pin, user=None, roles=("bendahara", "ketua"), company=None):
        user = self.as_user(self.petugas, user or self.bendahara)
        return user._koperasi_pin_refusal(pin, company or self.company, roles)

    def test_only_she_sets_it(self):
        self.assertTrue(self.bendahara.koperasi_has_pin)
        for person in (self.system_user(), self.ketua):
            with self.assertRaises(AccessError):
                self.bendahara.with_user(person).koperasi_pin = "998877"
        for pin in ("1234", "12345a", "111111", "121212", "1234567"):
            with self.assertRaises(ValidationError, msg=pin):
                self.own(self.bendahara).koperasi_pin = pin
        self.own(self.bendahara).koperasi_pin = ""
        self.assertIsNone(self.refusal("140785"))

    def system_user(self):
        return self.env.ref("base.user_admin")

    def test_nobody_reads_it(self):
        for person in (self.bendahara, self.system_user()):
            user = self.bendahara.with_user(person)
            self.assertFalse(user.read(["koperasi_pin"])[0]["koperasi_pin"])
            with self.assertRaises(AccessError):
                user.read(["koperasi_pin_hash"])
            with self.assertRaises(AccessError):
                user.write({"koperasi_pin_failures": 0})
        self.assertNotIn("140785", self.bendahara.sudo().koperasi_pin_hash)

    def test_who_may_say_yes(self):
        self.assertIsNone(self.refusal("140785"))
        self.assertIn("can't decide", self.refusal("140785", roles=("ketua",)))
        self.assertIn("can't decide", self.refusal("140785", company=self.other))
        self.own(self.petugas).koperasi_pin = "140785"
        self.assertIn("can't decide", self.refusal("140785", self.petugas, roles=("petugas",)))  # not she herself
        with freeze_time("2027-01-01 03:00:00"):
            self.env["koperasi.officer"].search([("user_id", "=", self.bendahara.id)]).date_to = "2026-12-31"
            self.assertIn("can't decide", self.refusal("140785"))

    def test_after_five_wrong_tries_none_counts_for_a_quarter_of_an_hour(self):
        log = self.env["koperasi.audit.log"].search_count([("event", "=", "pin_failed")])
        for _try in range(4):
            self.assertIn("not the PIN", self.refusal("000000"))
        self.assertIsNone(self.refusal("140785"))  # begins anew
        for _try in range(5):
            self.assertIn("not the PIN", self.refusal("000000"))
        self.assertIn("Wait", self.refusal("140785"))
        self.assertEqual(self.env["koperasi.audit.log"].search_count([("event", "=", "pin_failed")]), log + 9)
        with freeze_time("2026-11-24 03:14:59"):
            self.assertIn("Wait", self.refusal("140785"))
        with freeze_time("2026-11-24 03:15:01"):
            self.assertIsNone(self.refusal("140785"))
