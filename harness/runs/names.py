"""What a runner answers that the gold does not know or use: refused, left out or counted, and told."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from harness.data.bridge import Bridge
from harness.data.near import listed
from harness.data.schema import Schema, shipped_schemas
from harness.data.types import Annotation, Example, InputError, Prediction
from harness.data.unknown import Counts, refusal, told, unknown_names, without
from harness.show.terminal import isolate


def check_spoken(runner: str, bridge: Bridge) -> None:
    """Refuse a runner that says it answers in types of which the gold has none, before it has worked for nothing."""
    spoken, known = bridge.spoken, bridge.answerable
    if (
        bridge.unknown == "error"
        and bridge.predicted is None
        and spoken is not None
        and spoken.types
        and known.types
        and not {*spoken.types} & {*known.types}
    ):
        found = f"answers in types of {spoken.label} ({listed(spoken.types, 6)})"
        wanted = f"those of {known.label} ({listed(known.types, 6)}), or a map to them (runner.labels=MAP)"
        raise InputError(f"{runner}: found {found}, wanted {wanted}, or runner.unknown=drop or count")


def settle_unknown(
    runner: str, predictions: list[Prediction], examples: Sequence[Example], bridge: Bridge
) -> tuple[list[Prediction], list[str]]:
    """`predictions` after what is unknown in them was left out, or kept; and what is to be said of that.

    Raises:
        InputError: there is something unknown, and it is to be refused.
    """
    answered = [prediction.annotation for prediction in predictions]
    unknown = unknown_names(answered, bridge.answerable)
    if bridge.unknown == "error":
        if unknown:
            pairs = zip(predictions, answered, strict=True)
            first = next(answer.doc_id for answer, given in pairs if unknown_names([given], bridge.answerable))
            raise refusal(runner, unknown, bridge.answerable, isolate(first))
        return predictions, []
    if bridge.unknown == "count":
        said = f"{runner}: found the unknown {told(unknown)}; kept, and each counts as wrong"
        return predictions, [said] * bool(unknown)
    left_out = _with_unused(unknown, answered, examples, bridge)
    if not left_out:
        return predictions, []
    kept = [replace(prediction, annotation=without(prediction.annotation, left_out)) for prediction in predictions]
    return kept, [f"{runner}: found {told(left_out)}, unknown or never used in the gold; left out"]


def _with_unused(
    unknown: Counts, answered: Sequence[Annotation], examples: Sequence[Example], bridge: Bridge
) -> Counts:
    """Unknown names, and with them types that the gold never uses."""
    unused = _unused_types(answered, examples, bridge)
    return {**unknown, ("types",): unknown.get(("types",), Counter()) + unused} if unused else unknown


def _unused_types(answered: Iterable[Annotation], examples: Sequence[Example], bridge: Bridge) -> Counter[str]:
    """How often each known predicted type occurs that has no mention in the gold, by the labels that are compared.

    None where the gold has no mention at all: then nothing says what it is about.
    """
    counted: Counter[str] = Counter()
    for annotation in answered:
        counted.update(annotation.types())
    golden = [example.gold for example in examples]
    if not counted or all(annotation.entities is None for annotation in golden):
        return Counter()
    used = {entity.type for annotation in bridge.project_gold(golden) for entity in annotation.entities or ()}
    if not used:
        return Counter()
    names = {kind: bridge.scheme_name(kind) for kind in counted}
    return Counter({kind: counted[kind] for kind, name in names.items() if name is not None and name not in used})


def remark_unused(
    runner: str, predictions: Sequence[Prediction], examples: Sequence[Example], bridge: Bridge
) -> Iterator[str]:
    """What is to be known of types that are predicted and never used in gold whose schema was inferred."""
    unused = _unused_types((prediction.annotation for prediction in predictions), examples, bridge)
    if unused:
        found = f"found {unused.total()} mentions of types that the gold never uses ({told({('types',): unused})})"
        yield f"{runner}: {found}; each counts as spurious; runner.unknown=drop leaves them out"


def remark_own_names(name: str, examples: Sequence[Example], schema: Schema) -> Iterator[str]:
    """What is to be known where some types of a file are a shipped schema's and some are not: one may be misspelt."""
    counted = Counter(entity.type for example in examples for entity in example.gold.entities or ())
    for shipped in shipped_schemas():
        shared = [kind for kind in counted if kind in shipped.types]
        own = Counter({kind: count for kind, count in counted.items() if kind not in shipped.types})
        if own and len(shared) >= len(own) and {*schema.types} != {*shipped.types}:
            found = f"found the {told({('types',): own})} beside {len(shared)} types of {shipped.label}"
            yield f"{name}: {found}; all are taken as the file's own; dataset.schema={shipped.name} refuses them"
