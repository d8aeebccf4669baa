"""From Odoo's floats to the kernels' exact numbers."""

from fractions import Fraction

DIGITS = 6  # more than any rate, percentage or quantity of ours is kept with


def exact(number):
    """The decimal number that a Float field stands for, as a Fraction: 0.1 is a tenth."""
    return Fraction(str(round(number, DIGITS)))


def share(percent):
    """A percentage (a Float field, of 100) as a share of 1, exact."""
    return exact(percent) / 100
