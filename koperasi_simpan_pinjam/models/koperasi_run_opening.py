from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError

from .koperasi_run import CHUNK


class KoperasiRun(models.Model):
    """One more kind: opening balances, posted member by member, then the accounts without members.

    Each chunk balances against the account of opening balances; the last one empties that again, unit by unit.
    """

    _inherit = "koperasi.run"

    kind = fields.Selection(selection_add=[("opening", "Opening Balances")], ondelete={"opening": "cascade"})
    opening_id = fields.Many2one(
        "koperasi.opening",
        "Opening Balances",
        readonly=True,
        copy=False,
        by_action=True,
        ondelete="restrict",
        index="btree_not_null",
    )

    @api.depends("opening_id.date")
    def _compute_date_to(self):
        result = super()._compute_date_to()
        for run in self.filtered("opening_id"):
            run.date_to = run.opening_id.date
        return result

    @api.depends("opening_id.display_name")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for run in self.filtered("opening_id"):
            run.display_name = run.opening_id.display_name
        return result

    def _check_can_start(self):
        if self.kind != "opening":
            return super()._check_can_start()
        if self.opening_id.state != "posting":
            raise UserError(self.env._("Opening balances are posted from their own page."))
        self.company_id._koperasi_setting("koperasi_run_journal_id")
        self.company_id._koperasi_check_open(self.date_to)

    def _reversal_date(self):
        """Taken back on their own day, so that no day's balance keeps them."""
        return self.date_to if self.kind == "opening" else super()._reversal_date()

    def _process_chunk(self, size=CHUNK):
        if self.kind != "opening":
            return super()._process_chunk(size)
        treated = super()._process_chunk(size) if self.state == "reversing" else self._post_opening(size)
        if self._is_over():
            self.opening_id._after_run(self)
        return treated

    def _post_opening(self, size):
        """Post the next members, loans and term deposits; each stands for some four accounts."""
        self._claim()
        if self._is_over():
            return 0
        reader, opening = self.env["koperasi.opening.reader"], self.opening_id
        found = reader._read(opening)
        if found.faults:
            raise UserError(self.env._("The file has faults now: members, products or accounts have changed since."))
        contracts = [
            *(("_member_lines", row) for row in found.members),
            *(("_loan_lines", row) for row in found.loans),
            *(("_term_lines", row) for row in found.terms),
        ]
        part = contracts[self.cursor : self.cursor + max(1, size // 4)]
        rows = defaultdict(list)
        for method, row in part or [("_balance_lines", row) for row in found.balances]:
            rows[method].append(row)
        lines = [line for method, own in rows.items() for line in getattr(reader, method)(opening, own)]
        lines += self._counterpart(lines) if part else self._closing_counterpart()
        if lines:
            self.env["koperasi.posting"]._post(
                self.company_id, self.date_to, lines, run=self, origin=self, label=self.display_name
            )
        if not part:
            self._take_back_accrued(lines)
        self._set(
            state="running" if part else "done",
            cursor=self.cursor + len(part),
            total_count=len(contracts) + 1,
            done_count=self.cursor + len(part) + (not part),
        )
        self._after_members(rows["_member_lines"])
        return len(part) or 1

    def _after_members(self, rows):
        """A member of the old books has been active since she joined."""
        for row in rows:
            member = row["member"]
            if member.state == "active" and member.approved_on == self.date_to:
                member._set(date_active=member.date_joined)
                member.period_ids[-1:].write({"date_from": member.date_joined})  # so says the register too

    def _counterpart(self, lines):
        """What balances these lines, unit by unit, until the other accounts are posted."""
        company, sums = self.company_id, defaultdict(int)
        for line in lines:
            sums[line["unit_id"]] -= company._to_units(line["amount"])
        return self._clearing_lines(sums)

    def _closing_counterpart(self):
        company = self.company_id
        account = company._koperasi_setting("koperasi_opening_account_id")
        return self._clearing_lines(
            {
                unit.id: -company._to_units(amount)
                for unit, amount in self.env["koperasi.transaction.line"]._read_group(
                    [("run_id", "=", self.id), ("account_id", "=", account.id)], ["unit_id"], ["amount:sum"]
                )
            }
        )

    def _clearing_lines(self, sums):
        """:param sums: {unit id: money units}"""
        account = self.company_id._koperasi_setting("koperasi_opening_account_id")
        return [
            {
                "account_id": account.id,
                "unit_id": unit,
                "component": "opening",
                "amount": self.company_id._from_units(units),
                "name": self.display_name,
            }
            for unit, units in sums.items()
            if units
        ]
