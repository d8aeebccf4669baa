import base64
import io
import logging
import time

from PIL import Image

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools.pdf import PdfReader

from odoo.addons.koperasi_simpan_pinjam.reports.card import code

from .common import KoperasiCase

_logger = logging.getLogger(__name__)
NIK = "3275034508850001"  # docs/domain.md 6.4
CR80 = (85.6 / 25.4 * 72, 54 / 25.4 * 72)  # points


@tagged("post_install", "-at_install")
class TestCard(KoperasiCase, HttpCase):
    """The member's card, and the counter that finds her by it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        session = cls.open_session(cls.bendahara, "KAS")
        cls.siti = cls.new_member("Siti Aminah", user=cls.sekretaris, nik_entry=NIK, rt="03")
        cls.aminah = cls.new_member("Aminah")
        cls.candidate = cls.new_member("Dewi")
        for member in (cls.siti, cls.aminah):
            cls.deposit(cls.account(member, "pokok"), 100000, session)
            cls.as_user(cls.ketua, member).action_approve()
        picture = io.BytesIO()
        Image.new("RGB", (60, 80), "orange").save(picture, "PNG")
        cls.picture = base64.b64encode(picture.getvalue())
        cls.siti.sudo().partner_id.image_1920 = cls.picture

    def pages(self, members, user=None):
        form = self.as_user(user or self.petugas, self.env["koperasi.member.card"]).create({"member_ids": members.ids})
        return PdfReader(io.BytesIO(form._download()[1])).pages

    def test_card(self):
        self.env["koperasi.profile"]._of(self.company).sudo().legal_number = "AHU-0001234.AH.01.26"
        self.company.logo = self.picture
        pages = self.pages(self.siti | self.aminah)
        self.assertEqual(len(pages), 2)
        for page in pages:
            for side, size in zip(page.mediabox[2:], CR80):
                self.assertAlmostEqual(float(side), size, 2)
        text = pages[0].extract_text()
        for part in (
            "Koperasi Warga RW 05",
            "AHU-0001234.AH.01.26",
            "Siti Aminah",
            "RW05-0001",
            "03 / 05",
            "11/24/2026",  # as the reader's language writes days
            "Ratna",
        ):
            self.assertIn(part, text)
        self.assertNotIn(NIK, text)
        self.assertNotIn(NIK[:6], text)
        self.assertIn("RW05-0002", pages[1].extract_text())

    def test_code_is_the_number(self):
        """Version 1 of the QR code, level M: 21 x 21 dots hold 20 characters of a member's number."""
        drawn = code(self.siti.number)
        self.assertEqual(drawn.value, "RW05-0001")
        drawn.draw()
        self.assertEqual(drawn.qr.getModuleCount(), 21)

    def test_counter_finds_the_number(self):
        """What a scanner types is the whole number: she comes first, as on the screen of the counter."""
        for number, member in (("RW05-0001", self.siti), ("rw05-0002", self.aminah)):
            found = self.as_user(self.petugas, self.env["koperasi.member"]).name_search(
                number, [("company_id", "=", self.company.id), ("state", "in", ("candidate", "active", "dormant"))]
            )
            self.assertEqual([row[0] for row in found], member.ids)

    def test_who_prints(self):
        response_of = lambda user, members: self.as_user(user, members).action_print_card()  # noqa: E731
        self.petugas.password = "petugas-dewi"
        self.authenticate("dewi", "petugas-dewi")
        response = self.url_open(response_of(self.petugas, self.siti)["url"])
        self.assertEqual((response.status_code, response.content[:5]), (200, b"%PDF-"))
        with self.assertRaisesRegex(UserError, "active or dormant"):
            response_of(self.petugas, self.candidate)
        form = response_of(self.sekretaris, self.siti | self.candidate)
        self.assertEqual(
            self.env["koperasi.member.card"].browse(int(form["url"].rsplit("/", 1)[1])).member_ids, self.siti
        )
        for user in (self.pengawas, self.pemantau, self.both.browse(self.other_bendahara.id)):
            with self.assertRaises(AccessError):
                response_of(user, self.siti)

    def test_a_thousand(self):
        start = time.perf_counter()
        members = self.env["koperasi.member"].browse(self.siti.ids * 1000)
        self.assertEqual(len(members._cards()), 1000)
        _logger.info("1,000 cards prepared: %.1f s", time.perf_counter() - start)
