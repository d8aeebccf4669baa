import csv
from datetime import date
from decimal import Decimal, InvalidOperation

from num2words import num2words

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import file_open, format_date

from ..kernel.money import Rounding, round_to
from .exact import share

# Exactness ends where a float no longer holds every rupiah and its cents.
LARGEST_AMOUNT = 10**13
# Before anybody joined: the first amount of mandatory savings holds from here.
FIRST_MONTH = date(2000, 1, 1)


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

    # === SET-UP === #

    def _koperasi_switch_on(self):
        for company in self:
            if not company.chart_template:
                self.env["account.chart.template"].sudo().try_loading("id", company, install_demo=False)
            company._koperasi_make_rupiah_whole()
            company._koperasi_load_accounts()
            if not company.koperasi_has_savings_unit:
                company._koperasi_apply_units()
            self.env["koperasi.profile"]._of(company)
            if not self.env.user._is_superuser():
                self.env["koperasi.officer"].sudo().create(
                    {
                        "user_id": self.env.uid,
                        "company_id": company.id,
                        "role": "admin",
                    }
                )

    def _koperasi_load_accounts(self):
        """Add what a cooperative needs and the company lacks; touch nothing that is there. Safe to run again.

        Accounts of docs/domain.md 2.2 (code + "0000", the next free one where taken), journals, business units, RW
        and the first savings products, each with an external id, by which a second run knows it.
        """
        self.ensure_one()
        company = self.with_company(self).sudo()
        company._koperasi_activate_indonesian()
        accounts = company._koperasi_create_accounts()
        company._koperasi_create_journals(accounts)
        company._koperasi_create_units()
        company._koperasi_fill_settings(
            {
                "koperasi_interunit_account_id": accounts["1801"],
                "koperasi_opening_account_id": accounts["1802"],
                "koperasi_cash_over_account_id": accounts["4303"],
                "koperasi_cash_short_account_id": accounts["5402"],
                "koperasi_interest_expense_account_id": accounts["5101"],
                "koperasi_interest_tax_account_id": accounts["2131"],
                "koperasi_savings_fee_account_id": accounts["4103"],
                "koperasi_term_interest_account_id": accounts["5102"],
                "koperasi_interest_accrued_account_id": accounts["2110"],
                "koperasi_exit_fee_account_id": accounts["4102"],
            }
        )
        company._koperasi_create_areas()
        company._koperasi_create_products(accounts)
        company._koperasi_create_special_products(accounts)
        company._koperasi_create_exit_product(accounts)
        company._koperasi_create_loan_product(accounts)
        company._koperasi_create_purposes(accounts)

    def _koperasi_make_rupiah_whole(self):
        """Rp 1.250.000, not Rp 1.250.000,00: possible while the database has no entries in rupiah."""
        rupiah = self.env.ref("base.IDR").sudo()
        if (
            self.currency_id == rupiah
            and rupiah.rounding < 1
            and not self.env["account.move.line"]
            .sudo()
            .search_count(
                ["|", ("currency_id", "=", rupiah.id), ("company_currency_id", "=", rupiah.id)],
                limit=1,
            )
        ):
            rupiah.rounding = 1

    def _koperasi_activate_indonesian(self):
        if not self.env["res.lang"]._get_data(code="id_ID"):
            language = self.env["res.lang"]._activate_lang("id_ID")
            self.env["base.language.install"].create({"lang_ids": [(6, 0, language.ids)]}).lang_install()

    def _koperasi_records(self, model, wanted):
        """The company's records known by these names, made where they aren't there yet.

        Their ids carry the module name `account`, as those of Odoo's own charts do: accounts and journals outlive an
        uninstallation.

        :param wanted: {name: ((English, Indonesian), values)}
        :return: {name: record}
        """
        prefix = f"{self.id}_koperasi_"
        known = {
            data.name.removeprefix(prefix): self.env[model].browse(data.res_id)
            for data in self.env["ir.model.data"].search(
                [
                    ("module", "=", "account"),
                    ("model", "=", model),
                    ("name", "in", [prefix + name for name in wanted]),
                ]
            )
        }
        missing = [name for name in wanted if name not in known]
        made = (
            self.env[model]
            .with_context(lang="en_US")
            .create([{"name": wanted[name][0][0], **wanted[name][1]} for name in missing])
        )
        for name, record in zip(missing, made):
            record.with_context(lang="id_ID").name = wanted[name][0][1]
        self.env["ir.model.data"]._update_xmlids(
            [
                {"xml_id": f"account.{prefix}{name}", "record": record, "noupdate": True}
                for name, record in zip(missing, made)
            ]
        )
        return {**known, **dict(zip(missing, made.with_env(self.env)))}

    def _koperasi_create_accounts(self):
        """:return: {code of docs/domain.md: account}"""
        with file_open("koperasi_simpan_pinjam/data/account_account.csv") as file:
            rows = list(csv.DictReader(file))
        return self._koperasi_records(
            "account.account",
            {
                row["code"]: (
                    (row["name"], row["name@id"]),
                    self._koperasi_account_values(row["code"], row["account_type"]),
                )
                for row in rows
            },
        )

    def _koperasi_account_values(self, code, account_type):
        """:param code: of docs/domain.md 2.2: the account takes it with four zeros, or the next free one"""
        return {
            "code": self.env["account.account"]._search_new_account_code(f"{code}0000", set()),
            "account_type": account_type,
            "reconcile": account_type in ("asset_receivable", "liability_payable"),
            "company_ids": [(6, 0, self.ids)],
        }

    def _koperasi_create_journals(self, accounts):
        labels = {"cash_main": ("Main Cash", "Kas Utama"), "cash_counter": ("Counter 1", "Loket 1")}
        shared = {"company_id": self.id}
        journals = self._koperasi_records(
            "account.journal",
            {
                "cash_main": (
                    labels["cash_main"],
                    {
                        **shared,
                        "code": self._koperasi_free_journal_code("KAS"),
                        "type": "cash",
                        "default_account_id": accounts["1101"].id,
                    },
                ),
                "cash_counter": (
                    labels["cash_counter"],
                    {
                        **shared,
                        "code": self._koperasi_free_journal_code("KL1"),
                        "type": "cash",
                        "default_account_id": accounts["1102"].id,
                    },
                ),
                "memorial": (
                    ("Memorial", "Memorial"),
                    {**shared, "code": self._koperasi_free_journal_code("BM"), "type": "general"},
                ),
                "run": (
                    ("Collective Runs", "Proses Massal"),
                    {**shared, "code": self._koperasi_free_journal_code("BMP"), "type": "general"},
                ),
            },
        )
        self._koperasi_fill_settings(
            {
                "koperasi_memorial_journal_id": journals["memorial"],
                "koperasi_run_journal_id": journals["run"],
            }
        )
        self._koperasi_records(
            "koperasi.cash.box",
            {
                f"box_{name}": (labels[name], {**shared, "journal_id": journals[name].id, "sequence": sequence})
                for name, sequence in (("cash_counter", 10), ("cash_main", 20))
            },
        )

    def _koperasi_add_counter(self):
        """One more cash box for a teller, with the journal and the account of its own that it needs."""
        self.ensure_one()
        company = self.with_company(self).sudo()
        number = (
            self.env["koperasi.cash.box"]
            .sudo()
            .with_context(active_test=False)
            .search_count([("company_id", "=", self.id)])
        )
        name, labels = f"cash_counter_{number}", (f"Counter {number}", f"Loket {number}")
        values = company._koperasi_account_values("1102", "asset_cash")
        account = company._koperasi_records("account.account", {f"1102_{number}": (labels, values)})[f"1102_{number}"]
        journal = company._koperasi_records(
            "account.journal",
            {
                name: (
                    labels,
                    {
                        "company_id": self.id,
                        "code": company._koperasi_free_journal_code(f"KL{number}"),
                        "type": "cash",
                        "default_account_id": account.id,
                    },
                )
            },
        )[name]
        company._koperasi_records(
            "koperasi.cash.box",
            {f"box_{name}": (labels, {"company_id": self.id, "journal_id": journal.id, "sequence": 10})},
        )

    def _koperasi_free_journal_code(self, code):
        taken = set(
            self.env["account.journal"]
            .with_context(active_test=False)
            .search([("company_id", "=", self.id)])
            .mapped("code")
        )
        candidates = [code, *(f"{code[:3]}{number}" for number in range(2, 100))]
        return next(candidate for candidate in candidates if candidate not in taken)

    def _koperasi_create_units(self):
        plan = self.env.ref("koperasi_simpan_pinjam.unit_plan")
        units = self._koperasi_records(
            "account.analytic.account",
            {
                name: (labels, {"plan_id": plan.id, "company_id": self.id})
                for name, labels in (
                    ("unit_savings", ("Savings and Loans", "Simpan Pinjam")),
                    ("unit_general", ("General", "Umum")),
                )
            },
        )
        self._koperasi_fill_settings(
            {
                "koperasi_savings_unit_id": units["unit_savings"],
                "koperasi_general_unit_id": units["unit_general"],
            }
        )

    def _koperasi_create_areas(self):
        self._koperasi_records(
            "koperasi.rw",
            {
                f"rw_{number:02}": (
                    (f"RW {number:02}", f"RW {number:02}"),
                    {"code": f"{number:02}", "company_id": self.id},
                )
                for number in range(1, 31)
            },
        )

    def _koperasi_create_products(self, accounts):
        self._koperasi_records(
            "koperasi.savings.product",
            {
                f"product_{class_}": (
                    labels,
                    {
                        "code": class_[:3].upper(),
                        "savings_class": class_,
                        "account_id": accounts[account].id,
                        "unit_id": self.koperasi_savings_unit_id.id,
                        "amount": amount,
                        "company_id": self.id,
                        "withdrawable": class_ == "sukarela",
                        "opens_with_membership": True,
                        "rate_ids": (
                            [fields.Command.create({"valid_from": FIRST_MONTH, "amount": rate})] if rate else []
                        ),
                    },
                )
                for class_, labels, account, amount, rate in (
                    ("pokok", ("Share Capital", "Simpanan Pokok"), "3101", 100000, 0),
                    ("wajib", ("Mandatory Savings", "Simpanan Wajib"), "3102", 0, 20000),
                    ("sukarela", ("Voluntary Savings", "Simpanan Sukarela"), "2101", 0, 0),
                )
            },
        )

    def _koperasi_create_special_products(self, accounts):
        """Archived: whoever wants them sets date and rate and takes them up (docs/domain.md 5.1)."""
        self._koperasi_create_sequence("term", ("Term Deposits", "Simpanan Berjangka"), "SB", "no_gap")
        self._koperasi_records(
            "koperasi.savings.product",
            {
                f"product_{name}": (
                    labels,
                    {
                        "code": code,
                        "savings_class": "berjangka" if months else "special",
                        "term_months": months,
                        "withdrawable": not months,
                        "account_id": accounts[account].id,
                        "unit_id": self.koperasi_savings_unit_id.id,
                        "company_id": self.id,
                        "active": False,
                    },
                )
                for name, labels, code, account, months in (
                    ("holiday", ("Holiday Savings", "Simpanan Hari Raya"), "HRAYA", "2103", 0),
                    ("education", ("Education Savings", "Simpanan Pendidikan"), "PEND", "2104", 0),
                    ("term", ("Term Deposit, 12 Months", "Simpanan Berjangka 12 Bulan"), "SB12", "2106", 12),
                )
            },
        )

    def _koperasi_create_exit_product(self, accounts):
        """What members who left are owed: paid with their exit, never withdrawn (docs/domain.md 5.6)."""
        products = self._koperasi_records(
            "koperasi.savings.product",
            {
                "product_exit": (
                    ("Refund of Savings", "Pengembalian Simpanan"),
                    {
                        "code": "KMBLI",
                        "savings_class": "internal",
                        "account_id": accounts["2112"].id,
                        "unit_id": self.koperasi_savings_unit_id.id,
                        "company_id": self.id,
                        "withdrawable": False,
                    },
                ),
            },
        )
        self._koperasi_fill_settings({"koperasi_exit_product_id": products["product_exit"]})

    def _koperasi_create_sequence(self, name, labels, prefix, implementation="standard"):
        """Numbers of contracts, as `PJM/2026/0001` (docs/domain.md 8.4).

        :param implementation: `no_gap` where a preview, which takes all back, shall take no number
        """
        self._koperasi_records(
            "ir.sequence",
            {
                f"sequence_{name}": (
                    labels,
                    {
                        "code": f"koperasi.{name}",
                        "prefix": f"{prefix}/%(range_year)s/",
                        "padding": 4,
                        "implementation": implementation,
                        "use_date_range": True,
                        "company_id": self.id,
                    },
                ),
            },
        )

    def _koperasi_create_loan_product(self, accounts):
        """The seed's loan: 10 % for the whole of 10 months, half of it the borrower's savings (docs/domain.md 4.12)."""
        self._koperasi_create_sequence("loan", ("Loans", "Pinjaman"), "PJM")
        savings = self._koperasi_records(
            "koperasi.savings.product",
            {
                "product_interest": (
                    ("Savings from Service Fees", "Tabungan dari Jasa"),
                    {
                        "code": "JASA",
                        "savings_class": "internal",
                        "account_id": accounts["2102"].id,
                        "unit_id": self.koperasi_savings_unit_id.id,
                        "company_id": self.id,
                        "blocked_while_borrowing": True,
                    },
                ),
            },
        )["product_interest"]
        self._koperasi_records(
            "koperasi.loan.product",
            {
                "loan_product_warga": (
                    ("Residents' Loan, 10 Months", "Pinjaman Warga 10 Bulan"),
                    {
                        "company_id": self.id,
                        "account_id": accounts["1201"].id,
                        "interest_account_id": accounts["4101"].id,
                        "penalty_account_id": accounts["4103"].id,
                        "unit_id": self.koperasi_savings_unit_id.id,
                        "rate": 10,
                        "rate_basis": "term",
                        "periods": 10,
                        "interest_to_savings_percent": 50,
                        "interest_savings_product_id": savings.id,
                    },
                ),
            },
        )

    def _koperasi_create_purposes(self, accounts):
        self._koperasi_records(
            "koperasi.cash.purpose",
            {
                f"purpose_{name}": (
                    labels,
                    {
                        "company_id": self.id,
                        "sequence": 10 * number,
                        "direction": direction,
                        "account_id": accounts[account].id,
                        "unit_id": self[f"koperasi_{unit}_unit_id"].id,
                    },
                )
                for number, (name, labels, direction, account, unit) in enumerate(
                    (
                        ("honor", ("Honorarium", "Honor"), "out", "5202", "general"),
                        ("supplies", ("Office Supplies", "ATK"), "out", "5203", "general"),
                        (
                            "utilities",
                            ("Electricity, Water and Telephone", "Listrik, Air, Telepon"),
                            "out",
                            "5204",
                            "general",
                        ),
                        ("transport", ("Transport", "Transport"), "out", "5205", "general"),
                        ("rent", ("Rent", "Sewa"), "out", "5206", "general"),
                        ("meeting", ("Members' Meeting", "Rapat Anggota"), "out", "5301", "general"),
                        ("other", ("Other Expenses", "Lain-lain"), "out", "5209", "general"),
                        ("to_bank", ("Deposit at the Bank", "Setor ke Bank"), "out", "1111", "savings"),
                        ("grant", ("Grant", "Hibah"), "in", "3104", "general"),
                        ("bank_interest", ("Bank Interest", "Bunga Bank"), "in", "4301", "savings"),
                        ("from_bank", ("Withdrawal from the Bank", "Ambil dari Bank"), "in", "1111", "savings"),
                    ),
                    1,
                )
            },
        )

    @api.model
    def _koperasi_unit_menus(self):
        """{menu: fields that say whether a cooperative has a unit that needs it, any of them}"""
        return {"koperasi_simpan_pinjam.menu_loans": ("koperasi_has_savings_unit",)}

    @api.model
    def _koperasi_unit_fields(self):
        return {name for names in self._koperasi_unit_menus().values() for name in names}

    def _koperasi_apply_units(self):
        """Without a unit of savings and loans: no such products, and share capital and dues are of the general unit."""
        for company in self.sudo():
            has = company.koperasi_has_savings_unit
            names = ("product_sukarela", "product_interest"), ("loan_product_warga",)
            savings, loans = (
                company.env[model].union(
                    *(company.env.ref(f"account.{company.id}_koperasi_{name}").with_env(company.env) for name in known)
                )
                for model, known in zip(("koperasi.savings.product", "koperasi.loan.product"), names)
            )
            if not has and (savings.account_ids._has_lines() or loans.loan_ids._has_lines()):
                raise UserError(
                    self.env._("%s has savings or loans of members already: it keeps that unit.", company.name)
                )
            for product in (*savings, *loans):
                product.active = has
            shares = company.env["koperasi.savings.product"].search(
                [("company_id", "=", company.id), ("savings_class", "in", ("pokok", "wajib"))]
            )
            if not shares.account_ids._has_lines():
                shares.unit_id = company.koperasi_savings_unit_id if has else company.koperasi_general_unit_id

    def _koperasi_fill_settings(self, values):
        """Fill the settings that are empty; what somebody chose stays."""
        self.write({name: record.id for name, record in values.items() if not self[name]})

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
        [[liquid]] = (
            self.env["koperasi.transaction.line"]
            .sudo()
            ._read_group(
                [("company_id", "=", self.id), ("savings_id.product_id.withdrawable", "=", True)],
                aggregates=["amount:sum"],
            )
        )
        promised = (
            self.env["koperasi.loan"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.id),
                    ("state", "=", "approved"),
                    ("id", "!=", loan.id),
                ]
            )
            if committed
            else []
        )
        reserve = round_to(
            self._to_units(liquid or 0) * self._koperasi_percent("koperasi_reserve_percent"), mode=Rounding.UP
        )
        return self._to_units(money or 0) - reserve - sum(self._to_units(other.amount) for other in promised)

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
