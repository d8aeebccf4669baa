import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

STATES = [("draft", "Being Prepared"), ("checked", "Without Faults"), ("done", "Brought In")]
INPUT = {"file", "file_name"}
FILES = "koperasi_simpan_pinjam.group_sekretaris"  # they hold whole NIK


class KoperasiMemberImport(models.Model):
    """Members brought in by a sheet (koperasi.member.reader): all faults at once, and nothing until there is none.

    The sheet itself, which holds whole NIK, is kept only until they are brought in (UU 27/2022).
    """

    _name = "koperasi.member.import"
    _description = "Members from a Sheet"
    _inherit = ["koperasi.guarded", "koperasi.claimable", "mail.thread"]
    _order = "id desc"

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="restrict", index=True, default=lambda self: self.env.company
    )
    file = fields.Binary("Filled-in Sheet", copy=False, groups=FILES)
    file_name = fields.Char(copy=False)
    template = fields.Binary(compute="_compute_template")
    marked_file = fields.Binary("Sheet with Marks", readonly=True, copy=False, groups=FILES)
    state = fields.Selection(STATES, default="draft", required=True, readonly=True, copy=False, tracking=True)
    is_read = fields.Boolean(readonly=True, copy=False, help="The sheet was checked since it was uploaded.")
    fault_ids = fields.One2many("koperasi.member.import.fault", "import_id", "Faults", readonly=True)
    fault_count = fields.Integer(compute="_compute_fault_count")
    new_count = fields.Integer("New Members", readonly=True, copy=False)
    known_count = fields.Integer("In the Register Already", readonly=True, copy=False)
    member_ids = fields.Many2many("koperasi.member", string="Members Brought In", readonly=True, copy=False)
    imported_by_id = fields.Many2one("res.users", "Brought In By", readonly=True, copy=False, ondelete="restrict")

    @api.depends("create_date")
    def _compute_display_name(self):
        for sheet in self:
            day = sheet.create_date or fields.Datetime.now()
            sheet.display_name = self.env._(
                "Members from a sheet, %s", format_date(self.env, fields.Datetime.context_timestamp(sheet, day).date())
            )

    @api.depends("company_id")
    def _compute_template(self):
        for sheet in self:
            sheet.template = base64.b64encode(self.env["koperasi.member.reader"]._template(sheet.company_id))

    @api.depends("fault_ids")
    def _compute_fault_count(self):
        for sheet in self:
            sheet.fault_count = len(sheet.fault_ids)

    @api.model_create_multi
    def create(self, vals_list):
        allowed = INPUT | {"company_id"}
        return super().create([{name: vals[name] for name in allowed & set(vals)} for vals in vals_list])

    def write(self, vals):
        if self._typed(vals) - INPUT:
            raise UserError(self.env._("A sheet of members changes by its file and its actions only."))
        if INPUT & set(vals):
            for sheet in self:
                sheet._check_open()
                sheet._forget()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if any(sheet.state == "done" for sheet in self):
            raise UserError(self.env._("A sheet whose members were brought in is kept."))

    def _forget(self):
        """What was found in another file says nothing any more."""
        self.sudo().fault_ids.unlink()
        self._set(state="draft", is_read=False, marked_file=False, new_count=0, known_count=0)

    def _check_open(self):
        if self.state == "done":
            raise UserError(self.env._("The members of this sheet were brought in already. Begin another one."))

    # === ACTIONS === #

    def action_template(self):
        """Download the sheet to fill in."""
        self.ensure_one()
        return self.env["koperasi.spreadsheet"]._action_file(self, "template", self.env._("members.xlsx"))

    def action_marked(self):
        self.ensure_one()
        return self.env["koperasi.spreadsheet"]._action_file(self, "marked_file", self.env._("members-marked.xlsx"))

    def action_check(self):
        """Read the sheet and tell all its faults; nothing is brought in."""
        for sheet in self:
            sheet.company_id._koperasi_check_role("sekretaris")
            sheet._check_open()
            sheet._do_check()

    def _do_check(self):
        """:return: FoundMembers"""
        content = self._content()
        self._forget()
        found = self.env["koperasi.member.reader"]._read(content, self.company_id)
        marks = {"is_read": True, "new_count": len(found.new), "known_count": found.known_count}
        if found.faults:
            spreadsheet = self.env["koperasi.spreadsheet"]
            marks["marked_file"] = base64.b64encode(spreadsheet._mark(content, found.faults))
            cells = spreadsheet._cells(content, found.faults)
            self.env["koperasi.member.import.fault"].sudo().create(
                [
                    {"import_id": self.id, "cell": cell, "reason": fault.text}
                    for fault, cell in zip(found.faults, cells)
                ]
            )
        else:
            marks["state"] = "checked"
        self._set(**marks)
        return found

    def _content(self):
        if not self.file:
            raise UserError(self.env._("Upload the filled-in file first."))
        return base64.b64decode(self.with_context(bin_size=False).file)

    def action_import(self):
        """Bring all in at once. Read again first: the register may have changed since; then the faults are shown."""
        for sheet in self:
            sheet.company_id._koperasi_check_role("sekretaris")
            sheet.sudo()._claim()
            sheet._check_open()
            if sheet.state != "checked":
                raise UserError(self.env._("Check the sheet first."))
            sheet._do_import()

    def _do_import(self):
        found = self._do_check()
        if found.faults:
            return
        members = self.env["koperasi.member.reader"]._create(found.new, self.company_id)
        self._set(
            state="done",
            file=False,
            marked_file=False,
            imported_by_id=self.env.uid,
            member_ids=[fields.Command.set(members.ids)],
        )

    def action_members(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("koperasi_simpan_pinjam.koperasi_member_action")
        action.pop("path", None)  # a readable address would lose the choice
        return {**action, "name": self.display_name, "domain": [("id", "in", self.member_ids.ids)]}


class KoperasiMemberImportFault(models.Model):
    """One cell that can't be right, and why."""

    _name = "koperasi.member.import.fault"
    _description = "Fault in a Sheet of Members"
    _order = "id"

    import_id = fields.Many2one(
        "koperasi.member.import", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="import_id.company_id", store=True)
    cell = fields.Char(readonly=True)
    reason = fields.Char(required=True, readonly=True)
