from odoo import api, fields, models
from odoo.tools import date_utils, format_date

from ..models.mis_report_instance import READERS

REPORTS = [("position", "Statement of Financial Position"), ("results", "Statement of Results")]


class KoperasiStatement(models.TransientModel):
    """Which statement, of which year, of all or of one unit: opened in mis_builder beside the year before."""

    _name = "koperasi.statement"
    _description = "Statement"

    company_id = fields.Many2one(
        "res.company",
        "Cooperative",
        required=True,
        default=lambda self: self.env.company,
        domain=[("is_koperasi", "=", True)],
    )
    report = fields.Selection(REPORTS, required=True, default="position")
    date_from = fields.Date("From", required=True, default=lambda self: self._default_date_from())
    date_to = fields.Date("To", required=True, default=fields.Date.context_today)
    unit_id = fields.Many2one(
        "account.analytic.account",
        "Business Unit",
        domain=lambda self: self.env["res.company"]._domain_koperasi_unit(),
        help="Empty: the whole cooperative.",
    )

    @api.model
    def _default_date_from(self):
        return date_utils.start_of(fields.Date.context_today(self), "year")

    def action_open(self):
        self.ensure_one()
        self.company_id._koperasi_check_role(*READERS)
        instance = self._make_instance()
        # mis_builder's widget finds its instance by these
        context = {"active_model": instance._name, "active_id": instance.id, "active_ids": instance.ids}
        return {**instance.with_env(self.env).preview(), "name": instance.name, "context": context}

    def _make_instance(self):
        """A temporary report instance: the person who reads needs no right to design reports."""
        self.ensure_one()
        columns = [
            (fields.Date.subtract(self.date_from, years=years), fields.Date.subtract(self.date_to, years=years))
            for years in (0, 1)
        ]
        label = dict(self._fields["report"]._description_selection(self.env))[self.report]
        return (
            self.env["mis.report.instance"]
            .sudo()
            .create(
                {
                    "name": " ".join(filter(None, (label, self.unit_id.name))),
                    "report_id": self.env.ref(f"koperasi_shu.mis_report_{self.report}").id,
                    "company_id": self.company_id.id,
                    "target_move": "posted",
                    "temporary": True,
                    "koperasi_statement": True,
                    "widget_show_filters": False,
                    "analytic_domain": (
                        repr([("analytic_distribution", "in", self.unit_id.ids)]) if self.unit_id else False
                    ),
                    "period_ids": [
                        fields.Command.create(
                            {
                                "name": format_date(self.env, end),
                                "mode": "fix",
                                "manual_date_from": start,
                                "manual_date_to": end,
                                "sequence": sequence,
                            }
                        )
                        for sequence, (start, end) in enumerate(columns)
                    ],
                }
            )
        )
