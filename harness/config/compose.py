"""From the overrides of a command line to the composed configuration of a command."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final

from hydra import version
from hydra._internal.config_loader_impl import ConfigLoaderImpl
from hydra._internal.utils import create_config_search_path
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf, open_dict
from omegaconf.errors import InterpolationToMissingValueError, OmegaConfBaseException

from harness.config import sources
from harness.config.choices import Parted, part
from harness.config.folders import run_folder, slug
from harness.config.overrides import is_plain, is_sweep_over, key_of, quote, quote_text
from harness.config.parts import hint_of
from harness.data.files import resource
from harness.data.types import InputError

_SEARCH_PATH: Final = "hydra.searchpath"
_ONE_AT_A_TIME: Final = Lock()


@dataclass(frozen=True)
class Composed:
    """A configuration, Hydra's own part at `hydra`, and the overrides that made it, in Hydra's grammar.

    In a sweep the configuration is that of no job: what is swept over has its default. `overrides` are those that all
    jobs share; `parted` has the others.
    """

    config: DictConfig
    overrides: list[str]
    parted: Parted = field(default_factory=Parted)


def compose(command: str, overrides: Sequence[str], *, sweeping: bool = False) -> Composed:
    """The configuration of `command` under `overrides` as a person wrote them.

    Raises:
        HydraException, OmegaConfBaseException: they do not fit; `exits` says it in one line.
    """
    drafts = [quote(override, sweeping=sweeping) for override in overrides]
    if sweeping:
        return _composed_sweep(command, overrides, drafts)
    config = _composed(command, [draft for draft in drafts if not is_sweep_over(draft)])
    final = [
        draft if is_plain(override) else _for_its_field(config, override, sweeping=False)
        for draft, override in zip(drafts, overrides, strict=True)
    ]
    if final != drafts or any(map(is_sweep_over, final)):
        config = _composed(command, final)
    return Composed(config, final)


def _composed_sweep(command: str, overrides: Sequence[str], drafts: Sequence[str]) -> Composed:
    """The configuration of a sweep, of which `drafts` are the overrides as they read without their fields."""

    def composed(texts: list[str]) -> DictConfig:
        return _composed(command, texts)

    def shared(texts: Sequence[str], parted: Parted) -> list[str]:
        withheld = {text for own in parted.added.values() for text in own}
        return [text for text in texts if text not in withheld]

    loader = _loader()
    parted, owners = part(drafts, composed, loader)
    config = composed([draft for draft in shared(drafts, parted) if not is_sweep_over(draft)])
    final = [
        draft if is_plain(override) else _for_its_field(owners.get(place, config), override, sweeping=True)
        for place, (draft, override) in enumerate(zip(drafts, overrides, strict=True))
    ]
    if final != drafts:
        parted, _ = part(final, composed, loader)
        config = composed([text for text in shared(final, parted) if not is_sweep_over(text)])
    return Composed(config, shared(final, parted), parted)


def register() -> None:
    """Make all Hydra programs of this process read our files, and know the functions that these call.

    For the command line alone: `compose` needs it only where its result is asked for the folder of a run, and a program
    that imports the harness may be one of Hydra's itself.
    """
    sources.register()
    OmegaConf.register_new_resolver("run_folder", run_folder, replace=True)
    OmegaConf.register_new_resolver("slug", slug, replace=True)


def with_folders(overrides: Sequence[str], folders: Sequence[str]) -> list[str]:
    """`overrides` with one for the search path: the user's folders of parts, and the entries that an override names.

    Raises:
        InputError: a folder is not there.
    """
    entries = []
    for folder in folders:
        if not Path(folder).absolute().is_dir():
            raise InputError(f"--config-dir: found no folder {folder}, wanted one that holds groups of parts")
        entries.append(str(Path(folder).absolute()))
    kept = [override for override in overrides if key_of(override) != _SEARCH_PATH]
    for override in overrides:
        if key_of(override) == _SEARCH_PATH:
            value = OverridesParser.create().parse_override(quote(override, list[str], sweeping=False)).value()
            if not isinstance(value, list):
                raise InputError(f"{_SEARCH_PATH}: found {value!r}, wanted a list [FOLDER,FOLDER,…]")
            entries += map(str, value)
    if not entries:
        return kept
    return [*kept, f"{_SEARCH_PATH}=[{','.join(map(quote_text, sources.searched(entries)))}]"]


def without_hydra(config: DictConfig) -> DictConfig:
    """A configuration without Hydra's own part."""
    own = deepcopy(config)
    with open_dict(own):
        own.pop("hydra", None)
    return own


def _composed(command: str, overrides: list[str]) -> DictConfig:
    # Not by hydra.initialize and hydra.compose: they put a program in the place of the caller's own.
    with _ONE_AT_A_TIME, _version_base("1.3"), sources.keys_of(command):
        return _loader().load_configuration(command, overrides, run_mode=RunMode.RUN, from_shell=False)


def _loader() -> ConfigLoaderImpl:
    sources.register_files()
    return ConfigLoaderImpl(create_config_search_path(sources.shipped()))


@contextmanager
def _version_base(number: str) -> Iterator[None]:
    """Hydra's behaviour as of a version, which is one setting for the whole process."""
    settings = version.VersionBase.instance()
    before = settings.getbase()
    version.setbase(number)
    try:
        yield
    finally:
        settings.version_base = before


def _for_its_field(config: DictConfig, override: str, *, sweeping: bool) -> str:
    """`override` quoted as the field at its key wants it."""
    key = key_of(override) or ""
    if "/" in key or key in config.hydra.runtime.choices or (resource("conf") / key).is_dir():
        # The choice of a part.
        return quote(override, sweeping=sweeping)

    def resolves(value: str) -> bool:
        return _resolves(config, key, value)

    return quote(override, hint_of(config, key), sweeping=sweeping, resolves=resolves)


def _resolves(config: DictConfig, key: str, value: str) -> bool:
    """Whether `value` at `key` refers to what there is: `${HOME}` in the name of a file does not."""
    if "\\${" in value:
        return False
    tried = deepcopy(config)
    try:
        OmegaConf.update(tried, key, value, force_add=True)
        OmegaConf.select(tried, key)
    except InterpolationToMissingValueError:
        # What is known only while a job runs, as ${hydra.job.num}.
        return True
    except OmegaConfBaseException:
        return False
    return True
