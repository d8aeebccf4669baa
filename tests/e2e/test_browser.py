"""A day of the demo cooperative at its screens, in Chromium; pictures of them are left in the folder `screenshots`."""

import re

import pytest
from browser import PHONE, PICTURES, Person, chromium


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


AMOUNTS = {
    "50rb": 50000,
    "1,5jt": 1500000,
    "1.5jt": 1500000,
    "2 juta": 2000000,
    "50.000": 50000,
    "50,000": 50000,
    "Rp 1.250.000": 1250000,
    "75": 75,
    "1,5": None,
    "lima": None,
}


def test_counter_by_keyboard(demo, browser):
    """From the member's number to the receipt in five keys at most; a line that drops costs nothing; a void by PIN."""
    with Person(browser, demo, "bendahara") as sri:
        [sri_id] = sri.call("res.users", "search", [["login", "=", "bendahara"]])
        sri.call("res.users", "write", [sri_id], {"koperasi_pin": "140785"})
    with Person(browser, demo, "petugas") as dewi:
        page = dewi.page
        late = [["dues_months_late", ">", 0], ["state", "=", "active"]]
        first, second = dewi.call("koperasi.member", "search_read", late, ["number", "name"], limit=2)
        page.wait_for_selector("div[name=member_id] input")

        # a scanner: the number and Enter, faster than any proposal; what is due is accepted as proposed
        page.keyboard.type(first["number"])
        keys = ["Enter", "Enter", "Enter"]
        page.keyboard.press(keys[0])
        page.wait_for_selector("div[name=in_ids] .o_data_row")
        page.keyboard.press(keys[1])
        page.wait_for_function("document.activeElement.closest('[name=cash_given]')")
        with page.expect_request(re.compile("/report/(download|html)")):
            page.keyboard.press(keys[2])
        page.wait_for_selector("button[name=action_next]")
        assert len(keys) <= 5
        assert first["name"] in dewi.text("div[name=recent_ids] .o_data_row >> nth=0")

        # the next member, with an amount as people say it, while the line is down
        dewi.settle()
        page.keyboard.press("Escape")
        page.wait_for_selector("button[name=action_next]", state="detached")
        page.wait_for_function("document.activeElement.closest('[name=member_id]')")
        page.keyboard.type(second["number"])
        page.keyboard.press("Enter")
        page.wait_for_selector("div[name=in_ids] .o_data_row")
        received = int(re.sub(r"\D", "", dewi.text("div[name=amount_in]")))
        dewi.context.set_offline(True)
        page.keyboard.press("Enter")
        page.wait_for_function("document.activeElement.closest('[name=cash_given]')")
        page.keyboard.type("1jt")
        page.keyboard.press("Enter")
        page.wait_for_selector(".o_notification:has-text('Sambungan terputus')")
        assert int(re.sub(r"\D", "", dewi.text("div[name=change]"))) == 1000000 - received
        assert second["number"] in page.evaluate("Object.values(localStorage).join()")
        dewi.context.set_offline(False)
        page.wait_for_selector("button[name=action_next]")
        assert dewi.text("div[name=recent_ids]").count(second["name"]) == 1
        assert second["number"] not in page.evaluate("Object.values(localStorage).join()")

        # taken back at once, by the treasurer's PIN; the same amounts wait on a new form
        page.click("div[name=recent_ids] .o_data_row >> nth=0 >> button[name=action_request_correction]")
        page.fill(".modal div[name=reason] input", "Salah ketik")
        dewi.choose("approver_id", "Sri")
        page.fill(".modal div[name=pin] input", "140785")
        dewi.look("batalkan")
        dewi.confirm()
        page.wait_for_selector(".modal", state="detached")
        page.wait_for_selector("button[name=action_confirm]")
        assert int(re.sub(r"\D", "", dewi.text("div[name=amount_in]"))) == received
        dewi.look("loket_dibatalkan")

        for text, amount in AMOUNTS.items():
            parse = "text => odoo.loader.modules.get('@koperasi_simpan_pinjam/amount/parse_amount').parseAmount(text)"
            assert page.evaluate(parse, text) == amount, text


