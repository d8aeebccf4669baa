from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import TODAY
from .test_loan import LoanCase


@tagged("post_install", "-at_install")
class TestRunDisburse(LoanCase):
    """Approved loans paid out of the bank in one run; 20.200.000 are there, 4.000.000 stay: 16.200.000."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.koperasi_reserve_percent = 20
        cls.others = [cls.active_member(name) for name in ("Rahayu", "Lestari")]  # and 200.000 of share capital

    def run_for(self, loans, user=None):
        action = self.as_user(user or self.bendahara, loans).action_disburse_together()
        return self.as_user(user or self.bendahara, self.env["koperasi.run"]).browse(action["res_id"])

    def work(self, run, size=1):
        run.action_start()
        while run.state in ("queued", "running"):
            run.sudo()._process_chunk(size)

    def test_all_are_paid_out(self):
        loans = self.new_loan(1000000) | self.new_loan(2000000, self.rich)
        run = self.run_for(loans)
        self.assertEqual(run.sudo().journal_id.type, "bank")
        self.work(run)
        self.assertEqual((run.state, run.done_count, run.skip_count, run.amount_total), ("done", 2, 0, 3000000))
        self.assertEqual(loans.mapped("state"), ["running", "running"])
        self.assertEqual(loans.mapped("disbursed_by_id"), self.bendahara)
        self.assertEqual(sum(loans.installment_ids.mapped("principal")), 3000000)
        # Chunk by chunk a transaction of its own, of the bank.
        transactions = self.env["koperasi.transaction"].search([("origin", "=", f"koperasi.run,{run.id}")])
        self.assertEqual(sorted(transactions.tender_ids.mapped("amount")), [-2000000, -1000000])
        self.assertBooksAgree()

    def test_same_schedule_as_one_by_one(self):
        """The same loan paid out alone and in a run: the same installments, fees and lines."""
        self.product.fee_ids = [
            (0, 0, {"name": "Administrasi", "amount": 5000, "account_id": self.product.interest_account_id.id})
        ]
        alone, together = self.running(1000000), self.new_loan(1000000, self.rich)
        self.work(self.run_for(together), 100)
        columns = ("number", "due_date", "principal", "interest", "balance", "fee")
        self.assertEqual(
            *[[tuple(row[name] for name in columns) for row in loan.installment_ids] for loan in (alone, together)]
        )
        self.assertEqual(
            *[
                sorted(
                    (line.component, line.amount)
                    for line in self.env["koperasi.transaction"].search([("line_ids.loan_id", "=", loan.id)]).line_ids
                )
                for loan in (alone, together)
            ]
        )
        self.assertBooksAgree()

    def test_held_savings_stand_behind_it(self):
        """A guarantor who has not signed, or savings that are not there any more, stop this loan and no other."""
        loan, other = self.new_loan(1000000), self.new_loan(1000000, self.rich)
        guarantor = self.others[0]
        savings = self.account(guarantor, "sukarela")
        self.deposit(savings, 500000, self.session)
        self.as_user(self.bendahara, self.env["koperasi.loan.guarantor"]).create(
            {"loan_id": loan.id, "member_id": guarantor.id, "savings_id": savings.id, "amount": 500000}
        )
        run = self.run_for(loan | other)
        self.work(run)
        self.assertEqual((loan.state, other.state), ("approved", "running"))
        [skip] = run.sudo().skip_ids
        self.assertEqual(skip.loan_id, loan)
        self.assertIn("by itself", skip.reason)

    def test_left_out(self):
        """Of 16.400.000 10.000.000 go to the first; the second, of 9.000.000, waits; the third fits again."""
        first, second, third = (
            self.new_loan(amount, member)
            for amount, member in zip((10000000, 9000000, 6000000), (self.siti, self.rich, self.others[0]))
        )
        for loan in (second, third):
            loan.sudo()._set(state="approved")
        run = self.run_for(first | second | third)
        self.work(run)
        self.assertEqual([loan.state for loan in (first, second, third)], ["running", "queued", "running"])
        [skip] = run.sudo().skip_ids
        self.assertEqual(skip.loan_id, second)
        self.assertIn("is left of the funds", skip.reason)
        # Started again for all three: what is paid out stays as it is, nothing twice.
        again = self.as_user(self.bendahara, self.env["koperasi.run"]).create(
            {
                "company_id": self.company.id,
                "kind": "disburse",
                "date_from": TODAY,
                "loan_ids": [(6, 0, (first | second | third).ids)],
                "journal_id": run.sudo().journal_id.id,
            }
        )
        self.work(again)
        self.assertEqual((again.done_count, again.skip_count, again.amount_total), (3, 3, 0))
        self.assertBooksAgree()

    def test_preview(self):
        """Of 16.400.000 10.000.000 go to the first, less a fee of 1 % that is taken off; the second, of 9.000.000,
        waits; the third, of 6.000.000, fits: 400.000 are left. Nothing of it stays, and the run does just this."""
        income = self.product.interest_account_id
        self.product.fee_ids = [(0, 0, {"name": "Provisi", "rate": 1, "account_id": income.id})]
        loans = self.new_loan(10000000) | self.new_loan(9000000, self.rich) | self.new_loan(6000000, self.others[0])
        loans.sudo()._set(state="approved")
        run = self.run_for(loans)
        self.env.flush_all()
        action = run.action_preview()
        rows = self.as_user(self.bendahara, self.env["koperasi.run.preview"]).search(action["domain"], order="id")
        self.assertEqual(rows.loan_id, loans)
        self.assertEqual(
            [(row.lent, row.deducted, row.net, row.funds_left) for row in rows],
            [(10000000, 100000, 9900000, 6400000), (0, 0, 0, 0), (6000000, 60000, 5940000, 400000)],
        )
        self.assertEqual(rows.journal_id, run.journal_id)
        self.assertIn("is left of the funds", rows[1].reason)
        self.assertEqual((run.state, run.requested_by_id.id, run.skip_count, run.cursor), ("draft", False, 0, 0))
        self.assertEqual(loans.mapped("state"), ["approved"] * 3)
        self.assertFalse(loans.installment_ids)
        self.assertBooksAgree()
        self.work(run)
        self.assertEqual([loan.state for loan in loans], ["running", "queued", "running"])
        tenders = self.env["koperasi.transaction"].search([("origin", "=", f"koperasi.run,{run.id}")]).tender_ids
        self.assertEqual(sum(tenders.mapped("amount")), -9900000 - 5940000)

    def test_preview_of_her_own(self):
        """Nobody pays her own loan out, nor one she approved: said before the run is started."""
        both = self._new_person("dua", ketua=self.company, bendahara=self.company)
        own = self.new_loan(1000000, self.rich, approve=False)
        self.as_user(both, own).action_approve()
        run = self.run_for(own, both)
        [row] = self.env["koperasi.run.preview"].search(run.action_preview()["domain"])
        self.assertEqual((row.net, "approved it" in row.reason), (0, True))
        with self.assertRaises(AccessError):
            self.as_user(self.ketua, run).action_preview()

    def test_who_may(self):
        loan = self.new_loan(1000000)
        with self.assertRaises(AccessError):
            self.run_for(loan, self.ketua)
        both = self._new_person("dua", ketua=self.company, bendahara=self.company)
        own = self.new_loan(1000000, self.rich, approve=False)
        self.as_user(both, own).action_approve()
        run = self.run_for(own, both)
        self.work(run)
        self.assertEqual(own.state, "approved")
        self.assertIn("approved it", run.sudo().skip_ids.reason)
        with self.assertRaises(UserError):
            self.run_for(self.running(500000, member=self.others[0]))

    def test_taken_back(self):
        loan = self.new_loan(1000000)
        run = self.run_for(loan)
        self.work(run)
        self.as_user(self.ketua, run).action_reverse()
        while run.state == "reversing":
            run.sudo()._process_chunk()
        self.assertEqual((run.state, loan.state, loan.outstanding), ("reversed", "cancelled", 0))
        self.assertBooksAgree()
