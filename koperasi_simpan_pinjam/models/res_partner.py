from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    koperasi_member_ids = fields.One2many("koperasi.member", "partner_id", groups=fields.NO_ACCESS)


class ResUsers(models.Model):
    _inherit = "res.users"

    def _koperasi_hides_members(self):
        """For record rules on contacts: whether the person watches cooperatives, whose members have no name for her."""
        self.ensure_one()
        return bool(self._koperasi_companies("pemantau"))

    def _koperasi_member_reading_ids(self):
        """For record rules on contacts: ids of the cooperatives whose members the person works with."""
        roles = ("petugas", "bendahara", "sekretaris", "ketua", "pengawas", "pendamping", "admin")
        return self._koperasi_company_ids(*roles)
