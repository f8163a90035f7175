"""What changed between two runs: by hand, and against the counts of the scorers."""

from dataclasses import replace
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from harness.data.types import ROLES, Annotation, Claim, Document, Entity, Sentence, Span
from harness.gating.changed import ALL, Changed, Count, changed
from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.claims import Claims
from harness.scoring.corpus import Boundary, Corpus
from harness.scoring.entities import EntitiesStrict
from harness.scoring.table import Scorer
from tests.strategies import rival_claims, rivals

TEXT: Final = "زار الوزير لبنان ثم عاد إلى الرباط."
MENTIONS: Final = (Entity(4, 10, "OCC"), Entity(11, 16, "GPE"), Entity(28, 34, "GPE"))


def between(before: Corpus, after: Corpus, scorer: Scorer) -> Changed:
    return changed({scorer.layer: before}, {scorer.layer: after}, {"it": scorer})["it"]


def corpus(*predicted: Entity) -> Corpus:
    return Corpus([Document("خبر", TEXT)], [Annotation(entities=MENTIONS)], [Annotation(entities=predicted)])


def test_mentions_by_hand() -> None:
    # Lebanon is lost, to a person in its place; Rabat is found; a wrong mention is gone, and another one stays.
    stays = Entity(17, 19, "LOC")
    before = corpus(MENTIONS[0], MENTIONS[1], Entity(0, 3, "PERS"), stays)
    after = corpus(MENTIONS[0], Entity(11, 16, "PERS"), MENTIONS[2], stays)
    found = between(before, after, EntitiesStrict())
    assert [(kind, one.type, one.text) for kind, one in found.items] == [
        ("mended", "PERS", "زار"),
        ("lost", "GPE", "لبنان"),
        ("wrong", "PERS", "لبنان"),
        ("found", "GPE", "الرباط"),
    ]
    assert found.count() == Count(lost=1, found=1, wrong=1, mended=1)
    assert found.count("GPE") == Count(1, 1)
    assert found.count("PERS") == Count(0, 0, 1, 1)
    assert (found.count().net, found.count().more_wrong) == (0, 0)
    assert found.labels == ["GPE", "PERS"]
    record = found.record()
    assert record["counts"]["GPE"] == {"lost": 1, "found": 1, "net": 0, "wrong": 0, "mended": 0}
    assert record["items"][1] == {
        "change": "lost",
        "document": "خبر",
        "type": "GPE",
        "start": 11,
        "end": 16,
        "before": "زار الوزير ",
        "text": "لبنان",
        "after": " ثم عاد إلى الرباط.",
    }


def test_claims_are_told_by_the_roles_that_changed() -> None:
    text = "قال زيد إن المطر قريب. قال عمر إن الشمس حارة."
    first, second = Claim(Span(11, 21), Span(0, 3), Span(4, 7)), Claim(Span(34, 44), Span(23, 26), Span(27, 30))
    gold = [Annotation(claims=(first, second))]

    def answered(*claims: Claim) -> Corpus:
        return Corpus([Document("d", text)], gold, [Annotation(claims=claims)])

    # The first claim is lost whole; of the second, whose cue was wrong, the source is lost too.
    before = answered(first, replace(second, cue=Span(31, 33)))
    after = answered(replace(second, cue=Span(31, 33), source=None))
    found = between(before, after, Claims())
    assert [(kind, one.start) for kind, one in found.items] == [("lost", 11), ("source lost", 34)]
    assert [found.count(label).lost for label in (ALL, *ROLES)] == [1, 1, 1, 2]


def test_sentences_by_hand() -> None:
    text = "أكد زيد الخبر. نفى عمر الخبر."
    gold = [Annotation(sentences=(Sentence(0, 14, "CFS"), Sentence(15, 29, "NFS")))]

    def answered(*labels: str) -> Corpus:
        spans = zip(((0, 14), (15, 29)), labels, strict=True)
        sentences = tuple(Sentence(start, end, label) for (start, end), label in spans)
        return Corpus([Document("d", text)], gold, [Annotation(sentences=sentences)])

    found = between(answered("CFS", "CFS"), answered("UFS", "NFS"), CheckWorthy())
    assert [(kind, one.type, one.start) for kind, one in found.items] == [
        ("lost", "CFS", 0),
        ("wrong", "UFS", 0),
        ("found", "NFS", 15),
        ("mended", "CFS", 15),
    ]


@given(rivals(), st.sampled_from(("char", "word", "clitic")))
def test_numbers_are_the_differences_of_the_scorers_counts(sides: tuple[Corpus, Corpus], view: Boundary) -> None:
    scorer = EntitiesStrict(view)
    found = between(*sides, scorer)
    before, after = (scorer.counts(side).totals for side in sides)
    for label in (ALL, *sides[0].types):
        columns = [f"{label}/tp"] if label != ALL else [name for name in before if name.endswith("/tp")]
        gap = sum(float(after.get(name, 0)) - float(before.get(name, 0)) for name in columns)
        assert found.count(label).net == gap
    if view == "char":
        wrong = [sum(float(count) for name, count in side.items() if name.endswith("/fp")) for side in (before, after)]
        assert found.count().more_wrong == wrong[1] - wrong[0]


@given(rivals())
def test_the_same_answers_change_nothing_and_exchanged_ones_exchange(sides: tuple[Corpus, Corpus]) -> None:
    scorer = EntitiesStrict()
    assert between(sides[0], sides[0], scorer).items == []
    one, other = between(*sides, scorer).count(), between(*sides[::-1], scorer).count()
    assert (one.lost, one.found, one.wrong, one.mended) == (other.found, other.lost, other.mended, other.wrong)


@given(rival_claims())
def test_roles_are_counted_as_the_scorer_counts_them(sides: tuple[Corpus, Corpus]) -> None:
    found = between(*sides, Claims())
    before, after = (Claims().counts(side).totals for side in sides)
    for role in ROLES:
        assert found.count(role).net == float(after[f"{role}/tp"]) - float(before[f"{role}/tp"])
    assert found.count().net == float(after["relation/tp"]) - float(before["relation/tp"])
