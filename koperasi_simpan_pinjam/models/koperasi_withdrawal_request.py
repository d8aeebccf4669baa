from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class KoperasiWithdrawalRequest(models.Model):
    """More than an account's limit on one day: one person asks, a second one decides (docs/domain.md 5.5).

    An approved request lifts the limit of that account on that day to its amount; it pays nothing by itself.
    """

    _name = "koperasi.withdrawal.request"
    _description = "Large Withdrawal"
    _inherit = ["koperasi.request", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _ask_roles = ("petugas", "bendahara")
    _decide_roles = ("bendahara", "ketua")

    savings_id = fields.Many2one(
        "koperasi.savings.account",
        "Savings Account",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    member_id = fields.Many2one(related="savings_id.member_id")
    company_id = fields.Many2one(related="savings_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    balance = fields.Monetary(related="savings_id.balance")
    amount = fields.Monetary("Total of the Day", required=True, tracking=True)
    date = fields.Date("Day of the Withdrawal", required=True, default=fields.Date.context_today, tracking=True)
    note = fields.Char("What For")

    _amount = models.Constraint("CHECK (amount > 0)", "Enter an amount above zero.")
    _one_a_day = models.UniqueIndex(
        "(savings_id, date) WHERE state != 'refused'", "There is a request for this account and day already."
    )

    @api.depends("savings_id", "date")
    def _compute_display_name(self):
        for request in self:
            request.display_name = f"{request.savings_id.display_name}, {format_date(self.env, request.date)}"

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        for request in requests:
            request._check_notice()
        return requests

    def _check_notice(self):
        self.ensure_one()
        earliest = fields.Date.add(
            fields.Date.context_today(self), days=self.savings_id.product_id.withdrawal_notice_days
        )
        if self.date < earliest:
            raise UserError(
                self.env._(
                    "%(account)s: a large withdrawal is announced some days before. The earliest day is %(date)s.",
                    account=self.savings_id.display_name,
                    date=format_date(self.env, earliest),
                )
            )

    def _concerns(self):
        return self.savings_id.partner_id

    @api.model
    def _allow(self, account, date, units, approver):
        """What the second person said yes to at the counter: an approved request, or the one that waited.

        :param units: the day's total, in money units
        :param approver: res.users, whose right the caller has checked
        """
        if approver.sudo().partner_id == account.partner_id:
            raise UserError(self.env._("Nobody decides on her own withdrawal."))
        decided = {"amount": account.company_id._from_units(units), "state": "approved", "decided_by_id": approver.id}
        request = self.search([("savings_id", "=", account.id), ("date", "=", date), ("state", "!=", "refused")])
        if request:
            return request._set(**decided)
        asked = {"savings_id": account.id, "date": date, "amount": decided["amount"]}
        super().create([asked])._set(**decided)  # at the counter no notice is asked for
