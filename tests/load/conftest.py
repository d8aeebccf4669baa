import os

import pytest
import world as helpers


@pytest.fixture(scope="session")
def world():
    """The cooperative all load tests share; each test leaves it consistent."""
    with pytest.MonkeyPatch.context() as monkeypatch, helpers.database(f"test_{os.getpid()}") as name:
        yield helpers.World(name, monkeypatch)


@pytest.fixture(autouse=True)
def consistent(world):
    yield
    world.check()
