from datetime import date

from odoo.tests import freeze_time, tagged

from .common import TODAY
from .test_loan import LoanCase


@tagged("post_install", "-at_install")
class TestLoanReports(LoanCase):
    """Own capital is 200.000, so one member may owe 30.000 (15 %) and all officers together 20.000 (10 %)."""

    def report(self, model, day=TODAY, user=None):
        records = self.as_user(user or self.pengawas, self.env[model])
        records.invalidate_model()
        return records.with_context(koperasi_as_of=str(day)).search([("company_id", "=", self.company.id)])

    def test_limits(self):
        self.running(31000)
        chair = self.active_member("Ketua")  # own capital is 300.000 now: 45.000 and 30.000
        self.ketua.partner_id = chair.partner_id
        self.company.koperasi_self_approval = True
        loan = self.new_loan(30001, chair, approve=False)
        loan.sudo()._set(state="approved")
        self.disburse(loan)
        rows = {row.member_id: row for row in self.report("koperasi.exposure.report")}
        siti, officer = rows[self.siti], rows[chair]
        self.assertEqual((siti.outstanding, siti.limit, siti.share, siti.is_over), (31000, 45000, 10.3, False))
        self.assertFalse(siti.is_related or siti.related_outstanding)
        self.assertEqual((officer.related_outstanding, officer.related_limit), (30001, 30000))
        self.assertTrue(officer.is_related and officer.is_over)
        self.assertFalse(self.report("koperasi.exposure.report", date(2026, 11, 23)))

    def test_schedule(self):
        """Ten times 100.000 and 10.000; the first paid on 24 December is gone from then on, not the day before."""
        loan = self.running()
        rows = self.report("koperasi.schedule.report")
        self.assertEqual((len(rows), sum(rows.mapped("total"))), (10, 1100000))
        self.assertEqual(rows[0].due_date, date(2026, 12, 24))
        with freeze_time("2026-12-24 03:00:00"):
            session = self.open_session(self.bendahara, "KAS", day=date(2026, 12, 24))
            self.as_user(self.bendahara, loan)._pay(110000, session)
        self.assertEqual(len(self.report("koperasi.schedule.report", date(2026, 12, 23))), 10)
        self.assertEqual(len(self.report("koperasi.schedule.report", date(2026, 12, 24))), 9)
        late = self.report("koperasi.schedule.report", date(2027, 2, 25)).filtered("is_late")
        self.assertEqual(sum(late.mapped("total")), 220000)  # January and February
        # The same as the loan itself says.
        self.assertEqual(loan.with_context(koperasi_as_of="2027-02-25").arrears, 220000)

    def test_by_purpose(self):
        self.running()
        quality = self.as_user(self.pengawas, self.env["koperasi.collectibility"])
        groups = quality._read_group([("company_id", "=", self.company.id)], ["purpose"], ["outstanding:sum"])
        self.assertEqual(groups, [("productive", 1000000)])
