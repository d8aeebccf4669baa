from odoo import api, fields, models
from odoo.tools import date_utils


class KoperasiHome(models.AbstractModel):
    """What supervisors and kelurahan look at: faults, advice, the audit log."""

    _inherit = "koperasi.home"

    @api.model
    def _tasks(self):
        faults = self.env._("Faults between the books")
        advice = self.env._("Advice of the kelurahan to answer")
        log = self.env._("Entries of the audit log in 30 days")
        since = fields.Date.to_string(date_utils.subtract(fields.Date.context_today(self), days=30))
        return super()._tasks() + [
            ("bendahara pengawas", faults, "koperasi.control.fault", []),
            ("ketua sekretaris", advice, "koperasi.advice", [("state", "!=", "answered")]),
            ("pengawas", log, "koperasi.audit.log", [("create_date", ">=", since)]),
        ]
