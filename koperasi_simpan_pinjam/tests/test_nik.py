import warnings

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from .common import KoperasiCase

NIK, KK, HEIR, FOUNDER = "3275034508850001", "3275031201100007", "3275034508150001", "3275034508850002"
WHOLE = (NIK, KK, HEIR, FOUNDER)


@tagged("post_install", "-at_install")
class TestNik(KoperasiCase):
    """Nobody reads a whole NIK or KK by any method that may be called from outside; who may see it, is logged."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.siti = cls.new_member("Siti Aminah", user=cls.sekretaris, nik_entry=NIK, kk_entry=KK)
        cls.heir = cls.as_user(cls.sekretaris, cls.env["koperasi.member.heir"]).create(
            {"member_id": cls.siti.id, "name": "Ahmad", "nik_entry": HEIR}
        )
        profile = cls.env["koperasi.profile"]._of(cls.company)
        cls.as_user(cls.admin, profile).founder_ids = [Command.create({"name": "Ratna", "nik_entry": FOUNDER})]
        cls.founder = profile.founder_ids
        cls.system = new_test_user(
            cls.env,
            "sistem",
            groups="base.group_system",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.people = (
            *(cls.petugas, cls.bendahara, cls.sekretaris, cls.ketua, cls.pengawas, cls.pemantau, cls.admin),
            *(cls.both, cls.system, cls.env.ref("base.user_admin")),
        )
        cls.env.ref("base.group_allow_export").user_ids += cls.env["res.users"].union(*cls.people)

    def _doors(self):
        """(model, method, arguments) that would tell a whole number, or something that follows from it."""
        for record, field, whole in (
            (self.siti, "nik", NIK),
            (self.siti, "kk", KK),
            (self.heir, "nik", HEIR),
            (self.founder, "nik", FOUNDER),
        ):
            model, ids, there = record._name, record.ids, [("id", "in", record.ids)]
            yield model, "read", [ids, [field]]
            yield model, "web_read", [ids, {field: {}}]
            yield model, "search_read", [there, [field]]
            yield model, "web_search_read", [there, {field: {}}]
            yield model, "export_data", [ids, [field]]
            yield model, "search", [[(field, "=", whole)]]
            yield model, "search_count", [[(field, "=like", f"{whole[:3]}%")]]
            yield model, "search", [there, 0, 1, f"{field} desc"]
            yield model, "name_search", ["", [(field, "=", whole)]]
            yield model, "read_group", [there, ["id:count"], [field]]
            yield model, "read_group", [there, [f"{field}:array_agg"], ["company_id"]]
            yield model, "formatted_read_group", [there, [field], ["__count"]]
            yield model, "formatted_read_group", [there, [], [f"{field}:array_agg"]]
            yield model, "web_read_group", [there, [field]]
            yield model, "web_save", [ids, {"name" if record == self.heir else "rt": "009"}, {field: {}}]
            yield model, "write", [ids, {field: False}]
            yield model, "copy_data", [ids]
            yield model, "fields_get", [[field]]
            yield model, "onchange", [ids, {}, [], {field: {}}]
            yield model, "filtered_domain", [ids, [(field, "=", whole)]]
        savings = self.siti.savings_ids[0]
        for model, record, path in (
            ("koperasi.member.heir", self.heir, "member_id"),
            ("koperasi.savings.account", savings, "member_id"),
            ("koperasi.profile", self.founder.profile_id, "founder_ids"),
        ):
            yield model, "search", [[(f"{path}.nik", "!=", False)]]
            yield model, "export_data", [record.ids, [f"{path}/nik"]]
            yield model, "web_read", [record.ids, {path: {"fields": {"nik": {}}}}]
            if path == "member_id":
                yield model, "formatted_read_group", [[], [f"{path}.nik"], ["__count"]]

    def test_nobody_reads_it(self):
        """Neither by reading, searching, sorting and grouping, nor along a relation or in a file."""
        harmless = ("copy_data", "fields_get", "onchange")  # they leave the field out
        for user in self.people:
            for model, method, arguments in self._doors():
                with self.subTest(user=user.login, model=model, method=method, arguments=arguments[1:]):
                    self.env.invalidate_all()
                    records = self.as_user(user, self.env[model])
                    try:
                        with self.env.cr.savepoint(), warnings.catch_warnings():
                            warnings.simplefilter("ignore", DeprecationWarning)  # read_group is, and may be called
                            answer = call_kw(records, method, arguments, {})
                            self.env.flush_all()
                    except AccessError as error:
                        answer = str(error)
                    else:
                        self.assertIn(method, harmless)
                    self.assertFalse([whole for whole in WHOLE if whole in str(answer)])

    def test_masked_is_read(self):
        for user in (self.petugas, self.sekretaris, self.ketua, self.pengawas):
            [row] = call_kw(
                self.as_user(user, self.siti.browse()), "read", [self.siti.ids, ["nik_masked", "kk_masked"]], {}
            )
            self.assertEqual((row["nik_masked"], row["kk_masked"]), ("327503******0001", "327503******0007"))
        for user in (self.sekretaris, self.ketua, self.pengawas, self.admin):
            self.assertEqual(self.as_user(user, self.founder).nik_masked, "327503******0002")

    def test_shown_and_logged(self):
        """Family card and founder as the NIK: secretary and chair of this cooperative, each time with a row."""
        for record, method, whole, event in (
            (self.siti, "action_reveal_kk", KK, "kk_revealed"),
            (self.founder, "action_reveal_nik", FOUNDER, "nik_revealed"),
        ):
            for user in (self.sekretaris, self.ketua):
                shown = getattr(self.as_user(user, record), method)()
                self.assertEqual(shown["params"]["message"], whole)
                log = self.env["koperasi.audit.log"].search([("event", "=", event)], limit=1)
                self.assertEqual((log.record, log.user_id), (record, user))
            for user in (self.petugas, self.bendahara, self.pengawas, self.pemantau, self.admin, self.system):
                with self.assertRaises(AccessError):
                    getattr(self.as_user(user, record), method)()

    def test_typed_is_not_shown_again(self):
        told = {"kk_entry": {}, "kk_masked": {}}
        siti = self.as_user(self.sekretaris, self.siti)
        [answer] = siti.web_save({"kk_entry": "3275 0312 0110 0008"}, told)
        self.assertEqual((answer["kk_entry"], answer["kk_masked"]), (False, "327503******0008"))
        siti.kk_entry = "-"
        self.assertFalse(siti.kk_masked)
        for user in (self.petugas, self.pengawas):
            with self.assertRaises(AccessError):
                self.as_user(user, self.siti).kk_entry = KK
