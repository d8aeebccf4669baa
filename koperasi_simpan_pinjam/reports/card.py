"""The member's card: CR80, one a page, drawn to the millimetre (docs/domain.md 6.4). Nothing here knows of Odoo."""

import io
from dataclasses import dataclass

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor, black, white
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen import canvas

WIDTH, HEIGHT = 85.6, 54.0  # mm
EDGE, BAND = 3.5, 13.0
QR, PHOTO = 20.0, (15.0, 20.0)
GREEN = HexColor("#1B5E4B")
PLAIN, BOLD = "Helvetica", "Helvetica-Bold"


@dataclass(frozen=True)
class Card:
    """What stands on one card. The QR code holds the number, nothing else.

    :param heading: what the card is called
    :param legal: the cooperative's legal entity, one line
    :param facts: [(label, text)], at most three
    :param signature: (office, name)
    :param logo: picture, as bytes; None leaves it out, as for `photo`
    """

    heading: str
    cooperative: str
    legal: str
    name: str
    number: str
    facts: tuple = ()
    signature: tuple = ("", "")
    logo: bytes | None = None
    photo: bytes | None = None


def cards(rows):
    """:param rows: [Card]
    :return: a PDF with one page of 85.6 x 54 mm for each, as bytes
    """
    file = io.BytesIO()
    pdf = canvas.Canvas(file, pagesize=(WIDTH * mm, HEIGHT * mm))
    logos = {}
    for card in rows:
        if card.logo and card.logo not in logos:
            logos[card.logo] = _picture(card.logo)
        _draw(pdf, card, logos.get(card.logo))
        pdf.showPage()
    pdf.save()
    return file.getvalue()


def code(number):
    """:return: the QR code of a member's number, as it is drawn"""
    return QrCodeWidget(number, barLevel="M", barBorder=0)


def _draw(pdf, card, logo):
    pdf.setFillColor(GREEN)
    pdf.rect(0, (HEIGHT - BAND) * mm, WIDTH * mm, BAND * mm, stroke=0, fill=1)
    left = EDGE
    if logo:
        pdf.setFillColor(white)
        pdf.roundRect(left * mm, (HEIGHT - BAND + 1.5) * mm, 10 * mm, 10 * mm, 1 * mm, stroke=0, fill=1)
        _place(pdf, logo, left + 0.5, HEIGHT - BAND + 2, 9, 9)
        left += 12
    room = WIDTH - EDGE - left
    pdf.setFillColor(white)
    _text(pdf, card.cooperative, left, HEIGHT - 6.2, room, BOLD, 11)
    _text(pdf, card.legal, left, HEIGHT - 10, room, PLAIN, 6)
    pdf.setFillColor(black)
    left, top = EDGE, HEIGHT - BAND - 4.5
    _text(pdf, card.heading, left, top, WIDTH - 2 * EDGE, BOLD, 7, GREEN)
    photo = _picture(card.photo) if card.photo else None
    if photo:
        _place(pdf, photo, left, top - 2 - PHOTO[1], *PHOTO)
        left += PHOTO[0] + 3
    room = WIDTH - EDGE - QR - 3 - left
    _text(pdf, card.name, left, top - 6, room, BOLD, 11)
    _text(pdf, card.number, left, top - 11.5, room, BOLD, 12, GREEN)
    for place, (label, text) in enumerate(card.facts):
        _text(pdf, f"{label}: {text}", left, top - 16.5 - 4 * place, room, PLAIN, 7.5)
    _qr(pdf, card.number, WIDTH - EDGE - QR, top - 2 - QR)
    office, name = card.signature
    pdf.setLineWidth(0.3)
    pdf.line((WIDTH - EDGE - 30) * mm, 4.8 * mm, (WIDTH - EDGE) * mm, 4.8 * mm)
    _text(pdf, ", ".join(filter(None, (name, office))), WIDTH - EDGE - 30, 2.3, 30, PLAIN, 6)


def _text(pdf, text, x, y, room, font, size, color=None):
    """One line that gets smaller, then shorter, where it does not fit; `x`, `y` and `room` in mm."""
    while size > 5 and stringWidth(text, font, size) > room * mm:
        size -= 0.5
    while text and stringWidth(text, font, size) > room * mm:
        text = text[:-2].rstrip() + "…" if len(text) > 2 else ""
    pdf.saveState()
    if color:
        pdf.setFillColor(color)
    pdf.setFont(font, size)
    pdf.drawString(x * mm, y * mm, text)
    pdf.restoreState()


def _qr(pdf, number, x, y):
    widget = code(number)
    widget.barWidth = widget.barHeight = QR * mm
    drawing = Drawing(QR * mm, QR * mm)
    drawing.add(widget)
    renderPDF.draw(drawing, pdf, x * mm, y * mm)


def _picture(content):
    """:return: ImageReader; None for what is no picture of dots, as an SVG"""
    try:
        return ImageReader(io.BytesIO(content))
    except Exception:  # pylint: disable=broad-except
        # a card without its picture is better than none
        return None


def _place(pdf, picture, x, y, width, height):
    pdf.drawImage(
        picture, x * mm, y * mm, width * mm, height * mm, mask="auto", preserveAspectRatio=True, anchor="c"
    )
