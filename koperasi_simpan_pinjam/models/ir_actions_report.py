import io

from odoo import models
from odoo.tools.pdf import PdfFileReader, PdfFileWriter, merge_pdf

from odoo.addons.base.models.ir_actions_report import _wkhtml

ROLLS = {"koperasi_simpan_pinjam.report_slip_80", "koperasi_simpan_pinjam.report_slip_58"}
# The last thing on a slip is a link to here: it tells where the paper may be cut off, and is taken out.
END = "https://koperasi.invalid/end-of-slip"
MARGIN = 14  # points below it, about 5 mm


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        content, kind = super()._render_qweb_pdf(report_ref, res_ids=res_ids, data=data)
        if kind == "pdf" and self._get_report(report_ref).report_name in ROLLS:
            content = self._koperasi_cut_off(content)
        return content, kind

    def _run_wkhtmltopdf(self, bodies, report_ref=False, **options):
        """Several of our papers at once where wkhtmltopdf has no patched Qt: it takes one document at a time.

        Each begins on a page of its own, as with the patched one.
        """
        bodies = list(bodies)
        one_by_one = (
            len(bodies) > 1
            and report_ref
            and not _wkhtml().is_patched_qt
            and self._get_report(report_ref).report_name.startswith("koperasi_")
        )
        parts = [[body] for body in bodies] if one_by_one else [bodies]
        run = super()._run_wkhtmltopdf
        papers = [run(part, report_ref=report_ref, **options) for part in parts]
        return merge_pdf(papers) if one_by_one else papers[0]

    def _koperasi_cut_off(self, content):
        """A slip on a roll is as long as what stands on it; the browser that draws it knows pages only.

        :param content: PDF as bytes, its pages far too long
        """
        writer = PdfFileWriter()
        for page in PdfFileReader(io.BytesIO(content)).pages:
            links = [link.get_object() for link in page.get("/Annots", ())]
            ends = [float(link["/Rect"][1]) for link in links if END in str(link.get("/A", {}).get("/URI"))]
            if ends:
                bottom = max(min(ends) - MARGIN, 0)
                for name in ("/MediaBox", "/CropBox"):
                    if name in page:
                        page[name][1] = type(page[name][1])(bottom)
                del page["/Annots"]
            writer.add_page(page)
        buffer = io.BytesIO()
        writer.write(buffer)
        return buffer.getvalue()
