import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from harness.analysis.analysis import Analysis
from harness.data.types import Annotation, Claim, Document, Entity, Example, InputError, Prediction, Sentence
from harness.datasets.conll import Conll
from harness.runners.frequent import Frequent
from harness.runners.majority import Majority
from harness.runners.replay import Replay
from harness.runs.evaluate import Experiment, evaluate, track
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.claims import Claims
from harness.scoring.entities import EntitiesStrict
from harness.scoring.scoring import Scoring
from harness.scoring.table import Scorer
from harness.show import terminal
from harness.tracking.mlflow import Nothing
from tests.samples import EXAMPLES

T = TypeVar("T")


@dataclass(frozen=True)
class Samples:
    """The sample documents as a data set without a file."""

    name: str = "samples"
    source: None = None
    examples: Sequence[Example] = EXAMPLES

    def read(self) -> Sequence[Example]:
        return self.examples

    def speakers(self) -> Mapping[str, Sequence[str]]:
        return {"سامي النجار": ["النجار"]}


@dataclass(frozen=True)
class Oracle:
    """A runner that knows the gold, notes what it is given, and fails on chosen documents."""

    failing: frozenset[str] = frozenset()
    seen: list[Document] = field(default_factory=list)
    name: str = "oracle"

    def load(self) -> None:
        """Nothing to load."""

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        gold = {example.document.id: example.gold for example in EXAMPLES}
        for document in documents:
            self.seen.append(document)
            failed = document.id in self.failing
            annotation = Annotation() if failed else gold[document.id]
            yield Prediction(document.id, annotation, 0.5, "broken" if failed else None)


class Down:
    """A tracker that is down."""

    def log(self, folder: Path) -> str | None:
        raise ConnectionError("refused\nin two lines")

    def log_failure(self, experiment: str, name: str, error: str) -> None:
        raise ConnectionError("refused")


def experiment(runner: Oracle, dataset: Samples | None = None) -> Experiment:
    scorers = {"entities_strict": EntitiesStrict()}
    return Experiment(
        "test", dataset or Samples(), runner, Scoring(scorers, "paragraph", Bootstrap(resamples=20)), Nothing()
    )


