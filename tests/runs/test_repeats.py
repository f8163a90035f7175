"""Repetitions of a runner: predicted, kept and scored beside its own run."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import sqrt
from pathlib import Path

import pytest

from harness.data import codec
from harness.data.types import Annotation, Document, Entity, Example, InputError, Prediction, Unplaced
from harness.runners.base import Runner
from harness.runs.evaluate import Experiment, Reporter, evaluate
from harness.runs.run import Run, read_run
from harness.runs.sheet import run_sheet
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.entities import EntitiesStrict
from harness.scoring.scoring import Scoring
from harness.tracking.mlflow import Nothing
from tests.runs.test_evaluate import Samples

WORDS = 40
NAMES = tuple(Entity(4 * place, 4 * place + 3, "PERS") for place in range(WORDS))
TEXTS = [
    Example(Document(f"d{number}", " ".join(["كتب"] * WORDS)), Annotation(NAMES, None, None)) for number in range(5)
]
ITEMS = WORDS * len(TEXTS)


@dataclass(frozen=True)
class Chancy(Runner):
    """Finds every name, and gives it the right type with a known probability; what it is asked for is counted."""

    right: float
    repeats: int = 0
    seed: int = 0
    asked: list[int] = field(default_factory=list)
    folder: Path | None = None
    failing: frozenset[tuple[int, str]] = frozenset()
    wrong: str = "ORG"
    lost: int = 0
    name: str = "chancy"

    def keeping(self, folder: Path) -> "Chancy":
        return replace(self, folder=folder)

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        self.asked.append(self.seed)
        assert self.folder is not None
        (self.folder / "note.txt").write_text(str(self.seed), encoding="utf-8")
        draw = random.Random(self.seed)
        for document in documents:
            found = (Entity(*span[:2], "PERS" if draw.random() < self.right else self.wrong) for span in NAMES)
            error = "no answer" if (self.seed, document.id) in self.failing else None
            lost = tuple(Unplaced("entities", "PERS", "nowhere") for _ in range(draw.randint(0, self.lost)))
            yield Prediction(document.id, Annotation(tuple(found), unplaced=lost), 0.1, error)

    @property
    def figures(self) -> Mapping[str, float]:
        return {"requests": float(len(self.asked))}

    @property
    def remarks(self) -> Sequence[str]:
        return ["of every run", f"of seed {self.seed}"]

    @property
    def repetitions(self) -> Sequence[Runner]:
        return [replace(self, seed=self.seed + number, repeats=0) for number in range(1, self.repeats + 1)]


class Heard(Reporter):
    """Keeps what is said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def warn(self, message: str) -> None:
        self.said.append(message)

    def track_progress(self, values, total, label):  # type: ignore[no-untyped-def]
        yield from values


def run(runner: Runner, folder: Path, heard: Heard | None = None) -> Run:
    scoring = Scoring({"entities_strict": EntitiesStrict()}, "document", Bootstrap(resamples=20))
    experiment = Experiment("test", Samples(examples=TEXTS), runner, scoring, Nothing())
    evaluate(experiment, folder, "", {"overrides": []}, heard or Heard())
    return read_run(folder)


def test_the_spread_over_repetitions_is_that_of_the_chance_that_made_them(tmp_path: Path) -> None:
    """Each of n names is right with probability p, and none is left out, so that micro F1 is a share k / n.

    Its standard deviation over runs is sqrt(p (1 - p) / n). Estimated from r runs it has a relative standard error of
    about 1 / sqrt(2 (r - 1)), and the mean one of sd / sqrt(r): four of each are allowed for, which chance exceeds once
    in 16,000 cases, and a denominator or factor that is wrong by a sixth does.
    """
    p, runs = 0.7, 301
    found = run(Chancy(p, repeats=runs - 1), tmp_path / "run").scores.scorers["entities_strict"].repeats["micro/f1"]
    true = sqrt(p * (1 - p) / ITEMS)
    assert found.runs == runs
    assert found.sd == pytest.approx(true, rel=4 / sqrt(2 * (runs - 1)))
    assert found.mean == pytest.approx(p, abs=4 * true / sqrt(runs))
    assert found.min < found.mean < found.max


