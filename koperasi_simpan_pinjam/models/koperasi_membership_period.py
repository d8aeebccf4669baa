from odoo import api, fields, models
from odoo.exceptions import UserError

from .koperasi_member import GUARDED


class KoperasiMembershipPeriod(models.Model):
    """One row of the register of members (UU 25/1992 art. 17): from when to when, under which number, why she left.

    Written by the member's own actions; nobody has the right to change a row.
    """

    _name = "koperasi.membership.period"
    _description = "Membership Period"
    _order = "date_from, id"

    member_id = fields.Many2one("koperasi.member", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="member_id.company_id", store=True, index=True, precompute=True)
    number = fields.Char("Member Number", required=True, readonly=True)
    date_from = fields.Date("Member Since", required=True, readonly=True)
    date_to = fields.Date("Left On", readonly=True)
    exit_id = fields.Many2one("koperasi.member.exit", readonly=True, ondelete="restrict")
    kind = fields.Selection(related="exit_id.kind")
    reason = fields.Char(related="exit_id.reason")

    _number = models.UniqueIndex("(company_id, number)", "This member number has been given already.")
    _order_of_days = models.Constraint("CHECK (date_to >= date_from)", "A membership ends before it begins.")

    @api.depends("number", "member_id.name")
    def _compute_display_name(self):
        for period in self:
            period.display_name = f"{period.number} {period.member_id.name or ''}"


class KoperasiMember(models.Model):
    """Active, dormant, gone and back (docs/domain.md 5.1, 5.2, 5.6)."""

    _inherit = "koperasi.member"

    @api.model
    def _cron_dormant(self):
        """Each night: who owes dues for as many months as the cooperative allows becomes dormant, who paid wakes up."""
        companies = self.env["res.company"].search([("is_koperasi", "=", True), ("koperasi_dormant_months", ">", 0)])
        for company in companies:
            zone = self.env["koperasi.profile"]._of(company).sudo().tz
            members = self.search([("company_id", "=", company.id), ("state", "in", ("active", "dormant"))])
            members.with_context(tz=zone)._update_dormant()

    def _update_dormant(self):
        """:return: those who fell asleep"""
        today, positions = fields.Date.context_today(self), self._dues_position()
        asleep, awake, bodies = self.browse(), self.browse(), {}
        for member in self:
            allowed, late = member.company_id.koperasi_dormant_months, positions[member.id].arrears
            is_late = bool(allowed) and len(late) >= allowed
            if is_late and member.state == "active":
                asleep |= member
                bodies[member.id] = self.env._(
                    "%(count)s months of dues are late, %(amount)s: dormant until she pays.",
                    count=len(late),
                    amount=member.company_id._koperasi_format(sum(month.open for month in late)),
                )
            elif not is_late and member.state == "dormant":
                awake |= member
        awake._set(state="active", date_dormant=False)
        asleep._set(state="dormant", date_dormant=today)
        asleep._message_log_batch(bodies)
        return asleep

    def _end_membership(self, state, date, leaving):
        """:param leaving: the koperasi.member.exit by which she left, on `date`, to become `state`"""
        self._set(state=state, date_left=date)
        self.period_ids.filtered(lambda period: not period.date_to).write({"date_to": date, "exit_id": leaving.id})

    def _resume_membership(self, state, leaving):
        """Her exit was taken back: she never left."""
        self._set(state=state, date_left=False, has_open_business=False)
        self.period_ids.filtered(lambda period: period.exit_id == leaving).write({"date_to": False, "exit_id": False})

    def _check_not_settling(self):
        if self.sudo().exit_id.state == "approved":
            raise UserError(self.env._("%s has left: what she has is paid out with her settlement.", self.display_name))

    def action_rejoin(self):
        """Who left applies anew: with a new number, new accounts, and a period of her own once she is active."""
        for member in self:
            member._check_can_rejoin()
            member.sudo()._do_rejoin()

    def _check_can_rejoin(self):
        self.ensure_one()
        self.company_id._koperasi_check_role("petugas", "sekretaris", "pendamping")
        if self.state not in ("left", "dismissed"):
            raise UserError(self.env._("%s has not left.", self.display_name))
        if self.exit_id.state == "approved" or self.has_open_business:
            raise UserError(
                self.env._("%s left and is not settled yet: settle and pay her exit first.", self.display_name)
            )

    def _do_rejoin(self):
        self.savings_ids.filtered(lambda account: account.state == "open")._set(state="closed")
        [number] = self.rw_id._take_member_numbers(1)
        self._set(
            **{
                **dict.fromkeys(GUARDED, False),
                "state": "candidate",
                "number": number,
                "registered_by_id": self.env.uid,
            }
        )
        self.date_joined = fields.Date.context_today(self)
        self._open_accounts()

    def action_leave(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Exit"),
            "res_model": "koperasi.member.exit",
            "view_mode": "form",
            "res_id": self.exit_id.id,
            "context": {"default_member_id": self.id},
        }
