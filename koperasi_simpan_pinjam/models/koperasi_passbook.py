import io
from collections import defaultdict

from reportlab.lib.units import mm
from reportlab.pdfgen import canvas

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from ..kernel.passbook import position, strips

FONT = "Helvetica"
PLACE = ("passbook_book", "passbook_page", "passbook_row", "passbook_print_ids")


class KoperasiPassbookLayout(models.Model):
    """Where a cooperative's printed passbook has its rows and columns, in millimetres from the page's top left."""

    _name = "koperasi.passbook.layout"
    _description = "Passbook Layout"

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="restrict", index=True, default=lambda self: self.env.company
    )
    name = fields.Char(required=True, default=lambda self: self.env._("Passbook"))
    pages = fields.Integer("Pages of a Book", required=True, default=16)
    rows = fields.Integer("Rows of a Page", required=True, default=24)
    width = fields.Float("Page Width (mm)", required=True, default=150)
    height = fields.Float("Page Height (mm)", required=True, default=180)
    top = fields.Float("First Row from the Top (mm)", required=True, default=22)
    line_height = fields.Float("Height of a Row (mm)", required=True, default=6)
    fold_after = fields.Integer("Fold After Row", default=12, help="The row before the fold in the middle. 0: no fold.")
    fold_gap = fields.Float("Gap at the Fold (mm)", default=8)
    date_left = fields.Float("Date, Left (mm)", required=True, default=8)
    code_left = fields.Float("Code, Left (mm)", required=True, default=28)
    debit_right = fields.Float("Withdrawal, Right (mm)", required=True, default=64)
    credit_right = fields.Float("Deposit, Right (mm)", required=True, default=92)
    balance_right = fields.Float("Balance, Right (mm)", required=True, default=122)
    officer_left = fields.Float("Officer, Left (mm)", required=True, default=127)
    font_size = fields.Float("Letters (pt)", required=True, default=9)

    _one = models.UniqueIndex("(company_id)", "The cooperative has a passbook layout already.")
    _size = models.Constraint("CHECK (rows >= 4 AND pages >= 1)", "A page has at least 4 rows, a book at least a page.")
    _inside = models.Constraint(
        "CHECK (top >= 0 AND line_height > 0 AND font_size > 0 AND fold_gap >= 0 AND balance_right <= width "
        "AND top + (rows - 1) * line_height + fold_gap <= height)",
        "The rows and columns must lie on the page: check height, width and the height of a row.",
    )

    @api.model
    def _of(self, company):
        """The cooperative's layout; one with usual measures until it has its own."""
        layouts = self.sudo()
        return layouts.search([("company_id", "=", company.id)]) or layouts.create({"company_id": company.id})

    def _row_top(self, row):
        """Millimetres from the page's top to the foot of a row, counted from 1."""
        self.ensure_one()
        below_fold = self.fold_after and row > self.fold_after
        return self.top + (row - 1) * self.line_height + (self.fold_gap if below_fold else 0)

    def _pdf(self, sheets):
        """One page of the PDF for each pass of the printer, holding nothing but the rows it prints.

        :param sheets: [[(row, date, code, debit, credit, balance, officer)]], texts
        :return: bytes
        """
        self.ensure_one()
        file = io.BytesIO()
        pdf = canvas.Canvas(file, pagesize=(self.width * mm, self.height * mm), invariant=True)
        for sheet in sheets:
            pdf.setFont(FONT, self.font_size)
            for row, date, code, debit, credit, balance, officer in sheet:
                y = (self.height - self._row_top(row)) * mm
                for x, text in ((self.date_left, date), (self.code_left, code), (self.officer_left, officer)):
                    pdf.drawString(x * mm, y, text)
                for x, text in ((self.debit_right, debit), (self.credit_right, credit), (self.balance_right, balance)):
                    pdf.drawRightString(x * mm, y, text)
            pdf.showPage()
        pdf.save()
        return file.getvalue()


