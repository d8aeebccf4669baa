import os
import site

import pytest

# As in Odoo's own environment: its .pth files say where Odoo is.
site.addsitedir(os.environ["PYTHONPATH"].split(os.pathsep)[0])


@pytest.fixture(scope="session")
def world():
    """The cooperative all load tests share; each test leaves it consistent."""
    from world import World, database

    with pytest.MonkeyPatch.context() as monkeypatch, database(f"test_{os.getpid()}") as name:
        yield World(name, monkeypatch)


@pytest.fixture(autouse=True)
def consistent(world):
    yield
    world.check()
