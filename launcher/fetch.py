"""What is fetched once and shared by all checkouts: Odoo from Debian's package, and virtual environments."""

import glob
import importlib.util
import os
import re
import shutil
import subprocess
import sys

from .base import (
    CACHE,
    ROOT,
    Problem,
    child_env,
    digest,
    failure,
    item_lock,
    must,
    output,
    read,
    say,
    step,
    touch,
    write,
)

RECIPE = 1  # raise it when the unpacking or the virtual environments are made differently
NEED_GB = 2.5
DEBS = (
    "odoo-19/sid libjs-jquery/sid libjs-jquery-form/sid libjs-underscore/sid fonts-montserrat/sid "
    "fonts-roboto-unhinted/sid fonts-inconsolata/sid fonts-ocr-b/sid fonts-glyphicons-halflings/sid "
    "fonts-font-awesome/bookworm"
).split()
PIP_DEBS = ["python3-pip-whl/sid", "ca-certificates/sid"]
# What apt and pip print -> cause and cure. The order matters: one failure makes apt and pip complain of others.
CAUSES = (
    (
        r"Temporary failure resolving|Could not resolve|Could not connect|Connection timed out|Network is unreachable"
        r"|NewConnectionError|NameResolutionError|Connection refused",
        "no connection to the package mirror: connect once (a proxy comes from http_proxy or apt's own configuration); "
        "later runs need no network.",
    ),
    (r"CERTIFICATE_VERIFY_FAILED", "the index's certificate is not trusted: set PIP_CERT to your organisation's file."),
    (
        r"Release file for \S+ is (expired|not valid yet)",
        "the mirror's lists are too old, or this machine's clock is wrong: set the clock, or name another mirror in "
        "apt's sources.",
    ),
    (
        r"Tunnel connection failed|407 +Proxy|403 +Forbidden",
        "the proxy or the mirror refuses: check http_proxy and https_proxy.",
    ),
    (
        r"Unable to locate package|^E: Version '|does not have a Release file|404 +Not Found",
        "the mirror does not have it: name a complete Debian mirror in apt's sources, or use --odoo-path.",
    ),
    (
        r"Hash Sum mismatch|has unexpected size|Clearsigned file isn't valid|were invalid|is not signed|IncompleteRead"
        r"|DO NOT MATCH THE HASHES|BadZipFile|invalid wheel|Wheel .* is invalid|not a Debian format archive"
        r"|unexpected end of file|lzma error|Connection broken|Error reading from server|bad magic",
        "a download arrived broken (a proxy that changes it, or a bad line): run the command again, which fetches anew "
        "what is broken; another mirror helps if it stays so.",
    ),
    (
        r"No matching distribution found",
        "not every package exists for Python %d.%d: run ./koperasi with Python 3.10 to 3.13." % sys.version_info[:2],
    ),
)
# Links that dangle in Debian's package and that nothing of ours follows; any other would make every page answer 500.
DANGLING = ("point_of_sale/",)


def check_space():
    free = shutil.disk_usage(CACHE).free / 1e9
    if free < NEED_GB:
        raise Problem(
            "the first run needs %.1f GB in %s, %.1f GB are free: free some, or set KOPERASI_CACHE to another disk."
            % (NEED_GB, CACHE, free)
        )


class Apt:
    """apt-get with its own lists and settings, as any user, leaving the machine's untouched."""

    def __init__(self):
        if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
            raise Problem(
                "there is no apt-get here to fetch Odoo 19 with: use --odoo-path (a source checkout of Odoo 19 or the "
                "folder its package was unpacked in), or the image in docker/."
            )
        self.folder = os.path.join(CACHE, "apt")
        for name in ("lists/partial", "empty/partial", "archives/partial"):
            os.makedirs(os.path.join(self.folder, name), exist_ok=True)
        write(os.path.join(self.folder, "status"), "")
        options = {
            "Dir::State::Lists": self.folder + "/lists",
            "Dir::State::status": self.folder + "/status",
            "Dir::Cache": self.folder,
            "Dir::Cache::archives": self.folder + "/archives",
            "Dir::Cache::pkgcache": "",
            "Dir::Cache::srcpkgcache": "",
            "Dir::Etc::SourceList": self.folder + "/sources.list",
            "Dir::Etc::SourceParts": "/dev/null",
            "Dir::Etc::Preferences": "/dev/null",
            "Dir::Etc::PreferencesParts": "/dev/null",
            "Acquire::Languages": "none",
            "Acquire::PDiffs": "false",
            "Acquire::GzipIndexes": "true",
            "Acquire::Retries": "3",
            "Acquire::http::Timeout": "30",
            "APT::Update::Error-Mode": "any",  # else update exits 0 when every download failed
        }
        if os.geteuid() == 0:
            options["APT::Sandbox::User"] = "root"  # else _apt cannot read our folder
        self.options = [word for name, value in options.items() for word in ("-o", "%s=%s" % (name, value))]

    def update(self):
        uris = must(
            ["apt-get", "-o", "Dir::State::Lists=" + self.folder + "/empty", "--print-uris", "update"],
            "reading apt's mirror",
            CAUSES,
        )
        found = re.search(r"'(\S+)/dists/[a-z]+/InRelease'", uris)
        if not found:
            raise Problem("apt names no Debian mirror: check its sources, or use --odoo-path.")
        keys = sorted(glob.glob("/usr/share/keyrings/debian-archive-keyring.[gp]*"))
        signed = "[signed-by=%s] " % keys[0] if keys else ""
        lines = ["deb %s%s %s main" % (signed, found.group(1), suite) for suite in ("sid", "bookworm")]
        write(self.folder + "/sources.list", "\n".join(lines) + "\n")
        must(["apt-get"] + self.options + ["update"], "reading Debian's package lists", CAUSES)

    def download(self, names, folder):
        """Always run it again after an interruption: apt resumes a partial file and checks its hash."""
        os.makedirs(folder, exist_ok=True)
        command = ["apt-get"] + self.options + ["download"] + names
        uris = must(command + ["--print-uris"], "looking for Debian packages", CAUSES, cwd=folder)
        files = sorted(os.path.join(folder, name) for name in re.findall(r"^'\S+' (\S+\.deb) ", uris, re.M))
        must(command, "downloading Debian packages", CAUSES, cwd=folder)
        return files


