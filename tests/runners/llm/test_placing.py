"""From answers to spans: on the gold every perfect answer is placed where it belongs."""

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.arabic.normalize import Normalizer
from harness.arabic.segment import sentences
from harness.data.codec import fault
from harness.data.schema import Schema, read_schema
from harness.data.types import LAYERS, Annotation, Document, Entity, Example, Span, Unplaced
from harness.datasets.gold import GoldStandard
from harness.runners.llm.answers import parse_answer
from harness.runners.llm.chunks import Chunk, chunks
from harness.runners.llm.fewshot import Shot
from harness.runners.llm.placing import Placed, place
from tests.spelling import respell_example
from tests.strategies import any_texts, texts
from tests.strategies import spans as spans_of

GOLD = read_schema("gold")
EXAMPLES = GoldStandard().read()
Answer = dict[str, list[dict[str, Any]]]


def perfect(example: Example) -> tuple[Chunk, Answer]:
    """A document as one chunk, and what a model that makes no mistake answers."""
    shot = Shot(example.document, example.gold)
    return shot.chunk, json.loads(shot.answer(GOLD, LAYERS))


def placed(chunk: Chunk, answer: object, schema: Schema = GOLD, layers: Sequence[str] | None = None) -> Placed:
    return place(chunk, parse_answer(json.dumps(answer)), schema, layers)


def spans(annotation: Annotation) -> Counter[tuple[object, ...]]:
    """All that is annotated, without the order."""
    claims = [
        (claim.content, claim.cue, claim.source, claim.speaker, *sorted(claim.attributes.items()))
        for claim in annotation.claims or ()
    ]
    return Counter([*(annotation.entities or ()), *claims, *(annotation.sentences or ())])


def test_every_perfect_answer_is_placed_where_the_gold_has_it() -> None:
    entities = claims = sources = 0
    for example in EXAMPLES:
        made = placed(*perfect(example))
        assert spans(made.annotation) == spans(example.gold)
        assert (made.unplaced, made.malformed) == ((), 0)
        assert fault(made.annotation, example.document.text) is None
        entities += len(made.annotation.entities or ())
        claims += len(made.annotation.claims or ())
        sources += sum(claim.source is not None for claim in made.annotation.claims or ())
    assert (entities, claims, sources) == (597, 81, 60)


def shuffled(items: list[Any], seed: int) -> list[Any]:
    return random.Random(seed).sample(items, len(items))


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_an_answer_makes_no_difference(seed: int) -> None:
    for example in EXAMPLES:
        chunk, answer = perfect(example)
        mixed = {layer: shuffled(answer[layer], seed) for layer in shuffled(list(answer), seed)}
        assert placed(chunk, mixed) == placed(chunk, answer)


def test_what_is_answered_again_makes_no_difference_where_every_place_is_taken() -> None:
    for example in EXAMPLES:
        chunk, answer = perfect(example)
        twice = {layer: items * 2 for layer, items in answer.items()}
        made, once = placed(chunk, twice), placed(chunk, answer)
        assert (made.annotation.claims, made.annotation.sentences) == (
            once.annotation.claims,
            once.annotation.sentences,
        )
        assert made.unplaced == ()
        added = set(made.annotation.entities or ()) - set(once.annotation.entities or ())
        # Of a name that the gold marks at one of its places, the second answer takes the next.
        text = example.document.text
        marked = {(text[entity.start : entity.end], entity.type) for entity in once.annotation.entities or ()}
        assert {(text[entity.start : entity.end], entity.type) for entity in added} <= marked
        assert len(added) <= 3
        assert set(once.annotation.entities or ()) <= set(made.annotation.entities or ())


def test_chunks_find_what_one_request_finds() -> None:
    for example in EXAMPLES:
        whole, answer = perfect(example)
        found: Counter[tuple[object, ...]] = Counter()
        for chunk in chunks(example.document, 300):
            numbers = range(chunk.first, chunk.first + len(chunk.sentences))
            part = {layer: [item for item in items if item["sentence"] in numbers] for layer, items in answer.items()}
            found += spans(placed(chunk, part).annotation)
        assert found == spans(placed(whole, answer).annotation)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "folded": Normalizer(hamza=True).fold,
    "in quotation marks": lambda quote: f"«{quote}»",
    "with a mark behind": lambda quote: f" {quote}! ",
    "with a vowel on every letter": lambda quote: re.sub("([\u0621-\u064a])", "\\1\u064e", quote),
    "spaced": lambda quote: quote.replace(" ", "\u00a0\n"),
}


