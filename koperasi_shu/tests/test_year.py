from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import date_utils

from ..kernel.allocation import average_balance
from .common import ShuCase

NAMES = ("Siti", "Aminah", "Rahayu", "Dewi", "Budi")
WAJIB = (1200000, 650000, 325000, 800000, 525000)
LOANS = {"Siti": 3000000, "Aminah": 1000000, "Dewi": 4550000, "Budi": 1450000}
POOLS = {
    ("member", "cadangan"): 320000,
    ("member", "jasa_usaha"): 200000,
    ("member", "jasa_modal"): 160000,
    ("member", "pengurus"): 40000,
    ("member", "karyawan"): 16000,
    ("member", "pendidikan"): 40000,
    ("member", "sosial"): 16000,
    ("member", "wilayah"): 8000,
    ("other", "cadangan"): 285000,
    ("other", "pengurus"): 47500,
    ("other", "karyawan"): 47500,
    ("other", "pendidikan"): 47500,
    ("other", "sosial"): 47500,
}
CAPITAL = {"Siti": 52000, "Aminah": 30000, "Rahayu": 17000, "Dewi": 36000, "Budi": 25000}
PATRONAGE = {"Siti": 60000, "Aminah": 20000, "Rahayu": 0, "Dewi": 91000, "Budi": 29000}


