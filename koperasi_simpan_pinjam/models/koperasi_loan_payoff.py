from odoo import models
from odoo.exceptions import UserError

from ..kernel.repayment import Allocation, Payoff, payoff, savings_part
from .exact import share


class KoperasiLoan(models.Model):
    """Paying a loan off before its end (docs/domain.md 4.9)."""

    _inherit = "koperasi.loan"

    def _payoff_quote(self, on):
        """What pays the loan off on `on`, by the product's convention (docs/domain.md 4.9): kernel Quote."""
        self.ensure_one()
        product = self.product_id
        dues = self._unpaid(on=on).get(self.id, [])
        ahead = [due for due in dues if due.due_date > on]
        return payoff(
            self._principal_lent().get(self.id, 0),
            dues,
            on,
            Payoff(product.payoff_convention),
            current_interest=ahead[0].interest if ahead else 0,
            remaining_interest=sum(due.interest for due in ahead),
            months=product.payoff_months,
            percent=share(product.payoff_percent),
            installments_left=len(ahead),
            installments=len(self.installment_ids),
            total_interest=sum(self.company_id._to_units(row.interest) for row in self.installment_ids),
        )

    def _payoff_cost(self, on):
        """What the payoff on `on` costs, less what of it becomes the borrower's own savings; in money units."""
        parts, _supplement = self._payoff_parts(on)
        paid, saved = self._interest_paid()
        paid += sum(part.interest for part in parts)
        percent = share(self.product_id.sudo().interest_to_savings_percent)
        return self._payoff_units(on) - savings_part(paid, percent, saved)

    def _payoff_parts(self, on):
        """The quote of `on` spread over the installments; nothing is made.

        :return: ([kernel Allocation], supplement), in money units
        """
        quote = self._payoff_quote(on)
        supplement = quote.penalty
        interest = max(quote.interest - quote.discount, 0)
        parts = []
        for due in self._unpaid(on=on).get(self.id, []):
            part = min(interest, due.interest)
            interest -= part
            supplement -= due.penalty
            parts.append(Allocation(due.number, due.principal, part, due.penalty, due.fee))
        return parts, supplement

    def _payoff_units(self, on):
        """What pays the loan off on `on`, in money units."""
        parts, supplement = self._payoff_parts(on)
        return sum(part.principal + part.interest + part.penalty + part.fee for part in parts) + supplement

    def _payoff_lines(self, on):
        """The lines that pay the loan off on `on`; they sum to `_payoff_units`."""
        parts, supplement = self._payoff_parts(on)
        lines = self._allocation_lines(parts)
        if supplement:
            lines.append(self._line("penalty", supplement, account=self.product_id.sudo().penalty_account_id))
        return lines

    def _pay_off(self, amount, session, key=None, paid=()):
        """Take the payoff; `amount` must be what the quote of the day says.

        :param paid: what of it is not cash, see koperasi.member._paid_otherwise
        """
        self.ensure_one()

        def lines(units, on):
            self._check_state("running")
            due = self._payoff_units(on)
            if due != units:
                raise UserError(
                    self.env._(
                        "%(loan)s is paid off today with %(due)s.",
                        loan=self.display_name,
                        due=self.company_id._koperasi_format(due),
                    )
                )
            return self._payoff_lines(on)

        receipt = self._receive(amount, session, key, ["loan.payoff", self.id, amount], lines, paid)
        if not receipt.is_reversed:
            # though service fee of installments to come is not paid
            self.sudo()._set(state="paid", payoff_id=receipt.id)
        return receipt

    def action_pay_off(self):
        return self._action_operation("pay_off", self.env._("Pay Off"))
