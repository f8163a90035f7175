import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from harness.data.types import Annotation, InputError
from harness.gating.baseline import answers, bless, machine_of, open_anchor, open_baseline, read_record, set_anchor
from harness.runs.run import Run
from harness.runs.scores import RunScores
from harness.scoring.entities import EntitiesStrict
from tests.gating.runs import GOLD, Documents, finished, opened
from tests.samples import EXAMPLES

FIRST = EXAMPLES[0].document.id


@pytest.fixture
def blessed(tmp_path: Path) -> Path:
    """The baseline of a run without mistakes."""
    bless(opened(tmp_path / "run"), tmp_path / "baseline")
    return tmp_path / "baseline"


def change(path: Path, edit: Callable[[dict[str, object]], None]) -> None:
    """Edit the object in a JSON file."""
    value = json.loads(path.read_text())
    edit(value)
    path.write_text(json.dumps(value))


def test_a_baseline_comes_back_as_the_run_that_it_was(tmp_path: Path, blessed: Path) -> None:
    run = opened(tmp_path / "again")
    found = open_baseline(blessed, run)
    assert {name: one.annotation for name, one in found.predictions.items()} == GOLD
    counts = [EntitiesStrict().counts(one.corpora("paragraph")["entities"]).values for one in (found, run)]
    assert (counts[0] == counts[1]).all()


def test_it_holds_no_gold_and_no_times(tmp_path: Path, blessed: Path) -> None:
    files = ["baseline.json", "predictions.jsonl", "scores.json"]
    assert sorted(path.name for path in blessed.iterdir()) == ["anchor", *files]
    assert sorted(path.name for path in (blessed / "anchor").iterdir()) == files
    assert '"seconds"' not in (blessed / "predictions.jsonl").read_text()
    assert (blessed / "scores.json").read_text() == (tmp_path / "run" / "scores.json").read_text()
    assert EXAMPLES[0].document.text not in (blessed / "predictions.jsonl").read_text()


def test_the_same_run_gives_the_same_bytes(tmp_path: Path, blessed: Path) -> None:
    bless(opened(tmp_path / "other"), tmp_path / "twice")
    for name in ("predictions.jsonl",):
        assert (tmp_path / "twice" / name).read_bytes() == (blessed / name).read_bytes()


def test_a_new_blessing_takes_the_place_of_the_old(tmp_path: Path, blessed: Path) -> None:
    run = opened(tmp_path / "worse", GOLD | {FIRST: Annotation((), (), ())})
    bless(run, blessed, "mentions were doubtful", {"strict": {"lost": 4}}, replacing=True)
    assert open_baseline(blessed, run).predictions[FIRST].annotation.entities == ()
    record = read_record(blessed)
    assert (record["reason"], record["accepted"]) == ("mentions were doubtful", {"strict": {"lost": 4}})
    (earlier,) = record["history"]
    assert (earlier["reason"], earlier["runner"]) == ("the first baseline", "answers")
    bless(run, blessed, "again", replacing=True)
    assert [one["reason"] for one in read_record(blessed)["history"]] == [
        "the first baseline",
        "mentions were doubtful",
    ]


def test_nothing_is_replaced_silently_or_without_a_reason(tmp_path: Path, blessed: Path) -> None:
    before = {path.name: path.read_bytes() for path in blessed.iterdir() if path.is_file()}
    run = opened(tmp_path / "other", GOLD | {FIRST: Annotation((), (), ())})
    with pytest.raises(
        InputError, match=r"baseline: found a baseline \(answers on samples#\w+, the first baseline\), wanted"
    ):
        bless(run, blessed, "because")
    for reason in ("", "  "):
        with pytest.raises(InputError, match="reason: found none, wanted reason='why the run may take the place"):
            bless(run, blessed, reason, replacing=True)
    assert {path.name: path.read_bytes() for path in blessed.iterdir() if path.is_file()} == before


