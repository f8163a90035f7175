"""Numbers as JSON can hold them."""

from typing import SupportsFloat

_DIGITS = 6


def plain(number: SupportsFloat | None) -> float | None:
    """`number` rounded to six digits; None for what is undefined, which JSON has no other word for."""
    if number is None:
        return None
    value = float(number)
    return None if value != value else round(value, _DIGITS)
