from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

KINDS = [
    ("prepayment", "Paid More Than Due"),
    ("restored", "Prepayment Taken Back"),
    ("reschedule", "Longer Term"),
    ("recondition", "Easier Terms"),
    ("new_loan", "New Loan for an Old One"),
    ("top_up", "Topped Up"),
]


class KoperasiLoanSchedule(models.Model):
    """A change of a loan's installments after the disbursement: why, and who asked and decided.

    The rows it ended stay, with the day from which others took their place: every past day keeps its installments.
    """

    _name = "koperasi.loan.schedule"
    _description = "Change of the Installments"
    _inherit = ["koperasi.immutable"]
    _order = "loan_id, id"
    _rec_name = "kind"
    _immutable_columns = (
        "loan_id",
        "date",
        "kind",
        "amount",
        "days_late",
        "reason",
        "requested_by_id",
        "approved_by_id",
        "rate",
        "periods",
    )
    _immutable_once_columns = ("transaction_id",)

    loan_id = fields.Many2one("koperasi.loan", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="loan_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    amount = fields.Monetary(readonly=True, help="Paid more than due, or added to the principal.")
    days_late = fields.Integer(readonly=True, help="On that day. The quality does not get better at once.")
    reason = fields.Char(readonly=True)
    requested_by_id = fields.Many2one("res.users", "Asked By", required=True, readonly=True, ondelete="restrict")
    approved_by_id = fields.Many2one("res.users", "Decided By", readonly=True, ondelete="restrict")
    transaction_id = fields.Many2one("koperasi.transaction", readonly=True, ondelete="restrict", index="btree_not_null")
    ended_ids = fields.One2many("koperasi.loan.installment", "ended_by_id", "Installments Before", readonly=True)


class KoperasiLoan(models.Model):
    """Which installments are in force, and others taking their place."""

    _inherit = "koperasi.loan"

    schedule_ids = fields.One2many("koperasi.loan.schedule", "loan_id", "Changes of the Installments", readonly=True)
    change_count = fields.Integer("Changes", default=0, readonly=True, copy=False, by_action=True)

    @api.model
    def _in_force(self, as_of=None):
        """:return: domain of the koperasi.loan.installment in force at the end of `as_of` (default: now)"""
        if not as_of:
            return [("date_to", "=", False)]
        return [
            "|",
            ("date_from", "=", False),
            ("date_from", "<=", as_of),
            "|",
            ("date_to", "=", False),
            ("date_to", ">", as_of),
        ]

    def _last_changes(self):
        """:return: {loan id: day of the last change of its installments}"""
        changes = self.env["koperasi.loan.schedule"].sudo()
        groups = changes._read_group([("loan_id", "in", self.ids)], ["loan_id"], ["date:max"])
        return {loan.id: day for loan, day in groups}

    def _check_can_change(self, on):
        """Refuse to change the installments as of a day before the last movement: that day's past would change."""
        self.ensure_one()
        [[last]] = (
            self.env["koperasi.transaction.line"]
            .sudo()
            ._read_group([("loan_id", "=", self.id)], aggregates=["date:max"])
        )
        last = max(day for day in (last, self._last_changes().get(self.id), on) if day)
        if on < last:
            raise UserError(
                self.env._(
                    "%(loan)s has moved on %(date)s: its installments can't change before that day.",
                    loan=self.display_name,
                    date=format_date(self.env, last),
                )
            )

    def _paid_parts(self, rows):
        """What was paid of these installments, before they began here too.

        :param rows: koperasi.loan.installment
        :return: {(installment id, component): money units}
        """
        company = self.company_id
        paid = defaultdict(int)
        for row in rows:
            paid[row.id, "principal"] = company._to_units(row.opening_principal)
            paid[row.id, "interest"] = company._to_units(row.opening_interest)
        domain = [("installment_id", "in", rows.ids), ("component", "in", ("principal", "interest", "fee"))]
        groups = ["installment_id", "component"]
        for row, component, amount in (
            self.env["koperasi.transaction.line"].sudo()._read_group(domain, groups, ["amount:sum"])
        ):
            paid[row.id, component] += company._to_units(amount)
        return paid

    def _change_installments(self, kind, on, ended, rows, **vals):
        """From `on` on let `rows` take the place of `ended`. What was paid of these stands on the row of their number.

        :param kind: of koperasi.loan.schedule
        :param ended: koperasi.loan.installment in force
        :param rows: kernel Installments of what is still to be paid; of the number of an ended one, or of none in force
        :param vals: more of koperasi.loan.schedule
        :return: koperasi.loan.schedule
        """
        self.ensure_one()
        company, paid = self.company_id, self._paid_parts(ended)
        change = self._append_change(kind, on, **vals)
        new = {
            row.number: {
                "due_date": row.due_date,
                "principal": row.principal,
                "interest": row.interest,
                "balance": row.balance,
            }
            for row in rows
        }
        carried = {}
        for row in ended:
            parts = {name: paid[row.id, name] for name in ("principal", "interest")}
            fee = company._to_units(row.fee) - paid[row.id, "fee"]
            if row.number in new or any(parts.values()) or fee:
                kept = {"due_date": row.due_date, "balance": company._to_units(row.balance)}
                carried[row.number] = {**kept, **parts, "fee": fee}
        self._end_installments(ended, change)
        self._append_installments(
            change,
            [
                {
                    "number": number,
                    "due_date": (new.get(number) or carried[number])["due_date"],
                    "balance": (new.get(number) or carried[number])["balance"],
                    **{
                        name: new.get(number, {}).get(name, 0) + carried.get(number, {}).get(name, 0)
                        for name in ("principal", "interest")
                    },
                    "fee": carried.get(number, {}).get("fee", 0),
                    "opening_principal": carried.get(number, {}).get("principal", 0),
                    "opening_interest": carried.get(number, {}).get("interest", 0),
                }
                for number in sorted({*new, *carried})
            ],
        )
        return change

    def _append_change(self, kind, on, **vals):
        self.ensure_one()
        self.sudo()._set(change_count=self.change_count + 1)
        return (
            self.env["koperasi.loan.schedule"]
            .sudo()
            ._append(
                [
                    {
                        "loan_id": self.id,
                        "kind": kind,
                        "date": on,
                        "requested_by_id": self.env.uid,
                        "approved_by_id": False,
                        "amount": 0,
                        "days_late": 0,
                        "reason": False,
                        "rate": 0,
                        "periods": 0,
                        "transaction_id": False,
                        **vals,
                    }
                ]
            )
        )

    def _end_installments(self, rows, change):
        rows.sudo()._set(ended_by_id=change.id, date_to=change.date)
        rows.flush_recordset()  # their numbers are free now

    def _append_installments(self, change, rows):
        """:param rows: dicts of koperasi.loan.installment, amounts in money units"""
        company = self.company_id
        money = ("principal", "interest", "balance", "fee", "opening_principal", "opening_interest")
        self.env["koperasi.loan.installment"].sudo()._append(
            [
                {
                    **row,
                    **{name: company._from_units(row[name]) for name in money},
                    "loan_id": self.id,
                    "schedule_id": change.id,
                    "date_from": change.date,
                }
                for row in rows
            ]
        )
        self.invalidate_recordset(["installment_ids", "schedule_ids"])

    def action_changes(self):
        self.ensure_one()
        title = self.env._("Changes of the Installments")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "koperasi.loan.schedule",
            "view_mode": "list,form",
            "domain": [("loan_id", "=", self.id)],
        }

    # === TAKEN BACK === #

    def _restore_installments(self, transaction, reversal):
        """`transaction` paid more than was due and is taken back: the installments of before are in force again."""
        changes = self.sudo().schedule_ids.filtered(
            lambda change: change.transaction_id == transaction and change.kind == "prepayment"
        )
        for change in changes:
            loan, company = change.loan_id, change.company_id
            before = self.env["koperasi.loan.installment"].sudo().search([("ended_by_id", "=", change.id)])
            paid = loan._paid_parts(before)
            back = loan._append_change(
                "restored",
                reversal.date,
                amount=-change.amount,
                reason=reversal.reason,
                approved_by_id=reversal.approver_id.id,
                transaction_id=reversal.id,
            )
            loan._end_installments(loan.installment_ids.filtered(lambda row, own=change: row.schedule_id == own), back)
            loan._append_installments(
                back,
                [
                    {
                        "number": row.number,
                        "due_date": row.due_date,
                        **{
                            name: company._to_units(row[name]) for name in ("principal", "interest", "balance")
                        },
                        "fee": company._to_units(row.fee) - paid[row.id, "fee"],
                        "opening_principal": paid[row.id, "principal"],
                        "opening_interest": paid[row.id, "interest"],
                    }
                    for row in before
                ],
            )


