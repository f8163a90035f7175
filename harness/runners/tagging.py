"""What runners whose model gives each word a tag have in common: tags are checked, and ill-formed ones reported."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Literal

from harness.data.bio import OUTSIDE, Scheme, parse
from harness.data.types import InputError

Repair = Literal["restart", "drop"]
"""What becomes of ill-formed tags: read as conlleval reads them, or their mentions left out."""


def check_tags(outputs: Sequence[str], scheme: Scheme, allowed: Collection[str] | None, wanted: str) -> None:
    """Refuse a model with a tag that is none of the scheme's, or whose label is not among `allowed`; None: any is.

    Raises:
        InputError: there is one; the message lists them all. `wanted` says what the labels should be.
    """
    tags = [tag for tag in outputs if tag != OUTSIDE]
    strange = [tag for tag in tags if not parse(tag, scheme)[0]]
    if strange:
        raise InputError(f"scheme: found the tags {', '.join(strange)}, wanted tags of {scheme}")
    check_labels({parse(tag, scheme)[1] for tag in tags}, allowed, wanted)


def check_labels(labels: Collection[str], allowed: Collection[str] | None, wanted: str) -> None:
    """Refuse a model with a label that is not among `allowed`; None: any is.

    Raises:
        InputError: there is one; the message lists them all. `wanted` says what the labels should be.
    """
    unknown = [] if allowed is None else sorted({*labels} - {*allowed})
    if unknown:
        raise InputError(f"labels: found the labels {', '.join(unknown)} in the model, wanted those of {wanted}")


def ill_formed(faults: Counter[str], scheme: Scheme, repair: Repair) -> str:
    """A remark on ill-formed tags, counted by what is wrong with them, and on what was done with them."""
    kinds = ", ".join(f"{count} {problem}" for problem, count in faults.most_common())
    done = {"restart": "read as conlleval reads them", "drop": "their mentions left out"}[repair]
    return f"found {faults.total()} ill-formed tags under {scheme} ({kinds}); {done}"
