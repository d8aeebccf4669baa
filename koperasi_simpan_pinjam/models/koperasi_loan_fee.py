from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..kernel.loan_fee import borne, fee, spread
from .exact import share

COLLECTED = [
    ("deducted", "Deducted from the Loan"),
    ("apart", "Paid Apart at the Disbursement"),
    ("first", "With the First Installment"),
]


class KoperasiLoanFee(models.Model):
    """What a borrower pays once when her loan is paid out (docs/domain.md 4.6)."""

    _name = "koperasi.loan.fee"
    _description = "Fee at Disbursement"
    _order = "product_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one("koperasi.loan.product", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="product_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    rate = fields.Float("Percent of the Loan", digits=(7, 4))
    amount = fields.Monetary("Fixed Amount")
    collected = fields.Selection(COLLECTED, required=True, default="deducted")
    account_id = fields.Many2one(
        "account.account",
        "Income or Fund",
        ondelete="restrict",
        check_company=True,
        help="Fee income, or the account of a fund, as that for risks.",
    )
    savings_product_id = fields.Many2one(
        "koperasi.savings.product",
        "Or Her Own Savings",
        ondelete="restrict",
        check_company=True,
        help="It becomes compulsory savings of the borrower.",
    )

    _amount = models.Constraint(
        "CHECK (rate >= 0 AND rate < 100 AND amount >= 0 AND rate + amount > 0)", "Enter a percent or an amount."
    )
    _goal = models.Constraint(
        "CHECK (num_nonnulls(account_id, savings_product_id) = 1)",
        "A fee goes to an account, or to the borrower's savings: choose one of them.",
    )

    @api.constrains("account_id")
    def _check_account(self):
        for row in self:
            if row.account_id.koperasi_control or row.account_id.account_type in (
                "asset_receivable",
                "liability_payable",
                "asset_cash",
            ):
                raise ValidationError(
                    self.env._("%s can't take fees: choose income or a fund.", row.account_id.display_name)
                )


