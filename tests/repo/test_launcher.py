"""The launcher's own rules, as far as they can be checked without a network, Odoo or PostgreSQL."""

import ast
import os
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from launcher import base, fetch, processes, templates, testing  # noqa: E402

# What the programs print when it happens: each was provoked once.
SAYINGS = {
    "no connection": [
        "W: Failed to fetch http://deb.debian.org/debian/dists/sid/InRelease  Temporary failure resolving "
        "'deb.debian.org'\nE: Some index files failed to download.",
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(<...>: Failed to establish "
        "a new connection: [Errno -3])': /simple/pip/\nERROR: No matching distribution found for pip",
    ],
    "certificate": [
        "Could not fetch URL https://pypi.org/simple/pip/: connection error: HTTPSConnectionPool: Max retries exceeded "
        "(Caused by SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"
    ],
    "disk is full": [
        "tar: ./usr/lib/odoo/x.py: Cannot write: No space left on device",
        "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
        'psycopg2.errors.DiskFull: could not extend file "base/5/1": No space left on device',
    ],
    "arrived broken": [
        "E: Failed to fetch http://deb.debian.org/x.deb  Hash Sum mismatch",
        "E: Failed to fetch http://deb.debian.org/x.deb  File has unexpected size (5 != 7). Mirror sync in progress?",
        "E: Failed to fetch http://deb.debian.org/InRelease  Clearsigned file isn't valid, got 'NOSPLIT'",
        "dpkg-deb: error: 'x.deb' is not a Debian format archive",
        "zipfile.BadZipFile: File is not a zip file",
    ],
    "clock is wrong": ["E: Release file for http://deb.debian.org/debian/dists/sid/InRelease is expired"],
    "refuses": [
        "Err:1 http://deb.debian.org/debian sid InRelease\n  407  Proxy Authentication Required [IP: 127.0.0.1 3902]\n"
        "E: The repository 'http://deb.debian.org/debian sid InRelease' is not signed.",
        "OSError('Tunnel connection failed: 407 Proxy Authentication Required')"],
    "does not have it": ["E: Version 'sid' for 'odoo-19' was not found", "E: Unable to locate package odoo-19"],
    "Python 3.10 to": ["ERROR: No matching distribution found for lxml==6.1.3"],
}


@pytest.mark.parametrize("cause, text", [(cause, text) for cause, texts in SAYINGS.items() for text in texts])
def test_a_known_cause_is_one_line_with_its_cure(cause, text):
    problem = base.failure("fetching", "Reading ...\n%s\n" % text, fetch.CAUSES)
    assert problem.known and cause in str(problem) and "\n" not in str(problem)


def test_an_unknown_cause_shows_the_last_words():
    problem = base.failure("fetching", "first\n" + "\n".join(map(str, range(20))))
    assert not problem.known and "first" not in str(problem) and str(problem).endswith("18\n19")


def test_an_old_python_is_told_so():
    source = (ROOT / "koperasi").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 4))  # it can be read at all
    assert isinstance(tree.body[1], ast.Import) and [name.name for name in tree.body[1].names] == ["sys"]
    check = tree.body[2]
    assert isinstance(check, ast.If) and "version_info" in ast.dump(check.test)
    pretend = "import sys; sys.version_info = (3, 9, 2); exec(open(%r).read())" % str(ROOT / "koperasi")
    told = subprocess.run([sys.executable, "-c", pretend], capture_output=True, text=True)
    assert told.returncode == 1
    assert told.stderr == "koperasi: Python 3.9 is too old: run it with Python 3.10 or newer.\n"


def launch(tmp_path, *args, **env):
    env = {**os.environ, "KOPERASI_CACHE": str(tmp_path / "cache of theirs"), **env}
    return subprocess.run([sys.executable, str(ROOT / "koperasi"), *args], env=env, capture_output=True, text=True)


def test_help_tells_all_commands(tmp_path):
    text = launch(tmp_path, "--help").stdout
    for command in ("run", "test", "lint", "bench", "shell", "stop", "clean"):
        assert re.search(r"^    %s  " % command, text, re.M), command
        assert "usage" in launch(tmp_path, command, "--help").stdout
    for variable in ("KOPERASI_CACHE", "KOPERASI_ODOO_PATH", "PGHOST", "http_proxy", "PIP_CERT"):
        assert variable in text
    assert not (tmp_path / "cache of theirs").exists()


