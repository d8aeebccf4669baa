from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

from ..kernel.amortization import moneylender_interest
from ..kernel.money import round_to
from .exact import share
from .koperasi_loan import UNPAID
from .koperasi_loan_product import PERIODS_PER_YEAR

MOST_PERIODS = 1040  # twenty years of weeks: whoever asks for more on the public page only keeps the server busy


class KoperasiLoanProduct(models.Model):
    """What a loan would cost, beside what the moneylender takes (docs/domain.md 2.6, 4.5)."""

    _inherit = "koperasi.loan.product"

    is_public = fields.Boolean(
        "In the Public Simulation", default=True, help="Anybody may try this product on /koperasi/simulasi."
    )

    def _check_terms(self, amount, periods):
        """:raise ValidationError: for an amount (Monetary) or a number of installments that is not lent"""
        self.ensure_one()
        company = self.company_id
        units, least = company._to_units(amount), company._to_units(self.minimum_amount)
        most = company._to_units(self.maximum_amount)
        if units <= 0:
            raise ValidationError(self.env._("Enter the amount of the loan."))
        if units < least or (most and units > most):
            raise ValidationError(
                self.env._(
                    "%(product)s lends from %(least)s to %(most)s.",
                    product=self.name,
                    least=company._koperasi_format(least),
                    most=company._koperasi_format(most) if most else "-",
                )
            )
        if periods < 1:
            raise ValidationError(self.env._("A loan has at least one installment."))
        if periods > MOST_PERIODS:
            raise ValidationError(self.env._("A loan has at most %s installments.", MOST_PERIODS))

    def _simulate(self, amount, periods, date=None):
        """What a loan of `amount` (Monetary) would cost: amounts in the currency, for `loan_simulation`.

        :param date: day it is paid out; default today
        :raise UserError: for figures that give no loan
        """
        self.ensure_one()
        self._check_terms(amount, periods)
        self._check_ceiling(amount, periods)
        company, date = self.company_id, date or fields.Date.context_today(self)
        rows = self._schedule(amount, periods, self._first_due(date), date)
        fee = sum(row.interest for row in rows)
        charges = [(row.name, units) for row, units in self._fee_units(company._to_units(amount))]
        lender = moneylender_interest(
            company._to_units(amount),
            company._koperasi_percent("koperasi_moneylender_rate"),
            periods,
            PERIODS_PER_YEAR[self.period_unit],
        )
        money = company._koperasi_format

        def number(units):
            return company._koperasi_number(company._from_units(units))

        return {
            "company": company.name,
            "product": self.name,
            "amount": money(company._to_units(amount)),
            "installment": money(max(row.principal + row.interest for row in rows)),
            "periods": periods,
            "unit": self.period_unit,
            "fee": money(fee),
            "charges": [(name, money(units)) for name, units in charges],
            "total": money(company._to_units(amount) + fee),
            "effective_rate": f"{self._effective_rate(amount, periods):.2f}".replace(".", ","),
            "saved_later": (
                money(round_to(fee * share(self.interest_to_savings_percent)))
                if self.interest_to_savings_percent
                else ""
            ),
            "lender_rate": f"{company.koperasi_moneylender_rate:g}".replace(".", ","),
            "lender_fee": money(lender),
            "lender_total": money(company._to_units(amount) + lender),
            "benefit": money(lender - fee) if lender > fee else "",
            "percent_of_lender": round(100 * fee / lender) if lender else 0,
            "rows": [
                {
                    "number": row.number,
                    "due_date": format_date(self.env, row.due_date, date_format="dd/MM/yy"),
                    "principal": number(row.principal),
                    "interest": number(row.interest),
                    "total": number(row.principal + row.interest),
                    "balance": number(row.balance),
                }
                for row in rows
            ],
        }

    @api.model
    def _public(self):
        """What anybody may try, whoever asks: [{id, name, company, periods, least, most}], amounts in the currency."""
        products = self.sudo().search([("is_public", "=", True), ("company_id.is_koperasi", "=", True)])
        return [
            {
                "id": product.id,
                "name": product.name,
                "company": product.company_id.name,
                "periods": product.periods,
                "least": product.minimum_amount,
                "most": product.maximum_amount,
            }
            for product in products
        ]

    @api.model
    def _public_simulation(self, product_id, amount, periods):
        """:raise UserError: for figures that give no loan, or a product that is not public"""
        product = self.sudo().search(
            [("id", "=", product_id), ("is_public", "=", True), ("company_id.is_koperasi", "=", True)]
        )
        if not product:
            raise UserError(self.env._("Choose a loan product."))
        return product._simulate(amount, periods)


class KoperasiMember(models.Model):
    _inherit = "koperasi.member"

    def _apply_online(self, product_id, amount, periods, purpose, note):
        """A member's own application on the portal: a draft, which a teller checks and submits.

        :param amount: Monetary
        :raise AccessError: unless the person is this member
        """
        self.ensure_one()
        member = self.sudo()
        if member.partner_id != self.env.user.partner_id:
            raise AccessError(self.env._("You can apply for yourself only."))
        product = (
            self.env["koperasi.loan.product"]
            .sudo()
            .search([("id", "=", product_id), ("company_id", "=", member.company_id.id)])
        )
        if not product:
            raise UserError(self.env._("Choose a loan product."))
        if member.state != "active":
            raise UserError(self.env._("%s is not an active member yet.", member.display_name))
        waiting = member.loan_ids.filtered(lambda loan: loan.state in UNPAID)
        if waiting:
            raise UserError(self.env._("%s waits already: ask at the counter how it stands.", waiting[0].number))
        product._simulate(amount, periods)
        loan = (
            self.env["koperasi.loan"]
            .sudo()
            .create(
                {
                    "member_id": member.id,
                    "product_id": product.id,
                    "amount": amount,
                    "periods": periods,
                    "purpose": purpose,
                    "purpose_note": note,
                    "is_online": True,
                }
            )
        )
        loan._message_log(body=self.env._("Applied for on the portal."))
        return loan


class KoperasiLoan(models.Model):
    _inherit = "koperasi.loan"

    is_online = fields.Boolean("Applied Online", readonly=True, copy=False)
