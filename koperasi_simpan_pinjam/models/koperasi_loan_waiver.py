from odoo import fields, models
from odoo.exceptions import UserError

from ..kernel.repayment import allocate

# Who may waive; the tellers, who collect, may not (docs/domain.md 4.8).
WAIVER_ROLES = ("ketua", "bendahara")


class KoperasiLoanWaiver(models.Model):
    """A late fee that need not be paid. Nothing was booked of it, so nothing is booked now."""

    _name = "koperasi.loan.waiver"
    _description = "Late Fee Waived"
    _inherit = ["koperasi.immutable"]
    _order = "id desc"
    _rec_name = "loan_id"
    _immutable_columns = ("loan_id", "installment_id", "date", "amount", "reason", "user_id")

    loan_id = fields.Many2one("koperasi.loan", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="loan_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    installment_id = fields.Many2one(
        "koperasi.loan.installment", required=True, readonly=True, ondelete="restrict", index=True
    )
    date = fields.Date(required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    reason = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Waived By", required=True, readonly=True, ondelete="restrict")

    _positive = models.Constraint("CHECK (amount > 0)", "Enter an amount above zero.")


class KoperasiLoan(models.Model):
    """Waiving late fees, in part or whole."""

    _inherit = "koperasi.loan"

    waiver_ids = fields.One2many("koperasi.loan.waiver", "loan_id", "Late Fees Waived", readonly=True)

    def _waive_late_fee(self, amount, reason):
        """Waive `amount` (Monetary, > 0) of the late fee open today, the oldest installment's first.

        :raise UserError: when less is open, for one's own loan, and for whoever took money on this loan today
        """
        self.ensure_one()
        company = self.company_id
        company._koperasi_check_role(*WAIVER_ROLES)
        if self.env.user.partner_id == self.partner_id:
            raise UserError(self.env._("Nobody waives her own late fee."))
        if not (reason or "").strip():
            raise UserError(self.env._("Give the reason."))
        units, today = self._claim_payable(amount), fields.Date.context_today(self)
        self._check_state("running")
        self._check_not_collector(today)
        parts, rest = allocate(units, self._unpaid(on=today).get(self.id, []), ("penalty",))
        if rest:
            raise UserError(
                self.env._(
                    "%(loan)s: the late fee is %(open)s, no more can be waived.",
                    loan=self.display_name,
                    open=company._koperasi_format(units - rest),
                )
            )
        rows = {row.number: row for row in self.installment_ids}
        self.env["koperasi.loan.waiver"].sudo()._append(
            [
                {
                    "loan_id": self.id,
                    "installment_id": rows[part.number].id,
                    "date": today,
                    "amount": company._from_units(part.penalty),
                    "reason": reason,
                    "user_id": self.env.uid,
                }
                for part in parts
            ]
        )
        self.env["koperasi.audit.log"]._log(
            self, "late_fee_waived", f"{self.number}: {company._koperasi_format(units)}. {reason}"
        )
        self._after_posting()  # perhaps it was all that was left

    def _check_not_collector(self, day):
        """Who took money on this loan on `day` doesn't waive its late fee: she could keep what was paid for it."""
        receipts = self.env["koperasi.transaction.line"].sudo().search(
            [
                ("loan_id", "=", self.id),
                ("date", "=", day),
                ("transaction_id.kind", "=", "receipt"),
                ("transaction_id.create_uid", "=", self.env.uid),
            ],
            limit=1,
        )
        if receipts:
            self.company_id._koperasi_check_second_person(self, self.env.user)

    def _check_not_waiver(self, day):
        """Nor does who waived on `day` take money on this loan that day."""
        if self.waiver_ids.sudo().filtered(lambda waiver: waiver.date == day and waiver.user_id == self.env.user):
            self.company_id._koperasi_check_second_person(self, self.env.user)

    def action_waive_late_fee(self):
        """Ask how much, and why."""
        self.ensure_one()
        self.company_id._koperasi_check_role(*WAIVER_ROLES)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Waive Late Fee"),
            "res_model": "koperasi.loan.waiver.request",
            "view_mode": "form",
            "target": "new",
            "context": {"default_loan_id": self.id},
        }
