"""From a composed configuration to living parts."""

import importlib
import importlib.metadata
import inspect
import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args, get_origin, get_type_hints

from omegaconf import DictConfig, ListConfig, OmegaConf, open_dict
from omegaconf.errors import OmegaConfBaseException

from harness.data.failures import PartError, blaming, failure
from harness.data.near import guess
from harness.data.types import InputError

if TYPE_CHECKING:
    from pydantic import ValidationError

GIVEN: Final = "_given_"
"""The key of a mapping that stands for an object that is there already, under the name that is its value."""

_NOTHING: Final[Mapping[str, object]] = {}

_LIST: Final = "a list"
_LISTS: Final = frozenset({"sequence_str", "list_type", "tuple_type", "set_type", "frozen_set_type"})
"""What pydantic calls the error of a field for several values that is given one."""

_WORDS: Final = re.compile(r"[\w./+-]+( +[\w./+-]+)*")
"""Text that is a list when its words stand in brackets, as they are."""

_MOVED: Final = {"harness.gate.": "harness.gating.", "harness.datasets.columns.": "harness.data.columns."}
"""Where classes are now that policies and data sets of other people name by their former place."""

SETTINGS: Final = {"runner": {"labels": None, "unknown": "error"}}
"""By group what a command may be told about a part of any class, with what it is if nothing is told.

`sources` writes these into the files of the group, so that Hydra knows the keys. They stand among the fields of the
part; a class that has such a field gets it, and of any other it is left out. `unknown` is the command's alone. A part
inside another one, as a member of an ensemble, is told nothing by a command: there they are left out where they say
nothing, and else refused like any key that the class has no field for.
"""


def build(config: DictConfig, key: str, allowed: Sequence[str], given: Mapping[str, object] = _NOTHING) -> Any:
    """The object that `config[key]` describes; of a mapping or a list without `_target_`, one that holds the objects.

    `given` are the objects that mappings with `GIVEN` stand for.

    Raises:
        InputError: a `_target_` outside the packages `allowed`, an unknown or missing field, or a value of the wrong
            type; the message holds the full key.
    """
    node = config[key]
    if key in SETTINGS and isinstance(node, DictConfig) and "_target_" in node:
        # A copy with its parent: values may refer to other parts.
        node = deepcopy(node)
        _leave_settings_out(node, SETTINGS[key], key, allowed)
    _check(node, key, allowed)
    # Not by Hydra's instantiate: it resolves values a second time, and takes a path that holds ${ for a variable.
    plain = OmegaConf.to_container(node, resolve=True) if OmegaConf.is_config(node) else node
    return _made(plain, key, allowed, given)


def _leave_settings_out(
    node: object, settings: Mapping[str, object], key: str, allowed: Sequence[str], *, inside: bool = False
) -> None:
    """Take out of a part's node, and of those inside it, the settings that their classes have no field for."""
    if not isinstance(node, DictConfig | ListConfig):
        return
    name: Any
    for name in node if isinstance(node, DictConfig) else range(len(node)):
        # What another key's value is, is that key's.
        if not OmegaConf.is_missing(node, name) and not OmegaConf.is_interpolation(node, name):
            place = f"{key}.{name!s}" if isinstance(node, DictConfig) else f"{key}[{name}]"
            _leave_settings_out(node[name], settings, place, allowed, inside=True)
    if isinstance(node, DictConfig) and "_target_" in node:
        fields = inspect.signature(class_at(str(node["_target_"]), allowed, f"{key}.")).parameters
        with open_dict(node):
            for name, nothing in settings.items():
                if name in node and name not in fields and (not inside or node[name] == nothing):
                    node.pop(name)


def build_whole(config: DictConfig) -> Any:
    """The object that a composed configuration as a whole describes, as a command is; its class has a `prepare`.

    Keys that its class has no field for are left alone: values may refer to them.

    Raises:
        InputError: as `build`.
    """
    allowed = [str(name) for name in config.packages]
    target = class_at(str(config["_target_"]), allowed)
    parameters = inspect.signature(target).parameters
    fields = [name for name in parameters if name in config.keys()]  # noqa: SIM118 -- a missing value is in none
    lacking = next(
        (name for name in parameters if name not in fields and parameters[name].default is inspect.Parameter.empty),
        None,
    )
    if lacking is not None:
        raise InputError(f"{lacking}: found nothing, wanted a value")
    _check_fields(config, "", target, fields)
    target.prepare()
    values = {name: build(config, name, allowed) for name in fields}
    return target(**_with_paths(target, values))


