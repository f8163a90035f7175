"""Which items of a version persons have looked at, by the reviews that it keeps."""

from collections.abc import Sequence
from pathlib import Path

from harness.curate.decisions import items_of
from harness.curate.release import REVIEWS
from harness.curate.verdicts import ACCEPT, FLAG, read_verdicts
from harness.data.schema import Schema
from harness.data.types import Example


def review_files(folder: Path) -> list[Path]:
    """The reviews that the version in `folder` keeps, by the name of the reviewer."""
    return sorted((folder / REVIEWS).glob("*.jsonl"))


def seen(folder: Path, examples: Sequence[Example], schema: Schema) -> dict[str, object] | None:
    """How many items of `examples` persons have seen, how many of these are flagged, and the number of each reviewer.

    An item was seen by whoever accepted or flagged it as it is now, or made it by a change or an addition, in this
    version or one before. None where there are no reviews.

    Raises:
        InputError: a review is malformed.
    """
    paths = review_files(folder)
    if not paths:
        return None
    documents = {example.document.id: example.document for example in examples}
    items = {
        (example.document.id, layer, item)
        for example in examples
        for layer, several in items_of(example.document, example.gold, schema).items()
        for item in several
    }
    reviewers: dict[str, int] = {}
    every: set[tuple[str, str, str]] = set()
    flagged: set[tuple[str, str, str]] = set()
    for path in paths:
        # The lines on a later version stand behind those before: of two on one item the last counts.
        last: dict[tuple[str, str, str], str] = {}
        for verdict in read_verdicts(path, documents, schema):
            item = verdict.item if verdict.verdict in (ACCEPT, FLAG) else verdict.to
            if item is not None and (verdict.document, verdict.layer, item) in items:
                last[verdict.document, verdict.layer, item] = verdict.verdict
        reviewers[path.stem] = len(last)
        every |= last.keys()
        flagged |= {key for key, said in last.items() if said == FLAG}
    return {"items": len(items), "seen": len(every), "flagged": len(flagged), "reviewers": reviewers}
