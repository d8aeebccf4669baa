from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

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

    _nik_youngest = 0

    member_id = fields.Many2one("koperasi.member", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="member_id.company_id", store=True, index=True, precompute=True)
    sequence = fields.Integer("Order", default=10)
    name = fields.Char(required=True)
    relation = fields.Selection(RELATIONS, required=True, default="spouse")
    share = fields.Float("Share (%)", digits=(5, 2))
    phone = fields.Char()

    _share = models.Constraint("CHECK (share BETWEEN 0 AND 100)", "A share lies between 0 and 100 %.")

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
        return self._reveal("nik", "nik_revealed")
