"""Annotation in the layers of a CAS as marks and links: which type is a mention, a sentence, or a part of a claim.

Spans of a layer are annotations of a type of their own. A relation of INCEpTION is an annotation with the features
Governor and Dependent, for where it begins and where it leads; a slot is a feature that holds links, each with a role
and a target.
"""

import json
import keyword
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from harness.data.jsonl import one_line, shown
from harness.data.near import guess, listed
from harness.data.types import Document, InputError
from harness.formats.marks import SPEAKER, Link, Mark, MarkedText, Marking

Unlabelled = Literal["error", "skip"]

NAMED_ENTITY: Final = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
METADATA: Final = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
CLAIM: Final = "webanno.custom.Claim"
CLAIM_RELATION: Final = "webanno.custom.ClaimRelation"
LABELLED_SENTENCE: Final = "webanno.custom.LabelledSentence"
META: Final = "webanno.custom.Meta"
VIEW: Final = "_InitialView"
GOVERNOR: Final = "Governor"
DEPENDENT: Final = "Dependent"

_ESCAPE: Final = "attr_"
_PLAIN: Final = re.compile(r"[a-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*")
_ESCAPED: Final = re.compile(r"_x([0-9A-F]{1,6})_")
_RESERVED: Final = frozenset({"begin", "end", "sofa", "self", "type", "type_", "self_", "xmiID", "part", SPEAKER})
_OWN: Final = ("sofa", "begin", "end")
# What every document has, and what INCEpTION keeps for itself.
_NO_LAYERS: Final = (
    "uima.",
    "de.tudarmstadt.ukp.dkpro.core.api.segmentation.",
    "de.tudarmstadt.ukp.dkpro.core.api.metadata.",
    "de.tudarmstadt.ukp.clarin.webanno.api.type.",
    "de.tudarmstadt.ukp.inception.",
)


@dataclass(frozen=True)
class Layer:
    """A type of annotations, and the feature that labels them; None: the type's own name, without its packages."""

    type: str
    label: str | None


@dataclass(frozen=True)
class Claims:
    """Where claims are.

    `type` is the layer of contents, and of cues and sources too where `part` names a feature that says which each is;
    None: there are no claims. `relation` is the layer of relations from a content to its cue and to its source, and
    `role` the feature that says which one. `slots` are features of contents that hold the cue and the source: links
    with roles, or annotations; without a role the name of the feature is one. `attributes` are the features that are
    attributes of claims, None: all others with a plain value.
    """

    type: str | None = CLAIM
    part: str | None = "part"
    relation: str | None = CLAIM_RELATION
    role: str = "role"
    slots: Sequence[str] = ()
    speaker: str | None = SPEAKER
    attributes: Sequence[str] | None = None


@dataclass(frozen=True)
class Reading:
    """How a CAS is read; the keys of the data set of this name."""

    mentions: Layer = field(default_factory=lambda: Layer(NAMED_ENTITY, "value"))
    sentences: Layer | None = field(default_factory=lambda: Layer(LABELLED_SENTENCE, "label"))
    claims: Claims = field(default_factory=Claims)
    marking: Marking = field(default_factory=Marking)
    view: str = VIEW
    unlabelled: Unlabelled = "error"


def feature_name(attribute: str) -> str:
    """The feature of a claim's attribute: a name that Java, XML and Python have, and INCEpTION can show."""
    is_plain = _PLAIN.fullmatch(attribute) and not keyword.iskeyword(attribute) and attribute not in _RESERVED
    if is_plain and not attribute.startswith(_ESCAPE):
        return attribute
    return _ESCAPE + "".join(char if char.isascii() and char.isalnum() else f"_x{ord(char):X}_" for char in attribute)


def attribute_name(feature: str) -> str:
    """The inverse of `feature_name`."""
    if not feature.startswith(_ESCAPE):
        return feature
    return _ESCAPED.sub(
        lambda match: chr(int(match[1], 16)) if int(match[1], 16) < 0x110000 else match[0], feature[len(_ESCAPE) :]
    )