@pytest.mark.parametrize(("name", "changed"), [*zip(SPELLINGS, (226, 597, 597, 589, 207), strict=True)])
def test_every_mention_is_found_however_a_model_spells_it(name: str, changed: int) -> None:
    right = other = respelled = 0
    for example in EXAMPLES:
        chunk, answer = perfect(example)
        for item in answer["entities"]:
            quote, item["quote"] = item["quote"], SPELLINGS[name](item["quote"])
            respelled += quote != item["quote"]
        made = placed(chunk, answer)
        gold, found = set(example.gold.entities or ()), set(made.annotation.entities or ())
        right += len(gold & found)
        other += len(found - gold) + len(made.unplaced)
    assert (respelled, right, other) == (changed, 597, 0)


def test_the_article_may_be_spelled_out_behind_its_preposition() -> None:
    spelled_out = 0
    for example in EXAMPLES:
        text = example.document.text
        chunk, answer = perfect(example)
        for entity, item in zip(example.gold.entities or (), answer["entities"], strict=True):
            if text[entity.start - 1] == "ل" == text[entity.start]:
                item["quote"] = f"ا{item['quote']}"
                spelled_out += 1
        made = placed(chunk, answer)
        assert set(made.annotation.entities or ()) == set(example.gold.entities or ())
    assert spelled_out == 11


@pytest.mark.parametrize("spelling", ["full marks", "tatweel", "nfd", "keyboard: persian", "isolated forms", "crlf"])
def test_every_mention_is_found_in_a_text_of_another_spelling(spelling: str) -> None:
    for example in EXAMPLES:
        _, answer = perfect(example)
        respelled = respell_example(example, spelling)
        chunk = Shot(respelled.document, Annotation()).chunk
        made = placed(chunk, answer)
        assert {entity[:3] for entity in made.annotation.entities or ()} == {
            entity[:3] for entity in respelled.gold.entities or ()
        }
        assert not [item for item in made.unplaced if item.layer == "entities"]


TEXT = "زار بوتين بكين وبكين رحبت. قال زيد إن بكين، أي بكين، ربحت.\nروسيا البيضاء وروسيا: نعم."
DOCUMENT = Document("a", TEXT)
CHUNK = Chunk(DOCUMENT, tuple(sentences(TEXT)), 1)


def mention(quote: str, sentence: int = 1, kind: str = "GPE") -> dict[str, object]:
    return {"sentence": sentence, "quote": quote, "type": kind}


def marked(*items: dict[str, object], chunk: Chunk = CHUNK) -> list[str]:
    """What mentions are found at, as `START:TEXT:TYPE`."""
    entities = placed(chunk, {"entities": list(items)}).annotation.entities or ()
    return [f"{entity.start}:{TEXT[entity.start : entity.end]}:{entity.type}" for entity in entities]


def test_a_mention_answered_n_times_stands_at_the_first_n_places() -> None:
    assert marked(mention("بكين")) == ["10:بكين:GPE"]
    assert marked(mention("بكين"), mention("بكين")) == ["10:بكين:GPE", "16:بكين:GPE"]
    assert marked(*[mention("بكين")] * 3) == ["10:بكين:GPE", "16:بكين:GPE"]


def test_a_repetition_is_not_placed_beside_itself() -> None:
    assert marked(mention("ربحت.", 2), mention("ربحت.", 2)) == ["53:ربحت.:GPE"]


def test_each_type_and_each_sentence_counts_by_itself() -> None:
    assert marked(mention("بكين"), mention("بكين", kind="LOC"), mention("بكين", 2)) == [
        "10:بكين:GPE",
        "10:بكين:LOC",
        "38:بكين:GPE",
    ]


