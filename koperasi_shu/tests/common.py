from contextlib import contextmanager
from datetime import date

from odoo.fields import Command
from odoo.tests import freeze_time

from odoo.addons.koperasi_simpan_pinjam.tests.common import KoperasiCase


class ShuCase(KoperasiCase):
    """A cooperative whose whole year 2026 is lived, and whose RAT is in February 2027."""

    @classmethod
    @contextmanager
    def day(cls, text):
        """That day, with the main cash box open; counted and closed at its end."""
        with freeze_time(f"{text} 03:00:00"):
            session = cls.open_session(cls.bendahara, "KAS", day=date.fromisoformat(text))
            yield session
            session.invalidate_recordset()
            cls.as_user(cls.bendahara, session)._do_close(session.expected_amount)

    @classmethod
    def active_member(cls, name, session, wajib=0):
        member = cls.new_member(name)
        cls.deposit(cls.account(member, "pokok"), 100000, session)
        if wajib:
            cls.deposit(cls.account(member, "wajib"), wajib, session)
        cls.as_user(cls.ketua, member).action_approve()
        return member

    @classmethod
    def lend(cls, member, amount, session):
        loan = cls.as_user(cls.petugas, cls.env["koperasi.loan"]).create(
            {
                "member_id": member.id,
                "product_id": cls.loan_product.id,
                "amount": amount,
            }
        )
        loan.action_submit()
        cls.as_user(cls.ketua, loan).action_approve()
        cls.as_user(cls.bendahara, loan)._disburse(session.sudo().journal_id, session.date, session=session)
        return loan

    @classmethod
    def pay(cls, loan, amount, session):
        return cls.as_user(cls.bendahara, loan)._pay(amount, session, excess="ahead")

    @classmethod
    def outside(cls, move_type, account, amount, day):
        """An ordinary bill or invoice of Odoo's, with somebody who is no member."""
        move = (
            cls.env["account.move"]
            .with_company(cls.company)
            .create(
                {
                    "move_type": move_type,
                    "partner_id": cls.env["res.partner"].create({"name": "Toko Maju"}).id,
                    "invoice_date": day,
                    "date": day,
                    "company_id": cls.company.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Beras",
                                "account_id": cls.koperasi_account(account).id,
                                "price_unit": amount,
                                "tax_ids": [],
                            }
                        )
                    ],
                }
            )
        )
        move.action_post()
        return move

    @classmethod
    def memorial(cls, debit, credit, amount, day):
        """An ordinary entry of Odoo's, on accounts or their codes."""
        debit, credit = (
            cls.koperasi_account(account) if isinstance(account, str) else account for account in (debit, credit)
        )
        move = (
            cls.env["account.move"]
            .with_company(cls.company)
            .create(
                {
                    "move_type": "entry",
                    "date": day,
                    "journal_id": cls.company.koperasi_memorial_journal_id.id,
                    "line_ids": [
                        Command.create({"account_id": debit.id, "name": "x", "debit": amount}),
                        Command.create({"account_id": credit.id, "name": "x", "credit": amount}),
                    ],
                }
            )
        )
        move.action_post()
        return move

    @classmethod
    def koperasi_account(cls, code):
        return cls.env.ref(f"account.{cls.company.id}_koperasi_{code}")

    def balance(self, *codes, until=None):
        """Debit less credit of these accounts in the books."""
        accounts = self.env["account.account"].union(*(self.koperasi_account(code) for code in codes))
        domain = [
            ("account_id", "in", accounts.ids),
            ("parent_state", "=", "posted"),
            ("company_id", "=", self.company.id),
        ]
        [[balance]] = self.env["account.move.line"]._read_group(
            domain + ([("date", "<=", until)] if until else []), aggregates=["balance:sum"]
        )
        return balance or 0

    @classmethod
    def new_period(cls, year=2026, user=None):
        return cls.as_user(user or cls.bendahara, cls.env["koperasi.shu.period"]).create(
            {
                "company_id": cls.company.id,
                "date_from": date(year, 1, 1),
                "date_to": date(year, 12, 31),
            }
        )

    @classmethod
    def decide(cls, period):
        """From computed to decided, each by its own person."""
        cls.as_user(cls.pengawas, period).action_review()
        cls.as_user(cls.ketua, period).action_propose()
        cls.as_user(cls.sekretaris, period).write(
            {"decision_date": "2027-02-20", "decision_number": "01/RAT/2027", "attendance": 5}
        )
        cls.as_user(cls.sekretaris, period).action_decide()

    @classmethod
    def work(cls, run, size=2000):
        run = run.sudo()
        while run.state in ("queued", "running", "reversing"):
            run._process_chunk(size)

    def shares(self, period, name="amount"):
        return {share.member_id.name: share[name] for share in period.sudo().share_ids}
