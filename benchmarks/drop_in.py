"""Call `harness.seqeval` and seqeval alike on random inputs: python -m benchmarks.drop_in [inputs=10000].

Results have to be equal to the last bit and of one type, warnings and errors of one class and text. Exits with 1 where
anything differs.
"""

import random
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final, NamedTuple

import numpy as np
import seqeval.metrics
from seqeval import scheme as their_schemes
from seqeval.metrics import sequence_labeling, v1

from harness import seqeval as ours
from harness.scoring.chunks import SCHEMES

KINDS: Final = ("PER", "ORG", "منظمة", "Z-1", "x-", "-", "a--b", "", "_")
AVERAGES: Final = (None, "micro", "macro", "weighted")
ZERO_DIVISIONS: Final = ("warn", 0, 1)
Sentences = list[Any]


class Input(NamedTuple):
    """Two sides of tags, and the options of a call."""

    gold: Any
    predicted: Any
    mode: str | None
    scheme: str | None
    suffix: bool
    zero_division: Any


class Outcome(NamedTuple):
    """What a call gave back, or the error that it raised; and what it warned of, each text once."""

    result: Any
    warnings: list[tuple[str, str]]


READINGS: Final = ((None, None), (None, "IOB2"), ("strict", None), *(("strict", scheme) for scheme in SCHEMES))


