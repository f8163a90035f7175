"""`harness.seqeval` beside seqeval: the same outcome of every call, and what it has of its own."""

import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from seqeval import scheme as their_schemes
from sklearn.exceptions import UndefinedMetricWarning

import harness.seqeval as ours
from benchmarks.drop_in import READINGS, ZERO_DIVISIONS, calls, differences, inputs, outcome

# Read here: the fixtures clear the environment of what is ours.
PUBLISHED = os.environ.get("HARNESS_SEQEVAL_TESTS")
INPUTS = 12 * len(READINGS) * len(ZERO_DIVISIONS)


@pytest.mark.parametrize("part", range(4))
def test_every_call_has_the_outcome_of_seqeval(part: int) -> None:
    # benchmarks.drop_in draws 10,000, of the same kinds.
    for given in [*inputs(INPUTS)][part::4]:
        assert list(differences(given)) == []


def test_inputs_are_of_every_kind() -> None:
    drawn = list(inputs(INPUTS))
    assert {given[2:4] for given in drawn} == set(READINGS)
    outcomes = [outcome(mine) for given in drawn[:60] for _, mine, _ in calls(given)]
    errors = sum(isinstance(found.result, list) and "Error" in str(found.result[:1]) for found in outcomes)
    warned = sum(bool(found.warnings) for found in outcomes)
    assert len(outcomes) / 10 < errors < len(outcomes) / 2
    assert warned > len(outcomes) / 10


def test_a_call_that_differs_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    (given,) = inputs(1)
    monkeypatch.setattr(ours, "accuracy_score", lambda *_: 2.0)
    assert [title for title, _, _ in differences(given)] == ["accuracy_score"]


def test_many_tags_are_numbered_beyond_a_byte() -> None:
    tags = [f"{letter}-{kind}" for kind in range(300) for letter in "BI"]
    predicted = tags[:200] + ["O"] * 100 + tags[300:]
    assert ours.f1_score([tags], [predicted], average="macro", zero_division=0) == pytest.approx(250 / 300)
    assert ours.get_entities(tags) == [(str(kind), 2 * kind, 2 * kind + 1) for kind in range(300)]


@pytest.mark.parametrize("name", ["IOB1", "IOB2", "IOE1", "IOE2", "IOBES", "BILOU"])
def test_a_scheme_is_ours_or_theirs_or_a_name(name: str) -> None:
    gold, predicted = [["I-X", "I-X"]], [["I-X", "O"]]
    found = {
        float(ours.f1_score(gold, predicted, mode="strict", scheme=scheme, zero_division=0))
        for scheme in (getattr(ours, name), getattr(ours.scheme, name), getattr(their_schemes, name), name)
    }
    assert len(found) == 1


def test_schemes_are_imported_as_from_seqeval() -> None:
    from importlib import import_module

    assert import_module("harness.seqeval.scheme").IOB2 is ours.IOB2


@pytest.mark.parametrize("scheme", ["BIO", 3, type("Own", (their_schemes.Token,), {})])
def test_another_scheme_is_an_error(scheme: Any) -> None:
    for function in (ours.f1_score, ours.classification_report):
        with pytest.raises(TypeError, match=r"scheme: found .*, wanted one of IOB1, IOE1, IOB2, IOE2, IOBES, BILOU"):
            function([["B-X"]], [["B-X"]], mode="strict", scheme=scheme)


def test_an_array_of_tags_is_read_like_a_list() -> None:
    tags = ["B-X", "I-X", "O"]
    assert ours.get_entities(np.array(tags)) == ours.get_entities(tags) == [("X", 0, 1)]


def test_a_text_about_tags_is_said_once() -> None:
    with pytest.warns(UserWarning, match="X seems not to be NE tag") as caught:
        ours.f1_score([["X", "X"]], [["X", "X"]], zero_division=0)
    assert len(caught) == 1


