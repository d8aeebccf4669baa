import base64
import io
import logging
import time
from datetime import date

from openpyxl import load_workbook

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import TODAY, KoperasiCase

_logger = logging.getLogger(__name__)
NIK = "3275034508850001"  # docs/domain.md 6.4: a woman born on 5 August 1985
FIRST = 4  # row of the sheet


@tagged("post_install", "-at_install")
class TestMemberImport(KoperasiCase):
    """Members from a sheet: all faults at once, nothing until there is none, and nobody twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.melati = cls.env["koperasi.group"].create({"name": "Melati", "company_id": cls.company.id})

    @staticmethod
    def person(number, **changes):
        """Row `number` without faults: a woman born on 5 August 1985, with a NIK of her own."""
        return {
            "name": f"Anggota {number}",
            "nik": f"327503450885{number:04}",
            "rw": "05",
            "rt": "3",
            "date_joined": "12/01/2026",
            "sex": "F",
            "birth_date": "05/08/1985",
            "phone": "0812-3456-7890",
            **changes,
        }

    def sheet(self, people, user=None):
        sheet = self.as_user(user or self.sekretaris, self.env["koperasi.member.import"]).create(
            {"company_id": self.company.id}
        )
        return self.fill(sheet, people)

    def fill(self, sheet, people):
        """Write `people` into the template, as somebody would, and upload it."""
        book = load_workbook(io.BytesIO(base64.b64decode(sheet.template)))
        page = book.worksheets[-1]
        places = {cell.value.split(".")[1]: cell.column for cell in page[1]}
        for row, person in enumerate(people, FIRST):
            for name, value in person.items():
                page.cell(row, places[name]).value = value
        file = io.BytesIO()
        book.save(file)
        sheet.write({"file": base64.b64encode(file.getvalue()), "file_name": "anggota.xlsx"})
        return sheet

    def faults(self, *people):
        """{column of the first person at fault: reason}"""
        sheet = self.sheet(people)
        sheet.action_check()
        book = load_workbook(io.BytesIO(base64.b64decode(sheet.template)))
        names = {cell.column_letter: cell.value.split(".")[1] for cell in book.worksheets[-1][1]}
        return {names[fault.cell.rstrip("0123456789")]: fault.reason for fault in sheet.fault_ids}

    def members(self):
        return self.env["koperasi.member"].search([("company_id", "=", self.company.id)], order="id")

    def test_brought_in(self):
        sheet = self.sheet(
            [
                self.person(
                    1,
                    name="Siti  Aminah",
                    old_number="17",
                    street="Jl. Melati 3",
                    birth_place="Bekasi",
                    group="melati",
                    kk="3275031201100007",
                    occupation="Penjahit",
                    marital_status="Married",
                    heir_name="Ahmad",
                    heir_relation="Child",
                    heir_phone="+62 811 1111 1111",
                ),
                {"name": "Aminah", "old_number": 18, "rw": 5, "date_joined": date(2026, 2, 1), "phone": 81234567890},
            ]
        )
        sheet.action_check()
        self.assertEqual((sheet.state, sheet.new_count, sheet.known_count), ("checked", 2, 0))
        self.assertFalse(self.members())
        sheet.action_import()
        siti, aminah = self.members()
        self.assertEqual(
            (siti.number, siti.name, siti.state, siti.old_number, siti.nik, siti.kk),
            ("RW05-0001", "Siti Aminah", "candidate", "17", NIK, "3275031201100007"),
        )
        self.assertEqual((siti.rt, siti.phone, siti.street), ("03", "081234567890", "Jl. Melati 3"))
        self.assertEqual((siti.birth_date, siti.sex, siti.group_id), (date(1985, 8, 5), "female", self.melati))
        self.assertEqual((siti.date_joined, siti.marital_status), (date(2026, 1, 12), "married"))
        self.assertEqual(siti.registered_by_id, self.sekretaris)
        heir = siti.heir_ids
        self.assertEqual((heir.name, heir.relation, heir.phone), ("Ahmad", "child", "081111111111"))
        self.assertEqual(set(siti.savings_ids.mapped("savings_class")), {"pokok", "wajib", "sukarela"})
        self.assertEqual((aminah.old_number, aminah.phone, aminah.rw_id.code), ("18", "081234567890", "05"))
        self.assertEqual((sheet.state, sheet.member_ids), ("done", siti | aminah))
        self.assertFalse(sheet.file or sheet.sudo().marked_file, "whole NIK are not kept")

    def test_twice_adds_nobody(self):
        people = [self.person(1), self.person(2, nik="", old_number="44")]
        first, second = self.sheet(people), self.sheet(people)
        for sheet in (first, second):  # checked before any was brought in
            sheet.action_check()
            self.assertEqual(sheet.new_count, 2)
        for sheet in (first, second):
            sheet.action_import()
        self.assertEqual((len(self.members()), second.new_count, second.known_count), (2, 0, 2))
        with self.assertRaisesRegex(UserError, "brought in already"):
            first.action_import()
        with self.assertRaisesRegex(UserError, "brought in already"):
            self.fill(first, people)
        # With one more, and a telephone changed: she is added, the others stay as they are.
        third = self.sheet([self.person(1, phone="0899999999"), self.person(3)])
        third.action_check()
        self.assertEqual((third.state, third.new_count, third.known_count), ("checked", 1, 1))
        third.action_import()
        self.assertEqual(self.members().mapped("name"), ["Anggota 1", "Anggota 2", "Anggota 3"])
        self.assertEqual(self.members()[0].phone, "081234567890")

    def test_register_changed_since(self):
        """Between check and import somebody else took the NIK: the faults are shown, nobody is added."""
        sheet = self.sheet([self.person(1), self.person(2)])
        sheet.action_check()
        self.new_member("Dewi", user=self.sekretaris, nik_entry=NIK)
        sheet.action_import()
        self.assertEqual((sheet.state, sheet.fault_count, len(self.members())), ("draft", 1, 1))
        self.assertIn("In the register it is RW05-0001  Dewi", sheet.fault_ids.reason)
        with self.assertRaisesRegex(UserError, "Check the sheet first"):
            sheet.action_import()

    # === FAULTS, EACH KIND === #

    def test_faults_of_the_person(self):
        bad = self.person(1, name="", nik="327503450885000", rw="99", date_joined="31/11/2026", group="Mawar")
        self.assertEqual(
            self.faults({**bad, "rt": "tiga", "sex": "X", "phone": "12", "kk": "123", "marital_status": "?"}),
            {
                "name": "Fill in: Full Name.",
                "nik": "A NIK has 16 digits and nothing else.",
                "rw": "There is no RW 99 in this cooperative.",
                "rt": "An RT is a number, for example 03.",
                "date_joined": "“31/11/2026” is not a date. Write it as 31/10/2026.",
                "sex": "Choose one of: Female, Male.",
                "phone": "A telephone number looks like 081234567890.",
                "group": "There is no group “Mawar”: make it first.",
                "kk": "The number of the family card has 16 digits.",
                "marital_status": "Choose one of: Single, Married, Widowed or Divorced.",
            },
        )

    def test_faults_of_the_nik(self):
        found = self.faults(self.person(1, birth_date="06/08/1985", sex="M"))
        self.assertEqual(set(found), {"birth_date", "sex"})
        self.assertIn("she was born on 08/05/1985", found["birth_date"])
        self.assertFalse(self.faults(self.person(1, birth_date="06/08/1985", sex="M", confirmed="x")))
        for nik, reason in (
            ("3275033208850001", "day of birth"),
            ("3275034513850001", "month of birth"),
            ("3275034508850000", "not 0000"),
            ("0175034508850001", "province"),
            ("3275037002850001", "no day that there is"),  # 30 February
            ("3275034508120001", "too young"),  # of 1912 or 2012
            (3275034508850001, "lost the last digits"),
        ):
            self.assertIn(reason, self.faults(self.person(1, nik=nik))["nik"])
        self.assertIn("or the number in the old books", self.faults(self.person(1, nik=""))["nik"])

    def test_faults_of_dates(self):
        found = self.faults(self.person(1, date_joined="25/11/2026"))  # tomorrow
        self.assertEqual(found, {"date_joined": "She can't join on a day to come."})
        self.assertFalse(self.faults(self.person(1, date_joined=TODAY)))
        found = self.faults(self.person(1, nik="", old_number="1", birth_date="01/01/2027"))
        self.assertEqual(found, {"birth_date": "She can't be born on a day to come."})
        found = self.faults(self.person(1, date_joined="05/08/1985"))
        self.assertEqual(found, {"date_joined": "She can't join before she is born."})

    def test_faults_of_heirs(self):
        self.assertEqual(
            self.faults(self.person(1, heir_relation="Child")), {"heir_name": "Write the name of the heir too."}
        )
        found = self.faults(self.person(1, heir_name="Ahmad", heir_relation="Neighbour", heir_nik="1"))
        self.assertEqual(set(found), {"heir_relation", "heir_nik"})

    def test_who_stands_twice(self):
        self.assertEqual(
            self.faults(self.person(1), self.person(1, name="Lain")), {"nik": "The same NIK stands in row 4."}
        )
        self.assertEqual(
            self.faults(self.person(1, old_number="7"), self.person(2, old_number="7")),
            {"old_number": "The same old number stands in row 4."},
        )
        self.assertEqual(
            self.faults(self.person(1), self.person(2, name="anggota 1")),
            {"name": "The same person stands in row 4: name, date of birth, RW and RT."},
        )

    def test_who_is_in_the_register(self):
        siti = self.new_member("Siti", user=self.sekretaris, nik_entry=NIK, old_number="9")
        self.assertIn("RW05-0001  Siti", self.faults(self.person(1))["nik"])
        self.assertIn("another NIK", self.faults(self.person(2, name="Siti", old_number="9"))["old_number"])
        siti._set(state="left")
        self.assertIn("let her join again", self.faults(self.person(1, name="Siti"))["nik"])
        other = self.sheet([self.person(1, name="Siti")], self._new_person("ani", sekretaris=self.company))
        self.assertFalse(other.fault_ids, "nothing is told before the check")

    def test_empty_and_foreign_files(self):
        sheet = self.sheet([])
        sheet.action_check()
        self.assertEqual((sheet.state, sheet.fault_ids.reason), ("draft", "There is nobody in this sheet."))
        sheet.write({"file": base64.b64encode(b"no sheet"), "file_name": "anggota.pdf"})
        with self.assertRaisesRegex(UserError, "can't be read as XLSX"):
            sheet.action_check()
        with self.assertRaisesRegex(UserError, "Upload the filled-in file"):
            self.as_user(self.sekretaris, self.env["koperasi.member.import"]).create({}).action_check()

    # === WHO === #

    def test_only_the_secretary(self):
        sheet = self.sheet([self.person(1)])
        for user in (self.petugas, self.bendahara, self.ketua, self.both):
            with self.assertRaises(AccessError):
                self.as_user(user, sheet).action_check()
        for user in (self.ketua, self.pengawas):
            with self.assertRaises(AccessError, msg="the file holds whole NIK"):
                self.as_user(user, sheet).read(["file"])
        for vals in ({"state": "checked"}, {"new_count": 1}, {"imported_by_id": self.ketua.id}):
            with self.assertRaisesRegex(UserError, "by its file and its actions"):
                sheet.write(vals)

    # === A THOUSAND === #

    def test_a_thousand_rows(self):
        """Ten kinds of faults in a sheet of 1,000 rows; corrected, all are brought in. Times and queries printed."""
        wrong = [
            {"name": ""},
            {"nik": "32750345"},
            {"rw": "77"},
            {"date_joined": "kemarin"},
            {"date_joined": "01/12/2026"},
            {"birth_date": "04/08/1985"},
            {"sex": "M"},
            {"phone": "abc"},
            {"group": "Anggrek"},
            {"nik": "3275034508850001"},  # of the first row
            {"heir_relation": "Child"},
        ]
        people = [self.person(number) for number in range(1, 1001)]
        faulty = [{**person} for person in people]
        for place, changes in enumerate(wrong):
            faulty[50 * place + 10].update(changes)
        sheet = self.sheet(faulty)
        start = time.perf_counter()
        sheet.action_check()
        _logger.info("1,000 rows with 11 faults checked and marked: %.1f s", time.perf_counter() - start)
        self.assertEqual((sheet.state, sheet.fault_count), ("draft", len(wrong)))
        self.assertFalse(self.members())
        page = load_workbook(io.BytesIO(base64.b64decode(sheet.marked_file))).worksheets[-1]
        for fault, place in zip(sheet.fault_ids, range(len(wrong))):
            cell = page[fault.cell]
            self.assertEqual((cell.row, cell.fill.start_color.rgb), (50 * place + 10 + FIRST, "FFFF9999"))
            self.assertEqual(cell.comment.text, fault.reason)
        self.fill(sheet, people)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(60):
            sheet.action_check()
        before, start = self.env.cr.sql_log_count, time.perf_counter()
        sheet.action_import()
        self.env.flush_all()
        queries = self.env.cr.sql_log_count - before
        _logger.info("1,000 members brought in: %.1f s, %s queries", time.perf_counter() - start, queries)
        self.assertEqual((sheet.state, len(self.members())), ("done", 1000))
        self.assertEqual(self.members()[-1].number, "RW05-1000")
        self.assertLess(queries, 400, "queries do not come by the row")
