"""The other commands: run, shell, stop, clean, lint, bench."""

import contextlib
import fcntl
import glob
import os
import shutil
import signal
import subprocess
import time

from .base import CACHE, ROOT, STATE, Problem, child_env, say, step
from .checkout import Checkout, manifests
from .fetch import Venv
from .postgres import Postgres
from .processes import (
    answers,
    child,
    end,
    failed,
    finish,
    free,
    holder,
    holds,
    listening,
    log_path,
    process_start,
    read_log,
    still_running,
    wait,
)

# Where printing finds its style sheets, whatever address people type.
PAPERS_FROM = (
    "INSERT INTO ir_config_parameter (key, value) VALUES ('report.url', 'http://127.0.0.1:%d')"
    " ON CONFLICT (key) DO UPDATE SET value = excluded.value"
)
# Of demo/__init__.py.
LOGINS = """    or one of these, whose password is the same word:
      petugas     serves members at the counter     ketua       approves
      bendahara   pays loans out, closes the books  sekretaris  keeps the register of members
      pengawas    examines                          pemantau    the kelurahan, sees no names
      anggota     a member, on her phone            rangkap     teller here, treasurer of a second cooperative
"""


def run(args):
    with contextlib.ExitStack() as stack:
        server_lock = stack.enter_context(open(os.path.join(STATE, "server.lock"), "a", encoding="utf-8"))
        try:
            fcntl.flock(server_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Problem("this checkout's server runs already: use it, or `./koperasi stop` first.") from None
        for pid, what in still_running():
            if what == "server":
                say("Stopping process %d, a server that a killed koperasi left." % pid)
                end(pid)
        if args.port and not free(args.port):
            raise taken(args.port)
        checkout = stack.enter_context(Checkout(args.odoo_path).ready())
        database, demo_day = checkout.run_database(args.fresh, not args.without_demo)
        serve(checkout, database, demo_day, args.port)


def taken(port):
    if port < 1024 and os.geteuid():
        return Problem("port %d is root's: choose a --port above 1023." % port)
    return Problem("port %d is taken by %s: choose another --port." % (port, holder(port)))


def serve(checkout, database, demo_day, wanted):
    server = None
    while not server:
        port = wanted or next(number for number in range(8069, 8169) if free(number))
        server, path = start_server(checkout, database, port, wanted)
    try:
        if port != 8069 and not wanted:
            say("Port 8069 is taken by %s; using %d." % (holder(8069), port))
        say("\n    http://localhost:%d      user: admin   password: admin\n" % port)
        if demo_day:
            say(LOGINS)
        if demo_day and demo_day < time.strftime("%Y-%m-%d"):
            day = "/".join(reversed(demo_day.split("-")))
            say("The demo's last day is %s; `run --fresh` makes a new database that lives up to today." % day)
        if not shutil.which("wkhtmltopdf"):
            say("There is no wkhtmltopdf: PDFs are shown as web pages until it is installed (apt install wkhtmltopdf).")
        say("Odoo %s, database %s, log %s" % (os.path.basename(checkout.odoo.path.split("/usr/")[0]), database, path))
        say("Ctrl-C ends it.")
        code = server.wait()
        say("The server has ended (exit %d)." % code)
    except KeyboardInterrupt:
        say("\nStopping.")
    finally:
        finish(server)


def start_server(checkout, database, port, wanted):
    """:return: (the server when it answers, its log); no server when another program was faster at the port"""
    path = log_path("server")
    options = ["-d", database, "--http-port", str(port), "--db-filter", "^%s$" % database]
    url = "http://127.0.0.1:%d/web/login" % port
    checkout.pg.sql(PAPERS_FROM % port, database)
    server = child(checkout.command(*options), path, "server")
    try:
        with step("server"):
            # a page alone may be another program's
            while server.poll() is None and not (holds(server.pid, listening(port)) and answers(url)):
                time.sleep(0.2)
    except BaseException:
        finish(server)
        raise
    if server.poll() is None:
        return server, path
    finish(server)
    if "Address already in use" not in read_log(path):
        raise failed("the server", path)
    if wanted:
        raise taken(port)
    return None, path


def shell(args):
    with Checkout(args.odoo_path).ready() as checkout:
        database = args.database or checkout.run_database(False, True)[0]
        previous = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the shell's
        try:
            return subprocess.call(checkout.command("shell", "-d", database, "--no-http"), env=child_env(), cwd=ROOT)
        finally:
            signal.signal(signal.SIGINT, previous)


def stop(_args=None):
    for pid, what in still_running():
        if pid == os.getpid() or not process_start(pid):  # a launcher takes its programs with it
            continue
        say("stopping %s (process %d)" % (what, pid))
        end(pid)
    data = os.path.join(STATE, "pg")
    pid = Postgres("").postmaster() if os.path.isdir(data) else None
    if pid:
        say("stopping PostgreSQL (process %d)" % pid)
        os.kill(pid, signal.SIGINT)  # a fast shutdown
        while process_start(pid):
            time.sleep(0.05)
    say("Nothing of this checkout runs.")


def clean(_args):
    """Forget this checkout's databases, files and logs, and what no checkout has used for 30 days."""
    stop()
    for name in os.listdir(STATE):
        path = os.path.join(STATE, name)
        if os.path.isdir(path):
            shutil.rmtree(path)
        elif not name.endswith(".lock"):
            os.unlink(path)
    for marker in glob.glob(os.path.join(glob.escape(CACHE), "*-*", "ok")):
        if os.path.getmtime(marker) < time.time() - 30 * 86400:
            shutil.rmtree(os.path.dirname(marker))
    say("Cleaned %s." % STATE)


def lint(_args):
    venv = Venv("requirements-dev.txt").build()
    addons = list(manifests())
    python = [name for name in ["koperasi", "launcher", "tests", *addons] if os.path.exists(os.path.join(ROOT, name))]
    shell = [".ci/run", "docker/backup", "docker/entrypoint", "docker/restore"]
    translations = [path for name in addons for path in sorted(glob.glob(glob.escape(ROOT) + "/%s/i18n/*.po*" % name))]
    tools = [
        ("flake8", [venv.python, "-m", "flake8"], python),
        ("isort", [venv.python, "-m", "isort", "--check-only", "--diff"], python),
        ("pylint-odoo", [venv.python, "-m", "pylint", "--rcfile=setup.cfg"], addons),
        ("oca-checks-odoo-module", [venv.program("oca-checks-odoo-module")], addons),
        ("oca-checks-po", [venv.program("oca-checks-po")], translations),
        ("shellcheck", [venv.program("shellcheck")], shell),
        ("hadolint", [venv.program("hadolint")], ["docker/Dockerfile"]),
    ]
    failed = 0
    for name, command, subjects in tools:
        if not subjects:
            say("%-58s nothing to check yet" % name)
            continue
        path = log_path(name)
        start = time.monotonic()
        code = wait(child([*command, *subjects], path, name))
        text = read_log(path).strip()
        say("%-58s %6.1f s  %s" % (name, time.monotonic() - start, "FAILED" if code else "good"))
        if code:
            say(text)
        failed += bool(code)
    return 1 if failed else 0


def bench(args):
    scripts = sorted(glob.glob(os.path.join(glob.escape(ROOT), "tests", "bench", "bench_*.py")))
    if not scripts:
        say("There is no benchmark in tests/bench yet.")
        return 0
    with Checkout(args.odoo_path).ready() as checkout:
        checkout.templates.make_full()
        env = checkout.environment()
        env["PYTHONPATH"] = os.path.join(ROOT, "tests")  # what benchmarks share with the tests
        for script in scripts:
            name = os.path.relpath(script, ROOT)
            say("--- " + name)
            code = subprocess.call([checkout.venv.python, script] + args.extra, env=env, cwd=ROOT)
            if code:
                say("%s ended with exit code %d" % (name, code))
    return 0
