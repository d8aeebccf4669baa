from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..kernel.amortization import Installment, Method, schedule
from ..kernel.money import Rounding
from ..kernel.prepayment import spread_arrears
from ..kernel.repayment import Allocation
from .koperasi_loan_approval import DECIDERS
from .koperasi_loan_simulation import MOST_PERIODS

KINDS = [("reschedule", "Longer Term"), ("recondition", "Easier Terms")]


class KoperasiLoanRestructure(models.Model):
    """Other installments for a borrower who can't pay as agreed (docs/domain.md 4.10).

    Asked for with a reason, decided on as a new loan is. The third kind, a new loan that pays off the old one, is an
    application (koperasi.loan.replaces_id).
    """

    _name = "koperasi.loan.restructure"
    _description = "Restructuring of a Loan"
    _inherit = ["koperasi.request"]
    _order = "id desc"
    _ask_roles = ("petugas", "bendahara")
    _decide_roles = (*DECIDERS["chair"], *DECIDERS["related"])
    _rec_name = "loan_id"
    _check_company_auto = True

    loan_id = fields.Many2one(
        "koperasi.loan",
        required=True,
        ondelete="restrict",
        index=True,
        domain=[("state", "=", "running")],
        check_company=True,
    )
    company_id = fields.Many2one(related="loan_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, required=True, default="reschedule", tracking=True)
    periods = fields.Integer("New Installments", required=True, tracking=True, help="From now on.")
    first_due_date = fields.Date("First of Them Due", required=True, tracking=True)
    rate = fields.Float(
        "New Service Fee (%)",
        digits=(7, 4),
        compute="_compute_rate",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    rate_basis = fields.Selection(related="loan_id.rate_basis")
    principal_grace = fields.Integer(
        "Principal Begins After", tracking=True, help="So many first installments pay the service fee only."
    )
    capitalise = fields.Boolean(
        "Arrears Become Principal",
        tracking=True,
        help="Service fee and late fee in arrears are added to the principal. Else the service fee is spread over the "
        "new installments, and the late fee is paid or waived before.",
    )
    reason = fields.Char(required=True, tracking=True)
    decided_by = fields.Selection(
        [("chair", "The Chair"), ("committee", "Two of the Board"), ("related", "All of Board and Supervisors")],
        "Decided by",
        readonly=True,
        copy=False,
        by_action=True,
    )
    approver_ids = fields.Many2many("res.users", string="Said Yes", readonly=True, copy=False, by_action=True)
    decided_on = fields.Date(readonly=True, copy=False, by_action=True)
    schedule_id = fields.Many2one(
        "koperasi.loan.schedule", readonly=True, copy=False, ondelete="restrict", by_action=True
    )
    taken_back_on = fields.Date(related="schedule_id.taken_back_on")
    undo_ids = fields.One2many("koperasi.loan.undo", "restructure_id", "Asked to Take Back", readonly=True)
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    _one_waiting = models.UniqueIndex(
        "(loan_id) WHERE state = 'requested'", "A restructuring of this loan is waiting already."
    )
    _terms = models.Constraint(
        "CHECK (periods > 0 AND rate >= 0 AND principal_grace >= 0 AND principal_grace < periods)",
        "Of the new installments at least one pays principal.",
    )

    @api.depends("loan_id")
    def _compute_rate(self):
        for request in self:
            request.rate = request.loan_id._rate_percent() if request.loan_id else 0

    @api.depends("loan_id", "periods", "first_due_date", "rate", "principal_grace", "capitalise")
    def _compute_preview(self):
        """The new installments as of today, or why there are none."""
        for request in self:
            request.preview = False
            if request.state != "requested" or not (request.loan_id and request.periods and request.first_due_date):
                continue
            try:
                plan = request._plan(fields.Date.context_today(request))
            except UserError as error:
                request.preview = Markup('<p class="text-danger">%s</p>') % str(error)
                continue
            company = request.company_id
            request.preview = self.env["ir.qweb"]._render(
                "koperasi_simpan_pinjam.restructure_preview",
                {
                    "rows": plan["rows"],
                    "added": plan["added"],
                    "money": lambda units, company=company: company._koperasi_number(company._from_units(units)),
                    "day": lambda date: format_date(self.env, date),
                },
            )

    @api.constrains("periods", "rate", "kind", "loan_id", "principal_grace")
    def _check_terms(self):
        for request in self:
            if request.periods > MOST_PERIODS:
                raise ValidationError(self.env._("A loan has at most %s installments.", MOST_PERIODS))
            rate = request.loan_id._rate_percent()
            if request.state == "requested" and request.rate > rate:
                raise ValidationError(self.env._("A restructuring makes nothing dearer: lower the service fee."))
            if request.kind == "reschedule" and (request.rate != rate or request.principal_grace):
                raise ValidationError(self.env._("A longer term changes neither service fee nor grace."))

    def _check_request(self):
        result = super()._check_request()
        self.loan_id._check_state("running")
        if not (self.reason or "").strip():
            raise UserError(self.env._("Give the reason."))
        if self.env.user.partner_id == self.loan_id.partner_id:
            raise UserError(self.env._("Nobody restructures her own loan."))
        self._plan(fields.Date.context_today(self))
        self.sudo()._set(decided_by=self.loan_id._deciding())
        return result

    def _concerns(self):
        return super()._concerns() | self.loan_id.partner_id

    # === WHAT IT WILL BE === #

    def _plan(self, on):
        """The new installments as of `on`; nothing is made.

        :return: dict of `rows`: kernel Installments, `ended`: koperasi.loan.installment, `arrears`: kernel Allocations
            that become principal, `added`: money units of them
        :raise UserError: when the figures give no schedule, or a late fee is open that stays
        """
        self.ensure_one()
        loan, product = self.loan_id, self.loan_id.product_id.sudo()
        dues = loan._unpaid(on=on).get(loan.id, [])
        late = [due for due in dues if due.due_date <= on]
        if self.first_due_date <= on:
            raise UserError(self.env._("The first of the new installments is due after today."))
        if not self.capitalise and any(due.penalty for due in dues):
            raise UserError(
                self.env._(
                    "%s: the late fee is paid or waived first, or becomes principal.", loan.display_name
                )
            )
        arrears = (
            [Allocation(due.number, 0, due.interest, due.penalty) for due in late if due.interest or due.penalty]
            if self.capitalise
            else []
        )
        added = sum(part.interest + part.penalty for part in arrears)
        carried = 0 if self.capitalise else sum(due.interest for due in late)
        numbers = {due.number for due in dues}
        ended = loan.installment_ids.filtered(lambda row: row.number in numbers)
        try:
            rows = schedule(
                sum(due.principal for due in dues) + added,
                product._periodic_rate(self.periods, self.rate),
                self.periods,
                Method(product.method),
                self.first_due_date,
                unit=product.period_unit,
                installment_unit=product.installment_unit,
                installment_rounding=Rounding.UP if product.installment_unit > 1 else Rounding.HALF_UP,
                principal_grace=self.principal_grace,
            )
        except ValueError as error:
            raise UserError(self.env._("No schedule can be made of these figures: %s", error)) from None
        last = max(loan.installment_ids.mapped("number"), default=0) if ended else 0
        paid = loan._paid_parts(ended)
        kept = [row.number for row in loan.installment_ids - ended]
        kept += [row.number for row in ended if paid[row.id, "principal"] or paid[row.id, "interest"] or row.fee]
        if self.capitalise:
            kept += [part.number for part in arrears]
        start = max(kept, default=0) if last else 0
        rows = tuple(
            Installment(start + row.number, row.due_date, row.principal, row.interest, row.balance)
            for row in spread_arrears(rows, carried)
        )
        return {"rows": rows, "ended": ended, "arrears": arrears, "added": added}

    # === DECIDED === #

    def action_approve(self):
        """A yes; the last one needed puts the new installments in force."""
        for request in self:
            request.loan_id.sudo()._claim()
            request._check_can_decide()
            if self.env.user in request.sudo().approver_ids:
                raise UserError(self.env._("You have approved this already; others are still to decide."))
            request.sudo()._set(approver_ids=[fields.Command.link(self.env.uid)])
            request.sudo()._message_log(body=self.env._("%s has said yes.", self.env.user.name))
            if request.loan_id._is_enough(request.decided_by, request.sudo().approver_ids, request.requested_by_id):
                request._do_apply()

    def _check_can_decide(self):
        """As on a new loan (koperasi.loan.decided_by)."""
        self.company_id._koperasi_check_role(*DECIDERS[self.decided_by or "chair"])
        return super()._check_can_decide()

    def _do_apply(self):
        self.ensure_one()
        loan, company, today = self.loan_id, self.company_id, fields.Date.context_today(self)
        loan._check_state("running")
        loan._check_can_change(today)
        days_late, plan = loan.days_late, self._plan(today)
        transaction = self._capitalise(plan, today) if plan["added"] else self.env["koperasi.transaction"]
        change = loan._change_installments(
            self.kind,
            today,
            plan["ended"],
            plan["rows"],
            amount=company._from_units(plan["added"]),
            days_late=days_late,
            rate=self.rate,
            periods=self.periods,
            reason=self.reason,
            requested_by_id=self.requested_by_id.id,
            approved_by_id=self.env.uid,
            transaction_id=transaction.id,
        )
        self._decide("approved", decided_on=today, schedule_id=change.id)
        self.env["koperasi.audit.log"]._log(loan, "restructured", f"{loan.number}: {self.reason}")

    def action_take_back(self):
        """Ask that the installments of before be in force again (koperasi.loan.undo)."""
        self.ensure_one()
        self.company_id._koperasi_check_role("petugas", "bendahara", "ketua")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Take the Restructuring Back"),
            "res_model": "koperasi.loan.undo",
            "view_mode": "form",
            "context": {"default_restructure_id": self.id},
        }

    def _capitalise(self, plan, on):
        """The memorial by which arrears of service fee and late fee become principal (docs/domain.md 2.3)."""
        loan, company = self.loan_id, self.company_id
        added = company._from_units(plan["added"])
        loan.sudo()._set(capitalised_amount=loan.capitalised_amount + added)
        asked_by = self.requested_by_id  # of those who decide not all may cause a posting
        return self.env["koperasi.posting"].with_user(asked_by)._post(
            company.with_user(asked_by),
            on,
            [*loan._allocation_lines(plan["arrears"]), loan._line("principal", -plan["added"])],
            label=self.env._("Arrears of %s become principal", loan.number),
            reason=self.reason,
        )


class KoperasiLoanSchedule(models.Model):
    _inherit = "koperasi.loan.schedule"

    rate = fields.Float("New Service Fee (%)", digits=(7, 4), readonly=True)
    periods = fields.Integer("New Installments", readonly=True)


class KoperasiLoan(models.Model):
    _inherit = "koperasi.loan"

    capitalised_amount = fields.Monetary("Arrears Added to It", readonly=True, copy=False, by_action=True)

    def _last_terms(self):
        """The last koperasi.loan.schedule that gave this loan other terms; empty: those of its product."""
        return self.sudo().schedule_ids._standing().filtered("periods")[-1:]

    def _rate_percent(self):
        """The service fee in force, as its product counts it, in percent."""
        self.ensure_one()
        terms = self._last_terms()
        return terms.rate if terms else self.product_id.rate

    def _rate_in_force(self):
        terms = self._last_terms()
        if not terms:
            return super()._rate_in_force()
        return self.product_id.sudo()._periodic_rate(terms.periods, terms.rate)

    def _most_principal(self):
        """What may be owed of it at most, in money units: as much as was lent, and arrears that became principal."""
        return super()._most_principal() + self.company_id._to_units(self.capitalised_amount)

    def action_restructure(self):
        """Ask for other installments."""
        self.ensure_one()
        self.company_id._koperasi_check_role("petugas", "bendahara")
        title = self.env._("Restructure")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "koperasi.loan.restructure",
            "view_mode": "form",
            "context": {"default_loan_id": self.id},
        }
