from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

KINDS = [("receipt", "Receipt"), ("payment", "Payment"), ("memorial", "Memorial")]
# Bukti Kas Masuk, Bukti Kas Keluar, Bukti Memorial: the names of the paper books.
VOUCHERS = {"receipt": "BKM", "payment": "BKK", "memorial": "BM"}

# Ends the key of a visit's payment: the receipt's key with this behind it.
OUT = "/out"


class KoperasiTransaction(models.Model):
    """What changes what somebody has in, or owes to, the cooperative: born posted, never changed.

    Only models/posting.py makes one, complete with its lines, tenders and entry. A mistake is reversed by another one.
    """

    _name = "koperasi.transaction"
    _description = "Transaction"
    _inherit = ["koperasi.immutable", "sequence.mixin"]
    _order = "date desc, id desc"
    _rec_name = "number"
    _sequence_field = "number"
    _sequence_index = "journal_id"
    _immutable_columns = (
        "date",
        "company_id",
        "kind",
        "member_id",
        "partner_id",
        "journal_id",
        "session_id",
        "amount",
        "key",
        "content_hash",
        "origin",
        "party",
        "reversal_of_id",
        "reason",
        "approver_id",
        "booked_with_id",
    )
    _immutable_once_columns = ("number",)

    number = fields.Char(readonly=True, copy=False)
    date = fields.Date(required=True, readonly=True, index=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict", index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    name = fields.Char("Description", readonly=True)
    member_id = fields.Many2one("koperasi.member", readonly=True, ondelete="restrict", index="btree_not_null")
    partner_id = fields.Many2one("res.partner", "Holder", readonly=True, ondelete="restrict", index="btree_not_null")
    party = fields.Char("Received From or Paid To", readonly=True, help="When she is no holder of an account.")
    journal_id = fields.Many2one(
        "account.journal", "Cash Box or Book", required=True, readonly=True, ondelete="restrict"
    )
    session_id = fields.Many2one(
        "koperasi.cash.session", "Cash Session", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    amount = fields.Monetary(readonly=True, help="Money in or out; of a memorial, what changes sides.")
    key = fields.Char(readonly=True, copy=False, help="Sent by the client: the same key gives the first result again.")
    content_hash = fields.Char(readonly=True, copy=False)
    origin = fields.Reference(selection="_selection_origin", string="Document", readonly=True)
    reversal_of_id = fields.Many2one("koperasi.transaction", "Corrects", readonly=True, copy=False, ondelete="restrict")
    reversal_ids = fields.One2many("koperasi.transaction", "reversal_of_id", "Corrected By")
    is_reversed = fields.Boolean("Corrected", compute="_compute_is_reversed", search="_search_is_reversed")
    reason = fields.Char(readonly=True)
    approver_id = fields.Many2one("res.users", "Second Person", readonly=True, ondelete="restrict")
    line_ids = fields.One2many("koperasi.transaction.line", "transaction_id", "Lines", readonly=True)
    tender_ids = fields.One2many("koperasi.transaction.tender", "transaction_id", "Cash and Bank", readonly=True)
    booked_with_id = fields.Many2one(
        "koperasi.transaction",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="The first receipt of a collection list: one entry holds all of them.",
    )
    booked_ids = fields.One2many("koperasi.transaction", "booked_with_id", "In the Same Entry")
    move_ids = fields.One2many(
        "account.move", "koperasi_transaction_id", "Own Entries", groups="account.group_account_readonly"
    )
    move_id = fields.Many2one(
        "account.move",
        "Entry",
        compute="_compute_move_id",
        groups="account.group_account_readonly",
    )

    _number = models.UniqueIndex("(journal_id, number)", "This number has been given already.")
    _key = models.UniqueIndex("(company_id, key) WHERE key IS NOT NULL", "This has been recorded already.")
    _reversal = models.UniqueIndex(
        "(reversal_of_id) WHERE reversal_of_id IS NOT NULL",
        "This transaction has been corrected already.",
    )

    @api.model
    def _selection_origin(self):
        return [
            (name, self.env[name]._description)
            for name in (
                "koperasi.run",
                "koperasi.cash.session",
                "koperasi.cash.handover",
                "koperasi.correction",
                "koperasi.member.exit",
            )
        ]

    @api.depends("reversal_ids")
    def _compute_is_reversed(self):
        for transaction in self:
            transaction.is_reversed = bool(transaction.reversal_ids)

    def _search_is_reversed(self, operator, value):
        if operator != "in":
            return NotImplemented
        reversed_ids = SQL("(SELECT reversal_of_id FROM koperasi_transaction WHERE reversal_of_id IS NOT NULL)")
        wanted = set(value)
        if wanted == {True}:
            return [("id", "in", reversed_ids)]
        if wanted == {False}:
            return [("id", "not in", reversed_ids)]
        return []

    @api.depends("move_ids", "booked_with_id.move_ids")
    def _compute_move_id(self):
        for transaction in self:
            transaction.move_id = (transaction.booked_with_id or transaction).move_ids[:1]

    # === NUMBER: sequence.mixin waits on its unique index, so there are no gaps and nobody sees an error === #

    def _number_prefix(self):
        """`BKM/KL1/2026/`: always ours, never copied from the last number."""
        self.ensure_one()
        return f"{VOUCHERS[self.kind]}/{self.journal_id.code}/{self.date.year}/"

    def _get_next_sequence_format(self):
        """Of records with one prefix and book."""
        prefix = self[0]._number_prefix()
        [[last]] = self.env.execute_query(
            SQL(
                "SELECT MAX(sequence_number) FROM koperasi_transaction WHERE journal_id = %s AND sequence_prefix = %s",
                self.journal_id.id,
                prefix,
            )
        )
        return "{prefix}{seq:0{seq_length}d}", {"prefix": prefix, "seq": last or 0, "seq_length": 4}

    def _set_next_sequence(self):
        """Give these transactions, all of one book, kind and year, the next numbers."""
        template, values = self._get_next_sequence_format()
        for transaction in self.with_context(clear_sequence_mixin_cache=False):
            transaction._set(number=transaction._locked_increment(template, dict(values)))

    def _must_check_constrains_date_sequence(self):
        return False  # the prefix is made from the date

    # === THE SLIP === #

    def _slips(self):
        """What is printed together: the receipt and the voucher of one visit, receipt first.

        :return: [koperasi.transaction]
        """
        keys = {transaction.key.removesuffix(OUT) for transaction in self if transaction.key}
        transactions = self | self.search(
            [
                ("company_id", "in", self.company_id.ids),
                ("key", "in", [*keys, *(f"{key}{OUT}" for key in keys)]),
            ]
        )
        slips = transactions.grouped(
            lambda transaction: (
                transaction.company_id,
                transaction.member_id,
                (transaction.key or str(transaction.id)).removesuffix(OUT),
            )
        )
        return [slip.sorted(lambda transaction: transaction.kind != "receipt") for slip in slips.values()]

    def _parts(self):
        """The lines as on paper, one for each account or loan.

        :return: {loan, savings account, or line without either: {component: money units, > 0 in the direction of the
            money}}
        """
        self.ensure_one()
        sign = -1 if self.kind == "payment" else 1
        rows = defaultdict(lambda: defaultdict(int))
        for line in self._paper_lines().sorted("id"):
            owner = line.loan_id or line.savings_id or line
            rows[owner][line.component] += sign * self.company_id._to_units(line.amount)
        return rows

    def _paper_lines(self):
        """The lines that her paper shows."""
        return self.line_ids

    def _slip_rows(self):
        """:return: [(label, detail, Monetary, > 0 in the direction of the money)]"""
        self.ensure_one()
        company = self.company_id
        labels = dict(self.line_ids._fields["component"]._description_selection(self.env))
        result = []
        for owner, parts in self._parts().items():
            detail = (
                ", ".join(
                    f"{labels[component]} {company._koperasi_number(company._from_units(abs(units)))}"
                    for component, units in parts.items()
                )
                if owner._name == "koperasi.loan"
                else False
            )
            result.append((self._slip_label(owner), detail, company._from_units(sum(parts.values()))))
        return result

    def _slip_label(self, owner):
        """:param owner: the loan, savings account, or line without either"""
        if owner._name == "koperasi.savings.account":
            terms = self.line_ids.filtered(
                lambda line: line.savings_id == owner and line.component == "principal"
            ).term_id
            return f"{owner.product_id.name} {', '.join(terms.mapped('number')) or owner.number}"
        if owner._name == "koperasi.loan":
            numbers = (
                self.line_ids.filtered(lambda line: line.loan_id == owner)
                .installment_id.sorted("number")
                .mapped("number")
            )
            if not numbers:
                return self.env._("Loan %s", owner.number)
            return self.env._(
                "Loan %(number)s, installment %(installments)s of %(total)s",
                number=owner.number,
                installments=", ".join(map(str, numbers)),
                total=len(owner.installment_ids),
            )
        return owner.name or dict(owner._fields["component"]._description_selection(self.env))[owner.component]

    def _slip_balances(self):
        """What the accounts and loans of these transactions stood at after them, whatever came later.

        :return: [(label, Monetary)]
        """
        lines = self._paper_lines()
        earlier = [("id", "<=", max(lines.ids))]
        savings = lines._read_group(
            [*earlier, ("savings_id", "in", lines.savings_id.ids)], ["savings_id"], ["amount:sum"]
        )
        loans = lines._read_group(
            [*earlier, ("loan_id", "in", lines.loan_id.ids), ("component", "=", "principal")],
            ["loan_id"],
            ["amount:sum"],
        )
        return [(f"{account.product_id.name} {account.number}", amount) for account, amount in savings] + [
            (self.env._("Principal left of %s", loan.number), -amount or 0) for loan, amount in loans
        ]

    # === ACTIONS === #

    def _action_form(self):
        """What shows this receipt; of none, as of a document that is not recorded yet, an empty form."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    def action_request_correction(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correction: Make a Reversing Transaction"),
            "res_model": "koperasi.correction.request",
            "view_mode": "form",
            "target": "new",
            "context": {"default_transaction_id": self.id},
        }

    def action_entry(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }

    def _return_session(self):
        """The open session through which its cash goes back when it is corrected; empty when it moved none."""
        journals = self.sudo().tender_ids.journal_id.filtered(lambda journal: journal.type == "cash")
        sessions = self.env["koperasi.cash.session"].sudo()
        if not journals:
            return sessions
        session = sessions.search(
            [("box_id.journal_id", "in", journals.ids), ("state", "=", "open")], order="date desc", limit=1
        )
        if not session:
            raise UserError(
                self.env._(
                    "The cash goes back through %s, which has no open session. Open one first.",
                    ", ".join(journals.mapped("name")),
                )
            )
        return session

    def _paid_out(self):
        """:return: the koperasi.loan that this transaction paid out"""
        return self.line_ids.filtered(lambda line: line.component == "principal" and line.amount < 0).loan_id

    def _check_reversible(self):
        self.ensure_one()
        if self.reversal_of_id:
            raise UserError(self.env._("%s is itself a correction: record the right transaction anew.", self.number))
        if self.reversal_ids:
            raise UserError(
                self.env._(
                    "%(number)s has been corrected already by %(reversal)s.",
                    number=self.number,
                    reversal=self.reversal_ids[0].number,
                )
            )
        for loan in self._paid_out():
            later = loan.line_ids.transaction_id - self
            if later.filtered(lambda other: not other.reversal_of_id and not other.is_reversed):
                raise UserError(
                    self.env._(
                        "%(number)s paid out %(loan)s. Take back its payments first.",
                        number=self.number,
                        loan=loan.display_name,
                    )
                )
