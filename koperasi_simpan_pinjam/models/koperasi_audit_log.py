from odoo import api, fields, models
from odoo.exceptions import UserError


class KoperasiAuditLog(models.Model):
    """What the pengawas must be able to see afterwards: reveals of NIK and KK, relaxed four-eyes, overrides."""

    _name = "koperasi.audit.log"
    _description = "Audit Log"
    _order = "id desc"
    _rec_name = "event"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict", index=True)
    event = fields.Selection(
        [
            ("nik_revealed", "NIK Shown"),
            ("kk_revealed", "Family Card Shown"),
            ("self_approval", "Approved by the Maker"),
            ("pin_failed", "Wrong PIN"),
            ("limit_overridden", "Lending Limit Overridden"),
            ("month_reopened", "Month Opened Again"),
            ("late_fee_waived", "Late Fee Waived"),
            ("written_off", "Loan Written Off"),
            ("restructured", "Loan Restructured"),
            ("restructure_undone", "Restructuring Taken Back"),
            ("guarantor_called", "Taken from a Guarantor"),
            ("bank_reopened", "Bank Statement Opened Again"),
        ],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")
    record = fields.Reference(selection="_selection_record", readonly=True, string="Document")
    note = fields.Char(readonly=True)

    @api.model
    def _selection_record(self):
        return [
            (model.model, model.name)
            for model in self.env["ir.model"].sudo().search([("model", "=like", "koperasi.%")])
        ]

    @api.model
    def _log(self, record, event, note=None):
        """Write one row, whatever the rights of the person: a log that one may refuse to write is no log."""
        return super(KoperasiAuditLog, self.sudo()).create(
            [
                {
                    "company_id": record.company_id.id,
                    "event": event,
                    "user_id": self.env.uid,
                    "record": f"{record._name},{record.id}",
                    "note": note,
                }
            ]
        )

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise UserError(self.env._("The audit log is written by the system only."))

    def write(self, vals):  # pylint: disable=method-required-super
        if self:  # Odoo's merge wizards write on no rows at all
            raise UserError(self.env._("The audit log is never changed."))
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("The audit log is never deleted."))
