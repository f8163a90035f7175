"""Several extractors as one: a mention is kept if they are sure enough of it together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.data.offsets import Rewrite
from harness.data.types import Annotation, Document, Entity, InputError, Prediction, Runner
from harness.runners.carried import carry_entities
from harness.runners.rivals import settle


@dataclass(frozen=True)
class Ensemble:
    """An entity has the mean of its members' scores, 0 from a member without it, and is kept from `threshold` on.

    A score that a member does not give counts as 1. A name has one mention: `rivals.settle` says which stays. Claims
    and sentence labels are those of the member `lead`, counted from 0: what two systems say about a sentence has no
    mean. All members answer in the gold's own types.
    """

    members: Sequence[Any]
    threshold: float
    lead: int = 0
    allow_seen: bool = False
    name: str = "ensemble"

    def __post_init__(self) -> None:
        if len(self.members) < 2:
            raise InputError(f"members: found {len(self.members)}, wanted two runners at least")
        if not 0 < self.threshold <= 1:
            raise InputError(f"threshold: found {self.threshold}, wanted a number above 0 up to 1")
        if not 0 <= self.lead < len(self.members):
            raise InputError(
                f"lead: found {self.lead}, wanted the number of a member, from 0 to {len(self.members) - 1}"
            )
        foreign = [member.name for member in self.members if getattr(member, "tag_set", None) is not None]
        if foreign:
            raise InputError(f"members: found {', '.join(foreign)} with another tag set, wanted the gold's own types")

    def load(self) -> None:
        """Load every member."""
        for member in self._runners:
            member.load()

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        """One prediction a document, in order; one that fails in any member yields a prediction with its error."""
        for document, *answers in zip(documents, *(member.predict(documents) for member in self._runners), strict=True):
            errors = [answer.error for answer in answers if answer.error is not None]
            seconds = [answer.seconds for answer in answers if answer.seconds is not None]
            spent = sum(seconds) if len(seconds) == len(answers) else None
            annotation = (
                Annotation() if errors else self._joined(document.text, [answer.annotation for answer in answers])
            )
            yield Prediction(answers[0].doc_id, annotation, spent, errors[0] if errors else None)

    @property
    def remarks(self) -> Sequence[str]:
        """What the members remark."""
        return [remark for member in self._runners for remark in getattr(member, "remarks", ())]

    @property
    def not_for(self) -> Sequence[str]:
        """The data sets whose scores say nothing, because a member has learned from them."""
        return [name for member in self._runners for name in getattr(member, "not_for", ())]

    @property
    def provenance(self) -> Mapping[str, object]:
        """What the members say about the models that they loaded, by number and name."""
        named = {f"{number}:{member.name}": member for number, member in enumerate(self._runners)}
        return {name: getattr(member, "provenance", None) for name, member in named.items()}

    def learned_from(self, documents: Sequence[Document]) -> list[str]:
        """The ids of documents that a member was trained on."""
        known = [member.learned_from(documents) for member in self._runners if hasattr(member, "learned_from")]
        learned = {one for ids in known for one in ids}
        return [document.id for document in documents if document.id in learned]

    @property
    def _runners(self) -> Sequence[Runner]:
        return self.members

    def _joined(self, text: str, annotations: Sequence[Annotation]) -> Annotation:
        """The members' annotations of one text as one."""
        answers = [carry_entities(annotation.entities or (), Rewrite(text)) for annotation in annotations]
        scores: dict[tuple[int, int, str], float] = {}
        for answer in answers:
            for entity in answer:
                score = 1.0 if entity.score is None else entity.score
                scores[entity[:3]] = scores.get(entity[:3], 0.0) + score / len(annotations)
        # Sums of thirds fall short of the whole by a last digit.
        kept = [Entity(*span, min(score, 1.0)) for span, score in scores.items() if score >= self.threshold - 1e-9]
        names = settle(text, kept, [{entity[:3] for entity in answer} for answer in answers])
        leading = annotations[self.lead]
        return Annotation(tuple(names), leading.claims, leading.sentences)
