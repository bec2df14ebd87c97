"""Rounds half to even."""


def cents(amount):
    return round(amount)
