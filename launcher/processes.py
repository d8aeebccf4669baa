"""Programs that the launcher starts, their logs, and the ports they listen on."""

import contextlib
import glob
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from .base import ROOT, STATE, child_env, failure, patiently, read, with_us, write

CHILDREN = os.path.join(STATE, "children")


def process_start(pid):
    """When a process started, in clock ticks: with the pid it names one process for good. None when it is gone."""
    try:
        fields = read("/proc/%d/stat" % pid).rpartition(")")[2].split()
    except (OSError, ValueError):
        return None
    return None if fields[0] == "Z" else fields[19]


def log_path(what):
    folder = os.path.join(STATE, "logs")
    os.makedirs(folder, exist_ok=True)
    for old in sorted(glob.glob(glob.escape(folder) + "/*.log"), key=os.path.getmtime)[:-40]:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(old)
    return os.path.join(folder, "%s-%d-%s.log" % (time.strftime("%Y%m%d-%H%M%S"), os.getpid(), what))


def failed(what, path, advice=""):
    """The problem that a program with a log met."""
    text = read_log(path)
    end_of_it = "\n".join(text.splitlines()[-15:])
    return failure(what, text, rest="%sits log, %s, ends with\n%s" % (advice, path, end_of_it))


def read_log(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def child(args, path, what, env=None, **kwargs):
    """Start a program in a session of its own, its output in a log, and remember it for `stop`."""
    kwargs.setdefault("stdin", subprocess.DEVNULL)
    with open(path, "ab") as log:
        kwargs.update(stdout=log, stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=with_us, cwd=ROOT)
        process = subprocess.Popen(args, env=env or child_env(), **kwargs)
    remember(process.pid, what)
    return process


def remember(pid, what):
    """Note a program for `stop`."""
    os.makedirs(CHILDREN, exist_ok=True)
    write(os.path.join(CHILDREN, str(pid)), json.dumps({"start": process_start(pid), "what": what}))


def forget(pid):
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        os.unlink(os.path.join(CHILDREN, str(pid)))


def wait(process):
    try:
        return patiently(process.wait)
    finally:
        finish(process)


def finish(process):
    """End a program that we started, if it has not, with whatever it started itself."""
    end(process.pid)
    process.wait()
    forget(process.pid)


def end(pid):
    """Ask a program and whatever it started to end; insist after ten seconds."""
    for number, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, 5)):
        deadline = time.monotonic() + patience
        with contextlib.suppress(ProcessLookupError, PermissionError):
            try:
                os.killpg(pid, number)
            except ProcessLookupError:  # no group of its own: a launcher in somebody's script
                os.kill(pid, number)
        while time.monotonic() < deadline:
            if not process_start(pid):
                return
            time.sleep(0.05)


def still_running():
    """Programs of this checkout, other launchers first: (pid, what)."""
    found = []
    for path in glob.glob(glob.escape(CHILDREN) + "/*"):
        with contextlib.suppress(OSError, ValueError):
            pid, record = int(os.path.basename(path)), json.loads(read(path))
            if record["start"] and process_start(pid) == record["start"]:
                found.append((pid, record["what"]))
            else:
                os.unlink(path)
    return sorted(found, key=lambda program: not program[1].startswith("koperasi"))


def free(port):
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return 0
        return trial.getsockname()[1]


def listening(port):
    """The sockets that listen on a port, as /proc names them."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with contextlib.suppress(OSError):
            for row in read(table).splitlines()[1:]:
                fields = row.split()
                if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                    found.add("socket:[%s]" % fields[9])
    return found


def holds(pid, sockets):
    for path in glob.glob("/proc/%d/fd/*" % pid):
        with contextlib.suppress(OSError):
            if os.readlink(path) in sockets:
                return True
    return False


def holder(port):
    """Who listens on a port, as far as /proc tells this user."""
    sockets = listening(port)
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
        if holds(pid, sockets):
            return "process %d (%s)" % (pid, read("/proc/%d/comm" % pid).strip())
    return "another program"


def answers(url):
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=10) as page:
            return page.status == 200
    except (urllib.error.URLError, OSError):
        return False
