import io
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from odoo import api, models
from odoo.exceptions import UserError

# Row 1 is hidden and holds the names by which a column is known, whatever its title; 2 titles; 3 an example.
NAMES, TITLES, EXAMPLE, FIRST = 1, 2, 3, 4
RED = PatternFill("solid", start_color="FFFF9999")
WIDTHS = {"text": 26, "digits": 18}  # characters
LOSSLESS = 10**15  # a spreadsheet keeps 15 digits of a number
DATE_FORMATS = ("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d")
MONTH_FORMATS = ("%m/%Y", "%m-%Y", "%Y-%m")


@dataclass(frozen=True)
class Column:
    """One column of a sheet.

    :param kind: text, digits (a number that is a name: its zeros count), amount (money units), integer, percent
        (Decimal, of 100), date or month (its first day)
    :param choices: what may be chosen in the cell, as texts
    """

    name: str
    title: str
    kind: str = "text"
    required: bool = False
    example: object = ""
    choices: tuple = ()


@dataclass(frozen=True)
class Sheet:
    """One sheet: a template is filled with `rows` ({column name: value}), an upload is read by `columns`."""

    name: str
    title: str
    columns: tuple
    rows: tuple = ()


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell; `row` as people count them."""

    sheet: str
    row: int
    column: str
    text: str


class KoperasiSpreadsheet(models.AbstractModel):
    """XLSX files that people fill in: made, read, and handed back with every fault marked."""

    _name = "koperasi.spreadsheet"
    _description = "Sheets to Fill In"

    @api.model
    def _action_file(self, record, field, name):
        """Download the binary `field` of a record as the file `name`."""
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{record._name}/{record.id}/{field}/{name}?download=true",
            "target": "self",
        }

    @api.model
    def _write(self, sheets, guide=()):
        """:param guide: lines of a first sheet that explains the others
        :return: the file, as bytes
        """
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
            formats = {
                "title": book.add_format({"bold": True, "bg_color": "#D9EAD3", "border": 1, "text_wrap": True}),
                "required": book.add_format({"bold": True, "bg_color": "#B6D7A8", "border": 1, "text_wrap": True}),
                "heading": book.add_format({"bold": True, "font_size": 14}),
                "line": book.add_format({"text_wrap": True, "valign": "top"}),
                "text": None,
                "digits": book.add_format({"num_format": "@"}),
                "example": book.add_format({"italic": True, "font_color": "#808080", "num_format": "#,##0"}),
                "amount": book.add_format({"num_format": "#,##0"}),
                "integer": book.add_format({"num_format": "0"}),
                "percent": book.add_format({"num_format": "0.####"}),
                "date": book.add_format({"num_format": "dd/mm/yyyy"}),
                "month": book.add_format({"num_format": "mm/yyyy"}),
            }
            if guide:
                page = book.add_worksheet(self.env._("Instructions"))
                page.set_column(0, 0, 110)
                page.hide_gridlines(2)
                for number, line in enumerate(guide):
                    page.write(number, 0, line, formats["line" if number else "heading"])
            for sheet in sheets:
                self._write_sheet(book.add_worksheet(sheet.title), sheet, formats)
        return buffer.getvalue()

    def _write_sheet(self, page, sheet, formats):
        page.set_row(NAMES - 1, None, None, {"hidden": True})
        page.set_row(TITLES - 1, 48)
        page.freeze_panes(FIRST - 1, 2)
        for number, column in enumerate(sheet.columns):
            page.set_column(number, number, WIDTHS.get(column.kind, 15), formats[column.kind])
            page.write(NAMES - 1, number, f"{sheet.name}.{column.name}")
            page.write(TITLES - 1, number, column.title, formats["required" if column.required else "title"])
            page.write(EXAMPLE - 1, number, column.example, formats["example"])
            if column.choices and len(",".join(column.choices)) < 250:  # Excel's own limit
                page.data_validation(
                    FIRST - 1, number, FIRST + 5000, number, {"validate": "list", "source": list(column.choices)}
                )
            for line, row in enumerate(sheet.rows, FIRST - 1):
                if row.get(column.name):
                    page.write(line, number, row[column.name])

    @api.model
    def _read(self, content, sheets, company):
        """Read the rows of a filled-in file; empty ones are left out.

        :param content: bytes
        :return: ({sheet name: [{column name: value, "row": number}]}, [Fault]); an empty cell is None
        """
        book = self._open(content)
        pages = {self._page_name(page): page for page in book.worksheets}
        rows, faults = {}, []
        for sheet in sheets:
            page = pages.get(sheet.name)
            rows[sheet.name] = []
            if not page:
                faults.append(
                    Fault(sheet.name, 1, "", self.env._("The sheet “%s” is missing: use the template.", sheet.title))
                )
                continue
            places = self._places(page)
            for column in sheet.columns:
                if column.required and column.name not in places:
                    faults.append(
                        Fault(sheet.name, TITLES, "", self.env._("The column “%s” is missing.", column.title))
                    )
            for number, cells in enumerate(page.iter_rows(min_row=FIRST, values_only=True), FIRST):
                raw = {
                    column: cells[places[column.name]]
                    for column in sheet.columns
                    if column.name in places and cells[places[column.name]] not in (None, "")
                }
                if raw:
                    rows[sheet.name].append(self._row(sheet, number, raw, faults, company))
        return rows, faults

    def _row(self, sheet, number, raw, faults, company):
        row = {"row": number}
        for column in sheet.columns:
            try:
                row[column.name] = self._value(column, raw.get(column), company)
            except UserError as error:
                row[column.name] = None
                faults.append(Fault(sheet.name, number, column.name, str(error)))
        return row

    def _value(self, column, raw, company):
        """:raise UserError: saying what is wrong with the cell"""
        if raw is None:
            if column.required:
                raise UserError(self.env._("Fill in: %s.", column.title))
            return None
        if column.kind in ("date", "month"):
            return self._date(column, raw)
        if column.kind == "digits" and not isinstance(raw, str) and abs(raw) >= LOSSLESS:
            raise UserError(
                self.env._("The sheet lost the last digits: make this column text, and write the number again.")
            )
        if column.kind in ("text", "digits"):
            return str(int(raw) if isinstance(raw, float) and raw.is_integer() else raw).strip()
        if column.kind == "percent":
            return self._percent(column, raw)
        if isinstance(raw, str):
            raw = raw.lower().replace("rp", "").replace(".", "").replace(" ", "")
        if isinstance(raw, (date, datetime, bool)):
            raise UserError(self.env._("“%s” is not an amount.", raw))
        units = company._to_units(raw)
        if units < 0:
            raise UserError(self.env._("%s can't be negative.", column.title))
        return units

    def _percent(self, column, raw):
        try:
            percent = Decimal(str(raw).replace("%", "").replace(",", ".").strip())
        except InvalidOperation:
            percent = Decimal("NaN")
        if isinstance(raw, (date, bool)) or not percent.is_finite():
            raise UserError(self.env._("“%s” is not a percentage.", raw))
        if percent < 0:
            raise UserError(self.env._("%s can't be negative.", column.title))
        return percent

    def _date(self, column, raw):
        day = raw.date() if isinstance(raw, datetime) else raw
        formats = (MONTH_FORMATS if column.kind == "month" else ()) + DATE_FORMATS
        if not isinstance(day, date):
            for pattern in formats:
                try:
                    day = datetime.strptime(str(raw).strip(), pattern).date()
                    break
                except ValueError:
                    continue
            else:
                if column.kind == "month":
                    raise UserError(self.env._("“%s” is not a month. Write it as 10/2026.", raw))
                raise UserError(self.env._("“%s” is not a date. Write it as 31/10/2026.", raw))
        return day.replace(day=1) if column.kind == "month" else day

    @api.model
    def _mark(self, content, faults):
        """:return: a copy of the file whose faulty cells are red and say why, as bytes"""
        book = self._open(content, read_only=False)
        pages = {self._page_name(page): page for page in book.worksheets}
        texts = {}
        for fault in faults:
            texts.setdefault((fault.sheet, fault.row, fault.column), []).append(fault.text)
        for (sheet, row, column), lines in texts.items():
            if sheet in pages:
                cell = pages[sheet].cell(row, self._places(pages[sheet]).get(column, 0) + 1)
                cell.fill = RED
                cell.comment = Comment("\n".join(lines), "Koperasi", height=120, width=320)
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()

    @api.model
    def _cells(self, content, faults):
        """:return: [`C7`]: where people find each fault"""
        places = {self._page_name(page): self._places(page) for page in self._open(content).worksheets}
        return [
            f"{openpyxl.utils.get_column_letter(places.get(fault.sheet, {}).get(fault.column, 0) + 1)}{fault.row}"
            for fault in faults
        ]

    def _open(self, content, read_only=True):
        try:
            return openpyxl.load_workbook(io.BytesIO(content), read_only=read_only, data_only=True)
        except Exception as error:  # pylint: disable=broad-except
            # openpyxl raises whatever zip and XML raise
            raise UserError(
                self.env._("This file can't be read as XLSX. Save the sheet as an Excel workbook (.xlsx).")
            ) from error

    def _page_name(self, page):
        """The sheet a page belongs to, from the hidden names: people rename and move pages."""
        names = [str(value) for value in self._names(page) if value]
        return names[0].split(".")[0] if names else ""

    def _places(self, page):
        """:return: {column name: index of its cell}"""
        return {
            str(value).split(".", 1)[1]: index for index, value in enumerate(self._names(page)) if "." in str(value)
        }

    def _names(self, page):
        return next(page.iter_rows(min_row=NAMES, max_row=NAMES, values_only=True), ())
