from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import new_test_user

from .common import KoperasiCase

OPERATIONS = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
ROLES = ("petugas", "bendahara", "sekretaris", "ketua", "pengawas", "pemantau", "pendamping", "admin")
# Who may not because she holds no role: Odoo's accountant, a member on the portal, the system administrator.
OTHERS = ("accountant", "member", "system")


class Undo(Exception):
    """Nothing a try did shall stay."""


class RolesCase(KoperasiCase):
    """What each person may do with an addon's models and public methods, from tables; all else is forbidden.

    A test of an addon sets the four attributes below and mixes in `RolesTests`. The person in `maker` made everything
    that is decided on, so that no other fails for being its maker.
    """

    allow_inherited_tests_method = True
    addon = None
    # {model: "role:letters ..."}: r, w, c, u on the record of a cooperative where the role is held
    models = {}
    # {(model, method): [(roles, name of the method of the test that returns a record ready for it)]}
    methods = {}
    # (model, method) that only open a list, form or print: what they show is guarded by the models' own rights
    windows = frozenset()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pendamping = cls._new_person("endang", pendamping=cls.company)
        cls.maker = cls._new_person("nur", petugas=cls.company, bendahara=cls.company)
        here = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)], "tz": "Asia/Jakarta"}
        cls.accountant = new_test_user(cls.env, "akuntan", groups="account.group_account_manager", **here)
        cls.system = new_test_user(cls.env, "sistem", groups="base.group_system", **here)
        cls.member = new_test_user(cls.env, "anggota", groups="base.group_portal", **here)
        cls.people = {name: getattr(cls, name) for name in ROLES + OTHERS}

    # === WHAT THERE IS === #

    def _classes(self, model):
        """The classes of this addon that make up `model`."""
        prefix = f"odoo.addons.{self.addon}."
        return [cls for cls in type(self.env[model]).__mro__ if cls.__module__.startswith(prefix)]

    def _own_models(self):
        return {
            name
            for name, cls in self.env.registry.items()
            if cls._original_module == self.addon and not cls._abstract and name in self.env
        }

    def _public_methods(self):
        """(model, method) that this addon adds to what anybody who is logged in may call by RPC.

        What it only narrows of the ORM's and of other addons' methods is tried in test_doors.
        """
        return {
            (model, name)
            for model in self.env.registry
            for cls in self._classes(model)
            for name, value in vars(cls).items()
            if callable(value)
            and not name.startswith("_")
            and not self._is_inherited(model, name)
            and (not self.env[model]._abstract or getattr(value, "_api_model", False))  # no record, nothing to act on
        }

    def _is_inherited(self, model, name):
        classes = self._classes(model)
        return any(name in vars(cls) for cls in type(self.env[model]).__mro__ if cls not in classes)

    def _allowed(self, model):
        """{person: letters}"""
        return dict(entry.split(":") for entry in self.models[model].split())

    def _example(self, model, company):
        """Any record of `company`, whoever may see it."""
        return self.env[model].sudo().with_context(active_test=False).search([("company_id", "=", company.id)], limit=1)

    # === TRYING === #

    def _rights(self, user, record):
        """The letters of what the record's own rules let `user` do."""
        record = record.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
        return {letter for letter, operation in OPERATIONS.items() if record.has_access(operation)}

    def _may(self, call):
        """Whether `call()` is let through; nothing of it stays. Another error than a refused right is the test's."""
        try:
            with self.env.cr.savepoint():
                call()
                self.env.flush_all()
                raise Undo
        except Undo:
            return True
        except AccessError as error:
            self.assertTrue(str(error).strip())
            return False
        finally:
            self.env.invalidate_all()

    def _rpc(self, user, record, method):
        """:param record: what the method is called on, or a pair of it and the method's arguments"""
        record, arguments = record if isinstance(record, tuple) else (record, [])
        ids = [] if getattr(getattr(type(record), method), "_api_model", False) else [record.ids]
        return call_kw(self.as_user(user, record.browse()), method, [*ids, *arguments], {})


class RolesTests:
    """The tests themselves, for each addon that has tables."""

    def test_every_model_and_method_is_listed(self):
        self.assertEqual(self._own_models() - set(self.models), set(), "models without a row")
        self.assertEqual(set(self.models) - self._own_models(), set(), "rows without a model")
        listed = set(self.methods) | set(self.windows)
        self.assertEqual(self._public_methods() - listed, set(), "public methods without a row")
        self.assertEqual(listed - self._public_methods(), set(), "rows without a public method")
        self.assertFalse(set(self.methods) & set(self.windows))

    def test_models(self):
        for model in self.models:
            allowed, transient = self._allowed(model), self.env[model]._transient
            self.assertFalse(set(allowed) - set(self.people), model)
            example = self.env[model] if transient else self._example(model, self.company)
            self.assertTrue(transient or example, f"the scene has no {model}")
            for person, user in self.people.items():
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, person=person, operation=operation):
                        self.assertEqual(
                            self.as_user(user, example).has_access(operation), letter in allowed.get(person, "")
                        )

    def test_other_cooperative(self):
        """Holding every role in the other cooperative adds nothing to the one role held here."""
        everywhere = {}
        for role in ROLES:
            everywhere[role] = self._new_person(f"{role}_here", **{role: self.company})
            everywhere[role].company_ids |= self.other
            self.env["koperasi.officer"].create(
                [
                    {"user_id": everywhere[role].id, "company_id": self.other.id, "role": other_role}
                    for other_role in ROLES
                ]
            )
        for model in self.models:
            if self.env[model]._transient:
                continue
            allowed = self._allowed(model)
            here, there = (self._example(model, company) for company in (self.company, self.other))
            self.assertTrue(there, f"the other cooperative has no {model}")
            for role, user in everywhere.items():
                with self.subTest(model=model, role=role):
                    self.assertEqual(self._rights(user, here), set(allowed.get(role, "")))
                    self.assertEqual(
                        self._rights(user, there), set("".join(allowed[name] for name in ROLES if name in allowed))
                    )
                    self.assertEqual(self._rights(self.people[role], there), set())

    def test_methods(self):
        for (model, method), cases in self.methods.items():
            for roles, scene in cases:
                for person, user in self.people.items():
                    with self.subTest(model=model, method=method, scene=scene, person=person):
                        may = self._may(lambda: self._rpc(user, getattr(self, scene)(user), method))
                        self.assertEqual(may, person in roles.split())

    def test_windows(self):
        """They open something and tell nothing by themselves; a reader gets them."""
        for model, method in self.windows:
            example = self.env[model]
            if not example._transient:
                example = self._example(model, self.company)
            opened = set()
            for person, user in self.people.items():
                with self.subTest(model=model, method=method, person=person):
                    try:
                        result = self._rpc(user, example, method)
                    except AccessError:
                        continue
                    self.assertTrue(result["type"].startswith("ir.actions."))
                    opened.add(person)
            self.assertIn("bendahara", opened, (model, method))
