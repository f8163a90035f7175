"""Which of several extractors answers for which entity type: a file that `harness compare task=choose` writes."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from harness.data.files import read_yaml
from harness.data.types import Document, InputError

_KEYS: Final = ("types", "others", "gold", "documents", "figures", "runs", "least")
"""What a file may hold; all but `types` is for people, or may be left out by them."""


@dataclass(frozen=True)
class Choice:
    """The name of an extractor for each of `types`, and for all `others`; None: nothing is said of these.

    `documents` are the hashes of the texts that the choice was made on, `gold` what these are called.
    """

    types: Mapping[str, str]
    others: str | None = None
    gold: str = ""
    documents: Sequence[str] = field(default=(), repr=False)

    @property
    def names(self) -> Sequence[str]:
        """The extractors that are named, each once."""
        return [*dict.fromkeys((*self.types.values(), *([] if self.others is None else [self.others])))]

    def made_on(self, documents: Sequence[Document]) -> Sequence[str]:
        """The ids of those of `documents` whose texts the choice was made on."""
        known = frozenset(self.documents)
        return [document.id for document in documents if known and hash_of(document.text) in known]


def hash_of(text: str) -> str:
    """What stands for a text in a file of a choice: the first 16 digits of its SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def read_choice(given: str | Mapping[str, str]) -> Choice:
    """The choice in a file, or the one that a mapping from types to extractors is.

    Raises:
        InputError: the file cannot be read, or holds none.
    """
    if not isinstance(given, str):
        return Choice(given)
    record = read_yaml(Path(given))
    if not isinstance(record, dict) or "types" not in record or not record.keys() <= {*_KEYS}:
        found = ", ".join(map(str, record)) if isinstance(record, dict) else repr(record)
        raise InputError(f"{given}: found {found}, wanted the key types and any of {', '.join(_KEYS[1:])}")
    types: Any = record["types"]
    if not isinstance(types, dict) or not all(isinstance(name, str) for item in types.items() for name in item):
        raise InputError(f"{given}: types: found {types!r}, wanted each entity type with the name of a member")
    others, gold, documents = (record.get(key) for key in ("others", "gold", "documents"))
    if others is not None and not isinstance(others, str):
        raise InputError(f"{given}: others: found {others!r}, wanted the name of a member or null")
    if documents is not None and not (isinstance(documents, list) and all(isinstance(one, str) for one in documents)):
        raise InputError(f"{given}: documents: found {documents!r}, wanted a list of hashes in quotation marks")
    return Choice(types, others, str(gold or ""), tuple(documents or ()))
