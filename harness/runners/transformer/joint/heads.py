"""How the outputs of a joint model are grouped: each group is one decision a word, with outputs of its own.

A label of the model is written `head/group/tag`. A *head* answers in one schema or tag set, a *group* within it marks
the mentions of one entity type or claim role (tags O, B, I), so that mentions of unlike types may nest without a model
class of their own, or chooses the value of an attribute or a sentence's label. Groups that end in `.inner` hold
mentions inside a longer one of the same kind. Names of types and values are any text: what would read otherwise in a
label is percent-encoded there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote

from harness.data.schema import GOLD_NAME, Schema, read_schema
from harness.data.types import InputError

BIO: Final = ("O", "B", "I")
GOLD: Final = "gold"
INNER: Final = ".inner"
ROLES: Final = ("content", "content.inner", "cue", "source")
CUTS: Final = ("0", "1", "2")
ENTITY_CUT: Final = "entity-cut"
ROLE_CUT: Final = "role-cut"
FLAT: Final = "flat"
"""The one group of a head whose mentions do not nest; its tags are O, B-TYPE and I-TYPE."""
SENTENCE: Final = "sentence"
QUOTE: Final = "quote"
"""The attribute that quotation marks tell (`arabic.quotations.quote_of`)."""

_GOLD: Final = read_schema(GOLD_NAME)
_ATTRIBUTE: Final = "attribute."
# Names of groups that no type's group may have. The gold's attributes have bare names, in models made before schemas.
_RESERVED: Final = frozenset({*ROLES, ENTITY_CUT, ROLE_CUT, FLAT, SENTENCE, *_GOLD.attributes})


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

    @property
    def marks_type(self) -> bool:
        """Whether the group marks the mentions of an entity type."""
        return self.tags == BIO and self.name not in _RESERVED and not self.name.startswith(_ATTRIBUTE)


def schema_groups(schema: Schema) -> list[tuple[str, tuple[str, ...]]]:
    """Names and tags of the groups that a schema needs.

    An attribute that quotation marks tell needs none.
    """
    types = [type_group(kind) for kind in schema.types]
    groups: list[tuple[str, tuple[str, ...]]] = [(name, BIO) for name in types]
    groups += [(type_group(kind) + INNER, BIO) for kind in schema.self_nesting]
    with_claims = "claims" in schema.layers
    groups += [(role, BIO) for role in ROLES if with_claims]
    groups += [(ENTITY_CUT, CUTS)] * bool(types) + [(ROLE_CUT, CUTS)] * with_claims
    groups += [
        (attribute_group(name), values) for name, values in schema.attributes.items() if not is_told(name, schema)
    ]
    return groups + [(SENTENCE, schema.sentence_labels)] * bool(schema.sentence_labels)


def entity_groups(labels: Iterable[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Names and tags of the groups of a head that marks entities only, whose mentions may nest."""
    return [(type_group(label), BIO) for label in labels]


def type_group(kind: str) -> str:
    """The name of the group that marks the mentions of an entity type."""
    name = _escape(kind)
    if name.endswith(INNER):
        name = name.removesuffix(INNER) + INNER.replace(".", "%2E")
    if name in _RESERVED or name.startswith(_ATTRIBUTE):
        name = f"%{ord(name[0]):02X}{name[1:]}"
    return name


def type_of(name: str) -> str:
    """The entity type whose mentions, or inner ones, a group marks."""
    return unquote(name.removesuffix(INNER))


def attribute_group(name: str) -> str:
    """The name of the group that chooses the value of a claim's attribute."""
    return name if name in _GOLD.attributes else _ATTRIBUTE + _escape(name)


def is_told(attribute: str, schema: Schema) -> bool:
    """Whether quotation marks tell the values of an attribute, so that no group chooses among them."""
    return attribute == QUOTE and set(schema.attributes[attribute]) == set(_GOLD.attributes[QUOTE])


def write_labels(heads: dict[str, list[tuple[str, tuple[str, ...]]]]) -> list[str]:
    """The labels of the outputs, in order."""
    return [f"{head}/{name}/{_escape(tag)}" for head, groups in heads.items() for name, tags in groups for tag in tags]


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
        head, name, written = label.split("/")
        tag = unquote(written)
        if groups and (groups[-1].head, groups[-1].name) == (head, name):
            groups[-1] = Group(head, name, (*groups[-1].tags, tag), groups[-1].first)
        else:
            groups.append(Group(head, name, (tag,), number))
    names = [(group.head, group.name) for group in groups]
    twice = sorted({f"{head}/{name}" for head, name in names if names.count((head, name)) > 1})
    if twice:
        raise InputError(f"labels: found the outputs of {', '.join(twice)} apart, wanted each group's together")
    return groups


def _escape(name: str) -> str:
    return name.replace("%", "%25").replace("/", "%2F")