def inputs(number: int, seed: int = 7) -> Iterator[Input]:
    """So many inputs: every reading with every zero division in turn, and tags of every kind by chance."""
    for index in range(number):
        rng = random.Random(seed * 1_000_003 + index)
        mode, scheme = READINGS[index % len(READINGS)]
        zero_division = ZERO_DIVISIONS[index // len(READINGS) % len(ZERO_DIVISIONS)]
        suffix = rng.random() < 0.25
        gold, predicted = _sides(rng, _letters(rng, mode, scheme), suffix)
        yield Input(*_broken(rng, gold, predicted), mode, scheme, suffix, zero_division)


def _letters(rng: random.Random, mode: str | None, scheme: str | None) -> str:
    if rng.random() < 0.06:
        # Of no scheme, lower case among them; strictly an error.
        return "OBIESLU.bioX*?ش"
    if mode == "strict":
        return SCHEMES[scheme].letters if scheme else rng.choice(("IOB", "IOE", "IOBES", "IOBLU", "OB", "S", "U", "OS"))
    return rng.choice(("OBI", "OBIES", "OBIESLU", "BI", "O", "OIE"))


def _sides(rng: random.Random, letters: str, suffix: bool) -> tuple[Sentences, Sentences]:
    """Tags of sentences of 0 to 9 tokens, well-formed or in any order, and a second side more or less like it."""
    kinds = rng.sample(KINDS, rng.randint(1, 4))
    odd = rng.random() < 0.4
    alike = rng.choice((0.0, 0.6, 0.9))
    gold, predicted = [], []
    for _ in range(rng.randint(1, 6)):
        length = rng.choice((0, 1, 1, 2, 5, 9))
        tags = [_tag(rng, letters, kinds, suffix, odd) for _ in range(length)]
        if {*"OBI"} <= {*letters} and not suffix and rng.random() < 0.4:
            tags = _well_formed(rng, kinds, length)
        gold.append(tags)
        predicted.append([tag if rng.random() < alike else _tag(rng, letters, kinds, suffix, odd) for tag in tags])
    return gold, predicted


def _tag(rng: random.Random, letters: str, kinds: Sequence[str], suffix: bool, odd: bool) -> str:
    letter, kind = rng.choice(letters), rng.choice(kinds)
    if letter == "O" and not (odd and rng.random() < 0.1):
        return "O"
    form = rng.choice(("{0}-{1}", "{0}", "{0}-", "{0}{1}", "{0}--{1}")) if odd and rng.random() < 0.4 else "{0}-{1}"
    if suffix:
        form = form.replace("{0}", "{2}").replace("{1}", "{0}").replace("{2}", "{1}")
        form = form if "{1}" in form else "-{1}"
    tag = form.format(kind, letter) if suffix else form.format(letter, kind)
    # Now and then a bare type, with no letter at all, or a tag without a character.
    return rng.choices((tag, kind or "O", ""), (60, 4, 0.3))[0] if odd else tag


def _well_formed(rng: random.Random, kinds: Sequence[str], length: int) -> list[str]:
    tags: list[str] = []
    while len(tags) < length:
        kind, size = rng.choice(kinds), rng.randint(1, 3)
        tags += rng.choice((["O"] * size, [f"B-{kind}", *[f"I-{kind}"] * (size - 1)]))
    return tags[:length]


def _broken(rng: random.Random, gold: Sentences, predicted: Sentences) -> tuple[Any, Any]:
    """Both sides, now and then of lengths that differ, flat, of other types, or with what is no tag."""
    if rng.random() > 0.12:
        return gold, predicted
    match rng.randrange(10):
        case 0:
            return gold, predicted[:-1]
        case 1:
            return gold, [*predicted[:-1], [*predicted[-1], "O"]]
        case 2:
            return [*chain(*gold)], [*chain(*predicted)]
        case 3:
            return [tuple(tags) for tags in gold], predicted
        case 4:
            return tuple(gold), tuple(predicted)
        case 5:
            return [], []
        case 6:
            return gold, [*predicted[:-1], [None for _ in predicted[-1]]]
        case 7:
            return [[7 for _ in tags] for tags in gold], predicted
        case 8:
            return [*gold, "O"], [*predicted, "O"]
        case _:
            return np.array([*chain(*gold)]), np.array([*chain(*predicted)])


def calls(given: Input) -> Iterator[tuple[str, Callable[[], Any], Callable[[], Any]]]:
    """Every function with every average: its name, the call of ours, and that of seqeval's."""
    gold, predicted, mode, scheme, suffix, zero_division = given
    theirs = {"scheme": getattr(their_schemes, scheme)} if scheme else {}
    mine = {"scheme": getattr(ours, scheme)} if scheme else {}
    options: dict[str, Any] = {"suffix": suffix, "zero_division": zero_division}
    for average in AVERAGES:
        for name in ("f1_score", "precision_score", "recall_score"):
            both = options | {"average": average, "mode": mode}
            yield _pair(f"{name} {average}", name, (gold, predicted), both | mine, both | theirs, seqeval.metrics)
        for beta in (1.0, 2.0, float("inf")):
            name, both = "precision_recall_fscore_support", options | {"average": average, "beta": beta}
            module, read_by = (v1, theirs) if mode and scheme else (sequence_labeling, {})
            yield _pair(
                f"{name} {average}", name, (gold, predicted), both | (mine if read_by else {}), both | read_by, module
            )
    for name in ("accuracy_score", "performance_measure"):
        yield _pair(name, name, (gold, predicted), {}, {}, seqeval.metrics)
    if isinstance(gold, np.ndarray):
        # Of an array seqeval reads other tags than it holds.
        return
    for digits, as_dict in ((2, False), (4, False), (2, True)):
        both = options | {"mode": mode, "digits": digits, "output_dict": as_dict}
        name = "classification_report"
        yield _pair(name, name, (gold, predicted), both | mine, both | theirs, seqeval.metrics)
    for side in (gold, predicted, [*gold, []] if isinstance(gold, list) else gold):
        yield _pair("get_entities", "get_entities", (side,), {"suffix": suffix}, {"suffix": suffix}, sequence_labeling)


def _pair(
    title: str,
    name: str,
    sides: tuple[Any, ...],
    mine: Mapping[str, Any],
    theirs: Mapping[str, Any],
    module: Any,
) -> tuple[str, Callable[[], Any], Callable[[], Any]]:
    return title, lambda: getattr(ours, name)(*sides, **mine), lambda: getattr(module, name)(*sides, **theirs)


def outcome(call: Callable[[], Any]) -> Outcome:
    """What a call gives, raises and warns of."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = call()
        except Exception as error:
            text = str(error)
            # The letters of a set, in the order of the day.
            text = text.partition("{")[0] if text.startswith("This scheme is not supported: {") else text
            result = (type(error).__name__, text)
    said = dict.fromkeys((warning.category.__name__, str(warning.message)) for warning in caught)
    return Outcome(_plain(result), list(said))


def _plain(result: Any) -> Any:
    """A result with the type of each number, so that equal ones are equal to the last bit; NaN is equal to NaN."""
    if isinstance(result, np.ndarray):
        return (str(result.dtype), [_plain(value) for value in result.tolist()])
    if isinstance(result, dict):
        return [(key, _plain(value)) for key, value in result.items()]
    if isinstance(result, list | tuple):
        return [_plain(value) for value in result]
    return (type(result).__name__, repr(result))


def differences(given: Input) -> Iterator[tuple[str, Outcome, Outcome]]:
    """The calls whose outcome is not that of seqeval's."""
    for title, mine, theirs in calls(given):
        found, wanted = outcome(mine), outcome(theirs)
        if found != wanted:
            yield title, found, wanted


def main(number: int) -> int:
    """The exit code."""
    total, differing = 0, 0
    kinds: Counter[str] = Counter()
    for given in inputs(number):
        for title, mine, theirs in calls(given):
            found, wanted = outcome(mine), outcome(theirs)
            total += 1
            failed = isinstance(wanted.result, list) and len(wanted.result) == 2 and "Error" in str(wanted.result[0])
            kinds["an error" if failed else "a warning" if wanted.warnings else "a result alone"] += 1
            if found != wanted:
                differing += 1
                if differing <= 5:
                    print(f"{title} of {given}\n  found  {found}\n  wanted {wanted}")
    print(f"{number} inputs, {total} calls ({', '.join(f'{n} with {kind}' for kind, n in kinds.items())})")
    print(f"{differing} differ from seqeval")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1].removeprefix("inputs=")) if len(sys.argv) > 1 else 10_000))
