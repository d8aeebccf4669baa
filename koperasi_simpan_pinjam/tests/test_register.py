import logging
import time
from datetime import date
from io import BytesIO

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, freeze_time, tagged
from odoo.tools.pdf import PdfReader

from .common import TODAY, KoperasiCase

_logger = logging.getLogger(__name__)
NIK, MASKED = "3275034508850001", "327503******0001"  # docs/domain.md 6.4: a woman born on 5 August 1985


@tagged("post_install", "-at_install")
class TestRegister(KoperasiCase, HttpCase):
    """The register of members for any day (docs/domain.md 6.1). Siti joined in March and left in October, Aminah joined
    in June, Dewi applied in October and is no member yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.siti = cls._member(
            date(2026, 3, 2),
            "Siti Aminah",
            nik_entry=NIK,
            rt="02",
            birth_place="Bekasi",
            birth_date=date(1985, 8, 5),
            sex="female",
            occupation="Penjahit",
        )
        cls.siti.partner_id.street = "Jl. Melati 3"
        cls.aminah = cls._member(date(2026, 6, 1), "Aminah")
        with freeze_time("2026-10-20 03:00:00"):
            cls.candidate = cls.new_member("Dewi")
            exit_ = cls.as_user(cls.sekretaris, cls.env["koperasi.member.exit"]).create(
                {"member_id": cls.siti.id, "reason": "Pindah rumah", "date_requested": date(2026, 10, 15)}
            )
            cls.as_user(cls.ketua, exit_).action_approve()

    @classmethod
    def _member(cls, day, name, **vals):
        """Active since `day`."""
        with freeze_time(f"{day} 03:00:00"):
            session = cls.open_session(cls.bendahara, "KAS", day=day)
            member = cls.new_member(name, user=cls.sekretaris, **vals)
            cls.deposit(cls.account(member, "pokok"), 100000, session)
            cls.as_user(cls.ketua, member).action_approve()
            session._do_close(session.expected_amount, {100: int(session.expected_amount / 100)})
        return member

    def register(self, user=None, **vals):
        return self.as_user(user or self.sekretaris, self.env["koperasi.member.register"]).create(
            {"company_id": self.company.id, **vals}
        )

    def names(self, **vals):
        return [row["name"] for row in self.register(**vals)._rows()]

    def test_rows(self):
        row, other = self.register()._rows()
        self.assertEqual(
            row,
            {
                "number": "RW05-0001",
                "name": "Siti Aminah",
                "nik": MASKED,
                "birth": "Bekasi, 08/05/1985",  # as the reader's language writes days
                "sex": "F",  # of Female; P in Indonesian
                "occupation": "Penjahit",
                "address": "Jl. Melati 3, RT 02 / RW 05",
                "date_from": date(2026, 3, 2),
                "date_requested": date(2026, 10, 15),
                "date_to": date(2026, 10, 20),
                "reason": "Own Request: Pindah rumah",
            },
        )
        self.assertEqual((other["name"], other["address"], other["date_to"]), ("Aminah", "RW 05", False))

    def test_as_of(self):
        """A past day is told as it was, whatever came later."""
        self.assertEqual(self.names(date=date(2026, 3, 1)), [])
        self.assertEqual(self.names(date=date(2026, 5, 31)), ["Siti Aminah"])
        [row, _other] = self.register(date=date(2026, 10, 19))._rows()
        self.assertEqual((row["date_requested"], row["date_to"], row["reason"]), (False, False, ""))

    def test_who(self):
        self.assertEqual(self.names(kind="all"), ["Siti Aminah", "Aminah"])
        self.assertEqual(self.names(kind="members"), ["Aminah"])
        self.assertEqual(self.names(kind="members", date=date(2026, 10, 19)), ["Siti Aminah", "Aminah"])
        self.assertEqual(self.names(kind="left"), ["Siti Aminah"])
        self.assertEqual(self.names(rw_ids=self.siti.rw_id.ids), ["Siti Aminah", "Aminah"])
        other = self.env["koperasi.rw"].search([("company_id", "=", self.company.id), ("code", "=", "06")])
        self.assertEqual(self.names(rw_ids=other.ids), [])

    def test_from_the_list_of_members(self):
        action = self.env.ref("koperasi_simpan_pinjam.koperasi_member_register_action")
        self.assertEqual(action.binding_model_id.model, "koperasi.member")
        ticked = {"active_model": "koperasi.member", "active_ids": (self.aminah | self.candidate).ids}
        with Form(self.as_user(self.sekretaris, self.env["koperasi.member.register"]).with_context(**ticked)) as form:
            self.assertEqual(form.company_id, self.company)
        self.assertEqual([row["name"] for row in form.record._rows()], ["Aminah"])
        with self.assertRaisesRegex(UserError, "Candidates are not members yet"):
            self.register(member_ids=self.candidate.ids).action_print()

    def test_only_its_readers(self):
        for user in (self.petugas, self.pemantau):
            with self.assertRaises(AccessError):
                self.register(user)
        with self.assertRaises(AccessError):
            self.register(self.both, company_id=self.other.id)._rows()
        self.assertEqual(self.register(self.both, company_id=self.company.id)._rows()[0]["nik"], MASKED)

    def test_files(self):
        self.sekretaris.password = "sekretaris-yuni"
        self.authenticate("yuni", "sekretaris-yuni")
        register = self.register(file_type="xlsx")
        response = self.url_open(register.action_print()["url"])
        self.assertEqual(response.status_code, 200)
        sheet = load_workbook(BytesIO(response.content)).active
        rows = list(sheet.iter_rows(min_row=3, values_only=True))
        self.assertEqual(len(rows), 3)
        self.assertEqual((rows[0][2], rows[0][13]), ("Full Name, NIK", "Left: Reason"))
        self.assertEqual(rows[1][:3], ("1", "RW05-0001", f"Siti Aminah\n{MASKED}"))
        self.assertEqual((rows[1][7].date(), rows[1][13]), (date(2026, 3, 2), "Own Request: Pindah rumah"))
        self.assertNotIn(NIK, str(rows))

    def pages(self, register):
        name, content = register._download()
        self.assertEqual(name, "Register of Members 2026-11-24.pdf")
        return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]

    def test_paper(self):
        [text] = self.pages(self.register())
        for part in ("Siti Aminah", MASKED, "Pindah rumah", "art. 17", "Yuni", "Ratna", "page 1 of 1"):
            self.assertIn(part, text)
        for part in (NIK, "Dewi"):
            self.assertNotIn(part, text)

    def test_a_thousand_members(self):
        """The queries do not grow with the members; the time is printed."""
        partners = self.env["res.partner"].create([{"name": f"Anggota {number}"} for number in range(1000)])
        members = self.env["koperasi.member"].create(
            [
                {"partner_id": partner.id, "company_id": self.company.id, "rw_id": self.siti.rw_id.id}
                for partner in partners
            ]
        )
        self.env["koperasi.membership.period"].create(
            [{"member_id": member.id, "number": member.number, "date_from": TODAY} for member in members]
        )
        self.env.flush_all()
        register = self.register()
        self.env.invalidate_all()
        with self.assertQueryCount(60):
            rows = register._rows()
        self.assertEqual(len(rows), 1002)
        start = time.perf_counter()
        pages = self.pages(register)
        _logger.info("register of 1,002 members on %s pages: %.1f s", len(pages), time.perf_counter() - start)
        self.assertIn("Anggota 999", pages[-1])
        for number, page in enumerate(pages, 1):  # no page without its heads and number
            self.assertIn("Full Name", page)
            self.assertIn(f"page {number} of {len(pages)}", page)
