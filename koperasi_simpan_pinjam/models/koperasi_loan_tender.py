from odoo import api, fields, models
from odoo.exceptions import UserError


class KoperasiMember(models.Model):
    """What a member pays with beside cash: her savings, waste savings among them, and the bank."""

    _inherit = "koperasi.member"

    def _paid_otherwise(self, paid, on):
        """What `paid` adds to a receipt of this member: savings leave their account in it, a bank takes its part.

        Savings go by their own rules: holds, minimum, opening date, limit of a day. By the bank only the treasurer
        takes money, who sees its statement.

        :param paid: [(koperasi.savings.account or bank account.journal, Monetary > 0)]
        :param on: day of the receipt
        :return: (lines, tenders, money units in all)
        """
        self.ensure_one()
        company, lines, tenders, total = self.company_id, [], [], 0
        if len({source for source, _amount in paid}) < len(paid):
            raise UserError(self.env._("An account stands twice in one payment. Enter one amount for it."))
        for source, amount in paid:
            units = company._to_units(amount)
            if units <= 0:
                raise UserError(self.env._("Enter an amount above zero."))
            total += units
            if source._name == "account.journal":
                company._koperasi_check_role("bendahara")
                if source.sudo().type != "bank" or source.sudo().company_id != company:
                    raise UserError(self.env._("%s is no bank of the cooperative.", source.sudo().display_name))
                tenders.append((source.sudo(), amount))
                continue
            if source.member_id != self:
                raise UserError(
                    self.env._(
                        "%(contract)s does not belong to %(member)s.",
                        contract=source.display_name,
                        member=self.display_name,
                    )
                )
            lines += source._lines_out(amount, on)
        return lines, tenders, total

    @api.model
    def _paid_key(self, paid):
        """:return: `paid` as plain data, for what the key of a form is bound to"""
        return [[source._name, source.id, amount] for source, amount in paid]

    def _cash_tender(self, units, paid_units, tenders, session):
        """`tenders` with the rest in cash, which needs a session.

        :param units: of the whole receipt, `paid_units` of them otherwise than in cash
        """
        cash = units - paid_units
        if cash < 0:
            raise UserError(self.env._("More is paid from savings and bank than there is to pay."))
        if not cash:
            return tenders
        if not session:
            raise UserError(self.env._("Open the cash session first."))
        return [(session.sudo().journal_id, self.company_id._from_units(cash)), *tenders]


class KoperasiLoan(models.Model):
    """Taking a payment in any mix of cash, bank and savings."""

    _inherit = "koperasi.loan"

    def _receive(self, amount, session, key, content, make_lines, paid=()):
        """Record a payment of `amount` (Monetary); without any cash it needs no session.

        :param make_lines: function of money units and the day, which gives the lines that they pay
        :param paid: see koperasi.member._paid_otherwise
        """
        company = self.company_id
        company._koperasi_check_role("petugas", "bendahara")
        posting = self.env["koperasi.posting"]
        content = [*content, self.member_id._paid_key(paid)] if paid else content
        if replay := posting._replay(company, key, content):
            return replay
        on = session.date if session else fields.Date.context_today(self)
        units = self._claim_payable(amount, allow_zero=not paid)
        self._check_not_waiver(on)
        lines = make_lines(units, on)
        other, tenders, paid_units = self.member_id._paid_otherwise(paid, on)
        tenders = self.member_id._cash_tender(units, paid_units, tenders, session)
        return posting._post(
            company,
            on,
            lines + other,
            tenders=tenders,
            session=session if any(journal.type == "cash" for journal, _amount in tenders) else None,
            key=key,
            content=content,
            label=self.env._("Installment %s", self.number),
        )
