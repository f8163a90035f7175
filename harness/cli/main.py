"""The program `harness`: a command with its names, keys and flags, and exit codes that scripts can rely on."""

import os
import sys
from collections.abc import Sequence

from harness import __version__
from harness.cli import usage
from harness.cli.arguments import Line, parse
from harness.cli.exits import INTERRUPTED, PIPE_CLOSED, complain, report, write
from harness.config.nearest import suggestion


def main() -> None:
    """Run the command named on the command line and exit with its code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run a command; its exit code."""
    if not arguments or arguments[0] in ("-h", "--help"):
        write(sys.stdout, usage.overview())
        return 0
    if arguments[0] == "--version":
        write(sys.stdout, f"harness {__version__}")
        return 0
    command, *rest = arguments
    known = usage.commands()
    if command not in known:
        near = suggestion(command, known)
        return complain("harness", f"found the command {command!r}, wanted one of {', '.join(known)}{near}")
    try:
        line = parse(command, usage.keys(command), rest)
        if line.help:
            write(sys.stdout, usage.manual(command, line.folders))
            return 0
        return _call(command, line)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has closed the pipe: drop the rest, so that Python does not try to write it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except Exception as error:
        return report(command, error)


def _call(command: str, line: Line) -> int:
    # Here, since neither --help nor --version needs Hydra.
    from harness.cli.calls import call

    return call(command, line)
