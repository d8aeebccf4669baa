from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import KoperasiCase


@tagged("post_install", "-at_install")
class TestPassbook(KoperasiCase):
    """Only new lines, on the next row, over pages and books; nothing twice (docs/domain.md 5.5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = cls.open_session(cls.bendahara, "KAS")
        cls.savings = cls.account(cls.new_member("Siti"), "sukarela")
        cls.layout = cls.env["koperasi.passbook.layout"]._of(cls.company)
        cls.layout.write({"rows": 6, "pages": 2, "fold_after": 0})

    def _deposit(self, count):
        for _number in range(count):
            self.deposit(self.savings, 1000, self.session)

    def _print(self, **vals):
        return self.as_user(self.bendahara, self.savings)._print_passbook(**vals)

    def _place(self):
        return self.savings.passbook_book, self.savings.passbook_page, self.savings.passbook_row

    def _rows(self, record):
        """{page: [(row, credit, balance)]}"""
        return {page: [(row[0], row[4], row[5]) for row in sheet] for page, sheet in record._sheets().items()}

    def test_new_lines_on_the_next_row_and_overleaf(self):
        self._deposit(2)
        first = self._print()
        self.assertEqual(self._rows(first), {1: [(1, "1.000", "1.000"), (2, "1.000", "2.000")]})
        self.assertEqual(self._place(), (1, 1, 2))
        with self.assertRaisesRegex(UserError, "nothing new"):
            self._print()
        self._deposit(4)
        second = self._print()
        # Rows 3 to 5 fill the page, row 6 says that it goes on; overleaf row 1 carries 5.000 over.
        self.assertEqual(
            self._rows(second),
            {
                1: [(3, "1.000", "3.000"), (4, "1.000", "4.000"), (5, "1.000", "5.000"), (6, "", "")],
                2: [(1, "", "5.000"), (2, "1.000", "6.000")],
            },
        )
        self.assertEqual(self._place(), (1, 2, 2))
        rows = [
            (page, row) for record in (first, second) for page, sheet in self._rows(record).items() for row, *_ in sheet
        ]
        self.assertEqual(len(rows), len(set(rows)), "a row was printed twice")

    def test_full_book_and_a_new_one(self):
        self._deposit(10)
        self.assertEqual(self._print().count, 9)  # 5 on the first page, 4 on the second
        with self.assertRaisesRegex(UserError, "is full"):
            self._print()
        record = self._print(new_book=True)
        self.assertEqual(self._rows(record), {1: [(1, "", "9.000"), (2, "1.000", "10.000")]})
        self.assertEqual(self._place(), (2, 1, 2))

    def test_a_line_of_another_counter_that_shows_later_is_not_lost(self):
        self._deposit(3)
        lines = self.savings.line_ids.sorted("id")
        late = lines[0]
        self.patch(type(self.savings), "_passbook_lines", lambda account: lines - late)
        self._print()
        self.patch(type(self.savings), "_passbook_lines", lambda account: late)
        self.assertEqual(self._rows(self._print()), {1: [(3, "1.000", "3.000")]})

    def test_codes(self):
        other = self.account(self.new_member("Aminah"), "sukarela")
        receipt = self.deposit(self.savings, 5000, self.session)
        self.withdraw(self.savings, 1000, self.session)
        self.as_user(self.bendahara, self.savings)._transfer(other, 500, self.session.date)
        correction = self.as_user(self.bendahara, self.env["koperasi.correction"]).create(
            {
                "transaction_id": self.savings.line_ids.transaction_id.filtered("session_id").sorted("id")[1].id,
                "reason": "X",
            }
        )
        self.as_user(self.ketua, correction).action_approve()
        [sheet] = self._print()._sheets().values()
        self.assertEqual([row[2] for row in sheet], ["01", "02", "05", "08"])
        self.assertEqual(sheet[1][3:6], ("1.000", "", "4.000"))
        self.assertTrue(receipt)

    def test_a_page_again(self):
        self._deposit(2)
        self._print()
        self._deposit(1)
        self._print()
        wizard = self.as_user(self.petugas, self.env["koperasi.passbook.operation"]).create(
            {"savings_id": self.savings.id, "operation": "reprint"}
        )
        self.assertEqual([row[0] for row in wizard._page_again()], [1, 2, 3])
        name, content = wizard._download()
        self.assertEqual((name[-4:], content[:5]), (".pdf", b"%PDF-"))
        self.assertEqual(wizard.action_confirm()["type"], "ir.actions.act_url")
        wizard.reprint_page = 2
        with self.assertRaisesRegex(UserError, "Nothing has been printed on page 2"):
            wizard.action_confirm()

    def test_place_is_changed_by_printing_only(self):
        with self.assertRaisesRegex(UserError, "by printing only"):
            self.as_user(self.petugas, self.savings).passbook_row = 0
        self._deposit(1)
        with self.assertRaises(AccessError):
            self.as_user(self.ketua, self.savings)._print_passbook()

    def test_rows_lie_on_the_page(self):
        self.layout.write({"rows": 24, "fold_after": 12, "top": 22, "line_height": 6, "fold_gap": 8})
        # Row 12 stands at 22 + 11 x 6 = 88 mm, row 13 after the fold at 22 + 12 x 6 + 8 = 102.
        self.assertEqual([self.layout._row_top(row) for row in (1, 12, 13)], [22, 88, 102])
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self.layout.height = 100
            self.env.flush_all()
