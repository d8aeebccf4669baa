from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .test_opening import DAY, OpeningCase

NOVEMBER = date(2026, 11, 24)


@tagged("post_install", "-at_install")
class TestOpeningTerm(OpeningCase):
    """Term deposits of the old books (docs/domain.md 5.4), on 31 October 2026; today is 24 November.

    Siti: 10.000.000 at 6 % for a year since 15 May, 50.000 each month; five were paid, on 15 June to 15 October.
    Aminah: 1.000.000 at 6 % for three months since 15 August, interest added: 5.000 in September, 5.025 (of 1.005.000)
    in October.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env.ref(f"account.{cls.company.id}_koperasi_product_term")
        cls.product.write({"active": True, "term_months": 3})
        cls.set_rate(cls.product, 5)  # today's, not that of the old deposits

    def terms(self, *changes):
        """The rows of the sheet, each with what `changes` says."""
        siti = {
            "number": self.siti.number,
            "old_number": "SB-17",
            "product": self.product.name,
            "amount": 10000000,
            "date_start": "15/05/2026",
            "months": 12,
            "rate": "6,0",
            "payment": "Each Month",
            "next_pay": "15/11/2026",
        }
        aminah = {
            "number": self.aminah.number,
            "old_number": "SB-18",
            "product": self.product.name,
            "amount": 1000000,
            "date_start": date(2026, 8, 15),
            "months": 3,
            "rate": 6,
            "payment": "Added to the Deposit Each Month",
            "rollover": "Rolled Over with Its Interest",
        }
        rows = [siti, aminah]
        for row, change in zip(rows, changes):
            row.update(change)
        return rows

    def sheets(self, **changes):
        sheets = super().sheets(terms=self.terms(), **changes)
        if "balances" not in changes:
            sheets["balances"][0]["debit"] += 11010025  # in cash
            account = self.product.account_id.with_company(self.company)
            sheets["balances"].append({"code": account.code, "credit": 11010025})
        return sheets

    def _deposits(self):
        terms = self.env["koperasi.savings.term"].search([("company_id", "=", self.company.id)], order="id")
        return terms.filtered(lambda term: term.state == "active")

    def _run(self, **vals):
        run = self.as_user(self.bendahara, self.env["koperasi.run"]).create({"company_id": self.company.id, **vals})
        run.action_start()
        self.work(run)
        self.assertEqual((run.state, run.failure), ("done", False))
        return run

    def test_posted(self):
        opening = self.posted(size=4)  # one contract at a time
        self.assertEqual(opening.term_count, 2)
        siti, aminah = self._deposits()
        self.assertEqual((siti.old_number, siti.rate, siti.months), ("SB-17", 6, 12))
        self.assertEqual((siti.date_start, siti.date_maturity), (date(2026, 5, 15), date(2027, 5, 15)))
        self.assertEqual((siti.balance, siti.interest_paid), (10000000, 250000))
        self.assertEqual((aminah.balance, aminah.interest_paid, aminah.amount), (1010025, 10025, 1000000))
        self.assertEqual(siti.target_id, self.account(self.siti, "sukarela"))
        before = (siti + aminah).with_context(koperasi_as_of=date(2026, 10, 30))
        self.assertEqual(before.mapped("balance"), [0, 0])
        at_opening = (siti + aminah).with_context(koperasi_as_of=DAY)
        self.assertEqual(at_opening.mapped("balance"), [10000000, 1010025])
        self.assertEqual(at_opening.mapped("interest_due"), [0, 0])
        self.assertBooksAgree()

    def test_interest_and_maturity_go_on(self):
        """On 15 November Siti gets the sixth 50.000; Aminah's 1.010.025 earn 5.050 (x 0,5 % = 5.050,125), and all
        of it is rolled over at 5 %."""
        self.posted()
        siti, aminah = self._deposits()
        self.assertEqual((siti.interest_due, aminah.interest_due), (50000, 5050))
        self._run(kind="term", date_from=NOVEMBER)
        self.assertEqual((self.account(self.siti, "sukarela").balance, siti.interest_paid), (200000, 300000))
        following = aminah.next_ids
        self.assertEqual((aminah.state, following.amount, following.rate), ("rolled", 1015075, 5))
        self.assertEqual((following.date_start, following.date_maturity), (date(2026, 11, 15), date(2027, 2, 15)))
        self.assertBooksAgree()

    def test_broken_early(self):
        """On 24 November: six months earned 300.000, of which 250.000 were paid before; the running month nothing."""
        self.posted()
        siti = self._deposits()[0]
        quote, _lines = siti._payout(NOVEMBER)
        self.assertEqual((quote["interest"], quote["tax"], quote["amount"]), (50000, 0, 10050000))

    def test_accrued(self):
        """From 15 to 31 October are 17 days: 10.000.000 x 6 % x 17 / 365 = 27.945,2; 1.010.025 likewise 2.822,5."""
        self.posted()
        self._run(kind="term_accrual", product_id=self.product.id, date_from=date(2026, 10, 1))
        self.assertEqual(
            self._deposits().line_ids.filtered(lambda line: not line.savings_id and line.date == DAY).mapped("amount"),
            [27945, 2822],
        )

    # === INTEREST THAT THE OLD BOOKS OWE === #

    def owing(self, amount):
        """The old balance sheet has `amount` on 2110, and as much more cash."""
        sheets = self.sheets()
        sheets["balances"][0]["debit"] += amount
        code = self.company.koperasi_interest_accrued_account_id.with_company(self.company).code
        return {**sheets, "balances": [*sheets["balances"], {"code": code, "credit": amount}]}

    def owed(self, day):
        """What the books have by `day` on accrued interest, and on the cost of interest."""
        company, amounts = self.company, []
        for account in (company.koperasi_interest_accrued_account_id, company.koperasi_term_interest_account_id):
            domain = [("account_id", "=", account.id), ("date", "<=", day), ("parent_state", "=", "posted")]
            [[balance]] = self.env["account.move.line"]._read_group(domain, aggregates=["balance:sum"])
            amounts.append(balance or 0)
        return tuple(amounts)

    def test_accrued_in_the_old_books(self):
        """17 days: 27.945 + 2.822 = 30.767 (see above), charged in the old books. On 15 November 50.000 + 5.050 are
        paid; what they cost here is 55.050 - 30.767 = 24.283, earned from 1 November on."""
        self.posted(self.owing(30767))
        self.assertEqual(self.owed(DAY), (-30767, 0))
        self.assertEqual(self.owed(date(2026, 11, 1)), (0, -30767))
        lines = self._deposits().line_ids.filtered(lambda line: line.date == date(2026, 11, 1))
        self.assertEqual(lines.sorted(lambda line: line.term_id.id).mapped("amount"), [-27945, -2822])
        self._run(kind="term", date_from=NOVEMBER)
        self.assertEqual(self.owed(NOVEMBER), (0, 24283))
        self.assertBooksAgree()
        self.assertBooksAgree(as_of=DAY)

    def test_more_than_the_deposits_earned_stays_owed(self):
        """40.000 - 30.767 = 9.233 is interest of something else."""
        self.posted(self.owing(40000))
        self.assertEqual(self.owed(date(2026, 11, 1)), (-9233, -30767))

    def test_less_than_the_deposits_earned(self):
        """10.000 x 27.945 / 30.767 = 9.082,8 and x 2.822 / 30.767 = 917,2."""
        self.posted(self.owing(10000))
        self.assertEqual(self.owed(date(2026, 11, 1)), (0, -10000))
        lines = self._deposits().line_ids.filtered(lambda line: line.date == date(2026, 11, 1))
        self.assertEqual(lines.sorted(lambda line: line.term_id.id).mapped("amount"), [-9083, -917])

    def test_the_day_after_must_have_come(self):
        with freeze_time("2026-10-31 03:00:00"):
            opening = self.new_opening(self.owing(30767))
            opening.action_check()
            with self.assertRaisesRegex(UserError, "not ended yet"):
                opening.action_post()

    def test_accrued_is_taken_back_with_the_rest(self):
        opening = self.posted(self.owing(30767))
        self.as_user(self.ketua, opening.run_ids).action_reverse()
        self.work(opening.run_ids)
        self.assertEqual(opening.state, "reversed")
        for day in (DAY, date(2026, 11, 1), NOVEMBER):
            self.assertEqual(self.owed(day), (0, 0))
        self.posted(self.owing(30767))
        self.assertEqual(self.owed(NOVEMBER), (0, -30767))
        self.assertBooksAgree()

    def test_at_maturity_and_late(self):
        """Nothing of 600.000 was paid; Aminah's pay day of 15 October was missed, which is 5.025 to be added."""
        changes = ({"payment": "At Maturity", "next_pay": None}, {"next_pay": date(2026, 10, 15)})
        sheets = {**self.sheets(), "terms": self.terms(*changes)}
        sheets["balances"][0]["debit"] -= 5025
        sheets["balances"][-1]["credit"] -= 5025
        self.posted(sheets)
        siti, aminah = self._deposits()
        self.assertEqual((siti.interest_paid, siti.interest_due), (0, 0))
        self.assertEqual((aminah.balance, aminah.interest_due), (1005000, 5025 + 5050))

    def test_tax_was_withheld_from_what_was_added(self):
        """The certificate says 1.010.000: so it holds, and so says the old balance sheet."""
        sheets = {**self.sheets(), "terms": self.terms({}, {"held": 1010000})}
        sheets["balances"][0]["debit"] -= 25
        sheets["balances"][-1]["credit"] -= 25
        self.posted(sheets)
        self.assertEqual(self._deposits()[1].balance, 1010000)

    def test_compared_with_the_old_balance_sheet(self):
        sheets = self.sheets()
        sheets["balances"][0]["debit"] += 1000
        sheets["balances"][-1]["credit"] += 1000
        opening = self.new_opening(sheets)
        opening.action_check()
        line = opening.line_ids.filtered("difference")
        self.assertEqual((line.account_id, line.difference), (self.product.account_id, 1000))
        self.assertEqual(opening.state, "draft")

    def test_faults(self):
        self.product.minimum_deposit = 500000
        good = self.terms()[0]
        sheets = self.sheets()
        sheets["terms"] = [
            {**good, "old_number": str(number), **change}
            for number, change in enumerate(
                (
                    {"product": "Deposito"},
                    {"amount": 499999},
                    {"date_start": "01/11/2026"},
                    {"months": 0},
                    {"rate": "enam"},
                    {"rate": -6},
                    {"payment": "Kadang-kadang"},
                    {"rollover": "Entah"},
                    {"next_pay": "16/11/2026"},  # no pay day
                    {"next_pay": "15/12/2026"},  # not the next one
                    {"payment": "At Maturity"},  # is paid on 15 May 2027
                    {"held": 10000001},  # nothing is added to it
                    {"number": "RW99-0001"},
                    {"old_number": "0"},  # of the first row
                )
            )
        ]
        opening = self.new_opening(sheets)
        opening.action_check()
        self.assertEqual(
            opening.fault_ids.mapped("cell"),
            # D product, E amount, F since, G months, H rate, I paid, J next pay day, K balance, L at maturity
            ["D4", "E5", "F6", "G7", "H8", "H9", "I10", "L11", "J12", "J13", "J14", "K15", "A16", "C17"],
        )

    def test_taken_back(self):
        opening = self.posted()
        terms = self._deposits()
        self.as_user(self.ketua, opening.run_ids).action_reverse()
        self.work(opening.run_ids)
        self.assertEqual((opening.state, set(terms.mapped("state"))), ("reversed", {"cancelled"}))
        self.posted()
        self.assertEqual(len(self._deposits()), 2)
        self.assertBooksAgree()

    def test_in_another_language(self):
        """The treasurer chose in Indonesian, whoever's language the run has."""
        self.env["res.lang"]._activate_lang("id_ID")
        labels = {
            name: list(self.env["koperasi.opening.reader"].with_context(lang="id_ID")._term_choices(name))
            for name in ("payment", "rollover")
        }
        # each month, added to the deposit; rolled over with its interest
        terms = self.terms(
            {"payment": labels["payment"][0]},
            {"payment": labels["payment"][2], "rollover": labels["rollover"][2]},
        )
        self.posted({**self.sheets(), "terms": terms})
        self.assertEqual(self._deposits().mapped("payment"), ["monthly", "capitalised"])

    def test_no_sheet_without_a_product(self):
        self.product.active = False
        opening = self.new_opening(OpeningCase.sheets(self))
        self.assertEqual(len(self.env["koperasi.opening.reader"]._sheets(opening)), 3)
