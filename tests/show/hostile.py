"""Texts that a terminal, Markdown or HTML could take for something else than text."""

from typing import Final

TEXTS: Final = (
    "a[/b]c",
    "[bold]خبر[/bold]",
    "[link=https://example.org]here[/link]",
    "scorer=[entities_strict]",
    ":fire:",
    r"\[x]",
    "a|b\nc\r\nd",
    "`x` ``y``",
    "**b** _c_ ~~d~~ $e$",
    "# one",
    "- two",
    "3. three",
    "<script>alert(1)</script>",
    '"><b>&amp;',
    "![image](https://example.org/x.png)",
    "\x1b[31mred\x1b]8;;https://example.org\x07\x9b2J",
    "\udcff.jsonl",
    "\u202egnorw\u2067",
    "{task.total} {{ 7 * 7 }} {% raw %}",
)
