from odoo import api, fields, models
from odoo.exceptions import UserError


class KoperasiCorrection(models.Model):
    """A request to take a transaction back: one person asks with a reason, a second one decides."""

    _name = "koperasi.correction"
    _description = "Correction"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    transaction_id = fields.Many2one(
        "koperasi.transaction", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="transaction_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(related="transaction_id.amount")
    reason = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [("requested", "Waiting"), ("done", "Corrected"), ("refused", "Refused")],
        default="requested",
        required=True,
        readonly=True,
        tracking=True,
    )
    requested_by_id = fields.Many2one(
        "res.users", "Asked By", required=True, readonly=True, ondelete="restrict", default=lambda self: self.env.user
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    reversal_id = fields.Many2one("koperasi.transaction", "Correcting Transaction", readonly=True, ondelete="restrict")

    _one_waiting = models.UniqueIndex(
        "(transaction_id) WHERE state = 'requested'",
        "A correction of this transaction is waiting already.",
    )

    @api.depends("transaction_id.number")
    def _compute_display_name(self):
        for correction in self:
            correction.display_name = self.env._("Correction of %s", correction.transaction_id.number)

    @api.model_create_multi
    def create(self, vals_list):
        corrections = super().create(
            [
                {
                    **vals,
                    "state": "requested",
                    "requested_by_id": self.env.uid,
                    "decided_by_id": False,
                    "reversal_id": False,
                }
                for vals in vals_list
            ]
        )
        for correction in corrections:
            correction.company_id._koperasi_check_role("petugas", "bendahara", "ketua")
            correction.transaction_id._check_reversible()
            if not (correction.reason or "").strip():
                raise UserError(self.env._("Say why %s is corrected.", correction.transaction_id.number))
        return corrections

    def write(self, vals):
        if {"transaction_id", "company_id", "reason", "state", "requested_by_id", "decided_by_id", "reversal_id"} & set(
            vals
        ):
            raise UserError(self.env._("A correction changes by its actions only."))
        return super().write(vals)

    def _set(self, **vals):
        """Set guarded fields past `write`; private, so not callable by RPC."""
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("A request for correction is kept. Refuse it instead."))

    def action_approve(self):
        self._approve_by(self.env.user)

    def _approve_by(self, approver):
        """Post the reversals, recorded by the current user and decided on by `approver`, at whose PIN or own press."""
        for correction in self:
            decider = correction if approver == self.env.user else correction.with_user(approver)
            decider._check_can_decide()
            correction._do_approve(approver)

    def action_refuse(self):
        for correction in self:
            correction._check_can_decide()
            correction.sudo()._set(state="refused", decided_by_id=self.env.uid)

    def _check_can_decide(self):
        self.ensure_one()
        self.company_id._koperasi_check_role("bendahara", "ketua")
        if self.state != "requested":
            raise UserError(self.env._("%s has been decided on already.", self.display_name))
        self.company_id._koperasi_check_second_person(self, self.requested_by_id)

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
        self.sudo()._set(state="done", decided_by_id=approver.id, reversal_id=reversal.id)
