"""The grammar of JSON Lines: what is refused, and with which words."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from harness.data.jsonl import FieldError, Record, dump, one_line, parse_json, read_lines, shown, write_lines
from harness.data.types import InputError
from tests.strategies import any_texts

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | any_texts(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(any_texts(), inner, max_size=3),
    max_leaves=8,
)
RECORDS = st.dictionaries(any_texts(), VALUES, max_size=4)


def write(folder: Path, content: bytes) -> Path:
    path = folder / "some.jsonl"
    path.write_bytes(content)
    return path


def records_of(path: Path) -> list[Record]:
    records: list[Record] = []
    read_lines(path, records.append)
    return records


@given(st.lists(RECORDS, max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([{"a": "\u2028\x85\r\n"}, {}])
def test_what_is_written_is_read(tmp_path: Path, records: list[Record]) -> None:
    path = tmp_path / "some.jsonl"
    write_lines(path, map(dump, records))
    assert records_of(path) == records
    assert path.read_bytes().count(b"\n") == len(records)


@given(VALUES)
def test_parsing_is_that_of_json(value: object) -> None:
    assert parse_json(json.dumps(value).encode()) == value


def test_letters_are_written_as_they_are() -> None:
    assert dump({"نص": "بكين", "n": [1, None]}) == '{"نص": "بكين", "n": [1, null]}'


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_the_last_line_may_end_in_any_way(tmp_path: Path, end: bytes) -> None:
    assert records_of(write(tmp_path, b'{"a": 1}\r\n{"b": 2}' + end)) == [{"a": 1}, {"b": 2}]


def test_blank_lines_are_passed_over_and_counted(tmp_path: Path) -> None:
    assert records_of(write(tmp_path, b'\n{"a": 1}\r\n\r\n \t\n{"b": 2}\n\n')) == [{"a": 1}, {"b": 2}]
    with pytest.raises(InputError, match=r"some\.jsonl:3: found 7"):
        records_of(write(tmp_path, b"{}\n\n7\n"))


@pytest.mark.parametrize("head", [b"", b"\n"])
def test_a_byte_order_mark_at_the_head_is_no_part_of_the_file(tmp_path: Path, head: bytes) -> None:
    assert records_of(write(tmp_path, b"\xef\xbb\xbf" + head + b'{"a": 1}\n')) == [{"a": 1}]


def test_no_lines_are_no_records(tmp_path: Path) -> None:
    assert records_of(write(tmp_path, b"")) == []


MALFORMED = {
    "white space of another kind": (b"\xc2\xa0\n", "Expecting value"),
    "one value over several lines": (b'{\n "a": 1\n}', "wanted one JSON object a line"),
    "byte order mark in mid-file": (b'\xef\xbb\xbf{"a": 1}', "BOM"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "byte 0xff at position 0"),
    "cut character": (b'{"a": "\xd8"}', "byte 0xd8 at position 7"),
    "encoded surrogate": (b'{"a": "\xed\xa0\x80"}', "byte 0xed"),
    "lone surrogate": (b'{"a": "\\ud800"}', "half a surrogate pair"),
    "lone surrogate in a key": (b'{"\\udc00": 1}', "half a surrogate pair"),
    "NaN": (b'{"a": NaN}', "NaN"),
    "infinity": (b'{"a": -Infinity}', "-Infinity"),
    "infinite number": (b'{"a": [1e999]}', "1e999"),
    "negative infinite number": (b'{"a": -1e999}', "-1e999"),
    "endless number": (b'{"a": ' + b"9" * 5000 + b"}", "integer string conversion"),
    "a key twice": (b'{"a": 1, "b": 2, "a": 1}', "the key 'a' twice"),
    "a key twice inside": (b'{"x": [{"a": 1, "a": 2}]}', "the key 'a' twice"),
    "a key twice, escaped": (b'{"a": 1, "\\u0061": 1}', "the key 'a' twice"),
    "deep nesting": (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nesting"),
    "two values": (b"{} {}", "Extra data"),
    "cut off": (b'{"a": 1', "Expecting"),
    "trailing comma": (b'{"a": 1,}', "Expecting|Illegal"),
    "single quotes": (b"{'a': 1}", "Expecting"),
    "control character": (b'{"a": "\t"}', "Invalid control"),
    "a list": (b"[1]", r"found \[1\], wanted a JSON object"),
    "a number": (b"7", "found 7, wanted a JSON object"),
    "null": (b"null", "found null, wanted a JSON object"),
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_malformed_line_is_named(tmp_path: Path, kind: str) -> None:
    content, words = MALFORMED[kind]
    path = write(tmp_path, b'{"fine": 1}\n' + content)
    with pytest.raises(InputError, match=words) as caught:
        records_of(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:2: found ")
    assert len(message) < len(str(path)) + 200
    assert message.isprintable()


@given(st.binary(max_size=40) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(b"\\u")
@example(b'"\\ud800"')
def test_any_bytes_are_records_or_an_input_error(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path, content)
    try:
        found, message = records_of(path), f"{path}:"
    except InputError as error:
        found, message = [], str(error)
    assert message.startswith(f"{path}:")
    assert message.isprintable()
    # Whatever is accepted can be written again.
    assert [json.loads(dump(record).encode("utf-8")) for record in found] == found


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere.jsonl", tmp_path):
        with pytest.raises(InputError, match="wanted a readable file") as caught:
            records_of(path)
        assert str(caught.value).startswith(f"{path}: found ")


def test_a_faulty_field_gets_its_line(tmp_path: Path) -> None:
    def read(record: Record) -> None:
        if "b" in record:
            raise FieldError("b", record["b"], "no b")

    with pytest.raises(InputError) as caught:
        read_lines(write(tmp_path, '{"a": 1}\n{"b": "ب\\n"}\n'.encode()), read)
    assert str(caught.value) == f'{tmp_path / "some.jsonl"}:2: b: found "ب\\n", wanted no b'


@given(VALUES | any_texts(200) | st.text(max_size=5))
def test_what_is_shown_is_one_short_line(value: object) -> None:
    assert shown(value).isprintable()
    assert len(shown(value)) <= 80


def test_what_is_no_json_is_shown_all_the_same() -> None:
    assert shown({1}) == "{1}"
    assert shown(math.inf) == "Infinity"
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    assert shown(deep) == "too deep a nesting"


def test_a_long_text_is_cut_at_eighty_characters() -> None:
    assert one_line("ا" * 80) == "ا" * 80
    assert one_line("ا" * 81) == "ا" * 79 + "…"
    assert one_line("ا\n\u2028\u200fب") == "ا   ب"
