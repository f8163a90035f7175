"""Names of files for documents whose ids are any text."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from harness.formats.files import file_names

ODD = [
    "a/b",
    "../etc",
    "..",
    ".",
    ".hidden",
    "a b",
    "A",
    "a",
    "مقال-1",
    "x" * 300,
    "x" * 301,
    "ع" * 200,
    "\n",
    "😊",
    "%2E",
]


@given(st.lists(st.text(min_size=1), unique=True) | st.permutations(ODD))
def test_names_differ_and_stay_in_their_folder(ids: list[str]) -> None:
    names = file_names(ids)
    assert list(names) == ids
    assert len({name.casefold() for name in names.values()}) == len(ids)
    for name in names.values():
        assert Path(name).name == name
        assert not name.startswith(".")
        assert len(name.encode("utf-8", "replace")) < 150


def test_names_that_can_stay_do() -> None:
    assert file_names(["a0-beijing.v1", "مقال_2"]) == {"a0-beijing.v1": "a0-beijing.v1", "مقال_2": "مقال_2"}
