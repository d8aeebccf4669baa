from collections import defaultdict
from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date

from ..kernel.repayment import Due, Payoff, allocate, payoff, savings_part
from .koperasi_loan_product import ORDERS

STATES = [
    ("draft", "Draft"),
    ("submitted", "Waiting for the Chair"),
    ("approved", "Approved"),
    ("queued", "Waiting for Funds"),
    ("running", "Running"),
    ("paid", "Paid Off"),
    ("rejected", "Rejected"),
    ("cancelled", "Cancelled"),
]
TERMS = {"product_id", "member_id", "amount", "periods", "purpose", "purpose_note", "date_applied"}


class KoperasiLoan(models.Model):
    _name = "koperasi.loan"
    _description = "Loan"
    _inherit = ["koperasi.claimable", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "member_id.name", "member_id.number"]
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False, index=True)
    company_id = fields.Many2one(related="product_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    member_id = fields.Many2one(
        "koperasi.member", required=True, ondelete="restrict", index=True, check_company=True, tracking=True
    )
    partner_id = fields.Many2one(related="member_id.partner_id", store=True)
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
    date_disbursed = fields.Date("Disbursed On", readonly=True, copy=False)
    state = fields.Selection(
        STATES, default="draft", required=True, readonly=True, copy=False, tracking=True, index=True
    )
    decision_note = fields.Char("Note of the Decision", tracking=True, groups="koperasi_simpan_pinjam.group_user")
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    approved_on = fields.Date(readonly=True, copy=False)
    disbursed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    installment_ids = fields.One2many("koperasi.loan.installment", "loan_id", "Schedule", readonly=True)
    line_ids = fields.One2many("koperasi.transaction.line", "loan_id", "Movements", readonly=True)
    outstanding = fields.Monetary("Principal Left", compute="_compute_position", search="_search_outstanding")
    arrears = fields.Monetary(compute="_compute_position")
    days_late = fields.Integer(compute="_compute_position")
    next_due_date = fields.Date("Next Due", compute="_compute_position")
    next_due_amount = fields.Monetary("Next Installment", compute="_compute_position")
    progress = fields.Float(compute="_compute_position")
    loanable_amount = fields.Monetary(
        "Loanable Funds", compute="_compute_loanable_amount", groups="koperasi_simpan_pinjam.group_user"
    )

    _number = models.UniqueIndex("(company_id, number)", "Another loan has this number.")
    _amount = models.Constraint("CHECK (amount > 0)", "Enter the amount of the loan.")

    @api.depends("product_id")
    def _compute_periods(self):
        for loan in self:
            loan.periods = loan.product_id.periods

    @api.depends("number", "member_id.name")
    def _compute_display_name(self):
        for loan in self:
            loan.display_name = f"{loan.number or ''} {loan.member_id.name or ''}".strip()

    @api.depends("line_ids.amount", "installment_ids", "state")
    @api.depends_context("koperasi_as_of")
    def _compute_position(self):
        as_of = fields.Date.to_date(self.env.context.get("koperasi_as_of"))
        today = as_of or fields.Date.context_today(self)
        lent, dues = self._principal_lent(as_of), self._unpaid(as_of)
        for loan in self:
            own = dues.get(loan.id, [])
            late = [due for due in own if due.due_date < today]
            ahead = [due for due in own if due.due_date >= today]
            outstanding = lent.get(loan.id, 0)
            loan.outstanding = loan.company_id._from_units(outstanding)
            loan.arrears = loan.company_id._from_units(sum(due.principal + due.interest for due in late))
            loan.days_late = (today - late[0].due_date).days if late else 0
            loan.next_due_date = (late + ahead)[0].due_date if own else False
            loan.next_due_amount = loan.company_id._from_units(ahead[0].principal + ahead[0].interest if ahead else 0)
            amount = loan.company_id._to_units(loan.amount)
            loan.progress = 100 * (amount - outstanding) / amount if amount and loan._lent_by(as_of) else 0

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

    @api.depends("company_id")
    def _compute_loanable_amount(self):
        for loan in self:
            company = loan.company_id.sudo()
            loan.loanable_amount = company._from_units(company._koperasi_loanable_units(loan)) if company else 0

    @api.constrains("amount", "periods", "product_id")
    def _check_amount(self):
        for loan in self:
            company, product = loan.company_id, loan.product_id
            units = company._to_units(loan.amount)
            most = company._to_units(product.maximum_amount)
            if units < company._to_units(product.minimum_amount) or (most and units > most):
                raise ValidationError(
                    self.env._(
                        "%(product)s lends from %(least)s to %(most)s.",
                        product=product.name,
                        least=company._koperasi_format(company._to_units(product.minimum_amount)),
                        most=company._koperasi_format(most) if most else "-",
                    )
                )
            if loan.periods < 1:
                raise ValidationError(self.env._("A loan has at least one installment."))

    @api.model_create_multi
    def create(self, vals_list):
        loans = super().create(
            [
                {
                    **vals,
                    "state": "draft",
                    "number": False,
                    "approved_by_id": False,
                    "approved_on": False,
                    "date_disbursed": False,
                    "disbursed_by_id": False,
                }
                for vals in vals_list
            ]
        )
        for loan in loans:
            sequence = self.env.ref(f"account.{loan.company_id.id}_koperasi_sequence_loan").sudo()
            loan._set(number=sequence.next_by_id(sequence_date=loan.date_applied))
        return loans

    def write(self, vals):
        if {
            "state",
            "number",
            "approved_by_id",
            "approved_on",
            "date_disbursed",
            "disbursed_by_id",
            "version",
            "company_id",
            "partner_id",
        } & set(vals):
            raise UserError(self.env._("A loan changes by its actions only."))
        if TERMS & set(vals) and any(loan.state != "draft" for loan in self):
            raise UserError(self.env._("The terms of a loan are fixed once it is submitted."))
        return super().write(vals)

    def _set(self, **vals):
        """Set guarded fields past `write`; private, so not callable by RPC."""
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(loan.state != "draft" for loan in self):
            raise UserError(self.env._("Only a draft can be deleted. Cancel or reject the loan instead."))

    def _has_lines(self):
        return bool(self.ids) and bool(
            self.env["koperasi.transaction.line"].sudo().search_count([("loan_id", "in", self.ids)], limit=1)
        )

    # === WHAT THE LEDGER SAYS, in money units === #

    def _principal_lent(self, as_of=None):
        """:return: {loan id: principal still owed at the end of `as_of` (default: now)}"""
        domain = [("loan_id", "in", self.ids), ("component", "=", "principal")]
        if as_of:
            domain.append(("date", "<=", as_of))
        return {
            loan.id: -loan.company_id._to_units(amount)
            for loan, amount in self.env["koperasi.transaction.line"]
            .sudo()
            ._read_group(domain, ["loan_id"], ["amount:sum"])
        }

    def _unpaid(self, as_of=None):
        """What is unpaid of each installment at the end of `as_of` (default: now); nothing of a loan that is over.

        :return: {loan id: [kernel Due, oldest first]}
        """
        domain = [("installment_id", "!=", False), ("loan_id", "in", self.ids)]
        if as_of:
            domain.append(("date", "<=", as_of))
        paid = defaultdict(int)
        for installment, component, amount in (
            self.env["koperasi.transaction.line"]
            .sudo()
            ._read_group(
                domain,
                ["installment_id", "component"],
                ["amount:sum"],
            )
        ):
            paid[installment.id, component] = amount
        lent = self._principal_lent(as_of)
        dues = defaultdict(list)
        owing = self.filtered(lambda loan: loan._lent_by(as_of))
        for row in (
            self.env["koperasi.loan.installment"].sudo().search([("loan_id", "in", owing.ids)], order="loan_id, number")
        ):
            company = row.company_id
            principal = company._to_units(row.principal - paid[row.id, "principal"])
            interest = company._to_units(row.interest - paid[row.id, "interest"])
            # the payoff forgave the rest; a disbursement taken back leaves nothing to pay
            over = row.loan_id.state in ("paid", "cancelled") and not lent.get(row.loan_id.id)
            if (principal or interest) and not over:
                dues[row.loan_id.id].append(Due(row.number, row.due_date, principal, interest, 0))
        return dues

    def _lent_by(self, as_of=None):
        """Whether the loan had been paid out at the end of `as_of` (default: now)."""
        self.ensure_one()
        return bool(self.date_disbursed) and (not as_of or self.date_disbursed <= as_of)

    def _interest_paid(self):
        """:return: (service fee paid so far, the part of it that became savings)"""
        self.ensure_one()
        total = saved = 0
        for savings, amount in (
            self.env["koperasi.transaction.line"]
            .sudo()
            ._read_group(
                [("loan_id", "=", self.id), ("component", "=", "interest")],
                ["savings_id"],
                ["amount:sum"],
            )
        ):
            total += self.company_id._to_units(amount)
            saved += self.company_id._to_units(amount) if savings else 0
        return total, saved

    # === LINES FOR THE LEDGER === #

    def _line(self, component, units, installment=None, account=None):
        """A ledger line of this loan: `units` > 0 credits `account` (default: the principal account)."""
        self.ensure_one()
        product = self.product_id.sudo()
        return {
            "loan_id": self.id,
            "installment_id": installment.id if installment else False,
            "partner_id": self.partner_id.id,
            "member_id": self.member_id.id,
            "account_id": (account or product.account_id).id,
            "unit_id": product.unit_id.id,
            "component": component,
            "amount": self.company_id._from_units(units),
            "name": self.number,
        }

    def _due_units(self, on):
        """What is to be paid on these loans by the end of `on`.

        :return: {loan id: money units}
        """
        return {
            loan: sum(due.principal + due.interest for due in dues if due.due_date <= on)
            for loan, dues in self._unpaid().items()
        }

    def _lines_in(self, amount, on):
        """The lines of `amount` (Monetary, > 0) paid on this running loan.

        The loan is claimed: they depend on what is open.
        """
        return self._payment_lines(self._claim_running(amount), on)

    def _claim_running(self, amount):
        """:return: `amount` (Monetary, > 0) in money units"""
        units = self.company_id._to_units(amount)
        if units <= 0:
            raise UserError(self.env._("Enter an amount above zero."))
        self.sudo()._claim()
        self._check_state("running")
        return units

    def _payment_lines(self, units, on, ahead=False):
        """The lines of a payment of `units`: oldest installment first (docs/domain.md 4.7).

        :param on: day of the payment; what is due by then, and the next installment, may be paid
        :param ahead: also the installments after that
        :raise UserError: when the payment is more than may be paid
        """
        self.ensure_one()
        dues = self._unpaid().get(self.id, [])
        payable = (
            dues
            if ahead
            else [due for due in dues if due.due_date <= on] + [due for due in dues if due.due_date > on][:1]
        )
        allocations, rest = allocate(units, payable, ORDERS[self.product_id.payment_order])
        if rest:
            company = self.company_id
            raise UserError(
                self.env._(
                    "%(loan)s: only %(payable)s can be paid now, %(rest)s is too much. "
                    "Lower the amount, pay ahead, or pay "
                    "the loan off.",
                    loan=self.display_name,
                    payable=company._koperasi_format(units - rest),
                    rest=company._koperasi_format(rest),
                )
            )
        return self._allocation_lines((row.number, row.principal, row.interest) for row in allocations)

    def _allocation_lines(self, parts):
        """Lines of (installment number, principal, interest): a part of each service fee becomes savings (4.12)."""
        rows = {row.number: row for row in self.installment_ids}
        product = self.product_id.sudo()
        percent = Fraction(str(round(product.interest_to_savings_percent, 4))) / 100
        paid, saved = self._interest_paid()
        lines = []
        for number, principal, interest in parts:
            paid += interest
            part = savings_part(paid, percent, saved)
            saved += part
            if interest - part:
                lines.append(self._line("interest", interest - part, rows[number], product.interest_account_id))
            if part:
                lines.append(
                    {
                        **self._interest_savings()._line("interest", self.company_id._from_units(part), self.number),
                        "loan_id": self.id,
                        "installment_id": rows[number].id,
                    }
                )
            if principal:
                lines.append(self._line("principal", principal, rows[number]))
        return lines

    def _interest_savings(self):
        """The borrower's account that a part of her service fee is credited to; opened when she has none."""
        product = self.product_id.sudo().interest_savings_product_id
        accounts = self.env["koperasi.savings.account"].sudo()
        return accounts.search(
            [
                ("product_id", "=", product.id),
                ("member_id", "=", self.member_id.id),
                ("state", "=", "open"),
            ],
            limit=1,
        ) or accounts.create({"product_id": product.id, "member_id": self.member_id.id})

    def _payoff_quote(self, on):
        """What pays the loan off on `on`, by the product's convention (docs/domain.md 4.9): kernel Quote."""
        self.ensure_one()
        product = self.product_id
        dues = self._unpaid().get(self.id, [])
        ahead = [due for due in dues if due.due_date > on]
        return payoff(
            self._principal_lent().get(self.id, 0),
            dues,
            on,
            Payoff(product.payoff_convention),
            current_interest=ahead[0].interest if ahead else 0,
            remaining_interest=sum(due.interest for due in ahead),
            months=product.payoff_months,
            percent=Fraction(str(round(product.payoff_percent, 4))) / 100,
            installments_left=len(ahead),
            installments=len(self.installment_ids),
            total_interest=sum(self.company_id._to_units(row.interest) for row in self.installment_ids),
        )

    def _payoff_lines(self, on):
        """The lines that pay the loan off on `on`, and their sum in money units."""
        quote = self._payoff_quote(on)
        interest = max(quote.interest - quote.discount, 0)
        parts = []
        for due in self._unpaid().get(self.id, []):
            part = min(interest, due.interest)
            interest -= part
            parts.append((due.number, due.principal, part))
        lines = self._allocation_lines(parts)
        if quote.penalty:
            lines.append(self._line("penalty", quote.penalty, account=self.product_id.sudo().penalty_account_id))
        return lines

    # === RULES OF THE CONTRACT, asked by the posting === #

    def _check_posting(self, date, movements):
        """Refuse what these loans, claimed by the caller, don't allow.

        :param movements: {loan: {component: money units}}
        """
        lent = self._principal_lent()
        for loan in self:
            after = lent.get(loan.id, 0) - movements[loan]["principal"]
            company = loan.company_id
            if after < 0:
                raise UserError(
                    self.env._(
                        "%(loan)s: only %(left)s of the principal is left to pay.",
                        loan=loan.display_name,
                        left=company._koperasi_format(lent.get(loan.id, 0)),
                    )
                )
            if after > company._to_units(loan.amount):
                raise UserError(
                    self.env._(
                        "%(loan)s is for %(amount)s.",
                        loan=loan.display_name,
                        amount=company._koperasi_format(company._to_units(loan.amount)),
                    )
                )
            if loan.date_disbursed and date < loan.date_disbursed:
                raise UserError(
                    self.env._(
                        "%(loan)s was disbursed on %(date)s: nothing can be dated before.",
                        loan=loan.display_name,
                        date=format_date(self.env, loan.date_disbursed),
                    )
                )

    def _after_posting(self):
        """Running, paid off, or cancelled when its disbursement was taken back: what the ledger says."""
        lent = self._principal_lent()
        for loan in self.sudo():
            if lent.get(loan.id):
                state = "running"
            elif all(line.transaction_id.reversal_of_id or line.transaction_id.is_reversed for line in loan.line_ids):
                state = "cancelled"
            elif loan.state != "paid" and self._unpaid().get(loan.id):
                state = "running"  # the service fee is still to come
            else:
                state = "paid"
            if loan.state != state:
                loan._set(state=state)

    # === ACTIONS === #

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
            loan.sudo()._set(state="submitted")

    def action_approve(self):
        """The chair's yes: approved when the funds are there, else waiting for them."""
        for loan in self:
            loan._check_can_decide()
            loan._do_approve()

    def action_reject(self):
        for loan in self:
            loan._check_can_decide()
            loan.sudo()._set(state="rejected", approved_by_id=self.env.uid, approved_on=fields.Date.context_today(loan))

    def action_cancel(self):
        for loan in self:
            loan.company_id._koperasi_check_role("petugas", "bendahara", "ketua")
            loan._check_state("draft", "submitted", "approved", "queued")
            loan.sudo()._claim()
            loan._check_state("draft", "submitted", "approved", "queued")
            loan.sudo()._set(state="cancelled")

    def _check_state(self, *states):
        self.ensure_one()
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(loan)s: %(state)s. This can't be done now.", loan=self.display_name, state=labels[self.state]
                )
            )

    def _check_can_decide(self):
        self.ensure_one()
        self.company_id._koperasi_check_role("ketua")
        self._check_state("submitted")
        if self.env.user.partner_id == self.partner_id:
            raise UserError(self.env._("Nobody decides on her own loan."))
        self.company_id._koperasi_check_second_person(self, self.create_uid)

    def _do_approve(self):
        self.ensure_one()
        company = self.company_id.sudo()
        company._claim()
        fits = company._to_units(self.amount) <= company._koperasi_loanable_units(self)
        self.sudo()._set(
            state="approved" if fits else "queued",
            approved_by_id=self.env.uid,
            approved_on=fields.Date.context_today(self),
        )

    def _schedule(self, first_due=None):
        """The kernel's rows; the first one a month after `date_applied` unless `first_due` is given."""
        self.ensure_one()
        first_due = first_due or fields.Date.add(self.date_applied, months=1)
        return self.product_id._schedule(self.amount, self.periods, first_due)

    def _check_can_disburse(self):
        self.ensure_one()
        self.company_id._koperasi_check_role("bendahara")
        self._check_state("approved", "queued")
        self.company_id._koperasi_check_second_person(self, self.approved_by_id)
        if self.env.user.partner_id == self.partner_id:
            raise UserError(self.env._("Nobody disburses her own loan."))

    def _disburse(self, journal, date, session=None, first_due=None, key=None):
        """Pay the loan out within the loanable funds; without funds it waits in the queue.

        :param journal: cash box or bank it is paid from; a cash box needs its open `session`
        :param first_due: due date of the first installment; default a month after `date`
        :return: the voucher (BKK); empty when the loan has to wait
        """
        self.ensure_one()
        posting = self.env["koperasi.posting"]
        content = ["loan.disburse", self.id]
        if replay := posting._replay(self.company_id, key, content):
            return replay
        company = self.company_id.sudo()
        company._claim()
        self.sudo()._claim()
        self._check_can_disburse()
        units = company._to_units(self.amount)
        if units > company._koperasi_loanable_units(self, committed=False):
            self.sudo()._set(state="queued")
            return self.env["koperasi.transaction"]
        first_due = first_due or fields.Date.add(date, months=1)
        if first_due <= date:
            raise UserError(self.env._("The first installment is due after the disbursement."))
        self.env["koperasi.loan.installment"].sudo()._append(
            [
                {
                    "loan_id": self.id,
                    "number": row.number,
                    "due_date": row.due_date,
                    "principal": company._from_units(row.principal),
                    "interest": company._from_units(row.interest),
                    "balance": company._from_units(row.balance),
                }
                for row in self._schedule(first_due)
            ]
        )
        self.sudo()._set(date_disbursed=date, disbursed_by_id=self.env.uid)
        return posting._post(
            self.company_id,
            date,
            [self._line("principal", -units)],
            tenders=[(journal, -self.amount)],
            session=session,
            key=key,
            content=content,
            label=self.env._("Disbursement %s", self.number),
        )

    def _pay(self, amount, session, key=None, ahead=False):
        """Take a payment (Monetary, > 0) in cash; returns the receipt (BKM)."""
        self.ensure_one()
        return self._receive(
            amount,
            session,
            key,
            ["loan.pay", self.id, amount, ahead],
            lambda units: self._payment_lines(units, session.date, ahead),
        )

    def _pay_off(self, amount, session, key=None):
        """Take the payoff in cash; `amount` must be what the quote of the session's day says."""
        self.ensure_one()

        def lines(units):
            rows = self._payoff_lines(session.date)
            due = sum(self.company_id._to_units(row["amount"]) for row in rows)
            if due != units:
                raise UserError(
                    self.env._(
                        "%(loan)s is paid off today with %(due)s.",
                        loan=self.display_name,
                        due=self.company_id._koperasi_format(due),
                    )
                )
            return rows

        receipt = self._receive(amount, session, key, ["loan.payoff", self.id, amount], lines)
        if not receipt.is_reversed:
            self.sudo()._set(state="paid")  # though service fee of installments to come is not paid
        return receipt

    def _receive(self, amount, session, key, content, make_lines):
        company = self.company_id
        company._koperasi_check_role("petugas", "bendahara")
        posting = self.env["koperasi.posting"]
        if replay := posting._replay(company, key, content):
            return replay
        lines = make_lines(self._claim_running(amount))
        return posting._post(
            company,
            session.date,
            lines,
            tenders=[(session.sudo().journal_id, amount)],
            session=session,
            key=key,
            content=content,
            label=self.env._("Installment %s", self.number),
        )

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

    def action_disburse(self):
        self._check_can_disburse()
        return self._action_operation("disburse", self.env._("Disburse"))

    def action_pay(self):
        return self._action_operation("pay", self.env._("Installment"))

    def action_pay_off(self):
        return self._action_operation("pay_off", self.env._("Pay Off"))

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

    def _preview(self):
        """For the application form and the card: schedule rows as amounts, before and after disbursement."""
        self.ensure_one()
        company = self.company_id
        return [
            {
                "number": row.number,
                "due_date": row.due_date,
                "principal": company._from_units(row.principal),
                "interest": company._from_units(row.interest),
                "balance": company._from_units(row.balance),
            }
            for row in self._schedule()
        ]