class LayerReader:
    """Reads one CAS after another, and keeps which types there were and what was passed over."""

    def __init__(self, reading: Reading, counts: Counter[str]) -> None:
        self._reading, self._counts = reading, counts
        self._known: set[str] = set()
        self._annotated: Counter[str] = Counter()

    def read(self, cas: Any, doc_id: str, where: str) -> MarkedText:
        """The document of a CAS, an object of cassis; `doc_id` is its id where it names none.

        Raises:
            InputError: it has no text, a layer has no such feature, or an annotation no label or no place.
        """
        view = _view(cas, self._reading.view, where)
        self._known |= {kind.name for kind in view.typesystem.get_types()}
        document = Document(_title(view) or doc_id, view.sofa_string, _meta(view, where))
        reader = _DocumentReader(view, document.text, where, self._reading, self._counts)
        reader.read_mentions()
        reader.read_claims()
        for name, items in view._current_view.type_index.items():
            if items and name not in reader.read_types and name != META and not name.startswith(_NO_LAYERS):
                self._annotated[name] += len(items)
        return MarkedText(document, tuple(reader.marks.values()), tuple(reader.links), where)

    def finish(self, path: str) -> None:
        """See that the types that were asked for are known, and count annotations of all others.

        Raises:
            InputError: no type system has one of them.
        """
        defaults, reading = Reading(), self._reading
        asked = {"mentions.type": reading.mentions.type}
        if reading.sentences is not None and reading.sentences != defaults.sentences:
            asked["sentences.type"] = reading.sentences.type
        if reading.claims != defaults.claims:
            asked |= {f"claims.{key}": value for key in ("type", "relation") if (value := getattr(reading.claims, key))}
        for key, name in asked.items():
            # A minimal type system has what one document uses, and there may be claims alone.
            is_own = key == "mentions.type" and name == NAMED_ENTITY and not self._annotated
            if name not in self._known and not is_own and name not in (CLAIM, CLAIM_RELATION):
                known = sorted(kind for kind in self._known if not kind.startswith(_NO_LAYERS))
                wanted = f"one of {listed(known)}{guess(name, known)}" if known else "a type of the file"
                raise InputError(f"{path}: dataset.{key}: found no type {shown(name)}, wanted {wanted}")
        for name, count in self._annotated.items():
            self._counts[f"annotations of {name}, a layer that is not read"] += count


def _view(cas: Any, name: str, where: str) -> Any:
    with_text = [view.sofa.sofaID for view in cas.views if view.sofa.sofaString is not None]
    if name not in with_text:
        known = ", ".join(f"dataset.view={one_line(view)}" for view in with_text) or "a text in some view"
        raise InputError(f"{where}: found no text in the view {shown(name)}, wanted {known}")
    return cas.get_view(name)


def _title(view: Any) -> str | None:
    """The title of the document: INCEpTION keeps its name there, and that of the annotator as the id."""
    if not view.typesystem.contains_type(METADATA):
        return None
    titles = (item.get("documentTitle") for item in view.select(METADATA))
    return next((title for title in titles if isinstance(title, str) and title.strip()), None)


def _meta(view: Any, where: str) -> dict[str, Any]:
    if not view.typesystem.contains_type(META):
        return {}
    meta = {}
    for item in view.select(META):
        try:
            meta[str(item.get("key"))] = json.loads(item.get("value"))
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise InputError(f"{where}: {_named(item)}: found no JSON as its value, wanted some") from error
    return meta


def _named(item: Any) -> str:
    return f"{item.type.name.rpartition('.')[2]}#{item.xmiID}"


