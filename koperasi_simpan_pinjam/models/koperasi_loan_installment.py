from collections import defaultdict

from odoo import api, fields, models


class KoperasiLoanInstallment(models.Model):
    """One row of the schedule, frozen at disbursement. What was paid of it is a sum of the ledger.

    When the schedule changes, other rows take its place from that day on; it stays (koperasi.loan.schedule).
    """

    _name = "koperasi.loan.installment"
    _description = "Installment"
    _inherit = ["koperasi.immutable"]
    _order = "loan_id, number"
    _rec_name = "number"
    _immutable_columns = (
        "loan_id",
        "number",
        "due_date",
        "principal",
        "interest",
        "balance",
        "fee",
        "opening_principal",
        "opening_interest",
        "schedule_id",
        "date_from",
    )
    _immutable_once_columns = ("ended_by_id", "date_to", "root_id")

    loan_id = fields.Many2one("koperasi.loan", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="loan_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    number = fields.Integer(readonly=True, required=True)
    due_date = fields.Date(readonly=True, required=True, index=True)
    principal = fields.Monetary(readonly=True)
    interest = fields.Monetary("Service Fee", readonly=True)
    balance = fields.Monetary("Principal Left", readonly=True, help="After this installment, by the schedule.")
    fee = fields.Monetary(readonly=True, help="Fees of the disbursement that are paid with it (docs/domain.md 4.6).")
    opening_principal = fields.Monetary(
        "Principal Paid Before",
        readonly=True,
        help="In the old books, before the opening balances; or on the installment it took the place of.",
    )
    opening_interest = fields.Monetary("Service Fee Paid Before", readonly=True)
    schedule_id = fields.Many2one(
        "koperasi.loan.schedule", "Came With", readonly=True, ondelete="restrict", help="Empty: the disbursement."
    )
    date_from = fields.Date("In Force From", readonly=True, help="Empty: the disbursement.")
    ended_by_id = fields.Many2one(
        "koperasi.loan.schedule", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    date_to = fields.Date("Replaced On", readonly=True)
    root_id = fields.Many2one(
        "koperasi.loan.installment",
        "Continues",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The first row of this installment: a change that had replaced it was taken back.",
    )
    total = fields.Monetary("Installment", compute="_compute_total")
    paid_principal = fields.Monetary(compute="_compute_paid")
    paid_interest = fields.Monetary("Paid Service Fee", compute="_compute_paid")
    paid_penalty = fields.Monetary("Late Fee Paid", compute="_compute_paid")
    penalty = fields.Monetary("Late Fee", compute="_compute_penalty", help="Still to pay, up to today.")
    paid_total = fields.Monetary("Paid", compute="_compute_paid")
    state = fields.Selection(
        [("open", "Not Due"), ("late", "Late"), ("partial", "Partly Paid"), ("paid", "Paid"), ("settled", "Settled")],
        compute="_compute_paid",
    )

    _number = models.UniqueIndex(
        "(loan_id, number) WHERE date_to IS NULL", "A loan has one installment of each number."
    )

    @api.depends("principal", "interest", "fee")
    def _compute_total(self):
        for installment in self:
            installment.total = installment.principal + installment.interest + installment.fee

    @api.depends("loan_id.line_ids.amount")
    @api.depends_context("koperasi_as_of")
    def _compute_paid(self):
        as_of = fields.Date.to_date(self.env.context.get("koperasi_as_of"))
        today = as_of or fields.Date.context_today(self)
        settled = {loan: loan._is_settled(as_of) for loan in self.loan_id if loan.sudo().payoff_id}
        families = self._families()
        sums = {
            (installment.id, component): amount
            for installment, component, amount in self.env["koperasi.transaction.line"]
            .sudo()
            ._read_group(
                [("installment_id", "in", sum(families.values(), self.ids)), ("date", "<=", today)],
                ["installment_id", "component"],
                ["amount:sum"],
            )
        }
        for installment in self:
            installment.paid_principal = installment.opening_principal + sums.get(
                (installment.id, "principal"), 0
            )
            installment.paid_interest = installment.opening_interest + sums.get((installment.id, "interest"), 0)
            installment.paid_penalty = sum(
                sums.get((id_, "penalty"), 0) for id_ in families.get(installment.id, installment.ids)
            )
            installment.paid_total = (
                installment.paid_principal + installment.paid_interest + sums.get((installment.id, "fee"), 0)
            )
            if installment.paid_total >= installment.total:
                installment.state = "paid"
            elif settled.get(installment.loan_id):
                installment.state = "settled"  # the payoff forgave its service fee
            elif installment.due_date < today:
                installment.state = "late"
            else:
                installment.state = "partial" if installment.paid_total else "open"

    def _taken_back_by(self, transaction):
        """What a line of `transaction` on this installment is taken back from: this one, or what continues it.

        What ended by that very transaction is in force again only after it was taken back.
        """
        if not self.date_to or self.ended_by_id.transaction_id == transaction:
            return self
        root = self.root_id or self
        return self.loan_id.installment_ids.filtered(lambda row: (row.root_id or row) == root) or self

    def _families(self):
        """:return: {row id: ids of all rows that are the same installment}, where there are others than itself"""
        continued = self.filtered("root_id")
        if not continued:
            return {}
        roots, families = continued.root_id, defaultdict(list)
        for row in roots | self.sudo().search([("root_id", "in", roots.ids)]):
            families[(row.root_id or row).id].append(row.id)
        return {row.id: families[row.root_id.id] for row in continued}

    @api.depends("loan_id.line_ids.amount", "loan_id.waiver_ids")
    @api.depends_context("koperasi_as_of")
    def _compute_penalty(self):
        as_of = fields.Date.to_date(self.env.context.get("koperasi_as_of"))
        bearing = self.loan_id.filtered("has_late_fee")
        open_ = {
            (loan, due.number): due.penalty
            for loan, dues in (bearing._unpaid(as_of).items() if bearing else ())
            for due in dues
        }
        for installment in self:
            units = open_.get((installment.loan_id.id, installment.number), 0)
            installment.penalty = installment.company_id._from_units(units)
