from urllib.parse import quote

from odoo import api, fields, models
from odoo.exceptions import UserError


class KoperasiLoanSimulation(models.TransientModel):
    """What a loan would cost, before anybody applies."""

    _name = "koperasi.loan.simulation"
    _description = "Loan Simulation"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(
        "koperasi.loan.product",
        required=True,
        domain="[('company_id', '=', company_id)]",
        default=lambda self: self._default_product_id(),
    )
    amount = fields.Monetary(required=True, default=1000000)
    periods = fields.Integer(
        "Installments", required=True, compute="_compute_periods", store=True, readonly=False, precompute=True
    )
    member_id = fields.Many2one("koperasi.member", domain="[('company_id', '=', company_id)]")
    result = fields.Html(compute="_compute_result", sanitize=False)

    @api.model
    def _default_product_id(self):
        return self.env["koperasi.loan.product"].search([("company_id", "=", self.env.company.id)], limit=1)

    @api.depends("product_id")
    def _compute_periods(self):
        for simulation in self:
            simulation.periods = simulation.product_id.periods

    @api.depends("product_id", "amount", "periods")
    def _compute_result(self):
        for simulation in self:
            if not simulation.product_id:
                simulation.result = False
                continue
            try:
                values = {"simulation": simulation._simulate(), "error": False}
            except UserError as error:
                values = {"simulation": False, "error": str(error)}
            simulation.result = self.env["ir.qweb"]._render("koperasi_simpan_pinjam.loan_simulation", values)

    def _simulate(self):
        self.ensure_one()
        return self.product_id._simulate(self.amount, self.periods)

    def action_print(self):
        self._simulate()  # says now what is wrong with the figures
        return self.env.ref("koperasi_simpan_pinjam.action_report_loan_simulation").report_action(self)

    def action_whatsapp(self):
        """Open the message, ready to be sent to whom she chooses."""
        return {
            "type": "ir.actions.act_url",
            "url": f"https://wa.me/?text={quote(self._text())}",
            "target": "new",
        }

    def _text(self):
        """In Indonesian as all that leaves the house; stars make letters bold there."""
        simulation = self.with_context(lang="id_ID")
        found = simulation._simulate()
        rows = [
            f"*{found['company']}*",
            f"{found['product']}: {found['amount']}",
            simulation.env._("%(periods)s installments of %(installment)s", **found),
            simulation.env._("Service fee %(fee)s, in all %(total)s", **found),
            simulation.env._("Moneylender (%(lender_rate)s %% a month): %(lender_fee)s of interest", **found),
        ]
        if found["benefit"]:
            rows.append(simulation.env._("*You keep %s*", found["benefit"]))
        return "\n".join(rows)

    def action_apply(self):
        """Begin the application with these figures."""
        self.ensure_one()
        self._simulate()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Application"),
            "res_model": "koperasi.loan",
            "view_mode": "form",
            "context": {
                "default_product_id": self.product_id.id,
                "default_amount": self.amount,
                "default_periods": self.periods,
                "default_member_id": self.member_id.id,
            },
        }
