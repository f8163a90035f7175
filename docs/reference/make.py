"""Writes the reference of commands, parts and measures, from `conf/` with its comments and from the code.

From the root of a checkout: `python -m docs.reference.make`. A test wants the committed pages to be what this writes.
"""

import re
import textwrap
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

import yaml
from pydantic.fields import FieldInfo

from docs.reference.measured import measures
from harness.cli import usage
from harness.config.parts import class_at
from harness.data.files import resource

FOLDER: Final = Path(__file__).parent
CONF: Final = resource("conf")
HEAD: Final = "<!-- Written by python -m docs.reference.make: change conf/ or the code, not this page. -->\n"
GROUPS: Final[Mapping[str, str]] = {
    "dataset": "What is scored against. `dataset=NAME`; keys are set as `dataset.KEY=VALUE`.",
    "runner": "What is scored. `runner=NAME`; keys are set as `runner.KEY=VALUE`.",
    "model": "With `runner=transformer`, fields for a model that people use. `model=NAME`.",
    "scorer": "How it is counted. `scorer=[NAME,NAME]`, or with fields `scorer='[NAME(KEY=VALUE)]'`.",
    "bootstrap": "Intervals. Keys are set as `bootstrap.KEY=VALUE`.",
    "tracker": "Where runs are logged. `tracker=NAME`.",
    "encoder": "What a training starts from. `encoder=NAME`.",
}
_HIDDEN: Final = ("_target_", "hydra", "defaults")
_KEY: Final = re.compile(r"(?P<indent> *)(?P<name>[\w.@-]+):(?: +(?P<value>.*))?")


@dataclass(frozen=True)
class Key:
    """A key of a file, with its dots, what stands there, and the comment above it."""

    name: str
    default: str
    comment: str


def main() -> None:
    """Write every page."""
    for name, content in pages().items():
        (FOLDER / name).write_text(content, encoding="utf-8")


def pages() -> dict[str, str]:
    """The pages by the names of their files."""
    return {"commands.md": _commands(), "parts.md": _parts(), "measures.md": _measures()}


def _commands() -> str:
    listed = usage.commands()
    lines = [
        "# Commands",
        HEAD,
        "Which commands there are, and what each key of them means. `harness COMMAND --help` says the same in the "
        "terminal. Keys are given as `KEY=VALUE` or `--KEY VALUE`; what is chosen by name (data set, runner, scorers "
        "…) stands in [parts](parts.md). `harness COMMAND --cfg job` prints the whole "
        "configuration; any key in it can be set.",
        "",
        "| command | does |",
        "|---|---|",
        *(f"| [`{name}`](#harness-{name}) | {_cell(summary)} |" for name, summary in listed.items()),
    ]
    for name in listed:
        path = CONF / f"{name}.yaml"
        summary, *call = _comment_head(path)
        lines += ["", f"## harness {name}", "", f"{summary[:1].upper()}{summary[1:]}.", ""]
        lines += ["```text", *textwrap.dedent("\n".join(call)).strip().splitlines(), "```", ""]
        lines += _table(path, class_at(usage.target(name), ["harness"]), _chosen(path))
    lines += ["", "## Flags of every command", "", "```text", *usage.flags(sweeps=True).splitlines(), "```"]
    lines += ["", "`-m`, `-i` and `--hydra-help` are those of `evaluate` and `train` alone.", *_exit_codes()]
    return "\n".join(lines) + "\n"


def _exit_codes() -> list[str]:
    return [
        "",
        "## Exit codes",
        "",
        "| code | means |",
        "|---|---|",
        "| 0 | fine; the gate passed |",
        "| 1 | the gate failed, or found the run worse |",
        "| 2 | wrong input: one line says where, what was found and what was wanted (`HARNESS_DEBUG=1`: a traceback) |",
        "| 3 | the gate is inconclusive |",
        "| 70 | an internal error, or a failed job in a sweep whose other jobs still ran |",
        "| 130, 141 | interrupted; the reader of the output went away |",
    ]


