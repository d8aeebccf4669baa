from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

STATES = [
    ("draft", "Draft"),
    ("submitted", "Waiting for the Chair"),
    ("approved", "Approved"),
    ("queued", "Waiting for Funds"),
    ("running", "Running"),
    ("paid", "Paid Off"),
    ("written_off", "Written Off"),
    ("rejected", "Rejected"),
    ("cancelled", "Cancelled"),
]
UNPAID = ("draft", "submitted", "approved", "queued")  # what a loan is before it is paid out
TERMS = {
    "product_id",
    "member_id",
    "amount",
    "periods",
    "purpose",
    "purpose_note",
    "date_applied",
    "replaces_id",
    "replacement",
}


class KoperasiLoan(models.Model):
    _name = "koperasi.loan"
    _description = "Loan"
    _inherit = ["koperasi.guarded", "koperasi.claimable", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "member_id.name", "member_id.number"]
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False, index=True, by_action=True)
    company_id = fields.Many2one(
        related="product_id.company_id", store=True, index=True, precompute=True, by_action=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    member_id = fields.Many2one(
        "koperasi.member", required=True, ondelete="restrict", index=True, check_company=True, tracking=True
    )
    partner_id = fields.Many2one(related="member_id.partner_id", store=True, by_action=True)
    product_id = fields.Many2one(
        "koperasi.loan.product", required=True, ondelete="restrict", index=True, check_company=True, tracking=True
    )
    amount = fields.Monetary(required=True, tracking=True)
    periods = fields.Integer(
        "Installments",
        required=True,
        compute="_compute_periods",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    method = fields.Selection(related="product_id.method")
    rate = fields.Float(related="product_id.rate")
    rate_basis = fields.Selection(related="product_id.rate_basis")
    purpose = fields.Selection(
        [("productive", "Business"), ("consumptive", "Household")],
        required=True,
        default="productive",
        tracking=True,
    )
    purpose_note = fields.Char("What For")
    date_applied = fields.Date("Applied On", required=True, default=fields.Date.context_today)
    date_disbursed = fields.Date("Disbursed On", readonly=True, copy=False, by_action=True)
    old_number = fields.Char("Number in the Old Books", copy=False)
    state = fields.Selection(
        STATES,
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand="_states_in_order",
        by_action=True,
    )
    decision_note = fields.Char("Note of the Decision", tracking=True, groups="koperasi_simpan_pinjam.group_user")
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict", by_action=True)
    approved_on = fields.Date(readonly=True, copy=False, by_action=True)
    disbursed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict", by_action=True)
    payoff_id = fields.Many2one(
        "koperasi.transaction",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups="koperasi_simpan_pinjam.group_user",
        by_action=True,
        help="It forgave the service fee of the installments to come.",
    )
    installment_ids = fields.One2many(
        "koperasi.loan.installment", "loan_id", "Schedule", readonly=True, domain=[("date_to", "=", False)]
    )
    line_ids = fields.One2many("koperasi.transaction.line", "loan_id", "Movements", readonly=True)
    outstanding = fields.Monetary("Principal Left", compute="_compute_position", search="_search_outstanding")
    arrears = fields.Monetary(compute="_compute_position")
    late_fee = fields.Monetary(compute="_compute_position", help="For installments paid late, or not yet; up to today.")
    has_late_fee = fields.Boolean(compute="_compute_has_late_fee")
    days_late = fields.Integer(compute="_compute_position")
    next_due_date = fields.Date("Next Due", compute="_compute_position")
    next_due_amount = fields.Monetary("Next Installment", compute="_compute_position")
    progress = fields.Float(compute="_compute_position")
    loanable_amount = fields.Monetary(
        "Loanable Funds", compute="_compute_loanable_amount", groups="koperasi_simpan_pinjam.group_user"
    )

    _number = models.UniqueIndex("(company_id, number)", "Another loan has this number.")
    _amount = models.Constraint("CHECK (amount > 0)", "Enter the amount of the loan.")

    @api.model
    def _states_in_order(self, states, domain):
        """The columns of a board stand as an application goes, not as the alphabet does."""
        return [state for state, _label in STATES if state in states]

    @api.depends("product_id")
    def _compute_periods(self):
        for loan in self:
            loan.periods = loan.product_id.periods

    @api.depends("number", "member_id.name")
    def _compute_display_name(self):
        for loan in self:
            loan.display_name = f"{loan.number or ''} {loan.member_id.name or ''}".strip()

    @api.depends("product_id.penalty_kind")
    def _compute_has_late_fee(self):
        for loan in self:
            loan.has_late_fee = loan.product_id.penalty_kind not in (False, "none")

    @api.depends("line_ids.amount", "installment_ids", "waiver_ids", "state")
    @api.depends_context("koperasi_as_of")
    def _compute_position(self):
        as_of = fields.Date.to_date(self.env.context.get("koperasi_as_of"))
        today = as_of or fields.Date.context_today(self)
        lent = self._principal_lent(as_of)
        dues = self._unpaid(as_of, lent=lent)
        for loan in self:
            own = dues.get(loan.id, [])
            late = [due for due in own if due.due_date < today and (due.principal or due.interest or due.fee)]
            ahead = [due for due in own if due.due_date >= today]
            outstanding = lent.get(loan.id, 0)
            loan.outstanding = loan.company_id._from_units(outstanding)
            loan.arrears = loan.company_id._from_units(sum(due.principal + due.interest + due.fee for due in late))
            loan.late_fee = loan.company_id._from_units(sum(due.penalty for due in own))
            loan.days_late = (today - late[0].due_date).days if late else 0
            loan.next_due_date = (late + ahead)[0].due_date if late or ahead else False
            ahead_units = sum(due.principal + due.interest + due.fee for due in ahead[:1])
            loan.next_due_amount = loan.company_id._from_units(ahead_units)
            amount = loan.company_id._to_units(loan.amount)
            paid = 100 * (amount - outstanding) / amount if amount and loan._lent_by(as_of) else 0
            loan.progress = max(paid, 0)  # arrears that became principal may be more than was paid

    def _search_outstanding(self, operator, value):
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        as_of = fields.Date.to_date(self.env.context.get("koperasi_as_of"))
        self.env["koperasi.transaction.line"].flush_model(["loan_id", "component", "amount", "date"])
        return [
            (
                "id",
                "in",
                SQL(
                    "(SELECT o.id FROM koperasi_loan o LEFT JOIN koperasi_transaction_line l ON l.loan_id = o.id "
                    "AND l.component = 'principal'%s GROUP BY o.id HAVING COALESCE(-SUM(l.amount), 0) "
                    + operator
                    + " %s)",
                    SQL(" AND l.date <= %s", as_of) if as_of else SQL(),
                    value,
                ),
            )
        ]

    @api.depends("company_id", "state", "fundraising_id")
    def _compute_loanable_amount(self):
        """Of loans that may still be paid out of it."""
        self.loanable_amount = 0
        for loan in self.filtered(lambda loan: loan.company_id and loan.state in UNPAID):
            loan.loanable_amount = loan.company_id._from_units(loan._fundable_units())

    @api.constrains("amount", "periods", "product_id")
    def _check_amount(self):
        for loan in self:
            loan.product_id._check_terms(loan.amount, loan.periods)

    @api.model_create_multi
    def create(self, vals_list):
        loans = super().create(vals_list)
        for loan in loans:
            sequence = self.env.ref(f"account.{loan.company_id.id}_koperasi_sequence_loan").sudo()
            loan._set(number=sequence.next_by_id(sequence_date=loan.date_applied))
        return loans

    def write(self, vals):
        if TERMS & set(vals) and any(loan.state != "draft" for loan in self):
            raise UserError(self.env._("The terms of a loan are fixed once it is submitted."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(loan.state != "draft" for loan in self):
            raise UserError(self.env._("Only a draft can be deleted. Cancel or reject the loan instead."))

    def action_submit(self):
        for loan in self:
            loan.company_id._koperasi_check_role("petugas", "bendahara", "pendamping")
            loan._check_state("draft")
            if loan.member_id.state != "active":
                raise UserError(
                    self.env._(
                        "%s is not an active member yet. Approve her and take her share capital first.",
                        loan.member_id.display_name,
                    )
                )
            loan._schedule()
            loan.product_id._check_ceiling(loan.amount, loan.periods)
            loan.sudo()._set(state="submitted")

    def action_cancel(self):
        for loan in self:
            loan.company_id._koperasi_check_role("petugas", "bendahara", "ketua")
            loan._check_state(*UNPAID)
            loan.sudo()._claim()
            loan._check_state(*UNPAID)
            loan.sudo()._set(state="cancelled")

    def _action_operation(self, operation, title):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "koperasi.loan.operation",
            "view_mode": "form",
            "target": "new",
            "context": {"default_loan_id": self.id, "default_operation": operation},
        }

    def action_lines(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "koperasi.transaction.line",
            "view_mode": "list,pivot",
            "domain": [("loan_id", "=", self.id)],
        }

    def action_print_card(self):
        return self.env.ref("koperasi_simpan_pinjam.action_report_loan_card").report_action(self)
