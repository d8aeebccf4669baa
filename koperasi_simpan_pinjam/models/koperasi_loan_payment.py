from odoo import models
from odoo.exceptions import UserError

from ..kernel.repayment import allocate, savings_part
from .exact import share
from .koperasi_loan_product import ORDERS


class KoperasiLoan(models.Model):
    """Payments on a loan: the lines they make, and taking them in."""

    _inherit = "koperasi.loan"

    def _due_units(self, until, on=None):
        """What is to be paid on these loans by the end of `until`, late fees run up to `on` (default: today).

        :return: {loan id: money units}
        """
        return {
            loan: sum(
                due.principal + due.interest + due.penalty + due.fee for due in dues if due.due_date <= until
            )
            for loan, dues in self._unpaid(on=on).items()
        }

    def _lines_in(self, amount, on):
        """The lines of `amount` (Monetary, > 0) paid on this running loan.

        The loan is claimed: they depend on what is open.
        """
        units = self._claim_payable(amount)
        self._check_not_waiver(on)
        return self._payment_lines(units, on)

    def _claim_payable(self, amount):
        """:return: `amount` (Monetary, > 0) in money units"""
        units = self.company_id._to_units(amount)
        if units <= 0:
            raise UserError(self.env._("Enter an amount above zero."))
        self.sudo()._claim()
        self._check_state("running", "written_off")
        return units

    def _payment_lines(self, units, on, ahead=False):
        """The lines of a payment of `units`: oldest installment first (docs/domain.md 4.7).

        :param on: day of the payment; what is due by then, and the next installment, may be paid
        :param ahead: also the installments after that
        :raise UserError: when the payment is more than may be paid
        """
        self.ensure_one()
        if self.state == "written_off":
            return self._recovery_lines(units)
        dues = self._unpaid(on=on).get(self.id, [])
        payable = (
            dues
            if ahead
            else [due for due in dues if due.due_date <= on] + [due for due in dues if due.due_date > on][:1]
        )
        allocations, rest = allocate(units, payable, ORDERS[self.product_id.payment_order])
        if rest:
            company = self.company_id
            raise UserError(
                self.env._(
                    "%(loan)s: only %(payable)s can be paid now, %(rest)s is too much. "
                    "Lower the amount, pay ahead, or pay "
                    "the loan off.",
                    loan=self.display_name,
                    payable=company._koperasi_format(units - rest),
                    rest=company._koperasi_format(rest),
                )
            )
        return self._allocation_lines(allocations)

    def _allocation_lines(self, parts):
        """Lines of kernel Allocations: a part of each service fee becomes savings (docs/domain.md 4.12)."""
        rows = {row.number: row for row in self.installment_ids}
        product = self.product_id.sudo()
        percent = share(product.interest_to_savings_percent)
        paid, saved = self._interest_paid()
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

    def _pay(self, amount, session, key=None, ahead=False):
        """Take a payment (Monetary, > 0) in cash; returns the receipt (BKM)."""
        self.ensure_one()
        return self._receive(
            amount,
            session,
            key,
            ["loan.pay", self.id, amount, ahead],
            lambda units: self._payment_lines(units, session.date, ahead),
        )

    def _receive(self, amount, session, key, content, make_lines):
        company = self.company_id
        company._koperasi_check_role("petugas", "bendahara")
        posting = self.env["koperasi.posting"]
        if replay := posting._replay(company, key, content):
            return replay
        units = self._claim_payable(amount)
        self._check_not_waiver(session.date)
        lines = make_lines(units)
        return posting._post(
            company,
            session.date,
            lines,
            tenders=[(session.sudo().journal_id, amount)],
            session=session,
            key=key,
            content=content,
            label=self.env._("Installment %s", self.number),
        )

    def action_pay(self):
        return self._action_operation("pay", self.env._("Installment"))