def class_at(path: str, allowed: Sequence[str], prefix: str = "") -> Any:
    """The class that a `_target_` names; `prefix` stands before the key in messages.

    Raises:
        InputError: it is outside the packages `allowed`, or cannot be imported.
    """
    path = next((new + path.removeprefix(old) for old, new in _MOVED.items() if path.startswith(old)), path)
    if path.partition(".")[0] not in allowed:
        known, own = ", ".join(allowed), path.partition(".")[0]
        raise InputError(f"{prefix}_target_: found {path}, wanted a class of {known}, or {own} among the key packages")
    module, _, name = path.rpartition(".")
    wanted = "wanted a class that can be imported"
    try:
        found = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise InputError(f"{prefix}_target_: found {path} ({error}), {wanted}") from error
    except Exception as error:
        if path.startswith("harness."):
            raise
        raise PartError(f"{prefix}_target_: found {path} ({failure(error)}), {wanted}") from error
    if not isinstance(found, type):
        raise InputError(f"{prefix}_target_: found {path}, wanted a class")
    return found


def hint_of(config: DictConfig, key: str) -> Any:
    """The type that the classes of a composed configuration want at `key`; Any where none says.

    Of Hydra's own keys it is what Hydra's configuration says.
    """
    allowed = [str(name) for name in config.packages]
    names = key.split(".")
    hint: Any = Any
    node: Any = config
    if names[0] == "hydra":
        from hydra.conf import HydraConf

        hint, node, names = HydraConf, None, names[1:]
    for name in names:
        hint = _inner(hint, name)
        if isinstance(node, DictConfig) and "_target_" in node:
            try:
                hint = hints_of(class_at(str(node["_target_"]), allowed)).get(name, Any)
            except InputError:
                hint = Any
        try:
            node = node.get(name) if isinstance(node, DictConfig) else None
        except OmegaConfBaseException:
            node = None
    return hint


def hints_of(target: type) -> dict[str, Any]:
    """The types of a class's fields, or of the parameters that make it; none where they cannot be looked up."""
    try:
        made = get_type_hints(inspect.getattr_static(target, "__init__"), include_extras=True)
        return {**made, **get_type_hints(target, include_extras=True)}
    except NameError:
        # Annotations as text, of what is imported for a type checker only.
        return {}


def takes(hint: Any, value: object) -> bool:
    """Whether a field of this type takes a plain value as it is."""
    return _fault(hint, value) is None


def _inner(hint: Any, name: str) -> Any:
    """The type of what stands at `name` in a value of type `hint`."""
    for part in (hint, *get_args(hint)):
        if is_dataclass(part):
            return get_type_hints(part, include_extras=True).get(name, Any)
        arguments = get_args(part)
        if len(arguments) == 2 and isinstance(get_origin(part), type) and issubclass(get_origin(part), Mapping):
            return arguments[1]
    return Any


