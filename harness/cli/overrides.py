"""Overrides whose values hold any characters, as Hydra's grammar wants them and as people write them."""

import re
from collections.abc import Iterable
from typing import Final

_PATH_KEY: Final = re.compile(
    r"[+~]*(?:experiment|run|a|b|runs|baselines?|previous|out|reason|dev|text|tracker\.store|hydra\.(?:run|sweep)\.dir|(?:\w+\.)+path|(?:\w+\.)*root|runner\.model|encoder\.(?:model|cache))"
)


PARENT: Final = "tracker.parent"
"""The key by which a sweep tells its jobs their parent run: no override of the user's."""


def shown(overrides: Iterable[str]) -> list[str]:
    """The user's overrides of a job, as they were written."""
    return [unquote(override) for override in overrides if not override.startswith(f"{PARENT}=")]


def is_sweep(arguments: Iterable[str]) -> bool:
    """Whether Hydra will take the arguments for a sweep: -m, --multirun in any short form, or the mode as a key."""
    return any(
        one in ("-m", "hydra.mode=MULTIRUN") or (len(one) > 3 and "--multirun".startswith(one)) for one in arguments
    )


def quote(override: str, *, sweeping: bool) -> str:
    """`override` with the value of a path-like key quoted, so that Hydra's grammar takes it as it is.

    In a sweep commas part the values of the sweep; `runs` is a list either way.
    """
    key, equals, value = override.partition("=")
    if not equals or not _PATH_KEY.fullmatch(key) or not value or value == "null" or value[0] in "'\"":
        return override
    if key == "baselines" and value.startswith("[") and value.endswith("]"):
        # Of `evaluate` it is a list of parts, of `gate` a folder.
        return override
    if key == "runs" and value.startswith("[") and value.endswith("]"):
        return f"{key}=[{','.join(_quoted(one.strip()) for one in value[1:-1].split(',') if one.strip())}]"
    return f"{key}={','.join(map(_quoted, value.split(',') if sweeping else [value]))}"


def unquote(override: str) -> str:
    """`override` as a person would write it: the quotes that `quote` put on, off again."""
    key, equals, value = override.partition("=")
    if not (_PATH_KEY.fullmatch(key) and len(value) > 1 and value[0] == value[-1] == "'"):
        return override
    plain = re.sub(r"(\\+)('|$)", lambda match: match[1][: len(match[1]) // 2] + match[2], value[1:-1])
    return key + equals + re.sub(r"(\\+)\$\{", lambda match: match[1][: len(match[1]) // 2] + "${", plain)


def _quoted(value: str) -> str:
    # In Hydra's quoted strings a backslash escapes only a quote, and itself only before one; ${ would interpolate.
    escaped = re.sub(r"(\\*)('|$)", lambda match: match[1] * 2 + ("\\'" if match[2] else ""), value)
    # And in OmegaConf's strings backslashes escape each other before ${ only.
    return "'" + re.sub(r"(\\*)\$\{", lambda match: match[1] * 2 + "\\${", escaped) + "'"
