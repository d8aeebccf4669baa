from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..kernel.limits import early_fee, largest_withdrawal
from .exceptions import SecondPersonNeeded
from .koperasi_payout_request import PAYOUT_ROLES


class KoperasiSavingsProduct(models.Model):
    """Opening date and limits of a product (docs/domain.md 5.1, 5.5)."""

    _inherit = "koperasi.savings.product"

    date_withdrawable = fields.Date(
        "Can Be Withdrawn From",
        tracking=True,
        help="E.g. two weeks before Lebaran; set next year's date when the savings begin anew. Empty: any time.",
    )
    early_withdrawal = fields.Selection(
        [("refused", "Refused"), ("fee", "With a Fee")],
        "Withdrawal Before",
        required=True,
        default="refused",
        tracking=True,
    )
    early_fee_percent = fields.Float("Fee (%)", tracking=True)
    maximum_balance = fields.Monetary(tracking=True, help="Deposits stop there. 0: no maximum.")
    withdrawal_limit = fields.Monetary(
        "Withdrawals per Day",
        tracking=True,
        help="Of one account; more needs a request that a second person approves. 0: no limit.",
    )
    withdrawal_notice_days = fields.Integer(
        "Days of Notice", tracking=True, help="A withdrawal above the limit is announced this many days before."
    )

    _early_fee = models.Constraint("CHECK (early_fee_percent BETWEEN 0 AND 100)", "A fee lies between 0 and 100 %.")
    _notice = models.Constraint("CHECK (withdrawal_notice_days >= 0)", "Days of notice can't be negative.")

    @api.constrains("maximum_balance", "withdrawal_limit", "minimum_balance", "minimum_deposit")
    def _check_limits(self):
        for product in self:
            for name in ("maximum_balance", "withdrawal_limit", "minimum_balance", "minimum_deposit"):
                if product.company_id._to_units(product[name]) < 0:
                    raise ValidationError(
                        self.env._(
                            "%(product)s: “%(field)s” can't be negative.",
                            product=product.name,
                            field=self._fields[name]._description_string(self.env),
                        )
                    )


