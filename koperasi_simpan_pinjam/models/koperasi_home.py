from odoo import api, fields, models
from odoo.tools import format_date

from .koperasi_payout_request import PAYOUT_ROLES

READERS = ("bendahara", "ketua", "pengawas")


class KoperasiHome(models.AbstractModel):
    """The page one stands on after logging in: what waits for her, four pictures; for the kelurahan, the whole."""

    _name = "koperasi.home"
    _description = "Home"

    @api.model
    def get_page(self):
        """What the person's roles in the current cooperative put on her page.

        :return: {company, approvals: [{model, id, name, amount, asked}], tasks: [{label, count, action}],
            pictures: [{title, kind, labels, values, total, action}], board: [{name, date, members, ...}]}; amounts as
            text, `values` in the currency
        :raise AccessError: without a role here
        """
        company, user = self.env.company, self.env.user
        company._koperasi_check_role("petugas", "sekretaris", "pemantau", "admin", *READERS)
        return {
            "company": company.name,
            "approvals": self._approvals(company) if user._koperasi_has_role(company, PAYOUT_ROLES) else [],
            "tasks": self._setup_tasks(company)
            + [
                task
                for roles, label, model, domain in self._tasks()
                if user._koperasi_has_role(company, roles.split())
                and (task := self._task(label, model, [("company_id", "=", company.id), *domain]))["count"]
            ],
            "pictures": self._pictures(company) if user._koperasi_has_role(company, READERS) else [],
            "board": [self._board_row(watched) for watched in user._koperasi_companies("pemantau").sudo()],
        }

    # === WHAT WAITS === #

    @api.model
    def _setup_tasks(self, company):
        """For the administrator: how much of the set-up is left, and the way on."""
        if not self.env.user._koperasi_has_role(company, "admin"):
            return []
        profile = self.env["koperasi.profile"]._of(company)
        if profile.finished_on:
            return []
        left = sum(not row["ok"] for row in profile.checks)
        return [
            {
                "label": self.env._("Points of the set-up to finish"),
                "count": left or 1,  # ready: the last button waits
                "action": profile.action_set_up(),
            }
        ]

    @api.model
    def _approvals(self, company):
        """Payouts that wait for her yes while somebody stands at the counter: decided on here, by one tap."""
        domain = [
            ("company_id", "=", company.id),
            ("state", "=", "requested"),
            ("requested_by_id", "!=", self.env.uid),
        ]
        payouts = self.env["koperasi.payout.request"].search(
            [*domain, ("date", "=", fields.Date.context_today(self))], order="id"
        )
        withdrawals = self.env["koperasi.withdrawal.request"].search(domain, order="date, id")
        return [
            {
                "model": request._name,
                "id": request.id,
                "name": name,
                "amount": company._koperasi_amount(request.amount),
                "asked": f"{request.requested_by_id.sudo().name}, {format_date(self.env, request.date)}",
            }
            for request, name in [
                *((request, request.name) for request in payouts),
                *((request, request.savings_id.display_name) for request in withdrawals),
            ]
        ]

    @api.model
    def _tasks(self):
        """What may wait for somebody; each subject adds its own (koperasi_home_*.py).

        Labels are made before the list: what stands beside a term in it would be taken for a term, too.

        :return: [(roles for whom it is, label, model, domain of what waits)]
        """
        return []

    @api.model
    def _task(self, label, model, domain):
        return {
            "label": label,
            "count": self.env[model].search_count(domain),
            "action": self._list(label, model, domain),
        }

    @api.model
    def _list(self, title, model, domain, modes="list,form"):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model,
            "views": [[False, mode] for mode in modes.split(",")],
            "domain": domain,
        }