def test_two_spellings_of_a_name_are_two_places() -> None:
    text = "أوكرانيا وأوكرانيا."
    chunk = Chunk(Document("a", text), tuple(sentences(text)), 1)
    for items in ([mention("أوكرانيا"), mention("اوكرانيا")], [mention("اوكرانيا"), mention("أوكرانيا")]):
        made = placed(chunk, {"entities": items})
        assert made.annotation.entities == (Entity(0, 8, "GPE"), Entity(10, 18, "GPE"))
        assert made.unplaced == ()


def test_a_short_name_stands_outside_the_longer_ones_of_its_type_first() -> None:
    longer, short = mention("روسيا البيضاء", 3), mention("روسيا", 3)
    assert marked(longer, short) == marked(short, longer) == ["59:روسيا البيضاء:GPE", "74:روسيا:GPE"]
    assert marked(short) == ["59:روسيا:GPE"]
    assert marked(longer, short, short) == ["59:روسيا البيضاء:GPE", "59:روسيا:GPE", "74:روسيا:GPE"]
    assert marked({**longer, "type": "LOC"}, short) == ["59:روسيا البيضاء:LOC", "59:روسيا:GPE"]


def test_what_has_no_place_is_counted_once_however_often_it_is_answered() -> None:
    lost = {"entities": [mention("طوكيو", 2), mention("بكين", 9), mention("كي", 0)]}
    again = {
        "entities": 50 * lost["entities"],
        "claims": 3 * [claim(cue="أكد")],
        "sentences": 3 * [{"sentence": 9, "label": "CFS"}],
    }
    made = placed(CHUNK, again)
    assert Counter(item.layer for item in made.unplaced) == {"entities": 3, "claims": 3, "sentences": 1}
    made = placed(CHUNK, lost)
    assert made.annotation.entities == ()
    assert made.unplaced == (
        Unplaced("entities", "GPE", "بكين", 0),
        Unplaced("entities", "GPE", "كي", 0),
        Unplaced("entities", "GPE", "طوكيو", 27),
    )


def test_an_unknown_number_is_noted_at_the_start_of_the_chunk() -> None:
    second = Chunk(DOCUMENT, CHUNK.sentences[1:], 2)
    made = placed(second, {"entities": [mention("بكين", 9)], "sentences": [{"sentence": -1, "label": "CFS"}]})
    assert made.unplaced == (Unplaced("entities", "GPE", "بكين", 27), Unplaced("sentences", "CFS", "[-1]", 27))


def test_a_sentence_of_the_document_outside_the_chunk_is_known() -> None:
    second = Chunk(DOCUMENT, CHUNK.sentences[1:], 2)
    assert marked(mention("بوتين"), chunk=second) == ["4:بوتين:GPE"]


def test_names_that_were_not_asked_for_are_placed_as_they_are() -> None:
    assert marked(mention("بوتين", kind="KING")) == ["4:بوتين:KING"]


def claim(**roles: object) -> dict[str, object]:
    return {"sentence": 2, "content": "بكين، أي بكين، ربحت", "cue": "قال", "source": "زيد", "speaker": "زيد", **roles}


def test_a_claim_is_placed_with_its_attributes() -> None:
    made = placed(CHUNK, {"claims": [claim(polarity="affirms", other="x", certainty="odd")]})
    (found,) = made.annotation.claims or ()
    parts = [TEXT[part.start : part.end] for part in (found.content, found.cue, found.source or Span(0, 0))]
    assert parts == ["بكين، أي بكين، ربحت", "قال", "زيد"]
    assert (found.speaker, found.attributes) == ("زيد", {"polarity": "affirms", "certainty": "odd"})


def test_a_claim_with_a_role_without_a_place_has_none() -> None:
    lost = [claim(cue="أكد"), claim(source={"sentence": 1, "quote": "عمرو"}), claim(content="لا شيء", source=None)]
    made = placed(CHUNK, {"claims": lost})
    assert made.annotation.claims == ()
    assert Counter((item.label, item.quote, item.at) for item in made.unplaced) == Counter(
        [
            ("content", "بكين، أي بكين، ربحت", 27), ("cue", "أكد", 27), ("source", "زيد", 27),
            ("content", "بكين، أي بكين، ربحت", 27), ("cue", "قال", 27), ("source", "عمرو", 0),
            ("content", "لا شيء", 27), ("cue", "قال", 27),
        ]
    )  # fmt: skip
    assert {item.layer for item in made.unplaced} == {"claims"}


