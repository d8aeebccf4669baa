from collections import defaultdict
from math import floor

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, date_utils, format_date

from odoo.addons.koperasi_simpan_pinjam.kernel.money import apportion, floor_shares

from ..kernel.allocation import pools, split_surplus
from .account_account import BUSINESS_OF_TYPE, DIRECT

STATES = [
    ("draft", "Draft"),
    ("computed", "Computed"),
    ("reviewed", "Examined by the Supervisors"),
    ("proposed", "Proposed to the RAT"),
    ("decided", "Decided by the RAT"),
    ("posted", "Posted"),
    ("distributed", "Distributed"),
    ("done", "Done"),
]
TERMS = {"company_id", "date_from", "date_to", "policy_id"}
DECISION = {"decision_date", "decision_number", "attendance"}
FIGURES = (
    "member_gross",
    "other_gross",
    "shared_costs",
    "surplus_member",
    "surplus_other",
    "surplus",
    "fraction",
    "balance_sum",
    "volume",
)


class KoperasiShuPeriod(models.Model):
    """A year's end: closing, allocation of the surplus, decision of the RAT, distribution (docs/domain.md 3.7).

    It reads the books and the member ledger, the kernel allocates, the ledger posts. Before the RAT has decided
    nothing is posted but the closing.
    """

    _name = "koperasi.shu.period"
    _description = "SHU of a Year"
    _inherit = ["koperasi.claimable", "mail.thread", "mail.activity.mixin"]
    _order = "date_to desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.company,
        domain=[("is_koperasi", "=", True)],
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date("From", required=True, default=lambda self: self._default_date_from())
    date_to = fields.Date("To", required=True, default=lambda self: self._default_date_to())
    policy_id = fields.Many2one(
        "koperasi.shu.policy",
        required=True,
        ondelete="restrict",
        check_company=True,
        compute="_compute_policy_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    state = fields.Selection(
        STATES, default="draft", required=True, readonly=True, copy=False, tracking=True, index=True
    )

    closing_id = fields.Many2one(
        "koperasi.transaction", "Closing Entry", readonly=True, copy=False, ondelete="restrict"
    )
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    lock_before = fields.Date(readonly=True, copy=False, help="The books were locked up to this day before.")
    closing_obstacles = fields.Text("Before the Year Can Be Closed", compute="_compute_closing_obstacles")

    member_gross = fields.Monetary("Gross Result from Members", readonly=True, copy=False)
    other_gross = fields.Monetary("Gross Result from Non-members", readonly=True, copy=False)
    shared_costs = fields.Monetary(
        readonly=True, copy=False, help="Costs that belong to neither, less other income; carried in proportion."
    )
    surplus_member = fields.Monetary("Surplus from Members", readonly=True, copy=False)
    surplus_other = fields.Monetary("Surplus from Non-members", readonly=True, copy=False)
    surplus = fields.Monetary("SHU", readonly=True, copy=False)
    fraction = fields.Float(
        "Fraction Left",
        readonly=True,
        copy=False,
        digits=(16, 2),
        help="What the books' result has beyond whole money; it stays undistributed.",
    )
    balance_sum = fields.Monetary("Savings of All Members", readonly=True, copy=False)
    volume = fields.Monetary("Business Volume of All Members", readonly=True, copy=False)
    notes = fields.Text("What the Members Should Know", readonly=True, copy=False)
    pool_ids = fields.One2many("koperasi.shu.pool", "period_id", "Pools", readonly=True)
    share_ids = fields.One2many("koperasi.shu.share", "period_id", "Shares", readonly=True)
    share_count = fields.Integer("Members", compute="_compute_share_count")

    computed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    reviewed_by_id = fields.Many2one("res.users", "Examined By", readonly=True, copy=False, ondelete="restrict")
    reviewed_on = fields.Date("Examined On", readonly=True, copy=False)
    proposed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    decision_date = fields.Date("RAT Held On", copy=False, tracking=True)
    decision_number = fields.Char("Number of the Decision", copy=False, tracking=True)
    attendance = fields.Integer("Members Present", copy=False, tracking=True)
    decided_by_id = fields.Many2one("res.users", "Recorded By", readonly=True, copy=False, ondelete="restrict")
    run_id = fields.Many2one("koperasi.run", "Posting Run", readonly=True, copy=False, ondelete="restrict")
    run_state = fields.Selection(related="run_id.state", string="Posting")
    date_booked = fields.Date("Booked On", readonly=True, copy=False)
    cover_id = fields.Many2one(
        "koperasi.transaction", "Loss Covered By", readonly=True, copy=False, ondelete="restrict"
    )

    _year = models.UniqueIndex("(company_id, date_to)", "This year has its SHU already: open that one.")

    # === DEFAULTS AND COMPUTES === #

    @api.model
    def _default_date_from(self):
        return date_utils.start_of(fields.Date.subtract(fields.Date.context_today(self), years=1), "year")

    @api.model
    def _default_date_to(self):
        return date_utils.end_of(self._default_date_from(), "year")

    @api.depends("company_id")
    def _compute_policy_id(self):
        for period in self:
            if period.policy_id.company_id != period.company_id:
                period.policy_id = self.env["koperasi.shu.policy"].search(
                    [("company_id", "=", period.company_id.id)], limit=1
                )

    @api.depends("date_to")
    def _compute_display_name(self):
        for period in self:
            period.display_name = f"SHU {period.date_to.year if period.date_to else ''}"

    @api.depends_context("uid")
    @api.depends("state", "closed_by_id", "date_to", "company_id")
    def _compute_closing_obstacles(self):
        for period in self:
            waits = not period.closed_by_id and period.company_id and period.date_to
            period.closing_obstacles = "\n".join(period.sudo()._closing_obstacles()) if waits else False

    @api.depends("share_ids")
    def _compute_share_count(self):
        counts = dict(
            self.env["koperasi.shu.share"]._read_group([("period_id", "in", self.ids)], ["period_id"], ["__count"])
        )
        for period in self:
            period.share_count = counts.get(period._origin, 0)

    @api.constrains("date_from", "date_to", "company_id")
    def _check_dates(self):
        for period in self:
            if period.date_from > period.date_to:
                raise ValidationError(self.env._("The year ends before it begins."))
            if self.search_count(
                [
                    ("company_id", "=", period.company_id.id),
                    ("id", "!=", period.id),
                    ("date_from", "<=", period.date_to),
                    ("date_to", ">=", period.date_from),
                ],
                limit=1,
            ):
                raise ValidationError(self.env._("%s overlaps another year of this cooperative.", period.display_name))

    # === CREATE, WRITE, UNLINK: by actions only === #

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
            [
                {
                    **{name: value for name, value in vals.items() if name in TERMS},
                    "state": "draft",
                    "closing_id": False,
                    "closed_by_id": False,
                    "run_id": False,
                }
                for vals in vals_list
            ]
        )

    def write(self, vals):
        names = {name for name in vals if not name.startswith(("message_", "activity_", "website_message_"))}
        for period in self:
            if names & TERMS and (period.state not in ("draft", "computed") or period.closed_by_id):
                raise UserError(
                    self.env._("%s is closed or under examination: its terms don't change.", period.display_name)
                )
            if names & DECISION and period.state != "proposed":
                raise UserError(
                    self.env._("The decision of the RAT is recorded once %s is proposed to it.", period.display_name)
                )
        if names - TERMS - DECISION:
            raise UserError(self.env._("The SHU of a year changes by its actions only."))
        if names & TERMS:
            self.filtered(lambda period: period.state == "computed").sudo()._discard()
        return super().write(vals)

    def _set(self, **vals):
        """Set guarded fields past `write`; private, so not callable by RPC."""
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        if any(period.state not in ("draft", "computed") or period.closed_by_id for period in self):
            raise UserError(self.env._("A year that was closed or examined is kept."))

    def _check_state(self, *states):
        self.ensure_one()
        if self.state not in states:
            label = dict(self._fields["state"]._description_selection(self.env))[self.state]
            raise UserError(
                self.env._(
                    "%(period)s is at “%(state)s”: this is not its next step.", period=self.display_name, state=label
                )
            )

    # === CLOSING (docs/domain.md 2.3, 3.10) === #

    def _closing_obstacles(self):
        """What must be done before the year can be closed; other addons add theirs to the company's.

        :return: texts that say what and where
        """
        self.ensure_one()
        company, until = self.company_id, ("date", "<=", self.date_to)
        own = ("company_id", "=", company.id)
        obstacles = []
        if self.date_to >= fields.Date.context_today(self):
            obstacles.append(self.env._("%s has not ended yet.", format_date(self.env, self.date_to)))
        obstacles += company._koperasi_closing_obstacles(self.date_to)
        for session in self.env["koperasi.cash.session"].search([own, until, ("state", "=", "open")]):
            obstacles.append(self.env._("Cash session still open: %s. Count and close it.", session.display_name))
        for move in self.env["account.move"].search([own, until, ("state", "=", "draft")]):
            obstacles.append(self.env._("Draft entry: %s. Post or delete it.", move.display_name))
        for run in self.env["koperasi.run"].search(
            [own, ("date_to", "<=", self.date_to), ("state", "in", ("queued", "running", "stopped", "reversing"))]
        ):
            obstacles.append(self.env._("Collective run not finished: %s.", run.display_name))
        [[interunit]] = self.env["account.move.line"]._read_group(
            [
                own,
                until,
                ("parent_state", "=", "posted"),
                ("account_id", "=", company._koperasi_setting("koperasi_interunit_account_id").id),
            ],
            aggregates=["balance:sum"],
        )
        if interunit:
            obstacles.append(
                self.env._("The account between units is not zero: %s.", company._koperasi_number(interunit))
            )
        return obstacles

    def action_close(self):
        for period in self:
            period._check_can_close()
            period._do_close()

    def _check_can_close(self):
        self.company_id._koperasi_check_role("bendahara")
        self._check_state("draft", "computed")
        self.sudo()._claim()
        if self.closed_by_id:
            raise UserError(self.env._("%s is closed already.", self.display_name))
        obstacles = self.sudo()._closing_obstacles()
        if obstacles:
            raise UserError(
                self.env._(
                    "%(period)s can't be closed yet:\n%(obstacles)s",
                    period=self.display_name,
                    obstacles="\n".join(obstacles),
                )
            )

    def _do_close(self):
        """One entry of the books' result, to the last decimal, from the year's own account to the undistributed SHU."""
        company = self.company_id
        undistributed = company._koperasi_setting("koperasi_shu_undistributed_account_id")
        unaffected = company.sudo().get_unaffected_earnings_account()
        results = {unit: units for unit, units in self._results().items() if units}
        closing = (
            self.env["koperasi.posting"]._post(
                company,
                self.date_to,
                [
                    {
                        "account_id": account.id,
                        "unit_id": unit,
                        "component": "shu",
                        "name": self.display_name,
                        "amount": float(sign * units * company._koperasi_money_unit()),
                    }
                    for unit, units in results.items()
                    for account, sign in ((unaffected, -1), (undistributed, 1))
                ],
                key=f"{self._name},{self.id},{self.version}",
                origin=self,
                closing=True,
                label=self.env._("Closing %s", self.date_to.year),
            )
            if results
            else self.env["koperasi.transaction"]
        )
        self.sudo()._set(
            closing_id=closing.id, closed_by_id=self.env.uid, lock_before=company.sudo().fiscalyear_lock_date
        )
        if not company.fiscalyear_lock_date or company.fiscalyear_lock_date < self.date_to:
            company.sudo().fiscalyear_lock_date = self.date_to
        if self.state == "computed":
            self._do_compute()

    def action_reopen(self):
        """Take the closing back, before the supervisors have examined the figures: by a second person."""
        for period in self:
            period.company_id._koperasi_check_role("ketua")
            period._check_state("draft", "computed")
            period.sudo()._claim()
            if not period.closed_by_id:
                raise UserError(self.env._("%s is not closed.", period.display_name))
            period.company_id._koperasi_check_second_person(period, period.closed_by_id)
            period._do_reopen()

    def _do_reopen(self):
        closing, company = self.closing_id, self.company_id.sudo()
        if company.fiscalyear_lock_date == self.date_to:
            company.fiscalyear_lock_date = self.lock_before
        self.sudo()._set(closing_id=False, closed_by_id=False, lock_before=False)
        if closing:
            self.env["koperasi.posting"]._reverse(
                closing,
                self.date_to,
                origin=self,
                closing=True,
                approver=self.env.user,
                reason=self.env._("%s reopened", self.display_name),
            )
        self.sudo()._discard()

    def action_lock_for_good(self):
        """The hard lock: nobody can ever date anything into the year again."""
        for period in self:
            period.company_id._koperasi_check_role("ketua")
            period._check_state("posted", "distributed", "done")
            if not period.company_id.hard_lock_date or period.company_id.hard_lock_date < period.date_to:
                period.company_id.sudo().hard_lock_date = period.date_to

    # === THE BOOKS === #

    def _books(self):
        """The year's income less costs, from posted entries; a credit is positive.

        :return: {(account id, unit id): money units, exact}
        """
        self.ensure_one()
        company = self.company_id
        self.env["account.move.line"].flush_model()
        plan = self.env.ref("koperasi_simpan_pinjam.unit_plan")
        units = set(plan.sudo().account_ids.ids)
        general = company._koperasi_setting("koperasi_general_unit_id").id
        sums = defaultdict(int)
        for account, distribution, balance in self.env.execute_query(
            SQL(
                """
            SELECT l.account_id, l.analytic_distribution, SUM(l.balance)
              FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id
             WHERE l.company_id = %s AND l.parent_state = 'posted' AND l.date BETWEEN %s AND %s
               AND a.account_type IN %s
             GROUP BY 1, 2
            """,
                company.id,
                self.date_from,
                self.date_to,
                tuple(BUSINESS_OF_TYPE),
            )
        ):
            named = {int(part) for key in distribution or {} for part in key.split(",")} & units
            unit = named.pop() if len(named) == 1 else general
            sums[account, unit] -= company._to_units(balance, whole=False)
        return sums

    def _results(self):
        """:return: {unit id: the year's result in money units, exact}"""
        results = defaultdict(int)
        for (_account, unit), units in self._books().items():
            results[unit] += units
        return results

    def _gross_results(self):
        """Where the result comes from (docs/domain.md 2.5), in whole money units.

        Shared income counts as a negative shared cost, so that it lightens what both carry.

        :return: (from members, from non-members, shared costs, fraction of a money unit left)
        """
        groups = defaultdict(int)
        accounts = self.env["account.account"].sudo()
        for (account, _unit), units in self._books().items():
            business = accounts.browse(account).koperasi_business
            groups[business if business in DIRECT else "shared"] += units
        total = sum(groups.values())
        member = floor(groups["member_income"] + groups["member_cost"])
        other = floor(groups["other_income"] + groups["other_cost"])
        return member, other, member + other - floor(total), total - floor(total)

    # === COMPUTING === #

    def action_compute(self):
        for period in self:
            period.company_id._koperasi_check_role("bendahara")
            period._check_state("draft", "computed")
            period._do_compute()

    def _do_compute(self):
        """Read books and ledger, let the kernel allocate, keep every base figure. Set-based: no query in a loop."""
        self.ensure_one()
        company, period = self.company_id, self.sudo()
        period.policy_id._check_complete()
        period._discard()
        member_gross, other_gross, shared, fraction = period._gross_results()
        member, other = split_surplus(member_gross, other_gross, shared)
        figures = {
            "member_gross": member_gross,
            "other_gross": other_gross,
            "shared_costs": shared,
            "surplus_member": member,
            "surplus_other": other,
            "surplus": member + other,
        }
        notes = []
        if min(member_gross, other_gross) < 0 < member + other and 0 in (member, other):
            notes.append(self.env._("The loss of one source was set off against the surplus of the other."))
        if member + other > 0:
            amounts = period._pool_amounts(member, other)
            balances, volumes = period._weights("capital"), period._weights("patronage")
            figures.update(balance_sum=sum(balances.values()), volume=sum(volumes.values()))
            parts, texts = period._make_pools(amounts, balances, volumes)
            period._make_shares(balances, volumes, parts)
            notes += texts
        else:
            notes.append(
                self.env._("There is no surplus: nothing is allocated. The RAT decides how a loss is covered.")
            )
        period._set(
            **{name: company._from_units(units) for name, units in figures.items()},
            fraction=float(fraction * company._koperasi_money_unit()),
            notes="\n".join(notes),
            state="computed",
            computed_by_id=self.env.uid,
        )

    def _discard(self):
        """Forget what was computed."""
        self.share_ids.unlink()
        self.pool_ids.unlink()
        self._set(**dict.fromkeys(FIGURES, 0), notes=False, state="draft", computed_by_id=False)

    def _pool_amounts(self, member, other):
        """:return: {koperasi.shu.policy.item: money units}"""
        amounts = {}
        for surplus, items in ((member, self.policy_id.member_item_ids), (other, self.policy_id.other_item_ids)):
            by_code = pools(surplus, items._items())
            amounts.update({item: by_code[item.code] for item in items})
        return amounts

    def _make_pools(self, amounts, balances, volumes):
        """Write the pools; divide those of the members.

        :param amounts: {policy item: money units}
        :param balances, volumes: {member id: money units}, in the order of the members' numbers
        :return: ({target: {member id: money units}}, notes for the members)
        """
        company, policy = self.company_id, self.policy_id
        parts = {"capital": defaultdict(int), "patronage": defaultdict(int)}
        notes, rows = [], []
        for item, amount in amounts.items():
            row = {
                "period_id": self.id,
                "table": item.table,
                "sequence": item.sequence,
                "code": item.code,
                "name": item.name,
                "percent": item.percent,
                "target": item.target,
                "account_id": item.account_id.id,
                "amount": company._from_units(amount),
            }
            if item.target in parts:
                weights = balances if item.target == "capital" else volumes
                shares = self._divide(amount, weights)
                for member, units in shares.items():
                    parts[item.target][member] += units
                account = policy._rest_account() if shares else policy._reserve_account()
                row.update(rest=company._from_units(amount - sum(shares.values())), rest_account_id=account.id)
                if amount and not shares:
                    notes.append(
                        self.env._(
                            "%(pool)s (%(amount)s) goes to %(account)s: no member has anything to share it by.",
                            pool=item.name,
                            amount=company._koperasi_format(amount),
                            account=account.name,
                        )
                    )
            rows.append(row)
        for row, pool in zip(rows, self.env["koperasi.shu.pool"].create(rows)):
            item = self.policy_id._item(row["table"], row["code"])
            for lang, _name in self.env["res.lang"].get_installed():
                pool.with_context(lang=lang).name = item.with_context(lang=lang).name
        return parts, notes

    def _divide(self, amount, weights):
        """:return: {member id: money units}; empty when nobody has a weight"""
        if not any(weights.values()):
            return {}
        rounding = int(self.policy_id.rounding)
        if rounding == 1:
            shares = apportion(amount, list(weights.values()))
        else:
            shares, _rest = floor_shares(amount, list(weights.values()), self.company_id._to_units(rounding))
        return dict(zip(weights, shares))

    def _make_shares(self, balances, volumes, parts):
        company = self.company_id
        members = self.env["koperasi.member"].browse({*balances, *volumes}).sorted("number")
        self.env["koperasi.shu.share"]._append(
            [
                {
                    "period_id": self.id,
                    "member_id": member,
                    "balance_sum": company._from_units(balances.get(member, 0)),
                    "volume": company._from_units(volumes.get(member, 0)),
                    "capital_amount": company._from_units(parts["capital"][member]),
                    "patronage_amount": company._from_units(parts["patronage"][member]),
                }
                for member in members.ids
            ]
        )

    def _weights(self, target):
        """:return: {member id: money units > 0}, in the order of the members' numbers: ties go to the earlier one"""
        company = self.company_id
        source = (
            self._balance_query()
            if target == "capital"
            else self.env["koperasi.member"]._patronage_query(self.date_from, self.date_to)
        )
        return {
            member: company._to_units(amount)
            for member, amount in self.env.execute_query(
                SQL(
                    """
                SELECT m.id, SUM(source.amount)
                  FROM (%s) source
                  JOIN koperasi_member m ON m.id = source.member_id
                 WHERE m.company_id = %s
                 GROUP BY m.id
                HAVING SUM(source.amount) > 0
                 ORDER BY m.number
                """,
                    source,
                    company.id,
                )
            )
        }

    def _balance_query(self):
        """Rows (member_id, amount): each movement of the savings that count, times the balances that it is part of.

        Their sum is what kernel.allocation.average_balance has before it divides: the sum of the month-end balances
        (of the days' balances, or the last one), hers by hers.
        """
        self.env["koperasi.transaction.line"].flush_model()
        self.env["koperasi.opening.figure"].flush_model()
        after = fields.Date.add(self.date_to, days=1)
        start = SQL("GREATEST(l.date, %s)", self.date_from)
        times = {
            "end": SQL("1"),
            "daily": SQL("(%s - %s)", after, start),
            "monthly": SQL(
                "((%s - EXTRACT(YEAR FROM %s)::int) * 12 + %s - EXTRACT(MONTH FROM %s)::int)",
                after.year,
                start,
                after.month,
                start,
            ),
        }[self.policy_id.balance_method]
        return SQL(
            """
            SELECT a.member_id, l.amount * %s AS amount
              FROM koperasi_transaction_line l
              JOIN koperasi_savings_account a ON a.id = l.savings_id
             WHERE a.product_id IN %s AND l.date <= %s
             UNION ALL
            SELECT f.member_id, f.amount * %s AS amount
              FROM koperasi_opening_figure f
             WHERE f.kind = 'balance' AND f.date BETWEEN %s AND %s
            """,
            times,
            tuple(self.policy_id.product_ids.ids) or (0,),
            self.date_to,
            # month-ends of before the opening balances, from the old books
            {"end": SQL("0"), "daily": SQL("f.days"), "monthly": SQL("1")}[self.policy_id.balance_method],
            self.date_from,
            self.date_to,
        )

    def _pool(self, target):
        return self.pool_ids.filtered(lambda pool: pool.target == target)

    # === EXAMINED, PROPOSED, DECIDED === #

    def action_review(self):
        """The signature of a supervisor under the figures."""
        for period in self:
            period.company_id._koperasi_check_role("pengawas")
            period._check_state("computed")
            period._check_current()
            period.sudo()._set(
                state="reviewed", reviewed_by_id=self.env.uid, reviewed_on=fields.Date.context_today(period)
            )

    def action_propose(self):
        for period in self:
            period.company_id._koperasi_check_role("ketua")
            period._check_state("reviewed")
            period.company_id._koperasi_check_second_person(period, period.reviewed_by_id)
            period.sudo()._set(state="proposed", proposed_by_id=self.env.uid)

    def action_back(self):
        """Back to draft with what was examined or proposed: the RAT or the supervisors ask for other figures."""
        for period in self:
            period.company_id._koperasi_check_role("ketua", "pengawas")
            period._check_state("reviewed", "proposed")
            period.sudo()._set(
                state="computed",
                reviewed_by_id=False,
                reviewed_on=False,
                proposed_by_id=False,
                decision_date=False,
                decision_number=False,
                attendance=0,
            )

    def action_decide(self):
        """Record that the RAT has decided: date, number of the decision and how many members were present."""
        for period in self:
            period.company_id._koperasi_check_role("ketua", "sekretaris")
            period._check_state("proposed")
            today = fields.Date.context_today(period)
            if not period.decision_date or not period.decision_number or period.attendance <= 0:
                raise UserError(
                    self.env._("Fill in when the RAT was held, the number of its decision and how many were present.")
                )
            if not period.date_to < period.decision_date <= today:
                raise UserError(
                    self.env._("The RAT of %s is held after that year, and not in the future.", period.date_to.year)
                )
            period.sudo()._set(state="decided", decided_by_id=self.env.uid)

    def _check_current(self):
        """:raise UserError: when the year is open, or the books say something else than what was computed"""
        if not self.closed_by_id:
            raise UserError(self.env._("Close %s first: its figures could still change.", self.date_to.year))
        company, period = self.company_id, self.sudo()
        figures = period._gross_results()
        kept = (period.member_gross, period.other_gross, period.shared_costs)
        if figures[:3] != tuple(company._to_units(amount) for amount in kept):
            raise UserError(self.env._("The books of %s have changed since: compute again.", self.date_to.year))

    # === POSTED (docs/domain.md 2.3) === #

    def action_post(self):
        """Queue the run that takes the SHU to reserve, funds and members, as the RAT decided."""
        for period in self:
            period._check_can_post()
            period._do_post()

    def _check_can_post(self):
        self.ensure_one()
        self.company_id._koperasi_check_role("bendahara")
        self._check_state("decided")
        self.sudo()._claim()
        if self.surplus <= 0:
            raise UserError(
                self.env._(
                    "%s is a loss: there is nothing to distribute. "
                    "Cover it from the reserve as far as the RAT decided; "
                    "the rest is carried forward.",
                    self.display_name,
                )
            )
        if self.run_id:
            raise UserError(self.env._("%s is being posted already.", self.display_name))
        self.company_id._koperasi_check_second_person(self, self.decided_by_id)
        self._check_current()
        self.company_id._koperasi_check_open(fields.Date.context_today(self))

    def _do_post(self):
        product = self.company_id._koperasi_setting("koperasi_shu_product_id")
        shares = self.sudo().share_ids.filtered("amount")
        shares._open_accounts(product)
        self.sudo()._set(date_booked=fields.Date.context_today(self))
        run = self.env["koperasi.run"].sudo()._start_of_period(self, "shu", product)
        self.sudo()._set(run_id=run.id)
        run.with_env(self.env).action_start()

    def _pool_lines(self):
        """What reserve and funds get, and the undistributed SHU gives for it; members' shares come in chunks.

        Each unit's own surplus pays first, so that units owe each other no more than they must. The chunks debit the
        unit of the members' accounts; this takes the rest of every unit, and the posting settles what is between them.
        """
        company = self.company_id
        product = company._koperasi_setting("koperasi_shu_product_id")
        due = defaultdict(int)
        for pool in self.pool_ids:
            account, amount = (pool.account_id, pool.amount) if pool.account_id else (pool.rest_account_id, pool.rest)
            due[account.id] += company._to_units(amount)
        available = {unit: floor(units) for unit, units in self._results().items()}
        home = product.unit_id.id
        available[home] = available.get(home, 0) + company._to_units(self.surplus) - sum(available.values())
        available[home] -= company._to_units(sum(self.share_ids.mapped("amount")))
        lines = [
            (company._koperasi_setting("koperasi_shu_undistributed_account_id").id, unit, -units)
            for unit, units in available.items()
        ]
        for account, units in due.items():
            for unit in list(available):
                part = min(units, max(available[unit], 0))
                lines.append((account, unit, part))
                available[unit] -= part
                units -= part
        return [
            {
                "account_id": account,
                "unit_id": unit,
                "component": "shu",
                "name": self.display_name,
                "amount": company._from_units(units),
            }
            for account, unit, units in lines
            if units
        ]

    def action_cover_loss(self):
        """Cover a loss from the reserve, as far as that reaches; the rest is carried forward (docs/domain.md 3.8)."""
        for period in self:
            company, today = period.company_id, fields.Date.context_today(period)
            company._koperasi_check_role("bendahara")
            period._check_state("decided")
            period.sudo()._claim()
            company._koperasi_check_second_person(period, period.decided_by_id)
            reserve = period.policy_id._reserve_account()
            [[balance]] = (
                self.env["account.move.line"]
                .sudo()
                ._read_group(
                    [("company_id", "=", company.id), ("account_id", "=", reserve.id), ("parent_state", "=", "posted")],
                    aggregates=["balance:sum"],
                )
            )
            units = min(-company._to_units(period.surplus), floor(-company._to_units(balance or 0, whole=False)))
            if units <= 0 or period.cover_id:
                raise UserError(self.env._("There is no loss left to cover, or nothing in the reserve."))
            undistributed = company._koperasi_setting("koperasi_shu_undistributed_account_id")
            general = company._koperasi_setting("koperasi_general_unit_id")
            period.sudo()._set(
                cover_id=self.env["koperasi.posting"]
                ._post(
                    company,
                    today,
                    [
                        {
                            "account_id": account.id,
                            "unit_id": general.id,
                            "component": "shu",
                            "name": period.display_name,
                            "amount": company._from_units(amount),
                        }
                        for account, amount in ((reserve, -units), (undistributed, units))
                    ],
                    origin=period,
                    label=self.env._("Loss of %s covered from the reserve", period.date_to.year),
                )
                .id,
                date_booked=today,
            )

    def action_to_savings(self):
        """Move the shares of all who want it to their voluntary savings, by a run."""
        for period in self:
            period.company_id._koperasi_check_role("bendahara")
            period._check_state("posted", "distributed")
            run = (
                self.env["koperasi.run"]
                .sudo()
                ._start_of_period(period, "shu_savings", period.company_id._koperasi_setting("koperasi_shu_product_id"))
            )
            run.with_env(self.env).action_start()

    def action_distributed(self):
        for period in self:
            period.company_id._koperasi_check_role("bendahara")
            period._check_state("posted")
            period.sudo()._set(state="distributed")

    def action_done(self):
        for period in self:
            period.company_id._koperasi_check_role("ketua")
            period._check_state(*(("distributed",) if period.surplus > 0 else ("decided",)))
            period.sudo()._set(state="done")

    def _after_run(self, run):
        """What a finished run changes here."""
        if run == self.run_id and run.state == "done":
            self._set(state="posted")
        elif run == self.run_id and run.state == "reversed":
            self._set(state="decided", run_id=False, date_booked=False)
        left = [("period_id", "=", self.id), ("savings_id.balance", ">", 0)]
        if self.state == "posted" and not self.env["koperasi.shu.share"].search_count(left, limit=1):
            self._set(state="distributed")

    # === WHAT ONE LOOKS AT === #

    def action_shares(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "koperasi.shu.share",
            "view_mode": "list,form,pivot,graph",
            "domain": [("period_id", "=", self.id)],
        }

    def action_closing(self):
        self.ensure_one()
        return self.closing_id._action_form()

    def action_run(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "koperasi.run",
            "res_id": self.run_id.id,
            "view_mode": "form",
        }

    def _action_statement(self, report):
        self.ensure_one()
        return (
            self.env["koperasi.statement"]
            .create(
                {
                    "company_id": self.company_id.id,
                    "date_from": self.date_from,
                    "date_to": self.date_to,
                    "report": report,
                }
            )
            .action_open()
        )

    def action_financial_position(self):
        return self._action_statement("position")

    def action_results(self):
        return self._action_statement("results")
