from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class KoperasiLoan(models.Model):
    """A new loan that pays off an old one of the same borrower: restructuring, or top-up (docs/domain.md 4.6, 4.10).

    It is applied for and decided on as any loan; paid out is what the old loan's payoff and the fees leave.
    """

    _inherit = "koperasi.loan"

    replaces_id = fields.Many2one(
        "koperasi.loan",
        "Pays Off",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        copy=False,
        domain="[('member_id', '=', member_id), ('state', '=', 'running')]",
        tracking=True,
        help="Her old loan: what pays it off is taken from what is paid out.",
    )
    replacement = fields.Selection(
        [("new_loan", "Restructuring"), ("top_up", "Top-up")],
        "Kind of Replacement",
        compute="_compute_replacement",
        store=True,
        readonly=False,
        tracking=True,
    )

    @api.depends("replaces_id")
    def _compute_replacement(self):
        for loan in self:
            loan.replacement = loan.replaces_id and (loan.replacement or "top_up")

    @api.constrains("replaces_id", "member_id", "state")
    def _check_replaces(self):
        for loan in self:
            old = loan.replaces_id
            if not old or loan.state != "draft":
                continue
            if old.member_id != loan.member_id or old == loan:
                raise ValidationError(
                    self.env._(
                        "%(old)s is no other loan of %(member)s.",
                        old=old.display_name,
                        member=loan.member_id.display_name,
                    )
                )
            if old.state != "running":
                raise ValidationError(self.env._("%s is not running: there is nothing to pay off.", old.display_name))

    def _needed_units(self, on=None):
        """What it takes from the loanable funds, in money units: what pays the old loan off comes back at once."""
        self.ensure_one()
        on = on or fields.Date.context_today(self)
        old = self.replaces_id.sudo().filtered(lambda loan: loan.state == "running")
        return max(self.company_id._to_units(self.amount) - (old._payoff_units(on) if old else 0), 0)

    def _replaced_lines(self, on):
        """The lines that pay the old loan off on `on`; none when this loan replaces none."""
        self.ensure_one()
        old = self.replaces_id.sudo()
        if not old:
            return []
        old._claim()
        old._check_state("running")
        return old._payoff_lines(on)

    def _check_net(self, units):
        """:raise UserError: when fees and old loan take more than is lent (`units` < 0 are left)"""
        if units < 0:
            raise UserError(
                self.env._(
                    "%(loan)s does not pay off %(old)s and its fees: %(missing)s is missing. She pays that on the old "
                    "loan first, or borrows more.",
                    loan=self.display_name,
                    old=self.replaces_id.display_name,
                    missing=self.company_id._koperasi_format(-units),
                )
            )

    def _after_replacement(self, voucher, days_late):
        """The old loan is paid off; its days late go on counting for the quality of this one."""
        self.ensure_one()
        old = self.replaces_id.sudo()
        if not old:
            return
        old._set(state="paid", payoff_id=voucher.id)
        self._append_change(
            self.replacement,
            voucher.date,
            amount=0,
            days_late=days_late,
            reason=old.number,
            requested_by_id=self.create_uid.id,
            approved_by_id=self.approved_by_id.id,
        )
