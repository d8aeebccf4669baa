from odoo import api, fields, models
from odoo.exceptions import UserError

from .koperasi_loan_check import OPEN

MONEY = ("income", "household_costs", "business_costs", "other_debts")


class KoperasiLoanSurvey(models.Model):
    """What a visit found: what comes in, what goes out, what remains for an installment (docs/domain.md 4.13)."""

    _name = "koperasi.loan.survey"
    _description = "Survey of an Application"
    _inherit = ["mail.thread"]
    _order = "loan_id, id"
    _rec_name = "loan_id"

    loan_id = fields.Many2one("koperasi.loan", required=True, ondelete="cascade", index=True)
    member_id = fields.Many2one(related="loan_id.member_id")
    company_id = fields.Many2one(related="loan_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    loan_state = fields.Selection(related="loan_id.state", string="State of the Loan")
    date = fields.Date("Visited On", required=True, default=fields.Date.context_today)
    user_id = fields.Many2one(
        "res.users", "Visited By", required=True, ondelete="restrict", default=lambda self: self.env.user
    )
    income = fields.Monetary("Income of a Month", required=True, tracking=True, help="Of the whole household.")
    household_costs = fields.Monetary("Costs of the Household", tracking=True)
    business_costs = fields.Monetary("Costs of the Business", tracking=True)
    other_debts = fields.Monetary("Installments of Other Debts", tracking=True)
    remaining = fields.Monetary("Remains for an Installment", compute="_compute_remaining")
    installment = fields.Monetary(compute="_compute_installment")
    share = fields.Float("Installment, % of What Remains", compute="_compute_installment", digits=(6, 1))
    business_kind = fields.Char("Kind of Business")
    business_note = fields.Text("About the Business", help="Place, how long, what sells, with whom she competes.")
    image = fields.Image("Photo", max_width=1200, max_height=1200)
    note = fields.Text("Impression")

    _once = models.UniqueIndex("(loan_id)", "This application has its survey already.")

    @api.depends(*MONEY)
    def _compute_remaining(self):
        for survey in self:
            survey.remaining = survey.income - survey.household_costs - survey.business_costs - survey.other_debts

    @api.depends("loan_id", "remaining")
    def _compute_installment(self):
        for survey in self:
            loan = survey.loan_id.sudo()
            units = max((row.principal + row.interest for row in loan._schedule()), default=0) if loan.amount else 0
            survey.installment = loan.company_id._from_units(units) if loan else 0
            survey.share = 100 * survey.installment / survey.remaining if survey.remaining > 0 else 0

    @api.constrains(*MONEY)
    def _check_money(self):
        for survey in self:
            if any(survey.company_id._to_units(survey[name]) < 0 for name in MONEY):
                raise UserError(self.env._("Income and costs can't be negative."))

    @api.model_create_multi
    def create(self, vals_list):
        surveys = super().create(vals_list)
        surveys._check_can_fill()
        return surveys

    def write(self, vals):
        if vals.keys() - {name for name in vals if name.startswith(("message_", "activity_"))}:
            self._check_can_fill()
        if "loan_id" in vals:
            raise UserError(self.env._("A survey stays with its application."))
        result = super().write(vals)
        if set(MONEY) & set(vals):
            self.loan_id._refresh_checks()
        return result

    def _check_can_fill(self):
        for survey in self:
            survey.company_id._koperasi_check_role("petugas", "bendahara", "pendamping")
            if survey.loan_id.state not in OPEN:
                raise UserError(self.env._("%s is decided: its survey stays.", survey.loan_id.number))
        self.loan_id._refresh_checks()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        if any(survey.loan_id.state not in OPEN for survey in self):
            raise UserError(self.env._("A survey that was decided on is kept."))

    def action_print(self):
        return self.env.ref("koperasi_simpan_pinjam.action_report_loan_survey").report_action(self.loan_id)


class KoperasiLoanRecommendation(models.Model):
    """What the head of the borrower's group says of an application; her signature stands on the printed form (4.14)."""

    _name = "koperasi.loan.recommendation"
    _description = "Recommendation of a Group's Head"
    _inherit = ["mail.thread"]
    _order = "loan_id, id desc"
    _rec_name = "loan_id"

    loan_id = fields.Many2one("koperasi.loan", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="loan_id.company_id", store=True, index=True, precompute=True)
    loan_state = fields.Selection(related="loan_id.state", string="State of the Loan")
    group_id = fields.Many2one("koperasi.group", compute="_compute_group_id", store=True, precompute=True)
    head_id = fields.Many2one(
        "koperasi.member", "Head of the Group", compute="_compute_group_id", store=True, precompute=True
    )
    date = fields.Date("Asked On", required=True, default=fields.Date.context_today)
    says = fields.Selection([("yes", "Recommends It"), ("no", "Does Not Recommend It")], required=True, tracking=True)
    note = fields.Char()

    _once = models.UniqueIndex("(loan_id)", "The head of the group was asked already.")

    @api.depends("loan_id")
    def _compute_group_id(self):
        """As it is when she is asked; a new head later changes nothing."""
        for recommendation in self:
            group = recommendation.loan_id.sudo()._recommending_group()
            recommendation.group_id = group
            recommendation.head_id = group.head_id

    @api.model_create_multi
    def create(self, vals_list):
        recommendations = super().create(vals_list)
        recommendations._check_can_record()
        return recommendations

    def write(self, vals):
        if "loan_id" in vals:
            raise UserError(self.env._("A recommendation stays with its application."))
        if vals.keys() - {name for name in vals if name.startswith(("message_", "activity_"))}:
            self._check_can_record()
        result = super().write(vals)
        self.loan_id._refresh_checks()
        return result

    def _check_can_record(self):
        for recommendation in self:
            recommendation.company_id._koperasi_check_role("petugas", "bendahara", "pendamping")
            loan = recommendation.loan_id
            if loan.state not in OPEN:
                raise UserError(self.env._("%s is decided: the recommendation stays.", loan.number))
            if not recommendation.head_id:
                raise UserError(
                    self.env._("%s is in no group whose head could recommend her.", loan.member_id.display_name)
                )
        self.loan_id._refresh_checks()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_open(self):
        if any(recommendation.loan_id.state not in OPEN for recommendation in self):
            raise UserError(self.env._("A recommendation that was decided on is kept."))


class KoperasiLoan(models.Model):
    _inherit = "koperasi.loan"

    def _recommending_group(self):
        """The borrower's group, where its head is somebody else and recommends loans; else none."""
        self.ensure_one()
        group = self.member_id.sudo().group_id
        fits = group.kind in ("joint", "dasawisma") and group.head_id and group.head_id != self.member_id
        return group if fits else group.browse()

    def _survey_facts(self):
        """What survey and recommendation say, for the kernel, in money units."""
        company = self.company_id
        survey = self.env["koperasi.loan.survey"].sudo().search([("loan_id", "=", self.id)], limit=1)
        recommendation = self.env["koperasi.loan.recommendation"].sudo().search([("loan_id", "=", self.id)], limit=1)
        income = company._to_units(survey.income or self.income) or None
        costs = survey.household_costs + survey.business_costs + survey.other_debts if survey else self.living_costs
        return {
            "income": income,
            "remaining": None if income is None else income - company._to_units(costs),
            "in_group": bool(recommendation or self._recommending_group()),
            "recommended": recommendation.says == "yes" if recommendation else None,
        }

    def action_survey(self):
        title = self.env._("Survey")
        return self._action_paper("koperasi.loan.survey", title)

    def action_recommendation(self):
        title = self.env._("Recommendation of the Head of the Group")
        return self._action_paper("koperasi.loan.recommendation", title)

    def _action_paper(self, model, title):
        """The one document of `model` that this application has, or a new one."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "res_id": self.env[model].search([("loan_id", "=", self.id)], limit=1).id,
            "view_mode": "form",
            "context": {"default_loan_id": self.id},
        }

    def action_print_survey(self):
        """The form for the visit: empty where nothing is known yet."""
        return self.env.ref("koperasi_simpan_pinjam.action_report_loan_survey").report_action(self)

    def _survey_paper(self):
        """What the printed form shows, as texts; empty where it is to be filled in by hand."""
        self.ensure_one()
        company = self.company_id
        survey = self.env["koperasi.loan.survey"].search([("loan_id", "=", self.id)], limit=1)
        said = self.env["koperasi.loan.recommendation"].search([("loan_id", "=", self.id)], limit=1)
        group = said.group_id or self._recommending_group()
        names = (*MONEY, "remaining")
        labels = {name: survey._fields[name]._description_string(self.env) for name in names}
        return {
            "money": [(labels[name], company._koperasi_amount(survey[name]) if survey else "") for name in names],
            "installment": company._koperasi_format(max(row.principal + row.interest for row in self._schedule())),
            "survey": survey,
            "group": group.name or "",
            "head": (said.head_id or group.head_id).name or "",
            "said": said,
        }
