"""Files that are not documents: JSON objects, hashes, and the folders that come with the package."""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from harness.data.types import InputError


def resource(name: str) -> Path:
    """The folder `conf` or `gold`: of the installed wheel, or of the checkout."""
    installed = Path(__file__).parents[1] / "_installed" / name
    return installed if installed.is_dir() else Path(__file__).parents[2] / name


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        InputError: the file is missing, or holds no object.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: found {error.strerror or error}, wanted a readable file") from error
    except ValueError as error:
        raise InputError(f"{path}: found {error}, wanted JSON") from error
    if not isinstance(value, dict):
        raise InputError(f"{path}: found no object, wanted one")
    return value


def write_json(path: Path, value: Mapping[str, object]) -> None:
    """Write `value` as JSON that people can read, on disk when this returns."""
    with path.open("w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1, allow_nan=False)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())


def read_yaml(path: Path) -> Any:
    """The value in a YAML file, in which no mapping has a key twice: of two the last would win in silence.

    Raises:
        InputError: the file cannot be read or holds no such YAML.
    """
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 -- a SafeLoader
    except OSError as error:
        raise InputError(f"{path}: found {error.strerror or error}, wanted a readable file") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: found {' '.join(str(error).split())}, wanted YAML") from error


def write_yaml(path: Path, value: Mapping[str, object]) -> None:
    """Write `value` as YAML that people can read and edit, its keys in their order."""
    path.write_text(yaml.safe_dump(dict(value), allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")


def check_file(path: Path, sha256: str | None, fetch: str | None) -> None:
    """See that what is to be fetched is there, and that a file is the one that is meant.

    Args:
        path: Where it lies.
        sha256: The hash of the file that is meant, in hexadecimal; None: any.
        fetch: What to fetch, from where, and where to put it; None: whoever reads it says that it is missing.

    Raises:
        InputError: it is missing, or another; the message has `fetch`.
    """
    way_on = "" if fetch is None else f": {' '.join(fetch.split())}"
    if fetch is not None and not path.exists():
        raise InputError(f"{path}: found No such file or directory, wanted it there{way_on}")
    if sha256 is None:
        return
    try:
        found = sha256_of_file(path)
    except OSError as error:
        raise InputError(f"{path}: found {error.strerror or error}, wanted a readable file{way_on}") from error
    if found != sha256.lower():
        raise InputError(f"{path}: found the SHA-256 {found}, wanted {sha256.lower()}{way_on}")


def sha256_of_file(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class _Loader(yaml.SafeLoader):
    """YAML that refuses a key written twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        """The mapping, if its keys differ."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = [key for key in keys if keys.count(key) > 1]
        if twice:
            raise yaml.constructor.ConstructorError(None, None, f"the key {twice[0]!r} twice", node.start_mark)
        return super().construct_mapping(node, deep)
