import sys

import pytest

from harness.runners.transformer.runner import Transformer
from harness.types import InputError


def test_a_missing_torch_is_said_with_the_way_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(InputError, match=r"found no torch, .*pip install 'arabic-extraction-harness\[torch\]'"):
        Transformer("x").load()