class KoperasiTransaction(models.Model):
    _inherit = "koperasi.transaction"

    def _check_reversible(self):
        """What paid installments that were replaced stays; a change is taken back last in, first out."""
        for line in self.sudo().line_ids:
            if line.installment_id.date_to:
                raise UserError(
                    self.env._(
                        "%(number)s paid installments of %(loan)s that were changed on %(date)s. It can't be taken "
                        "back any more.",
                        number=self.number,
                        loan=line.loan_id.display_name,
                        date=format_date(self.env, line.installment_id.date_to),
                    )
                )
        result = super()._check_reversible()
        for loan in self.sudo().line_ids.loan_id:
            own = loan.schedule_ids.filtered(lambda change: change.transaction_id == self)
            if not own:
                continue
            lines = self.env["koperasi.transaction.line"].sudo()
            groups = lines._read_group(
                [("installment_id.schedule_id", "in", own.ids)], ["installment_id", "component"], ["amount:sum"]
            )
            moved = any(amount for _row, _component, amount in groups)
            if own[-1] != loan.schedule_ids[-1] or own[-1].kind != "prepayment" or moved:
                raise UserError(
                    self.env._(
                        "%(number)s changed the installments of %(loan)s. Take back first what came after it.",
                        number=self.number,
                        loan=loan.display_name,
                    )
                )
        return result
