from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

GIVEN = ("deposit", "settlement")  # corrections have the component of what they correct; who leaves takes hers along
FEW = 3  # fewer givers than this are not counted out to the public
TERMS = {
    "name",
    "purpose",
    "business_kind",
    "rw_id",
    "target",
    "deadline",
    "product_id",
    "months_locked",
    "company_id",
}
DECIDED = ("reached", "failed")
SHOWN = ("open", *DECIDED)


class KoperasiFundraising(models.Model):
    """Members gather savings for a purpose; the loans that wait for it are paid from what comes together.

    What they give stays their savings: locked until the campaign is decided, given back when it fails
    (docs/domain.md 4.13, 9).
    """

    _name = "koperasi.fundraising"
    _description = "Fund-raising"
    _inherit = ["koperasi.guarded", "koperasi.claimable", "mail.thread", "mail.activity.mixin"]
    _order = "deadline desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    slug = fields.Char("Address of the Page", readonly=True, copy=False, index=True, by_action=True)
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="restrict", index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    purpose = fields.Text("What For", required=True)
    image = fields.Image("Photo", max_width=1200, max_height=1200)
    business_kind = fields.Char("Kind of Business")
    rw_id = fields.Many2one("koperasi.rw", "Area", ondelete="restrict", check_company=True, help="Empty: all.")
    target = fields.Monetary("Amount to Gather", required=True, tracking=True)
    deadline = fields.Date("Last Day", required=True, tracking=True)
    product_id = fields.Many2one(
        "koperasi.savings.product",
        "Savings Product",
        required=True,
        ondelete="restrict",
        check_company=True,
        domain="[('company_id', '=', company_id), ('savings_class', '=', 'special'), ('withdrawable', '=', True)]",
        default=lambda self: self.env.ref(
            f"account.{self.env.company.id}_koperasi_product_campaign", raise_if_not_found=False
        ),
        help="Each giver has an account of it for this campaign.",
    )
    months_locked = fields.Integer(
        default=12, tracking=True, help="After the target is reached the savings stay this long."
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Waiting for the Chair"),
            ("open", "Collecting"),
            ("reached", "Target Reached"),
            ("failed", "Not Reached"),
            ("refused", "Refused"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        by_action=True,
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict", by_action=True)
    date_approved = fields.Date("Collecting Since", readonly=True, copy=False, by_action=True)
    date_decided = fields.Date("Decided On", readonly=True, copy=False, by_action=True)
    date_unlocked = fields.Date("Savings Locked Until", readonly=True, copy=False, by_action=True)
    savings_ids = fields.One2many("koperasi.savings.account", "fundraising_id", "Accounts of Givers")
    loan_ids = fields.One2many("koperasi.loan", "fundraising_id", "Loans That Wait")
    collected = fields.Monetary("Gathered", compute="_compute_collected")
    missing = fields.Monetary("Still Missing", compute="_compute_collected")
    held = fields.Monetary("Not Given Back Yet", compute="_compute_collected")
    contributor_count = fields.Integer("Givers", compute="_compute_collected")
    progress = fields.Float(compute="_compute_collected")
    days_left = fields.Integer(compute="_compute_days_left")

    _slug = models.UniqueIndex("(slug)", "Another campaign has this address.")
    _target = models.Constraint("CHECK (target > 0)", "Enter the target of the campaign.")
    _months = models.Constraint("CHECK (months_locked BETWEEN 0 AND 120)", "Savings are locked 0 to 120 months.")

    @api.depends("savings_ids.line_ids.amount", "target")
    def _compute_collected(self):
        """Paid in, less what was corrected; what was given back later was collected nevertheless."""
        given, held = self._given_units(), self._held_units()
        for campaign in self:
            company, own = campaign.company_id, given.get(campaign._origin.id, {})
            units = sum(own.values())
            target = company._to_units(campaign.target, whole=False) if company else 0
            campaign.collected = company._from_units(units) if company else 0
            campaign.missing = company._from_units(max(target - units, 0)) if company else 0
            campaign.held = company._from_units(held.get(campaign._origin.id, 0)) if company else 0
            campaign.contributor_count = sum(1 for amount in own.values() if amount > 0)
            campaign.progress = min(100 * units / target, 100) if target else 0

    @api.depends("deadline", "state")
    def _compute_days_left(self):
        today = fields.Date.context_today(self)
        for campaign in self:
            left = (campaign.deadline - today).days + 1 if campaign.deadline else 0
            campaign.days_left = max(left, 0) if campaign.state == "open" else 0

    @api.constrains("deadline", "state")
    def _check_deadline(self):
        today = fields.Date.context_today(self)
        for campaign in self.filtered(lambda campaign: campaign.state in ("draft", "submitted")):
            if campaign.deadline < today:
                raise ValidationError(self.env._("The last day of %s has passed.", campaign.name))

    @api.constrains("target")
    def _check_target(self):
        for campaign in self:
            campaign.company_id._to_units(campaign.target)

    @api.constrains("product_id")
    def _check_product(self):
        for campaign in self:
            product = campaign.product_id
            if product.savings_class != "special" or not product.withdrawable:
                raise ValidationError(
                    self.env._("%s: choose a product of special savings that can be withdrawn.", product.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        campaigns = super().create(vals_list)
        for campaign in campaigns:
            campaign.company_id._koperasi_check_role("bendahara")
            campaign._set(slug=f"{self.env['ir.http']._slugify(campaign.name)}-{campaign.id}")
        return campaigns

    def write(self, vals):
        if TERMS & set(vals) and any(campaign.state != "draft" for campaign in self):
            raise UserError(self.env._("The terms of a campaign are fixed once it is submitted."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(campaign.state != "draft" for campaign in self):
            raise UserError(self.env._("Only a draft can be deleted."))

    # === WHAT HAS COME TOGETHER, in money units === #

    def _given_units(self):
        """:return: {campaign id: {account id: paid in, less corrections}}"""
        given = {}
        for account, amount in (
            self.env["koperasi.transaction.line"]
            .sudo()
            ._read_group(
                [("savings_id.fundraising_id", "in", self.ids), ("component", "in", GIVEN)],
                ["savings_id"],
                ["amount:sum"],
            )
        ):
            given.setdefault(account.fundraising_id.id, {})[account.id] = account.company_id._to_units(amount)
        return given

    def _held_units(self):
        """:return: {campaign id: what still lies in its accounts}"""
        held = {}
        for account, amount in (
            self.env["koperasi.transaction.line"]
            .sudo()
            ._read_group([("savings_id.fundraising_id", "in", self.ids)], ["savings_id"], ["amount:sum"])
        ):
            campaign = account.fundraising_id.id
            held[campaign] = held.get(campaign, 0) + account.company_id._to_units(amount)
        return held

    def _gates(self):
        """Whether loans of this campaign wait for it; after it failed they wait for the general funds as others do."""
        return bool(self) and self.state in ("draft", "submitted", "open", "reached")

    def _loanable_units(self, loan, committed=True):
        """What this campaign has for `loan`: nothing before its target is reached, then what others leave of it.

        :param committed: subtract approved loans of the campaign too, not only those paid out
        """
        self.ensure_one()
        if self.state != "reached":
            return 0
        company = self.company_id
        others = self.sudo().loan_ids - loan
        taken = others.filtered(lambda other: other.date_disbursed or (committed and other.state == "approved"))
        given = sum(self._given_units().get(self.id, {}).values())
        return given - sum(company._to_units(other.amount) for other in taken)

    # === MADE BY THE TREASURER, APPROVED BY THE CHAIR === #

    def action_submit(self):
        for campaign in self:
            campaign.company_id._koperasi_check_role("bendahara")
            campaign._check_state("draft")
            campaign.sudo()._set(state="submitted")

    def action_approve(self):
        for campaign in self:
            campaign._check_can_decide()
            campaign.sudo()._set(
                state="open", approved_by_id=self.env.uid, date_approved=fields.Date.context_today(campaign)
            )

    def action_refuse(self):
        for campaign in self:
            campaign._check_can_decide()
            campaign.sudo()._set(state="refused", approved_by_id=self.env.uid)

    def _check_can_decide(self):
        self.ensure_one()
        self.company_id._koperasi_check_role("ketua")
        self.sudo()._claim()
        self._check_state("submitted")
        self.company_id._koperasi_check_second_person(self, self.create_uid)
        if self.deadline < fields.Date.context_today(self):
            raise UserError(self.env._("The last day of %s has passed.", self.name))

    # === DECIDED: by the money, or by the calendar === #

    def _after_posting(self):
        """Asked by the posting: at the target the loans are released. The campaign is claimed already."""
        for campaign in self.filtered(lambda campaign: campaign.state == "open"):
            given = sum(campaign._given_units().get(campaign.id, {}).values())
            if given >= campaign.company_id._to_units(campaign.target):
                campaign._do_reach()

    def _do_reach(self):
        self.ensure_one()
        today = fields.Date.context_today(self)
        self.sudo()._set(
            state="reached", date_decided=today, date_unlocked=today + relativedelta(months=self.months_locked)
        )
        self.sudo().loan_ids._release()

    def action_close(self):
        """The last day has passed, or the chair gives it up: the savings are free, the loans wait as others do."""
        for campaign in self:
            campaign.company_id._koperasi_check_role("bendahara", "ketua")
            campaign.sudo()._claim()
            campaign._check_state("open")
            if campaign.deadline >= fields.Date.context_today(campaign):
                campaign.company_id._koperasi_check_role("ketua")
            campaign.sudo()._do_fail()

    def _do_fail(self):
        self.ensure_one()
        self._set(state="failed", date_decided=fields.Date.context_today(self))
        waiting = self.loan_ids.filtered(lambda loan: loan.state == "queued")
        text = self.env._("%s was not reached: the loan waits in the queue as others do.", self.name)
        waiting._message_log_batch(dict.fromkeys(waiting.ids, text))
        if self._held_units().get(self.id):
            text = self.env._("Give the savings of the campaign back")
            self.env["koperasi.officer"]._tell(self, "bendahara", text)

    @api.model
    def _cron_deadline(self):
        """The day after its last day a campaign that did not reach its target is over."""
        for campaign in self.search([("state", "=", "open"), ("deadline", "<", fields.Date.context_today(self))]):
            campaign._claim()
            campaign._do_fail()

    def action_give_back(self):
        """Start today's run that moves what was given for failed campaigns to the members' voluntary savings."""
        self.ensure_one()
        company = self.company_id
        company._koperasi_check_role("bendahara")
        self._check_state("failed")
        return self.env["koperasi.run"]._start_daily(company, "fundraising")

    # === WINDOWS === #

    def action_accounts(self):
        self.ensure_one()
        title = self.env._("Accounts of Givers")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "koperasi.savings.account",
            "view_mode": "list,form",
            "domain": [("fundraising_id", "=", self.id)],
        }

    def action_deposit(self):
        self.ensure_one()
        title = self.env._("Take a Contribution")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "koperasi.fundraising.deposit",
            "view_mode": "form",
            "target": "new",
            "context": {"default_fundraising_id": self.id},
        }

    def action_page(self):
        """The page that anybody may see and share."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": f"/koperasi/penggalangan/{self.slug}", "target": "new"}
