from odoo import models
from odoo.exceptions import UserError


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """A merge rewrites foreign keys by SQL: never those of the ledger. The holder must be the one who stays."""
        for model in ("koperasi.transaction.line", "koperasi.savings.account", "koperasi.member"):
            record = self.env[model].sudo().search([("partner_id", "in", src_partners.ids)], limit=1)
            if record:
                raise UserError(
                    self.env._(
                        "%(person)s is in the books of a cooperative. Merge the other contacts into this one: "
                        "choose it "
                        "as the destination. Two members can't be merged.",
                        person=record.partner_id.display_name,
                    )
                )
        return super()._update_foreign_keys(src_partners, dst_partner)
