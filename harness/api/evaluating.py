"""`harness.evaluate`: from a corpus and a runner to a run folder with scores, as `harness evaluate` goes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeAlias, get_args

from harness.api.advice import PythonLog, advising, of_any_runner, refuse_unused
from harness.api.finding import with_found_runs
from harness.api.functions import FunctionRunner
from harness.api.loading import Corpus, Source, load
from harness.api.runs import Run
from harness.config.folders import run_folder, slug
from harness.config.settings import Settings, description, names_of
from harness.data.bridge import Unknown
from harness.data.failures import PartError
from harness.data.types import InputError
from harness.runners.base import PlainRunner, Runner, as_runner
from harness.runs.evaluate import LOG, Experiment, Reporter, track
from harness.runs.evaluate import evaluate as write_run
from harness.runs.provenance import provenance
from harness.runs.run import read_run
from harness.scoring.scoring import Scoring
from harness.scoring.table import Scorer
from harness.show.terminal import warn
from harness.tracking.mlflow import Mlflow

RunnerSource: TypeAlias = str | Mapping[str, Any] | PlainRunner | Callable[[str], object]
Scorers: TypeAlias = Sequence[str] | str | Mapping[str, Scorer]

_FROM_PYTHON: Final = {"called_from": "python"}
_LOG: Final = PythonLog()
_USED: Final = frozenset(
    {"runner", "model", "scorer", "units", "bootstrap", "baselines", "labels", "unknown", "experiment", "tracker",
     "analysis", "packages", "subset"}
)  # fmt: skip
"""Keys of `harness evaluate` that mean something beside a corpus that is loaded."""


def evaluate(
    corpus: Source = "gold",
    runner: RunnerSource = "rules",
    *,
    scorers: Scorers | None = None,
    units: str | None = None,
    baselines: Sequence[RunnerSource] | None = None,
    labels: str | None = None,
    unknown: Unknown = "error",
    experiment: str | None = None,
    tracker: object = "none",
    out: str | Path | None = None,
    overrides: Sequence[str] = (),
) -> Run:
    """Score what a runner finds in a corpus; the run, whose folder holds everything.

    What is not given is as on the command line.

    Args:
        corpus: What `harness.load` takes or gives.
        runner: The name of a runner, with options or not (`rules(threshold=0.3)`), a mapping with `name` and fields,
            an object with `name` and `predict`, or any function from a text to its mentions: tuples
            (start, end, type) or (start, end, type, score), dicts with `start`, `end` and `type`, `label` or
            `entity_group`, `Entity` objects; or to an `Annotation`, or a dict of layers.
        scorers: Names of scorers, with options or not, or scorers by name.
        units: What intervals resample: `document`, `paragraph` or `sentence`.
        baselines: Runners whose scores stand beside every score; `[]` for none.
        labels: The map of the runner's tag set, a name in `conf/labels/` or a path.
        unknown: What becomes of predicted names that the gold does not know: `error` refuses and lists them, `drop`
            leaves them out, and with them mentions of types that the gold never uses, `count` counts them as wrong.
        experiment: The folder below `runs/`, and the experiment in MLflow.
        tracker: `mlflow` logs the run; a mapping with `name` and fields, as `store` or `uri`, says where.
        out: The folder of the run; by default a new one below `runs/`.
        overrides: Any other keys of `harness evaluate`, as `bootstrap.resamples=500`.

    Raises:
        InputError: something cannot be used, or there is nothing to score.

    Examples:
        >>> def capitals(text):
        ...     return [(15, 19, "GPE")] if "بكين" in text else []
        >>> corpus = load([{"text": "وصل الوزير إلى بكين.", "entities": [(15, 19, "GPE")]}])
        >>> run = evaluate(corpus, capitals, out=folder / "capitals", overrides=["analysis.enabled=false"])
        >>> run.scores["entities_strict"]["micro/f1"].value
        1.0
    """
    read = load(corpus)
    parts = {
        **_runner_parts(runner, labels, known_choice(unknown)),
        "scorer": scorers_of(scorers),
        "units": units,
        "experiment": experiment,
        "tracker": tracker,
        "dataset": read,
    }
    given = runner_of(runner)
    has_fields = isinstance(given, str) or (isinstance(given, Mapping) and "_target_" not in given)
    settings = Settings.compose("evaluate", parts, overrides if has_fields else of_any_runner(overrides))
    refuse_unused("evaluate", overrides, _USED)
    made = as_runner(with_found_runs(settings.part("runner"), settings.part("tracker")))
    if isinstance(made, FunctionRunner):
        made = replace(made, must_answer=True)
    beside = settings.part("baselines") if baselines is None else [_made(baseline, read) for baseline in baselines]
    job = Experiment(
        name=str(settings.config.experiment),
        dataset=settings.part("subset").of(read),
        runner=made,
        scoring=scoring_of(settings),
        tracker=settings.part("tracker"),
        analysis=settings.part("analysis"),
        baselines=beside,
        labels=settings.config.labels,
        unknown=settings.config.unknown,
    )
    told = [*read.chosen, *([] if isinstance(runner, str | Mapping) else [f"runner={made.name}"]), *settings.overrides]
    described: dict[str, object] = {"dataset": read.configured or description(read.plain)}
    if baselines is not None:
        told.append(f"baselines=[{','.join(baseline.name for baseline in beside)}]")
        described["baselines"] = [description(baseline) for baseline in beside]
    place = run_folder({"runner": made.name, "dataset": read.name}, told)
    folder = Path("runs", slug(job.name), place) if out is None else Path(out)
    with advising():
        run = carry_out(job, folder.absolute(), settings.yaml(**described), told, _LOG, _FROM_PYTHON)
    return Run(run.opened, track(job.tracker, run.folder))


def carry_out(
    experiment: Experiment,
    folder: Path,
    config: str,
    overrides: Sequence[str],
    reporter: Reporter = LOG,
    origin: Mapping[str, object] | None = None,
) -> Run:
    """Evaluate `experiment` into `folder`; a run that dies is left in the tracker, if there is one.

    `config` is the configuration as YAML, `overrides` what was chosen in it, `origin` what the provenance says besides.

    Raises:
        InputError: something cannot be used, or there is nothing to score.
    """
    if isinstance(experiment.tracker, Mlflow):
        # Now rather than after an hour of predicting.
        experiment.tracker.check()
    record = provenance(overrides, {"bootstrap": experiment.scoring.bootstrap.seed}) | dict(origin or {})
    try:
        write_run(experiment, folder, config, record, reporter)
    except Exception as error:
        # A slip in a call of its own is not worth a run; in a sweep it is, which else has fewer runs than jobs.
        in_sweep = isinstance(experiment.tracker, Mlflow) and experiment.tracker.parent is not None
        if isinstance(error, InputError) and not isinstance(error, PartError) and not in_sweep:
            raise
        cause = (error.__cause__ or error) if isinstance(error, PartError) else error
        name = " ".join(overrides) or experiment.runner.name
        try:
            experiment.tracker.log_failure(experiment.name, name, f"{type(cause).__name__}: {cause}")
        except Exception as problem:
            # The error itself matters more.
            warn(f"tracker: found {problem}; the failed run is not logged")
        raise
    return Run(read_run(folder))


def runner_of(runner: object) -> object:
    """A runner as `Settings` takes it: its name, with fields or not, or an object.

    Raises:
        InputError: it is none, or a class and not an object of it.
    """
    if isinstance(runner, Path) or (isinstance(runner, str) and _is_file(runner)):
        raise InputError(
            f"runner: found the file {runner}, wanted a runner; harness.score(gold, {str(runner)!r}) scores predictions"
        )
    if isinstance(runner, str | Mapping):
        return runner
    if isinstance(runner, type):
        raise InputError(f"runner: found the class {runner.__name__}, wanted an object of it")
    if hasattr(runner, "predict"):
        return runner
    if callable(runner):
        name = getattr(runner, "__name__", type(runner).__name__)
        return FunctionRunner(runner, "lambda" if name == "<lambda>" else name)
    found = f"an object of {type(runner).__name__}"
    raise InputError(f"runner: found {found}, wanted a name, an object with name and predict, or a function")


def _is_file(name: str) -> bool:
    """Whether a file, or the folder of a run, was named in the place of a runner."""
    return name.partition("(")[0] not in names_of("runner") and (Path(name).exists() or name.endswith(".jsonl"))


def _runner_parts(runner: RunnerSource, labels: str | None, unknown: Unknown) -> dict[str, object]:
    """The runner and what it is told: among its fields where it is named, beside it where it is an object."""
    told = {"labels": labels, "unknown": None if unknown == "error" else unknown}
    said = {key: value for key, value in told.items() if value is not None}
    part = runner_of(runner)
    if isinstance(part, str):
        return {"runner": {"name": part, **said} if said else part}
    return {"runner": {**part, **said}} if isinstance(part, Mapping) else {"runner": part, **said}


def known_choice(unknown: str) -> Unknown:
    """What is to become of unknown names.

    Raises:
        InputError: it is none of the choices.
    """
    choice: Unknown | None = next((choice for choice in get_args(Unknown) if choice == unknown), None)
    if choice is None:
        raise InputError(f"unknown: found {unknown!r}, wanted one of {', '.join(get_args(Unknown))}")
    return choice


def scorers_of(scorers: Scorers | None) -> object:
    """Scorers as `Settings` takes them."""
    return [scorers] if isinstance(scorers, str) else scorers


def scoring_of(settings: Settings) -> Scoring:
    """How runs are scored, as the settings of any command say."""
    trials = {"trials": int(settings.config.trials)} if "trials" in settings.config else {}
    return Scoring(settings.part("scorer"), str(settings.config.units), settings.part("bootstrap"), **trials)


def _made(baseline: RunnerSource, corpus: Corpus) -> Runner:
    """A baseline, which may count in the corpus."""
    return as_runner(Settings.compose("evaluate", {"runner": runner_of(baseline), "dataset": corpus}).part("runner"))
