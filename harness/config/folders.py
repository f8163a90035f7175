"""The names of run folders, which configuration files ask for."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from harness.config.overrides import shown

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


def run_folder(choices: Mapping[str, object], overrides: Iterable[object]) -> str:
    """A folder name for a run: time with microseconds, runner and data set, six digits of the overrides' hash."""
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    name = slug(f"{choices.get('runner')}-{choices.get('dataset')}")
    digest = hashlib.sha256("\0".join(shown(map(str, overrides))).encode()).hexdigest()[:6]
    return f"{now}-{name}-{digest}"


def slug(name: str) -> str:
    """`name` as a folder's name: at most 60 letters and digits of ASCII and . _ -, never leading out of its folder."""
    return _UNSAFE.sub("-", name).strip(".-")[:60] or "unnamed"
