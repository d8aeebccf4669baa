from odoo import fields, models


class KoperasiDeliveryReturn(models.TransientModel):
    """Why a delivery or a settlement is taken back: by a second person, everything it did together."""

    _name = "koperasi.delivery.return"
    _description = "Take a Delivery or Settlement Back"

    delivery_id = fields.Many2one("koperasi.delivery", readonly=True)
    settlement_id = fields.Many2one("koperasi.consignment.settlement", readonly=True)
    reason = fields.Char(required=True)

    def action_confirm(self):
        self.ensure_one()
        (self.delivery_id or self.settlement_id)._do_return(self.reason)
        return {"type": "ir.actions.act_window_close"}
