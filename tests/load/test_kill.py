"""A run whose worker is killed goes on where it stopped: whole chunks, every account once, the books always right."""

import contextlib
import os
import random
import signal
import time

import pytest
from rpc import running, wait_for
from world import REPEAT, backends, waiting

ACCOUNTS = 6000
INTEREST = 5000  # 6 % of 1,000,000 a year, a month of it


@pytest.fixture(scope="module")
def run(world):
    for _number in range(50):
        world.new_member()
    with world.env() as env:
        # No tax, so that everybody gets the same.
        env["res.company"].browse(world.company_id).koperasi_interest_tax_threshold = 10**12
        env["ir.cron"].search([("id", "!=", env.ref("koperasi_simpan_pinjam.cron_run").id)]).active = False
        product = world.new_product(env)
        world.fund(env, world.new_accounts(env, product, ACCOUNTS), 10**6)
        return (
            env["koperasi.run"]
            .create(
                {
                    "company_id": world.company_id,
                    "product_id": product.id,
                    "date_from": world.last_month(),
                }
            )
            .id
        )


def done(world, run):
    return world.sql("SELECT done_count FROM koperasi_run WHERE id = %s", run)[0][0] or 0


def working(world, run):
    """A scheduler that has committed more of the run than there was before."""

    @contextlib.contextmanager
    def scheduler():
        before = done(world, run)
        with running(world.name, "--no-http", "--max-cron-threads", "1") as process:

            def works():
                with world.env() as env:
                    env["ir.cron"]._notifydb()  # one that has just begun to listen has missed the first call
                return done(world, run) > before

            wait_for(works, 120)
            yield process

    return scheduler()


def kill(world, process):
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def what_is_left(world, run, process):
    """Whole chunks, and books that agree; returns how many accounts have their interest."""
    wait_for(lambda: not backends(world, f"odoo-{process.pid}"))
    world.check()
    [[lines, accounts, amount]] = world.sql(
        "SELECT COUNT(*), COUNT(DISTINCT savings_id), COALESCE(SUM(amount), 0)::bigint "
        "FROM koperasi_transaction_line WHERE run_id = %s AND savings_id IS NOT NULL",
        run,
    )
    assert lines == accounts == done(world, run)
    assert amount == lines * INTEREST
    return accounts


def test_killed_run(world, run):
    world.do("sri", world.rpc("koperasi.run", "action_start", [run]))

    # In the middle of a chunk: its lines are written, its entry waits for a table that somebody holds.
    with world.registry.cursor() as holder, working(world, run) as process:
        holder.execute("LOCK TABLE account_move IN EXCLUSIVE MODE")
        wait_for(lambda: waiting(world))
        kill(world, process)
    assert 0 < what_is_left(world, run, process) < ACCOUNTS

    # At any moment.
    for _number in range(max(1, REPEAT // 20)):
        if done(world, run) < ACCOUNTS:
            with working(world, run) as process:
                time.sleep(random.random())  # a fault's moment, no synchronization
                kill(world, process)
            what_is_left(world, run, process)

    if done(world, run) < ACCOUNTS:
        with working(world, run) as process:
            wait_for(lambda: done(world, run) == ACCOUNTS, 120)
    assert what_is_left(world, run, process) == ACCOUNTS
