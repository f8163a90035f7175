"""A drop-in for `seqeval.metrics` 1.2.2 (Nakayama 2018): the same numbers, texts, warnings and errors, computed faster.

    from harness.seqeval import classification_report, f1_score  # from seqeval.metrics import ...
    from harness.seqeval import IOB2                              # from seqeval.scheme import IOB2

Without a mode tags are read as conlleval.pl does (Tjong Kim Sang and Buchholz 2000), well formed or not; with
`mode="strict"` and a scheme a mention counts only if its tags are what the scheme wants. What comes out is seqeval's to
the last bit, quirks included: `mode="strict"` without a scheme is the default in all but `classification_report`, which
looks which of IOB2, IOE2, IOBES and BILOU the tags are written in; `sample_weight` is taken and changes nothing.

What differs:

* a scheme may be given by its name too, and is known by its name: seqeval's own classes do as well, but a scheme of
  one's own is an error;
* each text of a warning about tags is said once a call, and not once for every token;
* `get_entities` reads an array of tags like a list, where seqeval changes each of its tags;
* `UndefinedMetricWarning` is scikit-learn's where that is installed, and a class of that name where it is not.

`compute_metrics` makes the function that `transformers.Trainer` takes.
"""

import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import eq
from types import ModuleType
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from harness.scoring.chunks import SCHEMES, Counts, Numbering, Reading, count, detect, find, read, stretches_of
from harness.scoring.fscores import Scores, ZeroDivision, measured, undefined_metric_warning

Tags = Sequence[list[str]]
Average = Literal["micro", "macro", "weighted"] | None


@dataclass(frozen=True)
class Scheme:
    """A tagging scheme by its name: what `scheme` may be, beside seqeval's class of that name and the name itself."""

    name: str


IOB1: Final = Scheme("IOB1")
IOB2: Final = Scheme("IOB2")
IOE1: Final = Scheme("IOE1")
IOE2: Final = Scheme("IOE2")
IOBES: Final = Scheme("IOBES")
BILOU: Final = Scheme("BILOU")

# `from harness.seqeval.scheme import IOB2`, as from seqeval; a module in a module, as `os.path` is.
scheme = ModuleType(f"{__name__}.scheme", "The schemes of `harness.seqeval`.")
vars(scheme).update({named.name: named for named in (IOB1, IOB2, IOE1, IOE2, IOBES, BILOU)})
sys.modules[scheme.__name__] = scheme


def f1_score(
    y_true: Tags,
    y_pred: Tags,
    *,
    average: Average = "micro",
    suffix: bool = False,
    mode: str | None = None,
    sample_weight: object = None,
    zero_division: ZeroDivision = "warn",
    scheme: Any = None,
) -> Any:
    """F1 of mentions: 2 * precision * recall / (precision + recall).

    `y_true` and `y_pred` are lists of sentences, each a list of tags. `average` is `micro` (over all mentions), `macro`
    (the mean over types), `weighted` (the same by gold mentions), all three a float, or None: an array of shape
    (types,), in order of their names. What has nothing to divide by is `zero_division`; `warn` is 0 with a warning.
    `suffix` is for tags like `PER-B`.

    >>> y_true = [["O", "B-MISC", "I-MISC", "B-MISC", "O"], ["B-PER", "I-PER", "O"]]
    >>> y_pred = [["O", "B-MISC", "I-MISC", "B-MISC", "I-MISC"], ["B-PER", "I-PER", "O"]]
    >>> print(f1_score(y_true, y_pred, average="macro"))
    0.75
    >>> f1_score(y_true, y_pred, average=None)
    array([0.5, 1. ])
    >>> print(f1_score([["B-PER", "I-PER"]], [["I-PER", "I-PER"]], mode="strict", scheme=IOB2))
    0.0

    Raises:
        TypeError: a side is no sequence of lists, or `scheme` is none.
        ValueError: the sides differ in length; `average` is unknown; strictly, a tag is none of the scheme's.
        KeyError, IndexError, AttributeError: a tag is none at all.
    """
    del sample_weight
    reading = _reading(mode, scheme, suffix)
    return measured(_counts(y_true, y_pred, reading, average), average, ("f-score",), 1, zero_division)[2]


