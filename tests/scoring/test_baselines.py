from dataclasses import replace
from typing import Any, Final

import pytest

from harness.data.bridge import NO_BRIDGE, Bridge
from harness.data.tagsets import TagSet
from harness.data.types import Annotation, Document, Entity, Example, InputError, Prediction
from harness.scoring.baselines import check_names, lines, marked, record, score_baselines
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.claims import Claims
from harness.scoring.entities import EntitiesStrict
from harness.scoring.paired import difference
from harness.scoring.score import Gold, corpora_of, score
from harness.scoring.scoring import Scoring
from harness.scoring.table import Scorer
from tests.builders import score_of
from tests.samples import EXAMPLES, PREDICTIONS

BOOTSTRAP = Bootstrap(resamples=100)
SCORERS: Final[dict[str, Scorer]] = {"strict": EntitiesStrict(), "claims": Claims(), "sentences": CheckWorthy()}
SCORING = Scoring(SCORERS, "paragraph", BOOTSTRAP)
GOLD = Gold("samples", "0" * 64, EXAMPLES)
RIGHT = {example.document.id: Prediction(example.document.id, example.gold) for example in EXAMPLES}
# Entities alone, and fewer of them than the gold has.
LESS = [Prediction(one.doc_id, Annotation(entities=one.annotation.entities)) for one in PREDICTIONS]


def found_for(run: dict[str, Prediction], baseline: list[Prediction]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What `scores.json` has of the entities and of the sentences."""
    corpora = corpora_of(GOLD, run, "paragraph")
    scores = score(GOLD, corpora, SCORING)
    baselines = score_baselines(corpora, scores, {"base": baseline}, SCORING, NO_BRIDGE)
    kept: list[dict[str, Any]] = []
    for name in ("strict", "sentences"):
        measures = {measure: value._asdict() for measure, value in scores[name].measures.items()}
        lists = {"headlines": list(scores[name].headlines), "shown": list(scores[name].shown)}
        kept.append(lists | {"measures": measures} | (record(baselines[name]) if name in baselines else {}))
    return kept[0], kept[1]


def test_a_baseline_is_scored_like_a_run_and_on_its_own_layers_only() -> None:
    entities, sentences = found_for(RIGHT, LESS)
    alone = score_of(GOLD, {one.doc_id: one for one in LESS}, replace(SCORING, scorers={"strict": EntitiesStrict()}))
    wanted = {name: one.value for name, one in alone["strict"].measures.items() if one.value is not None}
    assert entities["baselines"] == {"base": wanted}
    assert "baselines" not in sentences
    assert list(lines(sentences, "macro/f1")) == []


def test_headlines_have_the_paired_difference() -> None:
    entities, _ = found_for(RIGHT, LESS)
    (line,) = lines(entities, "micro/f1")
    runs = [score_of(GOLD, side, SCORING)["strict"].table
            for side in ({one.doc_id: one for one in LESS}, RIGHT)]  # fmt: skip
    wanted = difference(EntitiesStrict(), runs[0], runs[1], BOOTSTRAP)["micro/f1"]
    assert (line.difference, line.low, line.high, line.p) == (wanted.difference, wanted.low, wanted.high, wanted.p)
    assert line.value == wanted.a
    assert not line.reached
    assert list(lines(entities, "macro/f1")) == list(lines(entities, "GPE/f1")) == []


def test_a_run_that_is_no_better_is_marked_with_a_sign_and_the_name() -> None:
    run = {one.doc_id: one for one in PREDICTIONS}
    entities, sentences = found_for(run, list(RIGHT.values()))
    (line,) = lines(entities, "micro/f1")
    assert line.reached
    assert marked("micro/f1", [line]) == "micro/f1 ≤ base"
    assert [measure for measure in sentences["measures"] if list(lines(sentences, measure))] == [
        "macro/f1",
        "micro/accuracy",
    ]
    same, _ = found_for(run, LESS)
    assert marked("micro/f1", list(lines(same, "micro/f1"))) == "micro/f1 ≤ base"


def test_a_run_that_no_test_tells_apart_is_marked_as_such() -> None:
    found = {
        "measures": {"macro/f1": {"value": 0.6}, "micro/accuracy": {"value": 0.837}},
        "baselines": {"majority": {"macro/f1": 0.3, "micro/accuracy": 0.829}},
        "to_baselines": {"majority": {"macro/f1": {"difference": 0.3, "low": 0.1, "high": 0.4, "p": 0.01},
                                      "micro/accuracy": {"difference": 0.008, "low": None, "high": None, "p": 1.0}}},
    }  # fmt: skip
    assert marked("macro/f1", list(lines(found, "macro/f1"))) == "macro/f1"
    shown = list(lines(found, "micro/accuracy"))
    assert marked("micro/accuracy", shown) == "micro/accuracy ≈ majority"
    assert shown[0][2:6] == (0.008, None, None, 1.0)


def test_baselines_are_taken_to_the_labels_that_the_run_is_scored_in() -> None:
    coarse = TagSet("coarse", 1, "all", {"PLACE": ("GPE", "LOC"), "PERSON": ("PERS",)})
    own = TagSet("own", 1, "all", {"per": ("PERS",), "gpe": ("GPE",), "loc": ("LOC",)})
    text = "سامي في كندا"
    gold = Annotation(entities=(Entity(0, 4, "per"), Entity(8, 12, "gpe")))
    examples = [Example(Document(str(number), text), gold) for number in range(6)]
    run = {str(number): Prediction(str(number), Annotation(entities=(Entity(8, 12, "PLACE"),))) for number in range(6)}
    # In the gold's labels wrong, in the common ones right.
    base = [Prediction(str(number), Annotation(entities=(Entity(8, 12, "loc"),))) for number in range(6)]
    bridge = Bridge(own, coarse)
    scoring = replace(SCORING, scorers={"strict": EntitiesStrict()})
    whole = Gold("own", "0" * 64, examples)
    corpora = corpora_of(whole, run, "paragraph", bridge)
    scores = score(whole, corpora, scoring)
    found = score_baselines(corpora, scores, {"base": base}, scoring, bridge)
    assert found["strict"]["base"].measures["micro/f1"] == scores["strict"].measures["micro/f1"].value
    assert found["strict"]["base"].measures["GPE-LOC/recall"] == 1


def test_two_baselines_of_one_name_are_refused() -> None:
    check_names(["frequent", "majority"])
    with pytest.raises(InputError, match="baselines: found frequent twice"):
        check_names(["frequent", "majority", "frequent"])
