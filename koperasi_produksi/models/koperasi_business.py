from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("hydroponics", "Hydroponics"),
    ("toga", "Medicinal Herbs (TOGA)"),
    ("waste", "Waste Bank"),
    ("processed", "Processed Goods"),
    ("other", "Other"),
]


class KoperasiBusiness(models.Model):
    """A member's micro-business: who makes what, where."""

    _name = "koperasi.business"
    _description = "Micro-business"
    _inherit = ["mail.thread"]
    _order = "name"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, required=True, default="hydroponics", tracking=True)
    company_id = fields.Many2one(
        "res.company",
        "Cooperative",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.company,
        domain=[("is_koperasi", "=", True)],
    )
    member_id = fields.Many2one(
        "koperasi.member", "Owner", ondelete="restrict", index="btree_not_null", check_company=True, tracking=True
    )
    rw_id = fields.Many2one(
        "koperasi.rw",
        "RW",
        required=True,
        ondelete="restrict",
        check_company=True,
        index=True,
        compute="_compute_rw_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    place = fields.Char(help="Address or landmark.")
    started_on = fields.Date("Since")
    note = fields.Text()
    output_ids = fields.One2many("koperasi.output", "business_id")
    last_output_date = fields.Date("Last Output", compute="_compute_last_output_date", store=True)

    @api.depends("member_id")
    def _compute_rw_id(self):
        for business in self:
            business.rw_id = business.rw_id or business.member_id.rw_id

    @api.depends("output_ids.date")
    def _compute_last_output_date(self):
        for business in self:
            business.last_output_date = max(business.output_ids.mapped("date"), default=False)

    @api.constrains("company_id")
    def _check_cooperative(self):
        for business in self:
            if not business.company_id.is_koperasi:
                raise ValidationError(self.env._("%s is not a cooperative.", business.company_id.name))

    def action_output(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Output of %s", self.name),
            "res_model": "koperasi.output",
            "view_mode": "graph,list,pivot,form",
            "domain": [("business_id", "=", self.id)],
            "context": {"default_business_id": self.id},
        }
