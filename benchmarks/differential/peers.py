"""The other tools, each with the chain of rules that leads from our number to theirs."""

import math
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, Final

from benchmarks.differential import causes, greedy, ours
from benchmarks.differential.causes import Cause
from benchmarks.differential.ours import PRF, Measures
from benchmarks.differential.pages import Mention, Page, Sample

Answer = Callable[[Sample], Measures]


def _every(_measure: str) -> bool:
    return True


@dataclass(frozen=True)
class Step:
    """Our numbers once `cause`, and all causes before it, are taken over from the peer."""

    cause: Cause
    answer: Answer
    covers: Callable[[str], bool] = _every


@dataclass(frozen=True)
class Convention:
    """What a cause makes of numbers."""

    cause: Cause
    apply: Callable[[Measures], Measures]


ZERO: Final = Convention(causes.ZERO, ours.zeroed)
MACRO: Final = Convention(causes.MACRO, ours.over_all)


@dataclass(frozen=True)
class Peer:
    """A tool, our own answer beside it, and the rules in which they differ.

    `exact`: on plain pages its exact matching must equal ours, with no rule taken over.
    """

    name: str
    answer: Answer
    ours: Answer
    steps: tuple[Step, ...] = ()
    conventions: tuple[Convention, ...] = (ZERO,)
    exact: bool = True


def peers() -> list[Peer]:
    """Every tool that is installed."""
    flat = Step(causes.FLAT, ours.flattened)
    report = (MACRO, ZERO)
    pairing = (Step(causes.ALONE, ours.alone, _by_type), Step(causes.ORDER, greedy.in_order))
    inclusive = Step(causes.INCLUSIVE, greedy.in_order_touching)
    layers = (Step(causes.LAYERS, ours.layered), Step(causes.ALIKE, ours.layered_alike))
    found = [
        Peer("plain sets", plain_sets, ours.everything),
        Peer("seqeval", seqeval, ours.strict, (flat,), report),
        Peer("seqeval strict IOB2", seqeval_strict, ours.strict, (flat, Step(causes.BEGIN, ours.begun)), report),
        Peer("nervaluate", nervaluate, ours.partial, pairing),
        Peer("nervaluate, half-open", nervaluate_half_open, ours.partial, (*pairing, inclusive), exact=False),
        Peer("Wojood nested", wojood, ours.strict, layers),
    ]
    if find_spec("gliner"):
        found.append(Peer("GLiNER", gliner, ours.strict))
    return found


def absent() -> Iterator[str]:
    """A line for each tool that is not installed."""
    if not find_spec("gliner"):
        yield "GLiNER's evaluator: not installed (it needs torch); its rule is that of plain sets, scored above"


def versions() -> str:
    """The versions compared with."""
    return ", ".join(f"{name} {version(name)}" for name in ("seqeval", "nervaluate"))


def _by_type(measure: str) -> bool:
    """`strict_…` of a type and everything of `micro` do not depend on which other types are aligned with it."""
    return not measure.startswith("micro/") and "/strict_" not in measure


def plain_sets(sample: Sample) -> Measures:
    """Python sets of (page, start, end, type)."""
    sides = [{(at, *one) for at, page in enumerate(sample.pages) for one in page.sides[side]} for side in (0, 1)]
    found: Measures = {}
    for label in ("micro", *sorted({one[3] for one in sides[0] | sides[1]})):
        gold, predicted = ({one for one in side if label in ("micro", one[3])} for side in sides)
        precision, recall = (len(gold & predicted) / len(side) if side else 0.0 for side in (predicted, gold))
        both = precision + recall
        values = precision, recall, 2 * precision * recall / both if both else 0.0
        found |= {f"{label}/{name}": value for name, value in zip(PRF, values, strict=True)}
    return found | ours.prefixed(found)


def seqeval(sample: Sample) -> Measures:
    """The report of seqeval without a mode."""
    return _report(*ours.columns(sample))


def seqeval_strict(sample: Sample) -> Measures:
    """The report of seqeval with `mode="strict", scheme=IOB2`."""
    from seqeval.scheme import IOB2

    return _report(*ours.columns(sample), mode="strict", scheme=IOB2)


