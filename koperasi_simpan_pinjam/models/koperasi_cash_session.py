from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .exceptions import SecondPersonNeeded
from .koperasi_payout_request import PAYOUT_ROLES


class KoperasiCashSession(models.Model):
    """One teller's day at one cash box: opened, worked in, counted, closed."""

    _name = "koperasi.cash.session"
    _description = "Cash Session"
    _inherit = ["koperasi.guarded", "koperasi.claimable", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="restrict", index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    box_id = fields.Many2one(
        "koperasi.cash.box",
        "Cash Box",
        required=True,
        ondelete="restrict",
        check_company=True,
        index=True,
        default=lambda self: self._default_box_id(),
    )
    journal_id = fields.Many2one(related="box_id.journal_id")
    user_id = fields.Many2one(
        "res.users", "Teller", required=True, readonly=True, ondelete="restrict", default=lambda self: self.env.user
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")], default="open", required=True, readonly=True, copy=False
    )
    transaction_ids = fields.One2many("koperasi.transaction", "session_id", "Transactions")
    opening_amount = fields.Monetary("Cash at Opening", readonly=True, copy=False)
    amount_in = fields.Monetary("Received", compute="_compute_amounts")
    amount_out = fields.Monetary("Paid Out", compute="_compute_amounts")
    expected_amount = fields.Monetary("Should Be in the Box", compute="_compute_amounts")
    above_cap = fields.Boolean(compute="_compute_above_cap")
    counted_amount = fields.Monetary("Counted", readonly=True, copy=False)
    difference = fields.Monetary("Over or Short", readonly=True, copy=False)
    closed_on = fields.Datetime(readonly=True, copy=False)
    count_ids = fields.One2many("koperasi.cash.count", "session_id", "Notes and Coins", readonly=True, copy=False)
    may_close = fields.Boolean(compute="_compute_may_close")
    is_forgotten = fields.Boolean(compute="_compute_may_close")

    _one_open = models.UniqueIndex(
        "(box_id, date) WHERE state = 'open'",
        "There is an open session on this cash box for that day.",
    )

    @api.model
    def _default_box_id(self):
        """The box the person used last, else the first one."""
        last = self.search([("user_id", "=", self.env.uid), ("company_id", "=", self.env.company.id)], limit=1)
        return last.box_id or self.env["koperasi.cash.box"].search([("company_id", "=", self.env.company.id)], limit=1)

    @api.depends("box_id.name", "date", "user_id")
    def _compute_display_name(self):
        for session in self:
            session.display_name = (
                f"{session.box_id.name} {format_date(self.env, session.date)}, {session.user_id.name}"
            )

    @api.depends("transaction_ids")
    def _compute_amounts(self):
        tenders = self.env["koperasi.transaction.tender"].sudo()
        for session in self:
            domain = [
                ("transaction_id.session_id", "=", session.id),
                ("journal_id", "=", session.box_id.sudo().journal_id.id),
            ]
            [[received]] = tenders._read_group([*domain, ("amount", ">", 0)], aggregates=["amount:sum"])
            [[paid]] = tenders._read_group([*domain, ("amount", "<", 0)], aggregates=["amount:sum"])
            session.amount_in = received or 0
            session.amount_out = -(paid or 0)
            session.expected_amount = session.company_id._from_units(session.box_id._balance_units(session.date))

    @api.depends("expected_amount", "box_id.cash_cap")
    def _compute_above_cap(self):
        for session in self:
            cap = session.box_id.cash_cap
            session.above_cap = session.state == "open" and bool(cap) and session.expected_amount > cap

    @api.depends("state", "user_id", "date")
    @api.depends_context("uid")
    def _compute_may_close(self):
        """For the screen: the button is there for who may press it, and a forgotten session is red."""
        today = fields.Date.context_today(self)
        own = self.env.user._koperasi_companies("bendahara")  # once: a list asks for many sessions
        for session in self:
            is_open = session.state == "open"
            session.is_forgotten = is_open and session.date < today
            session.may_close = is_open and (session.user_id == self.env.user or session.company_id in own)

    @api.model_create_multi
    def create(self, vals_list):
        """Opening a session: by teller or treasurer, for today or a forgotten day that is still open."""
        sessions = super().create(
            [
                {
                    **vals,
                    "user_id": self.env.uid,
                    "state": "open",
                    "opening_amount": 0,
                    "counted_amount": 0,
                    "difference": 0,
                    "closed_on": False,
                }
                for vals in vals_list
            ]
        )
        for session in sessions:
            session._check_can_open()
            session._set(opening_amount=session.expected_amount)
        return sessions

    def write(self, vals):
        if self._typed(vals):
            raise UserError(self.env._("A cash session changes by opening, transactions and closing only."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("A cash session is never deleted. Close it with its count."))

    def _check_can_open(self):
        self.ensure_one()
        self.company_id._koperasi_check_role("petugas", "bendahara")
        if self.date > fields.Date.context_today(self):
            raise UserError(self.env._("%s has not come yet.", format_date(self.env, self.date)))
        self.company_id._koperasi_check_open(self.date)
        later = self.search(
            [
                ("box_id", "=", self.box_id.id),
                ("state", "=", "closed"),
                ("date", ">", self.date),
            ],
            order="date desc",
            limit=1,
        )
        if later:
            raise UserError(
                self.env._(
                    "%(box)s is closed up to %(date)s. Open a session for a later day.",
                    box=self.box_id.name,
                    date=format_date(self.env, later.date),
                )
            )

    @api.model
    def _current(self, company):
        """The person's open session of today, or the latest one she left open; empty when there is none."""
        return self.search(
            [
                ("company_id", "=", company.id),
                ("user_id", "=", self.env.uid),
                ("state", "=", "open"),
            ],
            order="date desc",
            limit=1,
        )

    # === RULES, asked by the posting === #

    def _check_usable(self, date, journals):
        """:raise UserError: unless cash of `journals` may move in this session on `date`"""
        self.ensure_one()
        if self.state != "open":
            raise UserError(self.env._("%s is closed. Open a new session.", self.display_name))
        if self.date != date:
            raise UserError(self.env._("Cash of this session is dated %s.", format_date(self.env, self.date)))
        if any(journal != self.journal_id for journal in journals):
            raise UserError(self.env._("This session is for %s only.", self.box_id.name))

    def _claim_box(self):
        """Claim the box by its open sessions: its cash is counted, or paid out, by one person at a time."""
        self.ensure_one()
        (self | self.sudo().search([("box_id", "=", self.box_id.id), ("state", "=", "open")]))._claim()

    def _check_payout(self, units, *, limited):
        """Refuse a payout that the box, claimed by the caller, doesn't hold or that the teller may not make.

        :param units: money units going out, > 0
        :param limited: whether the teller's limit counts
        """
        self.ensure_one()
        company = self.company_id
        held = self.box_id._balance_units()
        if units > held:
            raise UserError(
                self.env._(
                    "%(box)s holds %(held)s only. Bring cash to the counter, or pay less than %(amount)s.",
                    box=self.box_id.name,
                    held=company._koperasi_format(held),
                    amount=company._koperasi_format(units),
                )
            )
        if limited and self._is_above_limit(units):
            raise SecondPersonNeeded(
                self.env._(
                    "%(teller)s may pay out %(limit)s in a session and has paid %(paid)s. Ask the treasurer or the "
                    "chair.",
                    teller=self.user_id.name,
                    limit=company._koperasi_amount(company.koperasi_payout_limit),
                    paid=company._koperasi_amount(self.amount_out),
                ),
                PAYOUT_ROLES,
            )

    def _is_above_limit(self, units):
        """Whether paying `units` more is beyond what this teller may pay out in a session; a treasurer has no limit."""
        company = self.company_id
        limit = company._to_units(company.koperasi_payout_limit)
        paid = company._to_units(self.amount_out)
        return bool(limit) and paid + units > limit and not self.user_id._koperasi_has_role(company, "bendahara")

    def _count_rows(self):
        """The sums of its closing, as on paper.

        :return: [(label, Monetary, whether it is a result)]
        """
        self.ensure_one()
        labels = {name: self._fields[name]._description_string(self.env) for name in self._fields}
        # The difference was posted in this session, as money in or out: on paper it stands by itself.
        over, booked = self.difference, self.counted_amount - self.difference
        received, paid = self.amount_in - max(over, 0), self.amount_out - max(-over, 0)
        rows = [
            ("opening_amount", booked - received + paid, False),
            ("amount_in", received, False),
            ("amount_out", -paid, False),
            ("expected_amount", booked, True),
            ("counted_amount", self.counted_amount, True),
            ("difference", over, True),
        ]
        return [(labels[name], amount, strong) for name, amount, strong in rows]

    # === ACTIONS === #

    def action_close(self):
        """Ask for the count."""
        self.ensure_one()
        self._check_can_close()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Count and Close"),
            "res_model": "koperasi.cash.close",
            "view_mode": "form",
            "target": "new",
            "context": {"default_session_id": self.id},
        }

    def action_print_count(self):
        self.ensure_one()
        return self.env.ref("koperasi_simpan_pinjam.action_report_cash_count").report_action(self)

    def action_transactions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "koperasi.transaction",
            "view_mode": "list,form",
            "domain": [("session_id", "=", self.id)],
        }

    def _check_can_close(self):
        self.ensure_one()
        self.company_id._koperasi_check_role("petugas", "bendahara")
        if self.user_id != self.env.user:
            self.company_id._koperasi_check_role("bendahara")
        if self.state != "open":
            raise UserError(self.env._("%s is closed already.", self.display_name))

    def _do_close(self, counted, counts=None):
        """Close with what was counted: a difference is posted as cash over or short, never hidden.

        :param counted: Monetary
        :param counts: {denomination in money units: pieces}, which sum to `counted`; None when only the sum is known
        """
        self.ensure_one()
        self.sudo()._claim_box()
        self._check_can_close()
        company = self.company_id
        counted_units = company._to_units(counted)
        if counted_units < 0:
            raise UserError(self.env._("Cash can't be counted below zero."))
        if counts and sum(value * pieces for value, pieces in counts.items()) != counted_units:
            raise UserError(self.env._("The notes and coins don't sum to what was counted. Count again."))
        difference = counted_units - company._to_units(self.expected_amount)
        if difference:
            setting = "koperasi_cash_over_account_id" if difference > 0 else "koperasi_cash_short_account_id"
            amount = company._from_units(difference)
            self.env["koperasi.posting"]._post(
                company,
                self.date,
                [
                    {
                        "account_id": company._koperasi_setting(setting).id,
                        "unit_id": company._koperasi_setting("koperasi_general_unit_id").id,
                        "component": "cash_difference",
                        "amount": amount,
                    }
                ],
                tenders=[(self.sudo().journal_id, amount)],
                session=self,
                origin=self,
                label=self.env._("Cash over or short"),
            )
        self.sudo()._set(
            state="closed",
            counted_amount=counted,
            difference=company._from_units(difference),
            closed_on=fields.Datetime.now(),
        )
        self.env["koperasi.cash.count"].sudo()._append(
            [
                {"session_id": self.id, "company_id": company.id, "denomination": value, "quantity": pieces}
                for value, pieces in (counts or {}).items()
            ]
        )
