from odoo import api, models


class AccountMergeWizard(models.TransientModel):
    _inherit = "account.merge.wizard"

    @api.model
    def _action_merge(self, accounts):
        accounts._koperasi_check_not_in_ledger()
        return super()._action_merge(accounts)
