from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..kernel.repayment import allocate
from .koperasi_loan_product import ORDERS
from .koperasi_member_exit import LEFT_STATES

REASONS = [("guarantor", "Guarantor"), ("group", "Joint Liability of a Group")]


class KoperasiAdvance(models.Model):
    """Talangan: one member paid what another owes, and has a claim on her (docs/domain.md 4.11).

    To the cooperative it is neither asset nor debt: in the member ledger it is a pair of lines of component `advance`
    on one account (2115), a credit of who paid and a debit of who owes her, which sum to zero; so the general ledger
    agrees by itself, and what is left on any day is the sum of the debtor's lines up to it. Paying back reverses the
    pair and puts the money into the creditor's savings, in the same transaction as the payment it came from.
    """

    _name = "koperasi.advance"
    _description = "Advance between Members"
    _inherit = ["koperasi.claimable"]
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict", index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    member_id = fields.Many2one(
        "koperasi.member", "Owed By", required=True, readonly=True, ondelete="restrict", index=True, check_company=True
    )
    creditor_id = fields.Many2one(
        "koperasi.member", "Paid By", required=True, readonly=True, ondelete="restrict", index=True, check_company=True
    )
    loan_id = fields.Many2one(
        "koperasi.loan",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="Empty: for her savings.",
    )
    savings_id = fields.Many2one(
        "koperasi.savings.account",
        "Paid Back To",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        check_company=True,
    )
    reason = fields.Selection(REASONS, required=True, readonly=True)
    line_ids = fields.One2many("koperasi.transaction.line", "advance_id", "Movements", readonly=True)
    amount = fields.Monetary("Paid for Her", compute="_compute_left")
    left = fields.Monetary("Still to Be Paid Back", compute="_compute_left", search="_search_left")

    _two = models.Constraint("CHECK (member_id <> creditor_id)", "Nobody advances money to herself.")

    @api.depends("member_id.name", "creditor_id.name")
    def _compute_display_name(self):
        for advance in self:
            advance.display_name = self.env._(
                "%(debtor)s owes %(creditor)s", debtor=advance.member_id.name, creditor=advance.creditor_id.name
            )

    @api.depends("line_ids.amount")
    @api.depends_context("koperasi_as_of")
    def _compute_left(self):
        units = self._left_units(fields.Date.to_date(self.env.context.get("koperasi_as_of")))
        for advance in self:
            given, left = units.get(advance.id, (0, 0))
            advance.amount = advance.company_id._from_units(given)
            advance.left = advance.company_id._from_units(left)

    def _left_units(self, as_of=None):
        """:return: {advance id: (paid for her, of it not paid back at the end of `as_of`, default now)}, money units"""
        domain = [("advance_id", "in", self.ids), ("component", "=", "advance")]
        if as_of:
            domain.append(("date", "<=", as_of))
        result = {}
        for advance, member, lines in (
            self.env["koperasi.transaction.line"]
            .sudo()
            ._read_group(domain, ["advance_id", "member_id"], ["id:recordset"])
        ):
            if member.id == advance.sudo().member_id.id:
                company = advance.sudo().company_id
                live = lines.filtered(lambda line: line.amount < 0 and not line.transaction_id.reversal_of_id)
                given = sum(line.amount for line in live if not line.transaction_id.is_reversed)
                result[advance.id] = (
                    -company._to_units(given),
                    -company._to_units(sum(lines.mapped("amount"))),
                )
        return result

    def _search_left(self, operator, value):
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        as_of = fields.Date.to_date(self.env.context.get("koperasi_as_of"))
        self.env["koperasi.transaction.line"].flush_model(["advance_id", "member_id", "component", "amount", "date"])
        return [
            (
                "id",
                "in",
                SQL(
                    "(SELECT a.id FROM koperasi_advance a LEFT JOIN koperasi_transaction_line l ON l.advance_id = a.id "
                    "AND l.member_id = a.member_id AND l.component = 'advance'%s GROUP BY a.id "
                    "HAVING COALESCE(-SUM(l.amount), 0) " + operator + " %s)",
                    SQL(" AND l.date <= %s", as_of) if as_of else SQL(),
                    value,
                ),
            )
        ]

    # === GIVEN === #

    @api.model
    def _new(self, creditor, debtor, loan, savings, reason, on):
        """A claim without lines yet; who calls it has checked the person and posts `_given_lines` at once."""
        return self.sudo().create(
            {
                "company_id": debtor.company_id.id,
                "date": on,
                "member_id": debtor.id,
                "creditor_id": creditor.id,
                "loan_id": loan.id,
                "savings_id": savings.id,
                "reason": reason,
            }
        )

    def _pair(self, units):
        """:param units: > 0 is paid for her, < 0 paid back"""
        company = self.company_id.sudo()
        account = company._koperasi_setting("koperasi_advance_account_id")
        shared = {
            "advance_id": self.id,
            "component": "advance",
            "account_id": account.id,
            "unit_id": company._koperasi_setting("koperasi_savings_unit_id").id,
        }
        return [
            {
                **shared,
                "partner_id": member.partner_id.id,
                "member_id": member.id,
                "amount": company._from_units(sign * units),
                "name": text,
            }
            for member, sign, text in (
                (self.creditor_id, 1, self.env._("Advance to %s", self.member_id.name)),
                (self.member_id, -1, self.env._("Advance from %s", self.creditor_id.name)),
            )
        ]

    @api.model
    def _debtors_lines(self, lines):
        """Of lines to be posted: without those of whoever paid for somebody else, who is no party to the paper."""
        debtors = {
            advance.id: advance.member_id.id
            for advance in self.sudo().browse({line["advance_id"] for line in lines if line["advance_id"]})
        }
        return [
            line for line in lines if not line["advance_id"] or line["member_id"] == debtors[line["advance_id"]]
        ]

    # === PAID BACK === #

    def _lines_in(self, amount, on):
        """The lines of `amount` (Monetary, > 0) that the debtor pays back; the advance is claimed."""
        self.ensure_one()
        self.sudo()._claim()
        company = self.company_id
        units, left = company._to_units(amount), self._left_units().get(self.id, (0, 0))[1]
        if units <= 0:
            raise UserError(self.env._("Enter an amount above zero."))
        if units > left:
            raise UserError(
                self.env._(
                    "%(advance)s only %(left)s more.",
                    advance=self.display_name,
                    left=company._koperasi_format(left),
                )
            )
        return self._back_lines(units)

    def _creditors_account(self):
        """Her account that it is paid back to. Once that is closed: what is paid to her, or to her heirs, of a member
        who left (docs/domain.md 5.6, 5.7); of one who came back, her voluntary savings of now."""
        self.ensure_one()
        creditor, savings = self.creditor_id.sudo(), self.savings_id.sudo()
        if savings.state == "open":
            return savings
        if creditor.state in LEFT_STATES.values() and creditor.exit_id.state == "settled":
            creditor.exit_id._refund_line(0)  # opened where nothing was left to be paid
            return creditor.exit_id.refund_id
        return creditor._advance_savings()

    def _back_lines(self, units):
        savings = self._creditors_account()
        deposit = {
            **savings._line(
                "advance", self.company_id._from_units(units), self.env._("From %s", self.member_id.name)
            ),
            "advance_id": self.id,
        }
        return [*self._pair(-units), deposit]

    def _pay_back(self, amount, session, key=None):
        """Take what the debtor pays back (Monetary, > 0) in cash; returns the receipt (BKM)."""
        self.ensure_one()
        return self.member_id._visit([(self, amount)], [], session, key=key)

    def action_pay_back(self):
        """Ask how much."""
        self.ensure_one()
        self.company_id._koperasi_check_role("petugas", "bendahara")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Pay Back"),
            "res_model": "koperasi.advance.payment",
            "view_mode": "form",
            "target": "new",
            "context": {"default_advance_id": self.id},
        }


