from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Whose business an income or cost is (docs/domain.md 2.5). What is neither is shared: carried by both in proportion.
BUSINESS = [
    ("member_income", "Members: Income"),
    ("member_cost", "Members: Direct Cost"),
    ("other_income", "Non-members: Income"),
    ("other_cost", "Non-members: Direct Cost"),
    ("operating", "Shared: Operating Cost"),
    ("cooperative", "Shared: Cost of Being a Cooperative"),
    ("miscellaneous", "Shared: Other Income and Cost"),
    ("tax", "Shared: Income Tax"),
]
DIRECT = ("member_income", "member_cost", "other_income", "other_cost")

# Line of the statement of financial position (docs/domain.md 2.4).
ASSETS = [
    ("cash", "Cash and Bank"),
    ("deposit", "Deposits at Other Cooperatives"),
    ("loan", "Loans to Members"),
    ("allowance", "Allowance for Loan Losses"),
    ("receivable", "Trade Receivables"),
    ("inventory", "Inventory"),
    ("prepaid", "Prepaid Expenses"),
    ("investment", "Participation and Investments"),
    ("fixed", "Fixed Assets"),
    ("depreciation", "Accumulated Depreciation"),
    ("asset", "Other Assets"),
]
LIABILITIES = [
    ("savings", "Voluntary Savings"),
    ("special", "Special Savings"),
    ("term", "Term Deposits"),
    ("consignor", "Due to Producers and Consignors"),
    ("tax_payable", "Taxes Payable"),
    ("fund", "Funds from SHU"),
    ("liability", "Other Liabilities"),
    ("long_term", "Long-term Liabilities"),
]
EQUITY = [
    ("pokok", "Share Capital"),
    ("wajib", "Mandatory Savings"),
    ("capital", "Participation and Grants"),
    ("reserve", "Reserves"),
    ("undistributed", "SHU Not Yet Distributed"),
    ("result", "SHU of the Current Year"),
]
POSITIONS = [*ASSETS, *LIABILITIES, *EQUITY]
POSITIONS_OF_GROUP = {"asset": dict(ASSETS), "liability": dict(LIABILITIES), "equity": dict(EQUITY)}

# Every type has its line, so a new account stands in exactly one without anybody editing the statements.
BUSINESS_OF_TYPE = {
    "income": "miscellaneous",
    "income_other": "miscellaneous",
    "expense": "operating",
    "expense_direct_cost": "operating",
    "expense_depreciation": "operating",
    "expense_other": "miscellaneous",
}
POSITION_OF_TYPE = {
    "asset_cash": "cash",
    "asset_receivable": "receivable",
    "asset_current": "asset",
    "asset_prepayments": "prepaid",
    "asset_non_current": "investment",
    "asset_fixed": "fixed",
    "liability_payable": "liability",
    "liability_credit_card": "liability",
    "liability_current": "liability",
    "liability_non_current": "long_term",
    "equity": "capital",
    "equity_unaffected": "result",
}


class AccountAccount(models.Model):
    _inherit = "account.account"

    koperasi_business = fields.Selection(
        BUSINESS,
        "Cooperative Business",
        compute="_compute_koperasi_lines",
        store=True,
        readonly=False,
        help="What makes a surplus one from members: who borrowed, saved, bought or delivered (docs/domain.md 2.5). "
        "Also the line of the statement of results.",
    )
    koperasi_position = fields.Selection(
        POSITIONS,
        "Line in the Statement of Financial Position",
        compute="_compute_koperasi_lines",
        store=True,
        readonly=False,
    )

    @api.depends("account_type")
    def _compute_koperasi_lines(self):
        for account in self:
            account.koperasi_business = BUSINESS_OF_TYPE.get(account.account_type, False)
            account.koperasi_position = POSITION_OF_TYPE.get(account.account_type, False)

    @api.constrains("account_type", "koperasi_business", "koperasi_position")
    def _check_koperasi_lines(self):
        """Each account on one line of its own side, or the statements would not balance."""
        for account in self:
            own = POSITIONS_OF_GROUP.get(account.internal_group, {})
            result = account.account_type == "equity_unaffected"
            if (
                bool(account.koperasi_business) != (account.account_type in BUSINESS_OF_TYPE)
                or bool(account.koperasi_position) != bool(own)
                or (own and account.koperasi_position not in own)
                or (account.koperasi_position == "result") != result
            ):
                raise ValidationError(
                    self.env._(
                        "%s must stand on exactly one line of the statements, on the side of its type.",
                        account.display_name,
                    )
                )
