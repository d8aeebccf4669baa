import re
from urllib.parse import quote

from odoo import fields, models
from odoo.tools import format_date

from ..models.koperasi_loan_visit import COLLECTORS


class KoperasiCollectibility(models.Model):
    """The list one has in her hand at the door: who, where, how much, and the buttons for it."""

    _inherit = "koperasi.collectibility"

    number = fields.Char(related="loan_id.number")
    phone = fields.Char(related="member_id.partner_id.phone")
    address = fields.Char(compute="_compute_door")
    due_amount = fields.Monetary("To Be Paid Today", compute="_compute_door")
    last_visit = fields.Char(compute="_compute_door")
    whatsapp_url = fields.Char("WhatsApp", compute="_compute_door")

    def _compute_door(self):
        loans = self.loan_id
        today = fields.Date.context_today(self)
        due = loans._asked_units(today, today)
        visits = {}
        for visit in self.env["koperasi.loan.visit"].search([("loan_id", "in", loans.ids)], order="id"):
            visits[visit.loan_id.id] = visit
        for row in self:
            company, visit = row.company_id, visits.get(row.loan_id.id)
            row.due_amount = company._from_units(due.get(row.loan_id.id, 0))
            row.address = row.loan_id._paper_address()
            row.last_visit = visit._said() if visit else False
            row.whatsapp_url = f"https://wa.me/{_digits(row.phone)}?text={quote(row._message())}"

    def _message(self):
        """What is written to her, in Indonesian as all that members get."""
        row = self.with_context(lang="id_ID")
        return row.env._(
            "Good day, %(name)s. %(company)s kindly reminds you: on loan %(loan)s %(amount)s is to be paid, late since "
            "%(since)s. Please pay at the counter, or I come by. Thank you.",
            name=row.member_id.name,
            company=row.company_id.name,
            loan=row.number,
            amount=row.company_id._koperasi_amount(row.due_amount),
            since=format_date(row.env, row.oldest_due),
        )

    def action_visit(self):
        """Write down what came of the visit."""
        self.ensure_one()
        self.company_id._koperasi_check_role(*COLLECTORS)
        title = self.env._("Visit")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "koperasi.loan.visit",
            "view_mode": "form",
            "target": "new",
            "context": {"default_loan_id": self.loan_id.id},
        }

    def action_take(self):
        """She pays at the door: the form of the counter, in the open session."""
        self.ensure_one()
        self.company_id._koperasi_check_role(*COLLECTORS)
        return self.loan_id.action_pay()


def _digits(phone):
    """`628123456789`; empty when there is none, so that the sender chooses."""
    digits = re.sub(r"\D", "", phone or "")
    return f"62{digits[1:]}" if digits.startswith("0") else digits
