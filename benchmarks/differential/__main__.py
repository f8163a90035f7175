"""Check our numbers against other tools: python -m benchmarks.differential [size=400] [out=DIR].

Exits with 1 where a difference has no cause that reproduces it, or a known case no longer holds.
"""

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console

from benchmarks.differential.report import show, write
from benchmarks.differential.run import ORDER_SIZE, SIZE, run
from harness.data.types import InputError


def main(arguments: Sequence[str]) -> int:
    """The exit code."""
    try:
        size, out = _options(arguments)
    except InputError as error:
        Console(stderr=True, soft_wrap=True, highlight=False).print(f"error: {error}", markup=False)
        return 2
    outcome = run(size, ORDER_SIZE * size // SIZE)
    console = Console()
    show(outcome, console if console.is_terminal else Console(width=200))
    if out is not None:
        write(outcome, out)
    return 1 if outcome.failures or outcome.broken else 0


def _options(arguments: Sequence[str]) -> tuple[int, Path | None]:
    if not find_spec("nervaluate"):
        raise InputError("nervaluate: not installed, wanted: pip install '.[peers]'")
    given = dict(argument.partition("=")[::2] for argument in arguments)
    if unknown := given.keys() - {"size", "out"}:
        raise InputError(f"command line: found {', '.join(sorted(unknown))}, wanted size=NUMBER or out=DIR")
    size = given.get("size", str(SIZE))
    if not size.isdigit() or int(size) < 1:
        raise InputError(f"size: found {size!r}, wanted a number of documents")
    return int(size), Path(given["out"]) if given.get("out") else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
