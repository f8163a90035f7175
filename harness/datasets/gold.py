"""The gold that comes with the harness: five articles, the gold standard, and beside them sentences of newswire."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness.data import codec
from harness.data.dataset import Dataset
from harness.data.files import read_json, read_yaml, resource
from harness.data.jsonl import shown
from harness.data.schema import GOLD_NAME, Schema, read_schema, schema_of
from harness.data.types import Document, Example, InputError, Passes

STANDOFF: Final = "standoff.jsonl"
"""What stands in the place of `gold.jsonl` in a version that came without its texts: the same without any text."""

_ORIGIN: Final = "The gold was annotated by language models and has been"
_PASSES: Final = (
    "The passes are runs of one language model, each with only the guidelines and the texts. Their agreement is far "
    "above what people reach: one model repeats itself, and the examples of the guidelines come from these very texts. "
    "Read it as consistency, not as quality."
)
PROVENANCE: Final = f"{_ORIGIN} reviewed by no person. {_PASSES}"
"""Of versions that nobody reviewed."""

MANIFEST: Final = "manifest.json"
FACTS: Final = "release.json"

SCHEMA: Final = "schema.yaml"
"""What a version annotates, where that is not what the gold standard does."""


def schema_of_version(folder: Path) -> Schema:
    """The schema of the version in `folder`: its own, or the gold standard's where it has none.

    Raises:
        InputError: its own is malformed.
    """
    path = folder / SCHEMA
    return schema_of(read_yaml(path), str(path)) if path.is_file() else read_schema(GOLD_NAME)


def reviewed(folder: Path) -> str | None:
    """What persons have seen of the version in `folder`, such as "reviewed by a person: 12 of 801 items (Nour 12)".

    None where nobody did.

    Raises:
        InputError: its manifest is malformed.
    """
    path = folder / MANIFEST
    review = read_json(path).get("review") if path.is_file() else None
    if review is None:
        return None
    try:
        names = ", ".join(f"{name} {count}" for name, count in review["reviewers"].items())
        flagged = f"; {review['flagged']} flagged" if review["flagged"] else ""
        return f"reviewed by a person: {review['seen']} of {review['items']} items ({names}{flagged})"
    except (AttributeError, KeyError, TypeError) as error:
        raise InputError(f"{path}: review: found {shown(review)}, wanted items, seen, flagged and reviewers") from error


def provenance(folder: Path) -> str:
    """Where the annotation of the version in `folder` comes from, and what the agreement of its passes is worth.

    What `release.json` says under `provenance`; a version without that is one of the gold standard.
    """
    persons, path = reviewed(folder), folder / FACTS
    own = read_json(path).get("provenance") if path.is_file() else None
    if own is not None:
        if not isinstance(own, str) or not own.strip():
            raise InputError(f"{path}: provenance: found {shown(own)}, wanted who annotated, and how")
        return own if persons is None else f"{own.rstrip('.')}; {persons}."
    return PROVENANCE if persons is None else f"{_ORIGIN} {persons}. {_PASSES}"


@dataclass(frozen=True)
class GoldStandard(Dataset):
    """A released version of the gold: `v1`, the five articles, or `newswire-v1`, 300 sentences in the same annotation.

    `root` is the folder that holds the versions; None is the one that comes with the harness.
    """

    version: str = "v1"
    root: str | None = None

    @property
    def name(self) -> str:
        """The version."""
        return self.version

    @property
    def folder(self) -> Path:
        """Where the version's files lie."""
        return (Path(self.root) if self.root else resource("gold")) / self.version

    @property
    def source(self) -> Path:
        """The JSON Lines file."""
        return self.folder / "gold.jsonl"

    @property
    def annotation_schema(self) -> Schema:
        """The one in its folder; a version without one annotates what the gold standard does."""
        return schema_of_version(self.folder)

    def read(self) -> Sequence[Example]:
        """Its documents with all layers of the schema.

        Raises:
            InputError: the texts are missing, or the file is malformed.
        """
        self.check_texts()
        return codec.read_examples(self.source, self.annotation_schema)

    def check_texts(self) -> None:
        """See that the version has its texts.

        Raises:
            InputError: it came without them.
        """
        if not self.source.is_file() and (self.folder / STANDOFF).is_file():
            call = f"harness curate task=texts version={self.version} texts=DIR out=GOLD, then dataset.root=GOLD"
            raise InputError(
                f"{self.folder}: found no article texts (this installation came without them), wanted them put in: "
                f"{call}; DIR holds them as ID.txt, and each is checked by its sha256"
            )

    @property
    def remarks(self) -> Sequence[str]:
        """What persons have seen of a version without several passes, whose scores have no other place for it."""
        if len(list((self.folder / "annotators").glob("*.jsonl"))) > 1:
            return ()
        persons = reviewed(self.folder)
        return () if persons is None else (f"{self.name}: {persons}",)

    def passes(self, documents: Sequence[Document]) -> Passes:
        """The annotation passes that the gold was adjudicated from; none where there was one pass only."""
        files = sorted((self.folder / "annotators").glob("*.jsonl"))
        read = [codec.read_predictions(file, documents, self.annotation_schema) for file in files]
        annotations = [[answers[document.id].annotation for document in documents] for answers in read]
        return Passes(provenance(self.folder), annotations)

    def speakers(self) -> Mapping[str, Sequence[str]]:
        """Canonical names of speakers with their written variants.

        Raises:
            InputError: the file is missing, or holds anything but lists of variants.
        """
        path = self.folder / "speakers.json"
        variants = read_json(path)
        for name, spellings in variants.items():
            if not isinstance(spellings, list) or not all(isinstance(variant, str) for variant in spellings):
                raise InputError(f"{path}: {name}: found {spellings!r}, wanted a list of variants")
        return variants
