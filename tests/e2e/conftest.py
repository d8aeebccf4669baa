import os
import re

import pytest
from life import Cooperative, Server
from rpc import database, first_answer, free_port, running
from scenarios import MELATI, WARGA


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
