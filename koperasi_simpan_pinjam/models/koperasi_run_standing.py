from collections import defaultdict

from odoo import models


class KoperasiRunStanding(models.AbstractModel):
    """The kind of run that executes standing instructions, on any day (docs/domain.md 5.5)."""

    _name = "koperasi.run.standing"
    _description = "Runs of Standing Instructions"

    def _standing_domain(self):
        instructions = self.env["koperasi.standing.instruction"]._search(self._instruction_domain())
        return [("id", "in", instructions.subselect("savings_id")), ("state", "=", "open")]

    def _instruction_domain(self):
        return [
            ("company_id", "=", self.company_id.id),
            ("date_from", "<=", self.date_to),
            "|",
            ("date_to", "=", False),
            ("date_to", ">=", self.date_to),
        ]

    def _standing_lines(self, accounts):
        """What is due on each target by the end of the month, in full or not at all, out of the account that pays."""
        company, on = self.company_id, self.date_to
        instructions = (
            self.env["koperasi.standing.instruction"]
            .search([*self._instruction_domain(), ("savings_id", "in", accounts.ids)], order="savings_id, id")
            .filtered(lambda instruction: instruction._has_come(on))
        )
        targets, loans = instructions.target_id, instructions.loan_id
        month_end = self._period_end("interest", on)
        due = {("target_id", key): units for key, units in targets._due_units(month_end).items()}
        due.update({("loan_id", key): units for key, units in loans._asked_units(month_end, on).items()})
        paid, available = self._paid_this_month(targets, loans), accounts._available_units(on)
        lines, withdrawn, reasons = [], defaultdict(int), defaultdict(list)
        for instruction in instructions:
            account, target = instruction.savings_id, instruction._target()
            key = ("loan_id" if instruction.loan_id else "target_id", target.id)
            units = due.get(key, 0)
            if instruction.maximum:
                units = min(units, max(company._to_units(instruction.maximum) - paid[key], 0))
            left = available.get(account.id, 0) - withdrawn[account]
            if units > left:
                reasons[account].append(
                    self.env._(
                        "%(target)s: %(due)s is due, only %(left)s can be withdrawn.",
                        target=target.display_name,
                        due=company._koperasi_format(units),
                        left=company._koperasi_format(left),
                    )
                )
            elif units:
                withdrawn[account] += units
                lines += target._lines_in(company._from_units(units), on)
            elif instruction.loan_id:
                lines += target._kept_payment(on)
        for account, units in withdrawn.items():
            if not units:
                continue  # nothing was due, or what she had left paid it
            lines += account._lines_out(company._from_units(units), on, self.display_name)
        return lines, {account: " ".join(texts) for account, texts in reasons.items()}

    def _paid_this_month(self, targets, loans):
        """What instructions have paid on each target in this month; what was taken back doesn't count.

        :return: {("target_id" or "loan_id", id): money units}
        """
        paid = defaultdict(int)
        for savings, loan, amount in self.env["koperasi.transaction.line"]._read_group(
            [
                ("run_id.kind", "=", "standing"),
                ("transaction_id.is_reversed", "=", False),
                ("date", ">=", self._period_start("interest", self.date_to)),
                ("date", "<=", self._period_end("interest", self.date_to)),
                "|",
                ("savings_id", "in", targets.ids),
                ("loan_id", "in", loans.ids),
            ],
            ["savings_id", "loan_id"],
            ["amount:sum"],
        ):
            key = ("loan_id", loan.id) if loan else ("target_id", savings.id)
            paid[key] += self.company_id._to_units(amount)
        return paid
