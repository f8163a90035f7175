"""Each class of boundary error on words made for it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.analysis.edges import CLITICS, Edge, classify, direction
from harness.data.types import Span
from tests.strategies import spans, texts


def edge(gold: str, predicted: str) -> Edge:
    """The class of two ways to mark one text: | stands around the mention."""
    text = gold.replace("|", "")
    assert text == predicted.replace("|", "")
    (start, end), (other_start, other_end) = (
        (marked.index("|"), marked.rindex("|") - 1) for marked in (gold, predicted)
    )
    return classify(text, Span(start, end), Span(other_start, other_end))


@pytest.mark.parametrize(
    ("gold", "predicted", "kind", "detail"),
    [
        ("زار و|كندا|", "زار |وكندا|", "proclitic", "و"),
        ("زار ف|كندا|", "زار |فكندا|", "proclitic", "ف"),
        ("سافر ل|كندا|", "سافر |لكندا|", "proclitic", "ل"),
        ("مر ب|كندا|", "مر |بكندا|", "proclitic", "ب"),
        # Gold decides: the ك of كندا is none, and a system that cut it made the mistake all the same.
        ("زار |كندا|", "زار ك|ندا|", "proclitic", "ك"),
        ("مر وب|كندا|", "مر |وبكندا|", "proclitic", "وب"),
        # Of two stacked ones only the second differs.
        ("مر وب|كندا|", "مر و|بكندا|", "proclitic", "ب"),
        ("زار |كندا| ثم", "زار |كندا |ثم", "punctuation", ""),
        ("عن و«|كندا|»", "عن |و«كندا|»", "proclitic", "و"),
        # Written with marks or stretched, and written apart, as models on split text do.
        ("زار وَ|كندا|", "زار |وَكندا|", "proclitic", "و"),
        ("مر بـ|كندا|", "مر |بـكندا|", "proclitic", "ب"),
        ("زار و |كندا|", "زار |و كندا|", "proclitic", "و"),
        ("زار ال|صين|", "زار |الصين|", "article", "ال"),
        ("سافر ل|لصين|", "سافر لل|صين|", "article", "ل"),
        ("سافر ل|لصين|", "سافر |للصين|", "proclitic", "ل"),
        ("سافر لل|صين|", "سافر |للصين|", "proclitic_article", "لل"),
        ("زار وال|صين|", "زار |والصين|", "proclitic_article", "وال"),
        ("زار و|الصين|", "زار وال|صين|", "article", "ال"),
        # Half of the article is nothing.
        ("زار |الصين|", "زار ا|لصين|", "other", ""),
        ("زار |صديق|ه", "زار |صديقه|", "suffix", ""),
        ("زار |الجامعات|", "زار |الجامع|ات", "suffix", ""),
        ("زار |الجامعات|", "زار |الجامعا|ت", "suffix", ""),
        # Letters inside a word end nothing.
        ("زار |صدي|قه", "زار |صديق|ه", "other", ""),
        ("زار |رئيس كندا|", "زار رئيس |كندا|", "head", ""),
        ("زار رئيس و|كندا|", "زار |رئيس وكندا|", "head", ""),
        ("في |تونس|-كندا", "في |تونس-كندا|", "tail", ""),
        ("في تونس-|كندا|", "في |تونس-كندا|", "head", ""),
        ("زار |سامي| النجار", "زار |سامي النجار|", "tail", ""),
        ("زار «|كندا|»", "زار |«كندا»|", "punctuation", ""),
        ("زار |كندا|ـ، ثم", "زار |كنداـ، |ثم", "punctuation", ""),
        ("زار و|كندا|، ثم", "زار |وكندا،| ثم", "both_edges", "proclitic+punctuation"),
        ("زار وزير |كندا| اليوم", "زار |وزير كندا اليوم|", "both_edges", "head+tail"),
        ("زار ك|ن|دا", "زار |كند|ا", "both_edges", "proclitic+other"),
    ],
)
def test_classes(gold: str, predicted: str, kind: str, detail: str) -> None:
    assert edge(gold, predicted) == Edge(kind, detail)
    # A letter too many and one too few are the same class.
    assert edge(predicted, gold) == Edge(kind, detail)


def test_a_word_without_an_edge_in_sight_has_no_clitic() -> None:
    long = "س" * 40
    assert classify(long + "وكندا", Span(41, 45), Span(40, 45)) == Edge("other")
    assert classify("س " + "وكندا", Span(3, 7), Span(2, 7)) == Edge("proclitic", "و")


def test_direction() -> None:
    assert direction(Span(2, 5), Span(1, 5)) == direction(Span(2, 5), Span(2, 6)) == "longer"
    assert direction(Span(2, 5), Span(3, 5)) == direction(Span(2, 5), Span(3, 4)) == "shorter"
    assert direction(Span(2, 5), Span(3, 6)) == direction(Span(2, 5), Span(1, 4)) == "crossing"


KINDS = {*CLITICS, "head", "tail", "punctuation", "both_edges", "other"}


@given(st.data())
@settings(deadline=None)
def test_every_pair_has_one_class_whichever_side_is_gold(data: st.DataObject) -> None:
    text = data.draw(texts(min_size=2))
    one, other = data.draw(spans(text)), data.draw(spans(text))
    if one != other:
        found = classify(text, one, other)
        assert found.kind in KINDS
        assert classify(text, other, one) == found
        assert (found.kind == "both_edges") <= (one.start != other.start and one.end != other.end)
