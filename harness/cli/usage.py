"""What the program says of its commands, read from the comments of their files in `conf/`.

A command's file begins with what it does, on one line, and how it is called; its keys follow with their comments.
"""

import re
import shutil
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby, takewhile
from pathlib import Path
from typing import Any, Final

from harness.data.files import resource

_FLAGS: Final = """\
-h, --help                   this
-c, --cfg job|hydra|all      show the composed configuration and do nothing
-p, --package KEY            with --cfg: only what stands at KEY
--resolve                    with --cfg: with the values of variables
-cd, --config-dir FOLDER     parts of your own: FOLDER/runner/NAME.yaml, …"""
_SWEEP_FLAGS: Final = """\
-m, --multirun               a sweep: a job for each of KEY=VALUE,VALUE,…
-i, --info, --hydra-help     what Hydra knows"""
TAKING_RUNS: Final = ("compare", "gate", "report", "track")
"""The commands that runs are named to without a key."""

NAMING_RUNS: Final = ("run", "runs", "a", "b")
"""The keys that runs are named by."""

_BESIDE: Final = ("defaults", "hydra", "_target_")
"""Keys of a command's file that are none of the command's."""


def commands() -> dict[str, str]:
    """The commands by name, each with what it does on one line."""
    return {path.stem: _head(path)[0] for path in sorted(resource("conf").glob("*.yaml"))}


def keys(command: str) -> list[str]:
    """The keys at the top of a command's configuration, groups of parts first."""
    content = _content(command)
    groups = [name for group in _groups(content) for name in group.split("@")]
    return list(dict.fromkeys((*groups, *(key for key in content if key not in _BESIDE))))


def target(command: str) -> str:
    """The class of a command."""
    return str(_content(command)["_target_"])


def flags(*, sweeps: bool) -> str:
    """The flags of a command, a line each; `sweeps`: with those of one that sweeps."""
    return f"{_FLAGS}\n{_SWEEP_FLAGS}" if sweeps else _FLAGS


def comment(command: str, key: str, overrides: Sequence[str] = ()) -> str:
    """The first sentence of the comment above a key of a command's file; empty where there is none.

    Of a part's key, `PART.KEY`, that above the key in the file of the part that `overrides` choose, else in the first
    of the part's files which leaves it without a value.
    """
    part, _, name = key.rpartition(".")
    if not part:
        return _comment_above(resource("conf") / f"{command}.yaml", f"{name}:")
    group = next((group for group in _groups(_content(command)) if part in group.split("@")), part)
    named = [value.partition("(")[0] for chosen, _, value in map(_parted, overrides) if chosen == group]
    files = sorted((resource("conf") / group.partition("@")[0]).glob("*.yaml"), key=lambda file: file.stem not in named)
    found = next(filter(None, (_comment_above(file, f"{name}: ???") for file in files)), "")
    # Its files speak of a part by the name of its group.
    return found.replace(f"{group.partition('@')[0]}.", f"{part}.")


def _parted(override: str) -> tuple[str, str, str]:
    """An override's key, the equals sign and its value; options that write `--KEY` are overrides by then."""
    return override.lstrip("+").partition("=")


def _comment_above(file: Path, beginning: str) -> str:
    """The first sentence of the comment above the line of a file that begins so; empty where there is none."""
    lines = file.read_text(encoding="utf-8").splitlines()
    place = next((index for index, line in enumerate(lines) if line.startswith(beginning)), 0)
    above = takewhile(lambda line: line.startswith("#"), reversed(lines[:place]))
    text = " ".join(line.strip("# ") for line in reversed([*above]))
    sentence = re.split(r"\.\s|\.$", text)[0]
    return sentence[:1].lower() + sentence[1:]


def overview() -> str:
    """What `harness` alone says."""
    listed = commands()
    width = max(map(len, listed))
    lines = [f"  {name:{width}}  {summary}" for name, summary in listed.items()]
    return "\n".join(
        (
            "usage: harness COMMAND ...      (harness COMMAND --help: how, and all keys)",
            "",
            *lines,
            "",
            "Tab completes commands, keys and parts after this, which ~/.bashrc may hold:",
            '  eval "$(harness --completion bash)"      (zsh: harness --completion zsh)',
            "--version tells the version; HARNESS_DEBUG=1 shows where an error came from.",
        )
    )


def parts(command: str, folders: Sequence[str] = ()) -> dict[str, list[str]]:
    """The names of the parts of each of a command's groups, those in the user's `folders` too."""
    return {group: sorted(_files(group, folders)) for group in _groups(_content(command))}


