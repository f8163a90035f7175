import random
from collections.abc import Sequence
from importlib.util import find_spec

import pytest
from sklearn.metrics import cohen_kappa_score

from harness.curate.agreement import WORD_CAVEAT, compare
from harness.curate.kappa import label_kappa, word_kappa, word_labels
from harness.curate.tables import agreement_sheet
from harness.data.types import Annotation, Claim, Document, Entity, Sentence, Span
from harness.datasets.gold import PROVENANCE
from harness.show.sheet import one_line, printable
from harness.show.terminal import drawn
from tests.schemas import said
from tests.show.hostile import TEXTS

TEXT = "زار سامي بيروت. وصل زيد. نام. عاد."
DOCUMENT = Document("d", TEXT)


def entity(words: str, kind: str, text: str = TEXT) -> Entity:
    start = text.index(words)
    return Entity(start, start + len(words), kind)


def sentences(labels: Sequence[str], text: str = TEXT) -> tuple[Sentence, ...]:
    ends = [at + 1 for at, char in enumerate(text) if char == "."]
    starts = [0, *(end + 1 for end in ends[:-1])]
    return tuple(Sentence(*one) for one in zip(starts, ends, labels, strict=True))


FIRST = Annotation(
    entities=(entity("سامي", "PERS"), entity("بيروت", "GPE"), entity("زيد", "PERS")),
    claims=(),
    sentences=sentences(["CFS", "CFS", "UFS", "NFS"]),
)
SECOND = Annotation(
    entities=(entity("سامي", "PERS"), entity("بيروت", "LOC")),
    claims=(),
    sentences=sentences(["CFS", "UFS", "UFS", "NFS"]),
)


def test_entities_by_hand() -> None:
    found = compare([DOCUMENT], [FIRST], [SECOND], {})
    # One mention in common, two of the first alone, one of the second alone: 2 * 1 / (2 * 1 + 2 + 1) = 0.4.
    assert found["entities"]["micro"] == {"f1": pytest.approx(0.4), "both": 1, "first_only": 2, "second_only": 1}
    # PERS: one in common, one of the first alone: 2 / 3.
    assert found["entities"]["PERS"]["f1"] == pytest.approx(2 / 3)
    assert found["entities"]["GPE"] == {"f1": 0, "both": 0, "first_only": 1, "second_only": 0}
    assert "DATE" not in found["entities"]
    # Without types two spans in common, one of the first alone: 4 / 5.
    assert found["spans"] == {"f1": pytest.approx(0.8), "both": 2, "first_only": 1, "second_only": 0}


def test_offsets_count_exactly() -> None:
    proclitic = Annotation(entities=(Entity(16, 19, "PERS"),), claims=(), sentences=())
    shorter = Annotation(entities=(Entity(17, 19, "PERS"),), claims=(), sentences=())
    assert compare([DOCUMENT], [proclitic], [shorter], {})["entities"]["micro"]["f1"] == 0


def test_sentence_kappa_by_hand() -> None:
    # Equal 3 of 4. By chance: CFS 2/4 * 1/4 + UFS 1/4 * 2/4 + NFS 1/4 * 1/4 = 5/16. (3/4 - 5/16) / (1 - 5/16) = 7/11.
    assert label_kappa([FIRST], [SECOND]) == {"sentences": 4, "agreement": 0.75, "kappa": pytest.approx(7 / 11)}


def test_word_kappa_by_hand() -> None:
    # O PERS GPE O PERS O O against O PERS LOC O O O O: equal 5 of 7.
    # By chance: O 4/7 * 5/7 + PERS 2/7 * 1/7 = 22/49. (35/49 - 22/49) / (27/49) = 13/27.
    found = word_kappa([DOCUMENT], [FIRST], [SECOND])
    assert found == {"words": 7, "agreement": pytest.approx(5 / 7), "kappa": pytest.approx(13 / 27)}


