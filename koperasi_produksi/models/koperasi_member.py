from odoo import api, models
from odoo.tools import SQL

# Who trades with the cooperative as a member.
TRADING_STATES = ("active", "dormant")


class KoperasiMember(models.Model):
    _inherit = "koperasi.member"

    def _set(self, **vals):
        result = super()._set(**vals)
        if "state" in vals:
            self._koperasi_sync_fiscal_position()
        return result

    def _koperasi_sync_fiscal_position(self):
        """Members buy by the fiscal position “Anggota”, others don't; one that the company uses already stays."""
        for member in self.sudo():
            position = member.company_id.koperasi_member_position_id
            partner = member.partner_id.with_company(member.company_id)
            if not position:
                continue
            used = self.env["account.fiscal.position"].sudo().with_company(member.company_id)
            if member.state in TRADING_STATES:
                if not used._get_fiscal_position(partner):
                    partner.property_account_position_id = position
            elif partner.property_account_position_id == position:
                partner.property_account_position_id = False

    @api.model
    def _patronage_query(self, date_from, date_to):
        """Also what members delivered: goods and waste at what was paid, consigned goods at what they sold for.

        The supplier's business, as docs/domain.md 2.5 has it for production; what members buy is not counted.
        """
        return SQL(
            """
            %s
             UNION ALL
            SELECT member_id, unit_id, component AS kind, -amount
              FROM koperasi_transaction_line
             WHERE component IN ('goods', 'consignment') AND member_id IS NOT NULL AND date BETWEEN %s AND %s
            """,
            super()._patronage_query(date_from, date_to),
            date_from,
            date_to,
        )
