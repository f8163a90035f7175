"""`harness gate`: from its composed configuration to the request that is judged, blessed or shown."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig

from harness.cli.parts import build
from harness.data.types import InputError

if TYPE_CHECKING:
    from harness.gate.policy import Policy


def gate(config: DictConfig) -> int:
    """Do the task; the exit code.

    Raises:
        InputError: a sweep was asked for, or the run, the policy or the baseline cannot be used.
    """
    from harness.cli.comparisons import scoring
    from harness.cli.runs import find_run
    from harness.gate.tasks import Request
    from harness.gate.tasks import gate as run

    # Of a sweep only one code would reach the caller, and a failure could be lost behind a pass.
    if HydraConfig.get().mode == RunMode.MULTIRUN:
        raise InputError("gate: found a sweep, wanted one run at a time")
    packages = list(config.packages)
    request = Request(
        run=find_run(str(config.run), build(config, "tracker", packages)),
        policy=cast("Policy", build(config, "policy", packages)),
        scoring=scoring(config),
        baseline=_path(config, "baseline"),
        previous=_path(config, "previous"),
        baselines=Path(str(config.baselines)),
        out=_path(config, "out"),
        reason="" if config.reason is None else str(config.reason),
        replace=bool(config.replace),
    )
    return run(str(config.task), request)


def _path(config: DictConfig, key: str) -> Path | None:
    return None if config[key] is None else Path(str(config[key]))
