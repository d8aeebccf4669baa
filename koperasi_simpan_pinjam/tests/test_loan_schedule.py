from datetime import date

from psycopg2.errors import RestrictViolation

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..kernel.amortization import Installment
from .common import TODAY
from .test_loan import LoanCase

LENT = date(2026, 8, 16)


class LateLoanCase(LoanCase):
    """1.000.000 on 16 August in ten months, 100.000 and 10.000 each: due on the 16th from September on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.flat = cls.new_product()
        cls.bank = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "bank")], limit=1
        )
        with freeze_time(f"{LENT} 03:00:00"):
            cls.loan = cls.new_loan(product=cls.flat)
            cls.as_user(cls.bendahara, cls.loan)._disburse(cls.bank, LENT)

    def position(self, day):
        """:return: what all who ask for a past day see of the loan"""
        self.env.flush_all()
        self.env.invalidate_all()
        loan = self.loan.with_context(koperasi_as_of=day)
        rows = self.as_user(self.bendahara, self.env["koperasi.collectibility"])._as_of(self.company, day)
        row = rows.filtered(lambda row: row.loan_id == self.loan)
        own = (loan.outstanding, loan.arrears, loan.days_late, loan.next_due_date, loan.next_due_amount)
        self.assertEqual((row.outstanding, row.arrears, row.days_late), own[:3])
        return own, [(due.number, due.due_date, due.principal, due.interest) for due in loan._unpaid(day)[loan.id]]

    def back(self, receipt):
        correction = self.as_user(self.petugas, self.env["koperasi.correction"]).create(
            {"transaction_id": receipt.id, "reason": "Salah"}
        )
        self.as_user(self.bendahara, correction).action_approve()
        return correction.reversal_id


@tagged("post_install", "-at_install")
class TestLoanSchedule(LateLoanCase):
    def change(self, rows, **options):
        """Installments 2 and later end today, with what was paid of them."""
        ended = self.loan.installment_ids.filtered(lambda row: row.number >= 2)
        return self.loan._change_installments("reschedule", TODAY, ended, rows, reason="Panen gagal", **options)

    def test_past_days_keep_their_installments(self):
        """130.000 pays no. 1 and of no. 2 its service fee and 10.000; the other 890.000 and 5 x 10.000 become two."""
        receipt = self.pay(self.loan, 130000)
        days = [date(2026, 9, 30), date(2026, 11, 23)]
        before = [self.position(day) for day in days]
        self.assertEqual(before[1][0], (1000000, 330000, 68, date(2026, 9, 16), 110000))
        new = [
            Installment(3, date(2027, 1, 16), 445000, 30000, 445000),
            Installment(4, date(2027, 2, 16), 445000, 20000, 0),
        ]
        change = self.change(new)
        self.assertEqual([self.position(day) for day in days], before)
        self.assertEqual(
            self.position(TODAY),
            (
                (890000, 0, 0, date(2027, 1, 16), 475000),
                [(3, date(2027, 1, 16), 445000, 30000), (4, date(2027, 2, 16), 445000, 20000)],
            ),
        )
        # no. 2 keeps what was paid of it; the whole schedule is still the whole loan
        rows = [(row.number, row.principal, row.interest, row.paid_total) for row in self.loan.installment_ids]
        self.assertEqual(
            rows, [(1, 100000, 10000, 110000), (2, 10000, 10000, 20000), (3, 445000, 30000, 0), (4, 445000, 20000, 0)]
        )
        self.assertEqual(sum(self.loan.installment_ids.mapped("principal")), 1000000)
        self.assertEqual(self.loan.schedule_ids, change)
        self.assertEqual(change.requested_by_id, self.petugas)
        with self.assertRaisesRegex(UserError, "were changed on"):
            self.as_user(self.petugas, self.env["koperasi.correction"]).create(
                {"transaction_id": receipt.id, "reason": "Salah"}
            )
        self.assertBooksAgree()

    def test_it_is_paid_to_the_end(self):
        self.pay(self.loan, 110000)
        self.change([Installment(2, date(2027, 1, 16), 900000, 27000, 0)])
        self.pay(self.loan, 927000)
        self.assertEqual((self.loan.state, self.loan.outstanding, dict(self.loan._unpaid())), ("paid", 0, {}))
        self.assertBooksAgree()

    def test_nothing_is_dated_before_a_change(self):
        with freeze_time("2026-11-20 03:00:00"):
            old = self.open_session(self.bendahara, "KL1", day=date(2026, 11, 20))
        self.change([Installment(2, date(2027, 1, 16), 900000, 27000, 0)])
        with self.assertRaisesRegex(UserError, "nothing can be dated before"):
            self.as_user(self.bendahara, self.loan)._pay(1000, old)
        with self.assertRaisesRegex(UserError, "can't change before that day"):
            self.loan._check_can_change(date(2026, 11, 20))

    def test_nobody_changes_a_row(self):
        change = self.change([Installment(2, date(2027, 1, 16), 900000, 27000, 0)])
        ended = self.env["koperasi.loan.installment"].search([("ended_by_id", "=", change.id)])
        self.assertEqual(len(ended), 9)
        for row in (ended[0], change):
            with self.assertRaises(UserError):
                row.sudo().write({"date_to" if row == ended[0] else "date": False})
        self.assertRaisesImmutable("UPDATE koperasi_loan_installment SET date_to = NULL WHERE id = %s", ended[0])
        self.assertRaisesImmutable("UPDATE koperasi_loan_schedule SET date = NULL WHERE id = %s", change)

    def assertRaisesImmutable(self, query, row):
        self.env.flush_all()
        with self.assertRaisesRegex(RestrictViolation, "it is posted"), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                self.env.cr.execute(query, [row.id])
