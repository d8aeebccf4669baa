import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from .koperasi_officer import ROLES

PIN_TRIES = 5
PIN_WAIT = timedelta(minutes=15)


class ResUsers(models.Model):
    _inherit = "res.users"

    koperasi_officer_ids = fields.One2many("koperasi.officer", "user_id", groups="base.group_system")
    koperasi_pin = fields.Char(
        "PIN at the Counter",
        compute="_compute_koperasi_pin",
        inverse="_inverse_koperasi_pin",
        help="Six digits, yours alone: with it you approve at a teller's screen. Empty: the one set before stays.",
    )
    koperasi_has_pin = fields.Boolean("PIN Set", compute="_compute_koperasi_has_pin")
    koperasi_pin_hash = fields.Char(copy=False, groups=fields.NO_ACCESS)
    koperasi_pin_failures = fields.Integer(copy=False, groups=fields.NO_ACCESS)
    koperasi_pin_wait_until = fields.Datetime(copy=False, groups=fields.NO_ACCESS)

    def _koperasi_has_role(self, company, roles, date=None):
        """Whether the person holds one of `roles` in `company` on `date` (inclusive; default today).

        :param roles: one role name or several, of koperasi.officer
        """
        self.ensure_one()
        return company in self._koperasi_companies(roles, date)

    def _koperasi_companies(self, roles, date=None):
        """The cooperatives in which the person holds one of `roles` on `date` (inclusive; default today)."""
        self.ensure_one()
        roles = (roles,) if isinstance(roles, str) else tuple(roles)
        officers = self.env["koperasi.officer"].sudo()
        held = [("user_id", "=", self.id), ("role", "in", roles), *officers._domain_in_force(date)]
        return officers.search(held).company_id.filtered("is_koperasi")

    def _koperasi_company_ids(self, *roles):
        """For record rules: ids of the cooperatives in which the person holds one of `roles` today."""
        return self._koperasi_companies(roles).ids

    def _koperasi_closed_company_ids(self):
        """For record rules on Odoo's accounting: cooperatives whose books this person may not read.

        Members on the portal keep Odoo's own rule (their own documents).
        """
        if self.share:
            return []
        cooperatives = self.env["res.company"].sudo().search([("is_koperasi", "=", True)])
        return (cooperatives - self._koperasi_companies(("bendahara", "pengawas"))).ids

    def _koperasi_sync_groups(self):
        """Give each person the menu groups of the roles she holds now, take away ours that she doesn't, no others."""
        self.env.registry.clear_cache()  # the record rules above
        today = fields.Date.context_today(self)
        groups = {role: self.env.ref(f"koperasi_simpan_pinjam.group_{role}").sudo() for role, _label in ROLES}
        for user in self.sudo():
            held = user.koperasi_officer_ids.filtered(
                lambda officer: officer.date_from <= today and (not officer.date_to or officer.date_to >= today)
            )
            roles = set(held.mapped("role"))
            user.group_ids = [(4 if role in roles else 3, group.id) for role, group in groups.items()]
            user._koperasi_choose_home(roles)

    def _koperasi_choose_home(self, roles):
        """Where she stands after logging in: tellers at the counter, others at their page; her own choice stays."""
        self.ensure_one()
        counter, home = (
            self.env.ref(f"koperasi_simpan_pinjam.{name}").sudo()
            for name in ("koperasi_counter_action", "koperasi_home_action")
        )
        if self.action_id and self.action_id.id not in (counter.id, home.id):
            return
        if roles and not roles - {"petugas", "pendamping"}:
            self.action_id = counter.id if "petugas" in roles else False
        else:
            self.action_id = home.id if roles - {"admin", "pendamping"} else False

    # === THE PIN by which an officer says yes at somebody else's screen (docs/architecture.md 5) === #

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "koperasi_pin", "koperasi_has_pin"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return [*super().SELF_WRITEABLE_FIELDS, "koperasi_pin"]

    def _compute_koperasi_pin(self):
        self.koperasi_pin = False

    def _compute_koperasi_has_pin(self):
        for user in self:
            user.koperasi_has_pin = bool(user.sudo().koperasi_pin_hash)

    def _inverse_koperasi_pin(self):
        for user in self.filtered("koperasi_pin"):
            if user != self.env.user:
                raise AccessError(self.env._("%s sets her PIN herself, in her own preferences.", user.name))
            if not re.fullmatch(r"\d{6}", user.koperasi_pin) or len(set(user.koperasi_pin)) < 3:
                raise ValidationError(self.env._("A PIN has six digits, at least three of them different."))
            user.sudo().write(
                {
                    "koperasi_pin_hash": self._crypt_context().hash(user.koperasi_pin),
                    "koperasi_pin_failures": 0,
                    "koperasi_pin_wait_until": False,
                }
            )
            user.invalidate_recordset(["koperasi_pin"])

    @api.model
    def _koperasi_pin_holders(self, company, roles):
        """Who else, of those in `roles` at `company` today, has a PIN."""
        officers = self.env["koperasi.officer"].sudo()
        held = [("company_id", "=", company.id), ("role", "in", roles), *officers._domain_in_force()]
        users = officers.search(held).user_id - self.env.user.sudo()
        return users.filtered("koperasi_pin_hash").with_env(self.env)

    def _koperasi_pin_refusal(self, pin, company, roles):
        """Why this person, with this PIN, may not say yes at the screen of the current user; None when she may.

        A text, not an error: an error would take the count of wrong tries back. Counting updates the person's row, so
        that two tries at once don't both go by the same count; after `PIN_TRIES` wrong ones none counts for `PIN_WAIT`.
        """
        self.ensure_one()
        if self not in self._koperasi_pin_holders(company, roles):
            return self.env._("%s can't decide on this here.", self.sudo().name)
        user = self.sudo()
        now = fields.Datetime.now()
        if user.koperasi_pin_wait_until and user.koperasi_pin_wait_until > now:
            return self.env._("Too many wrong tries of the PIN of %s. Wait a quarter of an hour.", user.name)
        if self._crypt_context().verify(pin or "", user.koperasi_pin_hash):
            if user.koperasi_pin_failures:
                user.write({"koperasi_pin_failures": 0, "koperasi_pin_wait_until": False})
            return None
        failures = user.koperasi_pin_failures + 1
        user.write(
            {
                "koperasi_pin_failures": failures % PIN_TRIES,
                "koperasi_pin_wait_until": now + PIN_WAIT if failures == PIN_TRIES else False,
            }
        )
        officers = self.env["koperasi.officer"].sudo()
        officer = officers.search([("user_id", "=", user.id), ("company_id", "=", company.id)], limit=1)
        self.env["koperasi.audit.log"]._log(officer, "pin_failed", user.name)
        return self.env._("This is not the PIN of %s.", user.name)
