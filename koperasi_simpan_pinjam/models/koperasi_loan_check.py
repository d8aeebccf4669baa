from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..kernel.eligibility import Facts, Rule, findings
from .koperasi_loan_rule import LEGAL, RULES

IN_MONEY = (
    Rule.CLAIMS,
    Rule.UNSETTLED,
    Rule.SAVINGS,
    Rule.INCOME,
    Rule.ABILITY,
    Rule.EXPOSURE,
    Rule.RELATED,
    Rule.FUNDS,
)
PENGURUS = ("ketua", "bendahara", "sekretaris")
OPEN = ("draft", "submitted")  # while it is not decided, what is checked changes


class KoperasiLoanCheck(models.Model):
    """How an application came out under one rule, and who lent in spite of it (docs/domain.md 4.13, 1.3)."""

    _name = "koperasi.loan.check"
    _description = "Check of an Application"
    _order = "loan_id, id"
    _rec_name = "rule"

    loan_id = fields.Many2one("koperasi.loan", required=True, readonly=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="loan_id.company_id", store=True, index=True, precompute=True)
    rule = fields.Selection(RULES, "What Is Looked At", required=True, readonly=True)
    level = fields.Selection(
        [("ok", "Good"), ("warning", "Warning"), ("block", "Needs an Override")],
        "Result",
        required=True,
        readonly=True,
    )
    value = fields.Float(readonly=True)
    limit = fields.Float(readonly=True)
    is_known = fields.Boolean(readonly=True)
    finding = fields.Char(compute="_compute_finding")
    override_reason = fields.Char("Lent in Spite of It Because")
    chair_id = fields.Many2one("res.users", "Overridden by the Chair", readonly=True, ondelete="restrict")
    supervisor_id = fields.Many2one("res.users", "And by a Supervisor", readonly=True, ondelete="restrict")
    is_overridden = fields.Boolean(compute="_compute_is_overridden")

    _rule = models.UniqueIndex("(loan_id, rule)", "This rule has been checked already.")

    @api.depends("rule", "value", "limit", "is_known")
    def _compute_finding(self):
        for check in self:
            is_money = Rule(check.rule) in IN_MONEY
            value, limit = (
                check.company_id._koperasi_amount(number) if is_money else f"{number:g}"
                for number in (check.value, check.limit)
            )
            if Rule(check.rule) is Rule.GROUP:
                check.finding = check._group_finding()
            elif not check.is_known:
                check.finding = self.env._("Not known; the limit is %s.", limit) if limit else self.env._("Not known.")
            else:
                check.finding = self.env._("%(value)s; the limit is %(limit)s.", value=value, limit=limit)

    def _group_finding(self):
        if not self.is_known:
            return self.env._("Not asked yet.")
        return self.env._("She recommends it.") if self.value else self.env._("She does not recommend it.")

    @api.depends("level", "chair_id", "supervisor_id")
    def _compute_is_overridden(self):
        for check in self:
            both = Rule(check.rule) not in LEGAL or check.supervisor_id
            check.is_overridden = bool(check.chair_id and both)

    def write(self, vals):
        if set(vals) - {"override_reason"} or any(check.chair_id or check.supervisor_id for check in self):
            raise UserError(self.env._("A check changes by its actions only."))
        return super().write(vals)

    def _set(self, **vals):
        """Set guarded fields past `write`; private, so not callable by RPC."""
        return super().write(vals)

    def action_override(self):
        """Lend in spite of it: the chair, and for the limits of the law (BMPP) a supervisor too."""
        for check in self:
            check._check_can_override()
            is_chair = self.env.user._koperasi_has_role(check.company_id, "ketua")
            check.sudo()._set(**{"chair_id" if is_chair else "supervisor_id": self.env.uid})
            self.env["koperasi.audit.log"]._log(check.loan_id, "limit_overridden", check._said())

    def _check_can_override(self):
        self.ensure_one()
        legal = Rule(self.rule) in LEGAL
        self.company_id._koperasi_check_role("ketua", *(["pengawas"] if legal else []))
        if self.loan_id.state != "submitted" or self.level != "block":
            raise UserError(self.env._("%s needs no override now.", self._label()))
        if self.env.user.partner_id == self.loan_id.partner_id:
            raise UserError(self.env._("Nobody decides on her own loan."))
        if not self.override_reason:
            raise UserError(self.env._("%s: write the reason first.", self._label()))

    def _label(self):
        return dict(self._fields["rule"]._description_selection(self.env))[self.rule]

    def _said(self):
        return f"{self._label()}: {self.finding} {self.override_reason or ''}".strip()


