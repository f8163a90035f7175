"""What somebody may have meant by a name that there is not."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[object]) -> str | None:
    """The nearest of `known`, whatever the case of letters; None where none is near."""
    by_lower = {str(each).lower(): str(each) for each in known}
    near = get_close_matches(name.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[near[0]] if near else None


def suggestion(name: str, known: Iterable[object]) -> str:
    """`; did you mean NAME?`, to end a message with; empty where none is near."""
    near = nearest(name, known)
    return f"; did you mean {near}?" if near is not None else ""
