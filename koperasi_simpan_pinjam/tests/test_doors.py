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


@tagged("post_install", "-at_install")
class TestDoors(KoperasiCase):
    """Nothing posted is changed, whoever tries and however (docs/architecture.md 2.1, 2.2).

    Each door is tried by an accounting manager who is system administrator and treasurer of the cooperative, so that
    no missing right stands in for a guard, and by the same person elevated.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls._new_person("boss", bendahara=cls.company)
        cls.boss.company_ids |= cls.other
        cls.boss.group_ids |= (
            cls.env.ref("base.group_system") | cls.env.ref("account.group_account_manager")
            | cls.env.ref("account.group_account_user") | cls.env.ref("analytic.group_analytic_accounting")
        )
        context = {**cls.env.context, "lang": "en_US", "allowed_company_ids": [cls.company.id, cls.other.id]}
        cls.actors = {"manager": cls.env(user=cls.boss, context=context),
                      "elevated": cls.env(user=cls.boss, su=True, context=context)}
        cls.siti = cls.new_member("Siti Aminah")
        cls.rahayu = cls.new_member("Rahayu")
        cls.neighbour = cls.env["res.partner"].create({"name": "Tetangga"})
        cls.session = cls.open_session()
        cls.savings = cls.account(cls.siti, "sukarela")
        cls.target = cls.account(cls.rahayu, "sukarela")
        cls.control = cls.savings.product_id.account_id
        cls.bank = cls.env["account.journal"].search([("company_id", "=", cls.company.id), ("type", "=", "bank")], limit=1)
        cls.general = cls.company.koperasi_memorial_journal_id
        cls.ordinary = cls.company.koperasi_cash_short_account_id
        cls.income = cls.company.koperasi_cash_over_account_id
        cls.receipt = cls.deposit(cls.savings, 150000, cls.session, key="door")
        cls.deposit(cls.target, 70000, cls.session)
        cls.banked = cls.env["koperasi.posting"].with_user(cls.bendahara)._post(
            cls.company, TODAY, [cls.target._line("deposit", 30000)], tenders=[(cls.bank, 30000)])
        cls.correction = cls.as_user(cls.petugas, cls.env["koperasi.correction"]).create({
            "transaction_id": cls.withdraw(cls.savings, 5000, cls.session).id, "reason": "Salah",
        })
        cls.as_user(cls.bendahara, cls.correction).action_approve()
        cls.interest_run = cls.as_user(cls.bendahara, cls.env["koperasi.run"]).create({
            "product_id": cls.savings.product_id.id, "date_from": date(2026, 10, 1), "company_id": cls.company.id,
        })
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
        return env["account.move"].create({
            "journal_id": cls.general.id, "date": TODAY, "company_id": cls.company.id,
            "line_ids": [Command.create({"account_id": account.id, "name": "x", "debit": 100}),
                         Command.create({"account_id": cls.income.id, "name": "x", "credit": 100})],
            **vals,
        })

    @classmethod
    def _document(cls, env, move_type, **line):
        return env["account.move"].create({
            "move_type": move_type, "partner_id": cls.neighbour.id, "invoice_date": TODAY, "date": TODAY,
            "company_id": cls.company.id,
            "invoice_line_ids": [Command.create({"name": "x", "price_unit": 100, "tax_ids": [], **line})],
        })

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
                    except BackOut:
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

    # === THE LEDGER === #

    def test_ledger_rows(self):
        for record in (self.receipt, self.line, self.tender):
            model = record._name
            columns = [*record._immutable_columns, *record._immutable_once_columns]
            values = {name: False for name in (*columns, "name") if name in record._fields}
            defaults = {f"default_{name}": record[name].id if hasattr(record[name], "ids") else record[name]
                        for name in columns}
            given = {name.removeprefix("default_"): value for name, value in defaults.items()}
            with self.subTest(model):
                self.assertTrue(record.with_env(self.actors["manager"]).read(["display_name"]))  # no rule hides it
                self.assertClosed([
                    *self.writes(record, **values),
                    ("create", self.on(record.browse(), "create", {})),
                    ("create with values", self.on(record.browse(), "create", given)),
                    ("create from the context", self.on(record.browse(), "create", {}, context=defaults)),
                    ("web_save a new one", self.on(record.browse(), "web_save", given, {})),
                    ("unlink", self.on(record, "unlink")),
                    ("copy", self.on(record, "copy")),
                    ("import a change", lambda env: self._import(env[model], [".id", "amount"], (str(record.id), "1"))),
                    ("import a row", lambda env: self._import(env[model], ["date", "amount"], ("2026-11-24", "1"))),
                    ("low-level write", self.on(record, "_write", {"amount": 1})),
                    ("low-level write of a relation", self.on(record, "_write", {"company_id": self.other.id})),
                ], LEDGER_REFUSED)

    def test_ledger_rows_by_sql(self):
        doors = []
        for record in (self.receipt, self.line, self.tender):
            table = SQL.identifier(record._table)
            for name in (*record._immutable_columns, *record._immutable_once_columns):
                value = SQL("NULL") if record[name] else SQL("1") if record._fields[name].type == "many2one" else SQL("'x'")
                doors.append((f"{record._name}.{name}", SQL(
                    "UPDATE %s SET %s = %s WHERE id = %s", table, SQL.identifier(name), value, record.id)))
            doors.append((f"delete {record._name}", SQL("DELETE FROM %s WHERE id = %s", table, record.id)))
            doors.append((f"truncate {record._name}", SQL("TRUNCATE %s CASCADE", table)))
        doors.append(("number again", SQL(
            "UPDATE koperasi_transaction SET number = 'BKM/X/2026/0001' WHERE id = %s", self.receipt.id)))
        self.assertClosed(
            [(name, lambda env, query=query: env.cr.execute(query)) for name, query in doors], "it is posted", ["elevated"])

    def test_ledger_rows_through_forms(self):
        """One2many commands end at the row's own guard, from whatever form they come."""
        entry_values = {"date": TODAY, "journal_id": self.general.id}
        forms = [
            (self.receipt, "line_ids", self.line, {"amount": 1}), (self.receipt, "tender_ids", self.tender, {"amount": 1}),
            (self.receipt, "reversal_ids", self.banked, {"amount": 1}), (self.receipt, "move_ids", self.move, entry_values),
            (self.savings, "line_ids", self.line, {"amount": 1}), (self.session, "transaction_ids", self.receipt, {"amount": 1}),
        ]
        doors = []
        for form, name, row, vals in forms:
            commands = [Command.create(vals), Command.update(row.id, vals), Command.delete(row.id), Command.unlink(row.id),
                        Command.clear(), Command.set([])]
            for command in commands:
                doors.append((f"{form._name}.{name} {command}", self.on(form, "write", {name: [command]})))
        for form, name, row in (
            (self.banked, "line_ids", self.line), (self.banked, "tender_ids", self.tender),
            (self.banked, "move_ids", self.move), (self.target, "line_ids", self.line),
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
            "state": "draft", "date": date(2026, 11, 1), "name": "X/1", "ref": "x", "journal_id": self.general.id,
            "partner_id": self.neighbour.id, "line_ids": [Command.update(self.item.id, {"balance": -1})],
            "company_id": self.other.id, "currency_id": self.env.ref("base.USD").id, "move_type": "in_invoice",
            "auto_post": "at_date", "origin_payment_id": False, "statement_line_id": False,
        }
        contexts = [{"skip_readonly_check": True}, {"force_delete": True}, {"skip_account_move_synchronization": True},
                    {"check_move_validity": False}, {"skip_invoice_sync": True, "dynamic_unlink": True}]
        doors = list(self.writes(move, **values))
        for context in contexts:
            for name, value in values.items():
                doors.append((f"write {name} {context}", self.on(move, "write", {name: value}, context=context)))
            for method in ("unlink", "button_draft", "button_cancel", "_unlink_or_reverse"):
                doors.append((f"{method} {context}", self.on(move, method, context=context)))

        def reverse(method):
            return lambda env: getattr(env["account.move.reversal"].with_context(
                active_model="account.move", active_ids=move.ids).create({"journal_id": move.journal_id.id}), method)()

        def resequence(env):
            env["account.resequence.wizard"].with_context(active_model="account.move", active_ids=move.ids).create(
                {"first_name": "XX/2026/0001"}).resequence()

        self.assertClosed([
            *doors,
            ("reset", self.on(move, "button_draft")), ("cancel", self.on(move, "button_cancel")),
            ("request to cancel", self.on(move, "button_request_cancel")),
            ("delete", self.on(move, "unlink")), ("delete or reverse", self.on(move, "_unlink_or_reverse")),
            ("reverse", reverse("refund_moves")), ("reverse and redo", reverse("modify_moves")),
            ("reverse by code", self.on(move, "_reverse_moves", [{}], cancel=True)),
            ("copy", self.on(move, "copy")), ("resequence", resequence),
            ("import", lambda env: self._import(env["account.move"], [".id", "ref"], (str(move.id), "x"))),
            ("unlink its transaction", self.on(move, "write", {"koperasi_transaction_id": False})),
            ("link another", self.on(self.manual, "write", {"koperasi_transaction_id": receipt.id})),
            ("link by web", self.on(self.manual, "web_save", {"koperasi_transaction_id": receipt.id}, {})),
        ], f"{ENTRY_REFUSED}|{CONTROL_REFUSED}|You can only request a cancellation")

    def test_entry_under_another_document(self):
        """Payments and statement lines own an entry: never this one."""
        payment = self.env["account.payment"].create({
            "payment_type": "inbound", "partner_type": "customer", "partner_id": self.neighbour.id, "amount": 10,
            "journal_id": self.bank.id,
        })
        statement = self.env["account.bank.statement.line"].create({
            "journal_id": self.bank.id, "date": TODAY, "payment_ref": "x", "amount": 10,
        })
        taken = {"move_id": self.banked.sudo().move_id.id}
        self.assertClosed([
            ("payment", lambda env: (payment.with_env(env).write(taken), payment.with_env(env).move_id.write({"date": date(2026, 11, 1)}))),
            ("payment reset", lambda env: (payment.with_env(env).write(taken), payment.with_env(env).action_draft())),
            ("payment deleted", lambda env: (payment.with_env(env).write(taken), payment.with_env(env).unlink())),
            ("statement line", lambda env: statement.with_env(env).write({**taken, "amount": 20})),
            ("statement line deleted", lambda env: (statement.with_env(env).write(taken), statement.with_env(env).unlink())),
            ("new statement line", lambda env: env["account.bank.statement.line"].create({
                **taken, "journal_id": self.bank.id, "date": TODAY, "payment_ref": "x", "amount": 10})),
        ], ENTRY_REFUSED)
        self.assertClosed([("payment of another amount", self.on(payment, "write", {**taken, "amount": 20}))])

    def test_lines_of_the_entry(self):
        item, move = self.item, self.move
        values = {
            "account_id": self.ordinary.id, "partner_id": self.neighbour.id, "balance": -1, "debit": 1, "credit": 1,
            "amount_currency": -1, "currency_id": self.env.ref("base.USD").id, "name": "x", "date": date(2026, 11, 1),
            "move_id": self.manual.id, "analytic_distribution": False, "parent_state": "draft", "display_type": "line_note",
            "tax_ids": [Command.clear()], "quantity": 2, "price_unit": 1, "company_id": self.other.id,
        }
        new = {"move_id": move.id, "account_id": self.ordinary.id, "name": "x", "balance": 0}
        foreign = self.manual.line_ids[0]
        draft = self._entry(self.env, self.ordinary)
        doors = [*self.writes(item, **values), *self.writes(self.cash_item, account_id=self.ordinary.id)]
        for context in ({"force_delete": True}, {"dynamic_unlink": True}, {"check_move_validity": False},
                        {"skip_analytic_sync": True}):
            doors += [(f"{name} {context}", self.on(item, "write", {name: value}, context=context))
                      for name, value in values.items()]
            doors.append((f"unlink {context}", self.on(item, "unlink", context=context)))
        self.assertClosed([
            *doors,
            ("create", self.on(item.browse(), "create", new)),
            ("create from the context", self.on(item.browse(), "create", {"account_id": self.ordinary.id, "balance": 0},
                                                context={"default_move_id": move.id})),
            ("move a foreign line in", self.on(foreign, "write", {"move_id": move.id})),
            ("steal a line", self.on(draft, "write", {"line_ids": [Command.link(item.id)]})),
            ("import", lambda env: self._import(env["account.move.line"], [".id", "name"], (str(item.id), "x"))),
            ("copy", self.on(item, "copy")),
        ], f"{ENTRY_REFUSED}|{CONTROL_REFUSED}|^'move_id'$")

    def test_analytic_side(self):
        plan = self.env.ref("koperasi_simpan_pinjam.unit_plan")
        unit, general = self.company.koperasi_savings_unit_id, self.company.koperasi_general_unit_id
        row = self.item.analytic_line_ids
        free = self.env["account.analytic.line"].create({
            "name": "x", plan._column_name(): unit.id, "amount": 5, "company_id": self.company.id})
        elsewhere = self.env["account.analytic.plan"].create({"name": "Lain"})
        values = {"amount": 1, "date": date(2026, 11, 1), plan._column_name(): general.id, "move_line_id": False,
                  "general_account_id": self.ordinary.id, "company_id": self.other.id, "account_id": general.id}
        doors = []
        for context in ({}, {"skip_analytic_sync": True}):
            doors += [(f"{name} {context}", self.on(row, "write", {name: value}, context=context))
                      for name, value in values.items()]
            doors += [
                (f"distribution {context}", self.on(row, "write", {"analytic_distribution": {str(general.id): 100}}, context=context)),
                (f"delete {context}", self.on(row, "unlink", context=context)), (f"copy {context}", self.on(row, "copy", context=context)),
                (f"create {context}", self.on(row.browse(), "create", {
                    "name": "x", "amount": 1, plan._column_name(): unit.id, "move_line_id": self.item.id}, context=context)),
                (f"create from the context {context}", self.on(row.browse(), "create", {
                    "name": "x", "amount": 1, plan._column_name(): unit.id}, context={**context, "default_move_line_id": self.item.id})),
                (f"put under the entry {context}", self.on(free, "write", {"move_line_id": self.item.id}, context=context)),
                (f"from the entry {context}", self.on(self.item, "write", {"analytic_line_ids": [Command.delete(row.id)]}, context=context)),
            ]
        self.assertClosed(doors, ENTRY_REFUSED)
        self.assertClosed([
            *self.writes(unit, plan_id=elsewhere.id, company_id=self.other.id),
            *self.writes(plan, parent_id=elsewhere.id),
            ("delete the unit", self.on(unit, "unlink")), ("delete the plan", self.on(plan, "unlink")),
        ], "has transactions|already has analytic items|that has journal items|violates.*foreign key")

    # === CONTROL ACCOUNTS === #

    def test_control_account_takes_nothing_by_hand(self):
        control = self.control
        product = self.env["product.product"].create({"name": "Jasa"})
        product.with_company(self.company).property_account_income_id = control

        def later(env):
            """The account changes by a computation, which runs no constraint."""
            invoice = self._document(env, "out_invoice")
            invoice.invoice_line_ids.product_id = product.id
            invoice.action_post()

        def even_later(env):
            invoice = self._document(env, "out_invoice")
            invoice.action_post()
            invoice.invoice_line_ids.product_id = product.id

        def payment(env):
            env["account.payment"].create({
                "payment_type": "inbound", "partner_type": "customer", "partner_id": self.neighbour.id, "amount": 10,
                "journal_id": self.bank.id, "destination_account_id": control.id,
            }).action_post()

        def opening(env):
            control.with_env(env).with_company(self.company).opening_debit = 100
            env.cr.precommit.run()

        def automatic(line, account):
            def door(env):
                env["account.automatic.entry.wizard"].with_context(
                    active_model="account.move.line", active_ids=line.ids,
                ).create({
                    "action": "change_account", "destination_account_id": account.id, "journal_id": self.general.id,
                    "date": TODAY,
                }).do_action()
            return door

        forged = {"koperasi_transaction_id": self.receipt.id}
        self.assertClosed([
            ("entry", lambda env: self._entry(env, control)),
            ("entry with a forged link", lambda env: self._entry(env, control, **forged)),
            ("entry with a forged default", lambda env: self._entry(
                env(context={**env.context, "default_koperasi_transaction_id": self.receipt.id}), control)),
            ("import", lambda env: self._import(
                env["account.move"], ["journal_id/.id", "line_ids/account_id/.id", "line_ids/name"],
                (str(self.general.id), str(control.id), "x"))),
            ("vendor bill", lambda env: self._document(env, "in_invoice", account_id=control.id)),
            ("invoice", lambda env: self._document(env, "out_invoice", account_id=control.id)),
            ("invoice by product", lambda env: self._document(env, "out_invoice", product_id=product.id)),
            ("invoice by product later", later), ("posted invoice by product", even_later),
             ("payment", payment), ("opening balance", opening),
            ("statement line", lambda env: env["account.bank.statement.line"].create({
                "journal_id": self.bank.id, "date": TODAY, "payment_ref": "x", "amount": 10,
                "counterpart_account_id": control.id})),
            ("line of a posted entry", self.on(self.manual.line_ids[0], "write", {"account_id": control.id})),
            ("automatic entry to it", automatic(self.manual.line_ids[0], control)),
            ("automatic entry from it", automatic(self.item, self.ordinary)),
        ], CONTROL_REFUSED)
        self.assertClosed([("automatic entry from the cash of it", automatic(self.cash_item, self.ordinary))])

    def test_control_account_itself(self):
        control, other = self.control, self.env["account.account"].create({
            "name": "Lain", "code": "99000001", "account_type": self.control.account_type,
            "company_ids": [Command.set(self.other.ids)],
        })
        twin = self.env.ref(f"account.{self.other.id}_koperasi_2103")
        spent = self.env["account.account"].with_company(self.other).create({
            "name": "Lain", "code": "99000002", "account_type": self.ordinary.account_type,
            "company_ids": [Command.set(self.other.ids)],
        })

        def merge(*accounts):
            return lambda env: env["account.merge.wizard"]._action_merge(
                env["account.account"].browse([account.id for account in accounts]))

        self.assertClosed([
            *self.writes(control, account_type="liability_payable", currency_id=self.env.ref("base.USD").id, reconcile=True,
                         koperasi_control=False, company_ids=[Command.set(self.other.ids)]),
            ("steal its product", self.on(self.ordinary, "write", {
                "koperasi_product_ids": [Command.link(self.savings.product_id.id)]})),
            ("delete", self.on(control, "unlink")),
            ("merge into it", merge(control, other)), ("merge away", merge(other, control)),
            ("merge two of them", merge(control, twin)), ("merge an account of a frozen line", merge(spent, self.cash_item.account_id)),
            ("merge wizard", lambda env: env["account.merge.wizard"].with_context(
                active_model="account.account", active_ids=(control + other).ids).create({}).action_merge()),
        ], "can't change|is used by the member ledger|there are some journal items|contains journal items|has transactions"
           "|violates.*foreign key")
        shared = self.env["account.account"].create({
            "name": "Bersama", "code": "99000003", "account_type": "expense",
            "company_ids": [Command.set(self.company.ids)],
        })
        shared.with_company(self.other).code = "99000003"
        shared.company_ids |= self.other
        self.env["koperasi.posting"].with_user(self.bendahara)._post(self.company, TODAY, [
            {"account_id": shared.id, "unit_id": self.company.koperasi_general_unit_id.id, "component": "cash_difference",
             "amount": -500}], tenders=[(self.bank, -500)])
        self.assertClosed([("split by company", self.on(
            shared.with_company(self.other), "action_unmerge", context={"account_unmerge_confirm": True}))],
            "is used by the member ledger")

    # === CONTRACTS === #

    def test_contracts(self):
        savings, product, siti = self.savings, self.savings.product_id, self.siti
        box = self.session.journal_id
        free_account = self.env.ref(f"account.{self.company.id}_koperasi_2103")
        other_product = self.account(siti, "wajib").product_id
        self.assertNotEqual(free_account, self.control)
        for name, record, values, refused in (
            ("product", product, {"account_id": free_account.id, "savings_class": "special", "company_id": self.other.id},
             "has transactions"),
            ("savings", savings, {
                "product_id": other_product.id, "member_id": self.rahayu.id, "partner_id": self.neighbour.id,
                "company_id": self.other.id, "savings_class": "internal", "number": "X", "state": "closed", "version": 0,
            }, "keeps its product|by its actions only|not allowed"),
            ("member", siti, {"partner_id": self.neighbour.id, "company_id": self.other.id, "number": "X", "state": "left"},
             "stays the same person|by its action only|not allowed"),
            ("journal", box, {"code": "XX", "default_account_id": self.ordinary.id, "type": "bank", "company_id": self.other.id},
             "has transactions of members"),
            ("cash box", self.session.box_id, {"journal_id": self.bank.id, "company_id": self.other.id},
             "keeps its journal|company inconsistencies"),
            ("session", self.session, {
                "box_id": self.session.box_id.search([("company_id", "=", self.other.id)], limit=1).id,
                "state": "closed", "date": date(2026, 11, 1), "user_id": self.boss.id,
                "opening_amount": 1, "counted_amount": 1, "difference": 1, "company_id": self.other.id, "version": 0,
            }, "cash session changes by|not allowed"),
            ("run", self.interest_run, {
                "state": "draft", "product_id": other_product.id, "date_from": date(2026, 9, 1), "cursor": 0,
                "company_id": self.other.id, "date_to": date(2026, 9, 1), "done_count": 5,
            }, "run changes by|not allowed"),
            ("correction", self.correction, {
                "state": "requested", "reason": "x", "transaction_id": self.receipt.id, "reversal_id": self.receipt.id,
                "decided_by_id": self.petugas.id, "requested_by_id": self.boss.id, "company_id": self.other.id,
            }, "correction changes by|not allowed"),
            ("audit log", self.log, {"event": "self_approval", "note": "x", "user_id": self.boss.id}, "never changed|not allowed"),
            ("company", self.company, {"is_koperasi": False, "currency_id": self.env.ref("base.USD").id},
             "can't stop being|cannot change the currency"),
        ):
            with self.subTest(name):
                self.assertClosed([
                    *self.writes(record, **values),
                    *((f"import {key}", lambda env, key=key, value=value: self._import(
                        env[record._name], [".id", f"{key}/.id" if record._fields[key].relational else key],
                        (str(record.id), str(value)))) for key, value in values.items()),
                ], f"{refused}|Database ID|No matching record|Missing required|should be")

    def test_contracts_are_born_in_their_first_state(self):
        """Neither values nor defaults of the context give a contract a state, a count or another cooperative."""
        box = self.env["koperasi.cash.box"].search([("company_id", "=", self.company.id)]) - self.session.box_id
        cases = [
            (self.interest_run, {"product_id": self.savings.product_id.id, "date_from": date(2026, 9, 1)},
             {"state": "done", "cursor": 9, "done_count": 9, "requested_by_id": self.petugas.id}),
            (self.session, {"box_id": box[0].id, "date": TODAY},
             {"state": "closed", "counted_amount": 5, "opening_amount": 5, "user_id": self.petugas.id}),
            (self.correction, {"transaction_id": self.receipt.id, "reason": "x"},
             {"state": "done", "company_id": self.other.id, "requested_by_id": self.petugas.id, "decided_by_id": self.ketua.id, "reversal_id": self.banked.id}),
        ]
        for model, vals, forged in cases:
            for how in ("values", "context"):
                with self.subTest(f"{model._name} {how}"), self.assertRaises(BackOut), self.cr.savepoint():
                    env = self.actors["manager"]
                    if how == "values":
                        record = env[model._name].create({**vals, **forged})
                    else:
                        record = env[model._name].with_context(
                            **{f"default_{name}": value for name, value in forged.items()}).create(vals)
                    for name, value in forged.items():
                        self.assertNotEqual(record._fields[name].convert_to_write(record[name], record), value, name)
                    raise BackOut
        self.assertClosed([
            ("copy of a session", self.on(self.session, "copy")), ("copy of a run", self.on(self.interest_run, "copy")),
            ("copy of a correction", self.on(self.correction, "copy")), ("copy of the log", self.on(self.log, "copy")),
            ("new log", self.on(self.log.browse(), "create", {"event": "self_approval"})),
            ("savings of another class", self.on(self.savings.browse(), "create", {
                "product_id": self.account(self.siti, "pokok").product_id.id, "member_id": self.siti.id,
                "savings_class": "special"})),
        ], "duplicate key|corrected already|written by the system|company inconsistencies|class of|no company crossover"
           "|not allowed|secret")

    def test_product_for_an_outsider(self):
        """An administrator who sees no savings of this cooperative is still told that there are some."""
        officer = self._new_person("luar", admin=self.company, bendahara=self.other)
        officer.group_ids |= self.env.ref("base.group_system")
        env = self.actors["manager"](user=officer)
        self.actors = {"outsider": env}
        self.assertClosed(list(self.writes(
            self.savings.product_id, savings_class="special",
            account_id=self.env.ref(f"account.{self.company.id}_koperasi_2103").id,
        )), "has transactions", ["outsider"])

    def test_what_the_ledger_names_is_not_deleted(self):
        records = [
            self.siti, self.savings, self.session.journal_id, self.bank, self.savings.product_id, self.company,
            self.siti.partner_id, self.session, self.interest_run, self.correction, self.log, self.ordinary,
            self.petugas, self.bendahara, self.control, self.company.koperasi_savings_unit_id,
        ]
        self.assertClosed([(f"delete {record}", self.on(record, "unlink")) for record in records if record != self.ordinary],
                          "stays in the register|never deleted|is kept|not allowed|violates.*foreign key|still referenced"
                          "|journal entries|journal items|used in Accounting|linked to an active user|entries")

    def test_the_user_who_made_it(self):
        maker = self._new_person("sementara", bendahara=self.company)
        made = self.env["koperasi.posting"].with_user(maker)._post(
            self.company, TODAY, [self.savings._line("deposit", 1000)], tenders=[(self.bank, 1000)]).sudo()
        self.assertEqual(made.create_uid, maker)
        self.assertClosed([("delete", self.on(maker, "unlink"))], "violates.*foreign key")
        maker.koperasi_officer_ids.unlink()
        before = made.amount
        with mute_logger("odoo.models.unlink"):
            maker.unlink()
        self.env.invalidate_all()
        self.assertEqual((made.create_uid, made.amount, made.move_id.state), (self.env["res.users"], before, "posted"))
        self.assertBooksAgree()

    # === THE PARTNER MERGE === #

    def test_partner_merge(self):
        def merge(into, *partners):
            return lambda env: env["base.partner.merge.automatic.wizard"].create({
                "partner_ids": [Command.set([partner.id for partner in (into, *partners)])], "dst_partner_id": into.id,
            }).action_merge()

        siti, rahayu = self.siti.partner_id, self.rahayu.partner_id
        self.assertClosed([
            ("two members", merge(siti, rahayu)), ("a member into another contact", merge(self.neighbour, siti)),
            ("three", merge(self.neighbour, siti, rahayu)),
        ], "is in the books of a cooperative")
        before = self.snapshot()
        merge(siti, self.neighbour)(self.actors["manager"])
        self.assertFalse(self.neighbour.exists())
        self.assertEqual(self.snapshot(), before)
        self.assertBooksAgree()

    # === WHAT STILL WORKS === #

    def test_entry_is_alive(self):
        before = self.snapshot()
        move = self.banked.sudo().move_id.with_env(self.actors["manager"])
        move.message_post(body="Diperiksa")
        move.message_subscribe(self.neighbour.ids)
        self.env["ir.attachment"].with_env(move.env).create({
            "name": "slip.txt", "raw": b"x", "res_model": "account.move", "res_id": move.id})
        move.activity_schedule("mail.mail_activity_data_todo", user_id=self.boss.id).action_feedback(feedback="ok")
        move.checked = False
        move.button_set_checked()
        self.assertTrue(move.checked)
        self.assertEqual(move.web_read({"name": {}, "line_ids": {"fields": {"balance": {}}}})[0]["id"], move.id)
        self.assertEqual(self.snapshot(), before)

        bank_account = self.bank.default_account_id
        bank_account.reconcile = True
        self.env.flush_all()
        counter = self._entry(move.env, bank_account, line_ids=[
            Command.create({"account_id": bank_account.id, "name": "x", "credit": 30000}),
            Command.create({"account_id": self.income.id, "name": "x", "debit": 30000}),
        ])
        counter.action_post()
        items = (move + counter).line_ids.filtered(lambda line: line.account_id == bank_account)
        items.reconcile()
        self.assertTrue(all(items.mapped("reconciled")))
        items.remove_move_reconcile()
        self.assertFalse(any(items.mapped("reconciled")))
        self.assertEqual(self.snapshot(), before)

        wizard = move.env["account.secure.entries.wizard"].create({"company_id": self.company.id, "hash_date": TODAY})
        wizard.action_secure_entries()
        self.assertTrue(move.inalterable_hash)
        self.assertTrue(self.move.inalterable_hash)
        results = self.company.with_env(move.env)._check_hash_integrity()["results"]
        self.assertIn("verified", [result["status"] for result in results])
        self.assertNotIn("corrupted", [result["status"] for result in results])
        self.assertEqual(self.snapshot(), before)
        self.assertBooksAgree()

    def test_uninstall(self):
        doors = []
        for name in ("koperasi_simpan_pinjam", "account", "l10n_id", "portal", "analytic"):
            module = self.env["ir.module.module"].search([("name", "=", name)])
            doors += [
                (f"{name} button", self.on(module, "button_uninstall")),
                (f"{name} state", self.on(module, "write", {"state": "to remove"})),
                (f"{name} at once", self.on(module, "module_uninstall")),
            ]
        self.assertClosed(doors, "uninstalling would drop the detail")
