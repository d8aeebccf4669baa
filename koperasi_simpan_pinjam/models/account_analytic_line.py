from odoo import api, models


class AccountAnalyticLine(models.Model):
    _inherit = "account.analytic.line"

    def _koperasi_check_frozen(self, names=None):
        """The unit of a posted transaction can't be moved from the analytic side either.

        :param names: fields about to be written; None for creation and deletion
        """
        money = {"amount", "date", "move_line_id", "general_account_id", "company_id", *self._get_plan_fnames()}
        if names is None or money & set(names):
            self.move_line_id.move_id._koperasi_refuse_frozen()

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._koperasi_check_frozen()
        return lines

    def write(self, vals):
        self._koperasi_check_frozen(vals)
        result = super().write(vals)
        self._koperasi_check_frozen(vals)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_koperasi(self):
        self._koperasi_check_frozen()
