"""The gold standard that comes with the harness: built from its parts, sound, documented, and readable by others."""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from harness.curate.agreement import agreement
from harness.curate.build import build
from harness.curate.decisions import read_decisions
from harness.curate.release import read_release
from harness.curate.validate import RULES, validate
from harness.data import codec
from harness.data.files import resource
from harness.data.types import Example
from harness.datasets.gold import GoldStandard
from harness.formats.export import Export
from harness.formats.parquet import Parquet

GOLD = GoldStandard()
ROOT = resource("gold")
RULE = re.compile(r"^\| ([FBECS]\d+)( ✓)? \|", re.MULTILINE)


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return list(GOLD.read())


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_it_is_what_its_parts_give(tmp_path: Path) -> None:
    build(GOLD.folder, tmp_path)
    for name in ("gold.jsonl", "manifest.json"):
        assert (tmp_path / name).read_bytes() == (GOLD.folder / name).read_bytes()


def test_it_has_no_problem() -> None:
    assert validate(GOLD.folder) == []


def test_its_passes_hold_no_text_and_read_with_the_texts_at_hand() -> None:
    release = read_release(GOLD.folder)
    for path in release.pass_files.values():
        assert all("text" not in json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    assert {name: len(found) for name, found in release.passes.items()} == {"a": 5, "b": 5, "c": 5}


def test_every_decision_cites_rules_of_the_guidelines() -> None:
    known = {rule for rule, _ in RULE.findall(text("guidelines.md"))}
    decisions = read_decisions(GOLD.folder / "adjudication.jsonl", GOLD.annotation_schema)
    assert decisions
    assert {rule for decision in decisions for rule in decision.rules} <= known


def test_the_guidelines_say_which_rules_are_checked_and_give_no_id_twice() -> None:
    rules = RULE.findall(text("guidelines.md"))
    assert {rule for rule, checked in rules if checked} == set(RULES)
    assert len({rule for rule, _ in rules}) == len(rules)


def test_the_agreement_of_the_data_sheet_is_measured() -> None:
    pairs = agreement(read_release(GOLD.folder))["pairs"]
    sheet = text("DATASHEET.md")
    for label, section, measure in (
        ("claims: content exact, F1", "claims", "content"),
        ("claims: speaker, accuracy over pairs", "claims", "speaker"),
        ("claims: certainty, accuracy", "claims", "certainty"),
        ("sentence labels, share equal", "sentences", "agreement"),
        ("sentence labels, Cohen's kappa", "sentences", "kappa"),
        ("words, Cohen's kappa", "words", "kappa"),
        ("spans without types, F1", "spans", "f1"),
    ):
        values = " | ".join(f"{pair[section][measure]:.3f}" for pair in pairs.values())
        assert f"| {label} | {values} |" in sheet
    entities = " | ".join(f"{pair['entities']['micro']['f1']:.3f}" for pair in pairs.values())
    assert f"| entities, exact offsets and type, F1 | {entities} |" in sheet


def test_the_counts_of_the_data_sheet_are_right(examples: list[Example]) -> None:
    sheet, manifest = text("DATASHEET.md"), json.loads(text("v1/manifest.json"))
    for kind, count in manifest["layers"]["entities"]["types"].items():
        assert not count or f"| {kind} | {count} |" in sheet
    lines = sum(len(example.document.text.splitlines()) for example in examples)
    sentences = sum(len(example.gold.sentences or ()) for example in examples)
    assert f"{len(examples)} / {lines} / {sentences}" in sheet
    nested = sum(
        any(outer != inner and outer.start <= inner.start and inner.end <= outer.end for outer in mentions)
        for mentions in (example.gold.entities or () for example in examples)
        for inner in mentions
    )
    assert f"| entities | {manifest['layers']['entities']['count']}, of them {nested} inside another |" in sheet
    claims = [claim for example in examples for claim in example.gold.claims or ()]
    sourced, speakers = sum(claim.source is not None for claim in claims), len({claim.speaker for claim in claims})
    assert f"{len(claims)}, of them {sourced} with a written source; {speakers} speakers" in sheet


def test_the_canary_is_the_same_everywhere() -> None:
    canary = json.loads(text("v1/release.json"))["canary"]
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", canary)
    assert canary in text("DATASHEET.md")
    assert json.loads(text("v1/manifest.json"))["canary"] == canary


def test_speakers_cover_every_speaker_and_no_name_stands_for_two(examples: list[Example]) -> None:
    speakers = GOLD.speakers()
    assert {claim.speaker for example in examples for claim in example.gold.claims or ()} == set(speakers)
    names = [name for canonical, variants in speakers.items() for name in (canonical, *variants)]
    assert len(set(names)) == len(names)


def test_every_variant_of_a_speaker_is_written_in_a_text(examples: list[Example]) -> None:
    written = "\n".join(example.document.text for example in examples)
    assert [name for variants in GOLD.speakers().values() for name in variants if name not in written] == []


def test_it_loads_with_datasets_offline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, examples: list[Example]
) -> None:
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    datasets = pytest.importorskip("datasets")
    table = datasets.load_dataset("json", data_files=str(GOLD.source), split="train", cache_dir=str(tmp_path))
    assert [row["id"] for row in table] == [example.document.id for example in examples]
    assert [row["text"] for row in table] == [example.document.text for example in examples]
    first = table[0]["entities"][0]
    assert (first["start"], first["end"], first["type"]) == (examples[0].gold.entities or ())[0][:3]


