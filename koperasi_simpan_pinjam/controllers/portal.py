from odoo.http import request, route

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
            {**self._prepare_portal_layout_values(), "page_name": "koperasi", "members": members, "lines": lines},
        )
