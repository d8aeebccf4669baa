from odoo import api, fields, models
from odoo.exceptions import ValidationError

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class KoperasiGroup(models.Model):
    """Members who meet: a dasawisma, or women who answer for each other's loans (docs/domain.md 4.11, 6.4)."""

    _name = "koperasi.group"
    _description = "Group of Members"
    _inherit = ["mail.thread"]
    _order = "name"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="restrict", index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [("dasawisma", "Dasawisma"), ("joint", "Joint Liability"), ("other", "Other")],
        required=True,
        default="dasawisma",
        tracking=True,
        help="Joint liability: the members answer for each other's loans.",
    )
    head_id = fields.Many2one(
        "koperasi.member", ondelete="restrict", check_company=True, tracking=True, domain="[('group_id', '=', id)]"
    )
    rw_id = fields.Many2one("koperasi.rw", "RW", ondelete="restrict", check_company=True)
    rt = fields.Char("RT", size=3)
    meeting_weekday = fields.Selection(WEEKDAYS, "Meets On", help="Every week, or every month where a week is given.")
    meeting_week = fields.Selection(
        [("1", "First"), ("2", "Second"), ("3", "Third"), ("4", "Fourth")],
        "Week of the Month",
        help="Empty: every week.",
    )
    meeting_place = fields.Char()
    member_ids = fields.One2many("koperasi.member", "group_id", "Members")
    member_count = fields.Integer("Number of Members", compute="_compute_member_count")

    _name_once = models.UniqueIndex("(company_id, name)", "There is a group of this name already.")

    @api.depends("member_ids")
    def _compute_member_count(self):
        counts = dict(
            self.env["koperasi.member"]._read_group([("group_id", "in", self.ids)], ["group_id"], ["__count"])
        )
        for group in self:
            group.member_count = counts.get(group._origin, 0)

    @api.constrains("head_id", "member_ids")
    def _check_head(self):
        for group in self:
            if group.head_id and group.head_id.group_id != group:
                raise ValidationError(
                    self.env._(
                        "%(head)s is not in the group %(group)s. Put her into it first.",
                        head=group.head_id.display_name,
                        group=group.name,
                    )
                )

    def action_members(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("koperasi_simpan_pinjam.koperasi_member_action")
        action.pop("path", None)  # a readable address would lose the group
        return {
            **action,
            "name": self.name,
            "domain": [("group_id", "=", self.id)],
            "context": {"default_group_id": self.id, "default_rw_id": self.rw_id.id, "default_rt": self.rt},
        }
