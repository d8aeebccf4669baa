from odoo import fields, models


class KoperasiCorrectionRequest(models.TransientModel):
    """Ask to take a transaction back; with a second person's PIN it is done at once, for the whole slip."""

    _name = "koperasi.correction.request"
    _description = "Ask for a Correction"
    _inherit = ["koperasi.second.person"]

    transaction_id = fields.Many2one("koperasi.transaction", required=True)
    company_id = fields.Many2one(related="transaction_id.company_id")
    currency_id = fields.Many2one(related="transaction_id.currency_id")
    amount = fields.Monetary(related="transaction_id.amount")
    reason = fields.Char(required=True)

    def action_confirm(self):
        """Ask; a treasurer or the chair decides: now, with her PIN, or later, at her own screen."""
        self.ensure_one()
        if refused := self._action_refused():
            return refused
        slip = self._slip() if self.agreed_by_id else self.transaction_id
        corrections = self.env["koperasi.correction"].create(
            [{"transaction_id": transaction.id, "reason": self.reason} for transaction in slip]
        )
        if self.agreed_by_id:
            corrections._approve_by(self.agreed_by_id)
            return self._action_again(slip)
        return {
            "type": "ir.actions.act_window",
            "res_model": "koperasi.correction",
            "res_id": corrections.id,
            "view_mode": "form",
        }

    def _slip(self):
        """What was given out on one paper and still holds, voucher first: its money comes back before any leaves."""
        [slip] = self.transaction_id._slips()
        return slip.filtered(lambda transaction: not transaction.is_reversed).sorted("kind")

    def _action_again(self, slip):
        """Print the slip again, now BATAL, and begin a new one: with the same amounts where she was served today."""
        member, session = slip.member_id, slip.session_id
        counters = self.env["koperasi.counter"]
        current = self.env["koperasi.cash.session"]._current(self.company_id)
        return {
            "type": "ir.actions.client",
            "tag": "koperasi_print_then",
            "params": {
                "print": slip.action_print(),
                "next": (
                    counters._again(slip)._action_form()
                    if len(member) == 1 and session == current and session.state == "open"
                    else self.transaction_id._action_form()
                ),
            },
        }
