from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..kernel import nik as nik_kernel

RELATIONS = [
    ("spouse", "Husband or Wife"),
    ("child", "Child"),
    ("parent", "Parent"),
    ("sibling", "Brother or Sister"),
    ("grandchild", "Grandchild"),
    ("other", "Other"),
]


class KoperasiMemberHeir(models.Model):
    """Who receives what a member leaves, in which order and part (docs/domain.md 5.7)."""

    _name = "koperasi.member.heir"
    _description = "Heir"
    _inherit = ["koperasi.nik"]
    _order = "member_id, sequence, id"

    member_id = fields.Many2one("koperasi.member", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="member_id.company_id", store=True, index=True, precompute=True)
    sequence = fields.Integer("Order", default=10)
    name = fields.Char(required=True)
    relation = fields.Selection(RELATIONS, required=True, default="spouse")
    nik = fields.Char(
        "NIK",
        size=16,
        copy=False,
        groups="koperasi_simpan_pinjam.group_sekretaris,koperasi_simpan_pinjam.group_ketua",
    )
    nik_masked = fields.Char("NIK (masked)", compute="_compute_nik_masked", compute_sudo=True)
    share = fields.Float("Share (%)", digits=(5, 2))
    phone = fields.Char()

    _share = models.Constraint("CHECK (share BETWEEN 0 AND 100)", "A share lies between 0 and 100 %.")

    @api.depends("nik")
    def _compute_nik_masked(self):
        for heir in self:
            heir.nik_masked = nik_kernel.mask(heir.nik) if heir.nik else False

    @api.constrains("nik")
    def _check_nik(self):
        for heir in self.sudo().filtered("nik"):
            try:
                nik_kernel.parse(heir.nik, fields.Date.context_today(heir), youngest=0)
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "The NIK of %(name)s can't be right: %(reason)s",
                        name=heir.name,
                        reason=self.env["koperasi.member"]._nik_reason(error),
                    )
                ) from None

    @api.constrains("share", "member_id")
    def _check_shares(self):
        for member in self.member_id:
            total = round(sum(member.heir_ids.mapped("share")), 2)
            if total > 100:
                raise ValidationError(
                    self.env._(
                        "The heirs of %(member)s share %(total)s %%: together they have at most 100 %%.",
                        member=member.display_name,
                        total=f"{total:g}",
                    )
                )

    def write(self, vals):
        if {"member_id", "company_id"} & set(vals):
            raise UserError(self.env._("An heir stays with her member. Enter her anew there."))
        return super().write(vals)

    def action_reveal_nik(self):
        """Show the whole NIK to who may see it, and write down that she did."""
        self.ensure_one()
        self.company_id._koperasi_check_role("sekretaris", "ketua")
        self.env["koperasi.audit.log"]._log(self, "nik_revealed", self.name)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"title": self.name, "message": self.sudo().nik or "-", "sticky": True},
        }
