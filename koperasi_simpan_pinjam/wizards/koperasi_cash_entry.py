import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError


class KoperasiCashEntry(models.TransientModel):
    """Money in or out for a purpose of the cooperative's own. Its key makes a double click count once."""

    _name = "koperasi.cash.entry"
    _description = "General Receipt or Payment"
    _inherit = ["koperasi.payout.form"]

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    direction = fields.Selection([("in", "Receipt"), ("out", "Payment")], required=True, default="out")
    purpose_id = fields.Many2one(
        "koperasi.cash.purpose",
        required=True,
        domain="[('company_id', '=', company_id), ('direction', '=', direction)]",
        compute="_compute_purpose_id",
        store=True,
        readonly=False,
    )
    amount = fields.Monetary(required=True)
    partner_id = fields.Many2one("res.partner", "Contact", help="When she is known; else her name is enough.")
    party = fields.Char("Received From or Paid To", compute="_compute_party", store=True, readonly=False)
    note = fields.Char("Description")
    bill = fields.Image("Photo of the Bill", max_width=1600, max_height=1600)
    way = fields.Selection([("cash", "Cash"), ("bank", "Bank")], required=True, default="cash")
    bank_id = fields.Many2one(
        "account.journal",
        "At the Bank",
        domain="[('type', '=', 'bank'), ('company_id', '=', company_id)]",
        groups="koperasi_simpan_pinjam.group_bendahara",
    )
    bank_line_id = fields.Many2one("koperasi.bank.statement.line", "Line of the Bank", readonly=True)
    session_id = fields.Many2one("koperasi.cash.session", "Cash Session", compute="_compute_session_id")
    key = fields.Char(default=lambda self: str(uuid.uuid4()), required=True, readonly=True)

    @api.depends("company_id")
    def _compute_session_id(self):
        for entry in self:
            entry.session_id = self.env["koperasi.cash.session"]._current(entry.company_id)

    @api.depends("purpose_id", "amount", "session_id", "way", "party", "partner_id", "note")
    def _compute_needs_approval(self):
        return super()._compute_needs_approval()

    def _is_above_limit(self):
        purpose = self.purpose_id
        if not purpose or self.direction != "out" or self.amount <= 0:
            return False
        units = self.company_id._to_units(self.amount, whole=False)
        at_counter = self.way == "cash" and self.session_id and self.session_id._is_above_limit(units)
        return bool(at_counter or purpose._needs_approval(self.amount))

    def _payout(self):
        units = self.company_id._to_units(self.amount, whole=False)
        paid_to = self.party or self.partner_id.name
        return {
            "content": ["purpose", self.purpose_id.id, str(units), self.partner_id.id, self.party, self.note, self.way],
            "name": ", ".join(filter(None, (self.purpose_id.name, paid_to, self.note))) or self._description,
            "amount": self.amount,
            "partner": self.partner_id,
        }

    @api.depends("direction")
    def _compute_purpose_id(self):
        for entry in self:
            if entry.purpose_id.direction != entry.direction:
                entry.purpose_id = False

    @api.depends("partner_id")
    def _compute_party(self):
        for entry in self:
            entry.party = entry.partner_id.name or entry.party

    def action_confirm(self):
        """Record it and show the receipt; asked again with the same key, show the same receipt."""
        self.ensure_one()
        return self._action_refused() or self._record()._action_form()

    def _record(self):
        at_bank = self.way == "bank"
        if at_bank:
            self.company_id._koperasi_check_role("bendahara")
            if not self.bank_id:
                raise UserError(self.env._("Choose the bank."))
        elif not self.session_id:
            raise UserError(self.env._("Open the cash session first."))
        line = self.bank_line_id if at_bank else self.bank_line_id.browse()
        if line and (line.journal_id != self.bank_id or abs(line.amount) != self.amount):
            raise UserError(self.env._("%s is another amount, or of another bank.", line.name))
        transaction = self.purpose_id._record(
            self.amount,
            self.session_id if not at_bank else None,
            bank=self.bank_id if at_bank else None,
            bank_line=line,
            key=self.key,
            partner=self.partner_id or None,
            party=self.party or None,
            note=self.note or None,
            approver=self._approver() if self.needs_approval or self.agreed_by_id else None,
        )
        self._request()._use(self.key)
        if self.bill:
            transaction._keep_bill(self.bill)
        if line and not line.entry_id:
            line.entry_id = self.env["koperasi.bank.entry"].search(
                [("journal_id", "=", line.journal_id.id), ("move_id", "=", transaction.sudo().move_id.id)]
            )
        return transaction
