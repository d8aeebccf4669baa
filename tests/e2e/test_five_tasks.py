"""The five things a teller does all day, by the keyboard alone and on a phone: what each takes is counted and printed.

Open the box; dues and an installment with the receipt; a deposit; a withdrawal; count and close. The counts stand in
docs/panduan/loket.md; more than these is a step back.
"""

import os
import re
import time

import pytest
from browser import PHONE, Person, chromium
from rpc import database, first_answer, free_port, odoo, running

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# A small cooperative up to yesterday: everybody joined, two borrow, all boxes are closed.
LIVE = f"""
import sys
sys.path.insert(0, {ROOT!r})
import demo
from odoo import fields

class Small(demo.Melati):
    name, size, months = "Koperasi Lima Tugas", 6, 2

    def apply(self, day):
        for member in self.members[:2]:
            if not self._borrows(member):
                loan = self.request(member, 500000)
                loan.action_submit()
                self.of("ketua", loan).action_approve()

    def serve(self, day, till):
        pass  # dues and installments fall due, and wait

    def live_today(self, day):
        pass

small = Small(env(context={{**env.context, "tz": "Asia/Jakarta", "lang": "id_ID"}}), env.company)
small.set_up({{role: (role, role.title()) for role in ("ketua", "bendahara", "petugas")}})
small.live(fields.Date.context_today(env.user))
env.cr.commit()
"""
# The most keys, typed text apart, and taps that each may take.
KEYS = {"buka kas": 2, "iuran dan angsuran": 3, "setor": 5, "tarik": 6, "tutup kas": 3}
TAPS = {"buka kas": 2, "iuran dan angsuran": 3, "setor": 4, "tarik": 4, "tutup kas": 2}
LINE = "div[name={}] .o_data_row:has-text('Sukarela') td[name=amount]"


@pytest.fixture(scope="module")
def server():
    name, port = f"test_tasks_{os.getpid()}", free_port()
    with database(name):
        odoo("shell", "-d", name, script=LIVE)
        with running(name, "--http-port", str(port), "--max-cron-threads", "0"):
            yield first_answer(port, name, "petugas")


class Tally:
    """Counts what the person presses, and the seconds from the first key until the screen is ready."""

    def __init__(self, page, most):
        self.page, self.most, self.count, self.typed, self.rows = page, most, 0, 0, []

    def begin(self, task):
        self.task, self.count, self.typed, self.start = task, 0, 0, time.monotonic()

    def press(self, key):
        self.count += 1
        self.page.keyboard.press(key)

    def tap(self, selector):
        self.count += 1
        self.page.locator(f"{selector} >> visible=true").first.tap()

    def type(self, text):
        self.typed += len(text)
        self.page.keyboard.type(text)

    def end(self):
        seconds = time.monotonic() - self.start
        self.rows.append(f"{self.task}: {self.count} keys or taps, {self.typed} characters, {seconds:.1f} s")
        assert self.count <= self.most[self.task], self.rows[-1]


def received(person):
    return int(re.sub(r"\D", "", person.text("div[name=amount_in]")) or 0)


def ready(page):
    """The counter, empty, for the next member."""
    page.wait_for_selector("button[name=action_next]", state="detached")
    page.wait_for_selector("div[name=member_id] input:not([value=x])")
    page.wait_for_timeout(500)


def borrower_and_saver(person, which):
    """Number and name of a member with an installment to pay, each test its own, and of one without a loan.

    :param which: 0 or 1: two borrow, and who has paid has nothing left to pay
    """
    loans = person.call("koperasi.loan", "search_read", [["state", "=", "running"]], ["member_id"])
    borrowers = [loan["member_id"][0] for loan in loans]
    others = [["state", "=", "active"], ["id", "not in", borrowers]]
    [saver] = person.call("koperasi.member", "search_read", others, ["display_name"], limit=1)
    return [name.split(maxsplit=1) for name in (loans[which]["member_id"][1], saver["display_name"])]


