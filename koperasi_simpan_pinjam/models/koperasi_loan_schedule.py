from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

KINDS = [
    ("prepayment", "Paid More Than Due"),
    ("restored", "Taken Back"),
    ("reschedule", "Longer Term"),
    ("recondition", "Easier Terms"),
    ("new_loan", "New Loan for an Old One"),
    ("top_up", "Topped Up"),
]


UNDONE = ("prepayment", "reschedule", "recondition")  # what can be taken back by itself


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
    _immutable_once_columns = ("transaction_id", "restores_id")

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
    restores_id = fields.Many2one(
        "koperasi.loan.schedule",
        "Takes Back",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The change before which the installments are as they were again.",
    )
    restored_ids = fields.One2many("koperasi.loan.schedule", "restores_id", "Taken Back By", readonly=True)
    taken_back_on = fields.Date(compute="_compute_taken_back_on")
    ended_ids = fields.One2many("koperasi.loan.installment", "ended_by_id", "Installments Before", readonly=True)

    @api.depends("kind", "date", "transaction_id")
    def _compute_display_name(self):
        for change in self:
            change.display_name = change._named()

    @api.depends("restored_ids.date")
    def _compute_taken_back_on(self):
        for change in self:
            change.taken_back_on = change.restored_ids.date

    def _standing(self):
        """Those that were not taken back, the last one last."""
        return self.filtered(lambda change: change.kind != "restored" and not change.restored_ids)

    def _own_rows(self):
        """What these changes put in force, and what continues it since a later change was taken back."""
        rows = self.env["koperasi.loan.installment"].sudo()
        return rows.search(["|", ("schedule_id", "in", self.ids), ("root_id.schedule_id", "in", self.ids)]).filtered(
            lambda row: (row.root_id or row).schedule_id in self
        )

    def _what_stands_in_the_way(self):
        """What is taken back before this change can be, in words; empty: nothing."""
        self.ensure_one()
        last = self.loan_id.sudo().schedule_ids._standing()[-1:]
        if last != self:
            return last._named() if last else self._named()
        moved = defaultdict(int)
        rows = self._own_rows()
        lines = self.env["koperasi.transaction.line"].sudo()
        for row, component, amount in lines._read_group(
            [("installment_id", "in", rows.ids)], ["installment_id", "component"], ["amount:sum"]
        ):
            moved[(row.root_id or row).id, component] += amount
        if not any(moved.values()):
            return ""
        paid = lines.search([("installment_id", "in", rows.ids)], order="id desc").transaction_id.filtered(
            lambda transaction: not transaction.reversal_of_id and not transaction.is_reversed
        )
        return ", ".join(paid.mapped("number"))

    def action_take_back(self):
        """What a payment changed goes back with the payment, a restructuring by its own request."""
        self.ensure_one()
        self.company_id._koperasi_check_role("petugas", "bendahara", "ketua")
        asked = self.env["koperasi.loan.restructure"].search([("schedule_id", "=", self.id)], limit=1)
        if asked:
            return asked.action_take_back()
        if self.kind == "prepayment" and self.transaction_id:
            return self.transaction_id.action_request_correction()
        raise UserError(self.env._("%s is not taken back by itself.", self._named()))

    def _named(self):
        """This change as the person finds it who is to take it back first."""
        self.ensure_one()
        kind = dict(self._fields["kind"]._description_selection(self.env))[self.kind]
        day = format_date(self.env, self.date)
        if self.transaction_id and self.kind == "prepayment":
            return f"{kind}, {day} ({self.transaction_id.number})"
        return f"{kind}, {day}"


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
                        "restores_id": False,
                        **vals,
                    }
                ]
            )
        )

    def _end_installments(self, rows, change):
        rows.sudo()._set(ended_by_id=change.id, date_to=change.date)
        rows.flush_recordset()  # their numbers are free now

    def _append_installments(self, change, rows):
        """:param rows: dicts of koperasi.loan.installment, amounts in money units, `root_id` where they continue one"""
        company = self.company_id
        money = ("principal", "interest", "balance", "fee", "opening_principal", "opening_interest")
        self.env["koperasi.loan.installment"].sudo()._append(
            [
                {
                    "root_id": False,
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
        """`transaction` changed installments and is taken back: those of before are in force again."""
        for change in self.sudo().schedule_ids._standing().filtered(
            lambda change: change.transaction_id == transaction and change.kind in UNDONE
        ):
            change.loan_id._restore(
                change,
                reversal.date,
                reason=reversal.reason,
                approved_by_id=reversal.approver_id.id,
                transaction_id=reversal.id,
            )

    def _restore(self, change, on, **vals):
        """Let the installments that `change` ended take the place of its own, from `on` on.

        Each new row continues the one of before (`root_id`): what was paid of that one, and can still be taken back,
        its late fees and their waivers are its own.

        :param change: koperasi.loan.schedule, the last one that stands
        :param vals: more of koperasi.loan.schedule
        :return: koperasi.loan.schedule
        """
        self.ensure_one()
        company, own = self.company_id, change._own_rows()
        before = self.env["koperasi.loan.installment"].sudo().search([("ended_by_id", "=", change.id)])
        paid = self._paid_parts(before)
        back = self._append_change("restored", on, amount=-change.amount, restores_id=change.id, **vals)
        self._end_installments(own.filtered(lambda row: not row.date_to), back)
        self._append_installments(
            back,
            [
                {
                    "number": row.number,
                    "due_date": row.due_date,
                    **{name: company._to_units(row[name]) for name in ("principal", "interest", "balance")},
                    "fee": company._to_units(row.fee) - paid[row.id, "fee"],
                    "opening_principal": paid[row.id, "principal"],
                    "opening_interest": paid[row.id, "interest"],
                    "root_id": (row.root_id or row).id,
                }
                for row in before
            ],
        )
        if change.kind in ("reschedule", "recondition"):
            self.sudo()._set(capitalised_amount=self.capitalised_amount - change.amount)
        change.invalidate_recordset(["restored_ids", "taken_back_on"])
        return back


class KoperasiTransaction(models.Model):
    _inherit = "koperasi.transaction"

    def _paid_out(self):
        """Arrears that became principal are no money that was lent."""
        loans = super()._paid_out()
        changed = self.env["koperasi.loan.schedule"].sudo().search(
            [("transaction_id", "=", self.id), ("kind", "in", UNDONE)]
        )
        return loans - changed.loan_id

    def _check_reversible(self):
        """What paid installments that were changed waits until the change is taken back; last in, first out."""
        lines = self.sudo().line_ids
        for line in lines:
            ended = line.installment_id._taken_back_by(self)
            if ended.date_to and ended.ended_by_id.transaction_id != self:
                raise UserError(
                    self.env._(
                        "%(number)s paid installments of %(loan)s that were changed on %(date)s. Take back first: "
                        "%(change)s.",
                        number=self.number,
                        loan=line.loan_id.display_name,
                        date=format_date(self.env, ended.date_to),
                        change=line.loan_id.schedule_ids._standing()[-1:]._named(),
                    )
                )
        result = super()._check_reversible()
        for change in lines.loan_id.schedule_ids.filtered(
            lambda change: change.transaction_id == self and change.kind in UNDONE
        ):
            if first := change._what_stands_in_the_way():
                raise UserError(
                    self.env._(
                        "%(number)s changed the installments of %(loan)s. Take back first what came after it: "
                        "%(first)s.",
                        number=self.number,
                        loan=change.loan_id.display_name,
                        first=first,
                    )
                )
        return result
