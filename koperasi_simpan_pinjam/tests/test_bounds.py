from unittest.mock import patch

from lxml import etree

from odoo.tests import Form, tagged

from ..models.posting import KoperasiPosting
from .common import TODAY, KoperasiCase

PAGE = 80  # rows of a list in the web client


@tagged("post_install", "-at_install")
class TestBounds(KoperasiCase):
    """What a screen asks of the database does not grow with the past: a member with 500 transactions, a list of many.

    Siti has 500 transactions on one account and 100 payments on her loan, Aminah 5 and 1.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vault = cls.open_session(cls.bendahara, "KAS")
        cls.session = cls.open_session()
        cls.siti, cls.aminah = (cls.borrower(name) for name in ("Siti", "Aminah"))
        cls.busy, cls.quiet = (cls.account(member, "sukarela") for member in (cls.siti, cls.aminah))
        # No screen here reads the journal entries of these visits, and making them takes four fifths of the time.
        with patch.object(KoperasiPosting, "_make_entry", lambda posting, transaction: None):
            for _number in range(400):
                cls.deposit(cls.busy, 1000, cls.session)
            for _number in range(100):
                cls.as_user(cls.petugas, cls.siti.loan_ids)._pay(1100, cls.session)
            for _number in range(5):
                cls.deposit(cls.quiet, 1000, cls.session)
            cls.as_user(cls.petugas, cls.aminah.loan_ids)._pay(110000, cls.session)

    @classmethod
    def borrower(cls, name):
        member = cls.new_member(name)
        cls.deposit(cls.account(member, "pokok"), 100000, cls.session)
        cls.deposit(cls.account(member, "wajib"), 2000000, cls.vault)
        cls.as_user(cls.ketua, member).action_approve()
        cls.running_loan(member)
        return member

    @classmethod
    def running_loan(cls, member):
        loan = cls.as_user(cls.petugas, cls.env["koperasi.loan"]).create(
            {
                "member_id": member.id,
                "amount": 1000000,
                "product_id": cls.env.ref(f"account.{cls.company.id}_koperasi_loan_product_warga").id,
            }
        )
        loan.action_submit()
        cls.as_user(cls.ketua, loan).action_approve()
        cls.as_user(cls.bendahara, loan)._disburse(cls.vault.sudo().journal_id, TODAY, session=cls.vault)

    # === WHAT THE WEB CLIENT DOES === #

    def view(self, model, kind):
        """:return: (root of the view, fields of each model in it), as the person sees it"""
        answer = model.get_views([(False, kind)])
        models = {name: info["fields"] for name, info in answer["models"].items()}
        return etree.fromstring(answer["views"][kind]["arch"]), models

    def specification(self, view, model, models):
        """What the web client asks for: the fields of the view, of a relation its name, of a list its columns."""
        wanted = {}
        for node in view.xpath(".//field[not(ancestor::field)]"):
            name = node.get("name")
            field = models[model][name]
            wanted[name] = {}
            if field["type"] in ("many2one", "reference"):
                wanted[name] = {"fields": {"display_name": {}}}
            elif field["type"] in ("one2many", "many2many"):
                rows = node.find("list")
                if rows is None:
                    wanted[name] = {"fields": {"display_name": {}}}
                else:
                    rows = etree.fromstring(etree.tostring(rows))
                    columns = self.specification(rows, field["relation"], models)
                    wanted[name] = {"fields": columns, "limit": int(rows.get("limit", 40)), "order": ""}
        return wanted

    def open_form(self, record):
        view, models = self.view(record, "form")
        return record.web_read(self.specification(view, record._name, models))

    def open_list(self, model, domain, order=""):
        view, models = self.view(model, "list")
        return model.web_search_read(
            domain, self.specification(view, model._name, models), limit=PAGE, order=order, count_limit=10001
        )

    def queries(self, action, *args):
        """How many queries `action` takes on a server that runs for a while: what it keeps is there, no row is."""
        for _time in range(3):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            result = action(*args)
        return self.env.cr.sql_log_count - before, result

    def assertBounded(self, most, action, *subjects):
        """`action` asks the same on each of `subjects`, and never more than `most` queries, teller and chair alike.

        :return: what the last one gave to the chair
        """
        for user in (self.petugas, self.ketua):
            counts = []
            for subject in subjects:
                count, result = self.queries(action, self.as_user(user, subject))
                counts.append(count)
            with self.subTest(user=user.login, action=action.__name__, queries=counts):
                self.assertEqual(len(set(counts)), 1)
                self.assertLessEqual(counts[0], most)
        return result

    # === FORMS === #

    def test_member_form(self):
        count = self.env["koperasi.transaction"].search_count([("member_id", "=", self.siti.id)])
        self.assertEqual(count, 503)  # share capital, dues, the loan
        [values] = self.assertBounded(25, self.open_form, self.aminah, self.siti)
        self.assertEqual(values["savings_total"], 2505000)  # 100.000 + 2.000.000 + 400.000, half a service fee

    def test_savings_account_form(self):
        [values] = self.assertBounded(12, self.open_form, self.quiet, self.busy)
        self.assertEqual(values["balance"], 400000)

    def test_loan_form(self):
        [values] = self.assertBounded(25, self.open_form, self.aminah.loan_ids, self.siti.loan_ids)
        self.assertEqual(len(values["installment_ids"]), 10)
        self.assertEqual(values["outstanding"], 900000)

    def test_cash_session_form(self):
        [values] = self.assertBounded(15, self.open_form, self.vault, self.session)
        self.assertEqual(values["amount_in"], 825000)  # 200.000 share capital, 405.000, and 220.000 of the loans

    def test_counter(self):
        """Choosing the member, from the empty form on; nor do three loans ask more than one."""

        def choose(member):
            form = Form(member.env["koperasi.counter"].with_context(default_company_id=self.company.id))
            form.member_id = member
            return [line["due"] for line in form.in_ids._records]

        for _number in range(2):
            self.running_loan(self.siti)
        few, dues = self.queries(choose, self.as_user(self.petugas, self.aminah))
        self.assertEqual(len(dues), 3)  # mandatory and voluntary savings, the loan
        many, dues = self.queries(choose, self.as_user(self.petugas, self.siti))
        self.assertEqual(len(dues), 5)
        self.assertEqual(many, few)
        self.assertLessEqual(many, 60)

    # === LISTS === #

    def test_lists(self):
        """A full page of 80 costs what 10 rows cost, and one query for how many there are."""
        self.env["koperasi.member"].create(
            [
                {
                    "partner_id": person.id,
                    "company_id": self.company.id,
                    "rw_id": self.siti.rw_id.id,
                }
                for person in self.env["res.partner"].create([{"name": f"Ibu {number}"} for number in range(200)])
            ]
        )
        for model, most, order in (
            ("koperasi.member", 15, ""),
            ("koperasi.member", 15, "savings_total desc, id"),
            ("koperasi.savings.account", 10, ""),
            ("koperasi.savings.account", 10, "balance desc, id"),
            ("koperasi.transaction", 12, ""),
            ("koperasi.transaction.line", 15, ""),
        ):
            for user in (self.petugas, self.ketua):
                with self.subTest(model=model, order=order, user=user.login):
                    rows = self.as_user(user, self.env[model])
                    few, answer = self.queries(
                        self.open_list, rows, [("id", "in", rows.search([], limit=10).ids)], order
                    )
                    self.assertEqual(answer["length"], 10)
                    many, answer = self.queries(self.open_list, rows, [], order)
                    self.assertEqual(len(answer["records"]), PAGE)
                    self.assertGreater(answer["length"], 200)
                    self.assertEqual(many, few + 1)
                    self.assertLessEqual(many, most)

    def test_members_in_order_of_their_savings(self):
        """The largest first, those without any last; as of a past day, too."""
        none = self.new_member("Baru")
        members = self.as_user(self.petugas, self.env["koperasi.member"])
        self.assertEqual(members.search([], order="savings_total desc"), self.siti + self.aminah + none)
        self.assertEqual(members.search([], order="savings_total"), none + self.aminah + self.siti)
        self.deposit(self.quiet, 1000000, self.session)
        self.assertEqual(members.search([], order="savings_total desc", limit=1), self.aminah)
        yesterday = members.with_context(koperasi_as_of="2026-11-23")
        self.assertEqual(yesterday.search([], order="savings_total, id"), self.siti + self.aminah + none)
