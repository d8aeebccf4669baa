from odoo import api, fields, models
from odoo.exceptions import UserError

from .koperasi_loan_approval import DECIDERS


class KoperasiLoanUndo(models.Model):
    """A restructuring taken back: the installments of before are in force again (docs/domain.md 4.10).

    One person asks with a reason, another of those who decide on such a loan says yes. Nothing may stand on it: what
    was paid since is taken back first. Both changes stay in the loan's history.
    """

    _name = "koperasi.loan.undo"
    _description = "Restructuring Taken Back"
    _inherit = ["koperasi.request"]
    _order = "id desc"
    _rec_name = "restructure_id"
    _ask_roles = ("petugas", "bendahara", "ketua")
    _decide_roles = (*DECIDERS["chair"], *DECIDERS["related"])
    _check_company_auto = True

    restructure_id = fields.Many2one(
        "koperasi.loan.restructure",
        "Restructuring",
        required=True,
        ondelete="restrict",
        index=True,
        domain=[("state", "=", "approved")],
        check_company=True,
    )
    loan_id = fields.Many2one(related="restructure_id.loan_id", store=True, index=True, precompute=True)
    company_id = fields.Many2one(related="loan_id.company_id", store=True, index=True, precompute=True)
    reason = fields.Char(required=True)
    restored_id = fields.Many2one(
        "koperasi.loan.schedule",
        "Installments of Before",
        readonly=True,
        copy=False,
        ondelete="restrict",
        by_action=True,
    )

    _one_waiting = models.UniqueIndex(
        "(restructure_id) WHERE state = 'requested'", "It is asked already that this restructuring be taken back."
    )

    @api.depends("loan_id")
    def _compute_display_name(self):
        for undo in self:
            undo.display_name = self.env._("Restructuring of %s taken back", undo.loan_id.display_name)

    def _check_request(self):
        result = super()._check_request()
        if not (self.reason or "").strip():
            raise UserError(self.env._("Give the reason."))
        self._check_possible()
        return result

    def _concerns(self):
        return super()._concerns() | self.loan_id.partner_id

    def _check_can_decide(self):
        """As on the restructuring: those who decide on such a loan; one yes is enough to be as before."""
        self.company_id._koperasi_check_role(*DECIDERS[self.restructure_id.decided_by or "chair"])
        return super()._check_can_decide()

    def _check_possible(self):
        """:raise UserError: naming what is taken back first"""
        self.ensure_one()
        change = self.restructure_id.sudo().schedule_id
        self.restructure_id._check_state("approved")
        self.loan_id._check_state("running")
        if change.taken_back_on:
            raise UserError(self.env._("%s is taken back already.", change._named()))
        if first := change._what_stands_in_the_way():
            raise UserError(
                self.env._(
                    "%(change)s of %(loan)s: take back first what came after it: %(first)s.",
                    change=change._named(),
                    loan=self.loan_id.display_name,
                    first=first,
                )
            )

    def action_approve(self):
        for undo in self:
            undo.loan_id.sudo()._claim()
            undo._check_can_decide()
            undo._do_restore()

    def _do_restore(self):
        """The memorial by which arrears became principal, where there is one, is reversed with it."""
        self.ensure_one()
        self._check_possible()
        loan, today = self.loan_id.sudo(), fields.Date.context_today(self)
        change = self.restructure_id.sudo().schedule_id
        loan._check_can_change(today)
        if change.transaction_id:
            asked_by = self.requested_by_id  # of those who decide not all may cause a posting
            self.env["koperasi.posting"].with_user(asked_by)._reverse(
                change.transaction_id.with_user(asked_by),
                today,
                origin=self,
                reason=self.reason,
                approver=self.env.user,
            )
        else:
            loan._restore(
                change,
                today,
                reason=self.reason,
                requested_by_id=self.requested_by_id.id,
                approved_by_id=self.env.uid,
            )
        self._decide("approved", restored_id=change.restored_ids.id)
        self.env["koperasi.audit.log"]._log(loan, "restructure_undone", f"{loan.number}: {self.reason}")


class KoperasiCorrection(models.Model):
    _inherit = "koperasi.correction"

    def _check_request(self):
        """What made arrears principal goes back with the restructuring, decided on as that was."""
        undone = self.env["koperasi.loan.restructure"].sudo().search(
            [("schedule_id.transaction_id", "=", self.transaction_id.id)], limit=1
        )
        if undone:
            raise UserError(
                self.env._(
                    "%(number)s belongs to a restructuring of %(loan)s: open the restructuring and press Take Back.",
                    number=self.transaction_id.number,
                    loan=undone.loan_id.display_name,
                )
            )
        return super()._check_request()


class KoperasiTransaction(models.Model):
    _inherit = "koperasi.transaction"

    @api.model
    def _selection_origin(self):
        return [*super()._selection_origin(), ("koperasi.loan.undo", self.env["koperasi.loan.undo"]._description)]
