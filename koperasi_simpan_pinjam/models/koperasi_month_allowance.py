from odoo import api, fields, models
from odoo.exceptions import UserError


class KoperasiMonth(models.Model):
    """The allowance for losses of loans (PPAP, docs/domain.md 4.15), booked at the end of a month."""

    _inherit = "koperasi.month"

    allowance_needed = fields.Monetary(compute="_compute_allowance")
    allowance_booked = fields.Monetary(compute="_compute_allowance")
    allowance_missing = fields.Monetary("Allowance to Book", compute="_compute_allowance")

    @api.depends("date_to", "company_id", "check_ids")
    def _compute_allowance(self):
        for month in self:
            needed, booked = month._allowance_units() if month.company_id and month.date_to else (0, 0)
            company = month.company_id
            month.allowance_needed = company._from_units(needed) if needed else 0
            month.allowance_booked = company._from_units(booked) if booked else 0
            month.allowance_missing = month.allowance_needed - month.allowance_booked

    def _allowance_units(self):
        """:return: (what must be set aside at the end of the month, what is), in money units"""
        company = self.company_id
        return company._koperasi_allowance_needed(self.date_to), company._koperasi_allowance_booked(self.date_to)

    def _left_allowance(self):
        needed, booked = self._allowance_units()
        title = self.env._("Quality of Loans")
        context = {"koperasi_as_of": fields.Date.to_string(self.date_to)}
        domain = [("company_id", "=", self.company_id.id)]
        window = self._window("koperasi.collectibility", domain, title, view_mode="list,pivot,graph", context=context)
        return int(needed != booked), window

    def action_book_allowance(self):
        """Bring the allowance in the books to what is needed: one memorial on the last day, of the difference."""
        self.ensure_one()
        company = self.company_id
        company._koperasi_check_role("bendahara")
        company.sudo()._claim()
        self._check_can_settle()
        needed, booked = self._allowance_units()
        if needed == booked:
            raise UserError(self.env._("The allowance is booked already: nothing has changed."))
        unit = company._koperasi_setting("koperasi_savings_unit_id")
        transaction = self.env["koperasi.posting"]._post(
            company,
            self.date_to,
            [
                {
                    "component": "allowance",
                    "account_id": company._koperasi_setting(name).id,
                    "unit_id": unit.id,
                    "amount": company._from_units(units),
                }
                for name, units in (
                    ("koperasi_allowance_account_id", needed - booked),
                    ("koperasi_allowance_expense_account_id", booked - needed),
                )
            ],
            label=self.env._("Allowance for losses of loans, %s", self.display_name),
            own_day=True,
        )
        self._refresh()
        return transaction._action_form()
