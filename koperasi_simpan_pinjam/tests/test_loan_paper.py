import io
from datetime import date
from types import SimpleNamespace
from unittest.mock import patch

from reportlab.pdfgen.canvas import Canvas

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools.pdf import PdfFileReader

from .common import TODAY
from .test_loan import LoanCase


@tagged("post_install", "-at_install")
class TestLoanPaper(LoanCase):
    """What members sign and get, in Indonesian (docs/domain.md 4.14, 8.4)."""

    def html(self, report, records):
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            f"koperasi_simpan_pinjam.action_report_{report}", records.ids
        )
        return " ".join(html.decode().replace("\xa0", " ").split())

    def pay_off(self, loan):
        units = sum(row["amount"] for row in loan.sudo()._payoff_lines(TODAY))
        return self.as_user(self.petugas, loan)._pay_off(units, self.session)

    def test_agreement(self):
        """6.000.000 for 10 months, 10 % of the whole: 600.000 of service fee, 10 x 660.000 (docs/domain.md 4.2)."""
        sari = self.active_member("Sari")
        self.deposit(self.account(sari, "sukarela"), 600000, self.vault)
        loan = self.as_user(self.petugas, self.env["koperasi.loan"]).create(
            {
                "member_id": self.siti.id,
                "product_id": self.product.id,
                "amount": 6000000,
                "purpose_note": "modal hidroponik",
            }
        )
        self.as_user(self.petugas, self.env["koperasi.loan.collateral"]).create(
            {
                "loan_id": loan.id,
                "kind": "bpkb_motor",
                "name": "Honda Beat",
                "document_number": "N-0123",
                "value": 8000000,
            }
        )
        self.as_user(self.petugas, self.env["koperasi.loan.guarantor"]).create(
            {
                "loan_id": loan.id,
                "member_id": sari.id,
                "savings_id": self.account(sari, "sukarela").id,
                "amount": 500000,
            }
        )
        with self.assertRaisesRegex(UserError, "tidak dapat dilakukan sekarang"):
            self.html("loan_agreement", loan)  # it isn't even submitted
        loan.action_submit()
        text = self.html("loan_agreement", loan)
        for part in (
            "Pengakuan Utang",
            loan.number,
            "Siti",
            "Ratna",  # the chair
            "enam juta rupiah",
            "Rp 6.000.000",
            "enam juta enam ratus ribu rupiah",
            "Rp 600.000",
            "modal hidroponik",
            "660.000",
            "Honda Beat",
            "N-0123",
            "Sari",
            "500.000",
            "Rp 10.000",  # the duty stamp
            "Pasal 1",
        ):
            self.assertIn(part, text)
        small = self.new_loan(5000000, member=self.rich)
        self.assertNotIn("Rp 10.000<", self.html("loan_agreement", small))

    def test_late_fee_and_fees_are_agreed_on(self):
        self.product.sudo().write({"penalty_kind": "installment", "penalty_rate": 0.1, "penalty_grace_days": 3})
        loan = self.new_loan()
        self.assertIn("0,1 %", self.html("loan_agreement", loan))
        self.assertIn("3 hari", self.html("loan_agreement", loan))

    def test_other_papers(self):
        loan = self.new_loan()
        self.assertIn("satu juta rupiah", self.html("loan_approval", loan))
        schedule = self.html("loan_schedule", loan)
        self.assertEqual(schedule.count("110.000"), 10)
        with self.assertRaisesRegex(UserError, "tidak dapat dilakukan sekarang"):
            self.html("loan_receipt", loan)
        self.disburse(loan)
        self.assertIn("Rp 1.000.000", self.html("loan_receipt", loan))
        with self.assertRaisesRegex(UserError, "tidak dapat dilakukan sekarang"):
            self.html("loan_paid_off", loan)
        self.pay_off(loan)
        self.assertIn("24 November 2026", self.html("loan_paid_off", loan))