def test_a_claim_that_is_answered_again_is_one() -> None:
    made = placed(CHUNK, {"claims": [claim(), claim(), claim(source=None)]})
    assert len(made.annotation.claims or ()) == 2


def test_a_cue_may_be_a_colon() -> None:
    made = placed(CHUNK, {"claims": [{"sentence": 3, "content": "نعم", "cue": ":", "source": "روسيا"}]})
    (found,) = made.annotation.claims or ()
    assert TEXT[found.cue.start : found.cue.end] == ":"


def test_the_first_label_of_a_sentence_counts() -> None:
    labels = [{"sentence": 2, "label": "CFS"}, {"sentence": 2, "label": "UFS"}, {"sentence": 1, "label": "NFS"}]
    made = placed(CHUNK, {"sentences": labels})
    assert [(label.start, label.end, label.label) for label in made.annotation.sentences or ()] == [
        (*CHUNK.sentences[0], "NFS"),
        (*CHUNK.sentences[1], "CFS"),
    ]


def test_layers_that_were_not_asked_for_are_not_annotated() -> None:
    answer = {"entities": [mention("بوتين"), mention("طوكيو")], "claims": [claim()], "sentences": []}
    made = placed(CHUNK, answer, layers=["claims", "sentences"])
    assert (made.annotation.entities, made.annotation.sentences, made.unplaced) == (None, (), ())
    assert len(made.annotation.claims or ()) == 1
    own = Schema("own", layers=("entities",))
    assert placed(CHUNK, answer, own).annotation.claims is None


def test_malformed_items_are_handed_on() -> None:
    assert placed(CHUNK, {"entities": [{}, mention("بوتين")]}).malformed == 1


@st.composite
def answers(draw: st.DrawFn) -> tuple[str, Answer]:
    """A text and an answer that is right in parts: stretches of the text, in their sentences or in others."""
    text = draw(texts(min_size=1))
    numbers = st.integers(-1, len(sentences(text)) + 1)

    def quotes() -> st.SearchStrategy[str]:
        return spans_of(text).map(lambda span: text[span.start : span.end]) | any_texts(8)

    def roles() -> st.SearchStrategy[dict[str, Any]]:
        return st.fixed_dictionaries({"sentence": numbers, "quote": quotes()})

    mentions = st.fixed_dictionaries({"sentence": numbers, "quote": quotes(), "type": st.sampled_from(["GPE", "LOC"])})
    attributed = st.fixed_dictionaries(
        {"sentence": numbers, "content": roles(), "cue": roles(), "source": st.none() | roles()}
    )
    labels = st.fixed_dictionaries({"sentence": numbers, "label": st.sampled_from(["CFS", "NFS"])})
    layers = {"entities": mentions, "claims": attributed, "sentences": labels}
    return text, {layer: draw(st.lists(items, max_size=4)) for layer, items in layers.items()}


@given(answers())
def test_whatever_is_answered_can_be_written_and_each_part_of_it_is_placed_or_counted(case: tuple[str, Answer]) -> None:
    text, answer = case
    parts = sentences(text)
    if not parts:
        return
    made = placed(Chunk(Document("a", text), tuple(parts), 1), answer)
    assert fault(replace(made.annotation, unplaced=made.unplaced), text) is None
    places = [Span(entity.start, entity.end) for entity in made.annotation.entities or ()]
    for claim in made.annotation.claims or ():
        places += [part for part in (claim.content, claim.cue, claim.source) if part is not None]
    for start, end in places:
        assert any(part.start <= start < end <= part.end for part in parts)
    lost = Counter(item.layer for item in made.unplaced)
    mentions = [item for item in answer["entities"] if item["quote"].strip()]
    assert lost["entities"] + len(made.annotation.entities or ()) <= len(mentions)
    assert (lost["entities"] + len(made.annotation.entities or ()) > 0) == bool(mentions)
    labels = {(item["sentence"], item["label"]) for item in answer["sentences"]}
    assert lost["sentences"] == sum(not 1 <= number <= len(parts) for number, _ in labels)
