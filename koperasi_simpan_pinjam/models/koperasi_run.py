from collections import defaultdict

from psycopg2 import errors

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError, ValidationError
from odoo.tools import SQL, date_utils, format_date

from ..kernel.savings_interest import BalanceMethod, counted_from_next_day, stepped_interest
from .scheduled import ZONE

CHUNK = 2000  # accounts in one transaction and entry
RETRIES = 3
DAILY_KINDS = ("term", "standing", "kept", "fundraising", "disburse")  # their period is a day, over all products

# Of the company, by kind: what must be filled before a run starts.
SETTINGS = {
    "interest": ("koperasi_interest_expense_account_id", "koperasi_interest_tax_account_id"),
    "term": ("koperasi_term_interest_account_id", "koperasi_interest_tax_account_id"),
    "term_accrual": ("koperasi_term_interest_account_id", "koperasi_interest_accrued_account_id"),
    "standing": (),
    "kept": ("koperasi_kept_product_id",),
    "fundraising": (),
    "disburse": (),
}
CONFLICTS = (errors.SerializationFailure, errors.DeadlockDetected, errors.LockNotAvailable, ConcurrencyError)


class KoperasiRun(models.Model):
    """A collective run: one posting for many members, in chunks that are complete and committed one by one.

    A killed run leaves whole chunks and goes on where it stopped; each account is treated once, by the cursor and by
    a unique index behind it. The button queues; the scheduled action works.
    """

    _name = "koperasi.run"
    _description = "Collective Run"
    _inherit = [
        "koperasi.guarded",
        "koperasi.claimable",
        "koperasi.run.term",
        "koperasi.run.standing",
        "koperasi.run.kept",
        "koperasi.run.fundraising",
        "koperasi.run.disburse",
        "koperasi.run.rows",
        "koperasi.download",
        "mail.thread",
    ]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="restrict", index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [
            ("interest", "Savings Interest"),
            ("term", "Interest and Maturities"),
            ("term_accrual", "Accrued Term Interest"),
            ("standing", "Standing Instructions"),
            ("kept", "Kept for Installments"),
            ("fundraising", "Savings of Failed Campaigns"),
            ("disburse", "Disbursement of Loans"),
        ],
        required=True,
        default="interest",
    )
    product_id = fields.Many2one("koperasi.savings.product", ondelete="restrict", check_company=True)
    date_from = fields.Date(
        "Period",
        required=True,
        compute="_compute_date_from",
        store=True,
        readonly=False,
        precompute=True,
        help="Any day of the month; of a run by day, the day.",
    )
    is_daily = fields.Boolean(compute="_compute_is_daily")
    date_to = fields.Date("Booked On", compute="_compute_date_to", store=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("queued", "Waiting to Start"),
            ("running", "Running"),
            ("stopped", "Stopped"),
            ("done", "Done"),
            ("reversing", "Being Taken Back"),
            ("reversed", "Taken Back"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        by_action=True,
    )
    requested_by_id = fields.Many2one("res.users", readonly=True, copy=False, by_action=True, ondelete="restrict")
    reversed_by_id = fields.Many2one("res.users", readonly=True, copy=False, by_action=True, ondelete="restrict")
    reversal_reason = fields.Char(readonly=True, copy=False, by_action=True)
    cursor = fields.Integer(readonly=True, copy=False, by_action=True, help="Id of the last account treated.")
    total_count = fields.Integer("Accounts", readonly=True, copy=False, by_action=True)
    done_count = fields.Integer("Treated", readonly=True, copy=False, by_action=True)
    progress = fields.Float(compute="_compute_progress")
    amount_total = fields.Monetary("Credited to Members", compute="_compute_amount_total")
    skip_ids = fields.One2many("koperasi.run.skip", "run_id", "Left Out", readonly=True)
    skip_count = fields.Integer("Left Out (count)", compute="_compute_skip_count")
    failure = fields.Char(readonly=True, copy=False, by_action=True, help="Why the run stopped, and the cure.")

    _once = models.UniqueIndex(
        "(company_id, kind, COALESCE(product_id, 0), date_from) WHERE state != 'reversed' AND kind != 'disburse'",
        "There is a run for this product and period already. Take it back first, or open it.",
    )

    @api.depends("kind")
    def _compute_date_from(self):
        """The last full month; today where the period is a day."""
        today = fields.Date.context_today(self)
        month = date_utils.start_of(fields.Date.subtract(today, months=1), "month")
        for run in self:
            run.date_from = today if run.kind in DAILY_KINDS else month

    @api.depends("kind")
    def _compute_is_daily(self):
        for run in self:
            run.is_daily = run.kind in DAILY_KINDS

    @api.depends("kind", "product_id.name", "date_from")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for run in self:
            pattern = None if run.kind in DAILY_KINDS else "MMM yyyy"
            period = format_date(self.env, run.date_from, date_format=pattern) if run.date_from else ""
            run.display_name = " ".join(filter(None, (kinds.get(run.kind), run.product_id.name, period)))

    @api.depends("date_from", "kind")
    def _compute_date_to(self):
        for run in self:
            run.date_to = self._period_end(run.kind, run.date_from) if run.date_from else False

    @api.model
    def _period_start(self, kind, date):
        return date if kind in DAILY_KINDS else date_utils.start_of(date, "month")

    @api.model
    def _period_end(self, kind, date):
        return date if kind in DAILY_KINDS else date_utils.end_of(date, "month")

    @api.constrains("kind", "product_id")
    def _check_product(self):
        for run in self:
            if bool(run.product_id) == (run.kind in DAILY_KINDS):
                raise ValidationError(
                    self.env._("A run by day is of all products.")
                    if run.product_id
                    else self.env._("Choose the product of the run.")
                )
            if run.kind == "interest" and run.product_id.savings_class == "berjangka":
                raise ValidationError(
                    self.env._(
                        "%s: interest of term deposits is paid under Interest and Maturities.", run.product_id.name
                    )
                )

    @api.depends("total_count", "done_count", "state")
    def _compute_progress(self):
        for run in self:
            nothing_to_do = run.state == "done" and not run.total_count
            run.progress = 100 if nothing_to_do else 100 * run.done_count / (run.total_count or 1)

    @api.depends("done_count")
    def _compute_amount_total(self):
        sums = dict(
            self.env["koperasi.transaction.line"]
            .sudo()
            ._read_group([("run_id", "in", self.ids), ("savings_id", "!=", False)], ["run_id"], ["amount:sum"])
        )
        lent = dict(
            self.env["koperasi.transaction.line"]
            .sudo()
            ._read_group(
                [
                    "|",
                    "&",
                    ("run_id", "in", self.filtered(lambda run: run.kind == "disburse").ids),
                    ("component", "=", "principal"),
                    "&",
                    ("run_id", "in", self.filtered(lambda run: run.kind == "kept").ids),
                    ("component", "=", "withdrawal"),
                ],
                ["run_id"],
                ["amount:sum"],
            )
        )
        for run in self:
            paid_out = run.kind in ("disburse", "kept")
            run.amount_total = -lent.get(run._origin, 0) if paid_out else sums.get(run._origin, 0)

    @api.depends("skip_ids")
    def _compute_skip_count(self):
        counts = dict(
            self.env["koperasi.run.skip"].sudo()._read_group([("run_id", "in", self.ids)], ["run_id"], ["__count"])
        )
        for run in self:
            run.skip_count = counts.get(run._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([{**vals, **self._first_day(vals)} for vals in vals_list])

    @api.model
    def _first_day(self, vals):
        """Whatever day was typed stands for its period."""
        day = fields.Date.to_date(vals.get("date_from"))
        kind = vals.get("kind") or self.default_get(["kind"])["kind"]
        return {"date_from": self._period_start(kind, day)} if day else {}

    def write(self, vals):
        terms = (
            set(vals) & {"product_id", "date_from", "kind", "loan_ids", "journal_id"}
            if all(run.state == "draft" for run in self)
            else set()
        )
        if self._typed(vals) - terms:
            raise UserError(self.env._("A run changes by its actions only."))
        result = super().write(vals)
        if terms:
            for run in self.filtered("date_from"):
                run._set(date_from=self._period_start(run.kind, run.date_from))
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        if any(run.state != "draft" for run in self):
            raise UserError(self.env._("A run that was started is kept. Take it back instead."))

    # === ACTIONS === #

    def action_start(self):
        """Queue the run; also what a stopped one goes on with."""
        for run in self:
            run.company_id._koperasi_check_role("bendahara")
            if run.state not in ("draft", "stopped"):
                raise UserError(self.env._("%s is under way or done.", run.display_name))
            run._check_can_start()
            run.sudo()._set(state="queued", requested_by_id=self.env.uid, failure=False)
        self._wake()

    @api.model
    def _start_daily(self, company, kind):
        """Start today's run of `kind`, or show the one that was started: what the treasurer's buttons do."""
        company._koperasi_check_role("bendahara")
        today = {"company_id": company.id, "kind": kind, "date_from": fields.Date.context_today(self)}
        run = self.search(
            [*((name, "=", value) for name, value in today.items()), ("state", "!=", "reversed")], limit=1
        )
        run = run or self.create(today)
        if run.state in ("draft", "stopped"):
            run.action_start()
        return {
            "type": "ir.actions.act_window",
            "res_model": "koperasi.run",
            "res_id": run.id,
            "view_mode": "form",
        }

    def action_stop(self):
        for run in self:
            run.company_id._koperasi_check_role("bendahara")
            run.sudo()._claim()
            if run.state not in ("queued", "running"):
                raise UserError(self.env._("%s is not under way.", run.display_name))
            run.sudo()._set(state="stopped")

    def action_reverse(self):
        """Take the run back, chunk by chunk: by a second person."""
        for run in self:
            run.company_id._koperasi_check_role("bendahara", "ketua")
            if run.state not in ("done", "stopped"):
                raise UserError(self.env._("%s is not finished.", run.display_name))
            run.company_id._koperasi_check_second_person(run, run.requested_by_id)
            run.company_id._koperasi_check_open(run._reversal_date())
            run.sudo()._set(
                state="reversing",
                reversed_by_id=self.env.uid,
                failure=False,
                reversal_reason=self.env._("%s taken back", run.display_name),
            )
        self._wake()

    def action_transactions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "koperasi.transaction",
            "view_mode": "list,form",
            "domain": [("origin", "=", f"{self._name},{self.id}")],
        }

    def action_lines(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "koperasi.transaction.line",
            "view_mode": "list,pivot",
            "domain": [("run_id", "=", self.id), ("loan_id" if self.kind == "disburse" else "savings_id", "!=", False)],
        }

    def action_skips(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Left Out"),
            "res_model": "koperasi.run.skip",
            "view_mode": "list",
            "domain": [("run_id", "=", self.id)],
        }

    def action_preview(self):
        """Show what the run will do, account by account, before it is started."""
        self.ensure_one()
        self.company_id._koperasi_check_role("bendahara")
        loans = self.kind == "disburse"
        rows = self._rehearse_loans() if loans else self._rehearse()
        previews = self.env["koperasi.run.preview"].create([{"run_id": self.id, **row} for row in rows])
        title = self.env._("Preview: %s", self.display_name)
        name = f"koperasi_run_preview{'_loan' if loans else ''}_view_list"
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "koperasi.run.preview",
            "views": [(self.env.ref(f"koperasi_simpan_pinjam.{name}").id, "list")],
            "domain": [("id", "in", previews.ids)],
        }

    def action_xlsx(self):
        return self._action_download()

    @api.model
    def _credited_products(self, company, month):
        """:return: the savings products whose interest of the month (its first day) is credited"""
        domain = [("kind", "=", "interest"), ("state", "=", "done"), ("date_from", "=", month)]
        return self.sudo().search([("company_id", "=", company.id), *domain]).product_id

    def _check_can_start(self):
        self.ensure_one()
        if self.date_to > fields.Date.context_today(self):
            raise UserError(self.env._("%s has not ended yet.", self.display_name))
        self.company_id._koperasi_check_open(self.date_to)
        if self.kind == "term_accrual":
            self._check_day_after()
        if self.kind == "disburse":
            self._check_can_disburse()
        if self.kind == "kept":
            self._check_kept()
        for name in ("koperasi_run_journal_id", *SETTINGS[self.kind]):
            self.company_id._koperasi_setting(name)

    def _wake(self):
        self.env.ref("koperasi_simpan_pinjam.cron_run")._trigger()

    # === THE WORK === #

    @api.model
    def _cron_process(self):
        """Work on queued runs until none is left or the scheduler's time is up; every chunk is committed whole."""
        size, tries = CHUNK, 0
        while run := self.search([("state", "in", ("queued", "running", "reversing"))], order="id", limit=1):
            # By the clock and in the words of whoever made it: the scheduler has neither.
            maker = run.create_uid
            lang = "id_ID" if maker._is_superuser() else maker.lang
            run = run.with_context(lang=lang, tz=maker.tz or self.env.context.get("tz") or ZONE)
            try:
                treated = run._process_chunk(size)
                left = run.total_count - run.done_count
                seconds = self.env["ir.cron"]._commit_progress(treated, remaining=max(left, 0 if run._is_over() else 1))
            except CONFLICTS:
                # Cron has no retry of its own. A smaller chunk meets fewer tellers.
                self.env.cr.rollback()
                self.env.transaction.reset()
                tries += 1
                if tries > RETRIES and size == 1:
                    raise
                if tries > RETRIES:
                    size, tries = max(1, size // 4), 0
                continue
            except UserError as error:
                self.env.cr.rollback()
                self.env.transaction.reset()
                run._set(state="stopped" if run.state != "reversing" else "done", failure=str(error))
                seconds = self.env["ir.cron"]._commit_progress()
            else:
                tries = 0
            if not seconds:
                return

    @api.model
    def _chunks(self, accounts):
        return [accounts[start : start + CHUNK] for start in range(0, len(accounts), CHUNK)]

    def _is_over(self):
        return self.state in ("done", "reversed", "stopped")

    def _process_chunk(self, size=CHUNK):
        """Treat the next `size` accounts (or take one chunk back) in the current database transaction.

        :return: how many accounts were treated
        """
        self.ensure_one()
        self._claim()
        if self.state == "reversing":
            return self._reverse_chunk()
        if self._is_over():
            return 0
        if self.kind == "disburse":
            return self._disburse_chunk(size)
        if not self.total_count:
            self._set(total_count=self.env["koperasi.savings.account"].search_count(self._account_domain()))
        accounts = self.env["koperasi.savings.account"].search(
            [*self._account_domain(), ("id", ">", self.cursor)], order="id", limit=size
        )
        if not accounts:
            self._set(state="done")
            return 0
        self._post_or_split(accounts)
        self._set(state="running", cursor=accounts[-1].id, done_count=self.done_count + len(accounts))
        return len(accounts)

    def _account_domain(self):
        """The accounts that this kind treats: `_term_domain` and so on, by default the product's open ones."""
        if domain := getattr(self, f"_{self.kind}_domain", None):
            return domain()
        return [("product_id", "=", self.product_id.id), ("state", "=", "open"), ("date_opened", "<=", self.date_to)]

    def _post_or_split(self, accounts):
        """Post one chunk; where a contract refuses, halve it until the account that can't be treated stands alone."""
        reasons = {}
        try:
            with self.env.cr.savepoint():
                lines, reasons = getattr(self, f"_{self.kind}_lines")(accounts)
                if lines:
                    self._post_lines(lines)
        except UserError as error:
            self.env["koperasi.transaction"]._get_sequence_cache().clear()  # its numbers went back with the savepoint
            if len(accounts) > 1:
                half = len(accounts) // 2
                self._post_or_split(accounts[:half])
                self._post_or_split(accounts[half:])
                return
            reasons = {accounts: str(error)}
        self.env["koperasi.run.skip"].create(
            [{"run_id": self.id, "savings_id": account.id, "reason": reason} for account, reason in reasons.items()]
        )

    def _post_lines(self, lines):
        self.env["koperasi.posting"]._post(
            self.company_id, self.date_to, lines, run=self, origin=self, label=self.display_name
        )
        if self.kind == "term_accrual":
            self._post_back(lines)

    def _reversal_date(self):
        """The day on which the run is taken back."""
        return fields.Date.context_today(self)

    def _reverse_chunk(self):
        transaction = self.env["koperasi.transaction"].search(
            [
                ("origin", "=", f"{self._name},{self.id}"),
                ("reversal_of_id", "=", False),
                ("is_reversed", "=", False),
            ],
            order="id desc",
            limit=1,
        )
        if not transaction:
            self._set(state="reversed")
            return 0
        self.env["koperasi.posting"]._reverse(
            transaction,
            max(self._reversal_date(), transaction.date),
            own_day=True,
            origin=self,
            reason=self.reversal_reason,
            approver=self.reversed_by_id,
        )
        return len(transaction.line_ids)

    # === SAVINGS INTEREST (docs/domain.md 5.3, 2.8) === #

    def _interest_lines(self, accounts):
        """The lines of one chunk: each account's interest and tax, and one counterpart of each for all.

        :return: (lines of the posting, {account: reason why it was left out})
        """
        company, product = self.company_id, self.product_id
        openings, movements = self._balances(accounts)
        minimum = company._to_units(product.interest_minimum_balance)
        smallest = company._to_units(product.interest_minimum)
        rates = product.interest_rate_ids._steps()
        credits, reasons = [], {}
        for account in accounts:
            moved = movements[account.id]
            units = stepped_interest(
                openings[account.id],
                moved if product.interest_deposit_day_counts else counted_from_next_day(moved, self.date_to),
                self.date_from,
                self.date_to,
                rates,
                BalanceMethod(product.interest_method),
                days_in_year=product._days_in_year(self.date_to),
                minimum_balance=minimum,
            )
            if units < max(smallest, 1):
                reasons[account] = self.env._("No interest: the balance is too low for it.")
            else:
                credits.append((account, units, product, {}))
        expense = company._koperasi_setting("koperasi_interest_expense_account_id")
        credit = self.env["koperasi.savings.credit"]
        return credit._lines(company, self.date_to, credits, self.display_name, expense), reasons

    def _balances(self, accounts):
        """What the kernel needs of a chunk, in two queries.

        :return: ({account id: balance before the month}, {account id: [(date, amount)]}), in money units
        """
        company = self.company_id
        self.env["koperasi.transaction.line"].flush_model(["savings_id", "amount", "date"])
        openings, movements = defaultdict(int), defaultdict(list)
        for account, day, amount in self.env.execute_query(
            SQL(
                """
            SELECT savings_id, CASE WHEN date >= %(start)s THEN date END AS day, SUM(amount)
              FROM koperasi_transaction_line
             WHERE savings_id IN %(ids)s AND date <= %(end)s
             GROUP BY 1, 2
            """,
                ids=tuple(accounts.ids),
                start=self.date_from,
                end=self.date_to,
            )
        ):
            if day:
                movements[account].append((day, company._to_units(amount)))
            else:
                openings[account] = company._to_units(amount)
        return openings, movements


class KoperasiRunSkip(models.Model):
    """An account that a run left out, and why."""

    _name = "koperasi.run.skip"
    _description = "Account Left Out of a Run"
    _order = "id"

    run_id = fields.Many2one("koperasi.run", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="run_id.company_id", store=True)
    savings_id = fields.Many2one("koperasi.savings.account", "Savings Account", ondelete="restrict")
    loan_id = fields.Many2one("koperasi.loan", ondelete="restrict")
    reason = fields.Char(required=True)

    _one = models.Constraint(
        "CHECK ((savings_id IS NULL) != (loan_id IS NULL))", "What a run left out is an account or a loan."
    )
