from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import TODAY
from .test_loan_schedule import LateLoanCase

NEXT = date(2026, 12, 24)


class UndoCase(LateLoanCase):
    """Lent on 16 August, 10 x 110.000: on 24 November no. 1 to 3 are late, for 69 days."""

    def restructure(self, **vals):
        request = self.as_user(self.petugas, self.env["koperasi.loan.restructure"]).create(
            {
                "loan_id": self.loan.id,
                "periods": 20,
                "first_due_date": NEXT,
                "reason": "Panen gagal",
                **vals,
            }
        )
        self.as_user(self.ketua, request).action_approve()
        return request

    def ask(self, request, user=None):
        return self.as_user(user or self.petugas, self.env["koperasi.loan.undo"]).create(
            {"restructure_id": request.id, "reason": "Untuk pinjaman lain"}
        )

    def undo(self, request):
        undo = self.ask(request)
        self.as_user(self.ketua, undo).action_approve()
        return undo

    def class_days(self, day=TODAY):
        self.env.flush_all()
        rows = self.as_user(self.bendahara, self.env["koperasi.collectibility"])._as_of(self.company, day)
        return rows.filtered(lambda row: row.loan_id == self.loan).class_days

    def rows(self):
        return [
            (row.number, row.due_date, row.principal, row.interest, row.paid_total)
            for row in self.loan.installment_ids
        ]


