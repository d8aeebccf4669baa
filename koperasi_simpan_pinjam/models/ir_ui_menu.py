from odoo import models

from .koperasi_officer import ROLES

# What opens no app of its own: held beside our roles, they don't make somebody a user of other apps.
NO_APP = (
    "base.group_allow_export",
    "base.group_multi_company",
    "base.group_partner_manager",
    "base.group_user",
    "mail.group_mail_notification_type_inbox",
)


class IrUiMenu(models.Model):
    _inherit = "ir.ui.menu"

    def _load_menus_blacklist(self):
        """Who works in a cooperative and nowhere else sees Koperasi only; whoever has rights of other apps, all."""
        blacklist = super()._load_menus_blacklist()
        if self._koperasi_only():
            koperasi = self.env.ref("koperasi_simpan_pinjam.menu_root")
            blacklist += self.sudo().search([("parent_id", "=", False), ("id", "!=", koperasi.id)]).ids
        return blacklist + self._koperasi_unit_blacklist()

    def _koperasi_unit_blacklist(self):
        """Menus of the units that none of the person's cooperatives has."""
        cooperatives = self.env.user.sudo().company_ids.filtered("is_koperasi")
        return [
            self.env.ref(menu).id
            for menu, names in self.env["res.company"]._koperasi_unit_menus().items()
            if cooperatives and not any(company[name] for company in cooperatives for name in names)
        ]

    def _koperasi_only(self):
        """Whether all groups of the person are ours, implied by ours, or open no app."""
        user = self.env.user
        groups = self.env["res.groups"].sudo()
        ours = groups.union(*(self.env.ref(f"koperasi_simpan_pinjam.group_{role}").sudo() for role, _label in ROLES))
        held = user.sudo().all_group_ids
        if not held & ours:
            return False
        known = (held & ours) | groups.union(*(self.env.ref(name).sudo() for name in NO_APP))
        return not held - known.all_implied_ids
