"""Commands that run through Hydra's own program: a folder for each run, and sweeps that outlive a failed job."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import Any, TextIO, cast

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig

from harness.cli.command import Command, Job
from harness.cli.exits import INTERNAL, JobFailedError, complain, message_of, report
from harness.cli.sweep import Sweep
from harness.config.choices import sweeping as in_parts
from harness.config.compose import compose
from harness.config.overrides import is_plain, quote, shown
from harness.config.parts import build_whole
from harness.data.files import resource
from harness.show.sheet import one_line
from harness.show.terminal import say, waiting


def run(command: str, overrides: Sequence[str], *, sweeping: bool, flags: Sequence[str] = ()) -> int:
    """Run `command` once, or as a sweep; the exit code. With flags that Hydra answers, let it answer."""
    if not sweeping:
        plain = all(map(is_plain, overrides))
        final = [quote(text, sweeping=False) for text in overrides] if plain else compose(command, overrides).overrides
        return _through_hydra(command, [*flags, *final])
    composed = compose(command, overrides, sweeping=True)
    for line in composed.parted.said:
        say(f"sweep: {line}")
    sweep = Sweep.open(composed, overrides)
    failed = True
    with tempfile.TemporaryDirectory(prefix="harness-") as folder:
        ended = Path(folder)
        try:
            try:
                with in_parts(composed.parted):
                    code = _through_hydra(command, ["-m", *composed.overrides, *sweep.overrides], ended)
            except JobFailedError:
                code = INTERNAL
            failed = code != 0
            sweep.rank()
        finally:
            sweep.close(failed=failed)
            summary = _summary(ended)
            if summary:
                complain(f"harness {command}", summary)
    return code


def _summary(ended: Path) -> str:
    """How many jobs of a sweep failed, each by the overrides that are its own, and why; empty where none did."""
    jobs = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(ended.iterdir())]
    failed = [job for job in jobs if job["error"] is not None]
    shared = set.intersection(*({*job["overrides"]} for job in jobs)) if len(jobs) > 1 else set()
    told = (
        f"{' '.join(override for override in job['overrides'] if override not in shared)}: {job['error']}"
        for job in failed
    )
    return f"{len(failed)} of {len(jobs)} failed: {'; '.join(told)}" if failed else ""


def _through_hydra(command: str, arguments: Sequence[str], ended: Path | None = None) -> int:
    """Let Hydra read `arguments` and run the jobs; the exit code of the last one.

    Jobs leave how they ended in the folder `ended`: they may run in processes of their own.
    """
    # Hydra hands no return value back. (A job in a process of its own leaves none here; if it fails, Hydra raises.)
    codes: list[int] = []
    told: set[str] = set()
    # Without it, Hydra prints its own report over several lines and exits with 1.
    os.environ["HYDRA_FULL_ERROR"] = "1"

    def job(config: DictConfig) -> None:
        codes.append(_job(config, told, ended))

    program = hydra.main(version_base="1.3", config_path=str(resource("conf")), config_name=command)(job)
    with _command_line(arguments), redirect_stderr(cast("TextIO", _WithoutHydrasLine(sys.stderr))):
        program()
    return codes[-1] if codes else 0


class _WithoutHydrasLine:
    """Standard error without the line that Hydra adds to a failed job: our own says why, and names no parent run."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write `text`, unless it is that line."""
        return len(text) if text.startswith("Error executing job with overrides") else self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def _command_line(arguments: Sequence[str]) -> Iterator[None]:
    """Hydra takes its arguments from nowhere else."""
    before = sys.argv
    sys.argv = ["harness", *arguments]
    try:
        yield
    finally:
        sys.argv = before


def _job(config: DictConfig, told: set[str], ended: Path | None) -> int:
    """One job: the command's work; the exit code.

    Raises:
        JobFailedError: the job of a sweep failed; the others still run.
    """
    own = HydraConfig.get()
    overrides = shown(own.overrides.task)
    try:
        with waiting("loading the parts"):
            built: Command = build_whole(config)
        code = built.execute(Job(config, overrides, Path(own.runtime.output_dir), told))
        _note(ended, overrides, None)
        return code
    except BrokenPipeError:
        raise
    except Exception as error:
        command = str(own.job.config_name)
        if own.mode != RunMode.MULTIRUN:
            return report(command, error, overrides)
        _note(ended, overrides, one_line(message_of(error)))
        raise JobFailedError(report(" ".join((command, *overrides)), error)) from None


def _note(ended: Path | None, overrides: Sequence[str], error: str | None) -> None:
    if ended is not None:
        text = json.dumps({"overrides": [*overrides], "error": error})
        (ended / f"{HydraConfig.get().job.num:06}.json").write_text(text, encoding="utf-8")
