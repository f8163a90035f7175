import sys
from pathlib import Path

import pytest

from harness.data.extras import find, require
from harness.data.types import InputError


def test_a_package_that_is_there_is_handed_over() -> None:
    import numpy as np

    assert require("numpy", "x", "here") is np


def test_one_that_is_not_is_said_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(InputError) as raised:
        require("torch", "train", "encoder")
    wanted = "wanted it installed: pip install 'arabic-extraction-harness[train]'"
    assert str(raised.value) == f"encoder: found no torch, {wanted}"


def test_one_that_breaks_while_it_is_imported_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "half_there.py").write_text("import no_such_module_of_anybody\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert find("half_there") is None


def test_a_folder_of_its_name_is_no_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a_folder_of_runs").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert find("a_folder_of_runs") is None
