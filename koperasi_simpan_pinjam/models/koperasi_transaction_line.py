from odoo import api, fields, models

from .whole_monetary import WholeMonetary

COMPONENTS = [
    ("deposit", "Deposit"),
    ("withdrawal", "Withdrawal"),
    ("principal", "Principal"),
    ("interest", "Service Fee or Interest"),
    ("penalty", "Late Fee"),
    ("fee", "Fee"),
    ("tax", "Tax"),
    ("settlement", "Settlement of an Exit"),
    ("purpose", "Receipt or Payment"),
    ("cash_difference", "Cash Over or Short"),
    ("handover", "Hand-over of Cash"),
    ("interunit", "Between Units"),
    ("opening", "Opening Balance"),
    ("allowance", "Allowance for Losses"),
    ("accrual", "Service Fee Earned"),
    ("write_off", "Write-off"),
    ("recovery", "Recovery"),
    ("advance", "Advance between Members"),
]


class KoperasiTransactionLine(models.Model):
    """One change of one account: `amount` > 0 is a credit, < 0 a debit. Balances are sums of these."""

    _name = "koperasi.transaction.line"
    _description = "Transaction Line"
    _inherit = ["koperasi.immutable"]
    _order = "date desc, id desc"
    _immutable_columns = (
        "transaction_id",
        "company_id",
        "date",
        "partner_id",
        "member_id",
        "savings_id",
        "component",
        "account_id",
        "unit_id",
        "run_id",
        "loan_id",
        "installment_id",
        "term_id",
        "advance_id",
        "amount",
    )

    transaction_id = fields.Many2one(
        "koperasi.transaction", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    partner_id = fields.Many2one("res.partner", "Holder", readonly=True, ondelete="restrict", index="btree_not_null")
    member_id = fields.Many2one("koperasi.member", readonly=True, ondelete="restrict", index="btree_not_null")
    savings_id = fields.Many2one("koperasi.savings.account", "Savings Account", readonly=True, ondelete="restrict")
    loan_id = fields.Many2one("koperasi.loan", readonly=True, ondelete="restrict")
    installment_id = fields.Many2one(
        "koperasi.loan.installment", readonly=True, ondelete="restrict", index="btree_not_null"
    )
    term_id = fields.Many2one("koperasi.savings.term", "Term Deposit", readonly=True, ondelete="restrict")
    advance_id = fields.Many2one("koperasi.advance", readonly=True, ondelete="restrict", index="btree_not_null")
    component = fields.Selection(COMPONENTS, required=True, readonly=True)
    account_id = fields.Many2one("account.account", required=True, readonly=True, ondelete="restrict", index=True)
    unit_id = fields.Many2one(
        "account.analytic.account", "Business Unit", required=True, readonly=True, ondelete="restrict"
    )
    run_id = fields.Many2one(
        "koperasi.run", readonly=True, ondelete="restrict", help="On a run's own lines, never on their reversal."
    )
    name = fields.Char("Label", readonly=True)
    amount = WholeMonetary(required=True, readonly=True)

    _savings = models.Index("(savings_id) INCLUDE (amount, date) WHERE savings_id IS NOT NULL")
    _loan = models.Index("(loan_id, component) INCLUDE (amount, date) WHERE loan_id IS NOT NULL")
    _term = models.Index("(term_id, component) INCLUDE (amount, date) WHERE term_id IS NOT NULL")
    _not_zero = models.Constraint("CHECK (amount <> 0)", "A line without an amount says nothing.")
    _once_per_run = models.UniqueIndex(
        "(run_id, savings_id, component, COALESCE(term_id, 0)) "
        "WHERE run_id IS NOT NULL AND savings_id IS NOT NULL AND loan_id IS NULL",
        "The run has treated this account already.",
    )

    @api.model
    def _passbook_labels(self):
        """:return: {code: what it says}"""
        return {
            "01": self.env._("Cash Deposit"),
            "02": self.env._("Cash Withdrawal"),
            "03": self.env._("Interest"),
            "04": self.env._("Tax"),
            "05": self.env._("Transfer"),
            "06": self.env._("Standing Instruction"),
            "07": self.env._("SHU"),
            "08": self.env._("Correction"),
        }

    def _passbook_code(self):
        """The code of the book's column (docs/domain.md 5.5)."""
        self.ensure_one()
        line = self.sudo()  # the member herself reads lines only
        transaction = line.transaction_id
        if transaction.reversal_of_id:
            return "08"
        if self.component in ("interest", "tax") and not self.loan_id:
            return "03" if self.component == "interest" else "04"
        if self.component == "shu":
            return "07"
        if line.run_id.kind == "standing":
            return "06"
        if transaction.tender_ids and self.component in ("deposit", "withdrawal", "principal"):
            return "01" if self.amount > 0 else "02"
        return "05"
