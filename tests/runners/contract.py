"""What every runner must do, as checks of a loaded runner.

A new runner joins by one entry in test_contract.py.
"""

import json
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Final

from harness.arabic.normalize import INVISIBLE
from harness.arabic.plain import has_letters
from harness.arabic.segment import snap
from harness.data import codec
from harness.data.dataset import ReadOnce
from harness.data.tagsets import TagSet
from harness.data.types import Annotation, Document, Entity, Prediction, Span
from harness.datasets.gold import GoldStandard
from harness.runners.base import Runner
from tests.schemas import ENTITY_TYPES

NEWS: Final = (
    "قال وزير الخارجية الروسي سيرغي لافروف في موسكو إن بلاده «لن تتراجع». وأضاف أن وفدا من الأمم المتحدة "
    "سيصل إلى القاهرة يوم الاثنين.\nوأعلنت شركة النفط في البصرة أنها زادت الإنتاج بنسبة 5%."
)
ODD: Final = {
    "empty": "",
    "blank": " \n\t\u00a0\u2028 ",
    "word": "موسكو",
    "letter": "و",
    "latin": "The meeting took place in Geneva on Monday, said Reuters. It cost $3.5 million (about 3 m euros).",
    "marks": "قالَ الرَّئِيسُ فِي بَكِّينَ: «الـــقاهِرَةُ لِلصِّينِ».",
    "lone marks": "\u064e\u0651 \u0301 «\u064e» ـ\u064e",
    "emoji": "زار 😀 بوتين👨\u200d👩\u200d👧 موسكو 🇷🇺 أمس\u200f (عام 2024\u200e) \U0001d7d9.",
    "punctuation": "... «» ؟! ([{%٪}])",
    "controls": "\ufeffموسكو\u200c \u200d\u200e \u0000 \u0085القاهرة",
    "invisible marks": "\u200fوصل إلى \u2067غزة\u2069 \u200f بي\u200cروت\u034f \u00ad ❤\ufe0f \u200b\u061c 5\u2060.",
    "other keyboards": "زار پوتین بکین و\u200fالقاهرہ\u00a0فى ۲۰۲۴ <<ﻟﺒﻨﺎﻥ>> ا\u0654مس.",
    "special tokens": "قال [SEP] بوتين [CLS] في [PAD] <s> موسكو </s>",
    "no spaces": "القاهرة" * 300,
}
LONG_WORDS: Final = 50_000
_TOLERANCE: Final = 1e-4

Check = Callable[[Runner], None]


def answers(runner: Runner, texts: Iterable[str]) -> list[Annotation]:
    """The annotations of texts that are given together; none of them may fail."""
    documents = [Document(str(number), text) for number, text in enumerate(texts)]
    predictions = list(runner.predict(documents))
    assert [prediction.doc_id for prediction in predictions] == [document.id for document in documents]
    assert [prediction.error for prediction in predictions] == [None] * len(documents)
    return [prediction.annotation for prediction in predictions]


def one_prediction_a_document_in_order(runner: Runner) -> None:
    documents = [Document(name, text) for name, text in zip("zaqb", (NEWS, "", ODD["latin"], NEWS), strict=True)]
    predictions: list[Prediction] = list(runner.predict(documents))
    assert [prediction.doc_id for prediction in predictions] == list("zaqb")
    assert all(prediction.seconds is not None and prediction.seconds >= 0 for prediction in predictions)
    assert list(runner.predict([])) == []


def offsets_are_whole_letters_of_the_raw_text(runner: Runner) -> None:
    texts = (NEWS, *ODD.values())
    for text, annotation in zip(texts, answers(runner, texts), strict=True):
        for start, end in _spans(annotation):
            assert 0 <= start < end <= len(text)
            assert snap(text, Span(start, end)) == (start, end), (text[start:end], text)


def mentions_are_letters_between_visible_edges(runner: Runner) -> None:
    texts = (NEWS, *ODD.values())
    for text, annotation in zip(texts, answers(runner, texts), strict=True):
        # Sentences are as the segmenter cuts them.
        for start, end in _spans(replace(annotation, sentences=None)):
            assert not any(char in INVISIBLE or char.isspace() for char in (text[start], text[end - 1])), (start, end)
        for entity in annotation.entities or ():
            assert has_letters(text[entity.start : entity.end]), entity


def the_whole_interface_is_answered(runner: Runner) -> None:
    assert isinstance(runner, Runner)
    assert isinstance(runner.name, str)
    assert runner.name.isprintable()
    assert runner.labels is None or isinstance(runner.labels, str)
    assert runner.tag_set is None or isinstance(runner.tag_set, TagSet)
    assert all(answer is True or answer is False for answer in (runner.allow_seen, runner.checked))
    documents = [Document("a", NEWS), Document("b", "")]
    known = list(runner.learned_from(documents))
    assert known == [document.id for document in documents if document.id in known]
    list(runner.predict(documents))
    for texts in (runner.not_for, runner.remarks):
        # A string is a sequence of strings too.
        assert not isinstance(texts, str)
        assert all(isinstance(text, str) and "\n" not in text for text in texts)
    json.dumps(None if runner.provenance is None else dict(runner.provenance), allow_nan=False)
    shared = runner.reading(ReadOnce(GoldStandard()))
    assert isinstance(shared, Runner)
    assert (type(shared), shared.name, shared.tag_set) == (type(runner), runner.name, runner.tag_set)


