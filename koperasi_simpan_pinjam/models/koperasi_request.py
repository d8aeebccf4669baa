from odoo import api, fields, models
from odoo.exceptions import UserError


class KoperasiRequest(models.AbstractModel):
    """What one person asks for and a second one decides on (docs/domain.md 8.3). It stays as it was asked."""

    _name = "koperasi.request"
    _description = "Request"
    _inherit = ["koperasi.guarded", "koperasi.claimable", "mail.thread"]
    _ask_roles = ()  # who may ask
    _decide_roles = ()  # who may decide

    state = fields.Selection(
        [("requested", "Waiting"), ("approved", "Approved"), ("refused", "Refused")],
        default="requested",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        by_action=True,
    )
    requested_by_id = fields.Many2one(
        "res.users",
        "Asked By",
        required=True,
        readonly=True,
        copy=False,
        ondelete="restrict",
        default=lambda self: self.env.user,
        by_action=True,
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict", by_action=True)

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        for request in requests:
            request.company_id._koperasi_check_role(*self._ask_roles)
            request._check_request()
        return requests

    def _check_request(self):
        """:raise UserError: when there is nothing to ask for"""
        self.ensure_one()

    def write(self, vals):
        if self and self._typed(vals):
            raise UserError(self.env._("A request changes by its actions only. Refuse it and ask anew."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("A request is kept. Refuse it instead."))

    def action_approve(self):
        for request in self:
            request._check_can_decide()
            request._decide("approved")

    def action_refuse(self):
        for request in self:
            request._check_can_decide()
            request._decide("refused")

    def _decide(self, state, **vals):
        return self.sudo()._set(**{"state": state, "decided_by_id": self.env.uid, **vals})

    def _concerns(self):
        """:return: res.partner who must not decide, for it is about herself"""
        return self.env["res.partner"]

    def _check_can_decide(self):
        self.ensure_one()
        self.company_id._koperasi_check_role(*self._decide_roles)
        self.sudo()._claim()
        if self.state != "requested":
            raise UserError(self.env._("%s has been decided on already.", self.display_name))
        if self.env.user.partner_id in self._concerns():
            raise UserError(self.env._("Nobody decides on her own request: %s.", self.display_name))
        self.company_id._koperasi_check_second_person(self, self.requested_by_id)
