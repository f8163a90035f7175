"""Tags to mentions: right on what is well formed, as conlleval on what is not, and every fault counted."""

from collections.abc import Sequence
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics.sequence_labeling import get_entities

from harness.data.bio import (
    NEEDLESS,
    ORPHAN,
    PREFIX,
    REPEATED,
    UNCLOSED,
    Fault,
    Fit,
    Mention,
    Scheme,
    better_fit,
    decode,
)
from tests.oracles.conlleval import chunks

TYPES = ("PER", "LOC")


def flat(tags: str, scheme: Scheme = "IOB2") -> tuple[set[tuple[int, int, str]], list[str]]:
    """Mentions, and what is wrong, of tags parted by blanks; several of a token by a comma."""
    found = decode([one.split(",") for one in tags.split()], scheme)
    return {(first, last, kind) for first, last, kind, _ in found.mentions}, [fault.problem for fault in found.faults]


@st.composite
def segments(draw: st.DrawFn) -> list[tuple[int, str | None]]:
    """A sentence as stretches of tokens, each of a type or outside."""
    return draw(st.lists(st.tuples(st.integers(1, 3), st.sampled_from((None, *TYPES))), max_size=6))


def encode(stretches: Sequence[tuple[int, str | None]], scheme: Scheme) -> tuple[list[str], list[tuple[int, int, str]]]:
    """Well-formed tags of stretches, and their mentions."""
    tags: list[str] = []
    mentions = []
    before: str | None = None
    for length, kind in stretches:
        if kind is None:
            tags += ["O"] * length
        else:
            mentions.append((len(tags), len(tags) + length, kind))
            letters = {"IOB1": "B" if before == kind else "I", "IOB2": "B", "BIOES": "B" if length > 1 else "S"}
            middle = ["I"] * (length - 1)
            if scheme == "BIOES" and middle:
                middle[-1] = "E"
            tags += [f"{letter}-{kind}" for letter in (letters[scheme], *middle)]
        before = kind
    return tags, mentions


@settings(deadline=None)
@given(segments(), st.sampled_from(["IOB1", "IOB2", "BIOES"]))
def test_well_formed_tags_decode_to_what_was_encoded(stretches: list[tuple[int, str | None]], scheme: Scheme) -> None:
    tags, mentions = encode(stretches, scheme)
    found = decode([[tag] for tag in tags], scheme)
    assert [mention[:3] for mention in found.mentions] == mentions
    assert all(mention.sound for mention in found.mentions)
    assert not found.faults


def any_of(letters: str) -> st.SearchStrategy[list[str]]:
    """Tags of these letters in any order, with and without sense."""
    return st.lists(st.sampled_from(["O", *(f"{letter}-{kind}" for letter in letters for kind in TYPES)]), max_size=8)


@settings(deadline=None, max_examples=300)
@given(any_of("BIESLUX"), st.sampled_from(["IO", "IOB1", "IOB2"]))
def test_any_letters_are_read_as_conlleval_reads_them(tags: list[str], scheme: Scheme) -> None:
    assert [mention[:3] for mention in decode([[tag] for tag in tags], scheme).mentions] == chunks(tags)


@settings(deadline=None)
@given(any_of("BIES"))
def test_ill_formed_bioes_is_read_as_seqeval_reads_it(tags: list[str]) -> None:
    # conlleval.pl has no S-; seqeval's get_entities is a port of its rules that has.
    wanted = sorted((first, last + 1, kind) for kind, first, last in get_entities(tags))
    assert [mention[:3] for mention in decode([[tag] for tag in tags], "BIOES").mentions] == wanted


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]), max_size=4), max_size=6))
def test_mentions_lie_in_the_sentence_once_each(tags: list[list[str]]) -> None:
    for scheme in get_args(Scheme):
        found = decode(tags, scheme)
        assert all(0 <= mention.first < mention.last <= len(tags) for mention in found.mentions)
        assert len({mention[:3] for mention in found.mentions}) == len(found.mentions)
        assert all(fault.tag in tags[fault.token] for fault in found.faults)


