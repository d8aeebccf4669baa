import re
from dataclasses import dataclass, field

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import format_date

from ..kernel import nik as nik_kernel
from .koperasi_member import MEMBER_STATES
from .spreadsheet import Column, Fault, Sheet

MEMBERS = "members"
HEIR = ("heir_relation", "heir_nik", "heir_phone")
PHONE = re.compile(r"0[0-9]{8,13}")


@dataclass
class FoundMembers:
    """What a sheet says: rows of people who are not in the register yet, and all that can't be right."""

    new: list = field(default_factory=list)
    known_count: int = 0
    faults: list = field(default_factory=list)


class KoperasiMemberReader(models.AbstractModel):
    """The sheet by which members are brought in: the template, and what is wrong in a filled-in one.

    A person is known by her NIK, else by her number in the old books; each row needs one of them. So a sheet that is
    brought in again, changed or not, adds nobody twice.
    """

    _name = "koperasi.member.reader"
    _description = "Sheet of Members"

    # === THE TEMPLATE === #

    @api.model
    def _template(self, company):
        guide = (
            self.env._("Members of %s", company.name),
            self.env._("1. One row for each member. Columns in dark green are needed, the others help."),
            self.env._(
                "2. Each row needs the NIK or the number in the old books: by it a person is known again, and never "
                "brought in twice."
            ),
            self.env._(
                "3. Date of birth and sex are compared with the NIK. If her card really says otherwise, put x in the "
                "column “Card Says So”."
            ),
            self.env._(
                "4. Who is in the register already is left as she is. Nothing is brought in while one cell can't be "
                "right."
            ),
            self.env._(
                "5. They begin as candidates. Opening balances, or approval and share capital, make them members."
            ),
            self.env._(
                "The grey row is an example: leave it. Add rows at the end, and leave the first, hidden row alone."
            ),
        )
        return self.env["koperasi.spreadsheet"]._write(self._sheets(company), guide)

    def _sheets(self, company):
        return (Sheet(MEMBERS, self.env._("Members"), self._columns(company)),)

    def _columns(self, company):
        sexes, marital, relations = (
            tuple(self._labels(*place))
            for place in (
                ("koperasi.member", "sex"),
                ("koperasi.member", "marital_status"),
                ("koperasi.member.heir", "relation"),
            )
        )
        return (
            Column("name", self.env._("Full Name"), required=True, example="Siti Aminah"),
            Column("old_number", self.env._("Number in the Old Books"), "digits", example="17"),
            Column("nik", self.env._("NIK"), "digits", example="3275034508850001"),
            Column("rw", self.env._("RW"), "digits", required=True, example="05"),
            Column("rt", self.env._("RT"), "digits", example="03"),
            Column("date_joined", self.env._("Joined On"), "date", required=True, example="12/01/2026"),
            Column("sex", self.env._("Sex"), example=sexes[0], choices=sexes),
            Column("birth_place", self.env._("Place of Birth"), example="Bekasi"),
            Column("birth_date", self.env._("Date of Birth"), "date", example="05/08/1985"),
            Column("confirmed", self.env._("Card Says So (x)"), choices=("x",)),
            Column("street", self.env._("Address"), example="Jl. Melati 3"),
            Column("phone", self.env._("Telephone or WhatsApp"), "digits", example="081234567890"),
            Column("group", self.env._("Group"), choices=tuple(self._groups(company).mapped("name"))),
            Column("kk", self.env._("Family Card (KK)"), "digits"),
            Column("occupation", self.env._("Occupation"), example="Penjahit"),
            Column("education", self.env._("Education"), example="SMA"),
            Column("marital_status", self.env._("Marital Status"), example=marital[1], choices=marital),
            Column("pkk_position", self.env._("PKK Position")),
            Column("heir_name", self.env._("Name of the Heir"), example="Ahmad"),
            Column("heir_relation", self.env._("Relation of the Heir"), example=relations[0], choices=relations),
            Column("heir_nik", self.env._("NIK of the Heir"), "digits"),
            Column("heir_phone", self.env._("Telephone of the Heir"), "digits"),
        )

    def _labels(self, model, name):
        """:return: {label: stored value}"""
        return {label: value for value, label in self.env[model]._fields[name]._description_selection(self.env)}

    def _groups(self, company):
        return self.env["koperasi.group"].sudo().search([("company_id", "=", company.id)])

    # === READING === #

    @api.model
    def _read(self, content, company):
        """:param content: the file, as bytes
        :return: FoundMembers; with faults, its rows may be incomplete
        """
        reader = self.sudo()
        rows, faults = self.env["koperasi.spreadsheet"]._read(content, reader._sheets(company), company)
        found = FoundMembers(faults=faults)
        unreadable = {(fault.row, fault.column) for fault in faults}
        known = reader._known(company)
        for row in rows[MEMBERS]:
            problems = []
            reader._check_row(row, known, problems)
            found.faults += [
                Fault(MEMBERS, row["row"], column, text)
                for column, text in problems
                if (row["row"], column) not in unreadable
            ]
            if row["member"]:
                found.known_count += 1
            else:
                found.new.append(row)
        if not rows[MEMBERS] and not faults:
            found.faults.append(Fault(MEMBERS, 4, "name", self.env._("There is nobody in this sheet.")))
        found.faults.sort(key=lambda fault: fault.row)
        return found

    def _known(self, company):
        """What the rows are looked up in, read once."""
        members = self.env["koperasi.member"].search_fetch(
            [("company_id", "=", company.id)], ["old_number", "name", "number", "state"]
        )
        niks = dict(zip(members, members.sudo().mapped("nik")))
        return {
            "today": fields.Date.context_today(self),
            "rws": {
                rw.code.lstrip("0"): rw for rw in self.env["koperasi.rw"].search([("company_id", "=", company.id)])
            },
            "groups": {group.name.casefold(): group for group in self._groups(company)},
            "nik_of": niks,
            "by_nik": {nik: member for member, nik in niks.items() if nik},
            "by_old_number": {member.old_number: member for member in members if member.old_number},
            "labels": {
                "sex": self._labels("koperasi.member", "sex"),
                "marital_status": self._labels("koperasi.member", "marital_status"),
                "heir_relation": self._labels("koperasi.member.heir", "relation"),
            },
            "seen": {},
        }

    def _check_row(self, row, known, problems):
        said = self._check_nik(row, known, problems)
        row["member"] = self._find_member(row, known, problems)
        self._check_stands_once(row, known, problems)
        self._check_place(row, known, problems)
        for name in ("sex", "marital_status", "heir_relation"):
            self._check_choice(row, name, known["labels"][name], problems)
        self._check_dates(row, known["today"], problems)
        if said:
            self._check_says_nik(row, said, problems)
        for name in ("phone", "heir_phone"):
            self._check_phone(row, name, problems)
        if row["kk"] and not re.fullmatch("[0-9]{16}", row["kk"]):
            problems.append(("kk", self.env._("The number of the family card has 16 digits.")))
        self._check_heir(row, known["today"], problems)

    def _check_nik(self, row, known, problems):
        """:return: kernel Nik, what her NIK says; None without a right one"""
        row["nik"] = row["nik"] and re.sub(r"[\s.]", "", row["nik"])
        if not row["nik"]:
            if not row["old_number"]:
                problems.append(("nik", self.env._("Write the NIK, or the number in the old books.")))
            return None
        try:
            return nik_kernel.parse(row["nik"], known["today"])
        except ValueError as error:
            problems.append(("nik", self.env["koperasi.member"]._nik_reason(error)))
            return None

    def _find_member(self, row, known, problems):
        """Who of the register this is; somebody else of the same NIK or old number is a fault."""
        for name, index in (("nik", "by_nik"), ("old_number", "by_old_number")):
            member = row[name] and known[index].get(row[name])
            if not member:
                continue
            if name == "old_number" and row["nik"] and known["nik_of"][member] not in (False, row["nik"]):
                problems.append((name, self.env._("%s has this old number, and another NIK.", member.display_name)))
            elif self._plain(member.name) != self._plain(row["name"]):
                problems.append(
                    (name, self.env._("In the register it is %s. Is it the same person?", member.display_name))
                )
            elif member.state not in MEMBER_STATES:
                problems.append(
                    (name, self.env._("%s left: open her and let her join again.", member.display_name))
                )
            return member
        return None

    def _check_stands_once(self, row, known, problems):
        keys = [(name, row[name]) for name in ("nik", "old_number") if row[name]]
        person = ("name", self._plain(row["name"]), row["birth_date"], row["rw"], row["rt"])
        for key in keys + [person] * bool(row["name"] and row["birth_date"]):
            first = known["seen"].setdefault(key, row["row"])
            if first == row["row"]:
                continue
            texts = {
                "nik": self.env._("The same NIK stands in row %s.", first),
                "old_number": self.env._("The same old number stands in row %s.", first),
                "name": self.env._("The same person stands in row %s: name, date of birth, RW and RT.", first),
            }
            problems.append((key[0], texts[key[0]]))
            return

    def _check_place(self, row, known, problems):
        row["rw_id"] = row["rw"] and known["rws"].get(re.sub(r"(?i)^rw", "", row["rw"]).strip().lstrip("0"))
        if row["rw"] and not row["rw_id"]:
            problems.append(("rw", self.env._("There is no RW %s in this cooperative.", row["rw"])))
        row["rt"] = row["rt"] and re.sub(r"(?i)^rt", "", row["rt"]).strip()
        if row["rt"] and not re.fullmatch("[0-9]{1,3}", row["rt"]):
            problems.append(("rt", self.env._("An RT is a number, for example 03.")))
        row["rt"] = row["rt"] and row["rt"].zfill(2)
        row["group_id"] = row["group"] and known["groups"].get(row["group"].casefold())
        if row["group"] and not row["group_id"]:
            problems.append(("group", self.env._("There is no group “%s”: make it first.", row["group"])))

    def _check_choice(self, row, name, labels, problems):
        """Put the stored value in place of what was written: a label, the beginning of one, or the value itself."""
        text = (row[name] or "").casefold()
        if not text:
            return
        chosen = [
            value for label, value in labels.items() if text == value or label.casefold().startswith(text)
        ]
        if len(chosen) == 1:
            row[name] = chosen[0]
        else:
            row[name] = None
            problems.append((name, self.env._("Choose one of: %s.", ", ".join(labels))))

    def _check_dates(self, row, today, problems):
        texts = {
            "date_joined": self.env._("She can't join on a day to come."),
            "birth_date": self.env._("She can't be born on a day to come."),
        }
        for name, text in texts.items():
            if row[name] and row[name] > today:
                problems.append((name, text))
                return
        if row["birth_date"] and row["date_joined"] and row["birth_date"] >= row["date_joined"]:
            problems.append(("date_joined", self.env._("She can't join before she is born.")))

    def _check_says_nik(self, row, said, problems):
        """Cards with errors exist (docs/domain.md 6.4): who looked at the card says so in the row."""
        if (row["confirmed"] or "").casefold() == "x":
            return
        if row["birth_date"] and row["birth_date"] != said.birth_date:
            problems.append(
                (
                    "birth_date",
                    self.env._(
                        "By the NIK she was born on %s. If her card says otherwise, put x under “Card Says So”.",
                        format_date(self.env, said.birth_date),
                    ),
                )
            )
        if row["sex"] and row["sex"] != said.sex:
            problems.append(
                ("sex", self.env._("The NIK says otherwise. If her card is so, put x under “Card Says So”."))
            )
        row["birth_date"] = row["birth_date"] or said.birth_date
        row["sex"] = row["sex"] or said.sex

    def _check_phone(self, row, name, problems):
        """`0812 3456-7890`, `+62 812...` and a number whose first 0 the sheet swallowed become `081234567890`."""
        if not row[name]:
            return
        digits = re.sub(r"[\s().-]", "", row[name])
        digits = re.sub(r"^(\+?62|(?=8))", "0", digits)
        if PHONE.fullmatch(digits):
            row[name] = digits
        else:
            problems.append((name, self.env._("A telephone number looks like 081234567890.")))

    def _check_heir(self, row, today, problems):
        if not row["heir_name"]:
            if any(row[name] for name in HEIR):
                problems.append(("heir_name", self.env._("Write the name of the heir too.")))
            return
        if row["heir_nik"]:
            row["heir_nik"] = re.sub(r"[\s.]", "", row["heir_nik"])
            try:
                nik_kernel.parse(row["heir_nik"], today, youngest=0)
            except ValueError as error:
                problems.append(("heir_nik", self.env["koperasi.member"]._nik_reason(error)))

    def _plain(self, name):
        return " ".join((name or "").split()).casefold()

    # === MADE MEMBERS === #

    @api.model
    def _create(self, rows, company):
        """Make candidates of rows without faults, with the rights of who asks.

        :return: koperasi.member, in the order of the rows
        """
        partners = self.env["res.partner"].create(
            [
                {"name": " ".join(row["name"].split()), "street": row["street"], "phone": row["phone"]}
                for row in rows
            ]
        )
        same = (
            "old_number",
            "rt",
            "date_joined",
            "sex",
            "birth_place",
            "birth_date",
            "occupation",
            "education",
            "marital_status",
            "pkk_position",
        )
        return self.env["koperasi.member"].create(
            [
                {
                    **{name: row[name] or False for name in same},
                    "nik_entry": row["nik"],
                    "kk_entry": row["kk"],
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "rw_id": row["rw_id"].id,
                    "group_id": row["group_id"].id if row["group_id"] else False,
                    "heir_ids": self._heirs(row),
                }
                for row, partner in zip(rows, partners)
            ]
        )

    def _heirs(self, row):
        if not row["heir_name"]:
            return []
        vals = {"name": row["heir_name"], "nik_entry": row["heir_nik"], "phone": row["heir_phone"]}
        return [Command.create({**vals, "relation": row["heir_relation"] or "other"})]
