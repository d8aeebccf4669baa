from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import date_utils

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
    _inherit = ["koperasi.guarded", "koperasi.claimable", "mail.thread", "mail.activity.mixin"]
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
            obstacles = period.sudo()._closing_obstacles() if period._waits_for_closing() else ()
            period.closing_obstacles = "\n".join(obstacles)

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
        names = self._typed(vals)
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