class KoperasiTransaction(models.Model):
    """On paper, a transaction with an advance is the debtor's: of the creditor only her name is there."""

    _inherit = "koperasi.transaction"

    def _paper_lines(self):
        """Without what is the creditor's, and without the debtor's side of what was paid for her: that is no money."""
        lines = super()._paper_lines()
        return lines.filtered(
            lambda line: not line.advance_id
            or line.member_id == line.advance_id.member_id
            and (line.amount < 0) == bool(line.transaction_id.reversal_of_id)
        )

    def _check_reversible(self):
        """What was paid for somebody is taken back only when she has not paid it back."""
        result = super()._check_reversible()
        for advance in self.sudo().line_ids.advance_id:
            back = advance.line_ids.transaction_id - self
            is_given = self.line_ids.filtered(
                lambda line, advance=advance: line.advance_id == advance
                and line.member_id == advance.member_id
                and line.amount < 0
            )
            if is_given and back.filtered(lambda other: not other.reversal_of_id and not other.is_reversed):
                raise UserError(
                    self.env._("%s: take back first what she has paid back of it.", advance.display_name)
                )
        return result


class KoperasiMember(models.Model):
    _inherit = "koperasi.member"

    def _open_advances(self):
        """What these members owe to others who paid for them: the oldest first."""
        return (
            self.env["koperasi.advance"].sudo().search([("member_id", "in", self.ids), ("left", ">", 0)], order="id")
        )


