from odoo import api, models
from odoo.exceptions import UserError


class KoperasiDocument(models.AbstractModel):
    """Written freely as a draft, recorded by an action, and never changed from then on: only taken back whole."""

    _name = "koperasi.document"
    _description = "Document"
    _inherit = ["koperasi.guarded", "koperasi.claimable", "mail.thread"]

    def write(self, vals):
        if self._typed(vals) - self._by_action().keys():
            self._check_draft()
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
