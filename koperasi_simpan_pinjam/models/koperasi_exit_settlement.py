from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import date_utils, format_date

from ..kernel.exit import settle
from ..kernel.money import apportion
from .exact import exact

CAPITAL = ("pokok", "wajib")


class KoperasiMemberExit(models.Model):
    """What she has and owes, how it is settled, and whom it is paid to (docs/domain.md 5.6, 5.7)."""

    _inherit = "koperasi.member.exit"

    # === WHAT SHE HAS AND OWES, in money units === #

    def _refund_line(self, units):
        """The line that credits `units` to her account of “Pengembalian Simpanan”, opened when she has none."""
        if not self.refund_id:
            product = self.company_id._koperasi_setting("koperasi_exit_product_id")
            self.sudo()._set(
                refund_id=self.env["koperasi.savings.account"]
                .sudo()
                .create({"product_id": product.id, "member_id": self.member_id.id})
                .id
            )
        return self.sudo().refund_id._line("settlement", self.company_id._from_units(units))

    def _open_accounts(self):
        """Her accounts, but for the one that she is paid from."""
        return (self.member_id.sudo().savings_ids - self.sudo().refund_id).filtered(
            lambda account: account.state == "open"
        )

    def _rights(self):
        """What she has, moved to her refund already or not.

        :return: {savings account: money units}
        """
        self.ensure_one()
        company, rights = self.company_id, defaultdict(int)
        for line in (self.reclass_id + self.settlement_id).sudo().line_ids:
            if line.component == "settlement" and line.savings_id and line.savings_id != self.refund_id:
                rights[line.savings_id] -= company._to_units(line.amount)
        if self.state != "settled":
            interest = self._credited(self._interest_lines())
            for account in self._open_accounts():
                rights[account] += account._balance_units() + interest[account.id]
        return {account: units for account, units in rights.items() if units}

    def _credited(self, lines):
        """:return: {savings account id: money units} of lines for the ledger"""
        credited = defaultdict(int)
        for line in lines:
            credited[line.get("savings_id")] += self.company_id._to_units(line["amount"])
        return credited

    def _interest_lines(self):
        """Interest of the running month up to yesterday, less tax, of what earns by the day.

        The lowest balance of a month in which all is taken is 0; so a broken month earns by the day only.
        """
        today = fields.Date.context_today(self)
        start, lines = date_utils.start_of(today, "month"), []
        daily = self._open_accounts().filtered(
            lambda account: account.product_id.interest_method == "daily"
            and account.product_id.interest_rate_ids
            and account.date_opened < today
        )
        if start == today:
            return lines
        for product, accounts in daily.grouped("product_id").items():
            run = self.env["koperasi.run"].sudo().new({"company_id": self.company_id.id, "product_id": product.id})
            run.date_from, run.date_to = start, fields.Date.subtract(today, days=1)
            lines += run._interest_lines(accounts)[0]
        return lines

    def _debts(self):
        """What would pay off each of her loans today, less what of it becomes her own savings (docs/domain.md 4.12).

        :return: {loan: money units}
        """
        today = fields.Date.context_today(self)
        return {loan: loan._payoff_cost(today) for loan in self._running_loans()}

    def _running_loans(self):
        return self.member_id.sudo().loan_ids.filtered(lambda loan: loan.state == "running").sorted("id")

    def _quote(self, debts):
        """:return: the kernel's Settlement of what she has and of `debts`"""
        capital = dict.fromkeys(CAPITAL, 0)
        savings = 0
        for account, units in self._rights().items():
            if account.savings_class in CAPITAL:
                capital[account.savings_class] += units
            else:
                savings += units
        company = self.company_id
        return settle(
            capital["pokok"],
            capital["wajib"],
            savings,
            list(debts.values()),
            wajib_returned=company._koperasi_percent("koperasi_exit_wajib_percent"),
            fee_percent=company._koperasi_percent("koperasi_exit_fee_percent"),
        )

    def _kept_units(self):
        """What the settlement left to the cooperative."""
        lines = self.sudo().settlement_id.line_ids.filtered(
            lambda line: line.component == "settlement" and not line.savings_id
        )
        return self.company_id._to_units(sum(lines.mapped("amount")))

    def _covered_units(self):
        """What the settlement paid of her loans, less what of it came to her refund."""
        return self.company_id._to_units(sum(self._covered_lines().mapped("amount")))

    def _covered_lines(self):
        return self.sudo().settlement_id.line_ids.filtered(
            lambda line: line.loan_id and line.savings_id != self.sudo().refund_id
        )

    # === THE TREASURER SETTLES === #

    def action_settle(self):
        for leaving in self:
            leaving.company_id._koperasi_check_role("bendahara")
            leaving._check_state("approved")
            leaving._check_not_her_own()
            leaving.company_id._koperasi_check_second_person(leaving, leaving.approved_by_id)
            leaving._check_obstacles()
            leaving._do_settle()

    def _do_settle(self):
        """All else she has comes to her refund, her loans are paid from it, and her accounts are closed."""
        self.sudo()._claim()
        self._running_loans()._claim()
        self._open_accounts()._claim()
        debts = self._debts()
        today, quote = fields.Date.context_today(self), self._quote(debts)
        lines, paid_off = self._loan_lines(debts, quote.covered, today)
        interest = self._interest_lines()
        lines += interest
        accounts, earned = self._open_accounts(), self._credited(interest)
        for account in accounts:
            if units := account._balance_units() + earned[account.id]:
                lines.append(account._line("settlement", -self.company_id._from_units(units)))
        if quote.kept + quote.fee:
            lines.append(self._kept_line(quote.kept + quote.fee))
        rest = -sum(self.company_id._to_units(line["amount"]) for line in lines)
        if rest:
            lines.append(self._refund_line(rest))
        settlement = lines and self._post_memorial(lines, self.env._("Settlement of %s", self.member_id.number))
        if paid_off:
            # though service fee of installments to come is not paid
            paid_off._set(state="paid", payoff_id=settlement.id)
        accounts.filtered(lambda account: not account._balance_units())._set(state="closed")
        self.sudo()._set(
            state="settled", settled_by_id=self.env.uid, settled_on=today, settlement_id=settlement and settlement.id
        )

    def _loan_lines(self, debts, covered, on):
        """Of a payoff, what of the service fee would become her savings comes to her refund at once.

        :return: (lines that pay `covered` of `debts`, loans that these pay off)
        """
        lines, paid_off = [], self.env["koperasi.loan"].sudo()
        for (loan, cost), units in zip(debts.items(), covered):
            if units == cost:
                for line in loan._payoff_lines(on):
                    if line.get("savings_id") and not line.get("advance_id"):
                        refund = self._refund_line(0)
                        line.update({name: refund[name] for name in ("savings_id", "account_id", "unit_id")})
                    lines.append(line)
                paid_off |= loan
            elif units:
                lines += loan._settled_lines(units, on)
        return lines, paid_off

    def _kept_line(self, units):
        company = self.company_id
        return {
            "partner_id": self.member_id.partner_id.id,
            "member_id": self.member_id.id,
            "account_id": company._koperasi_setting("koperasi_exit_fee_account_id").id,
            "unit_id": company._koperasi_setting("koperasi_savings_unit_id").id,
            "component": "settlement",
            "amount": company._from_units(units),
            "name": self.env._("Administration of an exit"),
        }

    # === SHE OR HER HEIRS ARE PAID === #

    def _heir_amount(self, heir):
        """The heir's part (Monetary) of all that is paid out, by the shares: largest remainder (docs/domain.md 5.7)."""
        self.ensure_one()
        heirs = self.member_id.heir_ids.filtered("share")
        company = self.company_id
        weights = [exact(each.share) for each in heirs]
        weights.append(100 - sum(weights))  # of what no share names
        parts = apportion(company._to_units(self.amount_payout), weights)
        return company._from_units(dict(zip(heirs.ids, parts))[heir.id])

    def _pay(self, amount, journal, session=None, heir=None, key=None):
        """Pay `amount` (Monetary, > 0) of what is left to her, or to an heir; returns the voucher (BKK).

        :param journal: cash box or bank it is paid from; a cash box needs its open `session`
        :param heir: koperasi.member.heir who is paid, of a member who died
        """
        self.ensure_one()
        company, posting = self.company_id, self.env["koperasi.posting"]
        content = ["exit.pay", self.id, company._to_units(amount), journal.id, heir.id if heir else False]
        if replay := posting._replay(company, key, content):
            return replay
        self._check_can_pay(journal, heir)
        self.sudo()._claim()
        refund = self.sudo().refund_id
        return posting._post(
            company,
            session.date if session else fields.Date.context_today(self),
            [refund._line("settlement", -refund._positive(amount))],
            tenders=[(journal, -amount)],
            session=session,
            origin=self,
            key=key,
            content=content,
            label=self.env._("Refund of savings, %s", self.member_id.number),
            party=heir.name if heir else None,
        )

    def _check_can_pay(self, journal, heir):
        self.company_id._koperasi_check_role(*(("bendahara",) if journal.type == "bank" else ("petugas", "bendahara")))
        self._check_state("settled")
        self._check_not_her_own()
        self.company_id._koperasi_check_second_person(self, self.approved_by_id)
        if owed := sum(self.sudo()._debts().values()):
            raise UserError(
                self.env._(
                    "%(member)s still owes %(owed)s: that is received, or written off, before anything is paid out.",
                    member=self.member_id.display_name,
                    owed=self.company_id._koperasi_format(owed),
                )
            )
        if self.kind != "deceased":
            return
        if not heir or heir.member_id != self.member_id:
            raise UserError(self.env._("Choose the heir of %s who is paid.", self.member_id.display_name))
        if not self.heir_letter:
            raise UserError(self.env._("First attach the letter of the heirs, signed by RT, RW and lurah."))

    # === WHAT STANDS IN THE WAY === #

    def _obstacles_to_settle(self):
        partner, company, texts = self.member_id.partner_id, self.company_id, self._holds()
        if self.pay_from > fields.Date.context_today(self):
            texts.append(self.env._("The waiting period lasts until %s.", format_date(self.env, self.pay_from)))
        term = self._open_accounts().filtered(
            lambda account: account.savings_class == "berjangka" and account._balance_units()
        )
        if term:
            texts.append(self.env._("Pay out her term deposit first: %s.", ", ".join(term.mapped("number"))))
        texts += self._missing_interest()
        [[unpaid]] = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", company.id),
                ("partner_id", "=", partner.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("amount_residual", "!=", 0),
            ],
            aggregates=["amount_residual:sum"],
        )
        if unpaid and unpaid > 0:
            texts.append(
                self.env._("She has unpaid invoices of %s: receive them first.", company._koperasi_amount(unpaid))
            )
        return texts

    def _missing_interest(self):
        """Interest of the last full month that is not credited yet."""
        month = date_utils.start_of(fields.Date.subtract(fields.Date.context_today(self), months=1), "month")
        end = date_utils.end_of(month, "month")
        accounts = self._open_accounts().filtered(
            lambda account: account.date_opened <= end and account.with_context(koperasi_as_of=end).balance
        )
        credited = self.env["koperasi.run"]._credited_products(self.company_id, month)
        return [
            self.env._(
                "Run the savings interest of %(month)s for %(product)s first.",
                month=format_date(self.env, month, date_format="MMMM yyyy"),
                product=product.name,
            )
            for product in accounts.product_id._credited_monthly(end) - credited
        ]

    # === PAPER === #

    def _payments(self):
        """The vouchers that count, for the printed settlement."""
        return self.env["koperasi.transaction"].search(
            [
                ("origin", "=", f"{self._name},{self.id}"),
                ("kind", "=", "payment"),
                ("is_reversed", "=", False),
                ("reversal_of_id", "=", False),
            ],
            order="id",
        )

    def _paper_number(self):
        """The number she left under; a candidate has her own still."""
        return self.sudo().member_id.period_ids.filtered(lambda period: period.exit_id == self).number or (
            self.member_id.number
        )

    def _paper_rights(self):
        """:return: [(account, Monetary)] by product, as on paper"""
        self.ensure_one()
        rights = self.sudo()._rights().items()
        return [
            (f"{account.product_id.name} {account.number}", self.company_id._from_units(units))
            for account, units in sorted(rights, key=lambda right: (right[0].product_id.sequence, right[0].id))
        ]

    def _paper_debts(self):
        """:return: [(loan or who paid for her, Monetary)], what was or would be taken off for each"""
        self.ensure_one()
        leaving, company = self.sudo(), self.company_id
        if leaving.state == "settled":
            covered = leaving._covered_lines().grouped(lambda line: line.loan_id or line.advance_id)
            return [(self._debt_label(debt), sum(lines.mapped("amount"))) for debt, lines in covered.items()]
        debts = leaving._debts()
        return [
            (self._debt_label(debt), company._from_units(units))
            for debt, units in zip(debts, leaving._quote(debts).covered)
            if units
        ]

    def _debt_label(self, debt):
        """:param debt: koperasi.loan or koperasi.advance"""
        if debt._name == "koperasi.loan":
            return self.env._("Payoff of loan %s", debt.number)
        return self.env._("Advance from %s", debt.creditor_id.name)
