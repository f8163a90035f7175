"""The reference is written from `conf/` and the code, and committed as it is written."""

from pathlib import Path

import pytest

from docs.reference.make import FOLDER, pages
from harness.cli import usage
from harness.data.files import resource


@pytest.mark.parametrize("name", list(pages()))
def test_a_page_is_what_is_written_today(name: str) -> None:
    written = (FOLDER / name).read_text(encoding="utf-8")
    assert written == pages()[name], f"docs/reference/{name} is older than conf/: python -m docs.reference.make"


def test_every_command_and_every_key_of_it_is_there() -> None:
    page = pages()["commands.md"]
    for command in usage.commands():
        section = page.partition(f"\n## harness {command}\n")[2].partition("\n## ")[0]
        for key in usage.keys(command):
            assert f"| `{key}`" in section or f"| `{key}." in section or f"[{key}](parts.md" in section, (command, key)


def test_every_part_is_there() -> None:
    page = pages()["parts.md"]
    for path in resource("conf").glob("*/*.yaml"):
        told = f"| `{path.stem}` |" if path.parent.name == "labels" else f"\n### {path.parent.name}={path.stem}\n"
        assert told in page, path


def test_no_comment_is_lost() -> None:
    def comments(path: Path) -> list[str]:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [line.strip("# ") for line in lines if line.lstrip().startswith("# ") and "@package" not in line]

    written = "\n".join(pages().values()).replace("\\|", "|")
    lost = [
        (path.name, comment)
        for path in (*resource("conf").glob("*.yaml"), *resource("conf").glob("dataset/*.yaml"))
        for comment in comments(path)
        if comment not in written
    ]
    assert lost == []
