"""What holds of the scorers whatever the documents: what is false raises nothing, no order and no other unit counts."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

import pytest

from harness.data.types import Annotation, Claim, Document, Entity, Sentence, Span
from tests.oracles import documents
from tests.oracles.boundaries import view
from tests.oracles.brute import Case, read
from tests.scoring.scored import SCORERS, Measures, by_document, program

SEEDS = range(4)
ELSEWHERE = "\nعدن"


def raised(before: Measures, after: Measures) -> list[str]:
    """The measures that are larger now; an undefined one counts as 0."""
    return [k for k, value in before.items() if (after[k] or 0.0) > (value or 0.0) + 1e-12]


def named(case: Case, name: str, gold: Annotation, predicted: Annotation) -> Case:
    """The case under another name with other annotations."""
    return Case(replace(case.document, id=name), gold, predicted)


def answered(cases: Sequence[Case], change: Callable[[Case, Annotation], Annotation]) -> tuple[list[Case], list[Case]]:
    """The cases with a further line of one word, as they are and with another prediction."""
    before, after = [], []
    for case in cases:
        assert case.predicted is not None
        longer = Case(replace(case.document, text=case.document.text + ELSEWHERE), case.gold, case.predicted)
        before.append(longer)
        after.append(longer._replace(predicted=change(longer, case.predicted)))
    return before, after


def none_raised(names: Sequence[str], before: Sequence[Case], after: Sequence[Case], *, spared: str = "") -> None:
    """Fail where a measure of a document or of all of them is larger after than before."""
    first, second = program(before), program(after)
    for name in names:
        old, new = by_document(name, first[name]), by_document(name, second[name])
        faults = {one: raised(old[one], new[one]) for one in old}
        whole, changed = ({k: v.value for k, v in side[name].measures.items()} for side in (first, second))
        faults["all"] = raised(whole, changed)
        faults = {one: [k for k in keys if not (spared and spared in k)] for one, keys in faults.items()}
        shown = [case for case in after if faults.get(case.document.id)]
        assert not any(faults.values()), f"{name}: {faults}\n{shown[:2]}"


@pytest.mark.parametrize("seed", SEEDS)
def test_gold_against_itself_is_right_throughout(seed: int) -> None:
    cases = []
    for case in documents.cases(seed, 50, whole=True):
        claims = tuple(c for c in case.gold.claims or () if has_words(case, c))
        gold = replace(case.gold, claims=claims)
        cases.append(Case(case.document, gold, gold))
    for name, scored in program(cases).items():
        for one, measures in by_document(name, scored).items():
            wrong = {k: v for k, v in measures.items() if v not in (None, 1.0) and "wrong" not in k}
            assert not wrong, (name, next(c for c in cases if c.document.id == one))


def has_words(case: Case, claim: Claim) -> bool:
    """Whether there is a word in the claim's content: only then can it be paired."""
    return bool(read(case.document.text, claim).words)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_right_claim_by_itself_has_precision_1_in_every_role(seed: int) -> None:
    cases = [
        named(case, f"{case.document.id}-{i}", case.gold, Annotation(claims=(claim,)))
        for case in documents.cases(seed, 40, whole=True)
        for i, claim in enumerate(case.gold.claims or ())
        if has_words(case, claim)
    ]
    found = by_document("claims", program(cases)["claims"])
    for case in cases:
        measures = found[case.document.id]
        assert case.predicted is not None
        (claim,) = case.predicted.claims or ()
        seen = read(case.document.text, claim)[1:]
        for role in ("content", "cue", "source", "content_soft", "relation"):
            due = None if role == "source" and claim.source is None else 1.0
            assert measures[f"{role}/precision"] == due, (role, case)
        for attribute in ("speaker", "quote", "polarity", "certainty"):
            alike = [c for c in case.gold.claims or () if read(case.document.text, c)[1:] == seen]
            if len(alike) == 1:
                assert measures[f"{attribute}/accuracy"] == 1.0, (attribute, case)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_false_claim_elsewhere_raises_nothing(seed: int) -> None:
    def change(case: Case, predicted: Annotation) -> Annotation:
        end = len(case.document.text)
        model = random.choice((case.gold.claims or ()) + (documents.claim_of(random, case.document.text),))
        added = replace(model, content=Span(end - 3, end))
        return replace(predicted, claims=(*(predicted.claims or ()), added))

    random = Random(seed)
    none_raised(["claims"], *answered(documents.cases(seed, 50, whole=True), change))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_false_mention_elsewhere_raises_nothing(seed: int) -> None:
    def change(case: Case, predicted: Annotation) -> Annotation:
        end = len(case.document.text)
        added = Entity(end - 3, end, random.choice(documents.TYPES))
        return replace(predicted, entities=(*(predicted.entities or ()), added))

    random = Random(seed)
    names = [name for name in SCORERS if name.startswith("entities")]
    none_raised(names, *answered(documents.cases(seed, 50, whole=True), change), spared="wrong")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("boundary", ["word", "char"])
