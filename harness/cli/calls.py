"""A call of a command: its configuration is composed, then shown or run."""

import gc
import sys
from collections.abc import Sequence
from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from harness.cli import usage
from harness.cli.arguments import Line
from harness.cli.command import Command, Job
from harness.cli.exits import write
from harness.config.compose import compose, register, with_folders, without_hydra
from harness.config.overrides import key_of, quote_text
from harness.config.parts import build_whole, class_at
from harness.data.types import InputError
from harness.runners.llm.keys import check_name
from harness.show.terminal import waiting


def call(command: str, line: Line) -> int:
    """Run `command`, or show its configuration; the exit code.

    Raises:
        InputError: the command line or the configuration cannot be used.
    """
    register()
    with waiting(f"loading harness {command}"):
        target: type[Command] = class_at(usage.target(command), ["harness"])
    overrides = with_folders([*line.overrides, *_of_names(target, line)], line.folders)
    _refuse_secrets(overrides)
    # A large data set makes millions of objects and no cycles; by default the collector looks at all of them again and
    # again, for a fifth of the time of a run.
    gc.set_threshold(200_000, 20, 100)
    if line.shown is not None:
        write(sys.stdout, _shown(compose(command, overrides).config, line))
        return 0
    if target.sweeps:
        # Here, since it imports all that a sweep's leaderboard is made of.
        from harness.cli import jobs

        return jobs.run(command, overrides, sweeping=line.sweeping, flags=line.for_hydra)
    if line.sweeping or line.for_hydra:
        # Of a sweep only one code would reach the caller, and a failure could be lost behind a pass.
        found = "a sweep" if line.sweeping else line.for_hydra[0]
        raise InputError(f"command line: found {found}, wanted one {command} at a time")
    config = without_hydra(compose(command, overrides).config)
    with waiting("loading the parts"):
        built: Command = build_whole(config)
    return built.execute(Job(config, overrides))


def _of_names(target: type[Command], line: Line) -> Sequence[str]:
    """The overrides that names without a key stand for."""
    if not line.names:
        return ()
    values = target.named(line.names)
    for word in line.overrides:
        if (key := key_of(word)) in values:
            folder = f"; the folder of that name is ./{word}" if Path(word).exists() else ""
            raise InputError(f"{key}: found {word} beside {' '.join(line.names)}, wanted one of them{folder}")
    return [
        f"{key}={quote_text(value) if isinstance(value, str) else '[' + ','.join(map(quote_text, value)) + ']'}"
        for key, value in values.items()
    ]


def _refuse_secrets(overrides: Sequence[str]) -> None:
    """Refuse a key in the place of the name of its variable, before a sweep notes what it was called with."""
    if not any(key_of(override) == "runner" and "llm" in override for override in overrides):
        # Whatever else has a field of that name means something of its own.
        return
    for override in overrides:
        if key_of(override) == "runner.key":
            for name in override.partition("=")[2].split(","):
                if name.strip("'\"") not in ("", "null"):
                    check_name(name.strip("'\""))


def _shown(config: DictConfig, line: Line) -> str:
    """The part of a configuration that was asked for, as YAML."""
    if line.shown == "job":
        config = without_hydra(config)
    elif line.shown == "hydra":
        config = OmegaConf.masked_copy(config, ["hydra"])
    part = OmegaConf.select(config, line.package) if line.package else config
    if part is None:
        raise InputError(f"--package: found no key {line.package}, wanted one that --cfg {line.shown} shows")
    return OmegaConf.to_yaml(part, resolve=line.resolve).rstrip("\n") if OmegaConf.is_config(part) else str(part)
