"""An Odoo user who runs stock and sales in a company of his own sees no change when our addons are there."""

import json
import os
from pathlib import Path

from rpc import database, odoo

SCRIPT = Path(__file__).with_name("another_company.py")


def recorded(template):
    """What Odoo recorded of the company, in a copy of `template`."""
    with database(f"test_{os.getpid()}_company", template) as name:
        printed, log = odoo("shell", "-d", name, script=SCRIPT.read_text(encoding="utf-8"))
    results = [line for line in printed.splitlines() if line.startswith("RESULT ")]
    assert results, printed[-2000:] + log[-4000:]
    return json.loads(results[0].removeprefix("RESULT "))


def test_another_company_sees_no_change():
    without, with_ours = recorded(os.environ["KOPERASI_DEPS_DB"]), recorded(os.environ["KOPERASI_TEMPLATE_DB"])
    assert len(without["items"]) > 10 and len(without["moves"]) == 5  # it did trade
    for part, rows in without.items():
        assert with_ours[part] == rows, part
