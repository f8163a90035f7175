"""What `import harness` offers, and what it costs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import harness

ROOT = Path(harness.__file__)
HEAVY = {"numpy", "hydra", "omegaconf", "rich", "scipy", "pyarrow", "pandas", "matplotlib", "mlflow", "pydantic"}


def run_alone(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


def test_importing_loads_nothing_heavy_and_is_fast() -> None:
    program = (
        "import sys, time; began = time.perf_counter(); import harness; "
        "print(time.perf_counter() - began, *sys.modules)"
    )
    # The fastest of three: the machine may be busy.
    told = [run_alone(program).split() for _ in range(3)]
    assert not HEAVY & {name.partition(".")[0] for _, *names in told for name in names}
    assert min(float(seconds) for seconds, *_ in told) <= 0.1


def test_the_types_of_data_need_no_numbers() -> None:
    assert not HEAVY & set(
        run_alone("import sys, harness; harness.Entity; harness.InputError; print(*sys.modules)").split()
    )


@pytest.mark.parametrize("name", harness.__all__)
def test_every_name_is_there_and_explained(name: str) -> None:
    value = getattr(harness, name)
    assert value.__doc__
    assert getattr(harness, name) is value


def test_names_are_listed_for_people_and_for_type_checkers() -> None:
    assert dir(harness) == sorted([*harness.__all__, "__version__"])
    tree = ast.parse(ROOT.read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    imported = {
        (node.module, alias.name) for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    lazy = {(module, name) for module, names in harness._MODULES.items() for name in names}
    assert {name for _, name in lazy} | {"seqeval"} == set(harness.__all__)
    assert lazy | {("harness", "seqeval")} == imported
    assert list(harness.__all__) == sorted(harness.__all__)
    assert (ROOT.parent / "py.typed").is_file()


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'evaluat'"):
        getattr(harness, "evaluat")  # noqa: B009 -- type checkers know that it is not there
