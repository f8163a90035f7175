from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.data.schema import infer_schema
from harness.data.types import Annotation, Claim, Entity, Sentence, Span
from harness.runners.transformer.joint.heads import (
    BIO,
    GOLD,
    Group,
    entity_groups,
    read_groups,
    schema_groups,
    write_labels,
)
from harness.runners.transformer.joint.reader import Words, read_document
from harness.runners.transformer.joint.tagging import named
from harness.runners.transformer.pieces import cut_words
from harness.training.targets import IGNORED, targets_of
from tests.runners.transformer.joint.marked import GROUPS, SCHEMA, logits_of
from tests.schemas import ENTITY_TYPES, said
from tests.training.clinic import DISEASE, TRAINING

# Each word with the places where a mention may begin in it: after و ف ب ل ك, and after و or ف with ب ل ك behind it.
WORDS = {
    "روسيا": (0,), "لندن": (0, 1), "وموسكو": (0, 1), "فالصين": (0, 1), "ببيروت": (0, 1), "كقطر": (0, 1),
    "ولباريس": (0, 1, 2), "فبدبي": (0, 1, 2), "2024": (0,), "مجلس": (0,), "،": (0,), "بنك": (0, 1),
}  # fmt: skip
OTHERS: dict[str, list[tuple[str, tuple[str, ...]]]] = {
    "anercorp": [("flat", ("O", "B-LOC", "I-LOC", "B-ORG", "I-ORG"))],
    "wojood": entity_groups(["CURR", "ORG"]),
}
MANY = read_groups(write_labels({GOLD: schema_groups(SCHEMA)} | OTHERS))


def decoded(text: str, annotation: Annotation, head: str = GOLD, groups: Sequence[Group] = GROUPS) -> Annotation:
    """What a model says that answers exactly as the targets want it."""
    words = cut_words(text)
    targets = targets_of(words, {head: annotation}, groups)
    return read_document(text, [Words(words, logits_of(targets, groups))], named(groups, head), SCHEMA)


def crosses(one: Span, other: Span) -> bool:
    return one.start < other.start < one.end < other.end or other.start < one.start < other.end < one.end


def depth(span: Span, others: Sequence[Span]) -> int:
    return sum(other.start <= span.start and span.end <= other.end for other in others)


@st.composite
def texts_with_entities(draw: st.DrawFn) -> tuple[str, tuple[Entity, ...]]:
    """A line with mentions that nest but do not cross, of one type at most as deep as it can be said."""
    chosen = draw(st.lists(st.sampled_from(sorted(WORDS)), min_size=1, max_size=7))
    cuts = [draw(st.sampled_from(WORDS[word])) for word in chosen]
    text, words = " ".join(chosen), cut_words(" ".join(chosen))
    places = st.integers(0, len(chosen) - 1)
    found: dict[Span, str] = {}
    for one, other, kind in draw(st.lists(st.tuples(places, places, st.sampled_from(ENTITY_TYPES)), max_size=8)):
        first, last = min(one, other), max(one, other)
        span = Span(words[first].start + cuts[first], words[last].end)
        alike = [known for known, its in found.items() if its == kind]
        nested = [*alike, span]
        most = 2 if kind in SCHEMA.self_nesting else 1
        deepest = max(depth(known, nested) for known in nested)
        if span not in found and deepest <= most and not any(crosses(span, known) for known in found):
            found[span] = kind
    return text, tuple(sorted(Entity(*span, kind) for span, kind in found.items()))


def test_what_a_schema_of_ones_own_annotates_comes_back_as_it_was() -> None:
    (example, *_) = TRAINING
    schema = replace(infer_schema(TRAINING, "clinic"), self_nesting=(DISEASE,))
    groups = read_groups(write_labels({GOLD: schema_groups(schema)}))
    text = example.document.text
    words = cut_words(text)
    drug, disease = example.gold.entities or ()
    inner = Entity(disease.start, disease.end, DISEASE)
    outer = Entity(disease.start, disease.end + 4, DISEASE)
    gold = replace(example.gold, entities=(drug, outer, inner))
    logits = logits_of(targets_of(words, {GOLD: gold}, groups), groups)
    found = read_document(text, [Words(words, logits)], named(groups, GOLD), schema)
    assert sorted(entity[:3] for entity in found.entities or ()) == sorted(
        entity[:3] for entity in (drug, outer, inner)
    )
    (claim,), (wanted,) = found.claims or (), gold.claims or ()
    assert replace(claim, score=None) == wanted
    assert [sentence[:3] for sentence in found.sentences or ()] == [sentence[:3] for sentence in gold.sentences or ()]


@given(texts_with_entities())
def test_entities_come_back_as_they_were(case: tuple[str, tuple[Entity, ...]]) -> None:
    text, entities = case
    found = decoded(text, Annotation(entities=entities)).entities
    assert found is not None
    assert [one[:3] for one in found] == [one[:3] for one in entities]


def entities_of(text: str, mentions: Sequence[tuple[str, str]], **fields: object) -> list[tuple[str, str]]:
    """The words and types that come back for mentions given by them."""
    entities = tuple(Entity(text.index(words), text.index(words) + len(words), kind) for words, kind in mentions)
    found = decoded(text, Annotation(entities=entities), **fields).entities or ()  # type: ignore[arg-type]
    return [(text[start:end], kind) for start, end, kind, _ in found]