def test_kappa_equals_that_of_scikit_learn() -> None:
    choose = random.Random(7)
    text = "نص. " * 60
    left, right = ([choose.choice(["CFS", "UFS", "NFS"]) for _ in range(60)] for _ in range(2))
    sides = [Annotation(sentences=sentences(labels, text.strip())) for labels in (left, right)]
    assert label_kappa(sides[:1], sides[1:])["kappa"] == pytest.approx(cohen_kappa_score(left, right))


def test_only_sentences_that_both_have_are_compared() -> None:
    fewer = Annotation(sentences=(SECOND.sentences or ())[2:])
    assert label_kappa([FIRST], [fewer]) == {"sentences": 2, "agreement": 1.0, "kappa": 1.0}


def test_kappa_is_undefined_without_labels_and_with_one_label() -> None:
    assert label_kappa([Annotation(sentences=())], [Annotation(sentences=())])["kappa"] is None
    same = Annotation(sentences=sentences(["CFS"] * 4))
    assert label_kappa([same], [same]) == {"sentences": 4, "agreement": 1.0, "kappa": None}


def test_the_outermost_mention_labels_its_words_and_punctuation_is_no_word() -> None:
    text = "وزير - خارجية لبنان ، أمس"
    nested = [entity("لبنان", "GPE", text), entity("وزير - خارجية لبنان", "OCC", text)]
    assert word_labels(text, nested) == ["OCC", "OCC", "OCC", "O"]


def test_claims_by_hand() -> None:
    text = "قال سامي إن زيدا نام اليوم."
    cue = Span(0, 3)
    first = Claim(Span(12, 26), cue, Span(4, 8), "سامي", said("indirect", "affirms", "asserted"))
    second = Claim(Span(12, 20), cue, None, "سامي الكبير", said("indirect", "affirms", "hedged"))
    sides = [Annotation((), (claim,), ()) for claim in (first, second)]
    found = compare([Document("d", text)], sides[:1], sides[1:], {"سامي": ["سامي الكبير"]})["claims"]
    assert (found["first"], found["second"], found["paired"]) == (1, 1, 1)
    # Contents of 3 and 2 words share 2: precision 2/2, recall 2/3, F1 0.8; exactly equal they are not.
    assert found["content_soft"] == pytest.approx(0.8)
    assert (found["content"], found["cue"], found["source"], found["relation"]) == (0, 1, 0, 0)
    assert (found["speaker"], found["quote"], found["polarity"], found["certainty"]) == (1, 1, 1, 0)


def test_the_caveats_are_always_shown() -> None:
    found = compare([DOCUMENT], [FIRST], [SECOND], {}) | {"gamma": None}
    sheet = agreement_sheet({"documents": 1, "pairs": {"a-b": found}, "caveats": [PROVENANCE, WORD_CAVEAT]})
    shown = " ".join(drawn(sheet).split())
    assert PROVENANCE in shown
    assert WORD_CAVEAT in shown
    assert "0.400" in shown
    assert ("gamma: pygamma-agreement is not installed" in shown) is (find_spec("pygamma_agreement") is None)


def test_nothing_annotated_shows_dashes() -> None:
    empty = Annotation((), (), ())
    pairs = {"a-b": compare([DOCUMENT], [empty], [empty], {})}
    assert "–" in drawn(agreement_sheet({"documents": 1, "pairs": pairs, "caveats": []}))


@pytest.mark.parametrize("text", TEXTS)
def test_names_of_passes_and_types_are_shown_as_they_are(text: str) -> None:
    found = compare([DOCUMENT], [FIRST], [SECOND], {})
    found["entities"][text] = found["entities"]["micro"]
    shown = drawn(agreement_sheet({"documents": 1, "pairs": {text: found}, "caveats": [text]}), 200)
    # A caveat, a heading and a row.
    assert shown.count(one_line(text)) + shown.count(printable(text)) >= 3
    assert "\x1b" not in shown


@pytest.mark.skipif(find_spec("pygamma_agreement") is not None, reason="gamma is installed")
def test_gamma_is_left_out_where_it_is_not_installed() -> None:
    assert compare([DOCUMENT], [FIRST], [SECOND], {})["gamma"] is None
