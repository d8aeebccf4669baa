from odoo import api, fields, models


class KoperasiSecondPerson(models.AbstractModel):
    """A form on which a second person may say yes with her PIN.

    The PIN itself is never stored. What is stored is who typed hers, and any change of the form takes that back: she
    agreed to what she saw.
    """

    _name = "koperasi.second.person"
    _description = "Form That a Second Person Agrees To"

    # Roles of koperasi.officer that may say yes.
    _second_roles = ("bendahara", "ketua")

    company_id = fields.Many2one("res.company")
    approver_ids = fields.Many2many("res.users", compute="_compute_approver_ids")
    approver_id = fields.Many2one("res.users", "Second Person", domain="[('id', 'in', approver_ids)]")
    pin = fields.Char("Her PIN", compute="_compute_pin", inverse="_inverse_pin")
    agreed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    pin_refusal = fields.Char(readonly=True, copy=False)

    @api.depends("company_id")
    def _compute_approver_ids(self):
        for form in self:
            form.approver_ids = self.env["res.users"]._koperasi_pin_holders(form.company_id, self._second_roles)

    def _compute_pin(self):
        self.pin = False

    def _inverse_pin(self):
        for form in self.filtered("pin"):
            approver = form.approver_id
            refusal = (
                approver._koperasi_pin_refusal(form.pin, form.company_id, self._second_roles)
                if approver
                else self.env._("Choose the second person.")
            )
            form._set(pin_refusal=refusal, agreed_by_id=approver.id if not refusal else False)
        self.invalidate_recordset(["pin"])

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([{**vals, "agreed_by_id": False, "pin_refusal": False} for vals in vals_list])

    def write(self, vals):
        return super().write({**vals, "agreed_by_id": False, "pin_refusal": False})

    def _set(self, **vals):
        """Write down who agreed; past `write`, which takes it back, and private, so not callable by RPC."""
        return super().write(vals)

    def _action_refused(self):
        """What tells that the PIN was wrong, and leaves the form as it is; None when it wasn't."""
        self.ensure_one()
        if not self.approver_id or self.agreed_by_id:
            return None
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger",
                "message": self.pin_refusal or self.env._("Type the PIN of %s.", self.approver_id.sudo().name),
            },
        }
