from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..kernel.collectibility import class_days
from .common import TODAY
from .test_loan_schedule import LateLoanCase


@tagged("post_install", "-at_install")
class TestRestructure(LateLoanCase):
    """Lent on 16 August, 10 x 110.000; nothing is paid on 24 November: no. 1 to 3 are late, for 69 days."""

    def ask(self, user=None, **vals):
        return self.as_user(user or self.petugas, self.env["koperasi.loan.restructure"]).create(
            {
                "loan_id": self.loan.id,
                "periods": 20,
                "first_due_date": date(2026, 12, 24),
                "reason": "Panen gagal",
                **vals,
            }
        )

    def approve(self, request, user=None):
        self.as_user(user or self.ketua, request).action_approve()
        return request

    def row(self, day=TODAY):
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.as_user(self.bendahara, self.env["koperasi.collectibility"])._as_of(self.company, day)
        return rows.filtered(lambda row: row.loan_id == self.loan)

    def parts(self):
        return [(row.number, row.principal, row.interest) for row in self.loan.installment_ids]

    def test_longer_term(self):
        """20 x 50.000 and 10.000; the 30.000 of service fee in arrears come to 1.500 in each."""
        days = [date(2026, 9, 30), date(2026, 11, 23)]
        before = [self.position(day) for day in days]
        self.approve(self.ask())
        self.assertEqual(self.parts(), [(number, 50000, 11500) for number in range(1, 21)])
        self.assertEqual([self.position(day) for day in days], before)
        self.assertEqual((self.loan.outstanding, self.loan.arrears, self.loan.days_late), (1000000, 0, 0))
        change = self.loan.schedule_ids
        self.assertEqual(
            (change.kind, change.days_late, change.requested_by_id, change.approved_by_id),
            ("reschedule", 69, self.petugas, self.ketua),
        )
        self.assertBooksAgree()

    def test_easier_terms(self):
        """30.000 in arrears become principal: 1.030.000 in ten at half a percent: 103.000 and 5.150."""
        request = self.ask(kind="recondition", periods=10, rate=0.5, capitalise=True)
        self.assertIn("103.000", request.preview)
        income = self.flat.interest_account_id
        self.approve(request)
        self.assertEqual(
            self.parts(),
            [(number, 0, 10000) for number in (1, 2, 3)] + [(number, 103000, 5150) for number in range(4, 14)],
        )
        self.assertEqual((self.loan.outstanding, self.loan.capitalised_amount), (1030000, 30000))
        memorial = self.loan.schedule_ids.transaction_id
        lines = memorial.line_ids.filtered(lambda line: line.account_id == income)
        self.assertEqual(sum(lines.mapped("amount")), 30000)
        self.assertBooksAgree()
        with self.assertRaisesRegex(UserError, "press Take Back"), self.env.cr.savepoint():
            self.back(memorial)
        self.assertEqual(self.loan._payoff_units(TODAY), 1035150)
        receipt = self.pay(self.loan, 530000, excess="shorten")  # nothing is due in November: all of it is principal
        self.assertEqual(self.parts()[3:], [(number, 103000, 5150) for number in range(4, 8)] + [(8, 88000, 5150)])
        self.back(receipt)
        self.pay(self.loan, 1030000 + 10 * 5150, excess="ahead")
        self.assertEqual((self.loan.state, self.loan.outstanding), ("paid", 0))
        self.assertBooksAgree()

    def test_part_of_an_installment_was_paid(self):
        """160.000 pay no. 1, and of no. 2 the service fee and 40.000: 860.000 and 10.000 are spread over 20."""
        self.pay(self.loan, 160000)
        self.approve(self.ask())
        self.assertEqual(self.parts()[:2], [(1, 100000, 10000), (2, 40000, 10000)])
        self.assertEqual(self.parts()[2:], [(number, 43000, 8600 + 500) for number in range(3, 23)])
        self.assertEqual(sum(self.loan.installment_ids.mapped("principal")), 1000000)

    def test_quality_does_not_improve_at_once(self):
        """69 days late is special mention, until three installments were paid in time."""
        self.assertEqual(self.row().band_id.name, "Special Mention")
        self.approve(self.ask())
        self.assertEqual((self.row().days_late, self.row().class_days), (0, 69))
        for number, day in enumerate((date(2026, 12, 24), date(2027, 1, 20), date(2027, 2, 24))):
            self.assertEqual(self.row(day).band_id.name, "Special Mention")
            with freeze_time(f"{day} 03:00:00"):
                session = self.open_session(self.bendahara, "KL1", day=day)
                self.as_user(self.bendahara, self.loan)._pay(61500, session)
                self.as_user(self.bendahara, session)._do_close(session.expected_amount)
            self.assertEqual(class_days(0, 69, number + 1, 3), 0 if number == 2 else 69)
        self.assertEqual(self.row(date(2027, 1, 24)).class_days, 69)
        row = self.row(date(2027, 2, 24))
        self.assertEqual((row.class_days, row.band_id.name), (0, "Current"))

    def test_late_again(self):
        """Paid after the due date, an installment counts for nothing."""
        self.approve(self.ask())
        self.assertEqual(self.row(date(2027, 6, 24)).days_late, 182)  # since 24 December
        self.assertEqual(self.row(date(2027, 6, 24)).class_days, 182)

    def test_who_asks_and_decides(self):
        with self.assertRaises(AccessError):
            self.ask(self.ketua)
        request = self.ask()
        with self.assertRaises(AccessError):
            self.approve(request, self.petugas)
        with self.assertRaisesRegex(UserError, "by its actions only"):
            self.as_user(self.petugas, request).write({"periods": 30})
        self.ketua.partner_id = self.siti.partner_id
        with self.assertRaisesRegex(UserError, "her own request"):
            self.approve(request)

    def test_board_decides_on_much(self):
        self.flat.committee_amount = 500000
        request = self.ask()
        self.assertEqual(request.decided_by, "committee")
        self.approve(request)
        self.assertEqual(request.state, "requested")
        with self.assertRaisesRegex(UserError, "already"):
            self.approve(request)
        self.approve(request, self.sekretaris)
        self.assertEqual((request.state, self.loan.change_count), ("approved", 1))

    def test_refused(self):
        request = self.ask()
        self.as_user(self.ketua, request).action_refuse()
        self.assertFalse(self.loan.schedule_ids)
        with self.assertRaisesRegex(UserError, "decided on already"):
            self.approve(request)

    def test_terms(self):
        with self.assertRaisesRegex(ValidationError, "dearer"), self.env.cr.savepoint():
            self.ask(kind="recondition", rate=2)
        with self.assertRaisesRegex(ValidationError, "neither service fee nor grace"), self.env.cr.savepoint():
            self.ask(rate=0.5)
        with self.assertRaisesRegex(UserError, "due after today"), self.env.cr.savepoint():
            self.ask(first_due_date=TODAY)
        with self.assertRaisesRegex(UserError, "Give the reason"), self.env.cr.savepoint():
            self.ask(reason=" ")

    def test_late_fee_first(self):
        """Rp 1.000 a day for each late installment: 69 + 39 + 8 days."""
        self.env.cr.execute(
            "UPDATE koperasi_loan_product SET penalty_kind = 'per_day', penalty_amount = 1000 WHERE id = %s",
            [self.flat.id],
        )
        self.flat.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "paid or waived first"), self.env.cr.savepoint():
            self.ask()
        self.approve(self.ask(capitalise=True))
        self.assertEqual((self.loan.outstanding, self.loan.late_fee), (1146000, 0))
        self.assertBooksAgree()