def test_a_false_mention_anywhere_raises_nothing(seed: int, boundary: str) -> None:
    def change(case: Case, predicted: Annotation) -> Annotation:
        given = [[(e.start, e.end, e.type) for e in side or ()] for side in (case.gold.entities, predicted.entities)]
        while True:
            added = random.choice(documents.entities_of(random, case.document.text, 3))
            gold, both = view(case.document.text, boundary, [given[0], [*given[1], added[:3]]])
            _, old = view(case.document.text, boundary, [given[0], given[1]])
            alone = view(case.document.text, boundary, [given[0], [added[:3]]])
            if not (gold & both) - (gold & old) and not alone[0] & alone[1]:
                return replace(predicted, entities=(*(predicted.entities or ()), added))

    random = Random(seed)
    name = "entities_strict" if boundary == "word" else "entities_strict_char"
    none_raised([name], *answered(documents.cases(seed, 50, whole=True), change))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_false_sentence_elsewhere_raises_nothing(seed: int) -> None:
    def change(case: Case, predicted: Annotation) -> Annotation:
        end = len(case.document.text)
        return replace(predicted, sentences=(*(predicted.sentences or ()), Sentence(end - 3, end, "CFS")))

    none_raised(["checkworthy"], *answered(documents.cases(seed, 50, whole=True), change))


def shifted(annotation: Annotation, by: int) -> Annotation:
    """The annotation so many characters further on."""

    def span(one: Span) -> Span:
        return Span(one.start + by, one.end + by)

    return Annotation(
        entities=tuple(Entity(e.start + by, e.end + by, e.type) for e in annotation.entities or ()),
        claims=tuple(
            replace(c, content=span(c.content), cue=span(c.cue), source=span(c.source) if c.source else None)
            for c in annotation.claims or ()
        ),
        sentences=tuple(Sentence(s.start + by, s.end + by, s.label) for s in annotation.sentences or ()),
    )


def joined(one: Annotation, other: Annotation) -> Annotation:
    """Both annotations as one."""
    return Annotation(
        entities=(*(one.entities or ()), *(other.entities or ())),
        claims=(*(one.claims or ()), *(other.claims or ())),
        sentences=(*(one.sentences or ()), *(other.sentences or ())),
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_counts_of_a_unit_do_not_depend_on_other_units(seed: int) -> None:
    drawn = documents.cases(seed, 150, whole=True)
    cases = [case for case in drawn if case.document.text.strip() and "\n" not in case.document.text]
    pairs = list(zip(cases[::2], cases[1::2], strict=False))
    together = []
    for one, other in pairs:
        assert one.predicted is not None
        assert other.predicted is not None
        by = len(one.document.text) + 1
        together.append(
            Case(
                Document(f"{one.document.id}+{other.document.id}", f"{one.document.text}\n{other.document.text}"),
                joined(one.gold, shifted(other.gold, by)),
                joined(one.predicted, shifted(other.predicted, by)),
            )
        )
    apart = program([case for pair in pairs for case in pair])
    assert len(pairs) > 5
    for name, scored in program(together).items():
        assert scored.table.values.tolist() == apart[name].table.values.tolist(), name


def shuffled(random: Random, annotation: Annotation) -> Annotation:
    """The same items in another order."""
    return Annotation(
        entities=tuple(random.sample(annotation.entities or (), k=len(annotation.entities or ()))),
        claims=tuple(random.sample(annotation.claims or (), k=len(annotation.claims or ()))),
        sentences=tuple(random.sample(annotation.sentences or (), k=len(annotation.sentences or ()))),
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_neither_the_order_of_items_nor_that_of_documents_matters(seed: int) -> None:
    random = Random(seed)
    cases = documents.cases(seed, 50, whole=True)
    other = []
    for case in cases:
        gold, predicted = (shuffled(random, side or case.gold) for side in (case.gold, case.predicted))
        other.append(named(case, case.document.id, gold, predicted))
    random.shuffle(other)
    second = program(other)
    for name, scored in program(cases).items():
        assert by_document(name, scored) == by_document(name, second[name])
        assert {k: v.value for k, v in scored.measures.items()} == pytest.approx(
            {k: v.value for k, v in second[name].measures.items()}, abs=1e-12
        )
