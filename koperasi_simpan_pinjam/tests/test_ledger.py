from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import TODAY, KoperasiCase


@tagged("post_install", "-at_install")
class TestLedger(KoperasiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.siti = cls.new_member("Siti Aminah")
        cls.session = cls.open_session()
        cls.sukarela = cls.account(cls.siti, "sukarela")
        cls.pokok = cls.account(cls.siti, "pokok")

    def test_deposit(self):
        receipt = self.deposit(self.sukarela, 150000, self.session)
        self.assertEqual(receipt.number, "BKM/KL1/2026/0001")
        self.assertEqual(receipt.kind, "receipt")
        self.assertEqual(receipt.member_id, self.siti)
        self.assertEqual(receipt.date, TODAY)
        self.assertEqual(self.sukarela.balance, 150000)
        move = receipt.sudo().move_id
        self.assertEqual(move.state, "posted")
        self.assertEqual(move.date, TODAY)
        self.assertEqual(move.ref, receipt.number)
        self.assertNotEqual(move.name, receipt.number)
        unit = {str(self.company.koperasi_savings_unit_id.id): 100}
        self.assertRecordValues(
            move.line_ids.sorted("balance"),
            [
                {
                    "account_id": self.sukarela.product_id.account_id.id,
                    "balance": -150000,
                    "analytic_distribution": unit,
                    "partner_id": self.siti.partner_id.id,
                },
                {
                    "account_id": self.session.sudo().journal_id.default_account_id.id,
                    "balance": 150000,
                    "analytic_distribution": unit,
                    "partner_id": self.siti.partner_id.id,
                },
            ],
        )
        self.assertBooksAgree()

    def test_numbers_per_box_kind_and_year_without_gaps(self):
        numbers = [self.deposit(self.sukarela, 1000, self.session).number for _i in range(3)]
        numbers.append(self.withdraw(self.sukarela, 1000, self.session).number)
        self.assertEqual(numbers, ["BKM/KL1/2026/0001", "BKM/KL1/2026/0002", "BKM/KL1/2026/0003", "BKK/KL1/2026/0001"])

    def test_withdrawal_above_the_balance(self):
        self.deposit(self.sukarela, 40000, self.session)
        with self.assertRaisesRegex(UserError, "Siti Aminah.*Rp 40.000.*Rp 50.000"):
            self.withdraw(self.sukarela, 50000, self.session)
        self.assertEqual(self.sukarela.balance, 40000)
        self.assertBooksAgree()

    def test_share_capital_is_not_withdrawable(self):
        self.deposit(self.pokok, 100000, self.session)
        with self.assertRaisesRegex(UserError, "can't be withdrawn"):
            self.withdraw(self.pokok, 100000, self.session)

    def test_transfer_is_a_memorial(self):
        self.deposit(self.sukarela, 90000, self.session)
        wajib = self.account(self.siti, "wajib")
        memo = self.as_user(self.petugas, self.sukarela)._transfer(wajib, 20000, TODAY)
        self.assertEqual(memo.number, "BM/BM/2026/0001")
        self.assertFalse(memo.tender_ids)
        self.assertEqual((self.sukarela.balance, wajib.balance), (70000, 20000))
        self.assertBooksAgree()

    def test_same_key_gives_the_first_result(self):
        first = self.deposit(self.sukarela, 50000, self.session, key="k1")
        self.assertEqual(self.deposit(self.sukarela, 50000, self.session, key="k1"), first)
        self.assertEqual(self.sukarela.balance, 50000)
        with self.assertRaisesRegex(UserError, "already recorded as BKM/KL1/2026/0001"):
            self.deposit(self.sukarela, 60000, self.session, key="k1")

    def test_same_key_answers_after_the_session_is_closed(self):
        first = self.withdraw_all()
        self.as_user(self.petugas, self.session)._do_close(0)
        self.assertEqual(self.withdraw(self.sukarela, 50000, self.session, key="all"), first)

    def withdraw_all(self):
        self.deposit(self.sukarela, 50000, self.session)
        return self.withdraw(self.sukarela, 50000, self.session, key="all")

    def test_fraction_of_a_rupiah(self):
        with self.assertRaisesRegex(UserError, "fraction"):
            self.deposit(self.sukarela, 1000.5, self.session)
        self.assertFalse(self.sukarela.line_ids)

    def test_closed_month(self):
        """A locked date is refused; Odoo alone would move it to an open day without a word."""
        self.deposit(self.sukarela, 50000, self.session)
        self.company.fiscalyear_lock_date = date(2026, 10, 31)
        wajib = self.account(self.siti, "wajib")
        with self.assertRaisesRegex(UserError, "closed up to"):
            self.as_user(self.petugas, self.sukarela)._transfer(wajib, 1000, date(2026, 10, 31))
        self.assertFalse(wajib.line_ids)
        with self.assertRaisesRegex(UserError, "closed up to"):
            self.open_session(self.bendahara, "KAS", day=date(2026, 10, 31))

    def test_future_and_far_back(self):
        self.deposit(self.sukarela, 50000, self.session)
        wajib = self.account(self.siti, "wajib")
        for day, message in ((date(2026, 11, 25), "not come yet"), (date(2026, 11, 16), "too far back")):
            with self.assertRaisesRegex(UserError, message):
                self.as_user(self.petugas, self.sukarela)._transfer(wajib, 1000, day)

    def test_backdated_debit_never_makes_a_past_balance_negative(self):
        """50.000 came in today: yesterday there was nothing to take."""
        self.deposit(self.sukarela, 50000, self.session)
        wajib = self.account(self.siti, "wajib")
        with self.assertRaisesRegex(UserError, "less than"):
            self.as_user(self.petugas, self.sukarela)._transfer(wajib, 1000, date(2026, 11, 23))

    def test_reversal_needs_a_second_person(self):
        receipt = self.deposit(self.sukarela, 50000, self.session)
        correction = self.as_user(self.petugas, self.env["koperasi.correction"]).create(
            {
                "transaction_id": receipt.id,
                "reason": "Salah ketik",
            }
        )
        with self.assertRaises(AccessError):
            correction.action_approve()
        self.as_user(self.bendahara, correction).action_approve()
        reversal = correction.reversal_id
        self.assertEqual(reversal.number, "BKK/KL1/2026/0001")
        self.assertEqual(
            (reversal.reversal_of_id, reversal.reason, reversal.approver_id), (receipt, "Salah ketik", self.bendahara)
        )
        self.assertTrue(receipt.is_reversed)
        self.assertEqual(self.sukarela.balance, 0)
        self.assertBooksAgree()
        with self.assertRaisesRegex(UserError, "corrected already"):
            self.as_user(self.petugas, self.env["koperasi.correction"]).create(
                {
                    "transaction_id": receipt.id,
                    "reason": "Lagi",
                }
            )

    def test_correction_of_before(self):
        """What was done by a name of its own is an approved request after the upgrade."""
        receipt = self.deposit(self.sukarela, 50000, self.session)
        correction = self.as_user(self.petugas, self.env["koperasi.correction"]).create(
            {"transaction_id": receipt.id, "reason": "Salah ketik"}
        )
        self.env.flush_all()
        self.env.cr.execute("UPDATE koperasi_correction SET state = 'done' WHERE id = %s", [correction.id])
        self.migrate("19.0.1.0.1/post-corrections.py", "19.0.1.0.0")
        self.assertEqual(correction.state, "approved")

    def test_own_request_is_not_decided_by_oneself(self):
        receipt = self.deposit(self.sukarela, 50000, self.session)
        correction = self.as_user(self.bendahara, self.env["koperasi.correction"]).create(
            {
                "transaction_id": receipt.id,
                "reason": "Salah",
            }
        )
        with self.assertRaisesRegex(UserError, "second person"):
            correction.action_approve()
        self.company.koperasi_self_approval = True
        correction.action_approve()
        log = self.env["koperasi.audit.log"].search([("event", "=", "self_approval")], limit=1)
        self.assertEqual((log.user_id, log.record), (self.bendahara, correction))

    def test_reversing_a_deposit_that_was_spent(self):
        receipt = self.deposit(self.sukarela, 50000, self.session)
        self.withdraw(self.sukarela, 30000, self.session)
        correction = self.as_user(self.petugas, self.env["koperasi.correction"]).create(
            {
                "transaction_id": receipt.id,
                "reason": "Salah",
            }
        )
        with self.assertRaisesRegex(UserError, "less than"):
            self.as_user(self.bendahara, correction).action_approve()
        self.assertEqual(correction.state, "requested")
        self.assertBooksAgree()

    def test_as_of_searches_and_sorts(self):
        past = self.open_session(self.bendahara, "KAS", day=date(2026, 11, 20))
        self.deposit(self.sukarela, 10000, past)
        self.deposit(self.sukarela, 5000, self.session)
        self.deposit(self.pokok, 100000, self.session)
        accounts = self.env["koperasi.savings.account"]
        then = accounts.with_context(koperasi_as_of=date(2026, 11, 22))
        own = [("company_id", "=", self.company.id)]
        self.assertEqual(then.browse(self.sukarela.id).balance, 10000)
        self.assertEqual(then.browse(self.pokok.id).balance, 0)
        self.assertEqual(self.siti.savings_total, 115000)
        self.assertEqual(self.siti.with_context(koperasi_as_of=date(2026, 11, 22)).savings_total, 10000)
        self.assertEqual(then.search([*own, ("balance", ">", 0)]), self.sukarela)
        self.assertEqual(accounts.search([*own, ("balance", ">", 0)], order="balance desc"), self.pokok + self.sukarela)
        self.assertEqual(then.search(own, order="balance desc", limit=1), self.sukarela)
        self.assertEqual(accounts.search([*own, ("balance", "=", 15000)]), self.sukarela)
        self.assertNotIn(self.sukarela, accounts.search([*own, ("balance", "=", 0)]))
        self.assertBooksAgree(as_of=date(2026, 11, 22))

    def test_units_get_a_tender_each_and_memorials_balance_between_them(self):
        """A memorial from one unit to another is balanced per unit by lines on 1801."""
        product = self.env["koperasi.savings.product"].create(
            {
                "name": "Tabungan Umum",
                "code": "UMU",
                "savings_class": "special",
                "company_id": self.company.id,
                "account_id": self.env.ref(f"account.{self.company.id}_koperasi_2103").id,
                "unit_id": self.company.koperasi_general_unit_id.id,
            }
        )
        target = self.as_user(self.petugas, self.env["koperasi.savings.account"]).create(
            {
                "product_id": product.id,
                "member_id": self.siti.id,
            }
        )
        self.deposit(self.sukarela, 50000, self.session)
        memo = self.as_user(self.petugas, self.sukarela)._transfer(target, 30000, TODAY)
        between = memo.line_ids.filtered(lambda line: line.component == "interunit")
        self.assertRecordValues(
            between.sorted("amount"),
            [
                {"amount": -30000, "unit_id": self.company.koperasi_general_unit_id.id},
                {"amount": 30000, "unit_id": self.company.koperasi_savings_unit_id.id},
            ],
        )
        receipt = (
            self.env["koperasi.posting"]
            .with_user(self.petugas)
            ._post(
                self.company,
                TODAY,
                [self.sukarela._line("deposit", 7000), target._line("deposit", 3000)],
                tenders=[(self.session.sudo().journal_id, 10000)],
                session=self.session,
            )
        )
        self.assertRecordValues(
            receipt.tender_ids.sorted("amount"),
            [
                {"amount": 3000, "unit_id": self.company.koperasi_general_unit_id.id},
                {"amount": 7000, "unit_id": self.company.koperasi_savings_unit_id.id},
            ],
        )
        self.assertBooksAgree()

    def test_money_in_and_out_are_not_netted(self):
        with self.assertRaisesRegex(UserError, "two transactions"):
            self.env["koperasi.posting"].with_user(self.petugas)._post(
                self.company,
                TODAY,
                [self.sukarela._line("deposit", 1000)],
                tenders=[(self.session.sudo().journal_id, 5000), (self.session.sudo().journal_id, -4000)],
                session=self.session,
            )

    def test_amount_and_money_must_agree(self):
        with self.assertRaisesRegex(UserError, "differ"):
            self.env["koperasi.posting"].with_user(self.petugas)._post(
                self.company,
                TODAY,
                [self.sukarela._line("deposit", 1000)],
                tenders=[(self.session.sudo().journal_id, 900)],
                session=self.session,
            )

    def test_session_is_counted_and_a_difference_is_posted(self):
        self.deposit(self.sukarela, 50000, self.session)
        self.as_user(self.petugas, self.session)._do_close(49000)
        self.assertRecordValues(
            self.session,
            [
                {"state": "closed", "counted_amount": 49000, "difference": -1000},
            ],
        )
        voucher = self.session.transaction_ids.filtered(lambda transaction: transaction.kind == "payment")
        self.assertEqual(voucher.line_ids.account_id, self.company.koperasi_cash_short_account_id)
        self.assertEqual(self.session.box_id._balance_units(), 49000)
        with self.assertRaisesRegex(UserError, "closed"):
            self.deposit(self.sukarela, 1000, self.session)
        self.assertBooksAgree()

    def test_forgotten_session_does_not_block_today(self):
        self.as_user(self.petugas, self.session)._do_close(0)
        yesterday = self.open_session(self.bendahara, "KAS", day=date(2026, 11, 23))
        today = self.open_session(self.bendahara, "KAS")
        self.deposit(self.sukarela, 1000, today)
        self.deposit(self.sukarela, 2000, yesterday)
        self.as_user(self.bendahara, yesterday)._do_close(2000)
        self.assertEqual(yesterday.difference, 0)
        self.as_user(self.bendahara, today)._do_close(3000)
        self.assertEqual(today.difference, 0)
        with self.assertRaisesRegex(UserError, "closed up to"):
            self.open_session(self.bendahara, "KAS", day=date(2026, 11, 22))

    def test_tellers_limit_and_cash_in_the_box(self):
        self.company.koperasi_payout_limit = 60000
        self.deposit(self.sukarela, 200000, self.session)
        self.withdraw(self.sukarela, 50000, self.session)
        with self.assertRaisesRegex(UserError, "may pay out Rp 60.000"):
            self.withdraw(self.sukarela, 20000, self.session)
        treasurer = self.open_session(self.bendahara, "KAS")
        with self.assertRaisesRegex(UserError, "holds Rp 0 only"):
            self.withdraw(self.sukarela, 100000, treasurer)
        self.assertBooksAgree()

    def test_active_when_approved_and_share_capital_paid(self):
        self.assertEqual(self.siti.state, "candidate")
        self.deposit(self.pokok, 60000, self.session)
        self.as_user(self.ketua, self.siti).action_approve()
        self.assertEqual(self.siti.state, "candidate")
        with self.assertRaisesRegex(UserError, "only Rp 40.000"):
            self.deposit(self.pokok, 50000, self.session)
        self.deposit(self.pokok, 40000, self.session)
        self.assertEqual(self.siti.state, "active")
        self.assertEqual(self.siti.date_active, TODAY)
        paid_first = self.new_member("Rahayu")
        self.deposit(self.account(paid_first, "pokok"), 100000, self.session)
        self.assertEqual(paid_first.state, "candidate")
        self.as_user(self.ketua, paid_first).action_approve()
        self.assertEqual(paid_first.state, "active")

    def test_member_numbers_go_up_and_members_stay(self):
        second = self.new_member("Rahayu")
        self.assertEqual((self.siti.number, second.number), ("RW05-0001", "RW05-0002"))
        with self.assertRaisesRegex(UserError, "stays in the register"):
            second.sudo().unlink()

    def test_who_registers_members_registers_the_person_too(self):
        for user in (self.petugas, self.sekretaris):
            person = self.as_user(user, self.env["res.partner"]).create({"name": "Nur"})
            member = self.as_user(user, self.env["koperasi.member"]).create(
                {
                    "partner_id": person.id,
                    "company_id": self.company.id,
                    "rw_id": self.siti.rw_id.id,
                }
            )
            self.assertEqual(member.name, "Nur")
        with self.assertRaises(AccessError):
            self.as_user(self.pengawas, self.env["res.partner"]).create({"name": "Nur"})

    def test_broken_nik(self):
        with self.assertRaisesRegex(UserError, "NIK of Wati"):
            self.new_member("Wati", user=self.sekretaris, nik_entry="3275034508850000")
        wati = self.new_member("Wati", user=self.sekretaris, nik_entry="3275034508850001")
        self.assertEqual(self.as_user(self.petugas, wati).nik_masked, "327503******0001")
        with self.assertRaises(AccessError):
            self.as_user(self.petugas, wati).read(["nik"])
        with self.assertRaises(AccessError):
            self.as_user(self.petugas, wati).action_reveal_nik()
        self.as_user(self.sekretaris, wati).action_reveal_nik()
        self.assertEqual(self.env["koperasi.audit.log"].search([("event", "=", "nik_revealed")]).record, wati)
