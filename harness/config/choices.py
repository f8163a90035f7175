"""Sweeps over several choices of a part: a field that only some choices have, or have to be given, goes to those.

Hydra takes the product of all that is swept over, and composes each job from it: `runner=rules,llm runner.endpoint=URL`
would be refused, since the rules have no such field.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.core.plugins import Plugins
from hydra.errors import HydraException
from omegaconf import MISSING, DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from harness.config.faults import message
from harness.config.overrides import is_sweep_over, key_of
from harness.data.files import resource

_SWEEPER: Final = "hydra._internal.core_plugins.basic_sweeper.BasicSweeper"

Compose = Callable[[list[str]], DictConfig]


@dataclass(frozen=True)
class Parted:
    """What of a sweep's overrides is not for all of its jobs, by the choice in a job: `runner=rules`."""

    added: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Plain overrides, by a choice that has their fields: no part of what all jobs share."""
    left_out: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The keys of what is swept over, by a choice that lacks them."""
    said: Sequence[str] = ()
    """A line for each of them, for the user."""

    def jobs(self, product: Iterable[Sequence[str]]) -> list[list[str]]:
        """The overrides of each job, from the product of all that is swept over.

        Jobs that differ in nothing but what was left out are one.
        """
        jobs: list[list[str]] = []
        seen: set[tuple[str, ...]] = set()
        for overrides in product:
            without = frozenset[str]().union(*(self.left_out.get(choice, frozenset()) for choice in overrides))
            kept = [override for override in overrides if key_of(override) not in without]
            # What was asked for twice in so many words runs twice.
            is_repetition = len(kept) < len(overrides) and tuple(kept) in seen
            if not is_repetition:
                seen.add(tuple(kept))
                jobs.append([*kept, *(override for choice in overrides for override in self.added.get(choice, ()))])
        return jobs


@contextmanager
def sweeping(parted: Parted) -> Iterator[None]:
    """Have Hydra's own sweeper run the jobs of `parted`; another one that the user chose has its own.

    Hydra takes sweepers from packages of plugins only, and loads the modules of its own ones a second time, so that
    its class is changed where it is, and no subclass of it can be put there.
    """
    sweeper: Any = Plugins.instance().class_name_to_class[_SWEEPER]
    split = sweeper.split_arguments

    def split_arguments(overrides: list[Override], max_batch_size: int | None) -> list[list[list[str]]]:
        [product] = split(overrides, None)
        return [*sweeper.split_overrides_to_chunks(parted.jobs(product), max_batch_size)]

    if parted.added or parted.left_out:
        sweeper.split_arguments = staticmethod(split_arguments)
    try:
        yield
    finally:
        sweeper.split_arguments = staticmethod(split)


def part(overrides: Sequence[str], compose: Compose, loader: ConfigLoader) -> tuple[Parted, dict[int, DictConfig]]:
    """What of `overrides`, in Hydra's grammar, is for some choices of a swept part alone.

    And for each override of a field of a swept part, by its place, the configuration of a choice that has the field,
    which the default choice need not be.

    Raises:
        HydraException, OmegaConfBaseException: no choice has the field of a plain override.
    """
    swept = {
        key: [f"{key}={value}" for value in _values(override, loader)]
        for override in overrides
        if (key := key_of(override)) and is_sweep_over(override) and (resource("conf") / key).is_dir()
    }
    places = {
        place: (group, key)
        for place, override in enumerate(overrides)
        if (key := key_of(override)) and override.startswith(key) and "=" in override
        for group in swept
        if key.startswith(f"{group}.") or _writes_into(key, group)
    }
    if not places:
        return Parted(), {}
    shared = [
        override for place, override in enumerate(overrides) if place not in places and not is_sweep_over(override)
    ]
    nodes = {choice: compose([*shared, choice]) for choices in swept.values() for choice in choices}
    default = compose(shared)
    added: dict[str, list[str]] = {}
    left_out: dict[str, frozenset[str]] = {}
    said: dict[int, str] = {}
    owners: dict[int, DictConfig] = {}
    # Files of other groups first: they may add what lies deeper.
    for place in sorted(places, key=lambda place: "." in places[place][1]):
        (group, key), override = places[place], overrides[place]
        is_sweep = is_sweep_over(override)
        values = [f"{key}={value}" for value in _values(override, loader)] if is_sweep else [override]
        if not values:
            continue
        if "." in key:
            having = [choice for choice in swept[group] if _has(nodes[choice], key)]
            shown = _has(default, key)
        else:
            having = [
                choice for choice in swept[group] if _fits(nodes[choice], group, values, [*shared, choice], compose)
            ]
            shown = _fits(default, group, values, shared, compose)
            nodes |= {choice: compose([*shared, choice, values[0]]) for choice in having}
        # runner=transformer,llm runner.model=NAME: the one has a model, the other cannot do without one.
        wanting = [choice for choice in having if "." in key and _wants(nodes[choice], key)]
        having = wanting or having
        lacking = [choice for choice in swept[group] if choice not in having]
        if not having and not is_sweep and "." in key:
            raise _refusal(swept[group], override, shared, compose)
        if having and "." in key:
            owners[place] = nodes[having[0]]
        if having and lacking:
            own = any("." in key and _has(nodes[choice], key) for choice in lacking)
            said[place] = _told(key, having, lacking, repeated=len(values) > 1, own=own)
        if having and is_sweep:
            left_out |= {choice: left_out.get(choice, frozenset()) | {key} for choice in lacking}
        elif having and (lacking or not shown):
            for choice in having:
                added.setdefault(choice, []).append(override)
    return Parted(added, left_out, tuple(said[place] for place in sorted(said))), owners


