"""No code names what the gold's schema names: types, sentence labels and attribute values are data."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import harness
from harness.data.schema import read_schema

ROOT = Path(harness.__file__).parent
SCHEMA = read_schema("gold")
NAMES = {
    *SCHEMA.types,
    *SCHEMA.sentence_labels,
    *(value for values in SCHEMA.attributes.values() for value in values),
}
# The rules declare the gold's schema, and their word lists and patterns are written in its types.
RULES = "runners/rules/"
COINCIDENCES = {
    ("arabic/quotations.py", "direct"): "what quotation marks say about a stretch, whatever a schema calls it",
    ("arabic/quotations.py", "mixed"): "the same",
    ("arabic/quotations.py", "indirect"): "the same",
}
"""Literals that are equal to a name of the schema and do not mean it, with the reason."""


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """The string literals of a module with their lines, the parts of formatted ones too; docstrings left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in statements:
            yield node.lineno, node.value


def named(path: Path) -> list[str]:
    place = path.relative_to(ROOT).as_posix()
    return [
        f"{place}:{line}: {value}"
        for line, value in literals(path)
        if value in NAMES and (place, value) not in COINCIDENCES
    ]


def test_no_module_names_what_the_schema_names() -> None:
    modules = [path for path in sorted(ROOT.rglob("*.py")) if "_installed" not in path.parts]
    checked = [path for path in modules if not path.relative_to(ROOT).as_posix().startswith(RULES)]
    assert len(checked) > 150
    assert [line for path in checked for line in named(path)] == []


@pytest.mark.parametrize(("place", "value"), COINCIDENCES)
def test_every_exception_is_needed(place: str, value: str) -> None:
    assert value in {literal for _, literal in literals(ROOT / place)}


def test_a_name_in_code_is_found_and_one_in_a_docstring_is_not(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text('"""CFS"""\n\n\ndef one():\n    """PERS"""\n    return "ORG", f"x"\n', encoding="utf-8")
    assert list(literals(path)) == [(6, "ORG"), (6, "x")]
