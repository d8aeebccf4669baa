from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import date_utils

from ..kernel.amortization import Installment, Method
from ..kernel.money import Rounding
from ..kernel.prepayment import Effect, prepay

EXCESS = [
    ("refuse", "Refused"),
    ("ahead", "Further Installments Paid Ahead"),
    ("shorten", "Off the Principal: Fewer Installments"),
    ("lower", "Off the Principal: Lower Installments"),
    ("kept", "Kept for the Next Installments"),
    ("savings", "To Her Voluntary Savings"),
]


class KoperasiLoanProduct(models.Model):
    _inherit = "koperasi.loan.product"

    excess = fields.Selection(
        EXCESS,
        "More Than Is Due",
        required=True,
        default="refuse",
        tracking=True,
        help="What becomes of money beyond what is due by the end of the month; it can be chosen anew at each payment. "
        "Refused: the next installment may still be paid.",
    )


class KoperasiLoan(models.Model):
    """Paying more than is due (docs/domain.md 4.7, 4.9)."""

    _inherit = "koperasi.loan"

    def _payable(self, dues, on, excess):
        """:return: the kernel Dues that a payment on `on` may pay, before `excess` says what becomes of the rest"""
        if excess == "ahead":
            return dues
        if excess == "refuse":
            return [due for due in dues if due.due_date <= on] + [due for due in dues if due.due_date > on][:1]
        until = date_utils.end_of(on, "month")
        return [due for due in dues if due.due_date <= until]

    def _excess_lines(self, rest, on, excess, taken):
        """The lines of `rest` (money units > 0), which is more than is due.

        :param taken: what of the payment is due
        """
        self.ensure_one()
        company = self.company_id
        if excess in ("kept", "savings"):
            line = self._excess_savings(excess)._line("deposit", company._from_units(rest), self.number)
            return [{**line, "loan_id": self.id if excess == "kept" else False}]
        left = sum(due.principal for due in self._unpaid(on=on).get(self.id, []))
        if excess in ("shorten", "lower") and rest < left - self._taken_principal(taken, on, excess):
            self._check_can_change(on)
            return [self._line("principal", rest)]
        raise UserError(
            self.env._(
                "%(loan)s: only %(payable)s can be paid now, %(rest)s is too much. "
                "Lower the amount, pay ahead, or pay "
                "the loan off.",
                loan=self.display_name,
                payable=company._koperasi_format(taken),
                rest=company._koperasi_format(rest),
            )
        )

    def _taken_principal(self, taken, on, excess):
        """The principal of what is due; all of it is paid when there is an excess."""
        return sum(due.principal for due in self._payable(self._unpaid(on=on).get(self.id, []), on, excess))

    def _excess_savings(self, excess):
        """The borrower's account that takes what is more than due."""
        company = self.company_id
        if excess == "kept":
            return self._borrowers_savings(company._koperasi_setting("koperasi_kept_product_id").sudo())
        account = self.member_id.sudo().savings_ids.filtered(
            lambda account: account.savings_class == "sukarela" and account.state == "open"
        )[:1]
        if not account:
            raise UserError(self.env._("%s has no voluntary savings: lower the amount.", self.member_id.display_name))
        return account

    def _after_payment(self, transaction, excess=None):
        """Installments to come change by what `transaction` paid off the principal beyond them."""
        self.ensure_one()
        excess = excess or self.product_id.excess
        extra = transaction.sudo().line_ids.filtered(
            lambda line: line.loan_id == self and line.component == "principal" and not line.installment_id
        )
        if not extra or self.sudo().schedule_ids.filtered(lambda change: change.transaction_id == transaction):
            return
        company, product = self.company_id, self.product_id.sudo()
        dues = self._unpaid(on=transaction.date).get(self.id, [])
        units = company._to_units(sum(extra.mapped("amount")))
        numbers = {due.number for due in dues}
        try:
            rows = prepay(
                [Installment(due.number, due.due_date, due.principal, due.interest, 0) for due in dues],
                units,
                self._rate_in_force(),
                Method(product.method),
                Effect(excess),
                installment_unit=product.installment_unit,
                installment_rounding=Rounding.UP if product.installment_unit > 1 else Rounding.HALF_UP,
            )
        except ValueError as error:
            raise UserError(self.env._("No schedule can be made of these figures: %s", error)) from None
        self._change_installments(
            "prepayment",
            transaction.date,
            self.installment_ids.filtered(lambda row: row.number in numbers),
            rows,
            amount=company._from_units(units),
            reason=dict(product._fields["excess"]._description_selection(self.env))[excess],
            transaction_id=transaction.id,
        )

    def _rate_in_force(self):
        """The service fee of one period, a share of 1: the product's, or what a restructuring made of it."""
        self.ensure_one()
        return self.product_id.sudo()._periodic_rate(self.periods)
