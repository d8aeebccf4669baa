from werkzeug.exceptions import NotFound
from werkzeug.urls import url_quote_plus

from odoo.http import Controller, request, route

PAGE = "/koperasi/penggalangan/<string:slug>"


class KoperasiFundraising(Controller):
    """A campaign's page, to share by WhatsApp: totals, never a name."""

    @route(PAGE, type="http", auth="public", website=True, sitemap=False)
    def koperasi_fundraising(self, slug, **_query):
        campaign = request.env["koperasi.fundraising"]._public_page(slug)
        if not campaign:
            raise NotFound()
        base = request.httprequest.url_root.rstrip("/")
        address = f"{base}{campaign['url']}"
        picture = f"{address}/foto" if campaign["photo"] else f"{base}/web/binary/company_logo"
        return request.render(
            "koperasi_simpan_pinjam.portal_fundraising",
            {
                "campaign": campaign,
                "address": address,
                "picture": picture,
                "share": url_quote_plus(f"{campaign['name']}: {address}"),
                "page_name": "koperasi",
            },
        )

    @route(f"{PAGE}/foto", type="http", auth="public", sitemap=False)
    def koperasi_fundraising_photo(self, slug, **_query):
        photo = request.env["koperasi.fundraising"]._public_photo(slug)
        if not photo:
            raise NotFound()
        kind, content = photo
        return request.make_response(content, [("Content-Type", kind), ("Cache-Control", "public, max-age=3600")])
