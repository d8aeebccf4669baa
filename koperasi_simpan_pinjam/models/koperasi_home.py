from odoo import api, fields, models
from odoo.tools import date_utils, format_date

from .koperasi_payout_request import PAYOUT_ROLES

READERS = ("bendahara", "ketua", "pengawas")
SMALL_CELL = 3  # fewer members than this are nobody's business but the cooperative's


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
        """:return: [(roles for whom it is, label, model, domain of what waits)]"""
        today = fields.Date.context_today(self)
        # Not in the table itself: what stands beside a term there would be taken for terms, too.
        candidates = self.env._("Candidates to approve")
        applications = self.env._("Loan applications to decide on")
        write_offs = self.env._("Write-offs to decide on")
        restructures = self.env._("Restructurings to decide on")
        undos = self.env._("Restructurings to take back")
        exceptions = self.env._("Waivers and suspensions of dues asked for")
        exits = self.env._("Exits of members to decide on")
        settlements = self.env._("Exits of members to settle")
        corrections = self.env._("Corrections asked for")
        payouts = self.env._("Approved loans to pay out")
        withdrawals = self.env._("Large withdrawals to decide on")
        terms = self.env._("Term deposits that are due")
        queue = self.env._("Loans that wait for funds")
        sessions = self.env._("Cash sessions of earlier days still open")
        heirs = self.env._("Members without an heir")
        faults = self.env._("Faults between the books")
        online = self.env._("Applications of members from the portal")
        me = self.env.user
        undecided = [("approval_ids", "not any", [("user_id", "=", me.id)]), ("partner_id", "!=", me.partner_id.id)]
        undo = [("state", "=", "requested"), ("requested_by_id", "!=", me.id)]
        undo += [("loan_id.partner_id", "!=", me.partner_id.id)]
        waiting = [("approver_ids", "not in", me.ids), *undo]
        advice = self.env._("Advice of the kelurahan to answer")
        campaigns = self.env._("Campaigns to decide on")
        give_back = self.env._("Campaigns whose savings are to be given back")
        log = self.env._("Entries of the audit log in 30 days")
        return [
            (
                "ketua sekretaris",
                candidates,
                "koperasi.member",
                [("state", "=", "candidate"), ("approved_on", "=", False)],
            ),
            (
                "ketua",
                applications,
                "koperasi.loan",
                [("state", "=", "submitted"), *undecided],
            ),
            (
                "petugas bendahara",
                online,
                "koperasi.loan",
                [("state", "=", "draft"), ("is_online", "=", True)],
            ),
            (
                "bendahara sekretaris",
                applications,
                "koperasi.loan",
                [("state", "=", "submitted"), ("decided_by", "!=", "chair"), *undecided],
            ),
            (
                "pengawas",
                applications,
                "koperasi.loan",
                [("state", "=", "submitted"), ("decided_by", "=", "related"), *undecided],
            ),
            ("ketua", restructures, "koperasi.loan.restructure", waiting),
            (
                "bendahara sekretaris",
                restructures,
                "koperasi.loan.restructure",
                [("decided_by", "!=", "chair"), *waiting],
            ),
            ("pengawas", restructures, "koperasi.loan.restructure", [("decided_by", "=", "related"), *waiting]),
            ("ketua", undos, "koperasi.loan.undo", undo),
            (
                "bendahara sekretaris",
                undos,
                "koperasi.loan.undo",
                [("restructure_id.decided_by", "!=", "chair"), *undo],
            ),
            ("pengawas", undos, "koperasi.loan.undo", [("restructure_id.decided_by", "=", "related"), *undo]),
            (
                "ketua",
                write_offs,
                "koperasi.loan",
                [("state", "=", "running"), ("write_off_proposed_on", "!=", False)],
            ),
            (
                "ketua",
                exceptions,
                "koperasi.dues.exception",
                [("state", "=", "requested")],
            ),
            (
                "ketua",
                exits,
                "koperasi.member.exit",
                [("state", "=", "requested")],
            ),
            (
                "bendahara",
                settlements,
                "koperasi.member.exit",
                [("state", "=", "approved"), ("pay_from", "<=", today)],
            ),
            (
                "ketua bendahara",
                corrections,
                "koperasi.correction",
                [("state", "=", "requested")],
            ),
            (
                "ketua bendahara",
                withdrawals,
                "koperasi.withdrawal.request",
                [("state", "=", "requested")],
            ),
            (
                "bendahara",
                payouts,
                "koperasi.loan",
                [("state", "=", "approved")],
            ),
            (
                "bendahara",
                terms,
                "koperasi.savings.term",
                [("is_due", "=", True)],
            ),
            (
                "bendahara ketua",
                queue,
                "koperasi.loan",
                [("state", "=", "queued")],
            ),
            (
                "petugas bendahara",
                sessions,
                "koperasi.cash.session",
                [("state", "=", "open"), ("date", "<", today)],
            ),
            (
                "sekretaris",
                heirs,
                "koperasi.member",
                [("state", "=", "active"), ("heir_ids", "=", False)],
            ),
            (
                "bendahara pengawas",
                faults,
                "koperasi.control.fault",
                [],
            ),
            (
                "ketua sekretaris",
                advice,
                "koperasi.advice",
                [("state", "!=", "answered")],
            ),
            (
                "ketua",
                campaigns,
                "koperasi.fundraising",
                [("state", "=", "submitted")],
            ),
            (
                "bendahara",
                give_back,
                "koperasi.fundraising",
                [("state", "=", "failed"), ("savings_ids", "any", [("balance", ">", 0)])],
            ),
            (
                "pengawas",
                log,
                "koperasi.audit.log",
                [("create_date", ">=", fields.Date.to_string(date_utils.subtract(today, days=30)))],
            ),
        ]

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

    # === FOUR PICTURES === #

    @api.model
    def _pictures(self, company):
        return [
            self._picture_savings(company),
            self._picture_loans(company),
            self._picture_cash(company),
            self._picture_dues(company),
        ]

    def _picture(self, company, title, kind, parts, action, total=None, note=""):
        """:param parts: {label: amount in the currency}
        :param total: what the list of `action` sums to; default all parts
        """
        return {
            "title": title,
            "kind": kind,
            "labels": list(parts),
            "values": list(parts.values()),
            "texts": [company._koperasi_amount(value) for value in parts.values()],
            "total": company._koperasi_amount(sum(parts.values()) if total is None else total),
            "note": note,
            "action": action,
        }

    def _picture_savings(self, company):
        domain = [("company_id", "=", company.id)]
        groups = self.env["koperasi.balance.report"]._read_group(domain, ["product_id"], ["balance:sum"])
        title = self.env._("Savings and Money Held")
        return self._picture(
            company,
            title,
            "doughnut",
            {product.name: amount for product, amount in groups if amount},
            self._list(title, "koperasi.balance.report", domain, "list,pivot,graph"),
        )

    def _picture_loans(self, company):
        domain = [("company_id", "=", company.id)]
        bands = self._quality(company)
        title = self.env._("Loans")
        return self._picture(
            company,
            title,
            "bar",
            {band.name: amount for band, amount in bands},
            self._list(title, "koperasi.collectibility", domain, "list,pivot,graph"),
            note=self.env._("Non-performing: %s", self._bad_share(bands)),
        )

    def _quality(self, company):
        """:return: [(koperasi.collectibility.band, principal left of its loans)], the best first"""
        groups = company.env["koperasi.collectibility"]._read_group(
            [("company_id", "=", company.id)], ["band_id"], ["outstanding:sum"]
        )
        return sorted(groups, key=lambda group: group[0].days_from)

    def _bad_share(self, bands):
        """`8,1 %`"""
        total = sum(amount for _band, amount in bands)
        bad = sum(amount for band, amount in bands if band.non_performing)
        return self._percent(bad, total)

    def _percent(self, part, total):
        return f"{100 * part / total:.1f} %".replace(".", ",") if total else "-"

    def _picture_cash(self, company):
        domain = [("company_id", "=", company.id)]
        rows = self.env["koperasi.cash.report"].search(domain)
        title = self.env._("Cash and Bank")
        return self._picture(
            company,
            title,
            "bar",
            {row.name: row.balance for row in rows if row.balance},
            self._list(title, "koperasi.cash.report", domain, "list"),
        )

    def _picture_dues(self, company):
        """What came in this month for mandatory savings, beside one month's dues of all who owe them."""
        month = date_utils.start_of(fields.Date.context_today(self), "month")
        domain = [
            ("company_id", "=", company.id),
            ("savings_id.savings_class", "=", "wajib"),
            ("date", ">=", month),
            ("date", "<=", date_utils.end_of(month, "month")),
        ]
        [[received]] = self.env["koperasi.transaction.line"]._read_group(domain, aggregates=["amount:sum"])
        accounts = self.env["koperasi.savings.account"].search(
            [
                ("company_id", "=", company.id),
                ("savings_class", "=", "wajib"),
                ("state", "=", "open"),
                ("member_id.state", "=", "active"),
            ]
        )
        positions = accounts._dues_position(until=date_utils.end_of(month, "month")).values()
        expected = company._from_units(
            sum(row.owed for position in positions for row in position.months if row.month == month)
        )
        title = self.env._("Dues of This Month")
        return self._picture(
            company,
            title,
            "doughnut",
            {
                self.env._("Received"): received or 0,
                self.env._("Still Expected"): max(expected - (received or 0), 0),
            },
            self._list(title, "koperasi.transaction.line", domain),
            total=received or 0,
            note=self.env._("Expected: %s", company._koperasi_amount(expected)),
        )

    # === THE KELURAHAN'S BOARD: sums of whole cooperatives, never a person === #

    def _board_row(self, company):
        """What is shown of the last month end, added up: of whole cooperatives as of their parts.

        :param company: with the system's rights, checked by the caller
        """
        figures = self.env["koperasi.published.figure"]._of(company, fields.Date.context_today(self))
        figures = figures.filtered(lambda figure: figure.date == figures[0].date)
        of = {
            subject: figures.filtered(lambda figure, subject=subject: figure.subject == subject)
            for subject in ("members", "savings", "purpose", "quality")
        }

        def money(subject):
            return company._koperasi_amount(sum(of[subject].mapped("amount"))) if of[subject] else "-"

        return {
            "id": company.id,
            "name": company.name,
            "date": format_date(self.env, figures[0].date) if figures else "-",
            "members": str(sum(of["members"].mapped("members"))) if of["members"] else f"< {SMALL_CELL}",
            "savings": money("savings"),
            "loans": money("purpose"),
            "bad": self._percent(*(sum(of["quality"].mapped(name)) for name in ("bad_amount", "amount"))),
            "areas": [
                {"name": ", ".join(figure._areas().mapped("name")), "members": str(figure.members)}
                for figure in of["members"].sorted(lambda figure: figure._areas().mapped("code"))
            ],
        }
