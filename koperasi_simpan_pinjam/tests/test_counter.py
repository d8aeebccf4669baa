from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import TODAY, KoperasiCase


@tagged("post_install", "-at_install")
class TestCounter(KoperasiCase):
    """Siti joined on 1 October, owes 100.000 once and 20.000 a month, and borrowed 1.000.000 on 20 October:
    10 x 110.000, due on the 20th from November on. Today is 24 November."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-10-01 03:00:00"):
            cls.siti = cls.new_member("Siti Aminah")
            cls.aminah = cls.new_member("Aminah Hasan")
        with freeze_time("2026-10-20 03:00:00"):
            vault = cls.open_session(cls.bendahara, "KAS", day=TODAY.replace(month=10, day=20))
            cls.deposit(cls.account(cls.aminah, "sukarela"), 5000000, vault)
            cls.deposit(cls.account(cls.siti, "pokok"), 100000, vault)
            cls.as_user(cls.ketua, cls.siti).action_approve()
            cls.loan = cls.as_user(cls.petugas, cls.env["koperasi.loan"]).create(
                {
                    "member_id": cls.siti.id,
                    "amount": 1000000,
                    "product_id": cls.env.ref(f"account.{cls.company.id}_koperasi_loan_product_warga").id,
                }
            )
            cls.loan.action_submit()
            cls.as_user(cls.ketua, cls.loan).action_approve()
            cls.as_user(cls.bendahara, cls.loan)._disburse(vault.sudo().journal_id, vault.date, session=vault)
            vault._do_close(4100000)
        cls.session = cls.open_session()
        cls.wajib, cls.sukarela = cls.account(cls.siti, "wajib"), cls.account(cls.siti, "sukarela")
        cls.deposit(cls.sukarela, 140000, cls.session)

    def counter(self, member=None, user=None):
        return self.as_user(user or self.petugas, self.env["koperasi.counter"]).create(
            {"member_id": (member or self.siti).id, "company_id": self.company.id}
        )

    def line(self, counter, contract, direction="in"):
        lines = counter.in_ids if direction == "in" else counter.out_ids
        return lines.filtered(lambda line: (line.loan_id or line.savings_id) == contract)

    def visit(self):
        """Dues 40.000, installment 110.000, savings 10.000 in; 25.000 out."""
        counter = self.counter()
        self.line(counter, self.sukarela).amount = 10000
        self.line(counter, self.sukarela, "out").amount = 25000
        return counter

    def slip(self, transactions):
        return (
            self.env["ir.actions.report"]
            .with_user(self.petugas)
            ._render_qweb_html("koperasi_simpan_pinjam.report_slip", transactions.ids)[0]
            .decode()
        )

    def test_what_is_proposed(self):
        counter = self.counter()
        self.assertEqual(
            [(line.name, line.balance, line.due, line.amount) for line in counter.in_ids],
            [
                ("Mandatory Savings (2 months: Oct 2026, Nov 2026)", 0, 40000, 40000),
                ("Voluntary Savings", 140000, 0, 0),
                ("Installment PJM/2026/0001, no. 1 of 10", 1000000, 110000, 110000),
            ],
        )
        self.assertEqual(
            [(line.name, line.available, line.amount) for line in counter.out_ids], [("Voluntary Savings", 140000, 0)]
        )
        self.assertEqual((counter.amount_in, counter.amount_out), (150000, 0))
        self.assertEqual(counter.session_id, self.session)

    def test_share_capital_stands_first_until_it_is_paid(self):
        counter = self.counter(self.aminah)
        self.assertEqual(
            [(line.name, line.amount) for line in counter.in_ids][:2],
            [("Share Capital", 100000), ("Mandatory Savings (2 months: Oct 2026, Nov 2026)", 40000)],
        )

    def test_choosing_the_member_on_the_form(self):
        form = Form(self.as_user(self.petugas, self.env["koperasi.counter"]).with_company(self.company))
        form.member_id = self.siti
        with form.in_ids.edit(1) as line:
            self.assertEqual(line.name, "Voluntary Savings")
            line.amount = 10000
        form.cash_given = 200000  # the totals are worked out on the screen: no amount waits for the server
        form.member_id = self.aminah
        self.assertEqual(form.amount_in, 140000)
        form.member_id = self.siti
        counter = form.save()
        counter.action_confirm()
        self.assertEqual(counter.transaction_ids.amount, 150000)
        self.assertEqual(counter.action_next()["res_model"], "koperasi.counter")

    def test_one_receipt_and_one_voucher(self):
        counter = self.visit()
        counter.action_confirm()
        receipt, voucher = counter.transaction_ids.sorted("kind", reverse=True)
        self.assertEqual((receipt.number, voucher.number), ("BKM/KL1/2026/0002", "BKK/KL1/2026/0001"))
        self.assertEqual((receipt.amount, voucher.amount), (160000, 25000))
        self.assertEqual(receipt.member_id | voucher.member_id, self.siti)
        self.assertEqual(len(receipt.tender_ids), 1)
        self.assertEqual((self.wajib.balance, self.sukarela.balance, self.loan.outstanding), (40000, 125000, 900000))
        self.assertEqual(self.siti.dues_months_late, 0)
        # 140.000 at first, 160.000 in, 25.000 out
        self.assertEqual(self.session.expected_amount, 275000)
        self.assertEqual(counter.recent_ids[:2], voucher + receipt)
        self.assertBooksAgree()

    def test_the_second_confirm_prints_the_same_slip(self):
        counter = self.visit()
        first = counter.action_confirm()
        slip = counter.transaction_ids
        self.assertEqual(counter.action_confirm()["context"]["active_ids"], first["context"]["active_ids"])
        self.assertEqual((counter.transaction_ids, self.session.expected_amount), (slip, 275000))
        again = self.as_user(self.petugas, self.siti)._visit(
            counter.in_ids._money(), counter.out_ids._money(), self.session, key=counter.key
        )
        self.assertEqual(again, slip)
        self.line(counter, self.sukarela).amount = 11000
        with self.assertRaisesRegex(UserError, "already recorded as BKM/KL1/2026/0002"):
            counter.action_confirm()
        self.line(counter, self.sukarela).amount = 10000
        self.as_user(self.petugas, self.session)._do_close(275000)
        counter.invalidate_recordset()
        counter.action_confirm()
        self.assertEqual(counter.transaction_ids, slip)

    def draft(self, counter, **vals):
        """What the screen sends for this form."""
        lines = lambda own: [  # noqa
            (line.savings_id.id, line.loan_id.id, line.term_id.id, line.amount) for line in own if line.amount
        ]
        return {
            "key": counter.key,
            "company_id": self.company.id,
            "member_id": counter.member_id.id,
            "cash_given": counter.cash_given,
            "money_in": lines(counter.in_ids),
            "money_out": lines(counter.out_ids),
            **vals,
        }

    def receive(self, draft, user=None, **secret):
        return self.as_user(user or self.petugas, self.env["koperasi.counter"]).receive(draft, **secret)

    def test_what_the_screen_sends_is_recorded_once(self):
        draft = self.draft(self.visit())
        result = self.receive(draft)
        self.assertEqual(result["numbers"], "BKM/KL1/2026/0002, BKK/KL1/2026/0001")
        again = self.receive(draft)
        self.assertEqual((again["numbers"], again["print"]), (result["numbers"], result["print"]))
        self.assertEqual(self.session.expected_amount, 275000)
        with self.assertRaisesRegex(UserError, "already recorded"):
            self.receive({**draft, "money_out": []})
        with self.assertRaises(AccessError):
            self.receive(self.draft(self.counter()), self.ketua)
        self.assertBooksAgree()

    def test_above_the_tellers_limit_with_the_treasurers_pin(self):
        """A limit of 20.000 and a withdrawal of 25.000: not a part of the visit is recorded without her."""
        self.company.koperasi_payout_limit = 20000
        draft = self.draft(self.visit())
        self.assertEqual(self.receive(draft)["approvers"], [])
        for user in (self.bendahara, self.ketua):
            user.with_user(user).koperasi_pin = "140785"
        result = self.receive(draft)
        self.assertIn("Ask the treasurer", result["refusal"])
        self.assertEqual(dict(result["approvers"]), {self.bendahara.id: "Sri", self.ketua.id: "Ratna"})
        self.assertIn("not the PIN of Sri", self.receive(draft, approver_id=self.bendahara.id, pin="1")["refusal"])
        self.assertIn("can't decide", self.receive(draft, approver_id=self.sekretaris.id, pin="140785")["refusal"])
        self.assertEqual((self.wajib.balance, self.session.expected_amount), (0, 140000))
        result = self.receive(draft, approver_id=self.bendahara.id, pin="140785")
        self.assertEqual(result["numbers"], "BKM/KL1/2026/0002, BKK/KL1/2026/0001")
        receipt, voucher = self.env["koperasi.transaction"].browse(result["print"]["context"]["active_ids"])
        self.assertEqual((receipt.approver_id, voucher.approver_id), (self.env["res.users"], self.bendahara))
        # the same once more, from a page that has forgotten the PIN: it is recorded, nobody is asked
        self.assertEqual(self.receive(draft)["numbers"], result["numbers"])
        self.assertBooksAgree()

    # === VOID === #

    def ask(self, transaction, **vals):
        return self.as_user(self.petugas, self.env["koperasi.correction.request"]).create(
            {"transaction_id": transaction.id, "reason": "Salah ketik", **vals}
        )

    def test_void_by_a_second_persons_pin(self):
        self.bendahara.with_user(self.bendahara).koperasi_pin = "140785"
        counter = self.visit()
        counter.action_confirm()
        receipt, voucher = counter.transaction_ids.sorted("kind", reverse=True)
        result = self.ask(receipt, approver_id=self.bendahara.id, pin="140785").action_confirm()
        self.assertTrue(receipt.is_reversed and voucher.is_reversed)
        self.assertEqual(
            self.session.transaction_ids.sorted("id").mapped("number")[1:],
            [
                "BKM/KL1/2026/0002",
                "BKK/KL1/2026/0001",
                "BKM/KL1/2026/0003",  # what was paid out comes back first
                "BKK/KL1/2026/0002",
            ],
        )
        reversal = receipt.reversal_ids
        self.assertEqual((reversal.approver_id, reversal.reason), (self.bendahara, "Salah ketik"))
        self.assertEqual(receipt.reversal_ids.create_uid, self.petugas)
        self.assertEqual((self.session.expected_amount, self.wajib.balance), (140000, 0))
        self.assertIn("BATAL", self.slip(receipt))
        # the form that follows has the same amounts, and a key of its own
        again = self.env["koperasi.counter"].browse(result["params"]["next"]["res_id"])
        self.assertEqual(
            [(line.savings_id or line.loan_id, line.amount) for line in again.in_ids],
            [(self.wajib, 40000), (self.sukarela, 10000), (self.loan, 110000)],
        )
        self.assertEqual(again.out_ids.amount, 25000)
        self.assertNotEqual(again.key, counter.key)
        again.action_confirm()
        self.assertEqual(again.transaction_ids.mapped("amount"), [160000, 25000])
        self.assertBooksAgree()

    def test_a_wrong_pin_voids_nothing(self):
        self.bendahara.with_user(self.bendahara).koperasi_pin = "140785"
        receipt = self.deposit(self.sukarela, 5000, self.session)
        form = self.ask(receipt, approver_id=self.bendahara.id, pin="140786")
        self.assertIn("not the PIN of Sri", form.action_confirm()["params"]["message"])
        without = self.ask(receipt, approver_id=self.bendahara.id)
        self.assertIn("Type the PIN", without.action_confirm()["params"]["message"])
        self.assertFalse(receipt.is_reversed or self.env["koperasi.correction"].search([]))
        # her yes holds for the form as she saw it
        form.write({"pin": "140785"})
        self.assertEqual(form.agreed_by_id, self.bendahara)
        form.write({"transaction_id": self.session.transaction_ids[-1].id, "agreed_by_id": self.bendahara.id})
        self.assertFalse(form.agreed_by_id)
        self.assertIn("Type the PIN", form.action_confirm()["params"]["message"])

    def test_only_money_out(self):
        counter = self.counter()
        counter.in_ids.amount = 0
        self.line(counter, self.sukarela, "out").amount = 25000
        counter.action_confirm()
        self.assertEqual(counter.transaction_ids.mapped("number"), ["BKK/KL1/2026/0001"])
        slip = counter.transaction_ids
        counter.action_confirm()
        self.assertEqual(counter.transaction_ids, slip)
        self.assertBooksAgree()

    def test_an_error_writes_nothing(self):
        """The receipt would be good; the withdrawal is not: neither is written."""
        counter = self.visit()
        self.line(counter, self.sukarela, "out").amount = 150001
        before = self.env["koperasi.transaction"].search_count([])
        with self.assertRaisesRegex(UserError, "Siti Aminah.*Rp 150.000.*Rp 150.001"):
            with self.cr.savepoint():
                counter.action_confirm()
        self.assertEqual(self.env["koperasi.transaction"].search_count([]), before)
        self.assertEqual((self.wajib.balance, self.sukarela.balance, self.loan.outstanding), (0, 140000, 1000000))
        self.assertFalse(counter.transaction_ids)
        self.line(counter, self.sukarela, "out").amount = 25000
        counter.action_confirm()
        self.assertEqual(len(counter.transaction_ids), 2)
        self.assertBooksAgree()

    def test_what_is_refused(self):
        counter = self.counter()
        counter.cash_given = 100000
        with self.assertRaisesRegex(UserError, "Rp 100.000 was given, Rp 50.000 is missing"):
            counter.action_confirm()
        counter.cash_given = 0
        self.line(counter, self.loan).amount = 220001
        with self.assertRaisesRegex(UserError, "Rp 1 is too much"):
            counter.action_confirm()
        counter.in_ids.amount = 0
        with self.assertRaisesRegex(UserError, "Enter an amount"):
            counter.action_confirm()
        self.line(counter, self.sukarela).amount = -5000
        with self.assertRaisesRegex(UserError, "above zero"):
            counter.action_confirm()

    def test_another_members_account(self):
        siti = self.as_user(self.petugas, self.siti)
        with self.assertRaisesRegex(UserError, "does not belong to"):
            siti._visit([(self.account(self.aminah, "sukarela"), 1000)], [], self.session)
        with self.assertRaisesRegex(UserError, "stands twice"):
            siti._visit([(self.loan, 110000), (self.loan, 110000)], [], self.session)

    def test_who(self):
        for user in (self.sekretaris, self.ketua, self.pengawas, self.pemantau):
            with self.assertRaises(AccessError):
                self.counter(user=user)
            with self.assertRaises(AccessError):
                self.as_user(user, self.siti)._visit([(self.sukarela, 1000)], [], self.session)
        counter = self.counter(user=self.bendahara)
        self.assertFalse(counter.session_id)
        with self.assertRaisesRegex(UserError, "Open the cash session"):
            counter.action_confirm()

    def test_slip(self):
        counter = self.visit()
        counter.action_confirm()
        html = self.slip(counter.transaction_ids)
        for text in (
            "BKM/KL1/2026/0002",
            "BKK/KL1/2026/0001",
            "RW05-0001",
            "Siti Aminah",
            "Dewi",
            "Rp 160.000",
            "Rp 25.000",
            "seratus enam puluh ribu rupiah",
            "dua puluh lima ribu rupiah",
            "installment 1 of 10",
            "110.000",
            "Rp 125.000",
            "Rp 900.000",
            "Koperasi Warga RW 05",
        ):
            self.assertIn(text, html)
        self.assertNotIn("BATAL", html)
        # from either of the two, and whatever comes later, it is the same slip
        self.deposit(self.sukarela, 5000, self.session)
        self.assertIn("Rp 125.000", self.slip(counter.transaction_ids[0]))
        self.assertIn("BKK/KL1/2026/0001", self.slip(counter.transaction_ids[0]))

    def test_slip_of_a_corrected_transaction(self):
        receipt = self.deposit(self.sukarela, 5000, self.session)
        correction = self.as_user(self.petugas, self.env["koperasi.correction"]).create(
            {"transaction_id": receipt.id, "reason": "Salah"}
        )
        self.as_user(self.bendahara, correction).action_approve()
        self.assertIn("BATAL", self.slip(receipt))
        self.assertNotIn("BATAL", self.slip(correction.reversal_id))
