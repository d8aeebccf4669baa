from odoo import api, fields, models
from odoo.exceptions import ValidationError


class KoperasiDuesException(models.Model):
    """Months in which a member owes no mandatory savings: one person asks with a reason, the chair decides."""

    _name = "koperasi.dues.exception"
    _description = "Waiver or Suspension of Dues"
    _inherit = ["koperasi.request"]
    _order = "month_from desc, id desc"
    _check_company_auto = True
    _ask_roles = ("petugas", "bendahara", "sekretaris", "ketua")
    _decide_roles = ("ketua",)

    member_id = fields.Many2one("koperasi.member", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="member_id.company_id", store=True, index=True, precompute=True)
    month_from = fields.Date("From the Month", required=True, help="Any day of the month.")
    month_to = fields.Date("To the Month", required=True, help="Any day of the month.")
    kind = fields.Selection([("waiver", "Waiver"), ("suspension", "Suspension")], required=True, default="waiver")
    reason = fields.Char(required=True)
    state = fields.Selection([("requested", "Waiting for the Chair"), ("approved", "Approved"), ("refused", "Refused")])
    decided_on = fields.Date(readonly=True, copy=False, by_action=True)

    _order_of_months = models.Constraint("CHECK (month_from <= month_to)", "The last month comes before the first.")

    @api.depends("member_id", "kind")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for exception in self:
            exception.display_name = (
                f"{labels.get(exception.kind, '')} {exception.member_id.display_name or ''}".strip()
            )

    @api.constrains("reason")
    def _check_reason(self):
        for exception in self:
            if not (exception.reason or "").strip():
                raise ValidationError(self.env._("Say why %s owes no dues.", exception.member_id.display_name))

    def _concerns(self):
        return self.member_id.partner_id

    def _decide(self, state, **vals):
        return super()._decide(state, decided_on=fields.Date.context_today(self), **vals)

    def _free_months(self, members, as_of):
        """The months that cost these members nothing, as decided by `as_of`.

        :return: {member id: tuple of first days}
        """
        exceptions = self.search(
            [
                ("member_id", "in", members.ids),
                ("state", "=", "approved"),
                ("decided_on", "<=", as_of),
            ]
        )
        months = {}
        for exception in exceptions:
            month, free = exception.month_from.replace(day=1), months.setdefault(exception.member_id.id, set())
            while month <= exception.month_to:
                free.add(month)
                month = fields.Date.add(month, months=1)
        return {member: tuple(sorted(free)) for member, free in months.items()}
