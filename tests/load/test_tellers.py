"""Many tellers at once, each at a cash box of her own, for a while, against a server with two workers.

KOPERASI_TELLERS and KOPERASI_SECONDS make it longer than the suite's few seconds:

    KOPERASI_TELLERS=20 KOPERASI_SECONDS=600 ./koperasi test --load -- -k tellers -s
"""

import os
import random
import threading
import time
from collections import Counter

from rpc import Client, assert_human, first_answer, free_port, running

TELLERS = int(os.environ.get("KOPERASI_TELLERS", "10"))
SECONDS = float(os.environ.get("KOPERASI_SECONDS", "15"))
OPERATION = "koperasi.savings.operation"


def hire(world):
    """`TELLERS` people, each with a box and an open session of her own.

    :return: [(login, box id)]
    """
    with world.env() as env:
        company = env["res.company"].browse(world.company_id)
        before = env["koperasi.cash.box"].search([("company_id", "=", company.id)])
        for _number in range(TELLERS):
            company._koperasi_add_counter()
        boxes = env["koperasi.cash.box"].search([("company_id", "=", company.id)], order="id") - before
        logins = [f"teller{number}" for number in range(TELLERS)]
        users = env["res.users"].create(
            [
                {
                    "login": login,
                    "password": login,
                    "name": login.title(),
                    "tz": "Asia/Jakarta",
                    "company_id": company.id,
                    "company_ids": [(6, 0, company.ids)],
                }
                for login in logins
            ]
        )
        env["koperasi.officer"].create(
            [
                {"user_id": user.id, "company_id": company.id, "role": "petugas", "date_from": "2020-01-01"}
                for user in users
            ]
        )
        world.users |= dict(zip(logins, users.ids))
        places = list(zip(logins, boxes.ids))
    for login, box in places:
        world.boxes[login] = box
        world.open_session(login, login)
    return places


class Teller:
    """Serves one person after the other: her own members take money out too, those of all bring only."""

    def __init__(self, world, port, login, own, shared):
        self.client, self.own, self.shared = Client(port, world.name, login), own, shared
        self.context = {"allowed_company_ids": [world.company_id], "lang": "en_US", "tz": "Asia/Jakarta"}
        self.random, self.balance = random.Random(login), Counter()
        self.done, self.waits, self.errors = Counter(), [], []

    def serve_until(self, end):
        while time.monotonic() < end:
            start = time.monotonic()
            try:
                self.serve()
            except Exception as error:  # pylint: disable=broad-except
                self.errors.append(error)
            self.waits.append(time.monotonic() - start)

    def serve(self):
        """A deposit or a withdrawal, as the form does it; now and then somebody presses the button twice."""
        account = self.random.choice(self.own + self.shared)
        operation = "withdraw" if self.balance[account] >= 20000 and account in self.own else "deposit"
        amount = self.random.choice([5000, 10000, 20000])
        vals = {"savings_id": account, "operation": operation, "amount": amount}
        [wizard] = self.client.call(OPERATION, "create", [vals], context=self.context)
        answers = [
            self.client.call(OPERATION, "action_confirm", [wizard], context=self.context)["res_id"]
            for _press in range(1 + (self.random.random() < 0.1))
        ]
        assert len(set(answers)) == 1, "two receipts of one form"
        self.balance[account] += amount if operation == "deposit" else -amount
        self.done[operation] += 1


def test_tellers(world):
    """No error is shown; each box holds what its teller counted; receipts and books are checked after each test."""
    places, port = hire(world), free_port()
    own = [[world.new_member()["sukarela"] for _number in range(2)] for _place in places]
    shared = [world.new_member()["sukarela"] for _number in range(3)]
    before = {account: world.balance(account) for account in shared}
    options = ["--workers", "2", "--http-port", str(port), "--gevent-port", str(free_port())]
    with running(world.name, *options, "--max-cron-threads", "0"):
        first_answer(port, world.name, "dewi")
        tellers = [
            Teller(world, port, login, accounts, shared) for (login, _box), accounts in zip(places, own)
        ]
        end = time.monotonic() + SECONDS
        threads = [threading.Thread(target=teller.serve_until, args=(end,), daemon=True) for teller in tellers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SECONDS + 120)
            assert not thread.is_alive(), "a teller still waits for an answer"
    errors = [error for teller in tellers for error in teller.errors]
    assert_human(errors)
    assert not errors, errors[:3]
    done = sum((teller.done for teller in tellers), Counter())
    waits = sorted(wait for teller in tellers for wait in teller.waits)
    print(
        f"\n{TELLERS} tellers, {SECONDS:.0f} s: {done['deposit']} deposits, {done['withdraw']} withdrawals, "
        f"{sum(done.values()) / SECONDS:.1f} a second; half within {waits[len(waits) // 2]:.2f} s, "
        f"19 of 20 within {waits[len(waits) * 19 // 20]:.2f} s, the longest {waits[-1]:.2f} s"
    )
    assert all(teller.done for teller in tellers), "somebody was never served"
    for teller, (login, _box) in zip(tellers, places):
        assert world.held(login) == sum(teller.balance.values())
        for account in teller.own:
            assert world.balance(account) == teller.balance[account]
        count = sum(teller.done.values())
        receipts = world.sql("SELECT COUNT(*) FROM koperasi_transaction WHERE create_uid = %s", world.users[login])
        assert receipts == [(count,)]
    for account in shared:
        assert world.balance(account) == before[account] + sum(teller.balance[account] for teller in tellers)
