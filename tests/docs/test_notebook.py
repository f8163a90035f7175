"""The notebook runs from top to bottom, and shows what its text says."""

import ast
import os
import re
from pathlib import Path
from typing import Any

import pytest

# The kernel runs once, in one worker.
pytestmark = pytest.mark.xdist_group("notebook")

NOTEBOOK = Path(__file__).parents[2] / "examples" / "quickstart.ipynb"


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The code cells after they were run by a real kernel, in a folder of their own."""
    import nbformat
    from nbclient import NotebookClient

    folder = tmp_path_factory.mktemp("notebook")
    notebook = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    env = {**os.environ, "PYTHONPATH": str(NOTEBOOK.parents[1]), "IPYTHONDIR": str(folder / "ipython")}
    client = NotebookClient(notebook, timeout=240, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    client.execute(env=env)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def shown(cell: dict[str, Any], kind: str = "text/plain") -> str:
    """What a cell shows as its result."""
    return next(str(output["data"][kind]) for output in cell["outputs"] if output["output_type"] == "execute_result")


def cell_with(cells: list[dict[str, Any]], code: str) -> dict[str, Any]:
    return next(cell for cell in cells if code in cell["source"])


def test_results_are_tables_and_arabic_runs_right_to_left(executed: list[dict[str, Any]]) -> None:
    corpus = shown(executed[1], "text/html")
    assert "DISEASE" in corpus
    assert "السكري" in shown(cell_with(executed, "harness.compare(hasty, careful)"), "text/html")
    assert "<table" in shown(cell_with(executed, "lookup = "), "text/html")


def test_a_quote_that_is_not_in_the_text_is_printed(executed: list[dict[str, Any]]) -> None:
    (printed,) = (
        output["text"]
        for output in cell_with(executed, "hasty = ")["outputs"]
        if output["output_type"] == "stream" and output["name"] == "stdout"
    )
    assert printed == "hasty: not in the text: ضيق التنفس\n"


def test_the_views_are_as_the_text_explains_them(executed: list[dict[str, Any]]) -> None:
    views = ast.literal_eval(shown(cell_with(executed, "entities_strict_clitic")))
    assert views == {"entities_strict": 1.0, "entities_strict_char": 0.0, "entities_strict_clitic": 1.0}


def test_its_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#]+?\.md)", NOTEBOOK.read_text(encoding="utf-8"))
    assert links
    assert all((NOTEBOOK.parent / link).is_file() for link in links)


def test_the_committed_notebook_holds_no_output() -> None:
    import nbformat

    notebook = nbformat.read(NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    assert not any(cell.get("outputs") for cell in notebook.cells)
