from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .koperasi_member import MEMBER_STATES

KINDS = [("leave", "Own Request"), ("deceased", "Deceased"), ("dismissed", "Dismissed")]
STATES = [
    ("requested", "Waiting for the Chair"),
    ("approved", "Approved"),
    ("settled", "Settled"),
    ("refused", "Refused"),
    ("cancelled", "Cancelled"),
]
# What a member becomes.
LEFT_STATES = {"leave": "left", "deceased": "deceased", "dismissed": "dismissed"}
BOARD = ("ketua", "bendahara", "sekretaris", "pengawas")
TERMS = {"member_id", "company_id", "kind", "date_requested", "reason"}


class KoperasiMemberExit(models.Model):
    """A member leaves, died, or is dismissed: the board decides, she or her heirs are paid (docs/domain.md 5.6, 5.7).

    Approval moves share capital and mandatory savings from equity to what the cooperative owes her. The settlement,
    after the waiting period, adds all else she has and takes off what she owes. What is left is paid in cash or by
    the bank.
    """

    _name = "koperasi.member.exit"
    _description = "Exit of a Member"
    _inherit = ["koperasi.guarded", "koperasi.claimable", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    member_id = fields.Many2one(
        "koperasi.member", required=True, ondelete="restrict", index=True, tracking=True, check_company=True
    )
    company_id = fields.Many2one(related="member_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, required=True, default="leave", tracking=True)
    date_requested = fields.Date(
        "Asked On", required=True, default=fields.Date.context_today, help="Dues stop with this day."
    )
    reason = fields.Char(required=True, tracking=True)
    state = fields.Selection(
        STATES,
        default="requested",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        by_action=True,
    )
    state_before = fields.Char(
        readonly=True, copy=False, help="The member's state, should the exit be taken back.", by_action=True
    )
    requested_by_id = fields.Many2one(
        "res.users",
        "Entered By",
        required=True,
        readonly=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        by_action=True,
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict", by_action=True)
    approved_on = fields.Date(readonly=True, copy=False, by_action=True)
    pay_from = fields.Date(
        "Waits Until", readonly=True, copy=False, help="Approval and the waiting period.", by_action=True
    )
    settled_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict", by_action=True)
    settled_on = fields.Date(readonly=True, copy=False, by_action=True)
    refund_id = fields.Many2one(
        "koperasi.savings.account",
        "Paid From",
        readonly=True,
        copy=False,
        ondelete="restrict",
        by_action=True,
        help="What the cooperative owes her once she has left.",
    )
    reclass_id = fields.Many2one(
        "koperasi.transaction", "Capital to Refund", readonly=True, copy=False, ondelete="restrict", by_action=True
    )
    settlement_id = fields.Many2one(
        "koperasi.transaction", readonly=True, copy=False, ondelete="restrict", by_action=True
    )
    heir_ids = fields.One2many(related="member_id.heir_ids")
    death_certificate = fields.Binary(attachment=True, copy=False)
    death_certificate_name = fields.Char(copy=False)
    heir_letter = fields.Binary("Letter of the Heirs", attachment=True, copy=False, help="Signed by RT, RW and lurah.")
    heir_letter_name = fields.Char(copy=False)
    amount_rights = fields.Monetary("She Has", compute="_compute_amounts")
    amount_debts = fields.Monetary("Taken Off for Loans", compute="_compute_amounts")
    amount_kept = fields.Monetary("Administration and Kept", compute="_compute_amounts")
    amount_payout = fields.Monetary("To Be Paid Out", compute="_compute_amounts")
    amount_shortfall = fields.Monetary("Still Owed by Her", compute="_compute_amounts")
    amount_left = fields.Monetary("Not Paid Yet", compute="_compute_amounts")
    obstacles = fields.Text("To Do First", compute="_compute_obstacles")

    _one_at_a_time = models.UniqueIndex(
        "(member_id) WHERE state IN ('requested', 'approved')", "An exit of this member is under way already."
    )

    @api.depends("member_id")
    def _compute_display_name(self):
        for leaving in self:
            leaving.display_name = self.env._("Exit of %s", leaving.member_id.display_name)

    @api.depends("member_id", "state")
    def _compute_amounts(self):
        for leaving in self.sudo():
            company = leaving.company_id
            rights, debts = sum(leaving._rights().values()), leaving._debts()
            if leaving.state == "settled":
                kept, covered = leaving._kept_units(), leaving._covered_units()
                shortfall = sum(debts.values())
            else:
                quote = leaving._quote(debts)
                kept, covered, shortfall = quote.kept + quote.fee, sum(quote.covered), quote.shortfall
            leaving.amount_rights = company._from_units(rights)
            leaving.amount_kept = company._from_units(kept)
            leaving.amount_debts = company._from_units(covered)
            leaving.amount_payout = company._from_units(
                rights - kept - covered + leaving._returned_units()
            )
            leaving.amount_shortfall = company._from_units(shortfall)
            leaving.amount_left = leaving.refund_id.balance if leaving.state == "settled" else 0

    @api.depends("member_id", "kind", "state", "death_certificate")
    def _compute_obstacles(self):
        for leaving in self:
            open_step = leaving.member_id and leaving.state in ("requested", "approved")
            leaving.obstacles = open_step and "\n".join(leaving.sudo()._obstacles()) or False

    @api.model_create_multi
    def create(self, vals_list):
        exits = super().create(vals_list)
        for leaving in exits:
            leaving._check_request()
            leaving.member_id.sudo()._set(exit_id=leaving.id)
        return exits

    def _check_request(self):
        self.ensure_one()
        roles = ("petugas", "bendahara", "sekretaris", "ketua")
        self.company_id._koperasi_check_role(*(roles[2:] if self.kind == "dismissed" else roles))
        member = self.member_id
        if member.state not in MEMBER_STATES:
            raise UserError(self.env._("%s is no member any more.", member.display_name))
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why %s leaves.", member.display_name))
        if not member.date_joined <= self.date_requested <= fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "%(member)s applied on %(date)s: she can't leave before, nor on a day to come.",
                    member=member.display_name,
                    date=format_date(self.env, member.date_joined),
                )
            )

    def write(self, vals):
        if TERMS & set(vals):
            raise UserError(self.env._("An exit changes by its actions only. Cancel it and enter it anew."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("An exit is kept. Cancel or refuse it instead."))

    # === WHAT STANDS IN THE WAY === #

    def _obstacles(self):
        """What must be done before the next step; other addons add theirs.

        :return: texts that say what, and how it is mended
        """
        self.ensure_one()
        return self._obstacles_to_approve() if self.state == "requested" else self._obstacles_to_settle()

    def _obstacles_to_approve(self):
        member, company, texts = self.member_id, self.company_id, self._holds()
        applied = member.loan_ids.filtered(lambda loan: loan.state in ("submitted", "approved", "queued"))
        if applied:
            texts.append(self.env._("%s waits for money: cancel it first.", ", ".join(applied.mapped("number"))))
        if self.kind == "leave" and (missing := self._quote(self._debts()).shortfall):
            texts.append(
                self.env._(
                    "What she has does not cover what she owes: %s is missing. She pays it first.",
                    company._koperasi_format(missing),
                )
            )
        if self.kind == "leave" and (claim := sum(member.loan_ids.mapped("claim_left"))):
            texts.append(
                self.env._(
                    "%s of loans written off is still to be recovered from her. She pays it first.",
                    company._koperasi_amount(claim),
                )
            )
        if self.kind != "deceased" and any(
            user._koperasi_has_role(company, BOARD) for user in member.partner_id.user_ids
        ):
            texts.append(self.env._("She is an officer: end her term first."))
        if self.kind == "deceased" and not self.death_certificate:
            texts.append(self.env._("Attach the death certificate."))
        return texts

    def _holds(self):
        held = self._open_accounts().hold_ids.filtered(lambda hold: hold.state == "active").savings_id
        return [self.env._("%s is held: release it first.", account.display_name) for account in held]

    def _check_obstacles(self):
        if texts := self.sudo()._obstacles():
            raise UserError("\n".join([self.display_name, *texts]))

    def _check_state(self, *states):
        self.ensure_one()
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(exit)s: %(state)s. This can't be done now.", exit=self.display_name, state=labels[self.state]
                )
            )

    def _check_not_her_own(self):
        if self.env.user.partner_id == self.member_id.partner_id:
            raise UserError(self.env._("Nobody decides on her own exit."))

    # === THE BOARD DECIDES === #

    def action_approve(self):
        for leaving in self:
            leaving._check_can_decide()
            leaving._check_obstacles()
            leaving._do_approve()

    def action_refuse(self):
        for leaving in self:
            leaving._check_can_decide()
            leaving._do_close("refused")

    def action_cancel(self):
        """The member thought better of it, or it was entered by mistake."""
        for leaving in self:
            leaving.company_id._koperasi_check_role("petugas", "bendahara", "sekretaris", "ketua")
            leaving._check_state("requested")
            leaving._do_close("cancelled")

    def _check_can_decide(self):
        self.company_id._koperasi_check_role("ketua")
        self._check_state("requested")
        self._check_not_her_own()
        self.company_id._koperasi_check_second_person(self, self.requested_by_id)

    def _do_close(self, state):
        self.sudo()._set(state=state)
        self.member_id.sudo()._set(exit_id=False)

    def _do_approve(self):
        """She is no member any more; share capital and mandatory savings leave equity (docs/domain.md 2.1, 2.3)."""
        self.sudo()._claim()
        today, member = fields.Date.context_today(self), self.member_id.sudo()
        capital = self._open_accounts().filtered(lambda account: account.savings_class in ("pokok", "wajib"))
        capital._claim()
        self.sudo()._set(
            state="approved",
            state_before=member.state,
            approved_by_id=self.env.uid,
            approved_on=today,
            pay_from=fields.Date.add(today, months=self.company_id.koperasi_exit_wait_months),
        )
        lines = [account._line("settlement", -account.balance) for account in capital if account._balance_units()]
        if lines:
            lines.append(self._refund_line(sum(account._balance_units() for account in capital)))
            self.sudo()._set(reclass_id=self._post_memorial(lines, self.env._("Capital of %s", member.number)).id)
        member._end_membership(LEFT_STATES[self.kind], today, self)

    def _post_memorial(self, lines, label):
        return self.env["koperasi.posting"]._post(
            self.company_id, fields.Date.context_today(self), lines, origin=self, label=label
        )

    # === UNDO IS REVERSAL === #

    def action_take_back(self):
        """One step back, by another person than who made it: the settlement, then the approval."""
        for leaving in self:
            leaving._check_can_take_back()
            if leaving.state == "settled":
                leaving._undo_settlement()
            else:
                leaving._undo_approval()

    def _check_can_take_back(self):
        self.company_id._koperasi_check_role("bendahara", "ketua")
        self._check_state("approved", "settled")
        maker = self.settled_by_id if self.state == "settled" else self.approved_by_id
        self.company_id._koperasi_check_second_person(self, maker)
        if self.member_id.state not in LEFT_STATES.values():
            raise UserError(self.env._("%s has become a member again.", self.member_id.display_name))

    def _undo_settlement(self):
        self.sudo()._claim()
        if self.sudo()._payments():
            raise UserError(
                self.env._("%s has been paid already: correct the payment first.", self.member_id.display_name)
            )
        moved = self.sudo().settlement_id.line_ids.savings_id
        closed = self.member_id.sudo().savings_ids.filtered(
            lambda account: account.state == "closed"
            and (account in moved or account.savings_class in ("pokok", "wajib"))
        )
        closed._set(state="open")
        self._reverse(self.settlement_id)
        self.sudo()._set(state="approved", settled_by_id=False, settled_on=False, settlement_id=False)

    def _undo_approval(self):
        self.sudo()._claim()
        self._reverse(self.reclass_id)
        self.member_id.sudo()._resume_membership(self.state_before, self)
        self.sudo()._set(state="requested", approved_by_id=False, approved_on=False, pay_from=False, reclass_id=False)

    def _reverse(self, transaction):
        if transaction and not transaction.is_reversed:
            self.env["koperasi.posting"]._reverse(
                transaction,
                fields.Date.context_today(self),
                origin=self,
                reason=self.env._("%s taken back", self.display_name),
                approver=self.env.user,
            )

    # === WINDOWS AND PAPER === #

    def action_pay(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pay Out"),
            "res_model": "koperasi.member.exit.payment",
            "view_mode": "form",
            "target": "new",
            "context": {"default_exit_id": self.id},
        }

    def action_transactions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "koperasi.transaction",
            "view_mode": "list,form",
            "domain": [("origin", "=", f"{self._name},{self.id}")],
        }

    def action_print(self):
        return self.env.ref("koperasi_simpan_pinjam.action_report_member_exit").report_action(self)
