from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_loan import LoanCase


@tagged("post_install", "-at_install")
class TestLoanSurvey(LoanCase):
    """Siti asks for 1.000.000 in ten installments of 110.000; Aminah is the head of her dasawisma."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.group = cls.env["koperasi.group"].create({"name": "Melati 1", "company_id": cls.company.id})
        (cls.siti | cls.rich).sudo().group_id = cls.group
        cls.group.head_id = cls.rich
        cls.env["koperasi.loan.rule"]._of(cls.company)
        rules = cls.env["koperasi.loan.rule"].search([("company_id", "=", cls.company.id)])
        rules.filtered(lambda rule: rule.rule == "income").write({"level": "warning", "limit": 35})
        rules.filtered(lambda rule: rule.rule == "ability").write({"level": "block", "limit": 75})

    def apply(self, member=None):
        return self.as_user(self.petugas, self.env["koperasi.loan"]).create(
            {"member_id": (member or self.siti).id, "product_id": self.product.id, "amount": 1000000}
        )

    def survey(self, loan, user=None, **vals):
        return self.as_user(user or self.petugas, self.env["koperasi.loan.survey"]).create(
            {"loan_id": loan.id, "income": 1000000, **vals}
        )

    def recommend(self, loan, says, user=None):
        return self.as_user(user or self.petugas, self.env["koperasi.loan.recommendation"]).create(
            {"loan_id": loan.id, "says": says}
        )

    def check(self, loan, rule):
        check = loan.sudo().check_ids.filtered(lambda check: check.rule == rule)
        return (check.level, check.value, check.limit, check.finding) if check else None

    def test_what_remains(self):
        """1.000.000 less 600.000, 150.000 and 103.334 are 146.666: 75 % are 109.999, 110.000 are too much."""
        loan = self.apply()
        self.assertEqual(self.check(loan, "ability")[0], "block")  # nobody has asked yet
        survey = self.survey(loan, household_costs=600000, business_costs=150000, other_debts=103334)
        self.assertEqual((survey.remaining, survey.installment), (146666, 110000))
        self.assertEqual(self.check(loan, "ability")[:3], ("block", 110000, 109999))
        self.assertEqual(self.check(loan, "income")[:3], ("ok", 110000, 350000))  # 35 % of 1.000.000
        survey.other_debts = 103333
        self.assertEqual(self.check(loan, "ability")[:3], ("ok", 110000, 110000))

    def test_what_she_said_herself_counts_without_a_survey(self):
        loan = self.apply()
        loan.write({"income": 1000000, "living_costs": 853333})
        self.assertEqual(self.check(loan, "ability")[:3], ("ok", 110000, 110000))

    def test_recommendation(self):
        loan = self.apply()
        self.assertEqual(self.check(loan, "group")[0::3], ("warning", "Not asked yet."))
        said = self.recommend(loan, "no")
        self.assertEqual((said.head_id, said.group_id), (self.rich, self.group))
        self.assertEqual(self.check(loan, "group")[0::3], ("warning", "She does not recommend it."))
        said.says = "yes"
        self.assertEqual(self.check(loan, "group")[0::3], ("ok", "She recommends it."))
        # Nobody recommends herself, and who is in no group needs nobody.
        self.assertIsNone(self.check(self.apply(self.rich), "group"))
        alone = self.apply(self.active_member("Rahayu"))
        self.assertIsNone(self.check(alone, "group"))
        with self.assertRaises(UserError):
            self.recommend(alone, "yes")

    def test_kept_once_it_is_decided(self):
        loan = self.apply()
        survey, said = self.survey(loan), self.recommend(loan, "yes")
        loan.action_submit()
        self.as_user(self.ketua, loan).action_approve()
        for record, vals in ((survey, {"income": 1}), (said, {"says": "no"})):
            with self.assertRaises(UserError):
                record.write(vals)
            with self.assertRaises(UserError):
                record.unlink()

    def test_who_fills_it_in(self):
        loan = self.apply()
        helper = self._new_person("endang", pendamping=self.company)
        self.assertTrue(self.survey(loan, helper))
        for user in (self.ketua, self.sekretaris, self.both):
            with self.assertRaises(AccessError):
                self.recommend(loan, "yes", user)

    def test_paper(self):
        loan = self.apply()

        def paper():
            report = self.as_user(self.petugas, self.env["ir.actions.report"])
            return report._render_qweb_html("koperasi_simpan_pinjam.report_loan_survey", loan.ids)[0].decode()

        self.assertIn("Recommends It / Does Not Recommend It (*)", paper())
        self.survey(loan, household_costs=600000)
        self.recommend(loan, "yes")
        self.assertIn("400.000", paper().replace(",", "."))  # 1.000.000 - 600.000
        self.assertIn("<b>Recommends It</b>", paper())
