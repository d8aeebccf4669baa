"""docker/ as text: what it names exists, versions have one source, secrets stay in files (tests/e2e runs it)."""

import configparser
import fnmatch
import os
import re
import stat
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "docker"
DOCKERFILE = (DOCKER / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMPOSE = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
SECRET = re.compile(r"passw|secret|token|key", re.I)


def instructions(word):
    """Arguments of a Dockerfile's instruction, in order."""
    return [line.split(maxsplit=1)[1] for line in DOCKERFILE.splitlines() if line.startswith(word + " ")]


def sent(path):
    """Whether Docker gets to see a path of the repository: the last line of .dockerignore that matches decides."""
    seen = True
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").split():
        pattern = line.lstrip("!").rstrip("/")
        if any(fnmatch.fnmatch(str(part), pattern) for part in [path, *path.parents]):
            seen = line.startswith("!")
    return seen


def test_image_is_pinned_and_complete():
    [image] = instructions("FROM")
    assert re.fullmatch(r"odoo:19\.0-\d{8}", image), image
    copied = [source for line in instructions("COPY") for source in line.split()[:-1]]
    for source in copied:
        assert (ROOT / source).exists() and sent(Path(source)), source
    addons = {path.parent.name for path in ROOT.glob("*/__manifest__.py")}
    assert addons <= set(copied)
    for script in ("entrypoint", "backup", "restore"):
        assert os.stat(DOCKER / script).st_mode & stat.S_IXUSR, script
    assert not sent(Path("docker/secrets/db_password")) and not sent(Path("demo"))


def test_oca_addons_come_from_requirements_only():
    [install] = [line for line in instructions("RUN") if "pip install" in line]
    assert "==" not in DOCKERFILE  # no second place for a version
    pattern = re.search(r"grep '(\S+)' /opt/koperasi/requirements.txt", install).group(1)
    pins = [
        line
        for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
        if re.search(pattern, line)
    ]
    names = {pin.split("==")[0].removeprefix("odoo-addon-") for pin in pins}
    assert names >= {"mis_builder", "account_financial_report"}
    assert all("==19.0." in pin for pin in pins) and "--no-deps" in install


def test_image_runs_as_an_ordinary_user_and_is_watched():
    assert instructions("USER")[-1] == "odoo"
    assert "/web/health" in DOCKERFILE.split("HEALTHCHECK", 1)[1]
    assert all("healthcheck" in COMPOSE["services"][name] for name in COMPOSE["services"] if name != "odoo")


def test_secrets_stay_in_files():
    assert not SECRET.search(" ".join(instructions("ENV") + instructions("ARG")))
    for service in COMPOSE["services"].values():
        for name, value in service.get("environment", {}).items():
            assert not SECRET.search(name) or name.endswith("_FILE") and value.startswith("/run/secrets/"), name
        assert set(service["secrets"]) <= set(COMPOSE["secrets"])
    for secret in COMPOSE["secrets"].values():
        path = (DOCKER / secret["file"]).resolve()
        assert not path.exists() or path.parent.name == "secrets"
        assert path.parent.relative_to(ROOT).as_posix() + "/" in (ROOT / ".gitignore").read_text(encoding="utf-8")
    assert not SECRET.search((DOCKER / "odoo.conf").read_text(encoding="utf-8").replace("The secrets: entrypoint", ""))


def test_compose_file_names_what_exists():
    for service in COMPOSE["services"].values():
        assert {volume.split(":")[0] for volume in service["volumes"]} <= set(COMPOSE["volumes"])
        assert set(service["networks"]) <= set(COMPOSE["networks"])
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:"), port  # the reverse proxy's business only
    build = COMPOSE["services"]["odoo"]["build"]
    assert (DOCKER / build["context"] / build["dockerfile"]).is_file()
    assert "ports" not in COMPOSE["services"]["db"] and COMPOSE["networks"]["database"]["internal"]


def test_configuration_is_for_a_server_behind_a_proxy():
    parser = configparser.RawConfigParser()
    parser.read(DOCKER / "odoo.conf", encoding="utf-8")
    options = parser["options"]
    assert not options.getboolean("list_db") and options.getboolean("proxy_mode") and options.getint("workers") > 1
    assert options.getint("limit_time_real") > options.getint("limit_time_cpu")
