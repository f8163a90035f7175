"""doccano's JSON Lines, both ways."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from harness.data.schema import Schema, read_schema
from harness.data.types import Annotation, Document, Entity, Example, InputError, Span
from harness.data.units import Unit, in_unit
from harness.datasets.doccano import Doccano
from harness.datasets.gold import GoldStandard
from harness.formats.doccano import Doccano as Writer
from harness.formats.doccano import content_labels
from harness.formats.export import Export
from harness.formats.marks import Marking
from tests.formats.sample import CLAIM, ENTITIES, ENTITIES_ONLY, TEXT, WHOLE
from tests.formats.strategies import in_order, is_read_or_refused, unscored, whole_examples

GOLD = read_schema("gold")
LABELS = [[start, end, kind] for start, end, kind, _ in ENTITIES]


def write(folder: Path, *records: object) -> str:
    path = folder / "all.jsonl"
    path.write_text("".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("key", ["label", "labels"])
def test_labels_are_mentions(tmp_path: Path, key: str) -> None:
    path = write(tmp_path, {"id": 7, "text": TEXT, key: LABELS, "Comments": ["?"], "outlet": "x"})
    (found,) = Doccano(path).read()
    assert (found.document, found.gold.entities) == (Document("7", TEXT, {"outlet": "x"}), ENTITIES)


def test_a_list_or_a_folder_is_read_too(tmp_path: Path) -> None:
    record = {"id": 7, "text": TEXT, "label": LABELS}
    (tmp_path / "admin.json").write_text(json.dumps([record]), encoding="utf-8")
    assert Doccano(str(tmp_path)).read()[0].gold.entities == ENTITIES
    write(tmp_path, record)
    with pytest.raises(InputError, match=r"found admin\.json, all\.jsonl, wanted the one file to read: dataset\.path="):
        Doccano(str(tmp_path)).read()


def test_an_export_that_is_still_packed_is_named(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "export.zip", "w") as packed:
        packed.writestr("all.jsonl", "{}")
    with pytest.raises(InputError, match=r"export\.zip: found a zip archive, wanted it unpacked: dataset\.path="):
        Doccano(str(tmp_path / "export.zip")).read()


def test_relations_and_labels_of_contents_are_claims(tmp_path: Path) -> None:
    entities = [
        {"id": 10, "label": "Content quote=indirect polarity=affirms certainty=asserted"} | edges(CLAIM.content),
        {"id": 11, "label": "Cue"} | edges(CLAIM.cue),
        {"id": 12, "label": "OCC"} | edges(ENTITIES[0][:2]),
    ]
    relations = [
        {"id": 1, "from_id": 10, "to_id": 11, "type": "cue"},
        {"id": 2, "from_id": 12, "to_id": 10, "type": "source"},
    ]
    speakers = {f"{CLAIM.content.start}-{CLAIM.content.end}": CLAIM.speaker}
    path = write(tmp_path, {"id": 1, "text": TEXT, "entities": entities, "relations": relations, "speakers": speakers})
    (found,) = Doccano(path, schema="gold").read()
    assert (found.gold.claims, found.gold.entities) == ((CLAIM,), ENTITIES[:1])


def test_a_speaker_whose_content_was_moved_is_counted(tmp_path: Path) -> None:
    path = write(tmp_path, {"id": 1, "text": TEXT, "label": LABELS, "speakers": {"3-9": "x"}})
    dataset = Doccano(path)
    dataset.read()
    assert dataset.remarks[-1].endswith("found 1 speakers of contents that stand nowhere any more; passed over")


def edges(span: tuple[int, int]) -> dict[str, int]:
    return {"start_offset": span[0], "end_offset": span[1]}


@pytest.mark.parametrize("unit", ["graphemes", "utf16"])
def test_a_unit_that_is_named_is_taken_and_others_are_doubted(tmp_path: Path, unit: Unit) -> None:
    spans = in_unit(TEXT, [Span(found.start, found.end) for found in ENTITIES], unit)
    labels = [[*there, found.type] for there, found in zip(spans, ENTITIES, strict=True)]
    path = write(tmp_path, {"id": 1, "text": TEXT, "label": labels})
    named = Doccano(path, unit=unit)
    assert named.read()[0].gold.entities == ENTITIES
    assert f"taken as dataset.unit={unit}; in 1 texts it matters" in named.remarks[0]
    plain = Doccano(path)
    plain.read()
    said = next(remark for remark in plain.remarks if remark.endswith(f"as dataset.unit={unit})"))
    assert "no quotes to prove its offsets by: taken as dataset.unit=code_points; in 1 texts it matters" in said


def test_nothing_is_doubted_where_all_units_agree(tmp_path: Path) -> None:
    dataset = Doccano(write(tmp_path, {"id": 1, "text": "زار بكين", "label": [[4, 8, "GPE"]]}))
    dataset.read()
    assert dataset.remarks == ()


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"text": TEXT}, r"all\.jsonl:1: found no label and no entities"),
        ({"text": TEXT, "label": ["news"]}, r'all\.jsonl:1: label\[0\]: found "news", wanted \[START, END, LABEL\]'),
        ({"text": TEXT, "label": [[1, True, "X"]]}, r"label\[0\]: found true, wanted a whole number"),
        ({"text": TEXT, "label": [[1.0, 2, "X"]]}, r"label\[0\]: found 1\.0, wanted a whole number"),
        ({"text": TEXT, "label": [[1, 99, "X"]]}, r"all\.jsonl:1: label\[0\]: found \[1, 99\], wanted edges"),
        ({"text": TEXT, "label": [[1, 2, ""]]}, r'label\[0\]: found "", wanted a name'),
        ({"text": TEXT, "label": {}}, r"label: found \{\}, wanted a list"),
        ({"label": []}, r"all\.jsonl:1: text: found none, wanted the text"),
        ({"text": TEXT, "entities": [{"label": "X"}]}, r"entities\[0\]\.start_offset: found null"),
        ({"text": TEXT, "entities": [], "relations": [{"from_id": 1, "to_id": 2, "type": "cue"}]}, r'found "entity 1"'),
        ({"text": TEXT, "label": [], "speakers": []}, r"speakers: found \[\], wanted names"),
        ([1], r"item 1: found 1, wanted an object"),
    ],
)
def test_what_is_no_export_is_named(tmp_path: Path, record: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Doccano(write(tmp_path, record)).read()


def test_an_empty_file_and_a_missing_one(tmp_path: Path) -> None:
    for content in ("", "\n", "[]"):
        (tmp_path / "all.jsonl").write_text(content)
        with pytest.raises(InputError, match="wanted the JSON Lines of doccano"):
            Doccano(str(tmp_path / "all.jsonl")).read()
    with pytest.raises(InputError, match="No such file"):
        Doccano(str(tmp_path / "gone.jsonl")).read()
    (tmp_path / "all.jsonl").write_text("[" * 100_000)
    with pytest.raises(InputError, match="too deep a nesting"):
        Doccano(str(tmp_path / "all.jsonl")).read()


def round_trip(examples: list[Example], folder: Path) -> list[Example]:
    Writer().write(Export(examples, GOLD, "gold"), folder)
    return list(Doccano(str(folder / "gold.jsonl"), schema="gold").read())


def test_gold_there_and_back(tmp_path: Path) -> None:
    for version in ("v1", "newswire-v1"):
        examples = list(GoldStandard(version).read())
        assert list(map(in_order, round_trip(examples, tmp_path))) == list(map(in_order, examples))


def held(example: Example) -> Example:
    """What doccano can hold: one speaker for one content, and no meta of its own names."""
    claims = {claim.content: claim for claim in example.gold.claims or ()}
    gold = Annotation(example.gold.entities, tuple(claims.values()), example.gold.sentences)
    return unscored(Example(Document(example.document.id, example.document.text), gold))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(whole_examples())
@example(WHOLE)
def test_whatever_can_be_annotated_there_and_back(tmp_path: Path, drawn: Example) -> None:
    (back,) = round_trip([held(drawn)], tmp_path)
    assert in_order(back) == in_order(held(drawn))


def test_what_is_written_without_claims_are_plain_labels(tmp_path: Path) -> None:
    schema = Schema("own", types=("OCC", "GPE"), layers=("entities",))
    scored = Example(ENTITIES_ONLY.document, Annotation(entities=(Entity(24, 28, "GPE", 0.5),)))
    written = Writer().write(Export([scored], schema, "own"), tmp_path)
    assert [path.name for path in written.files] == ["own.jsonl", "label_config.json"]
    assert written.lost == {"scores": 1}
    record = json.loads((tmp_path / "own.jsonl").read_text(encoding="utf-8"))
    assert record == {"text": TEXT, "doc_id": "wide", "label": [[24, 28, "GPE"]], "meta": {}}
    labels = json.loads((tmp_path / "label_config.json").read_text(encoding="utf-8"))
    assert [label["text"] for label in labels] == ["OCC", "GPE"]


def test_attributes_of_too_many_values_are_said_to_be_lost(tmp_path: Path) -> None:
    many = Schema("own", attributes={name: tuple(map(str, range(30))) for name in ("a", "b")})
    assert content_labels(many, Marking()) == {frozenset(): "Content"}
    written = Writer().write(Export([WHOLE], many, "own"), tmp_path)
    assert written.lost == {"attributes of claims": 3}


LINE = json.dumps({"id": 1, "text": TEXT, "entities": [{"id": 0, "start_offset": 2, "end_offset": 6, "label": "Cue"}]})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(st.integers(0, len(LINE)), st.integers(0, 4), st.text(st.sampled_from('{}[]",:0-x\n\\'), max_size=3))
def test_a_damaged_file_is_read_or_refused_in_one_line(tmp_path: Path, at: int, cut: int, put: str) -> None:
    path = tmp_path / "all.jsonl"
    path.write_text(LINE[:at] + put + LINE[at + cut :], encoding="utf-8")
    assert is_read_or_refused(Doccano(str(path)).read)
