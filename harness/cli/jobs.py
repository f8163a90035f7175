"""Commands that run through Hydra's own program: a folder for each run, and sweeps that outlive a failed job."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig

from harness.cli.command import Command, Job
from harness.cli.exits import INTERNAL, JobFailedError, report
from harness.cli.sweep import Sweep
from harness.config.compose import compose
from harness.config.overrides import is_plain, quote, shown
from harness.config.parts import build_whole
from harness.data.files import resource


def run(command: str, overrides: Sequence[str], *, sweeping: bool, flags: Sequence[str] = ()) -> int:
    """Run `command` once, or as a sweep; the exit code. With flags that Hydra answers, let it answer."""
    if not sweeping:
        plain = all(map(is_plain, overrides))
        final = [quote(text, sweeping=False) for text in overrides] if plain else compose(command, overrides).overrides
        return _through_hydra(command, [*flags, *final])
    composed = compose(command, overrides, sweeping=True)
    sweep = Sweep.open(composed, overrides)
    failed = True
    try:
        try:
            code = _through_hydra(command, ["-m", *composed.overrides, *sweep.overrides])
        except JobFailedError:
            code = INTERNAL
        failed = code != 0
        sweep.rank()
        return code
    finally:
        sweep.close(failed=failed)


def _through_hydra(command: str, arguments: Sequence[str]) -> int:
    """Let Hydra read `arguments` and run the jobs; the exit code of the last one."""
    # Hydra hands no return value back. (A job in a process of its own leaves none here; if it fails, Hydra raises.)
    codes: list[int] = []
    # Without it, Hydra prints its own report over several lines and exits with 1.
    os.environ["HYDRA_FULL_ERROR"] = "1"

    def job(config: DictConfig) -> None:
        codes.append(_job(config))

    program = hydra.main(version_base="1.3", config_path=str(resource("conf")), config_name=command)(job)
    with _command_line(arguments):
        program()
    return codes[-1] if codes else 0


@contextmanager
def _command_line(arguments: Sequence[str]) -> Iterator[None]:
    """Hydra takes its arguments from nowhere else."""
    before = sys.argv
    sys.argv = ["harness", *arguments]
    try:
        yield
    finally:
        sys.argv = before


def _job(config: DictConfig) -> int:
    """One job: the command's work; the exit code.

    Raises:
        JobFailedError: the job of a sweep failed; the others still run.
    """
    own = HydraConfig.get()
    overrides = shown(own.overrides.task)
    try:
        built: Command = build_whole(config)
        return built.execute(Job(config, overrides, Path(own.runtime.output_dir)))
    except BrokenPipeError:
        raise
    except Exception as error:
        command = str(own.job.config_name)
        if own.mode != RunMode.MULTIRUN:
            return report(command, error)
        raise JobFailedError(report(" ".join((command, *overrides)), error)) from None
