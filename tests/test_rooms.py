"""The rooms of the package: what each may import stands in its docstring, and holds."""

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

HARNESS = Path(__file__).parents[1] / "harness"
ROOMS = sorted(folder.name for folder in HARNESS.iterdir() if (folder / "__init__.py").is_file())


def imported(room: str) -> set[str]:
    """The rooms that some module of `room` imports."""
    return imported_by((HARNESS / room).rglob("*.py")) - {room}


def imported_by(paths: Iterable[Path]) -> set[str]:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    modules = [node.module or "" for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules += [
        alias.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    ]
    names = [module.split(".")[1] for module in modules if module.startswith("harness.")]
    return {name for name in names if name in ROOMS}


def test_no_module_is_loose_at_the_root() -> None:
    # What takes the place of seqeval.metrics is imported as one module.
    assert sorted(path.name for path in HARNESS.glob("*.py")) == ["__init__.py", "seqeval.py"]
    assert imported_by([HARNESS / "seqeval.py"]) <= {"data", "scoring"}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_says_what_it_imports(room: str) -> None:
    docstring = ast.get_docstring(ast.parse((HARNESS / room / "__init__.py").read_text(encoding="utf-8"))) or ""
    what, _, allowed = docstring.partition("\n\nMay import: ")
    assert what
    assert "\n" not in what
    if allowed == "every room but cli.":
        assert "cli" not in imported(room)
    elif allowed != "every room.":
        assert imported(room) <= set(allowed.rstrip(".").split(", "))


@pytest.mark.parametrize(
    "package", sorted(path.parent for path in HARNESS.rglob("__init__.py")), ids=lambda path: path.name
)
def test_a_package_holds_no_logic_in_its_init(package: Path) -> None:
    tree = ast.parse((package / "__init__.py").read_text(encoding="utf-8"))
    assert package == HARNESS or all(isinstance(node, ast.Expr) for node in tree.body)
    assert ast.get_docstring(tree)


@pytest.mark.parametrize("room", ROOMS)
def test_tests_mirror_the_rooms(room: str) -> None:
    assert (Path(__file__).parent / room).is_dir()
