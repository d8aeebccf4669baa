from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .scheduled import at_home

COLLECTORS = ("petugas", "bendahara")


class KoperasiLoanVisit(models.Model):
    """A visit to somebody whose installment is late, and what she promised. It stays as it was written."""

    _name = "koperasi.loan.visit"
    _description = "Visit to a Late Borrower"
    _inherit = ["koperasi.guarded"]
    _order = "date desc, id desc"
    _rec_name = "loan_id"
    _check_company_auto = True

    loan_id = fields.Many2one("koperasi.loan", required=True, ondelete="restrict", index=True, check_company=True)
    member_id = fields.Many2one(related="loan_id.member_id", store=True, index=True)
    company_id = fields.Many2one(
        related="loan_id.company_id", store=True, index=True, precompute=True, by_action=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True, default=fields.Date.context_today, by_action=True)
    user_id = fields.Many2one(
        "res.users",
        "Visited By",
        required=True,
        readonly=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        by_action=True,
    )
    outcome = fields.Selection(
        [
            ("promised", "Promised to Pay"),
            ("not_home", "Not at Home"),
            ("refused", "Does Not Want to Pay"),
            ("talk", "Other"),
        ],
        "What Came of It",
        required=True,
        default="promised",
    )
    note = fields.Char()
    promise_date = fields.Date("She Pays On")
    promise_amount = fields.Monetary("Amount Promised")

    @api.model_create_multi
    def create(self, vals_list):
        visits = super().create(vals_list)
        today = fields.Date.context_today(self)
        for visit in visits:
            visit.company_id._koperasi_check_role(*COLLECTORS)
            if visit.outcome == "promised" and not visit.promise_date:
                raise UserError(self.env._("Write down the day on which she promised to pay."))
            if visit.promise_date and visit.promise_date < today:
                raise UserError(self.env._("The day on which she pays lies ahead."))
            if visit.promise_date:
                visit._remember()
        return visits

    def write(self, vals):
        if self and self._typed(vals):
            raise UserError(self.env._("A visit stays as it was written. Write a new one."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("A visit stays as it was written. Write a new one."))

    def _remember(self):
        """On the day of the promise it stands among what the collector has to do."""
        self.ensure_one()
        loan = self.loan_id.sudo()
        loan._collect_activities().unlink()
        amount = self.company_id._koperasi_amount(self.promise_amount) if self.promise_amount else ""
        loan._schedule_collecting(
            {loan.id: self.env.user}, self.promise_date, self.env._("Promised to pay %s", amount).strip()
        )

    def _said(self):
        """One line for the next who comes."""
        self.ensure_one()
        labels = dict(self._fields["outcome"]._description_selection(self.env))
        promise = format_date(self.env, self.promise_date) if self.promise_date else ""
        return " ".join(filter(None, (format_date(self.env, self.date), labels[self.outcome], promise, self.note)))


class KoperasiRw(models.Model):
    _inherit = "koperasi.rw"

    collector_id = fields.Many2one(
        "res.users", ondelete="set null", help="Who visits late borrowers here. Empty: the treasurer."
    )


class KoperasiLoan(models.Model):
    _inherit = "koperasi.loan"

    def _collect_activities(self):
        """What collectors still have to do on these loans; on all loans for an empty set."""
        domain = [
            ("res_model", "=", "koperasi.loan"),
            ("activity_type_id", "=", self.env.ref("koperasi_simpan_pinjam.activity_collect").id),
        ]
        return self.env["mail.activity"].sudo().search(domain + ([("res_id", "in", self.ids)] if self else []))

    def _schedule_collecting(self, users, day, summary):
        """:param users: {loan id: who collects}"""
        kind = self.env.ref("koperasi_simpan_pinjam.activity_collect").id
        model = self.env["ir.model"]._get_id("koperasi.loan")
        self.mapped("display_name")  # an activity reads the name of its record, each on its own
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": kind,
                    "res_model_id": model,
                    "res_id": loan.id,
                    "user_id": users[loan.id].id,
                    "date_deadline": day,
                    "summary": summary,
                }
                for loan in self
                if users.get(loan.id)
            ]
        )

    @api.model
    def _cron_collect(self):
        """Each night: a loan that has become late is its collector's to do; one that is late no more is off her list.

        What is late, known and whose it is is asked for once for all of them.
        """
        here = at_home(self)
        rows = here.env["koperasi.collectibility"].search([("days_late", ">", 0)])
        known = self.browse()._collect_activities()
        late = set(rows.loan_id.ids)
        known.filtered(lambda activity: activity.res_id not in late).unlink()
        listed = set(known.exists().mapped("res_id"))
        new = rows.filtered(lambda row: row.loan_id.id not in listed)
        officers = here.env["koperasi.officer"]
        treasurers = {}
        for officer in officers.search([("role", "=", "bendahara"), *officers._domain_in_force()]):
            treasurers.setdefault(officer.company_id.id, officer.user_id)
        users = {
            row.loan_id.id: row.rw_id.collector_id or treasurers.get(row.company_id.id, row.rw_id.collector_id)
            for row in new
        }
        new.loan_id._schedule_collecting(users, fields.Date.context_today(here), here.env._("Late: visit her"))
