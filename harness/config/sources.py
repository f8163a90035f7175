"""The folders that Hydra reads configuration from: a part's file has one form whatever its group, and takes options.

Hydra merges the files of a list such as `scorer=[claims,checkworthy]` into one node, so that each would have to be
nested under its own name, while a runner's file is not. A source of configuration files is where Hydra lets a program
decide what a file says: this one puts a scorer's file under its name, and answers for `claims(threshold=0.6)` with the
file of `claims`, that field changed. What a command may be told about any part of a group (`parts.SETTINGS`) is there
whatever the file says. Folders of the user's are read through it as well (`searched`).
"""

import importlib.util
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hydra.core.config_search_path import ConfigSearchPath, SearchPathQuery
from hydra.core.object_type import ObjectType
from hydra.core.plugins import Plugins
from hydra.plugins.config_source import ConfigLoadError, ConfigResult, ConfigSource
from hydra.plugins.search_path_plugin import SearchPathPlugin
from omegaconf import DictConfig, OmegaConf

from harness.config.parts import SETTINGS
from harness.data.files import resource

SCHEME: Final = "parts"

_SEVERAL: Final = "scorer"
"""The group of which a run has several parts at once."""

_own_keys: frozenset[str] = frozenset()
"""The keys of the command that is composed: `format=lines` of one is a value, though another's names a part."""

_OPTIONS: Final = re.compile(r"(?P<name>[^()/]+)\((?P<options>[^/]*)\)")


class PartFiles(ConfigSource):
    """A folder of YAML files: one part in each, in a subfolder for each group."""

    @staticmethod
    def scheme() -> str:
        """What a search path begins with to be read by this source."""
        return SCHEME

    def available(self) -> bool:
        """Whether the folder is there."""
        return self.is_group("")

    def is_group(self, config_path: str) -> bool:
        """Whether there is such a subfolder, which no key of the command is called after."""
        return config_path not in _own_keys and Path(self.path, config_path).is_dir()

    def is_config(self, config_path: str) -> bool:
        """Whether there is such a file; options in parentheses name none of their own."""
        return self._file(config_path)[0].is_file()

    def list(self, config_path: str, results_filter: ObjectType | None) -> list[str]:
        """The names of the subfolders and files in a subfolder, without `.yaml`."""
        paths = sorted(Path(self.path, config_path).iterdir())
        groups = [path.name for path in paths if path.is_dir() and results_filter in (None, ObjectType.GROUP)]
        files = [path.stem for path in paths if path.suffix == ".yaml" and results_filter in (None, ObjectType.CONFIG)]
        return sorted({*groups, *files})

    def load_config(self, config_path: str) -> ConfigResult:
        """The content of a file, with the options in the place of what it says."""
        path, name, options = self._file(config_path)
        if not path.is_file():
            raise ConfigLoadError(f"Config not found : {path}")
        header = ConfigSource._get_header_dict(path.read_text(encoding="utf-8"))
        config = OmegaConf.load(path)
        several = config_path.rpartition("/")[0] == _SEVERAL and header["package"] is None
        # Scorers' files were once nested under their own names, and other people's still are.
        if several and isinstance(config, DictConfig) and list(config) == [path.stem]:
            config = config[path.stem]
        if options:
            config = OmegaConf.merge(config, OmegaConf.from_dotlist([*options]))
        if several and isinstance(config, DictConfig) and "_target_" in config:
            config = OmegaConf.create({name: config})
        settings = SETTINGS.get(config_path.rpartition("/")[0], {})
        if settings and isinstance(config, DictConfig) and "_target_" in config:
            config = OmegaConf.merge(settings, config)
        return ConfigResult(config=config, path=self.full_path(), provider=self.provider, header=header)

    def _file(self, config_path: str) -> tuple[Path, str, Sequence[str]]:
        """The file of a configuration, the name to show it by, and its options, each `FIELD=VALUE`."""
        group, _, name = config_path.removesuffix(".yaml").rpartition("/")
        found = _OPTIONS.fullmatch(name)
        if found is None:
            return Path(self.path, group, f"{name}.yaml"), name, []
        # As in signatures, a comma parts two options only before `FIELD=`.
        options = [option.strip() for option in re.split(r",(?=\s*[\w.]+\s*=)", found["options"]) if option.strip()]
        options = [re.sub(r"\s*=\s*", "=", option, count=1) for option in options]
        return Path(self.path, group, f"{found['name']}.yaml"), f"{found['name']}({','.join(options)})", options


@contextmanager
def keys_of(command: str) -> Iterator[None]:
    """Take keys at the top of a command's file for what they are, also where a subfolder has the name of one.

    For one caller at a time.
    """
    global _own_keys
    path = resource("conf") / f"{command}.yaml"
    loaded = OmegaConf.to_container(OmegaConf.load(path)) if path.is_file() else {}
    content = loaded if isinstance(loaded, dict) else {}
    # A group that the command has parts of may have a key as well, for what stands there without a part.
    listed = [entry for entry in content.get("defaults", ()) if isinstance(entry, dict)]
    groups = {str(group).partition("@")[0] for entry in listed for group in entry}
    _own_keys = frozenset(map(str, content)) - groups
    try:
        yield
    finally:
        _own_keys = frozenset()


class ShippedFirst(SearchPathPlugin):
    """Has `conf/` read by `PartFiles`, before Hydra's own source gets to it."""

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        """Put the folder in front of the primary one."""
        search_path.prepend("harness", shipped(), SearchPathQuery(provider="main"))


def shipped() -> str:
    """The folder `conf/` as an entry of a search path."""
    return f"{SCHEME}://{resource('conf')}"


def register_files() -> None:
    """Make `PartFiles` known to Hydra: it reads what a search path names by its scheme, and nothing else."""
    Plugins.instance().register(PartFiles)


def register() -> None:
    """Have every program of Hydra in this process read `conf/` first; again does no harm."""
    register_files()
    Plugins.instance().register(ShippedFirst)


def searched(entries: Iterable[str]) -> list[str]:
    """Entries of a search path such that `PartFiles` reads those that are folders; a package's folder is one."""
    return [entry if (folder := _folder(entry)) is None else f"{SCHEME}://{folder}" for entry in entries]


def _folder(entry: str) -> str | None:
    scheme, _, path = entry.rpartition("://")
    if scheme in ("", "file"):
        return path
    package = importlib.util.find_spec(path.replace("/", ".")) if scheme == "pkg" else None
    places = package.submodule_search_locations if package else None
    return next(iter(places), None) if places else None
