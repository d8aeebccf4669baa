from odoo import api, fields, models


class KoperasiLoan(models.Model):
    """Approved loans that wait for money: who is next, and what must still gather for each (docs/domain.md 4.13)."""

    _inherit = "koperasi.loan"

    priority = fields.Selection([("0", "Normal"), ("1", "Urgent")], default="0", required=True, tracking=True)
    date_wanted = fields.Date("Wanted By", tracking=True)
    queue_place = fields.Integer("Place in the Queue", compute="_compute_queue")
    queue_missing = fields.Monetary(
        "Must Still Gather", compute="_compute_queue", help="Until this loan, and those before it, can be paid out."
    )

    @api.depends("state", "priority", "amount", "approved_on", "fundraising_id")
    def _compute_queue(self):
        """Urgent ones first, then by the day of approval. Each takes of the funds before the next."""
        self.queue_place = self.queue_missing = 0
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
            for loan in loans:
                loan.queue_place, loan.queue_missing = places.get(loan._origin.id, (0, 0))
                if loan._waits_for_campaign():
                    loan.queue_missing = loan.sudo().fundraising_id.missing
