from odoo import models


class KoperasiSavingsProduct(models.Model):
    _inherit = "koperasi.savings.product"

    def _account_of(self, partner, member):
        """The open account of a person, opened when she has none.

        :param member: koperasi.member; empty for who is none
        """
        self.ensure_one()
        accounts = self.env["koperasi.savings.account"].sudo()
        account = accounts.search(
            [("product_id", "=", self.id), ("partner_id", "=", partner.id), ("state", "=", "open")], limit=1
        ) or accounts.create({"product_id": self.id, "member_id": member.id, "partner_id": partner.id})
        return account.with_env(self.env)
