import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from harness.curate.build import build
from harness.data import codec
from harness.data.types import Annotation, Entity, Example, InputError
from tests.curate.small import AGREED, DOCUMENTS, EXTRA, decision, with_entity, with_label, write_release


def built(folder: Path) -> list[Example]:
    build(folder)
    return codec.read_examples(folder / "gold.jsonl")


def mentions(example: Example) -> set[tuple[int, int, str]]:
    return {entity[:3] for entity in example.gold.entities or ()}


def test_what_all_passes_agree_on_is_gold(tmp_path: Path) -> None:
    examples = built(write_release(tmp_path / "v", {"a": AGREED, "b": AGREED}))
    assert [example.document for example in examples] == list(DOCUMENTS)
    for example, agreed in zip(examples, AGREED, strict=True):
        assert mentions(example) == {entity[:3] for entity in agreed.entities or ()}
        assert (example.gold.claims, example.gold.sentences) == (agreed.claims, agreed.sentences)


def test_an_undecided_disagreement_fails_with_a_list(tmp_path: Path) -> None:
    folder = write_release(tmp_path / "v", {"a": with_entity(EXTRA), "b": AGREED, "c": with_label("NFS")})
    with pytest.raises(InputError) as caught:
        build(folder)
    message = str(caught.value)
    # The mention of pass a, and both labels of the sentence.
    assert "found 3 items" in message
    assert '"type": "PERS"} (1 of 3)' in message
    assert '"label": "NFS"} (1 of 3)' in message
    assert '"label": "CFS"} (2 of 3)' in message
    assert not (folder / "gold.jsonl").exists()


@pytest.mark.parametrize(("action", "kept"), [("include", True), ("exclude", False)])
def test_a_decision_settles_a_disagreement(tmp_path: Path, action: str, kept: bool) -> None:
    decisions = [decision(DOCUMENTS[0], EXTRA, action)]
    (first, _) = built(write_release(tmp_path / "v", {"a": with_entity(EXTRA), "b": AGREED}, decisions))
    assert (EXTRA[:3] in mentions(first)) is kept


def test_a_decision_adds_what_no_pass_has_and_removes_what_all_have(tmp_path: Path) -> None:
    everywhere = (AGREED[0].entities or ())[0]
    decisions = [decision(DOCUMENTS[0], EXTRA, "include"), decision(DOCUMENTS[0], everywhere, "exclude")]
    (first, _) = built(write_release(tmp_path / "v", {"a": AGREED, "b": AGREED}, decisions))
    assert EXTRA[:3] in mentions(first)
    assert everywhere[:3] not in mentions(first)


def test_passes_may_say_how_sure_they_are(tmp_path: Path) -> None:
    first, second = AGREED
    sure = Annotation(tuple(one._replace(score=0.5) for one in first.entities or ()), first.claims, first.sentences)
    examples = built(write_release(tmp_path / "v", {"a": (sure, second), "b": AGREED}))
    assert examples[0].gold.entities == tuple(sorted(first.entities or ()))


def test_outer_mentions_come_first(tmp_path: Path) -> None:
    inner, outer = Entity(4, 10, "PERS"), Entity(4, 16, "PERS")
    decisions = [decision(DOCUMENTS[0], inner, "include"), decision(DOCUMENTS[0], outer, "include")]
    (first, _) = built(write_release(tmp_path / "v", {"a": AGREED, "b": AGREED}, decisions))
    found = [entity[:2] for entity in first.gold.entities or ()]
    assert found.index(outer[:2]) < found.index(inner[:2])


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        ({"action": "keep"}, ["action", "'keep'"]),
        ({"layer": "words"}, ["layer", "words"]),
        ({"rules": []}, ["rules"]),
        ({"note": ""}, ["note"]),
        ({"extra": 1}, ["decision", "extra"]),
        ({"document": "nowhere"}, ["nowhere", "a document of the release"]),
        ({"action": "exclude"}, ["exclude", "no pass has"]),
        ({"item": {"start": 4, "end": 10, "type": "PERS"}}, ["item", "text"]),
        ({"item": {"start": "4", "end": 10, "text": "الوزير", "type": "PERS"}}, ["item", "whole numbers"]),
        ({"item": {"start": 4, "end": 10, "text": "الوزير", "type": "NAME"}}, ["NAME"]),
        ({"item": {"start": 4, "end": 10, "text": "السفير", "type": "PERS"}}, ["السفير"]),
        ({"item": {"start": 4, "end": 999, "text": "الوزير", "type": "PERS"}}, ["999"]),
        ({"layer": "claims", "item": {}}, ["item", "content"]),
    ],
)
def test_a_decision_that_cannot_be_used_is_named(tmp_path: Path, change: dict[str, Any], parts: list[str]) -> None:
    line = decision(DOCUMENTS[0], EXTRA, "include") | change
    folder = write_release(tmp_path / "v", {"a": AGREED, "b": AGREED}, [line])
    with pytest.raises(InputError) as caught:
        build(folder)
    message = str(caught.value).replace('"', "'")
    assert "adjudication.jsonl" in message
    assert all(part in message for part in parts), message
    assert [path.name for path in folder.glob("*gold*")] == []


