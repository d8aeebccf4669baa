from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.koperasi_payout_request import PAYOUT_ROLES


class KoperasiPayoutForm(models.AbstractModel):
    """A form that may pay out above a limit: with a second person's PIN, or after her yes from her phone.

    A form says in `_payout` what it pays, in `_is_above_limit` whether it needs her, and records with `_approver`.
    """

    _name = "koperasi.payout.form"
    _description = "Form That May Pay Above a Limit"
    _inherit = ["koperasi.second.person"]

    _second_roles = PAYOUT_ROLES

    key = fields.Char()
    needs_approval = fields.Boolean(compute="_compute_needs_approval")
    request_state = fields.Selection(
        [("requested", "Waiting"), ("approved", "Approved"), ("paid", "Paid"), ("refused", "Refused")],
        compute="_compute_needs_approval",
    )

    @api.depends("company_id")
    def _compute_needs_approval(self):
        for form in self:
            form.needs_approval = form._is_above_limit()
            form.request_state = form._request().state if form.needs_approval else False

    def _is_above_limit(self):
        """Whether the person may not pay this alone."""
        raise NotImplementedError

    def _payout(self):
        """:return: what koperasi.payout.request._ask takes"""
        raise NotImplementedError

    def _request(self):
        return self.env["koperasi.payout.request"]._of(self.company_id, self._payout()["content"])

    def _approver(self):
        """Who allowed what is above a limit, res.users; None when nobody did, or nobody had to."""
        approver = self.agreed_by_id or self._request()._approver(self.key)
        if approver and approver.sudo().partner_id == self._payout()["partner"]:
            raise UserError(self.env._("Nobody decides on her own withdrawal."))
        return approver or None

    def action_ask(self):
        """Ask the chair and the treasurer, who decide on their own page."""
        self.ensure_one()
        self.env["koperasi.payout.request"]._ask(self.company_id, self._payout())
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("It waits on the page of the chair and the treasurer. Record it after her yes."),
            },
        }
