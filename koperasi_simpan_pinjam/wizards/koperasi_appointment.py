import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.koperasi_officer import ROLES


class KoperasiAppointment(models.TransientModel):
    """A person gets a role: somebody who can log in already, or somebody new with her login and first password."""

    _name = "koperasi.appointment"
    _description = "Appoint a Person"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, readonly=True)
    is_new = fields.Boolean("She Has No Login Yet", default=True)
    user_id = fields.Many2one(
        "res.users", "Person", domain="[('share', '=', False), ('company_ids', 'in', company_id)]"
    )
    name = fields.Char()
    login = fields.Char(help="Short and easy to type, for example her first name, or her e-mail address.")
    password = fields.Char("First Password", default=lambda self: self._default_password())
    role = fields.Selection(ROLES, required=True, default="ketua")
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)

    @api.model
    def _default_password(self):
        """`lemabo-4821`: easy to read out at a table."""
        syllables = "".join(secrets.choice("bdgklmnprst") + secrets.choice("aeiou") for _time in range(3))
        return f"{syllables}-{secrets.randbelow(9000) + 1000}"

    @api.onchange("name")
    def _onchange_name(self):
        if self.name and not self.login:
            self.login = self.name.split()[0].lower()

    def action_confirm(self):
        self.ensure_one()
        self.company_id._koperasi_check_can_set_up()
        user = self._new_user() if self.is_new else self.user_id
        if not user:
            raise UserError(self.env._("Choose the person first."))
        self.env["koperasi.officer"].create(
            {"user_id": user.id, "company_id": self.company_id.id, "role": self.role, "date_from": self.date_from}
        )
        self.password = False
        return {"type": "ir.actions.act_window_close"}

    def _new_user(self):
        """With the system's rights: somebody who may do nothing but what her role gives, here."""
        login = (self.login or "").strip()
        for value, label in ((self.name, self.env._("Name")), (login, self.env._("Login"))):
            if not (value or "").strip():
                raise UserError(self.env._("%s is empty. Fill it in.", label))
        if not self.password:
            raise UserError(self.env._("Give %s a first password; she changes it later.", self.name))
        users = self.env["res.users"].sudo().with_context(active_test=False, no_reset_password=True)
        if users.search_count([("login", "=", login)], limit=1):
            raise UserError(
                self.env._("The login “%s” is taken. Choose another one, for example with her RW behind it.", login)
            )
        return users.create(
            {
                "name": self.name,
                "login": login,
                "password": self.password,
                "lang": "id_ID",
                "tz": self.env["koperasi.profile"]._of(self.company_id).sudo().tz,
                "company_id": self.company_id.id,
                "company_ids": [Command.set(self.company_id.ids)],
                "group_ids": [Command.set(self.env.ref("base.group_user").ids)],
            }
        ).with_env(self.env)
