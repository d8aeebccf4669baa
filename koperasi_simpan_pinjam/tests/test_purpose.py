from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import KoperasiCase


@tagged("post_install", "-at_install")
class TestPurpose(KoperasiCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = cls.open_session()
        cls.siti = cls.new_member("Siti Aminah")
        cls.sukarela = cls.account(cls.siti, "sukarela")
        cls.deposit(cls.sukarela, 500000, cls.session)

    def purpose(self, name):
        return self.env.ref(f"account.{self.company.id}_koperasi_purpose_{name}")

    def entry(self, purpose, amount, user=None, **vals):
        return self.as_user(user or self.petugas, self.env["koperasi.cash.entry"]).create(
            {
                "purpose_id": self.purpose(purpose).id,
                "direction": self.purpose(purpose).direction,
                "amount": amount,
                **vals,
            }
        )

    def confirm(self, entry):
        return self.env["koperasi.transaction"].browse(entry.action_confirm()["res_id"])

    def test_set_up_gives_both_languages(self):
        purpose = self.purpose("supplies")
        self.assertEqual((purpose.name, purpose.with_context(lang="id_ID").name), ("Office Supplies", "ATK"))
        self.assertEqual(purpose.account_id, self.env.ref(f"account.{self.company.id}_koperasi_5203"))

    def test_payment(self):
        voucher = self.confirm(self.entry("transport", 75000, party="Pak Joko", note="Ojek ke bank"))
        self.assertEqual((voucher.number, voucher.kind, voucher.amount), ("BKK/KL1/2026/0001", "payment", 75000))
        self.assertEqual((voucher.party, voucher.name), ("Pak Joko", "Ojek ke bank"))
        unit = {str(self.company.koperasi_general_unit_id.id): 100}
        self.assertRecordValues(
            voucher.sudo().move_id.line_ids.sorted("balance"),
            [
                {
                    "account_id": self.session.sudo().journal_id.default_account_id.id,
                    "balance": -75000,
                    "analytic_distribution": unit,
                },
                {
                    "account_id": self.env.ref(f"account.{self.company.id}_koperasi_5205").id,
                    "balance": 75000,
                    "analytic_distribution": unit,
                },
            ],
        )
        self.assertEqual(self.session.expected_amount, 425000)
        self.assertBooksAgree()

    def test_receipt_with_a_contact(self):
        giver = self.env["res.partner"].create({"name": "PT Sejahtera"})
        receipt = self.confirm(self.entry("grant", 1000000, partner_id=giver.id))
        self.assertEqual(
            (receipt.number, receipt.partner_id, receipt.party), ("BKM/KL1/2026/0002", giver, "PT Sejahtera")
        )
        self.assertEqual(receipt.line_ids.amount, 1000000)
        self.assertEqual(receipt.sudo().move_id.partner_id, giver)
        self.assertBooksAgree()

    def test_the_same_key_gives_the_first_voucher(self):
        entry = self.entry("to_bank", 300000)
        self.assertEqual(self.confirm(entry), self.confirm(entry))
        self.assertEqual(self.session.expected_amount, 200000)
        entry.amount = 200000
        with self.assertRaisesRegex(UserError, "already recorded as BKK/KL1/2026/0001"):
            entry.action_confirm()

    def test_money_at_the_bank_can_still_be_lent(self):
        """Cash and bank together: 500.000, less 10 % of the voluntary savings as reserve."""
        self.company.koperasi_reserve_percent = 10
        self.confirm(self.entry("to_bank", 300000))
        self.assertEqual(self.company._koperasi_loanable_units(self.env["koperasi.loan"]), 450000)

    def test_limits(self):
        self.deposit(self.sukarela, 5000000, self.session)
        with self.assertRaisesRegex(UserError, "Ask the treasurer"):
            self.confirm(self.entry("other", 2000001))
        with self.assertRaisesRegex(UserError, "above zero"):
            self.confirm(self.entry("other", 0))
        vault = self.open_session(self.bendahara, "KAS")
        with self.assertRaisesRegex(UserError, "holds Rp 0 only"):
            self.confirm(self.entry("other", 1000, user=self.bendahara))
        self.assertFalse(vault.transaction_ids)

    def test_no_control_account(self):
        purpose = self.purpose("other")
        for account, message in (
            (self.sukarela.product_id.account_id, "holds savings or loans of members"),
            (self.session.sudo().journal_id.default_account_id, "is a cash box"),
            (self.env.ref(f"account.{self.company.id}_koperasi_2123"), "invoices and bills"),
        ):
            with self.assertRaisesRegex(ValidationError, message):
                purpose.account_id = account
        account = self.env["account.account"].create(
            {
                "name": "Titipan Lain",
                "code": "219900",
                "account_type": "liability_current",
                "company_ids": self.company.ids,
            }
        )
        purpose.account_id = account
        self.env["koperasi.savings.product"].create(
            {
                "name": "Pendidikan",
                "code": "DIK",
                "savings_class": "special",
                "account_id": account.id,
                "unit_id": self.company.koperasi_savings_unit_id.id,
                "company_id": self.company.id,
            }
        )
        with self.assertRaisesRegex(ValidationError, "holds savings or loans of members"):
            self.confirm(self.entry("other", 1000))

    def test_who(self):
        for user in (self.sekretaris, self.ketua, self.pengawas):
            with self.assertRaises(AccessError):
                self.entry("other", 1000, user=user)
            with self.assertRaises(AccessError):
                self.as_user(user, self.purpose("other"))._record(1000, self.session)
        with self.assertRaises(AccessError):
            self.as_user(self.bendahara, self.purpose("other")).name = "Lain"
        self.assertEqual(self.as_user(self.pengawas, self.purpose("other")).name, "Other Expenses")
        with self.assertRaises(AccessError):
            self.as_user(self.other_bendahara, self.purpose("other")).read(["name"])

    def test_slip(self):
        voucher = self.confirm(self.entry("transport", 75000, party="Pak Joko", note="Ojek ke bank"))
        html = (
            self.env["ir.actions.report"]
            .with_user(self.petugas)
            ._render_qweb_html("koperasi_simpan_pinjam.report_slip", voucher.ids)[0]
            .decode()
        )
        for text in (
            "BKK/KL1/2026/0001",
            "Pak Joko",
            "Ojek ke bank",
            "75.000",
            "tujuh puluh lima ribu rupiah",
            "Transport",
        ):
            self.assertIn(text, html)
