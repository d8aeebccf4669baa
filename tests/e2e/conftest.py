import json
import os
import re
import time

import pytest
from life import Cooperative, Server
from rpc import database, first_answer, free_port, odoo, running
from scenarios import MELATI, WARGA

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
# The demo's life, watched; the addon's list of reports is loaded by its path, without the addon's tests.
LIVE = f"""
import importlib.util
import sys

sys.path[:0] = [{ROOT!r}, {HERE!r}]
spec = importlib.util.spec_from_file_location("papers", {ROOT + "/koperasi_simpan_pinjam/tests/papers.py"!r})
papers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(papers)
import evenings

evenings.report(env, papers)
env.cr.commit()
"""


@pytest.fixture(scope="session")
def server():
    """Odoo on a new database of our addons, with its scheduler."""
    port = free_port()
    with database(f"test_{os.getpid()}") as name:
        with running(name, "--http-port", str(port), "--max-cron-threads", "1") as process:
            first_answer(port, name, "admin")
            yield Server(name, port)
            with open(process.log, encoding="utf-8") as log:
                assert not [line for line in log if re.search(r"^\S+ \S+ \d+ (ERROR|CRITICAL) ", line)]


@pytest.fixture(scope="session")
def cooperatives(server):
    """The database's own, empty company, and a new one beside it; Maya has a role in both."""
    admin = server.admin()
    companies = [admin.call("res.company", "search", [])[0], admin.new_company("Baru")]
    return [Cooperative(server, company, scenario) for company, scenario in zip(companies, (WARGA, MELATI))]


@pytest.fixture(scope="session", params=[0, 1], ids=[WARGA.name, MELATI.name])
def year(request, cooperatives):
    """A cooperative whose last year was lived, closed and distributed."""
    return cooperatives[request.param].live()


@pytest.fixture(scope="session")
def demo():
    """A server on the demo cooperatives, which were lived without a warning; `evenings`: what evenings.py found."""
    name, port = f"test_demo_{os.getpid()}", free_port()
    with database(name):
        start = time.monotonic()
        printed, log = odoo("shell", "-d", name, script=LIVE)
        assert not re.search(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) ", log, re.M), log
        print(f"the demo was lived in {time.monotonic() - start:.0f} s")
        with running(name, "--http-port", str(port)):
            client = first_answer(port, name, "petugas")
            client.evenings = json.loads(re.search(r"^EVENINGS (.*)$", printed, re.M).group(1))
            yield client
