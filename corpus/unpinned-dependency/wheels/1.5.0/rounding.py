"""Rounds half up."""

from math import floor


def cents(amount):
    return floor(amount + 0.5)
