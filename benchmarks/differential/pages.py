"""Small documents in every form that some tool reads: mentions over word numbers, flat tags, and text with offsets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from harness.data.types import Annotation, Document, Entity
from harness.scoring.corpus import Corpus
from harness.scoring.tags import read_tags

Mention = tuple[int, int, str]
Mentions = tuple[Mention, ...]
Tags = tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """One document: gold and predicted mentions in the order given, and flat tags of both sides."""

    gold: Mentions
    predicted: Mentions
    tags: tuple[Tags, Tags]

    @property
    def sides(self) -> tuple[Mentions, Mentions]:
        """Gold and predicted mentions."""
        return self.gold, self.predicted


def spanned(length: int, gold: Sequence[Mention], predicted: Sequence[Mention]) -> Page:
    """A page of mentions; its tags hold the outermost ones."""
    left, right = (tuple(dict.fromkeys(side)) for side in (gold, predicted))
    return Page(left, right, (paint(length, outermost(left)), paint(length, outermost(right))))


def tagged(gold: Sequence[str], predicted: Sequence[str]) -> Page:
    """A page of flat tags; its mentions are those that conlleval.pl reads."""
    return Page(_read(gold), _read(predicted), (tuple(gold), tuple(predicted)))


def outermost(mentions: Sequence[Mention]) -> Mentions:
    """The mentions that one tag a token can hold: the longer of two that overlap, then the earlier."""
    kept: list[Mention] = []
    for one in sorted(mentions, key=lambda one: (one[0] - one[1], one)):
        if not any(shared(one, other) for other in kept):
            kept.append(one)
    return tuple(sorted(kept))


def paint(length: int, mentions: Sequence[Mention]) -> Tags:
    """IOB2 tags; of two mentions on one token the one named first has it."""
    tags = ["O"] * length
    for start, end, kind in reversed(mentions):
        tags[start:end] = [f"B-{kind}", *[f"I-{kind}"] * (end - start - 1)]
    return tuple(tags)


def shared(one: Mention, other: Mention) -> int:
    """Words that two mentions share."""
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def _read(tags: Sequence[str]) -> Mentions:
    found = read_tags([tags])
    rows = zip(found.spans.starts.tolist(), found.spans.ends.tolist(), found.spans.labels.tolist(), strict=True)
    return tuple((start, end, found.labels[label]) for start, end, label in rows)


@dataclass(frozen=True)
class Sample:
    """Named pages. `flat`: tools that read tags get them; `plain`: exact matching must agree everywhere.

    `origin` is the corpus that the pages were cut from, where there is one: ours is then scored on its offsets.
    """

    name: str
    pages: tuple[Page, ...]
    types: tuple[str, ...]
    flat: bool = False
    plain: bool = False
    origin: Corpus | None = None

    def only(self, pages: Sequence[Page]) -> "Sample":
        """Other pages of the same kind, with the types that occur on them, and those whose names begin theirs."""
        found = {one[2] for page in pages for side in page.sides for one in side}
        types = tuple(kind for kind in self.types if any(name.startswith(kind) for name in found))
        return Sample(self.name, tuple(pages), types or self.types[:1], self.flat, self.plain)

    @cached_property
    def corpus(self) -> Corpus:
        """What the scorers of the harness read: words of one letter, mentions by character offsets."""
        if self.origin is not None:
            return self.origin
        documents = [Document(str(number), " ".join("ب" * len(page.tags[0]))) for number, page in enumerate(self.pages)]
        gold, predicted = ([_annotation(page.sides[side]) for page in self.pages] for side in (0, 1))
        return Corpus(documents, gold, predicted, labels=self.types)


def _annotation(mentions: Mentions) -> Annotation:
    return Annotation(entities=tuple(Entity(2 * start, 2 * end - 1, kind) for start, end, kind in mentions))


def has_orphan(tags: Tags) -> bool:
    """Whether an I goes on with nothing, which IOB2 forbids."""
    pairs = pairwise(("O", *tags))
    return any(tag[0] == "I" and (last == "O" or last[2:] != tag[2:]) for last, tag in pairs)


def smaller(page: Page, *, flat: bool) -> Iterator[Page]:
    """Pages with something taken away: first a half, then a word, then a mention or a tag.

    What is well-formed stays so.
    """
    well_formed = not any(map(has_orphan, page.tags))
    yield from (one for one in _reduced(page, flat=flat) if not (well_formed and any(map(has_orphan, one.tags))))


def _reduced(page: Page, *, flat: bool) -> Iterator[Page]:
    length = len(page.tags[0])
    if length > 8:
        for first in (0, length // 4, length // 2):
            yield _without(page, {*range(first)} | {*range(first + length // 2, length)}, flat=flat)
    for word in range(length):
        yield _without(page, {word}, flat=flat)
    if flat:
        for side in (0, 1):
            for word in (at for at, tag in enumerate(page.tags[side]) if tag != "O"):
                tags = [list(one) for one in page.tags]
                tags[side][word] = "O"
                yield tagged(*tags)
    else:
        for one in page.gold:
            yield spanned(length, [other for other in page.gold if other != one], page.predicted)
        for one in page.predicted:
            yield spanned(length, page.gold, [other for other in page.predicted if other != one])


def _without(page: Page, words: set[int], *, flat: bool) -> Page:
    """The page without some words; mentions shrink, and vanish with their last word."""
    kept = [word for word in range(len(page.tags[0])) if word not in words]
    if flat:
        return tagged(*([tags[word] for word in kept] for tags in page.tags))
    sides = []
    for side in page.sides:
        moved = (
            (sum(word < start for word in kept), sum(word < end for word in kept), kind) for start, end, kind in side
        )
        sides.append([one for one in moved if one[0] < one[1]])
    return spanned(len(kept), *sides)