def _parts() -> str:
    lines = [
        "# Parts",
        HEAD,
        "What can be chosen by name, and what each key means. A part is a file in `conf/GROUP/`; parts of your own lie "
        "in a folder that `--config-dir` names.",
    ]
    for group, about in GROUPS.items():
        lines += ["", f"## {group}", "", about]
        for path in sorted((CONF / group).glob("*.yaml")):
            lines += ["", f"### {group}={path.stem}", "", *_prose(path)]
            base, target = _base(path)
            lines += ["", *_table(path, class_at(target, ["harness"]) if target else None, [])]
            if base is not None:
                lines += ["", f"The other keys are those of [{group}={base}](#{group}{base})."]
    lines += [
        "",
        "## policy",
        "",
        "What a gate wants of a run: [the gate](../gate.md). `harness gate RUN policy=NAME`.",
    ]
    lines += _whole("policy")
    for group in sorted({path.name for path in CONF.iterdir() if path.is_dir()} - {*GROUPS, "policy", "labels"}):
        lines += ["", f"## {group}", "", f"Files of `conf/{group}/`, whole.", *_whole(group)]
    lines += [
        "",
        "## labels",
        "",
        "Maps from a tag set to the gold's types: `dataset.labels=NAME`, `runner.labels=NAME`.",
    ]
    lines += ["", "| map | labels, and the types that each covers | nesting | source |", "|---|---|---|---|"]
    for path in sorted((CONF / "labels").glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        covers = [f"{label}: {_types(covered)}" for label, covered in content["labels"].items()]
        row = (f"`{path.stem}`", "; ".join(covers), content["nesting"], content["source"])
        lines.append(f"| {' | '.join(_cell(str(cell)) for cell in row)} |")
    return "\n".join(lines) + "\n"


def _whole(group: str) -> Iterator[str]:
    """The files of a group as they are."""
    for path in sorted((CONF / group).glob("*.yaml")):
        yield from ("", f"### {group}={path.stem}", "", "```yaml", path.read_text(encoding="utf-8").strip(), "```")


def _types(covered: object) -> str:
    if covered is None:
        return "left out"
    return " ".join(covered) if isinstance(covered, list) else str(covered)


def _measures() -> str:
    lines = [
        "# Measures",
        HEAD,
        "Which measures each scorer gives, as `LABEL/MEASURE` in `scores.json`, in policies and in MLflow. Headlines "
        "are what decisions hang on; the table of a run shows them and a few more. How each is counted: "
        "[measures](../measures.md). TYPE stands for an entity type or a sentence label of the data.",
    ]
    for name, (headlines, shown, every) in measures().items():
        others = [measure for measure in shown if measure not in headlines]
        lines += ["", f"## {name}", "", f"Headlines: {_codes(headlines)}.", ""]
        if others:
            lines += [f"Shown beside them: {_codes(others)}.", ""]
        lines += ["| labels | measures |", "|---|---|"]
        by_label: dict[str, list[str]] = {}
        for measure in every:
            label, _, rest = measure.partition("/")
            by_label.setdefault(label, []).append(rest)
        for rests in dict.fromkeys(map(tuple, by_label.values())):
            labels = [label for label, own in by_label.items() if tuple(own) == rests]
            lines.append(f"| {_codes(labels)} | {_codes(rests)} |")
    return "\n".join(lines) + "\n"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _comment_head(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = lines[: next(index for index, line in enumerate(lines) if not line.startswith("#"))]
    return [line.removeprefix("#").removeprefix(" ") for line in head]


def _base(path: Path) -> tuple[str | None, str | None]:
    """The part that a file changes keys of, if it is such a file, and the class that is made."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    base = next((entry for entry in content.get("defaults", []) if entry != "_self_" and isinstance(entry, str)), None)
    target = content.get("_target_")
    if base is not None and target is None:
        _, target = _base(path.with_stem(base))
    return base, target


def _prose(path: Path) -> Iterator[str]:
    """The paragraphs at the head of a file, with an empty line between two."""
    lines = [_cell(line) for line in _comment_head(path) if not line.startswith("@package")]
    paragraphs = [" ".join(group) for is_text, group in groupby(lines, bool) if is_text]
    for number, paragraph in enumerate(paragraphs):
        yield from ([""] if number else [])
        yield paragraph


def _chosen(path: Path) -> list[Key]:
    """The groups that a command chooses parts of."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    comments = {key.name: key.comment for key in _keys(path, every=True)}
    chosen = []
    for entry in content["defaults"]:
        for group, name in entry.items() if isinstance(entry, dict) else ():
            if not group.startswith("override "):
                names = ", ".join(name) if isinstance(name, list) else "null" if name is None else str(name)
                kind, _, key = group.partition("@")
                about = f"a [{kind}](parts.md#{kind})"
                comment = comments.get(f"defaults.{group}", "")
                chosen.append(Key(key or kind, names, f"{about}. {comment}" if comment else about))
    return chosen


def _keys(path: Path, *, every: bool = False) -> Iterator[Key]:
    """The keys of a file in its order; `every` with those that are no user's."""
    comment: list[str] = []
    above: list[tuple[int, str]] = []
    listing: set[str] = set()
    lines = path.read_text(encoding="utf-8").splitlines()[len(_comment_head(path)) :]
    for index, line in enumerate(lines):
        if line.lstrip().startswith("#"):
            comment.append(line.strip("# "))
            continue
        match = _KEY.fullmatch(line.replace("- ", "", 1) if every else line)
        if match is None:
            comment = []
            continue
        indent = len(match["indent"])
        above = [(depth, name) for depth, name in above if depth < indent]
        inside = [name for _, name in above]
        above.append((indent, match["name"]))
        name, value = ".".join((*inside, match["name"])), match["value"]
        said, comment = " ".join(comment), []
        if not every and ({*name.split(".")} & {*_HIDDEN}):
            continue
        if not every and any(name in listing for name in inside):
            continue
        following = lines[index + 1] if index + 1 < len(lines) else ""
        holds = len(following) - len(following.lstrip()) > indent
        listed = following.lstrip().startswith("- ")
        if listed:
            listing.add(match["name"])
        if value == ">-":
            value = str(yaml.safe_load(path.read_text(encoding="utf-8")).get(name, value))
        if value is not None or listed or said or not holds:
            yield Key(name, value if value is not None else "…", said)


def _table(path: Path, kind: type | None, chosen: Sequence[Key]) -> list[str]:
    keys = [*chosen, *_keys(path)]
    if not keys:
        return ["It has no keys."]
    wanted = _wanted(kind)
    lines = ["| key | default | wanted | meaning |", "|---|---|---|---|"]
    for key in keys:
        default = "must be given" if key.default == "???" else f"`{key.default}`"
        cells = (f"`{key.name}`", default, wanted.get(key.name, ""), key.comment)
        lines.append(f"| {' | '.join(map(_cell, cells))} |")
    return lines


def _wanted(kind: Any) -> dict[str, str]:
    """What each field of a class takes, where that is more than its default shows."""
    if kind is None or not is_dataclass(kind):
        return {}
    hints = get_type_hints(kind, include_extras=True)
    told = {}
    for field in fields(kind):
        hint = hints[field.name]
        told[field.name] = _said(hint)
        inner = next((part for part in (hint, *get_args(hint)) if is_dataclass(part)), None)
        told |= {f"{field.name}.{name}": said for name, said in _wanted(inner).items()}
    return {name: said for name, said in told.items() if said}


def _said(hint: Any) -> str:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        told = [part.description for part in arguments[1:] if isinstance(part, FieldInfo) and part.description]
        return told[0] if told else _said(arguments[0])
    if origin is Literal:
        return ", ".join(map(str, arguments))
    if origin in (Union, types.UnionType):
        named = [*filter(None, (_said(part) for part in arguments if part is not types.NoneType))]
        return " or ".join([*named, "null"]) if named and types.NoneType in arguments else " or ".join(named)
    # Of a text or a path the default and the comment say more than its type.
    plain = {int: "a whole number", float: "a number", bool: "true or false"}
    return plain.get(hint, "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    main()
