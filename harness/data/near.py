"""Near misses: which of the known names a wrong one was meant to be, for messages that guess."""

from collections.abc import Iterable


def near_miss(name: str, known: Iterable[str]) -> str | None:
    """The name among `known` that `name` was probably meant to be; None where none is near.

    Near are names that differ in case or in marks between words, then one that begins with the other (`PER`, `PERS`),
    then those within a few letters: an edit up to four letters, two above. Of equally near ones the first.
    """
    best: tuple[int, str] | None = None
    plain = _plain(name)
    for other in known:
        distance = _distance(plain, _plain(other))
        if distance is not None and (best is None or distance < best[0]):
            best = distance, other
    return None if best is None else best[1]


def listed(names: Iterable[str], most: int = 24) -> str:
    """`names` with commas between; of more than `most` the first ones, and how many more there are."""
    every = list(names)
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return f"{', '.join(every[:most])}{more}"


def guess(name: str, known: Iterable[str]) -> str:
    """`; did you mean NAME?` for the end of a message, empty where no name is near."""
    near = near_miss(name, known)
    return "" if near is None else f"; did you mean {near}?"


def _plain(name: str) -> str:
    return "".join(char for char in name.casefold() if char not in " _-.")


def _distance(name: str, other: str) -> int | None:
    """How far two names are apart, None where they are not near."""
    if not name or not other:
        return None
    if name == other:
        return 0
    shorter = min(len(name), len(other))
    if shorter >= 2 and (name.startswith(other) or other.startswith(name)):
        return 1
    most = 1 if shorter <= 4 else 2
    edits = _edits(name, other, most) if shorter >= 2 else most + 1
    return edits + 1 if edits <= most else None


def _edits(name: str, other: str, most: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours from one name to the other; more than `most` if so.

    Optimal string alignment, a row at a time.
    """
    if abs(len(name) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, char in enumerate(name, 1):
        two_before, before, row = before, row, [place]
        for column, letter in enumerate(other, 1):
            cost = min(before[column] + 1, row[column - 1] + 1, before[column - 1] + (char != letter))
            if place > 1 and column > 1 and char == other[column - 2] and name[place - 2] == letter:
                cost = min(cost, two_before[column - 2] + 1)
            row.append(cost)
    return row[-1]
