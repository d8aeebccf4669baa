from odoo import api, fields, models
from odoo.exceptions import UserError

from .koperasi_loan_check import PENGURUS

COMMITTEE = 2  # of chair, treasurer and secretary: two of three (docs/domain.md 4.14)
DECIDERS = {"chair": ("ketua",), "committee": PENGURUS, "related": (*PENGURUS, "pengawas")}


class KoperasiLoanApproval(models.Model):
    """One person's yes to an application."""

    _name = "koperasi.loan.approval"
    _description = "Approval of a Loan"
    _order = "loan_id, id"
    _rec_name = "user_id"

    loan_id = fields.Many2one("koperasi.loan", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="loan_id.company_id", store=True, index=True, precompute=True)
    user_id = fields.Many2one("res.users", "Approved by", required=True, readonly=True, ondelete="restrict")
    date = fields.Date(required=True, readonly=True, default=fields.Date.context_today)

    _person = models.UniqueIndex("(loan_id, user_id)", "She has approved this loan already.")


class KoperasiLoan(models.Model):
    """Who decides on an application: the chair; above a limit two of three; on an officer's loan all (4.14, 1.3)."""

    _inherit = "koperasi.loan"

    decided_by = fields.Selection(
        [("chair", "The Chair"), ("committee", "Two of the Board"), ("related", "All of Board and Supervisors")],
        "Decided by",
        readonly=True,
        copy=False,
        by_action=True,
    )
    approval_ids = fields.One2many("koperasi.loan.approval", "loan_id", "Approvals", readonly=True)
    awaited_ids = fields.Many2many(
        "res.users", string="Still to Say Yes", compute="_compute_awaited_ids", compute_sudo=True
    )

    is_mine_to_decide = fields.Boolean(compute="_compute_is_mine_to_decide", compute_sudo=True)

    @api.depends("state", "decided_by", "approval_ids", "partner_id")
    @api.depends_context("uid")
    def _compute_is_mine_to_decide(self):
        """For the buttons, which check the person again."""
        user = self.env.user
        for loan in self:
            loan.is_mine_to_decide = (
                loan.state == "submitted"
                and user._koperasi_has_role(loan.company_id, DECIDERS[loan.decided_by or "chair"])
                and loan.partner_id != user.partner_id
                and user not in loan.approval_ids.user_id
            )

    @api.depends("state", "decided_by", "approval_ids")
    def _compute_awaited_ids(self):
        """On an officer's loan all others decide, but for who entered it; else whoever comes first of those who may."""
        for loan in self:
            loan.awaited_ids = False
            if loan.state == "submitted" and loan.decided_by == "related":
                loan.awaited_ids = loan._all_others() - loan.create_uid - loan.approval_ids.user_id

    def _all_others(self):
        """:return: res.users of board and supervisors in force who are not the borrower"""
        self.ensure_one()
        officers = self.env["koperasi.officer"].sudo()
        held = [("company_id", "=", self.company_id.id), ("role", "in", DECIDERS["related"])]
        everybody = officers.search([*held, *officers._domain_in_force()]).user_id
        return everybody.filtered(lambda user: user.partner_id != self.partner_id)

    def action_submit(self):
        result = super().action_submit()
        for loan in self.sudo():
            loan._refresh_checks()
            loan._set(decided_by=loan._deciding())
        return result

    def _deciding(self):
        """By whom this application is decided on."""
        self.ensure_one()
        if self.member_id in self._related_members():
            return "related"
        limit = self.product_id.committee_amount
        return "committee" if limit and self.amount > limit else "chair"

    def action_approve(self):
        """A yes; the last one needed approves the loan when the funds are there, else it waits for them."""
        for loan in self:
            loan._check_can_decide()
            loan._check_limits()
            loan.sudo()._claim()
            loan._check_state("submitted")
            self.env["koperasi.loan.approval"].sudo().create({"loan_id": loan.id, "user_id": self.env.uid})
            loan.sudo()._message_log(body=self.env._("%s has said yes.", self.env.user.name))
            if loan._is_enough(loan.decided_by, loan.sudo().approval_ids.user_id, loan.create_uid):
                loan._do_approve()

    def action_reject(self):
        for loan in self:
            loan._check_can_decide()
            loan.sudo()._set(state="rejected", approved_by_id=self.env.uid, approved_on=fields.Date.context_today(loan))

    def _check_can_decide(self):
        self.ensure_one()
        self.company_id._koperasi_check_role(*DECIDERS[self.decided_by or "chair"])
        self._check_state("submitted")
        if self.env.user.partner_id == self.partner_id:
            raise UserError(self.env._("Nobody decides on her own loan."))
        self.company_id._koperasi_check_second_person(self, self.create_uid)
        if self.env.user in self.sudo().approval_ids.user_id:
            raise UserError(self.env._("You have approved this loan already; others are still to decide."))

    def _check_limits(self):
        """Refuse while a limit that needs an override has none; what only warns is noted where the supervisors look."""
        self._refresh_checks()
        checks = self.sudo().check_ids
        missing = checks.filtered(lambda check: check.level == "block" and not check.is_overridden)
        if missing:
            raise UserError(
                self.env._(
                    "Not without an override: %s. It stands under Checks.",
                    ", ".join(check._label() for check in missing),
                )
            )

    def _is_enough(self, decided_by, approved, asked_by):
        """Whether what concerns this loan is decided; the borrower is none of those who say yes.

        :param decided_by: as the field
        :param approved: res.users who said yes
        :param asked_by: res.users who asked for it
        """
        self.ensure_one()
        if decided_by == "related":
            return not self._all_others() - asked_by - approved
        return len(approved) >= (COMMITTEE if decided_by == "committee" else 1)

    def _approver(self):
        """Who stands for the decision: the chair, else who does not hold the money, which the treasurer pays out."""
        approved, company = self.sudo().approval_ids.user_id, self.company_id
        chairs = approved.filtered(lambda user: user._koperasi_has_role(company, "ketua"))
        others = approved.filtered(lambda user: not user._koperasi_has_role(company, "bendahara"))
        return (chairs or others or approved)[:1]

    def _do_approve(self):
        self.ensure_one()
        company = self.company_id.sudo()
        company._claim()
        fits = self._needed_units() <= self._fundable_units()
        self.sudo()._set(
            state="approved" if fits else "queued",
            approved_by_id=self._approver().id,
            approved_on=fields.Date.context_today(self),
        )
        warned = self.sudo().check_ids.filtered(lambda check: check.level == "warning")
        if warned:
            self.sudo()._message_log(
                body=self.env._("Approved in spite of: %s", "; ".join(check._said() for check in warned))
            )


class KoperasiLoanProduct(models.Model):
    _inherit = "koperasi.loan.product"

    committee_amount = fields.Monetary(
        "Two of the Board Decide Above", tracking=True, help="0: the chair decides on every loan."
    )
