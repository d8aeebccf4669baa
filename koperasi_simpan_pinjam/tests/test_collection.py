from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import TODAY, KoperasiCase


@tagged("post_install", "-at_install")
class TestCollection(KoperasiCase):
    """Siti and Wati of RW 05 joined on 1 October and paid their 100.000; Wati paid October and November too. Rina is
    of RW 07. Dues are 20.000 a month: on 24 November Siti owes 40.000, Rina 100.000 and 40.000."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2026-10-01 03:00:00"):
            cls.siti, cls.wati = cls.new_member("Siti"), cls.new_member("Wati")
            area = cls.env["koperasi.rw"].search([("company_id", "=", cls.company.id), ("code", "=", "07")])
            cls.rina = cls.new_member("Rina", rw_id=area.id)
        cls.session = cls.open_session()
        for member in (cls.siti, cls.wati):
            cls.deposit(cls.account(member, "pokok"), 100000, cls.session)
        cls.deposit(cls.account(cls.wati, "wajib"), 40000, cls.session)

    def collection(self, member=None, user=None):
        collection = self.as_user(user or self.petugas, self.env["koperasi.collection"]).create(
            {"company_id": self.company.id, "rw_id": (member or self.siti).rw_id.id, "date": TODAY}
        )
        collection.action_propose()
        return collection

    def rows(self, collection):
        return [(line.member_id, line.name, line.due, line.received) for line in collection.line_ids]

    def test_what_is_proposed(self):
        self.assertEqual(self.rows(self.collection()), [(self.siti, "Mandatory Savings", 40000, 40000)])
        self.assertEqual(
            self.rows(self.collection(self.rina)),
            [(self.rina, "Share Capital", 100000, 100000), (self.rina, "Mandatory Savings", 40000, 40000)],
        )

    def test_a_group(self):
        group = self.env["koperasi.group"].create({"name": "Melati", "company_id": self.company.id})
        self.rina.sudo().group_id = group
        collection = self.collection()
        collection.write({"rw_id": False, "group_id": group.id})
        collection.action_propose()
        self.assertEqual(collection.line_ids.member_id, self.rina)
        self.assertEqual(collection.display_name, "Melati, Nov 2026")

    def test_all_areas(self):
        collection = self.collection()
        collection.rw_id = False
        collection.action_propose()
        self.assertEqual(collection.line_ids.member_id, self.siti + self.rina)
        self.assertEqual((collection.amount_due, collection.amount_received), (180000, 180000))

    def test_record_what_differs(self):
        """Rina pays her 100.000, and 20.000 of the 40.000: one receipt of 120.000."""
        collection = self.collection(self.rina)
        collection.line_ids[1].received = 20000
        collection.action_post()
        self.assertEqual(collection.transaction_ids.mapped("amount"), [120000])
        self.assertEqual(collection.transaction_ids.member_id, self.rina)
        self.assertEqual(self.session.expected_amount, 360000)  # 2 x 100.000 + 40.000 + 120.000
        missing = self.env["koperasi.collection.line"].search(collection.action_missing()["domain"])
        self.assertEqual((missing.member_id, missing.missing), (self.rina, 20000))
        for change in (
            lambda: collection.action_post(),
            lambda: collection.write({"rw_id": False}),
            lambda: collection.line_ids.write({"received": 1}),
            lambda: collection.line_ids.unlink(),
            lambda: collection.unlink(),
        ):
            with self.assertRaises(UserError):
                change()
        self.assertBooksAgree()

    def posted(self):
        """Siti's 40.000 and Rina's 140.000, on one list."""
        collection = self.collection()
        collection.rw_id = False
        collection.action_propose()
        collection.action_post()
        return collection.transaction_ids.sorted("id")

    def test_one_entry_for_all(self):
        """Two receipts, numbered one after the other; in the books 180.000 in one entry of nobody in particular."""
        receipts = self.posted()
        self.assertEqual(receipts.mapped("amount"), [40000, 140000])
        self.assertEqual(receipts.member_id, self.siti + self.rina)
        self.assertEqual(
            [receipt.number[-4:] for receipt in receipts],
            ["0004", "0005"],  # after the three of the set-up
        )
        self.assertEqual(receipts[1].booked_with_id, receipts[0])
        entry = receipts.sudo().move_id
        self.assertEqual(len(entry), 1)
        self.assertEqual(entry.ref, f"{receipts[0].number} – {receipts[1].number}")
        self.assertFalse(entry.partner_id | entry.line_ids.partner_id)
        self.assertEqual(
            sorted(entry.line_ids.mapped("balance")), [-100000, -80000, 180000]
        )  # share capital, dues, cash
        self.assertEqual(entry.action_koperasi_transaction()["domain"], [("id", "in", receipts.ids)])
        self.assertBooksAgree()

    def test_one_receipt_is_taken_back(self):
        """The other stays; the correction has an entry of its own, of Siti."""
        receipts = self.posted()
        request = self.as_user(self.petugas, self.env["koperasi.correction"]).create(
            {"transaction_id": receipts[0].id, "reason": "Salah orang"}
        )
        self.as_user(self.bendahara, request).action_approve()
        correction = request.reversal_id
        self.assertEqual(correction.amount, 40000)
        self.assertEqual((receipts[0].is_reversed, receipts[1].is_reversed), (True, False))
        self.assertEqual(self.account(self.siti, "wajib").balance, 0)
        self.assertEqual(self.account(self.rina, "wajib").balance, 40000)
        entry = correction.sudo().move_id
        self.assertEqual((entry.partner_id, entry.amount_total), (self.siti.partner_id, 40000))
        self.assertBooksAgree()

    def test_entry_of_all_is_frozen(self):
        receipts = self.posted()
        entry = receipts[1].sudo().move_id
        for change in (lambda: entry.button_draft(), lambda: entry.line_ids[0].write({"balance": 1})):
            with self.assertRaisesRegex(UserError, receipts[0].number):
                change()
        with self.assertRaises(UserError):
            receipts[1].sudo().write({"booked_with_id": False})

    def test_queries_do_not_grow_with_the_list(self):
        """Ten more members on the list, all pay their dues: not one query more."""

        def queries(count):
            group = self.env["koperasi.group"].create({"name": f"{count}", "company_id": self.company.id})
            for number in range(count):
                self.new_member(f"Ibu {count}-{number}", group_id=group.id)
            collection = self.collection()
            collection.write({"rw_id": False, "group_id": group.id})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            collection.action_propose()
            collection.action_post()
            self.env.flush_all()
            self.assertEqual(len(collection.transaction_ids), count)
            return self.env.cr.sql_log_count - before

        queries(2)  # whatever is read once
        self.assertEqual(queries(15), queries(5))

    def test_all_or_none(self):
        collection = self.collection()
        collection.rw_id = False
        collection.action_propose()
        before = self.env["koperasi.transaction"].search_count([])
        collection.line_ids[-2].received = 150000  # Rina's share capital is 100.000
        with self.assertRaises(UserError), self.cr.savepoint():
            collection.action_post()
        self.assertEqual((self.env["koperasi.transaction"].search_count([]), collection.state), (before, "draft"))
        collection.line_ids.received = 0
        with self.assertRaisesRegex(UserError, "Enter an amount"):
            collection.action_post()

    def test_who(self):
        collection = self.collection()
        for user in (self.ketua, self.pengawas):
            self.assertEqual(self.as_user(user, collection).amount_due, 40000)
            with self.assertRaises(AccessError):
                self.as_user(user, collection).action_post()
        with self.assertRaises(AccessError):
            self.collection(user=self.sekretaris)
        with self.assertRaisesRegex(UserError, "Open the cash session"):
            self.as_user(self.bendahara, collection).action_post()

    def test_paper(self):
        html = self.env["ir.actions.report"].with_user(self.petugas)
        html = html._render_qweb_html("koperasi_simpan_pinjam.report_collection", self.collection().ids)[0].decode()
        for text in ("RW05-0001", "Siti", "40.000", "RW 05, Nov 2026"):
            self.assertIn(text, html)
        self.assertNotIn("Wati", html)
