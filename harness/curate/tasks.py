"""What `harness curate task=…` does."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from harness.data.types import InputError
from harness.datasets.gold import GoldStandard
from harness.show.terminal import isolate, say, show

PROBLEMS: Final = 2
"""The exit code of a gold with problems: an input error, like any other."""


def curate(task: str, gold: GoldStandard, out: Path | None, texts: Path | None = None) -> int:
    """Do a task on a version of the gold standard; the exit code. What it writes goes into the folder `out`.

    `texts` is the folder of article texts that the task `texts` puts in.

    Raises:
        InputError: there is no such task, or a file of the version cannot be used.
    """
    if task not in (*TASKS, "texts"):
        raise InputError(f"task: found {task!r}, wanted one of {', '.join([*TASKS, 'texts'])}")
    if not gold.folder.is_dir():
        raise InputError(f"{gold.folder}: found no folder, wanted a version of the gold standard")
    if task == "texts":
        return _put_texts_in(gold, texts, out)
    gold.check_texts()
    return TASKS[task](gold, out)


def _build(gold: GoldStandard, out: Path | None) -> int:
    from harness.curate.build import build

    layers = build(gold.folder, out)["layers"]
    counts = ", ".join(f"{found['count']} {layer}" for layer, found in dict(layers).items())  # type: ignore[call-overload]
    say(f"{isolate(str(out or gold.folder))}: {counts}")
    return 0


def _validate(gold: GoldStandard, out: Path | None) -> int:
    from harness.curate.validate import validate

    problems = validate(gold.folder)
    lines = [f"{problem}" for problem in problems]
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "problems.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    for line in lines:
        say(line)
    if not lines:
        say(f"{isolate(str(gold.source))}: 0 problems")
    return PROBLEMS if lines else 0


def _agreement(gold: GoldStandard, out: Path | None) -> int:
    from harness.curate.agreement import agreement
    from harness.curate.release import read_release
    from harness.curate.tables import agreement_sheet
    from harness.data.files import write_json

    found = agreement(read_release(gold.folder))
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        write_json(out / "agreement.json", found)
    show(agreement_sheet(found))
    return 0


def _export(gold: GoldStandard, out: Path | None) -> int:
    from harness.curate.export import export

    if out is None:
        raise InputError("out: found null, wanted the folder for the Parquet file")
    path = out / f"{gold.version}.parquet"
    export(gold.read(), path)
    say(f"wrote {isolate(str(path))}")
    return 0


def _ceiling(gold: GoldStandard, out: Path | None) -> int:
    from harness.curate.ceiling import run

    return run(gold, None, out)


def _put_texts_in(gold: GoldStandard, texts: Path | None, out: Path | None) -> int:
    from harness.curate.texts import put_in

    if texts is None:
        raise InputError("texts: found null, wanted the folder that holds the articles, each as ID.txt")
    if out is None:
        raise InputError("out: found null, wanted the folder for the version with its texts")
    put_in(gold.folder, texts, out / gold.version)
    say(f"{isolate(str(out / gold.version))}: every file as it was released; read it with dataset.root={out}")
    return 0


TASKS: Final[Mapping[str, Callable[[GoldStandard, Path | None], int]]] = {
    "build": _build,
    "validate": _validate,
    "agreement": _agreement,
    "export": _export,
    "ceiling": _ceiling,
}
