import base64

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .test_loan_guarantor import LATER, GuarantorCase
from .test_loan_schedule import LateLoanCase

PAPER = base64.b64encode(b"%PDF-1.4")


@tagged("post_install", "-at_install")
class TestAdvanceExit(GuarantorCase):
    """500.000 of Sari's 600.000 are taken for Siti's loan in August 2027; then one of them is no member any more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.koperasi_exit_wait_months = 0
        cls.startClassPatcher(freeze_time(f"{LATER} 03:00:00"))
        case = cls("taken")
        cls.loan, row = case.guaranteed_before()
        cls.advance = case.call(row, 500000)
        cls.later = cls.open_session(cls.petugas, day=LATER)
        cls.deposit(cls.account(cls.siti, "sukarela"), 50000, cls.later)

    def taken(self):
        """Only to be made for its helpers."""

    def guaranteed_before(self):
        with freeze_time("2026-11-24 03:00:00"):
            return self.guaranteed()

    def leave(self, member, kind, **vals):
        leaving = self.as_user(self.sekretaris, self.env["koperasi.member.exit"]).create(
            {"member_id": member.id, "reason": "Pindah", "kind": kind, **vals}
        )
        self.as_user(self.ketua, leaving).action_approve()
        self.env.flush_all()
        self.as_user(self.bendahara, leaving).action_settle()
        self.env.flush_all()
        return leaving

    def pay(self, loan, amount, **options):
        receipt = self.as_user(self.petugas, loan)._pay(amount, self.later, **options)
        self.env.invalidate_all()
        return receipt

    def test_the_heirs_of_who_paid(self):
        """She has 100.000 of share capital and 100.000 left of her savings; 500.000 are owed to her heirs.

        Siti pays 200.000: all of it is theirs. Then 400.000: 300.000 theirs, 100.000 for her loan.
        """
        leaving = self.leave(self.sari, "deceased", death_certificate=PAPER, heir_letter=PAPER)
        self.assertEqual((leaving.amount_payout, leaving.amount_claims, leaving.amount_left), (200000, 500000, 200000))
        before = self.loan.outstanding
        receipt = self.pay(self.loan, 200000)
        self.assertEqual(receipt.member_id, self.siti)
        self.assertEqual([amount for _label, _detail, amount in receipt._slip_rows()], [200000])
        self.assertEqual((self.advance.left, self.loan.outstanding), (300000, before))
        self.assertEqual(leaving.refund_id.balance, 400000)
        self.assertEqual(
            (leaving.amount_claims, leaving.amount_returned, leaving.amount_payout, leaving.amount_left),
            (300000, 200000, 400000, 400000),
        )
        heir = self.env["koperasi.member.heir"].create({"member_id": self.sari.id, "name": "Ahmad", "share": 50})
        self.assertEqual(leaving._heir_amount(heir), 200000)
        journal = self.later.sudo().journal_id
        self.as_user(self.petugas, leaving)._pay(400000, journal, session=self.later, heir=heir)
        self.pay(self.loan, 400000)
        self.assertEqual((self.advance.left, leaving.amount_left), (0, 300000))
        self.as_user(self.petugas, leaving)._pay(300000, journal, session=self.later, heir=heir)
        self.env.invalidate_all()
        self.assertEqual((leaving.amount_payout, leaving.amount_left, self.saris.state), (700000, 0, "closed"))
        self.assertBooksAgree()

    def test_dismissed_with_nothing_left(self):
        """All she had is taken: her refund is opened by what Siti pays back, and corrected with it."""
        self.withdraw(self.saris, 100000, self.open_session(self.bendahara, "KAS", day=LATER))
        leaving = self.leave(self.sari, "dismissed")
        self.assertEqual(leaving.amount_payout, 100000)
        receipt = self.pay(self.loan, 150000)
        self.assertEqual((leaving.amount_left, self.advance.left), (250000, 350000))
        correction = self.as_user(self.petugas, self.env["koperasi.correction"]).create(
            {"transaction_id": receipt.id, "reason": "Salah"}
        )
        self.as_user(self.bendahara, correction).action_approve()
        self.env.invalidate_all()
        self.assertEqual((leaving.amount_left, self.advance.left), (100000, 500000))
        self.assertBooksAgree()

    def test_she_leaves_and_comes_back(self):
        """Her claim does not keep her; once the settlement is taken back what Siti pays comes to her savings again."""
        leaving = self.leave(self.sari, "leave")
        self.pay(self.loan, 100000)
        self.as_user(self.ketua, leaving).action_take_back()
        self.env.flush_all()
        self.assertEqual((leaving.state, self.saris.state), ("approved", "open"))
        self.pay(self.loan, 50000)
        self.assertEqual((self.saris.balance, self.advance.left), (150000, 350000))
        self.assertEqual((leaving.amount_payout, leaving.amount_returned), (350000, 100000))
        self.env.flush_all()
        self.as_user(self.bendahara, leaving).action_settle()
        self.assertEqual((leaving.amount_payout, leaving.amount_left), (350000, 350000))
        self.assertBooksAgree()

    def counter(self):
        counter = self.as_user(self.petugas, self.env["koperasi.counter"]).create({"member_id": self.siti.id})
        return counter, {(line.advance_id or line.loan_id): line for line in counter.in_ids}

    def receive(self, advance, amount, loan=0):
        money = [[False, False, False, amount, False, advance.id]]
        money += [[False, self.loan.id, False, loan, "refuse", False]] if loan else []
        result = self.as_user(self.petugas, self.env["koperasi.counter"]).receive(
            {
                "key": f"visit {amount} {loan}",
                "company_id": self.company.id,
                "member_id": self.siti.id,
                "cash_given": 0,
                "money_in": money,
                "money_out": [],
            }
        )
        self.env.invalidate_all()
        return self.env["koperasi.counter"].browse(result["id"]).transaction_ids

    def test_a_line_of_its_own_at_the_counter(self):
        """500.000 to Sari; of the loan 50.000 of no. 5 and no. 6 to 9, 440.000: 550.000 of principal are left."""
        counter, lines = self.counter()
        first = counter.in_ids[0]
        self.assertEqual((first.advance_id, first.name), (self.advance, "Advance from Sari"))
        self.assertEqual((first.amount, first.due, first.balance), (500000, 500000, 500000))
        self.assertEqual((lines[self.loan].amount, lines[self.loan].due), (490000, 490000))
        receipt = self.receive(self.advance, 500000, 490000)
        self.assertEqual((self.advance.left, self.saris.balance, self.loan.outstanding), (0, 600000, 100000))
        self.assertEqual(sum(receipt.tender_ids.mapped("amount")), 990000)
        again = self.env["koperasi.counter"]._again(receipt)
        self.assertEqual(sum(again.in_ids.mapped("amount")), 490000)  # nothing is owed to Sari any more
        self.assertBooksAgree()

    def test_in_part_and_with_the_form(self):
        """Whatever is paid on the loan fills her claim first: 300.000 and 250.000 leave 50.000 for the loan."""
        self.receive(self.advance, 300000)
        self.assertEqual((self.advance.left, self.loan.outstanding), (200000, 550000))
        counter, lines = self.counter()
        self.assertEqual(lines[self.advance].amount, 200000)
        lines[self.advance].amount = 0
        counter.in_ids.filtered("savings_id").write({"amount": 0})
        lines[self.loan].amount = 250000
        counter.action_confirm()
        self.env.invalidate_all()
        self.assertEqual((self.advance.left, self.loan.outstanding, self.saris.balance), (0, 500000, 600000))
        again = self.env["koperasi.counter"]._again(counter.transaction_ids)
        self.assertEqual(sum(again.in_ids.mapped("amount")), 50000)
        self.assertBooksAgree()

    def test_the_debtor_is_dismissed(self):
        """Siti has 100.000 and 50.000: all of it goes to Sari, nothing to the loan; 350.000 and the loan stay owed."""
        before = self.loan.outstanding
        leaving = self.leave(self.siti, "dismissed")
        self.assertEqual((self.advance.left, self.loan.outstanding, self.saris.balance), (350000, before, 250000))
        self.assertEqual((leaving.amount_debts, leaving.amount_payout), (150000, 0))
        self.assertBooksAgree()
        self.as_user(self.ketua, leaving).action_take_back()
        self.assertEqual((self.advance.left, self.saris.balance), (500000, 100000))
        self.assertBooksAgree()

    def test_the_debtor_leaves_without_a_loan(self):
        """Her loan is paid, Sari paid 300.000 of her dues. She has 150.000 and brings 200.000: 50.000 are left."""
        self.as_user(self.petugas, self.loan)._pay_off(self.loan._payoff_units(LATER), self.later)
        self.assertEqual((self.loan.state, self.advance.left), ("paid", 0))
        savings = self.saris
        other = self.env["koperasi.advance"]._new(
            self.sari, self.siti, self.env["koperasi.loan"], savings, "group", LATER
        )
        self.env["koperasi.posting"].with_user(self.bendahara)._post(
            self.company.with_user(self.bendahara), LATER, other._pair(300000), label="Talangan"
        )
        receipt = self.receive(other, 20000)  # without a loan it is paid by itself
        self.assertEqual((other.left, receipt.amount), (280000, 20000))
        correction = self.as_user(self.petugas, self.env["koperasi.correction"]).create(
            {"transaction_id": receipt.id, "reason": "Salah"}
        )
        self.as_user(self.bendahara, correction).action_approve()
        leaving = self.as_user(self.sekretaris, self.env["koperasi.member.exit"]).create(
            {"member_id": self.siti.id, "reason": "Pindah", "kind": "leave"}
        )
        with self.assertRaisesRegex(UserError, "150.000 is missing"):
            self.as_user(self.ketua, leaving).action_approve()
        self.deposit(self.account(self.siti, "sukarela"), 200000, self.later)
        self.env.invalidate_all()
        self.as_user(self.ketua, leaving).action_approve()
        self.assertEqual(leaving._paper_debts(), [("Advance from Sari", 300000)])
        self.as_user(self.bendahara, leaving).action_settle()
        self.assertEqual(leaving._paper_debts(), [("Advance from Sari", 300000)])
        self.assertEqual((other.left, savings.balance, leaving.amount_left), (0, 900000, 50000))
        self.assertEqual((leaving.amount_debts, leaving.amount_payout), (300000, 50000))
        self.assertBooksAgree()


@tagged("post_install", "-at_install")
class TestKeptExit(LateLoanCase):
    def test_money_kept_is_taken_once(self):
        """Dismissed on 20 February: 100.000 of share capital and 50.000 kept pay 150.000 of a loan that owes more."""
        self.company.koperasi_exit_wait_months = 0
        self.pay(self.loan, 380000, excess="kept")
        with freeze_time("2027-02-20 03:00:00"):
            before = self.loan.outstanding
            leaving = self.as_user(self.sekretaris, self.env["koperasi.member.exit"]).create(
                {"member_id": self.siti.id, "reason": "Melanggar", "kind": "dismissed"}
            )
            self.as_user(self.ketua, leaving).action_approve()
            self.as_user(self.bendahara, leaving).action_settle()
            self.assertEqual((leaving.amount_debts, leaving.amount_payout), (150000, 0))
            # no. 4: 10.000 of service fee and 100.000; of no. 5 its service fee and 30.000
            self.assertEqual(before - self.loan.outstanding, 130000)
            self.assertBooksAgree()