def test_one_line_and_a_cure(tmp_path):
    (tmp_path / "file").write_text("")
    taken = processes.socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    port = taken.getsockname()[1]
    cases = [
        (launch(tmp_path, "run", "--port", str(port)), "is taken by process %d (" % os.getpid(), "another --port"),
        (launch(tmp_path, "run", "--odoo-path", str(tmp_path)), "no odoo-bin", "another --odoo-path"),
        (launch(tmp_path, "run", KOPERASI_CACHE=str(tmp_path / "file" / "x")), "cannot write to", "set KOPERASI_CACHE"),
    ]
    taken.close()
    for done, cause, cure in cases:
        assert done.returncode == 3, done
        assert not done.stderr and done.stdout.count("\n") == 1
        assert cause in done.stdout and cure in done.stdout


def test_stop_when_nothing_runs(tmp_path):
    assert launch(tmp_path, "stop").stdout == "Nothing of this checkout runs.\n"


LOG = """\
2026-11-24 10:00:00,1 7 INFO db odoo.addons.a.tests.test_a: Starting TestA.test_one ...
2026-11-24 10:00:00,2 7 WARNING db odoo.addons.a.tests.test_tour: Chrome executable not found
2026-11-24 10:00:00,3 7 INFO db odoo.addons.a.tests.test_tour: skipped TestTour.test_tour : Chrome executable not found
2026-11-24 10:00:00,4 7 INFO db odoo.tests.result: 0 failed, 0 error(s) of 3 tests when loading database 'db'
"""


def test_a_test_without_browser_is_skipped_only_when_there_is_none(tmp_path, monkeypatch):
    log = tmp_path / "log"
    log.write_text(LOG)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert testing.read_odoo_log(log) == (2, [], 1)
    (tmp_path / "chromium").write_text("#!/bin/sh\n")
    (tmp_path / "chromium").chmod(0o755)
    passed, complaints, excused = testing.read_odoo_log(log)
    assert (passed, len(complaints), excused) == (2, 2, 0)


def test_a_skip_for_another_reason_is_a_failure(tmp_path, monkeypatch):
    log = tmp_path / "log"
    log.write_text(LOG.replace("Chrome executable not found", "too tired"))
    monkeypatch.setenv("PATH", str(tmp_path))
    passed, complaints, excused = testing.read_odoo_log(log)
    assert (passed, len(complaints), excused) == (2, 2, 0)


def test_a_child_dies_with_the_launcher(tmp_path):
    """Killed without a chance to clean up, in a session of its own."""
    source = (
        "import sys, time; sys.path.insert(0, %r)\n"
        "from launcher.processes import child\n"
        "print(child(['sleep', '60'], %r, 'sleep').pid, flush=True)\n"
        "time.sleep(60)\n"
    ) % (str(ROOT), str(tmp_path / "log"))
    env = {**os.environ, "KOPERASI_CACHE": str(tmp_path)}
    with subprocess.Popen([sys.executable, "-c", source], env=env, stdout=subprocess.PIPE, text=True) as launcher:
        pid = int(launcher.stdout.readline())
        assert processes.process_start(pid)
        launcher.kill()
    for _attempt in range(100):
        if not processes.process_start(pid):
            return
        processes.time.sleep(0.05)
    raise AssertionError("it lives on")


def test_a_demo_of_the_last_week_will_do_unless_asked_for_a_fresh_one(monkeypatch):
    monkeypatch.setattr(templates.Templates, "__init__", lambda self: setattr(self, "full", "full_1"))
    kept, today = templates.Templates(), date.today()
    key = base.digest("full_1", "content")
    monkeypatch.setattr(kept, "checkout", SimpleNamespace(live_demo=None), raising=False)
    monkeypatch.setattr(kept, "_make", lambda name, start, fill: name)

    def demo(*ages, fresh=False):
        names = ["demo_%s_%s" % (key, today - timedelta(age)) for age in ages]
        monkeypatch.setattr(kept, "_found", names.__contains__)
        name, day = kept.make_demo("content", fresh)
        assert name == "demo_%s_%s" % (key, day)
        return (today - day).days

    assert demo() == 0
    assert demo(3, 5) == 3
    assert demo(7) == 7
    assert demo(8) == 0
    assert demo(3, fresh=True) == 0
