from odoo import api, fields, models
from odoo.exceptions import ValidationError

ROLES = [
    ("petugas", "Teller"),
    ("bendahara", "Treasurer"),
    ("sekretaris", "Secretary"),
    ("ketua", "Chair"),
    ("pengawas", "Supervisor"),
    ("pemantau", "Kelurahan Monitor"),
    ("pendamping", "Facilitator"),
    ("admin", "Administrator"),
]


class KoperasiOfficer(models.Model):
    """A person's role in one cooperative, for a term.

    Authority is per company: Odoo's groups are global and only open menus; every check asks for a row of this model
    that is in force.
    """

    _name = "koperasi.officer"
    _description = "Officer"
    _inherit = ["mail.thread"]
    _order = "company_id, role, date_from"

    user_id = fields.Many2one("res.users", required=True, ondelete="restrict", index=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.company,
        domain=[("is_koperasi", "=", True)],
    )
    role = fields.Selection(ROLES, required=True, tracking=True)
    date_from = fields.Date("From", required=True, default=fields.Date.context_today, tracking=True)
    date_to = fields.Date("To", tracking=True, help="Last day of the term, included. Empty: open-ended.")

    _term = models.Constraint("CHECK (date_to IS NULL OR date_to >= date_from)", "The term ends before it begins.")

    @api.model
    def _domain_in_force(self, date=None):
        """Of the roles held on `date` (default today)."""
        date = date or fields.Date.context_today(self)
        return [("date_from", "<=", date), "|", ("date_to", "=", False), ("date_to", ">=", date)]

    @api.model
    def _tell(self, document, role, text):
        """An activity on `document` for whoever holds `role` in its cooperative today."""
        held = [("company_id", "=", document.company_id.id), ("role", "=", role), *self._domain_in_force()]
        quiet = document.sudo().with_context(mail_activity_quick_update=True)
        for user in self.sudo().search(held).user_id:
            quiet.activity_schedule("mail.mail_activity_data_todo", summary=text, user_id=user.id)

    @api.depends("user_id", "role")
    def _compute_display_name(self):
        labels = dict(self._fields["role"]._description_selection(self.env))
        for officer in self:
            officer.display_name = f"{officer.user_id.name} ({labels.get(officer.role, '')})"

    @api.constrains("user_id", "company_id", "role", "date_from", "date_to")
    def _check_overlap(self):
        for officer in self:
            others = self.search(
                [
                    ("id", "!=", officer.id),
                    ("user_id", "=", officer.user_id.id),
                    ("company_id", "=", officer.company_id.id),
                    ("role", "=", officer.role),
                    ("date_from", "<=", officer.date_to or "9999-12-31"),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", officer.date_from),
                ],
                limit=1,
            )
            if others:
                raise ValidationError(self.env._("%s already has this role in that period.", officer.user_id.name))

    @api.model_create_multi
    def create(self, vals_list):
        officers = super().create(vals_list)
        officers.user_id._koperasi_sync_groups()
        return officers

    def write(self, vals):
        users = self.user_id
        result = super().write(vals)
        (users | self.user_id)._koperasi_sync_groups()
        return result

    def unlink(self):
        users = self.user_id
        result = super().unlink()
        users._koperasi_sync_groups()
        return result

    @api.autovacuum
    def _gc_expired_menus(self):
        """Close the menus of those whose term ended; their rights ended with the term itself."""
        self.search([("date_to", "<", fields.Date.today())]).user_id._koperasi_sync_groups()
