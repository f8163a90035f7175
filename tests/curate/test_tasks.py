"""`harness curate`, and the function behind it."""

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from harness.curate.tasks import curate
from harness.data.types import InputError
from harness.datasets.gold import GoldStandard
from tests.conftest import Harness
from tests.curate.small import AGREED, EXTRA, with_entity, write_release


def small(folder: Path) -> GoldStandard:
    write_release(folder / "v9", {"a": AGREED, "b": AGREED})
    return GoldStandard("v9", str(folder))


def test_build_writes_beside_its_inputs_or_elsewhere(tmp_path: Path) -> None:
    gold, elsewhere = small(tmp_path), tmp_path / "خارج"
    assert curate("build", gold, None) == 0
    assert curate("build", gold, elsewhere) == 0
    for name in ("gold.jsonl", "manifest.json"):
        assert (gold.folder / name).read_bytes() == (elsewhere / name).read_bytes()


def test_agreement_is_shown_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert curate("agreement", small(tmp_path), tmp_path / "kept") == 0
    assert "one language model" in " ".join(capsys.readouterr().out.split())
    kept = json.loads((tmp_path / "kept" / "agreement.json").read_text())
    assert kept["pairs"]["a-b"]["entities"]["micro"]["f1"] == 1
    assert "one language model" in kept["caveats"][0]


def test_export_writes_parquet_where_it_is_told(tmp_path: Path) -> None:
    gold = small(tmp_path)
    curate("build", gold, None)
    assert curate("export", gold, tmp_path / "kept") == 0
    assert len(pq.read_table(tmp_path / "kept" / "v9.parquet")) == 2
    with pytest.raises(InputError, match="out: found null"):
        curate("export", gold, None)


def test_a_wrong_task_or_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'nix', wanted one of build, validate, agreement, export"):
        curate("nix", small(tmp_path), None)
    with pytest.raises(InputError, match="v8: found no folder"):
        curate("build", GoldStandard("v8", str(tmp_path)), None)


def test_problems_are_a_line_each_and_code_2(harness: Harness, tmp_path: Path) -> None:
    gold = small(tmp_path)
    curate("build", gold, None)
    gold.source.write_text(gold.source.read_text().replace('"CFS"', '"XFS"'))
    done = harness("curate", "task=validate", "version=v9", f"root={tmp_path}", "out=kept")
    assert done.code == 2
    lines = done.out.splitlines()
    assert sum("[F3]" in line and "XFS" in line for line in lines) == 2
    assert (tmp_path / "kept" / "problems.txt").read_text().splitlines() == lines
    assert done.err == ""
    # No run folder, no .hydra.
    assert {path.name for path in tmp_path.iterdir()} == {"v9", "kept"}


def test_an_undecided_disagreement_is_one_line_and_code_2(harness: Harness, tmp_path: Path) -> None:
    write_release(tmp_path / "v9", {"a": with_entity(EXTRA), "b": AGREED})
    done = harness("curate", "task=build", "version=v9", f"root={tmp_path}")
    assert done.code == 2
    assert len(done.err.splitlines()) == 1
    assert "found 1 items" in done.err
