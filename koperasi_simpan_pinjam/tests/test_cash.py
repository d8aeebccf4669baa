import base64
import io

from reportlab.pdfgen import canvas

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools.pdf import PdfFileReader

from .common import TODAY, KoperasiCase

YESTERDAY = TODAY.replace(day=23)
PIXEL = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c63f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
    )
)


@tagged("post_install", "-at_install")
class TestCash(KoperasiCase):
    """Yesterday Dewi received 500.000 at counter 1 and forgot to close."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-11-23 03:00:00"):
            cls.siti = cls.new_member("Siti Aminah")
            cls.forgotten = cls.open_session(day=YESTERDAY)
            cls.sukarela = cls.account(cls.siti, "sukarela")
            cls.deposit(cls.sukarela, 500000, cls.forgotten)
        cls.counter, cls.vault = (
            cls.env.ref(f"account.{cls.company.id}_koperasi_box_cash_{name}") for name in ("counter", "main")
        )

    def close(self, session, user=None, **quantities):
        """:param quantities: pieces of notes, `n50000=2`"""
        wizard = self.as_user(user or session.user_id, self.env["koperasi.cash.close"])
        with Form(wizard.with_context(default_session_id=session.id)) as form:
            for index in range(len(form.line_ids)):
                with form.line_ids.edit(index) as line:
                    line.quantity = quantities.get(f"n{line.denomination}", 0)
        return form.record

    # === THE COUNT === #

    def test_count_by_denomination(self):
        """9 x 50.000 + 2 x 20.000 + 9 x 1.000 = 499.000: 1.000 short of 500.000."""
        form = self.close(self.forgotten, n50000=9, n20000=2, n1000=9)
        self.assertEqual((form.counted_amount, form.difference), (499000, -1000))
        form.action_confirm()
        self.assertEqual(
            [(count.denomination, count.quantity, count.amount) for count in self.forgotten.count_ids],
            [(50000, 9, 450000), (20000, 2, 40000), (1000, 9, 9000)],
        )
        self.assertEqual((self.forgotten.counted_amount, self.forgotten.difference), (499000, -1000))
        rows = self.forgotten.with_user(self.petugas)._count_rows()
        self.assertEqual([amount for _label, amount, _strong in rows], [0, 500000, 0, 500000, 499000, -1000])
        with self.assertRaises(UserError):
            self.forgotten.count_ids[0].quantity = 10
        html = self.env["ir.actions.report"].with_user(self.petugas)
        html = html._render_qweb_html("koperasi_simpan_pinjam.report_cash_count", self.forgotten.ids)[0].decode()
        for text in ("Dewi", "50.000", "450.000", "499.000", "(1.000)", "empat ratus sembilan puluh sembilan ribu"):
            self.assertIn(text, html)
        self.assertBooksAgree()

    def test_a_sum_without_notes_is_a_count_too(self):
        form = self.close(self.forgotten)
        self.assertEqual(form.counted_amount, 0)
        form.counted_amount = 500000
        form.action_confirm()
        self.assertFalse(self.forgotten.count_ids or self.forgotten.difference)

    def test_notes_sum_to_what_was_counted(self):
        with self.assertRaisesRegex(UserError, "Count again"):
            self.as_user(self.petugas, self.forgotten)._do_close(500000, {50000: 9})

    # === YESTERDAY'S === #

    def test_a_forgotten_session_closes_on_its_own_day_and_does_not_block_today(self):
        """Today 100.000 more came in; yesterday's count finds 1.000 too little: today's box holds 599.000."""
        today = self.open_session()
        self.assertTrue(self.forgotten.is_forgotten)
        self.assertEqual(self.as_user(self.petugas, today)._current(self.company), today)
        self.deposit(self.sukarela, 100000, today)
        self.assertEqual((self.forgotten.expected_amount, today.expected_amount), (500000, 600000))
        self.close(self.forgotten, n50000=9, n20000=2, n1000=9).action_confirm()
        short = self.forgotten.transaction_ids.sorted("id")[-1]
        self.assertEqual((short.date, short.line_ids.amount), (YESTERDAY, -1000))
        self.assertEqual((today.state, today.expected_amount), ("open", 599000))
        self.close(today, n50000=10, n20000=4, n1000=19).action_confirm()
        self.assertEqual(today.difference, 0)
        self.assertBooksAgree()

    def test_who_sees_the_button(self):
        for user, may in ((self.petugas, True), (self.bendahara, True), (self.ketua, False)):
            self.assertEqual(self.as_user(user, self.forgotten).may_close, may)
        vault = self.open_session(self.bendahara, "KAS")
        self.assertFalse(self.as_user(self.petugas, vault).may_close)
        with self.assertRaises(AccessError):
            self.as_user(self.petugas, vault).action_close()

    # === HAND-OVER === #

    def handover(self, amount, session, target):
        return self.as_user(session.user_id, self.env["koperasi.cash.handover"]).create(
            {"session_id": session.id, "target_id": target.id, "amount": amount, "company_id": self.company.id}
        )

    def in_transit(self):
        account = self.company.transfer_account_id
        return sum(self.env["account.move.line"].search([("account_id", "=", account.id)]).mapped("balance"))

    def test_handover(self):
        today, vault = self.open_session(), self.open_session(self.bendahara, "KAS")
        handover = self.handover(300000, today, self.vault)
        handover.action_send()
        self.assertEqual((handover.out_id.number, handover.out_id.party), ("BKK/KL1/2026/0001", "Main Cash"))
        self.assertEqual((today.expected_amount, vault.expected_amount), (200000, 0))
        self.assertEqual(self.in_transit(), 300000)
        self.as_user(self.bendahara, handover).action_receive()
        self.assertEqual((handover.in_id.number, handover.state), ("BKM/KAS/2026/0001", "received"))
        self.assertEqual((today.expected_amount, vault.expected_amount), (200000, 300000))
        self.assertEqual(self.in_transit(), 0)
        for action in (handover.action_send, self.as_user(self.bendahara, handover).action_receive):
            with self.assertRaises(UserError):
                action()
        with self.assertRaisesRegex(UserError, "stays as it is"):
            handover.amount = 1
        self.assertBooksAgree()

    def test_handover_that_is_refused(self):
        today = self.open_session()
        with self.assertRaisesRegex(UserError, "holds Rp 500.000 only"):
            self.handover(500001, today, self.vault).action_send()
        with self.assertRaisesRegex(UserError, "to itself"):
            self.handover(1000, today, self.counter).action_send()
        handover = self.handover(1000, today, self.vault)
        with self.assertRaisesRegex(UserError, "no open session at Main Cash"):
            self.as_user(self.bendahara, handover).action_receive()
        handover.action_send()
        self.open_session(self.bendahara, "KAS")
        correction = self.as_user(self.petugas, self.env["koperasi.correction"]).create(
            {"transaction_id": handover.out_id.id, "reason": "Batal"}
        )
        self.as_user(self.bendahara, correction).action_approve()
        with self.assertRaisesRegex(UserError, "taken back"):
            self.as_user(self.bendahara, handover).action_receive()
        self.assertEqual(today.expected_amount, 500000)

    # === PAYMENTS === #

    def payment(self, amount, **vals):
        return self.as_user(self.petugas, self.env["koperasi.cash.entry"]).create(
            {
                "purpose_id": self.env.ref(f"account.{self.company.id}_koperasi_purpose_supplies").id,
                "direction": "out",
                "amount": amount,
                "company_id": self.company.id,
                **vals,
            }
        )

    def test_the_bill_stays_with_its_voucher(self):
        self.open_session()
        entry = self.payment(75000, bill=PIXEL)
        voucher = self.env["koperasi.transaction"].browse(entry.action_confirm()["res_id"])
        entry.action_confirm()
        self.assertEqual(len(voucher.bill_ids), 1)
        self.assertTrue(self.as_user(self.pengawas, voucher).bill_ids.datas)
        with self.assertRaises(AccessError):
            self.as_user(self.bendahara, voucher).bill_ids.unlink()

    def test_above_its_limit_a_second_person_agrees(self):
        self.open_session()
        self.env.ref(f"account.{self.company.id}_koperasi_purpose_supplies").approval_limit = 50000
        self.ketua.with_user(self.ketua).koperasi_pin = "140785"
        self.assertFalse(self.payment(50000).needs_approval)
        self.payment(50000).action_confirm()
        entry = self.payment(50001)
        self.assertTrue(entry.needs_approval)
        with self.assertRaisesRegex(UserError, "second person"):
            entry.action_confirm()
        entry.approver_id = self.ketua
        entry.pin = "140786"
        self.assertIn("not the PIN", entry.action_confirm()["params"]["message"])
        entry.pin = "140785"
        voucher = self.env["koperasi.transaction"].browse(entry.action_confirm()["res_id"])
        self.assertEqual((voucher.amount, voucher.approver_id), (50001, self.ketua))

    # === RECEIPTS === #

    def test_a_box_prints_on_its_own_paper(self):
        receipt = self.as_user(self.petugas, self.forgotten.transaction_ids)
        reports = self.env["ir.actions.report"].with_user(self.petugas)
        for printer, report in (
            ("half_a4", "report_slip"),
            ("roll_80", "report_slip_80"),
            ("roll_58", "report_slip_58"),
        ):
            self.counter.printer = printer
            self.assertEqual(receipt.action_print()["report_name"], f"koperasi_simpan_pinjam.{report}")
            html = reports._render_qweb_html(f"koperasi_simpan_pinjam.{report}", receipt.ids)[0].decode()
            for text in ("BKM/KL1/2026/0001", "Siti Aminah", "Rp 500.000", "lima ratus ribu rupiah", "Dewi"):
                self.assertIn(text, html)

    def test_a_roll_is_cut_off_where_the_slip_ends(self):
        """Of two pages of 80 x 1500 mm, one ends at 1200 points from below, one has no end: 5 mm are left under it."""
        reports = self.env["ir.actions.report"]
        buffer = io.BytesIO()
        page = canvas.Canvas(buffer, pagesize=(227, 4252))
        page.linkURL(self.forgotten.transaction_ids._slip_end(), (10, 1200, 50, 1210))
        page.showPage()
        page.drawString(10, 10, "x")
        page.showPage()
        page.save()
        short, whole = PdfFileReader(io.BytesIO(reports._koperasi_cut_off(buffer.getvalue()))).pages
        self.assertEqual([float(side) for side in short.mediabox], [0, 1186, 227, 4252])
        self.assertNotIn("/Annots", short)
        self.assertEqual([float(side) for side in whole.mediabox], [0, 0, 227, 4252])
        html = reports._render_qweb_html("koperasi_simpan_pinjam.report_slip_58", self.forgotten.transaction_ids.ids)
        self.assertIn("end-of-slip", html[0].decode())

    def test_whatsapp(self):
        receipt = self.as_user(self.petugas, self.forgotten.transaction_ids)
        self.siti.partner_id.phone = "0812-3456 789"
        self.assertEqual(
            receipt._slip_text().splitlines(),
            [
                "*Koperasi Warga RW 05*",
                "RW05-0001  Siti Aminah",
                "23/11/2026",
                "",
                "Penerimaan BKM/KL1/2026/0001",
                f"- Simpanan Sukarela {self.sukarela.number}: 500.000",
                "*Total Rp 500.000*",
                "",
                "Saldo sesudahnya:",
                f"- Simpanan Sukarela {self.sukarela.number}: 500.000",
                "",
                "Petugas: Dewi, Loket 1",
            ],
        )
        self.assertTrue(receipt.action_whatsapp()["url"].startswith("https://wa.me/628123456789?text=%2AKoperasi"))
        for phone, number in (("+62 812 3456", "628123456"), (False, "")):
            self.siti.partner_id.phone = phone
            self.assertEqual(receipt._whatsapp_number(), number)
