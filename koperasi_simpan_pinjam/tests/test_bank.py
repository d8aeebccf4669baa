import base64
import io
from datetime import date

import openpyxl

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import KoperasiCase

CSV = """Rekening;123-456-789;;;
Tanggal;Keterangan;Debet;Kredit;Saldo
01/10/2026;SALDO AWAL;;;0,00
05/10/2026;SETORAN TUNAI;;1.000.000,00;1.000.000,00
25/10/2026;BUNGA;;4.321,00;1.004.321,00
31/10/2026;BIAYA ADM;10.000,00;;994.321,00
;Total;10.000,00;1.004.321,00;
"""


@tagged("post_install", "-at_install")
class TestBank(KoperasiCase):
    """In October 1.000.000 (5th) and 500.000 (30th) went to the bank, which has the second in November.

    Its statement of October: + 1.000.000, interest + 4.321, fee - 10.000, so 994.321.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.siti = cls.new_member("Siti Aminah")
        cls.bank = cls.env["account.journal"].search([("company_id", "=", cls.company.id), ("type", "=", "bank")])
        cls.to_bank(date(2026, 10, 5), 1000000, saved=5000000)
        cls.to_bank(date(2026, 10, 30), 500000)

    @classmethod
    def to_bank(cls, day, amount, saved=0, close=True):
        with freeze_time(f"{day} 03:00:00"):
            session = cls.open_session(cls.bendahara, "KAS", day=day)
            if saved:
                cls.deposit(cls.account(cls.siti, "sukarela"), saved, session)
            voucher = cls.purpose("to_bank")._record(amount, session)
            if close:
                session._do_close(session.expected_amount)
        return voucher

    @classmethod
    def purpose(cls, name):
        return cls.as_user(cls.bendahara, cls.env.ref(f"account.{cls.company.id}_koperasi_purpose_{name}"))

    def statement(self, closing=994321, user=None, **vals):
        return self.as_user(user or self.bendahara, self.env["koperasi.bank.statement"]).create(
            {
                "journal_id": self.bank.id,
                **({} if "previous" in vals else {"date_from": date(2026, 10, 1), "date_to": date(2026, 10, 31)}),
                "closing_balance": closing,
                **{name: value for name, value in vals.items() if name != "previous"},
            }
        )

    def lines(self, statement, *rows):
        return statement.line_ids.create(
            [{"statement_id": statement.id, "date": day, "name": name, "amount": amount} for day, name, amount in rows]
        )

    def october(self):
        """Typed, and found in the books where it is there."""
        statement = self.statement()
        self.lines(
            statement,
            (date(2026, 10, 5), "SETORAN TUNAI", 1000000),
            (date(2026, 10, 25), "BUNGA", 4321),
            (date(2026, 10, 31), "BIAYA ADM", -10000),
        )
        statement.action_propose()
        return statement

    def record(self, line, purpose):
        """As the button on the line does."""
        action = line.action_record()
        form = self.as_user(self.bendahara, self.env["koperasi.cash.entry"]).with_context(**action["context"])
        entry = form.create({"purpose_id": self.purpose(purpose).id})
        return self.env["koperasi.transaction"].browse(entry.action_confirm()["res_id"])

    # === BANK AND BOOKS === #

    def test_cash_goes_to_the_bank_that_the_company_has(self):
        self.assertEqual(self.purpose("to_bank").account_id, self.bank.default_account_id)

    def test_open_items_explain_the_difference(self):
        """994.321 + 500.000 on its way - (4.321 - 10.000) not in the books = 1.500.000."""
        statement = self.october()
        deposit, interest, fee = statement.line_ids
        self.assertEqual((deposit.entry_id.amount, interest.entry_id, fee.entry_id.id), (1000000, fee.entry_id, False))
        self.assertEqual(
            (statement.ledger_balance, statement.open_entry_sum, statement.open_line_sum, statement.difference),
            (1500000, 500000, -5679, 0),
        )
        self.assertEqual(statement.open_line_ids, interest | fee)
        statement.action_agree()
        self.assertEqual((statement.state, statement.agreed_by_id), ("agreed", self.bendahara))

    def test_record_what_only_the_bank_knew(self):
        """1.500.000 + 4.321 - 10.000 = 1.494.321 = 994.321 + 500.000."""
        statement = self.october()
        _deposit, interest, fee = statement.line_ids
        receipt, voucher = self.record(interest, "bank_interest"), self.record(fee, "bank_charges")
        self.assertEqual((receipt.kind, receipt.date, receipt.amount), ("receipt", date(2026, 10, 25), 4321))
        self.assertEqual((voucher.kind, voucher.date, voucher.amount), ("payment", date(2026, 10, 31), 10000))
        self.assertEqual(interest.entry_id.number, receipt.number)
        self.assertEqual((statement.ledger_balance, statement.open_line_sum, statement.difference), (1494321, 0, 0))
        self.assertBooksAgree()

    def test_a_purpose_of_the_bank_itself(self):
        interest = self.october().line_ids[1]
        with self.assertRaisesRegex(UserError, "money of the bank itself"):
            self.record(interest, "from_bank")

    def test_the_day_of_a_closed_month(self):
        interest = self.october().line_ids[1]
        self.company.sudo().fiscalyear_lock_date = date(2026, 10, 31)
        receipt = self.record(interest, "bank_interest")
        self.assertEqual((receipt.date, interest.entry_id.number), (date(2026, 11, 24), receipt.number))
        statement = interest.statement_id
        self.assertEqual(statement.open_line_ids.mapped("amount"), [4321, -10000])  # at the end of October it was open

    def test_a_sum_that_is_wrong(self):
        statement = self.october()
        statement.closing_balance = 994322
        with self.assertRaisesRegex(UserError, "make Rp 994.321, but the bank says Rp 994.322"):
            statement.action_agree()
        self.lines(statement, (date(2026, 10, 31), "SELISIH", 1))
        statement.action_agree()
        self.assertEqual(statement.open_line_sum, -5678)

    def test_not_before_its_end(self):
        statement = self.statement(0, date_from=date(2026, 11, 1), date_to=date(2026, 11, 30))
        with self.assertRaisesRegex(UserError, "not come yet"):
            statement.action_agree()

    # === TICKS === #

    def test_ticks_of_a_person(self):
        statement = self.october()
        deposit = statement.line_ids[0]
        entry = deposit.entry_id
        deposit.action_tick_off()
        self.assertFalse(deposit.entry_id)
        self.assertEqual(statement.open_entry_sum, 1500000)
        other = self.lines(statement, (date(2026, 10, 6), "LAGI", 1000000))
        other.entry_id = entry
        with self.assertRaisesRegex(UserError, "found at the bank already"):
            deposit.entry_id = entry
        other.amount = 1000001  # no longer the same
        self.assertFalse(other.entry_id)
        with self.assertRaisesRegex(UserError, "another amount"):
            other.entry_id = entry
        move = entry.sudo().move_id
        self.assertEqual((move.state, move.line_ids.mapped("reconciled")), ("posted", [False, False]))

    def test_what_was_taken_back_before_the_bank_saw_it(self):
        """Cash to the bank by mistake, corrected the same day: no open item, 0 and 0."""
        voucher = self.to_bank(date(2026, 10, 31), 70000, close=False)
        with freeze_time("2026-10-31 03:00:00"):
            correction = self.as_user(self.petugas, self.env["koperasi.correction"]).create(
                {"transaction_id": voucher.id, "reason": "Salah"}
            )
            self.as_user(self.ketua, correction).action_approve()
        statement = self.october()
        self.assertEqual((statement.open_entry_sum, statement.difference), (500000, 0))

    # === SEVERAL THAT ARE TOGETHER THE SAME === #

    def banked(self, day, amount):
        """A payment straight to the bank, by a member or of a fee."""
        with freeze_time(f"{day} 03:00:00"):
            return self.as_user(self.bendahara, self.env["koperasi.posting"])._post(
                self.company,
                day,
                [self.account(self.siti, "sukarela")._line("deposit", amount)],
                tenders=[(self.bank, amount)],
            )

    def entries(self, *transactions):
        moves = self.env["koperasi.transaction"].union(*transactions).sudo().move_id
        return self.as_user(self.bendahara, self.env["koperasi.bank.entry"]).search([("move_id", "in", moves.ids)])

    def together(self, line):
        form = self.env["koperasi.bank.match"].browse(line.action_match()["res_id"])
        return self.as_user(self.bendahara, form)

    def test_many_members_in_one_sum(self):
        """20.000, 30.000 and 45.000 of the 27th and 28th are one 95.000 of the 28th; 60.000 is another's.

        The books have 1.500.000 + 155.000; the bank 994.321 + 95.000 = 1.089.321.
        """
        for day, amount in ((27, 20000), (28, 30000), (28, 45000), (28, 60000)):
            self.banked(date(2026, 10, day), amount)
        statement = self.october()
        line = self.lines(statement, (date(2026, 10, 28), "IURAN RW 05", 95000))
        statement.closing_balance = 1089321
        form = self.together(line)
        self.assertEqual(sorted(form.entry_ids.mapped("amount")), [20000, 30000, 45000])
        self.assertEqual((form.line_sum, form.entry_sum, form.difference), (95000, 95000, 0))
        form.action_confirm()
        self.assertEqual((line.match_note, line.entry_id.line_id), ("3 entries", line))
        # 500.000 and 60.000 are on their way, 4.321 - 10.000 not in the books
        self.assertEqual(
            (statement.ledger_balance, statement.open_entry_sum, statement.open_line_sum, statement.difference),
            (1655000, 560000, -5679, 0),
        )
        again = self.lines(statement, (date(2026, 10, 28), "LAGI", 20000))
        with self.assertRaisesRegex(UserError, "found at the bank already"):
            again.entry_id = self.entries(self.env["koperasi.transaction"].search([("amount", "=", 20000)], limit=1))
        again.unlink()
        statement.action_agree()
        with self.assertRaisesRegex(UserError, "is agreed on"):
            line.action_tick_off()
        self.as_user(self.ketua, statement).action_reopen()
        line.action_tick_off()
        self.assertEqual((line.entry_id.id, statement.open_entry_sum), (False, 655000))
        self.assertBooksAgree()

    def test_one_entry_in_two_lines(self):
        """97.500 in the books are 100.000 and a fee of 2.500 at the bank."""
        receipt = self.banked(date(2026, 10, 20), 97500)
        statement = self.october()
        lines = self.lines(
            statement, (date(2026, 10, 20), "SETORAN", 100000), (date(2026, 10, 20), "BIAYA SETOR", -2500)
        )
        form = self.together(lines[0])
        self.assertEqual((form.line_ids, form.entry_ids), (lines, self.entries(receipt)))
        form.action_confirm()
        self.assertEqual(lines.mapped("match_note"), ["with 1 more lines"] * 2)
        self.assertEqual((statement.open_entry_sum, statement.open_line_sum), (500000, -5679))
        self.assertEqual(statement.difference, -97500)
        statement.closing_balance = 994321 + 97500
        self.assertEqual((statement.difference, statement.line_difference), (0, 0))
        lines[1].amount = -2501  # no longer the same: none of both is
        self.assertFalse(lines.entry_id)
        lines[1].amount = -2500
        lines._match(self.entries(receipt))
        lines[0].action_tick_off()
        self.assertFalse(lines.entry_id)

    def test_not_together(self):
        first, second = self.banked(date(2026, 10, 30), 20000), self.banked(date(2026, 11, 2), 30000)
        both = self.entries(first, second)
        statement = self.october()
        line, other = self.lines(
            statement, (date(2026, 10, 31), "A", 50000), (date(2026, 10, 31), "B", 20000)
        )
        with self.assertRaisesRegex(UserError, "another amount"):
            (line + other)._match(self.entries(first))
        with self.assertRaisesRegex(UserError, "before and after the end"):
            line._match(both)
        other.amount = 1000
        line.amount = 49000
        with self.assertRaisesRegex(UserError, "not both at once"):
            (line + other)._match(both)
        with self.assertRaises(AccessError):
            self.as_user(self.ketua, line)._match(both)

    def test_upgrade_keeps_ticks(self):
        statement = self.october()
        deposit = statement.line_ids[0]
        move = deposit.sudo().move_ids
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE koperasi_bank_statement_line ADD COLUMN move_id integer")
        self.env.cr.execute("UPDATE koperasi_bank_statement_line SET move_id = %s WHERE id = %s", [move.id, deposit.id])
        self.env.cr.execute("DELETE FROM koperasi_bank_tick")
        self.migrate("19.0.1.0.1/post-bank-ticks.py", "19.0.1.0.0")
        self.assertEqual(deposit.sudo().move_ids, move)
        self.env.cr.execute("ALTER TABLE koperasi_bank_statement_line DROP COLUMN move_id")

    # === THE FIRST ONE === #

    def test_the_first_statement_begins_later(self):
        """From 15 October: bank 1.000.000 as the books. With 990.000, 10.000 of fees are typed with their day."""
        statement = self.statement(
            1000000, date_from=date(2026, 10, 15), date_to=date(2026, 10, 31), opening_balance=1000000
        )
        self.assertEqual((statement.start_difference, statement.difference), (0, 0))
        statement.write({"opening_balance": 990000, "closing_balance": 990000})
        self.assertEqual((statement.start_difference, statement.difference), (10000, -10000))
        with self.assertRaisesRegex(UserError, "can't be explained"):
            statement.action_agree()
        self.lines(statement, (date(2026, 10, 9), "BIAYA", -10000))
        self.assertEqual((statement.start_difference, statement.difference, statement.line_difference), (0, 0, 0))
        statement.action_agree()

    def test_the_bank_had_not_seen_it_when_the_first_statement_began(self):
        statement = self.statement(500000, date_from=date(2026, 11, 1), date_to=date(2026, 11, 20))
        self.assertEqual(statement.start_difference, 1500000)
        entries = self.as_user(self.bendahara, self.env["koperasi.bank.entry"])
        entries = entries.search(statement.action_before()["domain"])
        entries.action_not_yet()
        self.assertEqual((statement.start_difference, statement.open_entry_sum), (0, 1500000))
        self.lines(statement, (date(2026, 11, 2), "SETORAN", 500000))
        statement.action_propose()
        self.assertEqual((statement.open_entry_sum, statement.difference), (1000000, 0))
        late = entries.filtered(lambda entry: entry.amount == 500000)
        with self.assertRaisesRegex(UserError, "does not lie before"):
            late.action_was_there()
        statement.action_agree()
        with self.assertRaisesRegex(UserError, "agreed on"):
            (entries - late).action_was_there()

    # === ONE AFTER THE OTHER === #

    def november(self):
        statement = self.statement(1494321, previous=True, date_to=date(2026, 11, 20), line_ids=[])
        self.lines(statement, (date(2026, 11, 2), "SETORAN", 500000))
        return statement

    def test_the_next_begins_where_it_ended(self):
        october = self.october()
        with self.assertRaisesRegex(UserError, "Agree on"), self.cr.savepoint():
            self.november()
        october.action_agree()
        november = self.november()
        self.assertEqual((november.date_from, november.opening_balance), (date(2026, 11, 1), 994321))
        with self.assertRaisesRegex(UserError, "begins where the one before ended"), self.cr.savepoint():
            november.opening_balance = 1
        november.action_propose()
        self.assertEqual((november.open_entry_sum, november.open_line_sum, november.difference), (0, -5679, 0))
        self.assertEqual(october.open_entry_sum, 500000)  # as of its own day
        november.action_agree()

    def test_what_was_agreed_stands(self):
        october = self.october()
        october.action_agree()
        deposit, interest, _fee = october.line_ids
        for change in (
            lambda: october.write({"closing_balance": 1}),
            lambda: interest.write({"amount": 1}),
            deposit.action_tick_off,
            interest.unlink,
            october.unlink,
            lambda: self.lines(october, (date(2026, 10, 31), "X", 1)),
            lambda: october.write({"state": "draft"}),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                change()
        # What was open may be found in later entries; the proof of October stays.
        receipt = self.purpose("bank_interest")._record(4321, None, bank=self.bank)
        interest.entry_id = self.env["koperasi.bank.entry"].search([("number", "=", receipt.number)])
        self.assertEqual((interest.entry_id.amount, october.open_line_sum, october.is_stale), (4321, -5679, False))

    def test_the_books_change_afterwards(self):
        october = self.october()
        october.action_agree()
        self.assertFalse(october.is_stale)
        self.env["account.move"].with_company(self.company).create(
            {
                "date": date(2026, 10, 31),
                "journal_id": self.company.koperasi_memorial_journal_id.id,
                "line_ids": [
                    (0, 0, {"account_id": self.bank.default_account_id.id, "debit": 500}),
                    (0, 0, {"account_id": self.purpose("bank_interest").sudo().account_id.id, "credit": 500}),
                ],
            }
        ).action_post()
        october.invalidate_recordset()
        self.assertTrue(october.is_stale)
        november = self.november()
        with self.assertRaisesRegex(UserError, "have changed since"):
            november.action_agree()

    def test_the_chair_opens_it_again_and_it_is_logged(self):
        october = self.october()
        october.action_agree()
        with self.assertRaises(AccessError):
            october.action_reopen()
        november = self.november()
        with self.assertRaisesRegex(UserError, "comes after it"):
            self.as_user(self.ketua, october).action_reopen()
        november.unlink()
        self.company.sudo().fiscalyear_lock_date = date(2026, 10, 31)
        with self.assertRaisesRegex(UserError, "closed"):
            self.as_user(self.ketua, october).action_reopen()
        self.company.sudo().fiscalyear_lock_date = False
        self.as_user(self.ketua, october).action_reopen()
        self.assertEqual(october.state, "draft")
        log = self.as_user(self.pengawas, self.env["koperasi.exception"]).search([("kind", "=", "bank_reopened")])
        self.assertEqual(len(log), 1)

    # === THE FILE === #

    def upload(self, statement, content):
        statement.file = base64.b64encode(content if isinstance(content, bytes) else content.encode())
        return statement.action_import()

    def test_csv_with_debit_and_credit(self):
        statement = self.statement()
        self.upload(statement, CSV)
        self.assertEqual(statement.line_ids.mapped("amount"), [1000000, 4321, -10000])
        self.assertEqual(statement.line_ids[0].entry_id.amount, 1000000)  # found at once
        self.assertEqual((statement.line_difference, statement.difference), (0, 0))

    def test_the_same_file_twice_adds_nothing(self):
        statement = self.statement()
        self.lines(statement, (date(2026, 10, 25), "BUNGA", 4321))  # typed before
        self.upload(statement, CSV)
        action = self.upload(statement, CSV)
        self.assertIn("here already", action["params"]["message"])
        self.assertEqual(len(statement.line_ids), 3)
        self.upload(statement, CSV + "05/10/2026;SETORAN TUNAI;;1.000.000,00;\n")
        self.assertEqual(len(statement.line_ids), 4)  # two equal deposits of a day are two

    def test_xlsx_with_signed_amounts_and_hundredths(self):
        """1.000.000,40 + 4.320,30 - 9.999,70 = 994.321,00: 1.000.000, then 1.004.320,70 = 1.004.321, then 994.321."""
        book = openpyxl.Workbook()
        for row in (
            ["Date", "Description", "Amount"],
            [date(2026, 10, 5), "Deposit", 1000000.4],
            ["25-10-2026", "Interest", "4.320,30 CR"],
            ["2026-10-31", "Fee", "9.999,70 DB"],
        ):
            book.active.append(row)
        file = io.BytesIO()
        book.save(file)
        statement = self.statement()
        self.upload(statement, file.getvalue())
        self.assertEqual(statement.line_ids.mapped("amount"), [1000000, 4321, -10000])
        self.assertEqual(statement.line_difference, 0)

    def test_all_faults_at_once(self):
        faulty = (
            "Tgl,Uraian,Nominal,D/K\n"
            "5/10/2026,Benar,1000,K\n"
            "32/10/2026,Tanggal,1000,K\n"
            "05/10/2026,Jumlah,1O00,K\n"
            "05/09/2026,Luar,1000,D\n"
            ",Kosong,1000,D\n"
            "05/10/2026,Tanpa jumlah,,D\n"
        )
        statement = self.statement()
        with self.assertRaises(UserError) as caught, self.cr.savepoint():
            self.upload(statement, faulty)
        text = str(caught.exception)
        for part in ("3: “32/10/2026” is not a date", "4: “1O00”", "5: 05/09/2026 lies outside", "6: The", "7: The"):
            self.assertIn(f"Row {part}", text)
        self.assertNotIn("Row 2", text)
        self.assertFalse(statement.line_ids)
        for content in (b"halo", b"%PDF\0"):
            with self.assertRaises(UserError), self.cr.savepoint():
                self.upload(statement, content)

    # === WHERE IT IS DONE, AND THE MONTH === #

    def month(self):
        month = self.as_user(self.bendahara, self.env["koperasi.month"]).create(
            {"company_id": self.company.id, "date_from": date(2026, 10, 1)}
        )
        return month

    def left(self, month):
        month.action_check()
        return {check.code: check.left for check in month.check_ids if check.left}

    def test_the_month_waits_for_the_bank(self):
        month = self.month()
        self.assertEqual(self.left(month), {"bank": 1})
        action = month.check_ids.filtered("left").action_cure()
        self.assertEqual(action["res_model"], "koperasi.bank.statement")
        self.assertEqual(action["context"], {"default_journal_id": self.bank.id})
        statement = self.october()
        self.assertEqual(self.left(month), {"bank": 1})
        statement.action_agree()
        self.assertEqual(self.left(month), {})
        month.action_close()

    def test_a_bank_that_never_moved(self):
        self.bank.copy({"name": "BRI", "code": "BRI"})
        statement = self.october()
        statement.action_agree()
        self.assertEqual(self.left(self.month()), {})

    def test_reconciled_in_odoo(self):
        """A company that began to reconcile in Odoo goes on doing so, without being asked."""
        self.assertEqual(self.bank._koperasi_bank_way(), "here")
        self.env["account.bank.statement.line"].create(
            {"journal_id": self.bank.id, "date": date(2026, 10, 31), "payment_ref": "BUNGA", "amount": 4321}
        )
        self.assertEqual(self.bank._koperasi_bank_way(), "odoo")
        with self.assertRaisesRegex(ValidationError, "reconciled in Odoo"), self.cr.savepoint():
            self.statement()
        month = self.month()
        self.assertEqual(self.left(month), {"bank": 1})
        action = month.check_ids.filtered("left").action_cure()
        self.assertEqual(action["res_model"], "account.bank.statement.line")
        self.assertEqual(self.as_user(self.bendahara, self.env[action["res_model"]]).search_count(action["domain"]), 1)
        self.bank.koperasi_bank_check = "here"
        self.assertEqual(self.bank._koperasi_bank_way(), "here")
        self.statement()

    def test_cash_to_a_bank_that_odoo_reconciles(self):
        """Its statement debits the bank's account: cash waits on the account of transfers, and isn't there twice."""
        company = self.env["res.company"].create(
            {"name": "PT Lama", "country_id": self.env.ref("base.id").id, "currency_id": self.env.ref("base.IDR").id}
        )
        self.env.user.company_ids |= company
        self.env["account.chart.template"].try_loading("id", company, install_demo=False)
        bank = self.env["account.journal"].search([("company_id", "=", company.id), ("type", "=", "bank")])
        self.env["account.bank.statement.line"].create(
            {"journal_id": bank.id, "date": date(2026, 10, 31), "payment_ref": "BUNGA", "amount": 4321}
        )
        company.is_koperasi = True
        purpose = self.env.ref(f"account.{company.id}_koperasi_purpose_to_bank")
        self.assertEqual(purpose.account_id, company.transfer_account_id)
        interest = self.env.ref(f"account.{company.id}_koperasi_purpose_bank_interest")
        with self.assertRaisesRegex(UserError, "reconciled in Odoo"):
            interest.sudo()._record(4321, None, bank=bank)

    def test_paper(self):
        statement = self.october()
        html = self.env["ir.actions.report"].with_user(self.pengawas)
        html = html._render_qweb_html("koperasi_simpan_pinjam.report_bank_statement", statement.ids)[0].decode()
        for text in ("Bank Reconciliation", "not agreed on yet", "994.321", "1.500.000", "BIAYA ADM", "Treasurer"):
            self.assertIn(text, html)

    def test_who(self):
        statement = self.october()
        for user in (self.petugas, self.sekretaris, self.pemantau, self.other_bendahara):
            with self.assertRaises(AccessError):
                self.as_user(user, statement).read(["closing_balance"])
        for user in (self.ketua, self.pengawas):
            as_reader = self.as_user(user, statement)
            self.assertEqual((as_reader.difference, as_reader.open_line_ids[0].name), (0, "BUNGA"))
            for act in (as_reader.action_agree, as_reader.action_propose, as_reader.line_ids[0].action_tick_off):
                with self.assertRaises(AccessError):
                    act()
        with self.assertRaises(AccessError):
            self.as_user(self.petugas, self.purpose("bank_interest"))._record(1000, None, bank=self.bank)
