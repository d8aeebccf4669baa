"""Paper drawn by reportlab where a browser's page breaks would not do: books with repeated heads and numbered pages.

Texts come in ready; nothing here knows of Odoo.
"""

import io
from dataclasses import dataclass
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen import canvas
from reportlab.platypus import HRFlowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

TEXT = ParagraphStyle("text", fontName="Helvetica", fontSize=7.5, leading=9)
CENTER = ParagraphStyle("center", TEXT, alignment=TA_CENTER)
HEAD = ParagraphStyle("head", CENTER, fontName="Helvetica-Bold")
NAME = ParagraphStyle("name", HEAD, fontSize=13, leading=16)
TITLE = ParagraphStyle("title", HEAD, fontSize=12, leading=15)
LINE = ParagraphStyle("line", CENTER, fontSize=9, leading=12)
MARGIN, FOOT = 8 * mm, 14 * mm
ROW = 11 * mm  # room for a signature


@dataclass(frozen=True)
class Head:
    """One column of a book.

    :param width: share of the page's width, in any unit
    :param group: what stands above neighbours of the same group
    """

    label: str
    width: float
    center: bool = False
    group: str = ""


def book(name, address, titles, heads, rows, signatures, foot):
    """A book on A4 landscape: letterhead, heads on every page, rows whole, signatures, `foot(1, 3)` on each page.

    :param name: of the cooperative, with its `address` the letterhead
    :param titles: first the title, then lines below it
    :param heads: [Head]
    :param rows: sequences of texts, one for each head
    :param signatures: [(office, name)]
    :param foot: function of number and count of pages, the text at the foot
    :return: the PDF, as bytes
    """
    file, size = io.BytesIO(), landscape(A4)
    document = SimpleDocTemplate(
        file,
        pagesize=size,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=FOOT,
        title=titles[0],
        author=name,
    )
    story = [
        _paragraph(name, NAME),
        _paragraph(address, LINE),
        HRFlowable(width="100%", color=colors.black, spaceBefore=3, spaceAfter=6),
        _paragraph(titles[0], TITLE),
        *(_paragraph(line, LINE) for line in titles[1:]),
        Spacer(0, 3 * mm),
        _table(heads, rows, document.width),
        KeepTogether(_signatures(signatures, document.width)),
    ]
    document.build(story, canvasmaker=lambda *args, **kwargs: _NumberedCanvas(*args, foot=foot, **kwargs))
    return file.getvalue()


def _paragraph(text, style):
    return Paragraph(escape(text).replace("\n", "<br/>"), style)


def _table(heads, rows, width):
    total = sum(head.width for head in heads)
    style = [
        ("GRID", (0, 0), (-1, -1), 0.4, colors.black),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("BACKGROUND", (0, 0), (-1, 1), colors.whitesmoke),
        *((side, (0, 0), (-1, -1), 2) for side in ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING", "BOTTOMPADDING")),
    ]
    top, below = [], []
    for number, head in enumerate(heads):
        if not head.group:
            style.append(("SPAN", (number, 0), (number, 1)))
            top.append(_paragraph(head.label, HEAD))
            below.append("")
            continue
        first = not number or heads[number - 1].group != head.group
        if first:
            last = max(place for place, other in enumerate(heads) if other.group == head.group)
            style.append(("SPAN", (number, 0), (last, 0)))
        top.append(_paragraph(head.group, HEAD) if first else "")
        below.append(_paragraph(head.label, HEAD))
    cells = [
        [
            _paragraph(text, CENTER if head.center else TEXT) if text else Spacer(0, ROW)
            for head, text in zip(heads, row)
        ]
        for row in rows
    ]
    table = Table(
        [top, below, *cells],
        colWidths=[width * head.width / total for head in heads],
        repeatRows=2,
        splitByRow=1,
    )
    table.setStyle(TableStyle(style))
    return table


def _signatures(signatures, width):
    table = Table(
        [
            [_paragraph(office, LINE) for office, _name in signatures],
            [_paragraph(f"( {name} )", LINE) for _office, name in signatures],
        ],
        colWidths=[width / len(signatures)] * len(signatures),
        rowHeights=[12 * mm, 20 * mm],
    )
    table.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "BOTTOM")]))
    return table


class _NumberedCanvas(canvas.Canvas):
    """Waits with its pages until it knows how many there are."""

    def __init__(self, *args, foot, **kwargs):
        super().__init__(*args, **kwargs)
        self._foot, self._pages = foot, []

    def showPage(self):
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self):  # pylint: disable=missing-return
        pages = self._pages
        for number, page in enumerate(pages, 1):
            self.__dict__.update(page)
            self.setFont("Helvetica", 8)
            self.drawRightString(self._pagesize[0] - MARGIN, 7 * mm, self._foot(number, len(pages)))
            super().showPage()
        super().save()
