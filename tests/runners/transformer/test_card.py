import json
from pathlib import Path

import pytest

from harness.data.types import Document, InputError
from harness.runners.transformer.card import RECORD, fingerprint, learned_from, read_seen

LONG = "وصل سامي النجار إلى الرباط أمس في زيارة تدوم ثلاثة أيام"
SHORT = "الرباط - وكالات"


def test_a_document_is_known_by_any_of_its_longer_lines_whatever_their_white_space() -> None:
    seen = frozenset({fingerprint(LONG), fingerprint(SHORT)})
    documents = [
        Document("whole", LONG), Document("within", f"{SHORT}\n{LONG.replace(' ', '  ')}\nخاتمة"),
        Document("other", LONG.replace("سامي", "رامي")),
    ]  # fmt: skip
    assert learned_from(documents, seen) == ["whole", "within"]


def test_a_short_line_alone_says_nothing() -> None:
    assert learned_from([Document("dateline", SHORT)], frozenset({fingerprint(SHORT)})) == []


def test_a_record_gives_its_fingerprints_and_none_is_none(tmp_path: Path) -> None:
    assert read_seen(tmp_path) == frozenset()
    (tmp_path / RECORD).write_text(json.dumps({"seen": ["0123"]}))
    assert read_seen(tmp_path) == {"0123"}


@pytest.mark.parametrize("content", ["{", "{}", "[]"])
def test_another_file_in_its_place_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / RECORD).write_text(content)
    with pytest.raises(InputError, match=r"training.json: found .*, wanted the record of a training"):
        read_seen(tmp_path)
