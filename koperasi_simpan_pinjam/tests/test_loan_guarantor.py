from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import TODAY
from .test_loan import LoanCase

LATER = date(2027, 8, 2)  # the first of ten installments, due on 24 December 2026, is 221 days late: macet


class GuarantorCase(LoanCase):
    """Siti borrows 1.000.000 in ten times 110.000; Sari guarantees 500.000 with her 600.000 of voluntary savings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flat = cls.new_product()  # 10 x (100.000 + 10.000)
        cls.sari = cls.active_member("Sari")
        cls.saris = cls.account(cls.sari, "sukarela")
        cls.deposit(cls.saris, 600000, cls.vault)

    def draft(self, amount=1000000):
        return self.as_user(self.petugas, self.env["koperasi.loan"]).create(
            {"member_id": self.siti.id, "product_id": self.flat.id, "amount": amount}
        )

    def guarantor(self, loan, user=None, **vals):
        return self.as_user(user or self.petugas, self.env["koperasi.loan.guarantor"]).create(
            {"loan_id": loan.id, "member_id": self.sari.id, "savings_id": self.saris.id, "amount": 500000, **vals}
        )

    def guaranteed(self):
        loan = self.draft()
        row = self.guarantor(loan)
        row.action_consent()
        loan.action_submit()
        self.as_user(self.ketua, loan).action_approve()
        self.disburse(loan)
        return loan, row

    def call(self, row, amount):
        treasurer = self.as_user(self.bendahara, row)
        treasurer.write({"call_amount": amount, "call_reason": "Macet, sudah tiga kali ditagih"})
        treasurer.action_propose_call()
        self.as_user(self.ketua, row).action_call()
        return self.env["koperasi.advance"].search([("loan_id", "=", row.loan_id.id)], order="id desc", limit=1)


@tagged("post_install", "-at_install")
class TestLoanGuarantor(GuarantorCase):
    """A member guarantees with her savings, and what is taken from them is paid back first (docs/domain.md 4.11)."""

    def test_her_savings_are_held(self):
        loan = self.draft()
        row = self.guarantor(loan)
        loan.action_submit()
        self.as_user(self.ketua, loan).action_approve()
        with self.assertRaisesRegex(UserError, "Sari has not signed yet"):
            self.disburse(loan)
        row.action_consent()
        self.assertEqual((row.state, row.consented_on, row.consent_by_id), ("consented", TODAY, self.petugas))
        self.assertEqual(self.saris.held_amount, 0)
        self.disburse(loan)
        self.assertEqual((row.state, self.saris.held_amount, self.saris.available_amount), ("held", 500000, 100000))
        units = sum(line["amount"] for line in loan.sudo()._payoff_lines(TODAY))
        self.as_user(self.petugas, loan)._pay_off(units, self.session)
        self.assertEqual((row.state, self.saris.held_amount), ("released", 0))
        self.assertBooksAgree()

    def test_who_may_guarantee_and_how_much(self):
        loan = self.draft()
        with self.assertRaises(ValidationError):
            self.guarantor(loan, member_id=self.siti.id, savings_id=self.account(self.siti, "sukarela").id)
        with self.assertRaises(ValidationError):
            self.guarantor(loan, savings_id=self.savings.id)
        with self.assertRaises(ValidationError):
            self.guarantor(loan, savings_id=self.account(self.sari, "pokok").id)
        new = self.new_member("Baru")
        with self.assertRaises(ValidationError):
            self.guarantor(loan, member_id=new.id, savings_id=self.account(new, "sukarela").id)
        with self.assertRaises(UserError):
            self.guarantor(loan, amount=600001)
        self.guarantor(loan, amount=400000)
        # 200.000 of her 600.000 are left for another loan
        other = self.as_user(self.petugas, self.env["koperasi.loan"]).create(
            {"member_id": self.rich.id, "product_id": self.flat.id, "amount": 1000000}
        )
        with self.assertRaises(UserError):
            self.guarantor(other, amount=200001)
        self.assertEqual(self.guarantor(other, amount=200000).state, "asked")

    def test_what_she_signed_stays(self):
        loan = self.draft()
        row = self.guarantor(loan)
        row.amount = 450000
        row.action_consent()
        with self.assertRaisesRegex(UserError, "consented to this"):
            row.amount = 500000
        with self.assertRaisesRegex(UserError, "by its actions only"):
            row.state = "asked"
        loan.action_submit()
        with self.assertRaises(AccessError):
            row.unlink()
        self.as_user(self.bendahara, row).unlink()
        _loan, row = self.guaranteed()
        with self.assertRaisesRegex(UserError, "fixed once it is paid out"):
            self.as_user(self.bendahara, row).unlink()

    def test_only_when_the_loan_is_lost(self):
        _loan, row = self.guaranteed()
        treasurer = self.as_user(self.bendahara, row)
        treasurer.write({"call_amount": 1000, "call_reason": "Macet"})
        with self.assertRaisesRegex(UserError, "when the loan is lost"):
            treasurer.action_propose_call()
        with self.assertRaises(AccessError):
            row.write({"call_amount": 1000})
        with freeze_time(f"{LATER} 03:00:00"):
            with self.assertRaisesRegex(UserError, "proposes it first"):
                self.as_user(self.ketua, row).action_call()
            treasurer.call_amount = 500001
            with self.assertRaisesRegex(UserError, "at most Rp 500.000"):
                treasurer.action_propose_call()

    def test_taken_and_paid_back_first(self):
        """Of 500.000 guaranteed 300.000 are taken: 2 x 110.000, then 10.000 and 70.000 of the third installment.

        The borrower pays 200.000: all of it to the guarantor. Of the next 150.000 she gets the 100.000 left, the loan
        50.000: 30.000 of principal for the third installment, 10.000 and 10.000 for the fourth.
        """
        loan, row = self.guaranteed()
        with freeze_time(f"{LATER} 03:00:00"):
            advance = self.call(row, 300000)
            self.assertEqual((loan.outstanding, self.saris.balance), (730000, 300000))  # 1.000.000 - 270.000
            self.assertEqual((advance.amount, advance.left, advance.member_id), (300000, 300000, self.siti))
            self.assertEqual((row.state, row.called_amount, self.saris.held_amount), ("held", 300000, 200000))
            self.assertEqual(loan.installment_ids[2].paid_principal, 70000)
            self.assertBooksAgree()
            session = self.open_session(self.petugas, day=LATER)
            pay = self.as_user(self.petugas, loan)._pay
            receipt = pay(200000, session)
            self.assertEqual(receipt.member_id, self.siti)
            self.assertEqual((advance.left, loan.outstanding, self.saris.balance), (100000, 730000, 500000))
            self.assertEqual([amount for _label, _detail, amount in receipt._slip_rows()], [200000])
            self.assertFalse([label for label, _amount in receipt._slip_balances() if "Voluntary" in label])
            second = pay(150000, session)
            self.assertEqual((advance.left, loan.outstanding, self.saris.balance), (0, 690000, 600000))
            self.assertEqual(sum(amount for _label, _detail, amount in second._slip_rows()), 150000)
            self.assertBooksAgree()
            # As of the day before nothing had been taken yet.
            self.assertEqual(advance.with_context(koperasi_as_of="2027-08-01").left, 0)

    def test_corrections(self):
        """What was paid back is taken back first, then the taking; then her savings are held as before."""
        loan, row = self.guaranteed()
        with freeze_time(f"{LATER} 03:00:00"):
            advance = self.call(row, 300000)
            taken = advance.line_ids.transaction_id
            session = self.open_session(self.petugas, day=LATER)
            receipt = self.as_user(self.petugas, loan)._pay(200000, session)
            posting = self.env["koperasi.posting"].with_user(self.bendahara)
            why = {"reason": "Salah", "approver": self.ketua}
            with self.assertRaisesRegex(UserError, "take back first what she has paid back"):
                posting._reverse(taken, LATER, **why)
            with self.assertRaisesRegex(UserError, "less than"):  # the 500.000 that are left are held or needed
                self.withdraw(self.saris, 300001, session)
            posting._reverse(receipt, LATER, session=session, **why)
            self.assertEqual((advance.left, self.saris.balance), (300000, 300000))
            posting._reverse(taken, LATER, **why)
            self.assertEqual((advance.left, advance.amount, row.called_amount), (0, 0, 0))
            self.assertEqual((loan.outstanding, self.saris.balance, self.saris.held_amount), (1000000, 600000, 500000))
            self.assertBooksAgree()

    def test_payoff_and_exit_settle_it(self):
        """She pays the loan off with what she owes the guarantor beside it."""
        loan, row = self.guaranteed()
        with freeze_time(f"{LATER} 03:00:00"):
            advance = self.call(row, 300000)
            before = loan.sudo()._payoff_units(LATER)
            # principal 730.000, service fee of the 5 left of the 8 due by 2 August (third in full): 5 x 10.000,
            # and of the running month 10.000; the guarantor's 300.000
            self.assertEqual(before, 730000 + 50000 + 10000 + 300000)
            session = self.open_session(self.petugas, day=LATER)
            self.as_user(self.petugas, loan)._pay_off(before, session)
            self.assertEqual((loan.state, advance.left, self.saris.balance), ("paid", 0, 600000))
            self.assertEqual((row.state, self.saris.held_amount), ("released", 0))
            self.assertBooksAgree()

    def test_a_loan_written_off(self):
        """From a guarantor, too, it is recovery; who owes her pays her directly once nothing is left of the loan."""
        loan, row = self.guaranteed()
        with freeze_time(f"{LATER} 03:00:00"):
            self.as_user(self.bendahara, loan)._propose_write_off("Pindah", "BA 3/RAT/2026")
            self.as_user(self.ketua, loan).action_write_off()
            self.assertEqual(row.state, "held")
            claim = loan.claim_left
            advance = self.call(row, 500000)
            self.assertEqual((loan.claim_left, row.state), (claim - 500000, "released"))
            session = self.open_session(self.petugas, day=LATER)
            receipt = self.as_user(self.petugas, advance)._pay_back(500000, session, key="k")
            self.assertEqual(receipt, self.as_user(self.petugas, advance)._pay_back(500000, session, key="k"))
            self.assertEqual((advance.left, loan.claim_left, self.saris.balance), (0, claim - 500000, 600000))
            with self.assertRaisesRegex(UserError, "only Rp 0 more"):
                self.as_user(self.petugas, advance)._pay_back(1, session)
            self.assertBooksAgree()

    def test_who_leaves_settles_it(self):
        """300.000 to Sari, 730.000 of principal, service fee of five installments in arrears and of the running one,
        60.000; she has 100.000."""
        _loan, row = self.guaranteed()
        with freeze_time(f"{LATER} 03:00:00"):
            self.call(row, 300000)
            leaving = self.as_user(self.petugas, self.env["koperasi.member.exit"]).create(
                {"member_id": self.siti.id, "reason": "Pindah"}
            )
            self.assertTrue([text for text in leaving.sudo()._obstacles() if "990.000 is missing" in text])
