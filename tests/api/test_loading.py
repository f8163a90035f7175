"""Corpora from names, files, dicts and objects, and how they look."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest

from harness.api.loading import COLUMNS, Corpus, load
from harness.data.codec import dump_example
from harness.data.dataset import Dataset
from harness.data.types import Entity, InputError
from harness.datasets.gold import GoldStandard
from tests.conftest import Sample
from tests.samples import EXAMPLES
from tests.show.hostile import TEXTS
from tests.show.test_html import Read

TEXT = "وصل الوزير إلى بكين."
RECORD = {"text": TEXT, "entities": [(4, 10, "OCC"), (15, 19, "GPE")]}


def test_the_gold_is_there_by_its_name() -> None:
    corpus = load()
    assert isinstance(corpus, Dataset)
    assert list(corpus) == list(GoldStandard().read())
    assert corpus.speakers() == GoldStandard().speakers()
    assert corpus.source == GoldStandard().source
    assert len(load("gold", version="newswire-v1")) == len(load("newswire")) == 300


def test_a_path_is_read_as_json_lines_whatever_its_extension(sample: Sample, tmp_path: Path) -> None:
    odd = sample.gold.rename(tmp_path / "gold.conll")
    for path in (odd, str(odd)):
        assert tuple(load(path)) == EXAMPLES


def test_conll_is_read_by_its_name_with_its_fields(tmp_path: Path) -> None:
    path = tmp_path / "two words.txt"
    path.write_text("الوزير B-OCC\nبكين B-GPE\n", encoding="utf-8")
    corpus = load("conll", path=path, columns={"separator": "blanks"})
    assert corpus[0].gold.entities == (Entity(0, 6, "OCC"), Entity(7, 11, "GPE"))
    with pytest.raises(InputError, match=r"load\('conll', path=.*reads CoNLL columns"):
        load(path)


def test_dicts_are_documents_and_may_leave_out_what_the_text_says() -> None:
    corpus = load([RECORD, {"id": "بكين", "text": "نص", "meta": {"outlet": "x"}}], name="mine")
    assert corpus.name == "mine"
    assert corpus["1"].gold.entities == (Entity(4, 10, "OCC"), Entity(15, 19, "GPE"))
    assert corpus["بكين"].gold.entities is None
    assert corpus["بكين"].document.meta == {"outlet": "x"}
    assert corpus[1] is corpus["بكين"]
    assert corpus.source is None


def test_what_a_corpus_says_of_itself_can_be_loaded_again() -> None:
    told = load(EXAMPLES).to_dict()
    assert json.loads(json.dumps(told)) == told
    assert tuple(load(told["documents"])) == EXAMPLES
    lines = [json.loads(dump_example(example)) for example in EXAMPLES]
    assert tuple(load(lines)) == EXAMPLES


def test_an_object_with_name_and_read_is_a_corpus() -> None:
    class Mine:
        name = "mine"

        def read(self) -> Any:
            return EXAMPLES

    corpus = load(Mine())
    assert (corpus.name, len(corpus)) == ("mine", len(EXAMPLES))
    assert load(corpus) is corpus
    with pytest.raises(InputError, match="load: found labels beside a data set"):
        load(Mine(), labels="anercorp")


def test_documents_are_found_by_id_and_place(sample: Sample) -> None:
    corpus = load(sample.gold)
    assert corpus["وثيقة-1"] == corpus[1] == EXAMPLES[1]
    assert "وثيقة-1" in corpus
    assert "وثيقة" not in corpus
    assert EXAMPLES[0] in corpus
    assert [document.id for document in corpus.documents] == [example.document.id for example in EXAMPLES]
    with pytest.raises(KeyError, match="found 'وثيقة', wanted one of"):
        corpus["وثيقة"]


SLIPS: list[tuple[Any, dict[str, Any], str]] = [
    ("nothing", {}, r"load: found no file nothing, wanted one in JSON Lines, or one of .*conll, .*gold, .*mixed"),
    ("gold", {"versoin": "v1"}, "dataset.versoin: found an unknown key, wanted one of version, root"),
    ("conll", {}, "dataset.path: found nothing, wanted a value"),
    ([3], {}, r"documents\[0\]: found 3, wanted a dict with text and entities"),
    ([RECORD, {"entities": []}], {}, r"documents\[1\]: text: found None, wanted the document's text"),
    ([RECORD, RECORD | {"id": 7}], {}, r"documents\[1\]: id: found 7, wanted a name"),
    ([RECORD, RECORD | {"id": "1"}], {}, r'documents\[1\]: id: found "1", wanted each document once'),
    ([RECORD | {"meta": 1}], {}, r"documents\[0\]: meta: found 1, wanted a dict"),
    ([RECORD | {"entitys": []}], {}, r"documents\[0\]: found the key 'entitys', wanted layers"),
    ([{"text": "نص", "entities": [(0, 9, "OCC")]}], {}, r"documents\[0\]: entities\[0\]: found \[0, 9\], wanted whole"),
    ([RECORD, {"text": "نص", "entities": [(0, 1)]}], {}, r"documents\[1\]: entities\[0\]: found \(0, 1\)"),
    ([{"text": "نص", "entities": [(0, 1, "OCC")] * 2}], {}, r"documents\[0\]: entities\[1\]: .*once"),
    ([], {}, "documents: found no document"),
    ([RECORD], {"labels": "nothing"}, "nothing"),
]


@pytest.mark.parametrize(("source", "fields", "message"), SLIPS)
def test_a_slip_is_named_with_its_place(source: Any, fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        load(source, **fields)
    assert "\n" not in str(caught.value)
    assert tempfile.gettempdir() not in str(caught.value)


def test_a_corpus_is_printed_as_a_table(sample: Sample) -> None:
    shown = str(load(sample.gold))
    rows = [line.split() for line in shown.splitlines()]
    words = sum(len(example.document.text.split()) for example in EXAMPLES)
    assert rows[0] == ["sample,", "documents:", "6,", "words:", str(words)]
    kinds = [entity.type for example in EXAMPLES for entity in example.gold.entities or ()]
    for kind in set(kinds):
        assert [kind, str(kinds.count(kind))] in rows
    assert "\x1b" not in shown
    assert str(load([{"text": "نص", "entities": []}])).splitlines()[-1].split() == ["none", "0"]


def test_a_notebook_shows_arabic_from_right_to_left_and_escapes_everything() -> None:
    page = load([RECORD, {"text": "In Paris.", "entities": [(3, 8, "GPE")]}])._repr_html_()
    cells = [attributes for tag, attributes in Read(page).found if tag == "td"]
    assert sum(cell.get("dir") == "rtl" for cell in cells) == 1
    assert "<mark>الوزير</mark>" in page
    assert "In Paris." in page
    for text in TEXTS:
        written = text.encode("utf-8", "ignore").decode()
        hostile = Corpus(_Plain(written))._repr_html_()
        assert {tag for tag, _ in Read(hostile).found} <= {
            *("style", "div", "table", "caption", "span", "thead", "tbody", "tr", "th", "td", "bdi", "mark", "p")
        }


class _Plain:
    """A corpus whose name, id and text are all the same."""

    def __init__(self, text: str) -> None:
        self.name = text

    def read(self) -> Any:
        from harness.data.types import Annotation, Document, Example

        return [Example(Document(self.name, f"نص {self.name}"), Annotation((Entity(0, 2, "OCC"),)))]


def test_a_frame_has_a_row_for_each_span() -> None:
    found = load(EXAMPLES[:1]).to_pandas()
    assert tuple(found.columns) == COLUMNS
    gold = EXAMPLES[0].gold
    assert len(found) == len(gold.entities or ()) + 3 * len(gold.claims or ()) + len(gold.sentences or ())
    row = found.iloc[1]
    assert (row.document, row.layer, row.label, row.text) == ("وثيقة-0", "entities", "PERS", "سامي النجار")
    assert found.loc[found.layer == "claims", "label"].tolist() == ["content", "cue", "source"]
    assert tuple(load([{"text": "نص"}]).to_pandas().columns) == COLUMNS
