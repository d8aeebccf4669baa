from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import TODAY
from .test_loan import LoanCase

EVENING = "2027-01-05"  # the first installment, due on 24 December, is 12 days late


@tagged("post_install", "-at_install")
class TestLoanVisit(LoanCase):
    """A collector's evening: 10 x 110.000, of which the first is late."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flat = cls.new_product()
        cls.siti.partner_id.sudo().write({"phone": "0812-3456-7890", "street": "Gang Melati 1"})
        cls.siti.sudo().rt = "03"
        cls.loan = cls.new_loan(product=cls.flat)
        cls.as_user(cls.bendahara, cls.loan)._disburse(cls.vault.sudo().journal_id, TODAY, session=cls.vault)

    def row(self, user=None):
        self.env.flush_all()
        self.env["koperasi.collectibility"].invalidate_model()
        rows = self.as_user(user or self.petugas, self.env["koperasi.collectibility"])
        return rows.search([("loan_id", "=", self.loan.id), ("days_late", ">", 0)])

    def visit(self, user=None, **vals):
        return self.as_user(user or self.petugas, self.env["koperasi.loan.visit"]).create(
            {"loan_id": self.loan.id, "outcome": "promised", "promise_date": "2027-01-08", **vals}
        )

    def activities(self):
        return self.loan._collect_activities()

    def test_what_she_has_in_her_hand(self):
        with freeze_time(f"{EVENING} 03:00:00"):
            row = self.row()
            self.assertEqual((row.due_amount, row.days_late, row.phone), (110000, 12, "0812-3456-7890"))
            self.assertEqual(row.address, "Gang Melati 1, RT 03 / RW 05")
            self.assertTrue(row.whatsapp_url.startswith("https://wa.me/6281234567890?text="))
            self.assertIn("Siti", row.whatsapp_url)
            self.assertIn("Rp%20110.000", row.whatsapp_url)
            self.assertIn("24/12/2026", row.whatsapp_url.replace("%2F", "/"))
            self.assertEqual(row.action_take()["res_model"], "koperasi.loan.operation")
            self.assertEqual(row.action_visit()["context"], {"default_loan_id": self.loan.id})
            with self.assertRaises(AccessError):
                self.row(self.pengawas).action_visit()

    def test_a_promise_comes_back_on_its_day(self):
        with freeze_time(f"{EVENING} 03:00:00"):
            self.visit(promise_amount=50000, note="setelah panen")
            self.assertEqual(
                (self.activities().date_deadline, self.activities().user_id), (date(2027, 1, 8), self.petugas)
            )
            self.assertIn("Rp 50.000", self.activities().summary)
            self.assertIn("setelah panen", self.row().last_visit)
            visit = self.visit(promise_date="2027-01-10")  # she promised anew
            self.assertEqual(self.activities().date_deadline, date(2027, 1, 10))
            with self.assertRaisesRegex(UserError, "stays as it was written"):
                visit.sudo().note = "lain"
            with self.assertRaisesRegex(UserError, "the day on which she promised"):
                self.visit(promise_date=False)
            with self.assertRaisesRegex(UserError, "lies ahead"):
                self.visit(promise_date="2027-01-04")
            with self.assertRaises(AccessError):
                self.visit(self.ketua)
            self.assertEqual(self.visit(outcome="not_home", promise_date=False).user_id, self.petugas)

    def test_each_night(self):
        """Late since today: the collector of her RW, else the treasurer, has it to do until it is paid; once."""
        loans = self.env["koperasi.loan"]
        with freeze_time("2026-12-24 03:00:00"):
            loans._cron_collect()
            self.assertFalse(self.activities())
        with freeze_time(f"{EVENING} 03:00:00"):
            for _night in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                loans._cron_collect()
            self.assertEqual((len(self.activities()), self.activities().user_id), (1, self.bendahara))
            self.activities().unlink()
            self.siti.sudo().rw_id.collector_id = self.petugas
            loans._cron_collect()
            self.assertEqual(self.activities().user_id, self.petugas)
            session = self.open_session(day=date(2027, 1, 5))
            self.as_user(self.petugas, self.loan)._pay(110000, session)
            self.env.flush_all()
            self.env.invalidate_all()
            loans._cron_collect()
            self.assertFalse(self.activities())
