from odoo import api, fields, models
from odoo.exceptions import UserError


class KoperasiCashHandover(models.Model):
    """Cash carried from one box to another: the giver's voucher, then the receiver's receipt (docs/domain.md 8.3).

    Until it is received the money stands on the company's transfer account: what nobody has counted is nobody's.
    """

    _name = "koperasi.cash.handover"
    _description = "Hand-over of Cash"
    _inherit = ["koperasi.guarded", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="restrict", index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(related="out_id.date")
    box_id = fields.Many2one("koperasi.cash.box", "From", related="session_id.box_id")
    session_id = fields.Many2one(
        "koperasi.cash.session",
        "Cash Session",
        readonly=True,
        ondelete="restrict",
        check_company=True,
        default=lambda self: self.env["koperasi.cash.session"]._current(self.env.company),
    )
    target_id = fields.Many2one("koperasi.cash.box", "Into", required=True, ondelete="restrict", check_company=True)
    amount = fields.Monetary(required=True)
    note = fields.Char("Description")
    state = fields.Selection(
        [("draft", "Draft"), ("sent", "On Its Way"), ("received", "Received")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        by_action=True,
    )
    out_id = fields.Many2one(
        "koperasi.transaction", "Voucher", readonly=True, copy=False, ondelete="restrict", by_action=True
    )
    in_id = fields.Many2one(
        "koperasi.transaction", "Receipt", readonly=True, copy=False, ondelete="restrict", by_action=True
    )

    _amount = models.Constraint("CHECK (amount > 0)", "Enter an amount above zero.")

    @api.depends("box_id", "target_id", "out_id")
    def _compute_display_name(self):
        for handover in self:
            names = f"{handover.box_id.name or ''} → {handover.target_id.name or ''}"
            handover.display_name = f"{names} {handover.out_id.number or ''}".strip()

    def write(self, vals):
        terms = {"session_id", "target_id", "amount", "note", "company_id"}
        if terms & set(vals) and any(handover.state != "draft" for handover in self):
            raise UserError(self.env._("%s is on its way: it stays as it is.", self[:1].display_name))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        if any(handover.state != "draft" for handover in self):
            raise UserError(self.env._("A hand-over is kept. Correct its voucher instead."))

    def action_send(self):
        """The giver counts it out of her box."""
        self.ensure_one()
        session = self._own_session(self.box_id)
        if self.state != "draft":
            raise UserError(self.env._("%s has been handed over already.", self.display_name))
        if self.target_id == self.box_id:
            raise UserError(self.env._("%s can't hand over to itself. Choose another box.", self.box_id.name))
        voucher = self._post(session, -self.amount, "out")
        self.sudo()._set(state="sent", out_id=voucher.id)
        return voucher.action_print()

    def action_receive(self):
        """The receiver counts it into hers."""
        self.ensure_one()
        session = self._own_session(self.target_id)
        if self.state != "sent":
            raise UserError(self.env._("%s is not on its way.", self.display_name))
        if self.out_id.is_reversed:
            raise UserError(self.env._("%s was taken back by the giver.", self.out_id.number))
        receipt = self._post(session, self.amount, "in")
        self.sudo()._set(state="received", in_id=receipt.id)
        return receipt.action_print()

    def _own_session(self, box):
        """The person's open session at `box`."""
        self.company_id._koperasi_check_role("petugas", "bendahara")
        sessions = self.env["koperasi.cash.session"].search(
            [("box_id", "=", box.id), ("user_id", "=", self.env.uid), ("state", "=", "open")], limit=1
        )
        if not sessions:
            raise UserError(self.env._("You have no open session at %s. Open one first.", box.name))
        return sessions

    def _post(self, session, amount, way):
        """:param amount: Monetary, > 0 into the box of `session`"""
        company = self.company_id
        return self.env["koperasi.posting"]._post(
            company,
            session.date,
            [
                {
                    "account_id": company._koperasi_setting("transfer_account_id").id,
                    "unit_id": company._koperasi_setting("koperasi_savings_unit_id").id,
                    "component": "handover",
                    "name": self.display_name,
                    "amount": amount,
                }
            ],
            tenders=[(session.sudo().journal_id, amount)],
            session=session,
            key=f"handover/{self.id}/{way}",
            origin=self,
            party=(self.target_id if way == "out" else self.box_id).name,
            label=self.note or self.env._("Hand-over of cash"),
        )
