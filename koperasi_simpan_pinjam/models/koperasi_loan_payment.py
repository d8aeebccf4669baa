from odoo import models
from odoo.exceptions import UserError
from odoo.tools import date_utils

from ..kernel.repayment import allocate, savings_part
from .exact import share
from .koperasi_loan_product import ORDERS


def _total(due):
    return due.principal + due.interest + due.penalty + due.fee


class KoperasiLoan(models.Model):
    """Payments on a loan: the lines they make, and taking them in."""

    _inherit = "koperasi.loan"

    def _due_units(self, until, on=None):
        """What is to be paid on these loans by the end of `until`, late fees run up to `on` (default: today).

        :return: {loan id: money units}
        """
        return {
            loan: sum(_total(due) for due in dues if due.due_date <= until)
            for loan, dues in self._unpaid(on=on).items()
        }

    def _lines_in(self, amount, on, excess=None):
        """The lines of `amount` (Monetary, > 0) paid on this running loan.

        The loan is claimed: they depend on what is open.

        :param excess: what becomes of more than is due; default: as the product says
        """
        units = self._claim_payable(amount)
        self._check_not_waiver(on)
        return self._payment_lines(units, on, excess)

    def _claim_payable(self, amount, allow_zero=False):
        """:return: `amount` (Monetary, > 0; 0 where money that she left pays) in money units"""
        units = self.company_id._to_units(amount)
        if units < 0 or not (units or allow_zero):
            raise UserError(self.env._("Enter an amount above zero."))
        self.sudo()._claim()
        self._check_state("running", "written_off")
        return units

    def _above_zero(self, units):
        if units <= 0:
            raise UserError(self.env._("Enter an amount above zero."))
        return units

    def _payment_lines(self, units, on, excess=None):
        """The lines of a payment of `units`: oldest installment first (docs/domain.md 4.7).

        :param on: day of the payment
        :param excess: what becomes of more than is due, see EXCESS; default: as the product says
        :raise UserError: when the payment is more than may be paid
        """
        self.ensure_one()
        if self.state == "written_off":
            return self._recovery_lines(self._above_zero(units))
        excess = excess or self.product_id.excess
        payable = self._payable(self._unpaid(on=on).get(self.id, []), on, excess)
        until = date_utils.end_of(on, "month")
        lines, kept = self._kept_lines(sum(_total(due) for due in payable if due.due_date <= until) - units)
        allocations, rest = allocate(self._above_zero(units + kept), payable, ORDERS[self.product_id.payment_order])
        lines += self._allocation_lines(allocations)
        if rest:
            lines += self._excess_lines(rest, on, excess, units + kept - rest)
        return lines

    def _allocation_lines(self, parts):
        """Lines of kernel Allocations: a part of each service fee becomes savings (docs/domain.md 4.12)."""
        rows = {row.number: row for row in self.installment_ids}
        product = self.product_id.sudo()
        percent = share(product.interest_to_savings_percent)
        paid, saved = self._interest_paid() if percent else (0, 0)
        lines = []
        for row in parts:
            number, interest = row.number, row.interest
            paid += interest
            part = savings_part(paid, percent, saved)
            saved += part
            if row.penalty:
                lines.append(self._line("penalty", row.penalty, rows[number], product.penalty_account_id))
            if row.fee:
                lines += self._fee_lines(row.fee, rows[number])
            if interest - part:
                lines.append(self._line("interest", interest - part, rows[number], product.interest_account_id))
            if part:
                lines.append(
                    {
                        **self._interest_savings()._line("interest", self.company_id._from_units(part), self.number),
                        "loan_id": self.id,
                        "installment_id": rows[number].id,
                    }
                )
            if row.principal:
                lines.append(self._line("principal", row.principal, rows[number]))
        return lines

    def _interest_paid(self):
        """:return: (service fee paid so far, the part of it that became savings)"""
        self.ensure_one()
        total = saved = 0
        for savings, amount in (
            self.env["koperasi.transaction.line"]
            .sudo()
            ._read_group(
                [("loan_id", "=", self.id), ("component", "=", "interest")],
                ["savings_id"],
                ["amount:sum"],
            )
        ):
            total += self.company_id._to_units(amount)
            saved += self.company_id._to_units(amount) if savings else 0
        return total, saved

    def _interest_savings(self):
        """The borrower's account that a part of her service fee is credited to; opened when she has none."""
        return self._borrowers_savings(self.product_id.sudo().interest_savings_product_id)

    def _borrowers_savings(self, product):
        """:param product: koperasi.savings.product
        :return: her open account of it, made when she has none
        """
        accounts = self.env["koperasi.savings.account"].sudo()
        return accounts.search(
            [
                ("product_id", "=", product.id),
                ("member_id", "=", self.member_id.id),
                ("state", "=", "open"),
            ],
            limit=1,
        ) or accounts.create({"product_id": product.id, "member_id": self.member_id.id})

    def _pay(self, amount, session, key=None, excess=None, paid=()):
        """Take a payment (Monetary); returns the receipt (BKM; a memorial when no money comes in).

        :param amount: of the payment; 0 when what she left for her installments pays what is due
        :param session: the teller's open cash session; not needed when nothing is paid in cash
        :param excess: what becomes of more than is due, see EXCESS; default: as the product says
        :param paid: what of it is not cash, see koperasi.member._paid_otherwise
        """
        self.ensure_one()
        receipt = self._receive(
            amount,
            session,
            key,
            ["loan.pay", self.id, amount, excess],
            lambda units, on: self._payment_lines(units, on, excess),
            paid,
        )
        self._after_payment(receipt, excess)
        return receipt

    def action_pay(self):
        return self._action_operation("pay", self.env._("Installment"))
