from odoo import api, fields, models
from odoo.tools import date_utils, format_date

SMALL_CELL = 3  # fewer members than this are nobody's business but the cooperative's


class KoperasiHome(models.AbstractModel):
    """What the home page shows of the whole: four pictures, and the kelurahan's board."""

    _inherit = "koperasi.home"

    # === FOUR PICTURES === #

    @api.model
    def _pictures(self, company):
        return [
            self._picture_savings(company),
            self._picture_loans(company),
            self._picture_cash(company),
            self._picture_dues(company),
        ]

    def _picture(self, company, title, kind, parts, action, total=None, note=""):
        """:param parts: {label: amount in the currency}
        :param total: what the list of `action` sums to; default all parts
        """
        return {
            "title": title,
            "kind": kind,
            "labels": list(parts),
            "values": list(parts.values()),
            "texts": [company._koperasi_amount(value) for value in parts.values()],
            "total": company._koperasi_amount(sum(parts.values()) if total is None else total),
            "note": note,
            "action": action,
        }

    def _picture_savings(self, company):
        domain = [("company_id", "=", company.id)]
        groups = self.env["koperasi.balance.report"]._read_group(domain, ["product_id"], ["balance:sum"])
        title = self.env._("Savings and Money Held")
        return self._picture(
            company,
            title,
            "doughnut",
            {product.name: amount for product, amount in groups if amount},
            self._list(title, "koperasi.balance.report", domain, "list,pivot,graph"),
        )

    def _picture_loans(self, company):
        domain = [("company_id", "=", company.id)]
        bands = self._quality(company)
        title = self.env._("Loans")
        return self._picture(
            company,
            title,
            "bar",
            {band.name: amount for band, amount in bands},
            self._list(title, "koperasi.collectibility", domain, "list,pivot,graph"),
            note=self.env._("Non-performing: %s", self._bad_share(bands)),
        )

    def _quality(self, company):
        """:return: [(koperasi.collectibility.band, principal left of its loans)], the best first"""
        groups = company.env["koperasi.collectibility"]._read_group(
            [("company_id", "=", company.id)], ["band_id"], ["outstanding:sum"]
        )
        return sorted(groups, key=lambda group: group[0].days_from)

    def _bad_share(self, bands):
        """`8,1 %`"""
        total = sum(amount for _band, amount in bands)
        bad = sum(amount for band, amount in bands if band.non_performing)
        return self._percent(bad, total)

    def _percent(self, part, total):
        return f"{100 * part / total:.1f} %".replace(".", ",") if total else "-"

    def _picture_cash(self, company):
        domain = [("company_id", "=", company.id)]
        rows = self.env["koperasi.cash.report"].search(domain)
        title = self.env._("Cash and Bank")
        return self._picture(
            company,
            title,
            "bar",
            {row.name: row.balance for row in rows if row.balance},
            self._list(title, "koperasi.cash.report", domain, "list"),
        )

    def _picture_dues(self, company):
        """What came in this month for mandatory savings, beside one month's dues of all who owe them."""
        month = date_utils.start_of(fields.Date.context_today(self), "month")
        domain = [
            ("company_id", "=", company.id),
            ("savings_id.savings_class", "=", "wajib"),
            ("date", ">=", month),
            ("date", "<=", date_utils.end_of(month, "month")),
        ]
        [[received]] = self.env["koperasi.transaction.line"]._read_group(domain, aggregates=["amount:sum"])
        accounts = self.env["koperasi.savings.account"].search(
            [
                ("company_id", "=", company.id),
                ("savings_class", "=", "wajib"),
                ("state", "=", "open"),
                ("member_id.state", "=", "active"),
            ]
        )
        positions = accounts._dues_position(until=date_utils.end_of(month, "month")).values()
        expected = company._from_units(
            sum(row.owed for position in positions for row in position.months if row.month == month)
        )
        title = self.env._("Dues of This Month")
        return self._picture(
            company,
            title,
            "doughnut",
            {
                self.env._("Received"): received or 0,
                self.env._("Still Expected"): max(expected - (received or 0), 0),
            },
            self._list(title, "koperasi.transaction.line", domain),
            total=received or 0,
            note=self.env._("Expected: %s", company._koperasi_amount(expected)),
        )

    # === THE KELURAHAN'S BOARD: sums of whole cooperatives, never a person === #

    def _board_row(self, company):
        """What is shown of the last month end, added up: of whole cooperatives as of their parts.

        :param company: with the system's rights, checked by the caller
        """
        figures = self.env["koperasi.published.figure"]._of(company, fields.Date.context_today(self))
        figures = figures.filtered(lambda figure: figure.date == figures[0].date)
        of = {
            subject: figures.filtered(lambda figure, subject=subject: figure.subject == subject)
            for subject in ("members", "savings", "purpose", "quality")
        }

        def money(subject):
            return company._koperasi_amount(sum(of[subject].mapped("amount"))) if of[subject] else "-"

        return {
            "id": company.id,
            "name": company.name,
            "date": format_date(self.env, figures[0].date) if figures else "-",
            "members": str(sum(of["members"].mapped("members"))) if of["members"] else f"< {SMALL_CELL}",
            "savings": money("savings"),
            "loans": money("purpose"),
            "bad": self._percent(*(sum(of["quality"].mapped(name)) for name in ("bad_amount", "amount"))),
            "areas": [
                {"name": ", ".join(figure._areas().mapped("name")), "members": str(figure.members)}
                for figure in of["members"].sorted(lambda figure: figure._areas().mapped("code"))
            ],
        }