def test_tellers_day(demo, browser):
    """She serves a member, looks somebody up, counts and closes."""
    with Person(browser, demo, "petugas") as dewi:
        page = dewi.page
        page.wait_for_selector("div[name=member_id] input")
        dewi.look("loket_kosong")
        # in front of her: the cursor stands in the field for the member
        page.keyboard.type("RW05-0001")
        page.wait_for_selector(".o-autocomplete--dropdown-menu li")
        page.keyboard.press("Enter")
        page.wait_for_selector("div[name=in_ids] .o_data_row")
        dewi.settle()
        page.click("div[name=in_ids] .o_data_row >> nth=0 >> td[name=amount]")  # the dues
        page.fill("div[name=in_ids] .o_data_row >> nth=0 >> td[name=amount] input", "20000")
        page.keyboard.press("Tab")
        page.wait_for_function("!/^Rp\\s0$/.test(document.querySelector('div[name=amount_in]').innerText)")
        dewi.look("loket")
        received = dewi.text("div[name=amount_in]")
        assert received.startswith("Rp ") and received != "Rp 0"
        page.keyboard.press("Alt+q")
        page.wait_for_selector("button[name=action_next]")
        dewi.settle()
        dewi.look("loket_selesai")
        number = re.search(r"BKM/KL1/\d{4}/\d{4}", dewi.text()).group(0)
        assert received in dewi.text("div[name=recent_ids]")
        page.keyboard.press("Alt+w")
        page.wait_for_selector("button[name=action_next]", state="detached")

        dewi.open("koperasi-transaksi")
        assert number in dewi.text(".o_list_view")
        dewi.look("transaksi")
        dewi.open("koperasi-anggota")
        dewi.look("anggota")
        page.click(".o_data_row >> nth=0 >> td >> nth=1")
        page.wait_for_selector(".o_form_view")
        assert not re.search(r"\b3275\d{12}\b", page.inner_html("body")), "a whole NIK is shown"
        dewi.look("anggota_form")
        dewi.open("koperasi-penerimaan")
        dewi.look("penerimaan")

        dewi.open("koperasi-sesi-kas")
        page.locator(".o_data_row", has_text="Dewi Lestari").first.locator("td.o_data_cell").first.click()
        page.wait_for_selector("button[name=action_close]")
        dewi.look("sesi_kas")
        expected = dewi.text("div[name=expected_amount]")
        dewi.button("action_close")
        page.fill(".modal div[name=counted_amount] input", re.sub(r"\D", "", expected))
        dewi.look("hitung_kas")
        dewi.button("action_confirm", ".modal")
        page.wait_for_selector(".o_statusbar_status button.o_arrow_button_current:has-text('Ditutup')")
        dewi.look("sesi_kas_ditutup")


def test_chair_decides(demo, browser):
    """From her home page to each thing that waits, and it waits no more."""
    with Person(browser, demo, "ketua") as ratna:
        page = ratna.page
        page.wait_for_selector(".o_koperasi_picture canvas")
        ratna.look("beranda")
        for task, picture, action in (
            ("Calon anggota", "calon_anggota", "action_approve"),
            ("Pengajuan pinjaman", "pengajuan", "action_approve"),
            ("Permintaan keringanan", "keringanan", "action_approve"),
        ):
            ratna.open("koperasi-beranda", ".o_koperasi_picture canvas")
            card = page.locator(".o_koperasi_home button", has_text=task)
            count = int(card.locator(".badge").inner_text())
            card.click()
            page.wait_for_selector(".o_list_view .o_data_row, .o_kanban_record:not(.o_kanban_ghost)")
            ratna.look(f"{picture}_daftar")
            page.locator(".o_data_row td.o_data_cell, .o_kanban_record:not(.o_kanban_ghost)").first.click()
            page.wait_for_selector(f".o_form_view button[name={action}]")
            ratna.look(picture)
            ratna.button(action)
            page.wait_for_selector(f".o_form_view button[name={action}]", state="detached")
            ratna.open("koperasi-beranda", ".o_koperasi_picture canvas")
            left = page.locator(".o_koperasi_home button", has_text=task).locator(".badge")
            assert (int(left.inner_text()) if left.count() else 0) == count - 1
        page.locator(".o_koperasi_picture button").nth(2).click()
        page.wait_for_selector(".o_list_view .o_data_row")
        ratna.look("posisi_kas")
        ratna.open("koperasi-pinjaman")
        ratna.look("pinjaman")