def unpack(deb, folder, excludes=()):
    tar = ["tar", "-x", "--no-same-owner", "--wildcards"] + ["--exclude=" + pattern for pattern in excludes]
    pipe = subprocess.PIPE
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=pipe, stderr=pipe, env=child_env()) as packed:
        done = subprocess.run(tar, stdin=packed.stdout, stderr=pipe, cwd=folder, env=child_env())
        packed.stdout.close()
        complaint = packed.stderr.read()
    if done.returncode or packed.returncode:
        raise failure("unpacking " + os.path.basename(deb), (done.stderr + complaint).decode(errors="replace"), CAUSES)


def fetched_odoo():
    """Debian's odoo-19, unpacked; of several in the cache the newest."""

    def newest():
        found = glob.glob(os.path.join(glob.escape(CACHE), "odoo-*-r%d-*" % RECIPE))
        return max(found, key=lambda path: os.stat(path).st_ctime) if found else None

    prefix = newest()
    if prefix:
        touch(prefix)
        return prefix
    with item_lock("odoo"):
        prefix = newest()
        if prefix:
            return prefix
        check_space()
        say("First run: downloads 250 MB, needs %.1f GB in %s." % (NEED_GB, CACHE))
        for stale in glob.glob(os.path.join(glob.escape(CACHE), ".tmp-odoo-*")):
            shutil.rmtree(stale)
        apt = Apt()
        debs = os.path.join(CACHE, "debs")
        with step("Debian package lists"):
            apt.update()
        with step("downloading Odoo 19", debs):
            files = apt.download(DEBS, debs)
        work = os.path.join(CACHE, ".tmp-odoo-%d" % os.getpid())
        os.makedirs(work)
        with step("unpacking Odoo 19"):
            for file in files:  # 860 of 1,305 MB are translations to languages other than Indonesian
                unpack(file, work, ("*/i18n/[!i]*.po", "*/i18n/i[!d]*.po"))
        check_links(work)
        names = [os.path.basename(file) for file in files]
        version = next(name for name in names if name.startswith("odoo-19_")).split("_")[1]
        prefix = os.path.join(CACHE, "odoo-%s-r%d-%s" % (version.replace("+", "."), RECIPE, digest(*names)))
        touch(work)
        os.rename(work, prefix)
        shutil.rmtree(debs)
        return prefix


def check_links(prefix):
    addons = os.path.join(prefix, "usr/lib/python3/dist-packages/odoo/addons")
    dangling = []
    for folder, _folders, files in os.walk(addons):
        for name in files:
            path = os.path.join(folder, name)
            if os.path.islink(path):
                target = os.readlink(path)
                if target.startswith("/"):  # from the root: bring it into the prefix
                    inside = prefix + target
                    if os.path.exists(inside):
                        os.unlink(path)
                        os.symlink(os.path.relpath(inside, folder), path)
                if not os.path.exists(path):
                    dangling.append(os.path.relpath(path, addons))
    dangling = [path for path in dangling if not path.startswith(DANGLING)]
    if dangling:
        raise Problem("Odoo's package lacks files that its pages need: %s. Use --odoo-path." % ", ".join(dangling))


