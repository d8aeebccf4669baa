from datetime import date

from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import TODAY, KoperasiCase


@tagged("post_install", "-at_install")
class TestStanding(KoperasiCase):
    """Standing instructions: dues and installments out of savings, what is due and once (docs/domain.md 5.5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-10-05 03:00:00"):
            cls.siti = cls.new_member("Siti")  # dues of 20.000 from October on
            session = cls.open_session(cls.bendahara, "KAS", day=date(2026, 10, 5))
            cls.deposit(cls.account(cls.siti, "pokok"), 100000, session)
            cls.as_user(cls.ketua, cls.siti).action_approve()
            cls.sukarela, cls.wajib = (cls.account(cls.siti, class_) for class_ in ("sukarela", "wajib"))
            cls.deposit(cls.sukarela, 2000000, session)
            product = cls.env.ref(f"account.{cls.company.id}_koperasi_loan_product_warga")
            cls.company.koperasi_reserve_percent = 0
            cls.loan = cls.as_user(cls.petugas, cls.env["koperasi.loan"]).create(
                {"member_id": cls.siti.id, "product_id": product.id, "amount": 1000000}
            )
            cls.loan.action_submit()
            cls.as_user(cls.ketua, cls.loan).action_approve()
            cls.as_user(cls.bendahara, cls.loan)._disburse(session.sudo().journal_id, session.date, session=session)
            session._do_close(session.expected_amount)

    def _instruct(self, **vals):
        return self.as_user(self.petugas, self.env["koperasi.standing.instruction"]).create(
            {"savings_id": self.sukarela.id, "date_from": date(2026, 10, 1), **vals}
        )

    def _run(self, day=TODAY, check=True):
        with freeze_time(f"{day} 03:00:00"):
            run = self.as_user(self.bendahara, self.env["koperasi.run"]).create(
                {"company_id": self.company.id, "kind": "standing"}
            )
            self.assertEqual((run.date_from, run.date_to), (day, day))
            run.action_start()
            while run.state in ("queued", "running"):
                run.sudo()._process_chunk(1000)
            self.assertEqual((run.state, run.failure), ("done", False))
        self.assertBooksAgree()
        return run

    def test_what_she_left_is_used_first(self):
        """30.000 too much in November are kept: in December 80.000 of 110.000 come out of her savings."""
        self._instruct(loan_id=self.loan.id)
        session = self.open_session()
        self.as_user(self.petugas, self.loan)._pay(140000, session, excess="kept")
        self._run(date(2026, 12, 5))
        self.assertEqual((self.loan.outstanding, self.sukarela.balance), (800000, 1920000))
        kept = self.siti.savings_ids.filtered(lambda account: account.product_id.code == "ANGS")
        self.assertEqual(kept.balance, 0)

    def test_what_she_left_is_enough(self):
        self._instruct(loan_id=self.loan.id)
        self.as_user(self.petugas, self.loan)._pay(230000, self.open_session(), excess="kept")
        run = self._run(date(2026, 12, 5))
        self.assertFalse(self.env["koperasi.run.skip"].search([("run_id", "=", run.id)]).mapped("reason"))
        self.assertEqual((self.loan.outstanding, self.sukarela.balance), (800000, 2000000))

    def test_dues_and_installment_from_one_account_once(self):
        self._instruct(target_id=self.wajib.id)
        self._instruct(loan_id=self.loan.id)
        self._run()
        # October and November, 40.000; the first installment, due on 5 November, 110.000.
        self.assertEqual((self.wajib.balance, self.sukarela.balance), (40000, 2000000 - 40000 - 110000))
        self.assertEqual(self.loan.outstanding, 900000)
        run = self._run(date(2026, 11, 25))
        self.assertEqual((run.amount_total, self.sukarela.balance), (0, 1850000))
        self._run(date(2026, 12, 1))
        # December's dues and the second installment, due on the 5th.
        self.assertEqual(self.sukarela.balance, 1850000 - 20000 - 110000)

    def test_two_installments_that_become_savings_in_part(self):
        self._instruct(loan_id=self.loan.id)
        self._run(date(2026, 12, 6))
        self.assertEqual((self.loan.outstanding, self.sukarela.balance), (800000, 2000000 - 220000))

    def test_from_its_day_on(self):
        instruction = self._instruct(target_id=self.wajib.id, day=25)
        self._run()
        self.assertEqual(self.wajib.balance, 0)
        self._run(date(2026, 11, 25))
        self.assertEqual(self.wajib.balance, 40000)
        instruction.day = 31
        self.assertTrue(instruction._has_come(date(2027, 2, 28)))
        self.assertFalse(instruction._has_come(date(2027, 1, 30)))

    def test_at_most_per_month(self):
        self._instruct(target_id=self.wajib.id, maximum=30000)
        run = self._run()
        self.assertEqual(self.wajib.balance, 30000)
        self._run(date(2026, 11, 25))
        self.assertEqual(self.wajib.balance, 30000)
        self.as_user(self.ketua, run).action_reverse()
        while run.state == "reversing":
            run.sudo()._process_chunk(1000)
        self._run(date(2026, 11, 26))
        self.assertEqual(self.wajib.balance, 30000)
        self._run(date(2026, 12, 1))
        self.assertEqual(self.wajib.balance, 60000)

    def test_too_little_is_left_out_with_the_reason_and_tried_again(self):
        session = self.open_session(self.bendahara, "KAS")
        self.withdraw(self.sukarela, 1900000, session) if session.expected_amount >= 1900000 else None
        hold = self.as_user(self.bendahara, self.env["koperasi.savings.hold"]).create(
            {"savings_id": self.sukarela.id, "amount": self.sukarela.balance - 100000}
        )
        self._instruct(target_id=self.wajib.id)
        self._instruct(loan_id=self.loan.id)
        run = self._run()
        self.assertEqual(self.wajib.balance, 40000)
        [skip] = run.skip_ids
        self.assertEqual(skip.savings_id, self.sukarela)
        self.assertIn("Rp 110.000 is due, only Rp 60.000 can be withdrawn", skip.reason)
        self.as_user(self.ketua, hold).action_release()
        self._run(date(2026, 11, 25))
        self.assertEqual(self.loan.outstanding, 900000)

    def test_ended_or_archived(self):
        self._instruct(target_id=self.wajib.id, date_to=date(2026, 11, 23))
        self._instruct(loan_id=self.loan.id, active=False)
        self._run()
        self.assertEqual((self.wajib.balance, self.loan.outstanding), (0, 1000000))

    def test_checks(self):
        other = self.account(self.new_member("Aminah"), "wajib")
        with self.assertRaisesRegex(ValidationError, "does not belong to"):
            self._instruct(target_id=other.id)
        with self.assertRaisesRegex(ValidationError, "nothing falls due"):
            self._instruct(target_id=self.sukarela.id)
        with self.assertRaisesRegex(ValidationError, "can't be withdrawn"):
            self._instruct(savings_id=self.wajib.id, target_id=self.wajib.id)
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self._instruct(target_id=self.wajib.id, loan_id=self.loan.id)


@tagged("post_install", "-at_install")
class TestPreview(KoperasiCase):
    """A run's list before it is started is what it does, and nothing of it stays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-09-30 03:00:00"):
            session = cls.open_session(cls.bendahara, "KAS", day=date(2026, 9, 30))
            cls.accounts = [cls.account(cls.new_member(name), "sukarela") for name in ("Siti", "Aminah", "=1+1")]
            for account, amount in zip(cls.accounts, (1200000, 300000, 50000)):
                cls.deposit(account, amount, session)
        cls.product = cls.accounts[0].sudo().product_id
        cls.product.interest_minimum_balance = 100000
        cls.set_rate(cls.product, 9)
        cls.company.koperasi_interest_tax_threshold = 7000
        cls.run_draft = cls.as_user(cls.bendahara, cls.env["koperasi.run"]).create(
            {"company_id": cls.company.id, "product_id": cls.product.id, "date_from": date(2026, 10, 1)}
        )

    def test_preview(self):
        counts = {name: self.env[name].search_count([]) for name in ("koperasi.transaction", "account.move")}
        action = self.run_draft.action_preview()
        rows = self.as_user(self.bendahara, self.env["koperasi.run.preview"]).search(action["domain"])
        # 9 % of 1.200.000 for a month is 9.000, taxed with 900; of 300.000 2.250.
        self.assertEqual(
            [(row.savings_id, row.interest, row.tax, row.total) for row in rows],
            [
                (self.accounts[0], 9000, -900, 8100),
                (self.accounts[1], 2250, 0, 2250),
                (self.accounts[2], 0, 0, 0),
            ],
        )
        self.assertIn("too low", rows[2].reason)
        self.assertEqual({name: self.env[name].search_count([]) for name in counts}, counts)
        self.assertEqual((self.run_draft.state, self.run_draft.skip_count), ("draft", 0))
        self.assertEqual([account.balance for account in self.accounts], [1200000, 300000, 50000])
        self.run_draft.action_start()
        while self.run_draft.state in ("queued", "running"):
            self.run_draft.sudo()._process_chunk(1000)
        self.assertEqual(
            [(row["savings_id"], row["interest"], row["tax"]) for row in self.run_draft._rows()],
            [(row.savings_id.id, row.interest, row.tax) for row in rows],
        )
        numbers = self.env["koperasi.transaction"].search([("origin", "=", f"koperasi.run,{self.run_draft.id}")])
        self.assertEqual(numbers.mapped("sequence_number"), [1])
        self.assertBooksAgree()

    def test_a_month_that_cannot_be_run_has_no_preview(self):
        self.run_draft.date_from = TODAY
        with self.assertRaisesRegex(UserError, "not ended"):
            self.run_draft.action_preview()

    def test_xlsx(self):
        from io import BytesIO

        from openpyxl import load_workbook

        name, content = self.run_draft._download()
        self.assertTrue(name.endswith(".xlsx"))
        rows = list(load_workbook(BytesIO(content)).active.iter_rows(min_row=4, values_only=True))
        self.assertEqual([row[2:6] for row in rows], [(9000, -900, 0, 8100), (2250, 0, 0, 2250), (0, 0, 0, 0)])
        self.assertEqual(rows[2][1], "=1+1")
        self.assertEqual(self.run_draft.action_xlsx()["url"], f"/koperasi/download/koperasi.run/{self.run_draft.id}")
