from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

from .koperasi_loan import UNPAID

KEPT_ON_PORTAL = 90  # days after which an application that came to nothing leaves the member's page


class KoperasiLoan(models.Model):
    """What the member sees of her application: how far it is and for whom it waits, no officer's name."""

    _inherit = "koperasi.loan"

    def _applications(self):
        """Of these loans, what is an application still, or was not lent lately: [{loan, status, level, can_withdraw}]

        `level` is a colour of Bootstrap.
        """
        since = fields.Date.subtract(fields.Date.context_today(self), days=KEPT_ON_PORTAL)
        rows = []
        for loan in self.sorted("id", reverse=True):
            lately = loan.state in ("rejected", "cancelled") and loan.date_applied >= since
            if loan.state in UNPAID or lately:
                status, level = loan.sudo()._member_status()
                rows.append(
                    {
                        "loan": loan,
                        "status": status,
                        "level": level,
                        "can_withdraw": loan.state in ("draft", "submitted"),
                    }
                )
        return rows

    def _member_status(self):
        """:return: (sentence, colour)"""
        self.ensure_one()
        waits = {
            "chair": self.env._("Waits for the chair."),
            "committee": self.env._("Waits for two of the board."),
            "related": self.env._("Waits for the board and the supervisors."),
        }
        if self.state == "draft":
            return self.env._("Waits for a teller, who looks at it with you."), "secondary"
        if self.state == "submitted":
            return waits[self.decided_by or "chair"], "info"
        if self.state == "approved":
            return self.env._("Approved. Waits for the treasurer, who pays it out at the counter."), "success"
        if self.state == "queued":
            approved = self.env._("Approved.")
            return f"{approved} {self._member_queue()}", "warning"
        if self.state == "rejected":
            return self.env._("Not approved. Ask at the counter what would help."), "danger"
        return self.env._("Withdrawn."), "secondary"

    def _member_queue(self):
        if self._waits_for_campaign():
            return self.env._("Waits for the campaign “%s”.", self.fundraising_id.name)
        place = self.env._("Waits for funds: number %s in the queue.", self.queue_place)
        if not self.queue_date:
            return place
        expected = self.env._("Expected on %s.", format_date(self.env, self.queue_date))
        return f"{place} {expected}"

    def _withdraw_online(self):
        """The member takes her own application back, while nobody has said yes to the last.

        :raise AccessError: unless it is hers
        :raise UserError: once it is decided
        """
        self.ensure_one()
        loan = self.sudo()
        if loan.partner_id != self.env.user.partner_id:
            raise AccessError(self.env._("You can withdraw your own application only."))
        loan._claim()
        loan._check_state("draft", "submitted")
        loan._set(state="cancelled")
        loan._message_log(body=self.env._("Withdrawn by the member on the portal."))
