from odoo import api, fields, models
from odoo.exceptions import UserError


class KoperasiAdvice(models.Model):
    """What the kelurahan advises a cooperative, and what was done: Buku Anjuran Pejabat (docs/domain.md 6.1)."""

    _name = "koperasi.advice"
    _description = "Advice of the Kelurahan"
    _inherit = ["koperasi.guarded", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"

    company_id = fields.Many2one(
        "res.company",
        "Cooperative",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.user._koperasi_companies("pemantau")[:1],
        domain=lambda self: [("id", "in", self.env.user._koperasi_companies("pemantau").ids)],
    )
    date = fields.Date(readonly=True, required=True, default=fields.Date.context_today, by_action=True)
    user_id = fields.Many2one(
        "res.users",
        "Written By",
        readonly=True,
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        by_action=True,
    )
    position = fields.Char("Position and Address", required=True)
    text = fields.Text("Advice", required=True)
    state = fields.Selection(
        [("written", "Written"), ("read", "Read"), ("answered", "Answered")],
        default="written",
        required=True,
        readonly=True,
        tracking=True,
        by_action=True,
    )
    answer = fields.Text("What Was Done")
    read_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict", by_action=True)
    answered_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict", by_action=True)
    date_answered = fields.Date("Answered On", readonly=True, by_action=True)

    @api.depends("date", "user_id")
    def _compute_display_name(self):
        for advice in self:
            advice.display_name = f"{advice.user_id.sudo().name or ''} {advice.date or ''}".strip()

    @api.model_create_multi
    def create(self, vals_list):
        advices = super().create([{**vals, "answer": False} for vals in vals_list])
        for advice in advices:
            advice.company_id._koperasi_check_role("pemantau")
            self.env["koperasi.officer"]._tell(advice, "ketua", self.env._("Read the advice of the kelurahan"))
        return advices

    def write(self, vals):
        typed = self._typed(vals)
        for advice in self:
            if typed & {"text", "position", "company_id"} and (
                advice.state != "written" or advice.user_id != self.env.user
            ):
                raise UserError(self.env._("An advice stays as it was read. Write another one."))
            if "answer" in typed:
                advice.company_id._koperasi_check_role("ketua", "sekretaris", "bendahara")
                if advice.state == "answered":
                    raise UserError(self.env._("%s is answered already.", advice.display_name))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("An advice is kept: it stands in the book."))

    def action_read(self):
        for advice in self:
            advice._check_board("written")
            advice.sudo()._set(state="read", read_by_id=self.env.uid)

    def action_answer(self):
        for advice in self:
            advice._check_board("written", "read")
            if not advice.answer:
                raise UserError(self.env._("Write first what was done."))
            advice.sudo()._set(
                state="answered",
                read_by_id=advice.read_by_id.id or self.env.uid,
                answered_by_id=self.env.uid,
                date_answered=fields.Date.context_today(advice),
            )

    def _check_board(self, *states):
        self.ensure_one()
        self.company_id._koperasi_check_role("ketua", "sekretaris", "bendahara")
        if self.state not in states:
            raise UserError(self.env._("%s is answered already.", self.display_name))

    def action_print(self):
        return self.env.ref("koperasi_simpan_pinjam.action_report_advice").report_action(self)
