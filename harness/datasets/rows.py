"""Rows in the formats that the package `datasets` reads: a file, a folder, or a data set of the Hugging Face hub.

What is scored must not move: a data set of the hub is read at the commit that is named, and from the cache at that one
alone. `datasets` itself takes the latest that the cache has where it finds no network, whatever was asked for.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from harness.data.extras import require
from harness.data.files import check_file, read_json
from harness.data.jsonl import LONG, one_line
from harness.data.near import listed
from harness.data.types import InputError

_COMMIT: Final = re.compile("[0-9a-f]{40}")
_HUB_ID: Final = re.compile(r"[\w.-]+(?:/[\w.-]+)?")
# What the package calls the format of a file, by its extension, and how it is to read it.
_FORMATS: Final[Mapping[str, tuple[str, Mapping[str, object]]]] = {
    ".json": ("json", {}),
    ".jsonl": ("json", {}),
    ".parquet": ("parquet", {}),
    ".arrow": ("arrow", {}),
    # Else the tokens "NA" and "null" would be nothing.
    ".csv": ("csv", {"keep_default_na": False}),
    ".tsv": ("csv", {"keep_default_na": False, "sep": "\t"}),
}
_SAVED: Final = ("state.json", "dataset_dict.json")
"""What stands in a folder that `save_to_disk` wrote."""
_BATCH: Final = 1000
_UNREACHED: Final = "the hub does not have it or could not be reached"
_FIND_COMMIT: Final = "the 40 hex digits of a commit: 'History' under 'Files and versions' of its page lists them"


class Rows(NamedTuple):
    """The rows of a split, in their order, and what the package knows of its columns, of those not read as well."""

    rows: list[dict[str, Any]]
    features: Mapping[str, Any]


@dataclass(frozen=True)
class RowSource:
    """Where rows are from.

    `path` is a file (JSON, JSON Lines, Parquet, CSV, Arrow), a folder of such files, a folder that `save_to_disk`
    wrote, or the id of a data set on the hub, with a `revision`. `config` is its configuration, `data_dir` the folder
    in it. `split` None is the only one there is. With a `limit` the first rows alone are read, and no more is fetched
    than they need. `sha256` and `fetch` are as in `data.files.check_file`.
    """

    path: str
    revision: str | None = None
    config: str | None = None
    data_dir: str | None = None
    split: str | None = None
    limit: int | None = None
    sha256: str | None = None
    fetch: str | None = None

    def __post_init__(self) -> None:
        if self.limit is not None and self.limit < 1:
            raise InputError(f"dataset.limit: found {self.limit}, wanted a whole number from 1, or null")
        if self.split is not None and not re.fullmatch(r"\w+(?:\.\w+)*", self.split):
            found = f"dataset.split: found {self.split!r}"
            raise InputError(f"{found}, wanted the name of a split; dataset.limit=100 takes the first rows alone")

    @property
    def is_local(self) -> bool:
        """Whether it is a file or a folder."""
        local = Path(self.path)
        return local.exists() or local.suffix in _FORMATS or _HUB_ID.fullmatch(self.path) is None

    def check(self) -> None:
        """See that it can be read: a file is there and the one that is meant, or a commit of the hub is named.

        Raises:
            InputError: it cannot.
        """
        if self.is_local or (self.fetch is not None and self.revision is None):
            check_file(Path(self.path), self.sha256, self.fetch)
        if self.is_local:
            if not Path(self.path).exists():
                raise InputError(f"{self.path}: found No such file or directory, wanted a readable file")
        elif self.revision is None or not _COMMIT.fullmatch(self.revision):
            found = f"the revision {self.revision!r}"
            if self.revision is None:
                found = "no file or folder of that name, and no revision"
            found, page = f"{self.path}: found {found}", f"https://huggingface.co/datasets/{self.path}"
            raise InputError(
                f"{found}, wanted dataset.revision=COMMIT with a data set of the hub, {_FIND_COMMIT}, {page}"
            )

    def read(self, wanted: Collection[str]) -> Rows:
        """The rows, with the columns that are wanted of those that there are.

        Raises:
            InputError: they cannot be read, or the hub cannot be reached and its cache does not have them.
        """
        self.check()
        package = require("datasets", "datasets", "dataset=hf")
        with TemporaryDirectory() as folder, _silent(package), self._blaming():
            part = self._local(package, folder) if self.is_local else self._of_hub(package)
            features = part.features
            if features is not None:
                part = part.select_columns([name for name in features if name in wanted])
            if self.limit is not None:
                return self._first(package, part, features)
            rows = []
            for batch in part.iter(_BATCH):
                columns = list(batch)
                rows += [dict(zip(columns, cells, strict=True)) for cells in zip(*batch.values(), strict=True)]
            return Rows(rows, features)

    def _first(self, package: Any, part: Any, features: Mapping[str, Any] | None) -> Rows:
        """The first rows of a split, which may be a stream."""
        rows = list(part.take(self.limit))
        if features is None and rows:
            # Of a JSON array nothing is known before it is read, and lists of unlike things come undecoded.
            table = next(iter(part.with_format("arrow").iter(1)))
            known = package.Features.from_arrow_schema(table.schema)
            return Rows([known.decode_example(row) for row in rows], known)
        return Rows(rows, features or {})

    def _local(self, package: Any, cache: str) -> Any:
        """The split of a file or a folder; what the package makes of it lies in `cache`, not in the user's own."""
        path = Path(self.path)
        streaming = self.limit is not None
        if path.is_dir() and any((path / name).is_file() for name in _SAVED):
            saved = package.load_from_disk(str(path))
            return self._pick(saved if isinstance(saved, dict) else {self.split or "": saved})
        if path.is_dir():
            parts = package.load_dataset(
                str(path.absolute()), self.config, data_dir=self.data_dir, cache_dir=cache, streaming=streaming
            )
        else:
            kind, options = _FORMATS.get(path.suffix, (None, {}))
            if kind is None:
                raise InputError(f"{path}: found the extension {path.suffix!r}, wanted one of {listed(_FORMATS)}")
            parts = package.load_dataset(
                kind, data_files=str(path.absolute()), cache_dir=cache, streaming=streaming, **options
            )
            # All that a file has is one split, which the package calls train.
            return parts["train"]
        return self._pick(parts)

    def _of_hub(self, package: Any) -> Any:
        """The split of a data set of the hub at the commit that is named."""
        cache = Path(package.config.HF_DATASETS_CACHE)
        if self.data_dir is not None:
            # In the package's own cache nothing says which folder a configuration was made of.
            cache /= f"data_dir={quote(self.data_dir, safe='')}"
        if package.config.HF_HUB_OFFLINE:
            return self._of_cache(package, cache, "HF_HUB_OFFLINE is set")
        try:
            builder = package.load_dataset_builder(
                self.path, self.config, data_dir=self.data_dir, revision=self.revision, cache_dir=str(cache)
            )
        except (ConnectionError, ValueError) as error:
            if isinstance(error, ValueError) and "find cache" not in str(error):
                raise
            return self._of_cache(package, cache, _UNREACHED)
        if builder.hash != self.revision:
            # The package took the latest that its cache has, of whatever commit.
            return self._of_cache(package, cache, _UNREACHED)
        if self.limit is not None:
            return self._pick(builder.as_streaming_dataset())
        builder.download_and_prepare()
        return self._pick(builder.as_dataset())

    def _of_cache(self, package: Any, cache: Path, why: str) -> Any:
        """The split as an earlier run left it in the cache."""
        owner = self.path.split("/")
        owner[-1] = package.naming.camelcase_to_snakecase(owner[-1])
        found: dict[str, tuple[Path, dict[str, Any]]] = {}
        for folder in sorted(cache.glob(f"{'___'.join(owner)}/*/*/{self.revision}")):
            info = read_json(folder / "dataset_info.json")
            # Another name than the configuration's: it was made with settings that are not ours.
            if self.data_dir is not None or info["config_name"] == folder.parts[-3]:
                found[info["config_name"]] = folder, info
        wanted = [self.config] if self.config is not None and self.data_dir is None else list(found)
        if len(wanted) > 1:
            raise InputError(
                f"{self.path}: found several configurations, wanted dataset.config=one of {listed(wanted)}"
            )
        if not wanted or wanted[0] not in found:
            raise InputError(
                f"{self.path}: found no revision {self.revision} in the cache {cache}, and {why}; wanted it there: "
                "run this once with a network"
            )
        folder, info = found[wanted[0]]
        parts = {}
        for split in info["splits"]:
            stem = f"{info['dataset_name']}-{split}"
            files = sorted([*folder.glob(f"{stem}.arrow"), *folder.glob(f"{stem}-*-of-*.arrow")])
            parts[split] = [str(file) for file in files]
        chosen = self._pick(parts)
        return package.concatenate_datasets([package.Dataset.from_file(file) for file in chosen])

    def _pick(self, parts: Mapping[str, Any]) -> Any:
        """The split that is asked for."""
        if self.split is None and len(parts) > 1:
            raise InputError(f"{self.path}: found several splits, wanted dataset.split=one of {listed(parts)}")
        split = next(iter(parts), "") if self.split is None else self.split
        if split not in parts:
            raise InputError(f"{self.path}: found no split {split!r}, wanted dataset.split=one of {listed(parts)}")
        return parts[split]

    @contextmanager
    def _blaming(self) -> Iterator[None]:
        """Whatever the package raises over a file or the hub, as an error of the input in one line."""
        try:
            yield
        except InputError:
            raise
        except Exception as error:
            # Of a format that cannot be parsed the cause says what is wrong.
            cause = error.__cause__ if "while generating" in str(error) and error.__cause__ else error
            said = one_line(" ".join(str(cause).split()).rstrip(".") or type(cause).__name__, LONG)
            raise InputError(f"{self.path}: found {said}, wanted what the package datasets reads") from error


