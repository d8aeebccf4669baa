from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

KINDS = [("receipt", "Receipt"), ("payment", "Payment"), ("memorial", "Memorial")]
# Bukti Kas Masuk, Bukti Kas Keluar, Bukti Memorial: the names of the paper books.
VOUCHERS = {"receipt": "BKM", "payment": "BKK", "memorial": "BM"}


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
        "date", "company_id", "kind", "member_id", "partner_id", "journal_id", "session_id", "amount", "key",
        "content_hash", "origin", "reversal_of_id", "reason", "approver_id",
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
    journal_id = fields.Many2one("account.journal", "Cash Box or Book", required=True, readonly=True, ondelete="restrict")
    session_id = fields.Many2one("koperasi.cash.session", "Cash Session", readonly=True, ondelete="restrict", index="btree_not_null")
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
    move_ids = fields.One2many("account.move", "koperasi_transaction_id", "Entries", groups="account.group_account_readonly")
    move_id = fields.Many2one(
        "account.move", "Entry", compute="_compute_move_id", groups="account.group_account_readonly",
    )

    _number = models.UniqueIndex("(journal_id, number)", "This number has been given already.")
    _key = models.UniqueIndex("(company_id, key) WHERE key IS NOT NULL", "This has been recorded already.")
    _reversal = models.UniqueIndex(
        "(reversal_of_id) WHERE reversal_of_id IS NOT NULL", "This transaction has been corrected already.",
    )

    @api.model
    def _selection_origin(self):
        return [(name, self.env[name]._description) for name in ("koperasi.run", "koperasi.cash.session", "koperasi.correction")]

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

    @api.depends("move_ids")
    def _compute_move_id(self):
        for transaction in self:
            transaction.move_id = transaction.move_ids[:1]

    # === NUMBER: sequence.mixin waits on its unique index, so there are no gaps and nobody sees an error === #

    def _number_prefix(self):
        """`BKM/KL1/2026/`: always ours, never copied from the last number."""
        self.ensure_one()
        return f"{VOUCHERS[self.kind]}/{self.journal_id.code}/{self.date.year}/"

    def _get_next_sequence_format(self):
        prefix = self._number_prefix()
        [[last]] = self.env.execute_query(SQL(
            "SELECT MAX(sequence_number) FROM koperasi_transaction WHERE journal_id = %s AND sequence_prefix = %s",
            self.journal_id.id, prefix,
        ))
        return "{prefix}{seq:0{seq_length}d}", {"prefix": prefix, "seq": last or 0, "seq_length": 4}

    def _set_next_sequence(self):
        self.ensure_one()
        number = self._locked_increment(*self._get_next_sequence_format())
        self.with_context(clear_sequence_mixin_cache=False)._set(number=number)

    def _must_check_constrains_date_sequence(self):
        return False  # the prefix is made from the date

    # === ACTIONS === #

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

    def _check_reversible(self):
        self.ensure_one()
        if self.reversal_of_id:
            raise UserError(self.env._("%s is itself a correction: record the right transaction anew.", self.number))
        if self.reversal_ids:
            raise UserError(self.env._(
                "%(number)s has been corrected already by %(reversal)s.",
                number=self.number, reversal=self.reversal_ids[0].number,
            ))
