from odoo import api, fields, models
from odoo.exceptions import UserError


class KoperasiCorrection(models.Model):
    """A request to take a transaction back: one person asks with a reason, a second one decides."""

    _name = "koperasi.correction"
    _description = "Correction"
    _inherit = ["koperasi.request", "mail.activity.mixin"]
    _order = "id desc"
    _ask_roles = ("petugas", "bendahara", "ketua")
    _decide_roles = ("bendahara", "ketua")

    transaction_id = fields.Many2one(
        "koperasi.transaction", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="transaction_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(related="transaction_id.amount")
    reason = fields.Char(required=True, readonly=True)
    state = fields.Selection([("requested", "Waiting"), ("approved", "Corrected"), ("refused", "Refused")])
    reversal_id = fields.Many2one(
        "koperasi.transaction", "Correcting Transaction", readonly=True, ondelete="restrict", by_action=True
    )

    _one_waiting = models.UniqueIndex(
        "(transaction_id) WHERE state = 'requested'",
        "A correction of this transaction is waiting already.",
    )

    @api.depends("transaction_id.number")
    def _compute_display_name(self):
        for correction in self:
            correction.display_name = self.env._("Correction of %s", correction.transaction_id.number)

    def _check_request(self):
        self.transaction_id._check_reversible()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why %s is corrected.", self.transaction_id.number))

    def action_approve(self):
        self._approve_by(self.env.user)

    def _approve_by(self, approver):
        """Post the reversals, recorded by the current user and decided on by `approver`, at whose PIN or own press."""
        for correction in self:
            decider = correction if approver == self.env.user else correction.with_user(approver)
            decider._check_can_decide()
            correction._do_approve(approver)

    def _do_approve(self, approver):
        """Post the reversal: cash goes through an open session of the same box, on that session's day."""
        self.ensure_one()
        original = self.transaction_id
        session = original._return_session()
        reversal = self.env["koperasi.posting"]._reverse(
            original,
            session.date or fields.Date.context_today(self),
            session=session or None,
            origin=self,
            reason=self.reason,
            approver=approver,
        )
        self._decide("approved", decided_by_id=approver.id, reversal_id=reversal.id)
