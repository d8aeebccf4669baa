from collections import defaultdict
from math import floor

from odoo import fields, models
from odoo.exceptions import UserError


class KoperasiShuPeriod(models.Model):
    """The decided surplus posted, credited and paid; a loss covered (docs/domain.md 2.3, 3.8)."""

    _inherit = "koperasi.shu.period"

    def action_post(self):
        """Queue the run that takes the SHU to reserve, funds and members, as the RAT decided."""
        for period in self:
            period._check_can_post()
            period._do_post()

    def _check_can_post(self):
        self.ensure_one()
        self.company_id._koperasi_check_role("bendahara")
        self._check_state("decided")
        self.sudo()._claim()
        if self.surplus <= 0:
            raise UserError(
                self.env._(
                    "%s is a loss: there is nothing to distribute. "
                    "Cover it from the reserve as far as the RAT decided; "
                    "the rest is carried forward.",
                    self.display_name,
                )
            )
        if self.run_id:
            raise UserError(self.env._("%s is being posted already.", self.display_name))
        self.company_id._koperasi_check_second_person(self, self.decided_by_id)
        self._check_current()
        self.company_id._koperasi_check_open(fields.Date.context_today(self))

    def _do_post(self):
        product = self.company_id._koperasi_setting("koperasi_shu_product_id")
        shares = self.sudo().share_ids.filtered("amount")
        shares._open_accounts(product)
        self.sudo()._set(date_booked=fields.Date.context_today(self))
        run = self.env["koperasi.run"].sudo()._start_of_period(self, "shu", product)
        self.sudo()._set(run_id=run.id)
        run.with_env(self.env).action_start()

    def _pool_lines(self):
        """What reserve and funds get, and the undistributed SHU gives for it; members' shares come in chunks.

        Each unit's own surplus pays first, so that units owe each other no more than they must. The chunks debit the
        unit of the members' accounts; this takes the rest of every unit, and the posting settles what is between them.
        """
        company = self.company_id
        product = company._koperasi_setting("koperasi_shu_product_id")
        due = defaultdict(int)
        for pool in self.pool_ids:
            account, amount = (pool.account_id, pool.amount) if pool.account_id else (pool.rest_account_id, pool.rest)
            due[account.id] += company._to_units(amount)
        available = {unit: floor(units) for unit, units in self._results().items()}
        home = product.unit_id.id
        available[home] = available.get(home, 0) + company._to_units(self.surplus) - sum(available.values())
        available[home] -= company._to_units(sum(self.share_ids.mapped("amount")))
        lines = [
            (company._koperasi_setting("koperasi_shu_undistributed_account_id").id, unit, -units)
            for unit, units in available.items()
        ]
        for account, units in due.items():
            for unit in list(available):
                part = min(units, max(available[unit], 0))
                lines.append((account, unit, part))
                available[unit] -= part
                units -= part
        return [
            {
                "account_id": account,
                "unit_id": unit,
                "component": "shu",
                "name": self.display_name,
                "amount": company._from_units(units),
            }
            for account, unit, units in lines
            if units
        ]

    def action_cover_loss(self):
        """Cover a loss from the reserve, as far as that reaches; the rest is carried forward (docs/domain.md 3.8)."""
        for period in self:
            company, today = period.company_id, fields.Date.context_today(period)
            company._koperasi_check_role("bendahara")
            period._check_state("decided")
            period.sudo()._claim()
            company._koperasi_check_second_person(period, period.decided_by_id)
            reserve = period.policy_id._reserve_account()
            [[balance]] = (
                self.env["account.move.line"]
                .sudo()
                ._read_group(
                    [("company_id", "=", company.id), ("account_id", "=", reserve.id), ("parent_state", "=", "posted")],
                    aggregates=["balance:sum"],
                )
            )
            units = min(-company._to_units(period.surplus), floor(-company._to_units(balance or 0, whole=False)))
            if units <= 0 or period.cover_id:
                raise UserError(self.env._("There is no loss left to cover, or nothing in the reserve."))
            undistributed = company._koperasi_setting("koperasi_shu_undistributed_account_id")
            general = company._koperasi_setting("koperasi_general_unit_id")
            period.sudo()._set(
                cover_id=self.env["koperasi.posting"]
                ._post(
                    company,
                    today,
                    [
                        {
                            "account_id": account.id,
                            "unit_id": general.id,
                            "component": "shu",
                            "name": period.display_name,
                            "amount": company._from_units(amount),
                        }
                        for account, amount in ((reserve, -units), (undistributed, units))
                    ],
                    origin=period,
                    label=self.env._("Loss of %s covered from the reserve", period.date_to.year),
                )
                .id,
                date_booked=today,
            )

    def action_to_savings(self):
        """Move the shares of all who want it to their voluntary savings, by a run."""
        for period in self:
            period.company_id._koperasi_check_role("bendahara")
            period._check_state("posted", "distributed")
            run = (
                self.env["koperasi.run"]
                .sudo()
                ._start_of_period(period, "shu_savings", period.company_id._koperasi_setting("koperasi_shu_product_id"))
            )
            run.with_env(self.env).action_start()

    def action_distributed(self):
        for period in self:
            period.company_id._koperasi_check_role("bendahara")
            period._check_state("posted")
            period.sudo()._set(state="distributed")

    def action_done(self):
        for period in self:
            period.company_id._koperasi_check_role("ketua")
            period._check_state(*(("distributed",) if period.surplus > 0 else ("decided",)))
            period.sudo()._set(state="done")

    def _after_run(self, run):
        """What a finished run changes here."""
        if run == self.run_id and run.state == "done":
            self._set(state="posted")
        elif run == self.run_id and run.state == "reversed":
            self._set(state="decided", run_id=False, date_booked=False)
        left = [("period_id", "=", self.id), ("savings_id.balance", ">", 0)]
        if self.state == "posted" and not self.env["koperasi.shu.share"].search_count(left, limit=1):
            self._set(state="distributed")
