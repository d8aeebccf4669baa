from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .common import TODAY
from .test_loan import LoanCase


@tagged("post_install", "-at_install")
class TestLoanFee(LoanCase):
    """docs/domain.md 4.6: a loan of 1.000.000, 10 x 110.000."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ref = lambda name: cls.env.ref(f"account.{cls.company.id}_koperasi_{name}")  # noqa: E731
        cls.income, cls.risk = ref("4102"), ref("2151")
        cls.swp = cls.product.interest_savings_product_id
        cls.flat = cls.new_product()

    def lend(self, *fees):
        self.flat.fee_ids = [Command.create(fee) for fee in fees]
        loan = self.new_loan(product=self.flat)
        return loan, self.disburse(loan, key="pay-out")

    def fee(self, name="Administrasi", **vals):
        goal = {} if "savings_product_id" in vals else {"account_id": self.income.id}
        return {"name": name, "collected": "deducted", **goal, **vals}

    def correct(self, transaction):
        correction = self.as_user(self.petugas, self.env["koperasi.correction"]).create(
            {"transaction_id": transaction.id, "reason": "Salah"}
        )
        self.as_user(self.ketua, correction).action_approve()

    def test_effective_rate(self):
        """1.000.000 for one month at 10 %, and a fee of 2 %: 1.100.000 for 980.000, or 1.120.000 for 1.000.000.

        12 x (1.100 / 980 - 1) = 146,9388 %; 12 x 0,12 = 144 %. What becomes her own savings costs nothing: 120 %.
        """
        self.flat.rate_basis, self.flat.rate = "term", 10
        for fee, rate in (
            (self.fee(rate=2), 146.9388),
            (self.fee(rate=2, collected="apart"), 146.9388),
            (self.fee(rate=2, collected="first"), 144),
            (self.fee(rate=2, savings_product_id=self.swp.id), 120),
        ):
            self.flat.fee_ids = [Command.clear(), Command.create(fee)]
            self.assertAlmostEqual(self.flat._effective_rate(1000000, 1), rate, 4)
        self.assertEqual(self.flat._simulate(1000000, 10)["charges"], [("Administrasi", "Rp 20.000")])
        self.flat.fee_ids = [Command.clear(), Command.create(self.fee(amount=1000000))]
        with self.assertRaisesRegex(UserError, "Nothing would be left"):
            self.flat._effective_rate(1000000, 10)

    def test_deducted(self):
        """1 % provision, Rp 5.000 administration, 1 % risk fund, 2 % savings: 45.000; she takes 955.000."""
        loan, voucher = self.lend(
            self.fee("Provisi", rate=1),
            self.fee("Administrasi", amount=5000),
            self.fee("Dana risiko", rate=1, account_id=self.risk.id),
            self.fee("SWP", rate=2, savings_product_id=self.swp.id),
        )
        self.assertEqual((loan.outstanding, loan.fee_amount, loan.net_amount), (1000000, 45000, 955000))
        self.assertEqual((voucher.kind, voucher.amount), ("payment", 955000))
        self.assertEqual(sum(voucher.tender_ids.mapped("amount")), -955000)
        sums = {}
        for line in voucher.line_ids:
            sums[line.account_id] = sums.get(line.account_id, 0) + line.amount
        self.assertEqual(
            sums,
            {
                self.flat.account_id: -1000000,
                self.income: 15000,
                self.risk: 10000,
                self.swp.account_id: 20000,
            },
        )
        savings = self.siti.savings_ids.filtered(lambda account: account.product_id == self.swp)
        self.assertEqual(savings.balance, 20000)
        self.assertEqual(
            [(label, amount) for label, _detail, amount in voucher._slip_rows()],
            [
                (f"Loan {loan.number}", 1000000),
                ("Provisi", -10000),
                ("Administrasi", -5000),
                ("Dana risiko", -10000),
                ("SWP", -20000),
            ],
        )
        self.assertBooksAgree()
        self.flat.fee_ids.unlink()  # what is agreed stays
        self.assertEqual((loan.fee_amount, loan.net_amount), (45000, 955000))
        self.correct(voucher)
        self.assertEqual((loan.state, savings.balance), ("cancelled", 0))
        self.assertBooksAgree()

    def test_paid_apart(self):
        """The loan in full on the voucher, the fee on a receipt: one slip, recorded once."""
        loan, voucher = self.lend(self.fee(amount=5000, collected="apart"))
        self.assertEqual((voucher.kind, voucher.amount, loan.net_amount), ("payment", 1000000, 1000000))
        receipt = loan.line_ids.transaction_id - voucher
        self.assertEqual((receipt.kind, receipt.amount, receipt.line_ids.account_id), ("receipt", 5000, self.income))
        self.assertEqual(voucher._slips(), [receipt + voucher])
        self.assertEqual(self.disburse(loan, key="pay-out"), voucher)
        self.assertEqual(len(loan.line_ids.transaction_id), 2)
        self.assertBooksAgree()

    def test_with_the_first_installment(self):
        """110.000 and 15.000: before the service fee; in parts the first fee first."""
        loan, voucher = self.lend(
            self.fee("Administrasi", amount=5000, collected="first"),
            self.fee("SWP", rate=1, collected="first", savings_product_id=self.swp.id),
        )
        self.assertEqual((voucher.amount, loan.next_due_amount), (1000000, 125000))
        self.assertEqual(loan.installment_ids[:2].mapped("total"), [125000, 110000])
        first = self.pay(loan, 8000)
        savings = self.siti.savings_ids.filtered(lambda account: account.product_id == self.swp)
        self.assertEqual(
            {(line.account_id, line.amount) for line in first.line_ids},
            {(self.income, 5000), (self.swp.account_id, 3000)},
        )
        self.assertEqual((savings.balance, loan.next_due_amount), (3000, 117000))
        self.pay(loan, 117000)
        self.assertEqual((savings.balance, loan.outstanding, loan.installment_ids[0].state), (10000, 900000, "paid"))
        self.assertBooksAgree()
        self.correct(first)
        self.assertEqual((savings.balance, loan.installment_ids[0].state), (7000, "partial"))
        # what was taken back is paid with the payoff: 8.000 of fees and 900.000; the running month's 10.000 is paid
        self.assertEqual(loan._payoff_units(TODAY), 908000)
        self.as_user(self.petugas, loan)._pay_off(908000, self.session)
        self.assertEqual((loan.state, savings.balance), ("paid", 10000))
        self.assertBooksAgree()

    def test_terms(self):
        with self.assertRaises(Exception), self.env.cr.savepoint(), self.assertLogs("odoo.sql_db"):
            self.flat.fee_ids = [Command.create({"name": "Provisi", "rate": 1})]
        with self.assertRaisesRegex(ValidationError, "can't take fees"):
            self.flat.fee_ids = [Command.create(self.fee(rate=1, account_id=self.flat.account_id.id))]

    def test_nothing_left(self):
        with self.assertRaisesRegex(UserError, "nothing would be left"):
            self.lend(self.fee(amount=1000000))
