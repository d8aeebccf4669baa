from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .koperasi_loan import UNPAID
from .koperasi_loan_collateral import KEEPERS, OFFICERS

WHAT = {"loan_id", "member_id", "amount", "savings_id"}
OVER = ("paid", "rejected", "cancelled")


class KoperasiLoanGuarantor(models.Model):
    """A member who pays from her savings when the borrower doesn't (docs/domain.md 4.11).

    She consents by her signature on the agreement; her savings are held while the loan runs. When it is lost, the
    treasurer proposes and the chair decides to take from them: that pays the loan, and makes a claim of hers on the
    borrower (`koperasi.advance`), which is paid back first.
    """

    _name = "koperasi.loan.guarantor"
    _description = "Guarantor"
    _inherit = ["koperasi.loan.pledge"]
    _order = "loan_id desc, id"
    _rec_name = "member_id"
    _check_company_auto = True

    loan_id = fields.Many2one("koperasi.loan", required=True, ondelete="restrict", index=True, check_company=True)
    borrower_id = fields.Many2one(related="loan_id.member_id", string="Borrower")
    company_id = fields.Many2one(
        related="loan_id.company_id", store=True, index=True, precompute=True, by_action=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    loan_state = fields.Selection(related="loan_id.state", string="State of the Loan")
    member_id = fields.Many2one(
        "koperasi.member", "Guarantor", required=True, ondelete="restrict", index=True, check_company=True
    )
    savings_id = fields.Many2one(required=True)
    amount = fields.Monetary("Amount Guaranteed", required=True)
    state = fields.Selection(
        [("asked", "Asked"), ("consented", "Consented"), ("held", "Savings Held"), ("released", "Released")],
        default="asked",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        by_action=True,
    )
    consented_on = fields.Date(readonly=True, copy=False, by_action=True)
    consent_by_id = fields.Many2one(
        "res.users",
        "Consent Recorded By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        by_action=True,
        help="She has seen the guarantor sign the agreement.",
    )
    called_amount = fields.Monetary("Taken from Her Savings", compute="_compute_called_amount")
    call_amount = fields.Monetary("To Be Taken", copy=False)
    call_reason = fields.Char("Reason of the Taking", copy=False)
    call_proposed_by_id = fields.Many2one(
        "res.users", "Taking Proposed By", readonly=True, copy=False, ondelete="restrict", by_action=True
    )
    call_proposed_on = fields.Date("Taking Proposed On", readonly=True, copy=False, by_action=True)

    _amount = models.Constraint("CHECK (amount > 0)", "Enter how much she guarantees.")
    _once = models.UniqueIndex("(loan_id, member_id)", "She guarantees this loan already.")

    @api.depends("loan_id.line_ids.amount", "member_id")
    def _compute_called_amount(self):
        advances = self.env["koperasi.advance"].sudo().search(
            [
                ("loan_id", "in", self.loan_id.ids),
                ("creditor_id", "in", self.member_id.ids),
                ("reason", "=", "guarantor"),
            ]
        )
        for row in self:
            own = advances.filtered(
                lambda advance, row=row: (advance.loan_id, advance.creditor_id)
                == (row.sudo().loan_id, row.sudo().member_id)
            )
            row.called_amount = sum(own.mapped("amount"))

    @api.depends("member_id.name", "amount")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.member_id.name or ''} {row.company_id._koperasi_amount(row.amount)}".strip()

    @api.constrains("loan_id", "member_id", "savings_id")
    def _check_who(self):
        for row in self:
            if row.member_id == row.loan_id.member_id:
                raise ValidationError(self.env._("Nobody guarantees her own loan."))
            if row.member_id.state != "active":
                raise ValidationError(
                    self.env._("%s is not an active member: choose another guarantor.", row.member_id.display_name)
                )
            account = row.savings_id
            if account.member_id != row.member_id or not account.withdrawable or account.savings_class == "internal":
                raise ValidationError(
                    self.env._(
                        "%s guarantees with savings of her own that she could draw herself.", row.member_id.display_name
                    )
                )

    def _check_savings_suffice(self):
        """One member's guarantees, held or only promised, are bounded by what she has."""
        for account in self.savings_id:
            company = account.company_id
            promised = self.search(
                [
                    ("savings_id", "=", account.id),
                    ("state", "in", ("asked", "consented")),
                    ("loan_id.state", "in", UNPAID),
                ]
            )
            account = account.sudo()
            free = account._lowest_units(fields.Date.context_today(self))[account] - account._held_units()[account]
            if sum(company._to_units(row.amount) for row in promised.sudo()) > free:
                raise UserError(
                    self.env._(
                        "%(member)s has %(free)s in %(account)s that is free, less than she guarantees in all. "
                        "Lower the amount, or choose another guarantor.",
                        member=account.member_id.display_name,
                        free=company._koperasi_format(max(free, 0)),
                        account=account.product_id.name,
                    )
                )

    # === WHO CHANGES WHAT, WHEN === #

    @api.model_create_multi
    def create(self, vals_list):
        typed_later = ("call_amount", "call_reason")
        rows = super().create(
            [{name: value for name, value in vals.items() if name not in typed_later} for vals in vals_list]
        )
        for row in rows:
            row._check_editable()
        rows._check_savings_suffice()
        return rows

    def write(self, vals):
        if WHAT & set(vals):
            for row in self:
                row._check_editable()
        if {"call_amount", "call_reason"} & set(vals):
            for row in self:
                row.company_id._koperasi_check_role("bendahara")
                if row.call_proposed_by_id:
                    raise UserError(self.env._("The chair decides on it now. Take the proposal back first."))
        result = super().write(vals)
        if WHAT & set(vals):
            for row in self:
                row._check_editable()
            self._check_savings_suffice()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_held(self):
        for row in self:
            row._check_editable(removing=True)

    def _check_editable(self, removing=False):
        """An application's own while it is a draft, then the officers'; what she consented to is not changed."""
        self.ensure_one()
        loan = self.loan_id
        if loan.state == "draft":
            self.company_id._koperasi_check_role(*KEEPERS, "pendamping")
        elif loan.state in UNPAID:
            self.company_id._koperasi_check_role(*OFFICERS)
        else:
            raise UserError(self.env._("%s: its guarantors are fixed once it is paid out.", loan.display_name))
        if self.state != "asked" and not removing:
            raise UserError(
                self.env._("%s consented to this: remove her and ask her anew.", self.member_id.display_name)
            )

    def action_consent(self):
        """Who presses it has seen her sign."""
        for row in self:
            row.company_id._koperasi_check_role(*KEEPERS, "sekretaris")
            if row.state != "asked" or row.loan_id.state not in UNPAID:
                raise UserError(self.env._("%s has consented already, or is not asked any more.", row.display_name))
            if self.env.user.partner_id == row.loan_id.partner_id:
                raise UserError(self.env._("The borrower doesn't record the consent of her own guarantor."))
            row._check_savings_suffice()
            row.sudo()._set(
                state="consented", consented_on=fields.Date.context_today(self), consent_by_id=self.env.uid
            )

    def _pledged_amount(self):
        return max(self.amount - self.called_amount, 0)

    def _pledge_held(self):
        self._set(state="held")

    def _pledge_freed(self):
        self._set(state="released", call_proposed_by_id=False, call_proposed_on=False)

    # === TAKING FROM HER SAVINGS === #

    def action_propose_call(self):
        """The treasurer proposes the amount and reason that stand on the form."""
        for row in self:
            row.company_id._koperasi_check_role("bendahara")
            row._check_can_call()
            if row.company_id._to_units(row.call_amount) <= 0 or not (row.call_reason or "").strip():
                raise UserError(self.env._("%s: enter how much is taken, and why.", row.display_name))
            row.sudo()._set(
                call_proposed_by_id=self.env.uid, call_proposed_on=fields.Date.context_today(self)
            )

    def action_refuse_call(self):
        """The chair says no, or the treasurer takes her proposal back."""
        for row in self:
            row.company_id._koperasi_check_role("ketua", "bendahara")
            row.sudo()._set(call_proposed_by_id=False, call_proposed_on=False)

    def action_call(self):
        for row in self:
            row._check_can_decide()
            row._do_call()

    def _check_can_call(self):
        """Only of a loan that is lost, and not more than she guarantees."""
        self.ensure_one()
        loan = self.loan_id
        company = self.company_id
        if self.state != "held":
            raise UserError(self.env._("%s: her savings are not held for this loan.", self.display_name))
        if not loan._is_lost():
            raise UserError(
                self.env._(
                    "%s is not in the last class of quality: a guarantor pays when the loan is lost.",
                    loan.display_name,
                )
            )
        most = company._to_units(self._pledged_amount())
        if company._to_units(self.call_amount) > most:
            raise UserError(
                self.env._(
                    "%(guarantor)s: at most %(most)s of what she guarantees is left.",
                    guarantor=self.member_id.display_name,
                    most=company._koperasi_format(most),
                )
            )

    def _check_can_decide(self):
        self.ensure_one()
        self.company_id._koperasi_check_role("ketua")
        if not self.call_proposed_by_id:
            raise UserError(self.env._("%s: the treasurer proposes it first.", self.display_name))
        self.company_id._koperasi_check_second_person(self, self.call_proposed_by_id)
        if self.env.user.partner_id in (self.loan_id.partner_id, self.member_id.partner_id):
            raise UserError(self.env._("Nobody decides on her own loan or guarantee."))

    def _do_call(self):
        """From her savings to the loan; what was held and is not taken stays held."""
        self.ensure_one()
        row, company, loan = self.sudo(), self.company_id, self.loan_id
        row.savings_id._claim()
        loan.sudo()._claim()
        row._check_can_call()
        today = fields.Date.context_today(self)
        units = company._to_units(row.call_amount)
        row.hold_id._do_release()
        advance = self.env["koperasi.advance"]._new(
            row.member_id, loan.member_id, loan, row.savings_id, "guarantor", today
        )
        label = self.env._("Guarantee for %s", loan.number)
        lines = [
            {
                **row.savings_id._line("advance", company._from_units(-units), label),
                "advance_id": advance.id,
            },
            *loan.sudo()._covered_lines(units, today),
            *advance._pair(units),
        ]
        self.env["koperasi.posting"]._post(company, today, lines, label=label, reason=row.call_reason)
        row._set(call_proposed_by_id=False, call_proposed_on=False, call_amount=0)
        if loan.state in OVER or not row._pledged_amount():
            row._set(state="released")
        self.env["koperasi.audit.log"]._log(
            loan,
            "guarantor_called",
            f"{row.member_id.display_name}: {company._koperasi_format(units)}. {row.call_reason}",
        )


