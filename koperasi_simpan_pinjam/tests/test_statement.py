from datetime import date
from io import BytesIO

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import TODAY, KoperasiCase


@tagged("post_install", "-at_install")
class TestStatement(KoperasiCase, HttpCase):
    """Statements of any period, for officers and on the portal, and slips of the tax withheld (docs/domain.md 2.8)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-09-30 03:00:00"):
            session = cls.open_session(cls.bendahara, "KAS", day=date(2026, 9, 30))
            cls.siti, cls.aminah = (cls.new_member(name) for name in ("Siti", "Aminah"))
            cls.savings = cls.account(cls.siti, "sukarela")
            cls.deposit(cls.savings, 60000000, session)
            cls.deposit(cls.account(cls.aminah, "sukarela"), 1000000, session)
        cls.product = cls.savings.sudo().product_id
        cls.set_rate(cls.product, 6)
        with freeze_time("2026-11-01 03:00:00"):
            cls.run_october = cls._interest()
        cls.withdraw(cls.savings, 100000, session=cls._session_with_cash())

    @classmethod
    def _session_with_cash(cls):
        session = cls.open_session(cls.bendahara, "KL1")
        cls.deposit(cls.account(cls.aminah, "sukarela"), 200000, session)
        return session

    @classmethod
    def _interest(cls):
        run = cls.as_user(cls.bendahara, cls.env["koperasi.run"]).create(
            {"company_id": cls.company.id, "product_id": cls.product.id, "date_from": date(2026, 10, 1)}
        )
        run.action_start()
        cls._work(run)
        return run

    @classmethod
    def _work(cls, run):
        while run.state in ("queued", "running", "reversing"):
            run.sudo()._process_chunk(1000)
        cls.env.flush_all()

    def test_statement(self):
        """60.000.000 at 6 % earn 300.000 in October, taxed with 30.000."""
        statement = self.savings._statement(date(2026, 10, 1), TODAY)
        self.assertEqual(
            [(row["code"], row["debit"], row["credit"], row["balance"]) for row in statement["rows"]],
            [("03", 0, 300000, 60300000), ("04", 30000, 0, 60270000), ("02", 100000, 0, 60170000)],
        )
        self.assertEqual((statement["opening"], statement["closing"]), (60000000, 60170000))
        self.assertEqual((statement["debit"], statement["credit"]), (130000, 300000))
        self.assertEqual(statement["closing"], self.savings.balance)
        empty = self.savings._statement(date(2026, 8, 1), date(2026, 8, 31))
        self.assertEqual((empty["opening"], empty["rows"], empty["closing"]), (0, [], 0))
        with self.assertRaisesRegex(UserError, "ends before it begins"):
            self.savings._statement(TODAY, date(2026, 10, 1))

    def _wizard(self, **vals):
        return self.as_user(self.sekretaris, self.env["koperasi.savings.statement"]).create(
            {"savings_id": self.savings.id, "date_from": date(2026, 10, 1), "date_to": TODAY, **vals}
        )

    def test_xlsx_and_pdf(self):
        name, content = self._wizard(file_type="xlsx")._download()
        rows = list(load_workbook(BytesIO(content)).active.iter_rows(min_row=4, values_only=True))
        self.assertTrue(name.endswith(f"{self.savings.number}.xlsx"))
        self.assertEqual([row[-1] for row in rows], [60000000, 60300000, 60270000, 60170000, 60170000])
        name, content = self._wizard()._download()
        self.assertTrue(name.endswith(".pdf"))
        self.assertIn(b"60.170.000", content)

    def test_portal(self):
        new_test_user(
            self.env,
            "siti",
            "base.group_portal",
            partner_id=self.siti.partner_id.id,
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.authenticate("siti", "siti")
        own = self.url_open(f"/my/koperasi/statement/{self.savings.id}?date_from=2026-10-01&date_to=2026-11-24")
        self.assertEqual((own.status_code, own.headers["Content-Type"]), (200, "application/pdf"))
        self.assertIn(b"60.170.000", own.content)
        other = self.account(self.aminah, "sukarela")
        for url in (
            f"/my/koperasi/statement/{other.id}",
            f"/my/koperasi/statement/{self.savings.id}?date_from=nonsense",
            f"/my/koperasi/statement/{self.savings.id}?date_from=2026-12-01&date_to=2026-01-01",
            "/my/koperasi/statement/999999999",
            "/my/koperasi/statement",
            "/my/koperasi/statement?savings_id=nonsense",
            f"/koperasi/download/koperasi.run/{self.run_october.id}",
        ):
            with mute_logger("odoo.http"):  # it writes down who was refused
                self.assertIn(self.url_open(url).status_code, (403, 404), url)

    def test_download_is_for_whoever_reads_the_record(self):
        self.authenticate("sri", "sri")
        page = self.url_open(f"/koperasi/download/koperasi.run/{self.run_october.id}")
        self.assertEqual((page.status_code, page.content[:2]), (200, b"PK"))
        for url in ("/koperasi/download/res.partner/1", "/koperasi/download/koperasi.run/999999999"):
            self.assertEqual(self.url_open(url).status_code, 404)

    def _tax(self):
        return self.env["koperasi.interest.tax"].search([("company_id", "=", self.company.id)], order="interest desc")

    def test_tax_of_the_month_and_its_slip(self):
        rows = self._tax()
        self.assertEqual(
            [(row.partner_id, row.month, row.interest, row.tax, row.percent) for row in rows],
            [
                (self.siti.partner_id, date(2026, 10, 1), 300000, 30000, 10),
                (self.aminah.partner_id, date(2026, 10, 1), 5000, 0, 0),
            ],
        )
        self.assertEqual(rows[0].number, f"BP/2026/10/{self.siti.number}")
        html = self.env["ir.actions.report"]._render_qweb_html("koperasi_simpan_pinjam.report_tax_slip", rows.ids)[0]
        for text in ("Rp 300.000", "Rp 30.000", "tiga puluh ribu rupiah", "PP 15/2009"):
            self.assertIn(text, html.decode())
        with self.assertRaises(AccessError):
            rows.with_user(self.petugas).read(["tax"])

    def test_what_was_taken_back_was_never_taxed(self):
        self.as_user(self.ketua, self.run_october).action_reverse()
        self._work(self.run_october)
        self.assertFalse(self._tax())
        self._interest()
        self.assertEqual([(row.interest, row.tax) for row in self._tax()], [(300000, 30000), (5000, 0)])
        self.assertBooksAgree()
