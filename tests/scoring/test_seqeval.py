"""Our scorer over seqeval beside seqeval itself: on tags of every kind, and on documents written as tags by hand."""

import sys
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from seqeval import scheme as schemes
from seqeval.metrics import f1_score, precision_score, recall_score

from harness.data.types import Annotation, Document, Entity, Example, InputError, Prediction
from harness.datasets.conll import Conll
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.corpus import Corpus
from harness.scoring.paired import difference
from harness.scoring.score import Gold, corpora_of, score
from harness.scoring.scoring import Scoring
from harness.scoring.seqeval import Mode, Scheme, Seqeval, Tokens, count_tags
from harness.scoring.signature import parse, sign
from tests.schemas import ENTITY_TYPES
from tests.strategies import tiny_corpora

FUNCTIONS = {"precision": precision_score, "recall": recall_score, "f1": f1_score}
LETTERS: Mapping[Scheme, str] = {"IOB2": "BI", "IOE2": "IE", "IOBES": "BIES", "BILOU": "BILU"}
READINGS: Sequence[tuple[Mode, Scheme]] = [
    *(
        (mode, scheme)
        for mode in get_args(Mode)
        for scheme in get_args(Scheme)
        if (mode, scheme) != ("default", "BILOU")
    )
]
Sentences = list[list[str]]


def theirs(gold: Sentences, predicted: Sentences, labels: Sequence[str], **options: Any) -> dict[str, float]:
    """All that seqeval's functions say, named as our measures are; `labels` are those that occur."""
    found = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, function in FUNCTIONS.items():
            for average in ("micro", "macro", "weighted"):
                found[f"{average}/{name}"] = float(function(gold, predicted, average=average, **options))
            by_label = np.atleast_1d(function(gold, predicted, average=None, **options))
            found |= {f"{label}/{name}": float(value) for label, value in zip(labels, by_label, strict=True)}
    return found


def options(mode: Mode, scheme: Scheme) -> dict[str, Any]:
    return {"mode": "strict", "scheme": getattr(schemes, scheme)} if mode == "strict" else {}


@st.composite
def tagged(draw: st.DrawFn) -> tuple[Mode, Scheme, Sentences, Sentences]:
    """A reading, and two sides of tags with its letters in any order."""
    mode, scheme = draw(st.sampled_from(READINGS))
    letters = "BIES" if mode == "default" else LETTERS[scheme]
    tag = st.sampled_from(["O", *(f"{letter}-{kind}" for letter in letters for kind in ("X", "Y", "Z-1"))])
    lengths = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    sides = [[draw(st.lists(tag, min_size=size, max_size=size)) for size in lengths] for _ in range(2)]
    return mode, scheme, sides[0], sides[1]


@settings(max_examples=400)
@given(tagged())
def test_tags_of_every_kind_score_as_in_seqeval(drawn: tuple[Mode, Scheme, Sentences, Sentences]) -> None:
    mode, scheme, gold, predicted = drawn
    table = count_tags(gold, predicted, mode, scheme)
    assume(table.columns)
    found = Seqeval().scores(table.totals, table.totals)
    labels = sorted({column.partition("/")[0] for column in table.columns})
    wanted = theirs(gold, predicted, labels, **options(mode, scheme))
    assert {name: float(value) for name, value in found.items()} == pytest.approx(wanted, abs=1e-12)


def test_modes_differ_where_tags_are_ill_formed() -> None:
    gold, predicted = [["B-X", "I-X", "O"]], [["I-X", "I-X", "O"]]
    for mode, f1 in (("default", 1), ("strict", 0)):
        totals = count_tags(gold, predicted, mode).totals  # type: ignore[arg-type]
        assert Seqeval().scores(totals, totals)["micro/f1"] == f1


def test_counts_of_tags_stand_by_sentence() -> None:
    table = count_tags([["B-X"], [], ["O"], ["B-X"]], [["B-X"], [], ["B-X"], ["O"]])
    rows = {name: values.tolist() for name, values in table.rows.items()}
    assert rows == {"X/tp": [1, 0, 0, 0], "X/fp": [0, 0, 1, 0], "X/fn": [0, 0, 0, 1]}


