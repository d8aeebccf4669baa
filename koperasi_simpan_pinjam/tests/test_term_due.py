from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_term import TestTerm


@tagged("post_install", "-at_install")
class TestTermDue(TestTerm):
    """What falls due is proposed to the treasurer: 10.000.000 from 15 November at 6 % are due 50.000 on 15 December."""

    allow_inherited_tests_method = False

    def _due(self):
        self.env.invalidate_all()  # of another day
        terms = self.as_user(self.bendahara, self.env["koperasi.savings.term"])
        page = self.as_user(self.bendahara, self.env["koperasi.home"]).with_company(self.company).get_page()
        [*counts] = [task["count"] for task in page["tasks"] if task["label"].startswith("Term deposits")]
        found = terms.search([("company_id", "=", self.company.id), ("is_due", "=", True)])
        self.assertEqual(counts, [len(found)] if found else [])
        return found

    def test_proposed_and_paid(self):
        term, at_maturity = self._opened(), self._opened(payment="maturity")
        with self.day("2026-12-14"):
            self.assertFalse(self._due())
        with self.day("2026-12-15"):
            self.assertEqual(self._due(), term)
            run = self.env["koperasi.run"].browse(self._due().action_pay_due()["res_id"])
            self._work(run)
            self.assertEqual((run.state, run.requested_by_id, self.sukarela.balance), ("done", self.bendahara, 50000))
            self.assertFalse(self._due())
            self.assertEqual(term.with_user(self.bendahara).action_pay_due()["res_id"], run.id)  # not twice
        with self.day("2027-02-15"):
            self.assertEqual(self._due(), term | at_maturity)
            terms = self.as_user(self.bendahara, self.env["koperasi.savings.term"]).with_company(self.company)
            self._work(self.env["koperasi.run"].browse(terms.action_pay_due()["res_id"]))
            self.assertEqual((term.state, at_maturity.state), ("paid", "paid"))
            self.assertFalse(self._due())
        self.assertBooksAgree()

    def test_only_the_treasurer(self):
        term = self._opened()
        with self.day("2026-12-15"):
            for user in (self.petugas, self.ketua, self.pengawas, self.other_bendahara):
                with self.assertRaises(AccessError):
                    self.as_user(user, term).action_pay_due()
