import doctest
import importlib
import pkgutil

from odoo.addons.koperasi_produksi import kernel


def load_tests(loader, tests, pattern):
    """The kernels' doctests, inside Odoo's own suite."""
    for module in pkgutil.iter_modules(kernel.__path__):
        tests.addTests(doctest.DocTestSuite(importlib.import_module(f"{kernel.__name__}.{module.name}")))
    return tests