def test_sides_of_different_length_are_an_error() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        count_tags([["O", "O"]], [["O"]])


Mentions = list[tuple[int, int, str]]


@st.composite
def flat(draw: st.DrawFn, length: int) -> Mentions:
    """Mentions of a sentence of so many tokens, none of which share a token."""
    found, at = [], 0
    while at < length:
        if draw(st.booleans()):
            last = draw(st.integers(at + 1, length))
            found.append((at, last, draw(st.sampled_from(("PERS", "GPE", "ORG")))))
            at = last
        else:
            at += 1
    return found


def bio(mentions: Mentions, length: int) -> list[str]:
    tags = ["O"] * length
    for first, last, kind in mentions:
        tags[first:last] = [f"B-{kind}", *[f"I-{kind}"] * (last - first - 1)]
    return tags


@st.composite
def sentences(draw: st.DrawFn) -> tuple[list[int], list[Mentions], list[Mentions]]:
    lengths = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    return lengths, [draw(flat(length)) for length in lengths], [draw(flat(length)) for length in lengths]


@settings(max_examples=200)
@given(sentences(), st.sampled_from(READINGS), st.sampled_from(get_args(Tokens)), st.booleans())
def test_flat_mentions_score_as_their_tags_in_seqeval(
    drawn: tuple[list[int], list[Mentions], list[Mentions]], reading: tuple[Mode, Scheme], tokens: Tokens, one: bool
) -> None:
    lengths, gold, predicted = drawn
    assume(any(gold) or any(predicted))

    # Token i of a sentence is the letter at 2i; sentences are documents, or the lines of one.
    def annotations(side: list[Mentions]) -> list[Annotation]:
        found, at = [], 0
        for length, mentions in zip(lengths, side, strict=True):
            begin = at if one else 0
            found.append(tuple(Entity(begin + 2 * a, begin + 2 * b - 1, kind) for a, b, kind in mentions))
            at += 2 * length
        return [Annotation(entities=sum(found, ()))] if one else [Annotation(entities=each) for each in found]

    texts = [" ".join("ا" * length) for length in lengths]
    documents = [Document("d", "\n".join(texts))] if one else [Document(str(i), text) for i, text in enumerate(texts)]
    scorer = Seqeval(*reading, tokens)
    table = scorer.counts(Corpus(documents, annotations(gold), annotations(predicted)))
    found = {name: float(value) for name, value in scorer.scores(table.totals, table.totals).items()}
    tags = [
        [bio(mentions, length) for mentions, length in zip(side, lengths, strict=True)] for side in (gold, predicted)
    ]
    kinds = sorted({kind for side in (gold, predicted) for mentions in side for _, _, kind in mentions})
    wanted = theirs(tags[0], tags[1], kinds)
    assert {name: found[name] for name in wanted} == pytest.approx(wanted, abs=1e-12)
    # What neither side has is undefined, and nothing is lost.
    others = [name for kind in ENTITY_TYPES if kind not in kinds for name in found if name.startswith(f"{kind}/")]
    assert all(np.isnan(found[name]) for name in others)
    assert found["flat/gold_share"] == (1 if any(gold) else pytest.approx(float("nan"), nan_ok=True))


def scores_of(text: str, gold: Sequence[Entity], predicted: Sequence[Entity], **fields: Any) -> dict[str, float]:
    scorer = Seqeval(**fields)
    corpus = Corpus([Document("d", text)], [Annotation(entities=(*gold,))], [Annotation(entities=(*predicted,))])
    totals = scorer.counts(corpus).totals
    return {name: float(value) for name, value in scorer.scores(totals, totals).items()}


def entity(text: str, words: str, kind: str) -> Entity:
    start = text.index(words)
    return Entity(start, start + len(words), kind)


def test_of_nested_mentions_the_outermost_counts() -> None:
    text = "رئيس وزراء لبنان هنا"
    outer, inner = entity(text, "رئيس وزراء لبنان", "OCC"), entity(text, "لبنان", "GPE")
    found = scores_of(text, [outer, inner], [outer])
    assert (found["micro/f1"], found["flat/gold_share"], found["flat/predicted_share"]) == (1, 0.5, 1)
    # An outer mention that is wrong hides the inner one, as in any flat tagging.
    assert scores_of(text, [outer, inner], [outer._replace(type="ORG"), inner])["micro/f1"] == 0


