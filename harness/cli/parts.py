"""From a composed configuration to living parts."""

import importlib
import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, get_type_hints

from omegaconf import DictConfig, ListConfig, OmegaConf

from harness.data.types import InputError
from harness.runs.provenance import provenance as provenance

if TYPE_CHECKING:
    from pydantic import ValidationError


def build(config: DictConfig, key: str, allowed: Sequence[str]) -> object:
    """The object that `config[key]` describes.

    Raises:
        InputError: a `_target_` outside the packages `allowed`, an unknown or missing field, or a value of the wrong
            type; the message holds the full key.
    """
    node = config[key]
    _check(node, key, allowed)
    # Not by Hydra's instantiate: it resolves values a second time, and takes a path that holds ${ for a variable.
    try:
        return _made(OmegaConf.to_container(node, resolve=True), allowed)
    except InputError as error:
        raise InputError(f"{key}: {error}") from error
    except (TypeError, ValueError) as error:
        raise InputError(f"{key}: found {' '.join(str(error).split())}, wanted values that fit") from error


def _made(value: Any, allowed: Sequence[str]) -> Any:
    """Plain values with an object in the place of every mapping that has a `_target_`."""
    if isinstance(value, list):
        return [_made(one, allowed) for one in value]
    if not isinstance(value, dict):
        return value
    made = {name: _made(one, allowed) for name, one in value.items()}
    return _target(str(made.pop("_target_")), "", allowed)(**made) if "_target_" in made else made


def _check(node: object, key: str, allowed: Sequence[str]) -> None:
    """Refuse what making the parts would stumble over, by its full key."""
    if isinstance(node, ListConfig):
        for index, child in enumerate(node):
            _check(child, f"{key}[{index}]", allowed)
    elif isinstance(node, DictConfig):
        for name, child in node.items():
            _check(child, f"{key}.{name!s}", allowed)
        if "_target_" in node:
            _check_fields(node, key, _target(str(node["_target_"]), key, allowed))


def _target(path: str, key: str, allowed: Sequence[str]) -> type:
    if path.partition(".")[0] not in allowed:
        known, own = ", ".join(allowed), path.partition(".")[0]
        raise InputError(f"{key}._target_: found {path}, wanted a class of {known}, or {own} among the key packages")
    module, _, name = path.rpartition(".")
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise InputError(f"{key}._target_: found {path} ({error}), wanted a class that can be imported") from error
    if not isinstance(found, type):
        raise InputError(f"{key}._target_: found {path}, wanted a class")
    return found


def _check_fields(node: DictConfig, key: str, target: type) -> None:
    """Names and types of the fields of `target`, before it is made."""
    from pydantic import TypeAdapter, ValidationError

    parameters = inspect.signature(target).parameters
    hints = get_type_hints(target)
    for name in map(str, node):
        if name.startswith("_") and name.endswith("_"):
            continue
        if name not in parameters:
            raise InputError(f"{key}.{name}: found an unknown key, wanted one of {', '.join(parameters)}")
        value = node[name]
        if name not in hints or _holds_parts(value):
            continue
        plain = OmegaConf.to_container(value, resolve=True) if OmegaConf.is_config(value) else value
        try:
            # Strict for scalars: 3 is no name, "many" no number. YAML has one kind of list for all kinds of sequence.
            TypeAdapter(hints[name]).validate_python(plain, strict=plain is value)
        except ValidationError as error:
            raise InputError(f"{key}.{name}: found {plain!r}, wanted {_wanted(error)}") from error


def _holds_parts(value: object) -> bool:
    """Whether `value` is a part, or a list or mapping that holds one: those are checked part by part."""
    if isinstance(value, DictConfig):
        return "_target_" in value or any(_holds_parts(one) for one in value.values())
    return isinstance(value, ListConfig) and any(_holds_parts(one) for one in value)


def _wanted(error: "ValidationError") -> str:
    """What pydantic would have accepted, in its words, on one line."""
    messages = [str(detail["msg"]) for detail in error.errors()]
    return " or ".join(dict.fromkeys(message.removeprefix("Input should be ") for message in messages))
