from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import TODAY
from .test_loan import LoanCase


@tagged("post_install", "-at_install")
class TestLoanCollateral(LoanCase):
    """What stands behind a loan, from the promise to its return (docs/domain.md 4.11, 4.15)."""

    def collateral(self, loan, user=None, **vals):
        return self.as_user(user or self.petugas, self.env["koperasi.loan.collateral"]).create(
            {"loan_id": loan.id, "kind": "bpkb_motor", "name": "Honda Beat", "value": 1500000, **vals}
        )

    def draft(self, amount=1000000):
        return self.as_user(self.petugas, self.env["koperasi.loan"]).create(
            {"member_id": self.siti.id, "product_id": self.product.id, "amount": amount}
        )

    def approved(self, loan):
        loan.action_submit()
        self.as_user(self.ketua, loan).action_approve()
        return loan

    def pay_off(self, loan):
        units = sum(row["amount"] for row in loan.sudo()._payoff_lines(TODAY))
        return self.as_user(self.petugas, loan)._pay_off(units, self.session)

    def test_a_value_counts_in_part(self):
        """60 % of 1.500.000 = 900.000, and 80 % of 333.333 = 266.666,4, rounded down: together 1.166.666."""
        loan = self.draft()
        self.collateral(loan, percent=60)
        self.collateral(loan, kind="gold", name="Cincin 3 gram", value=333333, percent=80)
        self.assertEqual(loan.collateral_value, 1166666)
        with self.assertRaisesRegex(UserError, "by itself"):
            loan.collateral_value = 5
        self.assertEqual(loan.copy({"collateral_value": 7}).collateral_value, 0)

    def test_from_hand_to_hand(self):
        loan = self.draft()
        row = self.collateral(loan, document_number="N-01234567", storage_place="Lemari besi")
        self.approved(loan)
        row.action_take()
        self.assertEqual((row.state, row.date_taken, row.taken_by_id), ("held", TODAY, self.petugas))
        self.assertEqual(row.received_from, "Siti")
        with self.assertRaisesRegex(UserError, "Kept by the Cooperative"):
            row.action_take()
        self.disburse(loan)
        treasurer = self.as_user(self.bendahara, row)
        with self.assertRaisesRegex(UserError, "is not paid off"):
            treasurer.action_return()
        self.pay_off(loan)
        with self.assertRaises(AccessError):
            row.action_return()
        treasurer.returned_to = "Ahmad"
        treasurer.action_return()
        self.assertEqual((row.state, row.date_returned, row.returned_to), ("returned", TODAY, "Ahmad"))
        self.assertEqual(loan.collateral_value, 0)
        for report, text in (("receipt", "N-01234567"), ("return", "Ahmad")):
            html, _kind = self.env["ir.actions.report"]._render_qweb_html(
                f"koperasi_simpan_pinjam.action_report_collateral_{report}", row.ids
            )
            self.assertIn(text, html.decode())

    def test_who_changes_what(self):
        """The teller while it is a draft, officers before the disbursement, nobody after; nor what was taken."""
        loan = self.draft()
        row = self.collateral(loan)
        row.value = 1400000
        loan.action_submit()
        with self.assertRaises(AccessError):
            row.value = 1
        with self.assertRaises(AccessError):
            self.collateral(loan)
        self.as_user(self.ketua, row).value = 1300000
        self.as_user(self.ketua, loan).action_approve()
        other = self.collateral(loan, user=self.bendahara, name="Emas", kind="gold")
        self.as_user(self.bendahara, other).unlink()
        row.action_take()
        with self.assertRaisesRegex(UserError, "was taken"):
            self.as_user(self.bendahara, row).value = 1
        row.storage_place = "Bank"  # where it lies may change
        self.disburse(loan)
        later = self.collateral(loan, user=self.bendahara, name="Kulkas", kind="electronics")
        with self.assertRaisesRegex(UserError, "is fixed"):
            self.as_user(self.bendahara, later).value = 5
        with self.assertRaisesRegex(UserError, "is fixed"):
            self.as_user(self.bendahara, later).unlink()
        with self.assertRaises(AccessError):
            self.collateral(loan)
        for vals in ({"state": "returned"}, {"date_taken": TODAY}, {"accepted_value": 9}, {"hold_id": False}):
            with self.assertRaisesRegex(UserError, "by its actions only"):
                self.as_user(self.bendahara, row).write(vals)
        self.assertEqual(self.collateral(loan, self.bendahara, state="held", date_taken=TODAY).state, "promised")

    def test_savings_are_held_until_it_is_paid_off(self):
        """500.000 of 800.000 stay while the loan runs, and again when the last payment is taken back."""
        savings = self.account(self.siti, "sukarela")
        self.deposit(savings, 800000, self.vault)
        loan = self.draft()
        row = self.collateral(loan, kind="savings", savings_id=savings.id, value=500000)
        with self.assertRaisesRegex(UserError, "held at the disbursement"):
            row.action_take()
        self.approved(loan)
        self.assertFalse(savings.held_amount)
        self.disburse(loan)
        self.assertEqual((row.state, savings.held_amount, savings.available_amount), ("held", 500000, 300000))
        with self.assertRaisesRegex(UserError, "with Rp 500.000 to be left"):
            self.withdraw(savings, 300001, self.vault)
        receipt = self.pay_off(loan)
        self.assertEqual((row.state, savings.held_amount, loan.collateral_value), ("returned", 0, 0))
        self.withdraw(savings, 600000, self.vault)
        # Taken back: of the 500.000 only 200.000 are there.
        self.env["koperasi.posting"].with_user(self.bendahara)._reverse(
            receipt, TODAY, session=self.session, reason="Salah", approver=self.ketua
        )
        self.assertEqual((loan.state, row.state, savings.held_amount), ("running", "held", 200000))
        self.pay_off(loan)
        self.assertEqual((row.state, savings.held_amount), ("returned", 0))
        self.assertBooksAgree()

    def test_savings_must_be_there(self):
        savings = self.account(self.siti, "sukarela")
        self.deposit(savings, 100000, self.vault)
        loan = self.draft()
        with self.assertRaisesRegex(ValidationError, "of the borrower"):
            self.collateral(loan, kind="savings", savings_id=self.savings.id, value=100000)
        with self.assertRaisesRegex(ValidationError, "are an account of hers"):
            self.collateral(loan, kind="savings", value=100000)
        self.collateral(loan, kind="savings", savings_id=savings.id, value=150000)
        self.approved(loan)
        with self.assertRaisesRegex(UserError, "only Rp 100.000 is still free"):
            self.disburse(loan)

    def test_a_hold_released_by_hand(self):
        """Two persons may free it before: then it doesn't count, and comes back no more."""
        savings = self.account(self.siti, "sukarela")
        self.deposit(savings, 800000, self.vault)
        loan = self.draft()
        row = self.collateral(loan, kind="savings", savings_id=savings.id, value=500000)
        self.disburse(self.approved(loan))
        with self.assertRaises(UserError):
            self.as_user(self.bendahara, row.hold_id).action_release()  # she paid the loan out, and so made the hold
        self.as_user(self.ketua, row.hold_id).action_release()
        self.assertEqual((row.state, row.hold_id.id, loan.collateral_value), ("returned", False, 0))
        self.pay_off(loan)
        self.assertEqual(savings.held_amount, 0)

    def test_cancelled_disbursement_frees(self):
        savings = self.account(self.siti, "sukarela")
        self.deposit(savings, 800000, self.vault)
        loan = self.draft()
        self.collateral(loan, kind="savings", savings_id=savings.id, value=500000)
        voucher = self.disburse(self.approved(loan))
        self.env["koperasi.posting"].with_user(self.bendahara)._reverse(
            voucher, TODAY, session=self.vault, reason="Salah", approver=self.ketua
        )
        self.assertEqual((loan.state, savings.held_amount), ("cancelled", 0))

    def test_an_allowance_of_a_past_day(self):
        """Lent on 24 July, the first installment due on 24 August is 92 days late: 10 % (docs/domain.md 4.15).

        With nothing 100.000; with what counts of the motorcycle, 400.000, since 24 November: 60.000.
        """
        flat = self.new_product()
        bank = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "bank")], limit=1
        )
        with freeze_time("2026-07-24 03:00:00"):
            loan = self.new_loan(product=flat)
            self.as_user(self.bendahara, loan)._disburse(bank, date(2026, 7, 24))
        row = self.collateral(loan, self.bendahara, value=400000)
        self.assertEqual(self.company._koperasi_allowance_needed(TODAY), 100000)  # promised is not yet there
        row.action_take()
        self.assertEqual(self.company._koperasi_allowance_needed(TODAY), 60000)
        self.assertEqual(self.company._koperasi_allowance_needed(date(2026, 11, 23)), 100000)

    def test_upgrade(self):
        """A value typed on a loan is one collateral of it, kept since it was paid out."""
        loan = self.running()
        self.env.flush_all()
        self.env.cr.execute("UPDATE koperasi_loan SET collateral_value = 700000 WHERE id = %s", (loan.id,))
        for _time in range(2):
            self.migrate("19.0.1.0.1/post-loan-collateral.py", "19.0.1.0.0")
        row = loan.collateral_ids
        self.assertEqual(
            (row.kind, row.value, row.accepted_value, row.state, row.date_taken, row.company_id),
            ("other", 700000, 700000, "held", TODAY, self.company),
        )
        self.assertEqual(loan.collateral_value, 700000)

    def test_photos_are_seen_by_its_readers(self):
        """Uploaded before the row is saved; somebody else's file isn't shown by naming it."""
        files = self.as_user(self.petugas, self.env["ir.attachment"])
        photo = files.create({"name": "bpkb.jpg", "raw": b"x", "res_model": "koperasi.loan.collateral", "res_id": 0})
        secret = self.as_user(self.ketua, files).create({"name": "surat.pdf", "raw": b"x", "res_id": 0})
        loan = self.draft()
        with self.assertRaises(AccessError):
            self.collateral(loan, attachment_ids=[(6, 0, secret.ids)])
        row = self.collateral(loan, attachment_ids=[(6, 0, photo.ids)])
        self.assertEqual(photo.res_id, row.id)
        self.assertTrue(self.as_user(self.pengawas, photo).has_access("read"))
        self.assertFalse(self.as_user(self.admin, photo).has_access("read"))
