#!/usr/bin/env python3
"""Kill `./koperasi run` at random moments, then run it again: it works, and `stop` leaves nothing running.

    tests/load/kill_launcher.py [times] [seconds]     kills so many times, within so many seconds each (10, 60)

A script of its own, as it takes some ten minutes. With KOPERASI_CACHE naming an empty folder the downloads get killed
too; otherwise the copy of the checkout that it works on differs by a comment, so that at least its databases are new.
"""

import glob
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
SERVED = "Ctrl-C ends it."


def processes(folder):
    """Those that name a folder: {pid: command}."""
    found = {}
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, encoding="utf-8", errors="replace") as file:
                command = file.read().replace("\0", " ")
        except OSError:
            continue
        if folder in command:
            found[int(path.split("/")[2])] = command
    return found


def start(checkout, log):
    with open(log, "w", encoding="utf-8") as file:
        args = [sys.executable, os.path.join(checkout, "koperasi"), "run"]
        return subprocess.Popen(args, stdout=file, stderr=file, start_new_session=True, cwd=checkout)


def text(log):
    with open(log, encoding="utf-8") as file:
        return file.read()


def state(checkout):
    code = "import sys; sys.path.insert(0, %r); from launcher.base import STATE; print(STATE)" % checkout
    return subprocess.check_output([sys.executable, "-c", code], text=True).strip()


def wait(condition, seconds, what):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def kill(process, how):
    if how == "launcher":
        process.kill()
    elif process.poll() is None:
        os.killpg(process.pid, {"group": signal.SIGKILL, "Ctrl-C": signal.SIGINT}[how])
    process.wait()


def main(times=10, seconds=60):
    folder = tempfile.mkdtemp(prefix="koperasi-kill-")
    checkout, log = os.path.join(folder, "a checkout"), os.path.join(folder, "log")
    shutil.copytree(ROOT, checkout, ignore=shutil.ignore_patterns(".git", "__pycache__"))
    with open(os.path.join(checkout, "koperasi_simpan_pinjam", "__manifest__.py"), "a", encoding="utf-8") as file:
        file.write("# %s\n" % folder)
    its_state = state(checkout)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background program has it ignored
    try:
        for number in range(times):
            how, moment = ("group", "launcher", "Ctrl-C")[number % 3], random.uniform(0, seconds)
            process = start(checkout, log)
            time.sleep(moment)
            kill(process, how)
            doing = text(log).strip().splitlines()[-1:] or ["nothing yet"]
            print("%2d: killed (%s) after %4.1f s: %s" % (number + 1, how, moment, doing[0][:70].strip()), flush=True)
            # everything but PostgreSQL ends by itself
            wait(lambda: not any("odoo.conf" in word for word in processes(its_state).values()), 15, "Odoo lives on")
        began = time.monotonic()
        process = start(checkout, log)
        wait(lambda: SERVED in text(log) or process.poll() is not None, 1200, "no page after 20 minutes")
        assert SERVED in text(log), text(log)
        print("run again: a page after %.1f s" % (time.monotonic() - began))
        print(text(log))
        subprocess.check_call([sys.executable, os.path.join(checkout, "koperasi"), "stop"])
        process.wait(20)
        assert not processes(its_state), processes(its_state)
        assert not processes(checkout), processes(checkout)
        print("nothing runs any more")
    finally:
        subprocess.call([sys.executable, os.path.join(checkout, "koperasi"), "clean"])
        shutil.rmtree(its_state, ignore_errors=True)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