def test_by_keyboard(server):
    with chromium() as browser, Person(browser, server, "petugas") as dewi:
        page, tally = dewi.page, Tally(dewi.page, KEYS)
        page.wait_for_selector("button[name=action_open_session]")
        page.wait_for_timeout(2000)
        borrower, saver = borrower_and_saver(dewi, 0)

        tally.begin("buka kas")
        tally.press("Alt+o")
        page.wait_for_selector(".modal div[name=box_id]")
        page.wait_for_timeout(500)
        tally.press("Alt+s")
        page.wait_for_selector(".modal", state="detached")
        page.wait_for_selector("div[name=cash_in_box]")
        tally.end()
        ready(page)

        tally.begin("iuran dan angsuran")
        page.focus("div[name=member_id] input")
        tally.type(borrower[0])
        tally.press("Enter")
        page.wait_for_selector("div[name=in_ids] .o_data_row")
        assert received(dewi) > 0
        tally.press("Enter")
        page.wait_for_function("document.activeElement.closest('[name=cash_given]')")
        with page.expect_request(re.compile("/report/(download|html)")):
            tally.press("Enter")
        page.wait_for_selector("button[name=action_next]")
        tally.end()
        dewi.settle()  # while the paper is on its way no key is heard
        page.keyboard.press("Escape")
        ready(page)

        for task, side, amount in (("setor", "in_ids", "50rb"), ("tarik", "out_ids", "10rb")):
            tally.begin(task)
            page.focus("div[name=member_id] input")
            tally.type(saver[0])
            tally.press("Enter")
            page.wait_for_selector("div[name=in_ids] .o_data_row")
            page.wait_for_timeout(500)
            walk(page, tally, side)
            tally.type(amount)
            tally.press("Enter")
            page.wait_for_function("document.activeElement.closest('[name=cash_given]')")
            with page.expect_request(re.compile("/report/(download|html)")):
                tally.press("Enter")
            page.wait_for_selector("button[name=action_next]")
            tally.end()
            dewi.settle()  # while the paper is on its way no key is heard
            page.keyboard.press("Escape")
            ready(page)

        tally.begin("tutup kas")
        expected = re.sub(r"\D", "", dewi.text("div[name=cash_in_box]"))
        tally.press("Alt+k")
        page.wait_for_selector(".modal div[name=counted_amount] input")
        page.wait_for_timeout(500)
        page.focus(".modal div[name=counted_amount] input")
        page.keyboard.press("Control+a")
        tally.type(expected)
        tally.press("Tab")
        tally.press("Alt+q")
        page.wait_for_selector(".o_statusbar_status button.o_arrow_button_current:has-text('Ditutup')")
        tally.end()
        print("\n" + "\n".join(tally.rows))


def walk(page, tally, side):
    """With Tab from the member to the amount of her voluntary savings; dues that are proposed are emptied by nobody."""
    for _step in range(12):
        tally.press("Tab")
        page.wait_for_timeout(150)
        inside = page.evaluate(
            "side => { const row = document.activeElement.closest(`[name=${side}] .o_data_row`);"
            " return !!row && /Sukarela/.test(row.innerText) && !!document.activeElement.closest('[name=amount]'); }",
            side,
        )
        if inside:
            page.keyboard.press("Control+a")
            return
    raise AssertionError(f"Tab does not lead to {side}")


def test_on_a_phone(server):
    """At 390 pixels each thing is seen, and reached with the thumb."""
    with chromium() as browser, Person(browser, server, "petugas", PHONE) as dewi:
        page, tally = dewi.page, Tally(dewi.page, TAPS)
        page.wait_for_selector("button[name=action_open_session]")
        page.wait_for_timeout(2000)
        borrower, saver = borrower_and_saver(dewi, 1)
        dewi.look("lima_tugas_buka")

        tally.begin("buka kas")
        tally.tap("button[name=action_open_session]")
        page.wait_for_selector(".modal div[name=box_id]")
        page.wait_for_timeout(500)
        tally.tap(".modal .o_form_button_save")
        page.wait_for_selector(".modal", state="detached")
        page.wait_for_selector("div[name=cash_in_box]")
        tally.end()

        for task, person, side, amount in (
            ("iuran dan angsuran", borrower, None, None),
            ("setor", saver, "in_ids", "50rb"),
            ("tarik", saver, "out_ids", "10rb"),
        ):
            ready(page)
            tally.begin(task)
            choose(page, tally, person[1])
            if side:
                tally.tap(LINE.format(side))
                page.fill(f"{LINE.format(side)} input", amount)
                tally.typed = len(amount)
                page.keyboard.press("Tab")
                page.wait_for_timeout(300)
            dewi.look(f"lima_tugas_{task.split()[0]}")
            tally.tap("button[name=action_confirm]")
            page.wait_for_selector("button[name=action_next]")
            tally.end()
            page.locator("button[name=action_next] >> visible=true").first.tap()

        ready(page)
        tally.begin("tutup kas")
        expected = re.sub(r"\D", "", dewi.text("div[name=cash_in_box]"))
        tally.tap("button[name=action_close_session]")
        page.wait_for_selector(".modal div[name=counted_amount] input")
        page.wait_for_timeout(500)
        page.fill(".modal div[name=counted_amount] input", expected)
        tally.typed = len(expected)
        page.keyboard.press("Tab")
        dewi.look("lima_tugas_tutup")
        tally.tap(".modal button[name=action_confirm]")
        page.wait_for_selector("button[name=action_print_count]")
        tally.end()
        print("\n" + "\n".join(tally.rows))


def choose(page, tally, name):
    """The member from the list that opens on a phone."""
    tally.tap("div[name=member_id] input")
    tally.tap(f".modal :is(.o_kanban_record, .o_data_row):has-text('{name}')")
    page.wait_for_selector("div[name=in_ids] .o_data_row")
    page.wait_for_timeout(500)
