"""Parts of data sets: what is picked, that a draw is stable, and that all that is read keeps to it."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.api.comparing import compare
from harness.api.evaluating import evaluate
from harness.api.loading import Corpus, load
from harness.config.settings import Settings
from harness.data.dataset import ReadOnce
from harness.data.types import Annotation, Document, Entity, Example, InputError
from harness.datasets.gold import GoldStandard
from harness.datasets.subset import Selected, Subset
from harness.scoring.signature import parse
from tests.conftest import Harness, Sample

DOCUMENTS = [Document(f"a{number}", "نص", {"outlet": "XY"[number % 2], "year": 2000 + number}) for number in range(6)]
QUICK = ["bootstrap.resamples=50", "analysis.enabled=false"]


@dataclass(frozen=True)
class Plain:
    """The least that is a data set."""

    name: str = "plain"

    def read(self) -> list[Example]:
        """The documents, one of them with a type of its own."""
        kinds = ["PERS", "GPE"] + ["PERS"] * 4
        return [
            Example(document, Annotation(entities=(Entity(0, 2, kind),)))
            for document, kind in zip(DOCUMENTS, kinds, strict=True)
        ]


@pytest.mark.parametrize(
    ("subset", "picked"),
    [
        (Subset(ids="a[024]"), [0, 2, 4]),
        (Subset(ids=["a5", "a0*"]), [0, 5]),
        (Subset(ids="A*"), []),
        (Subset(ids="a"), []),
        (Subset(slice="1:3"), [1, 2]),
        (Subset(slice="-2:"), [4, 5]),
        (Subset(slice="::2"), [0, 2, 4]),
        (Subset(slice=":"), [0, 1, 2, 3, 4, 5]),
        (Subset(meta={"outlet": "Y"}), [1, 3, 5]),
        (Subset(meta={"outlet": ["X", "Y"], "year": "2003"}), [3]),
        (Subset(meta={"unknown": "None"}), []),
        # Each among what those before it leave.
        (Subset(ids="a[1-5]", meta={"outlet": "Y"}, slice="1:"), [3, 5]),
        (Subset(slice="4:", documents=9), [4, 5]),
    ],
)
def test_each_field_picks_among_what_those_before_it_leave(subset: Subset, picked: list[int]) -> None:
    assert subset.places(DOCUMENTS) == picked


def test_nothing_given_is_the_data_set_itself() -> None:
    assert Subset().of(dataset := Plain()) is dataset
    assert (corpus := load("gold")).subset() is corpus


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"slice": "5"}, "slice: found '5', wanted START:END"),
        ({"slice": "1:9:0"}, "slice: found '1:9:0', wanted"),
        ({"slice": "5:1:-1"}, "slice: found '5:1:-1', wanted"),
        ({"documents": 0}, "documents: found 0, wanted 1 or more"),
    ],
)
def test_a_field_that_cannot_be_used_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        Subset(**fields)  # type: ignore[arg-type]


def test_a_subset_without_documents_lists_some_ids() -> None:
    message = "found none of 6 documents of plain by ids:b*, wanted one at least; ids are a0, a1, a2, a3, a4 and 1 more"
    with pytest.raises(InputError, match=re.escape(f"subset: {message}")):
        Selected(Plain(), Subset(ids=["b*"])).read()


names = st.lists(st.text(min_size=1, max_size=3), unique=True, max_size=12)


@given(names, st.integers(1, 12), st.integers(0, 9), st.randoms(use_true_random=False), st.text(min_size=4, max_size=4))
def test_a_draw_depends_on_seed_and_ids_alone(ids: list[str], count: int, seed: int, random: object, new: str) -> None:
    subset = Subset(documents=count, seed=seed)

    def drawn(ids: list[str]) -> list[str]:
        return [ids[place] for place in subset.places([Document(name, "") for name in ids])]

    before = drawn(ids)
    assert len(before) == min(count, len(ids))
    assert before == [name for name in ids if name in before]
    shuffled = list(ids)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert {*drawn(shuffled)} == {*before}
    # A further document takes the place of at most one.
    after = {*drawn([new, *ids])}
    assert len({*before} - after) <= 1
    assert after <= {*before, new}


def test_seeds_draw_unlike_documents_and_all_alike() -> None:
    documents = [Document(str(number), "") for number in range(40)]
    counts = [0] * 40
    for seed in range(400):
        for place in Subset(documents=10, seed=seed).places(documents):
            counts[place] += 1
    # Each is expected 100 times, with a standard deviation of 8.7.
    assert 60 < min(counts) <= max(counts) < 140


def test_the_schema_is_that_of_the_whole() -> None:
    part, whole = (ReadOnce(dataset) for dataset in (Selected(Plain(), Subset(ids="a0")), Plain()))
    assert len(part.read()) == 1
    assert part.annotation_schema == whole.annotation_schema
    assert part.infers_schema
    assert not ReadOnce(Selected(GoldStandard(), Subset(ids="a0*"))).infers_schema


def test_a_part_stands_for_its_whole_and_for_no_other() -> None:
    part = ReadOnce(Selected(Plain(), Subset(ids="a0")))
    assert part.stands_for(Plain())
    assert not part.stands_for(Plain("other"))
    # The whole is not read as if it were the part.
    assert not ReadOnce(Plain()).stands_for(Selected(Plain(), Subset(ids="a0")))


def test_passes_are_those_of_the_picked_documents() -> None:
    whole, part = GoldStandard(), Selected(GoldStandard(), Subset(slice="1::2"))
    documents = [example.document for example in whole.read()]
    passes, own = whole.passes(documents), part.passes([example.document for example in part.read()])
    assert own is not None
    assert [list(given) for given in own.annotations] == [list(given)[1::2] for given in passes.annotations]
    assert part.speakers() == whole.speakers()


def test_a_subset_of_all_is_the_gold_itself(tmp_path: Path) -> None:
    whole = evaluate("gold", out=tmp_path / "whole", overrides=QUICK)
    part = evaluate("gold", out=tmp_path / "part", overrides=[*QUICK, "subset.ids=*", "subset.documents=90"])
    assert part.opened.gold.sha256 == whole.opened.gold.sha256
    remarks = part.opened.provenance["remarks"]
    assert "v1[ids:*;documents:90,seed:13]: picked 5 of 5 documents, all that there are to draw 90 from" in remarks
    compare(whole, part)


def test_a_run_says_what_was_scored_and_keeps_it(harness: Harness, tmp_path: Path) -> None:
    done = harness("evaluate", "subset.ids=[a0*,a3*]", "tracker=none", f"hydra.run.dir={tmp_path / 'part'}", *QUICK)
    assert done.code == 0, done.err
    name = "v1[ids:a0*,a3*]"
    assert f"rules on {name}#" in done.out
    assert f"{name}: picked 2 of 5 documents" in done.err
    scores = json.loads((tmp_path / "part" / "scores.json").read_text())
    assert scores["documents"] == 2
    assert scores["dataset"].startswith(f"{name}#")
    assert parse(scores["scorers"]["claims"]["signature"]).gold == name
    kept = [json.loads(line)["id"] for line in (tmp_path / "part" / "gold.jsonl").read_text().splitlines()]
    assert kept == ["a0-beijing-visit", "a3-virtual-summit"]
    # The same documents by another way are the same gold; others are not, and the whole is not.
    run = evaluate(load("gold").subset(ids="a[03]-*"), out=tmp_path / "again", overrides=QUICK)
    assert run.opened.gold.sha256 == json.loads((tmp_path / "part" / "provenance.json").read_text())["gold_sha256"]
    compare(tmp_path / "part", tmp_path / "again")
    evaluate("gold", out=tmp_path / "whole", overrides=QUICK)
    with pytest.raises(InputError, match=r"cannot be compared \(gold: v1#\w+ and v1\[ids:a0\*,a3\*\]#"):
        compare(tmp_path / "whole", tmp_path / "part")
    baseline = Path(__file__).parents[2] / "runs" / "baseline" / "rules"
    judged = harness("gate", str(tmp_path / "part"), f"baseline={baseline}")
    assert judged.code == 2
    assert judged.err.count("\n") == 1
    assert "documents: found 3 that differ" in judged.err


def test_a_baseline_counts_in_what_is_scored(tmp_path: Path) -> None:
    run = evaluate("gold", out=tmp_path / "run", overrides=[*QUICK, "subset.slice=0:1"])
    frequent = run.opened.scores.scorers["entities_strict"].baselines("micro/f1")[0]
    # Of one document there are no others to count names in.
    assert (frequent.name, frequent.value) == ("frequent", 0)


@pytest.mark.parametrize(
    "picking", ["subset.ids=zz*", "subset.slice=9:", "+subset.meta.outlet=X", "subset.meta={a: b}"]
)
def test_a_subset_without_documents_is_one_line(harness: Harness, picking: str) -> None:
    done = harness("evaluate", picking, "tracker=none")
    assert done.code == 2
    assert done.err.startswith("harness evaluate: subset: found none of 5 documents of v1 by ")
    assert "a0-beijing-visit, a1-diplomatic-solutions" in done.err
    assert done.err.count("\n") == 1


def test_the_parts_of_a_corpus_in_python() -> None:
    corpus = load("gold").subset(documents=2, seed=4)
    assert isinstance(corpus, Corpus)
    assert corpus.name == "v1[documents:2,seed:4]"
    assert [*corpus.chosen] == ["dataset=gold", "subset.documents=2", "subset.seed=4"]
    assert len(corpus.subset(slice="1:")) == 1
    # What is kept in a run's configuration makes the same documents again.
    settings = Settings.compose("evaluate", {"dataset": corpus.configured})
    assert list(settings.part("dataset").read()) == list(corpus)


def test_all_of_a_file_is_copied_as_it_is(sample: Sample) -> None:
    assert Selected(load(sample.gold), Subset(ids="*")).source == sample.gold
    assert Selected(load(sample.gold), Subset(slice="0:1")).source is None


def test_predictions_of_the_whole_are_replayed_on_a_part(harness: Harness, tmp_path: Path) -> None:
    whole = evaluate("gold", out=tmp_path / "whole", overrides=QUICK)
    fresh = evaluate("gold", out=tmp_path / "fresh", overrides=[*QUICK, "subset.ids=a3*"])
    done = harness(
        "evaluate", "runner=replay", f"runner.path={whole.folder}", "subset.ids=a3*", "tracker=none", *QUICK,
        f"hydra.run.dir={tmp_path / 'part'}",
    )  # fmt: skip
    assert done.code == 0, done.err
    scores = json.loads((tmp_path / "part" / "scores.json").read_text())["scorers"]["claims"]["measures"]
    assert scores["relation/f1"]["value"] == fresh.opened.scores.scorers["claims"].measures["relation/f1"].value
    assert len((tmp_path / "part" / "predictions.jsonl").read_text().splitlines()) == 1
    # A document that the whole does not have is refused as ever; so are predictions of the whole for a gold of a part.
    odd = tmp_path / "odd.jsonl"
    odd.write_text('{"id": "none", "entities": []}\n')
    refused = harness("evaluate", "runner=replay", f"runner.path={odd}", "subset.ids=a3*", "tracker=none")
    assert refused.code == 2
    assert 'id: found "none", wanted the id of a document of the dataset' in refused.err