@tagged("post_install", "-at_install")
class TestReplacement(LateLoanCase):
    """What pays the old loan off on 24 November: 1.000.000, three service fees in arrears, and that of the month."""

    def replacement(self, amount, kind="top_up", **vals):
        loan = self.as_user(self.petugas, self.env["koperasi.loan"]).create(
            {
                "member_id": self.siti.id,
                "product_id": self.flat.id,
                "amount": amount,
                "replaces_id": self.loan.id,
                "replacement": kind,
                **vals,
            }
        )
        loan.action_submit()
        self.as_user(self.ketua, loan).action_approve()
        return loan

    def test_top_up(self):
        """2.000.000 less 1.040.000 is paid out; of a fee of 1 % 20.000 less."""
        account = self.env.ref(f"account.{self.company.id}_koperasi_4102")
        self.flat.fee_ids = [Command.create({"name": "Provisi", "rate": 1, "account_id": account.id})]
        loan = self.replacement(2000000)
        self.assertEqual(loan._needed_units(), 960000)
        voucher = self.disburse(loan)
        self.assertEqual(sum(voucher.tender_ids.mapped("amount")), -940000)
        self.assertEqual((self.loan.state, self.loan.outstanding, loan.outstanding), ("paid", 0, 2000000))
        self.assertEqual(dict(self.loan._unpaid()), {})
        self.assertEqual((loan.schedule_ids.kind, loan.schedule_ids.days_late), ("top_up", 69))
        self.assertBooksAgree()
        self.assertEqual(self.back(voucher).reversal_of_id, voucher)
        self.assertEqual((self.loan.state, self.loan.outstanding, loan.state), ("running", 1000000, "cancelled"))
        self.assertEqual(self.loan.arrears, 330000)
        self.assertBooksAgree()

    def test_new_loan_for_the_old(self):
        """No money moves: a memorial. The new loan is as bad as the old one was."""
        loan = self.replacement(1040000, "new_loan")
        voucher = self.disburse(loan)
        self.assertEqual((voucher.kind, self.loan.state), ("memorial", "paid"))
        self.env.flush_all()
        rows = self.as_user(self.bendahara, self.env["koperasi.collectibility"])._as_of(self.company, TODAY)
        row = rows.filtered(lambda row: row.loan_id == loan)
        self.assertEqual((row.days_late, row.class_days), (0, 69))
        self.assertBooksAgree()

    def test_too_little(self):
        loan = self.replacement(1000000, "new_loan")
        with self.assertRaisesRegex(UserError, "40.000 is missing"):
            self.disburse(loan)

    def test_only_her_own(self):
        with self.assertRaisesRegex(ValidationError, "no other loan"):
            self.replacement(2000000, member_id=self.rich.id)
        loan = self.replacement(2000000)
        self.as_user(self.petugas, self.loan)._pay_off(1040000, self.session)
        with self.assertRaisesRegex(UserError, "Paid Off"):
            self.disburse(loan)
