"""`./koperasi test`: runs the tests, reads what they say, counts."""

import os
import re
import shutil
import sys
import traceback
import xml.etree.ElementTree as ElementTree

from .base import ROOT, STATE, Problem, child_env, say, step
from .checkout import Checkout, manifests
from .fetch import Venv
from .processes import child, free, log_path, read_log, wait

# Log lines of Odoo that are not a defect of ours: (pattern, reason).
EXPECTED_LOG = (
    (r"Could not get content for mail/static/lib/selfie_segmentation/", "Debian leaves it out; nothing needs it"),
)
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")  # as Odoo's tests look for them


def expected_log(text):
    return any(re.search(pattern, text) for pattern, _reason in EXPECTED_LOG) or lacks_browser(text)


def lacks_browser(text):
    """The one reason why a test may be skipped: it needs a browser, and really there is none."""
    return "Chrome executable not found" in text and not any(map(shutil.which, BROWSERS))


class Tally:
    """What passed and failed, over all parts."""

    def __init__(self):
        self.passed = self.failed = 0

    def part(self, label, passed, complaints, skipped=0):
        """Complaints are failures: a failed test, an unexpected skip, a line in the log, no test at all.

        :param skipped: tests that could not run for want of a browser; not counted as passed
        """
        if not passed and not complaints and not skipped:
            complaints = ["no test ran"]
        self.passed += passed
        self.failed += len(complaints)
        say("    %s: %d passed, %d failed" % (label, passed, len(complaints)))
        if skipped:
            say("    %d skipped, as they need Chromium, and there is none (apt install chromium)" % skipped)
        for complaint in complaints[:50]:
            say("    - " + complaint)


def pytest_part(tally, label, folders, extra, env):
    folders = [folder for folder in folders if os.path.isdir(os.path.join(ROOT, folder))]
    if not folders:
        return
    venv = Venv("requirements-dev.txt").build()
    path = log_path("pytest")
    report = path[:-4] + ".xml"
    env = dict(env, HYPOTHESIS_STORAGE_DIRECTORY=os.path.join(STATE, "hypothesis"))
    args = [venv.python, "-m", "pytest", "-q", "--color=no", "--tb=short", "--junitxml", report]
    args += ["-o", "cache_dir=" + os.path.join(STATE, "pytest")] + folders + extra
    with step(label):
        code = wait(child(args, path, label, env=env))
    passed, complaints, skipped = 0, [], 0
    if os.path.exists(report):
        for case in ElementTree.parse(report).iter("testcase"):
            name = "%s.%s" % (case.get("classname"), case.get("name"))
            problems = [element for element in case if element.tag in ("failure", "error")]
            skips = [element for element in case if element.tag == "skipped" and element.get("type") != "pytest.xfail"]
            for element in problems:
                complaints.append("%s: %s" % (name, " ".join((element.get("message") or element.tag).split())[:200]))
            for element in skips:
                if lacks_browser(element.get("message")):
                    skipped += 1
                else:
                    complaints.append("%s was skipped: %s" % (name, element.get("message")))
            passed += not problems and not skips
        os.unlink(report)
    if code and code != 5 and not complaints:
        complaints = ["pytest ended with exit code %d" % code]
    if complaints:
        say(read_log(path))
    tally.part(label, passed, complaints, skipped)


