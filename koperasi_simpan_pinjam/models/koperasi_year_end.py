from odoo import fields, models
from odoo.tools import date_utils, format_date


class ResCompany(models.Model):
    """What a year's months leave undone stands in the way of its closing (docs/domain.md 8.2)."""

    _inherit = "res.company"

    def _koperasi_bank_left(self, until):
        """Banks agreed here that moved by the end of `until` and are not agreed with their statements up to it.

        :return: {bank: first day that is not agreed}; an agreed statement whose books changed since counts for nothing
        """
        self.ensure_one()
        banks, left = self._koperasi_banks("here"), {}
        moved = (
            self.env["koperasi.bank.entry"]
            .sudo()
            ._read_group([("journal_id", "in", banks.ids), ("date", "<=", until)], ["journal_id"], ["date:min"])
        )
        statements = (
            self.env["koperasi.bank.statement"]
            .sudo()
            .search(
                [("journal_id", "in", [bank.id for bank, _first in moved]), ("state", "=", "agreed")],
                order="date_to desc",
            )
        )
        for bank, first in moved:
            own = (statement for statement in statements if statement.journal_id == bank and not statement.is_stale)
            agreed = next(own, None)  # each goes on where the one before ends
            if not agreed:
                left[bank] = first
            elif agreed.date_to < until:
                left[bank] = fields.Date.add(agreed.date_to, days=1)
        return left

    def _koperasi_open_months(self, until):
        """Months of the year that ends on `until` and are to be closed: once one was begun, all after it.

        :return: their first days
        """
        self.ensure_one()
        start = self.sudo().compute_fiscalyear_dates(until)["date_from"]
        domain = [("company_id", "=", self.id), ("date_from", ">=", start), ("date_to", "<=", until)]
        months = self.env["koperasi.month"].sudo().search(domain, order="date_from")
        closed = set(months.filtered(lambda month: month.state == "closed").mapped("date_from"))
        return [day for day in _months(months[:1].date_from, until) if day not in closed]

    def _koperasi_closing_obstacles(self, until):
        obstacles = super()._koperasi_closing_obstacles(until)
        start = self.sudo().compute_fiscalyear_dates(until)["date_from"]
        for bank, first in self._koperasi_bank_left(until).items():
            months = self._koperasi_month_names(_months(max(first, start), until))
            obstacles.append(
                self.env._("%(bank)s is not agreed with its statements: %(months)s.", bank=bank.name, months=months)
            )
        if months := self._koperasi_open_months(until):
            obstacles.append(self.env._("Months not closed yet: %s.", self._koperasi_month_names(months)))
        return obstacles

    def _koperasi_month_names(self, months):
        return ", ".join(format_date(self.env, day, date_format="MMMM yyyy") for day in months)


def _months(first, until):
    """:return: first days of the months from that of `first` (none without it) to that of `until`"""
    day, months = first and date_utils.start_of(first, "month"), []
    while day and day <= until:
        months.append(day)
        day = date_utils.add(day, months=1)
    return months