def precision_score(
    y_true: Tags,
    y_pred: Tags,
    *,
    average: Average = "micro",
    suffix: bool = False,
    mode: str | None = None,
    sample_weight: object = None,
    zero_division: ZeroDivision = "warn",
    scheme: Any = None,
) -> Any:
    """The share of predicted mentions that are gold mentions; arguments, types and errors as of `f1_score`.

    >>> print(precision_score([["B-PER", "I-PER", "O"]], [["B-PER", "I-PER", "B-LOC"]]))
    0.5
    """
    del sample_weight
    reading = _reading(mode, scheme, suffix)
    return measured(_counts(y_true, y_pred, reading, average), average, ("precision",), 1, zero_division)[0]


def recall_score(
    y_true: Tags,
    y_pred: Tags,
    *,
    average: Average = "micro",
    suffix: bool = False,
    mode: str | None = None,
    sample_weight: object = None,
    zero_division: ZeroDivision = "warn",
    scheme: Any = None,
) -> Any:
    """The share of gold mentions that are predicted; arguments, types and errors as of `f1_score`.

    >>> print(recall_score([["B-PER", "I-PER", "B-LOC"]], [["B-PER", "I-PER", "O"]]))
    0.5
    """
    del sample_weight
    reading = _reading(mode, scheme, suffix)
    return measured(_counts(y_true, y_pred, reading, average), average, ("recall",), 1, zero_division)[1]


def precision_recall_fscore_support(
    y_true: Tags,
    y_pred: Tags,
    *,
    average: Average = None,
    warn_for: Sequence[str] = ("precision", "recall", "f-score"),
    beta: float = 1.0,
    sample_weight: object = None,
    zero_division: ZeroDivision = "warn",
    suffix: bool = False,
    scheme: Any = None,
) -> Scores:
    """Precision, recall, F and the number of gold mentions: four arrays of shape (types,), or four numbers.

    With a `scheme` it is the function of `seqeval.metrics.v1`, which reads strictly, and without one that of
    `seqeval.metrics.sequence_labeling`. `beta` is how much more recall counts than precision; `warn_for` names the
    measures of which warnings are given. The rest, and the errors, are as of `f1_score`.

    >>> y_true = [["O", "B-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]]
    >>> y_pred = [["B-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]]
    >>> precision_recall_fscore_support(y_true, y_pred)
    (array([0., 1.]), array([0., 1.]), array([0., 1.]), array([1, 1]))

    Raises:
        ValueError: `beta` is less than 0.
    """
    del sample_weight
    if beta < 0:
        raise ValueError("beta should be >=0 in the F-beta score")
    counts = _counts(y_true, y_pred, _reading("strict", scheme, suffix), average)
    return measured(counts, average, warn_for, beta, zero_division)


def classification_report(
    y_true: Tags,
    y_pred: Tags,
    digits: int = 2,
    suffix: bool = False,
    output_dict: bool = False,
    mode: str | None = None,
    sample_weight: object = None,
    zero_division: ZeroDivision = "warn",
    scheme: Any = None,
) -> Any:
    """A table of precision, recall, F1 and gold mentions by type, and of their averages.

    A text with so many `digits`, or a dictionary by type and average (`micro avg`) of dictionaries by measure
    (`f1-score`). Other arguments and errors are as of `f1_score`; with `mode="strict"` and no scheme, the scheme is
    what the gold tags are written in.

    >>> y_true = [["O", "B-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]]
    >>> y_pred = [["B-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]]
    >>> print(classification_report(y_true, y_pred))
                  precision    recall  f1-score   support
    <BLANKLINE>
            MISC       0.00      0.00      0.00         1
             PER       1.00      1.00      1.00         1
    <BLANKLINE>
       micro avg       0.50      0.50      0.50         2
       macro avg       0.50      0.50      0.50         2
    weighted avg       0.50      0.50      0.50         2
    <BLANKLINE>

    Raises:
        ValueError: as text, no side has a mention; the gold tags are of no scheme that is known.
    """
    del sample_weight
    if mode == "strict":
        lengths = _lengths(y_true, y_pred)
        reading = Reading(detect(y_true, suffix) if scheme is None else _name(scheme), suffix)
    else:
        lengths = _lengths_for_report(y_true, y_pred, suffix, output_dict)
        reading = Reading(None, suffix)
    counts = count(read([y_true, y_pred], lengths, reading))
    width = 0 if output_dict else max(max(map(len, counts.names)), len("weighted avg"), digits)
    warn_for = ("precision", "recall", "f-score")
    blocks = [[*zip(counts.names, *measured(counts, None, warn_for, 1.0, zero_division), strict=True)], []]
    for average in ("micro", "macro", "weighted"):
        blocks[1].append((f"{average} avg", *measured(counts, average, warn_for, 1.0, zero_division)))
    header = ("precision", "recall", "f1-score", "support")
    if output_dict:
        return {name: dict(zip(header, row, strict=True)) for block in blocks for name, *row in block}
    lines = [f"{'':>{width}} " + "".join(f" {title:>9}" for title in header), ""]
    for block in blocks:
        for name, precision, recall, f1, support in block:
            shares = "".join(f" {share:>9.{digits}f}" for share in (precision, recall, f1))
            lines.append(f"{name:>{width}s} {shares} {support:>9}")
        lines.append("")
    return "\n".join(lines)