def manual(command: str, folders: Sequence[str] = (), overrides: Sequence[str] = ()) -> str:
    """What `harness COMMAND --help` says; parts in the user's `folders` are listed too.

    Of parts that `overrides` choose the fields are shown, with their comments.
    """
    path = resource("conf") / f"{command}.yaml"
    content = _content(command)
    summary, *usage = _head(path)
    # Only what Hydra runs, and can sweep, tells Hydra where its runs go.
    return "\n".join(
        (
            f"harness {command}: {summary}",
            *(line if not line.strip() else f"  {line}" for line in usage),
            "",
            "Parts: KEY=NAME or --KEY NAME, or with fields KEY='NAME(FIELD=VALUE,…)'",
            *_parts(content, folders),
            "",
            *_chosen(command, content, folders, overrides),
            "Keys with their defaults: KEY=VALUE or --KEY VALUE, deeper ones KEY.KEY=VALUE",
            *_body(path),
            "",
            "Flags:",
            textwrap.indent(flags(sweeps="hydra" in content), "  "),
        )
    )


def _content(command: str) -> dict[str, Any]:
    # Here, since `harness` alone needs no YAML.
    import yaml

    content = yaml.safe_load((resource("conf") / f"{command}.yaml").read_text(encoding="utf-8"))
    return dict(content)


def _groups(content: dict[str, Any]) -> dict[str, Any]:
    """The groups of a command's defaults, with what is chosen of each."""
    listed = (entry for entry in content.get("defaults", ()) if isinstance(entry, dict))
    return {group: chosen for entry in listed for group, chosen in entry.items() if not group.startswith("override ")}


def _head(path: Path) -> list[str]:
    """The comment that a file begins with."""
    lines = path.read_text(encoding="utf-8").splitlines()
    head = [line for line in takewhile(lambda line: line.startswith("#"), lines) if not line.startswith("# @")]
    return [line.removeprefix("#").removeprefix(" ") for line in head]


def _files(group: str, folders: Sequence[str]) -> dict[str, Path]:
    """The files of the parts of a group by their names; those of the user's folders first."""
    roots = [Path(root) / group.partition("@")[0] for root in (str(resource("conf")), *reversed(folders))]
    return {path.stem: path for root in roots for path in sorted(root.glob("*.yaml"))}


def _parts(content: dict[str, Any], folders: Sequence[str]) -> Iterator[str]:
    """The groups with their parts, and what each part is, by the first sentence of its file."""
    for group, chosen in _groups(content).items():
        default = "none" if chosen is None else ", ".join(chosen) if isinstance(chosen, list) else chosen
        files = _files(group, folders)
        yield from _filled(f"{group}: (default: {default})", "  ", "    ")
        width = max(map(len, files), default=0)
        for name, path in sorted(files.items()):
            sentence = re.split(r"(?<=[.;]) ", " ".join(_head(path)))[0].rstrip(".;")
            yield from _filled(f"{name:{width}}  {sentence}".rstrip(), "    ", " " * (width + 6))


def _chosen(command: str, content: dict[str, Any], folders: Sequence[str], overrides: Sequence[str]) -> Iterator[str]:
    """The fields of the parts that are chosen, by group; without any, how to see them."""
    chosen = dict(override.partition("=")[::2] for override in overrides)
    shown = [(group, path) for group in _groups(content) if (path := _files(group, folders).get(chosen.get(group, "")))]
    for group, path in shown:
        yield f"{group}={path.stem}, its fields: {group.partition('@')[2] or group}.FIELD=VALUE"
        yield from _filled(" ".join(_head(path)), "  # ", "  # ")
        yield from _body(path)
        yield ""
    if not shown and "runner" in _groups(content):
        yield f"  The fields of a part: harness {command} runner=NAME --help"
        yield ""


def _body(path: Path) -> Iterator[str]:
    """The keys of a file, with the comments above them."""
    lines = path.read_text(encoding="utf-8").splitlines()
    lines = lines[len([*takewhile(lambda line: line.startswith("#"), lines)]) :]
    block: list[str] = []
    blocks = [block]
    for line in lines:
        # A comment at the left edge begins what follows it.
        if re.match(r"#|\w", line) and block and not block[-1].startswith("#"):
            block = []
            blocks.append(block)
        if line:
            block.append(line)
    for block in blocks:
        key = next((line.partition(":")[0] for line in block if not line.startswith("#")), "")
        for indent, together in groupby(block if key not in _BESIDE else (), _comment_indent):
            if indent is None:
                yield from (f"  {line}" for line in together)
            else:
                text = " ".join(line.strip("# ") for line in together)
                yield from _filled(text, f"  {indent}# ", f"  {indent}# ")


def _comment_indent(line: str) -> str | None:
    """What stands before a line that is a comment."""
    indent = line[: len(line) - len(line.lstrip())]
    return indent if line.lstrip().startswith("#") else None


def _filled(text: str, first: str, others: str) -> list[str]:
    width = min(shutil.get_terminal_size().columns, 120)
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=others, break_on_hyphens=False)
