from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import date_utils, format_date

# Each is worked out by `_left_<code>`.
CHECKS = [
    ("sessions", "Cash sessions are closed"),
    ("handovers", "Cash handed over has been received"),
    ("corrections", "Corrections are decided on"),
    ("interest", "Savings interest is booked"),
    ("bank", "Bank is agreed on"),
    ("accrual", "Service fee that is earned is booked"),
    ("allowance", "The allowance for losses of loans is booked"),
    ("books", "Subsidiary ledger = general ledger, and units balance"),
]


class KoperasiMonth(models.Model):
    """The end of a month (Tutup bulan, docs/domain.md 8.2): what is left to do, the report to the supervisor, the lock.

    The lock is Odoo's soft lock date. The last month of a year is locked with the year, whose closing entry it holds.
    """

    _name = "koperasi.month"
    _description = "Month End"
    _inherit = ["koperasi.guarded", "mail.thread"]
    _order = "date_from desc"

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="restrict", index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        "Month", required=True, default=lambda self: self._default_date_from(), help="Any day of the month."
    )
    date_to = fields.Date("Last Day", compute="_compute_date_to", store=True)
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    check_ids = fields.One2many("koperasi.month.check", "month_id", "Checks", readonly=True, copy=False)
    progress = fields.Float("Done", compute="_compute_progress")
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    closed_on = fields.Datetime(readonly=True, copy=False)

    _once = models.UniqueIndex("(company_id, date_from)", "This month is in the list already.")

    @api.model
    def _default_date_from(self):
        """The last full month."""
        return date_utils.start_of(fields.Date.subtract(fields.Date.context_today(self), months=1), "month")

    @api.depends("date_from")
    def _compute_date_to(self):
        for month in self:
            month.date_to = month.date_from and date_utils.end_of(month.date_from, "month")

    @api.depends("date_from")
    def _compute_display_name(self):
        for month in self:
            month.display_name = format_date(self.env, month.date_from, date_format="MMMM yyyy")

    @api.depends("check_ids.left")
    def _compute_progress(self):
        for month in self:
            checks = month.check_ids
            month.progress = 100 * len(checks.filtered(lambda check: not check.left)) / len(checks) if checks else 0

    @api.model_create_multi
    def create(self, vals_list):
        months = super().create(
            [
                {
                    **vals,
                    "date_from": date_utils.start_of(
                        fields.Date.to_date(vals.get("date_from")) or self._default_date_from(), "month"
                    ),
                    "state": "open",
                    "closed_by_id": False,
                    "closed_on": False,
                }
                for vals in vals_list
            ]
        )
        for month in months:
            month.company_id._koperasi_check_role("bendahara")
            month._refresh()
        return months

    def write(self, vals):
        if self._typed(vals):
            raise UserError(self.env._("A month changes by its checks and its closing only."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        if any(month.state == "closed" for month in self):
            raise UserError(self.env._("A closed month is kept. The chair may open it again."))

    # === CHECKS === #

    def _refresh(self):
        """Count anew what is left to do."""
        self.ensure_one()
        self.sudo()._set(
            check_ids=[Command.clear()]
            + [
                Command.create({"code": code, "left": self._left(code)[0]})
                for code, _label in CHECKS
                if self._is_asked(code)
            ]
        )

    def _is_asked(self, code):
        """Whether this check is one of this cooperative's."""
        return True

    def _left(self, code):
        """:return: (how many are left to do, the action that shows them)"""
        self.ensure_one()
        return getattr(self, f"_left_{code}")()

    def _left_in(self, model, domain, title):
        domain = [("company_id", "=", self.company_id.id), *domain]
        return self.env[model].sudo().search_count(domain), self._window(model, domain, title)

    def _window(self, model, domain, title, **more):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "view_mode": "list,form",
            "domain": domain,
            **more,
        }

    def _left_sessions(self):
        title = self.env._("Cash Sessions")
        return self._left_in("koperasi.cash.session", [("state", "=", "open"), ("date", "<=", self.date_to)], title)

    def _left_handovers(self):
        title = self.env._("Hand-overs of Cash")
        domain = [("state", "=", "sent"), ("out_id.date", "<=", self.date_to), ("out_id.is_reversed", "=", False)]
        return self._left_in("koperasi.cash.handover", domain, title)

    def _left_corrections(self):
        title = self.env._("Corrections")
        domain = [("state", "=", "requested"), ("transaction_id.date", "<=", self.date_to)]
        return self._left_in("koperasi.correction", domain, title)

    def _left_interest(self):
        """Products that bear interest in this month, without a run that is done."""
        company = self.company_id
        products = self.env["koperasi.savings.product"].sudo().search([("company_id", "=", company.id)])
        bearing = products._credited_monthly(self.date_to)
        runs = [("company_id", "=", company.id), ("kind", "=", "interest"), ("date_from", "=", self.date_from)]
        done = self.env["koperasi.run"]._credited_products(company, self.date_from)
        context = {"default_date_from": fields.Date.to_string(self.date_from)}
        title = self.env._("Savings Interest")
        return len(bearing - done), self._window("koperasi.run", runs, title, context=context)

    def _left_bank(self):
        """Banks that moved, without an agreed statement through the month's end; of those reconciled in Odoo, lines."""
        company = self.company_id
        left = self.env["account.journal"].union(*company._koperasi_bank_left(self.date_to))
        lines, show_lines = self._left_in(
            "account.bank.statement.line",
            [
                ("journal_id", "in", company._koperasi_banks("odoo").ids),
                ("is_reconciled", "=", False),
                ("date", "<=", self.date_to),
            ],
            self.env._("Lines to Reconcile"),
        )
        if lines and not left:
            return lines, {**show_lines, "view_mode": "list"}
        domain = [("journal_id", "in", left.ids)]
        context = {"default_journal_id": left[:1].id}
        title = self.env._("Bank Statements")
        return len(left) + lines, self._window("koperasi.bank.statement", domain, title, context=context)

    def _left_books(self):
        title = self.env._("Faults Between the Books")
        domain = [("company_id", "=", self.company_id.id), ("date", "<=", self.date_to)]
        faults = self.company_id._koperasi_control_faults(self.date_to)
        return len(faults), self._window("koperasi.control.fault", domain, title, view_mode="list")

    # === ACTIONS === #

    def action_check(self):
        self.ensure_one()
        self.company_id._koperasi_check_role("bendahara", "ketua", "pengawas")
        if self.state == "open":
            self._refresh()

    def _check_can_settle(self):
        """:raise UserError: unless the month is over and still open"""
        if self.state == "closed":
            raise UserError(self.env._("%s is closed already.", self.display_name))
        if self.date_to >= fields.Date.context_today(self):
            raise UserError(self.env._("%s is not over yet.", self.display_name))

    def action_close(self):
        """Nothing is left to do: nothing may be dated into this month any more."""
        self.ensure_one()
        company = self.company_id
        company._koperasi_check_role("bendahara")
        company.sudo()._claim()
        self._check_can_settle()
        self._refresh()
        left = self.check_ids.filtered("left")
        if left:
            labels = dict(left._fields["code"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(month)s can't be closed yet: %(left)s.",
                    month=self.display_name,
                    left="; ".join(f"{labels[check.code]} ({check.left})" for check in left),
                )
            )
        self.sudo()._set(state="closed", closed_by_id=self.env.uid, closed_on=fields.Datetime.now())
        if not self._ends_year() and (company.fiscalyear_lock_date or self.date_from) < self.date_to:
            company.sudo().fiscalyear_lock_date = self.date_to

    def action_reopen(self):
        """For the chair: something of this month has to be put right. It is logged."""
        self.ensure_one()
        company = self.company_id
        company._koperasi_check_role("ketua")
        if self.state != "closed":
            raise UserError(self.env._("%s is open.", self.display_name))
        later = self.search(
            [("company_id", "=", company.id), ("state", "=", "closed"), ("date_from", ">", self.date_from)], limit=1
        )
        if later or (company.fiscalyear_lock_date or self.date_to) > self.date_to:
            raise UserError(self.env._("A later month or year is closed: %s stays closed.", self.display_name))
        if company.fiscalyear_lock_date == self.date_to:
            company.sudo().fiscalyear_lock_date = fields.Date.subtract(self.date_from, days=1)
        self.sudo()._set(state="open", closed_by_id=False, closed_on=False)
        self.env["koperasi.audit.log"]._log(self, "month_reopened", self.display_name)
        self._refresh()

    def _ends_year(self):
        self.ensure_one()
        return self.company_id.sudo().compute_fiscalyear_dates(self.date_to)["date_to"] == self.date_to

    def action_print(self):
        return self.env.ref("koperasi_simpan_pinjam.action_report_month").report_action(self)

    # === THE REPORT TO THE SUPERVISOR === #

    def _report_sections(self):
        """Money, savings, loans and exceptions at the end of the month.

        :return: [(title, [(label, Monetary)], whether the rows have a total)]
        """
        self.ensure_one()
        past = self.with_context(koperasi_as_of=self.date_to)
        own = [("company_id", "=", self.company_id.id)]
        cash = past.env["koperasi.cash.report"].search(own)
        savings = past.env["koperasi.balance.report"]._read_group(own, ["product_id"], ["balance:sum"])
        loans = past.env["koperasi.loan"].search([*own, ("outstanding", ">", 0)])
        late = loans.filtered("days_late")
        return [
            (self.env._("Cash and Bank"), [(row.name, row.balance) for row in cash if row.balance], True),
            (
                self.env._("Savings and Money Held"),
                [(product.name, amount) for product, amount in savings if amount],
                True,
            ),
            (
                self.env._("Loans"),
                [
                    (self.env._("Principal left (%s loans)", len(loans)), sum(loans.mapped("outstanding"))),
                    (self.env._("Of these late (%s loans)", len(late)), sum(late.mapped("outstanding"))),
                    (self.env._("Installments in arrears"), sum(late.mapped("arrears"))),
                ],
                False,
            ),
        ]

    def _report_exceptions(self):
        """:return: koperasi.exception of this month"""
        self.ensure_one()
        return self.env["koperasi.exception"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("date", ">=", self.date_from),
                ("date", "<=", self.date_to),
            ],
            order="date, id",
        )


class KoperasiMonthCheck(models.Model):
    _name = "koperasi.month.check"
    _description = "Check at the Month's End"
    _order = "id"

    month_id = fields.Many2one("koperasi.month", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="month_id.company_id", store=True, precompute=True)
    code = fields.Selection(CHECKS, "Check", required=True, readonly=True)
    left = fields.Integer("Left to Do", readonly=True)
    state = fields.Selection([("done", "Done"), ("left", "To Do")], compute="_compute_state")

    @api.depends("left")
    def _compute_state(self):
        for check in self:
            check.state = "left" if check.left else "done"

    def action_cure(self):
        """Show what is left to do."""
        self.ensure_one()
        return self.month_id._left(self.code)[1]
