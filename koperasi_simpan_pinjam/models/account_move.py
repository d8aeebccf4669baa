from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

# What may still be written on the entry of a posted transaction: conversation, review and securing, no figure.
WRITABLE = {
    "checked",
    "access_token",
    "inalterable_hash",
    "secure_sequence_number",
    "made_sequence_gap",
    "is_manually_modified",
    "sending_data",
    "narration",
    "message_main_attachment_id",
}
WRITABLE_PREFIXES = ("activity_", "message_", "website_message_")


class AccountMove(models.Model):
    _inherit = "account.move"

    koperasi_transaction_id = fields.Many2one(
        "koperasi.transaction",
        "Transaction",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
    )

    _koperasi_transaction = models.UniqueIndex(
        "(koperasi_transaction_id) WHERE koperasi_transaction_id IS NOT NULL",
        "This transaction has its entry already.",
    )

    # === THE ENTRY OF A TRANSACTION === #

    @api.model
    def _koperasi_create(self, transaction, vals):
        """The entry of `transaction`: called by models/posting.py only, out of reach of RPC, context and imports."""
        return super().create([{**vals, "koperasi_transaction_id": transaction.id}])

    @api.model_create_multi
    def create(self, vals_list):
        # Given, not left out: `default_koperasi_transaction_id` in the context is read for keys that are missing.
        return super().create([{**vals, "koperasi_transaction_id": False} for vals in vals_list])

    def _koperasi_refuse_frozen(self):
        """:raise UserError: when one of these is the posted entry of a transaction"""
        for move in self.sudo():
            if move.koperasi_transaction_id and move.state == "posted":
                raise UserError(
                    self.env._(
                        "%(move)s is the entry of %(transaction)s and is never changed. Record a correction of the "
                        "transaction instead.",
                        move=move.name,
                        transaction=move.koperasi_transaction_id.number,
                    )
                )

    def write(self, vals):
        if "koperasi_transaction_id" in vals:
            raise UserError(self.env._("The link between an entry and its transaction is never changed."))
        if any(name not in WRITABLE and not name.startswith(WRITABLE_PREFIXES) for name in vals):
            self._koperasi_refuse_frozen()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_koperasi(self):
        self._koperasi_refuse_frozen()

    def _reverse_moves(self, default_values_list=None, cancel=False):
        self._koperasi_refuse_frozen()
        return super()._reverse_moves(default_values_list, cancel)

    @api.depends("koperasi_transaction_id")
    def _compute_show_reset_to_draft_button(self):
        result = super()._compute_show_reset_to_draft_button()
        self.filtered("koperasi_transaction_id").show_reset_to_draft_button = False
        return result

    def action_koperasi_transaction(self):
        """The transaction of this entry, or the list of those that it holds together."""
        self.ensure_one()
        transactions = self.koperasi_transaction_id | self.koperasi_transaction_id.booked_ids
        if len(transactions) == 1:
            return transactions._action_form()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "koperasi.transaction",
            "view_mode": "list,form",
            "domain": [("id", "in", transactions.ids)],
        }

    # === ODOO'S OWN DOCUMENTS IN A COOPERATIVE === #

    def _post(self, soft=True):
        """In a cooperative nothing is re-dated silently, and every line carries one business unit."""
        ours = self.filtered(lambda move: move.company_id.is_koperasi)
        dates = {move: move.date for move in ours}
        for move in ours:
            if not soft or move.date <= fields.Date.context_today(move):
                move._koperasi_check_lock_dates()
        ours.filtered(lambda move: not move.koperasi_transaction_id)._koperasi_fill_unit()
        posted = super()._post(soft)
        for move in ours & posted:
            # A sale without invoice date gets its date here, and is checked by Odoo; no other may have moved.
            if move.date != dates[move] and not move.is_sale_document(include_receipts=True):
                raise UserError(
                    self.env._(
                        "%(move)s is dated %(date)s, and Odoo would book it on another day (%(other)s).",
                        move=move.name,
                        date=dates[move],
                        other=move.date,
                    )
                )
        return posted

    def _koperasi_check_lock_dates(self):
        self.ensure_one()
        locks = self._get_violated_lock_dates(self.date, self._affect_tax_report())
        if locks:
            raise UserError(
                self.env._(
                    "%(move)s is dated %(date)s, in a period that is closed: %(locks)s. Choose a later date.",
                    move=self.display_name,
                    date=self.date,
                    locks=self.company_id._format_lock_dates(locks),
                )
            )

    def _get_accounting_date(self, invoice_date, has_tax, lock_dates=None):
        if self.company_id.is_koperasi:
            return invoice_date
        return super()._get_accounting_date(invoice_date, has_tax, lock_dates)

    def _koperasi_fill_unit(self):
        """Give every line of the document one business unit (docs/architecture.md 2.7).

        The unit the line names or comes from; else that of the document's largest amount, else the journal's, else
        General. Units that don't balance by themselves get a pair of lines on the account between units.
        """
        for move in self:
            lines = move.line_ids.filtered(
                lambda line: line.display_type not in ("line_section", "line_subsection", "line_note")
            )
            own = lines.filtered("koperasi_interunit")  # of an earlier posting, or copied from another document
            own.unlink()
            lines -= own
            units = {line: line._koperasi_unit() for line in lines}
            sizes = defaultdict(float)
            for line, unit in units.items():
                if unit:
                    sizes[unit] += abs(line.balance)
            rest = (
                max(sizes, key=lambda unit: (sizes[unit], -unit.id), default=None)
                or move.journal_id.koperasi_unit_id
                or move.company_id._koperasi_setting("koperasi_general_unit_id")
            )
            totals = defaultdict(float)
            for line, unit in units.items():
                totals[unit or rest] += line.balance
                if not line._koperasi_units():
                    line.analytic_distribution = (unit or rest)._koperasi_distribution(line.analytic_distribution)
            move._koperasi_balance_units(totals)

    def _koperasi_balance_units(self, totals):
        """What the document leaves open between the units: one line for each on the account between them.

        :param totals: {unit: balance of its lines}
        """
        currency = self.company_id.currency_id
        totals = {unit: currency.round(balance) for unit, balance in totals.items()}
        open_units = {unit: balance for unit, balance in totals.items() if balance}
        if len(open_units) < 2 or not currency.is_zero(sum(open_units.values())):
            return  # a document that doesn't balance is refused by Odoo
        account = self.company_id._koperasi_setting("koperasi_interunit_account_id")
        self.env["account.move.line"].create(
            [
                {
                    "move_id": self.id,
                    "account_id": account.id,
                    "name": self.env._("Between units"),
                    "currency_id": currency.id,
                    "balance": -balance,
                    "amount_currency": -balance,
                    "analytic_distribution": unit._koperasi_distribution(),
                    "display_type": "cogs",  # in the books, not on the paper
                    "koperasi_interunit": True,
                    "tax_ids": [],
                }
                for unit, balance in open_units.items()
            ]
        )
