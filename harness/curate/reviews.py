"""Reviews by persons: what a version has for them to look at, and what they say of it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.curate.build import votes
from harness.curate.decisions import items_of
from harness.curate.guidelines import GUIDELINES, Rule, read_rules
from harness.curate.release import FACTS, read_release
from harness.curate.verdicts import EXCLUDE, Verdict, read_verdicts
from harness.data.files import sha256_of_file
from harness.data.jsonl import shown
from harness.data.near import guess
from harness.data.schema import Schema
from harness.data.types import Document, InputError
from harness.datasets.gold import GoldStandard


@dataclass(frozen=True)
class Reviewed:
    """What is reviewed: a version of the gold, or the union of its passes where it is not decided yet.

    `items` are by document and layer, each as one line of JSON; `sha256` tells this state from every other.
    """

    name: str
    documents: Mapping[str, Document]
    items: Mapping[tuple[str, str], Sequence[str]]
    schema: Schema
    rules: Mapping[str, Rule]
    sha256: str


def open_reviewed(gold: GoldStandard) -> Reviewed:
    """What a version has to be reviewed.

    Raises:
        InputError: it has neither gold nor passes, or a file of it is malformed.
    """
    rules = read_rules(gold.folder)
    if gold.source.is_file() or not (gold.folder / FACTS).is_file():
        examples, schema = gold.read(), gold.annotation_schema
        documents = {example.document.id: example.document for example in examples}
        items = {
            (example.document.id, layer): several
            for example in examples
            for layer, several in items_of(example.document, example.gold, schema).items()
        }
        return Reviewed(gold.version, documents, items, schema, rules, sha256_of_file(gold.source))
    release = read_release(gold.folder)
    union = {key: list(counts) for key, counts in votes(release).items()}
    digest = hashlib.sha256()
    for (document, layer), several in union.items():
        for item in sorted(several):
            digest.update(f"{document}\n{layer}\n{item}\n".encode())
    documents = {document.id: document for document in release.documents}
    return Reviewed(gold.version, documents, union, release.schema, rules, digest.hexdigest())


def read_review(path: Path, reviewed: Reviewed) -> list[Verdict]:
    """The verdicts of one reviewer on `reviewed`, in the order of the file.

    Raises:
        InputError: a line is no verdict, is on another state of the gold, on an item that it does not have, or turns
            an item into one that it has already; a rule is none of the guidelines; two reviewers are in one file.
    """
    verdicts = read_verdicts(path, reviewed.documents, reviewed.schema)
    known = {key: frozenset(items) for key, items in reviewed.items.items()}
    made: set[tuple[str, str, str]] = set()
    for verdict in verdicts:
        where, items = f"{path}:{verdict.line}", known.get((verdict.document, verdict.layer), frozenset())
        if verdict.gold_sha256 != reviewed.sha256:
            wanted = f"{reviewed.sha256[:12]}…, that of {reviewed.name}: the review is of another version"
            raise InputError(f"{where}: gold_sha256: found {shown(verdict.gold_sha256)}, wanted {wanted}")
        if verdict.reviewer != verdicts[0].reviewer:
            wanted = f"{verdicts[0].reviewer}: one file, one reviewer"
            raise InputError(f"{where}: reviewer: found {verdict.reviewer}, wanted {wanted}")
        odd = next((rule for rule in verdict.rules if reviewed.rules and rule not in reviewed.rules), None)
        if odd is not None:
            wanted = f"a rule of {GUIDELINES}{guess(odd, reviewed.rules)}"
            raise InputError(f"{where}: rules: found {shown(odd)}, wanted {wanted}")
        if verdict.item is not None and verdict.item not in items:
            raise InputError(f"{where}: item: found {shown(json.loads(verdict.item))}, wanted one of {reviewed.name}")
        if verdict.to is None:
            continue
        key = (verdict.document, verdict.layer, verdict.to)
        if verdict.to in items or key in made:
            wanted = f"one that is not there yet: {EXCLUDE} takes away what is there twice"
            raise InputError(f"{where}: to: found {shown(json.loads(verdict.to))}, wanted {wanted}")
        made.add(key)
    return verdicts