def test_of_two_types_on_one_stretch_the_first_counts_on_both_sides() -> None:
    text = "لبنان هنا"
    both = [entity(text, "لبنان", kind) for kind in ("GPE", "ORG")]
    assert ENTITY_TYPES.index("ORG") < ENTITY_TYPES.index("GPE")
    found = scores_of(text, both, [both[1]])
    assert (found["ORG/f1"], found["micro/f1"]) == (1, 1)
    assert np.isnan(found["GPE/f1"])


def test_of_crossing_mentions_the_longer_counts() -> None:
    text = "ا ب ت ث ج"
    longer, shorter = entity(text, "ا ب ت", "ORG"), entity(text, "ت ث", "GPE")
    assert scores_of(text, [longer, shorter], [longer])["micro/f1"] == 1


def test_a_mention_takes_the_words_that_it_cuts() -> None:
    text = "سافر إلى لروسيا، أمس"
    inside, whole = entity(text, "روسيا", "GPE"), entity(text, "لروسيا،", "GPE")
    assert scores_of(text, [inside], [whole])["micro/f1"] == 1
    # White space parts no punctuation from words: the comma makes no difference there either.
    assert scores_of(text, [inside], [whole], tokens="spaces")["micro/f1"] == 1


def test_tokens_are_words_or_stretches_between_white_space() -> None:
    text = "العلاقات التركية-اليونانية الآن"
    first, second = entity(text, "التركية", "NORP"), entity(text, "اليونانية", "NORP")
    assert scores_of(text, [first, second], [first, second])["flat/gold_share"] == 1
    assert scores_of(text, [first, second], [first, second], tokens="spaces")["flat/gold_share"] == 0.5


def test_what_touches_no_word_is_lost() -> None:
    text = "نص ... نص"
    dots = entity(text, "...", "QUANTITY")
    found = scores_of(text, [dots], [dots])
    assert found["flat/gold_share"] == 0
    assert np.isnan(found["micro/f1"])


def test_a_mention_over_the_end_of_a_line_is_one_in_each() -> None:
    text = "قال سامي\nالنجار أمس"
    across = [entity(text, "سامي\nالنجار", "PERS")]
    apart = [entity(text, "سامي", "PERS"), entity(text, "النجار", "PERS")]
    assert scores_of(text, across, apart)["micro/f1"] == 1


def test_neighbours_of_one_type_stay_apart() -> None:
    text = "سامي زيد"
    apart, together = [entity(text, "سامي", "PERS"), entity(text, "زيد", "PERS")], [entity(text, "سامي زيد", "PERS")]
    for mode, scheme in READINGS:
        assert scores_of(text, apart, apart, mode=mode, scheme=scheme)["micro/f1"] == 1
        assert scores_of(text, apart, together, mode=mode, scheme=scheme)["micro/f1"] == 0


@given(tiny_corpora(), st.sampled_from(get_args(Tokens)))
def test_every_reading_finds_the_same_in_tags_that_are_made_of_mentions(corpus: Corpus, tokens: Tokens) -> None:
    tables = [Seqeval(mode, scheme, tokens).counts(corpus) for mode, scheme in READINGS]
    assert all((table.values == tables[0].values).all() for table in tables)