@contextmanager
def _silent(package: Any) -> Iterator[None]:
    """Without the package's bars and warnings, which would stand between lines of ours."""
    # Comes with the package, and has bars of its own.
    hub: Any = import_module("huggingface_hub.utils")
    shown = not package.are_progress_bars_disabled()
    shown_by_hub = not hub.are_progress_bars_disabled()
    loggers = (package.utils.logging, hub.logging)
    levels = [logger.get_verbosity() for logger in loggers]
    package.disable_progress_bars()
    hub.disable_progress_bars()
    for logger in loggers:
        # Its errors are logged and raised.
        logger.set_verbosity(logger.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.set_verbosity(level)
        if shown:
            package.enable_progress_bars()
        if shown_by_hub:
            hub.enable_progress_bars()


def class_names(feature: Any, *keys: str) -> list[str] | None:
    """The names of numbered classes in a feature, however deep in lists; None where it has none.

    `keys` lead through its structs.
    """
    while feature is not None:
        names = getattr(feature, "names", None)
        if names is not None and not keys:
            return list(names)
        if isinstance(feature, dict):
            feature, keys = (feature.get(keys[0]), keys[1:]) if keys else (None, ())
        elif isinstance(feature, list):
            feature = feature[0]
        else:
            feature = getattr(feature, "feature", None)
    return None


def listed_cell(cell: object) -> object:
    """A cell of a CSV that holds a JSON list as that list; any other as it is."""
    if isinstance(cell, str) and cell.lstrip().startswith("["):
        try:
            return json.loads(cell)
        except ValueError:
            return cell
    return cell
