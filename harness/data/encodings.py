"""The bytes of a file as text: UTF-8 with or without a byte order mark, UTF-16 with one, or the encoding that is named.

A text keeps its line ends, whatever they are: offsets count them as they stand in the file. The mark is no part of it.
"""

import codecs
import re
from pathlib import Path
from typing import Final

from harness.data.types import InputError

# The marks of UTF-32 begin like those of UTF-16, and come first.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ARABIC: Final = ("windows-1256", "iso-8859-6", "utf-16-le", "utf-16-be")
"""Encodings in which Arabic was written before UTF-8, or is without a mark."""
_LETTERS: Final = re.compile("[\u0620-\u064a]{2,}")
_MOST: Final = 0.9
_SAMPLE: Final = 4096


def read_text(path: Path, encoding: str | None = None, owner: str = "dataset.") -> str:
    """The text of a file; messages name the setting behind `owner`.

    Raises:
        InputError: the file cannot be read, or is in another encoding; the message names the line, and the encoding
            that gives Arabic letters if one does.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: found {error.strerror or error}, wanted a readable file") from error
    return decode(content, str(path), encoding, owner)


def decode(content: bytes, where: str, encoding: str | None = None, owner: str = "dataset.") -> str:
    """`content` as text; `where` is what messages call it.

    Raises:
        InputError: it is in another encoding than `encoding`, or without one in neither UTF-8 nor UTF-16 with a mark;
            or Python knows no encoding of that name.
    """
    mark, marked = next(((mark, name) for mark, name in _MARKS if content.startswith(mark)), (b"", "utf-8"))
    name = marked if encoding is None else _known(encoding, owner)
    if encoding is None or name in (marked, marked[: marked.rfind("-")]):
        content, name = content[len(mark) :], marked
    try:
        return content.decode(name)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"{where}:{line}: found byte 0x{content[error.start]:02x} that is no {name}"
        raise InputError(f"{found}, wanted {_wanted(content, encoding, owner)}") from error


def _known(encoding: str, owner: str) -> str:
    wanted = f"{owner}encoding: found {encoding!r}, wanted the name of an encoding, such as utf-8 or windows-1256"
    try:
        # Not of nothing, which is not even looked up. Codecs of bytes to bytes, as base64 is, are a LookupError here.
        b" ".decode(encoding, "ignore")
        return codecs.lookup(encoding).name
    except (LookupError, ValueError) as error:
        raise InputError(wanted) from error


def _wanted(content: bytes, encoding: str | None, owner: str) -> str:
    """What would be read, with the encoding that the file seems to be in."""
    fitting = next((name for name in _ARABIC if name != encoding and _gives_arabic(content, name)), None)
    if fitting is not None:
        return f"{owner}encoding={fitting}, in which it is Arabic"
    if encoding is not None:
        return f"another {owner}encoding"
    return f"UTF-8, UTF-16 with a byte order mark, or {owner}encoding=NAME, such as windows-1256"


def _gives_arabic(content: bytes, encoding: str) -> bool:
    """Whether letters beyond ASCII are Arabic, nearly all of them, at the head of `content`."""
    try:
        text = content[:_SAMPLE].decode(encoding)
    except UnicodeDecodeError:
        return False
    letters = sum(char.isalpha() and not char.isascii() for char in text)
    # One letter alone between Latin ones is an accented letter of another encoding.
    return letters > 0 and sum(map(len, _LETTERS.findall(text))) >= _MOST * letters