class Odoo:
    """Where Odoo is: its script, the folder Python imports it from, its addons, and a key that changes with it."""

    def __init__(self, script, path, addons=None):
        self.script, self.path = os.path.realpath(script), os.path.realpath(path)
        self.addons = [os.path.realpath(addons)] if addons else []
        release = read(os.path.join(self.path, "odoo", "release.py"))
        if not re.search(r"version_info = \(19, 0", release):
            raise Problem("%s is not Odoo 19.0: give another --odoo-path, or none to fetch it." % self.path)
        self.key = digest(self.path)

    @classmethod
    def at(cls, path):
        """A source checkout, or a folder that Odoo's package was unpacked in."""
        join = os.path.join
        if os.path.isfile(join(path, "odoo-bin")):
            return cls(join(path, "odoo-bin"), path, join(path, "addons"))
        if os.path.isfile(join(path, "usr/bin/odoo")):
            return cls(join(path, "usr/bin/odoo"), join(path, "usr/lib/python3/dist-packages"))
        raise Problem("there is no odoo-bin and no usr/bin/odoo in %s: give another --odoo-path." % path)

    @classmethod
    def importable(cls):
        """The Odoo that this Python can import already, as in Odoo's own image."""
        spec = importlib.util.find_spec("odoo")
        for package in spec.submodule_search_locations if spec else ():
            script = shutil.which("odoo")
            if script and os.path.isfile(os.path.join(package, "release.py")):
                return cls(script, os.path.dirname(package))
        return None

    @classmethod
    def find(cls, path):
        path = path or os.environ.get("KOPERASI_ODOO_PATH")
        if path:
            return cls.at(os.path.realpath(path))
        return cls.importable() or cls.at(fetched_odoo())


def pip_wheel():
    """Debian's pip, which needs neither python3-venv nor certificates to be there; and Debian's certificates."""
    folder = os.path.join(CACHE, "pip-r%d" % RECIPE)
    with item_lock("pip"):
        if not os.path.isdir(folder):
            apt = Apt()
            apt.update()
            debs, work = folder + ".debs", folder + ".tmp"
            for deb in apt.download(PIP_DEBS, debs):
                os.makedirs(work, exist_ok=True)
                unpack(deb, work)
            bundle = [read(path) for path in sorted(glob.glob(work + "/usr/share/ca-certificates/mozilla/*.crt"))]
            write(work + "/bundle.crt", "".join(bundle))
            os.rename(work, folder)
            shutil.rmtree(debs)
    return glob.glob(folder + "/usr/share/python-wheels/pip-*.whl")[0], folder + "/bundle.crt"


class Venv:
    """A virtual environment with exactly the packages of a requirements file."""

    def __init__(self, requirements, path=None):
        self.requirements = os.path.join(ROOT, requirements)
        self.extra = path  # a folder its Python imports from, too
        python = os.path.realpath(sys.executable)
        key = digest(python, sys.version_info[:2], read(self.requirements), path, RECIPE)
        self.folder = os.path.join(CACHE, "venv-" + key)
        self.python = os.path.join(self.folder, "bin", "python")
        self.site = os.path.join(self.folder, "lib", "python%d.%d" % sys.version_info[:2], "site-packages")

    def program(self, name):
        return os.path.join(self.folder, "bin", name)

    def ready(self):
        if not os.path.exists(os.path.join(self.folder, "ok")) or output([self.python, "-c", ""])[0]:
            return False
        touch(self.folder)
        return True

    def build(self):
        if self.ready():
            return self
        with item_lock(os.path.basename(self.folder)):
            if self.ready():
                return self
            shutil.rmtree(self.folder, ignore_errors=True)
            with step("virtual environment"):
                self._create()
            with step("Python packages of " + os.path.basename(self.requirements)):
                self._install()
            touch(self.folder)
        return self

    def _create(self):
        if not shutil.which("apt-get"):
            must([sys.executable, "-m", "venv", self.folder], "making a virtual environment")
            return
        must([sys.executable, "-m", "venv", "--without-pip", self.folder], "making a virtual environment")
        wheel, bundle = pip_wheel()
        env = child_env(PYTHONPATH=wheel)
        if not os.path.exists("/etc/ssl/certs/ca-certificates.crt"):  # without it this pip dies, whatever PIP_CERT says
            env["PIP_USE_DEPRECATED"] = "legacy-certs"
            env.setdefault("PIP_CERT", bundle)
        command = [self.python, "-m", "pip", "install", "--no-input", "--timeout", "30", "pip"]
        must(command, "installing pip", CAUSES, env=env)

    def _install(self):
        if self.extra:
            write(os.path.join(self.site, "koperasi.pth"), self.extra + "\n")
        options = ["--no-input", "--no-deps", "--only-binary", ":all:", "--timeout", "30"]
        command = [self.python, "-m", "pip", "install"] + options + ["-r", self.requirements]
        must(command, "installing Python packages", CAUSES)
