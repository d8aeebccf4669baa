from collections import defaultdict
from math import floor

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from .account_account import BUSINESS_OF_TYPE, DIRECT


class KoperasiShuPeriod(models.Model):
    """The closing entry of a year, and what its books say (docs/domain.md 2.3, 3.10)."""

    _inherit = "koperasi.shu.period"

    has_open_bank = fields.Boolean("Bank Not Agreed", compute="_compute_cures")
    has_open_months = fields.Boolean("Months Not Closed", compute="_compute_cures")

    @api.depends("state", "closed_by_id", "date_to", "company_id")
    def _compute_cures(self):
        """Which of the buttons beside the obstacles lead to something."""
        for period in self:
            waits = period._waits_for_closing()
            company = period.company_id
            period.has_open_bank = waits and bool(company._koperasi_bank_left(period.date_to))
            period.has_open_months = waits and bool(company._koperasi_open_months(period.date_to))

    def action_open_bank(self):
        """The statements of the banks that are not agreed up to the year's end."""
        self.ensure_one()
        self.company_id._koperasi_check_role("bendahara")
        banks = self.env["account.journal"].union(*self.company_id._koperasi_bank_left(self.date_to))
        title = self.env._("Bank Statements")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "koperasi.bank.statement",
            "view_mode": "list,form",
            "domain": [("journal_id", "in", banks.ids)],
            "context": {"default_journal_id": banks[:1].id},
        }

    def action_open_months(self):
        """The months of the year, to be closed one after the other."""
        self.ensure_one()
        self.company_id._koperasi_check_role("bendahara")
        months = self.company_id._koperasi_open_months(self.date_to)
        title = self.env._("Month End")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "koperasi.month",
            "view_mode": "list,form",
            "domain": [("company_id", "=", self.company_id.id), ("date_to", "<=", self.date_to)],
            "context": {"default_date_from": fields.Date.to_string(months[0]) if months else False},
        }

    def _waits_for_closing(self):
        self.ensure_one()
        return bool(self.company_id and self.date_to) and not self.closed_by_id

    def _closing_obstacles(self):
        """What must be done before the year can be closed; other addons add theirs to the company's.

        :return: texts that say what and where
        """
        self.ensure_one()
        company, until = self.company_id, ("date", "<=", self.date_to)
        own = ("company_id", "=", company.id)
        obstacles = []
        if self.date_to >= fields.Date.context_today(self):
            obstacles.append(self.env._("%s has not ended yet.", format_date(self.env, self.date_to)))
        obstacles += company._koperasi_closing_obstacles(self.date_to)
        for session in self.env["koperasi.cash.session"].search([own, until, ("state", "=", "open")]):
            obstacles.append(self.env._("Cash session still open: %s. Count and close it.", session.display_name))
        for move in self.env["account.move"].search([own, until, ("state", "=", "draft")]):
            obstacles.append(self.env._("Draft entry: %s. Post or delete it.", move.display_name))
        for run in self.env["koperasi.run"].search(
            [own, ("date_to", "<=", self.date_to), ("state", "in", ("queued", "running", "stopped", "reversing"))]
        ):
            obstacles.append(self.env._("Collective run not finished: %s.", run.display_name))
        [[interunit]] = self.env["account.move.line"]._read_group(
            [
                own,
                until,
                ("parent_state", "=", "posted"),
                ("account_id", "=", company._koperasi_setting("koperasi_interunit_account_id").id),
            ],
            aggregates=["balance:sum"],
        )
        if interunit:
            obstacles.append(
                self.env._("The account between units is not zero: %s.", company._koperasi_number(interunit))
            )
        return obstacles

    def action_close(self):
        for period in self:
            period._check_can_close()
            period._do_close()

    def _check_can_close(self):
        self.company_id._koperasi_check_role("bendahara")
        self._check_state("draft", "computed")
        self.sudo()._claim()
        if self.closed_by_id:
            raise UserError(self.env._("%s is closed already.", self.display_name))
        obstacles = self.sudo()._closing_obstacles()
        if obstacles:
            raise UserError(
                self.env._(
                    "%(period)s can't be closed yet:\n%(obstacles)s",
                    period=self.display_name,
                    obstacles="\n".join(obstacles),
                )
            )

    def _do_close(self):
        """One entry of the books' result, to the last decimal, from the year's own account to the undistributed SHU."""
        company = self.company_id
        undistributed = company._koperasi_setting("koperasi_shu_undistributed_account_id")
        unaffected = company.sudo().get_unaffected_earnings_account()
        results = {unit: units for unit, units in self._results().items() if units}
        closing = (
            self.env["koperasi.posting"]._post(
                company,
                self.date_to,
                [
                    {
                        "account_id": account.id,
                        "unit_id": unit,
                        "component": "shu",
                        "name": self.display_name,
                        "amount": float(sign * units * company._koperasi_money_unit()),
                    }
                    for unit, units in results.items()
                    for account, sign in ((unaffected, -1), (undistributed, 1))
                ],
                key=f"{self._name},{self.id},{self.version}",
                origin=self,
                closing=True,
                label=self.env._("Closing %s", self.date_to.year),
            )
            if results
            else self.env["koperasi.transaction"]
        )
        self.sudo()._set(
            closing_id=closing.id, closed_by_id=self.env.uid, lock_before=company.sudo().fiscalyear_lock_date
        )
        if not company.fiscalyear_lock_date or company.fiscalyear_lock_date < self.date_to:
            company.sudo().fiscalyear_lock_date = self.date_to
        if self.state == "computed":
            self._do_compute()

    def action_reopen(self):
        """Take the closing back, before the supervisors have examined the figures: by a second person."""
        for period in self:
            period.company_id._koperasi_check_role("ketua")
            period._check_state("draft", "computed")
            period.sudo()._claim()
            if not period.closed_by_id:
                raise UserError(self.env._("%s is not closed.", period.display_name))
            period.company_id._koperasi_check_second_person(period, period.closed_by_id)
            period._do_reopen()

    def _do_reopen(self):
        closing, company = self.closing_id, self.company_id.sudo()
        if company.fiscalyear_lock_date == self.date_to:
            company.fiscalyear_lock_date = self.lock_before
        self.sudo()._set(closing_id=False, closed_by_id=False, lock_before=False)
        if closing:
            self.env["koperasi.posting"]._reverse(
                closing,
                self.date_to,
                origin=self,
                closing=True,
                approver=self.env.user,
                reason=self.env._("%s reopened", self.display_name),
            )
        self.sudo()._discard()

    def action_lock_for_good(self):
        """The hard lock: nobody can ever date anything into the year again."""
        for period in self:
            period.company_id._koperasi_check_role("ketua")
            period._check_state("posted", "distributed", "done")
            if not period.company_id.hard_lock_date or period.company_id.hard_lock_date < period.date_to:
                period.company_id.sudo().hard_lock_date = period.date_to

    # === THE BOOKS === #

    def _books(self):
        """The year's income less costs, from posted entries; a credit is positive.

        :return: {(account id, unit id): money units, exact}
        """
        self.ensure_one()
        company = self.company_id
        self.env["account.move.line"].flush_model()
        plan = self.env.ref("koperasi_simpan_pinjam.unit_plan")
        units = set(plan.sudo().account_ids.ids)
        general = company._koperasi_setting("koperasi_general_unit_id").id
        sums = defaultdict(int)
        for account, distribution, balance in self.env.execute_query(
            SQL(
                """
            SELECT l.account_id, l.analytic_distribution, SUM(l.balance)
              FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id
             WHERE l.company_id = %s AND l.parent_state = 'posted' AND l.date BETWEEN %s AND %s
               AND a.account_type IN %s
             GROUP BY 1, 2
            """,
                company.id,
                self.date_from,
                self.date_to,
                tuple(BUSINESS_OF_TYPE),
            )
        ):
            named = {int(part) for key in distribution or {} for part in key.split(",")} & units
            unit = named.pop() if len(named) == 1 else general
            sums[account, unit] -= company._to_units(balance, whole=False)
        return sums

    def _results(self):
        """:return: {unit id: the year's result in money units, exact}"""
        results = defaultdict(int)
        for (_account, unit), units in self._books().items():
            results[unit] += units
        return results

    def _gross_results(self):
        """Where the result comes from (docs/domain.md 2.5), in whole money units.

        Shared income counts as a negative shared cost, so that it lightens what both carry.

        :return: (from members, from non-members, shared costs, fraction of a money unit left)
        """
        groups = defaultdict(int)
        accounts = self.env["account.account"].sudo()
        for (account, _unit), units in self._books().items():
            business = accounts.browse(account).koperasi_business
            groups[business if business in DIRECT else "shared"] += units
        total = sum(groups.values())
        member = floor(groups["member_income"] + groups["member_cost"])
        other = floor(groups["other_income"] + groups["other_cost"])
        return member, other, member + other - floor(total), total - floor(total)
