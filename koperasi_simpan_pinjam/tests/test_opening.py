import base64
import io
from datetime import date

import openpyxl
from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import KoperasiCase

DAY = date(2026, 10, 31)


class OpeningCase(KoperasiCase):
    """Old books of 31 October 2026: two members, a loan, cash and a reserve."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        joined = {"date_joined": date(2026, 1, 5)}
        cls.siti, cls.aminah = (cls.new_member(name, **joined) for name in ("Siti", "Aminah"))
        cls.loan_product = cls.env.ref(f"account.{cls.company.id}_koperasi_loan_product_warga")

    def koperasi_account(self, code):
        return self.env.ref(f"account.{self.company.id}_koperasi_{code}").with_company(self.company)

    def sheets(self, **changes):
        """{sheet: [{column: value}]}, of what the old books say; `changes` replace whole sheets."""
        sheets = {
            "members": [
                {
                    "number": self.siti.number,
                    "name": "Siti",
                    "pokok": 100000,
                    "wajib": 200000,  # Jan..Oct, 10 x 20.000
                    "sukarela": "150.000",
                    "paid_until": "10/2026",
                    "loan_interest": 40000,
                },
                # Jan..Aug, 8 x 20.000
                {
                    "number": self.aminah.number,
                    "name": "Aminah",
                    "pokok": 100000,
                    "wajib": 160000,
                    "paid_until": date(2026, 8, 1),
                },
            ],
            "loans": [
                {
                    "number": self.siti.number,
                    "old_number": "17/2026",
                    "product": self.loan_product.name,
                    "amount": 1000000,
                    "disbursed": "10/06/2026",
                    "periods": 10,
                    "first_due": date(2026, 7, 10),
                    "paid_count": 4,
                    "outstanding": 600000,
                    "installment": 110000,
                }
            ],
            # 310.000 + 600.000 = 200.000 + 360.000 + 150.000 + 200.000
            "balances": [
                {"code": self.koperasi_account("1101").code, "debit": 310000},
                {"code": self.koperasi_account("1201").code, "debit": 600000},
                {"code": self.koperasi_account("3101").code, "credit": 200000},
                {"code": self.koperasi_account("3102").code, "credit": 360000},
                {"code": self.koperasi_account("2101").code, "credit": 150000},
                {"code": self.koperasi_account("3201").code, "credit": 200000},
            ],
        }
        return {**sheets, **changes}

    def fill_in(self, opening, sheets):
        """The template with these rows typed in, as people do."""
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(opening.template)))
        products = {
            product.savings_class: f"savings_{product.id}"
            for product in self.env["koperasi.opening.reader"]._products(self.company)
        }
        for page in book.worksheets[1:]:
            names = [cell.value for cell in page[1]]
            sheet = names[0].split(".")[0]
            page.delete_rows(4, page.max_row)
            for number, row in enumerate(sheets[sheet], 4):
                for name, value in row.items():
                    page.cell(number, names.index(f"{sheet}.{products.get(name, name)}") + 1).value = value
        buffer = io.BytesIO()
        book.save(buffer)
        return base64.b64encode(buffer.getvalue())

    def new_opening(self, sheets=None, **vals):
        opening = self.as_user(self.bendahara, self.env["koperasi.opening"]).create(
            {"company_id": self.company.id, "date": DAY, **vals}
        )
        opening.write({"file": self.fill_in(opening, sheets or self.sheets()), "file_name": "saldo.xlsx"})
        return opening

    def work(self, run, size=1000):
        run = run.sudo()
        while run.state in ("queued", "running", "reversing"):
            run._process_chunk(size)

    def posted(self, sheets=None, size=1000, **vals):
        opening = self.new_opening(sheets, **vals)
        opening.action_check()
        self.assertEqual(opening.fault_ids.mapped("reason"), [])
        self.assertEqual(opening.line_ids.filtered("difference").mapped("account_id.code"), [])
        opening.action_post()
        self.work(opening.run_ids, size)
        self.assertEqual((opening.run_ids.failure, opening.state), (False, "posted"))
        return opening


@tagged("post_install", "-at_install")
class TestOpening(OpeningCase):
    def gl(self, code, date_to=date(2026, 12, 31)):
        [[balance]] = self.env["account.move.line"]._read_group(
            [("account_id", "=", self.koperasi_account(code).id), ("date", "<=", date_to)], aggregates=["balance:sum"]
        )
        return balance

    def test_posted(self):
        opening = self.posted()
        codes = ("1101", "1201", "3101", "3102", "2101", "3201", "1802", "1801")
        self.assertEqual(
            [self.gl(code, DAY) for code in codes], [310000, 600000, -200000, -360000, -150000, -200000, 0, 0]
        )
        self.assertFalse(self.gl("1101", date(2026, 10, 30)))
        self.assertEqual(
            [self.account(self.siti, class_).balance for class_ in ("pokok", "wajib", "sukarela")],
            [100000, 200000, 150000],
        )
        self.assertEqual((self.siti.state, self.siti.date_active), ("active", date(2026, 1, 5)))
        self.assertEqual(self.siti.period_ids.date_from, date(2026, 1, 5))
        self.assertEqual((opening.total_debit, opening.total_credit), (910000, 910000))
        self.assertBooksAgree()

    def test_chunks_are_whole_and_balanced(self):
        """Size 4 posts one member or loan at a time: four chunks, and 1802 is empty at the end."""
        opening = self.posted(size=4)
        transactions = self.env["koperasi.transaction"].search([("origin", "=", f"koperasi.run,{opening.run_ids.id}")])
        self.assertEqual(len(transactions), 4)
        self.assertEqual(self.gl("1802"), 0)
        self.assertBooksAgree()

    def test_dues_go_on_after_the_month_paid(self):
        """Due on the 10th; today is 24 November: Siti owes November, Aminah September to November."""
        self.posted()
        self.assertEqual((self.siti.dues_arrears, self.aminah.dues_arrears), (20000, 60000))
        self.assertEqual(self.siti.dues_paid_until, date(2026, 10, 1))
        self.assertEqual(self.aminah.dues_paid_until, date(2026, 8, 1))
        self.deposit(self.account(self.aminah, "wajib"), 40000, self.open_session())
        self.assertEqual((self.aminah.dues_arrears, self.aminah.dues_paid_until), (20000, date(2026, 10, 1)))

    def test_loan_runs_on_with_its_schedule(self):
        """1.000.000 in 10, 10 % for the term: 10 x (100.000 + 10.000); four are paid, the fifth fell due on 10 Nov."""
        self.posted()
        loan = self.siti.loan_ids
        self.assertEqual((loan.state, loan.outstanding, loan.old_number), ("running", 600000, "17/2026"))
        self.assertEqual(loan.date_disbursed, date(2026, 6, 10))
        rows = loan.installment_ids
        self.assertEqual(
            rows.mapped("due_date"), [date(2026, 7, 10) + relativedelta(months=n) for n in range(10)]
        )
        self.assertEqual(rows.mapped("state"), ["paid"] * 4 + ["late"] + ["open"] * 5)
        self.assertEqual((loan.arrears, loan.next_due_date), (110000, date(2026, 11, 10)))
        self.as_user(self.petugas, loan)._pay(110000, self.open_session())
        self.assertEqual((loan.outstanding, loan.arrears), (500000, 0))
        self.assertEqual(rows[4].state, "paid")
        self.assertBooksAgree()

    def test_part_of_an_installment(self):
        """560.000 left: 400.000 of four installments and 40.000 of the fifth, of which 60.000 + 10.000 are open."""
        sheets = self.sheets()
        sheets["loans"][0]["outstanding"] = sheets["balances"][1]["debit"] = 560000
        sheets["balances"][0]["debit"] = 350000
        self.posted(sheets)
        loan = self.siti.loan_ids
        self.assertEqual((loan.outstanding, loan.arrears, loan.installment_ids[4].state), (560000, 70000, "late"))

    def test_differs_from_the_old_balance_sheet(self):
        """Aminah's mandatory savings are 20.000 less than the old balance sheet says: no posting."""
        sheets = self.sheets()
        sheets["members"][1]["wajib"] = 140000
        opening = self.new_opening(sheets)
        opening.action_check()
        line = opening.line_ids.filtered("difference")
        self.assertEqual(line.account_id, self.koperasi_account("3102"))
        self.assertEqual((line.old_amount, line.detail_amount, line.difference), (360000, 340000, 20000))
        self.assertEqual(opening.state, "draft")
        with self.assertRaisesRegex(UserError, "This can't be done now"):
            opening.action_post()

    def test_debit_and_credit_differ(self):
        sheets = self.sheets()
        sheets["balances"][0]["debit"] = 300000
        opening = self.new_opening(sheets)
        opening.action_check()
        self.assertEqual(
            (opening.difference_count, opening.total_debit, opening.total_credit, opening.state),
            (0, 900000, 910000, "draft"),
        )

    def test_all_faults_at_once(self):
        sheets = self.sheets()
        siti, aminah = sheets["members"]
        siti |= {"name": "Rahayu", "sukarela": "banyak", "tax": 5}
        aminah |= {"paid_until": "Agustus", "pokok": -1}
        sheets["members"] += [{"number": "RW99-0001", "pokok": 1}, dict(aminah, pokok=1, paid_until="08/2026")]
        loan = sheets["loans"][0]
        sheets["loans"] = [
            {**loan, "product": "Pinjaman Lain"},
            {**loan, "outstanding": 700000},  # four installments leave 600.000
            {**loan, "installment": 120000},
            {**loan, "paid_count": 10},
            {**loan, "disbursed": "01/11/2026"},
        ]
        sheets["balances"] += [{"code": "1"}, {"code": sheets["balances"][0]["code"], "debit": 1, "credit": 2}]
        opening = self.new_opening(sheets)
        opening.action_check()
        self.assertEqual(opening.fault_count, 16)
        self.assertFalse(opening.line_ids)
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(opening.marked_file)))
        marks = [cell for page in book.worksheets for row in page.iter_rows() for cell in row if cell.comment]
        self.assertEqual({cell.fill.start_color.rgb for cell in marks}, {"FFFF9999"})
        self.assertIn("B4", [cell.coordinate for cell in marks])
        self.assertEqual({(fault.cell, fault.sheet) for fault in opening.fault_ids} - {
            (cell.coordinate, cell.parent.title) for cell in marks
        }, set())

    def test_not_a_workbook(self):
        opening = self.new_opening()
        opening.file = base64.b64encode(b"Saldo")
        with self.assertRaisesRegex(UserError, "can't be read as XLSX"):
            opening.action_check()

    def test_once(self):
        opening = self.posted()
        with self.assertRaisesRegex(UserError, "This can't be done now"):
            opening.action_post()
        again = self.new_opening()
        again.action_check()
        with self.assertRaisesRegex(UserError, "posted already"):
            again.action_post()
        with self.assertRaisesRegex(UserError, "by their file and their actions"):
            opening.write({"state": "draft"})
        with self.assertRaisesRegex(UserError, "This can't be done now"):
            opening.write({"file": False})
        with self.assertRaisesRegex(UserError, "are kept"):
            opening.unlink()

    def test_refused_after_earlier_transactions(self):
        """What was recorded here on the day or before would count twice."""
        opening = self.new_opening(date=date(2026, 11, 24))
        opening.action_check()
        self.deposit(self.account(self.siti, "sukarela"), 1000, self.open_session())
        with self.assertRaisesRegex(UserError, "lies before the opening balances"):
            opening.action_post()

    def test_taken_back(self):
        """On its own day, by a second person; then the right ones can be posted."""
        opening = self.posted()
        run = opening.run_ids
        with self.assertRaisesRegex(UserError, "second person"):
            self.as_user(self.bendahara, run).action_reverse()
        self.as_user(self.ketua, run).action_reverse()
        self.work(run)
        self.assertEqual((opening.state, run.failure), ("reversed", False))
        self.assertEqual([self.gl(code, DAY) for code in ("1101", "1201", "3102", "1802")], [0] * 4)
        self.assertEqual(self.siti.loan_ids.state, "cancelled")
        self.assertFalse(self.account(self.siti, "wajib").dues_opening_month)
        self.assertFalse(self.env["koperasi.opening.figure"].search([("opening_id", "=", opening.id)]))
        self.posted()
        self.assertEqual(self.gl("1101", DAY), 310000)
        self.assertEqual(self.account(self.siti, "wajib").balance, 200000)
        self.assertBooksAgree()

    def test_fee_paid_before_counts_for_the_shu(self):
        self.posted()
        rows = self.env.execute_query(
            self.env["koperasi.member"]._patronage_query(date(2026, 1, 1), date(2026, 12, 31))
        )
        self.assertEqual([(row[0], row[3]) for row in rows if row[0] == self.siti.id], [(self.siti.id, 40000)])

    def test_interest_of_the_month_counts_for_its_tax(self):
        """230.000 before, 20.000 more: 250.000 is above 240.000, 10 % of all = 25.000, but at most the 20.000."""
        sheets = self.sheets()
        sheets["members"][0] |= {"interest": 230000}
        self.posted(sheets)
        account = self.account(self.siti, "sukarela").sudo()
        lines = self.env["koperasi.savings.credit"]._lines(
            self.company,
            date(2026, 10, 31),
            [(account, 20000, account.product_id, {})],
            "Bunga",
            self.company.koperasi_interest_expense_account_id,
        )
        own = {line["component"]: line["amount"] for line in lines if line.get("savings_id")}
        self.assertEqual(own, {"interest": 20000, "tax": -20000})

    def test_template_knows_members_and_accounts(self):
        book = openpyxl.load_workbook(io.BytesIO(base64.b64decode(self.new_opening().template)))
        self.assertEqual([page.max_row for page in book.worksheets[1:3]], [5, 3])  # two members from row 4 on
        self.assertEqual(book.worksheets[1]["A4"].value, self.siti.number)
        self.assertTrue(book.worksheets[1].row_dimensions[1].hidden)
        names = [cell.value for cell in book.worksheets[1][1]]
        self.assertEqual([name for name in names if ".end_" in name], [f"members.end_{n}" for n in range(1, 10)])

    def test_only_the_treasurer(self):
        opening = self.new_opening()
        opening.action_check()
        for person in (self.petugas, self.ketua, self.pengawas, self.other_bendahara):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.as_user(person, opening).action_post()

    def test_a_thousand_members(self):
        rw = self.siti.rw_id
        partners = self.env["res.partner"].create([{"name": f"Anggota {number}"} for number in range(998)])
        members = self.env["koperasi.member"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "rw_id": rw.id,
                    "date_joined": date(2026, 1, 5),
                }
                for partner in partners
            ]
        )
        sheets = self.sheets()
        sheets["members"] += [
            {"number": member.number, "name": member.name, "pokok": 100000, "wajib": 200000, "paid_until": "10/2026"}
            for member in members
        ]
        # 998 x 100.000 and 998 x 200.000 more, all of it in cash
        sheets["balances"][2]["credit"] += 998 * 100000
        sheets["balances"][3]["credit"] += 998 * 200000
        sheets["balances"][0]["debit"] += 998 * 300000
        self.posted(sheets, size=2000)
        self.assertEqual(set(members.mapped("state")), {"active"})
        self.assertEqual(self.gl("3102"), -(360000 + 998 * 200000))
        # nothing is committed here, so PostgreSQL has not counted these rows, and would plan for none
        self.env.cr.execute("ANALYZE koperasi_transaction_line, koperasi_savings_account")
        self.assertBooksAgree()
