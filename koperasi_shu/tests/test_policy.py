from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import ShuCase


@tagged("post_install", "-at_install")
class TestPolicy(ShuCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env["koperasi.shu.policy"].search([("company_id", "=", cls.company.id)])

    def test_set_up(self):
        self.assertEqual((self.policy.member_total, self.policy.other_total), (100, 100))
        self.assertEqual(set(self.policy.product_ids.mapped("savings_class")), {"pokok", "wajib"})
        self.assertEqual(self.company.koperasi_shu_product_id.account_id, self.koperasi_account("2141"))
        self.assertEqual(self.company.koperasi_shu_undistributed_account_id, self.koperasi_account("3302"))
        self.assertEqual(self.koperasi_account("4101").koperasi_business, "member_income")
        self.assertEqual(self.koperasi_account("4301").koperasi_business, "miscellaneous")
        self.assertEqual(self.koperasi_account("1201").koperasi_position, "loan")
        self.assertEqual(self.policy.with_context(lang="id_ID").name, "Kebijakan SHU")

    def test_again_changes_nothing(self):
        item = self.policy._item("member", "sosial")
        self.policy.write(
            {
                "member_item_ids": [
                    (1, item.id, {"percent": 3}),
                    (1, self.policy._item("member", "wilayah").id, {"percent": 0}),
                ]
            }
        )
        self.koperasi_account("4105").koperasi_business = "other_income"
        self.company._koperasi_load_accounts()
        self.assertEqual(item.percent, 3)
        self.assertEqual(self.koperasi_account("4105").koperasi_business, "other_income")
        self.assertEqual(self.env["koperasi.shu.policy"].search_count([("company_id", "=", self.company.id)]), 1)

    def test_each_table_totals_100(self):
        for field, table in (("member_item_ids", "member"), ("other_item_ids", "other")):
            item = self.policy._item(table, "cadangan")
            for percent in (0, 45, item.percent + 0.0001):
                with self.assertRaisesRegex(ValidationError, "exactly 100"):
                    self.policy.write({field: [(1, item.id, {"percent": percent})]})

    def test_changed_behind_the_form_is_refused_at_use(self):
        self.policy._item("member", "cadangan").percent = 45
        with self.assertRaisesRegex(ValidationError, "105"):
            self.new_period(2025).action_compute()

    def test_non_members_surplus_is_not_for_members(self):
        with self.assertRaisesRegex(ValidationError, "shared among members"):
            self.policy._item("other", "sosial").target = "patronage"

    def test_account_of_members_is_no_fund(self):
        with self.assertRaisesRegex(ValidationError, "account of its own"):
            self.policy._item("other", "sosial").account_id = self.koperasi_account("2101")

    def test_who_may_change_it(self):
        for user in (self.bendahara, self.pengawas, self.both):
            policy = self.as_user(user, self.policy)
            if user == self.both:
                policy.rounding = "100"  # chair here
                continue
            with self.assertRaises(AccessError):
                policy.rounding = "100"
        with self.assertRaises(AccessError):
            self.as_user(self.other_bendahara, self.policy).read(["name"])
