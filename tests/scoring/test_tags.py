"""Tags against conlleval's rules and seqeval on every kind of sequence, well-formed or not."""

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics import f1_score, precision_score, recall_score
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import IOB2

from harness.scoring.tags import Policy, count_tags, read_tags, score_tags
from tests.oracles.conlleval import chunks

BIO = st.sampled_from(["O", "B-X", "I-X", "B-Y", "I-Y"])
BIOES = st.sampled_from(["O", "B-X", "I-X", "E-X", "S-X", "B-Y", "I-Y", "E-Y", "S-Y"])


@st.composite
def tagged_pairs(draw: st.DrawFn) -> tuple[list[list[str]], list[list[str]]]:
    lengths = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    sides = [[draw(st.lists(BIO, min_size=size, max_size=size)) for size in lengths] for _ in range(2)]
    return sides[0], sides[1]


def mentions(sentences: list[list[str]], policy: Policy = "conlleval") -> list[tuple[str, int, int]]:
    found = read_tags(sentences, policy=policy)
    return sorted(
        (found.labels[label], start, end - 1)
        for start, end, label in zip(
            found.spans.starts.tolist(), found.spans.ends.tolist(), found.spans.labels.tolist(), strict=True
        )
    )


@given(st.lists(st.sampled_from(["O", *(f"{letter}-{kind}" for letter in "BIESLU" for kind in "XY")]), max_size=10))
def test_mentions_are_those_of_conlleval(tags: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert mentions([tags]) == sorted((label, start, end - 1) for start, end, label in chunks(tags))


@given(st.lists(BIOES, min_size=1, max_size=10))
def test_bioes_is_read_as_seqeval_reads_it(tags: list[str]) -> None:
    wanted = sorted((label, start, end) for label, start, end in get_entities(tags))
    assert mentions([tags], "bioes") == wanted
    bilou = [{"E": "L", "S": "U"}.get(tag[0], tag[0]) + tag[1:] for tag in tags]
    assert mentions([bilou], "bioes") == wanted


def test_prefixes_that_conlleval_does_not_know_are_said() -> None:
    with pytest.warns(UserWarning, match=r"found the prefixes S, L, .* policy='bioes' reads"):
        assert mentions([["S-X", "S-X", "L-X"]]) == [("X", 0, 2)]


@given(tagged_pairs())
def test_scores_are_those_of_seqeval(pair: tuple[list[list[str]], list[list[str]]]) -> None:
    gold, predicted = pair
    for policy, options in (("conlleval", {}), ("strict", {"mode": "strict", "scheme": IOB2})):
        found = score_tags(gold, predicted, policy)  # type: ignore[arg-type]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name, function in (("precision", precision_score), ("recall", recall_score), ("f1", f1_score)):
                expected = function(gold, predicted, zero_division=0, **options)
                value = found[f"micro/{name}"]
                assert (0 if value != value else value) == pytest.approx(expected, abs=1e-12)


def test_sentences_do_not_run_into_each_other() -> None:
    assert mentions([["B-X", "I-X"], [], ["I-X", "O"]]) == [("X", 0, 1), ("X", 2, 2)]


def test_counts_stand_by_sentence() -> None:
    table = count_tags([["B-X"], ["O"], ["B-X"]], [["B-X"], ["B-X"], ["O"]])
    rows = {name: values.tolist() for name, values in table.rows.items()}
    assert rows == {"X/tp": [1, 0, 0], "X/fp": [0, 1, 0], "X/fn": [0, 0, 1]}


@pytest.mark.parametrize("tag", ["X", "", "BX", "Z-X", "b-X"])
def test_a_tag_without_a_prefix_is_an_error(tag: str) -> None:
    with pytest.raises(ValueError, match="wanted O, or B-"):
        read_tags([[tag]])


def test_sides_of_different_length_are_an_error() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        count_tags([["O", "O"]], [["O"]])
