"""Every scorer gives on random documents what the plain one in `tests.oracles.brute` gives, document by document."""

from collections.abc import Mapping

import pytest

from tests.oracles import brute, documents
from tests.oracles.boundaries import words
from tests.scoring.scored import Measures, by_document, program, without_means


def differing(found: Measures, wanted: Mapping[str, brute.Value]) -> list[str]:
    """A line for each wanted measure that is missing or another."""
    lines = []
    for measure, due in sorted(wanted.items()):
        got = found.get(measure)
        if measure not in found:
            lines.append(f"{measure}: missing")
        elif (got is None) != (due is None) or (got is not None and due is not None and abs(got - due) > 1e-12):
            lines.append(f"{measure}: {got}, by the plain scorer {due}")
    return lines


def shown(case: brute.Case, layer: str) -> str:
    """A case to read: the text, its words, and what each side holds."""
    text = case.document.text
    lines = [f"{case.document.id}: {text!r}", f"  words: {[text[s:e] for s, e in words(text)]}"]
    for side, annotation in (("gold", case.gold), ("predicted", case.predicted)):
        items = getattr(annotation, layer) if annotation else None
        lines += [f"  {side}: {item}" for item in items or ()] or [f"  {side}: {items}"]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", range(20))
def test_every_measure_is_that_of_the_plain_scorer(seed: int) -> None:
    cases = documents.cases(seed, 100)
    faults = []
    for name, scored in program(cases).items():
        plain = brute.SCORERS[name]
        judged = {c.document.id: c for c in cases if getattr(c.gold, plain.layer) is not None}
        of_documents = by_document(name, scored)
        assert of_documents.keys() == judged.keys()
        counted = []
        for one, case in judged.items():
            choices = plain.tallies(case)
            differences = [differing(of_documents[one], without_means(plain.measures(t))) for t in choices]
            lines, chosen = min(zip(differences, choices, strict=True), key=lambda both: len(both[0]))
            counted.append(chosen)
            if lines:
                faults.append("\n    ".join([f"{name}, {shown(case, plain.layer)}", *lines[:6]]))
        whole = plain.measures(brute.summed(counted))
        if lines := differing({k: v.value for k, v in scored.measures.items()}, whole):
            faults.append("\n    ".join([f"{name}, all documents", *lines[:6]]))
    assert not faults, f"{len(faults)} differences\n" + "\n".join(faults[:8])
