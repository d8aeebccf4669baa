from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .common import TODAY, KoperasiCase


@tagged("post_install", "-at_install")
class TestFundraising(KoperasiCase, HttpCase):
    """RW 05 gathers Rp 2.000.000 for hydroponic racks, until 30 November."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vault = cls.open_session(cls.bendahara, "KAS")
        cls.siti, cls.aminah, cls.wati = (cls.new_member(name) for name in ("Siti", "Aminah", "Wati"))
        for member in (cls.siti, cls.aminah, cls.wati):
            cls.deposit(cls.account(member, "pokok"), 100000, cls.vault)
            cls.deposit(cls.account(member, "sukarela"), 50000, cls.vault)
            cls.as_user(cls.ketua, member).action_approve()
        cls.campaign = cls._campaign()
        cls.campaign.action_submit()
        cls.as_user(cls.ketua, cls.campaign).action_approve()

    @classmethod
    def _campaign(cls, name="Rak Hidroponik RW 05", **vals):
        return cls.as_user(cls.bendahara, cls.env["koperasi.fundraising"]).create(
            {
                "name": name,
                "purpose": "Empat rak untuk kebun RW",
                "business_kind": "Hidroponik",
                "company_id": cls.company.id,
                "target": 2000000,
                "deadline": date(2026, 11, 30),
                "product_id": cls.env.ref(f"account.{cls.company.id}_koperasi_product_campaign").id,
                "months_locked": 6,
                **vals,
            }
        )

    def give(self, member, amount, user=None, campaign=None, **vals):
        user = user or self.bendahara
        form = self.as_user(user, self.env["koperasi.fundraising.deposit"]).create(
            {"fundraising_id": (campaign or self.campaign).id, "member_id": member.id, "amount": amount, **vals}
        )
        return form._record()

    def apply(self, member, amount, campaign=None):
        loan = self.as_user(self.petugas, self.env["koperasi.loan"]).create(
            {
                "member_id": member.id,
                "amount": amount,
                "product_id": self.env.ref(f"account.{self.company.id}_koperasi_loan_product_warga").id,
                "fundraising_id": (campaign or self.campaign).id,
            }
        )
        loan.action_submit()
        self.as_user(self.ketua, loan).action_approve()
        return loan

    def own(self, member):
        return member.savings_ids.filtered("fundraising_id")

    def end_campaign(self):
        """The day after, by the scheduler."""
        with freeze_time("2026-12-01 03:00:00"):
            self.env["koperasi.fundraising"].sudo()._cron_deadline()

    def give_back(self, day="2026-12-01 04:00:00"):
        with freeze_time(day):
            action = self.as_user(self.bendahara, self.campaign).action_give_back()
            run = self.env["koperasi.run"].browse(action["res_id"])
            while run.state in ("queued", "running"):
                run.sudo()._process_chunk(1)  # a chunk for each account: killed in between, it goes on
            return run

    def test_the_target_releases_the_loans(self):
        loans = [self.apply(member, 1000000) for member in (self.siti, self.aminah)]
        self.assertEqual([loan.state for loan in loans], ["queued", "queued"])
        self.assertEqual((loans[0].queue_place, loans[0].queue_missing), (0, 2000000))
        before = self.company._koperasi_loanable_units(self.env["koperasi.loan"])
        self.give(self.siti, 1500000)
        self.assertEqual(self.campaign.collected, 1500000)
        self.assertEqual(self.campaign.progress, 75)
        # What is gathered is nobody else's to borrow: the general funds are as before.
        self.assertEqual(self.company._koperasi_loanable_units(self.env["koperasi.loan"]), before)
        with self.assertRaises(UserError):
            self.withdraw(self.own(self.siti), 1000, self.vault)
        self.give(self.wati, 500000)
        self.assertEqual(self.campaign.state, "reached")
        self.assertEqual(self.campaign.date_unlocked, date(2027, 5, 24))
        self.assertEqual([loan.state for loan in loans], ["approved", "approved"])
        todo = loans[0].sudo().activity_ids
        self.assertEqual(todo.user_id, self.bendahara)
        for loan in loans:
            voucher = self.as_user(self.bendahara, loan)._disburse(
                self.vault.sudo().journal_id, TODAY, session=self.vault
            )
            self.assertTrue(voucher)
            self.assertEqual(loan.state, "running")
        self.assertEqual(self.company._koperasi_loanable_units(self.env["koperasi.loan"]), before)
        with self.assertRaises(UserError):  # hers, but locked
            self.withdraw(self.own(self.siti), 1000, self.vault)
        with self.assertRaises(UserError):  # and full
            self.give(self.aminah, 1000)
        self.assertBooksAgree()

    def test_two_officers(self):
        """The teller and the treasurer take contributions; both count, and a double click counts once."""
        self.open_session(self.petugas, "KL1")
        form = self.as_user(self.petugas, self.env["koperasi.fundraising.deposit"]).create(
            {"fundraising_id": self.campaign.id, "member_id": self.siti.id, "amount": 100000}
        )
        self.assertEqual(form._record(), form._record())
        self.give(self.siti, 200000)
        self.give(self.aminah, 30000, money="savings")
        self.assertEqual(len(self.own(self.siti)), 1)
        self.assertEqual(self.campaign.collected, 330000)
        self.assertEqual(self.account(self.aminah, "sukarela").balance, 20000)
        self.assertEqual(self.campaign.contributor_count, 2)
        self.assertBooksAgree()

    def test_over_the_target(self):
        """Rp 2.500.000 for two loans of 2.000.000 and 600.000: the first is paid, the second stays in the queue."""
        first, second = self.apply(self.siti, 2000000), self.apply(self.aminah, 600000)
        self.give(self.wati, 2500000)
        self.assertEqual(self.campaign.progress, 100)
        self.assertEqual((first.state, second.state), ("approved", "queued"))
        self.assertEqual(self.campaign.missing, 0)

    def test_last_day(self):
        with freeze_time("2026-11-30 12:00:00"):  # 19:00 in Jakarta
            self.env["koperasi.fundraising"].sudo()._cron_deadline()
            self.assertEqual(self.campaign.state, "open")
            self.assertEqual(self.campaign.days_left, 1)
            session = self.open_session(self.petugas, "KL1", day=date(2026, 11, 30))
            self.give(self.siti, 2000000, user=self.petugas)
            self.assertEqual(self.campaign.state, "reached")
            self.assertEqual(session.state, "open")

    def test_after_the_last_day(self):
        self.give(self.siti, 10000)
        with freeze_time("2026-12-01 03:00:00"):
            self.open_session(self.petugas, "KL1", day=date(2026, 12, 1))
            with self.assertRaisesRegex(UserError, "collected until"):
                self.give(self.siti, 10000, user=self.petugas)

    def test_failed(self):
        loan = self.apply(self.siti, 1000000)
        self.give(self.siti, 300000)
        self.give(self.aminah, 200000)
        self.end_campaign()
        self.assertEqual(self.campaign.state, "failed")
        self.assertEqual(self.campaign.sudo().activity_ids.user_id, self.bendahara)
        # The loan waits as others do: of 450.000 in cash 20 % of 150.000 stay, 1.000.000 - 420.000 are missing.
        self.assertEqual(loan.state, "queued")
        self.assertEqual((loan.queue_place, loan.queue_missing), (1, 580000))
        run = self.give_back()
        self.assertEqual((run.state, run.done_count), ("done", 2))
        self.assertEqual([self.account(m, "sukarela").balance for m in (self.siti, self.aminah)], [350000, 250000])
        self.assertEqual(self.campaign.held, 0)
        self.assertEqual(self.campaign.collected, 500000)
        # Again: the same day's run is shown, the next day's finds nothing.
        self.assertEqual(self.give_back(), run)
        self.assertEqual(self.give_back("2026-12-02 04:00:00").done_count, 0)
        self.assertEqual(self.account(self.siti, "sukarela").balance, 350000)
        self.assertBooksAgree(as_of=date(2026, 12, 2))

    def test_taken_back_and_given_back_again(self):
        self.give(self.siti, 300000)
        self.end_campaign()
        run = self.give_back()
        with freeze_time("2026-12-01 05:00:00"):
            self.as_user(self.ketua, run).action_reverse()
            while run.state == "reversing":
                run.sudo()._process_chunk()
        self.assertEqual(self.own(self.siti).balance, 300000)
        self.give_back()
        self.assertEqual(self.own(self.siti).balance, 0)
        self.assertEqual(self.account(self.siti, "sukarela").balance, 350000)

    def test_closed_period(self):
        """A run of a day that was closed meanwhile moves nothing."""
        self.give(self.siti, 300000)
        self.end_campaign()
        with freeze_time("2026-12-01 04:00:00"):
            self.company.sudo().fiscalyear_lock_date = date(2026, 12, 1)
            with self.assertRaises(UserError):
                self.as_user(self.bendahara, self.campaign).action_give_back()
        self.assertEqual(self.own(self.siti).balance, 300000)

    def test_who_decides(self):
        with self.assertRaises(AccessError):
            self.as_user(self.petugas, self.env["koperasi.fundraising"]).create({"name": "x"})
        campaign = self._campaign("Lain")
        campaign.action_submit()
        with self.assertRaises(AccessError):
            campaign.action_approve()
        with self.assertRaises(UserError):
            campaign.write({"state": "open"})
        with self.assertRaises(UserError):
            campaign.write({"target": 1})
        with self.assertRaises(UserError):
            self.give(self.siti, 1000, campaign=campaign)
        with self.assertRaises(AccessError):  # before the last day the chair gives up, nobody else
            self.as_user(self.bendahara, self.campaign).action_close()
        self.as_user(self.ketua, self.campaign).action_close()
        self.assertEqual(self.campaign.state, "failed")
        with self.assertRaises(ValidationError):
            self._campaign("Kemarin", deadline=date(2026, 11, 23))

    def test_page(self):
        """Anybody sees the totals; fewer than three givers are not counted out, and nobody is named."""
        url = f"/koperasi/penggalangan/{self.campaign.slug}"
        self.give(self.siti, 700000)
        page = self.url_open(url)
        text = page.text.replace(",", ".")
        self.assertIn("Rp 700.000", text)
        self.assertIn('og:title" content="Rak Hidroponik RW 05"', page.text)
        self.assertNotIn("Siti", page.text)
        self.assertNotIn("members give", page.text)
        self.give(self.aminah, 1000)
        self.give(self.wati, 1000)
        self.assertIn("<b>3</b> members give", self.url_open(url).text)
        self.assertEqual(self.url_open(f"/koperasi/penggalangan/{self._campaign('Rahasia').slug}").status_code, 404)
        self.assertEqual(self.url_open(f"{url}/foto").status_code, 404)

    def test_on_her_page(self):
        self.give(self.siti, 700000)
        self.give(self.aminah, 1000)
        new_test_user(self.env, "siti", "base.group_portal", partner_id=self.siti.partner_id.id)
        self.authenticate("siti", "siti")
        text = self.url_open("/my/koperasi").text.replace(",", ".")
        self.assertIn("You gave <b>Rp 700.000</b>", text)
        self.assertIn("701.000", text)
