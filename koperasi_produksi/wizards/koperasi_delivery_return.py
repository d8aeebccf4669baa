from odoo import fields, models


class KoperasiDeliveryReturn(models.TransientModel):
    """Why a delivery is taken back: by a second person, goods and money together."""

    _name = "koperasi.delivery.return"
    _description = "Take a Delivery Back"

    delivery_id = fields.Many2one("koperasi.delivery", required=True, readonly=True)
    reason = fields.Char(required=True)

    def action_confirm(self):
        self.ensure_one()
        self.delivery_id._do_return(self.reason)
        return {"type": "ir.actions.act_window_close"}
