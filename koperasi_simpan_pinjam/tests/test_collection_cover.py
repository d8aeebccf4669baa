from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import TODAY
from .test_loan import LoanCase

MEETING = "2026-12-24"  # the first installment, 110.000, falls due


@tagged("post_install", "-at_install")
class TestCollectionCover(LoanCase):
    """A group of joint liability: Siti, who borrowed, and Sari, Tuti and Wati (docs/domain.md 4.11).

    All joined on 24 November and paid their dues of 20.000 a month until December. On 24 December Siti's first
    installment of 110.000 is due.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flat = cls.new_product()  # 10 x (100.000 + 10.000)
        cls.group = cls.env["koperasi.group"].create(
            {"name": "Mawar", "company_id": cls.company.id, "kind": "joint"}
        )
        cls.sari, cls.tuti, cls.wati = (cls.active_member(name) for name in ("Sari", "Tuti", "Wati"))
        for member in (cls.siti, cls.sari, cls.tuti, cls.wati):
            member.sudo().group_id = cls.group
            cls.deposit(cls.account(member, "wajib"), 40000, cls.session)
        cls.loan = cls.new_loan(product=cls.flat)
        cls.as_user(cls.bendahara, cls.loan)._disburse(cls.vault.sudo().journal_id, TODAY, session=cls.vault)

    def sheet(self, day=MEETING):
        sheet = self.as_user(self.petugas, self.env["koperasi.collection"]).create(
            {"company_id": self.company.id, "group_id": self.group.id, "date": day}
        )
        sheet.action_propose()
        return sheet

    def line(self, sheet, name):
        return sheet.line_ids.filtered(lambda line: line.name == name)

    def at(self, day):
        return freeze_time(f"{day} 03:00:00")

    def claims(self):
        """:return: {creditor's name: what Siti still owes her}"""
        return {
            advance.creditor_id.name: advance.left
            for advance in self.env["koperasi.advance"].search([("member_id", "=", self.siti.id), ("left", ">", 0)])
        }

    def first_meeting(self):
        """Siti brings 20.000 of 110.000; the other three, who have nothing to pay, share 90.000: 30.000 each."""
        sheet = self.sheet()
        for member in (self.sari, self.tuti, self.wati):  # present, with nothing due
            sheet.line_ids = [
                (0, 0, {"member_id": member.id, "savings_id": self.account(member, "wajib").id, "received": 20000})
            ]
        self.line(sheet, self.loan.number).received = 20000
        self.assertEqual((sheet.is_joint, sheet.shortage), (True, 90000))
        sheet.action_share_shortage()
        self.assertEqual(sheet.cover_ids.mapped("amount"), [30000, 30000, 30000])
        self.assertEqual((sheet.amount_covered, sheet.shortage), (90000, 0))
        session = self.open_session(day=MEETING)
        self.before = session.expected_amount
        sheet.action_post()
        return sheet, session

    def test_the_others_pay_what_is_missing(self):
        with self.at(MEETING):
            sheet, session = self.first_meeting()
            self.assertEqual((self.loan.outstanding, self.loan.arrears), (900000, 0))
            self.assertEqual(self.claims(), {"Sari": 30000, "Tuti": 30000, "Wati": 30000})
            receipt = sheet.transaction_ids.filtered(lambda receipt: receipt.member_id == self.siti)
            # Her receipt: 110.000 for the loan; what the others have of it is no money of hers.
            self.assertEqual((receipt.amount, [row[2] for row in receipt._slip_rows()]), (110000, [110000]))
            self.assertEqual(session.expected_amount - self.before, 110000 + 3 * 20000)
            self.assertBooksAgree()
            html, _kind = self.env["ir.actions.report"]._render_qweb_html(
                "koperasi_simpan_pinjam.action_report_collection", sheet.ids
            )
            self.assertIn("Paid for Others", html.decode())

    def test_later_she_pays_them_first(self):
        """In January 110.000 and dues of 20.000 are due, and before them the 90.000. She brings 150.000.

        90.000 go back, 30.000 to each one's savings; 20.000 to her dues as typed, 40.000 to the loan: 70.000 of it is
        missing, which Sari alone pays.
        """
        with self.at(MEETING):
            self.first_meeting()
        with self.at("2027-01-24"):
            sheet = self.sheet("2027-01-24")
            mine = sheet.line_ids.filtered(lambda line: line.member_id == self.siti)
            self.assertEqual(
                [(line.name, line.due) for line in mine],
                [
                    ("Advance from Sari", 30000),
                    ("Advance from Tuti", 30000),
                    ("Advance from Wati", 30000),
                    ("Mandatory Savings", 20000),
                    (self.loan.number, 110000),
                ],
            )
            mine.filtered("advance_id").received = 0
            self.line(sheet, self.loan.number).received = 130000
            session = self.open_session(day="2027-01-24")
            before = session.expected_amount
            with self.assertRaisesRegex(UserError, "Siti.*Rp 70.000 is missing"):
                sheet.action_post()
            self.assertEqual(mine.mapped("received"), [30000, 30000, 30000, 20000, 40000])
            sheet.cover_ids = [(0, 0, {"member_id": self.siti.id, "creditor_id": self.sari.id, "amount": 70001})]
            with self.assertRaisesRegex(UserError, "Rp 1 more than is missing"):
                sheet.action_post()
            sheet.cover_ids.amount = 70000
            sheet.action_post()
            self.assertEqual(self.claims(), {"Sari": 70000})
            self.assertEqual(self.loan.outstanding, 800000)
            for member in (self.sari, self.tuti, self.wati):
                self.assertEqual(self.account(member, "sukarela").balance, 30000)
            # Her 150.000 and Sari's 70.000; January's dues the others paid in December.
            self.assertEqual(session.expected_amount - before, 150000 + 70000)
            self.assertBooksAgree()
            # At the counter, too: of 100.000 Sari gets 70.000 first.
            self.as_user(self.petugas, self.loan)._pay(100000, session)
            self.assertEqual((self.claims(), self.account(self.sari, "sukarela").balance), ({}, 100000))
            self.assertBooksAgree()
            december = self.env["koperasi.advance"].with_context(koperasi_as_of="2026-12-31")
            owed = december.search([("member_id", "=", self.siti.id), ("left", ">", 0)])
            self.assertEqual(owed.mapped("left"), [30000, 30000, 30000])

    def test_dues_are_covered_too(self):
        """In January Tuti is absent: her 20.000 of dues are paid by Wati, and come back to her at the counter."""
        with self.at("2027-01-24"):
            sheet = self.sheet("2027-01-24")
            sheet.line_ids.filtered(lambda line: line.member_id == self.tuti).received = 0
            sheet.cover_ids = [(0, 0, {"member_id": self.tuti.id, "creditor_id": self.wati.id, "amount": 20000})]
            session = self.open_session(day="2027-01-24")
            sheet.action_post()
            self.assertEqual(self.account(self.tuti, "wajib").balance, 60000)
            advance = self.env["koperasi.advance"].search([("member_id", "=", self.tuti.id)])
            self.assertEqual((advance.left, advance.creditor_id, advance.loan_id.id), (20000, self.wati, False))
            self.as_user(self.petugas, advance)._pay_back(15000, session)
            self.assertEqual((advance.left, self.account(self.wati, "sukarela").balance), (5000, 15000))
            self.assertBooksAgree()

    def test_new_loans_wait_until_it_is_settled(self):
        with self.at(MEETING):
            _sheet, session = self.first_meeting()
            loan = self.new_loan(member=self.sari, approve=False)
            check = loan.check_ids.filtered(lambda check: check.rule == "unsettled")
            self.assertEqual((check.level, check.value), ("block", 90000))
            with self.assertRaisesRegex(UserError, "Not without an override"):
                self.as_user(self.ketua, loan).action_approve()
            other = self.new_loan(member=self.rich, approve=False)
            self.assertEqual(other.check_ids.filtered(lambda check: check.rule == "unsettled").level, "ok")
            self.as_user(self.petugas, self.loan)._pay(90000, session)
            self.as_user(self.ketua, loan).action_approve()
            self.assertEqual(loan.state, "approved")

    def test_corrections(self):
        """Her receipt is taken back whole: the others' claims with it. After she paid one back, that goes first."""
        with self.at(MEETING):
            sheet, session = self.first_meeting()
            receipt = sheet.transaction_ids.filtered(lambda receipt: receipt.member_id == self.siti)
            back = self.as_user(self.petugas, self.loan)._pay(10000, session)
            posting = self.env["koperasi.posting"].with_user(self.bendahara)
            why = {"session": session, "reason": "Salah", "approver": self.ketua}
            with self.assertRaisesRegex(UserError, "take back first"):
                posting._reverse(receipt, session.date, **why)
            posting._reverse(back, session.date, **why)
            posting._reverse(receipt, session.date, **why)
            self.assertEqual((self.claims(), self.loan.outstanding), ({}, 1000000))
            self.assertEqual(session.expected_amount - self.before, 60000)
            self.assertBooksAgree()

    def test_who_may(self):
        with self.at(MEETING):
            sheet = self.sheet()
            self.line(sheet, self.loan.number).received = 0
            sheet.action_share_shortage()
            self.assertEqual(sheet.cover_ids.mapped("amount"), [36667, 36667, 36666])  # of 110.000
            with self.assertRaises(ValidationError):  # not of the group
                sheet.cover_ids = [
                    (0, 0, {"member_id": self.siti.id, "creditor_id": self.rich.id, "amount": 1})
                ]
            with self.assertRaises(AccessError):
                self.as_user(self.ketua, sheet).action_share_shortage()
            plain = self.as_user(self.petugas, self.env["koperasi.collection"]).create(
                {"company_id": self.company.id, "date": MEETING}
            )
            with self.assertRaisesRegex(UserError, "joint liability"):
                plain.action_share_shortage()
