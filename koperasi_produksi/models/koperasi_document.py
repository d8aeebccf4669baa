from odoo import api, models
from odoo.exceptions import UserError

CONVERSATION = ("message_", "activity_", "website_message_")


class KoperasiDocument(models.AbstractModel):
    """Written freely as a draft, recorded by an action, and never changed from then on: only taken back whole."""

    _name = "koperasi.document"
    _description = "Document"
    _inherit = ["koperasi.claimable", "mail.thread"]
    # What changes by actions only.
    _guarded = frozenset({"state", "number", "version", "transaction_id", "done_by_id"})

    @api.model_create_multi
    def create(self, vals_list):
        born = {**dict.fromkeys(self._guarded - {"version"}, False), "state": "draft"}
        return super().create([{**vals, **born} for vals in vals_list])

    def write(self, vals):
        if self._guarded & set(vals):
            raise UserError(self.env._("%s changes by its actions only.", self[:1].display_name))
        if any(not name.startswith(CONVERSATION) for name in vals):
            self._check_draft()
        return super().write(vals)

    def _set(self, **vals):
        """Set guarded fields past `write`; private, so not callable by RPC."""
        return super().write(vals)

    def _check_draft(self):
        for document in self:
            if document.state != "draft":
                raise UserError(
                    self.env._("%s is recorded: it is never changed. Take it back instead.", document.display_name)
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self._check_draft()
