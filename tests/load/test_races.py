"""Races between transactions whose snapshots were all taken before the first commit (docs/architecture.md 2.1, 6)."""

import uuid
from datetime import date, timedelta

import pytest
from world import REPEAT, assert_human

TODAY = date.today()


@pytest.fixture(scope="module")
def counter(world):
    """Some members' voluntary savings; there is money in the boxes."""
    world.first, world.second, world.third, world.rich = (world.new_member()["sukarela"] for _number in range(4))
    world.deposit("sri", world.rich, 10**9)
    world.deposit("dewi", world.rich, 10**6)
    return world


@pytest.fixture
def emptied(counter):
    """The members' accounts are empty afterwards."""
    yield
    for account in (counter.first, counter.second, counter.third):
        if counter.balance(account):
            counter.do(*counter.operation("sri", account, "withdraw", counter.balance(account)))


def results_of(results):
    """(what succeeded, errors); every error is a sentence for people."""
    errors = [result for result in results if isinstance(result, Exception)]
    assert_human(errors)
    return [result for result in results if not isinstance(result, Exception)], errors


def one_wins(results, message):
    """Exactly one succeeds; the others read `message`."""
    won, errors = results_of(results)
    assert len(won) == 1, results
    assert all(message in str(error) for error in errors), errors
    return won[0]


@pytest.fixture(params=range(REPEAT))
def repeated(request):
    """The test again and again: some races show once in three runs."""


