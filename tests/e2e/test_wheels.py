"""The addons as wheels: complete, described as OCA's are, and enough to install them where this checkout isn't."""

import ast
import email
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from rpc import database, odoo

ROOT = Path(__file__).resolve().parents[2]
ADDONS = sorted(path.parent for path in ROOT.glob("*/__manifest__.py"))
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}


def pip(*args):
    options = ["--no-deps", "--no-index", "--disable-pip-version-check", "-q"]
    subprocess.run([sys.executable, "-m", "pip", *args, *options], env=ENVIRONMENT, check=True)


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """{addon: its wheel}, built with what requirements-dev.txt has, without network."""
    folder = tmp_path_factory.mktemp("wheels")
    pip("wheel", "--no-build-isolation", "-w", str(folder), *map(str, ADDONS))
    return {path.name: next(folder.glob(f"odoo_addon_{path.name}-*.whl")) for path in ADDONS}


@pytest.mark.parametrize("addon", ADDONS, ids=lambda path: path.name)
def test_wheel_is_complete(wheels, addon):
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text(encoding="utf-8"))
    with zipfile.ZipFile(wheels[addon.name]) as wheel:
        packed = {name.removeprefix(f"odoo/addons/{addon.name}/") for name in wheel.namelist()}
        [name] = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = email.message_from_bytes(wheel.read(name))
    files = {path.relative_to(addon).as_posix() for path in addon.rglob("*") if path.is_file()}
    left_out = {name for name in files - packed if "__pycache__" not in name}
    assert left_out == {"pyproject.toml"}  # whoever misses another one here has not added it to git

    assert metadata["Name"] == f"odoo-addon-{addon.name}"
    assert metadata["Version"].startswith(manifest["version"])  # OCA adds the number of commits since
    assert (metadata["License"], metadata["Description-Content-Type"]) == ("AGPL-3", "text/x-rst")
    needed = {name for name in manifest["depends"] if name.startswith("koperasi_")}
    needed |= {"mis_builder", "account_financial_report"}.intersection(manifest["depends"])
    expected = {"odoo==19.0.*", *(f"odoo-addon-{name}==19.0.*" for name in needed)}
    assert set(metadata.get_all("Requires-Dist")) == expected | set(
        manifest.get("external_dependencies", {}).get("python", [])
    )


def test_wheels_are_enough(wheels, tmp_path, monkeypatch):
    venv = tmp_path / "venv"
    subprocess.run(
        [os.environ["KOPERASI_PYTHON"], "-m", "venv", "--without-pip", str(venv)], env=ENVIRONMENT, check=True
    )
    [site] = venv.glob("lib/python*/site-packages")
    # Odoo and what it imports, nothing of this checkout
    (site / "odoo.pth").write_text(os.environ["PYTHONPATH"].replace(os.pathsep, "\n"), encoding="utf-8")
    pip("--python", str(venv / "bin/python"), "install", *map(str, wheels.values()))

    configuration = tmp_path / "odoo.conf"
    lines = Path(os.environ["KOPERASI_ODOO_RC"]).read_text(encoding="utf-8").splitlines(keepends=True)
    configuration.write_text("".join(line for line in lines if not line.startswith("addons_path")), encoding="utf-8")
    monkeypatch.setenv("KOPERASI_PYTHON", str(venv / "bin/python"))
    monkeypatch.setenv("KOPERASI_ODOO_RC", str(configuration))
    with database(f"test_{os.getpid()}_wheels", os.environ["KOPERASI_DEPS_DB"]) as name:
        _printed, log = odoo("-d", name, "-i", ",".join(wheels), "--stop-after-init")
        assert " WARNING " not in log and " ERROR " not in log, log
        script = (
            "import odoo.addons.koperasi_shu as addon\n"
            "company = env['res.company'].search([], limit=1)\n"
            "company.is_koperasi = True\n"
            "print(addon.__path__[0], env['koperasi.shu.policy'].search_count([('company_id', '=', company.id)]))\n"
        )
        printed, _log = odoo("shell", "-d", name, script=script)
    assert printed.split() == [str(site / "odoo/addons/koperasi_shu"), "1"]
