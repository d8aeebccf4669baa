from odoo import models
from odoo.fields import Command


class AccountPaymentRegister(models.TransientModel):
    _inherit = "account.payment.register"

    def _init_payments(self, to_process, edit_mode=False):
        """In a cooperative a payment knows its invoices before it is posted: its lines carry their business unit."""
        if self.company_id.is_koperasi:
            for values in to_process:
                values["create_vals"]["invoice_ids"] = [Command.set(values["to_reconcile"].move_id.ids)]
        return super()._init_payments(to_process, edit_mode)
