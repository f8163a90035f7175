"""The program `harness`: one command, Hydra overrides behind it, and exit codes that scripts can rely on."""

import os
import sys
from collections.abc import Sequence
from typing import Final

from harness import __version__
from harness.cli.exits import INTERNAL, INTERRUPTED, PIPE_CLOSED, JobFailedError, complain, report, write
from harness.cli.overrides import is_sweep, quote

DESCRIPTIONS: Final = {
    "evaluate": "data set -> runner -> scorers -> run folder -> tracker; -m sweeps",
    "compare": "two runs by paired differences; runs=[…]: a leaderboard; task=power: what the gold can show",
    "gate": "judge a run by a policy against a reviewed baseline; task=bless, task=anchor, task=regold",
    "report": "one HTML file: scores, errors and documents side by side; runs=[A,B]: who got what",
    "track": "log a finished run again (a tracker that was down)",
    "train": "fine-tune a token classifier, write a checkpoint; task=folds leaves one document out at a time",
    "curate": "everything about gold: build, validate, agreement, export",
    "rules": "explain text=…: which rule finds what in a text, and which overrules which",
}


def main() -> None:
    """Run the command named on the command line and exit with its code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command; its exit code."""
    if not arguments or arguments[0] in ("-h", "--help"):
        write(sys.stdout, _overview())
        return 0
    if arguments[0] == "--version":
        write(sys.stdout, f"harness {__version__}")
        return 0
    command, *overrides = arguments
    if command == "rules" and overrides and overrides[0].isalpha():
        overrides[0] = f"task={overrides[0]}"
    if command not in DESCRIPTIONS:
        return complain("harness", f"found the command {command!r}, wanted one of {', '.join(DESCRIPTIONS)}")
    sweeping = is_sweep(overrides)
    return _run_hydra(command, [quote(override, sweeping=sweeping) for override in overrides])


def _run_hydra(command: str, overrides: Sequence[str]) -> int:
    """Let Hydra compose and run `command`; every error as one line and a code."""
    from harness.cli.jobs import compose_and_run
    from harness.cli.sweep import ParentRun

    failed = True
    try:
        try:
            code = compose_and_run(command, overrides)
        except JobFailedError:
            code = INTERNAL
        failed = code != 0
        ParentRun.rank()
        return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; the interpreter must not try to write the rest when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except Exception as error:
        return report(command, error)
    finally:
        ParentRun.close(failed=failed)


def _overview() -> str:
    width = max(map(len, DESCRIPTIONS))
    lines = [f"  {name:{width}}  {description}" for name, description in DESCRIPTIONS.items()]
    head = "usage: harness <command> [key=value ...]      (harness <command> --help shows the keys)"
    return "\n".join((head, "", *lines))
