"""What several extractors say about one text as one annotation.

Votes are counted: a mention, a claim or an unplaced answer has the weight of the members that gave it, times how sure
they are. Mentions are alike where start, end and type are equal; claims where their contents are, without edge
punctuation; labels are voted on sentence by sentence, as the segmenter cuts them.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeVar

from harness.arabic.segment import trim
from harness.data.offsets import Rewrite
from harness.data.types import LAYERS, Annotation, Claim, Entity, Sentence, Span, Unplaced
from harness.runners.carried import carry_annotation, carry_entities
from harness.runners.rivals import settle

How = Literal["mean", "union", "intersection", "majority", "weighted", "by_type"]
"""How answers become one: by the mean of their scores, by who gave them, or by the member that owns their type."""

Layer = Literal["lead", "how"]
"""Where a layer besides entities comes from: one member, or all of them as mentions do."""

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

_ROUNDING: Final = 1e-9
"""By how much a sum of shares falls short of the whole at most: three times 0.42 / 3 is below 0.42."""


@dataclass(frozen=True)
class Joiner:
    """How the answers of members, told apart by their numbers from 0, become one.

    `weights` has one for each member. `owners` are the members of types, for `by_type`; types that it lacks are those
    of `lead`, as are claims and sentence labels unless `claims` and `sentences` say otherwise.
    """

    how: How
    threshold: float
    weights: Sequence[float]
    lead: int = 0
    claims: Layer = "lead"
    sentences: Layer = "lead"
    owners: Mapping[str, int] = field(default_factory=dict)
    others: int | None = None

    def join(self, text: str, answers: Mapping[int, Annotation]) -> Annotation:
        """The annotations of `text`, by the numbers of the members that answered, as one."""
        leading = answers[self._answering(self.lead, answers)]
        joined_claims, joined_labels = (self._is_joined(layer) for layer in ("claims", "sentences"))
        return Annotation(
            self._entities(text, answers),
            self._claims(text, answers) if joined_claims else leading.claims,
            self._sentences(text, answers) if joined_labels else leading.sentences,
            tuple(unplaced for layer in LAYERS for unplaced in self._unplaced(layer, answers)),
        )

    def _answering(self, member: int, answers: Mapping[int, Annotation]) -> int:
        """`member`, or in its place the lead, or else the first one that answered."""
        return next(number for number in (member, self.lead, *answers) if number in answers)

    def _owner(self, kind: str, answers: Mapping[int, Annotation]) -> int:
        """The member that answers for a type."""
        others = self.lead if self.others is None else self.others
        return self._answering(self.owners.get(kind, others), answers)

    def _is_joined(self, layer: str) -> bool:
        """Whether all members have a say in a layer; claims and sentences have no types to be chosen by."""
        told = {"entities": "how", "claims": self.claims, "sentences": self.sentences}
        return told[layer] == "how" and (self.how != "by_type" or layer == "entities")

    def _voters(self, layer: str, answers: Mapping[int, Annotation]) -> list[int]:
        """Who has a vote in a layer: those that answer it; on a mean of mentions all, and the others give 0."""
        on_a_mean = layer == "entities" and self.how in ("mean", "weighted")
        return [number for number, answer in answers.items() if on_a_mean or answer.has(layer)]

    def _entities(self, text: str, answers: Mapping[int, Annotation]) -> tuple[Entity, ...] | None:
        """The mentions."""
        by_score = self.how in ("mean", "weighted")
        voters = self._voters("entities", answers)
        if not voters:
            return None
        given = {number: carry_entities(answers[number].entities or (), Rewrite(text)) for number in voters}
        if self.how == "by_type":
            owned = (
                entity
                for number, mentions in given.items()
                for entity in mentions
                if self._owner(entity.type, answers) == number
            )
            return tuple(sorted(owned, key=lambda entity: entity[:3]))
        votes = _votes((entity[:3], number, entity.score) for number, mentions in given.items() for entity in mentions)
        kept = [Entity(*span, score) for span, score in self._kept(votes, voters).items()]
        if by_score:
            kept = settle(text, kept, [{entity[:3] for entity in mentions} for mentions in given.values()])
        return tuple(sorted(kept, key=lambda entity: entity[:3]))

    def _kept(self, votes: Mapping[Key, Mapping[int, float]], voters: Sequence[int]) -> dict[Key, float]:
        """What is kept of that for which `votes` have the scores by member, with the mean of these over `voters`."""
        whole = sum(self.weights[number] for number in voters)
        kept = {}
        for key, given in votes.items():
            score = 0.0
            for number, own in given.items():
                score += own * self.weights[number] / whole
            enough = {
                "union": True,
                "intersection": len(given) == len(voters),
                "majority": 2 * len(given) > len(voters),
            }
            if enough.get(self.how, score >= self.threshold - _ROUNDING):
                kept[key] = min(score, 1.0)
        return kept

    def _claims(self, text: str, answers: Mapping[int, Annotation]) -> tuple[Claim, ...] | None:
        """The claims, each with the cue, source, speaker and attributes that most give it, else the earliest member."""
        voters = self._voters("claims", answers)
        if not voters:
            return None
        by_content: dict[tuple[Span, int], dict[int, Claim]] = {}
        for number in voters:
            carried = carry_annotation(Annotation(claims=answers[number].claims), Rewrite(text)).claims or ()
            ordered = sorted(carried, key=lambda claim: (claim.content, claim.cue))
            # Several claims of one member may have one content; the first of them is alike to the first of another.
            keys = numbered(trim(text, claim.content) for claim in ordered)
            for key, claim in zip(keys, ordered, strict=True):
                by_content.setdefault(key, {})[number] = claim
        votes = _votes((key, number, claim.score) for key, own in by_content.items() for number, claim in own.items())
        joined = (self._claim(text, by_content[key], score) for key, score in self._kept(votes, voters).items())
        return tuple(sorted(joined, key=lambda claim: (claim.content, claim.cue)))

    def _claim(self, text: str, given: Mapping[int, Claim], score: float) -> Claim:
        """The claims of one content, by member, as one."""

        def most(values: Mapping[int, Value], alike: Mapping[int, Hashable] | None = None) -> Value:
            return values[self._most(values if alike is None else alike)]

        cues, sources = (
            {number: getattr(claim, role) for number, claim in given.items()} for role in ("cue", "source")
        )
        names = dict.fromkeys(name for claim in given.values() for name in claim.attributes)
        return Claim(
            content=next(iter(given.values())).content,
            cue=most(cues, {number: trim(text, cue) for number, cue in cues.items()}),
            source=most(sources, {number: source and trim(text, source) for number, source in sources.items()}),
            speaker=most({number: claim.speaker for number, claim in given.items()}),
            attributes={
                name: most({number: one.attributes[name] for number, one in given.items() if name in one.attributes})
                for name in names
            },
            score=score,
        )

    def _sentences(self, text: str, answers: Mapping[int, Annotation]) -> tuple[Sentence, ...] | None:
        """Each sentence with the label that most give it, else that of the lead, else of the earliest member."""
        voters = self._voters("sentences", answers)
        if not voters:
            return None
        by_span: dict[Span, dict[int, Sentence]] = {}
        for number in sorted(voters, key=lambda number: (number != self.lead, number)):
            carried = carry_annotation(Annotation(sentences=answers[number].sentences), Rewrite(text)).sentences
            for sentence in carried or ():
                by_span.setdefault(Span(*sentence[:2]), {})[number] = sentence
        joined = []
        for span, given in sorted(by_span.items()):
            label = given[self._most({number: sentence.label for number, sentence in given.items()})].label
            sure = sum(
                self.weights[number] * (1.0 if sentence.score is None else sentence.score)
                for number, sentence in given.items()
                if sentence.label == label
            )
            joined.append(Sentence(*span, label, min(1.0, sure / sum(self.weights[number] for number in given))))
        return tuple(joined)

    def _most(self, values: Mapping[int, Hashable]) -> int:
        """The first member that says what the most weight is behind."""
        behind: Counter[Hashable] = Counter()
        for number, value in values.items():
            behind[value] += self.weights[number]  # type: ignore[assignment]
        # max() takes the first of several; weights that should be equal differ by their rounding.
        return max(values, key=lambda number: round(behind[values[number]], 9))

    def _unplaced(self, layer: str, answers: Mapping[int, Annotation]) -> Iterable[Unplaced]:
        """What has no place in the text: it is kept as a mention of score 1 would be.

        Alike are answers with one label, quote and place where they were said to be.
        """
        given = {
            number: [unplaced for unplaced in answer.unplaced if unplaced.layer == layer]
            for number, answer in answers.items()
        }
        if not self._is_joined(layer):
            return given[self._answering(self.lead, answers)]
        if self.how == "by_type":
            return [
                unplaced
                for number, own in given.items()
                for unplaced in own
                if self._owner(unplaced.label, answers) == number
            ]
        votes = _votes((key, number, None) for number, own in given.items() for key in numbered(own))
        return [unplaced for unplaced, _ in self._kept(votes, self._voters(layer, answers))]


def _votes(scored: Iterable[tuple[Key, int, float | None]]) -> dict[Key, dict[int, float]]:
    """By what was answered the scores of the members that did; one that is not given counts as 1."""
    votes: dict[Key, dict[int, float]] = {}
    for key, number, score in scored:
        votes.setdefault(key, {})[number] = 1.0 if score is None else score
    return votes


def numbered(items: Iterable[Key]) -> Iterator[tuple[Key, int]]:
    """Each item with how often it came before: what is said twice is two."""
    seen: Counter[Key] = Counter()
    for item in items:
        yield item, seen[item]
        seen[item] += 1
