"""The same races by JSON-RPC against a server with four workers, whose retries wait as they do in earnest."""

import threading
import uuid

import pytest
from rpc import Client, first_answer, free_port, running, wait_for
from world import REPEAT, assert_human, waiting

WORKERS = 4


@pytest.fixture(scope="module")
def server(world):
    port = free_port()
    options = ["--workers", str(WORKERS), "--http-port", str(port), "--gevent-port", str(free_port())]
    with running(world.name, *options, "--max-cron-threads", "0"):
        first_answer(port, world.name, "dewi")
        world.voluntary = [world.new_member()["sukarela"] for _number in range(2)]
        yield world, [Client(port, world.name, "dewi") for _number in range(20)]


@pytest.fixture(params=range(max(1, REPEAT // 20)))
def repeated(request):
    """Less often than in one process: here people wait."""


def at_once(world, clients, call):
    """`call(client, number)` of all clients, none of which goes on before each worker is in a transaction.

    The session's row is held until as many backends wait for it as there are workers: their snapshots are older than
    any commit of the others.
    """
    results = [None] * len(clients)

    def run(number, client):
        try:
            results[number] = call(client, number)
        except Exception as error:  # pylint: disable=broad-except
            results[number] = error

    threads = [threading.Thread(target=run, args=item, daemon=True) for item in enumerate(clients)]
    with world.registry.cursor() as holder:
        holder.execute("SELECT 1 FROM koperasi_cash_session WHERE id = %s FOR NO KEY UPDATE", [world.counter])
        for thread in threads:
            thread.start()
        wait_for(lambda: waiting(world) >= min(WORKERS, len(clients)))
    for thread in threads:
        thread.join(300)
    errors = [result for result in results if isinstance(result, Exception)]
    assert_human(errors)
    return [result for result in results if not isinstance(result, Exception)], errors


def confirm(world, account, operation, amount, keys=None):
    """Each client fills the form, saves it and presses the button."""

    def call(client, number):
        context = {"allowed_company_ids": [world.company_id], "lang": "en_US", "tz": "Asia/Jakarta"}
        vals = {"savings_id": account, "operation": operation, "amount": amount}
        wizard = client.call(
            "koperasi.savings.operation", "create", [{**vals, **({"key": keys} if keys else {})}], context=context
        )
        return client.call("koperasi.savings.operation", "action_confirm", wizard, context=context)["res_id"]

    return call


def test_twenty_clients_on_one_account(server, repeated):
    """20 withdrawals of 10,000 from 100,000: ten are paid."""
    world, clients = server
    account = world.voluntary[0]
    world.deposit("dewi", account, 100000)
    paid, errors = at_once(world, clients, confirm(world, account, "withdraw", 10000))
    assert len(paid) == 10 and len(set(paid)) == 10
    assert all("The balance of" in str(error) for error in errors)
    assert world.balance(account) == 0


def test_twenty_clients_with_one_key(server, repeated):
    world, clients = server
    receipts, errors = at_once(world, clients, confirm(world, world.voluntary[1], "deposit", 5000, str(uuid.uuid4())))
    assert not errors and len(receipts) == 20 and len(set(receipts)) == 1


def test_twenty_clients_at_one_counter(server, repeated):
    """20 deposits in one session: nobody is turned away, no number is lost (the books are checked after each test)."""
    world, clients = server
    before = world.balance(world.voluntary[1])
    receipts, errors = at_once(world, clients, confirm(world, world.voluntary[1], "deposit", 1000))
    assert not errors and len(set(receipts)) == 20
    assert world.balance(world.voluntary[1]) == before + 20000
