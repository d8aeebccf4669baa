from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..reports.paper import Head, book

KINDS = [
    ("all", "The Whole Book"),
    ("members", "Members on That Day"),
    ("left", "Who Had Left by Then"),
]
ROLES = ("bendahara", "sekretaris", "ketua", "pengawas")


class KoperasiMemberRegister(models.TransientModel):
    """The register of members, as the law wants it (UU 25/1992 art. 17; docs/domain.md 6.1, book 1), for any day.

    One row for each membership: who left and came back stands in it twice, under two numbers. A candidate is not in it
    yet.
    """

    _name = "koperasi.member.register"
    _description = "Register of Members"
    _inherit = ["koperasi.download"]

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    kind = fields.Selection(KINDS, "Who", required=True, default="all")
    date = fields.Date("As Of", required=True, default=fields.Date.context_today)
    rw_ids = fields.Many2many(
        "koperasi.rw", string="RW", domain="[('company_id', '=', company_id)]", help="Empty: all."
    )
    member_ids = fields.Many2many(
        "koperasi.member", string="Members", default=lambda self: self._default_members(), help="Empty: all."
    )
    file_type = fields.Selection([("pdf", "PDF"), ("xlsx", "XLSX")], required=True, default="pdf")

    @api.model
    def _default_members(self):
        """Those ticked in the list of members."""
        context = self.env.context
        return context.get("active_ids") if context.get("active_model") == "koperasi.member" else False

    def action_print(self):
        self.ensure_one()
        self.company_id._koperasi_check_role(*ROLES)
        if not self._periods():
            raise UserError(
                self.env._("Nobody stands in the register for this choice. Candidates are not members yet.")
            )
        return self._action_download()

    def _download(self):
        self.ensure_one()
        day = format_date(self.env, self.date, date_format="yyyy-MM-dd")
        name = f"{self.env._('Register of Members')} {day}.{self.file_type}"
        if self.file_type == "xlsx":
            heads = [(": ".join(filter(None, (head.group, head.label))), size) for head, size in self._heads()]
            return name, self._xlsx(f"{self.company_id.name}, {self._subtitle()}", heads, self._lines())
        return name, self._pdf()

    def _pdf(self):
        company = self.company_id
        title, law = self.env._("Register of Members"), self.env._("Act 25/1992 on Cooperatives, art. 17")
        return book(
            company.name,
            self._letterhead(),
            (title, self._subtitle(), law),
            [head for head, _size in self._heads()],
            (
                [format_date(self.env, value) if isinstance(value, date) else value or "" for value in line]
                for line in self._lines()
            ),
            self._signatures(),
            self._foot,
        )

    def _foot(self, number, count):
        return self.env._(
            "%(cooperative)s, Register of Members, page %(number)s of %(count)s",
            cooperative=self.company_id.name,
            number=number,
            count=count,
        )

    def _letterhead(self):
        company = self.company_id
        phone = company.phone and f"Telp. {company.phone}"
        return " ".join(filter(None, (company.street, company.city, phone)))

    # === WHAT STANDS IN IT === #

    def _subtitle(self):
        """`Members on That Day, 24/11/2026, RW 05`"""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return ", ".join([kinds[self.kind], format_date(self.env, self.date), *self.rw_ids.mapped("name")])

    def _periods(self):
        """:return: koperasi.membership.period that stand in the book on that day, in the order they began"""
        gone = Domain("date_to", "<=", self.date)
        domain = Domain([("company_id", "=", self.company_id.id), ("date_from", "<=", self.date)])
        domain &= {"all": Domain.TRUE, "members": ~gone | Domain("date_to", "=", False), "left": gone}[self.kind]
        if self.rw_ids:
            domain &= Domain("member_id.rw_id", "in", self.rw_ids.ids)
        if self.member_ids:
            domain &= Domain("member_id", "in", self.member_ids.ids)
        return self.env["koperasi.membership.period"].search(domain, order="date_from, number")

    def _rows(self):
        """The rows of the book, with the reader's own rights; what happened after the day is not told.

        :return: [{number, name, nik (masked), birth, sex, occupation, address, date_from, date_requested, date_to,
            reason}], dates as dates or False, all else as texts
        """
        self.ensure_one()
        self.company_id._koperasi_check_role(*ROLES)
        kinds = dict(self.env["koperasi.member.exit"]._fields["kind"]._description_selection(self.env))
        sexes = dict(self.env["koperasi.member"]._fields["sex"]._description_selection(self.env))
        rows = []
        for period in self._periods():
            member, leaving = period.member_id, period.exit_id
            gone = bool(period.date_to and period.date_to <= self.date)
            asked = leaving.date_requested if leaving.date_requested and leaving.date_requested <= self.date else False
            rows.append(
                {
                    "number": period.number,
                    "name": member.name or "",
                    "nik": member.nik_masked or "",
                    "birth": ", ".join(
                        filter(
                            None,
                            (member.birth_place, member.birth_date and format_date(self.env, member.birth_date)),
                        )
                    ),
                    "sex": (sexes.get(member.sex) or "")[:1],
                    "occupation": member.occupation or "",
                    "address": self._address(member),
                    "date_from": period.date_from,
                    "date_requested": asked if gone else False,
                    "date_to": period.date_to if gone else False,
                    "reason": ": ".join(filter(None, (kinds.get(leaving.kind), leaving.reason))) if gone else "",
                }
            )
        return rows

    def _address(self, member):
        """`Jl. Melati 3, RT 02 / RW 05`"""
        area = f"RT {member.rt} / RW {member.rw_id.code}" if member.rt else f"RW {member.rw_id.code}"
        return ", ".join(filter(None, (member.street, area)))

    def _heads(self):
        """:return: [(Head on paper, width of the sheet's column in characters)]"""
        left = self.env._("Left")
        chair = self.env._("Signature of the Chair, Date")
        return (
            (Head(self.env._("No."), 9, True), 6),
            (Head(self.env._("Number"), 17, True), 13),
            (Head(self.env._("Full Name, NIK"), 31), 36),
            (Head(self.env._("Place and Date of Birth"), 22), 26),
            (Head(self.env._("M/F"), 8, True), 6),
            (Head(self.env._("Occupation"), 20), 18),
            (Head(self.env._("Address"), 31), 34),
            (Head(self.env._("Member Since"), 17, True), 13),
            (Head(self.env._("Left Thumbprint"), 20), 13),
            (Head(self.env._("Signature of the Member"), 21), 16),
            (Head(chair, 21), 16),
            (Head(self.env._("Asked On"), 17, True, left), 13),
            (Head(self.env._("Left or Dismissed On"), 18, True, left), 13),
            (Head(self.env._("Reason"), 24, False, left), 28),
            (Head(chair, 21, False, left), 16),
        )

    def _lines(self):
        """The rows as they stand on paper: texts and dates."""
        for number, row in enumerate(self._rows(), 1):
            person = "\n".join(filter(None, (row["name"], row["nik"])))
            told = (row[name] for name in ("birth", "sex", "occupation", "address", "date_from"))
            ended = (row[name] for name in ("date_requested", "date_to", "reason"))
            yield (str(number), row["number"], person, *told, "", "", "", *ended, "")

    def _signatures(self):
        """:return: [(office, name)] of that day; dots where the office is vacant"""
        officers = self.env["koperasi.officer"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("role", "in", ("sekretaris", "ketua")),
                *self.env["koperasi.officer"]._domain_in_force(self.date),
            ],
            order="date_from desc, id desc",  # who has been it longest has the last word
        )
        names = {officer.role: officer.sudo().user_id.name for officer in officers}
        offices = {"sekretaris": self.env._("Secretary"), "ketua": self.env._("Chair")}
        return [(office, names.get(role) or "." * 24) for role, office in offices.items()]
