"""Scores in memory: equal to those of a run, for every form of both sides, and one line for what does not fit."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.api.evaluating import evaluate
from harness.api.loading import load
from harness.api.scoring import score
from harness.data.types import InputError
from tests.conftest import Sample
from tests.oracles.conlleval import chunks
from tests.samples import EXAMPLES, PREDICTIONS

FAST: dict[str, Any] = {"overrides": ["bootstrap.resamples=50"]}
TEXTS = [example.document.text for example in EXAMPLES]


def test_the_scores_are_those_of_a_run(sample: Sample, tmp_path: Path) -> None:
    overrides = ["bootstrap.resamples=50", "analysis.enabled=false"]
    replay = {"name": "replay", "path": sample.predictions}
    run = evaluate(load(sample.gold), replay, out=tmp_path / "run", baselines=[], overrides=overrides)
    wanted = run.to_dict()["scorers"]
    predicted: list[Any] = [
        sample.predictions,
        str(sample.predictions),
        run,
        run.folder,
        list(PREDICTIONS),
        {prediction.doc_id: prediction for prediction in PREDICTIONS},
        [prediction.annotation for prediction in PREDICTIONS],
    ]
    for answers in predicted:
        assert score(sample.gold, answers, **FAST).to_dict()["scorers"] == wanted
    dicts = [json.loads(line) for line in sample.predictions.read_text(encoding="utf-8").splitlines()]
    assert score(load(EXAMPLES, name="sample"), dicts, **FAST).to_dict()["scorers"] == wanted


def test_mentions_are_scored_on_texts() -> None:
    golden = [[entity[:3] for entity in example.gold.entities or ()] for example in EXAMPLES]
    found = [[entity[:3] for entity in prediction.annotation.entities or ()] for prediction in PREDICTIONS]
    own = score(golden, found, texts=TEXTS, **FAST)["entities_strict"]
    whole = score(list(EXAMPLES), list(PREDICTIONS), **FAST)["entities_strict"]
    assert {name: own[name] for name in own} == {name: whole[name] for name in whole}
    dicts = [[{"start": start, "end": end, "label": kind} for start, end, kind in mentions] for mentions in found]
    assert score(golden, dicts, texts=TEXTS, **FAST)["entities_strict"].to_dict() == own.to_dict()
    by_id = {str(place): mentions for place, mentions in enumerate(found, 1)}
    assert score(golden, by_id, texts=TEXTS, **FAST)["entities_strict"].to_dict() == own.to_dict()


def test_another_annotation_of_the_same_texts_is_a_prediction() -> None:
    first, second = load(EXAMPLES), load(EXAMPLES)
    assert score(first, second, **FAST)["entities_strict"]["micro/f1"].value == 1


def test_an_answer_with_an_error_is_a_failure() -> None:
    answers = [replace(PREDICTIONS[0], error="gone"), *PREDICTIONS[1:]]
    scores = score(EXAMPLES, answers, **FAST)
    assert scores.to_dict()["failures"] == 1
    dicts = [{"id": answer.doc_id, "entities": answer.annotation.entities, "error": answer.error} for answer in answers]
    again = score(EXAMPLES, dicts, scorers="entities_strict", **FAST)
    assert again.to_dict()["failures"] == 1
    assert again["entities_strict"].to_dict() == scores["entities_strict"].to_dict()
    # A document without any answer is one too.
    assert score(EXAMPLES, answers[:-1], **FAST).to_dict()["failures"] == 2


TAGS = st.sampled_from(["O", "B-PERS", "I-PERS", "B-GPE", "I-GPE"])


@given(st.lists(st.lists(st.tuples(TAGS, TAGS), min_size=1, max_size=5), min_size=1, max_size=3))
@settings(max_examples=25)
def test_tags_score_as_conlleval_scores_them(sentences: list[list[tuple[str, str]]]) -> None:
    golden = [[tag for tag, _ in sentence] for sentence in sentences]
    found = [[tag for _, tag in sentence] for sentence in sentences]
    scores = score(golden, found, **FAST)
    assert list(scores) == ["entities_strict"]
    sides = [{(place, *chunk) for place, tags in enumerate(side) for chunk in chunks(tags)} for side in (golden, found)]
    right = len(sides[0] & sides[1])
    own = scores["entities_strict"]
    assert own["micro/precision"].value == (pytest.approx(right / len(sides[1])) if sides[1] else None)
    assert own["micro/recall"].value == (pytest.approx(right / len(sides[0])) if sides[0] else None)


def test_tags_with_their_tokens_are_scored_by_words() -> None:
    gold, found = [["B-PERS", "I-PERS", "O"]], [["B-PERS", "I-PERS", "B-GPE"]]
    by_list = score(gold, found, texts=[["سامي", "النجار", "كندا"]], scorers="entities_uncommon(k=1)", **FAST)
    by_text = score(gold, found, texts=["سامي النجار كندا"], scorers="entities_uncommon(k=1)", **FAST)
    assert by_list.to_dict() == by_text.to_dict()
    assert score(gold, found, texts=["سامي النجار كندا"], **FAST)["entities_strict"]["micro/precision"].value == 0.5


def test_the_scheme_tells_how_tags_are_read() -> None:
    gold = [["B-PERS", "E-PERS", "S-GPE"]]
    assert score(gold, gold, scheme="BIOES", **FAST)["entities_strict"].support["micro"] == 2
    with pytest.raises(InputError, match="scheme: found 'BIO', wanted one of IO, IOB1, IOB2, BIOES"):
        score(gold, gold, scheme="BIO")  # type: ignore[arg-type]


GOLD = [[(0, 6, "OCC")]]
# One sentence, once its edges are cut.
TWICE = [(0, 43, "CFS"), (0, 42, "UFS")]
SLIPS: list[tuple[Any, Any, Any, str]] = [
    (GOLD, [[(0, 6)]], ["الوزير"], r"predicted\[0\]: mentions\[0\]: found \(0, 6\), wanted \(start, end, type\)"),
    (
        GOLD,
        [[(0, 9, "OCC")]],
        ["الوزير"],
        r"predicted: document 1: entities\[0\]: found \[0, 9\], wanted whole numbers",
    ),
    (GOLD, [None], ["الوزير"], r"predicted\[0\]: found None, wanted a list of mentions"),
    (GOLD, [], ["الوزير"], "predicted: found 0, wanted 1 as there are documents in gold"),
    (GOLD, {"7": []}, ["الوزير"], r"predicted\['7'\]: found the document '7', wanted one of gold"),
    (GOLD, 7, ["الوزير"], "predicted: found 7, wanted a file, dicts or mentions of each document"),
    (GOLD, GOLD, ["الوزير", "نص"], "gold: found 1, wanted 2 as there are texts"),
    (GOLD, GOLD, [7], r"texts\[0\]: found 7, wanted a text"),
    ("x.jsonl", GOLD, ["الوزير"], "gold: found 'x.jsonl' beside texts"),
    ([[(0, 6)]], GOLD, ["الوزير"], r"gold\[0\]: mentions\[0\]: found \(0, 6\)"),
    ([["O"], ["O"]], [["O"]], None, "predicted: found 1 sentences, wanted 2 as in gold"),
    ([["O"], ["O"]], [["O"], ["O", "O"]], None, r"predicted\[1\]: found 2 tags, wanted 1 as in gold\[1\]"),
    ([["O"]], [["O"]], [["a", "b"]], r"texts\[0\]: found 2 tokens, wanted 1 as in gold\[0\]"),
    ([["O"], ["O"]], [["O"], [7]], None, r"predicted\[1\]\[0\]: found 7, wanted a tag such as B-PERS or O"),
    ([["O"]], "O", None, "predicted: found 'O', wanted a list of tags for each sentence"),
    ([["O"], "O"], [["O"], ["O"]], None, r"gold\[1\]: found 'O', wanted a list of tags"),
    (GOLD, [["O"]], None, r"gold\[0\]\[0\]: found \(0, 6, 'OCC'\), wanted a tag"),
    (EXAMPLES, [{"id": "x"}], None, r"predicted\[0\]: found the document 'x', wanted one of documents"),
    (EXAMPLES, [{"id": "وثيقة-0"}] * 2, None, r"predicted\[1\]: found the document 'وثيقة-0' twice, wanted each once"),
    (EXAMPLES, [{"id": "وثيقة-0"}, []], None, r"predicted\[1\]: found an answer without an id, wanted one with the id"),
    (EXAMPLES, [{"id": "وثيقة-0", "text": "x"}], None, r"predicted\[0\]: text: found another text"),
    (EXAMPLES, [[]], None, "predicted: found 1, wanted 6 as there are documents in gold"),
    (EXAMPLES[:1], [{"id": "وثيقة-0", "sentences": TWICE}], None, "document وثيقة-0: "),
    (EXAMPLES, "nothing", None, "predicted: found no file nothing, wanted predictions in JSON Lines"),
]


@pytest.mark.parametrize(("gold", "predicted", "texts", "message"), SLIPS)
def test_what_does_not_fit_is_named_with_its_index(gold: Any, predicted: Any, texts: Any, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        score(gold, predicted, texts=texts)
    assert "\n" not in str(caught.value)


def test_names_that_the_gold_does_not_know_are_refused_left_out_or_counted() -> None:
    gold, found = [[(0, 6, "DRUG")]], [[(0, 6, "DRUG"), (2, 3, "DRG")]]
    with pytest.raises(InputError, match=r"predicted: found the unknown type DRG .*DRUG.*, wanted those of gold"):
        score(gold, found, texts=["الوزير"])
    assert score(gold, found, texts=["الوزير"], unknown="drop")["entities_strict"]["micro/precision"].value == 1
    counted = score(gold, found, texts=["الوزير"], unknown="count", scorers="entities_strict_char")
    assert counted["entities_strict_char"]["micro/precision"].value == 0.5
    with pytest.raises(InputError, match="unknown: found 'no', wanted one of error, drop, count"):
        score(gold, found, texts=["الوزير"], unknown="no")  # type: ignore[arg-type]


def test_the_ways_on_from_unknown_names_work_as_they_are_said() -> None:
    gold, found, texts = [[(0, 6, "OCC")]], [[(0, 6, "OCC"), (0, 2, "STRANGE")]], ["الوزير"]
    with pytest.raises(InputError, match=r'labels="MAP"\), unknown="drop" or "count", or .*schema="FILE"'):
        score(gold, found, texts=texts, **FAST)

    def precision(**options: Any) -> float | None:
        return score(gold, found, texts=texts, **options)["entities_strict"]["micro/precision"].value

    for way, value in (("drop", 1.0), ("count", 0.5)):
        assert precision(unknown=way, **FAST) == value
        assert precision(overrides=[*FAST["overrides"], f"runner.unknown={way}"]) == value
    with pytest.raises(InputError, match="overrides: found unknown=count beside the argument unknown"):
        precision(unknown="drop", overrides=["runner.unknown=count"])


@pytest.mark.parametrize("override", ["runner.threshold=0.5", "experiment=other", "analysis.enabled=false"])
def test_an_override_that_is_not_used_is_refused(override: str) -> None:
    with pytest.raises(InputError, match=f"overrides: found {override}, which harness.score does not use, wanted boot"):
        score([[(0, 6, "OCC")]], [[]], texts=["الوزير"], overrides=[override])


def test_mentions_without_texts_are_refused_with_the_way_on() -> None:
    with pytest.raises(InputError, match=r"gold\[0\]: found \[\(0, 6, 'OCC'\)\] and no texts, wanted .* give texts="):
        score([[(0, 6, "OCC")]], [[(0, 6, "OCC")]])
