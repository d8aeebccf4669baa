from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import TODAY
from .test_loan_schedule import LateLoanCase


@tagged("post_install", "-at_install")
class TestPrepayment(LateLoanCase):
    """Lent on 16 August, 10 x 110.000: on 24 November no. 1 to 3 are due, 330.000; 700.000 of principal come later."""

    def parts(self):
        rows = self.loan.installment_ids.filtered(lambda row: row.number > 3)
        return [(row.number, row.principal, row.interest) for row in rows]

    def test_fewer_installments(self):
        """330.000 and 250.000: 450.000 are left, four of 100.000 and one of 50.000, 10.000 each."""
        receipt = self.pay(self.loan, 580000, excess="shorten")
        self.assertEqual(self.parts(), [*[(number, 100000, 10000) for number in (4, 5, 6, 7)], (8, 50000, 10000)])
        self.assertEqual((self.loan.outstanding, self.loan.arrears, self.loan.next_due_amount), (450000, 0, 110000))
        change = self.loan.schedule_ids
        self.assertEqual((change.kind, change.amount, change.transaction_id), ("prepayment", 250000, receipt))
        self.assertEqual(self.loan.change_count, 1)
        self.assertBooksAgree()
        quote = self.loan._payoff_units(TODAY)
        self.assertEqual(quote, 460000)  # principal, and the running month's service fee
        self.as_user(self.petugas, self.loan)._pay_off(quote, self.session)
        self.assertEqual((self.loan.state, self.loan.outstanding), ("paid", 0))
        self.assertBooksAgree()

    def test_lower_installments(self):
        """330.000 and 350.000 leave half of what comes: 7 x 50.000; the running month 10.000, later ones 5.000."""
        self.flat.excess = "lower"
        receipt = self.pay(self.loan, 680000)
        self.assertEqual(self.parts(), [(4, 50000, 10000), *[(number, 50000, 5000) for number in range(5, 11)]])
        back = self.back(receipt)
        self.assertEqual(self.parts(), [(number, 100000, 10000) for number in range(4, 11)])
        self.assertEqual((self.loan.outstanding, self.loan.arrears), (1000000, 330000))
        self.assertEqual(self.loan.schedule_ids.mapped("kind"), ["prepayment", "restored"])
        self.assertEqual(self.loan.schedule_ids[1].transaction_id, back)
        self.assertBooksAgree()

    def test_what_was_paid_of_a_changed_installment(self):
        """December's is paid in part on the 1st; in all 330.000 + 30.000, then 160.000 more leave 520.000."""
        self.pay(self.loan, 360000)
        with freeze_time("2026-12-01 03:00:00"):
            session = self.open_session(self.bendahara, "KL1", day=date(2026, 12, 1))
            receipt = self.as_user(self.bendahara, self.loan)._pay(240000, session, excess="shorten")
            # no. 4 has 80.000 left, due on 16 December: in full, then 160.000 off the principal of 600.000
            self.assertEqual(self.loan.outstanding, 440000)
            self.assertEqual([row[1] for row in self.parts()], [100000, 100000, 100000, 100000, 100000, 40000])
            self.assertEqual(sum(due.principal for due in self.loan._unpaid()[self.loan.id]), 440000)
            paid = self.as_user(self.bendahara, self.loan)._pay(110000, session, excess="ahead")
            with self.assertRaisesRegex(UserError, "Take back first what came after"), self.env.cr.savepoint():
                self.back(receipt)
            self.back(paid)
            self.back(receipt)
            self.assertEqual(self.loan.outstanding, 680000)
            self.assertBooksAgree()

    def test_not_more_than_is_owed(self):
        with self.assertRaisesRegex(UserError, "pay the loan off"):
            self.pay(self.loan, 1030000, excess="lower")
        with self.assertRaisesRegex(UserError, "pay the loan off"):
            self.pay(self.loan, 441000)  # refused by the product: 330.000 and the next 110.000 at most
        self.pay(self.loan, 440000)

    def test_late_fees_of_before(self):
        """The day after, nothing of the changed installments is late; the past is as it was."""
        before = self.position(date(2026, 11, 23))
        self.pay(self.loan, 580000, excess="shorten")
        self.assertEqual(self.position(date(2026, 11, 23)), before)

    def test_kept_for_the_next_installment(self):
        """50.000 too much is kept on 2111; in December 60.000 are asked for, and pay 110.000."""
        receipt = self.pay(self.loan, 380000, excess="kept")
        kept = self.siti.savings_ids.filtered(lambda account: account.product_id.code == "ANGS")
        self.assertEqual((kept.balance, kept.product_id.account_id.code), (50000, "21110000"))
        self.assertEqual(sum(receipt.tender_ids.mapped("amount")), 380000)
        with freeze_time("2026-12-10 03:00:00"):
            session = self.open_session(self.bendahara, "KL1", day=date(2026, 12, 10))
            form = self.as_user(self.bendahara, self.env["koperasi.loan.operation"]).create({"loan_id": self.loan.id})
            self.assertEqual((form.due_amount, form.kept_amount, form.amount), (110000, 50000, 60000))
            counter = self.as_user(self.bendahara, self.env["koperasi.counter"]).create({"member_id": self.siti.id})
            self.assertEqual([line.amount for line in counter.in_ids if line.loan_id], [60000])
            form.action_confirm()
            self.assertEqual((kept.balance, self.loan.outstanding), (0, 600000))
            self.assertEqual(self.loan.installment_ids[3].state, "paid")
        with self.assertRaises(UserError):
            self.back(receipt)  # what it left has been used
        self.assertBooksAgree()
        self.assertTrue(session)

    def test_kept_pays_alone(self):
        """All of an installment was left: it is paid without money, in a memorial."""
        self.pay(self.loan, 440000, excess="kept")
        with freeze_time("2026-12-10 03:00:00"):
            memorial = self.as_user(self.bendahara, self.loan)._pay(0, self.env["koperasi.cash.session"])
            self.assertEqual((memorial.kind, self.loan.outstanding), ("memorial", 600000))
            with self.assertRaisesRegex(UserError, "above zero"):
                self.as_user(self.bendahara, self.loan)._pay(0, self.env["koperasi.cash.session"])
        self.assertBooksAgree()

    def test_to_voluntary_savings(self):
        self.pay(self.loan, 400000, excess="savings")
        self.assertEqual(self.account(self.siti, "sukarela").balance, 70000)
        self.assertBooksAgree()


