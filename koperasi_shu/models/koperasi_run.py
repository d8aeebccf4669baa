from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import date_utils

from odoo.addons.koperasi_simpan_pinjam.models.koperasi_run import CHUNK

SHU_KINDS = ("shu", "shu_savings")


class KoperasiRun(models.Model):
    """Two more kinds: what the RAT decided is posted, and members' shares move to their voluntary savings."""

    _inherit = "koperasi.run"

    kind = fields.Selection(
        selection_add=[("shu", "SHU"), ("shu_savings", "SHU into Savings")],
        ondelete={"shu": "cascade", "shu_savings": "cascade"},
    )
    shu_period_id = fields.Many2one(
        "koperasi.shu.period",
        "SHU of the Year",
        readonly=True,
        copy=False,
        by_action=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    shu_date = fields.Date(readonly=True, copy=False, by_action=True, help="Day of the posting, in the open year.")

    @api.depends("shu_date")
    def _compute_date_to(self):
        result = super()._compute_date_to()
        for run in self.filtered("shu_date"):
            run.date_to = run.shu_date
        return result

    @api.depends("shu_period_id.display_name")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for run in self.filtered("shu_period_id"):
            year = run.shu_period_id.display_name
            run.display_name = year if run.kind == "shu" else f"{kinds[run.kind]}, {year}"
        return result

    def _start_of_period(self, period, kind, product):
        """The run of this kind for a year's SHU, made when there is none; dated today."""
        today = fields.Date.context_today(self)
        month = date_utils.start_of(period.date_from if kind == "shu" else today, "month")
        run = self.search(
            [
                ("company_id", "=", period.company_id.id),
                ("kind", "=", kind),
                ("product_id", "=", product.id),
                ("date_from", "=", month),
                ("state", "!=", "reversed"),
            ],
            limit=1,
        )
        if run.state not in (False, "draft", "stopped"):
            raise UserError(
                self.env._(
                    "%s of this month is under way or done. What is left moves from the list of shares: "
                    "choose them, then "
                    "Move to Savings.",
                    run.display_name,
                )
            )
        run = run or self.create(
            {
                "company_id": period.company_id.id,
                "kind": kind,
                "product_id": product.id,
                "date_from": month,
            }
        )
        run._set(shu_period_id=period.id, shu_date=today)
        return run

    def _check_can_start(self):
        if self.kind not in SHU_KINDS:
            return super()._check_can_start()
        period = self.shu_period_id
        wanted = period and (period.run_id == self if self.kind == "shu" else period.state in ("posted", "distributed"))
        if not wanted:
            raise UserError(self.env._("The SHU is posted from the page of its year."))
        self.company_id._koperasi_check_open(self.date_to)
        self.company_id._koperasi_setting("koperasi_run_journal_id")

    def _process_chunk(self, size=CHUNK):
        if self.kind == "shu" and self.state == "queued":
            self._claim()
            if not self.cursor:
                self._post_shu_pools()
        treated = super()._process_chunk(size)
        if self.kind in SHU_KINDS and self._is_over():
            self.shu_period_id._after_run(self)
        return treated

    def _post_shu_pools(self):
        lines = self.shu_period_id._pool_lines()
        if lines:
            self.env["koperasi.posting"]._post(
                self.company_id,
                self.date_to,
                lines,
                run=self,
                origin=self,
                label=self.display_name,
                key=f"{self._name},{self.id},pools",
            )

    def _account_domain(self):
        if self.kind not in SHU_KINDS:
            return super()._account_domain()
        self.env["koperasi.shu.share"].flush_model()
        shares = self.env["koperasi.shu.share"]._search(
            [
                ("period_id", "=", self.shu_period_id.id),
                ("amount", ">", 0),
                *([("payout", "=", "savings")] if self.kind == "shu_savings" else []),
            ]
        )
        return [("id", "in", shares.subselect("savings_id"))]

    def _shu_shares(self, accounts):
        """:return: {account: its share of this year}"""
        return {
            share.savings_id: share
            for share in self.env["koperasi.shu.share"].search(
                [("period_id", "=", self.shu_period_id.id), ("savings_id", "in", accounts.ids)]
            )
        }

    def _shu_lines(self, accounts):
        """Each member's share, and one debit of the undistributed SHU for all of the chunk."""
        shares = self._shu_shares(accounts)
        company, product = self.company_id, self.product_id
        lines = [account._line("shu", shares[account].amount, self.display_name) for account in accounts]
        lines.append(
            {
                "account_id": company._koperasi_setting("koperasi_shu_undistributed_account_id").id,
                "unit_id": product.unit_id.id,
                "component": "shu",
                "name": self.display_name,
                "amount": -sum(line["amount"] for line in lines),
            }
        )
        return lines, {}

    def _shu_savings_lines(self, accounts):
        """What these members have not taken yet, moved to their voluntary savings."""
        shares = self._shu_shares(accounts)
        targets = self.env["koperasi.shu.share"].union(*shares.values())._voluntary_accounts()
        lines, reasons = [], {}
        for account in accounts:
            target = targets.get(account.member_id, self.env["koperasi.savings.account"])[:1]
            if not account.balance:
                reasons[account] = self.env._("Nothing is left to take.")
            elif not target:
                reasons[account] = self.env._("No open account of voluntary savings.")
            else:
                lines.append(account._line("withdrawal", -account.balance, self.display_name))
                lines.append(target._line("deposit", account.balance, self.display_name))
        return lines, reasons
