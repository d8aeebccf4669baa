import io
import re

import xlsxwriter

from odoo import models


class KoperasiDownload(models.AbstractModel):
    """A record that gives a file: its `_download`, fetched through controllers/download.py by who may read it."""

    _name = "koperasi.download"
    _description = "Record That Gives a File"

    def _download(self):
        """:return: (name of the file with its suffix, bytes)"""
        raise NotImplementedError

    def _action_download(self):
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/koperasi/download/{self._name}/{self.id}", "target": "download"}

    def _xlsx(self, title, heads, rows):
        """A sheet with a title, a row of heads and rows of text, dates and amounts.

        :param heads: [(label, width in characters)]
        :param rows: sequences of str, date, float (an amount) or None
        :return: bytes
        """
        file = io.BytesIO()
        with xlsxwriter.Workbook(file, {"in_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
            sheet = book.add_worksheet(re.sub(r"[][:*?/\\']", "-", title[:31]))  # what Excel refuses in a name
            bold, head = book.add_format({"bold": True, "font_size": 13}), book.add_format({"bold": True, "bottom": 1})
            amount = book.add_format({"num_format": "#,##0;(#,##0);-"})
            sheet.write_string(0, 0, title, bold)
            for column, (label, width) in enumerate(heads):
                sheet.set_column(column, column, width)
                sheet.write_string(2, column, label, head)
            for number, row in enumerate(rows, 3):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(number, column, value)  # never a formula, whatever a name begins with
                    elif value is not None and value is not False:
                        sheet.write(number, column, value, amount if isinstance(value, (int, float)) else None)
            sheet.freeze_panes(3, 0)
        return file.getvalue()