def test_an_include_that_changes_nothing_and_a_second_decision_are_refused(tmp_path: Path) -> None:
    everywhere = (AGREED[0].entities or ())[0]
    folder = write_release(tmp_path / "v", {"a": AGREED, "b": AGREED}, [decision(DOCUMENTS[0], everywhere, "include")])
    with pytest.raises(InputError, match="every pass"):
        build(folder)
    twice = [decision(DOCUMENTS[0], EXTRA, "include")] * 2
    with pytest.raises(InputError, match="second decision"):
        build(write_release(tmp_path / "w", {"a": AGREED, "b": AGREED}, twice))


def test_the_same_inputs_give_the_same_bytes_wherever_they_are_written(tmp_path: Path) -> None:
    folder = write_release(tmp_path / "v", {"a": AGREED, "b": AGREED})
    build(folder)
    build(folder, tmp_path / "out")
    for name in ("gold.jsonl", "manifest.json"):
        assert (folder / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


def test_the_manifest_counts_and_hashes(tmp_path: Path) -> None:
    folder = write_release(tmp_path / "v", {"a": AGREED, "b": AGREED})
    build(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    for name, digest in manifest["sha256"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    inputs = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(manifest["sha256"]) == inputs - {"manifest.json"}
    # Document 0: 1 OCC, 1 PERS, 2 GPE; document 1: 3 GPE, 1 ORG.
    types = {name: count for name, count in manifest["layers"]["entities"]["types"].items() if count}
    assert types == {"PERS": 1, "OCC": 1, "ORG": 1, "GPE": 5}
    assert manifest["layers"]["claims"]["count"] == 2
    assert manifest["layers"]["sentences"]["labels"] == {"CFS": 2, "UFS": 2, "NFS": 0}


def test_a_layer_hash_changes_with_its_layer_only(tmp_path: Path) -> None:
    one = build(write_release(tmp_path / "v", {"a": AGREED, "b": AGREED}))["layers"]
    relabelled = with_label("NFS")
    other = build(write_release(tmp_path / "w", {"a": relabelled, "b": relabelled}))["layers"]
    assert isinstance(one, dict)
    assert isinstance(other, dict)
    assert [name for name in one if one[name]["sha256"] != other[name]["sha256"]] == ["sentences"]


@pytest.mark.parametrize("missing", ["release.json", "adjudication.jsonl", "annotators/b.jsonl", "speakers.json"])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    folder = write_release(tmp_path / "v", {"a": AGREED, "b": AGREED})
    (folder / missing).unlink()
    with pytest.raises(InputError, match=missing):
        build(folder)


def test_a_withdrawn_text_is_named(tmp_path: Path) -> None:
    folder = write_release(tmp_path / "v", {"a": AGREED, "b": AGREED})
    (folder / "texts" / f"{DOCUMENTS[1].id}.txt").unlink()
    with pytest.raises(InputError, match=DOCUMENTS[1].id):
        build(folder)


def test_a_pass_without_a_layer_or_a_document_is_refused(tmp_path: Path) -> None:
    bare = (Annotation(entities=()), AGREED[1])
    with pytest.raises(InputError, match="found no claims, sentences, wanted entities"):
        build(write_release(tmp_path / "v", {"a": AGREED, "b": bare}))
    folder = write_release(tmp_path / "w", {"a": AGREED, "b": AGREED})
    short = folder / "annotators" / "b.jsonl"
    short.write_text(short.read_text().splitlines()[0] + "\n")
    with pytest.raises(InputError, match="every document"):
        build(folder)