class KoperasiMemberExit(models.Model):
    _inherit = "koperasi.member.exit"

    amount_claims = fields.Monetary(
        "Owed to Her by Others",
        compute="_compute_claims",
        help="She paid for them. It is no money of the cooperative: what they pay back is paid on to her or her heirs.",
    )
    amount_returned = fields.Monetary("Of It Paid Back Since", compute="_compute_claims")

    @api.depends("member_id", "refund_id", "state")
    def _compute_claims(self):
        for leaving in self.sudo():
            company = leaving.company_id
            owed = self.env["koperasi.advance"].sudo().search([("creditor_id", "=", leaving.member_id.id)])
            left = sum(units for _given, units in owed._left_units().values())
            leaving.amount_claims = company._from_units(left)
            leaving.amount_returned = company._from_units(leaving._returned_units())

    def _returned_units(self):
        """What others paid back to her refund, in money units."""
        self.ensure_one()
        refund = self.sudo().refund_id
        domain = [("savings_id", "=", refund.id), ("component", "=", "advance")]
        [[amount]] = (
            self.env["koperasi.transaction.line"].sudo()._read_group(domain, aggregates=["amount:sum"])
            if refund
            else [[0]]
        )
        return self.company_id._to_units(amount or 0)

    def _debts(self):
        """What others paid for her savings, or for loans that are over, is paid back before her loans."""
        loans = super()._debts()
        alone = self.member_id.sudo()._open_advances()
        for loan, advances in self._running_loans()._advances().items():
            if loan in {each.id for each in loans}:
                alone -= advances
        left = alone._left_units()
        return {**{advance: left[advance.id][1] for advance in alone}, **loans}

    def _loan_lines(self, debts, covered, on):
        lines, loans, paid = [], {}, []
        for (contract, cost), units in zip(debts.items(), covered):
            if contract._name == "koperasi.loan":
                loans[contract] = cost
                paid.append(units)
            elif units:
                contract._claim()
                lines += contract._back_lines(units)
        more, paid_off = super()._loan_lines(loans, paid, on)
        return lines + more, paid_off

    def _covered_lines(self):
        """What came to those who had paid for her, too."""
        lines = self.sudo().settlement_id.line_ids
        return super()._covered_lines() | lines.filtered(
            lambda line: line.advance_id and line.savings_id and line.advance_id.member_id == self.member_id
        )