def test_undefined_measures_are_warned_of_by_the_class_that_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ours.UndefinedMetricWarning is UndefinedMetricWarning
    with pytest.warns(UndefinedMetricWarning, match="no true nor predicted samples"):
        ours.f1_score([["O"]], [["O"]])
    program = """
import sys, warnings
sys.modules["sklearn"] = None
import harness.seqeval as ours
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    ours.f1_score([["O"]], [["O"]])
(warning,) = caught
assert warning.category is ours.UndefinedMetricWarning, warning.category
assert issubclass(warning.category, UserWarning)
print(warning.category.__name__)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "UndefinedMetricWarning\n"


def test_a_name_that_it_does_not_have_is_an_error() -> None:
    with pytest.raises(AttributeError, match=r"module 'harness.seqeval' has no attribute 'f2_score'"):
        _ = ours.f2_score


def test_it_imports_numpy_and_no_other_package() -> None:
    program = "import numpy, sys; before = {*sys.modules}; import harness.seqeval; print(*{*sys.modules} - before)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    packages = {name.partition(".")[0] for name in done.stdout.split()}
    assert packages - {*sys.stdlib_module_names} <= {"harness", "numpy"}


def test_examples_of_docstrings_hold() -> None:
    import doctest

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = doctest.testmod(ours)
    assert found.failed == 0
    assert found.attempted > 15


ID2LABEL = {0: "O", 1: "B-PER", 2: "I-PER", 3: "B-LOC", 4: "I-LOC"}
# Two sentences of three and two tokens; [CLS] and the second piece of a word are -100.
LABELS = np.array([[-100, 1, 2, -100, 0], [-100, 3, 0, -100, -100]])
ANSWERS = np.array([[0, 1, 2, 4, 3], [1, 3, 0, 0, -100]])
WANTED = {"precision": 2 / 3, "recall": 1.0, "f1": 0.8, "accuracy": 4 / 5}


def logits(answers: Any) -> Any:
    return np.eye(len(ID2LABEL), dtype=np.float32)[np.maximum(answers, 0)]


@pytest.mark.parametrize(
    "predictions",
    [ANSWERS, logits(ANSWERS), (logits(ANSWERS), np.zeros(3)), ANSWERS.tolist()],
    ids=["ids", "logits", "tuple", "lists"],
)
def test_metrics_of_an_evaluation(predictions: Any) -> None:
    from transformers import EvalPrediction

    measure = ours.compute_metrics(ID2LABEL)
    for labels in (LABELS, (LABELS,), LABELS.tolist()):
        for answers in (EvalPrediction(predictions, labels), (predictions, labels)):
            found = measure(answers)
            assert found == pytest.approx(WANTED, abs=1e-12)
            assert {type(value) for value in found.values()} == {float}


@pytest.mark.parametrize("labels", [list(ID2LABEL.values()), {str(key): label for key, label in ID2LABEL.items()}])
def test_labels_are_a_list_or_numbers_as_text(labels: Any) -> None:
    assert ours.compute_metrics(labels)((ANSWERS, LABELS)) == pytest.approx(WANTED)


def test_metrics_by_type_are_named_as_in_the_examples_of_transformers() -> None:
    found = ours.compute_metrics(ID2LABEL, by_type=True)((ANSWERS, LABELS))
    wanted = {"LOC_precision": 0.5, "LOC_recall": 1.0, "LOC_f1": 2 / 3, "LOC_number": 1}
    wanted |= {"PER_precision": 1.0, "PER_recall": 1.0, "PER_f1": 1.0, "PER_number": 1}
    assert found == pytest.approx(WANTED | wanted)


@pytest.mark.parametrize(("mode", "scheme"), [(None, None), ("strict", "IOB2"), ("strict", "IOB1")])
def test_metrics_are_those_of_the_tags(mode: str | None, scheme: str | None) -> None:
    rng = np.random.default_rng(5)
    for _ in range(40):
        labels, answers = rng.integers(0, 5, (2, 6, 9))
        labels[rng.random(labels.shape) < 0.3] = -100
        gold, predicted = (
            [[ID2LABEL[number] for number in row[kept]] for row, kept in zip(side, labels != -100, strict=True)]
            for side in (labels, answers)
        )
        options: Mapping[str, Any] = {"mode": mode, "scheme": scheme, "zero_division": 0}
        assert ours.compute_metrics(ID2LABEL, **options)((answers, labels)) == {
            "precision": ours.precision_score(gold, predicted, **options),
            "recall": ours.recall_score(gold, predicted, **options),
            "f1": ours.f1_score(gold, predicted, **options),
            "accuracy": ours.accuracy_score(gold, predicted),
        }


def test_labels_that_no_token_has_are_not_read() -> None:
    found = ours.compute_metrics([*ID2LABEL.values(), "X"], mode="strict", scheme="IOB2")((ANSWERS, LABELS))
    assert found["f1"] == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("predictions", "labels", "message"),
    [
        (ANSWERS[:1], LABELS, r"found labels of shape \(2, 5\) and predictions of \(1, 5\), wanted"),
        (ANSWERS[0], LABELS[0], r"found labels of shape \(5,\)"),
        (np.full_like(ANSWERS, 9), LABELS, r"found the label id 9, wanted one of \[0, 1, 2, 3, 4\]"),
        (ANSWERS, np.full_like(LABELS, -100), r"found no label but -100"),
    ],
)
def test_an_evaluation_that_does_not_fit_is_an_error(predictions: Any, labels: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"compute_metrics: {message}"):
        ours.compute_metrics(ID2LABEL)((predictions, labels))


def test_a_trainer_evaluates_with_it(tmp_path: Path) -> None:
    pytest.importorskip("accelerate", reason="Trainer of transformers needs accelerate")
    import torch
    from transformers import BertConfig, BertForTokenClassification, Trainer, TrainingArguments

    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8, id2label=ID2LABEL
    )
    model = BertForTokenClassification(config)
    rows: Any = [{"input_ids": [1, 5, 6, 7, 8], "labels": row} for row in LABELS.tolist()]
    arguments = TrainingArguments(str(tmp_path), report_to=[], use_cpu=True, disable_tqdm=True)
    measure = ours.compute_metrics(ID2LABEL, zero_division=0)
    trainer = Trainer(model, arguments, eval_dataset=rows, compute_metrics=measure)
    found = trainer.evaluate()
    predictions, labels, _ = trainer.predict(rows)
    wanted = measure((predictions, labels))
    assert {name: found[f"eval_{name}"] for name in WANTED} == wanted
    assert set(wanted) == set(WANTED)


@pytest.mark.skipif(not PUBLISHED, reason="HARNESS_SEQEVAL_TESTS names no folder with the tests of seqeval 1.2.2")
def test_published_tests_of_seqeval_pass(tmp_path: Path) -> None:
    folder = tmp_path / "tests"
    shutil.copytree(str(PUBLISHED), folder)
    program = Path(__file__).with_name("published_seqeval.py")
    # Twenty thousand calls of Perl take ten minutes: published_seqeval.py without this option.
    options = ["-q", "--deselect", "test_metrics.py::TestMetrics::test_statistical_tests"]
    done = subprocess.run([sys.executable, program, folder, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
