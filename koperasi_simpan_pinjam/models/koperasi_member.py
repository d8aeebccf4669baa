import operator as py_operator
import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import NO_ACCESS
from odoo.tools import SQL

from ..kernel import nik as nik_kernel
from ..kernel.dues import Position
from .koperasi_nik import READERS, TAKEN_AWAY, digits
from .koperasi_transaction import OUT

STATES = [
    ("candidate", "Candidate"),
    ("active", "Active"),
    ("dormant", "Dormant"),
    ("left", "Left"),
    ("deceased", "Deceased"),
    ("dismissed", "Dismissed"),
]


# Who is a member, or becomes one: she pays in and owes dues.
MEMBER_STATES = ("candidate", "active", "dormant")
DUES_AHEAD = 60  # months
GUARDED = {
    "state",
    "number",
    "registered_by_id",
    "approved_by_id",
    "approved_on",
    "date_active",
    "date_dormant",
    "date_left",
    "exit_id",
    "has_open_business",
}

COMPARISONS = {"<": py_operator.lt, "<=": py_operator.le, ">": py_operator.gt, ">=": py_operator.ge}


class KoperasiMember(models.Model):
    _name = "koperasi.member"
    _description = "Member"
    _inherit = ["koperasi.nik", "mail.thread", "mail.activity.mixin"]
    _order = "number"
    _rec_names_search = ["number", "name"]
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        "Person",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        tracking=True,
    )
    name = fields.Char(related="partner_id.name", store=True)
    company_id = fields.Many2one(
        "res.company",
        "Cooperative",
        required=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.company,
        domain=[("is_koperasi", "=", True)],
    )
    number = fields.Char(readonly=True, copy=False, index=True)
    old_number = fields.Char("Number in the Old Books", copy=False)
    rw_id = fields.Many2one("koperasi.rw", "RW", required=True, ondelete="restrict", check_company=True, index=True)
    rt = fields.Char("RT", size=3)
    group_id = fields.Many2one("koperasi.group", ondelete="restrict", index=True, check_company=True, tracking=True)
    phone = fields.Char(related="partner_id.phone", readonly=False)
    street = fields.Char("Address", related="partner_id.street", readonly=False)
    image_1920 = fields.Image("Photo", related="partner_id.image_1920", readonly=False)
    birth_place = fields.Char()
    birth_date = fields.Date()
    sex = fields.Selection([("female", "Female"), ("male", "Male")])
    occupation = fields.Char()
    marital_status = fields.Selection(
        [("single", "Single"), ("married", "Married"), ("widowed", "Widowed or Divorced")]
    )
    education = fields.Char()
    pkk_position = fields.Char("PKK Position", help="E.g. cadre of Pokja II.")
    category = fields.Selection(
        [("regular", "Regular"), ("founder", "Founder"), ("extraordinary", "Extraordinary")],
        required=True,
        default="regular",
    )
    kk = fields.Char("Family Card (KK)", size=16, copy=False, groups=NO_ACCESS)
    kk_masked = fields.Char("Family Card (masked)", compute="_compute_kk_masked", compute_sudo=True)
    kk_entry = fields.Char(
        "Enter Family Card",
        compute="_compute_kk_entry",
        inverse="_inverse_kk_entry",
        groups=READERS,
        help="Empty leaves the number as it is, a dash takes it away.",
    )
    nik_differs = fields.Boolean(
        compute="_compute_nik_differs", compute_sudo=True, help="Date of birth or sex are not those of the NIK."
    )
    state = fields.Selection(
        STATES, required=True, default="candidate", readonly=True, copy=False, tracking=True, index=True
    )
    date_joined = fields.Date("Applied On", default=fields.Date.context_today, required=True)
    date_active = fields.Date("Active Since", readonly=True, copy=False)
    date_dormant = fields.Date("Dormant Since", readonly=True, copy=False)
    date_left = fields.Date("Left On", readonly=True, copy=False)
    exit_id = fields.Many2one(
        "koperasi.member.exit",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Under way, or the one by which she left. No dues are owed after the day it was asked for.",
    )
    exit_state = fields.Selection(related="exit_id.state", string="State of the Exit")
    has_open_business = fields.Boolean(readonly=True, copy=False, help="Has left, and is still owed money or owes it.")
    registered_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    approved_on = fields.Date(readonly=True, copy=False)
    savings_ids = fields.One2many("koperasi.savings.account", "member_id", "Savings Accounts")
    savings_total = fields.Monetary(compute="_compute_savings_total")
    currency_id = fields.Many2one(related="company_id.currency_id")
    loan_ids = fields.One2many("koperasi.loan", "member_id", "Loans")
    heir_ids = fields.One2many("koperasi.member.heir", "member_id", "Heirs")
    period_ids = fields.One2many("koperasi.membership.period", "member_id", "Memberships")
    dues_exception_ids = fields.One2many("koperasi.dues.exception", "member_id", "Waivers and Suspensions")
    dues_arrears = fields.Monetary("Dues in Arrears", compute="_compute_dues")
    dues_months_late = fields.Integer("Months Late", compute="_compute_dues", search="_search_dues_months_late")
    dues_paid_until = fields.Date(compute="_compute_dues", help="The last month paid in full.")

    _person = models.UniqueIndex("(company_id, partner_id)", "This person is a member already.")
    _number = models.UniqueIndex("(company_id, number)", "This member number has been given already.")
    _old_number = models.UniqueIndex(
        "(company_id, old_number) WHERE old_number IS NOT NULL", "Another member has this number in the old books."
    )
    _nik = models.UniqueIndex("(company_id, nik) WHERE nik IS NOT NULL", "Another member has this NIK.")

    @api.depends("number", "name")
    def _compute_display_name(self):
        for member in self:
            member.display_name = f"{member.number or ''}  {member.name or ''}".strip()

    @api.depends("kk")
    def _compute_kk_masked(self):
        for member in self:
            member.kk_masked = nik_kernel.mask(member.kk) if member.kk else False

    def _compute_kk_entry(self):
        self.kk_entry = False

    def _inverse_kk_entry(self):
        for member in self:
            typed = digits(member.kk_entry)
            if len(typed) > 16:  # the field would cut it
                raise ValidationError(member._kk_reason())
            if typed:
                member.sudo().kk = typed != TAKEN_AWAY and typed

    def _entries(self):
        return [*super()._entries(), "kk_entry"]

    @api.depends("nik", "birth_date", "sex")
    def _compute_nik_differs(self):
        for member in self:
            said = member._nik_says()
            member.nik_differs = bool(said) and (
                (member.birth_date or said.birth_date) != said.birth_date or (member.sex or said.sex) != said.sex
            )

    def _nik_says(self, nik=None):
        """:param nik: default: her own
        :return: kernel Nik; None where there is none, or a wrong one
        """
        nik = nik or self.nik
        try:
            return nik_kernel.parse(nik, fields.Date.context_today(self)) if nik else None
        except ValueError:
            return None

    @api.onchange("nik_entry")
    def _onchange_nik_entry(self):
        if self.nik_entry and (said := self._nik_says(self.nik_entry)):
            self.birth_date = self.birth_date or said.birth_date
            self.sex = self.sex or said.sex

    @api.depends("savings_ids.balance")
    @api.depends_context("koperasi_as_of")
    def _compute_savings_total(self):
        """In one query: a list of 10,000 members must not read each of their accounts."""
        sums = (
            dict(
                self.env.execute_query(SQL("%s AND a.member_id IN %s GROUP BY 1", self._savings_sql(), tuple(self.ids)))
            )
            if self.ids
            else {}
        )
        for member in self:
            member.savings_total = sums.get(member.id, 0)

    def _savings_sql(self):
        """:return: SQL of member and sum of her savings, to be narrowed and grouped by the caller"""
        accounts = self.env["koperasi.savings.account"]
        accounts.flush_model(["member_id"])
        self.env["koperasi.transaction.line"].flush_model(["savings_id", "amount", "date"])
        return SQL(
            "SELECT a.member_id, SUM(l.amount) AS total FROM koperasi_savings_account a "
            "JOIN koperasi_transaction_line l ON l.savings_id = a.id%s WHERE a.member_id IS NOT NULL",
            accounts._as_of_sql("l"),
        )

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if field_name == "savings_total":
            # Summed once for all and joined: a sum asked for each member apart takes twice as long.
            totals = query.make_alias(alias, "savings_total")
            query.add_join(
                "LEFT JOIN",
                totals,
                SQL("(%s GROUP BY 1)", self._savings_sql()),
                SQL("%s = %s", SQL.identifier(totals, "member_id"), SQL.identifier(alias, "id")),
            )
            return SQL("COALESCE(%s, 0) %s %s", SQL.identifier(totals, "total"), direction, nulls)
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    @api.depends(
        "savings_ids.balance",
        "savings_ids.dues_opening_month",
        "savings_ids.product_id.rate_ids.amount",
        "savings_ids.product_id.rate_ids.valid_from",
        "dues_exception_ids.state",
        "date_joined",
        "state",
        "company_id.koperasi_dues_day",
    )
    @api.depends_context("koperasi_as_of")
    def _compute_dues(self):
        today = fields.Date.to_date(self.env.context.get("koperasi_as_of")) or fields.Date.context_today(self)
        # Months to come show how far an advance reaches.
        positions = self._dues_position(today, until=fields.Date.add(today, months=DUES_AHEAD))
        for member in self:
            months = positions[member.id].months
            late = [month for month in months if month.open and month.due_date <= today]
            paid = next((number for number, month in enumerate(months) if month.open), len(months))
            member.dues_arrears = member.company_id._from_units(sum(month.open for month in late)) if late else 0
            member.dues_months_late = len(late)
            member.dues_paid_until = months[paid - 1].month if paid else member._dues_opening_month()

    def _search_dues_months_late(self, operator, value):
        if operator not in COMPARISONS:
            return NotImplemented
        # Not by the field itself: it works out the months to come as well, for each of 10,000 members.
        day = fields.Date.to_date(self.env.context.get("koperasi_as_of")) or fields.Date.context_today(self)
        members = self.search(["|", ("state", "in", MEMBER_STATES), ("date_left", ">", day)])
        positions = members._dues_position()
        return [
            (
                "id",
                "in",
                [
                    member
                    for member, position in positions.items()
                    if COMPARISONS[operator](len(position.arrears), value)
                ],
            )
        ]

    @api.constrains("kk")
    def _check_kk(self):
        for member in self.sudo().filtered("kk"):
            if not re.fullmatch("[0-9]{16}", member.kk):
                raise ValidationError(member._kk_reason())

    def _kk_reason(self):
        return self.env._("The number of the family card of %s has 16 digits.", self.name)

    @api.constrains("birth_date")
    def _check_birth_date(self):
        for member in self:
            if member.birth_date and member.birth_date > fields.Date.context_today(member):
                raise ValidationError(self.env._("%s can't be born on a day to come.", member.name))

    @api.constrains("company_id")
    def _check_cooperative(self):
        for member in self:
            if not member.company_id.is_koperasi:
                raise ValidationError(self.env._("%s is not a cooperative.", member.company_id.name))

    def _check_nik_free(self, typed):
        """Refuse a NIK that somebody of the cooperative has or had; who she is, is told to those who may read her."""
        if not typed:
            return
        taken = self.sudo().search([("company_id", "in", self.company_id.ids), ("nik", "in", list(typed.values()))])
        holders = {(member.company_id, member.nik): member for member in taken}
        for member, nik in typed.items():
            other = holders.setdefault((member.company_id.sudo(), nik), member.sudo())
            if other != member:
                self._refuse_nik_of(other)

    def _refuse_nik_of(self, other):
        if not other.with_env(self.env).has_access("read"):
            raise UserError(self.env._("Another member has this NIK."))
        if other.date_left:
            raise UserError(
                self.env._("%s has this NIK and left: open her and let her join again.", other.display_name)
            )
        raise UserError(self.env._("%s has this NIK already.", other.display_name))

    @api.model_create_multi
    def create(self, vals_list):
        """A candidate gets her number and the accounts of membership: pokok is paid before she is active."""
        members = super().create(
            self._numbered(
                [
                    {
                        **vals,
                        **dict.fromkeys(GUARDED, False),
                        "state": "candidate",
                        "registered_by_id": self.env.uid,
                    }
                    for vals in vals_list
                ]
            )
        )
        for rw, newcomers in members.filtered(lambda member: not member.number).grouped("rw_id").items():
            for member, number in zip(newcomers, rw.sudo()._take_member_numbers(len(newcomers))):
                member._set(number=number)
        members._open_accounts()
        return members

    def _numbered(self, vals_list):
        """Give the numbers with the other values: set afterwards, each would ask anew what depends on it."""
        own = {}
        for vals in vals_list:
            if vals.get("rw_id"):
                own.setdefault(vals["rw_id"], []).append(vals)
        for rw in self.env["koperasi.rw"].browse(sorted(own)).sudo():
            for vals, number in zip(own[rw.id], rw._take_member_numbers(len(own[rw.id]))):
                vals["number"] = number
        return vals_list

    def write(self, vals):
        guarded = GUARDED & set(vals)
        if guarded:
            raise UserError(
                self.env._(
                    "%s changes by its action only: approve the member, or record payments.",
                    self._fields[guarded.pop()]._description_string(self.env),
                )
            )
        if {"company_id", "partner_id"} & set(vals) and self.env["koperasi.transaction.line"].sudo().search_count(
            [("member_id", "in", self.ids)], limit=1
        ):
            raise UserError(self.env._("A member with transactions stays the same person in the same cooperative."))
        return super().write(vals)

    def _set(self, **vals):
        """Set state fields past the guard of `write`; private, so not callable by RPC."""
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(self.env._("%s stays in the register of members.", self[0].display_name))

    def _open_accounts(self):
        """Open the accounts that come with membership, of every member of `self`."""
        products = (
            self.env["koperasi.savings.product"]
            .sudo()
            .search(
                [
                    ("opens_with_membership", "=", True),
                    ("company_id", "in", self.company_id.ids),
                ]
            )
        )
        self.env["koperasi.savings.account"].sudo().create(
            [
                {"product_id": product.id, "member_id": member.id, "date_opened": member.date_joined}
                for member in self
                for product in products
                if product.company_id == member.company_id
            ]
        )

    def _is_member_on(self, day):
        """Whether she was one, or a candidate, at the end of `day`: who has left since was one until then."""
        self.ensure_one()
        return self.state in MEMBER_STATES or bool(self.date_left and self.date_left > day)

    # === DUES === #

    def _dues_position(self, as_of=None, until=None):
        """What each member owes by month in mandatory savings, and how much of it is paid (docs/domain.md 5.2).

        :param as_of: what was paid or decided later doesn't count; default `koperasi_as_of`, else today
        :param until: last due date counted; default `as_of`
        :return: {member id: kernel Position}
        """
        # Those of who has left are closed, and say what was owed until then.
        accounts = self.savings_ids.filtered(
            lambda account: account.savings_class == "wajib"
            and (account.state == "open" or account.member_id.state not in MEMBER_STATES)
        )
        positions = accounts._dues_position(as_of, until)
        own = accounts.grouped("member_id")
        result = {}
        for member in self:
            parts = [positions[account.id] for account in own.get(member, ()) if account.id in positions]
            months = sorted((month for part in parts for month in part.months), key=lambda month: month.month)
            result[member.id] = Position(tuple(months), sum(part.advance for part in parts))
        return result

    def _dues_opening_month(self):
        """Up to which month the old books say that dues are paid; False without opening balances."""
        self.ensure_one()
        months = self.sudo().savings_ids.filtered(lambda account: account.state == "open").mapped("dues_opening_month")
        return max(filter(None, months), default=False)

    # === A VISIT TO THE COUNTER === #

    def _visit(self, money_in, money_out, session, key=None, approver=None, paid=(), excess=None):
        """Record one visit: one receipt (BKM) of all money in, one voucher (BKK) of all money out, both or none.

        :param money_in: [(savings account or loan, Monetary > 0)]
        :param money_out: [(savings account, Monetary > 0)]
        :param session: the teller's open cash session
        :param approver: who said yes to what is above the teller's limit, res.users, checked by the caller
        :param paid: what of the money in is not cash, see `_paid_otherwise`
        :param excess: {loan: what becomes of more than is due}; default: as its product says
        :return: the transactions, receipt first; with a key that was used, those of the first time
        """
        self.ensure_one()
        company, excess = self.company_id, excess or {}
        company._koperasi_check_role("petugas", "bendahara")
        parts = [
            (key, 1, money_in, "_lines_in"),
            (key and f"{key}{OUT}", -1, money_out, "_lines_out"),
        ]
        content = ["visit", self.id] + [
            [[contract._name, contract.id, company._to_units(amount)] for contract, amount in money]
            for _key, _sign, money, _lines in parts
        ]
        if paid or excess:
            content += [self._paid_key(paid), [[loan.id, choice] for loan, choice in excess.items()]]
        posting = self.env["koperasi.posting"]
        transactions = self.env["koperasi.transaction"].union(
            *(posting._replay(company, part_key, content) for part_key, _sign, _money, _lines in parts)
        )
        if transactions:
            return transactions
        if not money_in and not money_out:
            raise UserError(self.env._("Enter an amount first."))
        for part_key, sign, money, make_lines in parts:
            if not money:
                continue
            lines = self._money_lines(money, make_lines, session.date, excess if sign > 0 else {})
            units = sum(company._to_units(amount) for _contract, amount in money)
            tenders = [(session.sudo().journal_id, sign * company._from_units(units))]
            if paid and sign > 0:
                other, tenders, paid_units = self._paid_otherwise(paid, session.date)
                lines += other
                tenders = self._cash_tender(units, paid_units, tenders, session)
            transactions += posting._post(
                company,
                session.date,
                lines,
                tenders=tenders,
                session=session,
                key=part_key,
                content=content,
                approver=approver if sign < 0 or paid else None,
            )
            for contract, _amount in money if sign > 0 else ():
                if contract._name == "koperasi.loan":
                    contract._after_payment(transactions[-1], excess.get(contract))
        return transactions

    def _money_lines(self, money, make_lines, on, excess):
        """The lines of money that she brings (`_lines_in`) or takes (`_lines_out`); see `_visit`."""
        self.ensure_one()
        if len({contract for contract, _amount in money}) < len(money):
            raise UserError(self.env._("An account or loan stands twice in one visit. Enter one amount for each."))
        lines = []
        for contract, amount in money:
            if contract.member_id != self:
                raise UserError(
                    self.env._(
                        "%(contract)s does not belong to %(member)s.",
                        contract=contract.display_name,
                        member=self.display_name,
                    )
                )
            choice = [excess[contract]] if contract in excess else []
            lines += getattr(contract, make_lines)(amount, on, *choice)
        return lines

    # === BUSINESS WITH THE COOPERATIVE, for the SHU === #

    @api.model
    def _patronage_query(self, date_from, date_to):
        """Each member's business volume with the cooperative (docs/domain.md 3.1): rows for koperasi_shu to sum.

        Here: the service fee that members paid and that is income; what became their own savings is not. Other
        addons add their kinds with UNION ALL.

        :param date_from: first day, inclusive
        :param date_to: last day, inclusive
        :return: SQL whose rows are (member_id, unit_id, kind, amount), amount as in the books' currency; of every
            company: the caller keeps to its members
        """
        self.env["koperasi.transaction.line"].flush_model()
        self.env["koperasi.opening.figure"].flush_model()
        return SQL(
            """
            SELECT member_id, unit_id, 'loan_interest' AS kind, amount
              FROM koperasi_transaction_line
             WHERE loan_id IS NOT NULL AND savings_id IS NULL AND component = 'interest'
               AND date BETWEEN %(start)s AND %(end)s
             UNION ALL
            SELECT f.member_id, c.koperasi_savings_unit_id, 'loan_interest', f.amount
              FROM koperasi_opening_figure f
              JOIN res_company c ON c.id = f.company_id
             WHERE f.kind = 'loan_interest' AND f.date BETWEEN %(start)s AND %(end)s
            """,
            start=date_from,
            end=date_to,
        )

    # === ACTIONS === #

    def action_approve(self):
        for member in self:
            member._check_can_approve()
            member._do_approve()

    def _check_can_approve(self):
        self.ensure_one()
        self.company_id._koperasi_check_role("ketua")
        if self.state != "candidate" or self.approved_on:
            raise UserError(self.env._("%s has been decided on already.", self.display_name))
        self.company_id._koperasi_check_second_person(self, self.registered_by_id)

    def _do_approve(self):
        self.sudo().savings_ids.filtered(lambda account: account.savings_class == "pokok")._claim()
        self.sudo()._set(approved_by_id=self.env.uid, approved_on=fields.Date.context_today(self))
        self._become_active()

    def _after_posting(self):
        """What a transaction on her accounts or loans makes of her."""
        self._become_active()
        self.sudo().filtered(lambda member: member.state == "dormant")._update_dormant()
        for member in self.sudo().filtered(lambda member: member.state not in MEMBER_STATES):
            member._set(
                has_open_business=any(account._balance_units() for account in member.savings_ids)
                or any(
                    loan.state == "running" or (loan.state == "written_off" and loan.claim_left)
                    for loan in member.loan_ids
                )
            )

    def _become_active(self):
        """Candidates become active when approved and pokok is paid in full, whichever is last (docs/domain.md 5.1)."""
        for member in self.sudo().filtered(lambda member: member.state == "candidate" and member.approved_on):
            principal = member.savings_ids.filtered(
                lambda account: account.savings_class == "pokok" and account.state == "open"
            )
            if all(
                account._balance_units() >= account.company_id._to_units(account.product_id.amount)
                for account in principal
            ):
                today = fields.Date.context_today(member)
                member._set(state="active", date_active=today)
                member.period_ids.create([{"member_id": member.id, "number": member.number, "date_from": today}])

    def action_reveal_nik(self):
        return self._reveal("nik", "nik_revealed")

    def action_reveal_kk(self):
        return self._reveal("kk", "kk_revealed")

    def action_serve(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Serve a Member"),
            "res_model": "koperasi.counter",
            "view_mode": "form",
            "context": {"default_member_id": self.id},
        }

    def action_savings(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Savings"),
            "res_model": "koperasi.savings.account",
            "view_mode": "list,form",
            "domain": [("member_id", "=", self.id)],
        }

    def action_transactions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Transactions"),
            "res_model": "koperasi.transaction.line",
            "view_mode": "list,pivot,graph",
            "domain": [("member_id", "=", self.id)],
        }
