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


@tagged("post_install", "-at_install")
class TestCatchUp(KoperasiCase):
    """A cooperative of before campaigns and joint liability, after the upgrade."""

    def before(self):
        """Nobody had an account 2107, a product of it, nor the rule of what a group has not settled."""
        product, account = self.campaign(), self.known("2107")
        product.unlink()
        account.unlink()
        self.rules().filtered(lambda rule: rule.rule == "unsettled").unlink()
        self.env.flush_all()
        self.assertFalse(self.known("2107") or self.campaign())

    def known(self, name):
        xmlid = f"account.{self.company.id}_koperasi_{name}"
        return self.env.ref(xmlid, raise_if_not_found=False) or self.env["account.account"]

    def campaign(self):
        return self.known("product_campaign")

    def rules(self):
        return self.env["koperasi.loan.rule"].search([("company_id", "=", self.company.id)])

    def upgrade(self):
        self.migrate("19.0.1.0.2/end-campaign.py", "19.0.1.0.1")

    def counts(self):
        self.env.flush_all()
        models = "account.account", "koperasi.savings.product", "koperasi.loan.rule", "ir.model.data", "ir.sequence"
        return [self.env[model].with_context(active_test=False).search_count([]) for model in models]

    def test_it_gets_what_a_new_one_has(self):
        before = self.counts()
        self.before()
        self.upgrade()
        self.assertEqual(self.counts(), before)
        account, product = self.known("2107").with_company(self.company), self.campaign()
        self.assertEqual((account.code, account.koperasi_control), ("21070000", True))
        self.assertEqual(account.with_context(lang="id_ID").name, "Simpanan Penggalangan Dana")
        self.assertEqual((product.active, product.account_id, product.code), (True, account, "DANA"))
        self.assertEqual(product.unit_id, self.company.koperasi_savings_unit_id)
        self.assertEqual(self.rules().filtered(lambda rule: rule.rule == "unsettled").level, "warning")

    def test_what_is_there_stays(self):
        """Twice, and with what the cooperative chose: nothing is added, nothing is changed."""
        self.rules().filtered(lambda rule: rule.rule == "unsettled").level = "block"
        self.campaign().active = False
        before = self.counts()
        for _time in range(2):
            self.upgrade()
        self.assertEqual(self.counts(), before)
        self.assertFalse(self.campaign().active)
        self.assertEqual(self.rules().filtered(lambda rule: rule.rule == "unsettled").level, "block")

    def test_a_product_of_its_own_has_the_code(self):
        self.before()
        self.known("product_holiday").code = "DANA"
        self.upgrade()
        self.assertEqual(self.campaign().code, "DANA2")

    def test_not_on_an_account_that_is_booked_by_hand(self):
        self.campaign().unlink()
        account = self.known("2107")
        account.koperasi_control = False
        unit = {str(self.company.koperasi_general_unit_id.id): 100}
        other = self.known("2123")
        self.env["account.move"].create(
            {
                "date": date(2026, 11, 2),
                "journal_id": self.env["account.journal"]
                .search([("company_id", "=", self.company.id), ("type", "=", "general")], limit=1)
                .id,
                "line_ids": [
                    (0, 0, {"account_id": account.id, "credit": 500, "analytic_distribution": unit}),
                    (0, 0, {"account_id": other.id, "debit": 500, "analytic_distribution": unit}),
                ],
            }
        ).action_post()
        self.upgrade()
        self.assertFalse(self.campaign())
