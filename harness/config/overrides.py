"""Overrides as people write them, `KEY=VALUE` with any characters in VALUE, and as Hydra's grammar wants them.

Hydra reads a value as a number, a list, a choice of a sweep, and so on, and refuses some characters. Whether that is
what was meant depends on the field: 2024 may be a seed or the name of a folder. So a value is quoted where Hydra cannot
read it, and where the field takes text but not what Hydra makes of it.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException

from harness.config.parts import takes

PARENT: Final = "tracker.parent"
"""The key by which a sweep tells its jobs their parent run: no override of the user's."""

_KEY: Final = re.compile(r"(?:\+\+?|~)?(?P<name>[A-Za-z_$][\w$./-]*)(?:@[\w$.:-]*)?", re.ASCII)
_OPENING: Final = {"[": "]", "(": ")", "{": "}"}


def key_of(override: str) -> str | None:
    """The key of an override without `+`, `~` and package; None of what has none that Hydra takes."""
    key, equals, _ = override.partition("=")
    found = _KEY.fullmatch(key)
    return found["name"] if found and (equals or key[0] == "~") else None


def shown(overrides: Iterable[str]) -> list[str]:
    """The user's overrides of a job, as they were written."""
    return [unquote(override) for override in overrides if not override.startswith(f"{PARENT}=")]


def is_plain(override: str) -> bool:
    """Whether Hydra reads an override as it was written whatever the field: no list, number, sweep or variable."""
    value = override.partition("=")[2]
    if key_of(override) is None or not value or _is_quoted(value):
        return True
    read = _read(value)
    return read is not None and read.value() in (None, value) and "${" not in value


def is_sweep_over(override: str) -> bool:
    """Whether Hydra takes an override for several values."""
    read = None if key_of(override) is None else _read(override.partition("=")[2])
    return read is not None and bool(read.is_sweep_override())


def quote(override: str, hint: Any = Any, *, sweeping: bool, resolves: Callable[[str], bool] = bool) -> str:
    """`override` for Hydra's grammar, where the field at its key is of the type `hint`; Any: it may be anything.

    In a sweep commas outside brackets part the values of the sweep. `resolves` tells of a value with `${` whether that
    is a variable: else it is text.
    """
    key, _, value = override.partition("=")
    if key_of(override) is None or not value or value == "null":
        return override
    values = (_parted(value) if sweeping else []) or [value]
    quoted = (
        quote_text(part)
        if "${" in part and not _is_quoted(part) and takes(hint, part) and not resolves(part)
        else _quoted_for(part, hint, sweeping=sweeping)
        for part in values
    )
    return f"{key}={','.join(quoted)}"


def quote_text(value: str) -> str:
    """A quoted string that Hydra and OmegaConf take for exactly `value`."""
    # In Hydra's quoted strings a backslash escapes only a quote, and itself only before one; ${ would interpolate.
    escaped = re.sub(r"(\\*)('|$)", lambda match: match[1] * 2 + ("\\'" if match[2] else ""), value)
    # And in OmegaConf's strings backslashes escape each other before ${ only.
    return "'" + re.sub(r"(\\*)\$\{", lambda match: match[1] * 2 + "\\${", escaped) + "'"


def unquote(override: str) -> str:
    """`override` as a person would write it, with the quotes off a whole value and off the items of a list."""
    key, _, value = override.partition("=")
    if key_of(override) is None or not value:
        return override
    if _is_quoted(value):
        return f"{key}={_text(value)}"
    if value[0] == "[" and value[-1] == "]":
        items = [_text(item) if _is_quoted(item) else item for item in _parted(value[1:-1])]
        return f"{key}=[{','.join(items)}]"
    # As Hydra's sweeper writes a text into a job: http\://, a\ b.
    read = _read(value) if "\\" in value else None
    return override if read is None or not isinstance(read.value(), str) else f"{key}={read.value()}"


def _text(quoted: str) -> str:
    """What a quoted string says: `quote_text` undone."""
    read = _read(quoted)
    text = str(read.value()) if read is not None else quoted
    return re.sub(r"(\\+)\$\{", lambda match: match[1][: len(match[1]) // 2] + "${", text)


def _is_quoted(value: str) -> bool:
    read = _read(value) if value[0] in "'\"" else None
    return read is not None and isinstance(read.value(), str)


def _quoted_for(value: str, hint: Any, *, sweeping: bool) -> str:
    """One value as Hydra shall read it: as it does, as a list of texts, or as text, the first that the field takes."""
    if _is_quoted(value):
        return value
    read = _read(value)
    items = _parted(value[1:-1]) if value[0] == "[" and value[-1] == "]" else []
    listed = items and f"[{','.join(item if _is_quoted(item) else quote_text(item) for item in items)}]"
    if read is None:
        return listed if listed and (hint is Any or takes(hint, items)) else quote_text(value)
    if hint is Any or read.value() is None or (read.is_sweep_override() and sweeping):
        return value
    if not read.is_sweep_override():
        # Of text that Hydra changes (spaces, escapes) the field is to get what was written.
        as_it_is = read.value() == value if isinstance(read.value(), str) else takes(hint, read.value())
        if as_it_is:
            return value
    if listed and takes(hint, items):
        return listed
    return quote_text(value) if takes(hint, value) else value


def _read(value: str) -> Override | None:
    """What Hydra reads in `value`; None where it reads nothing."""
    try:
        return OverridesParser.create().parse_override(f"key={value}")
    except HydraException:
        return None


def _parted(value: str) -> list[str]:
    """`value` at its commas, those in quotes and brackets left alone; at all of them where a bracket stays open."""
    parts, closing, quoted, escaped = [""], [""], "", False
    for character in value:
        if quoted:
            quoted = "" if character == quoted and not escaped else quoted
        elif character in "'\"" and not parts[-1].strip():
            quoted = character
        elif character in _OPENING:
            closing.append(_OPENING[character])
        elif character == closing[-1]:
            closing.pop()
        elif character == "," and len(closing) == 1:
            parts.append("")
            continue
        escaped = character == "\\" and not escaped
        parts[-1] += character
    whole = value.split(",") if quoted or len(closing) > 1 else parts
    return [part.strip() for part in whole if part.strip()]
