import re
import sys
import tomllib
from pathlib import Path
from typing import Final

import pytest

from harness.data import extras
from harness.data.extras import find, install, require
from harness.data.types import InputError

ROOT: Final = Path(extras.__file__).parents[2]


def test_a_package_that_is_there_is_handed_over() -> None:
    import numpy as np

    assert require("numpy", "x", "here") is np


def test_one_that_is_not_is_said_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(InputError) as raised:
        require("torch", "train", "encoder")
    assert str(raised.value) == f"encoder: found no torch, wanted it installed: {install('train')}"


def test_a_clone_installs_an_extra_from_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert install("train") == "pip install -e '.[train]'"
    monkeypatch.chdir(tmp_path)
    assert install("train") == f"pip install -e '{ROOT}[train]'"


def test_an_installation_names_the_wheel_that_it_came_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "_ROOT", tmp_path)
    noted = tmp_path / "arabic_extraction_harness-1.dist-info"
    noted.mkdir()
    (noted / "METADATA").write_text("Metadata-Version: 2.1\nName: arabic-extraction-harness\nVersion: 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert install("onnx") == "pip install 'arabic-extraction-harness[onnx]'"
    (noted / "direct_url.json").write_text('{"url": "file:///wheels/a.whl", "archive_info": {}}')
    assert install("onnx") == "pip install 'arabic-extraction-harness[onnx] @ file:///wheels/a.whl'"


def test_every_extra_that_a_message_names_is_declared() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    called = re.compile(r"\b(?:require|missing)\([\w\".]+, \"(\w+)\"|\binstall\(['\"](\w+)['\"]\)")
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "harness").rglob("*.py")]
    named = {first or second for source in sources for first, second in called.findall(source)}
    assert {"train", "onnx", "torch", "plots", "gamma", "mlflow"} <= named <= declared.keys()


def test_one_that_breaks_while_it_is_imported_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "half_there.py").write_text("import no_such_module_of_anybody\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert find("half_there") is None


def test_a_folder_of_its_name_is_no_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a_folder_of_runs").mkdir()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert find("a_folder_of_runs") is None
