from odoo import api, fields, models


class KoperasiHome(models.AbstractModel):
    """Corrections, large withdrawals, term deposits, cash sessions and campaigns."""

    _inherit = "koperasi.home"

    @api.model
    def _tasks(self):
        corrections = self.env._("Corrections asked for")
        withdrawals = self.env._("Large withdrawals to decide on")
        terms = self.env._("Term deposits that are due")
        sessions = self.env._("Cash sessions of earlier days still open")
        campaigns = self.env._("Campaigns to decide on")
        give_back = self.env._("Campaigns whose savings are to be given back")
        forgotten = [("state", "=", "open"), ("date", "<", fields.Date.context_today(self))]
        failed = [("state", "=", "failed"), ("savings_ids", "any", [("balance", ">", 0)])]
        return super()._tasks() + [
            ("ketua bendahara", corrections, "koperasi.correction", [("state", "=", "requested")]),
            ("ketua bendahara", withdrawals, "koperasi.withdrawal.request", [("state", "=", "requested")]),
            ("bendahara", terms, "koperasi.savings.term", [("is_due", "=", True)]),
            ("petugas bendahara", sessions, "koperasi.cash.session", forgotten),
            ("ketua", campaigns, "koperasi.fundraising", [("state", "=", "submitted")]),
            ("bendahara", give_back, "koperasi.fundraising", failed),
        ]
