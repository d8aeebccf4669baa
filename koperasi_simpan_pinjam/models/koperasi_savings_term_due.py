from odoo import api, fields, models


class KoperasiSavingsTerm(models.Model):
    """What has fallen due today, and the treasurer's button that pays it: no interest waits to be thought of.

    Proposed on her page, not paid at night: a run moves money, and bears the name of who started it.
    """

    _inherit = "koperasi.savings.term"

    is_due = fields.Boolean(
        "Due",
        compute="_compute_is_due",
        search="_search_is_due",
        help="Interest has fallen due or the deposit has matured, and nothing was paid yet.",
    )

    @api.depends("interest_due", "state", "date_maturity")
    def _compute_is_due(self):
        today = fields.Date.context_today(self)
        for term in self:
            term.is_due = term.state == "active" and (term.interest_due > 0 or term._is_mature(today))

    def _search_is_due(self, operator, value):
        if operator != "in":
            return NotImplemented
        due = self.search([("state", "=", "active")]).filtered("is_due")
        wanted = set(value)
        if wanted == {True}:
            return [("id", "in", due.ids)]
        return [("id", "not in", due.ids)] if wanted == {False} else []

    def action_pay_due(self):
        """Start today's run of interest and maturities, or show the one that was started."""
        company = self.company_id[:1] or self.env.company
        return self.env["koperasi.run"]._start_daily(company, "term")