def _made(value: Any, key: str, allowed: Sequence[str], given: Mapping[str, object]) -> Any:
    """Plain values with an object in the place of every mapping that has a `_target_`."""
    if isinstance(value, list):
        return [_made(part, f"{key}[{index}]", allowed, given) for index, part in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if GIVEN in value:
        return given[value[GIVEN]]
    made = {name: _made(part, f"{key}.{name}", allowed, given) for name, part in value.items()}
    if "_target_" not in made:
        return made
    target = class_at(str(made.pop("_target_")), allowed, f"{key}.")
    lacking = sorted(getattr(target, "__abstractmethods__", ()))
    if lacking:
        group = next(base for base in reversed(target.__mro__) if lacking[0] in vars(base)).__name__.lower()
        raise InputError(f"{key}: found {target.__name__} without {', '.join(lacking)}, wanted a {group}")
    try:
        with blaming(target, "__init__", "values that fit"):
            return target(**_with_paths(target, made))
    except InputError as error:
        kind = PartError if isinstance(error, PartError) else InputError
        raise kind(f"{key}: {error}") from error
    except (TypeError, ValueError) as error:
        raise InputError(f"{key}: found {' '.join(str(error).split())}, wanted values that fit") from error


def _with_paths(target: type, values: dict[str, Any]) -> dict[str, Any]:
    """`values` with a path where a field wants one: YAML has none."""
    hints = hints_of(target)
    return {
        name: Path(value) if isinstance(value, str) and Path in (hints.get(name), *get_args(hints.get(name))) else value
        for name, value in values.items()
    }


def _check(node: object, key: str, allowed: Sequence[str]) -> None:
    """Refuse what making the parts would stumble over, by its full key."""
    if isinstance(node, ListConfig):
        for index, child in enumerate(node):
            _check(child, f"{key}[{index}]", allowed)
    elif isinstance(node, DictConfig):
        for name, child in node.items():
            _check(child, f"{key}.{name!s}", allowed)
        if "_target_" in node:
            fields = [str(name) for name in node if not (str(name).startswith("_") and str(name).endswith("_"))]
            _check_fields(node, f"{key}.", class_at(str(node["_target_"]), allowed, f"{key}."), fields)


def _check_fields(node: DictConfig, prefix: str, target: type, fields: Sequence[str]) -> None:
    """Names and types of the fields of `target`, before it is made."""
    parameters = inspect.signature(target).parameters
    hints = hints_of(target)
    for name in fields:
        if name not in parameters:
            known = f"wanted one of {', '.join(parameters)}{guess(name, parameters)}"
            raise InputError(f"{prefix}{name}: found an unknown key, {known}")
        value = node[name]
        if name not in hints or _holds_parts(value):
            continue
        plain = OmegaConf.to_container(value, resolve=True) if OmegaConf.is_config(value) else value
        wanted = _fault(hints[name], plain)
        if wanted == _LIST and isinstance(plain, str) and _WORDS.fullmatch(plain):
            wanted += f", as {prefix}{name}=[{','.join(plain.split())}]"
        if wanted is not None:
            raise InputError(f"{prefix}{name}: found {plain!r}, wanted {wanted}")


def _holds_parts(value: object) -> bool:
    """Whether `value` is a part, or a list or mapping that holds one: those are checked part by part."""
    if isinstance(value, DictConfig):
        return "_target_" in value or GIVEN in value or any(_holds_parts(part) for part in value.values())
    return isinstance(value, ListConfig) and any(_holds_parts(part) for part in value)


def _fault(hint: Any, value: object) -> str | None:
    """What a field of this type would have accepted, on one line; None where it takes `value`.

    Strict for scalars: 3 is no name, "many" no number. YAML has one kind of list for all kinds of sequence, no paths.
    """
    from pydantic import ConfigDict, PydanticUserError, TypeAdapter, ValidationError
    from pydantic_core import SchemaError

    try:
        adapter = TypeAdapter(hint, config=ConfigDict(arbitrary_types_allowed=True))
    except PydanticUserError:
        # A dataclass brings its own configuration.
        adapter = TypeAdapter(hint)
    except SchemaError:
        # A protocol, of which nothing can be asked at run time; an empty list or mapping holds none.
        return None if isinstance(value, list | dict) else "a mapping with a _target_"
    lax = isinstance(value, list | dict) or (isinstance(value, str) and Path in (hint, *get_args(hint)))
    try:
        adapter.validate_python(value, strict=not lax)
    except ValidationError as error:
        described = next((part.description for part in get_args(hint) if getattr(part, "description", None)), None)
        return described or _wanted(error)
    return None


def _wanted(error: "ValidationError") -> str:
    """What pydantic would have accepted, on one line; in its words but for lists, of which YAML has one kind."""
    messages = [
        _LIST
        if detail["type"] in _LISTS or detail.get("ctx", {}).get("class") == Sequence.__name__
        else str(detail["msg"])
        for detail in error.errors()
    ]
    return " or ".join(dict.fromkeys(message.removeprefix("Input should be ") for message in messages))
