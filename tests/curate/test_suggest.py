"""What to look at next in a version."""

import json
from pathlib import Path

import pytest

from harness.curate.suggest import worth_annotating
from harness.curate.tasks import curate
from harness.data.types import Annotation, Document, Entity, Example
from harness.datasets.gold import GoldStandard
from tests.conftest import Harness
from tests.curate.small import AGREED, DOCUMENTS, EXTRA, decision, with_entity, write_release

FIRST = DOCUMENTS[0]


@pytest.fixture
def gold(tmp_path: Path) -> GoldStandard:
    """A version in which one pass had a mention that was decided against."""
    passes = {"a": with_entity(EXTRA), "b": AGREED}
    write_release(tmp_path / "gold" / "v1", passes, [decision(FIRST, EXTRA, "exclude")])
    version = GoldStandard("v1", str(tmp_path / "gold"))
    curate("build", version, None)
    return version


def run(harness: Harness, folder: Path, name: str, entities: list[dict[str, object]]) -> None:
    """A run whose answers for the first document are these mentions, and for the second none."""
    lines = [{"id": document.id, "entities": entities * (document is FIRST)} for document in DOCUMENTS]
    (folder / f"{name}.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    answers = (f"runner.path={name}.jsonl", f"hydra.run.dir={name}", "tracker=none", "analysis.enabled=false")
    data = ("dataset=gold", f"dataset.root={folder}/gold", "dataset.version=v1")
    done = harness("evaluate", *data, "runner=replay", *answers)
    assert done.code == 0, done.err


def test_what_systems_agree_on_and_passes_did_not(harness: Harness, gold: GoldStandard, tmp_path: Path) -> None:
    office = {"start": 4, "end": 10, "type": "OCC"}
    both = {"start": 34, "end": 42, "type": "DATE"}
    run(harness, tmp_path, "one", [office, both, {"start": 0, "end": 3, "type": "GPE"}])
    run(harness, tmp_path, "two", [office, both | {"score": 0.5}])
    done = harness("curate", "suggest", f"root={tmp_path}/gold", "runs=[one,two]", "out=kept")
    assert done.code == 0, done.err
    lines = [json.loads(line) for line in (tmp_path / "kept" / "suggestions.jsonl").read_text().splitlines()]
    assert (lines[0]["item"]["type"], lines[0]["why"]) == ("DATE", "all 2 systems have it, the gold has not")
    # What one system alone has is no suggestion.
    assert sum(line["why"].startswith("all 2") for line in lines) == 1
    missed = [line for line in lines if line["why"] == "none of 2 systems has it"]
    mentions = sum(len(layers.entities or ()) for layers in AGREED)
    # All mentions of the gold but the one that both found; they answered no sentences at all.
    assert sum(line["layer"] == "entities" for line in missed) == mentions - 1
    assert lines[-1]["why"] == "1 of the 2 passes: exclude by E1"
    assert (lines[-1]["item"]["start"], lines[-1]["item"]["type"]) == (EXTRA.start, EXTRA.type)
    assert "suggestions" in done.out


def test_one_system_alone_suggests_nothing(harness: Harness, gold: GoldStandard, tmp_path: Path) -> None:
    run(harness, tmp_path, "one", [])
    done = harness("curate", "suggest", f"root={tmp_path}/gold", "runs=[one]", "out=kept")
    lines = (tmp_path / "kept" / "suggestions.jsonl").read_text().splitlines()
    assert [json.loads(line)["why"] for line in lines] == ["1 of the 2 passes: exclude by E1"]
    write_release(tmp_path / "own" / "v1", {"a": AGREED, "b": AGREED})
    done = harness("curate", "suggest", f"root={tmp_path}/own")
    assert "found nothing to suggest, wanted two runs or more (runs=[A,B]), passes that differ" in done.err
    assert "found one on v1" in harness("curate", "suggest", "version=newswire-v1", "runs=[one]").err


def test_rare_types_are_worth_more_than_frequent_ones(harness: Harness, gold: GoldStandard, tmp_path: Path) -> None:
    text = "0123456789"
    common = [Example(Document("d", text), Annotation(entities=(*[Entity(0, 1, "GPE")] * 99, Entity(0, 1, "LAW"))))]
    pool = {
        "three common": Annotation(entities=(Entity(0, 1, "GPE"),) * 3),
        "one rare": Annotation(entities=(Entity(0, 1, "LAW"),)),
        "one new": Annotation(entities=(Entity(0, 1, "FAC"),)),
        "none": Annotation(entities=()),
    }
    ranked = worth_annotating(common, pool)
    assert [worth.document for worth in ranked] == ["one new", "one rare", "three common", "none"]
    # 1/sqrt(1) - 1/sqrt(2), of one mention where there was one.
    assert ranked[1].gain == pytest.approx(1 - 2**-0.5)
    answers: list[dict[str, object]] = [{"id": name, "text": text, "entities": []} for name in ("p", "q")]
    answers[1]["entities"] = [{"start": 0, "end": 1, "type": "LAW"}]
    (tmp_path / "pool.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in answers), encoding="utf-8")
    done = harness("curate", "suggest", f"root={tmp_path}/gold", "predictions=pool.jsonl")
    assert done.code == 0, done.err
    assert done.out.index("LAW 1") < done.out.index("p ", done.out.index("2 texts worth annotating"))
    refused = harness("curate", "suggest", f"root={tmp_path}/gold", "predictions=gone.jsonl").err
    assert "gone.jsonl: found No such file" in refused
