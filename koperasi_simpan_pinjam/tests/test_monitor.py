from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import KoperasiCase


@tagged("post_install", "-at_install")
class TestMonitor(KoperasiCase):
    """The head of the kelurahan sees sums of three persons and more, and writes advice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vault = cls.open_session(cls.bendahara, "KAS")
        cls.rw06, cls.rw07 = (
            cls.env["koperasi.rw"].search([("company_id", "=", cls.company.id), ("code", "=", code)])
            for code in ("06", "07")
        )
        cls.members = {}
        for name, rw in (
            ("Siti", None),
            ("Aminah", None),
            ("Wati", None),
            ("Rahayu", None),
            ("Lestari", cls.rw06),
            ("Endah", cls.rw07),
            ("Fitri", cls.rw07),
            ("Gita", cls.rw07),
        ):
            member = cls.new_member(name, **({"rw_id": rw.id} if rw else {}))
            cls.deposit(cls.account(member, "pokok"), 100000, cls.vault)
            cls.as_user(cls.ketua, member).action_approve()
            cls.members[name] = member

    def page(self, subject, user=None, on="2026-12-02"):
        """The rows of a subject of the last month end before `on`."""
        with freeze_time(f"{on} 03:00:00"):
            action = self.as_user(user or self.pemantau, self.env["koperasi.monitor"]).action_open()
        return self.as_user(user or self.pemantau, self.env["koperasi.monitor.row"]).search(
            [*action["domain"], ("subject", "=", subject), ("latest", "=", True)], order="area, category"
        )

    def rows(self, subject, **options):
        return [(row.area, row.category, row.members, row.amount) for row in self.page(subject, **options)]

    def test_a_small_area_is_put_with_another(self):
        """Lestari alone in RW 06: all less RW 05 and RW 07 would be hers, so RW 07 stands with her."""
        self.assertEqual(
            self.rows("members"),
            [("Areas together: RW 06, RW 07", "Members", 4, 0), ("RW 05", "Members", 4, 0)],
        )
        self.assertEqual(
            self.rows("savings"),
            [("Areas together: RW 06, RW 07", "Share Capital", 4, 400000), ("RW 05", "Share Capital", 4, 400000)],
        )

    def test_a_small_kind_is_put_with_another(self):
        """Of the four in RW 05 one saves voluntarily: it stands with share capital, 400.000 + 25.000."""
        self.deposit(self.account(self.members["Siti"], "sukarela"), 25000, self.vault)
        rows = [row for row in self.rows("savings") if row[0] == "RW 05"]
        self.assertEqual([row[2:] for row in rows], [(4, 425000)])
        self.assertEqual(set(rows[0][1].split(" + ")), {"Share Capital", "Voluntary"})

    def test_two_borrowers_are_not_shown(self):
        product = self.env.ref(f"account.{self.company.id}_koperasi_loan_product_warga")
        product.minimum_amount = 0
        for number, name in enumerate(("Siti", "Aminah", "Wati")):
            if number == 2:
                self.assertEqual(self.rows("purpose"), [])
            loan = self.as_user(self.petugas, self.env["koperasi.loan"]).create(
                {
                    "member_id": self.members[name].id,
                    "product_id": product.id,
                    "amount": 100000,
                    "purpose": "consumptive" if number else "productive",
                }
            )
            loan.action_submit()
            self.as_user(self.ketua, loan).action_approve()
            self.as_user(self.bendahara, loan)._disburse(
                self.vault.sudo().journal_id, self.vault.date, session=self.vault
            )
        # What was shown of November stays; in December it is three.
        self.assertEqual(self.rows("purpose"), [])
        # One of them for business: both purposes stand together, all are of RW 05.
        [row] = self.rows("purpose", on="2027-01-02")
        self.assertEqual((row[0], row[2], row[3]), ("RW 05", 3, 300000))
        self.assertEqual(set(row[1].split(" + ")), {"Business", "Household"})
        self.assertEqual([row[2:] for row in self.rows("quality", on="2027-01-02")], [(3, 300000)])

    # === MONTH ENDS === #

    def pay_in(self, day, *names):
        """Each pays 10.000 of voluntary savings on `day`."""
        with freeze_time(f"{day} 03:00:00"):
            session = self.open_session(self.bendahara, "KAS", day=date.fromisoformat(day))
            for name in names:
                self.deposit(self.account(self.members[name], "sukarela"), 10000, session)
            session.sudo()._set(state="closed")

    def voluntary(self, on):
        return [
            (row.date.month, row.figure_date.month, row.members, row.amount)
            for row in self.page("savings", on=on)
            if row.area == "RW 05" and "Voluntary" in row.category and "+" not in row.category
        ]

    def test_two_who_pay_in_are_not_told_of(self):
        """Voluntary savings of the four of RW 05: in November 40.000, in December two pay in, in January a third."""
        self.vault.sudo()._set(state="closed")
        self.pay_in("2026-11-25", "Siti", "Aminah", "Wati", "Rahayu")
        self.assertEqual(self.voluntary("2026-12-02"), [(11, 11, 4, 40000)])
        self.pay_in("2026-12-10", "Siti", "Aminah")
        self.assertEqual(self.voluntary("2027-01-02"), [(12, 11, 4, 40000)])
        self.pay_in("2027-01-10", "Wati")
        self.assertEqual(self.voluntary("2027-02-02"), [(1, 1, 4, 70000)])
        # Asked for again, and after an entry of December: each month end is as it was.
        figures = self.env["koperasi.published.figure"].search([("company_id", "=", self.company.id)])
        self.assertEqual(self.voluntary("2027-02-02"), [(1, 1, 4, 70000)])
        self.assertEqual(
            figures, self.env["koperasi.published.figure"].search([("company_id", "=", self.company.id)])
        )
        with freeze_time("2027-02-02 03:00:00"):
            action = self.as_user(self.pemantau, self.env["koperasi.monitor"]).action_history()
        rows = self.as_user(self.pemantau, self.env["koperasi.monitor.row"]).search(action["domain"])
        self.assertEqual({row.date.month for row in rows}, {11, 12, 1})
        self.assertEqual(action["views"][0][1], "graph")

    def test_today_is_not_shown(self):
        """Two days of one month would tell what happened between them: until its end there is the one before."""
        self.assertEqual(self.rows("members", on="2026-11-29"), [])
        self.assertEqual(len(self.rows("members", on="2026-12-01")), 2)

    def test_who_is_in_a_figure_is_nobodys_to_read(self):
        self.page("members")
        figures = self.as_user(self.pengawas, self.env["koperasi.published.figure"]).search([])
        self.assertTrue(figures.mapped("members"))
        for name in ("keys", "parts"):
            with self.assertRaises(AccessError):
                figures[:1].read([name])
        with self.assertRaises(AccessError):
            self.as_user(self.pemantau, figures[:1]).read(["members"])

    def test_only_what_she_watches(self):
        with self.assertRaises(AccessError):
            self.as_user(self.ketua, self.env["koperasi.monitor"]).action_open()
        with freeze_time("2026-12-02 03:00:00"):
            action = self.as_user(self.pemantau, self.env["koperasi.monitor"]).action_open()
        camat = self._new_person("camat", pemantau=self.other)
        self.assertEqual(self.rows("members", user=camat), [])
        rows = self.env["koperasi.monitor.row"].search(action["domain"])
        self.assertTrue(rows)
        with self.assertRaises(AccessError):
            self.as_user(camat, rows).read(["amount"])
        name, content = self.as_user(self.pemantau, rows.monitor_id)._download()
        self.assertTrue(name.endswith(".xlsx") and content)

    def test_no_names_of_members(self):
        """Neither as contacts nor as users of the portal; an ordinary user elsewhere reads contacts as before."""
        siti = self.members["Siti"].partner_id
        user = new_test_user(self.env, "siti", "base.group_portal", partner_id=siti.id)
        partners = self.as_user(self.pemantau, self.env["res.partner"])
        self.assertFalse(partners.search([("name", "=", "Siti")]))
        for record in (siti, user):
            with self.assertRaises(AccessError):
                self.as_user(self.pemantau, record).read(["name"])
        vendor = self.env["res.partner"].create({"name": "Toko Tani"})
        self.assertTrue(partners.browse(vendor.id).read(["name"]))
        self.assertTrue(self.as_user(self.pemantau, self.pemantau).partner_id.name)
        ordinary = new_test_user(self.env, "biasa", "base.group_user", company_id=self.env.company.id)
        self.assertTrue(self.as_user(ordinary, siti).read(["name"]))
        self.assertTrue(self.as_user(self.petugas, siti).read(["name"]))
        # Who watches one cooperative and works in another reads the members of that one.
        helper = self._new_person("bantu", pemantau=self.other, petugas=self.company)
        self.assertTrue(self.as_user(helper, siti).read(["name"]))

    def test_advice(self):
        advice = self.as_user(self.pemantau, self.env["koperasi.advice"]).create(
            {"company_id": self.company.id, "position": "Lurah", "text": "Adakan pelatihan hidroponik", "answer": "x"}
        )
        self.assertFalse(advice.answer)
        self.assertEqual(advice.sudo().activity_ids.user_id, self.ketua | self.both)
        with self.assertRaises(AccessError):
            self.as_user(self.pemantau, advice).answer = "Sudah"
        with self.assertRaises(AccessError):
            self.as_user(self.pemantau, self.env["koperasi.advice"]).create(
                {"company_id": self.other.id, "position": "Lurah", "text": "x"}
            )
        chair = self.as_user(self.ketua, advice)
        chair.action_read()
        with self.assertRaises(UserError):
            self.as_user(self.pemantau, advice).text = "Lain"
        with self.assertRaises(UserError):
            chair.action_answer()
        chair.answer = "Pelatihan 12 Desember"
        chair.action_answer()
        self.assertEqual((advice.state, advice.answered_by_id), ("answered", self.ketua))
        with self.assertRaises(UserError):
            chair.answer = "Tidak jadi"
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("koperasi_simpan_pinjam.report_advice", advice.ids)[0]
            .decode()
        )
        self.assertIn("Adakan pelatihan hidroponik", html)
        self.assertIn("Pelatihan 12 Desember", html)
