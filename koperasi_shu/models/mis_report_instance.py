from odoo import fields, models

READERS = ("bendahara", "sekretaris", "ketua", "pengawas")


class MisReportInstance(models.Model):
    _inherit = "mis.report.instance"

    koperasi_statement = fields.Boolean(
        "Statement of a Cooperative",
        readonly=True,
        copy=False,
        help="Its figures are for the officers of the cooperative, accountants or not.",
    )

    def _compute_matrix(self):
        """A statement of ours is computed elevated, of its own cooperative only, for those who may read it there.

        The chair and the secretary read the figures, not the entries behind them.
        """
        self.ensure_one()
        if not self.koperasi_statement or self.env.su:
            return super()._compute_matrix()
        self.company_id._koperasi_check_role(*READERS)
        return self.sudo().with_context(allowed_company_ids=self.company_id.ids)._compute_matrix()

    def drilldown(self, arg):
        if not self.env["account.move.line"].has_access("read"):
            return {"type": "ir.actions.act_window_close"}
        return super().drilldown(arg)

    def print_pdf(self):
        self.ensure_one()
        if self.koperasi_statement:
            return self.env.ref("koperasi_shu.action_report_statement").report_action(self)
        return super().print_pdf()

    def _koperasi_date(self):
        """The day that the printed statement is of: the last one of its first column."""
        return self.period_ids[0].date_to

    def _koperasi_signers(self):
        """[(role, name)] of the chair, the treasurer and the supervisor in office on the statement's day."""
        roles = ("ketua", "bendahara", "pengawas")
        labels = dict(self.env["koperasi.officer"]._fields["role"]._description_selection(self.env))
        officers = (
            self.env["koperasi.officer"]
            .sudo()
            .search([("company_id", "=", self.company_id.id), ("role", "in", roles)], order="date_from desc, id desc")
        )
        day = self._koperasi_date()
        names = {
            officer.role: officer.user_id.name
            for officer in officers
            if officer.date_from <= day and (not officer.date_to or officer.date_to >= day)
        }
        return [(labels[role], names.get(role, "....................")) for role in roles]
