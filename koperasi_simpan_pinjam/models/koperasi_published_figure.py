from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import NO_ACCESS, Domain
from odoo.tools import date_utils

from ..kernel.disclosure import Figure, merge_small, publish

SUBJECTS = [
    ("members", "Members"),
    ("savings", "Savings by Class"),
    ("purpose", "Loans by Purpose"),
    ("quality", "Loans by Quality"),
]
MONTHS = 12  # so many month ends are shown
LOANS = ("purpose", "quality")  # two views of the same loans


class KoperasiPublishedFigure(models.Model):
    """A figure of a month end as the kelurahan sees it. Made once, and kept: the same day always shows the same.

    What each person is in it is stored beside it and read by nobody: the figures of later month ends are compared with
    it (kernel/disclosure.py), so that two of them never tell of fewer than three persons.
    """

    _name = "koperasi.published.figure"
    _description = "Figure Shown to the Kelurahan"
    _order = "date desc, company_id, id"
    _rec_name = "date"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade", index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date("Last Day of the Month", required=True, readonly=True, index=True)
    figure_date = fields.Date(
        "Figure Of",
        required=True,
        readonly=True,
        help="Earlier than the month end as long as fewer than three persons changed.",
    )
    subject = fields.Selection(SUBJECTS, required=True, readonly=True)
    members = fields.Integer(readonly=True)
    amount = fields.Monetary(readonly=True)
    bad_amount = fields.Monetary("Of It Non-performing", readonly=True)
    keys = fields.Json(required=True, readonly=True, groups=NO_ACCESS)  # [[subject, id of the RW, kind]]
    parts = fields.Json(required=True, readonly=True, groups=NO_ACCESS)  # {id of the member: [amount, non-performing]}

    @api.model
    def _of(self, company, today):
        """The figures of the last month ends of a cooperative up to `today`; those not made yet are made, in order."""
        until = date_utils.start_of(today, "month") - relativedelta(days=1)
        since = date_utils.end_of(until - relativedelta(months=MONTHS - 1), "month")
        figures = self.sudo()
        if not figures.search_count([("company_id", "=", company.id), ("date", ">=", until)], limit=1):
            company.sudo()._claim()  # two who look at once make them once
            newest = figures.search([("company_id", "=", company.id)], limit=1).date
            day = max(since, date_utils.end_of(newest + relativedelta(days=1), "month")) if newest else since
            while day <= until:
                figures._publish(company.sudo(), day)
                day = date_utils.end_of(day + relativedelta(days=1), "month")
        return figures.search([("company_id", "=", company.id), ("date", ">=", since), ("date", "<=", until)])

    def _publish(self, company, day):
        """Make the figures of one month end, beside all that were shown in the two years before."""
        earlier = defaultdict(list)
        domain = [("company_id", "=", company.id), ("date", "<", day), ("date", ">=", day - relativedelta(months=24))]
        for row in self.search(domain, order="date, id"):
            earlier[row.date].append(row)
        shown = [[row._figure() for row in rows] for rows in earlier.values()]
        last = list(earlier.values())[-1] if earlier else []
        same = {figure.keys: row for row, figure in zip(last, shown[-1] if shown else ())}
        now = self._facts(company, day)
        values = []
        for figure, is_new in publish(now, self._groups(now), shown, self._together):
            row = same[figure.keys] if not is_new else None
            totals = [sum(part[place] for part in figure.parts.values()) for place in (0, 1)]
            values.append(
                {
                    "company_id": company.id,
                    "date": day,
                    "figure_date": day if is_new else row.figure_date,
                    "subject": next(iter(figure.keys))[0],
                    "members": len(figure.parts),
                    "amount": company._from_units(totals[0]),
                    "bad_amount": company._from_units(totals[1]),
                    "keys": sorted(map(list, figure.keys)),
                    "parts": {str(member): list(part) for member, part in figure.parts.items()},
                }
            )
        self.create(values)

    def _figure(self):
        return Figure(
            frozenset(map(tuple, self.keys)), {int(member): tuple(part) for member, part in self.parts.items()}
        )

    @staticmethod
    def _together(key):
        """Both views of the loans of an RW become new at once, so that the total of one is that of the other."""
        subject, area, _kind = key
        return (LOANS, area) if subject in LOANS else key

    def _groups(self, now):
        """Put small areas together, then within each the small kinds.

        :param now: {(subject, area, kind): {member: amounts}}
        :return: [keys that are shown together]
        """
        groups = []
        for subject, _label in SUBJECTS:
            by_area = defaultdict(set)
            for key, parts in now.items():
                if key[0] == subject:
                    by_area[key[1]] |= parts.keys()
            for areas in merge_small(dict(sorted(by_area.items()))) or ():
                by_kind = defaultdict(set)
                for key, parts in now.items():
                    if key[0] == subject and key[1] in areas:
                        by_kind[key[2]] |= parts.keys()
                for kinds in merge_small(by_kind) or ():
                    keys = [(subject, area, kind) for area in areas for kind in kinds]
                    groups.append([key for key in keys if key in now])
        return groups

    # === THE FACTS OF A DAY: with the system's rights, whose they are was checked by the caller === #

    def _facts(self, company, day):
        """:return: {(subject, id of the RW, kind): {id of the member: (money units, of it non-performing)}}"""
        facts = defaultdict(lambda: defaultdict(lambda: (0, 0)))

        def add(subject, area, kind, member, amount=0, bad=0):
            old = facts[subject, area.id, kind][member.id]
            facts[subject, area.id, kind][member.id] = (old[0] + amount, old[1] + bad)

        for member in self._members_on(company, day):
            add("members", member.rw_id, "", member)
        balances = company.env["koperasi.balance.report"].with_context(koperasi_as_of=fields.Date.to_string(day))
        balances.invalidate_model()  # what was read of another day is in the cache under the same ids
        for row in balances.search(
            [("company_id", "=", company.id), ("member_id", "!=", False), ("balance", "!=", 0)]
        ):
            add("savings", row.rw_id, row.product_id.savings_class, row.member_id, company._to_units(row.balance))
        for row in company.env["koperasi.collectibility"]._as_of(company, day):
            units = company._to_units(row.outstanding)
            for subject, kind in (("purpose", row.loan_id.purpose), ("quality", row.band_id.id)):
                add(subject, row.rw_id, kind, row.member_id, units, units if row.non_performing else 0)
        return facts

    def _members_on(self, company, day):
        """Who was a member at the end of `day`, whatever she is today."""
        periods = company.env["koperasi.membership.period"].search(
            Domain("company_id", "=", company.id)
            & Domain("date_from", "<=", day)
            & (Domain("date_to", "=", False) | Domain("date_to", ">", day))
        )
        return periods.member_id

    # === THE WORDS === #

    def _labels(self):
        """:return: (area, kind) of a figure in the reader's language"""
        self.ensure_one()
        areas = self._areas()
        names = ", ".join(areas.mapped("name"))
        kinds = [self._kind(kind) for kind in dict.fromkeys(key[2] for key in self.sudo().keys)]
        return (
            names if len(areas) == 1 else self.env._("Areas together: %s", names),
            " + ".join(kinds),
        )

    def _areas(self):
        areas = {key[1] for key in self.sudo().keys if key[1]}
        return self.env["koperasi.rw"].sudo().browse(areas).sorted("code")

    def _kind(self, kind):
        def choice(model, field):
            return dict(self.env[model]._fields[field]._description_selection(self.env))

        return {
            "members": lambda: choice(self._name, "subject")["members"],
            "savings": lambda: choice("koperasi.savings.product", "savings_class")[kind],
            "purpose": lambda: choice("koperasi.loan", "purpose")[kind],
            "quality": lambda: self.env["koperasi.collectibility.band"].sudo().browse(kind).exists().name or "-",
        }[self.subject]()
