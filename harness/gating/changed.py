"""What a run has other than its baseline, item by item: lost and found of the gold, and wrong answers new and gone.

An extractor that gives the same answer to the same text has a known loss on the gold: these lists are that loss.
Uncertain is only how it would do on other texts, which is what intervals are for.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from harness.comparison.disputes import Dispute, rivals
from harness.scoring.corpus import Corpus
from harness.scoring.table import Scorer

ALL: Final = "all"
"""The label of all items of a scorer: mentions of any type, sentences of any label, claims right in every role."""


@dataclass(frozen=True)
class Count:
    """How many items were right before and are not now, the other way about, and wrong answers that are new or gone."""

    lost: int
    found: int
    wrong: int = 0
    mended: int = 0

    @property
    def net(self) -> int:
        """Found less lost."""
        return self.found - self.lost

    @property
    def more_wrong(self) -> int:
        """New wrong answers less those that are gone."""
        return self.wrong - self.mended


@dataclass(frozen=True, eq=False)
class Changed:
    """What one scorer finds changed.

    `gold` are items of the gold that only one side has right, `roles` the same for single roles of claims. `answers`
    are those that the gold has not, and only one side gave; empty for claims, whose wrong ones are those not paired.
    """

    gold: Sequence[Dispute]
    answers: Sequence[Dispute] = ()
    roles: Mapping[str, Sequence[Dispute]] | None = None

    @property
    def labels(self) -> list[str]:
        """The roles of claims, the types or labels of mentions and sentences: those in which anything changed."""
        if self.roles is not None:
            return [role for role, disputes in self.roles.items() if disputes]
        return sorted({item.type for item in (*self.gold, *self.answers)})

    def count(self, label: str = ALL) -> Count:
        """The numbers for a type, label or role, or for all."""
        gold, answers = ([item for item in part if label in (ALL, item.type)] for part in (self.gold, self.answers))
        if self.roles is not None and label in self.roles:
            gold = list(self.roles[label])
        sides, wrong = (Counter(item.right for item in part) for part in (gold, answers))
        return Count(sides["a"], sides["b"], wrong["a"], wrong["b"])

    @property
    def items(self) -> list[tuple[str, Dispute]]:
        """Every item with what became of it: lost, found, newly wrong, no longer wrong; in the order of the documents.

        A claim is named once, with the roles that changed; it is lost or found as a whole, or in some roles alone.
        """
        kinds = [("lost" if item.right == "a" else "found", item) for item in self.gold]
        kinds += [("wrong" if item.right == "a" else "mended", item) for item in self.answers]
        whole = {(item.document, item.start, item.end, item.right) for item in self.gold}
        for role, disputes in (self.roles or {}).items():
            for item in disputes:
                if (item.document, item.start, item.end, item.right) not in whole:
                    kinds.append((f"{role} {'lost' if item.right == 'a' else 'found'}", item))
        return sorted(kinds, key=lambda item: (item[1].document, item[1].start, item[1].end, item[0], item[1].type))

    def record(self) -> dict[str, Any]:
        """Numbers by label and all items, as JSON has them."""
        numbers = {label: self.count(label) for label in (ALL, *self.labels)}
        return {
            "counts": {
                label: {
                    "lost": count.lost,
                    "found": count.found,
                    "net": count.net,
                    "wrong": count.wrong,
                    "mended": count.mended,
                }
                for label, count in numbers.items()
            },
            "items": [{"change": kind, **_without_right(item)} for kind, item in self.items],
        }


def changed(
    before: Mapping[str, Corpus], after: Mapping[str, Corpus], scorers: Mapping[str, Scorer]
) -> dict[str, Changed]:
    """By scorer what changed between two runs, whose corpora are by layer; those without right and wrong are absent."""
    return {
        name: Changed(
            both.disputes(),
            both.unfounded(),
            {role: both.disputed(role) for role in both.roles} if both.roles else None,
        )
        for name, both in rivals((before, after), scorers).items()
    }


def _without_right(dispute: Dispute) -> dict[str, Any]:
    return {key: value for key, value in dispute.record().items() if key != "right"}
