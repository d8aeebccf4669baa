import csv
from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import file_open

# Exactness ends where a float no longer holds every rupiah and its cents.

# Before anybody joined: the first amount of mandatory savings holds from here.
FIRST_MONTH = date(2000, 1, 1)


class ResCompany(models.Model):
    """What makes a company a cooperative: accounts, journals, units, areas, products, purposes (docs/domain.md 2.2)."""

    _inherit = "res.company"

    def _koperasi_switch_on(self):
        for company in self:
            if not company.chart_template:
                self.env["account.chart.template"].sudo().try_loading("id", company, install_demo=False)
            company._koperasi_make_rupiah_whole()
            company._koperasi_load_accounts()
            if not company.koperasi_has_savings_unit:
                company._koperasi_apply_units()
            self.env["koperasi.profile"]._of(company)
            self.env["koperasi.loan.rule"]._of(company)
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
        return self._koperasi_free_code("account.journal", code, code[:3])

    def _koperasi_free_code(self, model, code, stem):
        """:return: `code`, or `stem` with the next number where a record of this company has it already"""
        records = self.env[model].with_context(active_test=False).search([("company_id", "=", self.id)])
        taken = set(records.mapped("code"))
        return next(each for each in [code, *(f"{stem}{number}" for number in range(2, 100))] if each not in taken)

    def _koperasi_booked_by_hand(self):
        """:return: the accounts with entries that are not the member ledger's: no product can have one of them"""
        groups = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                [("company_id", "=", self.id), ("move_id.koperasi_transaction_id", "=", False)], ["account_id"]
            )
        )
        return self.env["account.account"].union(*(account for [account] in groups))

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
        by_hand = self._koperasi_booked_by_hand()
        self._koperasi_records(
            "koperasi.savings.product",
            {
                f"product_{name}": (
                    labels,
                    {
                        "code": self._koperasi_free_code("koperasi.savings.product", code, code),
                        "savings_class": "berjangka" if months else "special",
                        "term_months": months,
                        "withdrawable": not months,
                        "account_id": accounts[account].id,
                        "unit_id": self.koperasi_savings_unit_id.id,
                        "company_id": self.id,
                        "active": name == "campaign",  # a treasurer needs no administrator for a campaign
                    },
                )
                for name, labels, code, account, months in (
                    ("campaign", ("Fund-raising Savings", "Simpanan Penggalangan"), "DANA", "2107", 0),
                    ("holiday", ("Holiday Savings", "Simpanan Hari Raya"), "HRAYA", "2103", 0),
                    ("education", ("Education Savings", "Simpanan Pendidikan"), "PEND", "2104", 0),
                    ("term", ("Term Deposit, 12 Months", "Simpanan Berjangka 12 Bulan"), "SB12", "2106", 12),
                )
                if accounts[account] not in by_hand
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
        # Cash is brought to the bank that the company has, so that its statement knows it. Where Odoo reconciles, its
        # own statement moves the bank's account: cash on its way waits where that finds it.
        bank = self.env["account.journal"].search([("company_id", "=", self.id), ("type", "=", "bank")], limit=1)
        on_its_way = bank and bank._koperasi_bank_way() == "odoo" and self.transfer_account_id
        accounts = {**accounts, "1111": on_its_way or bank.default_account_id or accounts["1111"]}
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
                        ("bank_charges", ("Bank Charges", "Biaya Administrasi Bank"), "out", "5209", "savings"),
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
