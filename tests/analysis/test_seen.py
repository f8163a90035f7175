from pathlib import Path

import pytest

from harness.analysis.seen import Seen
from harness.arabic.surface import surface
from harness.data import codec
from harness.data.types import Annotation, Document, Entity, Example, InputError


def test_no_path_knows_no_names() -> None:
    assert Seen().names is None


def test_names_of_gold_are_spelled_uniformly(tmp_path: Path) -> None:
    text = "زار أَحمد للصين"
    gold = Annotation((Entity(4, 9, "PERS"), Entity(11, 15, "GPE")))
    codec.write_examples(tmp_path / "train", [Example(Document("d", text), gold)])
    # The article after the preposition has its alef back.
    assert Seen(str(tmp_path / "train")).names == frozenset({"احمد", "الصين"})


def test_a_list_has_a_name_a_line(tmp_path: Path) -> None:
    (tmp_path / "names").write_text("أحمد  علي\n\nUNESCO\n", encoding="utf-8")
    assert Seen(str(tmp_path / "names"), "list").names == frozenset({"احمد علي", "unesco"})


def test_a_missing_file_is_told_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"found no file .*nowhere, wanted training data"):
        Seen(str(tmp_path / "nowhere"))


def test_a_file_that_is_no_text_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "names").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="wanted names in UTF-8"):
        _ = Seen(str(tmp_path / "names"), "list").names


def test_only_an_assimilated_article_is_completed() -> None:
    assert surface("للصين", 1, 5) == "الصين"
    assert surface("لصين", 0, 4) == "لصين"
    assert surface("لبنان", 0, 5) == "لبنان"
    assert surface("اللبناني", 2, 8) == "لبناني"
