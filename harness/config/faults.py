"""What Hydra and OmegaConf say of a configuration that does not compose, in one line."""

import re

from hydra.errors import HydraException, MissingConfigException, OverrideParseException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import (
    ConfigAttributeError,
    ConfigKeyError,
    InterpolationKeyError,
    MissingMandatoryValue,
    OmegaConfBaseException,
)

from harness.config.overrides import unquote
from harness.data.extras import missing
from harness.data.files import resource
from harness.data.near import guess, near_miss


def is_configuration(error: BaseException) -> bool:
    """Whether an error is one of Hydra's or OmegaConf's."""
    return isinstance(error, HydraException | OmegaConfBaseException)


def message(error: BaseException) -> str:
    """What Hydra and OmegaConf say in several lines and causes, in one: where, what was found, what was wanted."""
    cause = error.__cause__ or error
    key = getattr(cause, "full_key", None)
    if isinstance(error, OverrideParseException):
        return f"{unquote(error.override)}: found {error.message.splitlines()[0]}, wanted KEY=VALUE"
    if isinstance(error, MissingConfigException) and error.missing_cfg_file == "hydra/launcher/joblib":
        return f"hydra/launcher: {missing('joblib', 'sweep')}"
    if isinstance(error, MissingConfigException) and error.options is not None:
        options = f"{', '.join(error.options)}{guess(str(error.missing_cfg_file).rpartition('/')[2], error.options)}"
        return f"{error.missing_cfg_file}: found no such file, wanted one of {options}"
    several = re.search(r"Ambiguous value for argument '(.*)'", str(error))
    if several is not None:
        return f"{several[1]}: found several values, wanted one, or -m for a sweep over them"
    lost = re.search(r"Could not load '([\w/]+)/([^']+)'", str(error))
    if lost is not None:
        known = sorted(path.stem for path in (resource("conf") / lost[1]).glob("*.yaml"))
        return f"{lost[1]}: found {lost[2]!r}, wanted one of {', '.join(known)}{guess(lost[2], known)}"
    if isinstance(cause, MissingMandatoryValue):
        return f"{key}: found nothing, wanted a value"
    if isinstance(cause, ConfigKeyError | ConfigAttributeError):
        near = _near_key(str(key), getattr(cause, "parent_node", None))
        return f"{key}: found an unknown key, wanted one that --cfg job shows{near}"
    lacking = re.search(r"Interpolation key '(.*)' not found", str(error))
    if isinstance(cause, InterpolationKeyError) and lacking is not None:
        needed = f"${{{lacking[1]}}}, which there is none of here"
        return f"{key}: found {needed}, wanted a part that does without {lacking[1]}, or a value of its own"
    deleted = re.search(r"Could not delete .*'(.*)' does not exist", str(error))
    if deleted is not None:
        return f"~{deleted[1]}: found an unknown key, wanted one that --cfg job shows"
    # What follows the first line is where in OmegaConf's own tree it was noticed.
    said = dict.fromkeys(str(reason).partition("\n")[0].rstrip(".") for reason in (error, cause))
    return f"configuration: found {'; '.join(said)}, wanted one that composes"


def _near_key(key: str, beside: object) -> str:
    """The key beside an unknown one that was meant, or, of none there, one of that name deeper down."""
    if not isinstance(beside, DictConfig):
        return ""
    above, _, name = key.rpartition(".")
    siblings = {name: f"{above}.{name}" if above else name for name in map(str, beside)}
    for known in (siblings, _deeper(OmegaConf.to_container(beside), above)):
        near = near_miss(name, known)
        if near is not None:
            return f"; did you mean {known[near]}?"
    return ""


def _deeper(content: object, above: str) -> dict[str, str]:
    """The whole keys of everything in a configuration by their last name; Hydra's own part left out."""
    keys: dict[str, str] = {}
    for name, value in content.items() if isinstance(content, dict) else ():
        if name != "hydra":
            whole = f"{above}.{name}" if above else str(name)
            keys = {**_deeper(value, whole), **keys, str(name): whole}
    return keys