class KoperasiLoan(models.Model):
    _inherit = "koperasi.loan"

    income = fields.Monetary("Income of a Month", help="Of her household, as she says or the survey found.")
    living_costs = fields.Monetary("Costs of a Month", help="Of living and business, other loans included.")
    check_ids = fields.One2many("koperasi.loan.check", "loan_id", "Checks")

    @api.constrains("income", "living_costs")
    def _check_survey(self):
        if any(loan.income < 0 or loan.living_costs < 0 for loan in self):
            raise UserError(self.env._("Income and costs can't be negative."))

    @api.model_create_multi
    def create(self, vals_list):
        loans = super().create(vals_list)
        loans._refresh_checks()
        return loans

    def write(self, vals):
        result = super().write(vals)
        if {"product_id", "member_id", "amount", "periods", "date_applied", "income", "living_costs"} & set(vals):
            self.filtered(lambda loan: loan.state in OPEN)._refresh_checks()
        return result

    def action_check_again(self):
        """Look at everything again, as it is today."""
        for loan in self:
            loan.company_id._koperasi_check_role("petugas", "bendahara", "ketua", "pendamping")
            loan._check_state(*OPEN)
            loan._refresh_checks()

    def _refresh_checks(self):
        """Check applications anew. What was overridden stays so unless it came out otherwise."""
        for loan in self.sudo():
            rules = self.env["koperasi.loan.rule"]._of(loan.company_id)
            strict = {rule.rule: rule.level for rule in rules}
            known = {check.rule: check for check in loan.check_ids}
            wanted = []
            for finding in findings(loan._facts(), rules._limits()):
                vals = loan._check_values(finding, strict[finding.rule.value])
                check = known.pop(finding.rule.value, None)
                if not check:
                    wanted.append({"loan_id": loan.id, **vals})
                elif any(check[name] != vals[name] for name in vals):
                    check._set(**vals, chair_id=False, supervisor_id=False)
            for check in known.values():
                check.unlink()
            self.env["koperasi.loan.check"].sudo().create(wanted)

    def _check_values(self, finding, strictness):
        def number(units):
            return self.company_id._from_units(units) if finding.rule in IN_MONEY else float(units)

        return {
            "rule": finding.rule.value,
            "level": "ok" if finding.holds else strictness,
            "is_known": finding.value is not None,
            "value": number(finding.value or 0),
            "limit": number(finding.limit),
        }

    def _facts(self):
        """What the kernel wants to know of this application, in money units."""
        self.ensure_one()
        company, member = self.company_id, self.member_id
        others = member.loan_ids.filtered(lambda loan: loan.state == "running") - self - self.replaces_id
        owed = others._principal_lent()
        officers = self._related_members()
        rows = self._schedule()
        return Facts(
            amount=company._to_units(self.amount),
            installment=max(row.principal + row.interest for row in rows),
            months=_months(member.date_active, self.date_applied),
            dues_late=member.dues_months_late,
            days_late=max((others | self.replaces_id).mapped("days_late"), default=0),
            same_product=len(others.filtered(lambda loan: loan.product_id == self.product_id)),
            savings=company._to_units(member.savings_total),
            owed=sum(owed.values()),
            own_capital=company._koperasi_own_capital_units(),
            funds=self._fundable_units(),
            claims=company._to_units(sum(member.loan_ids.mapped("claim_left"))),
            related_owed=sum(officers.loan_ids._principal_lent().values()) if member in officers else None,
            **self._survey_facts(),
            age=relativedelta(rows[-1].due_date, member.birth_date).years if member.birth_date else None,
        )

    def _related_members(self):
        """Members who are pengurus or pengawas today: related parties of the law (docs/domain.md 1.3)."""
        officers = self.env["koperasi.officer"].sudo()
        held = [("company_id", "=", self.company_id.id), ("role", "in", (*PENGURUS, "pengawas"))]
        people = officers.search([*held, *officers._domain_in_force()]).user_id.partner_id
        return (
            self.env["koperasi.member"]
            .sudo()
            .search([("company_id", "=", self.company_id.id), ("partner_id", "in", people.ids)])
        )


def _months(start, end):
    """Full months from `start` to `end`; 0 where there is no start."""
    if not start:
        return 0
    passed = relativedelta(end, start)
    return max(12 * passed.years + passed.months, 0)
