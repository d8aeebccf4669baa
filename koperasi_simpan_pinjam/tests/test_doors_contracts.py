from datetime import date

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import TODAY
from .test_doors import BackOut, DoorsCase


@tagged("post_install", "-at_install")
class TestDoorsContracts(DoorsCase):
    """What the ledger refers to keeps its terms and its state; Odoo's own work beside it goes on."""

    # === ACCOUNTS === #

    def test_control_account_itself(self):
        control, other = self.control, self.env["account.account"].create(
            {
                "name": "Lain",
                "code": "99000001",
                "account_type": self.control.account_type,
                "company_ids": [Command.set(self.other.ids)],
            }
        )
        twin = self.env.ref(f"account.{self.other.id}_koperasi_2103")
        spent = (
            self.env["account.account"]
            .with_company(self.other)
            .create(
                {
                    "name": "Lain",
                    "code": "99000002",
                    "account_type": self.ordinary.account_type,
                    "company_ids": [Command.set(self.other.ids)],
                }
            )
        )

        def merge(*accounts):
            return lambda env: env["account.merge.wizard"]._action_merge(
                env["account.account"].browse([account.id for account in accounts])
            )

        self.assertClosed(
            [
                *self.writes(
                    control,
                    account_type="liability_payable",
                    currency_id=self.env.ref("base.USD").id,
                    reconcile=True,
                    koperasi_control=False,
                    company_ids=[Command.set(self.other.ids)],
                ),
                (
                    "steal its product",
                    self.on(
                        self.ordinary, "write", {"koperasi_product_ids": [Command.link(self.savings.product_id.id)]}
                    ),
                ),
                ("delete", self.on(control, "unlink")),
                ("merge into it", merge(control, other)),
                ("merge away", merge(other, control)),
                ("merge two of them", merge(control, twin)),
                ("merge an account of a frozen line", merge(spent, self.cash_item.account_id)),
                (
                    "merge wizard",
                    lambda env: env["account.merge.wizard"]
                    .with_context(active_model="account.account", active_ids=(control + other).ids)
                    .create({})
                    .action_merge(),
                ),
            ],
            "can't change|is used by the member ledger|there are some journal items|contains journal items"
            "|has transactions|violates.*foreign key",
        )
        shared = self.env["account.account"].create(
            {
                "name": "Bersama",
                "code": "99000003",
                "account_type": "expense",
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        shared.with_company(self.other).code = "99000003"
        shared.company_ids |= self.other
        self.env["koperasi.posting"].with_user(self.bendahara)._post(
            self.company,
            TODAY,
            [
                {
                    "account_id": shared.id,
                    "unit_id": self.company.koperasi_general_unit_id.id,
                    "component": "cash_difference",
                    "amount": -500,
                }
            ],
            tenders=[(self.bank, -500)],
        )
        self.assertClosed(
            [
                (
                    "split by company",
                    self.on(
                        shared,
                        "action_unmerge",
                        context={
                            "account_unmerge_confirm": True,
                            "allowed_company_ids": [self.other.id, self.company.id],
                        },
                    ),
                )
            ],
            "is used by the member ledger",
        )

    # === CONTRACTS === #

    def test_contracts(self):
        savings, product, siti = self.savings, self.savings.product_id, self.siti
        box = self.session.journal_id
        free_account = self.env.ref(f"account.{self.company.id}_koperasi_2103")
        other_product = self.account(siti, "wajib").product_id
        self.assertNotEqual(free_account, self.control)
        for name, record, values, refused in (
            (
                "product",
                product,
                {
                    "account_id": free_account.id,
                    "savings_class": "special",
                    "company_id": self.other.id,
                },
                "has transactions",
            ),
            (
                "savings",
                savings,
                {
                    "product_id": other_product.id,
                    "member_id": self.rahayu.id,
                    "partner_id": self.neighbour.id,
                    "company_id": self.other.id,
                    "savings_class": "internal",
                    "number": "X",
                    "state": "closed",
                    "version": 0,
                },
                "keeps its product|by its actions only|not allowed",
            ),
            (
                "member",
                siti,
                {
                    "partner_id": self.neighbour.id,
                    "company_id": self.other.id,
                    "number": "X",
                    "state": "left",
                },
                "stays the same person|by its action only|not allowed",
            ),
            (
                "journal",
                box,
                {
                    "code": "XX",
                    "default_account_id": self.ordinary.id,
                    "type": "bank",
                    "company_id": self.other.id,
                },
                "has transactions of members",
            ),
            (
                "cash box",
                self.session.box_id,
                {"journal_id": self.bank.id, "company_id": self.other.id},
                "keeps its journal|company inconsistencies",
            ),
            (
                "session",
                self.session,
                {
                    "box_id": self.session.box_id.search([("company_id", "=", self.other.id)], limit=1).id,
                    "state": "closed",
                    "date": date(2026, 11, 1),
                    "user_id": self.boss.id,
                    "opening_amount": 1,
                    "counted_amount": 1,
                    "difference": 1,
                    "company_id": self.other.id,
                    "version": 0,
                },
                "cash session changes by|not allowed",
            ),
            (
                "run",
                self.interest_run,
                {
                    "state": "draft",
                    "product_id": other_product.id,
                    "date_from": date(2026, 9, 1),
                    "cursor": 0,
                    "company_id": self.other.id,
                    "date_to": date(2026, 9, 1),
                    "done_count": 5,
                },
                "run changes by|not allowed",
            ),
            (
                "correction",
                self.correction,
                {
                    "state": "requested",
                    "reason": "x",
                    "transaction_id": self.receipt.id,
                    "reversal_id": self.receipt.id,
                    "decided_by_id": self.petugas.id,
                    "requested_by_id": self.boss.id,
                    "company_id": self.other.id,
                },
                "request changes by|not allowed",
            ),
            (
                "audit log",
                self.log,
                {"event": "self_approval", "note": "x", "user_id": self.boss.id},
                "never changed|not allowed",
            ),
            (
                "company",
                self.company,
                {"is_koperasi": False, "currency_id": self.env.ref("base.USD").id},
                "can't stop being|cannot change the currency",
            ),
        ):
            with self.subTest(name):
                self.assertClosed(
                    [
                        *self.writes(record, **values),
                        *(
                            (
                                f"import {key}",
                                lambda env, key=key, value=value: self._import(
                                    env[record._name],
                                    [".id", f"{key}/.id" if record._fields[key].relational else key],
                                    (str(record.id), str(value)),
                                ),
                            )
                            for key, value in values.items()
                        ),
                    ],
                    f"{refused}|Database ID|No matching record|Missing required|should be",
                )

    def test_contracts_are_born_in_their_first_state(self):
        """Neither values nor defaults of the context give a contract a state, a count or another cooperative."""
        box = self.env["koperasi.cash.box"].search([("company_id", "=", self.company.id)]) - self.session.box_id
        cases = [
            (
                self.interest_run,
                {"product_id": self.savings.product_id.id, "date_from": date(2026, 9, 1)},
                {"state": "done", "cursor": 9, "done_count": 9, "requested_by_id": self.petugas.id},
            ),
            (
                self.session,
                {"box_id": box[0].id, "date": TODAY},
                {"state": "closed", "counted_amount": 5, "opening_amount": 5, "user_id": self.petugas.id},
            ),
            (
                self.correction,
                {"transaction_id": self.receipt.id, "reason": "x"},
                {
                    "state": "done",
                    "company_id": self.other.id,
                    "requested_by_id": self.petugas.id,
                    "decided_by_id": self.ketua.id,
                    "reversal_id": self.banked.id,
                },
            ),
        ]
        for model, vals, forged in cases:
            for how in ("values", "context"):
                with self.subTest(f"{model._name} {how}"), self.assertRaises(BackOut), self.cr.savepoint():
                    env = self.actors["manager"]
                    if how == "values":
                        record = env[model._name].create({**vals, **forged})
                    else:
                        record = (
                            env[model._name]
                            .with_context(**{f"default_{name}": value for name, value in forged.items()})
                            .create(vals)
                        )
                    for name, value in forged.items():
                        self.assertNotEqual(record._fields[name].convert_to_write(record[name], record), value, name)
                    raise BackOut
        self.assertClosed(
            [
                ("copy of a session", self.on(self.session, "copy")),
                ("copy of a run", self.on(self.interest_run, "copy")),
                ("copy of a correction", self.on(self.correction, "copy")),
                ("copy of the log", self.on(self.log, "copy")),
                ("new log", self.on(self.log.browse(), "create", {"event": "self_approval"})),
                (
                    "savings of another class",
                    self.on(
                        self.savings.browse(),
                        "create",
                        {
                            "product_id": self.account(self.siti, "pokok").product_id.id,
                            "member_id": self.siti.id,
                            "savings_class": "special",
                        },
                    ),
                ),
            ],
            "duplicate key|corrected already|written by the system|company inconsistencies|class of|"
            "no company crossover"
            "|not allowed|secret",
        )

    def _running_loan(self):
        vault = self.open_session(self.bendahara, "KAS")
        self.deposit(self.target, 20000000, vault)
        self.deposit(self.account(self.siti, "pokok"), 100000, self.session)
        self.as_user(self.ketua, self.siti).action_approve()
        loan = self.as_user(self.petugas, self.env["koperasi.loan"]).create(
            {
                "member_id": self.siti.id,
                "amount": 1000000,
                "product_id": self.env.ref(f"account.{self.company.id}_koperasi_loan_product_warga").id,
            }
        )
        loan.action_submit()
        self.as_user(self.ketua, loan).action_approve()
        self.as_user(self.bendahara, loan)._disburse(vault.sudo().journal_id, TODAY, session=vault)
        return loan

    def test_loan(self):
        loan = self._running_loan()
        row = loan.installment_ids[0]
        other = self.env.ref(f"account.{self.company.id}_koperasi_1301").id
        self.assertNotEqual(loan.product_id.account_id.id, other)
        self.assertClosed(
            [
                *self.writes(
                    loan,
                    state="paid",
                    number="X",
                    amount=1,
                    periods=3,
                    member_id=self.rahayu.id,
                    product_id=False,
                    partner_id=self.neighbour.id,
                    company_id=self.other.id,
                    date_disbursed=date(2026, 11, 1),
                    version=0,
                    installment_ids=[Command.delete(row.id)],
                    line_ids=[Command.clear()],
                ),
                *self.writes(loan.product_id, account_id=other, company_id=self.other.id),
                *self.writes(row, **{name: False for name in row._immutable_columns}),
                ("create", self.on(row.browse(), "create", {"loan_id": loan.id, "number": 11, "due_date": TODAY})),
                ("delete", self.on(row, "unlink")),
                ("copy", self.on(row, "copy")),
                ("delete the loan", self.on(loan, "unlink")),
                ("low-level write", self.on(row, "_write", {"principal": 1})),
                ("SQL", lambda env: env.cr.execute("DELETE FROM koperasi_loan_installment WHERE id = %s", [row.id])),
            ],
            "by its actions only|are fixed|has loans|never changed or deleted|only made by the posting|it is posted"
            "|Only a draft|You are not allowed",
        )

    def test_products_for_an_outsider(self):
        """An administrator who sees no contract of this cooperative is still told that there are some."""
        loan = self._running_loan()
        officer = self._new_person("luar", admin=self.company, bendahara=self.other)
        officer.group_ids |= self.env.ref("base.group_system")
        self.actors = {"outsider": self.actors["manager"](user=officer)}
        free = self.env.ref(f"account.{self.company.id}_koperasi_2103").id
        self.assertClosed(
            [
                *self.writes(self.savings.product_id, savings_class="special", account_id=free),
                *self.writes(loan.product_id, account_id=free),
            ],
            "has transactions|has loans",
            ["outsider"],
        )

    def test_what_the_ledger_names_is_not_deleted(self):
        records = [
            self.siti,
            self.savings,
            self.session.journal_id,
            self.bank,
            self.savings.product_id,
            self.company,
            self.siti.partner_id,
            self.session,
            self.interest_run,
            self.correction,
            self.log,
            self.petugas,
            self.bendahara,
            self.control,
            self.company.koperasi_savings_unit_id,
        ]
        self.assertClosed(
            [(f"delete {record}", self.on(record, "unlink")) for record in records],
            "stays in the register|never deleted|is kept|not allowed|violates.*foreign key"
            "|still referenced|journal entries|journal items|used in Accounting"
            "|linked to an active user|entries",
        )

    def test_the_user_who_made_it(self):
        maker = self._new_person("sementara", bendahara=self.company)
        made = (
            self.env["koperasi.posting"]
            .with_user(maker)
            ._post(self.company, TODAY, [self.savings._line("deposit", 1000)], tenders=[(self.bank, 1000)])
            .sudo()
        )
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
            return (
                lambda env: env["base.partner.merge.automatic.wizard"]
                .create(
                    {
                        "partner_ids": [Command.set([partner.id for partner in (into, *partners)])],
                        "dst_partner_id": into.id,
                    }
                )
                .action_merge()
            )

        siti, rahayu = self.siti.partner_id, self.rahayu.partner_id
        self.assertClosed(
            [
                ("two members", merge(siti, rahayu)),
                ("a member into another contact", merge(self.neighbour, siti)),
                ("three", merge(self.neighbour, siti, rahayu)),
            ],
            "is in the books of a cooperative",
        )
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
        self.env["ir.attachment"].with_env(move.env).create(
            {"name": "slip.txt", "raw": b"x", "res_model": "account.move", "res_id": move.id}
        )
        move.activity_schedule("mail.mail_activity_data_todo", user_id=self.boss.id).action_feedback(feedback="ok")
        move.checked = False
        move.button_set_checked()
        self.assertTrue(move.checked)
        self.assertEqual(move.web_read({"name": {}, "line_ids": {"fields": {"balance": {}}}})[0]["id"], move.id)
        self.assertEqual(self.snapshot(), before)

        bank_account = self.bank.default_account_id
        bank_account.reconcile = True
        self.env.flush_all()
        counter = self._entry(
            move.env,
            bank_account,
            line_ids=[
                Command.create({"account_id": bank_account.id, "name": "x", "credit": 30000}),
                Command.create({"account_id": self.income.id, "name": "x", "debit": 30000}),
            ],
        )
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
