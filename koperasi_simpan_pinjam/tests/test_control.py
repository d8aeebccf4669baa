from datetime import date

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TODAY, KoperasiCase


@tagged("post_install", "-at_install")
class TestControl(KoperasiCase):
    """The control report must name what is wrong: first break the books by SQL, past every guard, then read it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = cls.open_session()
        cls.siti = cls.new_member("Siti")
        cls.sukarela = cls.account(cls.siti, "sukarela")
        cls.receipt = cls.deposit(cls.sukarela, 150000, cls.session)
        cls.move = cls.receipt.sudo().move_id
        cls.env.flush_all()

    def _break(self, query, *args):
        """Run SQL with the ledger's triggers off: what a broken migration or a hand in the database would do."""
        tables = ("koperasi_transaction", "koperasi_transaction_line", "koperasi_transaction_tender")
        for table in tables:
            self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self.env.cr.execute(query, args)
        for table in tables:
            self.env.cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        self.env.invalidate_all()

    def _kinds(self):
        faults = self.env["koperasi.control.fault"].search([("company_id", "=", self.company.id)])
        return {(fault.kind, fault.transaction_id, fault.move_id) for fault in faults}

    def test_books_agree(self):
        self.assertEqual(self.company._koperasi_control_faults(), [])

    def test_entry_forced_on_a_control_account(self):
        journal = self.company.koperasi_memorial_journal_id
        bank, other = (self.env.ref(f"account.{self.company.id}_koperasi_{code}") for code in ("1111", "1121"))
        move = (
            self.env["account.move"]
            .with_company(self.company)
            .create(
                {
                    "journal_id": journal.id,
                    "line_ids": [
                        (0, 0, {"account_id": bank.id, "debit": 500}),
                        (0, 0, {"account_id": other.id, "credit": 500}),
                    ],
                }
            )
        )
        move.action_post()
        self.env.flush_all()
        self.assertEqual(self.company._koperasi_control_faults(), [])
        self._break(
            "UPDATE account_move_line SET account_id = %s WHERE move_id = %s AND balance < 0",
            self.sukarela.product_id.account_id.id,
            move.id,
        )
        self.assertEqual(self._kinds(), {("stray", self.env["koperasi.transaction"], move)})
        row = self.env["koperasi.control.account"].search(
            [("account_id", "=", self.sukarela.product_id.account_id.id), ("difference", "!=", 0)]
        )
        self.assertEqual((row.ledger_amount, row.gl_amount, row.difference), (0, 500, -500))

    def test_missing_line(self):
        self._break("DELETE FROM koperasi_transaction_line WHERE transaction_id = %s", self.receipt.id)
        self.assertIn(("unbalanced", self.receipt, self.move), self._kinds())
        self.assertIn(("difference", self.receipt, self.move), self._kinds())

    def test_line_missing_in_an_entry_of_several(self):
        """Two receipts, one entry: the difference is named by the first of them, which has the entry."""
        wati = self.account(self.new_member("Wati"), "sukarela")
        papers = [
            {
                "lines": account._lines_in(amount, TODAY),
                "tenders": [(self.session.sudo().journal_id, amount)],
            }
            for account, amount in ((self.sukarela, 10000), (wati, 20000))
        ]
        receipts = self.as_user(self.petugas, self.env["koperasi.posting"])._post_together(
            self.company, TODAY, papers, session=self.session
        )
        self.env.flush_all()
        self.assertEqual(self._kinds(), set())
        self._break("DELETE FROM koperasi_transaction_line WHERE transaction_id = %s", receipts[1].id)
        move = receipts[0].sudo().move_id
        self.assertEqual(self._kinds(), {("difference", receipts[0], move), ("unbalanced", receipts[1], move)})

    def test_re_dated_entry(self):
        self._break("UPDATE account_move_line SET date = '2026-11-01' WHERE move_id = %s", self.move.id)
        self.assertEqual(self._kinds(), {("date", self.receipt, self.move)})
        self._break("UPDATE account_move SET date = '2026-11-01' WHERE id = %s", self.move.id)
        self.assertEqual(self._kinds(), {("date", self.receipt, self.move)})

    def test_wrong_unit(self):
        unit = self.company.koperasi_general_unit_id
        self._break(
            """UPDATE account_move_line SET analytic_distribution = %s::jsonb WHERE move_id = %s AND balance < 0""",
            f'{{"{unit.id}": 100}}',
            self.move.id,
        )
        self.assertEqual({kind for kind, _transaction, _move in self._kinds()}, {"difference", "unit"})
        self._break(
            """UPDATE account_move_line SET analytic_distribution = %s::jsonb WHERE move_id = %s""",
            f'{{"{unit.id}": 100}}',
            self.move.id,
        )
        self.assertEqual(self._kinds(), {("difference", self.receipt, self.move)})

    def test_changed_amount(self):
        self._break("UPDATE koperasi_transaction_line SET amount = 140000 WHERE transaction_id = %s", self.receipt.id)
        self.assertIn(("difference", self.receipt, self.move), self._kinds())

    def test_entry_taken_away(self):
        self._break("UPDATE account_move SET state = 'draft' WHERE id = %s", self.move.id)
        self.assertIn(("no_entry", self.receipt, self.move), self._kinds())
        self._break(
            "UPDATE account_move SET koperasi_transaction_id = NULL, state = 'posted' WHERE id = %s", self.move.id
        )
        self.assertEqual(
            self._kinds(),
            {
                ("no_entry", self.receipt, self.env["account.move"]),
                ("stray", self.env["koperasi.transaction"], self.move),
            },
        )

    def test_as_of(self):
        """A fault of today is none of yesterday."""
        self._break("UPDATE koperasi_transaction_line SET amount = 140000 WHERE transaction_id = %s", self.receipt.id)
        self.assertEqual(self.company._koperasi_control_faults(date(2026, 11, 23)), [])
        self.assertTrue(self.company._koperasi_control_faults(TODAY))

    def test_member_trial_balance(self):
        self.withdraw(self.sukarela, 50000, self.session)
        wizard = self.as_user(self.pengawas, self.env["koperasi.member.trial.balance"]).create(
            {
                "company_id": self.company.id,
                "date_from": TODAY,
                "date_to": TODAY,
            }
        )
        [section] = wizard._sections()
        self.assertEqual(section["totals"], {"opening": 0, "debit": 50000, "credit": 150000, "closing": 100000})
        self.assertEqual(section["rows"][0]["name"], "Siti")
        html = (
            self.env["ir.actions.report"]
            .with_user(self.pengawas)
            ._render_qweb_html("koperasi_simpan_pinjam.report_member_trial_balance", wizard.ids)[0]
            .decode()
        )
        self.assertIn("150.000", html)
        wizard.date_from = date(2026, 11, 25)
        with self.assertRaises(UserError):
            wizard.action_print()


