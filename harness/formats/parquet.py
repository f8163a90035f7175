"""A Parquet file of the package datasets, whose `load_dataset` reads it back with the same features."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.data import codec
from harness.data.extras import require
from harness.data.jsonl import one_line
from harness.data.schema import Schema
from harness.data.types import LAYERS, InputError
from harness.formats.export import Export, Format, Written, lost

if TYPE_CHECKING:
    from datasets import Features


@dataclass(frozen=True)
class Parquet(Format):
    """A file NAME.parquet: a row a document, with the columns and nesting of the JSON Lines.

    What only some items have is null in the others; an absent layer is null, an empty one an empty list. The same
    examples give the same bytes under the same versions of datasets and pyarrow.
    """

    def write(self, export: Export, out: Path) -> Written:
        """Write NAME.parquet.

        Raises:
            InputError: datasets is not installed, or a key of `meta` has values of unlike kinds, which a column has
                not.
        """
        datasets = require("datasets", "datasets", "export")
        rows = [json.loads(codec.dump_example(example)) for example in export.examples]
        columns = features([row["meta"] for row in rows], export.schema)
        table = datasets.Dataset.from_dict({name: [row.get(name) for row in rows] for name in columns}, columns)
        path = out / f"{export.name}.parquet"
        silent = datasets.are_progress_bars_disabled()
        datasets.disable_progress_bars()
        try:
            table.to_parquet(path)
        finally:
            if not silent:
                datasets.enable_progress_bars()
        return Written([path], lost(export.examples, ("meta", *LAYERS, "attributes", "speakers")))


def features(metas: Sequence[Mapping[str, Any]], schema: Schema) -> "Features":
    """The columns of documents; `meta` has the keys that `metas` have, and is left out if none has any.

    Raises:
        InputError: a key has values of unlike kinds.
    """
    from datasets import Features, List, Value
    from datasets.features.features import generate_from_arrow_type

    edges = {"start": Value("int64"), "end": Value("int64")}
    text = Value("string")
    span = {**edges, "text": text}
    claim = dict.fromkeys(("content", "cue", "source"), span) | dict.fromkeys(("speaker", *schema.attributes), text)
    # Parquet has no struct without fields.
    meta = {"meta": generate_from_arrow_type(_kind(metas))} if any(metas) else {}
    return Features(
        {
            "id": text,
            "text": text,
            **meta,
            "entities": List({**span, "type": text}),
            "claims": List(claim),
            "sentences": List({**edges, "label": text}),
        }
    )


def _kind(metas: Sequence[Mapping[str, Any]]) -> Any:
    """The type of `meta` in Arrow."""
    import pyarrow as pa

    try:
        # Not by infer_type, which passes over values of another kind.
        return pa.array([dict(meta) for meta in metas]).type
    except pa.ArrowException as error:
        wanted = "values of one kind for each key"
        raise InputError(f"meta: found {one_line(str(error))}, wanted {wanted}") from error
