"""Databases that others are copies of.

Each is named after its content and made once for all checkouts: kept in the cache, another checkout's server restores
it in seconds. A PostgreSQL that the user named may be of another version: its templates stay in it.
"""

import contextlib
import datetime
import glob
import os
import shutil

from .base import CACHE, STATE, Problem, digest, lock, say, step, touch
from .postgres import filestore
from .processes import process_start

KEPT_HERE, KEPT_IN_CACHE = 3, 5  # of each kind, the ones used last
DEMO_DAYS = 7  # a demo that ends so many days ago saves the minutes that a new one takes


class Templates:
    def __init__(self, checkout):
        self.checkout, self.pg = checkout, checkout.pg
        place = [STATE] if self.pg.named else []  # other checkouts may have named the same server
        self.deps = "deps_" + digest(checkout.odoo.key, checkout.venv.folder, *checkout.dependencies, *place)
        self.full = "full_" + digest(self.deps, *sorted(checkout.content.items()))

    # what there is

    def make_deps(self):
        """Odoo with what our addons depend on, on the Indonesian chart, without demo data."""
        return self._make(self.deps, None, self.checkout.install_dependencies)

    def make_full(self):
        """The same with our addons."""
        return self._make(self.full, self.make_deps, self.checkout.install_addons)

    def make_demo(self, content, up_to_today):
        """The same after the demo cooperatives have lived up to today, or, where there is one, to a day shortly before.

        :param content: key of the demo's code
        :return: (name, the demo's last day)
        """
        name, today = "demo_" + digest(self.full, content), datetime.date.today()
        for age in range(0 if up_to_today else DEMO_DAYS + 1):
            day = today - datetime.timedelta(age)
            if self._found("%s_%s" % (name, day)):
                return "%s_%s" % (name, day), day
        return self._make("%s_%s" % (name, today), self.make_full, self.checkout.live_demo), today

    # how they are made

    def _lock(self):
        return lock(os.path.join(STATE, "templates.lock"), "databases")

    def _make(self, name, start, fill):
        """:param start: makes the template that this one begins with, and returns its name"""
        if self._found(name):
            return name
        template = start and start()
        with self._lock():
            if name not in self.pg.databases():
                with self._making(name) as making:
                    if template:
                        self.pg.copy(template, making)
                    fill(making)
                self._save(name)
        return name

    def _found(self, name):
        """Whether the template is there, or could be restored."""
        with self._lock():
            folder = os.path.join(CACHE, "template-" + name)
            if name in self.pg.databases():
                os.utime(filestore(name))
                return True
            if self.pg.named or not os.path.isdir(folder):
                return False
            touch(folder)
            try:
                with step("database from the cache (%s)" % name.split("_")[0]), self._making(name) as making:
                    self.pg.restore(folder, making)
            except Problem as problem:
                if problem.known:
                    raise
                shutil.rmtree(folder)
                say("The copy in the cache is broken; it is made again.")
                return False
            return True

    @contextlib.contextmanager
    def _making(self, name):
        """A database under a passing name, which becomes the template when all went well."""
        making = "making_%d" % os.getpid()
        self.pg.drop(making)
        os.makedirs(filestore(making))
        try:
            yield making
        except BaseException:
            with contextlib.suppress(Problem):
                self.pg.drop(making)
            raise
        self.pg.rename(making, name)
        for old in oldest(filestore(kind(name) + "_*"), KEPT_HERE):
            self.pg.drop(os.path.basename(old))

    def _save(self, name):
        if self.pg.named:
            return
        folder, work = os.path.join(CACHE, "template-" + name), os.path.join(CACHE, ".tmp-template-%d" % os.getpid())
        for stale in glob.glob(os.path.join(glob.escape(CACHE), ".tmp-template-*")):
            if not process_start(int(stale.rpartition("-")[2])):
                shutil.rmtree(stale)
        with step("keeping it in the cache"):
            os.makedirs(work)
            self.pg.save(name, work)
            touch(work)
            try:
                os.rename(work, folder)
            except OSError:  # another checkout was faster
                shutil.rmtree(work)
        for old in oldest(os.path.join(CACHE, "template-%s_*" % kind(name)), KEPT_IN_CACHE):
            shutil.rmtree(old)


def kind(name):
    return name.split("_")[0]


def oldest(pattern, keep):
    """All but the folders used last."""
    return sorted(glob.glob(pattern), key=last_use)[:-keep]


def last_use(folder):
    """A template in the cache is marked by its file `ok`, one in a server by its folder of files."""
    marker = os.path.join(folder, "ok")
    return os.path.getmtime(marker if os.path.exists(marker) else folder)
