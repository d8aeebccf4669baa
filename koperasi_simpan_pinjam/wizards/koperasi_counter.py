import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import date_utils, format_date

from ..models.exceptions import SecondPersonNeeded
from ..models.koperasi_loan_prepayment import EXCESS
from ..models.koperasi_member import MEMBER_STATES
from ..models.koperasi_payout_request import PAYOUT_ROLES

RECENT = 5


class KoperasiCounter(models.TransientModel):
    """Serve a member: what she has and owes, what comes in and goes out, one slip.

    Its key makes a double click count once.
    """

    _name = "koperasi.counter"
    _description = "Serve a Member"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    session_id = fields.Many2one("koperasi.cash.session", compute="_compute_session_id")
    cash_in_box = fields.Monetary("Cash in the Box", compute="_compute_session_id")
    recent_ids = fields.Many2many("koperasi.transaction", string="Last Transactions", compute="_compute_session_id")
    member_id = fields.Many2one(
        "koperasi.member",
        domain="[('company_id', '=', company_id), '|', ('has_open_business', '=', True), "
        f"('state', 'in', {MEMBER_STATES})]",
    )
    image = fields.Image(related="member_id.partner_id.image_128")
    number = fields.Char(related="member_id.number")
    rw_id = fields.Many2one(related="member_id.rw_id")
    rt = fields.Char(related="member_id.rt")
    state = fields.Selection(related="member_id.state")
    date_active = fields.Date(related="member_id.date_active")
    exit_id = fields.Many2one(related="member_id.exit_id")
    exit_state = fields.Selection(related="member_id.exit_id.state", string="State of the Exit")
    exit_pay_from = fields.Date(related="member_id.exit_id.pay_from")
    exit_amount = fields.Monetary(related="member_id.exit_id.amount_left")
    in_ids = fields.One2many(
        "koperasi.counter.line",
        "counter_id",
        "Pays In",
        domain=[("direction", "=", "in")],
        compute="_compute_lines",
        store=True,
        readonly=False,
    )
    out_ids = fields.One2many(
        "koperasi.counter.line",
        "counter_id",
        "Takes Out",
        domain=[("direction", "=", "out")],
        compute="_compute_lines",
        store=True,
        readonly=False,
    )
    amount_in = fields.Monetary("Received", compute="_compute_totals")
    amount_out = fields.Monetary("Paid Out", compute="_compute_totals")
    cash_given = fields.Monetary("Money Given")
    change = fields.Monetary(
        compute="_compute_totals", help="To hand back: money given and paid out, less what is received."
    )
    transaction_ids = fields.Many2many("koperasi.transaction", string="Slip", readonly=True)
    key = fields.Char(default=lambda self: str(uuid.uuid4()), required=True, readonly=True)

    @api.depends("member_id")
    def _compute_display_name(self):
        for counter in self:
            counter.display_name = counter.member_id.name or self.env._("Serve a Member")

    @api.depends("company_id", "transaction_ids")
    def _compute_session_id(self):
        for counter in self:
            session = self.env["koperasi.cash.session"]._current(counter.company_id)
            counter.session_id = session
            counter.cash_in_box = session.expected_amount
            counter.recent_ids = (
                self.env["koperasi.transaction"].search(
                    [("session_id", "=", session.id)], order="id desc", limit=RECENT
                )
                if session
                else False
            )

    @api.depends("member_id")
    def _compute_lines(self):
        """A line for all she may pay or take, with what is due by the end of the month proposed."""
        for counter in self:
            member = counter.member_id
            accounts = member.savings_ids.filtered(lambda account: account.state == "open").sorted(
                lambda account: (account.product_id.sequence, account.product_id.id, account.id)
            )
            loans = member.loan_ids.filtered(
                lambda loan: loan.state == "running" or (loan.state == "written_off" and loan.claim_left)
            ).sorted("id")
            terms = self.env["koperasi.savings.term"].search(
                [("member_id", "in", member.ids), ("state", "in", ("draft", "active"))]
            )
            paying = accounts.filtered(lambda account: account._collects())
            paying = paying if member.state in MEMBER_STATES else accounts.browse()
            advances = member._open_advances()
            accounts_due, loans_due = accounts._due_units(counter._month_end()), counter._asked(loans, advances)
            available = accounts._available_units(counter._day())
            counter.in_ids = (
                [Command.clear()]
                + [
                    Command.create({"direction": "in", "advance_id": advance.id, "amount": advance.left})
                    for advance in advances
                ]
                + [
                    Command.create(
                        {
                            "direction": "in",
                            "savings_id": account.id,
                            "amount": counter.company_id._from_units(accounts_due.get(account.id, 0)),
                        }
                    )
                    for account in paying
                    if account.savings_class not in ("pokok", "internal", "berjangka") or accounts_due.get(account.id)
                ]
                + [
                    Command.create(
                        {
                            "direction": "in",
                            "loan_id": loan.id,
                            "amount": counter.company_id._from_units(loans_due.get(loan.id, 0)),
                        }
                    )
                    for loan in loans
                ]
                + [Command.create({"direction": "in", "term_id": term.id}) for term in terms if term.state == "draft"]
            )
            counter.out_ids = (
                [Command.clear()]
                + [
                    Command.create({"direction": "out", "savings_id": account.id})
                    for account in accounts
                    if available.get(account.id) and member.exit_id.state != "approved"
                ]
                + [
                    Command.create({"direction": "out", "term_id": term.id})
                    for term in terms
                    if term._is_mature(counter._day())
                ]
            )

    @api.depends("in_ids.amount", "out_ids.amount", "cash_given")
    def _compute_totals(self):
        for counter in self:
            counter.amount_in = sum(counter.in_ids.mapped("amount"))
            counter.amount_out = sum(counter.out_ids.mapped("amount"))
            counter.change = counter.cash_given + counter.amount_out - counter.amount_in

    def _day(self):
        return self.session_id.date or fields.Date.context_today(self)

    def _month_end(self):
        return date_utils.end_of(self._day(), "month")

    def _due(self, accounts, loans):
        """What is due by the end of this month: ({account id: money units}, {loan id: money units})."""
        until = self._month_end()
        loans_due = loans._due_units(until, self._day())
        return accounts._due_units(until), self._alone(loans, loans_due, self.in_ids.advance_id)

    def _asked(self, loans, advances):
        """What she is to bring for her loans: what is due, less what she left for it; {loan id: money units}."""
        return self._alone(loans, loans._asked_units(self._month_end(), self._day()), advances)

    def _alone(self, loans, due, advances):
        """`due` on these loans less what is paid back with them to others: `advances`, which are lines of their own."""
        back = loans._back_units() if advances else {}
        return {loan: max(units - back.get(loan, 0), 0) for loan, units in due.items()}

    def _again(self, slip):
        """A new form with the amounts of `slip`, a member's transactions: to put right what was typed wrong.

        :return: koperasi.counter, not recorded
        """
        counter = self.create({"member_id": slip.member_id.id, "company_id": slip.company_id.id})
        amounts = {
            (kind, contract.advance_id if contract._name == "koperasi.transaction.line" else contract): sum(
                parts.values()
            )
            for kind, transactions in slip.grouped("kind").items()
            for transaction in transactions
            for contract, parts in transaction._parts().items()
        }
        for lines, kind in ((counter.in_ids, "receipt"), (counter.out_ids, "payment")):
            for line in lines:
                units = amounts.get((kind, line.loan_id or line.savings_id or line.advance_id), 0)
                line.amount = slip.company_id._from_units(max(units, 0))
        return counter

    def _action_form(self):
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("koperasi_simpan_pinjam.koperasi_counter_action"),
            "res_id": self.id,
        }

    # === THE SCREEN === #

    @api.model
    def receive(self, draft, approver_id=False, pin=False, ask=False):
        """All that the screen sends, in one request: recorded once for its key, however often it arrives.

        :param draft: dict of `key`, `company_id`, `member_id`, `cash_given`, and `money_in` and `money_out`: lists of
            (id of a savings account, of a loan, of a term deposit, two of them False; Monetary); with a fifth value,
            of a loan what becomes of more than is due, of savings that are taken out whether they pay what comes in;
            with a sixth, where the three are False, the id of an advance that is paid back
        :param approver_id: id of the user who decides what is above the teller's limit, with her `pin`
        :param ask: whether to ask for her yes from her phone, when a second person is needed
        :return: dict of `id` of the counter's form, `numbers`, and `print`, the action that prints the slip; or, when
            a second person is needed, `refusal`, which says why, `approvers`: (id, name) of who may and has a PIN,
            and `asked`, whether it waits for the chair on her page
        """
        counter = self.create(
            {
                "company_id": draft["company_id"],
                "member_id": draft["member_id"],
                "cash_given": draft["cash_given"],
                "key": draft["key"],
                **{
                    field: [
                        Command.create(
                            {
                                "direction": direction,
                                "savings_id": savings,
                                "loan_id": loan,
                                "term_id": term,
                                "amount": amount,
                                **dict(zip(({"in": "excess", "out": "pays"}[direction], "advance_id"), option)),
                            }
                        )
                        for savings, loan, term, amount, *option in draft[f"money_{direction}"]
                    ]
                    for field, direction in (("in_ids", "in"), ("out_ids", "out"))
                },
            }
        )
        company = counter.company_id
        approver = self.env["res.users"].browse(approver_id or [])
        refusal = approver and approver._koperasi_pin_refusal(pin, company, PAYOUT_ROLES)
        requests = self.env["koperasi.payout.request"]
        request = requests._of(company, counter._payout()["content"])
        approver = approver or request._approver(counter.key)
        if approver and approver.sudo().partner_id == counter.member_id.partner_id:
            refusal = self.env._("Nobody decides on her own withdrawal.")
        try:
            if refusal:
                raise SecondPersonNeeded(refusal, PAYOUT_ROLES)
            with self.env.cr.savepoint():
                counter.transaction_ids = counter._record(approver)
                request._use(counter.key)
        except SecondPersonNeeded as need:
            self.env["koperasi.transaction"]._get_sequence_cache().clear()  # its numbers went back with the savepoint
            holders = approver._koperasi_pin_holders(company, need.roles)
            if ask:
                request = requests._ask(company, counter._payout())
            return {
                "refusal": str(need),
                "approvers": [(user.id, user.sudo().name) for user in holders],
                "asked": request.state == "requested",
            }
        return {
            "id": counter.id,
            "numbers": ", ".join(counter.transaction_ids.mapped("number")),
            "print": counter.action_print(),
        }

    def _payout(self):
        """What a second person reads and says yes to: who takes how much from where; see koperasi.payout.request."""
        company, money = self.company_id, self.out_ids._money()
        return {
            "content": [
                "visit",
                self.member_id.id,
                [
                    [contract._name, contract.id, str(company._to_units(amount, whole=False))]
                    for contract, amount in money
                ],
            ],
            "name": ", ".join(
                (
                    f"{contract.display_name} {company._koperasi_amount(amount)}"
                    if len(money) > 1
                    else contract.display_name
                )
                for contract, amount in money
            ),
            "amount": sum(amount for _contract, amount in money),
            "partner": self.member_id.sudo().partner_id,
        }

    # === ACTIONS === #

    def action_pay_exit(self):
        """What a member who left, or her heirs, may take: paid with her exit."""
        return self.exit_id.action_pay()

    def action_confirm(self):
        """Record the visit and print its slip; asked again, print the same slip."""
        self.ensure_one()
        self.transaction_ids = self._record()
        return self.transaction_ids.action_print()

    def _record(self, approver=None):
        """:param approver: who said yes to what is above the teller's limit, res.users, checked by the caller"""
        if not self.member_id:
            raise UserError(self.env._("Choose the member first."))
        if not self.session_id and not self.transaction_ids:
            raise UserError(self.env._("Open the cash session first."))
        company = self.company_id
        if self.cash_given and company._to_units(self.change) < 0:
            raise UserError(
                self.env._(
                    "%(given)s was given, %(missing)s is missing.",
                    given=company._koperasi_format(company._to_units(self.cash_given)),
                    missing=company._koperasi_format(-company._to_units(self.change)),
                )
            )
        pays = self.out_ids.filtered("pays")
        return self.member_id._visit(
            self.in_ids._money(),
            (self.out_ids - pays)._money(),
            self.session_id,
            key=self.key,
            approver=approver or None,
            paid=pays._money(),
            excess={line.loan_id: line.excess for line in self.in_ids if line.amount and line.loan_id and line.excess},
        )

    def action_print(self):
        self.ensure_one()
        return self.transaction_ids.action_print()

    def action_whatsapp(self):
        self.ensure_one()
        return self.transaction_ids.action_whatsapp()

    def action_open_session(self):
        """The form of a new cash session, in front of the counter."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open the Cash Session"),
            "res_model": "koperasi.cash.session",
            "views": [(False, "form")],
            "target": "new",
        }

    def action_close_session(self):
        """Count and close the session that is open here; without one, open one."""
        return self.session_id.action_close() if self.session_id else self.action_open_session()

    def action_next(self):
        """Begin with the next member, on an empty form."""
        return self.env["ir.actions.act_window"]._for_xml_id("koperasi_simpan_pinjam.koperasi_counter_action")


class KoperasiCounterLine(models.TransientModel):
    _name = "koperasi.counter.line"
    _description = "Line at the Counter"

    counter_id = fields.Many2one("koperasi.counter", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="counter_id.company_id")
    currency_id = fields.Many2one(related="counter_id.currency_id")
    direction = fields.Selection([("in", "Pays In"), ("out", "Takes Out")], required=True, default="in")
    savings_id = fields.Many2one("koperasi.savings.account", "Savings Account")
    loan_id = fields.Many2one("koperasi.loan")
    term_id = fields.Many2one("koperasi.savings.term", "Term Deposit")
    advance_id = fields.Many2one("koperasi.advance")
    name = fields.Char("Savings or Loan", compute="_compute_position")
    balance = fields.Monetary(compute="_compute_position")
    due = fields.Monetary(compute="_compute_position")
    available = fields.Monetary(compute="_compute_position")
    amount = fields.Monetary()
    excess = fields.Selection(EXCESS, "More Than Is Due")
    pays = fields.Boolean("Pays What Comes In", help="Not handed out: it pays dues and installments of this visit.")

    @api.depends("savings_id", "loan_id", "term_id", "advance_id")
    def _compute_position(self):
        for counter, lines in self.grouped("counter_id").items():
            accounts, loans, company = lines.savings_id, lines.loan_id, counter.company_id
            accounts_due, loans_due = counter._due(accounts, loans)
            available = accounts._available_units(counter._day())
            positions, unpaid = accounts._dues_position(until=counter._month_end()), loans._unpaid(on=counter._day())
            for line in lines:
                account, loan = line.savings_id, line.loan_id
                if line.term_id:
                    line._show_term()
                    continue
                if advance := line.advance_id:
                    line.name = self.env._("Advance from %s", advance.sudo().creditor_id.name)
                    line.balance = line.due = advance.left
                    line.available = 0
                    continue
                line.name = (
                    line._loan_label(unpaid.get(loan.id)) if loan else line._savings_label(positions.get(account.id))
                )
                line.balance = (loan.outstanding or loan.claim_left) if loan else account.balance
                line.due = company._from_units(loans_due.get(loan.id, 0) if loan else accounts_due.get(account.id, 0))
                line.available = company._from_units(available.get(account.id, 0))

    def _show_term(self):
        """A term deposit to open, in full, or one that matured, with what it pays."""
        term, company = self.term_id, self.company_id
        is_open = term.state == "active"
        quote = term._payout(self.counter_id._day())[0] if is_open else {}
        self.name = f"{term.product_id.name} {term.number}"
        self.balance = term.balance
        self.due = 0 if is_open else term.amount
        self.available = company._from_units(quote.get("amount", 0))

    def _savings_label(self, position):
        """`Mandatory Savings (2 months: Oct 2026, Nov 2026)`

        :param position: kernel Position of the months due by the end of this one; None when none ever is
        """
        account = self.savings_id
        open_months = position.arrears if position and self.direction == "in" else []
        if not open_months:
            return account.product_id.name or ""
        names = [format_date(self.env, month.month, date_format="MMM yyyy") for month in open_months]
        if len(names) > 3:
            names = [f"{names[0]} – {names[-1]}"]
        return self.env._(
            "%(product)s (%(count)s months: %(months)s)",
            product=account.product_id.name,
            count=len(open_months),
            months=", ".join(names),
        )

    def _loan_label(self, dues):
        """`Installment PJM/2026/0007, no. 4 of 10`

        :param dues: kernel Dues still unpaid, oldest first
        """
        loan = self.loan_id
        if loan.state == "written_off":
            return self.env._("%s, written off", loan.number)
        label = self.env._(
            "Installment %(loan)s, no. %(number)s of %(total)s",
            loan=loan.number,
            number=dues[0].number if dues else "-",
            total=len(loan.installment_ids),
        )
        late_fee = sum(due.penalty for due in dues or [])
        if not late_fee:
            return label
        return self.env._(
            "%(installment)s, with a late fee of %(amount)s",
            installment=label,
            amount=self.company_id._koperasi_format(late_fee),
        )

    def _money(self):
        """What is paid back with a loan is part of what is paid on it: a payment on the loan goes there first.

        :return: [(savings account, loan, term deposit or advance, Monetary)] of the lines with an amount
        """
        with_loan = {
            advance: self.env["koperasi.loan"].browse(loan)
            for loan, advances in self.counter_id.member_id.loan_ids._advances().items()
            for advance in advances.with_env(self.env)
        }
        money = {}
        for line in self.filtered("amount"):
            contract = line.loan_id or line.term_id or line.savings_id or line.advance_id
            contract = with_loan.get(contract, contract)
            money[contract] = money.get(contract, 0) + line.amount
        return list(money.items())
