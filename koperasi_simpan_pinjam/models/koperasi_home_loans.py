from odoo import api, models


class KoperasiHome(models.AbstractModel):
    """Applications, restructurings, write-offs and the queue."""

    _inherit = "koperasi.home"

    @api.model
    def _tasks(self):
        online = self.env._("Applications of members from the portal")
        applications = self.env._("Loan applications to decide on")
        restructures = self.env._("Restructurings to decide on")
        undos = self.env._("Restructurings to take back")
        write_offs = self.env._("Write-offs to decide on")
        payouts = self.env._("Approved loans to pay out")
        queue = self.env._("Loans that wait for funds")
        me = self.env.user
        hers = ("partner_id", "!=", me.partner_id.id)  # nobody decides on her own loan
        submitted = [("state", "=", "submitted"), ("approval_ids", "not any", [("user_id", "=", me.id)]), hers]
        undo = [("state", "=", "requested"), ("requested_by_id", "!=", me.id)]
        undo += [("loan_id.partner_id", "!=", me.partner_id.id)]
        waiting = [("approver_ids", "not in", me.ids), *undo]
        proposed = [("state", "=", "running"), ("write_off_proposed_on", "!=", False)]
        # whoever else decides: two of the board, or all of board and supervisors
        board, related = ("decided_by", "!=", "chair"), ("decided_by", "=", "related")
        undo_board, undo_related = ((f"restructure_id.{name}", *rest) for name, *rest in (board, related))
        return super()._tasks() + [
            ("petugas bendahara", online, "koperasi.loan", [("state", "=", "draft"), ("is_online", "=", True)]),
            ("ketua", applications, "koperasi.loan", submitted),
            ("bendahara sekretaris", applications, "koperasi.loan", [board, *submitted]),
            ("pengawas", applications, "koperasi.loan", [related, *submitted]),
            ("ketua", restructures, "koperasi.loan.restructure", waiting),
            ("bendahara sekretaris", restructures, "koperasi.loan.restructure", [board, *waiting]),
            ("pengawas", restructures, "koperasi.loan.restructure", [related, *waiting]),
            ("ketua", undos, "koperasi.loan.undo", undo),
            ("bendahara sekretaris", undos, "koperasi.loan.undo", [undo_board, *undo]),
            ("pengawas", undos, "koperasi.loan.undo", [undo_related, *undo]),
            ("ketua", write_offs, "koperasi.loan", proposed),
            ("bendahara", payouts, "koperasi.loan", [("state", "=", "approved")]),
            ("bendahara ketua", queue, "koperasi.loan", [("state", "=", "queued")]),
        ]
