"""Gold in JSON Lines: the file that is meant."""

from hashlib import sha256
from pathlib import Path

import pytest

from harness.data.types import InputError
from harness.datasets.jsonl import JsonLines


def test_a_file_is_the_one_that_is_meant(tmp_path: Path) -> None:
    content = '{"id": "a", "text": "بكين", "entities": []}\n'
    path = tmp_path / "g.jsonl"
    path.write_text(content, encoding="utf-8")
    found = sha256(content.encode()).hexdigest()
    assert JsonLines(str(path), sha256=found).read()[0].document.text == "بكين"
    with pytest.raises(InputError, match=rf"g\.jsonl: found the SHA-256 {found}, wanted 00.*: ask for it$"):
        JsonLines(str(path), sha256="0" * 64, fetch="ask for it").read()
    with pytest.raises(InputError, match=r"n\.jsonl: found No such file or directory, wanted it there: ask for it$"):
        JsonLines(str(tmp_path / "n.jsonl"), fetch="ask for it").read()
    with pytest.raises(InputError, match=r"n\.jsonl: found No such file or directory, wanted a readable file$"):
        JsonLines(str(tmp_path / "n.jsonl"), sha256=found).read()
