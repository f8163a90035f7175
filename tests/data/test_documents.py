"""Documents are read one after another, in three formats, and faults name the line."""

from collections.abc import Iterator

import pytest

from harness.data.documents import Format, read_documents
from harness.data.types import Document, InputError


def read(form: Format, *lines: str) -> list[Document]:
    return list(read_documents((line.encode() for line in lines), "f", form))


def test_annotation_and_answers_are_left_out_of_account() -> None:
    record = '{"id": "a", "text": "نص", "meta": {"outlet": "x"}, "entities": "none", "error": 1}\n'
    assert read("jsonl", record, "\n", '{"id": "b", "text": ""}') == [
        Document("a", "نص", {"outlet": "x"}),
        Document("b", ""),
    ]


def test_each_line_is_a_document_called_after_it() -> None:
    assert read("lines", "\ufeffأول\r\n", " \n", "ثان\u2028سطر") == [
        Document("f:1", "أول"),
        Document("f:3", "ثان\u2028سطر"),
    ]


def test_a_text_is_one_document_with_its_line_ends() -> None:
    assert read("text", "أول\r\n", "\n", "ثان\n") == [Document("f", "أول\r\n\nثان\n")]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (['{"id": "a", "text": "x"}', '{"id": "a", "text": "y"}'], 'f:2: id: found "a", wanted each document once'),
        (['{"id": "", "text": "x"}'], 'f:1: id: found "", wanted a name'),
        (['{"id": "a"}'], "f:1: text: found null, wanted the document's text"),
        (['{"id": "a", "text": "x", "meta": 1}'], "f:1: meta: found 1, wanted an object"),
        (["plain text"], "f:1: found Expecting value at position 0, wanted one JSON object in UTF-8"),
    ],
)
def test_a_malformed_line_is_named(lines: list[str], message: str) -> None:
    with pytest.raises(InputError) as error:
        read("jsonl", *lines)
    assert str(error.value) == message


@pytest.mark.parametrize("form", ["text", "lines"])
def test_bytes_that_are_no_text_are_named(form: Format) -> None:
    with pytest.raises(InputError, match="f:2: found byte 0xe6, wanted UTF-8"):
        list(read_documents([b"a\n", b"\xe6\n"], "f", form))


def test_nothing_is_read_before_it_is_asked_for() -> None:
    read_lines = []

    def lines() -> Iterator[bytes]:
        for number in range(3):
            read_lines.append(number)
            yield b'{"id": "%d", "text": "x"}' % number

    documents = read_documents(lines(), "f", "jsonl")
    assert next(documents).id == "0"
    assert read_lines == [0]
