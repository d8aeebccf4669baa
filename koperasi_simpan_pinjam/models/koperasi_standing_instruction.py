from odoo import api, fields, models
from odoo.exceptions import ValidationError


class KoperasiStandingInstruction(models.Model):
    """A member lets her savings pay her dues or her loan each month (docs/domain.md 5.5, code 06).

    It pays what is due, no more: run again, it pays nothing twice; a balance too low is tried again by the next run.
    """

    _name = "koperasi.standing.instruction"
    _description = "Standing Instruction"
    _inherit = ["mail.thread"]
    _order = "member_id, id"
    _check_company_auto = True

    active = fields.Boolean(default=True, tracking=True)
    savings_id = fields.Many2one(
        "koperasi.savings.account",
        "From Account",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        domain="[('withdrawable', '=', True), ('state', '=', 'open')]",
        tracking=True,
    )
    member_id = fields.Many2one(related="savings_id.member_id", store=True, index=True)
    company_id = fields.Many2one(related="savings_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    target_id = fields.Many2one(
        "koperasi.savings.account",
        "Mandatory Savings",
        ondelete="restrict",
        check_company=True,
        domain="[('member_id', '=', member_id), ('savings_class', '=', 'wajib'), ('state', '=', 'open')]",
        tracking=True,
    )
    loan_id = fields.Many2one(
        "koperasi.loan",
        "Or Loan",
        ondelete="restrict",
        check_company=True,
        domain="[('member_id', '=', member_id), ('state', '=', 'running')]",
        tracking=True,
    )
    day = fields.Integer(
        "From Day", required=True, default=1, tracking=True, help="Of the month; a shorter month takes its last day."
    )
    maximum = fields.Monetary("At Most per Month", tracking=True, help="0: all that is due.")
    date_from = fields.Date("Since", required=True, default=fields.Date.context_today, tracking=True)
    date_to = fields.Date("Until", tracking=True)

    _one_target = models.Constraint(
        "CHECK ((target_id IS NULL) != (loan_id IS NULL))", "Choose mandatory savings or a loan to pay."
    )
    _one_payer = models.UniqueIndex("(target_id) WHERE active", "Another instruction pays these dues already.")
    _one_payer_of_loan = models.UniqueIndex("(loan_id) WHERE active", "Another instruction pays this loan already.")
    _day = models.Constraint("CHECK (day BETWEEN 1 AND 31)", "The day lies between 1 and 31.")
    _maximum = models.Constraint("CHECK (maximum >= 0)", "The maximum can't be negative.")

    @api.depends("savings_id", "target_id", "loan_id")
    def _compute_display_name(self):
        for instruction in self:
            target = instruction.loan_id.number or instruction.target_id.number or ""
            instruction.display_name = f"{instruction.member_id.name or ''}: {target}"

    @api.constrains("savings_id", "target_id", "loan_id", "maximum")
    def _check_target(self):
        for instruction in self:
            target = instruction._target()
            instruction.company_id._to_units(instruction.maximum)
            if target.member_id != instruction.member_id:
                raise ValidationError(
                    self.env._(
                        "%(target)s does not belong to %(member)s.",
                        target=target.display_name,
                        member=instruction.member_id.display_name,
                    )
                )
            if instruction.target_id and instruction.target_id.savings_class != "wajib":
                raise ValidationError(
                    self.env._("%s is not mandatory savings: nothing falls due on it.", target.display_name)
                )
            if not instruction.savings_id.withdrawable:
                raise ValidationError(
                    self.env._("%s can't be withdrawn: choose another account.", instruction.savings_id.display_name)
                )

    def _target(self):
        """The contract that it pays."""
        self.ensure_one()
        return self.loan_id or self.target_id

    def _has_come(self, on):
        """Whether its day of the month has come on `on`."""
        self.ensure_one()
        last = fields.Date.end_of(on, "month").day
        return min(self.day, last) <= on.day
