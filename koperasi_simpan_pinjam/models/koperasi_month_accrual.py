from collections import defaultdict
from fractions import Fraction

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..kernel.accrual import earned
from ..kernel.amortization import shift
from ..kernel.money import Rounding, round_to
from .exact import share


class ResCompany(models.Model):
    _inherit = "res.company"

    koperasi_accrual = fields.Boolean(
        "Book Service Fee as It Is Earned",
        help="At the end of a month, of loans that are performing; taken back on the first of the next. Else it is "
        "income when it is paid.",
    )
    koperasi_accrued_fee_account_id = fields.Many2one("account.account", "Service Fee Earned", check_company=True)

    def _koperasi_load_accounts(self):
        result = super()._koperasi_load_accounts()
        self._koperasi_add_accrual()
        return result

    @api.model
    def _koperasi_add_accrual_everywhere(self):
        """For cooperatives that were there before it; called by each update of the addon."""
        for company in self.sudo().search([("is_koperasi", "=", True)]):
            company._koperasi_add_accrual()

    def _koperasi_add_accrual(self):
        self.ensure_one()
        company = self.with_company(self).sudo()
        account = company.env.ref(f"account.{company.id}_koperasi_1203", raise_if_not_found=False)
        if account:
            company._koperasi_fill_settings({"koperasi_accrued_fee_account_id": account})

    def _koperasi_earned_units(self, on):
        """Service fee earned and not paid of performing loans at the end of `on` (docs/domain.md 2.3, 4.15).

        What becomes the borrower's own savings is no income.

        :return: {(account of the income, unit): money units}
        """
        self.ensure_one()
        rows = self.env["koperasi.collectibility"].sudo()._as_of(self, on)
        loans = rows.filtered(lambda row: not row.non_performing).loan_id
        totals = defaultdict(int)
        for loan, dues in ((loans.browse(id_), dues) for id_, dues in loans._unpaid(on).items()):
            product = loan.product_id
            starts = {
                due.number: max(shift(due.due_date, -1, product.period_unit), loan.date_disbursed) for due in dues
            }
            units = earned(dues, on, starts)
            part = Fraction(1) - share(product.interest_to_savings_percent)
            totals[product.interest_account_id, product.unit_id] += round_to(units * part, mode=Rounding.UP)
        return {key: units for key, units in totals.items() if units}


class KoperasiMonth(models.Model):
    """Service fee that is earned but not paid, booked at the end of a month and taken back on the next day."""

    _inherit = "koperasi.month"

    accrual_missing = fields.Boolean(compute="_compute_accrual_missing")

    def _compute_accrual_missing(self):
        for month in self:
            asked = month.state == "open" and month.date_to and month._is_asked("accrual")
            month.accrual_missing = bool(asked and month._accrual_units())

    def _is_asked(self, code):
        return super()._is_asked(code) and (code != "accrual" or self.company_id.sudo().koperasi_accrual)

    def _accrual_units(self):
        """:return: {(account of the income, unit): money units still to be booked on the last day}"""
        self.ensure_one()
        company, missing = self.company_id, defaultdict(int)
        missing.update(company._koperasi_earned_units(self.date_to))
        lines = self.env["koperasi.transaction.line"].sudo()
        domain = [
            ("company_id", "=", company.id),
            ("component", "=", "accrual"),
            ("date", "=", self.date_to),
            ("account_id", "!=", company.sudo().koperasi_accrued_fee_account_id.id),
        ]
        for account, unit, amount in lines._read_group(domain, ["account_id", "unit_id"], ["amount:sum"]):
            missing[account, unit] -= company._to_units(amount)
        return {key: units for key, units in missing.items() if units}

    def _left_accrual(self):
        context = {"koperasi_as_of": fields.Date.to_string(self.date_to)}
        domain = [("company_id", "=", self.company_id.id), ("non_performing", "=", False)]
        title = self.env._("Performing Loans")
        window = self._window("koperasi.collectibility", domain, title, view_mode="list", context=context)
        return int(bool(self._is_asked("accrual") and self._accrual_units())), window

    def action_book_accrual(self):
        """Book what is earned and not paid on the last day, and take it back on the day after."""
        self.ensure_one()
        company = self.company_id
        company._koperasi_check_role("bendahara")
        company.sudo()._claim()
        self._check_can_settle()
        missing = self._accrual_units() if self._is_asked("accrual") else {}
        if not missing:
            raise UserError(self.env._("There is no service fee to book."))
        goal = company._koperasi_setting("koperasi_accrued_fee_account_id")
        booked, next_day = self.env["koperasi.transaction"], fields.Date.add(self.date_to, days=1)
        for sign, day, label in (
            (1, self.date_to, self.env._("Service fee earned, %s", self.display_name)),
            (-1, next_day, self.env._("Service fee earned in %s, taken back", self.display_name)),
        ):
            lines = [
                {
                    "component": "accrual",
                    "account_id": line_account.id,
                    "unit_id": unit.id,
                    "amount": company._from_units(sign * side * units),
                }
                for (account, unit), units in missing.items()
                for line_account, side in ((account, 1), (goal, -1))
            ]
            booked += self.env["koperasi.posting"]._post(company, day, lines, label=label, own_day=True)
        self._refresh()
        return booked[0]._action_form()
