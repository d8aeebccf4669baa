"""What all parts of the launcher use: the cache, locks, children's environment, one line per step."""

import contextlib
import fcntl
import hashlib
import os
import re
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


class Problem(Exception):
    """Something the user can mend: one line naming cause and cure."""


def say(text=""):
    print(text, flush=True)


@contextlib.contextmanager
def step(label):
    """One line per step: what is done, then how long it took."""
    print("%-58s" % label, end="", flush=True)
    start = time.monotonic()
    try:
        yield
    except BaseException:
        say(" failed after %.1f s" % (time.monotonic() - start))
        raise
    say(" %6.1f s" % (time.monotonic() - start))


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


def output(args, **kwargs):
    """Run a program; return (exit code, what it printed)."""
    kwargs.setdefault("env", child_env())
    done = subprocess.run(
        args, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace", **kwargs
    )
    return done.returncode, done.stdout


CAUSES = (  # what a program printed -> cause and cure
    (
        r"Temporary failure resolving|Could not resolve|Could not connect|Connection timed out|Network is unreachable"
        r"|NewConnectionError|NameResolutionError|Connection refused",
        "no connection to the package mirror: connect once (a proxy comes from http_proxy or apt's own configuration); "
        "later runs need no network.",
    ),
    (r"CERTIFICATE_VERIFY_FAILED", "the index's certificate is not trusted: set PIP_CERT to your organisation's file."),
    (r"No space left on device", "the disk is full: free some space, or point KOPERASI_CACHE to another disk."),
)


def must(args, what, **kwargs):
    """Run a program that has to succeed."""
    code, text = output(args, **kwargs)
    if code:
        for pattern, advice in CAUSES:
            if re.search(pattern, text):
                raise Problem("%s: %s" % (what, advice))
        raise Problem("%s failed (exit %d):\n%s" % (what, code, "\n".join(text.strip().splitlines()[-15:])))
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
