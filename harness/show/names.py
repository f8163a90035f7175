"""Labels, which are any text, where something cannot hold any text: names of MLflow's metrics, words in pictures."""

import hashlib
import re
from typing import Final

# MLflow allows these, `/`, which parts sections, and `:`, which begins and ends an escape here.
_REFUSED: Final = re.compile(r"[^\w.\- ]")
_LONGEST: Final = 120
"""MLflow's names have 250 characters at most; scorer and measure need some."""


def in_metric(label: str) -> str:
    """`label` as a part of a metric's name: every character that MLflow refuses is its code point in colons, `:25:`.

    Two labels have two names. A long one is cut, and ends with a colon and the beginning of its SHA-256.
    """
    escaped = _REFUSED.sub(lambda match: f":{ord(match[0]):x}:", label)
    if len(escaped) <= _LONGEST:
        return escaped
    return f"{escaped[: _LONGEST - 17]}:{hashlib.sha256(label.encode()).hexdigest()[:16]}"


def in_picture(text: str) -> str:
    """`text` as Matplotlib shows it unchanged: between two dollar signs it would read a formula."""
    return text.replace("$", r"\$")
