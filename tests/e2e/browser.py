"""People at Odoo's screens in Chromium: what they click and type, and pictures of what they see."""

import contextlib
import os
import pathlib
import re
import shutil

import pytest
from playwright.sync_api import sync_playwright
from rpc import RAW

PICTURES = pathlib.Path(os.environ.get("KOPERASI_SCREENSHOTS") or os.environ["KOPERASI_DATA_DIR"] + "/../screenshots")
DESKTOP, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
LOADED = ".o_data_row, .o_kanban_record, .o_pivot td, .o_graph_renderer canvas, .o_form_sheet, .o_view_nocontent"
# Of Odoo and of Chromium, not ours: missing pictures of persons, the library that Debian leaves out.
EXPECTED_ERRORS = re.compile(r"selfie_segmentation|status of 404|ERR_INTERNET_DISCONNECTED|net::ERR_ABORTED")
TECHNICAL = re.compile(r"\b(undefined|NaN|null|False|None)\b|Rp \d+,\d\d|Odoo Server Error")

# What of a phone's screen is seen only by moving it to the side: [what and how wide].
SIDEWAYS = """() => [...document.querySelectorAll("main, .o_content, .o_list_renderer, .table-responsive, .modal-body")]
    .filter(el => el.offsetParent && /auto|scroll/.test(getComputedStyle(el).overflowX))
    .filter(el => el.scrollWidth > el.clientWidth + 1)
    .map(el => `${el.className}: ${el.scrollWidth} of ${el.clientWidth}`)"""


@contextlib.contextmanager
def chromium():
    """One browser for all tests; without Chromium on this machine they are skipped and say so."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not path:
        pytest.skip("Chrome executable not found: apt install chromium")  # in Odoo's words, which the launcher knows
    options = "--disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-sync".split()
    with sync_playwright() as library:
        browser = library.chromium.launch(
            executable_path=path, args=options + (["--no-sandbox"] if os.geteuid() == 0 else [])
        )
        yield browser
        browser.close()


class Person:
    """Somebody at a screen of her own. Whatever she reads is checked for words that are not for people."""

    def __init__(self, browser, server, login, size=DESKTOP):
        self.server, self.login, self.size = server, login, size
        self.context = browser.new_context(
            viewport=size, is_mobile=size is PHONE, has_touch=size is PHONE, locale="id-ID", timezone_id="Asia/Jakarta"
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(30000)
        self.errors = []
        self.page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(f"{server.url}/web/login")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", login)
        self.page.click("form.oe_login_form button[type=submit]")
        self.page.wait_for_url(re.compile(r"/(odoo|my)"))

    def __enter__(self):
        return self

    def __exit__(self, kind, *_error):
        if kind:
            self.look("failed", checked=False)
        self.context.close()
        if not kind:
            errors = [text for text in self.errors if not EXPECTED_ERRORS.search(text)]
            assert not errors, errors

    def open(self, path, ready=LOADED):
        self.page.goto(f"{self.server.url}/odoo/{path}")
        self.page.wait_for_selector(ready)

    def button(self, name, scope=""):
        """Presses the button of a form by its method, and waits until Odoo is done with it."""
        self.page.click(f"{scope} button[name={name}]:visible")
        self.settle()

    def confirm(self):
        """The question or form in front: its filled button."""
        self.page.click(".modal-footer .btn-primary:visible")
        self.settle()

    def choose(self, field, text):
        """The first proposal for what is typed into a field that names a record."""
        self.page.fill(f"div[name={field}] input", text)
        self.page.click(".o-autocomplete--dropdown-menu li:not(.o_m2o_dropdown_option) >> nth=0")
        self.settle()

    def call(self, model, method, *args, **kwargs):
        """The same by RPC, as the person who is logged in."""
        answer = self.page.request.post(
            f"{self.server.url}/web/dataset/call_kw/{model}/{method}",
            data={"jsonrpc": "2.0", "params": {"model": model, "method": method, "args": args, "kwargs": kwargs}},
        ).json()
        assert "error" not in answer, answer["error"]
        return answer.get("result")  # nothing, where the method returns nothing

    def settle(self):
        self.page.wait_for_load_state("load")
        self.page.wait_for_timeout(300)  # a click that asks the server shows so only after a while
        self.page.wait_for_function("!document.querySelector('.o_blockUI, .o_loading_indicator')")

    def text(self, selector="body"):
        return self.page.inner_text(selector).replace("\xa0", " ")

    def look(self, name, checked=True):
        """Writes the picture `login_name.png`; nothing on it may be technical, or cut off at the right."""
        self.settle()
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{self.login}_{name}.png")
        if checked:
            text = self.text()
            found = TECHNICAL.search(text) or RAW.search(text)
            assert not found, (name, found.group(0), text)
            wide, seen = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
            assert wide <= seen, f"{name}: {wide} pixels wide on a screen of {seen}"
            if self.size is PHONE:
                assert not (hidden := self.page.evaluate(SIDEWAYS)), f"{name} scrolls sideways: {hidden}"
