from collections import defaultdict
from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import date_utils, format_date

from ..kernel.exit import settle
from ..kernel.money import apportion
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
CAPITAL = ("pokok", "wajib")
BOARD = ("ketua", "bendahara", "sekretaris", "pengawas")
TERMS = {"member_id", "company_id", "kind", "date_requested", "reason"}
GUARDED = {
    "state",
    "state_before",
    "requested_by_id",
    "approved_by_id",
    "approved_on",
    "pay_from",
    "settled_by_id",
    "settled_on",
    "refund_id",
    "reclass_id",
    "settlement_id",
    "version",
}


class KoperasiMemberExit(models.Model):
    """A member leaves, died, or is dismissed: the board decides, and she or her heirs are paid (docs/domain.md 5.6, 5.7).

    Approval moves share capital and mandatory savings from equity to what the cooperative owes her. The settlement, after
    the waiting period, adds all else she has and takes off what she owes. What is left is paid in cash or by the bank.
    """

    _name = "koperasi.member.exit"
    _description = "Exit of a Member"
    _inherit = ["koperasi.claimable", "mail.thread", "mail.activity.mixin"]
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
        STATES, default="requested", required=True, readonly=True, copy=False, tracking=True, index=True
    )
    state_before = fields.Char(readonly=True, copy=False, help="The member's state, should the exit be taken back.")
    requested_by_id = fields.Many2one(
        "res.users", "Recorded By", required=True, readonly=True, ondelete="restrict", default=lambda self: self.env.user
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    approved_on = fields.Date(readonly=True, copy=False)
    pay_from = fields.Date("Waits Until", readonly=True, copy=False, help="Approval and the waiting period.")
    settled_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    settled_on = fields.Date(readonly=True, copy=False)
    refund_id = fields.Many2one(
        "koperasi.savings.account",
        "Paid From",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="What the cooperative owes her once she has left.",
    )
    reclass_id = fields.Many2one(
        "koperasi.transaction", "Capital to Refund", readonly=True, copy=False, ondelete="restrict"
    )
    settlement_id = fields.Many2one("koperasi.transaction", "Settlement", readonly=True, copy=False, ondelete="restrict")
    heir_ids = fields.One2many(related="member_id.heir_ids")
    death_certificate = fields.Binary(attachment=True, copy=False)
    death_certificate_name = fields.Char(copy=False)
    heir_letter = fields.Binary("Letter of Heirs", attachment=True, copy=False, help="Signed by RT, RW and lurah.")
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
            leaving.amount_payout = company._from_units(rights - kept - covered)
            leaving.amount_shortfall = company._from_units(shortfall)
            leaving.amount_left = leaving.refund_id.balance if leaving.state == "settled" else 0

    @api.depends("member_id", "kind", "state", "death_certificate")
    def _compute_obstacles(self):
        for leaving in self:
            open_step = leaving.member_id and leaving.state in ("requested", "approved")
            leaving.obstacles = open_step and "\n".join(leaving.sudo()._obstacles()) or False

    @api.model_create_multi
    def create(self, vals_list):
        exits = super().create(
            [
                {**vals, **dict.fromkeys(GUARDED - {"version"}), "state": "requested", "requested_by_id": self.env.uid}
                for vals in vals_list
            ]
        )
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
        if GUARDED & set(vals) or TERMS & set(vals):
            raise UserError(self.env._("An exit changes by its actions only. Cancel it and enter it anew."))
        return super().write(vals)

    def _set(self, **vals):
        """Set guarded fields past `write`; private, so not callable by RPC."""
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("An exit is kept. Cancel or refuse it instead."))

    # === WHAT SHE HAS AND OWES, in money units === #

    def _refund_line(self, units):
        """The line that credits `units` to her account of “Pengembalian Simpanan”, opened when she has none."""
        if not self.refund_id:
            product = self.company_id._koperasi_setting("koperasi_exit_product_id")
            self.sudo()._set(
                refund_id=self.env["koperasi.savings.account"]
                .sudo()
                .create({"product_id": product.id, "member_id": self.member_id.id})
                .id
            )
        return self.sudo().refund_id._line("settlement", self.company_id._from_units(units))

    def _open_accounts(self):
        """Her accounts, but for the one that she is paid from."""
        return (self.member_id.sudo().savings_ids - self.sudo().refund_id).filtered(
            lambda account: account.state == "open"
        )

    def _rights(self):
        """What she has, moved to her refund already or not.

        :return: {savings account: money units}
        """
        self.ensure_one()
        company, rights = self.company_id, defaultdict(int)
        for line in (self.reclass_id + self.settlement_id).sudo().line_ids:
            if line.component == "settlement" and line.savings_id and line.savings_id != self.refund_id:
                rights[line.savings_id] -= company._to_units(line.amount)
        if self.state != "settled":
            interest = self._credited(self._interest_lines())
            for account in self._open_accounts():
                rights[account] += account._balance_units() + interest[account.id]
        return {account: units for account, units in rights.items() if units}

    def _credited(self, lines):
        """:return: {savings account id: money units} of lines for the ledger"""
        credited = defaultdict(int)
        for line in lines:
            credited[line.get("savings_id")] += self.company_id._to_units(line["amount"])
        return credited

    def _interest_lines(self):
        """Interest of the running month up to yesterday, less tax, of what earns by the day.

        The lowest balance of a month in which all is taken is 0; so a broken month earns by the day only.
        """
        today = fields.Date.context_today(self)
        start, lines = date_utils.start_of(today, "month"), []
        daily = self._open_accounts().filtered(
            lambda account: account.product_id.interest_method == "daily"
            and account.product_id.interest_rate_ids
            and account.date_opened < today
        )
        if start == today:
            return lines
        for product, accounts in daily.grouped("product_id").items():
            run = self.env["koperasi.run"].sudo().new({"company_id": self.company_id.id, "product_id": product.id})
            run.date_from, run.date_to = start, fields.Date.subtract(today, days=1)
            lines += run._interest_lines(accounts)[0]
        return lines

    def _debts(self):
        """What would pay off each of her loans today, less what of it becomes her own savings (docs/domain.md 4.12).

        :return: {loan: money units}
        """
        today = fields.Date.context_today(self)
        return {loan: loan._payoff_cost(today) for loan in self._running_loans()}

    def _running_loans(self):
        return self.member_id.sudo().loan_ids.filtered(lambda loan: loan.state == "running").sorted("id")

    def _quote(self, debts):
        """:return: the kernel's Settlement of what she has and of `debts`"""
        capital = dict.fromkeys(CAPITAL, 0)
        savings = 0
        for account, units in self._rights().items():
            if account.savings_class in CAPITAL:
                capital[account.savings_class] += units
            else:
                savings += units
        company = self.company_id
        return settle(
            capital["pokok"],
            capital["wajib"],
            savings,
            list(debts.values()),
            wajib_returned=company._koperasi_percent("koperasi_exit_wajib_percent"),
            fee_percent=company._koperasi_percent("koperasi_exit_fee_percent"),
        )

    def _kept_units(self):
        """What the settlement left to the cooperative."""
        lines = self.sudo().settlement_id.line_ids.filtered(
            lambda line: line.component == "settlement" and not line.savings_id
        )
        return self.company_id._to_units(sum(lines.mapped("amount")))

    def _covered_units(self):
        """What the settlement paid of her loans, less what of it came to her refund."""
        return self.company_id._to_units(sum(self._covered_lines().mapped("amount")))

    def _covered_lines(self):
        return self.sudo().settlement_id.line_ids.filtered(
            lambda line: line.loan_id and line.savings_id != self.sudo().refund_id
        )

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
                    "What she has does not cover her loans: %s is missing. She pays it first.",
                    company._koperasi_format(missing),
                )
            )
        if self.kind != "deceased" and any(
            user._koperasi_has_role(company, BOARD) for user in member.partner_id.user_ids
        ):
            texts.append(self.env._("She is an officer: end her term first."))
        if self.kind == "deceased" and not self.death_certificate:
            texts.append(self.env._("Attach the death certificate."))
        return texts

    def _obstacles_to_settle(self):
        partner, company, texts = self.member_id.partner_id, self.company_id, self._holds()
        if self.pay_from > fields.Date.context_today(self):
            texts.append(self.env._("The waiting period lasts until %s.", format_date(self.env, self.pay_from)))
        term = self._open_accounts().filtered(
            lambda account: account.savings_class == "berjangka" and account._balance_units()
        )
        if term:
            texts.append(self.env._("Pay out her term deposit first: %s.", ", ".join(term.mapped("number"))))
        texts += self._missing_interest()
        [[unpaid]] = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", company.id),
                ("partner_id", "=", partner.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("amount_residual", "!=", 0),
            ],
            aggregates=["amount_residual:sum"],
        )
        if unpaid and unpaid > 0:
            texts.append(self.env._("She has unpaid invoices of %s: receive them first.", company._koperasi_amount(unpaid)))
        return texts

    def _holds(self):
        held = self._open_accounts().hold_ids.filtered(lambda hold: hold.state == "active").savings_id
        return [self.env._("%s is held: release it first.", account.display_name) for account in held]

    def _missing_interest(self):
        """Interest of the last full month that is not credited yet."""
        month = date_utils.start_of(fields.Date.subtract(fields.Date.context_today(self), months=1), "month")
        accounts = self._open_accounts().filtered(
            lambda account: account.product_id.interest_rate_ids
            and account.date_opened <= date_utils.end_of(month, "month")
            and account.with_context(koperasi_as_of=date_utils.end_of(month, "month")).balance
        )
        credited = self.env["koperasi.run"].search(
            [("product_id", "in", accounts.product_id.ids), ("date_from", "=", month), ("state", "=", "done")]
        )
        return [
            self.env._(
                "Run the savings interest of %(month)s for %(product)s first.",
                month=format_date(self.env, month, date_format="MMMM yyyy"),
                product=product.name,
            )
            for product in accounts.product_id - credited.product_id
        ]

    def _check_obstacles(self):
        if texts := self.sudo()._obstacles():
            raise UserError(f"{self.display_name}\n" + "\n".join(texts))

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
        capital = self._open_accounts().filtered(lambda account: account.savings_class in CAPITAL)
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

    # === THE TREASURER SETTLES === #

    def action_settle(self):
        for leaving in self:
            leaving.company_id._koperasi_check_role("bendahara")
            leaving._check_state("approved")
            leaving._check_not_her_own()
            leaving.company_id._koperasi_check_second_person(leaving, leaving.approved_by_id)
            leaving._check_obstacles()
            leaving._do_settle()

    def _do_settle(self):
        """All else she has comes to her refund, her loans are paid from it, and her accounts are closed."""
        self.sudo()._claim()
        self._running_loans()._claim()
        self._open_accounts()._claim()
        debts = self._debts()
        today, quote = fields.Date.context_today(self), self._quote(debts)
        lines, paid_off = self._loan_lines(debts, quote.covered, today)
        interest = self._interest_lines()
        lines += interest
        accounts, earned = self._open_accounts(), self._credited(interest)
        for account in accounts:
            if units := account._balance_units() + earned[account.id]:
                lines.append(account._line("settlement", -self.company_id._from_units(units)))
        if quote.kept + quote.fee:
            lines.append(self._kept_line(quote.kept + quote.fee))
        rest = -sum(self.company_id._to_units(line["amount"]) for line in lines)
        if rest:
            lines.append(self._refund_line(rest))
        settlement = lines and self._post_memorial(lines, self.env._("Settlement of %s", self.member_id.number))
        paid_off._set(state="paid")  # though service fee of installments to come is not paid
        accounts.filtered(lambda account: not account._balance_units())._set(state="closed")
        self.sudo()._set(
            state="settled", settled_by_id=self.env.uid, settled_on=today, settlement_id=settlement and settlement.id
        )

    def _loan_lines(self, debts, covered, on):
        """Of a payoff, what of the service fee would become her savings comes to her refund at once.

        :return: (lines that pay `covered` of `debts`, loans that these pay off)
        """
        lines, paid_off = [], self.env["koperasi.loan"].sudo()
        for (loan, cost), units in zip(debts.items(), covered):
            if units == cost:
                for line in loan._payoff_lines(on):
                    if line.get("savings_id"):
                        refund = self._refund_line(0)
                        line.update({name: refund[name] for name in ("savings_id", "account_id", "unit_id")})
                    lines.append(line)
                paid_off |= loan
            elif units:
                lines += loan._payment_lines(units, on, ahead=True)
        return lines, paid_off

    def _kept_line(self, units):
        company = self.company_id
        return {
            "partner_id": self.member_id.partner_id.id,
            "member_id": self.member_id.id,
            "account_id": company._koperasi_setting("koperasi_exit_fee_account_id").id,
            "unit_id": company._koperasi_setting("koperasi_savings_unit_id").id,
            "component": "settlement",
            "amount": company._from_units(units),
            "name": self.env._("Administration of an exit"),
        }

    # === SHE OR HER HEIRS ARE PAID === #

    def _heir_amount(self, heir):
        """The heir's part (Monetary) of all that is paid out, by the shares: largest remainder (docs/domain.md 5.7)."""
        self.ensure_one()
        heirs = self.member_id.heir_ids.filtered("share")
        company = self.company_id
        weights = [Fraction(str(round(each.share, 2))) for each in heirs]
        weights.append(100 - sum(weights))  # of what no share names
        parts = apportion(company._to_units(self.amount_payout), weights)
        return company._from_units(dict(zip(heirs.ids, parts))[heir.id])

    def _pay(self, amount, journal, session=None, heir=None, key=None):
        """Pay `amount` (Monetary, > 0) of what is left to her, or to an heir; returns the voucher (BKK).

        :param journal: cash box or bank it is paid from; a cash box needs its open `session`
        :param heir: koperasi.member.heir who is paid, of a member who died
        """
        self.ensure_one()
        company, posting = self.company_id, self.env["koperasi.posting"]
        content = ["exit.pay", self.id, company._to_units(amount), journal.id, heir.id if heir else False]
        if replay := posting._replay(company, key, content):
            return replay
        self._check_can_pay(journal, heir)
        self.sudo()._claim()
        refund = self.sudo().refund_id
        return posting._post(
            company,
            session.date if session else fields.Date.context_today(self),
            [refund._line("settlement", -refund._positive(amount))],
            tenders=[(journal, -amount)],
            session=session,
            origin=self,
            key=key,
            content=content,
            label=self.env._("Refund of savings, %s", self.member_id.number),
            party=heir.name if heir else None,
        )

    def _check_can_pay(self, journal, heir):
        self.company_id._koperasi_check_role(*(("bendahara",) if journal.type == "bank" else ("petugas", "bendahara")))
        self._check_state("settled")
        self._check_not_her_own()
        self.company_id._koperasi_check_second_person(self, self.approved_by_id)
        if self.kind != "deceased":
            return
        if not heir or heir.member_id != self.member_id:
            raise UserError(self.env._("Choose the heir of %s who is paid.", self.member_id.display_name))
        if not self.heir_letter:
            raise UserError(self.env._("Attach the letter of heirs, signed by RT, RW and lurah, before anybody is paid."))

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
        if self.amount_left != self.amount_payout:
            raise UserError(self.env._("%s has been paid already: correct the payment first.", self.member_id.display_name))
        moved = self.sudo().settlement_id.line_ids.savings_id
        closed = self.member_id.sudo().savings_ids.filtered(
            lambda account: account.state == "closed" and (account in moved or account.savings_class in CAPITAL)
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

    def _payments(self):
        """The vouchers that count, for the printed settlement."""
        return self.env["koperasi.transaction"].search(
            [
                ("origin", "=", f"{self._name},{self.id}"),
                ("kind", "=", "payment"),
                ("is_reversed", "=", False),
                ("reversal_of_id", "=", False),
            ],
            order="id",
        )

    def _paper_number(self):
        """The number she left under; a candidate has her own still."""
        return self.sudo().member_id.period_ids.filtered(lambda period: period.exit_id == self).number or (
            self.member_id.number
        )

    def _paper_rights(self):
        """:return: [(account, Monetary)] by product, as on paper"""
        self.ensure_one()
        rights = self.sudo()._rights().items()
        return [
            (f"{account.product_id.name} {account.number}", self.company_id._from_units(units))
            for account, units in sorted(rights, key=lambda right: (right[0].product_id.sequence, right[0].id))
        ]

    def _paper_debts(self):
        """:return: [(loan, Monetary)], what was or would be taken off for each"""
        self.ensure_one()
        leaving, company = self.sudo(), self.company_id
        if leaving.state == "settled":
            loans = leaving._covered_lines().grouped("loan_id")
            return [(loan.number, sum(lines.mapped("amount"))) for loan, lines in loans.items()]
        debts = leaving._debts()
        return [
            (loan.number, company._from_units(units)) for loan, units in zip(debts, leaving._quote(debts).covered) if units
        ]
