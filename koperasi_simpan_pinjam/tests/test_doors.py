from datetime import date

import psycopg2

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import TODAY, KoperasiCase

LEDGER = ("koperasi.transaction", "koperasi.transaction.line", "koperasi.transaction.tender")
# What a refusal may say: our guards, our trigger, the read-only access rows.
LEDGER_REFUSED = "never changed or deleted|only made by the posting|it is posted|You are not allowed to"
ENTRY_REFUSED = "is never changed"
CONTROL_REFUSED = "takes no entries by hand"
SNAPSHOT = (
    "SELECT * FROM koperasi_transaction ORDER BY id",
    "SELECT * FROM koperasi_transaction_line ORDER BY id",
    "SELECT * FROM koperasi_transaction_tender ORDER BY id",
    """SELECT id, koperasi_transaction_id, name, ref, date, state, journal_id, company_id, partner_id, move_type,
              currency_id, amount_total FROM account_move WHERE koperasi_transaction_id IS NOT NULL ORDER BY id""",
    """SELECT l.id, l.move_id, l.account_id, l.partner_id, l.date, l.name, l.debit, l.credit, l.balance,
              l.amount_currency, l.currency_id, l.company_id, l.journal_id, l.parent_state, l.analytic_distribution
         FROM account_move_line l JOIN account_move m ON m.id = l.move_id
        WHERE m.koperasi_transaction_id IS NOT NULL ORDER BY l.id""",
    """SELECT a.* FROM account_analytic_line a JOIN account_move_line l ON l.id = a.move_line_id
         JOIN account_move m ON m.id = l.move_id WHERE m.koperasi_transaction_id IS NOT NULL ORDER BY a.id""",
)


class BackOut(Exception):
    """Ends a door that was found open, so that the next one meets the same books."""