class KoperasiAdvance(models.Model):
    _inherit = "koperasi.advance"

    def _after_posting(self):
        """Taken from a guarantor, or given back to her by a correction: what she still guarantees is held."""
        for advance in self.sudo().filtered(lambda advance: advance.reason == "guarantor"):
            loan = advance.loan_id
            if loan.state == "running" or loan.state == "written_off" and loan.claim_left:
                rows = loan.guarantor_ids.filtered(
                    lambda row, advance=advance: row.member_id == advance.creditor_id
                )
                for row in rows.filtered(lambda row: row.hold_id.state == "active"):
                    if row.hold_id.amount != row._pledged_amount():
                        row.hold_id._do_release()
                rows._hold_savings()


class KoperasiLoan(models.Model):
    _inherit = "koperasi.loan"

    guarantor_ids = fields.One2many("koperasi.loan.guarantor", "loan_id", "Guarantors")

    def _pledge_fields(self):
        return [*super()._pledge_fields(), "guarantor_ids"]

    def _is_lost(self):
        """Written off, or in the last class of quality (docs/domain.md 4.15)."""
        self.ensure_one()
        if self.state == "written_off":
            return True
        self.env.flush_all()
        report = self.env["koperasi.collectibility"].sudo()
        report.invalidate_model()
        bands = self.env["koperasi.collectibility.band"].sudo()
        last = bands.search([("company_id", "=", self.company_id.id)], order="days_from desc", limit=1)
        return report.search([("loan_id", "=", self.id)]).band_id == last

    def _check_can_disburse(self):
        result = super()._check_can_disburse()
        if missing := self.sudo().guarantor_ids.filtered(lambda row: row.state == "asked"):
            raise UserError(
                self.env._(
                    "%s has not signed yet: record her consent first.",
                    ", ".join(missing.member_id.mapped("name")),
                )
            )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_guarantors(self):
        """A draft goes with whom it asked."""
        self.guarantor_ids.unlink()

    def action_guarantors(self):
        self.ensure_one()
        title = self.env._("Guarantors")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "koperasi.loan.guarantor",
            "view_mode": "list,form",
            "domain": [("loan_id", "=", self.id)],
            "context": {"default_loan_id": self.id},
        }
