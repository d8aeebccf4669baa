from odoo import api, fields, models
from odoo.exceptions import UserError

from ..kernel.eligibility import Rule
from .exact import exact, share

RULES = [
    (Rule.MEMBERSHIP.value, "Months as an Active Member, at Least"),
    (Rule.DUES.value, "Months of Dues Late, at Most"),
    (Rule.LATE.value, "Days an Installment Is Late, at Most"),
    (Rule.CLAIMS.value, "Claim Left of Loans Written Off, at Most"),
    (Rule.UNSETTLED.value, "Not Settled in Her Group, or by Her, at Most"),
    (Rule.SAME_PRODUCT.value, "Other Running Loans of the Product, at Most"),
    (Rule.SAVINGS.value, "All Loans, Times Her Savings"),
    (Rule.INCOME.value, "Installment, % of the Month's Income"),
    (Rule.ABILITY.value, "Installment, % of What Remains After Costs"),
    (Rule.GROUP.value, "Recommended by the Head of Her Group"),
    (Rule.EXPOSURE.value, "All Loans of One Member, % of Own Capital (BMPP)"),
    (Rule.RELATED.value, "All Loans of Officers, % of Own Capital (BMPP)"),
    (Rule.AGE.value, "Age at the Last Installment, at Most"),
    (Rule.FUNDS.value, "Loanable Funds"),
]
LEVELS = [("off", "Not Looked At"), ("warning", "Warns"), ("block", "Needs an Override")]
# docs/domain.md 4.13 and 1.3. A new cooperative hits every one of them at once, so all of them only warn;
# but new loans of a group stop until it has settled (4.11).
DEFAULTS = {
    Rule.MEMBERSHIP: ("warning", 3),
    Rule.DUES: ("warning", 0),
    Rule.LATE: ("warning", 0),
    Rule.CLAIMS: ("warning", 0),
    Rule.UNSETTLED: ("block", 0),
    Rule.SAME_PRODUCT: ("warning", 0),
    Rule.SAVINGS: ("off", 5),
    Rule.INCOME: ("off", 35),
    Rule.ABILITY: ("off", 75),
    Rule.GROUP: ("warning", 1),
    Rule.EXPOSURE: ("warning", 15),
    Rule.RELATED: ("warning", 10),
    Rule.AGE: ("off", 65),
    Rule.FUNDS: ("warning", 0),
}
SHARES = (Rule.INCOME, Rule.ABILITY, Rule.EXPOSURE, Rule.RELATED)
LEGAL = (Rule.EXPOSURE, Rule.RELATED)  # Permenkop UKM 8/2023: chair and supervisor override together


class KoperasiLoanRule(models.Model):
    """What a cooperative looks at before it lends, and how strictly (docs/domain.md 4.13)."""

    _name = "koperasi.loan.rule"
    _description = "Lending Rule"
    _inherit = ["mail.thread"]
    _order = "company_id, id"
    _rec_name = "rule"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade", index=True)
    rule = fields.Selection(RULES, required=True, readonly=True)
    level = fields.Selection(LEVELS, required=True, default="warning", tracking=True)
    limit = fields.Float(required=True, tracking=True)

    _rule = models.UniqueIndex("(company_id, rule)", "This rule is there already.")
    _limit = models.Constraint('CHECK ("limit" >= 0)', "A limit can't be negative.")

    @api.model
    def _of(self, company):
        """The rules of a company that it looks at, made with their defaults where it has none yet."""
        rules = self.sudo().search([("company_id", "=", company.id)])
        missing = [rule for rule in DEFAULTS if rule.value not in rules.mapped("rule")]
        rules |= self.sudo().create(
            [
                {"company_id": company.id, "rule": rule.value, "level": level, "limit": limit}
                for rule, (level, limit) in DEFAULTS.items()
                if rule in missing
            ]
        )
        return rules.filtered(lambda rule: rule.level != "off").sorted("id")

    def _limits(self):
        """:return: {kernel Rule: limit, exact}"""
        return {Rule(rule.rule): share(rule.limit) if Rule(rule.rule) in SHARES else exact(rule.limit) for rule in self}

    def write(self, vals):
        if {"company_id", "rule"} & set(vals):
            raise UserError(self.env._("A rule keeps its kind: change its limit, or how strict it is."))
        return super().write(vals)
