"""The doctests of the kernels are their specification."""

import doctest

import kernel_loader
import pytest


@pytest.mark.parametrize(
    "module", kernel_loader.kernel_modules(), ids=lambda module: module.__name__[12:]
)
def test_doctests(module):
    results = doctest.testmod(module)
    assert results.attempted > 0
    assert results.failed == 0
