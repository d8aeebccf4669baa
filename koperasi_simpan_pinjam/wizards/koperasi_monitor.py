from odoo import api, fields, models

from ..models.koperasi_published_figure import SUBJECTS


class KoperasiMonitor(models.TransientModel):
    """What the kelurahan sees of the cooperatives it watches: sums of at least three persons, and nobody behind them.

    Copies of what is shown of the last month ends (koperasi.published.figure), made anew each time they are asked for:
    nothing leads from them to a member.
    """

    _name = "koperasi.monitor"
    _description = "Figures for the Kelurahan"
    _inherit = ["koperasi.download"]
    _transient_max_hours = 2

    date = fields.Date(required=True, readonly=True, default=fields.Date.context_today)
    row_ids = fields.One2many("koperasi.monitor.row", "monitor_id", readonly=True)

    @api.model
    def action_open(self):
        """The figures of all cooperatives that the person watches, of the last month end, as a pivot, graph or list."""
        title = self.env._("Figures of the Cooperatives")
        return self._action(title, "pivot,graph,list", search_default_latest=1)

    @api.model
    def action_history(self):
        """The same of the last twelve month ends, as a line of each cooperative."""
        action = self._action(self.env._("Twelve Months"), "graph,pivot,list")
        line = self.env.ref("koperasi_simpan_pinjam.koperasi_monitor_row_view_line")
        return {**action, "views": [(line.id, "graph"), (False, "pivot"), (False, "list")]}

    def _action(self, title, view_mode, **context):
        companies = self.env.user._koperasi_companies("pemantau")
        if not companies:
            self.env.company._koperasi_check_role("pemantau")
        monitor = self.create({})
        monitor._make_rows(companies)
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "koperasi.monitor.row",
            "view_mode": view_mode,
            "domain": [("monitor_id", "=", monitor.id)],
            "context": {"search_default_savings": 1, "monitor_id": monitor.id, **context},
        }

    def _make_rows(self, companies):
        values = []
        for company in companies.sudo():
            figures = self.env["koperasi.published.figure"].sudo()._of(company, self.date)
            latest = figures[:1].date
            for figure in figures:
                area, category = figure._labels()
                values.append(
                    {
                        "monitor_id": self.id,
                        "company_name": company.name,
                        "currency_id": company.currency_id.id,
                        "date": figure.date,
                        "figure_date": figure.figure_date,
                        "latest": figure.date == latest,
                        "subject": figure.subject,
                        "area": area,
                        "category": category,
                        "members": figure.members,
                        "amount": figure.amount,
                        "bad_amount": figure.bad_amount,
                    }
                )
        self.env["koperasi.monitor.row"].sudo().create(values)

    # === THE SHEET === #

    def _download(self):
        selections = dict(self.env["koperasi.monitor.row"]._fields["subject"]._description_selection(self.env))
        heads = (
            (self.env._("Cooperative"), 28),
            (self.env._("Last Day of the Month"), 14),
            (self.env._("Figure Of"), 12),
            (self.env._("Subject"), 18),
            (self.env._("Area"), 26),
            (self.env._("Kind"), 30),
            (self.env._("Members"), 10),
            (self.env._("Amount"), 16),
            (self.env._("Of It Non-performing"), 18),
        )
        rows = [
            (
                row.company_name,
                row.date,
                row.figure_date,
                selections[row.subject],
                row.area,
                row.category,
                row.members,
                row.amount,
                row.bad_amount,
            )
            for row in self.row_ids
        ]
        title = self.env._("Figures of the Cooperatives")
        return f"{title} {self.date}.xlsx", self._xlsx(title, heads, rows)


class KoperasiMonitorRow(models.TransientModel):
    """One sum of at least three persons."""

    _name = "koperasi.monitor.row"
    _description = "Figure for the Kelurahan"
    _order = "company_name, date desc, subject, area, category, id"
    _transient_max_hours = 2

    monitor_id = fields.Many2one(
        "koperasi.monitor", "Page", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_name = fields.Char("Cooperative", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Date("Last Day of the Month", readonly=True)
    figure_date = fields.Date(
        "Figure Of",
        readonly=True,
        help="Earlier than the month end as long as fewer than three persons changed.",
    )
    latest = fields.Boolean("Last Month End", readonly=True)
    subject = fields.Selection(SUBJECTS, readonly=True)
    area = fields.Char(readonly=True)
    category = fields.Char("Kind", readonly=True)
    members = fields.Integer(readonly=True)
    amount = fields.Monetary(readonly=True)
    bad_amount = fields.Monetary("Of It Non-performing", readonly=True)

    def action_xlsx(self):
        """All figures of the page, as a sheet."""
        monitor = self.monitor_id[:1] or self.env["koperasi.monitor"].browse(self.env.context.get("monitor_id"))
        monitor.check_access("read")
        return monitor._action_download()
