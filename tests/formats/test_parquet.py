import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from harness.data import codec
from harness.data.schema import read_schema
from harness.data.types import Annotation, Document, Example, InputError
from harness.datasets.gold import GoldStandard
from harness.formats.export import Export
from harness.formats.parquet import Parquet, features
from tests.samples import EXAMPLES


def records(examples: Sequence[Example]) -> list[dict[str, object]]:
    return [json.loads(codec.dump_example(example)) for example in examples]


def write(examples: Sequence[Example], path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    written = Parquet().write(Export(examples, read_schema("gold"), path.stem), path.parent)
    assert (written.files, written.lost) == ([path], {})


def test_the_export_round_trips(tmp_path: Path) -> None:
    path = tmp_path / "new" / "gold.parquet"
    write(EXAMPLES, path)
    rows = pq.read_table(path).to_pylist()
    assert rows == records(EXAMPLES)


def test_an_absent_layer_is_null_and_an_empty_one_a_list(tmp_path: Path) -> None:
    path = tmp_path / "gold.parquet"
    write([Example(Document("d", "نص"), Annotation(entities=()))], path)
    (row,) = pq.read_table(path).to_pylist()
    assert (row["entities"], row["claims"], row["sentences"]) == ([], None, None)
    assert "meta" not in row


@pytest.mark.parametrize("version", ["v1", "newswire-v1"])
def test_datasets_reads_it_back_with_its_features(version: str, tmp_path: Path) -> None:
    import datasets

    examples = GoldStandard(version).read()
    write(examples, tmp_path / "gold.parquet")
    rows = records(examples)
    wanted = features([dict(example.document.meta) for example in examples], read_schema("gold"))
    read = datasets.load_dataset(
        "parquet", data_files=str(tmp_path / "gold.parquet"), split="train", cache_dir=str(tmp_path / "cache")
    )
    assert read.features == wanted
    # A key of meta, and a layer, that a document lacks is null there.
    keys = {key for row in rows for key in row["meta"]}  # type: ignore[attr-defined]
    whole = [dict.fromkeys(wanted) | row | {"meta": dict.fromkeys(keys) | row["meta"]} for row in rows]  # type: ignore[operator]
    assert read.to_list() == whole
    # The JSON Lines are the same table to it, read with the same features.
    lines = datasets.load_dataset(
        "json", data_files=str(GoldStandard(version).source), split="train", cache_dir=str(tmp_path / "cache"),
        features=wanted,
    )  # fmt: skip
    assert lines.to_list() == whole


def test_it_is_the_same_bytes_every_time(tmp_path: Path) -> None:
    examples = GoldStandard().read()
    for name in ("one", "other"):
        write(examples, tmp_path / f"{name}.parquet")
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "other.parquet").read_bytes()


def test_nothing_is_said_while_it_is_written(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    import datasets

    write(EXAMPLES, tmp_path / "gold.parquet")
    assert capfd.readouterr() == ("", "")
    assert not datasets.are_progress_bars_disabled()


@pytest.mark.parametrize("values", [(1, "x"), ("x", 1), (True, 3), (3, True), (1.5, "x"), ([1], 1)])
def test_a_key_of_unlike_values_is_refused(values: Sequence[object], tmp_path: Path) -> None:
    unlike = [Example(Document(str(place), "نص", {"key": one}), Annotation()) for place, one in enumerate(values)]
    with pytest.raises(InputError, match=r"meta: found .*, wanted values of one kind for each key"):
        write(unlike, tmp_path / "gold.parquet")


def test_a_missing_package_is_said_with_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(InputError, match=r"export: found no datasets, wanted .*pip install .*\[datasets\]'"):
        write(EXAMPLES, tmp_path / "gold.parquet")
