from collections import defaultdict

from odoo import api, fields, models

from ..kernel.disclosure import merge_small
from ..models.koperasi_member import MEMBER_STATES

SUBJECTS = [
    ("members", "Members"),
    ("savings", "Savings by Class"),
    ("purpose", "Loans by Purpose"),
    ("quality", "Loans by Quality"),
]


class KoperasiMonitor(models.TransientModel):
    """What the kelurahan sees of the cooperatives it watches: sums of at least three persons, and nobody behind them.

    Rows of the day, made anew each time they are asked for: nothing leads from them to a member.
    """

    _name = "koperasi.monitor"
    _description = "Figures for the Kelurahan"
    _inherit = ["koperasi.download"]
    _transient_max_hours = 2

    date = fields.Date(required=True, readonly=True, default=fields.Date.context_today)
    row_ids = fields.One2many("koperasi.monitor.row", "monitor_id", readonly=True)

    @api.model
    def action_open(self):
        """The figures of all cooperatives that the person watches, as a pivot, graph or list."""
        companies = self.env.user._koperasi_companies("pemantau")
        if not companies:
            self.env.company._koperasi_check_role("pemantau")
        monitor = self.create({})
        values = [
            {"monitor_id": monitor.id, **row} for company in companies.sudo() for row in monitor._company_rows(company)
        ]
        self.env["koperasi.monitor.row"].sudo().create(values)
        title = self.env._("Figures of the Cooperatives")
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "koperasi.monitor.row",
            "view_mode": "pivot,graph,list",
            "domain": [("monitor_id", "=", monitor.id)],
            "context": {"search_default_savings": 1, "monitor_id": monitor.id},
        }

    # === THE SUMS: with the system's rights, whose they are was checked by the caller === #

    @api.model
    def _company_rows(self, company):
        """:return: [values of koperasi.monitor.row] of one cooperative; none where it has fewer than three members"""
        labels = dict(self.env["koperasi.monitor.row"]._fields["subject"]._description_selection(self.env))
        rows = []
        for subject, facts in (
            ("members", self._member_facts(company)),
            ("savings", self._savings_facts(company)),
            ("purpose", self._loan_facts(company, "purpose")),
            ("quality", self._loan_facts(company, "quality")),
        ):
            for area, category, people, amount, bad in self._grouped(facts):
                rows.append(
                    {
                        "company_name": company.name,
                        "currency_id": company.currency_id.id,
                        "subject": subject,
                        "area": area,
                        "category": category or labels[subject],
                        "members": len(people),
                        "amount": amount,
                        "bad_amount": bad,
                    }
                )
        return rows

    def _grouped(self, facts):
        """Put small areas together, then within each the small categories.

        :param facts: [(area, category, member id, amount, of it non-performing)]
        :return: [(area, category, member ids, amount, non-performing)]
        """
        by_area = defaultdict(set)
        for area, _category, member, _amount, _bad in facts:
            by_area[area].add(member)
        for areas in merge_small(dict(sorted(by_area.items()))) or ():
            inside = [fact for fact in facts if fact[0] in areas]
            by_category = defaultdict(set)
            for fact in inside:
                by_category[fact[1]].add(fact[2])
            for categories in merge_small(by_category) or ():
                own = [fact for fact in inside if fact[1] in categories]
                yield (
                    areas[0] if len(areas) == 1 else self.env._("Areas together: %s", ", ".join(areas)),
                    " + ".join(categories),
                    {fact[2] for fact in own},
                    sum(fact[3] for fact in own),
                    sum(fact[4] for fact in own),
                )

    def _member_facts(self, company):
        members = company.env["koperasi.member"].search_fetch(
            [("company_id", "=", company.id), ("state", "in", MEMBER_STATES[1:])], ["rw_id"]
        )
        return [(member.rw_id.name, "", member.id, 0, 0) for member in members]

    def _savings_facts(self, company):
        labels = dict(company.env["koperasi.savings.product"]._fields["savings_class"]._description_selection(self.env))
        rows = company.env["koperasi.balance.report"].search_fetch(
            [("company_id", "=", company.id), ("member_id", "!=", False), ("balance", "!=", 0)],
            ["rw_id", "member_id", "product_id", "balance"],
        )
        return [
            (row.rw_id.name, labels[row.product_id.savings_class], row.member_id.id, row.balance, 0) for row in rows
        ]

    def _loan_facts(self, company, subject):
        labels = dict(company.env["koperasi.loan"]._fields["purpose"]._description_selection(self.env))
        rows = company.env["koperasi.collectibility"].search_fetch(
            [("company_id", "=", company.id)],
            ["rw_id", "member_id", "band_id", "loan_id", "outstanding", "non_performing"],
        )
        return [
            (
                row.rw_id.name,
                labels[row.loan_id.purpose] if subject == "purpose" else row.band_id.with_env(self.env).sudo().name,
                row.member_id.id,
                row.outstanding,
                row.outstanding if row.non_performing else 0,
            )
            for row in rows
        ]

    # === THE SHEET === #

    def _download(self):
        selections = dict(self.env["koperasi.monitor.row"]._fields["subject"]._description_selection(self.env))
        heads = (
            (self.env._("Cooperative"), 28),
            (self.env._("Subject"), 18),
            (self.env._("Area"), 26),
            (self.env._("Kind"), 30),
            (self.env._("Members"), 10),
            (self.env._("Amount"), 16),
            (self.env._("Of It Non-performing"), 18),
        )
        rows = [
            (
                row.company_name,
                selections[row.subject],
                row.area,
                row.category,
                row.members,
                row.amount,
                row.bad_amount,
            )
            for row in self.row_ids
        ]
        title = self.env._("Figures of the Cooperatives")
        return f"{title} {self.date}.xlsx", self._xlsx(title, heads, rows)


class KoperasiMonitorRow(models.TransientModel):
    """One sum of at least three persons."""

    _name = "koperasi.monitor.row"
    _description = "Figure for the Kelurahan"
    _order = "company_name, subject, area, category, id"
    _transient_max_hours = 2

    monitor_id = fields.Many2one(
        "koperasi.monitor", "Page", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_name = fields.Char("Cooperative", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    subject = fields.Selection(SUBJECTS, readonly=True)
    area = fields.Char(readonly=True)
    category = fields.Char("Kind", readonly=True)
    members = fields.Integer(readonly=True)
    amount = fields.Monetary(readonly=True)
    bad_amount = fields.Monetary("Of It Non-performing", readonly=True)

    def action_xlsx(self):
        """All figures of the page, as a sheet."""
        monitor = self.monitor_id[:1] or self.env["koperasi.monitor"].browse(self.env.context.get("monitor_id"))
        monitor.check_access("read")
        return monitor._action_download()