class KoperasiPassbookPrint(models.Model):
    """What was printed into a passbook at once: where it began, and which of the ledger's lines it took."""

    _name = "koperasi.passbook.print"
    _description = "Print in a Passbook"
    _inherit = ["koperasi.download"]
    _order = "id desc"

    savings_id = fields.Many2one(
        "koperasi.savings.account", "Savings Account", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="savings_id.company_id", store=True, index=True, precompute=True)
    book = fields.Integer(required=True, readonly=True)
    page = fields.Integer(required=True, readonly=True)
    row = fields.Integer("After Row", readonly=True, help="Last row printed before on that page.")
    rows = fields.Integer("Rows of a Page", required=True, readonly=True)
    count = fields.Integer("Lines", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    balance_before = fields.Monetary(readonly=True)
    line_ids = fields.Many2many("koperasi.transaction.line", string="Printed Lines", readonly=True)

    @api.depends("savings_id", "book", "page", "row")
    def _compute_display_name(self):
        for record in self:
            record.display_name = self.env._(
                "%(account)s, book %(book)s, page %(page)s, row %(row)s",
                account=record.savings_id.number,
                book=record.book,
                page=record.page,
                row=record.row + 1,
            )

    def _sheets(self):
        """The rows of these prints by page, as texts.

        :return: {page: [(row, date, code, debit, credit, balance, officer)]}
        """
        sheets = defaultdict(list)
        for record in self.sorted("id"):
            company, balance = record.company_id, record.balance_before
            lines = iter(record.line_ids.sorted("id"))
            # The book's own number of pages doesn't matter any more: what was printed fitted.
            for strip in strips(record.count, record.page, record.row, record.rows, 10**6, carry=bool(balance)):
                sheet, row = sheets[strip.page], strip.first_row
                if strip.carried:
                    sheet.append((row, "", self.env._("carried over"), "", "", company._koperasi_number(balance), ""))
                    row += 1
                for _number in range(strip.lines):
                    line = next(lines)
                    balance += line.amount
                    amounts = [company._koperasi_number(abs(line.amount)), ""]
                    sheet.append(
                        (
                            row,
                            format_date(self.env, line.date, date_format="dd/MM/yy"),
                            line._passbook_code(),
                            *(amounts if line.amount < 0 else amounts[::-1]),
                            company._koperasi_number(balance),
                            (line.create_uid.name or "")[:8],
                        )
                    )
                    row += 1
                if strip.turned:
                    sheet.append((row, "", self.env._("continued overleaf"), "", "", "", ""))
        return sheets

    def _download(self):
        layout = self.env["koperasi.passbook.layout"]._of(self.company_id)
        return f"Buku {self.savings_id.number}.pdf", layout._pdf(self._sheets().values())

    def action_download(self):
        return self._action_download()


class KoperasiPassbook(models.AbstractModel):
    """The place in an account's printed book, and its next lines; mixed into koperasi.savings.account."""

    _name = "koperasi.passbook"
    _description = "Passbook of an Account"

    passbook_book = fields.Integer("Book", default=1, readonly=True, copy=False)
    passbook_page = fields.Integer("Page", default=1, readonly=True, copy=False)
    passbook_row = fields.Integer("Last Printed Row", readonly=True, copy=False)
    passbook_print_ids = fields.One2many(
        "koperasi.passbook.print", "savings_id", "Prints in the Passbook", readonly=True
    )

    def _passbook_lines(self):
        """Lines that no print has taken, in the order they were recorded, as a book is printed, whatever their dates.

        Not "after the last one printed": another counter's line may become visible later than one with a higher id.
        """
        self.ensure_one()
        printed = self.sudo().passbook_print_ids.line_ids
        return self.env["koperasi.transaction.line"].search(
            [("savings_id", "=", self.id), ("id", "not in", printed.ids)], order="id"
        )

    def _print_passbook(self, new_book=False):
        """Take the new lines and their place; two tellers never take the same row.

        :param new_book: begin a new book on its first row
        :return: koperasi.passbook.print
        """
        self.ensure_one()
        company = self.company_id
        company._koperasi_check_role("petugas", "bendahara")
        account, layout = self.sudo(), self.env["koperasi.passbook.layout"]._of(company)
        account._claim()
        lines, printed = account._passbook_lines(), account.passbook_print_ids.line_ids
        if not lines:
            raise UserError(self.env._("%s: nothing new since the last print.", self.display_name))
        if new_book:
            account._set(passbook_book=account.passbook_book + bool(printed), passbook_page=1, passbook_row=0)
        place = account.passbook_page, account.passbook_row
        balance = sum(printed.mapped("amount"))
        placed = list(strips(len(lines), *place, layout.rows, layout.pages, carry=bool(balance)))
        if not placed:
            raise UserError(
                self.env._("The book of %s is full. Take a new one and tick “New Book”.", self.display_name)
            )
        count = sum(strip.lines for strip in placed)
        page, row = position(placed, *place)
        account._set(passbook_page=page, passbook_row=row)
        record = account.env["koperasi.passbook.print"].create(
            {
                "savings_id": self.id,
                "book": account.passbook_book,
                "page": place[0],
                "row": place[1],
                "rows": layout.rows,
                "count": count,
                "balance_before": balance,
                "line_ids": [Command.set(lines[:count].ids)],
            }
        )
        return record.with_env(self.env)