class DoorsCase(KoperasiCase):
    """Tries to change what is posted (docs/architecture.md 2.1, 2.2).

    Each door is tried by an accounting manager who is system administrator and treasurer of the cooperative, so that
    no missing right stands in for a guard, and by the same person elevated.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._new_person("boss", bendahara=cls.company)
        cls.boss.company_ids |= cls.other
        cls.boss.group_ids |= (
            cls.env.ref("base.group_system")
            | cls.env.ref("account.group_account_manager")
            | cls.env.ref("account.group_account_user")
            | cls.env.ref("analytic.group_analytic_accounting")
        )
        context = {**cls.env.context, "lang": "en_US", "allowed_company_ids": [cls.company.id, cls.other.id]}
        cls.actors = {
            "manager": cls.env(user=cls.boss, context=context),
            "elevated": cls.env(user=cls.boss, su=True, context=context),
        }
        cls.siti = cls.new_member("Siti Aminah")
        cls.rahayu = cls.new_member("Rahayu")
        cls.neighbour = cls.env["res.partner"].create({"name": "Tetangga"})
        cls.session = cls.open_session()
        cls.savings = cls.account(cls.siti, "sukarela")
        cls.target = cls.account(cls.rahayu, "sukarela")
        cls.control = cls.savings.product_id.account_id
        cls.bank = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "bank")], limit=1
        )
        cls.general = cls.company.koperasi_memorial_journal_id
        cls.ordinary = cls.company.koperasi_cash_short_account_id
        cls.income = cls.company.koperasi_cash_over_account_id
        cls.receipt = cls.deposit(cls.savings, 150000, cls.session, key="door")
        cls.deposit(cls.target, 70000, cls.session)
        cls.banked = (
            cls.env["koperasi.posting"]
            .with_user(cls.bendahara)
            ._post(cls.company, TODAY, [cls.target._line("deposit", 30000)], tenders=[(cls.bank, 30000)])
        )
        cls.correction = cls.as_user(cls.petugas, cls.env["koperasi.correction"]).create(
            {
                "transaction_id": cls.withdraw(cls.savings, 5000, cls.session).id,
                "reason": "Salah",
            }
        )
        cls.as_user(cls.bendahara, cls.correction).action_approve()
        cls.interest_run = cls.as_user(cls.bendahara, cls.env["koperasi.run"]).create(
            {
                "product_id": cls.savings.product_id.id,
                "date_from": date(2026, 10, 1),
                "company_id": cls.company.id,
            }
        )
        cls.as_user(cls.bendahara, cls.interest_run).action_start()
        cls.siti.sudo()._set(nik="3275034508850001")
        cls.as_user(cls.sekretaris, cls.siti).action_reveal_nik()
        cls.log = cls.env["koperasi.audit.log"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.line = cls.receipt.line_ids
        cls.tender = cls.receipt.tender_ids
        cls.move = cls.receipt.sudo().move_id
        cls.item = cls.move.line_ids.filtered(lambda line: line.account_id == cls.control)
        cls.cash_item = cls.move.line_ids - cls.item
        cls.manual = cls._entry(cls.env, cls.ordinary)
        cls.manual.action_post()
        cls.env.flush_all()

    @classmethod
    def _entry(cls, env, account, **vals):
        return env["account.move"].create(
            {
                "journal_id": cls.general.id,
                "date": TODAY,
                "company_id": cls.company.id,
                "line_ids": [
                    Command.create({"account_id": account.id, "name": "x", "debit": 100}),
                    Command.create({"account_id": cls.income.id, "name": "x", "credit": 100}),
                ],
                **vals,
            }
        )

    @classmethod
    def _document(cls, env, move_type, **line):
        return env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": cls.neighbour.id,
                "invoice_date": TODAY,
                "date": TODAY,
                "company_id": cls.company.id,
                "invoice_line_ids": [Command.create({"name": "x", "price_unit": 100, "tax_ids": [], **line})],
            }
        )

    @classmethod
    def _import(cls, model, names, *rows):
        result = model.load(names, [list(row) for row in rows])
        if not result["ids"]:
            raise UserError(result["messages"][0]["message"])

    def snapshot(self):
        self.env.flush_all()
        result = []
        for query in SNAPSHOT:
            self.cr.execute(query)
            result.append(self.cr.fetchall())
        return result

    def assertClosed(self, doors, refused=None, actors=("manager", "elevated")):
        """No door of `doors`, (name, function of an environment), changes anything posted.

        :param refused: what the refusal says (regular expression); None where Odoo may also do something harmless
        """
        before = self.snapshot()
        for actor in actors:
            env = self.actors[actor]
            for name, door in doors:
                with self.subTest(f"{name}, {actor}"), mute_logger("odoo.sql_db", "odoo.models.unlink"):
                    try:
                        with self.cr.savepoint():
                            door(env)
                            self.assertEqual(self.snapshot(), before)
                            self.assertIsNone(refused, "the door is open")
                            self.assertBooksAgree()
                            raise BackOut
                    except BackOut:  # pylint: disable=except-pass
                        pass
                    except (UserError, psycopg2.Error, KeyError) as error:
                        self.assertRegex(str(error), refused or "")
                    self.assertEqual(self.snapshot(), before)
        self.assertBooksAgree()

    def on(self, record, method, *args, **kwargs):
        """A door: call `method` of `record` in the environment it is given."""
        context = kwargs.pop("context", {})
        return lambda env: getattr(record.with_env(env).with_context(**context), method)(*args, **kwargs)

    def writes(self, record, context=None, **vals):
        """Three doors for each value: write, assignment and the web client's save."""
        for name, value in vals.items():
            yield f"write {name}", self.on(record, "write", {name: value}, context=context or {})
            yield f"set {name}", lambda env, name=name, value=value: setattr(record.with_env(env), name, value)
            yield f"web_save {name}", self.on(record, "web_save", {name: value}, {})