class KoperasiLoanCharge(models.Model):
    """A fee of one loan, fixed when it was paid out."""

    _name = "koperasi.loan.charge"
    _description = "Fee of a Loan"
    _inherit = ["koperasi.immutable"]
    _order = "loan_id, id"
    _immutable_columns = ("loan_id", "name", "amount", "collected", "account_id", "savings_id")

    name = fields.Char(required=True, readonly=True)
    loan_id = fields.Many2one("koperasi.loan", required=True, readonly=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="loan_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(required=True, readonly=True)
    collected = fields.Selection(COLLECTED, required=True, readonly=True)
    account_id = fields.Many2one("account.account", readonly=True, ondelete="restrict")
    savings_id = fields.Many2one("koperasi.savings.account", "Savings Account", readonly=True, ondelete="restrict")

    def _charge_line(self, units, installment=None):
        """The ledger line of `units` of this fee."""
        self.ensure_one()
        charge, loan = self.sudo(), self.loan_id
        if not charge.savings_id:
            return {**loan._line("fee", units, installment, charge.account_id), "name": charge.name}
        return {
            **charge.savings_id._line("fee", self.company_id._from_units(units), charge.name),
            "loan_id": loan.id,
            "installment_id": installment.id if installment else False,
        }


class KoperasiLoanProduct(models.Model):
    _inherit = "koperasi.loan.product"

    fee_ids = fields.One2many("koperasi.loan.fee", "product_id", "Fees at Disbursement", copy=True)

    def _fee_units(self, principal):
        """The fees of a loan of `principal`, in money units: [(koperasi.loan.fee, money units > 0)]"""
        self.ensure_one()
        rows = [
            (row, fee(principal, share(row.rate), self.company_id._to_units(row.amount))) for row in self.sudo().fee_ids
        ]
        return [(row, units) for row, units in rows if units]

    def _borne(self, principal, payments):
        """What the borrower really gets and pays back, in money units, her own savings of it not counted as a cost.

        :param payments: her installments
        :return: (received, payments)
        """
        costs = [(row.collected, units) for row, units in self._fee_units(principal) if row.account_id]
        first = sum(units for collected, units in costs if collected == "first")
        kept = sum(units for collected, units in costs if collected != "first")
        return borne(principal, payments, kept, first)


class KoperasiLoan(models.Model):
    """Fees at disbursement: deducted, paid apart, or with the first installment."""

    _inherit = "koperasi.loan"

    charge_ids = fields.One2many("koperasi.loan.charge", "loan_id", "Fees", readonly=True)
    fee_amount = fields.Monetary("Fees Together", compute="_compute_net_amount")
    net_amount = fields.Monetary("Paid Out", compute="_compute_net_amount", help="The loan less what is deducted.")

    @api.depends("amount", "product_id.fee_ids", "charge_ids")
    def _compute_net_amount(self):
        for loan in self:
            company, plan = loan.company_id, loan._fee_plan() if loan.company_id and loan.amount else []
            deducted = sum(units for _name, collected, units in plan if collected == "deducted")
            loan.fee_amount = company._from_units(sum(units for *_parts, units in plan)) if plan else 0
            loan.net_amount = loan.amount - (company._from_units(deducted) if deducted else 0)

    def _fee_plan(self):
        """The fees of this loan, as fixed at its disbursement, or as they would be now.

        :return: [(name, how it is collected, money units)]
        """
        self.ensure_one()
        company = self.company_id
        if self.date_disbursed:
            return [(row.name, row.collected, company._to_units(row.amount)) for row in self.charge_ids]
        return [(row.name, row.collected, units) for row, units in self._fee_units()]

    def _fee_units(self):
        """:return: [(koperasi.loan.fee, money units > 0)] by the product"""
        return self.product_id._fee_units(self.company_id._to_units(self.amount))

    def _fix_charges(self):
        """Fix the fees of this loan, which is being paid out.

        :return: koperasi.loan.charge
        """
        company, rows = self.company_id, self._fee_units()
        if sum(units for row, units in rows if row.collected == "deducted") >= company._to_units(self.amount):
            raise UserError(self.env._("%s: nothing would be left of the loan after its fees.", self.display_name))
        return (
            self.env["koperasi.loan.charge"]
            .sudo()
            ._append(
                [
                    {
                        "loan_id": self.id,
                        "name": row.name,
                        "amount": company._from_units(units),
                        "collected": row.collected,
                        "account_id": row.account_id.id,
                        "savings_id": (
                            self._borrowers_savings(row.savings_product_id).id if row.savings_product_id else False
                        ),
                    }
                    for row, units in rows
                ]
            )
        )

    def _charge_lines(self, charges):
        company = self.company_id
        return [charge._charge_line(company._to_units(charge.amount)) for charge in charges]

    def _first_fee_units(self):
        """:return: {loan id: money units of the fees that come with the first installment}"""
        domain = [("loan_id", "in", self.ids), ("collected", "=", "first")]
        groups = self.env["koperasi.loan.charge"].sudo()._read_group(domain, ["loan_id"], ["amount:sum"])
        return {loan.id: loan.company_id._to_units(amount) for loan, amount in groups}

    def _fee_lines(self, units, installment):
        """The lines of `units` paid on the fees of the first installment, one fee after the other."""
        company = self.company_id
        charges = self.charge_ids.sudo().filtered(lambda charge: charge.collected == "first")
        # of any installment: its place may have been taken by another
        domain = [("loan_id", "=", self.id), ("installment_id", "!=", False), ("component", "=", "fee")]
        lines = self.env["koperasi.transaction.line"].sudo()
        paid = {
            (savings or account): company._to_units(amount)
            for account, savings, amount in lines._read_group(domain, ["account_id", "savings_id"], ["amount:sum"])
        }
        open_units = []
        for charge in charges:  # several may go to one account: the first of them is paid first
            goal, amount = charge.savings_id or charge.account_id, company._to_units(charge.amount)
            part = min(paid.get(goal, 0), amount)
            paid[goal] = paid.get(goal, 0) - part
            open_units.append(amount - part)
        parts = spread(units, open_units)
        return [charge._charge_line(part, installment) for charge, part in zip(charges, parts) if part]

    def _pay_apart(self, charges, journal, date, session, key, content):
        """The receipt (BKM) of the fees that are paid apart, printed on one slip with the voucher."""
        lines = self._charge_lines(charges)
        return self.env["koperasi.posting"]._post(
            self.company_id,
            date,
            lines,
            tenders=[(journal, sum(charges.mapped("amount")))],
            session=session,
            key=key,
            content=content,
            label=self.env._("Fees of %s", self.number),
        )


class KoperasiTransaction(models.Model):
    _inherit = "koperasi.transaction"

    def _slip_rows(self):
        """Of a disbursement: the loan in full, then each deduction; the total is what is handed over."""
        loans = self.line_ids.filtered(lambda line: line.component == "principal" and line.amount < 0).loan_id
        if self.kind != "payment" or len(loans) != 1 or self.reversal_of_id or len(self.line_ids) == 1:
            return super()._slip_rows()
        return [
            (
                self._slip_label(line.loan_id) if line.component == "principal" else line.name,
                False,
                -line.amount,
            )
            for line in self.line_ids.sorted("id")
        ]
