from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.koperasi_simpan_pinjam.kernel.forecast import day_reached

from .common import TODAY
from .test_loan import LoanCase


@tagged("post_install", "-at_install")
class TestLoanApplication(LoanCase):
    """Own capital is 200.000: two members with 100.000 of share capital; 15 % of it are 30.000, 10 % are 20.000."""

    def rule(self, name, level, limit):
        rules = self.env["koperasi.loan.rule"].sudo()
        rules._of(self.company)
        rule = rules.search([("company_id", "=", self.company.id), ("rule", "=", name)])
        rule.write({"level": level, "limit": limit})

    def check(self, loan, name):
        return loan.sudo().check_ids.filtered(lambda check: check.rule == name)

    def result(self, loan, name):
        check = self.check(loan, name)
        return check.level, check.value, check.limit

    # === CHECKS (docs/domain.md 4.13, 1.3) === #

    def test_each_rule_on_an_application(self):
        self.rule("savings", "warning", 5)
        loan = self.new_loan(1000000, approve=False)
        self.assertEqual(self.result(loan, "exposure"), ("warning", 1000000, 30000))
        self.assertEqual(self.result(loan, "savings"), ("warning", 1000000, 500000))  # 5 x 100.000
        self.assertEqual(self.result(loan, "membership"), ("warning", 0, 3))  # active since today
        # The loan comes from 20.200.000 in cash, less the reserve of a tenth of 20.000.000 that can be withdrawn.
        reserve = 20000000 * self.company.koperasi_reserve_percent / 100
        self.assertEqual(self.result(loan, "funds"), ("ok", 1000000, 20200000 - reserve))
        self.assertFalse(self.check(loan, "related"), "for officers only")
        self.assertFalse(self.check(loan, "income"), "off")

    def test_what_is_owed_already_counts(self):
        self.running(20000)
        loan = self.new_loan(10001, approve=False)
        self.assertEqual(self.result(loan, "exposure"), ("warning", 30001, 30000))
        self.assertEqual(self.result(loan, "same_product"), ("warning", 1, 0))

    def test_income(self):
        """1.000.000 in ten installments of 110.000 is 35 % of 314.286, and more of 314.285."""
        self.rule("income", "block", 35)
        loan = self.new_loan(1000000, approve=False)
        check = self.check(loan, "income")
        self.assertEqual((check.level, check.is_known), ("block", False))
        loan.income = 314285
        self.assertEqual(self.result(loan, "income"), ("block", 110000, 109999))
        loan.income = 314286
        self.assertEqual(self.result(loan, "income"), ("ok", 110000, 110000))

    def test_changes_with_the_draft(self):
        loan = self.as_user(self.petugas, self.env["koperasi.loan"]).create(
            {"member_id": self.siti.id, "product_id": self.product.id, "amount": 30000}
        )
        self.assertEqual(self.check(loan, "exposure").level, "ok")
        loan.amount = 30001
        self.assertEqual(self.check(loan, "exposure").level, "warning")

    def test_warning_is_noted(self):
        loan = self.new_loan(1000000)
        self.assertEqual(loan.state, "approved")
        self.assertIn("Approved in spite of", "".join(loan.sudo().message_ids.mapped("body")))

    # === OVERRIDES === #

    def test_override_by_the_chair(self):
        self.rule("membership", "block", 3)
        loan = self.new_loan(1000000, approve=False)
        check = self.check(loan, "membership")
        own = self.as_user(self.ketua, check)
        with self.assertRaisesRegex(UserError, "Not without an override: Months as an Active Member"):
            self.as_user(self.ketua, loan).action_approve()
        with self.assertRaisesRegex(UserError, "write the reason first"):
            own.action_override()
        own.override_reason = "Sudah lama dikenal"
        with self.assertRaises(AccessError):
            self.as_user(self.bendahara, check).action_override()
        with self.assertRaises(AccessError):
            self.as_user(self.pengawas, check).action_override()
        own.action_override()
        log = self.env["koperasi.audit.log"].sudo().search([("event", "=", "limit_overridden")])
        self.assertEqual((log.user_id, log.record), (self.ketua, loan.sudo()))
        with self.assertRaisesRegex(UserError, "changes by its actions only"):
            own.override_reason = "Lain"
        self.as_user(self.ketua, loan).action_approve()
        self.assertEqual(loan.state, "approved")

    def test_bmpp_needs_chair_and_supervisor(self):
        self.rule("exposure", "block", 15)
        loan = self.new_loan(1000000, approve=False)
        check = self.check(loan, "exposure")
        check.override_reason = "Rapat"
        self.as_user(self.ketua, check).action_override()
        with self.assertRaisesRegex(UserError, "Not without an override"):
            self.as_user(self.ketua, loan).action_approve()
        self.as_user(self.pengawas, check).action_override()
        self.as_user(self.ketua, loan).action_approve()
        self.assertEqual(loan.state, "approved")

    def test_override_falls_when_it_comes_out_otherwise(self):
        self.rule("exposure", "block", 15)
        loan = self.new_loan(1000000, approve=False)
        check = self.check(loan, "exposure")
        check.override_reason = "Rapat"
        self.as_user(self.ketua, check).action_override()
        self.rule("exposure", "block", 10)
        loan.action_check_again()
        self.assertFalse(check.chair_id)

    def test_board_stands_in_the_order_of_the_process(self):
        loans = [self.new_loan(100000, approve=False), self.new_loan(100000, member=self.rich)]
        loans.append(self.env["koperasi.loan"].create({**loans[0].copy_data()[0]}))
        board = self.env["koperasi.loan"].with_context(read_group_expand=True)
        groups = board.web_read_group([("id", "in", [loan.id for loan in loans])], ["state"])["groups"]
        self.assertEqual([group["state"] for group in groups], ["draft", "submitted", "approved"])

    # === WHO DECIDES (docs/domain.md 4.14) === #

    def test_two_of_three_above_the_limit(self):
        self.product.sudo().committee_amount = 1000000
        self.assertEqual(self.new_loan(1000000).state, "approved")
        loan = self.new_loan(1000001, member=self.rich)
        self.assertEqual((loan.decided_by, loan.state), ("committee", "submitted"))
        mine = [self.as_user(user, loan).is_mine_to_decide for user in (self.ketua, self.pengawas, self.sekretaris)]
        self.assertEqual(mine, [False, False, True], "the chair has said yes, the supervisor isn't asked")
        with self.assertRaisesRegex(UserError, "approved this loan already"):
            self.as_user(self.ketua, loan).action_approve()
        with self.assertRaises(AccessError):
            self.as_user(self.pengawas, loan).action_approve()
        self.as_user(self.sekretaris, loan).action_approve()
        self.assertEqual((loan.state, loan.sudo().approval_ids.user_id), ("approved", self.ketua | self.sekretaris))

    def test_officers_loan_needs_all_but_herself(self):
        """The secretary is a member too: all others of board and supervisors (two chairs here) say yes."""
        secretary = self.new_member("Yuni", partner_id=self.sekretaris.partner_id.id)
        self.deposit(self.account(secretary, "pokok"), 100000, self.session)
        self.as_user(self.ketua, secretary).action_approve()
        loan = self.new_loan(1000000, member=secretary, approve=False)
        self.assertEqual(loan.decided_by, "related")
        self.assertEqual(self.result(loan, "related"), ("warning", 1000000, 30000))  # 10 % of 300.000
        with self.assertRaisesRegex(UserError, "Nobody decides on her own loan"):
            self.as_user(self.sekretaris, loan).action_approve()
        for person in (self.ketua, self.pengawas, self.both):
            self.as_user(person, loan).action_approve()
            self.assertEqual(loan.state, "submitted")
        self.assertEqual(loan.awaited_ids, self.bendahara)
        self.as_user(self.bendahara, loan).action_approve()
        self.assertEqual(loan.state, "approved")
        self.assertEqual(loan.approved_by_id, self.ketua, "so that the treasurer may pay it out")
        self.disburse(loan)
        self.assertEqual((loan.state, loan.date_disbursed), ("running", TODAY))

    def test_nobody_writes_checks_or_approvals(self):
        loan = self.new_loan(approve=False)
        for name, vals in (
            ("koperasi.loan.check", {"loan_id": loan.id, "rule": "income", "level": "ok"}),
            ("koperasi.loan.approval", {"loan_id": loan.id, "user_id": self.ketua.id}),
        ):
            for person in (self.petugas, self.bendahara, self.ketua, self.pengawas):
                with self.assertRaises(AccessError):
                    self.as_user(person, self.env[name]).create(vals)
        with self.assertRaises(AccessError):
            self.as_user(self.petugas, loan.check_ids[0]).override_reason = "Boleh"

    # === THE QUEUE (docs/domain.md 4.13) === #

    def test_queue(self):
        """With four members 20.400.000 are there; 20 % of 20.000.000 stay; 16.000.000 are promised: 400.000 are left.

        600.000 are missing for the first, who wants 1.000.000; 1.100.000 for her and 500.000 behind her. If the second
        is urgent, 100.000 are missing for her.
        """
        self.company.koperasi_reserve_percent = 20
        members = [self.active_member(name) for name in ("Rahayu", "Lestari")]
        self.new_loan(16000000)
        first, second = (self.new_loan(amount, member) for amount, member in zip((1000000, 500000), members))
        self.assertEqual([loan.state for loan in (first, second)], ["queued", "queued"])
        self.assertEqual(
            [(loan.queue_place, loan.queue_missing) for loan in (first, second)], [(1, 600000), (2, 1100000)]
        )
        self.as_user(self.bendahara, second).priority = "1"
        self.env.invalidate_all()
        self.assertEqual(
            [(loan.queue_place, loan.queue_missing) for loan in (first, second)], [(2, 1100000), (1, 100000)]
        )

    def test_expected_day(self):
        """19.200.000 are left after her 1.000.000, 4.000.000 stay: of 15.400.000 200.000 are missing.

        Her 110.000 of 24 December are too little, those of January make 220.000. A term deposit of 50.000 that is
        paid out on 1 January would leave 170.000 in January: the day is in February then.
        """
        self.company.koperasi_reserve_percent = 20
        self.running()
        loan = self.new_loan(15400000, self.rich)
        self.assertEqual((loan.queue_missing, loan.queue_date), (200000, date(2027, 1, 24)))
        flows = [*self.company._koperasi_expected_flows(), (date(2027, 1, 1), -50000)]
        self.assertEqual(day_reached(200000, flows), date(2027, 2, 24))