def test_a_file_of_tags_scores_as_its_tags(tmp_path: Path) -> None:
    """Of dataset=conll the tokens are those of the file; ill-formed tags are read by both as conlleval reads them."""
    tokens = [["(رويترز)", "قال", "سامي", "النجار", "3.5"], ["في", "لبنان", "،", "أمس"], ["لا", "شيء"]]
    gold = [["B-ORG", "O", "B-PERS", "I-PERS", "O"], ["O", "I-GPE", "O", "B-DATE"], ["O", "O"]]
    predicted = [["B-ORG", "O", "B-PERS", "B-PERS", "O"], ["O", "B-GPE", "B-ORG", "O"], ["I-ORG", "O"]]
    sides = []
    for name, tags in (("gold", gold), ("predicted", predicted)):
        lines = [
            "".join(f"{word}\t{tag}\n" for word, tag in zip(*each, strict=True))
            for each in zip(tokens, tags, strict=True)
        ]
        (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
        sides.append(Conll(str(tmp_path / name), sentences=None).read()[0])
    corpus = Corpus([sides[0].document], [sides[0].gold], [sides[1].gold])
    scorer = Seqeval(tokens="spaces")
    totals = scorer.counts(corpus).totals
    found = {name: float(value) for name, value in scorer.scores(totals, totals).items()}
    wanted = theirs(gold, predicted, ["DATE", "GPE", "ORG", "PERS"])
    assert {name: found[name] for name in wanted} == pytest.approx(wanted, abs=1e-12)


def examples() -> tuple[list[Example], dict[str, Prediction], dict[str, Prediction]]:
    """Twelve documents, of which one run finds all and the other every second."""
    text = "قال سامي في لبنان"
    mentions = (entity(text, "سامي", "PERS"), entity(text, "لبنان", "GPE"))
    gold = [Example(Document(str(number), text), Annotation(entities=mentions)) for number in range(12)]
    all_found = {one.document.id: Prediction(one.document.id, one.gold) for one in gold}
    half = {
        name: Prediction(name, Annotation(entities=mentions[: 1 + number % 2])) for number, name in enumerate(all_found)
    }
    return gold, all_found, half


def test_it_has_intervals_and_a_signature_as_every_scorer() -> None:
    gold, _, half = examples()
    scorer = Seqeval("strict", "IOBES")
    whole = Gold("g", "0" * 64, gold)
    scoring = Scoring({"seqeval": scorer}, "document", Bootstrap(resamples=200))
    (found,) = score(whole, corpora_of(whole, half, "document"), scoring).values()
    for name in ("micro/f1", "macro/f1", "weighted/f1", "GPE/recall", "flat/gold_share"):
        value, low, high = found.measures[name][:3]
        assert low is not None
        assert value is not None
        assert high is not None
        assert 0 <= low <= value <= high <= 1
    # 18 of 24 are found and nothing else: recall 3/4, F1 36/42; by type F1 1 and 12/18.
    assert found.measures["micro/f1"].value == pytest.approx(36 / 42)
    assert found.measures["macro/f1"].value == pytest.approx((1 + 2 / 3) / 2)
    assert found.support["micro"] == 24
    assert found.signature.startswith("seqeval(mode=strict,scheme=IOBES,tokens=words)|gold:g#000000|")
    assert str(parse(found.signature)) == found.signature


def test_its_headlines_and_what_it_shows_are_measures_that_it_has() -> None:
    measures = scores_of("سامي", [Entity(0, 4, "PERS")], [])
    assert {*Seqeval.headlines} < {*Seqeval.shown} < measures.keys()


def test_runs_are_compared_on_it() -> None:
    gold, all_found, half = examples()
    scorer = Seqeval()
    corpora = [
        Corpus(
            [one.document for one in gold],
            [one.gold for one in gold],
            [answers[one.document.id].annotation for one in gold],
            gold_label="g#0",
        )
        for answers in (half, all_found)
    ]
    a, b = (scorer.counts(corpus) for corpus in corpora)
    found = difference(scorer, a, b, Bootstrap(resamples=200), trials=2000)["micro/f1"]
    assert found.difference == pytest.approx(1 - 36 / 42)
    assert found.differing == 6
    assert found.p is not None
    assert found.p == pytest.approx(2 / 2**6, abs=0.015)
    assert str(sign(scorer, corpora[0], Bootstrap())).startswith("seqeval(mode=default,")


def test_a_missing_seqeval_is_said_before_anything_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "seqeval", None)
    with pytest.raises(InputError, match=r"scorer: found no seqeval, wanted it installed: pip install .*\[seqeval\]'"):
        Seqeval()


def test_a_scheme_that_the_mode_does_not_know_is_refused() -> None:
    with pytest.raises(InputError, match=r"scheme: found BILOU with the mode default, .* wanted mode=strict"):
        Seqeval(scheme="BILOU")