def test_treasurer_pays_out_and_counts(demo, browser):
    """She pays out an approved loan, looks at the year, and closes her box."""
    with Person(browser, demo, "bendahara") as sri:
        page = sri.page
        page.wait_for_selector(".o_koperasi_picture canvas")
        sri.look("beranda")
        page.locator(".o_koperasi_home button", has_text="perlu dicairkan").click()
        page.locator(".o_data_row td.o_data_cell, .o_kanban_record:not(.o_kanban_ghost)").first.click()
        page.wait_for_selector("button[name=action_disburse]")
        sri.look("pinjaman_disetujui")
        sri.button("action_disburse")
        sri.look("pencairan")
        sri.confirm()
        page.wait_for_selector(".modal", state="detached")
        sri.look("pencairan_selesai")
        sri.open("koperasi-shu")
        page.click(".o_data_row >> nth=0 >> td >> nth=1")
        page.wait_for_selector(".o_form_view")
        sri.look("shu")
        sri.button("action_results")
        page.wait_for_selector(".mis_builder, .oe_mis_builder_content, .mis_table, table.mis_builder")
        sri.look("perhitungan_hasil_usaha")
        sri.open("koperasi-produksi", ".o_graph_renderer canvas")
        sri.look("produksi")
        sri.open("koperasi-bunga-simpanan")
        sri.look("bunga_simpanan")


def test_secretary_and_supervisor_look(demo, browser):
    for login, paths in (
        ("sekretaris", ("koperasi-anggota",)),
        ("pengawas", ("koperasi-buku-pembantu", "koperasi-saldo", "koperasi-jejak-audit")),
    ):
        with Person(browser, demo, login) as person:
            for path in paths:
                person.open(path)
                person.look(path.removeprefix("koperasi-"))
    with Person(browser, demo, "pemantau") as lurah:
        lurah.page.wait_for_selector(".o_koperasi_home")
        lurah.look("papan_kelurahan")


def test_member_on_her_phone(demo, browser):
    """390 pixels wide: her savings and loan, nothing cut off, nobody else's name."""
    with Person(browser, demo, "anggota", PHONE) as member:
        member.look("beranda")
        member.page.goto(f"{demo.url}/my/koperasi")
        member.look("koperasi")
        text = member.text()
        for word in ("Simpanan Wajib", "Angsuran", "Rp "):
            assert word in text


