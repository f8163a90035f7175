"""Names of files for documents: ids are any text, and a file stays in its folder."""

import hashlib
from collections.abc import Iterable
from typing import Final

_PLAIN: Final = "._-"
_LONGEST: Final = 120
"""Bytes of a name; file systems take 255, endings and other programs want some of them."""


def file_names(ids: Iterable[str]) -> dict[str, str]:
    """A name for the file of each document, without an ending: letters and digits of any script, `.`, `_` and `-`.

    Other characters become `%` and their hexadecimal code. What is too long is cut, and has its hash at the end; so has
    a name that is another's but for capital letters, which some file systems do not tell apart.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for doc_id in ids:
        name = "".join(char if char.isalnum() or char in _PLAIN else f"%{ord(char):X}" for char in doc_id)
        if name.startswith("."):
            name = f"%{ord('.'):X}{name[1:]}"
        if len(name.encode("utf-8", "replace")) > _LONGEST or name.casefold() in taken:
            digest = hashlib.sha256(doc_id.encode("utf-8", "surrogatepass")).hexdigest()[:12]
            while len(name.encode("utf-8", "replace")) > _LONGEST:
                name = name[:-1]
            name = f"{name}-{digest}"
        taken.add(name.casefold())
        names[doc_id] = name
    return names