def test_each_repetition_is_scored_as_a_run_of_its_own_is(tmp_path: Path) -> None:
    opened = run(Chancy(0.6, repeats=2, lost=9), tmp_path / "run")
    alone = [run(Chancy(0.6, seed=seed, lost=9), tmp_path / f"{seed}") for seed in range(3)]
    values = [single.scores.scorers["entities_strict"].measures["micro/f1"].value or 0.0 for single in alone]
    own = opened.scores.scorers["entities_strict"]
    assert own.measures["micro/f1"].value == values[0]
    found = own.repeats["micro/f1"]
    assert (found.runs, found.min, found.max) == (3, min(values), max(values))
    assert found.mean == pytest.approx(sum(values) / 3)
    # Kept as they were predicted, and the run's own where it always is.
    documents = [example.document for example in TEXTS]
    folder = tmp_path / "run"
    assert sorted(path.name for path in (folder / "repeats").iterdir()) == ["1", "2"]
    for number in (1, 2):
        kept = codec.read_predictions(folder / "repeats" / str(number) / "predictions.jsonl", documents)
        assert kept == alone[number].predictions
        assert (folder / "repeats" / str(number) / "note.txt").read_text() == str(number)


def test_figures_are_asked_for_after_all_repetitions_and_remarks_are_said_once(tmp_path: Path) -> None:
    heard = Heard()
    opened = run(Chancy(0.6, repeats=2), tmp_path / "run", heard)
    assert opened.scores.figures == {"requests": 3.0}
    assert opened.provenance["remarks"] == heard.said
    assert [said for said in heard.said if said.startswith("of ")] == [
        "of every run",
        "of seed 0",
        "of seed 1",
        "of seed 2",
    ]


def test_a_run_without_repetitions_says_nothing_of_them(tmp_path: Path) -> None:
    run(Chancy(0.6), tmp_path / "run")
    record = json.loads((tmp_path / "run" / "scores.json").read_text(encoding="utf-8"))
    assert "repeats" not in record["scorers"]["entities_strict"]
    assert not (tmp_path / "run" / "repeats").exists()


def test_a_document_that_fails_in_a_repetition_counts_as_empty_there(tmp_path: Path) -> None:
    heard = Heard()
    failing = frozenset((1, example.document.id) for example in TEXTS)
    opened = run(Chancy(1.0, repeats=1, failing=failing), tmp_path / "run", heard)
    found = opened.scores.scorers["entities_strict"].repeats["micro/f1"]
    assert (found.runs, found.min, found.max) == (2, 0.0, 1.0)
    assert opened.scores.failures == 0
    assert [said for said in heard.said if "5 of 5 documents failed" in said]


def test_failures_of_repetitions_are_kept_and_shown_for_they_widen_the_spread(tmp_path: Path) -> None:
    failing = frozenset({(0, "d4"), (2, "d1"), (2, "d3"), (3, "d0")})
    opened = run(Chancy(1.0, repeats=3, failing=failing), tmp_path / "run")
    assert (opened.scores.failures, opened.scores.repeat_failures) == (1, [0, 2, 1])
    note = "failed, and counted as empty: 2 documents in repetition 2, 1 document in repetition 3; sd holds that too"
    for verbose in (False, True):
        assert note in run_sheet(opened.scores, verbose=verbose).notes
    sound = run(Chancy(1.0, repeats=1), tmp_path / "sound")
    assert sound.scores.repeat_failures == [0]
    assert not any("counted as empty" in line for line in run_sheet(sound.scores).notes)


def test_names_that_nobody_knows_are_refused_in_a_repetition_too(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Odd(Chancy):
        @property
        def repetitions(self) -> Sequence[Runner]:
            return [replace(self, right=0.0, wrong="NONSENSE", seed=1)]

    with pytest.raises(InputError, match=r"chancy, repetition 1: found .*NONSENSE.*repeats/1/predictions.jsonl"):
        run(Odd(1.0), tmp_path / "run")
    assert (tmp_path / "run" / "repeats" / "1" / "predictions.jsonl").exists()
