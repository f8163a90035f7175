"""The JSON Lines of Prodigy and spaCy, both ways."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from harness.data.schema import read_schema
from harness.data.types import Annotation, Document, Entity, Example, InputError
from harness.datasets.gold import GoldStandard
from harness.datasets.prodigy import Prodigy
from harness.formats.export import Export
from harness.formats.prodigy import Prodigy as Writer
from harness.formats.tokens import tokenized
from tests.formats.sample import ENTITIES, TEXT, WHOLE, span
from tests.formats.strategies import in_order, is_read_or_refused, whole_examples

GOLD = read_schema("gold")
SPANS = [{"start": start, "end": end, "label": kind} for start, end, kind, _ in ENTITIES]


def write(folder: Path, *records: object) -> str:
    path = folder / "out.jsonl"
    path.write_text("".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    "record",
    [
        {"text": TEXT, "spans": SPANS, "answer": "accept", "_input_hash": 1, "meta": {"doc_id": "d"}},
        {"id": "d", "text": TEXT, "ents": SPANS},
        {"id": "d", "text": TEXT, "entities": [[s, e, k] for s, e, k, _ in ENTITIES]},
    ],
)
def test_spans_of_prodigy_and_spacy_are_mentions(tmp_path: Path, record: dict[str, Any]) -> None:
    (found,) = Prodigy(write(tmp_path, record)).read()
    assert (found.document.id, found.gold.entities) == ("d", ENTITIES)


def test_training_data_of_spacy_is_read(tmp_path: Path) -> None:
    path = tmp_path / "train.json"
    path.write_text(json.dumps([[TEXT, {"entities": [[s, e, k] for s, e, k, _ in ENTITIES]}]]), encoding="utf-8")
    (found,) = Prodigy(str(path)).read()
    assert (found.document.id, found.gold.entities) == ("train:1", ENTITIES)


def test_tokens_prove_the_offsets(tmp_path: Path) -> None:
    tokens = [{"text": "😊", "start": 0, "end": 2, "id": 0}, {"text": "قالَ", "start": 3, "end": 7, "id": 1}]
    said = {"start": 3, "end": 7, "label": "X", "token_start": 1, "token_end": 1}
    dataset = Prodigy(write(tmp_path, {"text": TEXT, "tokens": tokens, "spans": [said]}))
    assert dataset.read()[0].gold.entities == (Entity(*span("قالَ"), "X"),)
    assert "found offsets that count utf16 in 1 texts" in dataset.remarks[0]
    wrong = {"text": TEXT, "tokens": tokens, "spans": [said | {"end": 6}]}
    with pytest.raises(InputError, match=r"spans\[0\]: found \[3, 6\], wanted the edges of the tokens 1 to 1"):
        Prodigy(write(tmp_path, wrong)).read()


def test_what_was_not_accepted_is_counted(tmp_path: Path) -> None:
    answers = ("accept", "reject", "ignore", "reject")
    records = [{"id": n, "text": TEXT, "spans": [], "answer": answer} for n, answer in enumerate(answers)]
    dataset = Prodigy(write(tmp_path, *records))
    assert [found.document.id for found in dataset.read()] == ["0"]
    assert "2 tasks answered reject, 1 tasks answered ignore; passed over" in dataset.remarks[0]


def test_several_annotators_have_to_be_told_apart(tmp_path: Path) -> None:
    records: list[dict[str, Any]] = [
        {"id": "d", "text": TEXT, "spans": SPANS[:number], "answer": "accept", "_annotator_id": name}
        for number, name in enumerate(("set-sara", "set-omar"))
    ]
    path = write(tmp_path, *records)
    with pytest.raises(InputError, match=r"answered by set-sara and set-omar, wanted dataset\.annotator=NAME"):
        Prodigy(path).read()
    assert Prodigy(path, annotator="set-omar").read()[0].gold.entities == ENTITIES[:1]
    sessions = [record | {"_annotator_id": None, "_session_id": record["_annotator_id"]} for record in records]
    assert Prodigy(write(tmp_path, *sessions), annotator="set-omar").read()[0].gold.entities == ENTITIES[:1]
    again = [records[0], records[0] | {"spans": SPANS}]
    assert Prodigy(write(tmp_path, *again)).read()[0].gold.entities == ENTITIES


def test_relations_may_name_the_last_tokens_of_their_spans(tmp_path: Path) -> None:
    words = [("قال", 0, "Cue"), ("زيد", 4, "Source"), ("ذهب", 8, "Content")]
    task: dict[str, Any] = {
        "text": "قال زيد ذهب",
        "tokens": [
            {"text": word, "start": start, "end": start + 3, "id": n} for n, (word, start, _) in enumerate(words)
        ],
        "spans": [
            {"start": start, "end": start + 3, "label": label, "token_start": n, "token_end": n}
            for n, (_, start, label) in enumerate(words)
        ],
        "relations": [{"head": 2, "child": 0, "label": "cue"}, {"head": 2, "child": 1, "label": "source"}],
    }
    (claim,) = Prodigy(write(tmp_path, task)).read()[0].gold.claims or ()
    assert (claim.content, claim.cue, claim.source) == ((8, 11), (0, 3), (4, 7))
    task["relations"][0]["child"] = 7
    with pytest.raises(InputError, match=r"relations\[0\]\.child: found 7, that of 0 spans, wanted the last token"):
        Prodigy(write(tmp_path, task)).read()


@pytest.mark.parametrize("keys", [{"_input_hash": 7}, {}])
def test_annotators_of_one_text_without_an_id_have_to_be_told_apart(tmp_path: Path, keys: dict[str, Any]) -> None:
    task = {"text": "زار بكين", "answer": "accept", **keys}
    sara = task | {"_annotator_id": "set-sara", "spans": [{"start": 4, "end": 8, "label": "GPE"}]}
    path = write(tmp_path, sara, task | {"_annotator_id": "set-omar", "spans": []})
    with pytest.raises(InputError, match=r"answered by set-sara and set-omar, wanted dataset\.annotator=NAME"):
        Prodigy(path).read()
    (found,) = Prodigy(path, annotator="set-sara").read()
    assert found.gold.entities == (Entity(4, 8, "GPE"),)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"text": 5, "spans": []}, r"out\.jsonl:1: text: found 5"),
        ({"text": TEXT, "spans": {}}, r"spans: found \{\}, wanted a list"),
        (
            {"text": TEXT, "spans": [{"start": 1, "end": 99, "label": "X"}]},
            r"spans\[0\]: found \[1, 99\], wanted edges",
        ),
        ({"text": TEXT, "spans": [{"start": 1, "end": 2}]}, r"spans\[0\]\.label: found null, wanted a name"),
        ({"text": TEXT, "entities": [[1, 2]]}, r"entities\[0\]: found \[1, 2\], wanted \[START, END, LABEL\]"),
        ({"text": TEXT, "spans": SPANS, "relations": [{"label": "cue"}]}, r"relations\[0\]\.head_span: found null"),
        ({"text": TEXT, "spans": [SPANS[0] | {"attributes": {"a": 1}}]}, r"attributes\.a: found 1, wanted a text"),
        ({"text": TEXT, "spans": [], "answer": 1}, r"answer: found 1, wanted a name"),
        ({"text": TEXT, "spans": [], "_annotator_id": 1}, r"_annotator_id: found 1"),
    ],
)
def test_what_is_no_task_is_named(tmp_path: Path, record: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Prodigy(write(tmp_path, record)).read()


def round_trip(examples: list[Example], folder: Path) -> list[Example]:
    Writer().write(Export(examples, GOLD, "gold"), folder)
    return list(Prodigy(str(folder / "gold.jsonl"), schema="gold").read())


def test_gold_there_and_back(tmp_path: Path) -> None:
    for version in ("v1", "newswire-v1"):
        examples = list(GoldStandard(version).read())
        assert list(map(in_order, round_trip(examples, tmp_path))) == list(map(in_order, examples))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(whole_examples())
@example(WHOLE)
def test_whatever_can_be_annotated_there_and_back(tmp_path: Path, drawn: Example) -> None:
    (back,) = round_trip([drawn], tmp_path)
    assert in_order(back) == in_order(drawn)


def test_spacy_reads_what_is_written(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy")
    Writer().write(Export([WHOLE], GOLD, "gold"), tmp_path)
    record = json.loads((tmp_path / "gold.jsonl").read_text(encoding="utf-8"))
    doc = spacy.blank("ar")(record["text"])
    for made in record["spans"]:
        found = doc.char_span(made["start"], made["end"], made["label"], alignment_mode="expand")
        assert made["text"] in found.text
    assert json.loads((tmp_path / "prodigy.json").read_text()) == {"writing_dir": "rtl"}


def test_answers_of_a_run_are_left_to_be_answered(tmp_path: Path) -> None:
    found = Example(Document("d", TEXT), Annotation(entities=(Entity(24, 28, "GPE", 0.5),)))
    written = Writer().write(Export([found], GOLD, "run", "rules"), tmp_path)
    record = json.loads((tmp_path / "run.jsonl").read_text(encoding="utf-8"))
    assert ("answer" in record, record["spans"][0]["score"], written.lost) == (False, 0.5, {})


@given(whole_examples())
def test_tokens_cover_every_letter_and_begin_and_end_with_every_span(drawn: Example) -> None:
    text = drawn.document.text
    spans = [found.content for found in drawn.gold.claims or ()]
    tokens = tokenized(text, spans)
    assert {found.start for found in spans} <= {token.start for token in tokens}
    assert {found.end for found in spans} <= {token.end for token in tokens}
    covered = "".join(text[token.start : token.end] for token in tokens)
    assert "".join(covered.split()) == "".join(text.split())
    assert all(first.end <= second.start for first, second in pairwise(tokens))


LINE = json.dumps({"text": TEXT, "tokens": [{"text": "😊", "start": 0, "end": 1, "id": 0}], "spans": SPANS[:1]})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(st.integers(0, len(LINE)), st.integers(0, 4), st.text(st.sampled_from('{}[]",:0-x\n\\'), max_size=3))
def test_a_damaged_file_is_read_or_refused_in_one_line(tmp_path: Path, at: int, cut: int, put: str) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text(LINE[:at] + put + LINE[at + cut :], encoding="utf-8")
    assert is_read_or_refused(Prodigy(str(path)).read)