def test_a_run_folder_holds_all_that_later_stages_read(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    scores = evaluate(experiment(Oracle()), folder, "units: paragraph\n", {"overrides": []})
    assert {path.name for path in folder.iterdir()} == {
        "config.yaml",
        "provenance.json",
        "gold.jsonl",
        "speakers.json",
        "predictions.jsonl",
        "counts.parquet",
        "analysis.json",
        "confusion.png",
        "scores.json",
    }
    assert scores == json.loads((folder / "scores.json").read_text())
    words = sum(len(example.document.text.split()) for example in EXAMPLES)
    assert scores["seconds"] == 3.0
    assert scores["words_per_second"] == round(words / 3.0, 1)
    assert scores["scorers"]["entities_strict"]["measures"]["micro/f1"]["value"] == 1


def test_an_analysis_that_is_switched_off_leaves_nothing(tmp_path: Path) -> None:
    evaluate(replace(experiment(Oracle()), analysis=Analysis(enabled=False)), tmp_path / "run", "", {})
    assert not [*(tmp_path / "run").glob("analysis*"), *(tmp_path / "run").glob("*.png")]


def test_an_analysis_that_dies_leaves_no_scores(tmp_path: Path) -> None:
    class Dying(Analysis):
        def run(self, *arguments: object) -> None:
            raise RuntimeError("out of memory")

    with pytest.raises(RuntimeError):
        evaluate(replace(experiment(Oracle()), analysis=Dying()), tmp_path / "run", "", {})
    assert not (tmp_path / "run" / "scores.json").exists()


def test_a_runner_is_given_documents_without_labels(tmp_path: Path) -> None:
    runner = Oracle()
    evaluate(experiment(runner), tmp_path / "run", "", {})
    assert runner.seen == [example.document for example in EXAMPLES]
    assert not any(hasattr(document, "gold") for document in runner.seen)


def test_a_failed_document_counts_as_empty_and_as_a_failure(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    failing = EXAMPLES[0].document.id
    scores = evaluate(experiment(Oracle(frozenset({failing}))), tmp_path / "run", "", {})
    assert scores["failures"] == 1
    # 4 of the 15 mentions stand in the document that failed.
    assert scores["scorers"]["entities_strict"]["measures"]["micro/recall"]["value"] == pytest.approx(11 / 15)
    assert f"1 of 6 documents failed and count as empty; the first is \u2068{failing}\u2069" in caplog.text


def test_a_run_that_dies_leaves_no_scores(tmp_path: Path) -> None:
    class Dying(Oracle):
        def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
            yield from ()
            raise RuntimeError("out of memory")

    said = r"Dying\.predict: found RuntimeError: out of memory \(test_evaluate\.py:\d+\), wanted one prediction"
    with pytest.raises(InputError, match=said):
        evaluate(experiment(Dying()), tmp_path / "run", "", {})
    assert not (tmp_path / "run" / "scores.json").exists()


def test_nothing_to_score_is_an_error(tmp_path: Path) -> None:
    unlabelled = [Example(example.document, Annotation()) for example in EXAMPLES]
    with pytest.raises(InputError, match="wanted entities"):
        evaluate(experiment(Oracle(), Samples(examples=unlabelled)), tmp_path / "run", "", {})


def test_a_tracker_that_is_down_is_a_warning_on_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert track(Down(), tmp_path, terminal) is None
    (line,) = capsys.readouterr().err.splitlines()
    assert "refused in two lines" in line
    assert f"harness track {tmp_path}" in line


@pytest.mark.parametrize(
    ("entity", "message"),
    [
        (Entity(0, 999, "GPE"), "entities[0]: found [0, 999]"),
        (Entity(0, 2, " "), "entities[0].type"),
        (Entity(0, 2, "GPE", float("nan")), "NaN"),
        (Entity(0, 2, "GPE", 1.5), "entities[0].score"),
    ],
)
def test_a_malformed_answer_is_a_failure_of_its_document(tmp_path: Path, entity: Entity, message: str) -> None:
    class Careless(Oracle):
        def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
            first, *rest = super().predict(documents)
            yield Prediction(first.doc_id, Annotation(entities=(entity,)), 0.1)
            yield from rest

    scores = evaluate(experiment(Careless()), tmp_path / "run", "", {})
    assert scores["failures"] == 1
    assert message in (tmp_path / "run" / "predictions.jsonl").read_text()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"entities": []}, "found a dict {'entities': []}, wanted an Annotation"),
        (None, "found None, wanted an Annotation"),
        (Annotation(entities=((0, 2, "GPE"),)), "entities[0]: found a tuple (0, 2, 'GPE'), wanted an Entity"),  # type: ignore[arg-type]
        (Annotation(entities={"a": 1}), "entities: found a dict {'a': 1}, wanted a tuple of Entity"),  # type: ignore[arg-type]
        (Annotation(claims=(Claim((0, 2), None),)), "claims[0].cue: found None, wanted a Span"),  # type: ignore[arg-type]
    ],
)
def test_an_answer_of_other_classes_names_who_gave_what(
    tmp_path: Path, answer: Any, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    class Other(Oracle):
        def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
            return (Prediction(document.id, answer) for document in documents)

    assert evaluate(experiment(Other()), tmp_path / "run", "", {})["failures"] == 6
    where = f"{__name__}.{Other.__qualname__}.predict"
    assert f"malformed: {where}: {message}" in caplog.text
    first = json.loads((tmp_path / "run" / "predictions.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert first["error"] == f"malformed: {where}: {message}"


def test_a_message_of_ours_is_not_cut(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    class Far(Oracle):
        def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
            far = Annotation(entities=(Entity(542, 1000541, "GPE"),))
            return (Prediction(document.id, far) for document in documents)

    evaluate(experiment(Far()), tmp_path / "run", "", {})
    length = len(EXAMPLES[0].document.text)
    said = f"entities[0]: found [542, 1000541], wanted whole numbers 0 <= start < end <= {length}"
    assert said in caplog.text
    assert said in (tmp_path / "run" / "predictions.jsonl").read_text(encoding="utf-8")


TWICE = Annotation(sentences=(Sentence(0, 5, "CFS"), Sentence(0, 4, "NFS")))


@dataclass(frozen=True)
class Insistent(Oracle):
    """A runner that labels the first sentence twice, once without its full stop."""

    checked: bool = False

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        return (Prediction(document.id, TWICE) for document in documents)


def test_two_labels_for_one_sentence_are_a_failure_of_the_document(tmp_path: Path) -> None:
    labelled = Samples(examples=[Example(Document("d", "قالت."), Annotation(sentences=(Sentence(0, 5, "CFS"),)))])
    tried = replace(
        experiment(Insistent(), labelled),
        scoring=Scoring({"checkworthy": CheckWorthy()}, "paragraph", Bootstrap(resamples=20)),
    )
    scores = evaluate(tried, tmp_path / "run", "", {})
    assert scores["failures"] == 1
    assert scores["scorers"]["checkworthy"]["measures"]["micro/accuracy"]["value"] == 0
    assert "which are one sentence in word view" in (tmp_path / "run" / "predictions.jsonl").read_text()
    # What was stored by another program is an error of its file.
    with pytest.raises(InputError, match=r"predictions: document d: sentences: found \[0, 4\) and \[0, 5\)"):
        evaluate(replace(tried, runner=Insistent(checked=True)), tmp_path / "stored", "", {})
    twice = Samples(examples=[Example(labelled.examples[0].document, TWICE)])
    with pytest.raises(InputError, match=r"document d: sentences: found \[0, 4\) and \[0, 5\)"):
        evaluate(replace(tried, dataset=twice), tmp_path / "gold", "", {})


@pytest.mark.parametrize(
    ("kept", "message"),
    [
        (slice(0, 5), "Losing.predict: found 5 answers for 6 documents, wanted one each"),
        (slice(0, 0), "Losing.predict: found 0 answers for 6 documents, wanted one each"),
        (slice(1, 6), "Losing.predict: found the answer for .* at place 0, wanted that for"),
    ],
)
def test_a_runner_that_answers_other_documents_is_refused(tmp_path: Path, kept: slice, message: str) -> None:
    class Losing(Oracle):
        def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
            yield from [*super().predict(documents)][kept]

    with pytest.raises(InputError, match=message):
        evaluate(experiment(Losing()), tmp_path / "run", "", {})


@dataclass(frozen=True)
class Trained(Oracle):
    """A runner that finds nothing, and tells what its model was made from."""

    not_for: Sequence[str] = ("anercorp",)

    @property
    def provenance(self) -> Mapping[str, object]:
        return {"model": "owner/name", "weights": "0123"}

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        return (Prediction(document.id, Annotation(())) for document in documents)


def test_what_a_runner_was_made_from_is_kept(tmp_path: Path) -> None:
    evaluate(experiment(Trained()), tmp_path / "trained", "", {"overrides": []})
    record = json.loads((tmp_path / "trained" / "provenance.json").read_text())
    assert record["runner"] == {"model": "owner/name", "weights": "0123"}
    assert record["remarks"] == []
    evaluate(experiment(Oracle()), tmp_path / "oracle", "", {"overrides": []})
    assert json.loads((tmp_path / "oracle" / "provenance.json").read_text())["runner"] is None


def test_data_that_a_model_has_learned_from_are_warned_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    remark = "oracle: found data that look like anercorp, which the model has learned from; "
    evaluate(experiment(Trained(), Samples("ANERcorp-test")), tmp_path / "named", "", {"overrides": []})
    (tmp_path / "x.txt").write_text("زار\tO\nالقاهرة\tB-LOC\n")
    labelled = replace(experiment(Trained()), dataset=Conll(str(tmp_path / "x.txt"), labels="anercorp"))
    evaluate(labelled, tmp_path / "labelled", "", {"overrides": []})
    for run in ("named", "labelled"):
        (kept,) = json.loads((tmp_path / run / "provenance.json").read_text())["remarks"]
        assert kept.startswith(remark)
    assert caplog.text.count(remark) == 2


@dataclass(frozen=True)
class Remembering(Oracle):
    """A runner that knows one of the documents from its training."""

    allow_seen: bool = False

    def learned_from(self, documents: Sequence[Document]) -> list[str]:
        return [documents[0].id]


def test_documents_that_a_model_was_trained_on_are_refused_before_it_is_asked(tmp_path: Path) -> None:
    runner = Remembering()
    with pytest.raises(InputError, match=r"oracle: found 1 of \d+ documents .*, wanted unseen ones"):
        evaluate(experiment(runner), tmp_path / "run", "", {"overrides": []})
    assert runner.seen == []
    assert not (tmp_path / "run" / "scores.json").exists()


def test_they_are_scored_with_a_remark_where_that_is_asked_for(tmp_path: Path) -> None:
    evaluate(experiment(Remembering(allow_seen=True)), tmp_path / "run", "", {"overrides": []})
    (remark,) = json.loads((tmp_path / "run" / "provenance.json").read_text())["remarks"]
    assert remark.endswith("in what the model was trained on; these scores say nothing about new text")


@dataclass(frozen=True)
class Chosen(Oracle):
    """A runner of which a part was chosen by the gold of one of the documents."""

    allow_seen: bool = False

    def chosen_on(self, documents: Sequence[Document]) -> list[str]:
        return [documents[0].id]


def test_documents_of_a_choice_are_refused_or_remarked_and_nothing_is_said_of_training(tmp_path: Path) -> None:
    runner = Chosen()
    with pytest.raises(
        InputError, match=r"1 of \d+ documents .* that something in it was chosen on, wanted unseen ones"
    ):
        evaluate(experiment(runner), tmp_path / "refused", "", {"overrides": []})
    assert runner.seen == []
    evaluate(experiment(Chosen(allow_seen=True)), tmp_path / "run", "", {"overrides": []})
    (remark,) = json.loads((tmp_path / "run" / "provenance.json").read_text())["remarks"]
    assert remark.endswith("that something in it was chosen on; these scores are better than on new text")


def test_what_looks_wrong_is_said_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Shifted(Oracle):
        def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
            for document in documents:
                yield Prediction(document.id, Annotation(entities=(Entity(1, 3, "PERS"),)))

    nothing = [replace(example, gold=Annotation(entities=(), claims=())) for example in EXAMPLES]
    evaluate(experiment(Shifted(), Samples(examples=nothing)), tmp_path / "run", "", {}, terminal)
    remarks = json.loads((tmp_path / "run" / "provenance.json").read_text("utf-8"))["remarks"]
    # Claims are empty as well, but nobody scores them.
    assert [remark.partition(": ")[2].partition(",")[0] for remark in remarks] == [
        f"found no entities in the gold of {len(EXAMPLES)} documents",
        # وصل and لم lose a letter that could be a proclitic.
        "found 4 of 6 spans of entities that begin or end inside a word",
    ]
    assert capsys.readouterr().err == "".join(f"warning: {remark}\n" for remark in remarks)


def test_a_label_that_only_one_side_can_say_in_full_is_remarked(tmp_path: Path) -> None:
    (tmp_path / "c.conll").write_text("كندا\tB-LOC\nالفرنسي\tB-MISC\n", encoding="utf-8")
    (tmp_path / "p.jsonl").write_text('{"id": "c:1", "entities": [{"start": 0, "end": 4, "type": "LOCATION"}]}\n')
    corpus = Conll(str(tmp_path / "c.conll"), labels="conll4")
    runner = Replay(str(tmp_path / "p.jsonl"), labels="hatmimoha")
    made = Experiment("t", corpus, runner, Scoring({"strict": EntitiesStrict()}, "document", Bootstrap(10)), Nothing())
    summary = evaluate(made, tmp_path / "run", "", {})
    assert summary["scorers"]["strict"]["measures"]["micro/f1"]["value"] == 1
    (remark,) = json.loads((tmp_path / "run" / "provenance.json").read_text("utf-8"))["remarks"]
    assert remark.startswith(
        "labels: found MISC of conll4@1 and PRODUCT, COMPETITION, EVENT of hatmimoha@1 tied to NORP"
    )


def test_sound_data_are_not_remarked(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    evaluate(experiment(Oracle()), tmp_path / "run", "", {})
    assert caplog.records == []


def test_a_reporter_hears_of_progress_and_remarks(tmp_path: Path) -> None:
    heard: list[object] = []

    class Notebook:
        def warn(self, message: str) -> None:
            heard.append(message)

        def track_progress(self, values: Iterable[T], total: int, label: str) -> Iterator[T]:
            for number, value in enumerate(values, 1):
                heard.append((label, number, total))
                yield value

    evaluate(experiment(Remembering(allow_seen=True)), tmp_path / "run", "", {}, Notebook())
    (remark,) = json.loads((tmp_path / "run" / "provenance.json").read_text("utf-8"))["remarks"]
    assert heard == [remark, *(("oracle", number, 6) for number in range(1, 7))]


def test_nothing_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    evaluate(experiment(Remembering(allow_seen=True)), tmp_path / "run", "", {})
    track(Down(), tmp_path)
    assert capfd.readouterr() == ("", "")


def test_baselines_stand_beside_the_scores_of_their_layers(tmp_path: Path) -> None:
    scorers: dict[str, Scorer] = {"entities_strict": EntitiesStrict(), "checkworthy": CheckWorthy(), "claims": Claims()}
    parts = replace(experiment(Oracle()), scoring=Scoring(scorers, "paragraph", Bootstrap(resamples=20)))
    plain = evaluate(parts, tmp_path / "plain", "", {})["scorers"]
    held = replace(parts, baselines=[Frequent(Samples(), k=2), Majority(Samples())])
    found = evaluate(held, tmp_path / "held", "", {})["scorers"]
    assert {name: list(one.get("baselines", {})) for name, one in found.items()} == {
        "entities_strict": ["frequent"],
        "checkworthy": ["majority"],
        "claims": [],
    }
    # كندا and طوكيو are marked twice or more in other documents; the gold is found in full.
    (gap,) = found["entities_strict"]["to_baselines"]["frequent"].values()
    value = found["entities_strict"]["baselines"]["frequent"]["micro/f1"]
    assert 0 < value < 1
    assert gap["difference"] == pytest.approx(1 - value)
    added = ("baselines", "to_baselines")
    stripped = {name: {key: part for key, part in one.items() if key not in added} for name, one in found.items()}
    assert stripped == plain


def test_a_baseline_reads_its_data_set_once_more_only_if_it_is_another(tmp_path: Path) -> None:
    reads: list[str] = []

    @dataclass(frozen=True)
    class Counting(Samples):
        name: str = "counting"

        def read(self) -> Sequence[Example]:
            reads.append(self.name)
            return EXAMPLES

        @property
        def tag_set(self) -> None:
            reads.append(f"{self.name}: labels")

    parts = experiment(Oracle(), Counting())
    evaluate(replace(parts, baselines=[Frequent(Counting()), Majority(Counting())]), tmp_path / "same", "", {})
    assert sorted(reads) == ["counting", "counting: labels"]
    evaluate(replace(parts, baselines=[Frequent(Counting("other"))]), tmp_path / "other", "", {})
    assert sorted(reads[2:]) == ["counting", "counting: labels", "other", "other: labels"]


def test_baselines_that_cannot_be_used_are_refused_before_the_runner_works(tmp_path: Path) -> None:
    runner = Oracle()
    twice = replace(experiment(runner), baselines=[Majority(Samples()), Majority(Samples())])
    with pytest.raises(InputError, match="baselines: found majority twice"):
        evaluate(twice, tmp_path / "twice", "", {})
    foreign = replace(experiment(runner), baselines=[Frequent(Conll("x.conll", "anercorp"))])
    with pytest.raises(InputError, match=r"baselines: frequent: found anercorp@.*wanted the gold's types"):
        evaluate(foreign, tmp_path / "foreign", "", {})
    assert runner.seen == []


def test_a_corpus_in_a_tag_set_of_its_own_is_held_against_baselines_too(tmp_path: Path) -> None:
    lines = ["زار\tO", "سامي\tB-PERS", "كندا\tB-LOC", "."]
    path = tmp_path / "corpus.conll"
    path.write_text(
        "".join("\n".join((*lines[:3], f"يوم{number}\tO", "", "")) for number in range(6)), encoding="utf-8"
    )
    corpus = Conll(str(path), "anercorp")
    scorers: dict[str, Scorer] = {"entities_strict": EntitiesStrict(), "checkworthy": CheckWorthy()}
    parts = Experiment(
        "test", corpus, Frequent(corpus), Scoring(scorers, "paragraph", Bootstrap(resamples=20)), Nothing()
    )
    found = evaluate(replace(parts, baselines=[Frequent(corpus), Majority(corpus)]), tmp_path / "run", "", {})
    strict = found["scorers"]["entities_strict"]
    # Every name is marked in the five other sentences.
    assert strict["measures"]["micro/f1"]["value"] == strict["baselines"]["frequent"]["micro/f1"] == 1
    assert list(found["scorers"]) == ["entities_strict"]
