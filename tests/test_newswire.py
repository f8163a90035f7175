"""The second data set that comes with the harness: as its manifest and data sheet say, credited, and ready to run."""

import hashlib
import json
import unicodedata
from collections import Counter
from collections.abc import Sequence

import pytest

from harness.curate.validate import validate
from harness.data.files import resource
from harness.data.types import LAYERS, Example
from harness.datasets.gold import GoldStandard
from tests.schemas import ENTITY_TYPES

NEWSWIRE = GoldStandard("newswire-v1")
FOLDER = resource("gold") / "newswire-v1"


@pytest.fixture(scope="module")
def examples() -> Sequence[Example]:
    return NEWSWIRE.read()


@pytest.fixture(scope="module")
def sheet() -> str:
    return (FOLDER / "README.md").read_text(encoding="utf-8")


def test_documents_are_different_sentences_in_nfc_with_all_layers(examples: Sequence[Example]) -> None:
    assert len(examples) == len({example.document.id for example in examples}) == 300
    assert len({example.document.text for example in examples}) == 300
    for example in examples:
        assert unicodedata.is_normalized("NFC", example.document.text)
        assert "\n" not in example.document.text
        assert len(example.gold.sentences or ()) == 1
        assert example.document.meta["block"] in ("5", "12")


def test_every_span_has_the_text_that_it_covers() -> None:
    for line in (FOLDER / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        roles = [claim[role] for claim in record["claims"] for role in ("content", "cue", "source") if claim[role]]
        for span in (*record["entities"], *roles):
            assert span["text"] == record["text"][span["start"] : span["end"]]


def test_the_manifest_has_its_counts_and_hashes(examples: Sequence[Example]) -> None:
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    for name, digest in manifest["sha256"].items():
        assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == digest, name
    assert {path.name for path in FOLDER.iterdir()} == {*manifest["sha256"], "manifest.json"}
    for layer in LAYERS:
        assert manifest["layers"][layer]["count"] == sum(len(getattr(one.gold, layer)) for one in examples)
    types = Counter(entity.type for example in examples for entity in example.gold.entities or ())
    assert manifest["layers"]["entities"]["types"] == {kind: types[kind] for kind in ENTITY_TYPES}
    assert manifest["documents"]["words"] == sum(len(example.document.text.split()) for example in examples)


def test_the_counts_of_the_data_sheet_are_right(examples: Sequence[Example], sheet: str) -> None:
    types = Counter(entity.type for example in examples for entity in example.gold.entities or ())
    assert all(f"| {kind} | {types[kind]} |" in sheet for kind in ENTITY_TYPES)
    nested = sum(
        any(outer[:2] != inner[:2] and outer.start <= inner.start and inner.end <= outer.end for outer in mentions)
        for mentions in (example.gold.entities or () for example in examples)
        for inner in mentions
    )
    assert f"| entities | {types.total():,}, of them {nested} inside another |" in sheet
    claims = [claim for example in examples for claim in example.gold.claims or ()]
    speakers = {claim.speaker for claim in claims} - {None}
    sourced = sum(claim.source is not None for claim in claims)
    assert f"| claims | {len(claims)}, of them {sourced} with a written source; {len(speakers)} speakers |" in sheet
    labels = Counter(one.label for example in examples for one in example.gold.sentences or ())
    assert f"CFS {labels['CFS']}, UFS {labels['UFS']}, NFS {labels['NFS']}" in sheet


def test_its_known_faults_are_those_of_the_data_sheet(sheet: str) -> None:
    faults = Counter(problem.rule for problem in validate(FOLDER))
    assert faults.pop("S1") == 65
    assert "65 findings" in sheet
    assert faults == {"B1": 5, "B3": 1, "F5": 2, "C1": 2}
    assert f"{faults.total()} are errors of the annotation" in sheet


def test_it_names_no_agreement_and_no_variant() -> None:
    assert NEWSWIRE.passes([]).annotations == []
    assert not any(NEWSWIRE.speakers().values())


@pytest.mark.parametrize("name", ["gold/newswire-v1/LICENSE", "NOTICE", "gold/LICENSE"])
def test_credit_and_licence_stand_where_they_are_looked_for(name: str) -> None:
    root = resource("gold").parent
    text = (root / name).read_text(encoding="utf-8")
    assert "ANERcorp" in text
    assert "CC BY-SA 4.0" in text
