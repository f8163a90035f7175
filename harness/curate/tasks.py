"""What `harness curate task=…` does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.data.jsonl import one_line, write_lines
from harness.data.schema import Schema
from harness.data.types import Annotation, InputError
from harness.datasets.gold import SCHEMA, GoldStandard
from harness.formats.export import Export, Format
from harness.show.formats import counted
from harness.show.terminal import isolate, say, show

if TYPE_CHECKING:
    from harness.curate.suggest import Answers

PROBLEMS: Final = 2
"""The exit code of a gold with problems: an input error, like any other."""
_LISTED: Final = 5


def curate(task: str, gold: GoldStandard, out: Path | None) -> int:
    """Do a task on a version of the gold standard; the exit code. What it writes goes into the folder `out`.

    Raises:
        InputError: a file of the version cannot be used.
    """
    check_version(gold)
    gold.check_texts()
    return TASKS[task](gold, out)


def check_version(gold: GoldStandard) -> None:
    """See that there is such a version.

    Raises:
        InputError: there is none.
    """
    if not gold.folder.is_dir():
        raise InputError(f"{gold.folder}: found no folder, wanted a version of the gold standard")


def _build(gold: GoldStandard, out: Path | None) -> int:
    from harness.curate.build import build

    layers = build(gold.folder, out)["layers"]
    if out is None and (gold.folder / SCHEMA).is_file():
        from harness.curate.croissant import write_croissant

        write_croissant(gold.folder, gold.folder.absolute().parent.name, gold.annotation_schema)
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


@dataclass(frozen=True)
class Texts:
    """Where texts come from: the folder of files ID.txt, the encoding they are in, and what is no part of an article.

    `outlet` is the name of the outlet, which pages bear above their text; `furniture` a table in the place of the one
    that ships.
    """

    folder: Path | None = None
    encoding: str | None = None
    outlet: str = ""
    furniture: Path | None = None


def start(gold: GoldStandard, schema: Schema, texts: Texts) -> int:
    """Write the files of a version that is to be made, with texts as they are if a folder of them is given; 0.

    Raises:
        InputError: the version exists, or a text cannot be one of a document.
    """
    from harness.curate.new import add_texts, make_new

    folder = make_new(gold.folder.parent, gold.version, schema)
    ids = add_texts(folder, texts.folder, texts.encoding) if texts.folder is not None else []
    say(f"{isolate(str(folder))}: {counted(len(ids), 'text')}, schema {schema.label}")
    say(f"{isolate(str(folder.parent))}: guidelines.md and DATASHEET.md are to be written")
    return 0


def ingest(gold: GoldStandard, texts: Texts) -> int:
    """Put the articles on pages of raw text into a version that is being made, and say what was cut; 0.

    Raises:
        InputError: no folder is given, or a page cannot be read or has no article.
    """
    from harness.curate.new import CUTS, ingest

    check_version(gold)
    if texts.folder is None:
        raise InputError("texts: found null, wanted the folder of the pages, each as ID.txt")
    articles = ingest(gold.folder, texts.folder, texts.outlet, texts.furniture, texts.encoding)
    for name, article in articles.items():
        lines = article.text.count("\n")
        say(f"{isolate(name)}: {counted(lines, 'line')} kept, {counted(len(article.cuts), 'line')} cut")
        for cut in article.cuts:
            say(f"  line {cut.line}, {cut.rule}: {isolate(one_line(cut.text))}")
    say(f"{isolate(str(gold.folder / CUTS))} has what was cut: see that nothing of an article is among it")
    return 0


def suggest(
    gold: GoldStandard, systems: Mapping[str, "Answers"], pool: Mapping[str, Annotation], number: int, out: Path | None
) -> int:
    """Show what to look at next in a version, by the answers of systems and its passes; 0.

    `pool` are answers for texts that are not annotated, by document. The file `suggestions.jsonl` in the folder `out`,
    if it is given, has all suggestions.

    Raises:
        InputError: there is nothing to go by.
    """
    from harness.curate.decisions import read_decisions
    from harness.curate.release import DECISIONS, FACTS, read_release
    from harness.curate.reviews import open_reviewed
    from harness.curate.suggest import against_gold, disputed, suggestions_sheet, worth_annotating, worth_sheet

    check_version(gold)
    reviewed = open_reviewed(gold)
    suggestions = against_gold(reviewed, systems)
    if (gold.folder / FACTS).is_file():
        release = read_release(gold.folder)
        suggestions += disputed(release, read_decisions(gold.folder / DECISIONS, release.schema))
    if not suggestions and not pool:
        wanted = "two runs or more (runs=[A,B]), passes that differ, or predictions= for texts to choose from"
        raise InputError(f"{gold.folder}: found nothing to suggest, wanted {wanted}")
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        write_lines(out / "suggestions.jsonl", (suggestion.line() for suggestion in suggestions))
    if suggestions:
        show(suggestions_sheet(suggestions[:number], reviewed, ""))
    if pool:
        show(worth_sheet(worth_annotating(gold.read(), pool)[:number]))
    return 0


def write_export(export: Export, writer: Format, out: Path | None) -> int:
    """Write documents with their annotation in a format, and say what it cannot hold; the exit code."""
    if out is None:
        raise InputError("out: found null, wanted the folder for the files of the export")
    out.mkdir(parents=True, exist_ok=True)
    written = writer.write(export, out)
    if len(written.files) > _LISTED:
        say(f"wrote {len(written.files)} files into {isolate(str(out))}")
    else:
        for path in written.files:
            say(f"wrote {isolate(str(path))}")
    if written.lost:
        said = ", ".join(f"{count} {what}" for what, count in written.lost.items())
        say(f"not in these files, which cannot hold it: {said}")
    return 0


def put_texts_in(gold: GoldStandard, texts: Path | None, out: Path | None) -> int:
    """Write the version with its texts, each from the folder `texts`, into the folder `out`; the exit code."""
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
}
