from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..kernel.repayment import Due


class KoperasiLoan(models.Model):
    """What the member ledger says of a loan, in money units, and what a posting on it must respect."""

    _inherit = "koperasi.loan"

    settled_by_ids = fields.Many2many(
        "koperasi.transaction",
        "koperasi_loan_settled_rel",
        string="Payoffs and Write-offs",
        readonly=True,
        copy=False,
        by_action=True,
        groups="koperasi_simpan_pinjam.group_user",
        help="All of them, those taken back too: what a past day looked like.",
    )

    def _set(self, **vals):
        """What pays the loan off, or writes it off, is remembered beside the last of them."""
        ends = [vals[name] for name in ("payoff_id", "write_off_id") if vals.get(name)]
        if ends:
            vals["settled_by_ids"] = [fields.Command.link(id_) for id_ in ends]
        return super()._set(**vals)

    def _has_lines(self):
        return bool(self.ids) and bool(
            self.env["koperasi.transaction.line"].sudo().search_count([("loan_id", "in", self.ids)], limit=1)
        )

    def _principal_lent(self, as_of=None):
        """:return: {loan id: principal still owed at the end of `as_of` (default: now)}"""
        domain = [("loan_id", "in", self.ids), ("component", "=", "principal")]
        if as_of:
            domain.append(("date", "<=", as_of))
        return {
            loan.id: -loan.company_id._to_units(amount)
            for loan, amount in self.env["koperasi.transaction.line"]
            .sudo()
            ._read_group(domain, ["loan_id"], ["amount:sum"])
        }

    def _unpaid(self, as_of=None, on=None, lent=None):
        """What is unpaid of each installment at the end of `as_of` (default: now); nothing of a loan that is over.

        :param on: day up to which late fees run; default `as_of`, or today
        :param lent: `_principal_lent(as_of)`, of a caller that has asked already
        :return: {loan id: [kernel Due, oldest first]}
        """
        domain = [("installment_id", "!=", False), ("loan_id", "in", self.ids)]
        if as_of:
            domain.append(("date", "<=", as_of))
        on = on or as_of or fields.Date.context_today(self)
        paid = defaultdict(int)
        for installment, component, amount in (
            self.env["koperasi.transaction.line"]
            .sudo()
            ._read_group(
                domain,
                ["installment_id", "component"],
                ["amount:sum"],
            )
        ):
            paid[installment.id, component] = amount
        lent = self._principal_lent(as_of) if lent is None else lent
        dues = defaultdict(list)
        owing = self.filtered(lambda loan: loan._lent_by(as_of))
        rows = (
            self.env["koperasi.loan.installment"]
            .sudo()
            .search([("loan_id", "in", owing.ids), *self._in_force(as_of)], order="loan_id, number")
        )
        fees = self._late_fees(rows, paid, as_of, on)
        for row in rows:
            company = row.company_id
            principal = company._to_units(row.principal - row.opening_principal - paid[row.id, "principal"])
            interest = company._to_units(row.interest - row.opening_interest - paid[row.id, "interest"])
            # the payoff forgave the rest; a disbursement taken back leaves nothing to pay
            over = not lent.get(row.loan_id.id) and (
                row.loan_id.state == "cancelled" or row.loan_id._is_settled(as_of)
            )
            penalty = fees.get(row.id, 0)
            fee = company._to_units(row.fee - paid[row.id, "fee"])
            if (principal or interest or penalty or fee) and not over:
                dues[row.loan_id.id].append(Due(row.number, row.due_date, principal, interest, penalty, fee))
        return dues

    def _is_settled(self, as_of=None):
        """Whether a payoff or a write-off had ended the installments at the end of `as_of` (default: now)."""
        self.ensure_one()
        loan = self.sudo()  # a member on the portal reads no transactions
        last = loan.settled_by_ids | loan.payoff_id | loan.write_off_id
        if not as_of:
            return any(not transaction.is_reversed for transaction in last)
        return any(
            transaction.date <= as_of and not any(back.date <= as_of for back in transaction.reversal_ids)
            for transaction in last
        )

    def _lent_by(self, as_of=None):
        """Whether the loan had been paid out at the end of `as_of` (default: now)."""
        self.ensure_one()
        return bool(self.date_disbursed) and (not as_of or self.date_disbursed <= as_of)

    def _line(self, component, units, installment=None, account=None):
        """A ledger line of this loan: `units` > 0 credits `account` (default: the principal account)."""
        self.ensure_one()
        product = self.product_id.sudo()
        return {
            "loan_id": self.id,
            "installment_id": installment.id if installment else False,
            "partner_id": self.partner_id.id,
            "member_id": self.member_id.id,
            "account_id": (account or product.account_id).id,
            "unit_id": product.unit_id.id,
            "component": component,
            "amount": self.company_id._from_units(units),
            "name": self.number,
        }

    def _most_principal(self):
        """What may be owed of this loan at most, in money units."""
        self.ensure_one()
        return self.company_id._to_units(self.amount)

    def _check_posting(self, date, movements):
        """Refuse what these loans, claimed by the caller, don't allow.

        :param movements: {loan: {component: money units}}
        """
        lent, changed = self._principal_lent(), self._last_changes()
        for loan in self:
            after = lent.get(loan.id, 0) - movements[loan]["principal"]
            company = loan.company_id
            if after < 0:
                raise UserError(
                    self.env._(
                        "%(loan)s: only %(left)s of the principal is left to pay.",
                        loan=loan.display_name,
                        left=company._koperasi_format(lent.get(loan.id, 0)),
                    )
                )
            if after > loan._most_principal():
                raise UserError(
                    self.env._(
                        "%(loan)s is for %(amount)s.",
                        loan=loan.display_name,
                        amount=company._koperasi_format(company._to_units(loan.amount)),
                    )
                )
            if loan.date_disbursed and date < loan.date_disbursed:
                raise UserError(
                    self.env._(
                        "%(loan)s was disbursed on %(date)s: nothing can be dated before.",
                        loan=loan.display_name,
                        date=format_date(self.env, loan.date_disbursed),
                    )
                )
            if loan.id in changed and date < changed[loan.id]:
                raise UserError(
                    self.env._(
                        "The installments of %(loan)s changed on %(date)s: nothing can be dated before.",
                        loan=loan.display_name,
                        date=format_date(self.env, changed[loan.id]),
                    )
                )

    def _after_posting(self):
        """Running, paid off, or cancelled when its disbursement was taken back: what the ledger says."""
        lent = self._principal_lent()
        unpaid = self.filtered(lambda loan: not lent.get(loan.id))._unpaid()
        for loan in self.sudo():
            if lent.get(loan.id):
                state = "running"
            elif all(line.transaction_id.reversal_of_id or line.transaction_id.is_reversed for line in loan.line_ids):
                state = "cancelled"
            elif loan.write_off_id and not loan.write_off_id.is_reversed:
                state = "written_off"
            elif unpaid.get(loan.id):
                state = "running"  # service fee or late fee is still to come
            else:
                state = "paid"
            if loan.state != state:
                loan._set(state=state)