def test_collectors_evening(demo, browser):
    """390 pixels wide: who is late, a message ready to send, what came of the visit, the form that takes money."""
    with Person(browser, demo, "petugas", PHONE) as dewi:
        card = ".o_kanban_record:not(.o_kanban_ghost)"
        dewi.open("koperasi-penagihan", card)
        dewi.look("penagihan")
        links = dewi.page.eval_on_selector_all(f"{card} a[href]", "links => links.map(link => link.href)")
        assert any(link.startswith("https://wa.me/") and "Rp%20" in link for link in links)
        dewi.page.click(f"{card} >> nth=0 >> button[name=action_visit]")
        dewi.page.wait_for_selector(".modal input[type=radio]")
        dewi.page.click(".modal label:has-text('Tidak di Rumah')")
        dewi.look("kunjungan")
        dewi.page.click(".modal-footer .o_form_button_save:visible")
        dewi.page.wait_for_selector(".modal", state="detached")
        dewi.open("koperasi-penagihan", card)
        dewi.page.wait_for_selector(f"{card}:has-text('Tidak di Rumah')")
        dewi.page.click(f"{card} >> nth=0 >> button[name=action_take]")
        dewi.page.wait_for_selector(".modal div[name=amount]")
        dewi.look("terima_angsuran")
        dewi.open("koperasi-anggota", card)
        dewi.look("anggota_hp")
        late = [["dues_months_late", ">", 0], ["state", "=", "active"]]  # whom the tests before have not served
        [debtor] = dewi.call("koperasi.member", "search_read", late, ["rw_id"], limit=1)
        [tagihan] = dewi.call("koperasi.collection", "create", [{"rw_id": debtor["rw_id"][0]}])
        dewi.call("koperasi.collection", "action_propose", [tagihan])
        dewi.open("koperasi-daftar-tagihan", card)
        dewi.look("daftar_tagihan")
        dewi.open(f"koperasi-daftar-tagihan/{tagihan}", "div[name=line_ids] .o_data_row")
        dewi.look("daftar_tagihan_isi")
        dewi.open("koperasi-sesi-kas", card)
        dewi.look("sesi_kas_hp")


def test_from_simulation_to_money_in_hand(demo, browser):
    """On a phone anybody tries a loan out, a member asks for it; teller, chair and treasurer do theirs; she sees it."""
    with Person(browser, demo, "anggota", PHONE) as member:
        page = member.page
        page.goto(f"{demo.url}/koperasi/simulasi")
        page.select_option("#koperasi_product", index=0)
        page.fill("#koperasi_amount", "100.000")
        page.click("button[type=submit]:visible >> nth=0")
        page.wait_for_selector("form[action='/my/koperasi/apply']")
        member.look("simulasi")
        page.fill("form[action='/my/koperasi/apply'] input[name=note]", "Bibit kangkung")
        page.click("form[action='/my/koperasi/apply'] button[type=submit]")
        page.wait_for_selector(".alert-success")
        member.look("simulasi_terkirim")
        number = re.search(r"PJM/\d{4}/\d{4}", member.text(".alert-success")).group(0)
        page.goto(f"{demo.url}/my/koperasi")
        page.wait_for_selector(f"text={number}")
        member.look("pengajuan_saya")

    def at_application(person, button):
        [loan] = person.call("koperasi.loan", "search", [["number", "=", number]])
        person.open(f"koperasi-pengajuan/{loan}", f".o_form_view button[name={button}]")
        person.look(f"pengajuan_{button.removeprefix('action_')}")
        person.button(button)

    for login, button in (("petugas", "action_submit"), ("ketua", "action_approve")):
        with Person(browser, demo, login) as person:
            at_application(person, button)
            person.page.wait_for_selector(f".o_form_view button[name={button}]", state="detached")
    with Person(browser, demo, "bendahara") as sri:
        at_application(sri, "action_disburse")
        sri.page.wait_for_selector(".modal div[name=session_id]")
        sri.look("cairkan")
        sri.confirm()
        sri.page.wait_for_selector(".modal", state="detached")
        sri.page.wait_for_selector(f".o_form_view:has-text('Pencairan {number}')")  # the voucher
        sri.look("pencairan_pinjaman_daring")
    with Person(browser, demo, "anggota", PHONE) as member:
        member.page.goto(f"{demo.url}/my/koperasi")
        member.page.wait_for_selector(f"text={number}")
        member.look("pinjaman_cair")
        assert "Menunggu" not in member.text().split(number)[1][:200]


def test_pictures_were_written():
    assert len(list(PICTURES.glob("*.png"))) >= 20
