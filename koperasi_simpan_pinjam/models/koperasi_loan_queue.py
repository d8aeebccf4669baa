from collections import defaultdict

from odoo import api, fields, models

from ..kernel.forecast import day_reached


class KoperasiLoan(models.Model):
    """Approved loans that wait for money: who is next, and what must still gather for each (docs/domain.md 4.13)."""

    _inherit = "koperasi.loan"

    priority = fields.Selection([("0", "Normal"), ("1", "Urgent")], default="0", required=True, tracking=True)
    date_wanted = fields.Date("Wanted By", tracking=True)
    queue_place = fields.Integer("Place in the Queue", compute="_compute_queue")
    queue_missing = fields.Monetary(
        "Must Still Gather", compute="_compute_queue", help="Until this loan, and those before it, can be paid out."
    )

    queue_date = fields.Date(
        "Expected On",
        compute="_compute_queue",
        help="When the installments that fall due, less the term deposits that mature and are paid out, add up to what "
        "is missing. Late installments and new savings are not counted.",
    )

    @api.depends("state", "priority", "amount", "approved_on", "fundraising_id")
    def _compute_queue(self):
        """Urgent ones first, then by the day of approval. Each takes of the funds before the next."""
        self.queue_place = self.queue_missing = 0
        self.queue_date = False
        for company, loans in self.filtered(lambda loan: loan.state == "queued").grouped("company_id").items():
            queue = self.sudo().search(
                [
                    ("company_id", "=", company.id),
                    ("state", "=", "queued"),
                    "|",
                    ("fundraising_id", "=", False),
                    ("fundraising_id.state", "=", "failed"),
                ],
                order="priority desc, approved_on, id",
            )
            left = company.sudo()._koperasi_loanable_units(queue.browse())
            places = {}
            for place, loan in enumerate(queue, 1):
                left -= company._to_units(loan.amount)
                places[loan.id] = place, company._from_units(max(-left, 0))
            flows = company.sudo()._koperasi_expected_flows()
            for loan in loans:
                loan.queue_place, loan.queue_missing = places.get(loan._origin.id, (0, 0))
                if loan._waits_for_campaign():
                    loan.queue_missing = loan.sudo().fundraising_id.missing
                else:
                    missing = company._to_units(loan.queue_missing)
                    loan.queue_date = missing and day_reached(missing, flows)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _koperasi_expected_flows(self):
        """What contracts bring and take from tomorrow on: [(day, money units)].

        Installments that are not due yet come in; term deposits that mature and are not rolled over go out. What is
        late already is not counted on, nor what members may save or withdraw.
        """
        self.ensure_one()
        today = fields.Date.context_today(self)
        flows = defaultdict(int)
        running = self.env["koperasi.loan"].search([("company_id", "=", self.id), ("state", "=", "running")])
        for dues in running._unpaid().values():
            for due in dues:
                if due.due_date > today:
                    flows[due.due_date] += due.principal + due.interest + due.fee
        terms = self.env["koperasi.savings.term"].search(
            [
                ("company_id", "=", self.id),
                ("state", "=", "active"),
                ("rollover", "=", "none"),
                ("date_maturity", ">", today),
            ]
        )
        for term, units in terms._held_units().items():
            flows[term.date_maturity] -= units
        return list(flows.items())
