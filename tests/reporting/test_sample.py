from hypothesis import given
from hypothesis import strategies as st

from harness.data.types import Annotation, Claim, Document, Entity, Span
from harness.reporting.sample import chosen, with_errors
from harness.scoring.corpus import Corpus


def test_all_documents_stay_in_order_where_they_fit() -> None:
    assert chosen(["b", "a"], frozenset("a"), 2) == ["b", "a"]


@given(st.sets(st.text("abcde", min_size=1, max_size=3), min_size=4), st.integers(1, 3), st.randoms())
def test_a_sample_is_the_same_whatever_the_order_and_prefers_errors(
    names: set[str],
    most: int,
    random: "st.Random",  # type: ignore[name-defined]
) -> None:
    ordered = sorted(names)
    wrong = frozenset(ordered[::2])
    shuffled = random.sample(ordered, len(ordered))
    found = chosen(shuffled, wrong, most)
    assert found == chosen(ordered, wrong, most)
    assert len(found) == most
    assert len(wrong & {*found}) == min(most, len(wrong))
    # A sample of more holds the sample of fewer.
    assert chosen(ordered, wrong, most + 1)[:most] == found or most + 1 >= len(ordered)


def test_documents_with_errors_are_those_that_differ_scores_aside() -> None:
    documents = [Document(name, "بكين") for name in "abc"]
    gold = [Annotation((Entity(0, 4, "GPE"),), (Claim(Span(0, 2), Span(2, 4)),))] * 3
    predicted = [
        Annotation((Entity(0, 4, "GPE", 0.5),), (Claim(Span(0, 2), Span(2, 4), score=0.1),)),
        Annotation((Entity(0, 3, "GPE"),), gold[0].claims),
        Annotation(gold[0].entities, (Claim(Span(0, 2), Span(2, 4), attributes={"polarity": "denies"}),)),
    ]
    corpus = Corpus(documents, gold, predicted)
    assert with_errors({"entities": corpus, "claims": corpus}) == {"b", "c"}
    assert with_errors({"entities": corpus}) == {"b"}