@tagged("post_install", "-at_install")
class TestYear(ShuCase):
    """docs/domain.md 3.4b, lived: nothing is typed into the SHU, every figure comes from what happened in 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan_product = cls.env.ref(f"account.{cls.company.id}_koperasi_loan_product_warga")
        cls.loan_product.interest_to_savings_percent = 0
        with cls.day("2026-01-01") as session:
            members = [cls.active_member(name, session, wajib) for name, wajib in zip(NAMES, WAJIB)]
            cls.members = dict(zip(NAMES, members))
            cls.sukarela = cls.account(cls.members["Rahayu"], "sukarela")
            cls.deposit(cls.sukarela, 8000000, session)
        with cls.day("2026-01-05") as session:
            cls.loans = {name: cls.lend(cls.members[name], amount, session) for name, amount in LOANS.items()}
        product = cls.sukarela.sudo().product_id
        cls.set_rate(product, 3)
        # 3 % of 8.000.000 is 20.000 a month: ten months, each taken on the first day of the next.
        for month in range(1, 11):
            with cls.day(f"2026-{month + 1:02}-01") as session:
                run = cls.as_user(cls.bendahara, cls.env["koperasi.run"]).create(
                    {"company_id": cls.company.id, "product_id": product.id, "date_from": date(2026, month, 1)}
                )
                run.action_start()
                cls.work(run)
                cls.withdraw(cls.sukarela, 20000, session)
            if month == 5:
                cls.buy_and_sell()
                cls.pay_all("2026-06-20", 4)
        cls.pay_all("2026-12-10", 6)
        cls.startClassPatcher(freeze_time("2027-02-24 03:00:00"))
        cls.period = cls.new_period()

    @classmethod
    def buy_and_sell(cls):
        day = date(2026, 6, 15)
        with freeze_time("2026-06-15 03:00:00"):
            cls.outside("in_invoice", "5104", 525000, day)
            cls.outside("out_invoice", "4201", 1000000, day)

    @classmethod
    def pay_all(cls, day, installments):
        with cls.day(day) as session:
            for name, loan in cls.loans.items():
                cls.pay(loan, LOANS[name] * 11 // 100 * installments, session)

    def assertMonthEndsAgree(self):
        for month in range(1, 13):
            self.assertBooksAgree(as_of=date_utils.end_of(date(2026, month, 1), "month"))

    def test_lived(self):
        self.assertEqual({loan.state for loan in self.loans.values()}, {"paid"})
        self.assertEqual(self.balance("4101"), -1000000)
        self.assertEqual(self.balance("5101"), 200000)
        self.assertMonthEndsAgree()

    def test_year_end(self):
        period = self.period
        self.assertFalse(period.closing_obstacles)
        period.action_close()
        period.action_compute()
        self.assertEqual((period.surplus_member, period.surplus_other, period.surplus), (800000, 475000, 1275000))
        self.assertEqual(self.company.fiscalyear_lock_date, date(2026, 12, 31))
        self.assertEqual({(pool.table, pool.code): pool.amount for pool in period.sudo().pool_ids}, POOLS)
        self.assertEqual(self.shares(period, "capital_amount"), CAPITAL)
        self.assertEqual(self.shares(period, "patronage_amount"), PATRONAGE)
        # Closed: the year's own account and the result are level, the SHU stands undistributed.
        unaffected = self.company.get_unaffected_earnings_account()
        [[balance]] = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", self.company.id),
                ("date", "<=", "2026-12-31"),
                ("parent_state", "=", "posted"),
                "|",
                ("account_id.internal_group", "in", ("income", "expense")),
                ("account_id", "=", unaffected.id),
            ],
            aggregates=["balance:sum"],
        )
        self.assertEqual(balance, 0)
        self.assertEqual(self.balance("3302"), -1275000)
        self.assertMonthEndsAgree()
        self.decide(period)
        with self.assertRaisesRegex(AccessError, "Treasurer"):
            self.as_user(self.ketua, period).action_post()
        period.action_post()
        self.work(period.run_id, size=2)
        self.assertEqual(period.state, "posted")
        self.assertEqual(self.balance("3302"), 0)
        self.assertEqual(-self.balance("3201"), 605000)
        self.assertEqual(
            [-self.balance(code) for code in ("2142", "2143", "2144", "2145", "2146")],
            [87500, 63500, 87500, 63500, 8000],
        )
        self.assertEqual(-self.balance("2141"), 360000)
        self.assertEqual(self.balance("1801"), 0)
        self.assertFalse(
            self.env["koperasi.transaction.line"].search([("account_id", "=", self.koperasi_account("1801").id)])
        )
        accounts = {share.member_id.name: share.savings_id for share in period.sudo().share_ids}
        self.assertEqual(
            {name: account.balance for name, account in accounts.items()},
            {name: CAPITAL[name] + PATRONAGE[name] for name in NAMES},
        )
        # Distributed: two into savings, the others at the counter.
        shares = self.as_user(self.petugas, period.share_ids)
        chosen = shares.filtered(lambda share: share.member_id.name in ("Siti", "Dewi"))
        chosen.payout = "savings"
        period.action_to_savings()
        self.work(self.env["koperasi.run"].search([("kind", "=", "shu_savings")]))
        self.assertEqual(self.account(self.members["Dewi"], "sukarela").balance, 127000)
        self.as_user(self.petugas, shares.filtered(lambda share: share.member_id.name == "Budi")).action_to_savings()
        self.assertEqual(self.account(self.members["Budi"], "sukarela").balance, 54000)
        with self.day("2027-02-24") as session:
            for name in ("Aminah", "Rahayu"):
                self.withdraw(accounts[name], CAPITAL[name] + PATRONAGE[name], session)
        self.assertEqual(self.balance("2141"), 0)
        with self.assertRaisesRegex(UserError, "from the list of shares"):
            period.action_to_savings()
        with self.assertRaisesRegex(UserError, "Duplicate it"):
            self.as_user(self.ketua, period.policy_id).rounding = "100"
        period.action_distributed()
        self.as_user(self.ketua, period).action_lock_for_good()
        self.assertEqual(self.company.hard_lock_date, date(2026, 12, 31))
        self.as_user(self.ketua, period).action_done()
        self.assertMonthEndsAgree()
        self.assertBooksAgree()

    def test_taken_back(self):
        """A run taken back leaves the decision; a closing taken back, before the figures are examined, an open year."""
        period = self.period
        self.company.fiscalyear_lock_date = date(2026, 3, 31)
        period.action_close()
        with self.assertRaisesRegex(UserError, "Reopen the year"):
            self.as_user(self.bendahara, self.env["koperasi.correction"]).create(
                {"transaction_id": period.closing_id.id, "reason": "Salah"}
            )
        self.as_user(self.ketua, period).action_reopen()
        self.assertEqual(self.balance("3302"), 0)
        self.assertEqual(self.company.fiscalyear_lock_date, date(2026, 3, 31))
        period.action_close()
        period.action_compute()
        self.decide(period)
        period.action_post()
        run = period.run_id
        self.work(run, size=2)
        with self.assertRaisesRegex(UserError, "second person"):
            run.action_reverse()
        self.as_user(self.ketua, run).action_reverse()
        self.work(run)
        self.assertEqual((period.state, period.run_id.id), ("decided", False))
        self.assertEqual(-self.balance("3302"), 1275000)
        self.assertEqual(self.balance("2141", "2142", "3201"), 0)
        period.action_post()
        self.work(period.run_id)
        self.assertEqual((period.state, self.balance("3302"), -self.balance("2141")), ("posted", 0, 360000))
        self.assertBooksAgree()

    def test_stopped_and_continued(self):
        period = self.period
        period.action_close()
        period.action_compute()
        self.decide(period)
        period.action_post()
        run = period.run_id
        run.sudo()._process_chunk(2)
        run.action_stop()
        self.assertEqual(period.state, "decided")
        run.action_start()
        self.work(run, size=2)
        self.assertEqual((period.state, self.balance("3302"), -self.balance("2141")), ("posted", 0, 360000))
        self.assertBooksAgree()

    def test_slip_explains_itself(self):
        """The share recomputed from the numbers on the paper alone."""
        period = self.period
        policy = period.policy_id.sudo()  # an odd percent leaves fractions
        policy.write(
            {
                "member_item_ids": [
                    (1, policy._item("member", "jasa_modal").id, {"percent": 19.9993}),
                    (1, policy._item("member", "cadangan").id, {"percent": 40.0007}),
                ]
            }
        )
        period.action_close()
        period.action_compute()

        def number(text):
            negative = text.startswith("(")
            text = text.strip("()").removeprefix("Rp ").replace(".", "").replace(",", ".").replace("-", "0")
            return -float(text) if negative else float(text)

        rounded = 0
        for share in period.sudo().share_ids:
            slip = share._slip()
            exact = 0
            for row in ("capital", "patronage"):
                own, everybody, pool, product = map(number, slip[row])
                self.assertAlmostEqual(product, own / everybody * pool, delta=0.006)
                exact += own / everybody * pool
            rounding = number(slip["rounding"])
            rounded += bool(rounding)
            self.assertAlmostEqual(exact + rounding, number(slip["total"]), delta=0.01)
            self.assertEqual(number(slip["total"]), share.amount)
        self.assertTrue(rounded)
        siti = period.sudo().share_ids[0]
        self.assertEqual(siti._slip()["capital"][:2], ["15.600.000", "48.000.000"])
        html = self.env["ir.actions.report"]._render_qweb_html("koperasi_shu.report_shu_slip", siti.ids)[0].decode()
        for text in ("15.600.000", "48.000.000", siti._slip()["total"], "rupiah", "Rounding"):
            self.assertIn(text, html)

    def test_nothing_before_its_time(self):
        period = self.period
        with self.assertRaisesRegex(UserError, "not its next step"):
            period.action_post()
        period.action_compute()  # an estimate
        with self.assertRaisesRegex(UserError, "Close 2026 first"):
            self.as_user(self.pengawas, period).action_review()
        period.action_close()
        self.assertEqual(period.state, "computed")
        with self.assertRaisesRegex(UserError, "recorded once"):
            self.as_user(self.ketua, period).attendance = 3
        self.as_user(self.pengawas, period).action_review()
        with self.assertRaisesRegex(UserError, "not its next step"):
            period.action_compute()
        self.as_user(self.ketua, period).action_propose()
        with self.assertRaisesRegex(UserError, "Fill in when"):
            self.as_user(self.ketua, period).action_decide()
        self.as_user(self.ketua, period).write({"decision_date": "2026-12-20", "decision_number": "1", "attendance": 4})
        with self.assertRaisesRegex(UserError, "held after"):
            self.as_user(self.ketua, period).action_decide()
        with self.assertRaisesRegex(UserError, "not its next step"):
            period.action_post()
        self.assertEqual(self.balance("2141", "3201"), 0)

    def test_figures_are_never_typed(self):
        """Who may do which step: test_roles."""
        period = self.period
        with self.assertRaises(AccessError):
            self.as_user(self.pengawas, period).date_from = date(2026, 1, 2)
        for vals in ({"state": "decided"}, {"surplus": 1}, {"run_id": 1}, {"decided_by_id": 1}):
            with self.assertRaises(UserError):
                period.write(vals)
        period.action_compute()
        share = self.as_user(self.bendahara, period.share_ids[0])
        with self.assertRaisesRegex(UserError, "never typed"):
            share.capital_amount = 1
        with self.assertRaises(AccessError):
            share.unlink()

    def test_who_may_read(self):
        """Chair and secretary have no right on Odoo's accounting, and read the allocation all the same."""
        period = self.period
        period.action_close()
        period.action_compute()
        for user in (self.bendahara, self.ketua, self.sekretaris, self.pengawas):
            [values] = self.as_user(user, period).web_read(
                {
                    "closing_obstacles": {},
                    "closing_id": {"fields": {"display_name": {}}},
                    "surplus": {},
                    "pool_ids": {"fields": {"name": {}, "amount": {}, "account_id": {"fields": {"display_name": {}}}}},
                    "policy_id": {"fields": {"display_name": {}}},
                    "share_count": {},
                }
            )
            self.assertEqual(values["share_count"], 5)
            self.assertTrue(all(pool["amount"] for pool in values["pool_ids"]))
            self.assertEqual(len(self.as_user(user, period.share_ids).mapped(lambda share: share._slip()["total"])), 5)
            self.as_user(user, period.policy_id).web_read(
                {"member_item_ids": {"fields": {"percent": {}, "account_id": {"fields": {"display_name": {}}}}}}
            )
        with self.assertRaises(AccessError):
            self.as_user(self.other_bendahara, period).read(["surplus"])
        with self.assertRaises(AccessError):
            self.as_user(self.pemantau, period.share_ids[0]).read(["amount"])

    def test_obstacles(self):
        period = self.period
        move = (
            self.env["account.move"]
            .with_company(self.company)
            .create(
                {
                    "move_type": "entry",
                    "date": date(2026, 12, 1),
                    "journal_id": self.company.koperasi_memorial_journal_id.id,
                }
            )
        )
        with freeze_time("2026-12-30 03:00:00"):
            self.open_session(self.petugas, "KL1", day=date(2026, 12, 30))
        period.invalidate_recordset()
        for text in ("Draft entry", "Cash session still open"):
            self.assertIn(text, period.closing_obstacles)
            with self.assertRaisesRegex(UserError, text):
                period.action_close()
        move.unlink()
        with freeze_time("2026-12-31 03:00:00"):
            early = self.as_user(self.bendahara, period)
            early.invalidate_recordset()
            self.assertIn("not ended", early.closing_obstacles)

    def test_books_changed_after_computing(self):
        period = self.period
        period.action_close()
        period.action_compute()
        self.company.fiscalyear_lock_date = date(2025, 12, 31)
        self.memorial("5205", "1101", 1000, date(2026, 12, 20))
        with self.assertRaisesRegex(UserError, "compute again"):
            self.as_user(self.pengawas, period).action_review()

    def test_weights_equal_the_kernel(self):
        """The query's sums are those of the kernel, by each method."""
        period = self.period.sudo()
        start, end = period.date_from, period.date_to
        period.policy_id.product_ids |= self.sukarela.sudo().product_id
        for method, times in (("end", 1), ("monthly", 12), ("daily", 365)):
            period.policy_id.balance_method = method
            weights = period._weights("capital")
            for member in self.members.values():
                lines = self.env["koperasi.transaction.line"].search(
                    [
                        ("savings_id.product_id", "in", period.policy_id.product_ids.ids),
                        ("member_id", "=", member.id),
                        ("date", "<=", end),
                    ]
                )
                movements = [(line.date, int(line.amount)) for line in lines]
                expected = average_balance(0, movements, start, end, method) * times
                self.assertEqual(weights[member.id], expected, f"{method} {member.name}")
        self.assertEqual(list(weights), [member.id for member in sorted(self.members.values(), key=lambda m: m.number)])


