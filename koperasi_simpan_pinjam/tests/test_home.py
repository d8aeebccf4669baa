from odoo.tests import freeze_time, tagged

from .common import KoperasiCase


@tagged("post_install", "-at_install")
class TestHome(KoperasiCase):
    """Three members of RW 05, one of RW 07; Siti has paid 100.000 and 20.000, and saved 500.000."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.session = cls.open_session()
        cls.siti = cls.new_member("Siti")
        for class_, amount in (("pokok", 100000), ("wajib", 20000), ("sukarela", 500000)):
            cls.deposit(cls.account(cls.siti, class_), amount, cls.session)
        cls.as_user(cls.ketua, cls.siti).action_approve()
        area = cls.env["koperasi.rw"].search([("company_id", "=", cls.company.id), ("code", "=", "07")])
        for name, vals in (("Aminah", {}), ("Rahayu", {}), ("Wati", {"rw_id": area.id})):
            member = cls.new_member(name, **vals)
            cls.deposit(cls.account(member, "pokok"), 100000, cls.session)
            if name != "Wati":
                cls.as_user(cls.ketua, member).action_approve()

    def page(self, user):
        return self.as_user(user, self.env["koperasi.home"]).with_company(self.company).get_page()

    def pictures(self, user):
        return {picture["title"]: picture for picture in self.page(user)["pictures"]}

    def test_tasks_are_each_roles_own(self):
        labels = {user: {task["label"] for task in self.page(user)["tasks"]} for user in (self.ketua, self.bendahara)}
        self.assertIn("Candidates to approve", labels[self.ketua])
        self.assertNotIn("Candidates to approve", labels[self.bendahara])

    def test_applications_wait_for_whoever_has_not_decided(self):
        """Above 1.000.000 two of the board say yes: when the chair has, it waits for the secretary, no more for her."""

        def waiting():
            people = (self.ketua, self.sekretaris, self.pengawas)
            tasks = [{task["label"]: task["count"] for task in self.page(user)["tasks"]} for user in people]
            return [own.get("Loan applications to decide on", 0) for own in tasks]

        product = self.env.ref(f"account.{self.company.id}_koperasi_loan_product_warga")
        product.committee_amount = 1000000
        loans = self.as_user(self.petugas, self.env["koperasi.loan"]).create(
            [{"member_id": self.siti.id, "product_id": product.id, "amount": amount} for amount in (1000000, 2000000)]
        )
        loans.action_submit()
        self.assertEqual(waiting(), [2, 1, 0])
        self.as_user(self.ketua, loans[1]).action_approve()
        self.assertEqual(waiting(), [1, 1, 0])
        self.as_user(self.sekretaris, loans[1]).action_approve()
        self.assertEqual(waiting(), [1, 0, 0])

    def test_a_number_opens_the_list_that_it_counts(self):
        for task in self.page(self.ketua)["tasks"]:
            action = task["action"]
            records = self.as_user(self.ketua, self.env[action["res_model"]]).search(action["domain"])
            self.assertEqual(len(records), task["count"], task["label"])

    def test_pictures(self):
        """Savings 4 x 100.000 + 20.000 + 500.000, all of it in the counter's box; dues 20.000 of 3 x 20.000."""
        pictures = self.pictures(self.ketua)
        self.assertEqual([picture["total"] for picture in pictures.values()][:3], ["Rp 920.000", "Rp 0", "Rp 920.000"])
        self.assertEqual(pictures["Savings and Money Held"]["values"], [400000, 20000, 500000])
        self.assertEqual(pictures["Dues of This Month"]["values"], [20000, 40000])
        self.assertEqual(self.pictures(self.sekretaris), {})

    def test_a_total_opens_the_list_that_sums_to_it(self):
        for user in (self.bendahara, self.ketua, self.pengawas):
            for title, total in (("Savings and Money Held", 920000), ("Cash and Bank", 920000)):
                picture = self.pictures(user)[title]
                action = picture["action"]
                rows = self.as_user(user, self.env[action["res_model"]]).search(action["domain"])
                self.assertEqual((sum(rows.mapped("balance")), sum(picture["values"])), (total, total))

    def test_the_kelurahan_sees_sums_without_small_cells(self):
        page = self.page(self.pemantau)
        self.assertEqual((page["tasks"], page["pictures"]), ([], []))
        [row] = page["board"]
        self.assertEqual((row["members"], row["savings"], row["date"]), ("< 3", "-", "-"))  # November is not over
        with freeze_time("2026-12-01 03:00:00"):
            [row] = self.page(self.pemantau)["board"]
        self.assertEqual((row["members"], row["savings"], row["bad"]), ("3", "Rp 920.000", "-"))
        self.assertEqual(row["areas"], [{"name": "RW 05", "members": "3"}])
        # One person more would be Wati: December shows what November did.
        self.as_user(self.ketua, self.env["koperasi.member"].search([("name", "=", "Wati")])).action_approve()
        with freeze_time("2027-01-01 03:00:00"):
            [row] = self.page(self.pemantau)["board"]
        self.assertEqual(row["areas"], [{"name": "RW 05", "members": "3"}])

    def test_one_person_of_an_area_stands_with_another_area(self):
        """The total less RW 05 would be hers."""
        self.as_user(self.ketua, self.env["koperasi.member"].search([("name", "=", "Wati")])).action_approve()
        with freeze_time("2026-12-01 03:00:00"):
            [row] = self.page(self.pemantau)["board"]
        self.assertEqual(row["areas"], [{"name": "RW 05, RW 07", "members": "4"}])

    def test_where_one_stands_after_logging_in(self):
        counter = self.env.ref("koperasi_simpan_pinjam.koperasi_counter_action")
        home = self.env.ref("koperasi_simpan_pinjam.koperasi_home_action")
        self.assertEqual(self.petugas.action_id.id, counter.id)
        for user in (self.ketua, self.bendahara, self.pemantau, self.both):
            self.assertEqual(user.action_id.id, home.id)
        self.assertFalse(self.admin.action_id)
