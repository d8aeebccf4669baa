from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import TODAY, KoperasiCase


@tagged("post_install", "-at_install")
class TestMonth(KoperasiCase):
    """On 20 October Siti saved 500.000 at counter 1; the session was closed that day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-10-20 03:00:00"):
            cls.siti = cls.new_member("Siti Aminah")
            cls.october = cls.open_session(day=date(2026, 10, 20))
            cls.sukarela = cls.account(cls.siti, "sukarela")
            cls.deposit(cls.sukarela, 500000, cls.october)
            cls.october._do_close(500000)

    def month(self, day=date(2026, 10, 15), user=None):
        return self.as_user(user or self.bendahara, self.env["koperasi.month"]).create(
            {"company_id": self.company.id, "date_from": day}
        )

    def left(self, month):
        month.action_check()
        return {check.code: check.left for check in month.check_ids if check.left}

    # === CLOSING === #

    def test_a_closed_month_takes_nothing_more(self):
        month = self.month()
        self.assertEqual((month.date_from, month.date_to), (date(2026, 10, 1), date(2026, 10, 31)))
        self.assertEqual((self.left(month), month.progress), ({}, 100))
        month.action_close()
        self.assertEqual((month.state, month.closed_by_id), ("closed", self.bendahara))
        self.assertEqual(self.company.fiscalyear_lock_date, date(2026, 10, 31))
        with self.assertRaisesRegex(UserError, "closed up to 10/31/2026"):
            self.open_session(day=date(2026, 10, 31))
        self.deposit(self.sukarela, 1000, self.open_session(day=date(2026, 11, 1)))
        with self.assertRaisesRegex(UserError, "closed already"):
            month.action_close()
        for change in (lambda: month.write({"state": "open"}), month.unlink):
            with self.assertRaises(UserError):
                change()
        self.assertBooksAgree()

    def test_what_is_left_to_do(self):
        """A session, a hand-over, a correction, a month's interest: each is counted, and each leads to its list."""
        self.env.ref(f"account.{self.company.id}_koperasi_product_sukarela").interest_rate_ids = [
            (0, 0, {"valid_from": date(2026, 1, 1), "rate": 6})
        ]
        with freeze_time("2026-10-30 03:00:00"):
            session = self.open_session(day=date(2026, 10, 30))
            receipt = self.deposit(self.sukarela, 70000, session)
            handover = self.as_user(self.petugas, self.env["koperasi.cash.handover"]).create(
                {
                    "company_id": self.company.id,
                    "session_id": session.id,
                    "target_id": self.env.ref(f"account.{self.company.id}_koperasi_box_cash_main").id,
                    "amount": 1000,
                }
            )
            handover.action_send()
            self.as_user(self.petugas, self.env["koperasi.correction"]).create(
                {"transaction_id": receipt.id, "reason": "Salah"}
            )
        month = self.month()
        self.assertEqual(self.left(month), {"sessions": 1, "handovers": 1, "corrections": 1, "interest": 1})
        self.assertAlmostEqual(month.progress, 100 * 3 / 7)
        with self.assertRaisesRegex(UserError, r"can't be closed yet: Cash sessions are closed \(1\)"):
            month.action_close()
        for check in month.check_ids.filtered("left"):
            action = check.action_cure()
            found = self.as_user(self.bendahara, self.env[action["res_model"]]).search_count(action["domain"])
            self.assertEqual(found, 0 if check.code == "interest" else 1, check.code)

    def test_books_that_disagree(self):
        move = self.october.transaction_ids.sudo().move_id
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move SET date = date - 1 WHERE id = %s", (move.id,))
        self.env.invalidate_all()
        self.assertEqual(list(self.left(self.month())), ["books"])

    def test_the_last_month_of_a_year_is_locked_with_the_year(self):
        with freeze_time("2027-01-05 03:00:00"):
            december = self.month(date(2026, 12, 1))
            december.action_close()
            self.assertFalse(self.company.fiscalyear_lock_date)

    def test_a_month_that_is_not_over(self):
        with self.assertRaisesRegex(UserError, "not over"):
            self.month(TODAY).action_close()

    def test_the_chair_opens_again_and_it_is_logged(self):
        month = self.month()
        month.action_close()
        with self.assertRaises(AccessError):
            month.action_reopen()
        self.as_user(self.ketua, month).action_reopen()
        self.assertEqual((month.state, self.company.fiscalyear_lock_date), ("open", date(2026, 9, 30)))
        self.assertIn("month_reopened", self.kinds())
        month.action_close()
        self.company.sudo().fiscalyear_lock_date = date(2026, 11, 10)
        with self.assertRaisesRegex(UserError, "later month or year"):
            self.as_user(self.ketua, month).action_reopen()

    def test_report(self):
        month = self.month()
        html = self.env["ir.actions.report"].with_user(self.pengawas)
        html = html._render_qweb_html("koperasi_simpan_pinjam.report_month", month.ids)[0].decode()
        for text in ("October 2026", "Cash and Bank", "Rp 500.000", "Voluntary Savings", "Cash sessions are closed"):
            self.assertIn(text, html)

    # === EXCEPTIONS === #

    def kinds(self, user=None):
        exceptions = self.as_user(user or self.pengawas, self.env["koperasi.exception"])
        return exceptions.search([("company_id", "=", self.company.id)], order="moment, id").mapped("kind")

    def _recorded_at(self, transaction, moment):
        """The clock of PostgreSQL, which dates rows, is not frozen."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE koperasi_transaction SET create_date = %s WHERE id = %s", (moment, transaction.id))
        self.env.invalidate_all()

    def test_exceptions(self):
        """In Jakarta it is seven hours later: 10:00 is 03:00, 17:30 is 10:30, 19:00 is 12:00."""
        self._recorded_at(self.october.transaction_ids, "2026-10-20 03:00:00")
        self.assertEqual(self.kinds(), [])
        session = self.open_session()
        late, evening, daytime = (self.deposit(self.sukarela, 1000, session) for _number in range(3))
        self._recorded_at(late, "2026-11-24 18:00:00")  # 01:00 of the 25th
        self._recorded_at(evening, "2026-11-24 12:00:00")
        self._recorded_at(daytime, "2026-11-24 10:30:00")
        self.assertEqual(self.kinds(), ["after_hours", "backdated", "after_hours"])
        self.company.koperasi_hours_to = self.company.koperasi_hours_from
        self.assertEqual(self.kinds(), ["backdated"])
        self._recorded_at(late, "2026-11-24 10:30:00")
        for receipt in (daytime, self.october.transaction_ids):
            correction = self.as_user(self.petugas, self.env["koperasi.correction"]).create(
                {"transaction_id": receipt.id, "reason": "Salah ketik"}
            )
            self.as_user(self.bendahara, correction).action_approve()
            self._recorded_at(correction.reversal_id, f"2026-11-24 10:{30 + len(receipt.session_id.transaction_ids)}")
        exceptions = self.env["koperasi.exception"].search([("company_id", "=", self.company.id)])
        self.assertEqual(
            {(row.kind, row.transaction_id.reversal_of_id, row.note, row.approver_id) for row in exceptions},
            {
                ("voided", daytime, "Salah ketik", self.bendahara),
                ("reversed", self.october.transaction_ids, "Salah ketik", self.bendahara),
            },
        )
        with self.assertRaises(AccessError):
            self.kinds(self.petugas)