class KoperasiSavingsAccount(models.Model):
    """What may leave an account, and what stays: opening date, holds, limits."""

    _inherit = "koperasi.savings.account"

    date_goal = fields.Date("Own Opening Date", help="Later than the product's, e.g. when the child starts school.")
    date_withdrawable = fields.Date("Can Be Withdrawn From", compute="_compute_date_withdrawable")
    target_amount = fields.Monetary("Goal", help="What the member saves for.")
    target_progress = fields.Float("Of the Goal", compute="_compute_target_progress")
    hold_ids = fields.One2many("koperasi.savings.hold", "savings_id", "Holds")
    held_amount = fields.Monetary("Held", compute="_compute_held_amount")
    available_amount = fields.Monetary("Can Be Withdrawn", compute="_compute_held_amount")

    @api.depends("product_id.date_withdrawable", "date_goal")
    def _compute_date_withdrawable(self):
        for account in self:
            dates = [date for date in (account.product_id.sudo().date_withdrawable, account.date_goal) if date]
            account.date_withdrawable = max(dates, default=False)

    @api.depends("balance", "target_amount")
    def _compute_target_progress(self):
        for account in self:
            account.target_progress = (
                min(100 * account.balance / account.target_amount, 100) if account.target_amount else 0
            )

    @api.depends("balance", "hold_ids.state", "date_withdrawable")
    def _compute_held_amount(self):
        held = self._held_units()
        available = self._available_units(fields.Date.context_today(self))
        for account in self:
            account.held_amount = account.company_id._from_units(held[account])
            account.available_amount = account.company_id._from_units(available.get(account.id, 0))

    @api.constrains("target_amount")
    def _check_target_amount(self):
        for account in self:
            account.company_id._to_units(account.target_amount)

    def write(self, vals):
        if "date_goal" in vals:
            date = fields.Date.to_date(vals["date_goal"])
            for account in self:
                if account.date_goal and (not date or date < account.date_goal) and account._has_lines():
                    raise UserError(
                        self.env._(
                            "%s holds savings already: its opening date can only be moved to a later day.",
                            account.display_name,
                        )
                    )
        return super().write(vals)

    # === WHAT STAYS, in money units === #

    def _held_units(self):
        """:return: {account: what active holds keep in it}"""
        sums = dict(
            self.env["koperasi.savings.hold"]
            .sudo()
            ._read_group([("savings_id", "in", self.ids), ("state", "=", "active")], ["savings_id"], ["amount:sum"])
        )
        return {account: account.company_id._to_units(sums.get(account._origin, 0)) for account in self}

    def _is_early(self, on):
        self.ensure_one()
        return bool(self.date_withdrawable) and on < self.date_withdrawable

    def _early_percent(self, on):
        """The fee of a withdrawal on `on`, a share of 1; 0 once the account is open."""
        self.ensure_one()
        product = self.product_id.sudo()
        if self._is_early(on) and product.early_withdrawal == "fee":
            return product._percent("early_fee_percent")
        return 0

    def _withdrawn_units(self, on):
        """:return: {account: withdrawn on that day}"""
        sums = dict(
            self.env["koperasi.transaction.line"]
            .sudo()
            ._read_group(
                [("savings_id", "in", self.ids), ("component", "=", "withdrawal"), ("date", "=", on)],
                ["savings_id"],
                ["amount:sum"],
            )
        )
        return {account: -account.company_id._to_units(sums.get(account._origin, 0)) for account in self}

    def _left_of_limit(self, on):
        """What each account's limit still leaves for `on`; accounts without a limit are not in it.

        :return: {account: money units}
        """
        limited = self.filtered("product_id.withdrawal_limit")
        if not limited:
            return {}
        approved = dict(
            self.env["koperasi.withdrawal.request"]
            .sudo()
            ._read_group(
                [("savings_id", "in", limited.ids), ("date", "=", on), ("state", "=", "approved")],
                ["savings_id"],
                ["amount:sum"],
            )
        )
        withdrawn = limited._withdrawn_units(on)
        return {
            account: max(
                account.company_id._to_units(max(account.product_id.withdrawal_limit, approved.get(account._origin, 0)))
                - withdrawn[account],
                0,
            )
            for account in limited
        }

    def _available_units(self, on):
        lowest = super()._available_units(on)
        accounts = self.filtered(lambda account: account.id in lowest)
        held, limits = accounts._held_units(), accounts._left_of_limit(on)
        available = {}
        for account in accounts:
            if account._is_early(on) and account.product_id.early_withdrawal == "refused":
                continue
            free = largest_withdrawal(lowest[account.id] - held[account], account._early_percent(on))
            available[account.id] = min(free, limits.get(account, free))
        return available

    def _lines_out(self, amount, on, label=None):
        """With the fee of an early withdrawal, taken from the account beside the amount."""
        lines = super()._lines_out(amount, on, label)
        fee = early_fee(self.company_id._to_units(amount), self._early_percent(on))
        if fee:
            company = self.company_id
            lines.append(self._line("penalty", company._from_units(-fee), label))
            lines.append(
                {
                    "account_id": company._koperasi_setting("koperasi_savings_fee_account_id").id,
                    "unit_id": self.product_id.unit_id.id,
                    "component": "penalty",
                    "amount": company._from_units(fee),
                    "name": label or self.product_id.name,
                }
            )
        return lines

    # === RULES OF THE CONTRACT, asked by the posting === #

    def _is_above_day_limit(self, units, on):
        """Whether a second person may allow `units` (money units) on that day, and has to."""
        self.ensure_one()
        product = self.product_id.sudo()
        return not product.withdrawal_notice_days and units > self._left_of_limit(on).get(self, units)

    def _allow_above_limit(self, date, movements, approver):
        """The second person's yes at the counter is an approved request for that day's total (docs/domain.md 5.5)."""
        withdrawn = self._withdrawn_units(date)
        for account in self:
            units = -movements[account].get("withdrawal", 0)
            if units > 0 and account._is_above_day_limit(units, date):
                self.env["koperasi.withdrawal.request"]._allow(account, date, withdrawn[account] + units, approver)

    def _kept_units(self, parts):
        """Beside the minimum balance: holds. Of a hold's own release the hold is gone first."""
        return super()._kept_units(parts) + self._held_units()[self]

    def _check_posting(self, date, movements):
        result = super()._check_posting(date, movements)
        leaving = self.filtered(lambda account: movements[account].get("withdrawal", 0) < 0)
        limits = leaving._left_of_limit(date)
        for account in leaving:
            if account._is_early(date) and account.product_id.early_withdrawal == "refused":
                raise UserError(
                    self.env._(
                        "%(account)s can be withdrawn from %(date)s. Choose another account.",
                        account=account.display_name,
                        date=format_date(self.env, account.date_withdrawable),
                    )
                )
            units = -movements[account]["withdrawal"]
            if units > limits.get(account, units):
                text = self.env._(
                    "%(account)s: of the limit of a day %(left)s is left on %(date)s. Lower the amount, or ask for "
                    "a large withdrawal, which the treasurer or the chair approves.",
                    account=account.display_name,
                    left=account.company_id._koperasi_format(limits[account]),
                    date=format_date(self.env, date),
                )
                if account.product_id.sudo().withdrawal_notice_days:
                    raise UserError(text)  # it is announced, not allowed at the counter
                raise SecondPersonNeeded(text, PAYOUT_ROLES)
        return result

    def _check_deposit(self, units):
        result = super()._check_deposit(units)
        company = self.company_id
        most = company._to_units(self.product_id.maximum_balance)
        if most and self._balance_units() + units > most:
            raise UserError(
                self.env._(
                    "%(account)s holds at most %(most)s: only %(room)s can still be paid in.",
                    account=self.display_name,
                    most=company._koperasi_format(most),
                    room=company._koperasi_format(max(most - self._balance_units(), 0)),
                )
            )
        return result

    # === ACTIONS === #

    def action_holds(self):
        self.ensure_one()
        title = self.env._("Holds")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "koperasi.savings.hold",
            "view_mode": "list,form",
            "domain": [("savings_id", "=", self.id)],
            "context": {"default_savings_id": self.id},
        }
