from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class KoperasiDuesException(models.Model):
    """Months in which a member owes no mandatory savings: one person asks with a reason, the chair decides."""

    _name = "koperasi.dues.exception"
    _description = "Waiver or Suspension of Dues"
    _inherit = ["mail.thread"]
    _order = "month_from desc, id desc"
    _check_company_auto = True

    member_id = fields.Many2one("koperasi.member", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="member_id.company_id", store=True, index=True, precompute=True)
    month_from = fields.Date("From the Month", required=True, help="Any day of the month.")
    month_to = fields.Date("To the Month", required=True, help="Any day of the month.")
    kind = fields.Selection([("waiver", "Waiver"), ("suspension", "Suspension")], required=True, default="waiver")
    reason = fields.Char(required=True)
    state = fields.Selection(
        [("requested", "Waiting for the Chair"), ("approved", "Approved"), ("refused", "Refused")],
        default="requested",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    requested_by_id = fields.Many2one(
        "res.users", "Asked By", required=True, readonly=True, ondelete="restrict", default=lambda self: self.env.user
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    decided_on = fields.Date(readonly=True, copy=False)

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

    @api.model_create_multi
    def create(self, vals_list):
        exceptions = super().create(
            [
                {
                    **vals,
                    "state": "requested",
                    "requested_by_id": self.env.uid,
                    "decided_by_id": False,
                    "decided_on": False,
                }
                for vals in vals_list
            ]
        )
        for exception in exceptions:
            exception.company_id._koperasi_check_role("petugas", "bendahara", "sekretaris", "ketua")
        return exceptions

    def write(self, vals):
        if {
            "member_id",
            "company_id",
            "month_from",
            "month_to",
            "kind",
            "reason",
            "state",
            "requested_by_id",
            "decided_by_id",
            "decided_on",
        } & set(vals):
            raise UserError(self.env._("A waiver or suspension changes by its actions only. Refuse it and ask anew."))
        return super().write(vals)

    def _set(self, **vals):
        """Set guarded fields past `write`; private, so not callable by RPC."""
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("A request is kept. Refuse it instead."))

    def action_approve(self):
        for exception in self:
            exception._check_can_decide()
            exception._do_decide("approved")

    def action_refuse(self):
        for exception in self:
            exception._check_can_decide()
            exception._do_decide("refused")

    def _check_can_decide(self):
        self.ensure_one()
        self.company_id._koperasi_check_role("ketua")
        if self.state != "requested":
            raise UserError(self.env._("%s has been decided on already.", self.display_name))
        if self.env.user.partner_id == self.member_id.partner_id:
            raise UserError(self.env._("Nobody decides on her own dues."))
        self.company_id._koperasi_check_second_person(self, self.requested_by_id)

    def _do_decide(self, state):
        self.sudo()._set(state=state, decided_by_id=self.env.uid, decided_on=fields.Date.context_today(self))

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
