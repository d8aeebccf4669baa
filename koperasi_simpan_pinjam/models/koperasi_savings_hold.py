from odoo import api, fields, models
from odoo.exceptions import UserError

TERMS = {"savings_id", "amount"}


class KoperasiSavingsHold(models.Model):
    """Money that stays in an account: pledged for a loan, in dispute, or while a member leaves (docs/domain.md 5.5)."""

    _name = "koperasi.savings.hold"
    _description = "Hold on Savings"
    _inherit = ["koperasi.guarded", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    savings_id = fields.Many2one(
        "koperasi.savings.account",
        "Savings Account",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    member_id = fields.Many2one(related="savings_id.member_id")
    company_id = fields.Many2one(
        related="savings_id.company_id", store=True, index=True, precompute=True, by_action=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(required=True)
    reason = fields.Selection(
        [
            ("collateral", "Collateral of a Loan"),
            ("legal", "Court or Heirs"),
            ("exit", "Exit in Progress"),
            ("other", "Other"),
        ],
        required=True,
        default="collateral",
    )
    origin = fields.Reference([("koperasi.loan", "Loan")], "Document")
    note = fields.Char()
    date_from = fields.Date("Since", required=True, readonly=True, default=fields.Date.context_today, by_action=True)
    state = fields.Selection(
        [("active", "Held"), ("released", "Released")],
        default="active",
        required=True,
        readonly=True,
        tracking=True,
        by_action=True,
    )
    released_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict", by_action=True)
    date_released = fields.Date("Released On", readonly=True, by_action=True)

    _amount = models.Constraint("CHECK (amount > 0)", "Enter an amount above zero.")

    @api.depends("savings_id", "amount")
    def _compute_display_name(self):
        for hold in self:
            hold.display_name = f"{hold.savings_id.display_name}: {hold.company_id._koperasi_amount(hold.amount)}"

    @api.model_create_multi
    def create(self, vals_list):
        holds = super().create(vals_list)
        for hold in holds:
            hold.company_id._koperasi_check_role("bendahara", "ketua")
            hold._check_covered()
        return holds

    def _place(self, vals_list):
        """The holds of a document whose actions have checked the person; private, so not callable by RPC."""
        holds = super().create(vals_list)
        for hold in holds:
            hold._check_covered()
        return holds

    def _check_covered(self):
        """Only what is there and not held yet can be held; a withdrawal at the same moment waits."""
        self.ensure_one()
        account = self.savings_id.sudo()
        account._claim()
        company = self.company_id
        units = company._to_units(self.amount)
        free = account._lowest_units(fields.Date.context_today(self))[account] - account._held_units()[account]
        if free < 0:
            raise UserError(
                self.env._(
                    "%(account)s: of the balance only %(free)s is still free to be held.",
                    account=account.display_name,
                    free=company._koperasi_format(max(free + units, 0)),
                )
            )

    def write(self, vals):
        if TERMS & set(vals):
            raise UserError(self.env._("A hold changes by its actions only: release it and make a new one."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("A hold is kept. Release it instead."))

    def action_release(self):
        for hold in self:
            hold.company_id._koperasi_check_role("bendahara", "ketua")
            if hold.state != "active":
                raise UserError(self.env._("%s is released already.", hold.display_name))
            hold.company_id._koperasi_check_second_person(hold, hold.create_uid)
            hold._do_release()

    def _do_release(self):
        self.sudo()._set(state="released", released_by_id=self.env.uid, date_released=fields.Date.context_today(self))
