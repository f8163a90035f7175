"""The names of the gold's schema, and attributes of claims in them, for tests that are about something else."""

from typing import Final

from harness.data.schema import read_schema

GOLD_SCHEMA: Final = read_schema("gold")
ENTITY_TYPES: Final = GOLD_SCHEMA.types
SENTENCE_LABELS: Final = GOLD_SCHEMA.sentence_labels
QUOTES, POLARITIES, CERTAINTIES = GOLD_SCHEMA.attributes.values()


def said(quote: str | None = None, polarity: str | None = None, certainty: str | None = None) -> dict[str, str]:
    """Attributes of a claim; what is None is not said."""
    given = dict(zip(GOLD_SCHEMA.attributes, (quote, polarity, certainty), strict=True))
    return {name: value for name, value in given.items() if value is not None}
