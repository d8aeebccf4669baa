from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import TODAY
from .test_late_fee import LateCase


@tagged("post_install", "-at_install")
class TestWriteOff(LateCase):
    """docs/domain.md 2.3, 4.10. A loan of 1.000.000, 10 x 110.000; today its first installment is 12 days late and
    its late fee 1.320 (test_late_fee). 100.000 is paid of it: 1.320 late fee, 10.000 service fee, 88.680 principal, so
    that 911.320 of principal and nothing else is owed today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.as_user(cls.petugas, cls.late)._pay(100000, cls.session)
        cls.company.koperasi_recovery_account_id.ensure_one()

    def propose(self, loan=None, user=None):
        return (
            self.as_user(user or self.bendahara, self.env["koperasi.loan.write.off.request"])
            .create({"loan_id": (loan or self.late).id, "reason": "Pindah tanpa alamat", "resolution": "BA 3/RAT/2026"})
            .action_confirm()
        )

    def write_off(self, user=None):
        self.as_user(user or self.ketua, self.late).action_write_off()

    def set_aside(self, amount):
        unit = self.company.koperasi_savings_unit_id.id
        self.env["koperasi.posting"].with_user(self.bendahara)._post(
            self.company,
            TODAY,
            [
                {"component": "allowance", "account_id": account.id, "unit_id": unit, "amount": value}
                for account, value in (
                    (self.company.koperasi_allowance_account_id, amount),
                    (self.company.koperasi_allowance_expense_account_id, -amount),
                )
            ],
        )

    def balance(self, account):
        [[balance]] = self.env["account.move.line"]._read_group(
            [("account_id", "=", account.id)], aggregates=["balance:sum"]
        )
        return balance

    def correct(self, transaction, user=None):
        correction = self.as_user(self.petugas, self.env["koperasi.correction"]).create(
            {"transaction_id": transaction.id, "reason": "Salah"}
        )
        self.as_user(user or self.bendahara, correction).action_approve()

    def test_speaks_against_another_loan(self):
        """Nothing is recovered yet of 911.320: a warning on what she asks for next."""
        self.propose()
        self.write_off()
        loan = self.new_loan(500000, member=self.late.member_id, approve=False)
        check = loan.check_ids.filtered(lambda check: check.rule == "claims")
        self.assertEqual((check.level, check.value, check.limit), ("warning", 911320, 0))

    def test_allowance_first_then_expense(self):
        """900.000 is set aside; of 911.320 the rest, 11.320, is expense."""
        self.set_aside(900000)
        self.propose()
        self.write_off()
        loan, company = self.late, self.company
        self.assertEqual((loan.state, loan.outstanding, loan.arrears, loan.late_fee), ("written_off", 0, 0, 0))
        self.assertEqual((loan.claim_amount, loan.claim_left), (911320, 911320))
        self.assertEqual(self.balance(company.koperasi_allowance_account_id), 0)
        self.assertEqual(self.balance(company.koperasi_allowance_expense_account_id), 911320)
        lines = {line.component: line.amount for line in loan.write_off_id.line_ids if line.component != "principal"}
        self.assertEqual(lines, {"allowance": -900000, "write_off": -11320})
        self.assertEqual(loan.write_off_id.kind, "memorial")
        self.assertFalse(
            self.env["koperasi.collectibility"]._as_of(company, TODAY).filtered(lambda row: row.loan_id == loan)
        )
        self.assertEqual(loan.with_context(koperasi_as_of=date(2026, 11, 23)).outstanding, 1000000)
        logged = self.env["koperasi.audit.log"].search([("event", "=", "written_off")])
        self.assertIn("Rp 911.320. Pindah", logged.note)
        self.assertBooksAgree()

    def test_all_from_the_allowance(self):
        self.set_aside(2000000)
        self.propose()
        self.write_off()
        self.assertEqual(self.balance(self.company.koperasi_allowance_account_id), -2000000 + 911320)
        self.assertBooksAgree()

    def test_recovered_at_the_counter(self):
        self.propose()
        self.write_off()
        counter = self.as_user(self.petugas, self.env["koperasi.counter"]).create(
            {"member_id": self.siti.id, "company_id": self.company.id}
        )
        line = counter.in_ids.filtered(lambda line: line.loan_id == self.late)
        self.assertEqual((line.balance, line.due, line.amount), (911320, 0, 0))
        self.assertIn("written off", line.name)
        (counter.in_ids - line).amount = 0
        line.amount = 300000
        counter.action_confirm()
        self.assertEqual((self.late.claim_recovered, self.late.claim_left), (300000, 611320))
        self.assertEqual(self.balance(self.company.koperasi_recovery_account_id), -300000)
        self.assertEqual(self.late.outstanding, 0)
        with self.assertRaisesRegex(UserError, "Rp 611.320 of the claim is left"), self.env.cr.savepoint():
            self.pay(self.late, 611321)
        with self.assertRaisesRegex(UserError, "Written Off"), self.env.cr.savepoint():
            self.as_user(self.petugas, self.late)._pay_off(611320, self.session)
        receipt = self.pay(self.late, 611320)
        self.assertEqual((self.late.state, self.late.claim_left), ("written_off", 0))
        self.assertBooksAgree()
        with self.assertRaisesRegex(UserError, "what was recovered"), self.env.cr.savepoint():
            self.correct(self.late.write_off_id)
        self.correct(receipt)
        self.assertEqual((self.late.state, self.late.claim_left), ("written_off", 611320))
        self.assertBooksAgree()

    def test_taken_back(self):
        """The loan runs again as if it had never been written off; before that, its payments stay as they are."""
        self.propose()
        self.write_off()
        payment = self.late.line_ids.transaction_id.filtered(lambda transaction: transaction.kind == "receipt")
        with self.assertRaisesRegex(UserError, "take back the write-off first"), self.env.cr.savepoint():
            self.correct(payment)
        self.correct(self.late.write_off_id)
        self.assertEqual((self.late.state, self.late.outstanding, self.late.arrears), ("running", 911320, 11320))
        self.assertBooksAgree()

    def test_who(self):
        """The treasurer proposes, the chair decides, never one person, never for herself."""
        for user in (self.petugas, self.sekretaris, self.ketua, self.pengawas):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.as_user(user, self.late)._propose_write_off("Pindah", "BA 3/RAT/2026")
        with self.assertRaisesRegex(UserError, "proposes the write-off first"), self.env.cr.savepoint():
            self.write_off()
        self.company.koperasi_self_approval = True
        self.env["koperasi.officer"].create(
            {"user_id": self.both.id, "company_id": self.company.id, "role": "bendahara", "date_from": date(2026, 1, 1)}
        )
        self.propose(user=self.both)
        with self.assertRaisesRegex(UserError, "does not decide"), self.env.cr.savepoint():
            self.write_off(self.both)
        for user in (self.petugas, self.bendahara):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.write_off(user)
        self.as_user(self.ketua, self.late).action_refuse_write_off()
        self.assertFalse(self.late.write_off_proposed_by_id)
        self.propose()
        with self.assertRaisesRegex(UserError, "by its actions only"):
            self.late.write({"claim_amount": 1})
        self.write_off()
        self.assertEqual(self.late.written_off_by_id, self.ketua)
