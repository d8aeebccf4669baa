"""What all parts of the launcher use: the cache, locks, children's environment, one line per step."""

import contextlib
import fcntl
import hashlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

try:
    import ctypes

    LIBC = ctypes.CDLL(None)
except (ImportError, OSError):  # a Python built without it
    LIBC = None

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


class Problem(Exception):
    """Something the user can mend: one line naming cause and cure."""

    known = False  # whether its cause is one that we have a cure for


def say(text=""):
    print(text, flush=True)


class Step:
    """One line per step: what is done, then how long it took; on a terminal also while it goes on."""

    def __init__(self, label, folder=None):
        self.label, self.folder, self.start = label, folder, time.monotonic()

    def tick(self):
        if sys.stdout.isatty():
            done = ", %d MB" % (size(self.folder) / 1e6) if self.folder else ""
            print("\r%-58s %6.0f s%s " % (self.label, time.monotonic() - self.start, done), end="", flush=True)


STEPS = []  # those that go on, the innermost last


@contextlib.contextmanager
def step(label, folder=None):
    """:param folder: what grows meanwhile"""
    print("%-58s" % label, end="", flush=True)
    STEPS.append(Step(label, folder))
    start = "\r%-58s" % label if sys.stdout.isatty() else ""
    try:
        yield
    except BaseException:
        say("%s failed after %.1f s" % (start, time.monotonic() - STEPS.pop().start))
        raise
    say("%s %6.1f s" % (start, time.monotonic() - STEPS.pop().start) + (" " * 10 if start else ""))


def size(folder):
    """Bytes of all files in a folder that others may be changing."""
    total = 0
    for where, _folders, files in os.walk(folder):
        for name in files:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(where, name)).st_size
    return total


def digest(*parts):
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:10]


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    temporary = "%s.%d" % (path, os.getpid())
    with open(temporary, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(temporary, path)


def child_env(**extra):
    """The user's environment without what would bend our Pythons; proxies, certificates and mirrors stay."""
    dropped = "PYTHONPATH PYTHONHOME PYTHONSTARTUP PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PIP_REQUIRE_VIRTUALENV"
    dropped = dropped.split()
    if not os.environ.get("PGHOST"):  # our own server: nothing of another one may show through
        dropped += [name for name in os.environ if name.startswith("PG")]
    env = {name: value for name, value in os.environ.items() if name not in dropped}
    env.update(PYTHONNOUSERSITE="1", LC_ALL="C.UTF-8", PYTHONPYCACHEPREFIX=os.path.join(CACHE, "pyc"))
    env.update(extra)
    return env


def with_us():
    """Runs in a new child: the kernel ends it when the launcher is killed."""
    if LIBC:
        LIBC.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def patiently(wait):
    """What `wait(timeout=...)` returns in the end; meanwhile the step under way shows its progress."""
    while True:
        try:
            return wait(timeout=0.5)
        except subprocess.TimeoutExpired:
            if STEPS:
                STEPS[-1].tick()


def output(args, **kwargs):
    """Run a program; return (exit code, what it printed)."""
    kwargs.setdefault("env", child_env())
    kwargs.update(stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace")
    with subprocess.Popen(args, preexec_fn=with_us, **kwargs) as process:  # no thread of ours can hold a lock
        try:
            text, _nothing = patiently(process.communicate)
        except BaseException:
            process.kill()
            raise
    return process.returncode, text


DISK_FULL = "the disk is full: free some space, or point KOPERASI_CACHE to another disk."


def failure(what, text, causes=(), rest=None):
    """The problem that a program met: one of the known causes, else its own last words.

    :param text: what it printed
    :param causes: (pattern of what it prints, cause and cure)
    :param rest: what to say instead of its last words
    """
    for pattern, advice in ((r"No space left on device|Disk quota exceeded", DISK_FULL), *causes):
        if re.search(pattern, text, re.M):
            problem = Problem("%s: %s" % (what, advice))
            problem.known = True
            return problem
    return Problem("%s failed; %s" % (what, rest or "it says\n" + "\n".join(text.strip().splitlines()[-15:])))


def must(args, what, causes=(), **kwargs):
    """Run a program that has to succeed."""
    code, text = output(args, **kwargs)
    if code:
        raise failure(what, text, causes)
    return text


@contextlib.contextmanager
def lock(path, message=None, shared=False):
    """A lock that the kernel frees on any death, so none is ever stale."""
    with open(path, "a", encoding="utf-8") as file:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except OSError:
            if message:
                say("waiting for another koperasi (%s) ..." % message)
            fcntl.flock(file, kind)
        yield file


def item_lock(name):
    os.makedirs(os.path.join(CACHE, "locks"), exist_ok=True)
    return lock(os.path.join(CACHE, "locks", name + ".lock"), name)


def touch(folder):
    """Note that a shared item was used just now: `clean` goes by it."""
    with contextlib.suppress(PermissionError), open(os.path.join(folder, "ok"), "a", encoding="utf-8") as marker:
        os.utime(marker.name)


def cache_path():
    if os.environ.get("KOPERASI_CACHE"):
        path = os.environ["KOPERASI_CACHE"]
    elif os.geteuid() == 0:  # not below /root, which the account that runs PostgreSQL cannot enter
        path = "/var/cache/koperasi"
    else:
        path = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "koperasi")
    return os.path.realpath(path)


CACHE = cache_path()
# what belongs to this checkout, on its own PostgreSQL or on the named one
SERVER = [os.environ[name] for name in ("PGHOST", "PGPORT") if os.environ.get("PGHOST") and name in os.environ]
STATE = os.path.join(CACHE, "state", digest(ROOT, *SERVER))


def prepare_cache():
    os.umask(0o022)
    try:
        os.makedirs(STATE, exist_ok=True)
        with tempfile.TemporaryFile(dir=CACHE):
            pass
    except OSError as error:
        raise Problem("cannot write to %s (%s): set KOPERASI_CACHE to a folder of yours." % (CACHE, error.strerror))
