import base64
from datetime import date

from psycopg2 import errors

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import TODAY, KoperasiCase

PAPER = base64.b64encode(b"%PDF-1.4")


@tagged("post_install", "-at_install")
class TestExit(KoperasiCase):
    """Siti has 100.000 pokok, 480.000 wajib, 150.000 sukarela and 42.000 SHU (TV-EXIT)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.koperasi_exit_wait_months = 0
        cls.vault = cls.open_session(cls.bendahara, "KAS")
        cls.session = cls.open_session()
        cls.rich = cls.active_member("Aminah")
        cls.deposit(cls.account(cls.rich, "sukarela"), 20000000, cls.vault)
        cls.siti = cls.active_member("Siti", wajib=480000, sukarela=150000)
        cls.shu = cls.env["koperasi.savings.product"].create(
            {
                "name": "SHU",
                "code": "SHUX",
                "savings_class": "internal",
                "company_id": cls.company.id,
                "account_id": cls.env.ref(f"account.{cls.company.id}_koperasi_2141").id,
                "unit_id": cls.company.koperasi_savings_unit_id.id,
            }
        )
        account = cls.env["koperasi.savings.account"].create({"product_id": cls.shu.id, "member_id": cls.siti.id})
        cls.deposit(account, 42000, cls.session)
        cls.loan_product = cls.env.ref(f"account.{cls.company.id}_koperasi_loan_product_warga")

    @classmethod
    def active_member(cls, name, wajib=0, sukarela=0):
        member = cls.new_member(name)
        cls.deposit(cls.account(member, "pokok"), 100000, cls.session)
        if wajib:
            cls.deposit(cls.account(member, "wajib"), wajib, cls.session)
        if sukarela:
            cls.deposit(cls.account(member, "sukarela"), sukarela, cls.session)
        cls.as_user(cls.ketua, member).action_approve()
        return member

    def lend(self, amount, paid=0, to_savings=0, member=None):
        """A loan of ten installments at 10 % for the whole term, `paid` of them paid."""
        self.loan_product.interest_to_savings_percent = to_savings
        loan = self.as_user(self.petugas, self.env["koperasi.loan"]).create(
            {"member_id": (member or self.siti).id, "product_id": self.loan_product.id, "amount": amount}
        )
        loan.action_submit()
        self.as_user(self.ketua, loan).action_approve()
        self.as_user(self.bendahara, loan)._disburse(self.vault.sudo().journal_id, TODAY, session=self.vault)
        for row in loan.installment_ids[:paid]:
            self.as_user(self.petugas, loan)._pay(row.total, self.session, excess="ahead")
        return loan

    def leave(self, member=None, user=None, approve=True, settle=False, **vals):
        leaving = self.as_user(user or self.petugas, self.env["koperasi.member.exit"]).create(
            {"member_id": (member or self.siti).id, "reason": "Pindah ke Bandung", **vals}
        )
        if approve or settle:
            self.as_user(self.ketua, leaving).action_approve()
        if settle:
            self.as_user(self.bendahara, leaving).action_settle()
        return leaving

    def pay(self, leaving, amount, user=None, **options):
        return self.as_user(user or self.petugas, leaving)._pay(
            amount, self.session.sudo().journal_id, session=self.session, **options
        )

    def gl(self, code):
        """The credit balance of an account of docs/domain.md 2.2."""
        account = self.env.ref(f"account.{self.company.id}_koperasi_{code}")
        [[balance]] = self.env["account.move.line"]._read_group(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")], aggregates=["balance:sum"]
        )
        return -(balance or 0)

    # === DOCS/DOMAIN.MD 5.6 === #

    def test_tv_exit(self):
        """100.000 + 480.000 + 150.000 + 42.000 - 300.000 - 10.000 = 462.000."""
        loan = self.lend(1000000, paid=7)
        self.assertEqual(loan.outstanding, 300000)
        capital = self.gl("3101") + self.gl("3102")
        leaving = self.leave(approve=False)
        self.assertEqual((leaving.amount_rights, leaving.amount_debts), (772000, 310000))
        self.assertEqual((leaving.amount_payout, leaving.amount_shortfall, leaving.obstacles), (462000, 0, False))
        self.as_user(self.ketua, leaving).action_approve()
        # capital leaves equity at once, the rest waits
        self.assertEqual((capital - self.gl("3101") - self.gl("3102"), self.gl("2112")), (580000, 580000))
        self.assertEqual((self.siti.state, self.siti.date_left), ("left", TODAY))
        self.assertEqual(leaving.amount_payout, 462000)
        self.as_user(self.bendahara, leaving).action_settle()
        self.assertEqual((self.gl("2112"), self.gl("2141"), loan.state, loan.outstanding), (462000, 0, "paid", 0))
        self.assertEqual((leaving.amount_debts, leaving.amount_payout, leaving.amount_left), (310000, 462000, 462000))
        voucher = self.pay(leaving, 462000, key="once")
        self.assertEqual((voucher.kind, voucher.amount, leaving.amount_left), ("payment", 462000, 0))
        self.assertEqual(self.pay(leaving, 462000, key="once"), voucher)
        self.assertFalse(self.siti.has_open_business)
        accounts = self.siti.savings_ids - leaving.refund_id
        self.assertEqual((set(accounts.mapped("state")), accounts.mapped("balance")), ({"closed"}, [0] * 4))
        self.assertBooksAgree()

    def test_what_becomes_savings_is_hers(self):
        """Half of the service fee is hers: 7 x 5.000 paid so far and 5.000 of the payoff: 462.000 + 40.000."""
        loan = self.lend(1000000, paid=7, to_savings=50)
        leaving = self.leave(settle=True)
        self.assertEqual(leaving.amount_payout, 772000 + 7 * 5000 + 5000 - 310000)
        self.assertEqual((loan.state, leaving.amount_left), ("paid", 502000))
        self.assertEqual(set((self.siti.savings_ids - leaving.refund_id).mapped("state")), {"closed"})
        self.assertBooksAgree()

    def test_deductions(self):
        """2,5 % of 580.000 = 14.500; of 480.000 a tenth = 48.000 is kept."""
        self.company.write({"koperasi_exit_fee_percent": 2.5, "koperasi_exit_wajib_percent": 90})
        before = self.gl("4102")
        leaving = self.leave(settle=True)
        self.assertEqual((leaving.amount_kept, leaving.amount_payout), (62500, 709500))
        self.assertEqual((self.gl("4102") - before, leaving.amount_left), (62500, 709500))
        self.assertBooksAgree()

    def test_running_interest(self):
        """3.650.000 since 1 November at 6 %, by the day, settled on the 24th: 23 days x 600 = 13.800."""
        with freeze_time("2026-11-01 03:00:00"):
            day = self.open_session(self.bendahara, "KAS", day=date(2026, 11, 1))
            member = self.new_member("Rahayu")
            self.deposit(self.account(member, "sukarela"), 3650000, day)
        product = self.env.ref(f"account.{self.company.id}_koperasi_product_sukarela")
        self.set_rate(product, 6)
        product.interest_method = "daily"
        self.assertEqual(self.leave(member, approve=False).amount_payout, 3663800)
        leaving = member.exit_id
        self.as_user(self.ketua, leaving).action_approve()
        self.as_user(self.bendahara, leaving).action_settle()
        self.assertEqual((leaving.amount_payout, leaving.amount_left), (3663800, 3663800))
        self.assertBooksAgree()

    def test_interest_of_the_last_month_first(self):
        with freeze_time("2026-10-20 03:00:00"):
            day = self.open_session(self.bendahara, "KL1", day=date(2026, 10, 20))
            member = self.new_member("Rahayu")
            self.deposit(self.account(member, "sukarela"), 1000000, day)
        product = self.env.ref(f"account.{self.company.id}_koperasi_product_sukarela")
        self.set_rate(product, 6)
        leaving = self.leave(member)
        run = {"company_id": self.company.id, "product_id": product.id, "date_from": date(2026, 10, 1)}
        other = self.env["koperasi.run"].create({**run, "kind": "term_accrual"})
        other._set(state="done")  # a run of another kind of the same month credits no interest
        with self.assertRaisesRegex(UserError, "Run the savings interest of October 2026 for Voluntary Savings first"):
            self.as_user(self.bendahara, leaving).action_settle()

    def test_held(self):
        account = self.account(self.siti, "sukarela")
        self.as_user(self.bendahara, self.env["koperasi.savings.hold"]).create(
            {"savings_id": account.id, "amount": 1000, "reason": "legal"}
        )
        leaving = self.leave(approve=False)
        with self.assertRaisesRegex(UserError, "is held: release it first"):
            self.as_user(self.ketua, leaving).action_approve()

    def test_claim_of_a_loan_written_off(self):
        """1.000.000 is written off: nobody takes her savings home before it is recovered."""
        loan = self.lend(1000000)
        self.as_user(self.bendahara, loan)._propose_write_off("Tidak mampu", "BA 3/RAT/2026")
        self.as_user(self.ketua, loan).action_write_off()
        leaving = self.leave(approve=False)
        with self.assertRaisesRegex(UserError, "Rp 1.000.000 of loans written off is still to be recovered"):
            self.as_user(self.ketua, leaving).action_approve()

    def test_loan_not_covered(self):
        """2.000.000 and 20.000 of service fee against 772.000: with 1.248.000 missing nobody leaves of her own wish."""
        self.lend(2000000)
        leaving = self.leave(approve=False)
        self.assertEqual((leaving.amount_payout, leaving.amount_shortfall), (0, 1248000))
        with self.assertRaisesRegex(UserError, "Rp 1.248.000 is missing"):
            self.as_user(self.ketua, leaving).action_approve()
        applied = self.as_user(self.petugas, self.env["koperasi.loan"]).create(
            {"member_id": self.siti.id, "product_id": self.loan_product.id, "amount": 500000}
        )
        applied.action_submit()
        self.assertIn(f"{applied.number} waits for money", leaving.obstacles)

    def test_dismissed_with_debts(self):
        """772.000 pay three installments of 220.000 and 112.000 of the fourth: of 2.200.000 stay 1.428.000."""
        loan = self.lend(2000000)
        with self.assertRaises(AccessError):
            self.leave(kind="dismissed", approve=False)
        leaving = self.leave(kind="dismissed", user=self.sekretaris, settle=True)
        self.assertEqual((self.siti.state, loan.state, leaving.amount_left), ("dismissed", "running", 0))
        self.assertEqual(sum(row.total - row.paid_total for row in loan.installment_ids), 1428000)
        self.assertTrue(self.siti.has_open_business)
        counter = self.as_user(self.petugas, self.env["koperasi.counter"]).create({"member_id": self.siti.id})
        self.assertEqual((counter.in_ids.loan_id, counter.in_ids.savings_id.ids), (loan, []))
        self.as_user(self.petugas, loan)._pay(108000, self.session)
        self.assertBooksAgree()

    def test_a_visit_beside_the_exit(self):
        """Between approval and settlement nothing is taken, and nothing comes in: she is no member any more."""
        self.leave()
        with self.assertRaisesRegex(UserError, "paid out with her settlement"):
            self.withdraw(self.account(self.siti, "sukarela"), 1000, self.session)
        with self.assertRaisesRegex(UserError, "no longer a member"):
            self.deposit(self.account(self.siti, "wajib"), 20000, self.session)

    def test_waiting_period(self):
        """Approved on 24 November and paid after two months: from 24 January 2027."""
        self.company.koperasi_exit_wait_months = 2
        leaving = self.leave()
        self.assertEqual(leaving.pay_from, date(2027, 1, 24))
        with self.assertRaisesRegex(UserError, "lasts until"):
            self.as_user(self.bendahara, leaving).action_settle()
        with freeze_time("2027-01-24 03:00:00"):
            self.env.invalidate_all()
            self.as_user(self.bendahara, leaving).action_settle()
        self.assertEqual((leaving.state, leaving.settlement_id.date), ("settled", date(2027, 1, 24)))

    def test_dues_stop(self):
        """Asked on 5 November: that of November, due on the 10th, is not owed any more; August to October are."""
        member = self.new_member("Rahayu", date_joined=date(2026, 8, 20))
        self.assertEqual(member.dues_months_late, 4)
        leaving = self.leave(member, approve=False, date_requested=date(2026, 11, 5))
        self.env.invalidate_all()
        self.assertEqual((member.dues_months_late, member.dues_arrears), (3, 60000))
        self.as_user(self.petugas, leaving).action_cancel()
        self.env.invalidate_all()
        self.assertEqual(member.dues_months_late, 4)

    def test_invoices_first(self):
        partner = self.siti.partner_id
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "company_id": self.company.id,
                "invoice_date": TODAY,
                "invoice_line_ids": [(0, 0, {"name": "Kangkung", "price_unit": 12000, "tax_ids": []})],
            }
        )
        invoice.action_post()
        leaving = self.leave()
        with self.assertRaisesRegex(UserError, "unpaid invoices of Rp 12.000"):
            self.as_user(self.bendahara, leaving).action_settle()

    # === WHO === #

    def test_who_decides(self):
        leaving = self.leave(approve=False)
        for user in (self.petugas, self.bendahara, self.sekretaris, self.pengawas):
            with self.assertRaises(AccessError):
                self.as_user(user, leaving).action_approve()
        self.ketua.partner_id = self.siti.partner_id
        with self.assertRaisesRegex(UserError, "her own exit"):
            self.as_user(self.ketua, leaving).action_approve()
        mine = self.leave(self.active_member("Wati"), user=self.both, approve=False)
        with self.assertRaisesRegex(UserError, "second person"):
            self.as_user(self.both, mine).action_approve()

    def test_officer(self):
        member = self.active_member("Pengurus")
        user = self._new_person("pengurus", pengawas=self.company)
        user.partner_id = member.partner_id
        leaving = self.leave(member, approve=False)
        with self.assertRaisesRegex(UserError, "end her term first"):
            self.as_user(self.ketua, leaving).action_approve()

    def test_payer_is_not_the_approver(self):
        leaving = self.leave(settle=True)
        leaving.sudo()._set(approved_by_id=self.petugas.id)
        with self.assertRaisesRegex(UserError, "second person"):
            self.pay(leaving, 1000)
        bank = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "bank")], limit=1
        )
        with self.assertRaises(AccessError):
            self.as_user(self.petugas, leaving)._pay(1000, bank)
        self.assertEqual(self.as_user(self.bendahara, leaving)._pay(772000, bank).journal_id, bank)
        self.assertBooksAgree()

    def test_terms_are_fixed(self):
        leaving = self.leave(approve=False)
        for vals in ({"state": "settled"}, {"reason": "x"}, {"member_id": self.rich.id}, {"refund_id": False}):
            with self.assertRaisesRegex(UserError, "by its actions only"):
                leaving.write(vals)
        with self.assertRaisesRegex(UserError, "is kept"):
            leaving.sudo().unlink()
        with self.assertRaises(errors.UniqueViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.leave(approve=False)
        self.as_user(self.ketua, leaving).action_approve()
        self.as_user(self.bendahara, leaving).action_settle()
        self.env.flush_all()
        with self.assertRaisesRegex(UserError, "no member any more"):
            self.leave(approve=False)

    # === DOCS/DOMAIN.MD 5.7 === #

    def test_heirs(self):
        """772.000 for a husband with 50 % and two children with 25 % each: 386.000, 193.000, 193.000."""
        heirs = self.env["koperasi.member.heir"].create(
            [
                {"member_id": self.siti.id, "name": name, "relation": relation, "share": share}
                for name, relation, share in (("Ahmad", "spouse", 50), ("Budi", "child", 25), ("Cici", "child", 25))
            ]
        )
        leaving = self.leave(kind="deceased", approve=False)
        with self.assertRaisesRegex(UserError, "death certificate"):
            self.as_user(self.ketua, leaving).action_approve()
        leaving.death_certificate = PAPER
        self.as_user(self.ketua, leaving).action_approve()
        self.as_user(self.bendahara, leaving).action_settle()
        self.assertEqual(self.siti.state, "deceased")
        with self.assertRaisesRegex(UserError, "Choose the heir"):
            self.pay(leaving, 1000)
        with self.assertRaisesRegex(UserError, "letter of the heirs"):
            self.pay(leaving, 1000, heir=heirs[0])
        leaving.heir_letter = PAPER
        forms = self.as_user(self.petugas, self.env["koperasi.member.exit.payment"])
        for heir, amount in zip(heirs, (386000, 193000, 193000)):
            form = forms.create({"exit_id": leaving.id, "heir_id": heir.id})
            self.assertEqual((form.amount, form.session_id), (amount, self.session))
            form.action_confirm()
        self.assertEqual(leaving.amount_left, 0)
        self.assertEqual(leaving._payments().mapped("party"), ["Ahmad", "Budi", "Cici"])
        self.assertBooksAgree()

    def test_loan_of_who_died(self):
        """What she has pays first; what is missing stays, for heirs and guarantors."""
        loan = self.lend(2000000)
        leaving = self.leave(kind="deceased", approve=False)
        leaving.death_certificate = PAPER
        self.as_user(self.ketua, leaving).action_approve()
        self.as_user(self.bendahara, leaving).action_settle()
        self.assertEqual((loan.state, leaving.amount_payout, leaving.amount_left), ("running", 0, 0))
        # paid: 3 x 200.000 and 92.000 of principal; of the next one 20.000 of service fee went first
        self.assertEqual((loan.outstanding, leaving.amount_debts), (1308000, 772000))

    # === UNDO AND COMING BACK === #

    def test_take_back(self):
        loan = self.lend(1000000, paid=7)
        balances = {account: account.balance for account in self.siti.savings_ids}
        leaving = self.leave(settle=True)
        with self.assertRaisesRegex(UserError, "second person"):
            self.as_user(self.bendahara, leaving).action_take_back()
        self.as_user(self.ketua, leaving).action_take_back()
        self.assertEqual((leaving.state, loan.state, loan.outstanding), ("approved", "running", 300000))
        self.assertEqual(leaving.amount_payout, 462000)
        self.as_user(self.bendahara, leaving).action_take_back()
        self.assertEqual((leaving.state, self.siti.state, self.siti.date_left), ("requested", "active", False))
        self.assertEqual({account: account.balance for account in balances}, balances)
        self.assertEqual(self.siti.period_ids.mapped("date_to"), [False])
        self.assertBooksAgree()
        self.as_user(self.ketua, leaving).action_approve()
        self.as_user(self.bendahara, leaving).action_settle()
        self.pay(leaving, 462000)
        with self.assertRaisesRegex(UserError, "paid already"):
            self.as_user(self.ketua, leaving).action_take_back()
        self.assertBooksAgree()

    def test_payment_corrected(self):
        leaving = self.leave(settle=True)
        voucher = self.pay(leaving, 772000)
        correction = self.as_user(self.petugas, self.env["koperasi.correction"]).create(
            {"transaction_id": voucher.id, "reason": "Salah orang"}
        )
        self.as_user(self.bendahara, correction).action_approve()
        self.assertEqual((leaving.amount_left, self.siti.has_open_business), (772000, True))
        self.pay(leaving, 772000)
        self.assertBooksAgree()

    def test_rejoin(self):
        """A new number, new accounts, a new period; the old number is never given again (docs/domain.md 5.6, 6.4)."""
        first = self.siti.number
        leaving = self.leave(settle=True)
        siti = self.as_user(self.petugas, self.siti)
        with self.assertRaisesRegex(UserError, "not settled yet"):
            siti.action_rejoin()
        self.pay(leaving, 772000)
        with self.assertRaises(AccessError):
            self.as_user(self.bendahara, self.siti).action_rejoin()
        siti.action_rejoin()
        self.assertEqual((siti.state, siti.date_joined, siti.exit_id.ids), ("candidate", TODAY, []))
        self.assertNotEqual(siti.number, first)
        pokok = self.account(siti, "pokok").filtered(lambda account: account.state == "open")
        self.deposit(pokok, 100000, self.session)
        self.as_user(self.ketua, siti).action_approve()
        self.assertEqual(siti.state, "active")
        self.assertEqual(siti.period_ids.sorted("id").mapped("number"), [first, siti.number])
        self.assertEqual(siti.period_ids.sorted("id").mapped("date_to"), [TODAY, False])
        again = self.leave(settle=True)
        self.assertEqual((again.amount_payout, leaving.amount_left), (100000, 0))
        self.assertNotEqual(again.refund_id, leaving.refund_id)
        self.assertBooksAgree()

    def test_candidate(self):
        """She paid half her share capital and thinks better of it."""
        member = self.new_member("Baru")
        self.deposit(self.account(member, "pokok"), 50000, self.session)
        leaving = self.leave(member, settle=True)
        self.pay(leaving, 50000)
        self.assertEqual((member.state, member.period_ids.ids), ("left", []))
        empty = self.leave(self.new_member("Kosong"), settle=True)
        self.assertEqual((empty.state, empty.amount_payout, empty.settlement_id.ids), ("settled", 0, []))

    # === PAPER === #

    def test_record(self):
        self.lend(1000000, paid=7)
        leaving = self.leave(settle=True)
        self.pay(leaving, 462000)
        html = (
            self.env["ir.actions.report"]
            .with_user(self.bendahara)
            ._render_qweb_html("koperasi_simpan_pinjam.report_member_exit", leaving.ids)[0]
            .decode()
        )
        for text in ("Rp 462.000", "480.000", "(310.000)", "empat ratus enam puluh dua ribu rupiah", self.siti.number):
            self.assertIn(text, html)
