from odoo import api, fields, models
from odoo.exceptions import UserError

from .koperasi_nik import READERS


class KoperasiFounder(models.Model):
    """Who founded the cooperative: a line of its minutes, later a member (docs/domain.md 1.2)."""

    _name = "koperasi.founder"
    _description = "Founder"
    _inherit = ["koperasi.nik"]
    _order = "profile_id, sequence, id"
    _check_company_auto = True

    profile_id = fields.Many2one("koperasi.profile", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="profile_id.company_id", store=True, index=True, precompute=True)
    sequence = fields.Integer("Order", default=10)
    name = fields.Char(required=True)
    # Who sets the cooperative up types them, before anybody holds a role.
    nik_entry = fields.Char(groups=f"{READERS},koperasi_simpan_pinjam.group_admin,base.group_system")
    occupation = fields.Char()
    rw_id = fields.Many2one("koperasi.rw", "RW", check_company=True, ondelete="restrict")
    rt = fields.Char("RT", size=3)
    member_id = fields.Many2one("koperasi.member", readonly=True, copy=False, ondelete="restrict", check_company=True)

    _nik = models.UniqueIndex(
        "(profile_id, nik) WHERE nik IS NOT NULL", "Two founders have the same NIK: one of them is mistyped."
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([{**vals, "member_id": False} for vals in vals_list])

    def write(self, vals):
        if {"member_id", "profile_id", "company_id"} & set(vals):
            raise UserError(self.env._("A founder stays with her cooperative, and becomes a member by the button."))
        return super().write(vals)

    def _do_enter(self):
        """A candidate for each; one whose NIK is in the register already is that member."""
        homeless = self.filtered(lambda founder: not founder.rw_id)
        if homeless:
            raise UserError(
                self.env._(
                    "Choose the RW first, it is part of the member number: %s.", ", ".join(homeless.mapped("name"))
                )
            )
        for founder in self.sudo():
            member = founder.nik and self.env["koperasi.member"].sudo().search(
                [("company_id", "=", founder.company_id.id), ("nik", "=", founder.nik)], limit=1
            )
            founder._set(member_id=(member or founder._make_member()).id)

    def _set(self, **vals):
        """Past the guard of `write`; private, so not callable by RPC."""
        return super().write(vals)

    def _make_member(self):
        return self.env["koperasi.member"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": self.name, "function": self.occupation}).id,
                "company_id": self.company_id.id,
                "rw_id": self.rw_id.id,
                "rt": self.rt,
                "nik": self.nik,
            }
        )

    def action_reveal_nik(self):
        return self._reveal("nik", "nik_revealed")
