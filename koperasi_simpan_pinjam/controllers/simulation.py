from contextlib import suppress

from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import Controller, request, route


class KoperasiSimulation(Controller):
    """A loan tried out by anybody on a phone, and asked for by a member."""

    @route("/koperasi/simulasi", type="http", auth="public", website=True, sitemap=False)
    def koperasi_simulation(self, **query):
        """What a loan would cost; for a member, with a button that asks for it."""
        return self._page(query)

    @route("/my/koperasi/apply", type="http", auth="user", website=True, methods=["POST"])
    def koperasi_apply(self, member_id=None, purpose="productive", note=None, **query):
        """The member's application: a draft for the teller."""
        product_id, amount, periods = self._figures(query)
        member = request.env["koperasi.member"].search([("id", "=", self._number(member_id))])
        if not member or purpose not in ("productive", "consumptive"):
            return self._page(query)
        try:
            loan = member._apply_online(product_id, amount, periods, purpose, (note or "")[:200])
        except UserError as error:
            return self._page(query, error=str(error))
        return self._page(query, applied=loan.number)

    @route("/my/koperasi/withdraw", type="http", auth="user", website=True, methods=["POST"])
    def koperasi_withdraw(self, loan_id=None, **_query):
        """The member takes her application back; what is decided meanwhile stays, and her page shows it."""
        loan = request.env["koperasi.loan"].search([("id", "=", self._number(loan_id))])
        if not loan:
            raise NotFound()
        with suppress(UserError), request.env.cr.savepoint():
            loan._withdraw_online()
        return request.redirect("/my/koperasi")

    def _page(self, query, error=None, applied=None):
        products = request.env["koperasi.loan.product"]
        product_id, amount, periods = self._figures(query)
        simulation = None
        if product_id and not (error or applied):
            try:
                simulation = products._public_simulation(product_id, amount, periods)
            except UserError as refused:
                error = str(refused)
        public = request.env.user._is_public()
        return request.render(
            "koperasi_simpan_pinjam.portal_simulation",
            {
                "products": products._public(),
                "product_id": product_id,
                "amount": amount,
                "periods": periods,
                "simulation": simulation,
                "error": error,
                "applied": applied,
                "members": [] if public else request.env["koperasi.member"].search([("state", "=", "active")]),
                "page_name": "koperasi",
            },
        )

    def _figures(self, query):
        return (self._number(query.get(name)) for name in ("product_id", "amount", "periods"))

    @staticmethod
    def _number(text):
        """`1.000.000` and `1000000` are the same; 0 for what is none."""
        digits = (text or "").replace(".", "").strip()
        return int(digits) if digits.isdecimal() and len(digits) <= 13 else 0
