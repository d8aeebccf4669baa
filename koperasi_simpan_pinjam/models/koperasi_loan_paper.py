from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

DUTY_STAMP_ABOVE = 5_000_000  # rupiah; UU 10/2020: Rp 10.000 on a document about more (docs/domain.md 4.6)


class KoperasiLoan(models.Model):
    """What the papers of a loan say; always in Indonesian, as all that members sign (docs/domain.md 4.14)."""

    _inherit = "koperasi.loan"

    def _paper(self):
        """The loan as its papers read it."""
        return self.with_context(lang="id_ID")

    def _paper_money(self, amount):
        return self.company_id._koperasi_amount(amount)

    def _paper_rows(self):
        """:return: [{number, due_date, principal, interest, total, balance}], before it is paid out too"""
        if self.installment_ids:
            return [
                {
                    "number": row.number,
                    "due_date": row.due_date,
                    "principal": row.principal,
                    "interest": row.interest,
                    "total": row.total,
                    "balance": row.balance,
                }
                for row in self.installment_ids
            ]
        return [{**row, "total": row["principal"] + row["interest"]} for row in self._preview()]

    def _paper_officer(self, role):
        """:return: name of who holds `role` today; empty when nobody does"""
        officers = self.env["koperasi.officer"].sudo()
        held = [("company_id", "=", self.company_id.id), ("role", "=", role)]
        return officers.search([*held, *officers._domain_in_force()], limit=1).user_id.name or ""

    def _paper_address(self, member=None):
        member = (member or self.member_id).sudo()
        area = f"RT {member.rt or '-'} / RW {member.rw_id.code or '-'}"
        partner = member.partner_id
        return ", ".join(filter(None, (partner.street, area, partner.city)))

    def _needs_duty_stamp(self):
        return self.amount > DUTY_STAMP_ABOVE

    def _paper_rate(self):
        labels = dict(self._fields["rate_basis"]._description_selection(self.env))
        rate = f"{self.rate:g}".replace(".", ",")
        methods = dict(self._fields["method"]._description_selection(self.env))
        return f"{rate} % {labels.get(self.rate_basis, '')} ({methods.get(self.method, '')})"

    def _paper_late_fee(self):
        """How late fees are counted, in a sentence; empty when there are none."""
        product = self.product_id.sudo()
        rate = f"{product.penalty_rate:g}".replace(".", ",")
        text = {
            "installment": self.env._("%(rate)s %% of the overdue installment for each day", rate=rate),
            "principal": self.env._("%(rate)s %% of the overdue principal for each day", rate=rate),
            "per_day": self.env._("%s for each day", self._paper_money(product.penalty_amount)),
            "once": self.env._("%s for each late installment", self._paper_money(product.penalty_amount)),
        }.get(product.penalty_kind)
        if not text:
            return ""
        if product.penalty_grace_days:
            return self.env._("%(fee)s, after %(days)s days of grace", fee=text, days=product.penalty_grace_days)
        return text

    def _agreement_articles(self):
        """:return: [(heading, text)] of the agreement, without schedule and lists"""
        rows, company = self._paper_rows(), self.company_id
        total = sum(row["total"] for row in rows)
        words = company._koperasi_words
        articles = [
            (
                self.env._("Loan and Acknowledgement of Debt"),
                self.env._(
                    "The cooperative lends the borrower %(amount)s (%(words)s) for: %(purpose)s. The borrower "
                    "acknowledges that with its disbursement she owes the cooperative this amount and its service fee.",
                    amount=self._paper_money(self.amount),
                    words=words(self.amount),
                    purpose=self.purpose_note
                    or dict(self._fields["purpose"]._description_selection(self.env))[self.purpose],
                ),
            ),
            (
                self.env._("Service Fee and Repayment"),
                self.env._(
                    "The service fee is %(rate)s, %(interest)s in all. The borrower pays %(total)s (%(words)s) in "
                    "%(count)s installments, from %(first)s until %(last)s, as the schedule of this agreement says.",
                    rate=self._paper_rate(),
                    interest=self._paper_money(sum(row["interest"] for row in rows)),
                    total=self._paper_money(total),
                    words=words(total),
                    count=len(rows),
                    first=format_date(self.env, rows[0]["due_date"]),
                    last=format_date(self.env, rows[-1]["due_date"]),
                ),
            ),
        ]
        if fees := self._paper_fees():
            articles.append(
                (
                    self.env._("Fees"),
                    self.env._(
                        "At the disbursement are charged: %s.",
                        "; ".join(f"{name} {self._paper_money(amount)}" for name, amount in fees),
                    ),
                )
            )
        if late_fee := self._paper_late_fee():
            articles.append(
                (self.env._("Late Fee"), self.env._("An installment paid late bears a late fee of %s.", late_fee))
            )
        if self.sudo().collateral_ids:
            articles.append(
                (
                    self.env._("Collateral"),
                    self.env._(
                        "What is listed below stands behind the loan until all of it is paid. It is given back within "
                        "seven days after that. If the borrower does not pay in spite of three warnings, the "
                        "cooperative may sell it after notice; what it brings above the debt is hers."
                    ),
                )
            )
        if self.sudo().guarantor_ids:
            articles.append(
                (
                    self.env._("Guarantors"),
                    self.env._(
                        "The guarantors named below consent that their savings are held up to the amount named while "
                        "the loan runs, and are taken for it when it is lost. The borrower owes them what was taken, "
                        "and pays them back first."
                    ),
                )
            )
        articles += [
            (
                self.env._("Early Payoff"),
                self.env._(
                    "The borrower may pay the loan off at any time; what is to be paid then follows the rules of the "
                    "loan product “%s”.",
                    self.product_id.name,
                ),
            ),
            (
                self.env._("Disputes"),
                self.env._(
                    "Disputes are settled by deliberation first, then by the members' meeting; if that fails, by the "
                    "court at the seat of the cooperative."
                ),
            ),
        ]
        return articles

    def _paper_fees(self):
        """:return: [(name, Monetary)] of the fees at disbursement, before it too"""
        return [(name, self.company_id._from_units(units)) for name, _how, units in self.sudo()._fee_plan()]

    def _check_paper(self, *states):
        """A paper says only what is so.

        :return: True, for a template to ask
        """
        self._check_state(*states)
        return True

    def _paid_off_on(self):
        """The day of its last payment."""
        lines = self.sudo().line_ids
        last = max(lines.mapped("date"), default=False)
        if not last:
            raise UserError(self.env._("%s has no payments.", self.display_name))
        return last

    def _today(self):
        return fields.Date.context_today(self)
