import csv
import io
import re
from collections import Counter
from fractions import Fraction

from odoo import api, models
from odoo.exceptions import UserError

from ..kernel.bank import SIDES, parse_amount, whole
from .exact import exact
from .spreadsheet import Column

# What banks write over their columns, without signs and spaces; the first column that fits is taken.
HEADS = {
    "date": ("tanggal", "tgl", "date", "tanggaltransaksi", "tgltransaksi", "transactiondate", "postingdate"),
    "name": ("keterangan", "uraian", "deskripsi", "description", "remark", "remarks", "rincian", "transaksi", "berita"),
    "amount": ("jumlah", "nominal", "mutasi", "amount", "nilai"),
    "debit": ("debet", "debit", "keluar", "penarikan", "withdrawal", "debitidr", "mutasidebet", "mutasidebit"),
    "credit": ("kredit", "credit", "masuk", "setoran", "deposit", "creditidr", "mutasikredit"),
    "side": ("dk", "dc", "dbcr", "drcr", "crdb", "jenis", "type", "tipe"),
}
# Rows that are no movement: by their first cell, by their text.
SUMS = re.compile(r"\s*(saldo|total|jumlah|mutasi|opening|closing|balance)\b", re.IGNORECASE)
CARRIED = re.compile(r"\s*(saldo (awal|akhir|lalu)|(opening|closing|beginning|ending) balance)\b", re.IGNORECASE)
SEARCHED = 40  # rows in which the heads may stand
SHOWN = 30  # faults in one message


class KoperasiBankReader(models.AbstractModel):
    """The file that a bank gives: XLSX or CSV with columns under any of the usual heads, in any order.

    Either one column of signed amounts (or with CR and DB behind them), or debit and credit beside each other.
    """

    _name = "koperasi.bank.reader"
    _description = "File of a Bank"
    _inherit = ["koperasi.spreadsheet"]

    @api.model
    def _rows(self, statement, content):
        """What of the file is not here yet, as values of koperasi.bank.statement.line.

        A line counts as here when the bank's lines of any statement have it as often as the file does up to there, so
        that two equal deposits of a day are two, and a file that is read again adds nothing.

        :param content: bytes
        :raise UserError: with all faults, each with its row
        """
        grid = self._grid(content)
        places, first = self._heads(grid)
        faults, found = [], []
        for number, cells in enumerate(grid[first:], first + 1):
            row = {name: cells[place] for name, place in places.items() if place < len(cells)}
            try:
                read = self._movement(row, cells)
            except UserError as error:
                faults.append((number, str(error)))
                continue
            if read:
                found.append((number, *read))
        company = statement.company_id
        unit = Fraction(company._koperasi_money_unit())
        found.sort(key=lambda row: (row[1], row[0]))
        units = whole([amount / unit for _number, _day, _name, amount in found])
        rows, seen = [], Counter()
        known = self._known(statement)
        for (number, day, name, amount), money in zip(found, units):
            fingerprint = f"{day}|{name}|{amount}"
            plain = (day, name, money)
            seen[fingerprint] += 1
            if not money or seen[fingerprint] <= known[fingerprint] + known[plain]:
                continue
            if day > statement.date_to or day < statement.date_from:
                faults.append((number, self.env._("%s lies outside the statement's period.", day.strftime("%d/%m/%Y"))))
            rows.append({"date": day, "name": name, "amount": company._from_units(money), "fingerprint": fingerprint})
        if faults:
            raise UserError(self._say(faults))
        return rows

    def _known(self, statement):
        """How often the bank's lines have a line of the file, or one typed like it."""
        lines = self.env["koperasi.bank.statement.line"].search([("journal_id", "=", statement.journal_id.id)])
        typed = (line for line in lines if not line.fingerprint)
        units = statement.company_id._to_units
        return Counter(line.fingerprint for line in lines if line.fingerprint) + Counter(
            (line.date, line.name, units(line.amount)) for line in typed
        )

    def _say(self, faults):
        faults = sorted(faults)
        lines = [self.env._("Row %(row)s: %(fault)s", row=row, fault=fault) for row, fault in faults[:SHOWN]]
        if len(faults) > SHOWN:
            lines.append(self.env._("And %s more.", len(faults) - SHOWN))
        return "\n".join([self.env._("Nothing was read. Put these right in the file:"), *lines])

    # === CELLS === #

    def _grid(self, content):
        """The rows of the first sheet that has any, each a list of cells."""
        if content[:2] == b"PK":
            pages = ([list(row) for row in page.iter_rows(values_only=True)] for page in self._open(content).worksheets)
            return next((rows for rows in pages if any(any(row) for row in rows)), [])
        if b"\0" in content:
            raise UserError(self.env._("This file can't be read. Save it as XLSX or CSV."))
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("latin-1")
        head = text[:4000]
        separator = max(";,\t|", key=head.count)
        return list(csv.reader(io.StringIO(text), delimiter=separator))

    def _heads(self, grid):
        """:return: ({what: index of its column}, index of the first row behind the heads)"""
        for number, cells in enumerate(grid[:SEARCHED]):
            places = {}
            for place, cell in enumerate(cells):
                bare = re.sub(r"[^a-z]", "", re.sub(r"\(.*?\)", "", str(cell or "").lower()))
                for name, words in HEADS.items():
                    if bare in words:
                        places.setdefault(name, place)
            if "date" in places and ("amount" in places or {"debit", "credit"} <= set(places)):
                if {"debit", "credit"} <= set(places):
                    places.pop("amount", None)
                    places.pop("side", None)
                return places, number + 1
        raise UserError(
            self.env._(
                "The columns were not found. One row must have the heads Tanggal, Keterangan, and either Jumlah or "
                "Debet and Kredit."
            )
        )

    def _movement(self, row, cells):
        """:return: (day, text, signed Fraction); None for a row that is no movement
        :raise UserError: saying what is wrong with it
        """
        blank = (None, "", "-")
        texts = [cell for cell in cells if cell not in blank]
        given = [name for name in ("amount", "debit", "credit") if row.get(name) not in blank]
        if not texts or SUMS.match(str(texts[0])) or CARRIED.match(str(row.get("name") or "")):
            return None
        if not given:
            self._check_small_print(row, blank)
            return None
        values = {name: self._amount(row[name]) for name in given}
        if "amount" in values:
            side = str(row.get("side") or "").strip().lower()
            amount = values["amount"] * SIDES.get(side, -1 if side.startswith("d") else 1)
        else:
            amount = abs(values.get("credit", Fraction(0))) - abs(values.get("debit", Fraction(0)))
            if values.get("credit") and values.get("debit"):
                raise UserError(self.env._("Debit and credit are both filled in."))
        if not amount:
            return None
        if row.get("date") in blank:
            raise UserError(self.env._("The date is missing."))
        day = self._date(Column("date", "", "date"), row["date"])
        name = " ".join(str(row.get("name") or "").split()) or self.env._("Without a text")
        return day, name, amount

    def _check_small_print(self, row, blank):
        """:raise UserError: when a row without an amount has a day and a text, so is no small print"""
        if row.get("date") in blank or row.get("name") in blank:
            return
        try:
            self._date(Column("date", "", "date"), row["date"])
        except UserError:
            return
        raise UserError(self.env._("The amount is missing."))

    def _amount(self, cell):
        if isinstance(cell, (int, float)) and not isinstance(cell, bool):
            return exact(cell)
        try:
            return parse_amount(cell)
        except ValueError:
            raise UserError(self.env._("“%s” is not an amount.", cell)) from None
