"""How the outputs of a joint model are grouped: each group is one decision a word, with outputs of its own.

A label of the model is written `head/group/tag`. A *head* answers in one tag set, a *group* within it marks the
mentions of one entity type or claim role (tags O, B, I), so that mentions of unlike types may nest without a model
class of their own. Groups that end in `.inner` hold mentions inside a longer one of the same kind.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from harness.data.schema import GOLD_NAME, read_schema
from harness.data.types import InputError

BIO: Final = ("O", "B", "I")
GOLD: Final = "gold"
INNER: Final = ".inner"
ROLES: Final = ("content", "content.inner", "cue", "source")
CUTS: Final = ("0", "1", "2")
ENTITY_CUT: Final = "entity-cut"
ROLE_CUT: Final = "role-cut"
_SCHEMA: Final = read_schema(GOLD_NAME)
NESTING_TYPES: Final = _SCHEMA.self_nesting
"""Types that the guidelines nest in themselves: a region in a region, a body in a body, an office in an office."""


@dataclass(frozen=True)
class Group:
    """One decision a word: the `tags` it chooses from, and the outputs `first` to `first + len(tags)` for them."""

    head: str
    name: str
    tags: tuple[str, ...]
    first: int

    @property
    def outputs(self) -> slice:
        """The outputs of the group."""
        return slice(self.first, self.first + len(self.tags))


def gold_groups() -> list[tuple[str, tuple[str, ...]]]:
    """Names and tags of the groups that the gold's own schema needs."""
    inner = [kind + INNER for kind in NESTING_TYPES]
    spans = [(name, BIO) for name in (*_SCHEMA.types, *inner, *ROLES)]
    words: list[tuple[str, tuple[str, ...]]] = [(ENTITY_CUT, CUTS), (ROLE_CUT, CUTS)]
    words += [(name, _SCHEMA.attributes[name]) for name in ("polarity", "certainty")]
    return [*spans, *words, ("sentence", _SCHEMA.sentence_labels)]


def entity_groups(labels: Iterable[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Names and tags of the groups of a head that marks entities only, whose mentions may nest."""
    return [(label, BIO) for label in labels]


def write_labels(heads: dict[str, list[tuple[str, tuple[str, ...]]]]) -> list[str]:
    """The labels of the outputs, in order."""
    return [f"{head}/{name}/{tag}" for head, groups in heads.items() for name, tags in groups for tag in tags]


def is_joint(labels: Sequence[str]) -> bool:
    """Whether the labels of a model are those of a joint one."""
    return bool(labels) and all(label.count("/") == 2 for label in labels)


def read_groups(labels: Sequence[str]) -> list[Group]:
    """The groups that the labels of a joint model form.

    Raises:
        InputError: the outputs of a group do not stand together.
    """
    groups: list[Group] = []
    for number, label in enumerate(labels):
        head, name, tag = label.split("/")
        if groups and (groups[-1].head, groups[-1].name) == (head, name):
            groups[-1] = Group(head, name, (*groups[-1].tags, tag), groups[-1].first)
        else:
            groups.append(Group(head, name, (tag,), number))
    names = [(group.head, group.name) for group in groups]
    twice = sorted({f"{head}/{name}" for head, name in names if names.count((head, name)) > 1})
    if twice:
        raise InputError(f"labels: found the outputs of {', '.join(twice)} apart, wanted each group's together")
    return groups
