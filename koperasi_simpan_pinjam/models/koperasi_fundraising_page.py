import base64

from odoo import api, fields, models
from odoo.tools import format_date
from odoo.tools.mimetypes import guess_mimetype

from .koperasi_fundraising import FEW, SHOWN
from .scheduled import ZONE

KEPT_ON_PORTAL = 90  # days after which a campaign that is over leaves the member's page


class KoperasiFundraising(models.Model):
    """What others see of a campaign: anybody its totals, a member what she gave herself; never a name."""

    _inherit = "koperasi.fundraising"

    @api.model
    def _shown(self, slug):
        here = self.sudo().with_context(tz=self.env.context.get("tz") or ZONE)  # the public has no time zone
        return here.search(
            [("slug", "=", slug), ("state", "in", SHOWN), ("company_id.is_koperasi", "=", True)], limit=1
        )

    @api.model
    def _public_page(self, slug):
        """For whoever has the address: no names, and no count of fewer than three givers.

        :return: dict of texts for the template; None where there is no such campaign
        """
        campaign = self._shown(slug)
        return campaign._page() if campaign else None

    @api.model
    def _public_photo(self, slug):
        """:return: (type, content) of the picture; None where there is none"""
        content = base64.b64decode(self._shown(slug).image or b"")
        return (guess_mimetype(content), content) if content else None

    def _page(self):
        self.ensure_one()
        company = self.company_id
        return {
            "name": self.name,
            "company": company.name,
            "company_id": company.id,
            "purpose": self.purpose,
            "business_kind": self.business_kind or "",
            "area": self.rw_id.name or "",
            "target": company._koperasi_amount(self.target),
            "collected": company._koperasi_amount(self.collected),
            "missing": company._koperasi_amount(self.missing),
            "progress": int(self.progress),
            "givers": str(self.contributor_count) if self.contributor_count >= FEW else "",
            "deadline": format_date(self.env, self.deadline, date_format="d MMMM yyyy"),
            "days_left": self.days_left,
            "state": self.state,
            "url": f"/koperasi/penggalangan/{self.slug}",
            "photo": bool(self.image),
        }

    @api.model
    def _for_members(self, members):
        """The campaigns of these members' cooperatives, with what each of them gave.

        :param members: koperasi.member whom the caller may read
        :return: [dict of `_page` and `given`, text of what she gave, empty for nothing]
        """
        since = fields.Date.subtract(fields.Date.context_today(self), days=KEPT_ON_PORTAL)
        campaigns = self.sudo().search(
            [
                ("company_id", "in", members.company_id.ids),
                ("state", "in", SHOWN),
                "|",
                ("state", "=", "open"),
                ("date_decided", ">=", since),
            ]
        )
        given = campaigns._given_units()
        own = set(members.savings_ids.ids)
        rows = []
        for campaign in campaigns:
            units = sum(units for account, units in given.get(campaign.id, {}).items() if account in own)
            rows.append({**campaign._page(), "given": campaign.company_id._koperasi_format(units) if units else ""})
        return rows
