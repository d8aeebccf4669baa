"""What docker/ runs, tried without Docker on a real PostgreSQL and real files: backup, restore, secrets, odoo.conf."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from rpc import database, drop, postgres

DOCKER = Path(__file__).resolve().parents[2] / "docker"
# Its name is a file's, as Odoo's attachments have it; another file is just being written and nobody names it yet.
NAMED, UNNAMED = "ab/abcdef", "cd/cdefab"
ATTACHMENT = f"INSERT INTO ir_attachment (name, type, store_fname) VALUES ('x', 'binary', '{NAMED}')"
# Stands before the real one in PATH: while files are copied, people may write, but nothing may be cleared away.
TAR = """#!/bin/bash
set -e
psql -qc "INSERT INTO ir_attachment (name, type) VALUES ('written meanwhile', 'binary')"
if psql -qc "SET lock_timeout = '0.2s'" -c "LOCK ir_attachment IN SHARE MODE" 2>/dev/null; then
    echo "files could be cleared away" >&2
    exit 9
fi
exec {tar} "$@"
"""


class Place:
    """One cooperative's server: a database, its files, and where its backups go."""

    def __init__(self, folder, name):
        self.name, self.data, self.backups = name, folder / "data", folder / "backups"
        self.files = self.data / "filestore" / name
        for name in (NAMED, UNNAMED, "checklist/ab/abcdef"):
            path = self.files / name
            path.parent.mkdir(parents=True)
            path.write_text("kept", encoding="utf-8")
        self.backups.mkdir()
        self.programs = folder / "programs"
        self.programs.mkdir()

    def run(self, program, *args, **environment):
        """A script of docker/; returns what it printed. Fails as the script does."""
        path = os.pathsep.join([str(self.programs), os.environ["KOPERASI_PG_BIN"], os.environ["PATH"]])
        environment.update(PATH=path, DATA_DIR=str(self.data), PGHOST=os.environ["KOPERASI_DB_HOST"])
        environment.update(PGUSER=os.environ["KOPERASI_DB_USER"], PGDATABASE=self.name)
        done = subprocess.run(
            [DOCKER / program, *args], env={**os.environ, **environment}, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Failed(done.stderr)
        return done.stdout.strip()

    def backup(self, **environment):
        return Path(self.run("backup", str(self.backups), **environment))


class Failed(Exception):
    pass


@pytest.fixture(name="place")
def fixture_place(tmp_path):
    with database(f"test_{os.getpid()}_place") as name:
        postgres("psql", "-qc", ATTACHMENT, name)
        yield Place(tmp_path, name)


def content(name):
    """All rows of a database and the names of its tables, indexes, constraints and triggers, in no order."""
    rows = postgres("pg_dump", "--restrict-key=x", "--data-only", name)
    names = "SELECT relname FROM pg_class UNION ALL SELECT conname FROM pg_constraint UNION ALL SELECT tgname"
    names = postgres("psql", "-XAtc", f"{names} FROM pg_trigger WHERE NOT tgisinternal", name)
    return sorted(line for line in (rows + names).splitlines() if not line.startswith(("pg_toast", "--")))


def exists(name):
    return bool(postgres("psql", "-XAtc", f"SELECT 1 FROM pg_database WHERE datname = '{name}'", "postgres").strip())


def test_backup_and_restore(place):
    tar = place.programs / "tar"
    tar.write_text(TAR.format(tar=shutil.which("tar")), encoding="utf-8")
    tar.chmod(0o755)
    before, copy = content(place.name), f"{place.name}_copy"
    backup = place.backup()
    tar.unlink()
    assert content(place.name) != before  # somebody wrote while the files were copied
    place.run("restore", str(backup), copy)
    try:
        assert content(copy) == before
        files = place.data / "filestore" / copy
        assert [path.name for path in sorted(files.rglob("*")) if path.is_file()] == ["abcdef", "cdefab"]

        with pytest.raises(Failed, match="is there already"):
            place.run("restore", str(backup), copy)
        assert content(copy) == before
    finally:
        drop(copy)


def test_restore_never_takes_files_of_another(place):
    backup, copy = place.backup(), f"{place.name}_copy"
    (place.data / "filestore" / copy).mkdir()
    with pytest.raises(Failed, match="is there already"):
        place.run("restore", str(backup), copy)
    assert not exists(copy) and (place.data / "filestore" / copy).is_dir()


def test_damaged_backup(place):
    backup, copy = place.backup(), f"{place.name}_copy"
    dump = backup / "database.dump"
    dump.write_bytes(dump.read_bytes()[:-100_000])
    with pytest.raises(Failed, match="did NOT match"):
        place.run("restore", str(backup), copy)
    sums = subprocess.run(["sha256sum", dump.name, "files.tar"], cwd=backup, capture_output=True, text=True, check=True)
    (backup / "SHA256SUMS").write_text(sums.stdout, encoding="utf-8")
    with pytest.raises(Failed, match="pg_restore"):
        place.run("restore", str(backup), copy)
    assert not exists(copy) and not (place.data / "filestore" / copy).exists()


def test_failed_backup_leaves_none(place):
    shutil.rmtree(place.files)
    with pytest.raises(Failed):
        place.backup()
    assert not list(place.backups.iterdir())


def test_the_newest_backups_are_kept(place):
    others = [f"{place.name}-20250101-00000{number}" for number in range(3)] + [f"{place.name}-2-20250101-000000"]
    for other in others:
        (place.backups / other).mkdir()
    newest = place.backup(KEEP="2")
    assert {path.name for path in place.backups.iterdir()} == {newest.name, others[2], others[3]}


def test_restore_says_when_files_are_missing(place):
    (place.files / NAMED).unlink()
    backup, copy = place.backup(), f"{place.name}_copy"
    try:
        place.run("restore", str(backup), copy)  # what there is comes back all the same
        assert exists(copy)
    finally:
        drop(copy)


def test_secrets_and_configuration(tmp_path):
    for name, text in (("db", "p:q\\r s\n"), ("admin", "master word\n")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    script = (
        "import json, os, odoo.tools\n"
        "config = odoo.tools.config\n"
        "config.parse_config([], setup_logging=True)\n"
        "names = ('admin_passwd', 'list_db', 'proxy_mode', 'workers', 'limit_time_real_cron', 'db_host', 'db_name')\n"
        "print(json.dumps([[config[name] for name in names], open(os.environ['PGPASSFILE']).read(), dict(os.environ)]))"
    )
    environment = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PGPASSWORD")}
    environment.update(DB_PASSWORD_FILE=str(tmp_path / "db"), ADMIN_PASSWORD_FILE=str(tmp_path / "admin"))
    environment.update(ODOO_CONF=str(DOCKER / "odoo.conf"), PGHOST="db", PGDATABASE="koperasi")
    done = subprocess.run(
        [DOCKER / "entrypoint", os.environ["KOPERASI_PYTHON"], "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    options, passfile, inside = json.loads(done.stdout)
    assert options == ["master word", False, True, 4, 600, "db", ["koperasi"]]
    assert passfile == "*:*:*:*:p\\:q\\\\r s\n"
    assert not [name for name, value in inside.items() if "p:q" in value or "master word" in value]
    assert "unknown option" not in done.stderr
