from odoo import fields, models

from .koperasi_officer import ROLES


class ResUsers(models.Model):
    _inherit = "res.users"

    koperasi_officer_ids = fields.One2many("koperasi.officer", "user_id", groups="base.group_system")

    def _koperasi_has_role(self, company, roles, date=None):
        """Whether the person holds one of `roles` in `company` on `date` (inclusive; default today).

        :param roles: one role name or several, of koperasi.officer
        """
        self.ensure_one()
        return company in self._koperasi_companies(roles, date)

    def _koperasi_companies(self, roles, date=None):
        """The cooperatives in which the person holds one of `roles` on `date` (inclusive; default today)."""
        self.ensure_one()
        roles = (roles,) if isinstance(roles, str) else tuple(roles)
        officers = self.env["koperasi.officer"].sudo()
        held = [("user_id", "=", self.id), ("role", "in", roles), *officers._domain_in_force(date)]
        return officers.search(held).company_id.filtered("is_koperasi")

    def _koperasi_company_ids(self, *roles):
        """For record rules: ids of the cooperatives in which the person holds one of `roles` today."""
        return self._koperasi_companies(roles).ids

    def _koperasi_closed_company_ids(self):
        """For record rules on Odoo's accounting: cooperatives whose books this person may not read.

        Members on the portal keep Odoo's own rule (their own documents).
        """
        if self.share:
            return []
        cooperatives = self.env["res.company"].sudo().search([("is_koperasi", "=", True)])
        return (cooperatives - self._koperasi_companies(("bendahara", "pengawas"))).ids

    def _koperasi_sync_groups(self):
        """Give each person the menu groups of the roles she holds now, take away ours that she doesn't, no others."""
        self.env.registry.clear_cache()  # the record rules above
        today = fields.Date.context_today(self)
        groups = {role: self.env.ref(f"koperasi_simpan_pinjam.group_{role}").sudo() for role, _label in ROLES}
        for user in self.sudo():
            held = user.koperasi_officer_ids.filtered(
                lambda officer: officer.date_from <= today and (not officer.date_to or officer.date_to >= today)
            )
            roles = set(held.mapped("role"))
            user.group_ids = [(4 if role in roles else 3, group.id) for role, group in groups.items()]
            user._koperasi_choose_home(roles)

    def _koperasi_choose_home(self, roles):
        """Where she stands after logging in: tellers at the counter, others at their page; her own choice stays."""
        self.ensure_one()
        counter, home = (
            self.env.ref(f"koperasi_simpan_pinjam.{name}").sudo()
            for name in ("koperasi_counter_action", "koperasi_home_action")
        )
        if self.action_id and self.action_id.id not in (counter.id, home.id):
            return
        if roles and not roles - {"petugas", "pendamping"}:
            self.action_id = counter.id if "petugas" in roles else False
        else:
            self.action_id = home.id if roles - {"admin", "pendamping"} else False
