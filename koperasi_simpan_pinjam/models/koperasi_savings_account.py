from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_date

from ..kernel.dues import owed, position
from .koperasi_member import MEMBER_STATES
from .koperasi_passbook import PLACE


class KoperasiSavingsAccount(models.Model):
    _name = "koperasi.savings.account"
    _description = "Savings Account"
    _inherit = ["koperasi.claimable", "koperasi.passbook", "koperasi.savings.movements"]
    _order = "product_id, number"
    _rec_name = "number"
    _rec_names_search = ["number", "partner_id.name"]
    _check_company_auto = True

    number = fields.Char(readonly=True, copy=False, index=True)
    product_id = fields.Many2one(
        "koperasi.savings.product", required=True, ondelete="restrict", index=True, check_company=True
    )
    product_name = fields.Char(related="product_id.name", help="For members, who don't read products.")
    savings_class = fields.Selection(related="product_id.savings_class", store=True)
    member_id = fields.Many2one("koperasi.member", ondelete="restrict", index=True, check_company=True)
    partner_id = fields.Many2one(
        "res.partner",
        "Holder",
        required=True,
        ondelete="restrict",
        index=True,
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    company_id = fields.Many2one(related="product_id.company_id", store=True, index=True, precompute=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    withdrawable = fields.Boolean(related="product_id.withdrawable")
    date_opened = fields.Date("Opened On", required=True, default=fields.Date.context_today)
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed")], default="open", required=True, readonly=True, copy=False
    )
    dues_opening_month = fields.Date(
        "Dues Paid Before",
        readonly=True,
        copy=False,
        help="Of the opening balances: up to this month the old books say they are paid.",
    )
    line_ids = fields.One2many("koperasi.transaction.line", "savings_id", "Movements")
    balance = fields.Monetary(compute="_compute_balance", search="_search_balance")

    _number = models.UniqueIndex("(company_id, number)", "Another account has this number.")
    _one_of_a_kind = models.UniqueIndex(
        "(product_id, partner_id) WHERE savings_class IN ('pokok', 'wajib', 'sukarela', 'internal') AND state = 'open'",
        "This person has an account of this product already.",
    )

    @api.depends("member_id")
    def _compute_partner_id(self):
        for account in self:
            account.partner_id = account.member_id.partner_id or account.partner_id

    @api.depends("number", "product_id.name", "partner_id.name")
    def _compute_display_name(self):
        for account in self:
            account.display_name = f"{account.product_id.name} {account.partner_id.name or ''} ({account.number})"

    @api.constrains("member_id", "partner_id", "product_id")
    def _check_holder(self):
        for account in self:
            if not account.member_id and account.savings_class != "internal":
                raise ValidationError(
                    self.env._(
                        "%s is not a member: a cooperative takes savings from its members only (Permenkop UKM 8/2023).",
                        account.partner_id.name,
                    )
                )
            if account.member_id and account.member_id.partner_id != account.partner_id:
                raise ValidationError(self.env._("The holder of %s must be the member herself.", account.number))

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(
            [
                {
                    **{name: value for name, value in vals.items() if name not in PLACE},
                    "state": "open",
                    "number": False,
                    "dues_opening_month": False,
                }
                for vals in vals_list
            ]
        )
        accounts._give_numbers()
        return accounts

    def _give_numbers(self):
        """`SUK-RW05-0001`; `-2` behind it for a person's second account of a product (re-entry, term deposits)."""
        counts = {
            (product, partner): count
            for product, partner, count in self._read_group(
                [
                    ("product_id", "in", self.product_id.ids),
                    ("partner_id", "in", self.partner_id.ids),
                    ("id", "not in", self.ids),
                ],
                ["product_id", "partner_id"],
                ["__count"],
            )
        }
        for account in self:
            owner = (account.product_id, account.partner_id)
            counts[owner] = counts.get(owner, 0) + 1
            holder = account.member_id.number or f"P{account.partner_id.id}"
            suffix = f"-{counts[owner]}" if counts[owner] > 1 else ""
            account._set(number=f"{account.product_id.code}-{holder}{suffix}")

    def write(self, vals):
        if {"state", "number", "version", "company_id", "savings_class", "dues_opening_month"} & set(vals):
            raise UserError(self.env._("State and number of an account change by its actions only."))
        if set(PLACE) & set(vals):
            raise UserError(self.env._("The place in the passbook changes by printing only."))
        if {"product_id", "member_id", "partner_id"} & set(vals) and self._has_lines():
            raise UserError(self.env._("An account with transactions keeps its product and its holder."))
        return super().write(vals)

    def _set(self, **vals):
        """Set guarded fields past `write`; private, so not callable by RPC."""
        return super().write(vals)

    def _has_lines(self):
        return bool(self.ids) and bool(
            self.env["koperasi.transaction.line"].sudo().search_count([("savings_id", "in", self.ids)], limit=1)
        )

    # === BALANCES: sums of the ledger's lines === #

    def _as_of_sql(self, alias):
        """The condition of the one context key we allow: what the balance was at the end of that day."""
        as_of = fields.Date.to_date(self.env.context.get("koperasi_as_of"))
        return SQL(" AND %s.date <= %s", SQL.identifier(alias), as_of) if as_of else SQL()

    @api.depends("line_ids.amount")
    @api.depends_context("koperasi_as_of")
    def _compute_balance(self):
        sums = {}
        if self.ids:
            self.env["koperasi.transaction.line"].flush_model(["savings_id", "amount", "date"])
            sums = dict(
                self.env.execute_query(
                    SQL(
                        "SELECT savings_id, SUM(amount) FROM koperasi_transaction_line l "
                        "WHERE savings_id IN %s%s GROUP BY savings_id",
                        tuple(self.ids),
                        self._as_of_sql("l"),
                    )
                )
            )
        for account in self:
            account.balance = sums.get(account.id, 0)

    def _balance_sql(self, alias):
        return SQL(
            "COALESCE((SELECT SUM(l.amount) FROM koperasi_transaction_line l WHERE l.savings_id = %s%s), 0)",
            SQL.identifier(alias, "id"),
            self._as_of_sql("l"),
        )

    def _search_balance(self, operator, value):
        if operator not in ("<", "<=", ">", ">=", "in"):
            return NotImplemented
        self.env["koperasi.transaction.line"].flush_model(["savings_id", "amount", "date"])
        condition = (
            SQL("IN %s", tuple(float(item or 0) for item in value))
            if operator == "in"
            else SQL(f"{operator} %s", value)
        )
        return [
            (
                "id",
                "in",
                SQL(
                    "(SELECT a.id FROM koperasi_savings_account a "
                    "LEFT JOIN koperasi_transaction_line l ON l.savings_id = a.id%s "
                    "GROUP BY a.id HAVING COALESCE(SUM(l.amount), 0) %s)",
                    self._as_of_sql("l"),
                    condition,
                ),
            )
        ]

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if field_name == "balance":
            return SQL("%s %s %s", self._balance_sql(alias), direction, nulls)
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    def _balance_units(self):
        """The balance in whole money units."""
        self.ensure_one()
        return self.company_id._to_units(self.balance)

    def _lowest_units(self, date):
        """The lowest balance at the end of any day from `date` on, per account: what may still be debited on `date`.

        A debit dated back lowers every later balance too, so none of them may fall below it.

        :return: {account: money units}
        """
        lines = self.env["koperasi.transaction.line"]
        lines.flush_model(["savings_id", "amount", "date"])
        rows = (
            dict(
                self.env.execute_query(
                    SQL(
                        """
            WITH day AS (SELECT savings_id, GREATEST(date, %(date)s) AS date, SUM(amount) AS amount
                           FROM koperasi_transaction_line WHERE savings_id IN %(ids)s GROUP BY 1, 2),
                 running AS (SELECT savings_id, date,
                                    SUM(amount) OVER (PARTITION BY savings_id ORDER BY date) AS balance
                               FROM day)
            SELECT savings_id, LEAST(MIN(balance), CASE WHEN MIN(date) > %(date)s THEN 0 END)
              FROM running GROUP BY savings_id
            """,
                        date=date,
                        ids=tuple(self.ids),
                    )
                )
            )
            if self.ids
            else {}
        )
        return {account: account.company_id._to_units(rows.get(account.id) or 0) for account in self}

    # === RULES OF THE CONTRACT, asked by the posting === #

    def _check_posting(self, date, movements):
        """Refuse what the terms of these accounts don't allow; debited accounts are claimed by the caller.

        :param date: day of the transaction
        :param movements: {account: {component: money units, a credit positive}}
        :raise UserError: naming the person, the account and the cure
        """
        debited = self.filtered(lambda account: sum(movements[account].values()) < 0)
        lowest = debited._lowest_units(date)
        for account in self:
            parts = movements[account]
            company = account.company_id
            if account.state != "open":
                raise UserError(self.env._("%s is closed.", account.display_name))
            if account in debited:
                leave = account._kept_units(parts)
                if lowest[account] + sum(parts.values()) < leave:
                    raise UserError(
                        self.env._(
                            "The balance of %(account)s on %(date)s (%(balance)s) is less than %(amount)s needs, with "
                            "%(minimum)s to be left. Lower the amount, or choose another account.",
                            account=account.display_name,
                            date=format_date(self.env, date),
                            balance=company._koperasi_format(lowest[account]),
                            amount=company._koperasi_format(-sum(parts.values())),
                            minimum=company._koperasi_format(leave),
                        )
                    )
            if parts.get("withdrawal", 0) < 0:
                account.member_id._check_not_settling()
            if parts.get("withdrawal", 0) < 0 and not account.product_id.withdrawable:
                raise UserError(self.env._("%s can't be withdrawn while a member.", account.display_name))
            if parts.get("withdrawal", 0) < 0 and account.product_id.blocked_while_borrowing:
                loan = self.env["koperasi.loan"].search(
                    [("member_id", "=", account.member_id.id), ("state", "=", "running")], limit=1
                )
                if loan:
                    raise UserError(
                        self.env._(
                            "%(account)s can be withdrawn when %(loan)s is paid off.",
                            account=account.display_name,
                            loan=loan.number,
                        )
                    )
            if parts.get("deposit", 0) > 0:
                account._check_deposit(parts["deposit"])

    def _kept_units(self, parts):
        """What must be left in the account after these movements ({component: money units})."""
        self.ensure_one()
        return self.company_id._to_units(self.product_id.minimum_balance) if "withdrawal" in parts else 0

    def _check_deposit(self, units):
        self.ensure_one()
        if self.savings_class == "berjangka":
            raise UserError(self.env._("%s takes no further deposits: open a new term deposit.", self.display_name))
        company = self.company_id
        if self.member_id and self.member_id.state not in MEMBER_STATES:
            raise UserError(self.env._("%s is no longer a member.", self.member_id.display_name))
        least = company._to_units(self.product_id.minimum_deposit)
        if units < least:
            raise UserError(
                self.env._(
                    "A deposit on %(account)s is at least %(least)s.",
                    account=self.display_name,
                    least=company._koperasi_format(least),
                )
            )
        if self.savings_class == "pokok":
            open_units = company._to_units(self.product_id.amount) - self._balance_units()
            if units > open_units:
                raise UserError(
                    self.env._(
                        "%(account)s: only %(open)s is still to be paid.",
                        account=self.display_name,
                        open=company._koperasi_format(open_units),
                    )
                )

    # === DUES === #

    def _dues_position(self, as_of=None, until=None):
        """What the mandatory ones of these accounts owe by month, and how much of it is paid (docs/domain.md 5.2).

        :param as_of: what was paid or decided later doesn't count; default `koperasi_as_of`, else today
        :param until: last due date counted; default `as_of`
        :return: {account id: kernel Position}
        """
        as_of = as_of or fields.Date.to_date(self.env.context.get("koperasi_as_of")) or fields.Date.context_today(self)
        until = until or as_of
        accounts = self.filtered(
            lambda account: account.savings_class == "wajib" and account.member_id._is_member_on(as_of)
        )
        paid = {
            account.id: amount
            for account, amount in self.env["koperasi.transaction.line"]
            .sudo()
            ._read_group(
                [
                    ("savings_id", "in", accounts.ids),
                    ("component", "in", ("deposit", "withdrawal")),
                    ("date", "<=", as_of),
                ],
                ["savings_id"],
                ["amount:sum"],
            )
        }
        rates = self.env["koperasi.dues.rate"].sudo()._history(accounts.product_id)
        free = self.env["koperasi.dues.exception"].sudo()._free_months(accounts.member_id, as_of)
        schedules, positions = {}, {}
        for account in accounts:
            company, member = account.company_id, account.member_id
            asked = member.sudo().exit_id.date_requested
            last = min(until, asked) if asked and asked <= as_of else until
            terms = (account.product_id.id, account._dues_start(), last, free.get(member.id, ()))
            if terms not in schedules:
                schedules[terms] = owed(
                    rates.get(account.product_id.id, ()), terms[1], last, company.koperasi_dues_day, terms[3]
                )
            positions[account.id] = position(schedules[terms], max(company._to_units(paid.get(account.id, 0)), 0))
        return positions

    def _dues_start(self):
        """The day from which dues count here: of joining, or after what the old books say is paid."""
        self.ensure_one()
        joined, opening = self.member_id.date_joined, self.dues_opening_month
        return max(joined, fields.Date.add(opening, months=1)) if opening else joined

    # === WHAT THE COUNTER DOES === #

    def _due_units(self, on):
        """What is still to be paid into these accounts by the end of `on`: share capital, months of mandatory savings.

        :return: {account id: money units}
        """
        dues = {
            account_id: sum(month.open for month in dues.months)
            for account_id, dues in self._dues_position(until=on).items()
        }
        for account in self:
            if account.savings_class == "pokok":
                dues[account.id] = max(
                    account.company_id._to_units(account.product_id.amount) - account._balance_units(), 0
                )
        return dues

    def _available_units(self, on):
        """What may be withdrawn on `on`, as far as the terms of these accounts say.

        :return: {account id: money units}
        """
        open_accounts = self.filtered(lambda account: account.withdrawable and account.state == "open")
        borrowers = (
            self.env["koperasi.loan"]
            .search([("member_id", "in", open_accounts.member_id.ids), ("state", "=", "running")])
            .member_id
        )
        return {
            account.id: max(lowest - account.company_id._to_units(account.product_id.minimum_balance), 0)
            for account, lowest in open_accounts._lowest_units(on).items()
            if not (account.product_id.blocked_while_borrowing and account.member_id in borrowers)
        }

    def _line(self, component, amount, label=None):
        """A ledger line on this account: `amount` > 0 credits it (docs/architecture.md 2.1)."""
        self.ensure_one()
        return {
            "savings_id": self.id,
            "partner_id": self.partner_id.id,
            "member_id": self.member_id.id,
            "account_id": self.product_id.account_id.id,
            "unit_id": self.product_id.unit_id.id,
            "component": component,
            "amount": amount,
            "name": label or self.product_id.name,
        }

    def _lines_in(self, amount, on, label=None):
        """The lines of `amount` (Monetary, > 0) paid into this account."""
        return [self._line("deposit", self._positive(amount), label)]

    def _lines_out(self, amount, on, label=None):
        """The lines of `amount` (Monetary, > 0) paid out of this account."""
        return [self._line("withdrawal", -self._positive(amount), label)]

    def _deposit(self, amount, session, key=None, label=None):
        """Take `amount` (Monetary, > 0) in cash into this account; returns the receipt (BKM)."""
        self.ensure_one()
        self.company_id._koperasi_check_role("petugas", "bendahara")
        return self.env["koperasi.posting"]._post(
            self.company_id,
            session.date,
            self._lines_in(amount, session.date, label),
            tenders=[(session.sudo().journal_id, amount)],
            session=session,
            key=key,
            label=label,
        )

    def _withdraw(self, amount, session, key=None, label=None, approver=None):
        """Pay `amount` (Monetary, > 0) in cash out of this account; returns the voucher (BKK).

        :param approver: who said yes to what is above a limit, res.users, checked by the caller
        """
        self.ensure_one()
        self.company_id._koperasi_check_role("petugas", "bendahara")
        return self.env["koperasi.posting"]._post(
            self.company_id,
            session.date,
            self._lines_out(amount, session.date, label),
            tenders=[(session.sudo().journal_id, -amount)],
            session=session,
            key=key,
            label=label,
            approver=approver,
        )

    def _transfer(self, target, amount, date, key=None, label=None):
        """Move `amount` (Monetary, > 0) from this account to `target` of the same cooperative (memorial)."""
        self.ensure_one()
        self.company_id._koperasi_check_role("petugas", "bendahara")
        if target == self:
            raise UserError(self.env._("Choose another account to move the money to."))
        return self.env["koperasi.posting"]._post(
            self.company_id,
            date,
            self._lines_out(amount, date, label) + target._lines_in(amount, date, label),
            key=key,
            label=label or self.env._("Transfer"),
        )

    def _positive(self, amount):
        if self.company_id._to_units(amount) <= 0:
            raise UserError(self.env._("Enter an amount above zero."))
        return amount

    # === ACTIONS === #

    def _action_operation(self, operation, title):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "koperasi.savings.operation",
            "view_mode": "form",
            "target": "new",
            "context": {"default_savings_id": self.id, "default_operation": operation},
        }

    def action_deposit(self):
        return self._action_operation("deposit", self.env._("Deposit"))

    def action_withdraw(self):
        return self._action_operation("withdraw", self.env._("Withdrawal"))

    def action_transfer(self):
        return self._action_operation("transfer", self.env._("Transfer"))

    def action_statement(self):
        self.ensure_one()
        title = self.env._("Statement")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "koperasi.savings.statement",
            "view_mode": "form",
            "target": "new",
            "context": {"default_savings_id": self.id},
        }

    def action_passbook(self):
        self.ensure_one()
        title = self.env._("Passbook")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "koperasi.passbook.operation",
            "view_mode": "form",
            "target": "new",
            "context": {"default_savings_id": self.id},
        }

    def action_lines(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "koperasi.transaction.line",
            "view_mode": "list,pivot,graph",
            "domain": [("savings_id", "=", self.id)],
        }
