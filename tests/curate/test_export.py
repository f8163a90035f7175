import json
from pathlib import Path

import pyarrow.parquet as pq

from harness.curate.export import export
from harness.data import codec
from harness.data.types import Annotation, Document, Example
from tests.samples import EXAMPLES


def test_the_export_round_trips(tmp_path: Path) -> None:
    path = tmp_path / "new" / "gold.parquet"
    export(EXAMPLES, path)
    rows = pq.read_table(path).to_pylist()
    assert rows == [json.loads(codec.dump_example(example)) for example in EXAMPLES]


def test_an_absent_layer_is_null_and_an_empty_one_a_list(tmp_path: Path) -> None:
    path = tmp_path / "gold.parquet"
    export([Example(Document("d", "نص"), Annotation(entities=()))], path)
    (row,) = pq.read_table(path).to_pylist()
    assert (row["entities"], row["claims"], row["sentences"]) == ([], None, None)
