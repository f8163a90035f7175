from hypothesis import given

from harness.data.types import Annotation, Document, Entity
from harness.scoring.corpus import Corpus
from harness.scoring.strings import named_sides, string_counts, weights
from tests.oracles.sets import reordered
from tests.strategies import tiny_corpora


def corpus_of(text: str, gold: list[tuple[str, str]], predicted: list[tuple[str, str]]) -> Corpus:
    """Mentions by their words, each where these stand first."""

    def side(mentions: list[tuple[str, str]]) -> Annotation:
        places = ((text.index(words), words, kind) for words, kind in mentions)
        return Annotation(entities=tuple(Entity(start, start + len(words), kind) for start, words, kind in places))

    return Corpus([Document("d", text)], [side(gold)], [side(predicted)])


def test_a_string_is_one_with_and_without_proclitics_and_in_any_spelling() -> None:
    text = "زار روسيا. وروسيا كبيرة، لروسيا جيش. رُوسيا"
    gold = Annotation(
        entities=(Entity(4, 9, "GPE"), Entity(12, 17, "GPE"), Entity(26, 31, "ORG"), Entity(37, 43, "GPE"))
    )
    corpus = Corpus([Document("d", text)], [gold], [gold])
    assert string_counts(corpus) == {"روسيا": 4}
    for boundary in ("char", "word", "clitic"):
        left, right = named_sides(corpus, boundary)
        assert left.strings == right.strings == ["روسيا"] * 4


def test_a_match_has_one_string_whichever_side_it_is_on() -> None:
    # بكين may be بـ + كين: the gold's starts decide, for both sides.
    corpus = corpus_of("في بكين اليوم", [("بكين", "GPE")], [("بكين", "GPE"), ("اليوم", "DATE")])
    gold, predicted = named_sides(corpus, "word")
    assert gold.pairs[0] == predicted.pairs[0]
    assert predicted.strings[1] == "اليوم"


@given(tiny_corpora())
def test_the_strings_of_the_gold_hang_on_the_gold_alone(corpus: Corpus) -> None:
    nothing = Corpus(corpus.documents, corpus.gold, [Annotation(entities=()) for _ in corpus.documents])
    assert string_counts(corpus) == string_counts(nothing)
    gold, predicted = named_sides(corpus, "char")
    alone, none = named_sides(nothing, "char")
    assert gold.pairs == alone.pairs
    assert not none.pairs
    places = dict(
        zip(zip(gold.spans.starts.tolist(), gold.spans.ends.tolist(), strict=True), gold.strings, strict=True)
    )
    for start, end, string in zip(predicted.spans.starts, predicted.spans.ends, predicted.strings, strict=True):
        assert places.get((int(start), int(end)), string) == string


@given(tiny_corpora())
def test_order_changes_no_count(corpus: Corpus) -> None:
    assert string_counts(corpus) == string_counts(reordered(corpus))


def test_the_mentions_of_a_pair_weigh_one_together() -> None:
    pairs = [("ا", 0), ("ب", 0), ("ا", 0), ("ا", 1)]
    assert weights(pairs).tolist() == [1 / 2, 1, 1 / 2, 1]
    assert weights([]).tolist() == []
