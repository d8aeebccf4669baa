"""An Odoo user who runs stock and sales in a company of his own sees no change when our addons are there."""

import json
import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

SCRIPT = Path(__file__).with_name("another_company.py")


def postgres(program, *args):
    folder, host, user = (os.environ[f"KOPERASI_{name}"] for name in ("PG_BIN", "DB_HOST", "DB_USER"))
    subprocess.run([os.path.join(folder, program), "-h", host, "-U", user, *args], check=True)


@contextmanager
def copy_of(template):
    name = f"test_{os.getpid()}"
    postgres("dropdb", "--if-exists", "--force", name)
    postgres("createdb", "-T", template, name)
    try:
        yield name
    finally:
        postgres("dropdb", "--force", name)


def recorded(template):
    """What Odoo recorded of the company, in a copy of `template`."""
    with copy_of(template) as name:
        shell = [os.environ["KOPERASI_PYTHON"], os.environ["KOPERASI_ODOO"], "shell", "--no-http"]
        done = subprocess.run(
            [*shell, "-c", os.environ["KOPERASI_ODOO_RC"], "-d", name],
            input=SCRIPT.read_text(encoding="utf-8"),
            capture_output=True,
            text=True,
            check=False,
        )
    results = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    assert results, done.stdout[-2000:] + done.stderr[-4000:]
    return json.loads(results[0].removeprefix("RESULT "))


def test_another_company_sees_no_change():
    without, with_ours = recorded(os.environ["KOPERASI_DEPS_DB"]), recorded(os.environ["KOPERASI_TEMPLATE_DB"])
    assert len(without["items"]) > 10 and len(without["moves"]) == 5  # it did trade
    for part, rows in without.items():
        assert with_ours[part] == rows, part
