from odoo import models
from odoo.exceptions import UserError

from .koperasi_transaction import OUT


class KoperasiLoan(models.Model):
    """The schedule of a loan, and paying it out."""

    _inherit = "koperasi.loan"

    def _schedule(self, first_due=None, start=None):
        """The kernel's rows.

        :param start: day it is paid out; default `date_applied`
        :param first_due: due date of the first installment; default one period after `start`
        """
        self.ensure_one()
        start = start or self.date_applied
        first_due = first_due or self.product_id._first_due(start)
        return self.product_id._schedule(self.amount, self.periods, first_due, start)

    def _preview(self):
        """For the application form and the card: schedule rows as amounts, before and after disbursement."""
        self.ensure_one()
        company = self.company_id
        return [
            {
                "number": row.number,
                "due_date": row.due_date,
                "principal": company._from_units(row.principal),
                "interest": company._from_units(row.interest),
                "balance": company._from_units(row.balance),
            }
            for row in self._schedule()
        ]

    def _check_can_disburse(self):
        self.ensure_one()
        self.company_id._koperasi_check_role("bendahara")
        self._check_state("approved", "queued")
        self.company_id._koperasi_check_second_person(self, self.approved_by_id)
        if self.env.user.partner_id == self.partner_id:
            raise UserError(self.env._("Nobody disburses her own loan."))

    def _disburse(self, journal, date, session=None, first_due=None, key=None):
        """Pay the loan out within the loanable funds; without funds it waits in the queue.

        :param journal: cash box or bank it is paid from; a cash box needs its open `session`
        :param first_due: due date of the first installment; default one period after `date`
        :return: the voucher (BKK); empty when the loan has to wait
        """
        self.ensure_one()
        posting = self.env["koperasi.posting"]
        content = ["loan.disburse", self.id]
        voucher_key = key and f"{key}{OUT}"  # the receipt of what is paid apart has `key`
        for each in (voucher_key, key):
            if replay := posting._replay(self.company_id, each, content):
                return replay
        company = self.company_id.sudo()
        company._claim()
        self.sudo()._claim()
        self._check_can_disburse()
        units = company._to_units(self.amount)
        if self._needed_units(date) > self._fundable_units(committed=False):
            self.sudo()._set(state="queued")
            return self.env["koperasi.transaction"]
        first_due = first_due or self.product_id._first_due(date)
        if first_due <= date:
            raise UserError(self.env._("The first installment is due after the disbursement."))
        charges = self._fix_charges()
        first_fee = self._first_fee_units().get(self.id, 0)
        self.env["koperasi.loan.installment"].sudo()._append(self._installment_values(first_due, date, first_fee))
        self.sudo()._set(date_disbursed=date, disbursed_by_id=self.env.uid)
        days_late = self.replaces_id.with_context(koperasi_as_of=date).days_late
        deducted, apart = (charges.filtered(lambda row, how=how: row.collected == how) for how in ("deducted", "apart"))
        lines = [self._line("principal", -units), *self._charge_lines(deducted), *self._replaced_lines(date)]
        money = sum(company._to_units(line["amount"]) for line in lines)
        self._check_net(-money)
        voucher = posting._post(
            self.company_id,
            date,
            lines,
            tenders=[(journal, company._from_units(money))],
            session=session,
            key=voucher_key if apart else key,
            content=content,
            label=self.env._("Disbursement %s", self.number),
        )
        self._after_replacement(voucher, days_late)
        if apart:
            self._pay_apart(apart, journal, date, session, key, content)
        return voucher

    def _installment_values(self, first_due, date, first_fee):
        """The installments of this loan, paid out on `date`.

        :param first_fee: money units of the fees that come with the first one
        :return: [values of koperasi.loan.installment]
        """
        company = self.company_id
        return [
            {
                "loan_id": self.id,
                "number": row.number,
                "due_date": row.due_date,
                "principal": company._from_units(row.principal),
                "interest": company._from_units(row.interest),
                "balance": company._from_units(row.balance),
                "fee": company._from_units(first_fee) if row.number == 1 else 0,
            }
            for row in self._schedule(first_due, date)
        ]

    def action_disburse(self):
        self._check_can_disburse()
        return self._action_operation("disburse", self.env._("Disburse"))
