"""Each command of the program: from its composed configuration to the function that does the work."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, cast

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from harness.cli.overrides import unquote
from harness.wire import build, provenance


def evaluate(config: DictConfig) -> int:
    """Evaluate, show the table, track."""
    from harness.evaluate import Experiment, Tracker, track
    from harness.evaluate import evaluate as run
    from harness.scoring.bootstrap import Bootstrap
    from harness.scoring.table import Scorer
    from harness.terminal import isolate, say, show_scores
    from harness.types import Dataset, Runner

    packages = list(config.packages)
    given = HydraConfig.get().overrides.task
    overrides = [unquote(override) for override in given if not override.startswith("tracker.parent=")]
    experiment = Experiment(
        name=str(config.experiment),
        dataset=cast("Dataset", build(config, "dataset", packages)),
        runner=cast("Runner", build(config, "runner", packages)),
        scorers={str(name): cast("Scorer", build(config.scorer, str(name), packages)) for name in config.scorer},
        units=str(config.units),
        bootstrap=cast("Bootstrap", build(config, "bootstrap", packages)),
        tracker=cast("Tracker", build(config, "tracker", packages)),
    )
    folder = Path(HydraConfig.get().runtime.output_dir)
    record = provenance(overrides, {"bootstrap": experiment.bootstrap.seed})
    try:
        scores = run(experiment, folder, OmegaConf.to_yaml(config, resolve=True), record)
    except Exception as error:
        _log_failure(experiment.tracker, experiment.name, " ".join(overrides) or experiment.runner.name, error)
        raise
    show_scores(scores)
    say(f"run: {isolate(str(folder))}")
    track(experiment.tracker, folder)
    return 0


def track(config: DictConfig) -> int:
    """Log a finished run again."""
    from harness.evaluate import Tracker
    from harness.terminal import say

    tracker = cast("Tracker", build(config, "tracker", list(config.packages)))
    say(f"logged as {tracker.log(Path(config.run).absolute())}")
    return 0


def _log_failure(tracker: object, experiment: str, name: str, error: Exception) -> None:
    """Leave a failed run in the tracker, as far as it answers: the error itself matters more."""
    from harness.evaluate import Tracker
    from harness.terminal import warn

    try:
        cast("Tracker", tracker).log_failure(experiment, name, f"{type(error).__name__}: {error}")
    except Exception as problem:
        warn(f"tracker: found {problem}; the failed run is not logged")


COMMANDS: Final[dict[str, Callable[[DictConfig], int]]] = {"evaluate": evaluate, "track": track}
