from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import KoperasiCase


@tagged("post_install", "-at_install")
class TestSetup(KoperasiCase):
    def test_accounts_with_indonesian_names(self):
        account = self.env.ref(f"account.{self.company.id}_koperasi_3101").with_company(self.company)
        self.assertEqual(account.code, "31010000")
        self.assertEqual(account.name, "Principal Savings")
        self.assertEqual(account.with_context(lang="id_ID").name, "Simpanan Pokok")
        self.assertEqual(account.company_ids, self.company)

    def test_every_setting_is_filled(self):
        for name in self.company._fields:
            if name.startswith("koperasi_") and name.endswith("_id"):
                self.assertTrue(self.company[name], name)

    def test_switching_on_again_adds_nothing(self):
        accounts = self.env["account.account"].search_count([("company_ids", "in", self.company.ids)])
        journals = self.env["account.journal"].search_count([("company_id", "=", self.company.id)])
        self.company._koperasi_load_accounts()
        self.assertEqual(accounts, self.env["account.account"].search_count([("company_ids", "in", self.company.ids)]))
        self.assertEqual(journals, self.env["account.journal"].search_count([("company_id", "=", self.company.id)]))

    def test_company_with_books_keeps_them(self):
        """A company that already runs chart `id` with a taken code and a posted entry: nothing of it changes."""
        company = self.env["res.company"].create({"name": "PT Lama", "country_id": self.env.ref("base.id").id})
        self.env.user.company_ids |= company
        self.env["account.chart.template"].try_loading("id", company, install_demo=False)
        Account = self.env["account.account"].with_company(company)
        taken = Account.create(
            {"code": "31010000", "name": "Modal Lama", "account_type": "equity", "company_ids": [(6, 0, company.ids)]}
        )
        bank = Account.search([("account_type", "=", "asset_cash"), ("company_ids", "in", company.ids)], limit=1)
        move = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "date": date(2026, 10, 1),
                    "journal_id": self.env["account.journal"]
                    .search([("company_id", "=", company.id), ("type", "=", "general")], limit=1)
                    .id,
                    "line_ids": [
                        (0, 0, {"account_id": bank.id, "debit": 500}),
                        (0, 0, {"account_id": taken.id, "credit": 500}),
                    ],
                }
            )
        )
        move.action_post()
        before = (
            move.name,
            move.state,
            move.date,
            move.line_ids.mapped("analytic_distribution"),
            taken.code,
            taken.name,
        )
        accounts = Account.search([("company_ids", "in", company.ids)])
        codes = {account: (account.code, account.name, account.account_type) for account in accounts}
        company.is_koperasi = True
        self.assertEqual(
            before,
            (move.name, move.state, move.date, move.line_ids.mapped("analytic_distribution"), taken.code, taken.name),
        )
        self.assertEqual(codes, {account: (account.code, account.name, account.account_type) for account in accounts})
        ours = self.env.ref(f"account.{company.id}_koperasi_3101").with_company(company)
        self.assertEqual(ours.code, "31010001")
        self.assertEqual(company._koperasi_control_faults(), [])

    def test_branch_is_refused(self):
        with self.assertRaises(ValidationError):
            self.env["res.company"].create(
                {
                    "name": "Cabang",
                    "parent_id": self.company.id,
                    "is_koperasi": True,
                }
            )

    def test_missing_setting_is_named(self):
        self.company.koperasi_memorial_journal_id = False
        with self.assertRaisesRegex(UserError, "Memorial Journal"):
            self.company._koperasi_setting("koperasi_memorial_journal_id")

    def test_account_with_entries_is_no_control_account(self):
        """Entries from elsewhere stand on it: its detail could never agree with it."""
        account = (
            self.env["account.account"]
            .with_company(self.company)
            .create(
                {
                    "code": "2109",
                    "name": "Titipan",
                    "account_type": "liability_current",
                    "company_ids": [(6, 0, self.company.ids)],
                }
            )
        )
        cash = self.env.ref(f"account.{self.company.id}_koperasi_1111")
        self.env["account.move"].with_company(self.company).create(
            {
                "journal_id": self.company.koperasi_memorial_journal_id.id,
                "line_ids": [
                    (0, 0, {"account_id": cash.id, "debit": 500}),
                    (0, 0, {"account_id": account.id, "credit": 500}),
                ],
            }
        ).action_post()
        with self.assertRaisesRegex(UserError, "already has entries"):
            self.env["koperasi.savings.product"].create(
                {
                    "name": "Titipan",
                    "code": "TTP",
                    "savings_class": "internal",
                    "account_id": account.id,
                    "unit_id": self.company.koperasi_savings_unit_id.id,
                    "company_id": self.company.id,
                }
            )

    def test_money_crosses_the_border_exactly(self):
        self.assertEqual(self.company._to_units(1250000), 1250000)
        self.assertEqual(self.company._to_units(1250000.0), 1250000)
        self.assertEqual(self.company._to_units(9007199254740), 9007199254740)
        for amount in (1000.37, 0.5, 1000.005, "abc", float("nan"), float("inf"), 1e14):
            with self.assertRaises(UserError, msg=amount):
                self.company._to_units(amount)
        self.assertEqual(self.company._koperasi_format(1250000), "Rp 1.250.000")
