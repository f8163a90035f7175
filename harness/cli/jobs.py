"""Hydra, called so that its errors come back as exceptions and a sweep outlives a failed job."""

import argparse
import gc
import hashlib
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final, Never

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig, ListConfig, OmegaConf

from harness.cli.commands import COMMANDS
from harness.cli.exits import JobFailedError, report
from harness.cli.overrides import shown
from harness.data.files import resource
from harness.data.types import InputError

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")

_codes: list[int] = []
"""The exit code of a single run: Hydra hands no return value back."""


def compose_and_run(command: str, overrides: Sequence[str]) -> int:
    """Compose the primary configuration of `command`, and run it once or as a sweep; the exit code."""
    OmegaConf.register_new_resolver("run_folder", run_folder, replace=True)
    OmegaConf.register_new_resolver("slug", slug, replace=True)
    _codes.clear()
    # Without it, Hydra prints its own report over several lines and exits with 1.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    program = hydra.main(version_base="1.3", config_path=str(resource("conf")), config_name=command)(job)
    # A large data set makes millions of objects and no cycles; by default the collector looks at all of them again and
    # again, for a fifth of the time of a run.
    gc.set_threshold(200_000, 20, 100)
    with _arguments(overrides):
        program()
    return _codes[-1] if _codes else 0


@contextmanager
def _arguments(overrides: Sequence[str]) -> Iterator[None]:
    """Hydra reads the command line itself, and ends the program over a flag it does not know."""
    before, fail = sys.argv, argparse.ArgumentParser.error
    sys.argv = ["harness", *overrides]
    argparse.ArgumentParser.error = _refuse  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        sys.argv = before
        argparse.ArgumentParser.error = fail  # type: ignore[method-assign]


def _refuse(parser: argparse.ArgumentParser, message: str) -> Never:
    raise InputError(f"command line: found {message}, wanted key=value overrides; {parser.prog} --help lists the flags")


def job(config: DictConfig) -> None:
    """One job: the command's work.

    Raises:
        JobFailedError: the job of a sweep failed; the others still run.
    """
    command = str(HydraConfig.get().job.config_name)
    try:
        if command not in COMMANDS:
            raise InputError(f"--config-name: found {command}, wanted one of {', '.join(COMMANDS)}")
        code = COMMANDS[command](config)
    except BrokenPipeError:
        raise
    except Exception as error:
        overrides = " ".join(shown(HydraConfig.get().overrides.task))
        sweeping = HydraConfig.get().mode == RunMode.MULTIRUN
        code = report(f"{command} {overrides}" if sweeping else command, error)
        if sweeping:
            raise JobFailedError(code) from None
    _codes.append(code)


def run_folder(choices: DictConfig, overrides: ListConfig) -> str:
    """A folder name for a run: time with microseconds, runner and data set, six digits of the overrides' hash."""
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    name = slug(f"{choices.get('runner')}-{choices.get('dataset')}")
    digest = hashlib.sha256("\0".join(shown(map(str, overrides))).encode()).hexdigest()[:6]
    return f"{now}-{name}-{digest}"


def slug(name: str) -> str:
    """`name` as a folder's name: at most 60 letters and digits of ASCII and . _ -, never leading out of its folder."""
    return _UNSAFE.sub("-", name).strip(".-")[:60] or "unnamed"
