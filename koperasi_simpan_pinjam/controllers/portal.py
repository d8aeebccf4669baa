from werkzeug.exceptions import NotFound

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.http import content_disposition, request, route
from odoo.tools import date_utils

from odoo.addons.portal.controllers.portal import CustomerPortal

STATEMENT_LINES = 40


class KoperasiPortal(CustomerPortal):
    """What a member sees of herself; the record rules of the portal group keep it to that."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "koperasi_member_count" in counters:
            values["koperasi_member_count"] = request.env["koperasi.member"].search_count([])
        return values

    @route("/my/koperasi", type="http", auth="user", website=True)
    def koperasi(self, **_query):
        """Her savings, loans and last movements, in each cooperative of which she is a member."""
        members = request.env["koperasi.member"].search([])
        lines = request.env["koperasi.transaction.line"].search(
            [("member_id", "in", members.ids), "|", ("savings_id", "!=", False), ("loan_id", "!=", False)],
            order="date desc, id desc",
            limit=STATEMENT_LINES,
        )
        return request.render(
            "koperasi_simpan_pinjam.portal_koperasi",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "koperasi",
                "members": members,
                "lines": lines,
                "campaigns": request.env["koperasi.fundraising"]._for_members(members),
            },
        )

    @route(
        ["/my/koperasi/statement", "/my/koperasi/statement/<int:savings_id>"],
        type="http",
        auth="user",
        website=True,
        readonly=False,
    )
    def koperasi_statement(self, savings_id=None, date_from=None, date_to=None, **_query):
        """The statement of one of her accounts as PDF; without dates, of this year."""
        today = fields.Date.context_today(request.env.user)
        try:
            account = request.env["koperasi.savings.account"].browse(int(savings_id or 0)).exists()
            name, content = account._statement_pdf(
                fields.Date.to_date(date_from) or date_utils.start_of(today, "year"),
                fields.Date.to_date(date_to) or today,
            )
        except (AccessError, UserError, ValueError):
            raise NotFound() from None
        return request.make_response(
            content, [("Content-Type", "application/pdf"), ("Content-Disposition", content_disposition(name))]
        )