def test_blessing_leaves_the_anchor_where_it_is(tmp_path: Path, blessed: Path) -> None:
    run = opened(tmp_path / "worse", GOLD | {FIRST: Annotation((), (), ())})
    bless(run, blessed, "doubtful", replacing=True)
    anchor = open_anchor(blessed, run)
    assert anchor is not None
    assert anchor.predictions[FIRST].annotation == GOLD[FIRST]
    with pytest.raises(InputError, match="reason: found none, wanted reason='why losses are to be counted"):
        set_anchor(run, blessed, " ")
    set_anchor(run, blessed, "a new start")
    moved = open_anchor(blessed, run)
    assert moved is not None
    assert moved.predictions[FIRST].annotation.entities == ()
    record = read_record(blessed / "anchor")
    assert (record["reason"], [one["reason"] for one in record["history"]]) == ("a new start", ["the first baseline"])
    # And the baseline itself stays what it is.
    assert read_record(blessed)["reason"] == "doubtful"
    with pytest.raises(InputError, match="nowhere: found no baseline, wanted one to set the anchor of"):
        set_anchor(run, tmp_path / "nowhere", "a start")


def test_a_baseline_without_an_anchor_becomes_one_when_it_is_replaced(tmp_path: Path, blessed: Path) -> None:
    # As the first schema had it: no reason, no anchor.
    shutil.rmtree(blessed / "anchor")
    change(blessed / "baseline.json", lambda record: record.update(schema=1, reason=None))
    run = opened(tmp_path / "worse", GOLD | {FIRST: Annotation((), (), ())})
    assert open_anchor(blessed, run) is None
    assert open_baseline(blessed, run).predictions[FIRST].annotation == GOLD[FIRST]
    bless(run, blessed, "doubtful", replacing=True)
    anchor = open_anchor(blessed, run)
    assert anchor is not None
    assert anchor.predictions[FIRST].annotation == GOLD[FIRST]


def test_an_anchor_is_scored_on_gold_that_changed_since(tmp_path: Path, blessed: Path) -> None:
    changed = [replace(EXAMPLES[0], gold=replace(EXAMPLES[0].gold, claims=())), *EXAMPLES[1:]]
    anchor = open_anchor(blessed, opened(tmp_path / "other", dataset=Documents(changed)))
    assert anchor is not None
    assert anchor.gold.examples[0].gold.claims == ()
    with pytest.raises(InputError, match=r"documents: found 1 that differ .*harness gate task=anchor"):
        open_anchor(blessed, opened(tmp_path / "fewer", dataset=Documents(EXAMPLES[1:])))


def test_a_folder_of_anything_else_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter.tex").write_text("years of work")
    with pytest.raises(InputError, match=r"thesis: found chapter.tex, wanted a new folder or a baseline"):
        bless(opened(tmp_path / "run"), folder)
    assert [path.name for path in folder.iterdir()] == ["chapter.tex"]


def test_a_run_with_failures_is_no_baseline(tmp_path: Path) -> None:
    partial = {name: answer for name, answer in GOLD.items() if name != FIRST}
    with pytest.raises(InputError, match="found 1 failed documents"):
        bless(opened(tmp_path / "run", partial), tmp_path / "baseline")
    assert not (tmp_path / "baseline").exists()


