from datetime import date

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import ShuCase


@tagged("post_install", "-at_install")
class TestStatements(ShuCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with cls.day("2026-03-01") as session:
            cls.active_member("Siti", session, 200000)
        cls.memorial("1101", "4102", 100000, date(2026, 5, 1))
        cls.memorial("1101", "4201", 50000, date(2026, 5, 1))
        cls.memorial("5205", "1101", 30000, date(2026, 5, 1))

    def values(self, report, year=2026):
        """{kpi name: value} of the year's column, as mis_builder computes it for a supervisor."""
        wizard = self.as_user(self.pengawas, self.env["koperasi.statement"]).create(
            {
                "company_id": self.company.id,
                "report": report,
                "date_from": date(year, 1, 1),
                "date_to": date(year, 12, 31),
            }
        )
        action = wizard.action_open()
        instance = self.as_user(self.pengawas, self.env["mis.report.instance"]).browse(action["res_id"])
        self.assertTrue(instance.compute()["body"])
        self.assertEqual(action["context"]["active_id"], instance.id)
        matrix = instance._compute_matrix()
        values, self.details = {}, {}
        for row in matrix.iter_rows():
            cell = next(row.iter_cells())
            value = cell.val if cell else 0
            if row.account_id:
                self.details[row.account_id] = row.kpi.name
            else:
                values[row.kpi.name] = value or 0
        return values

    def assertStatements(self):
        position, results = self.values("position"), self.values("results")
        self.assertEqual((position["difference"], results["difference"]), (0, 0))
        [[assets]] = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", self.company.id),
                ("account_id.internal_group", "=", "asset"),
                ("parent_state", "=", "posted"),
                ("date", "<=", "2026-12-31"),
            ],
            aggregates=["balance:sum"],
        )
        self.assertEqual(position["assets"], assets or 0)
        return position, results

    def test_before_and_after_closing(self):
        position, results = self.assertStatements()
        self.assertEqual((position["current_year"], position["undistributed"]), (120000, 0))
        self.assertEqual((position["pokok"], position["wajib"], position["cash"]), (100000, 200000, 420000))
        expected = {
            "member_net": 100000,
            "other_net": 50000,
            "operating": -30000,
            "surplus": 120000,
            "surplus_member": 80000,
            "surplus_other": 40000,
        }
        self.assertEqual({name: results[name] for name in expected}, expected)
        with freeze_time("2027-02-24 03:00:00"):
            period = self.new_period()
            period.action_close()
            period.action_compute()
            self.assertEqual((period.surplus_member, period.surplus_other), (80000, 40000))
            position, results = self.assertStatements()
            self.assertEqual((position["current_year"], position["undistributed"]), (0, 120000))
            self.assertEqual({name: results[name] for name in expected}, expected)
            self.decide(period)
            period.action_post()
            self.work(period.run_id)
            self.assertEqual(self.assertStatements()[0]["undistributed"], 120000)  # as of the end of 2026
            position = self.values("position", 2027)
            self.assertEqual((position["undistributed"], position["difference"]), (0, 0))
            self.assertTrue(position["fund"] and position["reserve"])

    def test_new_accounts_appear_by_themselves(self):
        lines = {
            "asset_current": "asset",
            "asset_fixed": "fixed",
            "liability_current": "liability",
            "equity": "capital",
            "liability_non_current": "long_term",
            "income": "miscellaneous",
            "income_other": "miscellaneous",
            "expense": "operating",
            "expense_direct_cost": "operating",
            "expense_depreciation": "operating",
            "expense_other": "miscellaneous",
            "asset_prepayments": "prepaid",
            "asset_non_current": "investment",
        }
        accounts = {}
        for number, account_type in enumerate(lines):
            account = (
                self.env["account.account"]
                .with_company(self.company)
                .create(
                    {
                        "code": f"888{number:02}",
                        "name": f"New {account_type}",
                        "account_type": account_type,
                        "company_ids": [(6, 0, self.company.ids)],
                    }
                )
            )
            accounts[account] = lines[account_type]
            self.memorial(account, "1101", 1000 + number, date(2026, 7, 1))
        self.assertStatements()
        for report in ("position", "results"):
            self.values(report)
            for account_id, line in self.details.items():
                account = self.env["account.account"].browse(account_id)
                if account in accounts:
                    self.assertEqual(accounts.pop(account), line)
        self.assertFalse(accounts)

    def test_line_on_the_side_of_the_type(self):
        with self.assertRaisesRegex(ValidationError, "exactly one line"):
            self.koperasi_account("1101").koperasi_position = "savings"
        with self.assertRaisesRegex(ValidationError, "exactly one line"):
            self.koperasi_account("4101").koperasi_business = False
        self.koperasi_account("1101").koperasi_position = "deposit"
        self.assertEqual(self.assertStatements()[0]["deposit"], 420000)

    def test_one_unit(self):
        unit = self.company.koperasi_savings_unit_id
        wizard = self.as_user(self.bendahara, self.env["koperasi.statement"]).create(
            {
                "company_id": self.company.id,
                "report": "position",
                "date_from": date(2026, 1, 1),
                "date_to": date(2026, 12, 31),
                "unit_id": unit.id,
            }
        )
        instance = wizard._make_instance()
        rows = instance._compute_matrix().iter_rows()
        values = {row.kpi.name: next(row.iter_cells()).val for row in rows if not row.account_id}
        self.assertEqual((values["cash"], values["wajib"], values["difference"]), (300000, 200000, 0))

    def test_who_may(self):
        for user in (self.petugas, self.other_bendahara):
            with self.assertRaises(AccessError):
                self.as_user(user, self.env["koperasi.statement"]).create({"company_id": self.company.id}).action_open()

    def test_the_chair_reads_figures_not_entries(self):
        wizard = self.as_user(self.ketua, self.env["koperasi.statement"]).create(
            {"company_id": self.company.id, "date_from": date(2026, 1, 1), "date_to": date(2026, 12, 31)}
        )
        instance = self.as_user(self.ketua, self.env["mis.report.instance"]).browse(wizard.action_open()["res_id"])
        rows = {row.kpi.name: row for row in instance._compute_matrix().iter_rows() if not row.account_id}
        self.assertEqual(next(rows["assets"].iter_cells()).val, 420000)
        self.assertTrue(instance.compute()["body"])
        self.assertEqual(instance.drilldown({})["type"], "ir.actions.act_window_close")
        self.assertEqual(instance.print_pdf()["report_name"], "koperasi_shu.report_statement")
        page = (
            self.env["ir.actions.report"]
            .with_user(self.ketua)
            ._render_qweb_html("koperasi_shu.report_statement", instance.ids)[0]
        )
        for text in (self.company.name, "420", self.ketua.name, self.bendahara.name):
            self.assertIn(text, page.decode())

    def test_another_cooperative_reads_nothing(self):
        wizard = self.as_user(self.ketua, self.env["koperasi.statement"]).create({"company_id": self.company.id})
        instance = wizard._make_instance()
        with self.assertRaises(AccessError):
            instance.with_user(self.other_bendahara).compute()
