from odoo import fields, models

from .whole_monetary import WholeMonetary

COMPONENTS = [
    ("deposit", "Deposit"),
    ("withdrawal", "Withdrawal"),
    ("principal", "Principal"),
    ("interest", "Service Fee or Interest"),
    ("penalty", "Late Fee"),
    ("tax", "Tax"),
    ("purpose", "Receipt or Payment"),
    ("cash_difference", "Cash Over or Short"),
    ("interunit", "Between Units"),
    ("opening", "Opening Balance"),
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
    _not_zero = models.Constraint("CHECK (amount <> 0)", "A line without an amount says nothing.")
    _once_per_run = models.UniqueIndex(
        "(run_id, savings_id, component) WHERE run_id IS NOT NULL AND savings_id IS NOT NULL",
        "The run has treated this account already.",
    )