class _DocumentReader:
    """The marks and links of one document."""

    def __init__(self, view: Any, text: str, where: str, reading: Reading, counts: Counter[str]) -> None:
        self._view, self._text, self._where = view, text, where
        self._reading, self._counts = reading, counts
        self._names: dict[int, str] = {}
        self.marks: dict[str, Mark] = {}
        self.links: list[Link] = []
        self.read_types: set[str] = set()

    def read_mentions(self) -> None:
        """Make marks of the layer of mentions, and of that of sentences."""
        reading = self._reading
        layers = [(reading.mentions, "entities")]
        if reading.sentences is not None:
            layers.append((reading.sentences, "sentences"))
        for layer, kind in layers:
            for item in self._items(layer.type, layer.label):
                labels = [layer.type.rpartition(".")[2]]
                if layer.label is not None:
                    labels = self._labels(item, layer.label)
                for label in labels:
                    self._add(item, label, layer=kind)

    def read_claims(self) -> None:
        """Make marks of the parts of claims, and links of what leads from one to another."""
        claims, marking = self._reading.claims, self._reading.marking
        if claims.type is None:
            return
        contents = []
        for item in self._items(claims.type, claims.part, claims.speaker, *claims.slots, *(claims.attributes or ())):
            labels = [marking.content] if claims.part is None else self._labels(item, claims.part)
            for label in labels[:1]:
                if label not in marking.roles:
                    found = f"{self._where}: {_named(item)}: {claims.part}: found {shown(label)}"
                    raise InputError(f"{found}, wanted one of {', '.join(marking.roles)}{guess(label, marking.roles)}")
                if label == marking.content:
                    contents.append(item)
                    self._add(item, label, self._attributes(item))
                else:
                    self._add(item, label)
        for item in contents:
            for slot in claims.slots:
                for role, target in self._slot(item, slot):
                    self._link(role, item, target)
        if claims.relation is not None:
            for item in self._items(claims.relation, claims.role, GOVERNOR, DEPENDENT):
                head, tail = item.get(GOVERNOR), item.get(DEPENDENT)
                if head is None or tail is None:
                    found = f"{self._where}: {_named(item)}: found no {GOVERNOR if head is None else DEPENDENT}"
                    raise InputError(f"{found}, wanted both ends of the relation")
                for role in self._labels(item, claims.role)[:1]:
                    self._link(role, head, tail)

    def _items(self, name: str, *features: str | None) -> Sequence[Any]:
        """The annotations of a type, and of those below it, in the order of the text."""
        types = self._view.typesystem
        if not types.contains_type(name, match_exactly=True):
            return ()
        known = [feature.name for feature in types.get_type(name).all_features]
        for feature in features:
            if feature is not None and feature not in known:
                others = [other for other in known if other not in _OWN]
                wanted = f"one of {listed(others)}{guess(feature, others)}" if others else "null, as it has none"
                raise InputError(f"{self._where}: found no feature {shown(feature)} in {name}, wanted {wanted}")
        self.read_types |= {kind.name for kind in types.get_type(name).descendants}
        return sorted(self._view.select(name), key=lambda item: (item.begin or 0, -(item.end or 0), item.xmiID))

    def _labels(self, item: Any, feature: str) -> list[str]:
        """The values of a feature, several where it is an array; empty where there is none, and that is passed over."""
        value = item.get(feature)
        values = getattr(value, "elements", None) if not isinstance(value, str) else None
        labels = [
            _plain(label, f"{self._where}: {_named(item)}: {feature}")
            for label in ([value] if values is None else values)
            if label not in (None, "")
        ]
        if labels:
            return labels
        if self._reading.unlabelled == "error":
            wanted = "a label; dataset.unlabelled=skip passes such annotations over"
            raise InputError(f"{self._where}: {_named(item)}: {feature}: found none, wanted {wanted}")
        self._counts[f"annotations of {item.type.name} without {feature}, passed over"] += 1
        return []

    def _add(self, item: Any, label: str, attributes: dict[str, str] | None = None, layer: str | None = None) -> None:
        name = _named(item)
        if not isinstance(item.get("begin"), int) or not isinstance(item.get("end"), int):
            raise InputError(f"{self._where}: {name}: found no offsets, wanted begin and end")
        if not 0 <= item.begin < item.end <= len(self._text):
            wanted = f"a start before its end in a text of {len(self._text)} code points"
            raise InputError(f"{self._where}: {name}: found [{item.begin}, {item.end}], wanted {wanted}")
        # Several labels of one annotation are marks of their own.
        if name in self.marks:
            name = f"{name}: {label}"
        self.marks.setdefault(name, Mark(name, item.begin, item.end, label, attributes or {}, layer=layer))
        self._names.setdefault(item.xmiID, name)

    def _attributes(self, item: Any) -> dict[str, str]:
        claims = self._reading.claims
        found = {}
        features = claims.attributes
        if features is None:
            other = {*_OWN, claims.part, claims.speaker, *claims.slots}
            types = self._view.typesystem
            features = [
                feature.name
                for feature in item.type.all_features
                if feature.name not in other and types.is_primitive(feature.rangeType)
            ]
        for feature in features:
            value = item.get(feature)
            if value is not None:
                found[attribute_name(feature)] = _plain(value, f"{self._where}: {_named(item)}: {feature}")
        if claims.speaker is not None and item.get(claims.speaker) is not None:
            found[SPEAKER] = _plain(item.get(claims.speaker), f"{self._where}: {_named(item)}: {claims.speaker}")
        return found

    def _slot(self, item: Any, feature: str) -> Iterator[tuple[str, Any]]:
        """What a feature holds, with the role of each: links, annotations, or one of them alone."""
        value = item.get(feature)
        if value is None:
            return
        elements = getattr(value, "elements", None)
        for element in [value] if elements is None else elements:
            # A link has a target; an annotation is one itself.
            is_link = hasattr(element, "target")
            target = element.target if is_link else element
            if target is None or not hasattr(target, "begin"):
                found = f"{self._where}: {_named(item)}: {feature}: found a link to nothing"
                raise InputError(f"{found}, wanted the annotation that it leads to")
            yield (getattr(element, "role", None) if is_link else None) or feature, target

    def _link(self, role: str, head: Any, tail: Any) -> None:
        marking = self._reading.marking
        labels = {marking.cue_link: marking.cue, marking.source_link: marking.source}
        if role not in labels:
            self._counts[f"links {one_line(role)}, which are no part of claims"] += 1
            return
        for end in (head, tail):
            # An annotation of another layer, such as a token, is a cue or a source by what leads to it.
            if end.xmiID not in self._names:
                self.read_types.add(end.type.name)
                self._add(end, labels[role])
        self.links.append(Link(role, self._names[head.xmiID], self._names[tail.xmiID]))


def _plain(value: Any, where: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise InputError(f"{where}: found {shown(str(value))}, wanted a text")
    return str(value)