def something_is_found_in_news(runner: Runner) -> None:
    # Without it every other check would pass on a runner that answers nothing.
    assert answers(runner, [NEWS])[0].entities


def labels_and_scores_are_the_tag_sets(runner: Runner) -> None:
    labels = ENTITY_TYPES if runner.tag_set is None else runner.tag_set.labels
    texts = (NEWS, *ODD.values())
    for text, annotation in zip(texts, answers(runner, texts), strict=True):
        assert codec.fault(annotation, text) is None
        assert {entity.type for entity in annotation.entities or ()} <= {*labels}
        entities = annotation.entities or ()
        assert len({entity[:3] for entity in entities}) == len(entities)


def twice_is_the_same(runner: Runner) -> None:
    texts = (NEWS, *ODD.values())
    assert answers(runner, texts) == answers(runner, texts)


def company_changes_nothing(runner: Runner) -> None:
    texts = (NEWS, *ODD.values(), NEWS * 3, "موسكو " * 40)
    together = answers(runner, texts)
    for text, annotation in zip(texts, together, strict=True):
        alike(answers(runner, [text])[0], annotation)
    for annotation, other in zip(answers(runner, reversed(texts)), reversed(together), strict=True):
        alike(annotation, other)


def name_and_meta_change_nothing(runner: Runner) -> None:
    # Whatever a data set leaves there, its labels for instance, is not the runner's to read.
    told = {"entities": [{"start": 0, "end": 3, "type": "PERS"}], "labels": ["S-PERS"], "gold": NEWS}
    documents = [Document("a", NEWS), Document("القاهرة", NEWS, told)]
    plain, labelled = (prediction.annotation for prediction in runner.predict(documents))
    alike(labelled, plain)


def empty_text_has_nothing(runner: Runner) -> None:
    for annotation in answers(runner, [ODD["empty"], ODD["blank"]]):
        assert not any(_spans(annotation))


def long_text_is_read_to_its_end(runner: Runner) -> None:
    sentence = NEWS.partition("\n")[0]
    times = LONG_WORDS // len(sentence.split()) + 1
    text = "\n".join([sentence] * times)
    found = answers(runner, [text])[0].entities or ()
    assert any(entity.start >= len(text) - len(sentence) for entity in found)


def composed_and_decomposed_letters_both_work(runner: Runner) -> None:
    text = "أكد آل نهيان في القاهرة أن الأمم المتحدة ستؤدي مهامها، and Zoë Müller said so."
    for form in ("NFC", "NFD"):
        written = unicodedata.normalize(form, text)
        for start, end in _spans(answers(runner, [written])[0]):
            assert snap(written, Span(start, end)) == (start, end)


CHECKS: Final[tuple[Check, ...]] = (
    the_whole_interface_is_answered,
    one_prediction_a_document_in_order,
    offsets_are_whole_letters_of_the_raw_text,
    mentions_are_letters_between_visible_edges,
    something_is_found_in_news,
    labels_and_scores_are_the_tag_sets,
    twice_is_the_same,
    company_changes_nothing,
    name_and_meta_change_nothing,
    empty_text_has_nothing,
    long_text_is_read_to_its_end,
    composed_and_decomposed_letters_both_work,
)


def place_changes_nothing(runner: Runner) -> None:
    """For runners whose answers for a line depend on nothing but the line: it is read alike wherever windows end."""
    lines = NEWS.split("\n")
    alone = [answers(runner, [line])[0].entities or () for line in lines]
    assert all(alone)
    found = answers(runner, ["\n".join(lines * 20)])[0].entities or ()
    start, wanted = 0, []
    for line, entities in zip(lines * 20, alone * 20, strict=True):
        wanted += [Entity(start + one.start, start + one.end, one.type, one.score) for one in entities]
        start += len(line) + 1
    alike(Annotation(found), Annotation(tuple(wanted)))


def alike(one: Annotation, other: Annotation) -> None:
    """Both say the same, and as surely but for the rounding of sums."""
    assert (one.claims, one.sentences) == (other.claims, other.sentences)
    first, second = one.entities or (), other.entities or ()
    assert [entity[:3] for entity in first] == [entity[:3] for entity in second]
    for entity, twin in zip(first, second, strict=True):
        assert (entity.score is None) == (twin.score is None)
        assert abs((entity.score or 0) - (twin.score or 0)) < _TOLERANCE


def _spans(annotation: Annotation) -> list[Span]:
    """All stretches of text that an annotation names."""
    claims = annotation.claims or ()
    roles = [role for claim in claims for role in (claim.content, claim.cue, claim.source) if role is not None]
    entities, sentences = annotation.entities or (), annotation.sentences or ()
    return [Span(one.start, one.end) for layer in (entities, roles, sentences) for one in layer]
