import base64

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..reports.card import Card, cards

HOLDERS = ("active", "dormant")
ROLES = ("petugas", "bendahara", "sekretaris", "ketua")


class KoperasiMemberCard(models.TransientModel):
    """The cards of some members, as one file: a page of 85.6 x 54 mm each (docs/domain.md 6.4)."""

    _name = "koperasi.member.card"
    _description = "Member Cards"
    _inherit = ["koperasi.download"]

    member_ids = fields.Many2many("koperasi.member", string="Members", required=True)

    def _download(self):
        self.ensure_one()
        members = self.member_ids
        members._check_can_print_card()
        name = members.number if len(members) == 1 else str(len(members))
        return f"{self.env._('Member Cards')} {name}.pdf", cards(members._cards())


class KoperasiMember(models.Model):
    _inherit = "koperasi.member"

    def action_print_card(self):
        """The cards of those among `self` who are members: a candidate gets hers when she is one."""
        holders = self.filtered(lambda member: member.state in HOLDERS)
        if not holders:
            raise UserError(self.env._("Cards are for members who are active or dormant."))
        holders._check_can_print_card()
        return self.env["koperasi.member.card"].create({"member_ids": holders.ids})._action_download()

    def _check_can_print_card(self):
        for company in self.company_id:
            company._koperasi_check_role(*ROLES)

    def _cards(self):
        """:return: [Card], in the order of `self`; the NIK is on none"""
        officers = self.env["koperasi.officer"].search(
            [
                ("company_id", "in", self.company_id.ids),
                ("role", "=", "ketua"),
                *self.env["koperasi.officer"]._domain_in_force(),
            ],
            order="date_from desc, id desc",  # who has been it longest has the last word
        )
        chairs = {officer.company_id: officer.sudo().user_id.name for officer in officers}
        companies = {company: self._card_company(company, chairs.get(company) or "") for company in self.company_id}
        photos = {
            member: base64.b64decode(picture)
            for member in self.with_context(bin_size=False)
            if (picture := member.partner_id.image_256)
        }
        return [
            Card(
                heading=self.env._("MEMBER CARD"),
                name=member.name or "",
                number=member.number,
                facts=(
                    (self.env._("RT / RW"), f"{member.rt or '-'} / {member.rw_id.code}"),
                    (self.env._("Member Since"), format_date(self.env, member._member_since())),
                    (self.env._("Valid"), self.env._("while a member")),
                ),
                photo=photos.get(member),
                **companies[member.company_id],
            )
            for member in self
        ]

    def _card_company(self, company, chair):
        profile = self.env["koperasi.profile"]._of(company).sudo()
        legal = self.env._("Legal entity %s", profile.legal_number) if profile.legal_number else ""
        logo = company.sudo().logo
        return {
            "cooperative": company.name,
            "legal": ", ".join(filter(None, (legal, company.street, company.city))),
            "signature": (self.env._("Chair"), chair),
            "logo": base64.b64decode(logo) if logo and not company.sudo().uses_default_logo else None,
        }

    def _member_since(self):
        """When the membership began that goes on."""
        return self.period_ids.filtered(lambda period: not period.date_to)[:1].date_from or (
            self.date_active or self.date_joined
        )
