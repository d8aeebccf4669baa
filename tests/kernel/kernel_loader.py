"""Makes ``odoo.addons.<addon>.kernel`` importable without running any addon.

Each of our addons is registered as a bare package: its folder is known, its own
``__init__.py`` is never executed. Where Odoo is not installed, ``odoo`` and
``odoo.addons`` are bare packages too; where it is, they stay Odoo's own.
"""

import importlib
import importlib.util
import pkgutil
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
ADDONS = ("koperasi_simpan_pinjam", "koperasi_shu", "koperasi_produksi")


def register():
    """Register the addons that exist in this repository."""
    if importlib.util.find_spec("odoo"):
        importlib.import_module("odoo.addons")
    else:
        _bare("odoo", [])
        _bare("odoo.addons", [])
    for addon in ADDONS:
        if (ROOT / addon).is_dir():
            _bare(f"odoo.addons.{addon}", [str(ROOT / addon)])


def kernel_modules():
    """Return every kernel module of the registered addons."""
    names = []
    for addon in ADDONS:
        folder = ROOT / addon / "kernel"
        names += [
            f"odoo.addons.{addon}.kernel.{module.name}"
            for module in pkgutil.iter_modules([str(folder)])
        ]
    return [importlib.import_module(name) for name in names]


def _bare(name, path):
    if name in sys.modules:
        return
    package = ModuleType(name)
    package.__path__ = path
    sys.modules[name] = package
    parent, _, child = name.rpartition(".")
    if parent:
        setattr(sys.modules[parent], child, package)