def _values(override: str, loader: ConfigLoader) -> Iterator[str]:
    """The values of a sweep as Hydra's sweeper writes them into jobs; none of a sweep over an interval."""
    [parsed] = OverridesParser.create(config_loader=loader).parse_overrides([override])
    if parsed.is_sweep_override() and parsed.is_discrete_sweep():
        yield from map(str, parsed.sweep_string_iterator())


def _writes_into(key: str, group: str) -> bool:
    """Whether the files of the group at `key` set fields of the part of `group`, as those of `model` do."""
    folder = resource("conf") / key
    return (
        "/" not in key
        and "." not in key
        and folder.is_dir()
        and any(f"# @package {group}\n" in path.read_text(encoding="utf-8") for path in folder.glob("*.yaml"))
    )


def _plain(config: DictConfig, group: str) -> Mapping[Any, Any]:
    """What a configuration says of a part, variables as they are written; nothing where there is none."""
    node = config.get(group)
    found = OmegaConf.to_container(node, resolve=False) if isinstance(node, DictConfig) else {}
    return found if isinstance(found, dict) else {}


def _fits(config: DictConfig, group: str, files: Sequence[str], shared: list[str], compose: Compose) -> bool:
    """Whether a part, in `config` of the overrides `shared`, has all fields that files of another group set in it."""
    own = {*_plain(config, group)}
    return all({*_plain(compose([*shared, file]), group)} <= own for file in files)


def _has(config: DictConfig, key: str) -> bool:
    """Whether a configuration has a key; below a variable nobody knows, and it is taken to."""
    group, *names = key.split(".")
    node: Any = _plain(config, group)
    for name in names:
        if isinstance(node, str) and "${" in node:
            return True
        if not isinstance(node, Mapping) or name not in node:
            return False
        node = node[name]
    return True


def _wants(config: DictConfig, key: str) -> bool:
    """Whether a configuration has a key without a value, which has to be given."""
    node: Any = _plain(config, key.partition(".")[0])
    for name in key.split(".")[1:]:
        node = node.get(name) if isinstance(node, Mapping) else None
    return bool(node == MISSING)


def _refusal(choices: Sequence[str], override: str, shared: list[str], compose: Compose) -> Exception:
    """What is said of a field that no choice has: by a choice with a field of a like name, else by the last."""
    errors: list[Exception] = []
    for choice in choices:
        try:
            compose([*shared, choice, override])
        except (HydraException, OmegaConfBaseException) as error:
            errors.append(error)
    return next((error for error in errors if "did you mean" in message(error)), errors[-1])


def _told(key: str, having: Sequence[str], lacking: Sequence[str], *, repeated: bool, own: bool) -> str:
    names = [", ".join(choice.partition("=")[2] for choice in choices) for choices in (having, lacking)]
    once = f"; what differs in {key} alone runs once" if repeated else ""
    why = "which can do without" if own else "without such a field"
    return f"{key}: goes to {names[0]}; left out for {names[1]}, {why}{once}"