class KoperasiLoan(models.Model):
    """What a borrower pays goes first to whoever paid for her (docs/domain.md 4.11)."""

    _inherit = "koperasi.loan"

    def _advances(self):
        """What is paid back with payments on each of these loans, so that no two loans pay back the same.

        Its own; and on her oldest running loan also what was paid for her savings, or for loans that are over.

        :return: {loan id: advances, oldest first}
        """
        result = {}
        open_advances = self.member_id._open_advances()
        if open_advances:
            running = self.sudo().search(
                [("member_id", "in", open_advances.member_id.ids), ("state", "in", ("running", "written_off"))],
                order="id",
            )
            first = {}
            for loan in running:
                first.setdefault(loan.member_id.id, loan)
            for advance in open_advances:
                loan = advance.loan_id if advance.loan_id in running else first.get(advance.member_id.id)
                if loan:
                    result[loan.id] = result.get(loan.id, open_advances.browse()) | advance
        return result

    def _back_units(self):
        """:return: {loan id: what is paid back with it, in money units}"""
        return {
            loan: sum(units for _given, units in advances._left_units().values())
            for loan, advances in self._advances().items()
            if loan in self.ids
        }

    def _pay_back_first(self, units):
        """:return: (lines that pay back as much as `units` (money units) allow, what is left for the loan)"""
        self.ensure_one()
        lines = []
        advances = self._advances().get(self.id, self.env["koperasi.advance"])
        advances._claim()
        for advance_id, (_given, left) in sorted(advances._left_units().items()):
            if part := min(units, left):
                lines += advances.browse(advance_id)._back_lines(part)
                units -= part
        return lines, units

    def _due_units(self, until, on=None):
        dues = super()._due_units(until, on)
        for loan, units in self._back_units().items():
            dues[loan] = dues.get(loan, 0) + units
        return dues

    def _payment_lines(self, units, on, excess=None):
        lines, rest = self._pay_back_first(units)
        return lines if lines and not rest else lines + super()._payment_lines(rest, on, excess)

    def _settled_lines(self, units, on):
        """The lines of `units` (money units) that a settlement pays of it; what she left for it is among her rights."""
        lines, rest = self._pay_back_first(units)
        return lines + self._covered_lines(rest, on) if rest else lines

    def _payoff_units(self, on):
        return super()._payoff_units(on) + self._back_units().get(self.id, 0)

    def _payoff_lines(self, on):
        return self._pay_back_first(self._back_units().get(self.id, 0))[0] + super()._payoff_lines(on)

    def _covered_lines(self, units, on):
        """The lines of `units` (money units) that somebody else pays: of all that is open, the oldest first."""
        self.ensure_one()
        if self.state == "written_off":
            return self._recovery_lines(units)
        dues = self._unpaid(on=on).get(self.id, [])
        parts, rest = allocate(units, dues, ORDERS[self.product_id.payment_order])
        if rest:
            company = self.company_id
            raise UserError(
                self.env._(
                    "%(loan)s: only %(open)s is open, no more can be paid for her.",
                    loan=self.display_name,
                    open=company._koperasi_format(units - rest),
                )
            )
        return self._allocation_lines(parts)


class ResCompany(models.Model):
    _inherit = "res.company"

    koperasi_advance_account_id = fields.Many2one("account.account", "Advances between Members", check_company=True)

    def _koperasi_load_accounts(self):
        result = super()._koperasi_load_accounts()
        self._koperasi_add_advances()
        return result

    @api.model
    def _koperasi_add_advances_everywhere(self):
        """For cooperatives that were there before advances were; called by each update of the addon."""
        for company in self.sudo().search([("is_koperasi", "=", True)]):
            company._koperasi_add_advances()

    def _koperasi_add_advances(self):
        self.ensure_one()
        company = self.with_company(self).sudo()
        if not company.koperasi_advance_account_id:
            company._koperasi_fill_settings(
                {"koperasi_advance_account_id": company._koperasi_create_accounts()["2115"]}
            )
