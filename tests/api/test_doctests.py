"""The examples in docstrings hold."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import harness.api
from harness.api.loading import load
from harness.api.scoring import score

MODULES = sorted(path.stem for path in Path(harness.api.__file__).parent.glob("[a-z]*.py"))


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_hold(name: str, tmp_path: Path) -> None:
    module = import_module(f"harness.api.{name}")
    known = {"folder": tmp_path, "load": load, "score": score}
    assert doctest.testmod(module, extraglobs=known, raise_on_error=True).failed == 0


def test_functions_for_use_have_examples() -> None:
    for name in ("loading.load", "evaluating.evaluate", "scoring.score", "comparing.compare", "gating.gate",
                 "reporting.report"):  # fmt: skip
        module, _, function = name.partition(".")
        assert ">>>" in getattr(import_module(f"harness.api.{module}"), function).__doc__