@pytest.fixture(params=range(max(1, REPEAT // 5)))
def repeated_seldom(request):
    """The same less often, for what takes long or resembles another case."""


# === A MEMBER'S MONEY === #


def test_two_withdrawals_of_the_whole_balance(counter, repeated):
    account = counter.first
    counter.deposit("dewi", account, 50000)
    one_wins(
        counter.race(
            counter.operation("dewi", account, "withdraw", 50000),
            counter.operation("sri", account, "withdraw", 50000),
        ),
        "The balance of",
    )
    assert counter.balance(account) == 0


def test_withdrawal_and_transfers_of_the_whole_balance(counter, emptied, repeated_seldom):
    """Two transfers cross, a third and a fourth person want the same money."""
    for account in (counter.first, counter.second):
        counter.deposit("dewi", account, 50000)
    won, errors = results_of(
        counter.race(
            counter.operation("dewi", counter.first, "transfer", 50000, target=counter.second),
            counter.operation("wati", counter.second, "transfer", 50000, target=counter.first),
            counter.operation("wati", counter.first, "transfer", 50000, target=counter.third),
            counter.operation("sri", counter.second, "withdraw", 50000),
        )
    )
    assert len(won) >= 2 and all("The balance of" in str(error) for error in errors)


def test_share_capital_is_paid_once(counter, repeated_seldom):
    """100,000 are due: two tellers who take 60,000 each would take too much."""
    account = counter.new_member()["pokok"]
    one_wins(
        counter.race(
            counter.operation("dewi", account, "deposit", 60000),
            counter.operation("sri", account, "deposit", 60000),
        ),
        "only Rp 40.000 is still to be paid",
    )


def test_approved_while_share_capital_is_paid(counter, repeated_seldom):
    """Whichever is last makes her a member; neither may rely on the other."""
    account = counter.new_member()["pokok"]
    [[member]] = counter.sql("SELECT member_id FROM koperasi_savings_account WHERE id = %s", account)
    won, _errors = results_of(
        counter.race(
            counter.operation("dewi", account, "deposit", 100000),
            ("ratna", counter.rpc("koperasi.member", "action_approve", [member])),
        )
    )
    assert len(won) == 2
    assert counter.sql("SELECT state FROM koperasi_member WHERE id = %s", member) == [("active",)]


# === ONE KEY === #


def test_twenty_clients_with_one_key(counter, emptied, repeated_seldom):
    key = str(uuid.uuid4())
    calls = [counter.operation("dewi", counter.first, "deposit", 1000, key=key) for _number in range(20)]
    won, errors = results_of(counter.race(*calls))
    assert not errors and len(won) == 20 and len(set(won)) == 1
    assert counter.sql("SELECT COUNT(*) FROM koperasi_transaction WHERE key = %s", key) == [(1,)]


def test_one_button_pressed_twice(counter, emptied, repeated_seldom):
    call = counter.operation("dewi", counter.first, "deposit", 1000)
    won, errors = results_of(counter.race(call, call))
    assert not errors and len(set(won)) == 1


def test_one_key_with_two_amounts(counter, emptied, repeated_seldom):
    key = str(uuid.uuid4())
    one_wins(
        counter.race(
            counter.operation("dewi", counter.first, "deposit", 1000, key=key),
            counter.operation("dewi", counter.first, "deposit", 2000, key=key),
        ),
        "already recorded as",
    )


# === THE BOX === #


def test_tellers_payout_limit(counter, emptied, repeated):
    """Two payouts of 40,000 from different accounts, 60,000 of the teller's limit left."""
    for account in (counter.first, counter.second):
        counter.deposit("dewi", account, 40000)
    with counter.env() as env:
        paid = env["koperasi.cash.session"].browse(counter.counter).amount_out
        env["res.company"].browse(counter.company_id).koperasi_payout_limit = paid + 60000
    one_wins(
        counter.race(
            counter.operation("dewi", counter.first, "withdraw", 40000),
            counter.operation("dewi", counter.second, "withdraw", 40000),
        ),
        "may pay out",
    )
    with counter.env() as env:
        assert env["koperasi.cash.session"].browse(counter.counter).amount_out == paid + 40000
        env["res.company"].browse(counter.company_id).koperasi_payout_limit = 0


@pytest.fixture(scope="module")
def forgotten(counter):
    """Yesterday's session on Dewi's box, still open."""
    return counter.open_session("sri", "KL1", TODAY - timedelta(days=1))


@pytest.mark.parametrize("sessions", ["one session", "two sessions"])
def test_box_running_empty(counter, forgotten, emptied, sessions, repeated_seldom):
    """Two members want more than half of what lies in the box; the second teller may be in yesterday's session."""
    counter.deposit("dewi", counter.rich, 100000)
    amount = counter.held("KL1") // 2 + 1
    for account in (counter.first, counter.second):
        counter.deposit("sri", account, amount, session=counter.past)
    one_wins(
        counter.race(
            counter.operation("dewi", counter.first, "withdraw", amount),
            counter.operation(
                "sri",
                counter.second,
                "withdraw",
                amount,
                session=forgotten if sessions == "two sessions" else counter.counter,
            ),
        ),
        "holds",
    )


@pytest.mark.parametrize("operation", ["deposit", "withdraw"])
def test_closing_while_money_moves(counter, emptied, operation, repeated_seldom):
    """What was counted lies in the box afterwards, whoever was first; what came too late is refused."""
    session = counter.open_session("wati", "KL1", TODAY - timedelta(days=2))
    counter.deposit("sri", counter.first, 5000, session=counter.past)
    with counter.env() as env:
        counted = env["koperasi.cash.session"].browse(session).expected_amount
    close = counter.do(
        "wati", lambda env: env["koperasi.cash.close"].create({"session_id": session, "counted_amount": counted}).id
    )
    results = counter.race(
        ("wati", counter.rpc("koperasi.cash.close", "action_confirm", [close])),
        counter.operation("sri", counter.first, operation, 5000, session=session),
    )
    _won, errors = results_of(results)
    assert not isinstance(results[0], Exception), results
    assert all("is closed" in str(error) for error in errors)
    with counter.env() as env:
        session = env["koperasi.cash.session"].browse(session)
        assert session.box_id._balance_units(session.date) == counted
        assert session.difference == (0 if errors else {"deposit": -5000, "withdraw": 5000}[operation])


def test_two_sessions_on_one_box(counter, repeated_seldom):
    day = TODAY - timedelta(days=2)
    session = one_wins(
        counter.race(("dewi", counter.opening("KL1", day)), ("wati", counter.opening("KL1", day))),
        "There is an open session",
    )
    counter.do(
        "sri",
        lambda env: env["koperasi.cash.session"]
        .browse(session)
        ._do_close(env["koperasi.cash.session"].browse(session).expected_amount),
    )


# === TAKEN BACK ONCE === #


def request_correction(counter, transaction):
    return counter.do(
        "dewi",
        lambda env: env["koperasi.correction"].create({"transaction_id": transaction, "reason": "Salah ketik"}).id,
    )


@pytest.mark.parametrize("other", ["action_approve", "action_refuse"])
def test_one_correction_decided_twice(counter, emptied, other, repeated_seldom):
    deposit = counter.deposit("dewi", counter.first, 7000)
    correction = request_correction(counter, deposit)
    one_wins(
        counter.race(
            ("sri", counter.rpc("koperasi.correction", "action_approve", [correction])),
            ("ratna", counter.rpc("koperasi.correction", other, [correction])),
        ),
        "has been decided on already",
    )
    [[state]] = counter.sql("SELECT state FROM koperasi_correction WHERE id = %s", correction)
    reversals = counter.sql("SELECT 1 FROM koperasi_transaction WHERE reversal_of_id = %s", deposit)
    assert len(reversals) == (1 if state == "approved" else 0)
    assert counter.balance(counter.first) == (0 if state == "approved" else 7000)


def test_corrected_while_it_is_spent(counter, repeated_seldom):
    correction = request_correction(counter, counter.deposit("dewi", counter.first, 7000))
    one_wins(
        counter.race(
            ("sri", counter.rpc("koperasi.correction", "action_approve", [correction])),
            counter.operation("dewi", counter.first, "withdraw", 7000),
        ),
        "The balance of",
    )
    assert counter.balance(counter.first) == 0


def test_one_correction_asked_twice(counter, emptied, repeated_seldom):
    deposit = counter.deposit("dewi", counter.first, 7000)
    wizards = [
        counter.do(
            login,
            lambda env: env["koperasi.correction.request"]
            .create({"transaction_id": deposit, "reason": "Salah ketik"})
            .id,
        )
        for login in ("dewi", "wati")
    ]
    one_wins(
        counter.race(
            *[
                (login, counter.rpc("koperasi.correction.request", "action_confirm", [wizard]))
                for login, wizard in zip(("dewi", "wati"), wizards)
            ]
        ),
        "is waiting already",
    )


# === RUNS === #


@pytest.fixture
def run(counter):
    """A run over 25 accounts with 1,000,000 each, in a product of its own."""
    with counter.env() as env:
        product = counter.new_product(env)
        accounts = counter.new_accounts(env, product, 25)
        counter.fund(env, accounts, 10**6)
        return (
            env["koperasi.run"]
            .create(
                {
                    "company_id": counter.company_id,
                    "product_id": product.id,
                    "date_from": counter.last_month(),
                }
            )
            .id
        )


def interest_of(counter, run):
    return counter.sql(
        """
        SELECT savings_id, COUNT(*), SUM(amount)::int FROM koperasi_transaction_line
        WHERE run_id = %s AND savings_id IS NOT NULL GROUP BY 1 ORDER BY 1""",
        run,
    )


def test_two_people_start_one_run(counter, run, repeated_seldom):
    start = counter.rpc("koperasi.run", "action_start", [run])
    one_wins(counter.race(("sri", start), ("sri", start)), "under way or done")
    with counter.env() as env:
        env["koperasi.run"].browse(run)._set(state="done")


@pytest.mark.parametrize("disturbed", [False, True])
def test_two_workers_on_one_run(counter, run, monkeypatch, disturbed, repeated_seldom):
    """Chunks of five; each account is treated once, also while its holder moves money."""
    from odoo.addons.koperasi_simpan_pinjam.models import koperasi_run

    monkeypatch.setattr(koperasi_run, "CHUNK", 5)
    counter.do("sri", counter.rpc("koperasi.run", "action_start", [run]))
    [[account]] = counter.sql(
        """
        SELECT MIN(a.id) FROM koperasi_savings_account a JOIN koperasi_run r USING (product_id) WHERE r.id = %s""",
        run,
    )
    work = (None, lambda env: env["koperasi.run"]._cron_process())
    calls = [work, work] + [counter.operation("sri", account, "withdraw", 1000) for _number in range(3 * disturbed)]
    _won, errors = results_of(counter.race(*calls))
    assert not errors
    treated = interest_of(counter, run)
    assert len(treated) == 25 and {row[1] for row in treated} == {1}
    assert {row[2] for row in treated} == {5000}  # 6 % of 1,000,000 for a month, rounded down to the rupiah
    assert counter.sql("SELECT state, done_count FROM koperasi_run WHERE id = %s", run) == [("done", 25)]


# === THE LAST FUNDS === #


@pytest.fixture(scope="module")
def treasurers(counter):
    """Wati is a treasurer too, with a box of her own to pay from."""
    with counter.env() as env:
        company = env["res.company"].browse(counter.company_id)
        company._koperasi_add_counter()
        counter.boxes = {
            box.journal_id.code: box.id
            for box in env["koperasi.cash.box"].search([("company_id", "=", counter.company_id)])
        }
        officer = {"user_id": counter.users["wati"], "company_id": counter.company_id, "role": "bendahara"}
        env["koperasi.officer"].create({**officer, "date_from": date(2020, 1, 1)})
    [code] = set(counter.boxes) - {"KL1", "KAS"}
    counter.open_session("wati", code)
    counter.deposit("wati", counter.new_member()["sukarela"], 10**9)
    return counter


def approved_loan(counter, amount):
    """:return: id of a loan that fits the funds by itself"""
    account = counter.new_member()["pokok"]
    counter.deposit("dewi", account, 100000)
    [[member]] = counter.sql("SELECT member_id FROM koperasi_savings_account WHERE id = %s", account)
    counter.do("ratna", counter.rpc("koperasi.member", "action_approve", [member]))

    def apply(env):
        product = env.ref(f"account.{counter.company_id}_koperasi_loan_product_warga")
        product.sudo().maximum_amount = 0
        loan = env["koperasi.loan"].create({"member_id": member, "product_id": product.id, "amount": amount})
        loan.action_submit()
        return loan.id

    loan = counter.do("dewi", apply)
    counter.do("ratna", counter.rpc("koperasi.loan", "action_approve", [loan]))
    return loan


def test_two_treasurers_lend_the_last_funds(treasurers, repeated_seldom):
    """Each loan fits, both together don't: one is paid out, the other waits in the queue."""
    counter = treasurers
    with counter.env() as env:
        company = env["res.company"].browse(counter.company_id)
        company.koperasi_reserve_percent = 0
        free, liquid = company._koperasi_loanable_units(env["koperasi.loan"]), company._koperasi_savings_kept()[0]
        company.koperasi_reserve_percent = round(100 * (free - 10**6) / float(liquid), 6)  # a million may be lent
        # the share capital of the two borrowers comes on top
        amount = int(company._koperasi_loanable_units(env["koperasi.loan"]) * 9 // 10)
    loans = [approved_loan(counter, amount) for _number in range(2)]
    counter.sql("UPDATE koperasi_loan SET state = 'approved' WHERE id IN %s", tuple(loans))
    forms = [
        counter.do(
            login,
            lambda env, loan=loan: env["koperasi.loan.operation"].create({"loan_id": loan, "operation": "disburse"}).id,
        )
        for login, loan in zip(("sri", "wati"), loans)
    ]
    _won, errors = results_of(
        counter.race(
            *[
                (login, counter.rpc("koperasi.loan.operation", "action_confirm", [form]))
                for login, form in zip(("sri", "wati"), forms)
            ]
        )
    )
    assert not errors
    states = counter.sql("SELECT state FROM koperasi_loan WHERE id IN %s", tuple(loans))
    assert sorted(state for [state] in states) == ["queued", "running"]
    for loan in loans:  # nothing stays promised for the next round
        counter.sql("UPDATE koperasi_loan SET state = 'cancelled' WHERE id = %s AND state = 'queued'", loan)


def test_last_contributions_to_a_campaign(treasurers, repeated_seldom):
    """Two tellers take the last two halves at once: together they reach the target, and it is noticed."""
    counter = treasurers
    member, other = (
        counter.sql("SELECT member_id FROM koperasi_savings_account WHERE id = %s", account)[0][0]
        for account in (counter.first, counter.second)
    )
    with counter.env() as env:
        campaign = env["koperasi.fundraising"].create(
            {
                "name": f"Rak {uuid.uuid4().hex[:6]}",
                "purpose": "Rak",
                "company_id": counter.company_id,
                "target": 10000,
                "deadline": TODAY + timedelta(days=9),
                "product_id": env.ref(f"account.{counter.company_id}_koperasi_product_campaign").id,
            }
        )
        campaign._set(state="open")
        campaign = campaign.id
    forms = [
        counter.do(
            login,
            lambda env, giver=giver: env["koperasi.fundraising.deposit"]
            .create({"fundraising_id": campaign, "member_id": giver, "amount": 5000})
            .id,
        )
        for login, giver in (("dewi", member), ("wati", other))
    ]
    _won, errors = results_of(
        counter.race(
            *[
                (login, counter.rpc("koperasi.fundraising.deposit", "action_confirm", [form]))
                for login, form in zip(("dewi", "wati"), forms)
            ]
        )
    )
    assert not errors
    assert counter.sql("SELECT state FROM koperasi_fundraising WHERE id = %s", campaign) == [("reached",)]