def test_mentions_of_one_type_may_touch() -> None:
    mentions = [("روسيا", "GPE"), ("قطر", "GPE")]
    assert entities_of("روسيا قطر", mentions) == mentions


@pytest.mark.parametrize(
    ("text", "mentions", "said"),
    [
        # Three deep in one type: the innermost is lost. Two deep in a type that does not nest: the inner one is.
        ("بنك مجلس مدينة", [("بنك مجلس مدينة", "ORG"), ("مجلس مدينة", "ORG"), ("مدينة", "ORG")], 2),
        ("يوم أمس الأول", [("يوم أمس الأول", "DATE"), ("أمس", "DATE")], 1),
        # Crossing in a type without a group for inner mentions: the longer one stays.
        ("يوم أمس الأول", [("أمس الأول", "DATE"), ("يوم أمس", "DATE")], 1),
    ],
)  # fmt: skip
def test_what_the_groups_cannot_say_is_lost_and_the_rest_stays(
    text: str, mentions: list[tuple[str, str]], said: int
) -> None:
    assert entities_of(text, mentions) == mentions[:said]


def test_of_two_types_on_one_span_one_comes_back() -> None:
    mentions = [("روسيا", "GPE"), ("روسيا", "ORG")]
    assert entities_of("روسيا", mentions) in ([mentions[0]], [mentions[1]])


def test_an_edge_that_no_cut_can_say_moves_to_the_edge_of_its_word() -> None:
    # Inside a word, three letters in, and after a letter that is no proclitic; an end inside a word.
    assert entities_of("وسيلبنان", [("لبنان", "GPE")]) == [("وسيلبنان", "GPE")]
    assert entities_of("الروسي", [("روسي", "NORP")]) == [("الروسي", "NORP")]
    assert entities_of("روسيا", [("روس", "NORP")]) == [("روسيا", "NORP")]


def test_crossing_mentions_of_unlike_types_come_back() -> None:
    mentions = [("يوم أمس", "DATE"), ("أمس الأول", "EVENT")]
    assert entities_of("يوم أمس الأول", mentions) == mentions


@given(st.permutations(["ORG", "LOC"]))
def test_a_flat_head_says_the_longest_of_mentions_that_overlap(kinds: list[str]) -> None:
    mentions = [("بنك لندن", kinds[0]), ("لندن", kinds[1]), ("قطر", kinds[1])]
    found = entities_of("بنك لندن في قطر", mentions, head="anercorp", groups=MANY)
    assert found == [mentions[0], mentions[2]]


def test_a_head_without_its_own_annotation_is_ignored() -> None:
    words = cut_words("بنك لندن")
    targets = targets_of(words, {"wojood": Annotation(entities=(Entity(0, 3, "ORG"),))}, MANY)
    columns = {(group.head, group.name): number for number, group in enumerate(MANY)}
    assert targets[:, columns["wojood", "ORG"]].tolist() == [1, 0]
    assert targets[:, columns["wojood", "CURR"]].tolist() == [0, 0]
    own = [columns["wojood", "ORG"], columns["wojood", "CURR"]]
    assert (np.delete(targets, own, axis=1) == IGNORED).all()


def test_a_layer_that_nobody_annotated_is_ignored() -> None:
    targets = targets_of(cut_words("بنك لندن"), {GOLD: Annotation(claims=())}, GROUPS)
    columns = {group.name: number for number, group in enumerate(GROUPS)}
    assert (targets[:, columns["content"]] == 0).all()
    assert (
        targets[:, [columns["GPE"], columns["entity-cut"], columns["sentence"], columns["polarity"]]] == IGNORED
    ).all()


def test_claims_and_sentences_come_back_as_they_were() -> None:
    text = "ونفت ليلى أن سامي قال إن المطر قريب. هذا رأي."

    def span(words: str) -> Span:
        return Span(text.index(words), text.index(words) + len(words))

    outer = Claim(
        span("سامي قال إن المطر قريب"), span("نفت"), span("ليلى"), "ليلى", said("indirect", "denies", "asserted")
    )
    inner = Claim(span("المطر قريب"), span("قال"), span("سامي"), "سامي", said("indirect", "affirms", "hedged"))
    entities = (Entity(*span("ليلى"), "PERS"), Entity(*span("سامي"), "PERS"))
    end = text.index(".") + 1
    sentences = (Sentence(0, end, "UFS"), Sentence(end + 1, len(text), "NFS"))
    found = decoded(text, Annotation(entities, (outer, inner), sentences))
    assert found.claims is not None
    assert [replaced(claim) for claim in found.claims] == [outer, inner]
    assert [one[:3] for one in found.sentences or ()] == [one[:3] for one in sentences]


def replaced(claim: Claim) -> Claim:
    return replace(claim, score=None)


def test_a_mention_of_white_space_alone_is_left_out() -> None:
    for text in ("  ", "روسيا  لندن"):
        start = text.index("  ")
        span = Span(start, start + 2)
        claim = Claim(span, span, span, None, said("direct", "denies", "hedged"))
        targets = targets_of(cut_words(text), {GOLD: Annotation((Entity(*span, "GPE"),), (claim,), ())}, GROUPS)
        marking = [number for number, group in enumerate(GROUPS) if group.tags == BIO]
        assert not targets[:, marking].any()
