"""The schemas that a trained model answers in, as its configuration keeps them, by head."""

from collections.abc import Mapping
from typing import Any, Final

from harness.data.schema import Schema, schema_of

SCHEMAS: Final = "annotation_schemas"
"""The key of config.json."""


def write_schemas(schemas: Mapping[str, Schema]) -> dict[str, Any]:
    """The schema of each head as plain values."""
    return {head: schema.record() for head, schema in schemas.items()}


def read_schemas(written: object, where: str) -> dict[str, Schema]:
    """The schema of each head; none for a model that keeps none.

    Raises:
        InputError: what is written are no schemas; the message begins with `where`.
    """
    held = written if isinstance(written, dict) else {}
    return {str(head): schema_of(record, f"{where}: {SCHEMAS}.{head}") for head, record in held.items()}