@tagged("post_install", "-at_install")
class TestOdooDocuments(KoperasiCase):
    """Odoo's own documents in a cooperative: one unit per line, no date moved; elsewhere nothing changes."""

    def _invoice(self, company, **vals):
        product = self.env["product.product"].create({"name": "Kangkung", "list_price": 5000})
        return (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.env["res.partner"].create({"name": "Pembeli"}).id,
                    "invoice_date": TODAY,
                    "invoice_line_ids": [
                        (0, 0, {"product_id": product.id, "quantity": 2, "price_unit": 5000, "tax_ids": []})
                    ],
                    **vals,
                }
            )
        )

    def test_every_line_gets_the_general_unit(self):
        invoice = self._invoice(self.company)
        invoice.action_post()
        unit = {str(self.company.koperasi_general_unit_id.id): 100}
        self.assertEqual(invoice.line_ids.mapped("analytic_distribution"), [unit] * 2)

    def test_the_unit_of_one_line_is_everybodys(self):
        invoice = self._invoice(self.company)
        unit = self.company.koperasi_savings_unit_id
        invoice.invoice_line_ids.analytic_distribution = {str(unit.id): 100}
        invoice.action_post()
        self.assertEqual(invoice.line_ids._koperasi_units(), unit)
        self.assertTrue(all(line._koperasi_units() == unit for line in invoice.line_ids))

    def test_two_units_are_balanced_by_a_pair_of_lines(self):
        """10,000 of savings and loans, 100 of General: the receivable is the larger one's, and it owes General 100."""
        savings, general = self.company.koperasi_savings_unit_id, self.company.koperasi_general_unit_id
        invoice = self._invoice(self.company)
        invoice.invoice_line_ids.analytic_distribution = {str(savings.id): 100}
        invoice.invoice_line_ids = [
            (
                0,
                0,
                {
                    "name": "Lain",
                    "quantity": 1,
                    "price_unit": 100,
                    "tax_ids": [],
                    "analytic_distribution": {str(general.id): 100},
                },
            )
        ]
        for _again in range(2):
            invoice.action_post()
            between = invoice.line_ids.filtered(
                lambda line: line.account_id == self.company.koperasi_interunit_account_id
            )
            self.assertEqual({line._koperasi_units(): line.balance for line in between}, {savings: -100, general: 100})
            receivable = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
            self.assertEqual((receivable._koperasi_units(), receivable.balance), (savings, 10100))
            self.assertEqual((len(invoice.invoice_line_ids), invoice.amount_total), (2, 10100))
            self.assertBooksAgree()
            invoice.button_draft()

    def test_a_line_of_two_units_is_refused(self):
        invoice = self._invoice(self.company)
        units = self.company.koperasi_savings_unit_id, self.company.koperasi_general_unit_id
        invoice.invoice_line_ids.analytic_distribution = {str(unit.id): 50 for unit in units}
        with self.assertRaisesRegex(UserError, "several business units"):
            invoice.action_post()

    def test_locked_date_is_refused_not_moved(self):
        invoice = self._invoice(self.company, invoice_date=date(2026, 10, 15), date=date(2026, 10, 15))
        self.company.fiscalyear_lock_date = date(2026, 10, 31)
        with self.assertRaisesRegex(UserError, "closed"):
            invoice.action_post()
        self.assertEqual((invoice.state, invoice.date), ("draft", date(2026, 10, 15)))

    def test_vendor_bill_keeps_its_date(self):
        bill = self._invoice(self.company, move_type="in_invoice", invoice_date=date(2026, 10, 15))
        bill.action_post()
        self.assertEqual(bill.date, date(2026, 10, 15))

    def test_another_company_sees_no_change(self):
        company = self.env["res.company"].create({"name": "PT Biasa", "country_id": self.env.ref("base.id").id})
        self.env.user.company_ids |= company
        self.env["account.chart.template"].try_loading("id", company, install_demo=False)
        invoice = self._invoice(company)
        invoice.action_post()
        self.assertFalse(any(invoice.line_ids.mapped("analytic_distribution")))
        late = self._invoice(company, invoice_date=date(2026, 10, 15), date=date(2026, 10, 15))
        company.fiscalyear_lock_date = date(2026, 10, 31)
        late.action_post()  # Odoo's way: on an open day
        self.assertEqual(late.state, "posted")
        self.assertGreater(late.date, date(2026, 10, 31))
        invoice.button_draft()
        self.assertEqual(invoice.state, "draft")
