from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    is_koperasi = fields.Boolean(related="company_id.is_koperasi", readonly=False)
    koperasi_memorial_journal_id = fields.Many2one(related="company_id.koperasi_memorial_journal_id", readonly=False)
    koperasi_run_journal_id = fields.Many2one(related="company_id.koperasi_run_journal_id", readonly=False)
    koperasi_savings_unit_id = fields.Many2one(related="company_id.koperasi_savings_unit_id", readonly=False)
    koperasi_general_unit_id = fields.Many2one(related="company_id.koperasi_general_unit_id", readonly=False)
    koperasi_interunit_account_id = fields.Many2one(related="company_id.koperasi_interunit_account_id", readonly=False)
    koperasi_opening_account_id = fields.Many2one(related="company_id.koperasi_opening_account_id", readonly=False)
    koperasi_cash_over_account_id = fields.Many2one(related="company_id.koperasi_cash_over_account_id", readonly=False)
    koperasi_cash_short_account_id = fields.Many2one(
        related="company_id.koperasi_cash_short_account_id", readonly=False
    )
    koperasi_interest_expense_account_id = fields.Many2one(
        related="company_id.koperasi_interest_expense_account_id", readonly=False
    )
    koperasi_interest_tax_account_id = fields.Many2one(
        related="company_id.koperasi_interest_tax_account_id", readonly=False
    )
    koperasi_term_interest_account_id = fields.Many2one(
        related="company_id.koperasi_term_interest_account_id", readonly=False
    )
    koperasi_interest_accrued_account_id = fields.Many2one(
        related="company_id.koperasi_interest_accrued_account_id", readonly=False
    )
    koperasi_savings_fee_account_id = fields.Many2one(
        related="company_id.koperasi_savings_fee_account_id", readonly=False
    )
    koperasi_interest_tax_threshold = fields.Monetary(
        related="company_id.koperasi_interest_tax_threshold", readonly=False
    )
    koperasi_interest_tax_percent = fields.Float(related="company_id.koperasi_interest_tax_percent", readonly=False)
    koperasi_savings_rate_ceiling = fields.Float(related="company_id.koperasi_savings_rate_ceiling", readonly=False)
    koperasi_dues_day = fields.Integer(related="company_id.koperasi_dues_day", readonly=False)
    koperasi_backdate_days = fields.Integer(related="company_id.koperasi_backdate_days", readonly=False)
    koperasi_payout_limit = fields.Monetary(related="company_id.koperasi_payout_limit", readonly=False)
    koperasi_hours_from = fields.Float(related="company_id.koperasi_hours_from", readonly=False)
    koperasi_hours_to = fields.Float(related="company_id.koperasi_hours_to", readonly=False)
    koperasi_self_approval = fields.Boolean(related="company_id.koperasi_self_approval", readonly=False)
    koperasi_loan_rate_ceiling = fields.Float(related="company_id.koperasi_loan_rate_ceiling", readonly=False)
    koperasi_loan_rate_kind = fields.Selection(related="company_id.koperasi_loan_rate_kind", readonly=False)
    koperasi_moneylender_rate = fields.Float(related="company_id.koperasi_moneylender_rate", readonly=False)
    koperasi_reserve_percent = fields.Float(related="company_id.koperasi_reserve_percent", readonly=False)
    koperasi_dormant_months = fields.Integer(related="company_id.koperasi_dormant_months", readonly=False)
    koperasi_exit_product_id = fields.Many2one(related="company_id.koperasi_exit_product_id", readonly=False)
    koperasi_kept_product_id = fields.Many2one(related="company_id.koperasi_kept_product_id", readonly=False)
    koperasi_collectibility_scheme = fields.Selection(
        related="company_id.koperasi_collectibility_scheme", readonly=False
    )
    koperasi_accrual = fields.Boolean(related="company_id.koperasi_accrual", readonly=False)
    koperasi_accrued_fee_account_id = fields.Many2one(
        related="company_id.koperasi_accrued_fee_account_id", readonly=False
    )
    koperasi_cure_payments = fields.Integer(related="company_id.koperasi_cure_payments", readonly=False)
    koperasi_allowance_account_id = fields.Many2one(related="company_id.koperasi_allowance_account_id", readonly=False)
    koperasi_allowance_expense_account_id = fields.Many2one(
        related="company_id.koperasi_allowance_expense_account_id", readonly=False
    )
    koperasi_recovery_account_id = fields.Many2one(related="company_id.koperasi_recovery_account_id", readonly=False)
    koperasi_letter_days_bill = fields.Integer(related="company_id.koperasi_letter_days_bill", readonly=False)
    koperasi_letter_days_warning_1 = fields.Integer(related="company_id.koperasi_letter_days_warning_1", readonly=False)
    koperasi_letter_days_warning_2 = fields.Integer(related="company_id.koperasi_letter_days_warning_2", readonly=False)
    koperasi_letter_days_warning_3 = fields.Integer(related="company_id.koperasi_letter_days_warning_3", readonly=False)
    koperasi_advance_account_id = fields.Many2one(related="company_id.koperasi_advance_account_id", readonly=False)
    koperasi_exit_fee_account_id = fields.Many2one(related="company_id.koperasi_exit_fee_account_id", readonly=False)
    koperasi_exit_wait_months = fields.Integer(related="company_id.koperasi_exit_wait_months", readonly=False)
    koperasi_exit_fee_percent = fields.Float(related="company_id.koperasi_exit_fee_percent", readonly=False)
    koperasi_exit_wajib_percent = fields.Float(related="company_id.koperasi_exit_wajib_percent", readonly=False)
