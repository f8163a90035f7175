"""Answers without a place from a run to all that is made of it: the same numbers everywhere, and each answer shown."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

import harness
from harness.api.predicting import Predictions
from harness.comparison.leaderboard import rank
from harness.comparison.pair import compare
from harness.comparison.sheets import comparison_page, comparison_sheet, leaderboard_page, leaderboard_sheet
from harness.data.codec import write_predictions
from harness.data.types import Annotation, Document, Entity, Prediction, Unplaced
from harness.gating.changed import changed
from harness.gating.limits import Failures
from harness.gating.policy import Policy
from harness.gating.rules import NonInferiority
from harness.gating.tasks import Request, gate
from harness.runners.replay import Replay
from harness.runs.evaluate import Experiment, evaluate
from harness.runs.run import open_run
from harness.runs.sheet import run_sheet
from harness.scoring.entities import EntitiesStrict
from harness.scoring.score import score
from harness.scoring.scoring import Scoring
from harness.show.markdown import markdown
from harness.tracking.fields import metrics_of
from harness.tracking.mlflow import Nothing
from tests.reporting.made import BOOTSTRAP, SCORERS, SETTINGS, perfect, report_of, run_of
from tests.runs.test_evaluate import Samples
from tests.samples import EXAMPLES

SCORING: Final = Scoring(SCORERS, "paragraph", BOOTSTRAP, trials=200)
END: Final = len(EXAMPLES[0].document.text)
INVENTED: Final = (
    Unplaced("entities", "GPE", "باريس", 3),
    Unplaced("entities", "GPE", "باريس", 3),
    Unplaced("entities", "PERS", "<b>\u202eRTL</b>", END),
    Unplaced("claims", "content", "أن الأمر كذا"),
    Unplaced("claims", "cue", "زعم"),
    Unplaced("sentences", "CFS", "", 1),
)


def inventing(*unplaced: Unplaced) -> list[Prediction]:
    """The gold as answers, and to the first document others beside it."""
    answers = perfect()
    answers[0] = replace(answers[0], annotation=replace(answers[0].annotation, unplaced=unplaced))
    return answers


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_of(tmp_path_factory.mktemp("runs") / "invented", inventing(*INVENTED), name="invented")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run_of(tmp_path_factory.mktemp("runs") / "plain", perfect(), name="plain")


def stored(folder: Path, name: str = "scores.json") -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / name).read_text(encoding="utf-8"))
    return read


def test_scores_say_which_share_has_no_place_and_count_it_as_wrong(invented: Path, plain: Path) -> None:
    scores = stored(invented)
    mentions = sum(len(example.gold.entities or ()) for example in EXAMPLES)
    found = scores["unplaced"]
    assert found["entities"] == {"answers": mentions + 3, "unplaced": 3, "share": 3 / (mentions + 3)}
    assert {layer: one["unplaced"] for layer, one in found.items()} == {"entities": 3, "claims": 2, "sentences": 1}
    measures = scores["scorers"]["entities_strict"]["measures"]
    assert measures["micro/precision"]["value"] == mentions / (mentions + 3)
    assert measures["micro/recall"]["value"] == 1
    assert "unplaced" not in stored(plain)


def test_a_replay_gives_the_same_scores(invented: Path, tmp_path: Path) -> None:
    runner = Replay(str(invented / "predictions.jsonl"))
    evaluate(Experiment("test", Samples(), runner, SCORING, Nothing()), tmp_path / "again", "", {"overrides": []})
    one, other = stored(invented), stored(tmp_path / "again")
    assert one["scorers"] == other["scorers"]
    assert one["unplaced"] == other["unplaced"]
    assert stored(invented, "analysis.json") == stored(tmp_path / "again", "analysis.json")


def test_a_run_is_scored_again_from_its_folder(invented: Path) -> None:
    run = open_run(invented)
    again = score(run.gold, run.corpora("paragraph"), SCORING)
    for name, scored in again.items():
        values = {measure: one.value for measure, one in scored.measures.items()}
        assert values == {measure: one.value for measure, one in run.scores.scorers[name].measures.items()}


def test_the_table_and_the_tracker_tell_the_share(invented: Path, plain: Path) -> None:
    scores = open_run(invented).scores
    for verbose in (True, False):
        (note,) = [note for note in run_sheet(scores, verbose=verbose).notes if "without a place" in note]
        assert note.startswith("answers without a place in the text, counted as wrong: entities 3 of ")
        assert not any("without a place" in note for note in run_sheet(open_run(plain).scores, verbose=verbose).notes)
    metrics = metrics_of(scores)
    assert metrics["run/unplaced_entities_share"] == scores.unplaced["entities"]["share"]
    assert metrics["run/unplaced_claims"] == 2
    assert not any("unplaced" in name for name in metrics_of(open_run(plain).scores))


def test_a_comparison_and_a_leaderboard_tell_it_of_each_run(invented: Path, plain: Path) -> None:
    a, b = open_run(plain), open_run(invented)
    found = compare(a, b, SCORING)
    (row,) = [row for row in found.headlines if (row.scorer, row.measure) == ("entities_strict", "micro/f1")]
    assert row.difference.differing == 1
    assert row.difference.difference is not None
    assert row.difference.difference < 0
    assert found.record()["unplaced"] == {"b": b.scores.unplaced}
    assert "unplaced" not in compare(a, a, SCORING).record()
    said = "counted as wrong in b: entities 3 of"
    assert any(said in note for note in comparison_sheet(found).notes)
    assert said in markdown(comparison_page(found))
    board = rank([a, b], SCORING)
    assert board.record()["unplaced"] == {"invented": b.scores.unplaced}
    assert any("counted as wrong in invented" in note for note in leaderboard_sheet(board).notes)
    assert "counted as wrong in invented" in markdown(leaderboard_page(board))


def test_what_changed_from_a_baseline_names_them(invented: Path, plain: Path) -> None:
    before, after = (open_run(folder).corpora("paragraph") for folder in (plain, invented))
    found = changed(before, after, {"it": EntitiesStrict()})["it"]
    assert found.count().more_wrong == 3
    assert [(item.text, item.start, item.end, item.type) for item in found.answers] == [
        ("باريس", 3, 3, "GPE"),
        ("باريس", 3, 3, "GPE"),
        ("<b>\u202eRTL</b>", END, END, "PERS"),
    ]


def test_runs_that_invent_the_same_differ_in_what_one_invents_more(invented: Path, tmp_path: Path) -> None:
    other = run_of(tmp_path / "other", inventing(*INVENTED[1:]))
    before, after = (open_run(folder).corpora("paragraph") for folder in (other, invented))
    (item,) = changed(before, after, {"it": EntitiesStrict()})["it"].answers
    assert (item.text, item.right) == ("باريس", "a")


def test_a_gate_judges_and_blesses_a_run_that_has_some(invented: Path, plain: Path, tmp_path: Path) -> None:
    """An invented name costs; the same ones as in the baseline do not."""
    words = NonInferiority("entities_strict", "micro/f1", 0.3)
    policy = Policy("small", {"failures": Failures(), "words": words}, "report")

    def judged(task: Any, run: Path, baseline: Path) -> int:
        out = tmp_path / f"{task}-{run.name}-{baseline.name}"
        return gate(task, Request(run, policy=policy, scoring=SCORING, baseline=baseline, out=out))

    assert judged("bless", invented, tmp_path / "base") == 0
    assert judged("judge", invented, tmp_path / "base") == 0
    assert judged("judge", plain, tmp_path / "base") == 0
    assert '"unplaced"' in (tmp_path / "base" / "predictions.jsonl").read_text(encoding="utf-8")
    assert judged("bless", plain, tmp_path / "best") == 0
    # One wrong answer in every unit: so much that no doubt is left.
    answers = [
        replace(answer, annotation=replace(answer.annotation, unplaced=(INVENTED[0],) * 9)) for answer in perfect()
    ]
    assert judged("judge", run_of(tmp_path / "worse", answers), tmp_path / "best") == 1


def test_the_report_lists_each_of_them(invented: Path, plain: Path) -> None:
    report = report_of(invented)
    errors = report.views[0].errors
    assert {shown.error.kind for shown in errors} == {"unplaced"}
    assert {shown.words for shown in errors} == {"no such text"}
    layers = Counter(shown.error.layer for shown in errors)
    assert layers == {"entities": 3, "claims": 2, "sentences": 1}
    measured = open_run(invented).corpora("paragraph")["entities"]
    totals = EntitiesStrict().counts(measured).totals
    assert layers["entities"] == sum(float(count) for name, count in totals.items() if name.endswith("/fp"))
    page = report.html
    assert '<option value="unplaced">no such text (6)</option>' in page
    assert "&lt;b&gt;\u202eRTL&lt;/b&gt;" in page
    assert "<b>\u202eRTL" not in page
    assert "no such text, entities" in page
    assert "no such text" not in report_of(plain).html


def test_two_runs_that_invent_the_same_share_the_error(invented: Path, tmp_path: Path) -> None:
    other = run_of(tmp_path / "other", inventing(INVENTED[0]))
    found = report_of(invented, other).views[0].errors
    shared = [shown for shown in found if shown.shared]
    assert {shown.run for shown in shared} == {"A", "B"}
    assert {shown.item for shown in shared} == {"باريس"}


def test_a_sample_of_documents_knows_those_with_nothing_but_invented_answers(invented: Path) -> None:
    report = report_of(invented, documents=1)
    assert [view.document.id for view in report.views] == [EXAMPLES[0].document.id]
    assert SETTINGS.documents > 1


TEXT: Final = "وصل الوزير إلى بكين."


def test_scores_in_memory_are_those_of_the_run(invented: Path) -> None:
    run = open_run(invented)
    examples = [*run.gold.examples]
    scores = harness.score(examples, str(invented / "predictions.jsonl"), overrides=["bootstrap.resamples=20"])
    strict = run.scores.scorers["entities_strict"].measures["micro/f1"].value
    assert scores["entities_strict"]["micro/f1"].value == strict


@pytest.mark.parametrize(
    "answer",
    [
        ("entities", "GPE", "باريس"),
        ["entities", "GPE", "باريس", 3],
        Unplaced("entities", "GPE", "باريس", 3),
        {"layer": "entities", "label": "GPE", "quote": "باريس"},
        {"layer": "entities", "label": "GPE", "quote": "باريس", "at": 3},
    ],
)
def test_they_may_be_given_in_python(answer: object) -> None:
    gold = [{"text": TEXT, "entities": [(15, 19, "GPE")]}]
    found = harness.score(gold, [{"entities": [(15, 19, "GPE")], "unplaced": [answer]}])
    assert found["entities_strict"]["micro/precision"].value == 0.5


@pytest.mark.parametrize(
    "answer",
    [3, "x", ("entities", "GPE"), ("entities", 3, "x"), {"layer": "entities"}, {"layer": 1, "label": "x", "quote": "y"},
     ("entities", "GPE", "x", "0")],
)  # fmt: skip
def test_what_is_no_such_answer_is_refused(answer: object) -> None:
    gold = [{"text": TEXT, "entities": [(15, 19, "GPE")]}]
    with pytest.raises(harness.InputError, match=r"predicted\[0\]: unplaced\[0\]: found "):
        harness.score(gold, [{"entities": [], "unplaced": [answer]}])


def test_gold_in_python_has_none() -> None:
    gold = [{"text": TEXT, "entities": [], "unplaced": [("entities", "GPE", "x")]}]
    with pytest.raises(harness.InputError, match=r'documents\[0\]: unplaced: found "an unknown key"'):
        harness.load(gold)


def test_frames_tables_and_pages_of_predictions_keep_them() -> None:
    answer = Prediction("d", Annotation(entities=(Entity(15, 19, "GPE"),), unplaced=(INVENTED[2],)))
    found = Predictions("mine", [(Document("d", TEXT), answer)])
    rows = found.to_pandas().to_dict("records")
    assert [(row["layer"], row["item"], row["label"], row["start"], row["end"]) for row in rows] == [
        ("entities", 0, "GPE", 15, 19),
        ("unplaced entities", 0, "PERS", END, END),
    ]
    assert rows[1]["text"] == INVENTED[2].quote
    assert "no such text" in str(found)
    assert "&lt;b&gt;\u202eRTL&lt;/b&gt;" in found.to_html()


def test_types_that_the_gold_does_not_know_go_by_the_policy(tmp_path: Path) -> None:
    answers = inventing(Unplaced("entities", "ANIMAL", "قط"), INVENTED[0])
    precision = {}
    for policy in ("drop", "count"):
        runner = Replay(str(tmp_path / "given.jsonl"))
        write_predictions(tmp_path / "given.jsonl", answers, [example.document for example in EXAMPLES])
        parts = Experiment("test", Samples(), runner, SCORING, Nothing(), unknown=policy)
        evaluate(parts, tmp_path / policy, "", {"overrides": []})
        precision[policy] = stored(tmp_path / policy)["unplaced"]["entities"]["unplaced"]
        kept = (tmp_path / policy / "predictions.jsonl").read_text(encoding="utf-8")
        assert ("ANIMAL" in kept) == (policy == "count")
    assert precision == {"drop": 1, "count": 2}
    parts = Experiment("test", Samples(), Replay(str(tmp_path / "given.jsonl")), SCORING, Nothing())
    with pytest.raises(harness.InputError, match="found the unknown type ANIMAL"):
        evaluate(parts, tmp_path / "error", "", {"overrides": []})
