from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..kernel import term as kernel
from ..kernel.amortization import shift
from ..kernel.limits import early_fee
from .exact import share
from .koperasi_member import MEMBER_STATES

STATES = [
    ("draft", "Draft"),
    ("active", "Active"),
    ("rolled", "Rolled Over"),
    ("paid", "Cashed Out"),
    ("broken", "Broken Early"),
    ("cancelled", "Cancelled"),
]
TERMS = {"product_id", "member_id", "amount", "payment", "rollover", "target_id"}


class KoperasiSavingsTerm(models.Model):
    """A term deposit: a sum for some months at a rate locked at the start (docs/domain.md 5.4).

    Its account of its own holds the money. What is due is the kernel's, what was paid is the ledger's: the difference
    is paid, so that a missed day is caught up and what was taken back falls due again.
    """

    _name = "koperasi.savings.term"
    _description = "Term Deposit"
    _inherit = ["koperasi.guarded", "koperasi.claimable", "mail.thread"]
    _order = "id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "old_number", "member_id.name", "member_id.number"]
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False, index=True, by_action=True)
    old_number = fields.Char(
        "Number in the Old Books", readonly=True, copy=False, index="btree_not_null", by_action=True
    )
    product_id = fields.Many2one(
        "koperasi.savings.product",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        domain=[("savings_class", "=", "berjangka")],
        tracking=True,
    )
    company_id = fields.Many2one(
        related="product_id.company_id", store=True, index=True, precompute=True, by_action=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    member_id = fields.Many2one(
        "koperasi.member", required=True, ondelete="restrict", index=True, check_company=True, tracking=True
    )
    partner_id = fields.Many2one(related="member_id.partner_id", store=True)
    savings_id = fields.Many2one(
        "koperasi.savings.account",
        "Savings Account",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        by_action=True,
    )
    amount = fields.Monetary(required=True, tracking=True)
    months = fields.Integer(compute="_compute_terms", store=True, precompute=True, by_action=True)
    rate = fields.Float(
        "Interest per Year (%)", digits=(6, 4), compute="_compute_terms", store=True, precompute=True, by_action=True
    )
    payment = fields.Selection(
        [("monthly", "Each Month"), ("maturity", "At Maturity"), ("capitalised", "Added to the Deposit Each Month")],
        "Interest Is Paid",
        required=True,
        default="monthly",
        tracking=True,
    )
    rollover = fields.Selection(
        [
            ("none", "Cashed Out"),
            ("principal", "Rolled Over, Interest Paid Out"),
            ("all", "Rolled Over with Its Interest"),
        ],
        "At Maturity",
        required=True,
        default="none",
        tracking=True,
    )
    target_id = fields.Many2one(
        "koperasi.savings.account",
        "Paid To",
        compute="_compute_target_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('member_id', '=', member_id), ('withdrawable', '=', True), ('state', '=', 'open')]",
        tracking=True,
        help="The member's account that interest and what is paid out go to.",
    )
    date_start = fields.Date("Since", readonly=True, copy=False, by_action=True)
    date_maturity = fields.Date("Maturity", compute="_compute_date_maturity", store=True)
    state = fields.Selection(
        STATES,
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        by_action=True,
    )
    previous_id = fields.Many2one(
        "koperasi.savings.term",
        "Rolled Over From",
        readonly=True,
        copy=False,
        ondelete="restrict",
        by_action=True,
    )
    next_ids = fields.One2many("koperasi.savings.term", "previous_id", "Rolled Over To")
    line_ids = fields.One2many("koperasi.transaction.line", "term_id", "Movements", readonly=True)
    opening_interest = fields.Monetary(
        "Interest Paid Before",
        readonly=True,
        copy=False,
        by_action=True,
        help="Gross, by the old books, before the opening balances.",
    )
    balance = fields.Monetary(compute="_compute_position")
    interest_paid = fields.Monetary(compute="_compute_position", help="Gross, before tax.")
    interest_due = fields.Monetary(compute="_compute_position", help="Fallen due and not paid yet.")

    _number = models.UniqueIndex("(company_id, number)", "Another term deposit has this number.")
    _amount = models.Constraint("CHECK (amount > 0)", "Enter the amount of the deposit.")

    @api.depends("product_id", "amount", "state")
    def _compute_terms(self):
        """A draft shows today's terms; opening locks them."""
        for term in self:
            is_open = term.state != "draft" or term.savings_id
            term.months = term.months if is_open else term.product_id.term_months
            term.rate = term.rate if is_open else term._rate_on(fields.Date.context_today(term))

    def _rate_on(self, date):
        rates = self.product_id.sudo().interest_rate_ids
        return float(100 * rates._on(date, self.company_id._to_units(self.amount))) if rates else 0

    @api.depends("member_id")
    def _compute_target_id(self):
        for term in self:
            if term.target_id.member_id != term.member_id:
                term.target_id = term.member_id.savings_ids.filtered(
                    lambda account: account.savings_class == "sukarela" and account.state == "open"
                )[:1]

    @api.depends("date_start", "months")
    def _compute_date_maturity(self):
        for term in self:
            term.date_maturity = term.date_start and shift(term.date_start, term.months, "month")

    @api.depends("number", "member_id.name")
    def _compute_display_name(self):
        for term in self:
            term.display_name = f"{term.number or ''} {term.member_id.name or ''}".strip()

    @api.depends("line_ids.amount", "state")
    @api.depends_context("koperasi_as_of")
    def _compute_position(self):
        as_of = fields.Date.to_date(self.env.context.get("koperasi_as_of"))
        held, paid = self._held_units(as_of), self._interest_paid_units(as_of)
        today = as_of or fields.Date.context_today(self)
        for term in self:
            company = term.company_id
            due = kernel.payable(term._kernel(), today) - paid[term] if held[term] else 0
            term.balance = company._from_units(held[term])
            term.interest_paid = company._from_units(paid[term])
            term.interest_due = company._from_units(due)

    @api.constrains("amount", "product_id", "target_id", "member_id")
    def _check_terms(self):
        for term in self:
            company = term.company_id
            units, least = company._to_units(term.amount), company._to_units(term.product_id.minimum_deposit)
            if term.product_id.savings_class != "berjangka":
                raise ValidationError(self.env._("%s is no product of term deposits.", term.product_id.name))
            if units < least:
                raise ValidationError(
                    self.env._(
                        "A deposit on %(account)s is at least %(least)s.",
                        account=term.product_id.name,
                        least=company._koperasi_format(least),
                    )
                )
            if term.target_id.member_id != term.member_id or not term.target_id.withdrawable:
                raise ValidationError(
                    self.env._(
                        "%(number)s is paid to an account of %(member)s that can be withdrawn.",
                        number=term.number or term.product_id.name,
                        member=term.member_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        terms = super().create(vals_list)
        for term in terms:
            term.company_id._koperasi_check_role("petugas", "bendahara")
            sequence = self.env.ref(f"account.{term.company_id.id}_koperasi_sequence_term").sudo()
            term._set(number=sequence.next_by_id(sequence_date=fields.Date.context_today(term)))
        return terms

    def write(self, vals):
        # What happens at maturity may be chosen anew until then.
        if (TERMS - {"rollover", "target_id"}) & set(vals) and any(term.state != "draft" for term in self):
            raise UserError(self.env._("The terms of a deposit are fixed once it is opened."))
        if TERMS & set(vals) and any(term.state not in ("draft", "active") for term in self):
            raise UserError(self.env._("This term deposit is over."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(term.state != "draft" for term in self):
            raise UserError(self.env._("Only a draft can be deleted."))

    # === WHAT THE LEDGER SAYS, in money units === #

    def _held_units(self, as_of=None):
        """:return: {term: what its own account holds of it at the end of `as_of` (default: now)}"""
        domain = [("term_id", "in", self.ids), ("savings_id.savings_class", "=", "berjangka")]
        return self._sum_units(domain, as_of)

    def _interest_paid_units(self, as_of=None):
        """:return: {term: gross interest credited to the member, here and in the old books}"""
        domain = [("term_id", "in", self.ids), ("savings_id", "!=", False), ("component", "=", "interest")]
        paid = self._sum_units(domain, as_of)
        return {term: units + term.company_id._to_units(term.opening_interest) for term, units in paid.items()}

    def _sum_units(self, domain, as_of):
        if as_of:
            domain = [*domain, ("date", "<=", as_of)]
        sums = dict(
            self.env["koperasi.transaction.line"].sudo()._read_group(domain, ["term_id"], ["amount:sum"])
            if self.ids
            else []
        )
        return {term: term.company_id._to_units(sums.get(term._origin, 0)) for term in self}

    def _kernel(self):
        """These terms as the kernel takes them."""
        self.ensure_one()
        product = self.product_id.sudo()
        return kernel.Term(
            self.company_id._to_units(self.amount),
            share(self.rate),
            self.months,
            self.date_start or fields.Date.context_today(self),
            kernel.Payment(self.payment),
            product.term_by_days,
            360 if product.interest_days_in_year == "360" else 365,
        )

    def _accrued_units(self, on):
        """Interest earned by the end of `on` and not paid by then: what the books owe on that day.

        :return: {term: money units}
        """
        held, paid, following = self._held_units(on), self._interest_paid_units(on), fields.Date.add(on, days=1)
        return {
            term: kernel.earned(term._kernel(), following) + kernel.running(term._kernel(), following) - paid[term]
            for term in self
            if held[term]
        }

    # === LINES FOR THE LEDGER === #

    def _line(self, component, units, account=None):
        """A ledger line of this deposit on `account`, default its own; `units` > 0 credits it."""
        account = account or self.savings_id
        return {**account._line(component, self.company_id._from_units(units), self.number), "term_id": self.id}

    def _line_opening(self, held, **terms):
        """It began in the old books: the line of what it holds at the opening (docs/domain.md 5.4).

        :param held: money units
        :param terms: date_start, months, rate, opening_interest, old_number, as the old books have them
        """
        self.ensure_one()
        account = self.env["koperasi.savings.account"].create(
            {
                "product_id": self.product_id.id,
                "member_id": self.member_id.id,
                "date_opened": terms["date_start"],
            }
        )
        self._set(savings_id=account.id, **terms)
        return self._line("principal", held)

    def _lines_in(self, amount, on):
        """The lines of the deposit itself: it begins on `on`, at the rate of that day."""
        self.ensure_one()
        company = self.company_id
        company._koperasi_check_role("petugas", "bendahara")
        self.sudo()._claim()
        self._check_state("draft")
        if self.member_id.state not in MEMBER_STATES:
            raise UserError(self.env._("%s is no longer a member.", self.member_id.display_name))
        if company._to_units(amount) != company._to_units(self.amount):
            raise UserError(
                self.env._(
                    "%(term)s is for %(amount)s.",
                    term=self.display_name,
                    amount=company._koperasi_amount(self.amount),
                )
            )
        account = (
            self.env["koperasi.savings.account"]
            .sudo()
            .create({"product_id": self.product_id.id, "member_id": self.member_id.id, "date_opened": on})
        )
        self.sudo()._set(
            savings_id=account.id, date_start=on, rate=self._rate_on(on), months=self.product_id.sudo().term_months
        )
        return [self._line("principal", company._to_units(amount), account)]

    def _lines_out(self, amount, on):
        """The lines that pay it out in full on `on`: what it holds, before maturity by the rule of breaking."""
        self.ensure_one()
        roles = ("petugas", "bendahara") if self._is_mature(on) else ("bendahara",)
        self.company_id._koperasi_check_role(*roles)
        self.sudo()._claim()
        self._check_state("active")
        quote, lines = self._payout(on)
        if self.company_id._to_units(amount) != quote["amount"]:
            raise UserError(
                self.env._(
                    "%(term)s is paid out on %(date)s with %(amount)s.",
                    term=self.display_name,
                    date=format_date(self.env, on),
                    amount=self.company_id._koperasi_format(quote["amount"]),
                )
            )
        return lines

    def _is_mature(self, on):
        self.ensure_one()
        return bool(self.date_maturity) and self.date_maturity <= on

    def _payout(self, on):
        """What the member gets on `on`, and the lines of it.

        :return: ({interest, tax, fee, amount} in money units, [line])
        """
        self.ensure_one()
        early = not self._is_mature(on)
        terms, company, product = self._kernel(), self.company_id, self.product_id.sudo()
        held, fee = self._held_units()[self], 0
        interest = kernel.earned(terms, on)
        if early and product.break_rule == "fee":
            interest += kernel.running(terms, on)
            fee = early_fee(terms.principal, product._percent("break_fee_percent"))
        interest = max(interest - self._interest_paid_units()[self], 0)
        lines = self._interest_lines(on, interest, self.savings_id)
        tax = -sum(
            company._to_units(line["amount"]) for line in lines if line["component"] == "tax" and "term_id" in line
        )
        if fee:
            lines += [
                self._line("penalty", -fee),
                {
                    "account_id": company._koperasi_setting("koperasi_savings_fee_account_id").id,
                    "unit_id": product.unit_id.id,
                    "component": "penalty",
                    "amount": company._from_units(fee),
                    "name": self.number,
                },
            ]
        amount = held + interest - tax - fee
        lines.append(self._line("principal", -amount))
        return {"interest": interest, "tax": tax, "fee": fee, "amount": amount}, lines

    def _interest_lines(self, on, units, account):
        credits = [(account, units, self.product_id.sudo(), {"term_id": self.id})] if units else []
        expense = self.company_id._koperasi_setting("koperasi_term_interest_account_id")
        return self.env["koperasi.savings.credit"]._lines(self.company_id, on, credits, self.number, expense)

    def _maturity_lines(self, held):
        """What a run does at maturity, once the interest is credited: pays out, and begins the next term.

        :param held: what its account holds by then, in money units
        """
        self.ensure_one()
        kept = {"none": 0, "principal": self._kernel().principal, "all": held}[self.rollover]
        lines = [self._line("principal", -held)]
        if held - kept:
            lines.append(self._line("deposit", held - kept, self.target_id))
        if kept:
            lines.append(self._roll_over(kept)._line("principal", kept))
        return lines

    def _roll_over(self, units):
        """The next term, from the day of maturity, at the rate of that day, with a number of its own."""
        following = self.sudo().create(
            {
                "product_id": self.product_id.id,
                "member_id": self.member_id.id,
                "amount": self.company_id._from_units(units),
                "payment": self.payment,
                "rollover": self.rollover,
                "target_id": self.target_id.id,
            }
        )
        following._set(
            savings_id=self.savings_id.id,
            date_start=self.date_maturity,
            months=self.months,
            rate=following._rate_on(self.date_maturity),
            previous_id=self.id,
        )
        return following

    # === RULES OF THE CONTRACT, asked by the posting === #

    def _after_posting(self):
        """Active, rolled over, paid out, broken, or cancelled when its opening was taken back: what the ledger says."""
        held = self._held_units()
        for term in self.sudo().sorted("id", reverse=True):  # the next term before the one it followed
            if held[term] > 0:
                state = "active"
            elif all(line.transaction_id.reversal_of_id or line.transaction_id.is_reversed for line in term.line_ids):
                state = "cancelled"
            elif term.next_ids.filtered(lambda following: following.state != "cancelled"):
                state = "rolled"
            else:
                last = max(term.line_ids.filtered(lambda line: line.component == "principal").mapped("date"))
                state = "paid" if last >= term.date_maturity else "broken"
            if term.state != state:
                term._set(state=state)

    # === CLOSING === #

    @api.model
    def _closing_obstacles(self, company, until):
        """Interest that deposits have earned by `until` stands in the books: what is missing, as texts."""
        terms = self.search([("company_id", "=", company.id), ("date_start", "<=", until)])
        accrued = self.env["koperasi.run"].search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "term_accrual"),
                ("state", "=", "done"),
                ("date_to", "=", until),
            ]
        )
        return [
            self.env._(
                "%(product)s: the interest earned up to %(date)s is not accrued. Savings, Interest and Maturities, "
                "New: Accrued Term Interest.",
                product=product.name,
                date=format_date(self.env, until),
            )
            for product, own in terms.grouped("product_id").items()
            if product not in accrued.product_id and any(own._accrued_units(until).values())
        ]

    # === ACTIONS === #

    def _action_operation(self, operation, title):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "koperasi.term.operation",
            "view_mode": "form",
            "target": "new",
            "context": {"default_term_id": self.id, "default_operation": operation},
        }

    def action_open(self):
        return self._action_operation("open", self.env._("Receive the Deposit"))

    def action_pay_out(self):
        return self._action_operation("pay_out", self.env._("Cash Out"))

    def action_print(self):
        return self.env.ref("koperasi_simpan_pinjam.action_report_term").report_action(self)

    def action_lines(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "koperasi.transaction.line",
            "view_mode": "list,pivot",
            "domain": [("term_id", "=", self.id)],
        }
