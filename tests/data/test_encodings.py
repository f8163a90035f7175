"""What bytes are read as, and what is said of bytes that are not."""

import codecs
from pathlib import Path

import pytest

from harness.data.encodings import decode, read_text
from harness.data.types import InputError

TEXT = "زار الوزير 😊\r\nبكين\rأمس\u2028ثم عاد.\n"
PLAIN = "زار الوزير بكين أمس.\n"


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
    ],
)
def test_a_mark_says_what_the_bytes_are_and_is_no_part_of_the_text(content: bytes) -> None:
    assert decode(content, "file") == TEXT


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "utf-16", "utf-16-le", "utf_16_be"])
def test_a_named_encoding_takes_its_own_mark_too(encoding: str) -> None:
    mark = {"utf-8": codecs.BOM_UTF8, "UTF8": codecs.BOM_UTF8, "utf_16_be": codecs.BOM_UTF16_BE}.get(
        encoding, codecs.BOM_UTF16_LE
    )
    written = "utf-16-le" if encoding == "utf-16" else encoding
    assert decode(mark + TEXT.encode(written), "file", encoding) == TEXT


def test_an_older_encoding_is_read_by_name() -> None:
    assert decode(PLAIN.encode("windows-1256"), "file", "windows-1256") == PLAIN


@pytest.mark.parametrize("encoding", ["windows-1256", "iso-8859-6"])
def test_the_encoding_that_gives_arabic_is_named(encoding: str) -> None:
    content = b"plain\n" + PLAIN.encode(encoding)
    with pytest.raises(InputError, match=r"^file:2: found byte 0x\w\w that is no utf-8, wanted dataset\.encoding="):
        decode(content, "file")
    # What is suggested reads the file, if not always as it was meant: the letters of the two overlap.
    with pytest.raises(InputError) as caught:
        decode(content, "file")
    assert "in which it is Arabic" in str(caught.value)


def test_bytes_that_are_nothing_get_the_ways_on() -> None:
    with pytest.raises(InputError, match=r"UTF-16 with a byte order mark, or runner\.encoding=NAME"):
        decode("déjà vu\n".encode("latin-1"), "file", owner="runner.")
    with pytest.raises(InputError, match=r"wanted another dataset\.encoding$"):
        decode(b"\xff\x00\xff", "file", "ascii")


@pytest.mark.parametrize("encoding", ["utf-99", "base64", "rot13", "a\0b", ""])
def test_what_is_no_encoding_of_text_is_refused(encoding: str) -> None:
    with pytest.raises(InputError, match=r"^dataset\.encoding: found .* wanted the name of an encoding"):
        decode(b"x", "file", encoding)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.txt: found No such file or directory, wanted a readable file"):
        read_text(tmp_path / "gone.txt")
