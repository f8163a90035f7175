"""Each command of the program: from its composed configuration to the function that does the work."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from harness.cli.overrides import shown
from harness.cli.parts import build, provenance
from harness.data.jsonl import one_line
from harness.data.types import InputError

if TYPE_CHECKING:
    from harness.data.types import Dataset
    from harness.scoring.bootstrap import Bootstrap
    from harness.scoring.table import Scorer


def evaluate(config: DictConfig) -> int:
    """Evaluate, show the table, track."""
    from harness.analysis.analysis import Analysis
    from harness.data.types import Runner
    from harness.runs.evaluate import Experiment, Tracker, track
    from harness.runs.evaluate import evaluate as run
    from harness.show.terminal import isolate, say, show_scores

    packages = list(config.packages)
    overrides = shown(HydraConfig.get().overrides.task)
    experiment = Experiment(
        name=str(config.experiment),
        dataset=cast("Dataset", build(config, "dataset", packages)),
        runner=cast("Runner", build(config, "runner", packages)),
        scorers={str(name): cast("Scorer", build(config.scorer, str(name), packages)) for name in config.scorer},
        units=str(config.units),
        bootstrap=cast("Bootstrap", build(config, "bootstrap", packages)),
        tracker=cast("Tracker", build(config, "tracker", packages)),
        analysis=cast("Analysis", build(config, "analysis", packages)),
        baselines=cast("list[Runner]", build(config, "baselines", packages)),
    )
    folder = Path(HydraConfig.get().runtime.output_dir)
    record = provenance(overrides, {"bootstrap": experiment.bootstrap.seed})
    try:
        scores = run(experiment, folder, OmegaConf.to_yaml(config, resolve=True), record)
    except Exception as error:
        _log_failure(experiment.tracker, experiment.name, " ".join(overrides) or experiment.runner.name, error)
        raise
    show_scores(scores, " ".join(overrides))
    say(f"run: {isolate(str(folder))}")
    logged = track(experiment.tracker, folder)
    if logged is not None:
        say(f"mlflow run: {logged}")
    return 0


def track(config: DictConfig) -> int:
    """Log a finished run again."""
    from harness.cli.runs import find_run
    from harness.runs.evaluate import Tracker
    from harness.show.terminal import say

    tracker = cast("Tracker", build(config, "tracker", list(config.packages)))
    folder = find_run(str(config.run), tracker)
    try:
        logged = tracker.log(folder)
    except InputError:
        raise
    except Exception as error:
        raise InputError(f"tracker: found {one_line(str(error))}, wanted a store that answers") from error
    if logged is None:
        raise InputError("tracker: found none, wanted one to log to")
    say(f"logged as {logged}")
    return 0


def compare(config: DictConfig) -> int:
    """Compare two runs, rank several, or tell what their gold can tell apart."""
    from harness.cli.comparisons import compare as run

    return run(config)


def gate(config: DictConfig) -> int:
    """Judge a run by a policy, make it a baseline, or show what a change of gold does to all baselines."""
    from harness.cli.gates import gate as run

    return run(config)


def report(config: DictConfig) -> int:
    """Write the page of a run, or of two."""
    from harness.cli.reports import report as run

    return run(config)


def train(config: DictConfig) -> int:
    """Fine-tune a token classifier."""
    from harness.cli.trainings import train as run

    return run(config)


def curate(config: DictConfig) -> int:
    """Build, check, compare or export a version of the gold standard."""
    from harness.curate.tasks import curate as run
    from harness.datasets.gold import GoldStandard

    gold = GoldStandard(str(config.version), None if config.root is None else str(config.root))
    out = None if config.out is None else Path(config.out)
    if config.task == "ceiling" and ("corpus" in config or config.gold.path is not None):
        return _ceiling(config, gold, out)
    return run(str(config.task), gold, out)


def rules(config: DictConfig) -> int:
    """Show which rule finds what in a text."""
    from harness.cli.rules import rules as run

    return run(config)


def _ceiling(config: DictConfig, version: "Dataset", out: Path | None) -> int:
    """What tag sets cost on a file, or what its annotation scores against a corpus."""
    from harness.curate.ceiling import run
    from harness.datasets.jsonl import JsonLines

    gold = version if config.gold.path is None else JsonLines(str(config.gold.path))
    corpus = cast("Dataset", build(config, "corpus", list(config.packages))) if "corpus" in config else None
    return run(gold, corpus, out)


def _log_failure(tracker: object, experiment: str, name: str, error: Exception) -> None:
    """Leave a failed run in the tracker, as far as it answers: the error itself matters more."""
    from harness.runs.evaluate import Tracker
    from harness.show.terminal import warn

    try:
        cast("Tracker", tracker).log_failure(experiment, name, f"{type(error).__name__}: {error}")
    except Exception as problem:
        warn(f"tracker: found {problem}; the failed run is not logged")


COMMANDS: Final[dict[str, Callable[[DictConfig], int]]] = {
    "evaluate": evaluate,
    "compare": compare,
    "gate": gate,
    "report": report,
    "track": track,
    "train": train,
    "curate": curate,
    "rules": rules,
}
