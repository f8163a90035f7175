import hashlib
from pathlib import Path

import pytest

from harness.data.files import read_json, resource, sha256_of_file, write_json
from harness.data.types import InputError


def test_json_comes_back_as_it_was_written(tmp_path: Path) -> None:
    value = {"اسم": ["بكين", 1.5, None]}
    write_json(tmp_path / "x.json", value)
    assert read_json(tmp_path / "x.json") == value
    assert "بكين" in (tmp_path / "x.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("content", ["", "{", "[1]", "3"])
def test_what_is_no_object_is_named_by_its_file(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(content)
    with pytest.raises(InputError, match=r"x\.json: found .* wanted"):
        read_json(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        read_json(tmp_path / "nowhere")


def test_hashes_are_those_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    assert sha256_of_file(tmp_path / "x") == hashlib.sha256(b"abc").hexdigest()


@pytest.mark.parametrize("name", ["conf", "gold"])
def test_the_package_comes_with_its_resources(name: str) -> None:
    assert resource(name).is_dir()