@pytest.mark.parametrize(
    ("scheme", "tags", "mentions", "problems"),
    [
        ("IOB2", "O I-PER I-PER", {(1, 3, "PER")}, [ORPHAN]),
        ("IOB2", "B-PER I-LOC I-LOC", {(0, 1, "PER"), (1, 3, "LOC")}, [ORPHAN]),
        ("IOB2", "B-PER X-PER PER", {(0, 3, "PER")}, [PREFIX, PREFIX]),
        ("IOB2", "O E-PER", {(1, 2, "PER")}, [PREFIX]),
        ("IOB1", "I-PER B-PER I-LOC", {(0, 1, "PER"), (1, 2, "PER"), (2, 3, "LOC")}, []),
        ("IOB1", "B-PER I-PER", {(0, 2, "PER")}, [NEEDLESS]),
        ("BIOES", "B-PER I-PER", {(0, 2, "PER")}, [UNCLOSED]),
        ("BIOES", "B-PER S-PER", {(0, 1, "PER"), (1, 2, "PER")}, [UNCLOSED]),
        ("BIOES", "E-PER", {(0, 1, "PER")}, [ORPHAN]),
        ("BIOES", "S-PER I-PER", {(0, 1, "PER"), (1, 2, "PER")}, [ORPHAN]),
        ("BIOES", "B-PER L-PER U-LOC", {(0, 2, "PER"), (2, 3, "LOC")}, []),
        ("IO", "I-PER PER O LOC", {(0, 2, "PER"), (3, 4, "LOC")}, []),
        ("IO", "I-PER B-PER", {(0, 1, "PER"), (1, 2, "PER")}, [PREFIX]),
        # As conlleval.pl has it, an unknown letter goes on, and nothing begins behind it but another type.
        ("IOB2", "U-LOC U-LOC O B-PER L-PER B-PER", {(0, 2, "LOC"), (3, 6, "PER")}, [PREFIX] * 3),
        ("IOB2", "B-PER E-PER I-PER", {(0, 2, "PER"), (2, 3, "PER")}, [PREFIX, ORPHAN]),
        ("IOB2", "B-PER O-PER I-PER", {(0, 1, "PER"), (2, 3, "PER")}, [PREFIX, ORPHAN]),
    ],
)
def test_what_becomes_of_ill_formed_tags(
    scheme: Scheme, tags: str, mentions: set[tuple[int, int, str]], problems: list[str]
) -> None:
    assert flat(tags, scheme) == (mentions, problems)


def test_types_nest_and_cross_without_disturbing_each_other() -> None:
    assert flat("B-ORG I-ORG,B-GPE I-ORG I-GPE") == ({(0, 3, "ORG"), (1, 2, "GPE"), (3, 4, "GPE")}, [ORPHAN])
    assert flat("B-ORG I-ORG,B-GPE I-GPE") == ({(0, 2, "ORG"), (1, 3, "GPE")}, [])


def test_the_second_tag_of_a_type_belongs_to_the_inner_mention() -> None:
    assert flat("B-ORG I-ORG I-ORG,B-ORG I-ORG,I-ORG I-ORG") == ({(0, 5, "ORG"), (2, 4, "ORG")}, [])
    assert flat("B-ORG,B-ORG I-ORG,I-ORG I-ORG") == ({(0, 2, "ORG"), (0, 3, "ORG")}, [])


def test_one_mention_twice_is_a_fault() -> None:
    found = decode([["B-ORG", "B-ORG"]], "IOB2")
    assert found == ([Mention(0, 1, "ORG", True)], [Fault(0, "B-ORG", REPEATED)])


def test_a_mention_is_sound_only_if_all_of_its_tags_are() -> None:
    found = decode([["I-PER"], ["I-PER"], ["O"], ["B-PER"], ["X-PER"], ["O"], ["B-PER"]], "IOB2")
    assert [mention.sound for mention in found.mentions] == [False, False, True]


@settings(deadline=None)
@given(st.lists(segments(), min_size=1, max_size=4), st.sampled_from(["IOB1", "IOB2", "BIOES"]), st.data())
def test_well_formed_tags_fit_their_own_scheme_best(
    sentences: list[list[tuple[int, str | None]]], scheme: Scheme, data: st.DataObject
) -> None:
    tags = [[[tag] for tag in encode(stretches, scheme)[0]] for stretches in sentences]
    assert better_fit(tags, scheme) is None
    asked = data.draw(st.sampled_from(get_args(Scheme)))
    fit = better_fit(tags, asked)
    faults = sum(len(decode(one, asked).faults) for one in tags)
    assert fit is None if not faults else fit is not None and fit.faults == 0


@pytest.mark.parametrize(
    ("tags", "scheme", "fit"),
    [
        ("U-LOC U-LOC O B-PER I-PER L-PER", "IOB2", Fit("BIOES", 0)),
        ("I-PER I-PER O I-LOC B-LOC", "IOB2", Fit("IOB1", 0)),
        ("LOC O PER PER", "IOB2", Fit("IO", 0)),
        ("B-PER I-PER O B-LOC", "BIOES", Fit("IOB2", 0)),
        ("B-PER I-PER O B-LOC", "IO", Fit("IOB2", 0)),
        # IOE2, which conlleval reads too: half as many faults are no better fit.
        ("I-PER E-PER I-LOC I-LOC E-LOC", "IOB2", None),
        # One stray tag among sound ones, or nonsense under every scheme, is no other scheme.
        ("B-PER I-PER O I-LOC O B-LOC O B-LOC", "IOB2", None),
        ("E-PER S-LOC I-LOC E-PER B-LOC S-PER I-PER E-LOC I-PER", "IOB2", None),
    ],
)
def test_the_scheme_that_fits_better_is_found(tags: str, scheme: Scheme, fit: Fit | None) -> None:
    assert better_fit([[[tag] for tag in tags.split()]], scheme) == fit
