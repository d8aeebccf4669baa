from datetime import date

from odoo.tests import freeze_time, tagged

from .test_loan import LoanCase

EVENING = "2027-01-05 03:00:00"  # the first installments, due on 24 December, are 12 days late


@tagged("post_install", "-at_install")
class TestNightly(LoanCase):
    """What the scheduler asks of the database each night does not grow with what there is to do."""

    def queries(self, night):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        night()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def members(self, *names, **vals):
        members = self.env["koperasi.member"]
        for name in names:
            member = self.new_member(name, **vals)
            self.deposit(self.account(member, "pokok"), 100000, self.session)
            self.as_user(self.ketua, member).action_approve()
            members |= member
        return members

    def test_late_loans(self):
        """Two loans become late, then four more; then two are paid, then four. Those before warm up."""
        loans, product, counts = self.env["koperasi.loan"], self.new_product(), []
        groups = [self.members(*names) for names in (["Dewi"], ["Ani", "Ida"], ["Eka", "Fitri", "Gita", "Hani"])]
        for group in groups:
            groups_loans = loans.browse()
            for member in group:
                groups_loans |= self.running(product=product, member=member)
            with freeze_time(EVENING):
                counts.append(self.queries(loans._cron_collect))
                self.assertEqual(set(groups_loans._collect_activities().mapped("res_id")), set(groups_loans.ids))
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 30)
        with freeze_time(EVENING):
            self.session = self.open_session(day=date(2027, 1, 5))
            counts = []
            for group in groups[1:]:  # one stays late
                for loan in group.loan_ids:
                    self.pay(loan, 110000)
                counts.append(self.queries(loans._cron_collect))
                self.assertFalse(group.loan_ids._collect_activities())
        self.assertEqual(counts[0], counts[1])

    def test_sleepers(self):
        """Two members fall asleep, then six; two wake up, then six."""
        asleep, awake = [], []
        sleepers = self.env["koperasi.member"]
        for names in (["Dewi"], ["Ani"], ["Eka", "Fitri", "Gita", "Hani"]):
            sleepers |= self.members(*names, date_joined=date(2026, 8, 20))
            for counts, months, state in ((asleep, 4, "dormant"), (awake, 12, "active")):
                self.company.koperasi_dormant_months = months
                counts.append(self.queries(self.env["koperasi.member"]._cron_dormant))
                self.assertEqual(set(sleepers.mapped("state")), {state})
        self.assertEqual(asleep[1], asleep[2])
        self.assertEqual(awake[1], awake[2])

    def test_campaigns_loans(self):
        """A campaign for one loan is over, and one for three."""
        product = self.env.ref(f"account.{self.company.id}_koperasi_product_campaign")
        counts = []
        for names in (["Dewi"], ["Ani"], ["Eka", "Fitri", "Gita"]):
            campaign = self.as_user(self.bendahara, self.env["koperasi.fundraising"]).create(
                {
                    "name": f"Rak Hidroponik {names[0]}",
                    "purpose": "Empat rak untuk kebun RW",
                    "business_kind": "Hidroponik",
                    "company_id": self.company.id,
                    "target": 20000000,
                    "deadline": date(2026, 11, 30),
                    "product_id": product.id,
                    "months_locked": 6,
                }
            )
            campaign.action_submit()
            self.as_user(self.ketua, campaign).action_approve()
            for member in self.members(*names):
                loan = self.new_loan(member=member, approve=False)
                loan.sudo().fundraising_id = campaign
                self.as_user(self.ketua, loan).action_approve()
                self.assertEqual(loan.state, "queued")
            with freeze_time("2026-12-01 03:00:00"):
                counts.append(self.queries(self.env["koperasi.fundraising"].sudo()._cron_deadline))
            self.assertEqual(campaign.state, "failed")
            for loan in campaign.sudo().loan_ids:
                self.assertIn("was not reached", loan.message_ids[0].body)
        self.assertEqual(counts[1], counts[2])