def test_a_blessing_that_is_interrupted_leaves_no_baseline(
    tmp_path: Path, blessed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = opened(tmp_path / "again")
    (blessed / "predictions.jsonl").unlink()
    (blessed / "predictions.jsonl").mkdir()
    with pytest.raises(OSError, match="directory"):
        bless(run, blessed, "again", replacing=True)
    with pytest.raises(InputError, match=r"baseline.json: found No such file"):
        open_baseline(blessed, run)


def test_other_gold_is_refused(tmp_path: Path, blessed: Path) -> None:
    changed = [replace(EXAMPLES[0], gold=replace(EXAMPLES[0].gold, claims=())), *EXAMPLES[1:]]
    with pytest.raises(InputError, match=r"baseline.json: gold_sha256: found \w{64}, wanted \w{64}, .*task=regold"):
        open_baseline(blessed, opened(tmp_path / "other", dataset=Documents(changed)))


def test_other_documents_are_refused_by_name(tmp_path: Path, blessed: Path) -> None:
    run = opened(tmp_path / "fewer", dataset=Documents(EXAMPLES[1:]))
    with pytest.raises(InputError, match=f"documents: found 1 that differ \\({FIRST}\\), wanted none"):
        open_baseline(blessed, run)


def test_a_run_on_another_data_set_is_named_as_that(tmp_path: Path, blessed: Path) -> None:
    elsewhere = [replace(one, document=replace(one.document, id=f"n{one.document.id}")) for one in EXAMPLES]
    answers_there = {f"n{name}": answer for name, answer in GOLD.items()}
    run = opened(tmp_path / "news", answers_there, Documents(elsewhere, name="news"))
    with pytest.raises(
        InputError, match=r"news: found data set news, wanted samples, that of .*baseline: name another run$"
    ):
        open_baseline(blessed, run)
    # Gold that was released under another name has documents in common with the baseline's.
    released = opened(tmp_path / "v2", dataset=Documents(EXAMPLES[1:], name="v2"))
    with pytest.raises(InputError, match=r"documents: found 1 that differ .*task=regold"):
        open_baseline(blessed, released)


def test_a_run_that_counts_unknown_names_has_a_baseline_that_had_none(tmp_path: Path, blessed: Path) -> None:
    run = opened(tmp_path / "again")
    labels = {**run.bridge.record(), "unknown": "count"}
    counting = replace(run, provenance={**run.provenance, "labels": labels})
    assert open_baseline(blessed, counting).predictions == open_baseline(blessed, run).predictions


def test_another_choice_for_unknown_names_says_the_way_out(tmp_path: Path, blessed: Path) -> None:
    run = opened(tmp_path / "again")
    labels = {**run.bridge.record(), "unknown": "drop"}
    run = Run(run.folder, run.scores, {**run.provenance, "labels": labels}, run.gold)
    for opening in (open_baseline, open_anchor):
        with pytest.raises(
            InputError,
            match=r"labels: found runner.unknown=error, wanted drop, .*: score both with the same runner.unknown; "
            "evaluate with runner.unknown=error, or bless a run with drop",
        ):
            opening(blessed, run)


def test_other_speakers_are_refused(tmp_path: Path, blessed: Path) -> None:
    run = opened(tmp_path / "other", dataset=Documents(variants={"سامي النجار": ["النجار"]}))
    with pytest.raises(InputError, match="speakers_sha256"):
        open_baseline(blessed, run)


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            lambda record: record.update(schema=3),
            "found schema 3, wanted 1 or 2; bless the baseline anew: harness gate",
        ),
        (lambda record: record.pop("schema"), "found schema None"),
        (lambda record: record.update(predictions_sha256="0"), "wanted 0, what was blessed"),
        (lambda record: record.pop("documents"), "documents: found None"),
        (
            lambda record: record.update(labels={"gold": None, "predicted": {}}),
            "labels: found 1 that differ",
        ),
    ],
)
def test_a_stale_or_edited_record_is_refused(
    tmp_path: Path, blessed: Path, edit: Callable[[dict[str, object]], None], message: str
) -> None:
    change(blessed / "baseline.json", edit)
    with pytest.raises(InputError, match=message):
        open_baseline(blessed, opened(tmp_path / "again"))


def test_edited_predictions_are_refused(tmp_path: Path, blessed: Path) -> None:
    path = blessed / "predictions.jsonl"
    path.write_text(path.read_text().replace("GPE", "LOC"))
    with pytest.raises(InputError, match=r"predictions.jsonl: found \w{64}, wanted \w{64}, what was blessed"):
        open_baseline(blessed, opened(tmp_path / "again"))
    path.unlink()
    with pytest.raises(InputError, match="found no file"):
        read_record(blessed)


def test_answers_are_equal_whatever_their_confidence_and_time(tmp_path: Path, blessed: Path) -> None:
    sure = {
        name: replace(one, entities=tuple(entity._replace(score=0.5) for entity in one.entities or ()))
        for name, one in GOLD.items()
    }
    assert answers(finished(tmp_path / "sure", sure)) == answers(blessed)
    lost = GOLD | {FIRST: replace(GOLD[FIRST], entities=(GOLD[FIRST].entities or ())[1:])}
    found = answers(finished(tmp_path / "lost", lost))
    assert {name for name in found if found[name] != answers(blessed)[name]} == {FIRST}


def test_machines_alike_are_told_by_their_names(tmp_path: Path) -> None:
    def machine(**record: object) -> str | None:
        return machine_of(Run(tmp_path, RunScores({}), {"machine": record} if record else {}))

    assert machine(cores=2, name="a") == machine(name="a", cores=2)
    assert machine(cores=2, name="a") != machine(cores=2, name="b")
    assert machine(cores=2) is None
    assert machine() is None
    assert machine_of(Run(tmp_path, RunScores({}), {"machine": "0123"})) == "0123"