@tagged("post_install", "-at_install")
class TestMixedPayment(LateLoanCase):
    """330.000 are due. Siti has 200.000 of voluntary savings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sukarela = cls.account(cls.siti, "sukarela")
        cls.deposit(cls.sukarela, 200000, cls.session)

    def mixed(self, amount, *paid, user=None, session=None, **options):
        session = self.session if session is None else session
        return self.as_user(user or self.petugas, self.loan)._pay(amount, session, paid=list(paid), **options)

    def test_cash_and_savings(self):
        receipt = self.mixed(330000, (self.sukarela, 130000), key="k")
        self.assertEqual([(tender.journal_id.code, tender.amount) for tender in receipt.tender_ids], [("KL1", 200000)])
        self.assertEqual((self.sukarela.balance, self.loan.outstanding), (70000, 700000))
        self.assertEqual(self.mixed(330000, (self.sukarela, 130000), key="k"), receipt)
        with self.assertRaisesRegex(UserError, "already recorded"):
            self.mixed(330000, (self.sukarela, 30000), key="k")
        self.assertBooksAgree()
        self.back(receipt)
        self.assertEqual((self.sukarela.balance, self.loan.outstanding), (200000, 1000000))
        self.assertBooksAgree()

    def test_savings_alone(self):
        memorial = self.mixed(200000, (self.sukarela, 200000), session=self.env["koperasi.cash.session"])
        self.assertEqual((memorial.kind, self.sukarela.balance), ("memorial", 0))
        self.assertBooksAgree()

    def test_bank_cash_and_savings(self):
        """The treasurer sees the bank's statement; a teller takes nothing by it."""
        with self.assertRaises(AccessError):
            self.mixed(330000, (self.bank, 130000))
        vault = {"user": self.bendahara, "session": self.vault}
        receipt = self.mixed(330000, (self.bank, 130000), (self.sukarela, 100000), **vault)
        tenders = {tender.journal_id.type: tender.amount for tender in receipt.tender_ids}
        self.assertEqual(tenders, {"cash": 100000, "bank": 130000})
        self.assertBooksAgree()

    def test_savings_of_another_unit(self):
        """Waste savings belong to the waste bank's books: what it owes the savings and loans stands on 1801."""
        other = self.env["koperasi.savings.product"].search([("id", "=", self.sukarela.product_id.id)]).copy(
            {
                "code": "SAMPAH",
                "account_id": self.env.ref(f"account.{self.company.id}_koperasi_2105").id,
                "unit_id": self.company.koperasi_general_unit_id.id,
                "company_id": self.company.id,
            }
        )
        waste = self.env["koperasi.savings.account"].create({"product_id": other.id, "member_id": self.siti.id})
        self.deposit(waste, 86000, self.session)
        receipt = self.mixed(110000, (waste, 86000))
        self.assertEqual(sum(receipt.tender_ids.mapped("amount")), 24000)
        self.assertEqual((waste.balance, self.loan.outstanding), (0, 900000))
        self.assertBooksAgree()
        self.assertFalse(self.env["koperasi.control.fault"].search([("company_id", "=", self.company.id)]))
        self.back(receipt)
        self.assertEqual(waste.balance, 86000)
        self.assertBooksAgree()

    def test_savings_keep_their_rules(self):
        self.as_user(self.bendahara, self.env["koperasi.savings.hold"]).create(
            {"savings_id": self.sukarela.id, "amount": 150000}
        )
        with self.assertRaisesRegex(UserError, "is less than"):
            self.mixed(330000, (self.sukarela, 51000))
        with self.assertRaisesRegex(UserError, "does not belong"):
            self.mixed(330000, (self.savings, 50000))
        with self.assertRaisesRegex(UserError, "More is paid"):
            self.mixed(30000, (self.sukarela, 50000))
        with self.assertRaisesRegex(UserError, "can't be withdrawn"):
            self.mixed(330000, (self.account(self.siti, "pokok"), 50000))
        self.mixed(330000, (self.sukarela, 50000))

    def test_payoff(self):
        due = self.loan._payoff_units(TODAY)
        self.assertEqual(due, 1040000)
        self.as_user(self.petugas, self.loan)._pay_off(due, self.session, paid=[(self.sukarela, 200000)])
        self.assertEqual((self.loan.state, self.sukarela.balance), ("paid", 0))
        self.assertBooksAgree()

    def test_form(self):
        form = Form(self.as_user(self.petugas, self.env["koperasi.loan.operation"]).with_context(
            default_loan_id=self.loan.id, default_operation="pay"
        ))
        self.assertEqual(form.amount, 330000)
        with form.tender_ids.edit(0) as line:
            self.assertEqual(line.available, 200000)
            line.amount = 130000
        self.assertEqual(form.cash_amount, 200000)
        form.save().action_confirm()
        self.assertEqual((self.sukarela.balance, self.loan.outstanding), (70000, 700000))

    def test_at_the_counter(self):
        """One receipt of dues and installment; her savings pay a part of it, and 50.000 of them go out in cash."""
        wajib = self.account(self.siti, "wajib")
        result = self.as_user(self.petugas, self.env["koperasi.counter"]).receive(
            {
                "key": "visit",
                "company_id": self.company.id,
                "member_id": self.siti.id,
                "cash_given": 250000,
                "money_in": [[wajib.id, False, False, 20000, False], [False, self.loan.id, False, 330000, "refuse"]],
                "money_out": [[self.sukarela.id, False, False, 100000, True]],
            }
        )
        transaction = self.env["koperasi.counter"].browse(result["id"]).transaction_ids
        self.assertEqual(len(transaction), 1)
        self.assertEqual(sum(transaction.tender_ids.mapped("amount")), 250000)
        self.assertEqual((self.sukarela.balance, self.loan.outstanding), (100000, 700000))
        counter = self.as_user(self.petugas, self.env["koperasi.counter"]).create({"member_id": self.siti.id})
        line = counter.in_ids.filtered("loan_id")
        line.write({"amount": 210000, "excess": "shorten"})
        counter.in_ids.filtered("savings_id").write({"amount": 0})
        counter.out_ids.filtered(lambda line: line.savings_id == self.sukarela).write({"amount": 100000, "pays": True})
        counter.action_confirm()
        self.assertEqual((self.loan.outstanding, self.sukarela.balance), (490000, 0))
        self.assertEqual(self.loan.schedule_ids.amount, 210000)
        self.assertBooksAgree()
