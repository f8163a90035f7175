"""Tab completion: what may stand next on a command line, and what makes a shell ask.

Hydra's own takes a program for one command, and prints its errors into the prompt.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from harness.cli import usage
from harness.cli.arguments import FLAGS, is_key, parse
from harness.data.files import resource
from harness.data.types import InputError
from harness.runs.folder import SCORES

SHELLS: Final = ("bash", "zsh")

_NAMED: Final = ("labels", "prompt", "schema")
"""The keys whose values are names in the folder of `conf/` that is called so, or files."""

_MOST_RUNS: Final = 100
"""Runs that are looked into, newest first: a shell waits for what it asked."""

_FUNCTION: Final = """\
_harness() {
  local line="${COMP_LINE:0:$COMP_POINT}" IFS=$'\\n' before
  COMPREPLY=($(harness --complete "$line" 2>/dev/null))
  if [ -z "$ZSH_VERSION" ]; then
    # Bash begins a word anew after = and :, and puts in what follows them.
    before="${line##* }"
    case "$before" in *[=:]*) before="${before%"${before##*[=:]}"}"; COMPREPLY=("${COMPREPLY[@]#"$before"}") ;; esac
  fi
}
complete -o default -o nospace -F _harness harness
"""
_ZSH: Final = "autoload -Uz compinit bashcompinit\ncompinit -u\nbashcompinit\n"


def script(shell: str) -> str:
    """What a shell is to evaluate.

    Raises:
        InputError: it is none of those that are known.
    """
    if shell not in SHELLS:
        raise InputError(f"--completion: found {shell!r}, wanted {' or '.join(SHELLS)}")
    return (_ZSH if shell == "zsh" else "") + _FUNCTION


def candidates(line: str) -> list[str]:
    """What may stand in the place of the last word of `line`, sorted; a space follows what is whole."""
    words = line.split(" ")
    given, last = [word for word in words[1:-1] if word], words[-1]
    if not given:
        return [f"{name} " for name in usage.commands() if name.startswith(last)]
    command, *arguments = given
    if command not in usage.commands():
        return []
    return sorted({word for word in _words(command, arguments, last) if word.startswith(last)})


def _words(command: str, arguments: Sequence[str], last: str) -> Iterator[str]:
    keys = usage.keys(command)
    if last.startswith("-"):
        yield from (f"{flag} " for flag in FLAGS)
        yield from (f"--{key.replace('_', '-')} " for key in keys)
        return
    try:
        given = parse(command, keys, arguments)
    except InputError:
        return
    groups = usage.parts(command, given.folders)
    key, equals, value = last.partition("=")
    if equals and key.lstrip("+") in groups:
        # Of a list, what stands after the last comma.
        before = value[: max(value.rfind(","), value.rfind("[")) + 1]
        ends = "" if before.startswith("[") or "," in before else " "
        yield from (f"{key}={before}{name}{ends}" for name in groups[key.lstrip("+")])
    elif not equals:
        yield from (f"{key}=" for key in groups)
        yield from (f"{key}=" for key in _dotted(command, given.overrides, given.folders))
    elif key in usage.NAMING_RUNS:
        yield from (f"{key}={name}" for name in _runs(value))
    elif (folder := key.rpartition(".")[2]) in _NAMED:
        yield from (f"{key}={path.stem} " for path in (resource("conf") / folder).glob("*.yaml"))
        # The shell adds files only where there is nothing else.
        yield from (f"{key}={path}/" for path in _beneath(value) if path.is_dir())
        yield from (f"{key}={path} " for path in _beneath(value) if path.suffix in (".yaml", ".yml"))
    if not equals and command in usage.TAKING_RUNS:
        yield from _runs(last)


def _runs(begun: str) -> Iterator[str]:
    """What a run may be named by: a runner that has some, the folder of one, and folders on the way to one."""
    from harness.api.finding import runners_with_runs

    yield from (f"latest:{name} " for name in runners_with_runs(Path("runs"), _MOST_RUNS))
    for path in _beneath(begun):
        if (path / SCORES).is_file():
            yield f"{path} "
        elif any(True for depth in ("*", "*/*") for _ in path.glob(f"{depth}/{SCORES}")):
            yield f"{path}/"


def _beneath(begun: str) -> Iterator[Path]:
    """The files and folders in the folder that a path begins with; hidden ones only after a dot."""
    folder, _, name = begun.rpartition("/")
    with suppress(OSError):
        for path in Path(f"{folder}/" if "/" in begun else ".").iterdir():
            if path.name.startswith(name) and (name or not path.name.startswith(".")):
                yield path


def _dotted(command: str, overrides: Sequence[str], folders: Sequence[str]) -> Iterator[str]:
    """The keys of the configuration as far as it is given, with a dot between levels; else those at its top."""
    from omegaconf import OmegaConf

    from harness.config.compose import compose, with_folders, without_hydra
    from harness.config.overrides import is_sweep_over

    kept = [override for override in overrides if not is_sweep_over(override)]
    for tried in (kept, []):
        # What is half written need not compose.
        with suppress(Exception):
            config = without_hydra(compose(command, with_folders(tried, folders)).config)
            yield from _leaves(OmegaConf.to_container(config))
            return
    yield from usage.keys(command)


def _leaves(content: object, above: str = "") -> Iterator[str]:
    for name, value in content.items() if isinstance(content, Mapping) else ():
        if is_key(str(name)) and not str(name).startswith("_"):
            whole = f"{above}.{name}" if above else str(name)
            if isinstance(value, Mapping) and value:
                yield from _leaves(value, whole)
            else:
                yield whole
