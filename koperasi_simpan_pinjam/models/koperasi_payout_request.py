from odoo import api, fields, models
from odoo.exceptions import UserError

# Who may allow a payout above a limit, by her PIN at the counter or from her phone.
PAYOUT_ROLES = ("bendahara", "ketua")


class KoperasiPayoutRequest(models.Model):
    """A payout above a limit that waits for somebody who is not at the counter (docs/domain.md 8.3).

    Her yes, from her phone, counts for exactly what she read, for the teller who asked, on that day and once: it moves
    no money. Asked for and answered by these methods only.
    """

    _name = "koperasi.payout.request"
    _description = "Payout to Decide On"
    _inherit = ["koperasi.request"]
    _order = "id desc"
    _ask_roles = ("petugas", "bendahara")
    _decide_roles = PAYOUT_ROLES

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict", index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date("Day", required=True, readonly=True)
    name = fields.Char("What For", required=True, readonly=True)
    partner_id = fields.Many2one("res.partner", "Paid To", readonly=True, ondelete="restrict")
    amount = fields.Monetary(required=True, readonly=True)
    state = fields.Selection(selection_add=[("paid", "Paid"), ("refused",)], ondelete={"paid": "set default"})
    fingerprint = fields.Char(required=True, readonly=True, help="Of what is paid to whom: what the yes counts for.")
    key = fields.Char(readonly=True, by_action=True, help="Of the form that used it.")

    @api.model_create_multi
    def create(self, vals_list):  # pylint: disable=method-required-super
        raise UserError(self.env._("A payout is asked for at the counter."))

    # === ASKED === #

    @api.model
    def _of(self, company, content):
        """The person's request of today for exactly this; empty when she asked for none.

        :param content: plain data that says what is paid to whom
        """
        return self.search(
            [
                ("company_id", "=", company.id),
                ("date", "=", fields.Date.context_today(self)),
                ("requested_by_id", "=", self.env.uid),
                ("fingerprint", "=", self.env["koperasi.posting"]._content_hash(content)),
            ],
            limit=1,
        )

    @api.model
    def _ask(self, company, payout):
        """Ask for this payout, or return what was asked already and is not refused or used.

        :param payout: dict of `content`, as above, and `name`, `amount` (Monetary) and `partner`, for whom decides
        """
        request = self._of(company, payout["content"])
        if request.state in ("requested", "approved"):
            return request
        made = super(KoperasiPayoutRequest, self.sudo()).create(
            [
                {
                    "company_id": company.id,
                    "date": fields.Date.context_today(self),
                    "name": payout["name"],
                    "partner_id": payout["partner"].id,
                    "amount": payout["amount"],
                    "fingerprint": self.env["koperasi.posting"]._content_hash(payout["content"]),
                }
            ]
        )
        return made.with_env(self.env)

    def _approver(self, key):
        """Who said yes, for the form with this key; empty when nobody did, or another form has used it."""
        if self.state == "approved" or (self.state == "paid" and self.key == key):
            return self.sudo().decided_by_id.with_env(self.env)
        return self.env["res.users"]

    def _use(self, key):
        """The form with this key has paid."""
        for request in self.sudo().filtered(lambda request: request.state == "approved"):
            request._claim()
            request._set(state="paid", key=key)

    def _concerns(self):
        return self.partner_id

    def _check_can_decide(self):
        result = super()._check_can_decide()
        if self.date != fields.Date.context_today(self):
            raise UserError(self.env._("%s was for another day. The teller asks again.", self.name))
        return result
