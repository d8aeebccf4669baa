import uuid

from odoo import api, fields, models
from odoo.exceptions import UserError


class KoperasiFundraisingDeposit(models.TransientModel):
    """A member gives for a campaign: her account for it is opened with the first deposit."""

    _name = "koperasi.fundraising.deposit"
    _description = "Contribution to a Campaign"

    fundraising_id = fields.Many2one("koperasi.fundraising", "Campaign", required=True)
    company_id = fields.Many2one(related="fundraising_id.company_id")
    currency_id = fields.Many2one(related="fundraising_id.currency_id")
    missing = fields.Monetary(related="fundraising_id.missing")
    member_id = fields.Many2one(
        "koperasi.member", required=True, domain="[('company_id', '=', company_id), ('state', '=', 'active')]"
    )
    money = fields.Selection([("cash", "Cash"), ("savings", "From Her Savings")], required=True, default="cash")
    source_id = fields.Many2one(
        "koperasi.savings.account",
        "From Account",
        compute="_compute_source_id",
        store=True,
        readonly=False,
        domain="[('member_id', '=', member_id), ('withdrawable', '=', True), ('state', '=', 'open'), "
        "('fundraising_id', '=', False)]",
    )
    available = fields.Monetary("Can Be Withdrawn", related="source_id.available_amount")
    amount = fields.Monetary(required=True)
    session_id = fields.Many2one("koperasi.cash.session", "Cash Session", compute="_compute_session_id")
    key = fields.Char(default=lambda self: str(uuid.uuid4()), required=True, readonly=True)

    @api.depends("fundraising_id")
    def _compute_session_id(self):
        for deposit in self:
            deposit.session_id = self.env["koperasi.cash.session"]._current(deposit.company_id)

    @api.depends("member_id")
    def _compute_source_id(self):
        for deposit in self:
            deposit.source_id = deposit.member_id.savings_ids.filtered(
                lambda account: account.savings_class == "sukarela" and account.state == "open"
            )[:1]

    def action_confirm(self):
        """Record it and show the receipt; asked again with the same key, show the same receipt."""
        self.ensure_one()
        return self._record()._action_form()

    def _record(self):
        company, campaign = self.company_id, self.fundraising_id
        company._koperasi_check_role("petugas", "bendahara")
        if self.money == "cash" and not self.session_id:
            raise UserError(self.env._("Open the cash session first."))
        if campaign.state != "open":
            raise UserError(self.env._("%s doesn't collect now.", campaign.name))
        accounts = self.env["koperasi.savings.account"]
        owner = {"fundraising_id": campaign.id, "member_id": self.member_id.id, "product_id": campaign.product_id.id}
        account = accounts.search([*((name, "=", value) for name, value in owner.items()), ("state", "=", "open")])
        account = account or accounts.create(owner)
        options = {"key": self.key, "label": campaign.name}
        if self.money == "savings":
            if not self.source_id:
                raise UserError(self.env._("Choose the account the money comes from."))
            return self.source_id._transfer(account, self.amount, fields.Date.context_today(self), **options)
        return account._deposit(self.amount, self.session_id, **options)