@tagged("post_install", "-at_install")
class TestLoanLetter(LoanCase):
    """10 x 110.000, first due on 24 December: bill after 7 days, warnings after 30, 60 and 90."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flat = cls.new_product()
        cls.loan = cls.new_loan(product=cls.flat)
        cls.as_user(cls.bendahara, cls.loan)._disburse(cls.vault.sudo().journal_id, TODAY, session=cls.vault)

    def letters(self, user=None):
        return self.as_user(user or self.petugas, self.env["koperasi.loan.letter"])

    def due(self, day):
        with freeze_time(f"{day} 03:00:00"):
            return [level for _loan, level in self.letters()._due(self.company)]

    def issue(self, day):
        with freeze_time(f"{day} 03:00:00"):
            before = self.letters().search([])
            self.letters().with_company(self.company).action_issue_due()
            return self.letters().search([]) - before

    def test_one_step_at_a_time(self):
        self.assertEqual(self.due("2026-12-30"), [])  # 6 days
        self.assertEqual(self.due("2026-12-31"), ["bill"])
        self.assertEqual(self.due("2027-04-01"), ["bill"])  # 98 days, but nothing has been written yet
        bill = self.issue("2026-12-31")
        self.assertEqual(
            (bill.number, bill.level, bill.days_late, bill.arrears, bill.installments_late, bill.issued_by_id),
            ("SP/2026/0001", "bill", 7, 110000, 1, self.petugas),
        )
        self.assertEqual(self.due("2026-12-31"), [])
        self.assertEqual(self.due("2027-01-22"), [])  # 29 days
        warning = self.issue("2027-01-23")
        # On 23 January the second installment, of the 24th, is not late yet.
        self.assertEqual((warning.number, warning.level, warning.arrears), ("SP/2027/0001", "warning_1", 110000))
        self.assertEqual(self.due("2027-02-22"), ["warning_2"])
        with freeze_time("2027-01-25 03:00:00"):
            with self.assertRaisesRegex(UserError, "No letter is due"):
                self.letters().with_company(self.company).action_issue_due()
            session = self.open_session(day=date(2027, 1, 25))
            self.as_user(self.petugas, self.loan)._pay(110000, session)
        # It is late anew, by the installment of 24 January: a bill comes first again.
        self.assertEqual(self.due("2027-01-30"), [])
        self.assertEqual(self.due("2027-01-31"), ["bill"])

    def test_what_it_says_stays(self):
        letter = self.issue("2026-12-31")
        with freeze_time("2027-01-02 03:00:00"):
            session = self.open_session(day=date(2027, 1, 2))
            self.as_user(self.petugas, self.loan)._pay(110000, session)
        self.assertEqual(letter.arrears, 110000)
        with self.assertRaises(AccessError):
            letter.arrears = 0
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "koperasi_simpan_pinjam.action_report_loan_letter", letter.ids
        )
        for part in ("Surat Tagihan", "SP/2026/0001", "seratus sepuluh ribu rupiah", "31 Desember 2026"):
            self.assertIn(part, html.decode())
        letter.action_deliver()
        self.assertEqual(letter.delivered_by_id, self.petugas)
        with self.assertRaisesRegex(UserError, "handed over already"):
            letter.action_deliver()

    def test_days_are_settings(self):
        self.company.koperasi_letter_days_bill = 0
        self.assertEqual(self.due("2027-01-22"), [])
        self.assertEqual(self.due("2027-01-23"), ["warning_1"])
        with self.assertRaises(ValidationError):
            self.company.koperasi_letter_days_warning_2 = 20

    def test_several_at_once(self):
        """One after the other where wkhtmltopdf takes one document only; each begins on a page of its own."""

        def run(_self, bodies, **_options):
            calls.append(list(bodies))
            buffer = io.BytesIO()
            page = Canvas(buffer)
            for _body in calls[-1]:
                page.drawString(10, 10, "x")
                page.showPage()
            page.save()
            return buffer.getvalue()

        loans = self.new_loan() | self.new_loan(member=self.rich)
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        base = "odoo.addons.base.models.ir_actions_report"
        for patched, expected in ((False, [1, 1]), (True, [2])):
            calls = []
            with (
                patch(f"{base}.IrActionsReport._run_wkhtmltopdf", run),
                patch(
                    "odoo.addons.koperasi_simpan_pinjam.models.ir_actions_report._wkhtml",
                    lambda patched=patched: SimpleNamespace(is_patched_qt=patched),
                ),
            ):
                content, _kind = report._render_qweb_pdf("koperasi_simpan_pinjam.report_loan_approval", loans.ids)
            self.assertEqual([len(bodies) for bodies in calls], expected)
            self.assertEqual(len(PdfFileReader(io.BytesIO(content)).pages), 2)
            for loan, body in zip(loans, [body for bodies in calls for body in bodies]):
                self.assertIn(loan.number, body)
