import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import date_utils, format_date

STATES = [
    ("draft", "Being Prepared"),
    ("checked", "In Agreement"),
    ("posting", "Being Posted"),
    ("posted", "Posted"),
    ("reversed", "Taken Back"),
]
INPUT = {"date", "file", "file_name"}


class KoperasiOpening(models.Model):
    """The opening balances: what the old books say on the last day before this system counts.

    One file (koperasi.opening.reader): its details are compared with the old balance sheet, account by
    account, and posted by a run only while all agree. Taken back by that run; then another one may be made.
    """

    _name = "koperasi.opening"
    _description = "Opening Balances"
    _inherit = ["koperasi.guarded", "koperasi.claimable", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="restrict", index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        "Balances At the End Of",
        required=True,
        default=lambda self: self._default_date(),
        help="The last day of the old books. Everything after it is recorded here.",
        tracking=True,
    )
    file = fields.Binary("Filled-in File", copy=False)
    file_name = fields.Char(copy=False)
    template = fields.Binary(compute="_compute_template")
    marked_file = fields.Binary("File with Marks", readonly=True, copy=False)
    state = fields.Selection(STATES, default="draft", required=True, readonly=True, copy=False, tracking=True)
    line_ids = fields.One2many("koperasi.opening.line", "opening_id", "Comparison", readonly=True)
    fault_ids = fields.One2many("koperasi.opening.fault", "opening_id", "Faults", readonly=True)
    fault_count = fields.Integer(compute="_compute_counts")
    difference_count = fields.Integer(compute="_compute_counts")
    total_debit = fields.Monetary(readonly=True, copy=False)
    total_credit = fields.Monetary(readonly=True, copy=False)
    member_count = fields.Integer("Members", readonly=True, copy=False)
    loan_count = fields.Integer("Loans", readonly=True, copy=False)
    term_count = fields.Integer("Term Deposits", readonly=True, copy=False)
    is_read = fields.Boolean(readonly=True, copy=False, help="The file was checked since it was uploaded.")
    run_ids = fields.One2many("koperasi.run", "opening_id", readonly=True)
    run_state = fields.Selection(related="run_ids.state", string="State of the Run")
    run_failure = fields.Char(related="run_ids.failure", string="Why the Run Stopped")

    _once = models.UniqueIndex(
        "(company_id) WHERE state IN ('posting', 'posted')",
        "Opening balances are posted already. Take them back first.",
    )

    @api.model
    def _default_date(self):
        return date_utils.end_of(fields.Date.subtract(fields.Date.context_today(self), months=1), "month")

    @api.depends("date")
    def _compute_display_name(self):
        for opening in self:
            opening.display_name = self.env._("Opening balances %s", format_date(self.env, opening.date))

    @api.depends("date", "company_id")
    def _compute_template(self):
        for opening in self:
            opening.template = base64.b64encode(self.env["koperasi.opening.reader"]._template(opening))

    @api.depends("fault_ids", "line_ids.difference")
    def _compute_counts(self):
        for opening in self:
            opening.fault_count = len(opening.fault_ids)
            opening.difference_count = len(opening.line_ids.filtered("difference"))

    @api.constrains("date")
    def _check_date(self):
        for opening in self:
            if opening.date > fields.Date.context_today(opening):
                raise UserError(self.env._("%s has not come yet.", format_date(self.env, opening.date)))

    @api.model_create_multi
    def create(self, vals_list):
        allowed = INPUT | {"company_id"}
        return super().create([{name: vals[name] for name in allowed & set(vals)} for vals in vals_list])

    def write(self, vals):
        if self._typed(vals) - INPUT:
            raise UserError(self.env._("Opening balances change by their file and their actions only."))
        result = super().write(vals)
        if INPUT & set(vals):
            for opening in self:
                opening._check_state("draft", "checked")
                opening._forget()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        if any(opening.state not in ("draft", "checked") for opening in self):
            raise UserError(self.env._("Opening balances that were posted are kept. Take them back instead."))

    def _forget(self):
        """What was found in another file says nothing any more."""
        self.sudo().line_ids.unlink()
        self.sudo().fault_ids.unlink()
        self._set(state="draft", is_read=False, marked_file=False, total_debit=0, total_credit=0)

    def _check_state(self, *states):
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(opening)s: %(state)s. This can't be done now.",
                    opening=self.display_name,
                    state=labels[self.state],
                )
            )

    # === CHECKED === #

    def action_template(self):
        """Download the file to fill in: it knows the members, products and accounts of this cooperative."""
        self.ensure_one()
        return self.env["koperasi.spreadsheet"]._action_file(self, "template", self.env._("opening-balances.xlsx"))

    def action_marked(self):
        self.ensure_one()
        name = self.env._("opening-balances-marked.xlsx")
        return self.env["koperasi.spreadsheet"]._action_file(self, "marked_file", name)

    def action_check(self):
        """Read the file: all faults at once, or the comparison with the old balance sheet."""
        for opening in self:
            opening.company_id._koperasi_check_role("bendahara")
            opening._check_state("draft", "checked")
            opening._do_check()

    def _do_check(self):
        reader = self.env["koperasi.opening.reader"]
        self._forget()
        content = self._content()
        found = reader._read(self)
        marks = {
            "is_read": True,
            "member_count": len(found.members),
            "loan_count": len(found.loans),
            "term_count": len(found.terms),
        }
        if found.faults:
            marks["marked_file"] = base64.b64encode(reader._marked(self, content, found.faults))
            self.env["koperasi.opening.fault"].sudo().create(
                [{"opening_id": self.id, **vals} for vals in reader._fault_rows(self, content, found.faults)]
            )
        else:
            company = self.company_id
            self.env["koperasi.opening.line"].sudo().create(
                [
                    {
                        "opening_id": self.id,
                        "account_id": account.id,
                        "old_amount": company._from_units(old),
                        "detail_amount": company._from_units(detail),
                    }
                    for account, old, detail in found.comparison()
                ]
            )
            debit, credit = (sum(balance[side] for balance in found.balances) for side in ("debit", "credit"))
            marks |= {"total_debit": company._from_units(debit), "total_credit": company._from_units(credit)}
            if debit == credit and debit and not self.difference_count:
                marks["state"] = "checked"
        self._set(**marks)

    def _content(self):
        if not self.file:
            raise UserError(self.env._("Upload the filled-in file first."))
        return base64.b64decode(self.with_context(bin_size=False).file)

    # === POSTED === #

    def action_post(self):
        """Queue the run that posts them; only while file and old balance sheet agree, and only once."""
        for opening in self:
            opening.company_id._koperasi_check_role("bendahara")
            opening.sudo()._claim()
            opening._check_state("checked")
            opening._check_can_post()
            opening._do_post()

    def _check_can_post(self):
        company = self.company_id
        if self.search_count([("company_id", "=", company.id), ("state", "in", ("posting", "posted"))], limit=1):
            raise UserError(self.env._("Opening balances are posted already. Take them back first."))
        earlier = (
            self.env["koperasi.transaction"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("date", "<=", self.date),
                    ("reversal_of_id", "=", False),
                    ("is_reversed", "=", False),
                ],
                limit=1,
            )
        )
        if earlier:
            raise UserError(
                self.env._(
                    "%(number)s of %(date)s lies before the opening balances, which hold it already. Take it back, or "
                    "choose an earlier day for the opening balances.",
                    number=earlier.number,
                    date=format_date(self.env, earlier.date),
                )
            )
        company._koperasi_check_open(self.date)
        company._koperasi_setting("koperasi_opening_account_id")

    def _do_post(self):
        product = self.env["koperasi.opening.reader"]._products(self.company_id)[:1]
        run = self.env["koperasi.run"].create(
            {
                "company_id": self.company_id.id,
                "kind": "opening",
                "product_id": product.id,
                "date_from": date_utils.start_of(self.date, "month"),
            }
        )
        run._set(opening_id=self.id)
        self.sudo()._set(state="posting")
        run.action_start()

    def _after_run(self, run):
        """What the run's end means here."""
        if run.state == "done":
            self._set(state="posted")
        elif run.state == "reversed":
            self.env["koperasi.opening.figure"].search([("opening_id", "=", self.id)]).unlink()
            self.env["koperasi.savings.account"].search(
                [("company_id", "=", self.company_id.id), ("dues_opening_month", "!=", False)]
            )._set(dues_opening_month=False)
            self._set(state="reversed")

    def action_run(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "koperasi.run",
            "view_mode": "form",
            "res_id": self.run_ids[:1].id,
        }


