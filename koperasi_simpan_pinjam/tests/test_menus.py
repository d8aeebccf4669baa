from odoo.fields import Command
from odoo.tests import tagged

from .common import KoperasiCase


@tagged("post_install", "-at_install")
class TestMenus(KoperasiCase):
    """Other apps' menus are hidden for our roles, never for users who had those apps (docs/architecture.md 4)."""

    def apps(self, user):
        """External ids of the apps on her screen."""
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        return {menus[app]["xmlid"] for app in menus["root"]["children"]}

    def test_people_of_the_cooperative_see_it_alone(self):
        officers = self.petugas | self.bendahara | self.sekretaris | self.ketua | self.pengawas
        for user in officers | self.pemantau | self.both:
            with self.subTest(user=user.login):
                self.assertEqual(self.apps(user), {"koperasi_simpan_pinjam.menu_root"})

    def test_who_has_more_companies_or_an_inbox_has_no_other_app(self):
        for name in ("base.group_multi_company", "mail.group_mail_notification_type_inbox"):
            self.petugas.group_ids = [Command.link(self.env.ref(name).id)]
        self.assertEqual(self.apps(self.petugas), {"koperasi_simpan_pinjam.menu_root"})

    def test_an_accountant_keeps_invoicing(self):
        self.assertNotIn("account.menu_finance", self.apps(self.bendahara))
        self.bendahara.group_ids = [Command.link(self.env.ref("account.group_account_invoice").id)]
        self.assertLessEqual({"account.menu_finance", "koperasi_simpan_pinjam.menu_root"}, self.apps(self.bendahara))

    def test_a_role_takes_nothing_from_who_had_other_apps(self):
        manager = self._new_person("joko", pengawas=self.company)
        officer = self.env["koperasi.officer"].search([("user_id", "=", manager.id)])
        officer.unlink()
        manager.group_ids = [Command.link(self.env.ref("account.group_account_manager").id)]
        before = self.apps(manager)
        self.env["koperasi.officer"].create({"user_id": manager.id, "company_id": self.company.id, "role": "ketua"})
        self.assertEqual(self.apps(manager), before | {"koperasi_simpan_pinjam.menu_root"})

    def test_others_see_what_they_saw(self):
        user = self.env["res.users"].search([("login", "=", "admin")])
        self.assertIn("base.menu_administration", self.apps(user))