@tagged("post_install", "-at_install")
class TestUndo(UndoCase):
    def test_as_it_was(self):
        """After a restructuring on the same day it is as if there had been none; both are in the history."""
        days = [date(2026, 9, 30), date(2026, 11, 23)]
        before, rows = [self.position(day) for day in (*days, TODAY)], self.rows()
        request = self.restructure()
        self.assertEqual((self.loan.arrears, self.class_days()), (0, 69))
        self.assertEqual(request.schedule_id.display_name, "Longer Term, 11/24/2026")
        undo = self.undo(request)
        self.assertEqual(([self.position(day) for day in (*days, TODAY)], self.rows()), (before, rows))
        self.assertEqual((undo.state, request.taken_back_on), ("approved", TODAY))
        self.assertEqual(self.loan.schedule_ids.mapped("kind"), ["reschedule", "restored"])
        back = self.loan.schedule_ids[1]
        self.assertEqual((undo.restored_id, back.restores_id), (back, request.schedule_id))
        self.assertEqual((back.requested_by_id, back.approved_by_id), (self.petugas, self.ketua))
        with self.assertRaisesRegex(UserError, "taken back already"):
            self.ask(request)
        self.restructure(periods=10)
        self.assertBooksAgree()

    def test_arrears_are_arrears_again(self):
        """30.000 that became principal, with its memorial; the service fee in force is the product's again."""
        request = self.restructure(kind="recondition", periods=10, rate=0.5, capitalise=True)
        self.assertEqual((self.loan.outstanding, self.loan._rate_percent()), (1030000, 0.5))
        memorial = request.schedule_id.transaction_id
        self.undo(request)
        self.assertTrue(memorial.is_reversed)
        self.assertEqual((self.loan.outstanding, self.loan.arrears, self.loan.days_late), (1000000, 330000, 69))
        self.assertEqual((self.loan.capitalised_amount, self.loan._rate_percent()), (0, 1))
        self.assertBooksAgree()
        self.as_user(self.petugas, self.loan)._pay_off(self.loan._payoff_units(TODAY), self.session)
        self.assertEqual((self.loan.state, self.loan.outstanding), ("paid", 0))
        self.assertBooksAgree()

    def test_days_between_stay(self):
        """Restructured on 24 November, taken back on 1 December: in between the new installments are what it owed."""
        request = self.restructure()
        between = self.position(TODAY)
        with freeze_time("2026-12-01 03:00:00"):
            self.undo(request)
            self.assertEqual((self.loan.days_late, self.loan.arrears), (76, 330000))
            self.assertEqual(self.class_days(date(2026, 12, 1)), 76)
            self.assertEqual((self.position(TODAY), self.class_days()), (between, 69))

    def test_quality_as_it_was(self):
        """Paid up after the restructuring was taken back, the loan is current: nothing of it is counted any more."""
        request = self.restructure()
        self.undo(request)
        self.pay(self.loan, 330000)
        self.assertEqual(self.class_days(), 0)

    def test_what_was_paid_since_goes_first(self):
        request = self.restructure()
        receipt = self.pay(self.loan, 61500, excess="ahead")
        with self.assertRaisesRegex(UserError, receipt.number), self.env.cr.savepoint():
            self.ask(request)
        more = self.pay(self.loan, 100000, excess="shorten")
        with self.assertRaisesRegex(UserError, more.number), self.env.cr.savepoint():
            self.ask(request)
        self.back(receipt)  # it paid an installment in full, which is open again
        with self.assertRaisesRegex(UserError, more.number), self.env.cr.savepoint():
            self.ask(request)
        self.back(more)
        self.undo(request)
        self.assertEqual((self.loan.outstanding, self.loan.arrears), (1000000, 330000))
        self.assertEqual(len(self.loan.installment_ids), 10)
        self.assertBooksAgree()

    def test_a_payment_before_the_change(self):
        """160.000 pay no. 1 and 50.000 of no. 2. After a restructuring of the rest they come back only after it."""
        receipt, rows = self.pay(self.loan, 160000), self.rows()
        request = self.restructure()
        with self.assertRaisesRegex(UserError, "Take back first: Longer Term, 11/24/2026"), self.env.cr.savepoint():
            self.back(receipt)
        self.undo(request)
        self.assertEqual(self.rows(), rows)
        again = self.restructure(periods=5, capitalise=True)
        self.undo(again)
        self.assertEqual(self.rows(), rows)
        back = self.back(receipt)
        self.assertEqual((self.loan.outstanding, self.loan.arrears, self.loan.days_late), (1000000, 330000, 69))
        [line] = back.line_ids.filtered(lambda line: line.installment_id.number == 2 and line.component == "interest")
        self.assertEqual((line.amount, line.installment_id.date_to), (-10000, False))
        self.assertBooksAgree()
        self.pay(self.loan, 330000)
        self.assertEqual(self.loan.arrears, 0)
        self.assertBooksAgree()

    def test_late_fee_as_it_was(self):
        """Rp 1.000 a day and installment: 69 + 39 + 8 days. 20.000 are paid and 6.000 waived of no. 1 before: 90.000.

        The receipt taken back after all, 110.000 are open: the waiver stays.
        """
        self.env.cr.execute(
            "UPDATE koperasi_loan_product SET penalty_kind = 'per_day', penalty_amount = 1000 WHERE id = %s",
            [self.flat.id],
        )
        self.flat.invalidate_recordset()
        receipt = self.pay(self.loan, 20000)
        self.as_user(self.ketua, self.loan)._waive_late_fee(6000, "Sakit")
        self.assertEqual(self.loan.late_fee, 90000)
        request = self.restructure(capitalise=True)
        self.assertEqual(self.loan.late_fee, 0)
        self.undo(request)
        self.assertEqual(self.loan.late_fee, 90000)
        self.assertEqual(self.loan.installment_ids[0].paid_penalty, 20000)
        self.back(receipt)
        self.assertEqual(self.loan.late_fee, 110000)
        with freeze_time("2026-11-26 03:00:00"):
            self.env.invalidate_all()
            self.assertEqual(self.loan.late_fee, 116000)  # two days for each of three
        self.assertBooksAgree()

    def test_who_asks_and_decides(self):
        request = self.restructure()
        undo = self.ask(request)
        with self.assertRaises(AccessError):
            self.as_user(self.petugas, undo).action_approve()
        with self.assertRaises(AccessError):
            self.as_user(self.bendahara, undo).action_approve()
        self.as_user(self.ketua, undo).action_refuse()
        self.env.flush_all()
        own = self.ask(request, self.ketua)
        with self.assertRaisesRegex(UserError, "second person"):
            self.as_user(self.ketua, own).action_approve()
        self.ketua.partner_id = self.siti.partner_id
        with self.assertRaisesRegex(UserError, "her own request"):
            self.as_user(self.ketua, own).action_approve()
        self.assertFalse(request.taken_back_on)

    def test_decided_on_by_the_board(self):
        """The secretary's is the last yes: the memorial is recorded by who asked, for she herself posts nothing."""
        self.flat.committee_amount = 500000
        request = self.restructure(capitalise=True)
        self.as_user(self.sekretaris, request).action_approve()
        self.assertEqual(request.schedule_id.transaction_id.create_uid, self.petugas)
        undo = self.ask(request)
        self.as_user(self.sekretaris, undo).action_approve()
        self.assertEqual((undo.state, self.loan.outstanding), ("approved", 1000000))
        self.assertBooksAgree()

    def test_from_the_list_of_changes(self):
        receipt = self.pay(self.loan, 580000, excess="shorten")
        change = self.as_user(self.petugas, self.loan.schedule_ids)
        self.assertEqual(change.action_take_back()["context"], {"default_transaction_id": receipt.id})
        self.back(receipt)
        request = self.restructure()
        change = self.as_user(self.petugas, self.loan.schedule_ids[-1])
        self.assertEqual(change.action_take_back()["context"], {"default_restructure_id": request.id})

    def test_upgrade(self):
        """A prepayment that was taken back by an earlier version knows afterwards what continues what."""
        receipt = self.pay(self.loan, 580000, excess="shorten")
        self.back(receipt)
        back = self.loan.schedule_ids[1]
        rows = self.env["koperasi.loan.installment"].search([("schedule_id", "=", back.id)])
        roots = rows.mapped("root_id")
        self.assertEqual(len(roots), 7)
        for table in ("koperasi_loan_schedule", "koperasi_loan_installment"):
            self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self.env.flush_all()
        self.env.cr.execute("UPDATE koperasi_loan_schedule SET restores_id = NULL WHERE id = %s", [back.id])
        self.env.cr.execute("UPDATE koperasi_loan_installment SET root_id = NULL WHERE id IN %s", [tuple(rows.ids)])
        for table in ("koperasi_loan_schedule", "koperasi_loan_installment"):
            self.env.cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        self.env.invalidate_all()
        self.migrate("19.0.1.0.2/post-loan-restored.py", "19.0.1.0.1")
        self.assertEqual((back.restores_id, rows.mapped("root_id")), (self.loan.schedule_ids[0], roots))