@tagged("post_install", "-at_install")
class TestOtherYears(ShuCase):
    """Loss, fraction, no volume, rounding down: small years."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan_product = cls.env.ref(f"account.{cls.company.id}_koperasi_loan_product_warga")
        with cls.day("2026-03-01") as session:
            cls.siti = cls.active_member("Siti", session, 200000)
            cls.rahayu = cls.active_member("Rahayu", session)

    def close(self):
        self.startPatcher(freeze_time("2027-02-24 03:00:00"))
        period = self.new_period()
        period.action_close()
        period.action_compute()
        return period

    def test_loss(self):
        self.memorial("5205", "1101", 50000, date(2026, 5, 1))
        period = self.close()
        self.assertEqual((period.surplus, len(period.pool_ids), period.share_count), (-50000, 0, 0))
        self.assertEqual(self.balance("3302"), 50000)
        self.decide(period)
        with self.assertRaisesRegex(UserError, "is a loss"):
            period.action_post()
        with self.assertRaisesRegex(UserError, "nothing in the reserve"):
            period.action_cover_loss()
        self.memorial("1101", "3201", 30000, date(2027, 2, 24))
        period.action_cover_loss()
        self.assertEqual((self.balance("3201"), self.balance("3302")), (0, 20000))
        self.as_user(self.ketua, period).action_done()
        self.assertBooksAgree()

    def test_nobody_had_business(self):
        """The pool of patronage goes to the reserve, and the slip says so."""
        self.memorial("1101", "4102", 100000, date(2026, 5, 1))
        period = self.close()
        pool = period.sudo()._pool("patronage")
        self.assertEqual((pool.amount, pool.rest, pool.rest_account_id), (25000, 25000, self.koperasi_account("3201")))
        self.assertIn("Patronage (Rp 25.000) goes to General Reserve", period.notes)
        self.decide(period)
        period.action_post()
        self.work(period.run_id)
        self.assertEqual((-self.balance("3201"), self.balance("3302")), (65000, 0))
        self.assertBooksAgree()

    def test_rounded_down(self):
        self.memorial("1101", "4102", 100003, date(2026, 5, 1))
        policy = self.env["koperasi.shu.policy"].search([("company_id", "=", self.company.id)])
        policy.write({"rounding": "500", "rest_account_id": self.koperasi_account("2145").id})
        period = self.close()
        # 20.001 at 3 : 1 for jasa modal: 15.000,75 and 5.000,25, down to Rp 500.
        self.assertEqual(self.shares(period), {"Siti": 15000, "Rahayu": 5000})
        self.assertEqual(period.sudo()._pool("capital").rest, 1)
        self.decide(period)
        period.action_post()
        self.work(period.run_id)
        self.assertEqual([skip.reason for skip in period.run_id.skip_ids], [])
        self.assertEqual(self.balance("3302"), 0)
        self.assertEqual(
            -self.balance("2145"),
            period.sudo().pool_ids.filtered(lambda pool: (pool.table, pool.code) == ("member", "sosial")).amount + 1,
        )
        self.assertBooksAgree()

    def test_fraction_of_a_rupiah(self):
        """The closing is exact; whole rupiah are shared, the fraction stays undistributed and is shown."""
        if self.company.currency_id.rounding >= 1:
            self.env["res.currency"].flush_model()
            self.cr.execute(
                "UPDATE res_currency SET rounding = 0.01, decimal_places = 2 WHERE id = %s",
                [self.company.currency_id.id],
            )
            self.env.invalidate_all()
        self.memorial("1101", "4102", 100000.75, date(2026, 5, 1))
        period = self.close()
        self.assertEqual((period.surplus, period.fraction), (100000, 0.75))
        self.assertAlmostEqual(-self.balance("3302"), 100000.75)
        self.decide(period)
        period.action_post()
        self.work(period.run_id)
        self.assertAlmostEqual(-self.balance("3302"), 0.75)
        self.assertEqual(self.company._koperasi_control_faults(), [])

    def test_surplus_of_non_members_never_to_members(self):
        self.memorial("1101", "4201", 100000, date(2026, 5, 1))
        period = self.close()
        self.assertEqual((period.surplus_member, period.surplus_other), (0, 100000))
        self.assertEqual(sum(self.shares(period).values()), 0)
        self.assertEqual(sum(period.sudo().pool_ids.filtered(lambda pool: pool.table == "member").mapped("amount")), 0)

    def test_shared_income_lightens_shared_costs(self):
        self.memorial("1101", "4102", 100000, date(2026, 5, 1))
        self.memorial("5205", "1101", 30000, date(2026, 5, 1))
        self.memorial("1101", "4301", 10000, date(2026, 5, 1))
        period = self.close()
        self.assertEqual((period.member_gross, period.shared_costs, period.surplus), (100000, 20000, 80000))

    def test_a_unit_with_a_loss(self):
        """What the units owe each other stands on the account between them; in all it is zero."""
        self.memorial("5205", "1101", 30000, date(2026, 5, 1))  # unit: General
        with self.day("2026-05-02") as session:
            self.as_user(self.bendahara, self.env["koperasi.posting"])._post(
                self.company,
                session.date,
                [
                    {
                        "account_id": self.koperasi_account("4102").id,
                        "unit_id": self.company.koperasi_savings_unit_id.id,
                        "component": "interest",
                        "amount": 100000,
                    }
                ],
                [(session.sudo().journal_id, 100000)],
                session=session,
            )
        period = self.close()
        self.decide(period)
        period.action_post()
        self.work(period.run_id)
        self.assertEqual((period.surplus, self.balance("3302"), self.balance("1801")), (70000, 0, 0))
        self.assertBooksAgree()
