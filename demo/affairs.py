"""What happens in every cooperative: a group that meets, a term deposit, an instruction, a late fee, a bank statement,
an exit; none of it by chance."""

from datetime import timedelta

from odoo.fields import Command
from odoo.tools import date_utils

GROUP, BANK_FEE, BANK_INTEREST = 10, 7500, 1250


class Affairs:
    """Mixed into a cooperative: these fall on the eighth of the last months, when the treasurer has an hour."""

    # months before the last day: what is done on their eighth; each month the statement of the bank is agreed with
    affairs = {
        5: ("found_group", "open_term_deposit"),
        4: ("lend_with_late_fee", "meet"),
        3: ("let_leave", "instruct", "meet"),
        2: ("waive_late_fee", "meet"),
        1: ("meet",),
        0: ("meet",),
    }
    late = leaving = group = term = None

    def live(self, today):
        self.eighths = {
            date_utils.start_of(date_utils.subtract(today, months=months), "month").replace(day=8): names
            for months, names in self.affairs.items()
        }
        super().live(today)

    def live_day(self, day):
        super().live_day(day)
        if day.day == 8:
            vault = self._open("bendahara", "box_cash_main", day)
            for name in self.eighths.get(day, ()):
                getattr(self, name)(day, vault)
            if day > date_utils.end_of(self.first_month, "month"):
                self.agree_with_bank(day)
            self._close(vault)

    def found_group(self, _day, _vault):
        """Dasawisma Melati: ten who live near each other, with the first of them as their head."""
        members = self.env["koperasi.member"].union(*self.members[:GROUP])
        self.group = self.of("sekretaris", "koperasi.group").create(
            {
                "name": "Dasawisma Melati 1",
                "company_id": self.company.id,
                "rw_id": members[0].rw_id.id,
                "meeting_weekday": "6",
                "meeting_week": "2",
                "meeting_place": f"Rumah Ibu {members[0].name}",
            }
        )
        self.of("sekretaris", members).write({"group_id": self.group.id})
        self.group.head_id = members[0]

    def meet(self, day, _vault):
        """The list of the group: what is due and was not brought to the counter; who stopped paying brings nothing."""
        sheet = self.of("bendahara", "koperasi.collection").create(
            {"company_id": self.company.id, "group_id": self.group.id, "date": day}
        )
        sheet.action_propose()
        for line in sheet.line_ids.filtered("loan_id"):
            if self.habits.get(line.loan_id.id) is None:
                line.received = 0
        if any(sheet.line_ids.mapped("received")):
            sheet.action_post()

    def open_term_deposit(self, _day, _vault):
        """Somebody leaves a million for a year, at 6 %."""
        product = self.ref("product_term")
        product.write(
            {
                "active": True,
                "interest_rate_ids": [Command.create({"valid_from": "2020-01-01", "rate": 6})],
            }
        )
        self.term = self.of("petugas", "koperasi.savings.term").create(
            {"product_id": product.id, "member_id": self.members[-1].id, "amount": 1000000}
        )
        self.of("bendahara", "koperasi.term.operation").create({"term_id": self.term.id, "operation": "open"})._record()

    def instruct(self, _day, _vault):
        """Who has most savings lets them pay her dues."""
        savings = self.env["koperasi.savings.account"].union(
            *(self._account(member, "sukarela") for member in self.members)
        )
        richest = max(savings, key=lambda account: account.balance)
        self.of("petugas", "koperasi.standing.instruction").create(
            {"savings_id": richest.id, "target_id": self._account(richest.member_id, "wajib").id}
        )

    def pay_interest(self, day):
        """Of term deposits too, as far as it has fallen due; what was instructed is paid on the same morning."""
        super().pay_interest(day)
        for kind in ("term", "standing") if self.term else ():
            self.work(
                self.of("bendahara", "koperasi.run").create({"company_id": self.company.id, "kind": kind})
            )

    def lend_with_late_fee(self, day, vault):
        """A loan of the product with a late fee of 0,1 % a day; she then pays nothing for two months."""
        product = self.ref("loan_product_warga").copy(
            {
                "name": "Pinjaman Modal Usaha",
                "company_id": self.company.id,
                "penalty_kind": "installment",
                "penalty_rate": 0.1,
            }
        )
        member = next(member for member in self.members if self._is_free(member))
        loan = self.of("petugas", "koperasi.loan").create(
            {"member_id": member.id, "product_id": product.id, "amount": 1000000, "purpose_note": "Modal warung"}
        )
        loan.action_submit()
        self.of("ketua", loan).action_approve()
        self._fetch(loan.amount, vault)
        self.of("bendahara", loan)._disburse(vault.sudo().journal_id, day, session=vault)
        self.late = loan

    def _is_free(self, member):
        return member.sudo().state == "active" and not self._borrows(member)

    def settled(self):
        """Who has a reason to stay: a group, a term deposit."""
        return self.group.member_ids | self.term.member_id

    def _pays(self, loan):
        return loan != self.late and super()._pays(loan)

    def waive_late_fee(self, _day, vault):
        """She was ill: the chair waives half of it; the rest is paid with what is due."""
        fee = self.company._to_units(self.late.late_fee)
        self.of("ketua", "koperasi.loan.waiver.request").create(
            {"loan_id": self.late.id, "amount": self.company._from_units(fee // 2), "reason": "Sakit dua bulan"}
        ).action_confirm()
        due = self.late.sudo()._due_units(vault.date)[self.late.id]
        self._visit(self.late.member_id, [(self.late, self.company._from_units(due))], vault)
        self.habits[self.late.id] = 0.9
        self.late = None

    def let_leave(self, _day, vault):
        """Somebody moves to Bandung: asked for, agreed to, settled and paid out."""
        self.company.koperasi_exit_wait_months = 0
        for member in reversed(self.members):
            if self._is_free(member) and not member.sudo().loan_ids and member not in self.settled():
                leaving = self.of("petugas", "koperasi.member.exit").create(
                    {"member_id": member.id, "reason": "Pindah ke Bandung"}
                )
                if leaving.obstacles:
                    leaving.action_cancel()
                    continue
                break
        self.of("ketua", leaving).action_approve()
        self.of("bendahara", leaving).action_settle()
        self._fetch(leaving.amount_left, vault)
        self.of("bendahara", leaving)._pay(leaving.amount_left, vault.sudo().journal_id, session=vault)
        self.members.remove(member)
        self.leaving = leaving

    def agree_with_bank(self, day):
        """The statement of last month: what the books have, and the bank's interest and fee, which they have not."""
        end = day.replace(day=1) - timedelta(days=1)
        begin = end.replace(day=1)
        bank = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "bank")], limit=1
        )
        entries = self.of("bendahara", "koperasi.bank.entry").search(
            [("journal_id", "=", bank.id), ("date", "<=", end)]
        )
        own = entries.filtered(lambda entry: entry.date >= begin)
        opening = sum((entries - own).mapped("amount"))
        lines = [(entry.date, f"SETORAN/TARIKAN {entry.number}", entry.amount) for entry in own]
        lines += [(end, "BUNGA", BANK_INTEREST), (end, "BIAYA ADM", -BANK_FEE)]
        statement = self.of("bendahara", "koperasi.bank.statement").create(
            {
                "journal_id": bank.id,
                "date_from": begin,
                "date_to": end,
                "opening_balance": opening,
                "closing_balance": opening + sum(amount for _day, _text, amount in lines),
                "line_ids": [
                    Command.create({"date": date, "name": text, "amount": amount}) for date, text, amount in lines
                ],
            }
        )
        statement.action_propose()
        for line in statement.open_line_ids:
            purpose = self.ref("purpose_bank_interest" if line.amount > 0 else "purpose_bank_charges")
            form = self.of("bendahara", "koperasi.cash.entry").with_context(**line.action_record()["context"])
            form.create({"purpose_id": purpose.id}).action_confirm()
        statement.action_agree()
