"""The gold as a Parquet file, for data tools that read no JSON Lines."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harness.data import codec
from harness.data.types import Example

if TYPE_CHECKING:
    import pyarrow as pa


def export(examples: Sequence[Example], path: Path) -> None:
    """Write `examples` to `path`, a row a document, with the columns and nesting of the JSON Lines.

    What only some items have is null in the others; an absent layer is null, an empty one an empty list.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [json.loads(codec.dump_example(example)) for example in examples]
    table = pa.Table.from_pylist(rows, schema=schema(examples))
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)


def schema(examples: Sequence[Example]) -> "pa.Schema":
    """The columns; `meta` has the keys that the documents have, and is left out if none has any."""
    import pyarrow as pa

    edges = [("start", pa.int64()), ("end", pa.int64())]
    span = pa.struct([*edges, ("text", pa.string())])
    strings = [(name, pa.string()) for name in ("speaker", "quote", "polarity", "certainty")]
    claim = pa.struct([*((role, span) for role in ("content", "cue", "source")), *strings])
    layers = {
        "entities": pa.struct([*span, pa.field("type", pa.string())]),
        "claims": claim,
        "sentences": pa.struct([*edges, ("label", pa.string())]),
    }
    # Parquet has no struct without fields.
    metas = [dict(example.document.meta) for example in examples]
    meta = [("meta", pa.infer_type(metas))] if any(metas) else []
    columns = [("id", pa.string()), ("text", pa.string()), *meta]
    return pa.schema(columns + [(name, pa.list_(layer)) for name, layer in layers.items()])
