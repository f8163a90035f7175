"""What Hydra and OmegaConf say of a configuration that does not compose, in one line."""

import re

from hydra.errors import HydraException, MissingConfigException, OverrideParseException
from omegaconf.errors import ConfigAttributeError, ConfigKeyError, MissingMandatoryValue, OmegaConfBaseException

from harness.config.overrides import unquote
from harness.data.extras import missing
from harness.data.files import resource


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
        return f"{error.missing_cfg_file}: found no such file, wanted one of {', '.join(error.options)}"
    several = re.search(r"Ambiguous value for argument '(.*)'", str(error))
    if several is not None:
        return f"{several[1]}: found several values, wanted one, or -m for a sweep over them"
    lost = re.search(r"Could not load '([\w/]+)/([^']+)'", str(error))
    if lost is not None:
        known = ", ".join(sorted(path.stem for path in (resource("conf") / lost[1]).glob("*.yaml")))
        return f"{lost[1]}: found {lost[2]!r}, wanted one of {known}"
    if isinstance(cause, MissingMandatoryValue):
        return f"{key}: found nothing, wanted a value"
    if isinstance(cause, ConfigKeyError | ConfigAttributeError):
        return f"{key}: found an unknown key, wanted one that --cfg job shows"
    said = dict.fromkeys((str(error), str(cause)))
    return f"configuration: found {'; '.join(said)}, wanted one that composes"
