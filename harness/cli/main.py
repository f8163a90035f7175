"""The program `harness`: a command with its names, keys and flags, and exit codes that scripts can rely on."""

import os
import sys
from collections.abc import Sequence
from typing import Final

from harness import __version__
from harness.cli import usage
from harness.cli.arguments import Line, parse
from harness.cli.exits import INTERRUPTED, PIPE_CLOSED, complain, report, write
from harness.data.near import guess
from harness.data.types import InputError

_COMPLETION: Final = ("--completion", "--complete")
"""For shells: the first says what to evaluate, the second is asked at each Tab."""


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
    if command not in (*known, *_COMPLETION):
        near = guess(command, known)
        return complain("harness", f"found the command {command!r}, wanted one of {', '.join(known)}{near}")
    try:
        if command in _COMPLETION:
            return _complete(command, rest)
        line = parse(command, usage.keys(command), rest)
        if line.help:
            write(sys.stdout, usage.manual(command, line.folders, line.overrides))
            return 0
        return _call(command, line)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (head, less) has closed the pipe: drop the rest, so that Python does not try to write it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except Exception as error:
        return report(command, error, rest)


def _call(command: str, line: Line) -> int:
    # Here, since neither --help nor --version needs Hydra.
    from harness.cli.calls import call

    return call(command, line)


def _complete(asked: str, words: Sequence[str]) -> int:
    """Write what a shell evaluates, or the words that may stand next."""
    # Here, since no other call needs it.
    from harness.cli import completion

    word = words[0] if words else ""
    try:
        lines = [completion.script(word)] if asked == "--completion" else completion.candidates(word)
    except InputError as error:
        return complain("harness", str(error))
    for line in lines:
        write(sys.stdout, line)
    sys.stdout.flush()
    return 0


if __name__ == "__main__":
    main()