def read_odoo_log(path):
    """(tests passed, complaints, tests skipped for want of a browser) of a run of Odoo's suite."""
    line_start = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ ([A-Z]+) \S+ (\S+: .*)")
    failures, complaints, counts, skipped, excused = [], [], None, 0, 0
    for line in read_log(path).splitlines():
        found = line_start.match(line)
        if not found:
            continue
        level, text = found.groups()
        count = re.search(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading database", text)
        skip = re.search(r": (skipped .*)", text) if text.startswith("odoo.addons.") else None
        if count:
            counts = [int(number) for number in count.groups()]
        elif re.search(r": (FAIL|ERROR): ", text):
            failures.append(text)
        elif skip:
            skipped += 1
            excused += lacks_browser(text)
            if not lacks_browser(text):
                complaints.append(skip.group(1))
        elif level in ("WARNING", "ERROR", "CRITICAL"):
            summary = re.search(r"Module \S+: \d+ failures, \d+ errors|At least one test failed", text)
            if not summary and not expected_log(text):
                complaints.append("%s %s" % (level, text))
    if counts is None:
        return 0, failures + complaints + ["Odoo did not get as far as counting its tests"], excused
    failed, errors, total = counts
    failures += ["a test failed"] * (failed + errors - len(failures))
    return max(total - failed - errors - skipped, 0), failures + complaints, excused


def odoo_part(tally, checkout, tags):
    template = checkout.templates.make_deps()
    named = [name for name in checkout.addons if tags and re.search(r"(^|[,/])%s\b" % name, tags)]
    modules = named or list(checkout.addons)
    tags = tags or ",".join("/" + name for name in checkout.addons)
    database, path = "test_%d" % os.getpid(), log_path("odoo")
    port = free(0)
    with step("Odoo's suite: " + (tags if len(tags) < 40 else "%d addons" % len(modules))):
        checkout.pg.copy(template, database)
        options = ["-d", database, "-i", ",".join(modules), "--test-tags", tags, "--stop-after-init"]
        options += ["--http-port", str(port), "--max-cron-threads", "0"]
        try:
            code = wait(child(checkout.command(*options), path, "Odoo's suite"))
        finally:
            checkout.pg.drop(database)
    passed, complaints, skipped = read_odoo_log(path)
    if code and not complaints:
        complaints = ["Odoo ended with exit code %d" % code]
    tally.part("Odoo", passed, complaints, skipped)
    if complaints:
        say("    The whole log: " + path)
        show_failures(path)


def show_failures(path):
    """The tracebacks of failed tests, and what Odoo says when it dies."""
    shown, lines = 0, iter(read_log(path).splitlines())
    printing = False
    for line in lines:
        if re.match(r"\d{4}-\d\d-\d\d ", line):
            printing = bool(re.search(r" (WARNING|ERROR|CRITICAL) ", line)) and not expected_log(line)
        if printing and shown < 200:
            say("    " + line)
            shown += 1


def test(args):
    chosen = [part for part in ("kernel", "odoo", "e2e", "load") if getattr(args, part) is not None]
    parts = chosen or ["kernel", "odoo", "e2e", "load"]
    tally = Tally()
    try:
        if "kernel" in parts:
            pytest_part(tally, "kernels and the repo's rules", ["tests/kernel", "tests/repo"], args.extra, child_env())
        later = [part for part in ("e2e", "load") if part in parts and os.path.isdir(os.path.join(ROOT, "tests", part))]
        if later or ("odoo" in parts and (chosen or manifests())):
            with Checkout(args.odoo_path).ready() as checkout:
                if "odoo" in parts:
                    odoo_part(tally, checkout, args.odoo)
                if later:
                    checkout.templates.make_deps()  # some tests begin with it, and a full one may come from the cache
                    checkout.templates.make_full()
                    env = checkout.environment()
                    path = os.pathsep.join([checkout.venv.site, checkout.odoo.path])  # these tests may import Odoo
                    env.update(PYTHONPATH=path, KOPERASI_REPEAT=str(args.repeat))
                for part in later:
                    label = {"e2e": "end to end", "load": "load and faults"}[part]
                    pytest_part(tally, label, ["tests/" + part], args.extra, env)
        if not tally.passed and not tally.failed:
            tally.part("all", 0, ["no test ran"])
    except (Exception, KeyboardInterrupt) as error:  # whatever happens, the last line is the count
        tally.failed += 1
        if isinstance(error, Problem):
            say("koperasi: %s" % error)
        else:
            traceback.print_exc(file=sys.stdout)
    say("%d passed, %d failed" % (tally.passed, tally.failed))
    return 1 if tally.failed else 0