def _report(gold: list[list[str]], predicted: list[list[str]], **options: Any) -> Measures:
    from seqeval.metrics import classification_report, f1_score

    try:
        with warnings.catch_warnings():
            # An average over no types at all.
            warnings.simplefilter("ignore", RuntimeWarning)
            report = classification_report(gold, predicted, output_dict=True, zero_division=0, **options)
    except ValueError:
        # Nothing on either side: the report fails where f1_score answers.
        return {"micro/f1": float(f1_score(gold, predicted, zero_division=0, **options))}
    if math.isnan(report["macro avg"]["f1-score"]):
        report.pop("macro avg")
    report.pop("weighted avg")
    keys = ("precision", "recall", "f1-score")
    return {
        f"{label.removesuffix(' avg')}/{name}": float(row[key])
        for label, row in report.items()
        for name, key in zip(PRF, keys, strict=True)
    }


def nervaluate(sample: Sample) -> Measures:
    """What nervaluate answers as its documentation uses it: tags, or mentions with inclusive ends."""
    if sample.flat:
        return _nervaluate(sample, ours.columns(sample), "list")
    return _nervaluate(sample, _dicts(sample, 1), "dict")


def nervaluate_half_open(sample: Sample) -> Measures:
    """What nervaluate answers given the half-open ends that most tools write."""
    return _nervaluate(sample, _dicts(sample, 0), "dict")


def _dicts(sample: Sample, cut: int) -> list[list[list[dict[str, Any]]]]:
    return [
        [
            [{"label": kind, "start": start, "end": end - cut} for start, end, kind in page.sides[side]]
            for page in sample.pages
        ]
        for side in (0, 1)
    ]


def _nervaluate(sample: Sample, sides: Sequence[Any], loader: str) -> Measures:
    from nervaluate import Evaluator

    results = Evaluator(*sides, tags=list(sample.types), loader=loader).evaluate()
    kinds = {"strict": "strict", "exact": "exact", "partial": "partial", "type": "ent_type"}
    return {
        f"{label}/{kind}_{name}": float(getattr(found[key], name))
        for label, found in {"micro": results["overall"], **results["entities"]}.items()
        for kind, key in kinds.items()
        for name in PRF
        if key in found
    }


def wojood(sample: Sample) -> Measures:
    """The nested metric published with the Wojood corpus (SinaLab/ArabicNER, compute_nested_metrics).

    The corpus is scored once for each type, all copies as one, by seqeval without a mode. In the copy of a type, a
    word's gold tag is the first of its tags that matches `B-TYPE|I-TYPE`, from the start and not to the end.
    """
    from seqeval.metrics.sequence_labeling import precision_recall_fscore_support

    gold: list[list[str]] = []
    predicted: list[list[str]] = []
    stacks = [[_stacked(page, side, sample) for page in sample.pages] for side in (0, 1)]
    for kind in sample.types:
        pattern, own = re.compile(f"B-{kind}|I-{kind}"), {f"B-{kind}", f"I-{kind}"}
        gold += [[next(filter(pattern.match, tags), "O") for tags in page] for page in stacks[0]]
        predicted += [[next((tag for tag in tags if tag in own), "O") for tags in page] for page in stacks[1]]
    values = precision_recall_fscore_support(gold, predicted, average="micro", zero_division=0)[:3]
    return {f"micro/{name}": float(value) for name, value in zip(PRF, values, strict=True)}


def _stacked(page: Page, side: int, sample: Sample) -> list[list[str]]:
    """The tags of each word, the outermost mention's first."""
    if sample.flat:
        return [[tag] for tag in page.tags[side]]
    mentions = ours.by_extent(page.sides[side])
    return [[_tag(one, word) for one in mentions if one[0] <= word < one[1]] for word in range(len(page.tags[side]))]


def _tag(one: Mention, word: int) -> str:
    return f"{'B' if word == one[0] else 'I'}-{one[2]}"


def gliner(sample: Sample) -> Measures:
    """What GLiNER's own evaluator answers, without its decoding."""
    module = import_module("gliner.evaluation.evaluator")
    # A function in early releases, a method since.
    score = getattr(module, "compute_prf", None) or module.BaseEvaluator.compute_prf
    gold, predicted = (
        [[[kind, (start, end)] for start, end, kind in page.sides[side]] for page in sample.pages] for side in (0, 1)
    )
    with warnings.catch_warnings():
        # It warns of 0/0, and answers 0.
        warnings.simplefilter("ignore")
        found = score(gold, predicted)
    keys = ("precision", "recall", "f_score")
    return {f"micro/{name}": float(found[key]) for name, key in zip(PRF, keys, strict=True)}