def accuracy_score(y_true: Sequence[Any], y_pred: Sequence[Any]) -> Any:
    """The share of tokens whose tags are equal, a float; of lists of sentences, or of two flat lists.

    >>> accuracy_score([["B-PER", "O"], ["O", "O"]], [["B-PER", "O"], ["O", "B-PER"]])
    0.75

    Raises:
        ZeroDivisionError: there is no token.
    """
    y_true, y_pred = _flat(y_true, y_pred)
    return sum(map(eq, y_true, y_pred)) / len(y_true)


def performance_measure(y_true: Sequence[Any], y_pred: Sequence[Any]) -> dict[str, Any]:
    """How many tokens have the same tag (`TP`), a wrong one (`FP`), none where gold has one (`FN`), O twice (`TN`).

    A wrong tag where gold has another one is an `FP` alone.

    >>> performance_measure([["B-PER", "I-PER", "O", "O"]], [["B-PER", "O", "B-LOC", "O"]])
    {'TP': 1, 'FP': 1, 'FN': 1, 'TN': 1}
    """
    both = [*zip(*_flat(y_true, y_pred), strict=False)]
    try:
        pairs = [(*tags, number) for tags, number in Counter(both).items()]
    except TypeError:
        # Of what has no hash, such as sentences that are no lists, every pair is counted for itself.
        pairs = [(*tags, 1) for tags in both]
    return {
        "TP": sum(number * (gold == tag) for gold, tag, number in pairs if gold != "O" or tag != "O"),
        "FP": sum(number * (gold != tag and tag != "O") for gold, tag, number in pairs),
        "FN": sum(number * (gold != "O" and tag == "O") for gold, tag, number in pairs),
        "TN": sum(number * (gold == tag == "O") for gold, tag, number in pairs),
    }


def get_entities(seq: Sequence[Any], suffix: bool = False) -> list[tuple[str, int, int]]:
    """The mentions of a sentence, or of sentences: type, first and last token; behind each of several counts one O.

    >>> get_entities(["B-PER", "I-PER", "O", "B-LOC"])
    [('PER', 0, 1), ('LOC', 3, 3)]
    """
    # Sums of lists: what is none is an error here, as in seqeval, which writes its O behind every tag of an array.
    outside = ["O"]
    if isinstance(seq, np.ndarray) and seq.ndim == 1:
        seq = seq.tolist()
    if any(isinstance(tags, list) for tags in seq):
        seq = list(chain.from_iterable(tags + outside for tags in seq))
    flat = seq + outside  # type: ignore[operator]
    (found,), names = read([[flat]], [len(flat)], Reading(None, suffix))
    columns = (numbers.tolist() for numbers in found)
    return [(names[kind], first, last) for first, last, kind in zip(*columns, strict=True)]