class KoperasiOpeningLine(models.Model):
    """One account: what the old balance sheet says, and what members' details sum up to."""

    _name = "koperasi.opening.line"
    _description = "Old Balance Compared"
    _order = "account_id"

    opening_id = fields.Many2one("koperasi.opening", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="opening_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    account_id = fields.Many2one("account.account", required=True, readonly=True, ondelete="cascade")
    old_amount = fields.Monetary("Old Balance Sheet", readonly=True, help="On the side where the account belongs.")
    detail_amount = fields.Monetary("Sum of the Details", readonly=True)
    difference = fields.Monetary(compute="_compute_difference", store=True)

    @api.depends("old_amount", "detail_amount")
    def _compute_difference(self):
        for line in self:
            line.difference = line.old_amount - line.detail_amount


class KoperasiOpeningFault(models.Model):
    """One cell that can't be right, and why."""

    _name = "koperasi.opening.fault"
    _description = "Fault in the File of Opening Balances"
    _order = "id"

    opening_id = fields.Many2one("koperasi.opening", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="opening_id.company_id", store=True)
    sheet = fields.Char(readonly=True)
    cell = fields.Char(readonly=True)
    reason = fields.Char(required=True, readonly=True)


class KoperasiOpeningFigure(models.Model):
    """What the old books know of a member's year before the opening day, for what counts a whole year or month.

    No transaction is dated back: the SHU adds these to what it reads in the ledger (docs/domain.md 3.6), the interest
    run to the month's interest and tax (2.8).
    """

    _name = "koperasi.opening.figure"
    _description = "Figure of the Year Before the Opening"
    _order = "member_id, date, id"

    opening_id = fields.Many2one("koperasi.opening", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="opening_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    member_id = fields.Many2one("koperasi.member", required=True, readonly=True, ondelete="restrict", index=True)
    kind = fields.Selection(
        [
            ("balance", "Savings at a Month's End"),
            ("loan_interest", "Service Fee Paid This Year"),
            ("interest", "Interest on Savings This Month"),
            ("tax", "Tax Withheld This Month"),
        ],
        required=True,
        readonly=True,
    )
    date = fields.Date(required=True, readonly=True)
    days = fields.Integer(readonly=True, help="How many days this balance stands for in an average of days.")
    amount = fields.Monetary(required=True, readonly=True)
