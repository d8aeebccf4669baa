from odoo import fields, models


class KoperasiTransactionTender(models.Model):
    """Money in (`amount` > 0) or out of a cash box or bank, for one business unit: one line of the entry."""

    _name = "koperasi.transaction.tender"
    _description = "Cash or Bank of a Transaction"
    _inherit = ["koperasi.immutable"]
    _immutable_columns = ("transaction_id", "company_id", "date", "journal_id", "account_id", "unit_id", "amount")

    transaction_id = fields.Many2one(
        "koperasi.transaction", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    journal_id = fields.Many2one(
        "account.journal", "Cash Box or Bank", required=True, readonly=True, ondelete="restrict", index=True
    )
    account_id = fields.Many2one("account.account", required=True, readonly=True, ondelete="restrict")
    unit_id = fields.Many2one(
        "account.analytic.account", "Business Unit", required=True, readonly=True, ondelete="restrict"
    )
    amount = fields.Monetary(required=True, readonly=True)

    _not_zero = models.Constraint("CHECK (amount <> 0)", "A tender without an amount says nothing.")
