from odoo import fields, models

from .koperasi_shu_policy import TABLES, TARGETS


class KoperasiShuPool(models.Model):
    """One line of an allocation as it was computed: the policy of that day, in money."""

    _name = "koperasi.shu.pool"
    _description = "SHU Pool"
    _order = "period_id, table, sequence, id"

    period_id = fields.Many2one("koperasi.shu.period", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="period_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    table = fields.Selection(TABLES, required=True)
    sequence = fields.Integer()
    code = fields.Char(required=True)
    name = fields.Char(required=True, translate=True)
    percent = fields.Float("%", digits=(7, 4))
    target = fields.Selection(TARGETS, "Goes to", required=True)
    account_id = fields.Many2one("account.account", ondelete="restrict")
    amount = fields.Monetary()
    rest = fields.Monetary(help="Of a pool of members: what nobody gets, by rounding or because nobody earned it.")
    rest_account_id = fields.Many2one("account.account", "Rest Goes to", ondelete="restrict")
