"""The checkout's PostgreSQL."""

import contextlib
import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
import time

from .base import STATE, Problem, child_env, failure, lock, output, read
from .processes import process_start

CAUSES = (
    (
        r"connection to server .* failed",
        "nobody gets in at %s: check PGHOST, PGPORT, PGUSER, PGPASSWORD, or unset them." % os.environ.get("PGHOST"),
    ),
    (r"permission denied to create database", "its user may not create databases: `alter role ... createdb`."),
)


def filestore(database):
    return os.path.join(STATE, "data", "filestore", database)


def link(source, target):
    """Copy a database's files: Odoo never changes one in place, so links do."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, copy_function=os.link)


class Postgres:
    """The checkout's own PostgreSQL, reached by a socket only; or the one the user named by PGHOST.

    Started on demand. Whoever uses it holds a shared lock; who leaves last stops it.
    """

    def __init__(self, programs):
        self.programs = programs
        self.named = bool(os.environ.get("PGHOST"))
        self.data = os.path.join(STATE, "pg")
        self.host = os.environ["PGHOST"] if self.named else self.data
        self.user = os.environ.get("PGUSER", "") if self.named else "koperasi"
        self.link = None

    # the server

    @contextlib.contextmanager
    def running(self):
        if self.named:
            yield self
            return
        with lock(os.path.join(STATE, "pg.lock"), shared=True) as users:
            with lock(os.path.join(STATE, "pg-start.lock")):
                self._start()
            try:
                yield self
            finally:
                self._unlink()
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    pass  # somebody else uses it
                else:
                    self.stop()

    def postmaster(self):
        """Its pid. The pid file alone is not trusted: pg_ctl would signal whoever has that pid now."""
        path = os.path.join(self.data, "postmaster.pid")
        deadline = time.monotonic() + 10
        while os.path.exists(path):
            pid = int(read(path).split()[0])
            with contextlib.suppress(OSError):
                ours = os.readlink("/proc/%d/exe" % pid).endswith("bin/postgres") and self.data in read(
                    "/proc/%d/cmdline" % pid
                ).split("\0")
                if ours and process_start(pid):
                    return pid
            if not os.path.exists("/proc/%d" % pid) or process_start(pid) or time.monotonic() > deadline:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(path)
                return None
            time.sleep(0.2)  # killed, and not reaped yet: a start now would fail
        return None

    def _start(self):
        account = self._account()
        if not os.path.isdir(self.data):
            self._initdb(account)
        if len(os.path.join(self.data, ".s.PGSQL.5432")) > 100:  # a socket's path holds 107 bytes
            self.link = tempfile.mkdtemp(prefix="koperasi-")
            self.host = os.path.join(self.link, "pg")
            os.symlink(self.data, self.host)
        if self.postmaster():  # a launcher that was killed may just have started it
            deadline = time.monotonic() + 60
            while self._run(["pg_isready", "-h", self.host, "-q"], account)[0] and time.monotonic() < deadline:
                time.sleep(0.1)
            return
        log = os.path.join(self.data, "server.log")
        code, text = self._run(["pg_ctl", "-D", self.data, "-l", log, "-w", "-t", "60", "start"], account)
        if code:
            text = read(log)[-1500:] if os.path.exists(log) else text
            rest = "`./koperasi clean` starts with fresh data. Its log says\n" + text
            raise failure("starting PostgreSQL", text, rest=rest)

    def stop(self):
        if self.postmaster():
            self._run(["pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop"], self._account())

    def _unlink(self):
        if self.link:
            shutil.rmtree(self.link)

    def _account(self):
        """PostgreSQL refuses root: there it runs as `nobody`, who owns its data."""
        try:
            if os.geteuid():
                pwd.getpwuid(os.geteuid())
                return {}
            nobody = pwd.getpwnam("nobody")
        except KeyError:
            raise Problem("this user has no passwd entry, which PostgreSQL needs: name a server by PGHOST.") from None
        return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def _run(self, args, account):
        args = [os.path.join(self.programs, args[0])] + args[1:]
        return output(args, cwd="/", start_new_session=True, **account)

    def _initdb(self, account):
        work = self.data + ".tmp"
        shutil.rmtree(work, ignore_errors=True)
        os.mkdir(work, 0o700)
        if account:
            os.chown(work, account["user"], account["group"])
        options = "-U postgres -A trust -E UTF8 --no-sync --no-instructions".split()
        options += "--locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C".split()
        code, text = self._run(["initdb", "-D", work] + options, account)
        if code:
            raise failure("initdb", text)
        folder = "." if len(os.path.join(self.data, ".s.PGSQL.5432")) > 100 else self.data
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": folder,
            "max_connections": "200",
            # the data can be made again: speed before safety from a power cut
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
        }
        if not os.path.isdir("/dev/shm") or shutil.disk_usage("/dev/shm").total < 64 << 20:
            settings["dynamic_shared_memory_type"] = "mmap"
        with open(os.path.join(work, "postgresql.conf"), "a", encoding="utf-8") as file:
            file.writelines("%s = '%s'\n" % (name, value.replace("'", "''")) for name, value in settings.items())
        # the role exists before anybody can connect: single-user mode, no server
        done = subprocess.run(
            [os.path.join(self.programs, "postgres"), "--single", "-D", work, "postgres"],
            input="create role koperasi login createdb\n",
            text=True,
            cwd="/",
            env=child_env(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            **account
        )
        if done.returncode:
            raise failure("preparing PostgreSQL", done.stdout)
        os.rename(work, self.data)

    # its databases

    def _client(self, what, program, database, *options):
        account = ["-U", self.user] if self.user else []
        args = [os.path.join(self.programs, program), "-h", self.host, *account, "-d", database, *options]
        code, text = output(args)
        log = os.path.join(self.data, "server.log")
        if code and os.path.exists(log) and not self.named:  # why our own server died, if it did
            text += read(log)[-1500:]
        if code:
            raise failure(what, text, CAUSES if self.named else ())
        return text

    def sql(self, query, database="postgres"):
        options = ["-XAtq", "-v", "ON_ERROR_STOP=1", "-c", query]
        return self._client("PostgreSQL", "psql", database, *options).split("\n")[:-1]

    def databases(self):
        """Ours; a named server may have others."""
        names = self.sql("select datname from pg_database where not datistemplate")
        return [name for name in names if os.path.isdir(filestore(name))]

    def drop(self, name):
        self.sql('drop database if exists "%s" with (force)' % name)
        shutil.rmtree(filestore(name), ignore_errors=True)

    def copy(self, template, name):
        os.utime(filestore(template))
        link(filestore(template), filestore(name))
        self.sql('create database "%s" template "%s" strategy file_copy' % (name, template))

    def rename(self, name, new):
        os.makedirs(filestore(name), exist_ok=True)
        shutil.rmtree(filestore(new), ignore_errors=True)
        os.rename(filestore(name), filestore(new))
        self.sql('alter database "%s" rename to "%s"' % (name, new))

    def save(self, name, folder):
        """Write a database and its files into a folder, from which another server restores it."""
        archive = os.path.join(folder, "database")
        self._client("saving the database", "pg_dump", name, "-Fc", "-Z1", "--statistics", "-f", archive)
        link(filestore(name), os.path.join(folder, "filestore"))

    def restore(self, folder, name):
        link(os.path.join(folder, "filestore"), filestore(name))
        self.sql("create database \"%s\" template template0 lc_collate 'C'" % name)  # as Odoo makes its databases
        options = ["--no-owner", "--exit-on-error", os.path.join(folder, "database")]
        self._client("restoring the database", "pg_restore", name, *options)
