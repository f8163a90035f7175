from pathlib import Path

import pytest

from tests.docs.blocks import Block, blocks, calls, differs

PAGE = """\
# Page

<!-- setup: mkdir data -->

```bash
ls
```

Text.

<!-- exit: 2 -->
<!-- not run: it needs a network -->
```console
$ curl x \\
  y
one
$ date
```

- item

  <!-- file: a/b.yaml -->
  ```yaml
  a:
    b: 1
  ```
"""


def test_blocks_are_read_in_order_with_the_comments_above_them(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    assert [*blocks(page)] == [
        Block("setup", "mkdir data", 3),
        Block("bash", "ls\n", 5),
        Block("console", "$ curl x \\\n  y\none\n$ date\n", 13, {"exit": "2", "not run": "it needs a network"}),
        Block("yaml", "a:\n  b: 1\n", 23, {"file": "a/b.yaml"}),
    ]
    assert [block.runs for block in blocks(page)] == [True, True, False, False]


def test_calls_are_told_from_what_they_print(tmp_path: Path) -> None:
    block = Block("console", "$ curl x \\\n  y\none\ntwo\n$ date\n", 1)
    assert [*calls(block)] == [("curl x \\\n  y", ["one", "two"]), ("date", [])]


@pytest.mark.parametrize(
    ("wanted", "found", "same"),
    [
        ("a\nb", "a\n\nb\n", True),
        ("a  b", "a b", True),
        ("a", "a\nb", False),
        ("a\nb", "a", False),
        ("a\n…", "a\nb\nc", True),
        ("…\nc", "a\nb\nc", True),
        ("…\nb", "a\nb\nc", False),
        ("a\nc", "a\nb\nc", False),
        ("run: …/x", "run: /tmp/1/x", True),
        ("run: …/x", "run: /tmp/1/y", False),
        ("بكين GPE", "\u2068بكين\u2069   GPE", True),
    ],
)
def test_what_is_printed_is_compared_line_by_line(wanted: str, found: str, same: bool) -> None:
    assert (differs(wanted.splitlines(), found) is None) == same
