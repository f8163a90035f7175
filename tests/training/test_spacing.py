from hypothesis import given, settings
from hypothesis import strategies as st

from harness.data.types import Annotation, Claim, Entity, Sentence, Span
from harness.runners.transformer.card import fingerprint
from harness.training.spacing import carried
from tests.strategies import annotations, texts


def test_annotations_follow_the_letters_to_another_spacing() -> None:
    text, other = "قال سامي: «نعم».", "قال سامي : « نعم » ."
    annotation = Annotation(
        (Entity(4, 8, "PERS", 0.5),),
        (Claim(Span(11, 14), Span(0, 3), Span(4, 8), "سامي", "direct", "affirms", "asserted"),),
        (Sentence(0, 16, "NFS"),),
    )
    found = carried(annotation, text, other)
    assert found.entities == (Entity(4, 8, "PERS", 0.5),)
    # In the other text a blank stands before the colon and one on each side of the opening mark: 11 + 2 and 14 + 2.
    assert found.claims == (Claim(Span(13, 16), Span(0, 3), Span(4, 8), "سامي", "direct", "affirms", "asserted"),)
    assert found.sentences == (Sentence(0, 20, "NFS"),)


@settings(max_examples=40)
@given(st.data(), texts(1))
def test_what_is_annotated_keeps_its_letters(data: st.DataObject, text: str) -> None:
    annotation = data.draw(annotations(text, gold=True))
    other = " ".join("".join(text.split()))
    assert fingerprint(text) == fingerprint(other)
    found = carried(annotation, text, other)
    kept = [one for one in annotation.entities or () if text[one.start : one.end].strip()]
    assert [letters(text, one) for one in kept] == [letters(other, one) for one in found.entities or ()]
    assert (found.entities is None, found.claims is None) == (annotation.entities is None, annotation.claims is None)


def letters(text: str, one: Entity) -> tuple[str, str]:
    return "".join(text[one.start : one.end].split()), one.type


def test_other_letters_have_another_fingerprint() -> None:
    assert fingerprint("قال سامي") != fingerprint("قال سامى")
    assert len(fingerprint("")) == 16