def test_its_parquet_export_round_trips(tmp_path: Path, examples: list[Example]) -> None:
    Parquet().write(Export(examples, GOLD.annotation_schema, "gold"), tmp_path)
    rows = pq.read_table(tmp_path / "gold.parquet").to_pylist()
    assert rows == [json.loads(codec.dump_example(example)) for example in examples]


def fields(records: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for record in records:
        yield record
        yield from fields(record.get("subField", []))


def test_croissant_describes_the_files_as_they_are() -> None:
    croissant = json.loads(text("croissant.json"))
    assert croissant["conformsTo"].startswith("http://mlcommons.org/croissant/1.")
    described = {one["@id"]: one for one in croissant["distribution"]}
    for name, one in described.items():
        content = (ROOT / name).read_bytes()
        assert one["sha256"] == hashlib.sha256(content).hexdigest(), name
        assert one["contentSize"] == f"{len(content)} B"
    folders = ROOT / "v1", ROOT / "newswire-v1"
    assert set(described) == {
        path.relative_to(ROOT).as_posix() for folder in folders for path in folder.rglob("*") if path.is_file()
    }


@pytest.mark.parametrize(("place", "version"), [(0, "v1"), (1, "newswire-v1")])
def test_croissant_names_every_field_of_a_document(place: int, version: str) -> None:
    records = json.loads(text("croissant.json"))["recordSet"][place]
    named = {one["@id"] for one in fields(records["field"])}
    example = next(one for one in GoldStandard(version).read() if one.gold.claims and one.gold.claims[0].source)
    record = json.loads(codec.dump_example(example))
    assert {one["source"]["fileObject"]["@id"] for one in fields(records["field"]) if "source" in one} == {
        f"{version}/gold.jsonl"
    }

    def paths(value: object, path: str) -> Iterator[str]:
        if isinstance(value, list):
            for one in value:
                yield from paths(one, path)
        elif isinstance(value, dict):
            for key, one in value.items():
                yield f"{path}/{key}"
                yield from paths(one, f"{path}/{key}")

    assert named == set(paths(record, records["@id"]))
    assert all(one["@type"] == "cr:Field" for one in fields(records["field"]))


def test_passes_are_aligned_with_the_documents() -> None:
    gold = GoldStandard()
    examples = gold.read()
    passes = gold.passes([example.document for example in examples])
    assert len(passes.annotations) == 3
    # Mentions of a pass are nearly those of the gold: a wrong order of documents would share next to none.
    for annotations in passes.annotations:
        for example, annotation in zip(examples, annotations, strict=True):
            assert example.gold.entities is not None
            assert annotation.entities is not None
            assert len({*example.gold.entities} & {*annotation.entities}) > 0.9 * len(example.gold.entities)
    assert "one language model" in passes.note