@tagged("post_install", "-at_install")
class TestDoors(DoorsCase):
    """The ledger's rows, their entry and the control accounts: nothing posted is changed, whoever tries and however."""

    # === THE LEDGER === #

    def test_ledger_rows(self):
        for record in (self.receipt, self.line, self.tender):
            model = record._name
            columns = [*record._immutable_columns, *record._immutable_once_columns]
            values = {name: False for name in (*columns, "name") if name in record._fields}
            defaults = {
                f"default_{name}": record[name].id if hasattr(record[name], "ids") else record[name] for name in columns
            }
            given = {name.removeprefix("default_"): value for name, value in defaults.items()}
            with self.subTest(model):
                self.assertTrue(record.with_env(self.actors["manager"]).read(["display_name"]))  # no rule hides it
                self.assertClosed(
                    [
                        *self.writes(record, **values),
                        ("create", self.on(record.browse(), "create", {})),
                        ("create with values", self.on(record.browse(), "create", given)),
                        ("create from the context", self.on(record.browse(), "create", {}, context=defaults)),
                        ("web_save a new one", self.on(record.browse(), "web_save", given, {})),
                        ("unlink", self.on(record, "unlink")),
                        ("copy", self.on(record, "copy")),
                        (
                            "import a change",
                            lambda env: self._import(env[model], [".id", "amount"], (str(record.id), "1")),
                        ),
                        ("import a row", lambda env: self._import(env[model], ["date", "amount"], ("2026-11-24", "1"))),
                        ("low-level write", self.on(record, "_write", {"amount": 1})),
                        ("low-level write of a relation", self.on(record, "_write", {"company_id": self.other.id})),
                    ],
                    LEDGER_REFUSED,
                )

    def test_ledger_rows_by_sql(self):
        doors = []
        for record in (self.receipt, self.line, self.tender):
            table = SQL.identifier(record._table)
            for name in (*record._immutable_columns, *record._immutable_once_columns):
                other = "1" if record._fields[name].type == "many2one" else "'x'"
                value = SQL("NULL" if record[name] else other)
                doors.append(
                    (
                        f"{record._name}.{name}",
                        SQL("UPDATE %s SET %s = %s WHERE id = %s", table, SQL.identifier(name), value, record.id),
                    )
                )
            doors.append((f"delete {record._name}", SQL("DELETE FROM %s WHERE id = %s", table, record.id)))
            doors.append((f"truncate {record._name}", SQL("TRUNCATE %s CASCADE", table)))
        doors.append(
            (
                "number again",
                SQL("UPDATE koperasi_transaction SET number = 'BKM/X/2026/0001' WHERE id = %s", self.receipt.id),
            )
        )
        self.assertClosed(
            [(name, lambda env, query=query: env.cr.execute(query)) for name, query in doors],
            "it is posted",
            ["elevated"],
        )

    def test_ledger_rows_through_forms(self):
        """One2many commands end at the row's own guard, from whatever form they come."""
        entry_values = {"date": TODAY, "journal_id": self.general.id}
        forms = [
            (self.receipt, "line_ids", self.line, {"amount": 1}),
            (self.receipt, "tender_ids", self.tender, {"amount": 1}),
            (self.receipt, "reversal_ids", self.banked, {"amount": 1}),
            (self.receipt, "move_ids", self.move, entry_values),
            (self.savings, "line_ids", self.line, {"amount": 1}),
            (self.session, "transaction_ids", self.receipt, {"amount": 1}),
        ]
        doors = []
        for form, name, row, vals in forms:
            commands = [
                Command.create(vals),
                Command.update(row.id, vals),
                Command.delete(row.id),
                Command.unlink(row.id),
                Command.clear(),
                Command.set([]),
            ]
            for command in commands:
                doors.append((f"{form._name}.{name} {command}", self.on(form, "write", {name: [command]})))
        for form, name, row in (
            (self.banked, "line_ids", self.line),
            (self.banked, "tender_ids", self.tender),
            (self.banked, "move_ids", self.move),
            (self.target, "line_ids", self.line),
            (self.session, "transaction_ids", self.banked),
        ):
            for command in (Command.link(row.id), Command.set(row.ids)):
                doors.append((f"{form._name}.{name} steals", self.on(form, "write", {name: [command]})))
                doors.append((f"{form._name}.{name} steals, web", self.on(form, "web_save", {name: [command]}, {})))
        self.assertClosed(doors, f"{LEDGER_REFUSED}|cash session changes by opening")

    # === THE ENTRY === #

    def test_entry(self):
        move, receipt = self.move, self.receipt
        values = {
            "state": "draft",
            "date": date(2026, 11, 1),
            "name": "X/1",
            "ref": "x",
            "journal_id": self.general.id,
            "partner_id": self.neighbour.id,
            "line_ids": [Command.update(self.item.id, {"balance": -1})],
            "company_id": self.other.id,
            "currency_id": self.env.ref("base.USD").id,
            "move_type": "in_invoice",
            "auto_post": "at_date",
            "origin_payment_id": False,
            "statement_line_id": False,
        }
        contexts = [
            {"skip_readonly_check": True},
            {"force_delete": True},
            {"skip_account_move_synchronization": True},
            {"check_move_validity": False},
            {"skip_invoice_sync": True, "dynamic_unlink": True},
        ]
        doors = list(self.writes(move, **values))
        for context in contexts:
            for name, value in values.items():
                doors.append((f"write {name} {context}", self.on(move, "write", {name: value}, context=context)))
            for method in ("unlink", "button_draft", "button_cancel", "_unlink_or_reverse"):
                doors.append((f"{method} {context}", self.on(move, method, context=context)))

        def reverse(method):
            return lambda env: getattr(
                env["account.move.reversal"]
                .with_context(active_model="account.move", active_ids=move.ids)
                .create({"journal_id": move.journal_id.id}),
                method,
            )()

        def resequence(env):
            env["account.resequence.wizard"].with_context(active_model="account.move", active_ids=move.ids).create(
                {"first_name": "XX/2026/0001"}
            ).resequence()

        self.assertClosed(
            [
                *doors,
                ("reset", self.on(move, "button_draft")),
                ("cancel", self.on(move, "button_cancel")),
                ("request to cancel", self.on(move, "button_request_cancel")),
                ("delete", self.on(move, "unlink")),
                ("delete or reverse", self.on(move, "_unlink_or_reverse")),
                ("reverse", reverse("refund_moves")),
                ("reverse and redo", reverse("modify_moves")),
                ("reverse by code", self.on(move, "_reverse_moves", [{}], cancel=True)),
                ("copy", self.on(move, "copy")),
                ("resequence", resequence),
                ("import", lambda env: self._import(env["account.move"], [".id", "ref"], (str(move.id), "x"))),
                ("unlink its transaction", self.on(move, "write", {"koperasi_transaction_id": False})),
                ("link another", self.on(self.manual, "write", {"koperasi_transaction_id": receipt.id})),
                ("link by web", self.on(self.manual, "web_save", {"koperasi_transaction_id": receipt.id}, {})),
            ],
            f"{ENTRY_REFUSED}|{CONTROL_REFUSED}|You can only request a cancellation",
        )

    def test_entry_under_another_document(self):
        """Payments and statement lines own an entry: never this one."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.neighbour.id,
                "amount": 10,
                "journal_id": self.bank.id,
            }
        )
        statement = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": TODAY,
                "payment_ref": "x",
                "amount": 10,
            }
        )
        taken = {"move_id": self.banked.sudo().move_id.id}

        def take(document, change):
            def door(env):
                document.with_env(env).write(taken)
                change(document.with_env(env))

            return door

        self.assertClosed(
            [
                ("payment", take(payment, lambda record: record.move_id.write({"date": date(2026, 11, 1)}))),
                ("payment reset", take(payment, lambda record: record.action_draft())),
                ("payment deleted", take(payment, lambda record: record.unlink())),
                ("statement line", self.on(statement, "write", {**taken, "amount": 20})),
                ("statement line deleted", take(statement, lambda record: record.unlink())),
                (
                    "new statement line",
                    lambda env: env["account.bank.statement.line"].create(
                        {**taken, "journal_id": self.bank.id, "date": TODAY, "payment_ref": "x", "amount": 10}
                    ),
                ),
            ],
            ENTRY_REFUSED,
        )
        self.assertClosed([("payment of another amount", self.on(payment, "write", {**taken, "amount": 20}))])

    def test_lines_of_the_entry(self):
        item, move = self.item, self.move
        values = {
            "account_id": self.ordinary.id,
            "partner_id": self.neighbour.id,
            "balance": -1,
            "debit": 1,
            "credit": 1,
            "amount_currency": -1,
            "currency_id": self.env.ref("base.USD").id,
            "name": "x",
            "date": date(2026, 11, 1),
            "move_id": self.manual.id,
            "analytic_distribution": False,
            "parent_state": "draft",
            "display_type": "line_note",
            "tax_ids": [Command.clear()],
            "quantity": 2,
            "price_unit": 1,
            "company_id": self.other.id,
        }
        new = {"move_id": move.id, "account_id": self.ordinary.id, "name": "x", "balance": 0}
        foreign = self.manual.line_ids[0]
        draft = self._entry(self.env, self.ordinary)
        doors = [*self.writes(item, **values), *self.writes(self.cash_item, account_id=self.ordinary.id)]
        for context in (
            {"force_delete": True},
            {"dynamic_unlink": True},
            {"check_move_validity": False},
            {"skip_analytic_sync": True},
        ):
            doors += [
                (f"{name} {context}", self.on(item, "write", {name: value}, context=context))
                for name, value in values.items()
            ]
            doors.append((f"unlink {context}", self.on(item, "unlink", context=context)))
        self.assertClosed(
            [
                *doors,
                ("create", self.on(item.browse(), "create", new)),
                (
                    "create from the context",
                    self.on(
                        item.browse(),
                        "create",
                        {"account_id": self.ordinary.id, "balance": 0},
                        context={"default_move_id": move.id},
                    ),
                ),
                ("move a foreign line in", self.on(foreign, "write", {"move_id": move.id})),
                ("steal a line", self.on(draft, "write", {"line_ids": [Command.link(item.id)]})),
                ("import", lambda env: self._import(env["account.move.line"], [".id", "name"], (str(item.id), "x"))),
                ("copy", self.on(item, "copy")),
            ],
            f"{ENTRY_REFUSED}|{CONTROL_REFUSED}|^'move_id'$",
        )

    def test_analytic_side(self):
        plan = self.env.ref("koperasi_simpan_pinjam.unit_plan")
        unit, general = self.company.koperasi_savings_unit_id, self.company.koperasi_general_unit_id
        row = self.item.analytic_line_ids
        free = self.env["account.analytic.line"].create(
            {"name": "x", plan._column_name(): unit.id, "amount": 5, "company_id": self.company.id}
        )
        elsewhere = self.env["account.analytic.plan"].create({"name": "Lain"})
        values = {
            "amount": 1,
            "date": date(2026, 11, 1),
            plan._column_name(): general.id,
            "move_line_id": False,
            "general_account_id": self.ordinary.id,
            "company_id": self.other.id,
            "account_id": general.id,
        }
        new = {"name": "x", "amount": 1, plan._column_name(): unit.id}
        doors = []
        for context in ({}, {"skip_analytic_sync": True}):
            for name, record, method, vals in (
                *((f"write {name}", row, "write", {name: value}) for name, value in values.items()),
                ("distribution", row, "write", {"analytic_distribution": {str(general.id): 100}}),
                ("create", row.browse(), "create", {**new, "move_line_id": self.item.id}),
                ("put under the entry", free, "write", {"move_line_id": self.item.id}),
                ("from the entry", self.item, "write", {"analytic_line_ids": [Command.delete(row.id)]}),
            ):
                doors.append((f"{name} {context}", self.on(record, method, vals, context=context)))
            doors += [
                (f"delete {context}", self.on(row, "unlink", context=context)),
                (f"copy {context}", self.on(row, "copy", context=context)),
                (
                    f"create from the context {context}",
                    self.on(row.browse(), "create", new, context={**context, "default_move_line_id": self.item.id}),
                ),
            ]
        self.assertClosed(doors, ENTRY_REFUSED)
        self.assertClosed(
            [
                *self.writes(unit, plan_id=elsewhere.id, company_id=self.other.id),
                *self.writes(plan, parent_id=elsewhere.id),
                ("delete the unit", self.on(unit, "unlink")),
                ("delete the plan", self.on(plan, "unlink")),
            ],
            "has transactions|already has analytic items|that has journal items|violates.*foreign key",
        )

    # === CONTROL ACCOUNTS === #

    def test_control_account_takes_nothing_by_hand(self):
        control = self.control
        product = self.env["product.product"].create({"name": "Jasa"})
        product.with_company(self.company).property_account_income_id = control

        def later(env):
            invoice = self._document(env, "out_invoice")
            invoice.invoice_line_ids.product_id = product.id
            invoice.action_post()

        def even_later(env):
            invoice = self._document(env, "out_invoice")
            invoice.action_post()
            invoice.invoice_line_ids.product_id = product.id

        def payment(env):
            env["account.payment"].create(
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": self.neighbour.id,
                    "amount": 10,
                    "journal_id": self.bank.id,
                    "destination_account_id": control.id,
                }
            ).action_post()

        def opening(env):
            control.with_env(env).with_company(self.company).opening_debit = 100
            env.cr.precommit.run()

        def automatic(line, account):
            def door(env):
                env["account.automatic.entry.wizard"].with_context(
                    active_model="account.move.line",
                    active_ids=line.ids,
                ).create(
                    {
                        "action": "change_account",
                        "destination_account_id": account.id,
                        "journal_id": self.general.id,
                        "date": TODAY,
                    }
                ).do_action()

            return door

        statement = self.env["account.bank.statement.line"].create(
            {"journal_id": self.bank.id, "date": TODAY, "payment_ref": "x", "amount": 10}
        )
        suspense = statement.line_ids.filtered(lambda line: line.account_id == self.bank.suspense_account_id)

        def by_journal(env):
            self.bank.with_env(env).suspense_account_id = control
            env["account.bank.statement.line"].create(
                {"journal_id": self.bank.id, "date": TODAY, "payment_ref": "x", "amount": 10}
            )

        forged = {"koperasi_transaction_id": self.receipt.id}
        self.assertClosed(
            [
                ("entry", lambda env: self._entry(env, control)),
                ("entry with a forged link", lambda env: self._entry(env, control, **forged)),
                (
                    "entry with a forged default",
                    lambda env: self._entry(
                        env(context={**env.context, "default_koperasi_transaction_id": self.receipt.id}), control
                    ),
                ),
                (
                    "import",
                    lambda env: self._import(
                        env["account.move"],
                        ["journal_id/.id", "line_ids/account_id/.id", "line_ids/name"],
                        (str(self.general.id), str(control.id), "x"),
                    ),
                ),
                ("vendor bill", lambda env: self._document(env, "in_invoice", account_id=control.id)),
                ("invoice", lambda env: self._document(env, "out_invoice", account_id=control.id)),
                ("invoice by product", lambda env: self._document(env, "out_invoice", product_id=product.id)),
                ("invoice by product later", later),
                ("posted invoice by product", even_later),
                ("payment", payment),
                ("opening balance", opening),
                (
                    "statement line",
                    lambda env: env["account.bank.statement.line"].create(
                        {
                            "journal_id": self.bank.id,
                            "date": TODAY,
                            "payment_ref": "x",
                            "amount": 10,
                            "counterpart_account_id": control.id,
                        }
                    ),
                ),
                ("suspense line", self.on(suspense, "write", {"account_id": control.id})),
                ("suspense account", by_journal),
                ("line of a posted entry", self.on(self.manual.line_ids[0], "write", {"account_id": control.id})),
                ("automatic entry to it", automatic(self.manual.line_ids[0], control)),
                ("automatic entry from it", automatic(self.item, self.ordinary)),
            ],
            CONTROL_REFUSED,
        )
        # What Odoo may do beside the ledger: the forged link is left out, and cash is no control account.
        default = {"default_koperasi_transaction_id": self.receipt.id}
        self.assertClosed(
            [
                ("automatic entry from the cash of it", automatic(self.cash_item, self.ordinary)),
                ("forged link", lambda env: self._entry(env, self.ordinary, **forged)),
                ("forged default", lambda env: self._entry(env(context={**env.context, **default}), self.ordinary)),
                (
                    "forged import",
                    lambda env: self._import(
                        env["account.move"],
                        ["journal_id/.id", "koperasi_transaction_id/.id"],
                        (str(self.general.id), str(self.receipt.id)),
                    ),
                ),
                (
                    "forged statement line",
                    lambda env: env["account.bank.statement.line"].create(
                        {**forged, "journal_id": self.bank.id, "date": TODAY, "payment_ref": "x", "amount": 10}
                    ),
                ),
            ]
        )
