from odoo import api, fields, models


class KoperasiHome(models.AbstractModel):
    """Candidates, exits and waivers of dues."""

    _inherit = "koperasi.home"

    @api.model
    def _tasks(self):
        candidates = self.env._("Candidates to approve")
        exceptions = self.env._("Waivers and suspensions of dues asked for")
        exits = self.env._("Exits of members to decide on")
        settlements = self.env._("Exits of members to settle")
        heirs = self.env._("Members without an heir")
        settled = [("state", "=", "approved"), ("pay_from", "<=", fields.Date.context_today(self))]
        return super()._tasks() + [
            (
                "ketua sekretaris",
                candidates,
                "koperasi.member",
                [("state", "=", "candidate"), ("approved_on", "=", False)],
            ),
            ("ketua", exceptions, "koperasi.dues.exception", [("state", "=", "requested")]),
            ("ketua", exits, "koperasi.member.exit", [("state", "=", "requested")]),
            ("bendahara", settlements, "koperasi.member.exit", settled),
            ("sekretaris", heirs, "koperasi.member", [("state", "=", "active"), ("heir_ids", "=", False)]),
        ]
