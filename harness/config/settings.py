"""From the arguments of a call in Python to the parts that the command line builds of the same words."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Final, Self

import yaml
from omegaconf import DictConfig, OmegaConf, open_dict

from harness.config.compose import compose, without_hydra
from harness.config.faults import is_configuration, message
from harness.config.overrides import key_of
from harness.config.parts import GIVEN, build
from harness.data.files import resource
from harness.data.types import InputError

_FILES: Final = ("labels", "prompt", "schema")
"""Folders of `conf/` whose files are read by name, and are no parts."""


@dataclass(frozen=True, eq=False)
class Settings:
    """The configuration of a command, with objects in the place of parts that a Python program made itself."""

    config: DictConfig
    overrides: Sequence[str]
    """What was chosen, in the words of a command line."""
    given: Mapping[str, object]

    @classmethod
    def compose(cls, command: str, parts: Mapping[str, object], overrides: Sequence[str] = ()) -> Self:
        """The defaults of `command`, with `parts` in the place of what stands at their keys.

        A part is the name of a file of its group, options in parentheses behind it or not; a mapping with `name` or
        `_target_` and fields; several names for several scorers; or an object. None leaves the default.

        Raises:
            InputError: there is no such part, or `overrides` do not fit, or one would have no effect beside a part.
        """
        hydra = [override for override in overrides if (key_of(override) or "").startswith("hydra")]
        if hydra:
            raise InputError(f"overrides: found {hydra[0]}, wanted keys of {command}; out= names the folder")
        choices: list[str] = []
        values: dict[str, Any] = {}
        given: dict[str, object] = {}
        for key, part in parts.items():
            if part is None:
                continue
            if key in _FILES or not (resource("conf") / key).is_dir():
                values[key] = plain(part)
            elif isinstance(part, str):
                choices.append(f"{key}={part}")
            elif isinstance(part, Mapping) and "_target_" in part:
                values[key] = plain(part)
            elif isinstance(part, Mapping) and isinstance(part.get("name"), str) and key != "scorer":
                choices.append(f"{key}={part['name']}")
                values[key] = plain({name: value for name, value in part.items() if name != "name"})
            elif isinstance(part, Sequence) and all(isinstance(name, str) for name in part):
                choices.append(f"{key}=[{','.join(part)}]")
            else:
                given[key] = part
        config = _composed(command, [*choices, *overrides])
        for override in overrides:
            taken = _argument_over(key_of(override) or "", values, given)
            if taken is not None:
                raise InputError(f"overrides: found {override} beside the argument {taken}, wanted one of them")
        with open_dict(config):
            for key, value in _literal(values).items():
                whole = not isinstance(value, Mapping) or "_target_" in value
                config[key] = value if whole else OmegaConf.merge(config[key], value)
            for key in given:
                config[key] = {GIVEN: key}
        fields_ = [f"{key}{text}" for key, value in values.items() for text in _told(value)]
        return cls(config, [*choices, *fields_, *overrides], given)

    def part(self, key: str) -> Any:
        """The part at `key`: the object that was given, or what the configuration describes.

        Raises:
            InputError: the configuration describes none.
        """
        if key in self.given:
            return self.given[key]
        try:
            return build(self.config, key, [str(name) for name in self.config.packages], self.given)
        except Exception as error:
            if is_configuration(error):
                raise InputError(message(error)) from error
            raise

    def node(self, key: str) -> dict[str, Any]:
        """What the configuration says at `key`, as plain values; of an object what can be told of it."""
        if key in self.given:
            return description(self.given[key])
        node: Any = OmegaConf.to_container(self.config[key], resolve=True)
        return dict(node)

    def yaml(self, **described: object) -> str:
        """The configuration as a run folder keeps it; `described` stands in the place of what is at these keys."""
        shown = without_hydra(self.config)
        with open_dict(shown):
            for key, part in self.given.items():
                shown[key] = _literal(description(part))
            for key, told in described.items():
                shown[key] = _literal(told)
        return OmegaConf.to_yaml(shown, resolve=True)


def names_of(group: str) -> list[str]:
    """The names of the parts of a group that come with the harness."""
    return sorted(path.stem for path in (resource("conf") / group).glob("*.yaml"))


def plain(value: Any) -> Any:
    """`value` as YAML can hold it: paths as text, tuples as lists."""
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value


def description(part: object) -> dict[str, Any]:
    """What can be told of an object: its class with those of its fields that YAML can hold, and what its functions are.

    Of a mapping what can be told of its values.
    """
    if isinstance(part, Mapping):
        return {str(key): description(value) for key, value in part.items()}
    told: dict[str, Any] = {"_target_": named(type(part))}
    for field in fields(part) if is_dataclass(part) else ():
        value = plain(getattr(part, field.name))
        try:
            yaml.safe_dump(value)
        except yaml.YAMLError:
            if callable(value):
                told[field.name] = named(value)
            continue
        told[field.name] = value
    return told


def named(function: object) -> str:
    """Module and name of a function or a class, or of the class of any other object."""
    own: Any = function if hasattr(function, "__qualname__") else type(function)
    return f"{own.__module__}.{own.__qualname__}"


def _literal(value: Any) -> Any:
    """Plain values such that OmegaConf takes no text in them for a variable."""
    if isinstance(value, str):
        return re.sub(r"(\\*)\$\{", lambda match: match[1] * 2 + "\\${", value)
    if isinstance(value, Mapping):
        return {key: _literal(part) for key, part in value.items()}
    return [_literal(part) for part in value] if isinstance(value, list) else value


def _composed(command: str, overrides: list[str]) -> DictConfig:
    try:
        return without_hydra(compose(command, overrides).config)
    except Exception as error:
        if is_configuration(error):
            raise InputError(message(error)) from error
        raise


def _argument_over(key: str, values: Mapping[str, Any], given: Mapping[str, object]) -> str | None:
    """The argument that has a say at `key`, so that an override would be ignored; None where there is none."""
    group, _, field = key.partition(".")
    if group in given or (group in values and not field):
        return group
    value = values.get(group)
    if isinstance(value, Mapping) and ("_target_" in value or field.partition(".")[0] in value):
        return group if "_target_" in value else field.partition(".")[0]
    return None


def _told(value: Any) -> list[str]:
    """The fields of a part, or the value of a key, as a command line would have them behind the key."""
    if not isinstance(value, Mapping):
        return [f"={value}"]
    return [f".{name}={part}" for name, part in value.items()]