def compute_metrics(
    id2label: Mapping[Any, str] | Sequence[str],
    *,
    mode: str | None = None,
    scheme: Any = None,
    suffix: bool = False,
    zero_division: ZeroDivision = "warn",
    by_type: bool = False,
) -> Callable[[Any], dict[str, float]]:
    """A function for `transformers.Trainer(compute_metrics=…)` that gives `precision`, `recall`, `f1` and `accuracy`.

    It takes an `EvalPrediction`, or a pair of predictions and labels: labels of shape (sentences, tokens), where -100
    is no token of its own, and predictions of that shape or logits with one axis more; of a tuple the first counts.
    Precision, recall and F1 are those of `average="micro"`. With `by_type` each type has `PER_precision`, `PER_recall`,
    `PER_f1` and `PER_number` as well, as in the examples of transformers.

    >>> measure = compute_metrics({0: "O", 1: "B-PER", 2: "I-PER"})
    >>> measure(([[1, 2, 0, 0]], [[1, 2, -100, 0]]))
    {'precision': 1.0, 'recall': 1.0, 'f1': 1.0, 'accuracy': 1.0}

    The function raises:
        ValueError: shapes do not fit, an id has no label, or all labels are -100.
    """
    pairs = id2label.items() if isinstance(id2label, Mapping) else enumerate(id2label)
    labels = {int(number): label for number, label in pairs}
    reading = _reading(mode, scheme, suffix)

    def measure(answers: Any) -> dict[str, float]:
        predictions, label_ids, *_ = answers
        gold, predicted = (
            np.asarray(side[0] if isinstance(side, tuple) else side) for side in (label_ids, predictions)
        )
        if predicted.ndim == gold.ndim + 1:
            predicted = predicted.argmax(axis=-1)
        if gold.ndim != 2 or predicted.shape != gold.shape:
            shapes = f"labels of shape {gold.shape} and predictions of {predicted.shape}"
            raise ValueError(f"compute_metrics: found {shapes}, wanted (sentences, tokens) of both, or logits of these")
        kept = gold != _IGNORED
        edges = np.cumsum(kept.sum(axis=1))
        numbering = Numbering()
        sides = [_numbered(side[kept], labels, numbering) for side in (gold, predicted)]
        if not len(sides[0]):
            raise ValueError(f"compute_metrics: found no label but {_IGNORED}, wanted one of {[*labels]}")
        found = find([stretches_of(side, edges) for side in sides], list(numbering), reading)
        counts = count(found)
        names = ("precision", "recall", "f1", "number")
        *shares, _ = measured(counts, "micro", ("f-score",), 1, zero_division)
        results = {name: float(share) for name, share in zip(names[:3], shares, strict=True)}
        results["accuracy"] = float(np.mean(sides[0] == sides[1]))
        if by_type:
            for name, values in zip(names, measured(counts, None, (), 1, zero_division), strict=True):
                results |= {f"{kind}_{name}": value for kind, value in zip(counts.names, values.tolist(), strict=True)}
        return results

    return measure


_IGNORED: Final = -100


def _numbered(ids: NDArray[Any], labels: Mapping[int, str], numbering: Numbering) -> NDArray[np.int64]:
    """The number in `numbering` of the label of each id."""
    used, places = np.unique(ids, return_inverse=True)
    if unknown := [number for number in used.tolist() if number not in labels]:
        raise ValueError(f"compute_metrics: found the label id {unknown[0]}, wanted one of {[*labels]}")
    return np.array([numbering[labels[number]] for number in used.tolist()], dtype=np.int64)[places]


def _reading(mode: str | None, scheme: Any, suffix: bool) -> Reading:
    return Reading(_name(scheme) if mode == "strict" and scheme else None, suffix)


def _name(scheme: Any) -> str:
    """The name of a scheme that is given as ours, as seqeval's or as a name."""
    name = scheme if isinstance(scheme, str) else getattr(scheme, "name", getattr(scheme, "__name__", None))
    if name not in SCHEMES:
        raise TypeError(f"scheme: found {scheme!r}, wanted one of {', '.join(SCHEMES)}")
    return str(name)


def _lengths(y_true: Tags, y_pred: Tags) -> list[int]:
    """The lengths of the sentences of both sides."""
    gold, predicted = list(map(len, y_true)), list(map(len, y_pred))
    if {*map(type, y_true), *map(type, y_pred)} != {list}:
        raise TypeError("Found input variables without list of list.")
    if gold != predicted:
        raise ValueError(f"Found input variables with inconsistent numbers of samples:\n{gold}\n{predicted}")
    return gold


def _lengths_for_report(y_true: Tags, y_pred: Tags, suffix: bool, output_dict: bool) -> list[int]:
    """The same; what is wrong is raised in the order in which seqeval's report does, which reads the tags first."""
    try:
        return _lengths(y_true, y_pred)
    except (TypeError, ValueError):
        kinds = {kind for side in (y_true, y_pred) for kind, _, _ in get_entities(side, suffix)}
        if not output_dict:
            max(map(len, kinds))
        raise


def _flat(y_true: Sequence[Any], y_pred: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """The tags of both sides, where the first has sentences; as they are, where it has none."""
    if any(isinstance(tags, list) for tags in y_true):
        return list(chain.from_iterable(y_true)), list(chain.from_iterable(y_pred))
    return y_true, y_pred


def _counts(y_true: Tags, y_pred: Tags, reading: Reading, average: str | None) -> Counts:
    options = (None, "micro", "macro", "weighted")
    if average not in options:
        raise ValueError(f"average has to be one of {options}")
    return count(read([y_true, y_pred], _lengths(y_true, y_pred), reading))


def __getattr__(name: str) -> type[Warning]:
    if name == "UndefinedMetricWarning":
        return undefined_metric_warning()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
