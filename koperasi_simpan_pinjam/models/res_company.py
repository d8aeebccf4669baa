from decimal import Decimal, InvalidOperation

from num2words import num2words

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, format_date

from ..kernel.money import Rounding, round_to
from .exact import share

# Exactness ends where a float no longer holds every rupiah and its cents.
LARGEST_AMOUNT = 10**13
NOT_OWN_CAPITAL = ("3103", "3302")  # of equity: Modal Penyertaan, SHU Belum Dibagi


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "koperasi.claimable"]

    is_koperasi = fields.Boolean(
        "Cooperative",
        help="Switches the cooperative on: adds its accounts, journals, business units, RW and first savings products.",
    )

    koperasi_has_savings_unit = fields.Boolean("Has Savings and Loans", default=True)

    koperasi_memorial_journal_id = fields.Many2one(
        "account.journal",
        "Memorial Journal",
        check_company=True,
        domain=[("type", "=", "general")],
    )
    koperasi_run_journal_id = fields.Many2one(
        "account.journal",
        "Journal of Collective Runs",
        check_company=True,
        domain=[("type", "=", "general")],
        help="Of their own, so that a run never makes the counter wait.",
    )
    koperasi_savings_unit_id = fields.Many2one(
        "account.analytic.account",
        "Savings and Loans Unit",
        check_company=True,
        domain=lambda self: self._domain_koperasi_unit(),
    )
    koperasi_general_unit_id = fields.Many2one(
        "account.analytic.account",
        "General Unit",
        check_company=True,
        domain=lambda self: self._domain_koperasi_unit(),
    )
    koperasi_interunit_account_id = fields.Many2one("account.account", "Inter-unit Account", check_company=True)
    koperasi_opening_account_id = fields.Many2one("account.account", "Account of Opening Balances", check_company=True)
    koperasi_cash_over_account_id = fields.Many2one("account.account", "Cash Over Account", check_company=True)
    koperasi_cash_short_account_id = fields.Many2one("account.account", "Cash Short Account", check_company=True)
    koperasi_interest_expense_account_id = fields.Many2one(
        "account.account",
        "Savings Interest Expense",
        check_company=True,
    )
    koperasi_term_interest_account_id = fields.Many2one(
        "account.account", "Term Deposit Interest Expense", check_company=True
    )
    koperasi_interest_accrued_account_id = fields.Many2one(
        "account.account", "Accrued Savings Interest", check_company=True
    )
    koperasi_savings_fee_account_id = fields.Many2one("account.account", "Fees on Savings", check_company=True)
    koperasi_interest_tax_account_id = fields.Many2one("account.account", "Interest Tax Payable", check_company=True)
    koperasi_interest_tax_threshold = fields.Monetary(
        "Interest Free of Tax per Month",
        default=240000,
        help="Up to this interest per member and month no final tax is withheld (PP 15/2009).",
    )
    koperasi_interest_tax_percent = fields.Float("Interest Tax (%)", default=10.0)
    koperasi_savings_rate_ceiling = fields.Float(
        "Highest Savings Rate per Year (%)",
        default=9.0,
        help="Permenkop UKM 8/2023: 9 % a year.",
    )

    koperasi_loan_rate_ceiling = fields.Float(
        "Highest Loan Rate per Year (%)",
        default=24.0,
        help="Permenkop UKM 8/2023: 24 % a year. 0: not checked.",
    )
    koperasi_loan_rate_kind = fields.Selection(
        [("nominal", "Nominal Rate"), ("effective", "Effective Rate")],
        "Rate That Is Checked",
        required=True,
        default="nominal",
        help="Nominal: the percentage of the product, for a year. Effective: what the loan really costs on the money "
        "still owed; a flat 1 % a month is 21 % then.",
    )
    koperasi_moneylender_rate = fields.Float(
        "Moneylender's Interest per Month (%)",
        default=10.0,
        help="Of the door-to-door lender (bank keliling), beside whom a simulation shows the cooperative's loan.",
    )
    koperasi_reserve_percent = fields.Float(
        "Kept Back of Liquid Savings (%)",
        default=20.0,
        help="Loans are paid from cash and bank less this part of the savings that members may withdraw any time.",
    )

    koperasi_dormant_months = fields.Integer(
        "Dormant After Months",
        default=6,
        help="A member who owes dues for so many months becomes dormant, and active again when she pays. 0: never.",
    )
    koperasi_exit_product_id = fields.Many2one(
        "koperasi.savings.product",
        "Refund of Savings",
        check_company=True,
        domain=[("savings_class", "=", "internal")],
        help="What the cooperative owes to members who left is held in accounts of this product.",
    )
    koperasi_exit_fee_account_id = fields.Many2one("account.account", "Deductions of Exits", check_company=True)
    koperasi_exit_wait_months = fields.Integer(
        "Months Until Members Who Left Are Paid", default=1, help="From the approval of an exit; usually 1 to 3."
    )
    koperasi_exit_fee_percent = fields.Float(
        "Administration of an Exit (%)", help="Of share capital and mandatory savings; usually 0 to 5."
    )
    koperasi_exit_wajib_percent = fields.Float(
        "Mandatory Savings Returned (%)", default=100.0, help="What is not returned stays with the cooperative."
    )
    koperasi_dues_day = fields.Integer(
        "Dues Are Due On Day",
        default=10,
        help="Day of the month; a shorter month takes its last day.",
    )
    koperasi_backdate_days = fields.Integer(
        "Days Back",
        default=7,
        help="A transfer or correction may be dated at most this many days back, and never before the last closed "
        "day or into a closed month. 0: only today.",
    )
    koperasi_payout_limit = fields.Monetary(
        "Teller's Payout Limit",
        default=2000000,
        help="What a teller may pay out in one cash session. The treasurer is not bound by it. 0: no limit.",
    )
    koperasi_hours_from = fields.Float(
        "Opens At", default=7.0, help="What is recorded outside the opening hours is on the supervisors' list."
    )
    koperasi_hours_to = fields.Float("Closes At", default=18.0)
    koperasi_self_approval = fields.Boolean(
        "One Person May Do Both",
        help="For a very small cooperative: who records may also approve. Every use is logged for the supervisors.",
    )

    def _domain_koperasi_unit(self):
        plan = self.env.ref("koperasi_simpan_pinjam.unit_plan", raise_if_not_found=False)
        return [("plan_id", "=", plan.id)] if plan else []

    _koperasi_membership = models.Constraint(
        "CHECK (koperasi_dormant_months >= 0 AND koperasi_exit_wait_months >= 0 "
        "AND koperasi_exit_fee_percent BETWEEN 0 AND 100 "
        "AND koperasi_exit_wajib_percent BETWEEN 0 AND 100)",
        "Months are not negative, and percents lie between 0 and 100.",
    )
    _koperasi_dues_day = models.Constraint(
        "CHECK (koperasi_dues_day BETWEEN 1 AND 31)", "Dues are due on a day from 1 to 31."
    )

    @api.constrains("is_koperasi", "parent_id")
    def _check_koperasi_is_no_branch(self):
        for company in self:
            if company.is_koperasi and company.parent_id:
                raise ValidationError(
                    self.env._(
                        "%s is a branch. A cooperative is a company of its own: "
                        "branches share accounts and lock dates.",
                        company.name,
                    )
                )

    @api.constrains("is_koperasi")
    def _check_koperasi_stays_on(self):
        for company in self:
            if not company.is_koperasi and self.env["koperasi.transaction"].sudo().search_count(
                [("company_id", "=", company.id)], limit=1
            ):
                raise ValidationError(
                    self.env._(
                        "%s has transactions of members: it can't stop being a cooperative.",
                        company.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies.filtered("is_koperasi")._koperasi_switch_on()
        return companies

    def write(self, vals):
        off = self.filtered(lambda company: not company.is_koperasi)
        result = super().write(vals)
        if "is_koperasi" in vals:
            off.filtered("is_koperasi")._koperasi_switch_on()
            self.env.registry.clear_cache()  # record rules depend on it
        if set(self._koperasi_unit_fields()) & set(vals):
            self.env.registry.clear_cache()  # menus, too
            self.filtered("is_koperasi")._koperasi_apply_units()
        return result

    # === SETTINGS, MONEY, DATES === #

    def _koperasi_setting(self, name):
        """The record in setting `name`; a UserError that names setting and place when it is missing."""
        self.ensure_one()
        value = self.sudo()[name]
        if not value:
            label = self._fields[name]._description_string(self.env)
            raise UserError(
                self.env._(
                    "The setting “%(setting)s” of %(company)s is empty. Fill it in Koperasi > Settings > Accounts and "
                    "Policies.",
                    setting=label,
                    company=self.name,
                )
            )
        return value

    def _koperasi_money_unit(self):
        """The smallest unit the cooperative counts in: one rupiah, elsewhere the currency's own rounding."""
        return Decimal(1) if self.currency_id.name == "IDR" else Decimal(str(self.currency_id.rounding))

    def _to_units(self, amount, whole=True):
        """A Monetary amount as a whole number of the smallest money unit (docs/domain.md 4.4).

        :param whole: False for what the books hold, which may be a fraction: then a Decimal
        :raise UserError: when it is not a whole number of units, or too large to be exact
        """
        self.ensure_one()
        try:
            # Six decimals absorb what binary floats add; a real fraction of a unit is far larger.
            units = Decimal(str(amount)).quantize(Decimal("0.000001")) / self._koperasi_money_unit()
            is_whole = units == units.to_integral_value()
            too_large = abs(units) > LARGEST_AMOUNT
        except InvalidOperation:
            raise UserError(self.env._("“%s” is not an amount.", amount)) from None
        if too_large:
            raise UserError(self.env._("The amount %s is too large.", amount))
        if whole and not is_whole:
            raise UserError(
                self.env._(
                    "The amount %(amount)s has a fraction of %(currency)s. Enter a whole amount.",
                    amount=amount,
                    currency=self.currency_id.name,
                )
            )
        return int(units) if is_whole else units

    def _from_units(self, units):
        """The Monetary amount of a whole number of the smallest money unit."""
        self.ensure_one()
        return float(units * self._koperasi_money_unit())

    def _koperasi_percent(self, name):
        """A percent setting as a share of 1, exact."""
        return share(self[name])

    def _koperasi_format(self, units):
        """`Rp 1.250.000`: for messages."""
        text = f"{abs(units) * self._koperasi_money_unit():,}".replace(",", "_").replace(".", ",").replace("_", ".")
        return f"{'-' if units < 0 else ''}{self.currency_id.symbol} {text}"

    def _koperasi_amount(self, amount):
        """`Rp 1.250.000` of what the books hold, which may have a fraction."""
        return self._koperasi_format(self._to_units(amount, whole=False))

    def _koperasi_number(self, amount):
        """`1.250.000`, `(1.000)` when negative, `-` when zero: as tables on paper show a Monetary amount."""
        units = self._to_units(amount)
        if not units:
            return "-"
        text = self._koperasi_format(abs(units)).removeprefix(f"{self.currency_id.symbol} ")
        return f"({text})" if units < 0 else text

    def _koperasi_words(self, amount):
        """`seratus sepuluh ribu rupiah`: in words, in Indonesian as on every receipt (docs/domain.md 8.4)."""
        if self.currency_id.name == "IDR":
            return f"{num2words(self._to_units(amount), lang='id')} rupiah"
        return self.currency_id.with_context(lang="id_ID").amount_to_text(amount)

    def _koperasi_banks(self, way):
        """The banks whose statements are agreed in one `way`: `here`, or reconciled in `odoo`."""
        banks = self.env["account.journal"].sudo().search([("company_id", "in", self.ids), ("type", "=", "bank")])
        ways = banks._koperasi_bank_ways()
        return banks.filtered(lambda bank: ways[bank] == way).with_env(self.env)

    def _koperasi_check_open(self, date):
        """:raise UserError: when `date` lies in a closed month or year; Odoo would silently move it instead"""
        self.ensure_one()
        locks = self._get_lock_date_violations(date, fiscalyear=True, sale=False, purchase=False, tax=False, hard=True)
        if locks:
            raise UserError(
                self.env._(
                    "%(date)s lies in a period that is closed up to %(lock)s. Choose a later date.",
                    date=format_date(self.env, date),
                    lock=format_date(self.env, max(lock for lock, _field in locks)),
                )
            )

    def _koperasi_has_books(self):
        """Whether anything was ever entered in this company's books."""
        self.ensure_one()
        return bool(self.env["account.move"].sudo().search_count([("company_id", "=", self.id)], limit=1))

    # === LOANABLE FUNDS (docs/domain.md 4.13) === #

    def _koperasi_loanable_units(self, loan, committed=True):
        """What may be lent now, in money units: cash and bank, less the reserve, less what is promised already.

        :param loan: koperasi.loan asked for, not counted as promised itself
        :param committed: subtract approved loans that wait for disbursement; at the disbursement itself, first come,
            first served
        """
        self.ensure_one()
        [[money]] = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("account_id.account_type", "=", "asset_cash"),
                    ("parent_state", "=", "posted"),
                    ("company_id", "=", self.id),
                ],
                aggregates=["balance:sum"],
            )
        )
        liquid, earmarked = self._koperasi_savings_kept()
        promised = (
            self.env["koperasi.loan"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.id),
                    ("state", "=", "approved"),
                    ("id", "not in", loan.ids),
                    # A campaign's money waits for its loans, whoever comes first.
                    *([] if committed else [("fundraising_id", "!=", False)]),
                ]
            )
        )
        reserve = round_to(
            self._to_units(liquid) * self._koperasi_percent("koperasi_reserve_percent"), mode=Rounding.UP
        )
        promised_units = sum(self._to_units(other.amount) for other in promised)
        return self._to_units(money or 0) - reserve - self._to_units(earmarked) - promised_units

    def _koperasi_savings_kept(self):
        """Of the savings: (what may be withdrawn any time, what lies with campaigns that collect or have failed)."""
        lines = self.env["koperasi.transaction.line"]
        lines.flush_model(["savings_id", "amount"])
        for model in ("koperasi.savings.account", "koperasi.savings.product", "koperasi.fundraising"):
            self.env[model].flush_model()
        [[liquid, earmarked]] = self.env.execute_query(
            SQL(
                """
            SELECT COALESCE(SUM(l.amount) FILTER (WHERE p.withdrawable AND (f.id IS NULL OR
                       f.state = 'reached' AND f.date_unlocked <= %(today)s)), 0),
                   COALESCE(SUM(l.amount) FILTER (WHERE f.state IN ('open', 'failed')), 0)
              FROM koperasi_transaction_line l
              JOIN koperasi_savings_account a ON a.id = l.savings_id
              JOIN koperasi_savings_product p ON p.id = a.product_id
              LEFT JOIN koperasi_fundraising f ON f.id = a.fundraising_id
             WHERE l.company_id = %(company)s
            """,
                company=self.id,
                today=fields.Date.context_today(self),
            )
        )
        return liquid, earmarked

    def _koperasi_own_capital_units(self, as_of=None):
        """Modal sendiri (docs/domain.md 1.3), in money units: what members paid in, grants and reserves, less losses.

        :param as_of: at the end of that day; default all that is booked

        Of equity, all but participations, the year's result and what of earlier ones is not shared out yet.
        """
        self.ensure_one()
        others = self.env["ir.model.data"].sudo()
        names = [f"{self.id}_koperasi_{code}" for code in NOT_OWN_CAPITAL]
        others = others.search([("module", "=", "account"), ("model", "=", "account.account"), ("name", "in", names)])
        [[balance]] = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [
                    ("account_id.account_type", "=", "equity"),
                    ("account_id", "not in", others.mapped("res_id")),
                    ("parent_state", "=", "posted"),
                    ("company_id", "=", self.id),
                    *([("date", "<=", as_of)] if as_of else []),
                ],
                aggregates=["balance:sum"],
            )
        )
        return -self._to_units(balance or 0)

    # === AUTHORITY === #

    def _koperasi_check_role(self, *roles):
        """:raise AccessError: unless the person holds one of `roles` here today (or the system itself acts)"""
        self.ensure_one()
        if self.env.su or self.env.user._koperasi_has_role(self, roles):
            return
        labels = dict(self.env["koperasi.officer"]._fields["role"]._description_selection(self.env))
        raise AccessError(
            self.env._(
                "%(person)s may not do this in %(company)s: it is for %(roles)s.",
                person=self.env.user.name,
                company=self.name,
                roles=", ".join(labels[role] for role in roles),
            )
        )

    def _koperasi_check_second_person(self, document, maker):
        """Approver is not the maker; a tiny cooperative may relax it, and every use is logged.

        :raise UserError: when the current user is the maker and the policy doesn't allow it
        """
        self.ensure_one()
        if self.env.user != maker:
            return
        if not self.koperasi_self_approval:
            raise UserError(
                self.env._(
                    "%s recorded this: a second person must decide on it.",
                    maker.name,
                )
            )
        self.env["koperasi.audit.log"]._log(document, "self_approval")

    def _koperasi_check_can_set_up(self):
        """:raise AccessError: unless administrator here, or of the system, who begins where there is none"""
        if not self.env.user.has_group("base.group_system"):
            self._koperasi_check_role("admin")

    # === SUBSIDIARY LEDGER = GENERAL LEDGER === #

    def _koperasi_control_faults(self, as_of=None):
        """What disagrees between the member ledger and the books; empty when every account agrees to the rupiah.

        :param as_of: end of that day; default all
        :return: texts that name account, transaction and entry
        """
        self.ensure_one()
        Account = self.env["koperasi.control.account"].sudo().with_context(koperasi_as_of=as_of)
        Fault = self.env["koperasi.control.fault"].sudo().with_context(koperasi_as_of=as_of)
        own = [("company_id", "=", self.id)]
        texts = [
            f"{row.account_id.display_name}, {row.unit_id.name}: {row.ledger_amount} / {row.gl_amount}"
            for row in Account.search([*own, ("difference", "!=", 0)])
        ]
        return texts + Fault.search(own).mapped("display_name")

    # === CLOSING === #

    def _koperasi_closing_obstacles(self, until):
        """What must be done before the books can be closed on day `until`; each addon adds its own.

        :return: texts that say what and where
        """
        self.ensure_one()
        return self._koperasi_control_faults(until) + self.env["koperasi.savings.term"]._closing_obstacles(self, until)
