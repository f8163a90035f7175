"""What persons say of a version, as it is read: one line an item, strictly."""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.curate.decisions import items_of
from harness.curate.guidelines import read_rules
from harness.curate.reviews import Reviewed, open_reviewed, read_review
from harness.curate.tasks import curate
from harness.data.types import Entity, InputError
from harness.datasets.gold import GoldStandard
from tests.curate.small import AGREED, DOCUMENTS, EXTRA, decision, with_entity, write_release

FIRST = DOCUMENTS[0]


@pytest.fixture
def gold(tmp_path: Path) -> GoldStandard:
    """A version of two documents in which one pass had a mention that was decided against."""
    write_release(tmp_path / "v1", {"a": with_entity(EXTRA), "b": AGREED}, [decision(FIRST, EXTRA, "exclude")])
    (tmp_path / "guidelines.md").write_text(
        "## E\n\n| id | rule |\n|---|---|\n| E1 | a \\| b | c |\n", encoding="utf-8"
    )
    version = GoldStandard("v1", str(tmp_path))
    curate("build", version, None)
    return version


def line(reviewed: Reviewed, **other: object) -> dict[str, Any]:
    """An acceptance of the first mention."""
    item = json.loads(reviewed.items[FIRST.id, "entities"][0])
    said: dict[str, Any] = {"document": FIRST.id, "layer": "entities", "item": item, "verdict": "accept", "to": None}
    said |= {"rules": [], "note": "", "reviewer": "Nour", "date": "2026-12-01", "gold_sha256": reviewed.sha256}
    return said | other


def written(folder: Path, *lines: object) -> Path:
    path = folder / "review-Nour.jsonl"
    path.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), encoding="utf-8")
    return path


def test_every_verdict_is_read_as_it_was_written(gold: GoldStandard, tmp_path: Path) -> None:
    reviewed = open_reviewed(gold)
    first, second, third = (json.loads(item) for item in reviewed.items[FIRST.id, "entities"][:3])
    why: dict[str, Any] = {"rules": ["E1"], "note": "because"}
    wide = first | {"start": 0, "text": FIRST.text[: first["end"]]}
    # The keys in another order, as other programs write them.
    wide = dict(reversed(wide.items()))
    missing = second | {"type": "ORG"}
    path = written(
        tmp_path,
        line(reviewed, verdict="change", to=wide, **why),
        line(reviewed, item=second),
        line(reviewed, item=third, verdict="flag", **why),
        line(reviewed, item=None, verdict="add", to=missing, **why),
    )
    verdicts = read_review(path, reviewed)
    assert [verdict.verdict for verdict in verdicts] == ["change", "accept", "flag", "add"]
    assert [verdict.line for verdict in verdicts] == [1, 2, 3, 4]
    assert verdicts[0].item == reviewed.items[FIRST.id, "entities"][0]
    assert list(json.loads(str(verdicts[0].to))) == ["start", "end", "text", "type"]
    assert (verdicts[1].to, verdicts[3].item) == (None, None)
    assert (verdicts[0].rules, verdicts[0].note, verdicts[0].reviewer) == (("E1",), "because", "Nour")


def test_what_is_no_verdict_is_told_with_its_line_and_field(gold: GoldStandard, tmp_path: Path) -> None:
    reviewed = open_reviewed(gold)
    first, second = (json.loads(item) for item in reviewed.items[FIRST.id, "entities"][:2])
    why: dict[str, Any] = {"rules": ["E1"], "note": "because"}
    odd: dict[str, dict[str, Any]] = {
        "verdict: found": {"verdict": "maybe"},
        "document: found": {"document": "none"},
        "layer: found": {"layer": "words"},
        "to: found null": {"verdict": "change", **why},
        "item: found null": {"item": None},
        "to: found {": {"verdict": "exclude", "to": second, **why},
        "to.type: found": {"verdict": "change", "to": first | {"type": "NOUN"}, **why},
        "to.text: found": {"verdict": "change", "to": first | {"end": first["end"] + 1}, **why},
        "to: found [5, 5]": {"verdict": "change", "to": first | {"start": 5, "end": 5, "text": ""}, **why},
        "an object with exactly": {"verdict": "change", "to": {"start": 0}, **why},
        "wanted another item": {"verdict": "change", "to": first, **why},
        "one that is not there yet": {"verdict": "change", "to": second, **why},
        "rules: found []": {"verdict": "exclude", "note": "because"},
        "note: found": {"verdict": "flag", "rules": ["E1"], "note": " "},
        'rules: found "E2"': {"verdict": "flag", "rules": ["E2"], "note": "because"},
        "reviewer: found": {"reviewer": "../x"},
        "date: found": {"date": "2026-02-30"},
        "gold_sha256: found": {"gold_sha256": "0"},
        "wanted one of v1": {"item": first | {"type": "ORG"}},
        "verdict: found [": {"more": 1},
    }
    for message, change in odd.items():
        path = written(tmp_path, line(reviewed, item=second), line(reviewed, **change))
        with pytest.raises(InputError) as error:
            read_review(path, reviewed)
        assert f"{path}:2: " in str(error.value), message
        assert message in str(error.value)
    for message, lines in {
        "one verdict on each item": (line(reviewed), line(reviewed)),
        "one file, one reviewer": (line(reviewed), line(reviewed, item=second, reviewer="Sami")),
    }.items():
        with pytest.raises(InputError, match=message):
            read_review(written(tmp_path, *lines), reviewed)


def test_an_undecided_version_has_the_items_of_all_passes(tmp_path: Path) -> None:
    write_release(tmp_path / "v1", {"a": with_entity(EXTRA), "b": AGREED})
    reviewed = open_reviewed(GoldStandard("v1", str(tmp_path)))
    schema = reviewed.schema
    for both in (with_entity(EXTRA)[0], AGREED[0]):
        for layer, items in items_of(FIRST, both, schema).items():
            assert set(items) <= set(reviewed.items[FIRST.id, layer])
    write_release(tmp_path / "v2", {"a": with_entity(Entity(4, 10, "ORG")), "b": AGREED})
    assert open_reviewed(GoldStandard("v2", str(tmp_path))).sha256 != reviewed.sha256


def test_rules_come_with_the_headings_above_them(gold: GoldStandard) -> None:
    assert read_rules(gold.folder)["E1"] == ("E", "a | b · c")
    rules = read_rules(GoldStandard().folder)
    assert rules["E30"].heading == "E · Entities · Offices and people"
    assert rules["F1"].text.startswith("A document's text is its article")
    assert len(rules) > 80
