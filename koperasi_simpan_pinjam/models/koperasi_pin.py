import re
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

TRIES = 5
WAIT = timedelta(minutes=15)


class SecondPersonNeeded(UserError):
    """Somebody else may allow what this person may not do alone."""

    def __init__(self, message, roles):
        """:param roles: names of koperasi.officer roles that may allow it"""
        super().__init__(message)
        self.roles = roles


class ResUsers(models.Model):
    """The PIN by which an officer says yes at somebody else's screen (docs/architecture.md 5).

    She sets it herself; only its hash is stored, which nobody reads. A wrong one is counted and logged, and after
    `TRIES` of them none counts for `WAIT`. Counting updates the person's row, so that two tries at once don't both
    go by the same count.
    """

    _inherit = "res.users"

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

        A text, not an error: an error would take the count of wrong tries back.
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
                "koperasi_pin_failures": failures % TRIES,
                "koperasi_pin_wait_until": now + WAIT if failures == TRIES else False,
            }
        )
        officers = self.env["koperasi.officer"].sudo()
        officer = officers.search([("user_id", "=", user.id), ("company_id", "=", company.id)], limit=1)
        self.env["koperasi.audit.log"]._log(officer, "pin_failed", user.name)
        return self.env._("This is not the PIN of %s.", user.name)
