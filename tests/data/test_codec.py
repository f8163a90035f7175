"""What is written is read; whatever is malformed is one line that names file, line and field."""

import json
import re
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.data import codec
from harness.data.types import Annotation, Claim, Document, Entity, Example, InputError, Prediction, Sentence, Span
from tests.schemas import ENTITY_TYPES, GOLD_SCHEMA, said
from tests.strategies import examples, predictions

TEXT = "قال بوتين إنه سيزور الصين."
GOLD: dict[str, Any] = {
    "id": "d",
    "text": TEXT,
    "meta": {"outlet": "x"},
    "entities": [{"start": 4, "end": 9, "text": "بوتين", "type": "PERS", "score": 0.5}],
    "claims": [
        {
            "content": {"start": 14, "end": 25, "text": "سيزور الصين"},
            "cue": {"start": 0, "end": 3, "text": "قال"},
            "source": {"start": 4, "end": 9, "text": "بوتين"},
            "speaker": "بوتين",
            "quote": "indirect",
            "polarity": "affirms",
            "certainty": "asserted",
            "score": 0.25,
        }
    ],
    "sentences": [{"start": 0, "end": 26, "label": "CFS", "score": 1}],
}
ANNOTATION = Annotation(
    (Entity(4, 9, "PERS", 0.5),),
    (Claim(Span(14, 25), Span(0, 3), Span(4, 9), "بوتين", said("indirect", "affirms", "asserted"), 0.25),),
    (Sentence(0, 26, "CFS", 1.0),),
)
DOCUMENT = Document("d", TEXT, {"outlet": "x"})
JUNK: tuple[object, ...] = (None, True, False, 0, -1, 3, 10**400, 0.5, -0.5, "", "x", [], [1], {}, {"x": 1}, [[]], [{}])

Path_ = tuple[str | int, ...]
Change = Callable[[dict[str, Any]], None]


def write(folder: Path, *records: object) -> Path:
    path = folder / "some.jsonl"
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    return path


def read_gold(folder: Path, *records: object) -> list[Example]:
    return codec.read_examples(write(folder, *records))


def read_strict(folder: Path, *records: object, types: tuple[str, ...] | None = None) -> list[Example]:
    return codec.read_examples(write(folder, *records), GOLD_SCHEMA, types)


def read_predicted(folder: Path, *records: object) -> dict[str, Prediction]:
    return codec.read_predictions(write(folder, *records), [DOCUMENT, Document("e", "ا")])


def refused(read: Callable[..., object], folder: Path, *records: object) -> str:
    """The message behind file and line; the last record is the one refused."""
    with pytest.raises(InputError) as caught:
        read(folder, *records)
    message, where = str(caught.value), f"{folder / 'some.jsonl'}:{len(records)}: "
    assert message.startswith(where)
    assert message.isprintable()
    return message.removeprefix(where)


def refusal(read: Callable[[Path], object], path: Path) -> str | None:
    """The message of the InputError, in one line; None where `read` takes the file."""
    try:
        read(path)
    except InputError as error:
        message = str(error)
    else:
        return None
    assert message.isprintable()
    return message


def changed(path: Path_, value: object = ..., base: dict[str, Any] = GOLD) -> dict[str, Any]:
    """A copy of `base` with another value at `path`, or without it."""
    record: Any = deepcopy(base)
    inner = record
    for step in path[:-1]:
        inner = inner[step]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    found: dict[str, Any] = record
    return found


def named(path: Path_) -> str:
    """A path as messages write it: entities[0].start."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)[1:]


def paths(value: object, path: Path_ = ()) -> list[Path_]:
    """Every place inside a record."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for step, inner in steps for place in ((*path, step), *paths(inner, (*path, step)))]


PLACES = [path for path in paths(GOLD) if path[:2] != ("meta", "outlet")]


def test_every_field_is_read(tmp_path: Path) -> None:
    assert read_gold(tmp_path, GOLD) == [Example(DOCUMENT, ANNOTATION)]
    assert read_predicted(tmp_path, changed(("meta",)) | {"seconds": 2, "error": None}) == {
        "d": Prediction("d", ANNOTATION, 2.0)
    }


@given(st.lists(examples(), min_size=1, max_size=3, unique_by=lambda one: one.document.id))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
def test_gold_that_is_written_is_read(tmp_path: Path, written: list[Example]) -> None:
    path = tmp_path / "gold.jsonl"
    codec.write_examples(path, written)
    assert codec.read_examples(path) == written
    assert path.read_bytes().count(b"\n") == len(written)


@given(examples(), st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
def test_predictions_that_are_written_are_read(tmp_path: Path, made: Example, data: st.DataObject) -> None:
    path, document = tmp_path / "predictions.jsonl", made.document
    prediction = data.draw(predictions(document))
    codec.write_predictions(path, [prediction], [document])
    assert codec.read_predictions(path, [document]) == {document.id: prediction}
    # Gold is a prediction too.
    codec.write_predictions(path, [Prediction(document.id, made.gold)], [document])
    assert codec.read_predictions(path, [document])[document.id].annotation == made.gold


def test_a_missing_layer_is_not_an_empty_one(tmp_path: Path) -> None:
    (example,) = read_gold(tmp_path, {"id": "d", "text": TEXT, "claims": []})
    assert example == Example(Document("d", TEXT), Annotation(claims=()))
    assert '"entities"' not in codec.dump_example(example)
    assert '"claims": []' in codec.dump_example(example)


@given(st.sampled_from(PLACES), st.sampled_from(JUNK), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=400)
def test_any_value_anywhere_is_read_or_refused_by_name(
    tmp_path: Path, place: Path_, junk: object, predicted: bool
) -> None:
    base = changed(("meta",)) if predicted else GOLD
    if place[0] not in base:
        return
    read = codec.read_examples if not predicted else lambda path: codec.read_predictions(path, [DOCUMENT])
    message = refusal(read, write(tmp_path, changed(place, junk, base)))
    if message is None:
        assert type(junk) is not bool
    elif place != ("text",):
        # A wrong edge is named as its span; another text is named by the spans that no longer match.
        field = message.removeprefix(f"{tmp_path / 'some.jsonl'}:1: ").partition(": found ")[0]
        assert field.startswith((named(place), named(place[:-1]) or "id"))


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
def test_a_line_with_changed_bytes_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    line = bytearray(json.dumps(GOLD, ensure_ascii=data.draw(st.booleans())).encode())
    for _ in range(data.draw(st.integers(1, 3))):
        at, size = data.draw(st.integers(0, len(line) - 1)), data.draw(st.integers(0, 4))
        piece = data.draw(
            st.binary(max_size=3) | st.sampled_from([b'"', b"}", b"]", b"\\ud800", b"NaN", b"\n", b"[[", b"1e999"])
        )
        line[at : at + size] = piece
    path = tmp_path / "some.jsonl"
    path.write_bytes(line)
    for read in (codec.read_examples, lambda path: codec.read_predictions(path, [DOCUMENT])):
        message = refusal(read, path)
        assert message is None or re.match(re.escape(str(path)) + r":\d", message)


@pytest.mark.parametrize("depth", [*range(880, 1000, 3), 5000])
def test_deep_nesting_is_refused_wherever_it_is(tmp_path: Path, depth: int) -> None:
    path = tmp_path / "some.jsonl"
    nested = "[" * depth + "]" * depth
    for fields in (
        f'"entities": [{nested}]',
        f'"meta": {nested}',
        f'"claims": [{{"content": {nested}, "cue": 0}}]',
        f'"id": {nested}',
        f'"x": {nested}',
    ):
        path.write_text(f"{{{fields}}}", encoding="utf-8")
        for read in (codec.read_examples, lambda path: codec.read_predictions(path, [DOCUMENT])):
            with pytest.raises(InputError, match=":1: "):
                read(path)


REQUIRED = [
    ("id",),
    ("text",),
    *(place for place in PLACES if place[-1] in ("start", "end", "type", "label", "content", "cue")),
]
REQUIRED_IN_GOLD = [
    place
    for place in PLACES
    if (place[-1] == "text" and len(place) > 1) or place[-1] in ("source", "speaker", "quote", "polarity", "certainty")
]


@pytest.mark.parametrize("place", [*REQUIRED, *REQUIRED_IN_GOLD], ids=named)
def test_gold_states_everything(tmp_path: Path, place: Path_) -> None:
    message = refused(read_gold, tmp_path, changed(("id",), "other"), changed(place))
    assert message.startswith((f"{named(place)}: ", f"{named(place[:-1])}: found ["))


@pytest.mark.parametrize("place", [place for place in REQUIRED if place != ("text",)], ids=named)
def test_predictions_state_what_they_say(tmp_path: Path, place: Path_) -> None:
    refused(read_predicted, tmp_path, changed(place))


@pytest.mark.parametrize("place", [("text",), ("meta",), *REQUIRED_IN_GOLD], ids=named)
def test_predictions_may_leave_out_what_the_document_says(tmp_path: Path, place: Path_) -> None:
    assert read_predicted(tmp_path, changed(place)).keys() == {"d"}


@pytest.mark.parametrize("key", ["source", "speaker"])
def test_gold_may_say_that_there_is_none(tmp_path: Path, key: str) -> None:
    (example,) = read_gold(tmp_path, changed(("claims", 0, key), None))
    assert getattr((example.gold.claims or ())[0], key) is None


@pytest.mark.parametrize("key", ["quote", "polarity", "certainty"])
def test_only_predictions_may_leave_an_attribute_open(tmp_path: Path, key: str) -> None:
    assert refused(read_gold, tmp_path, changed(("claims", 0, key), None)).startswith(f"claims[0].{key}: found null")
    claims = read_predicted(tmp_path, changed(("claims", 0, key), None))["d"].annotation.claims
    assert claims is not None
    assert key not in claims[0].attributes


@pytest.mark.parametrize(
    "parent", [(), ("entities", 0), ("claims", 0), ("claims", 0, "cue"), ("sentences", 0)], ids=named
)
@pytest.mark.parametrize("read", [read_gold, read_predicted])
def test_an_unknown_key_is_named(tmp_path: Path, parent: Path_, read: Callable[..., object]) -> None:
    place = (*parent, "labels")
    assert refused(read, tmp_path, changed(place, 1)).startswith(
        f'{named(place)}: found "an unknown key", wanted one of '
    )


@pytest.mark.parametrize("key", ["seconds", "error"])
def test_gold_took_no_time_and_cannot_fail(tmp_path: Path, key: str) -> None:
    assert refused(read_gold, tmp_path, GOLD | {key: None}).startswith(f"{key}: ")


@pytest.mark.parametrize("place", [place for place in PLACES if place[-1] == "text"], ids=named)
def test_text_that_does_not_match_is_refused_in_both_forms(tmp_path: Path, place: Path_) -> None:
    if place != ("text",):
        assert refused(read_gold, tmp_path, changed(place, "غيره")).startswith(
            f'{named(place)}: found "غيره", wanted "'
        )
    assert refused(read_predicted, tmp_path, changed(place, "غيره")).startswith(f'{named(place)}: found "غيره"')


@pytest.mark.parametrize(
    "edges",
    [(-1, 3), (0, 27), (3, 3), (5, 4), (True, 3), (0.0, 3), ("0", 3), (None, 3), (0, 10**400), (27, 28)],
    ids=str,
)
@pytest.mark.parametrize(
    "place", [("entities", 0), ("claims", 0, "content"), ("claims", 0, "source"), ("sentences", 0)], ids=named
)
def test_edges_lie_inside_the_text(tmp_path: Path, edges: tuple[object, object], place: Path_) -> None:
    record = changed((*place, "start"), edges[0], changed((*place, "end"), edges[1]))
    for read in (read_gold, read_predicted):
        assert refused(read, tmp_path, record).startswith(f"{named(place)}: found [")


def test_the_whole_text_is_a_span(tmp_path: Path) -> None:
    assert read_gold(tmp_path, changed(("sentences", 0, "end"), len(TEXT)))


@pytest.mark.parametrize("score", [-0.001, 1.001, 2, True, "0.5", [], 10**400])
def test_scores_lie_between_0_and_1(tmp_path: Path, score: object) -> None:
    for place in (("entities", 0, "score"), ("claims", 0, "score"), ("sentences", 0, "score")):
        for read in (read_gold, read_predicted):
            assert refused(read, tmp_path, changed(place, score)).startswith(f"{named(place)}: found ")


@pytest.mark.parametrize("score", [0, 1, 0.0, 1.0, None])
def test_scores_may_be_whole_or_open(tmp_path: Path, score: float | None) -> None:
    entities = read_predicted(tmp_path, changed(("entities", 0, "score"), score))["d"].annotation.entities
    assert entities == (Entity(4, 9, "PERS", score),)


@pytest.mark.parametrize("seconds", [-1, True, "1", 10**400])
def test_seconds_are_a_number(tmp_path: Path, seconds: object) -> None:
    assert refused(read_predicted, tmp_path, {"id": "d", "seconds": seconds}).startswith("seconds: found ")


def test_the_error_is_a_message(tmp_path: Path) -> None:
    assert read_predicted(tmp_path, {"id": "d", "error": "no"})["d"] == Prediction("d", Annotation(), error="no")
    assert refused(read_predicted, tmp_path, {"id": "d", "error": 1}).startswith("error: found 1")


def test_a_mention_said_twice_is_refused_in_gold_and_counts_once_in_predictions(tmp_path: Path) -> None:
    first = GOLD["entities"][0]
    others = [first | {"type": "OCC"}, first | {"score": 0.9}]
    record = GOLD | {"entities": [first, *others]}
    assert refused(read_gold, tmp_path, record).startswith('entities[2]: found [4, 9, "PERS"], wanted each start')
    entities = read_predicted(tmp_path, record)["d"].annotation.entities
    assert entities == (Entity(4, 9, "PERS", 0.5), Entity(4, 9, "OCC", 0.5))


def test_two_types_on_one_span_are_allowed_in_gold(tmp_path: Path) -> None:
    (example,) = read_gold(tmp_path, GOLD | {"entities": [GOLD["entities"][0], GOLD["entities"][0] | {"type": "OCC"}]})
    assert len(example.gold.entities or ()) == 2


def test_types_are_those_asked_for(tmp_path: Path) -> None:
    record = changed(("entities", 0, "type"), "MISC")
    wanted = f'entities[0].type: found "MISC", wanted one of {", ".join(ENTITY_TYPES)}'
    assert refused(read_strict, tmp_path, record) == wanted
    assert refused(read_strict, tmp_path, changed(("entities", 0, "type"), "PER")) == (
        f'entities[0].type: found "PER", wanted one of {", ".join(ENTITY_TYPES)}; did you mean PERS?'
    )
    for read in (read_gold, partial(read_strict, types=("MISC",))):
        (example,) = read(tmp_path, record)
        assert (example.gold.entities or ())[0].type == "MISC"
    assert (read_predicted(tmp_path, record)["d"].annotation.entities or ())[0].type == "MISC"


def test_without_a_schema_claims_have_the_attributes_of_the_first(tmp_path: Path) -> None:
    own = changed(("claims", 0, "stance"), "مؤيد")
    (example,) = read_gold(tmp_path, own)
    assert (example.gold.claims or ())[0].attributes == {**said("indirect", "affirms", "asserted"), "stance": "مؤيد"}
    other = changed(("id",), "e")
    assert refused(read_gold, tmp_path, own, other).endswith("wanted the keys stance too")
    assert refused(read_gold, tmp_path, other, own).startswith(
        'claims[0].stance: found "an unknown key", wanted one of'
    )
    assert refused(read_strict, tmp_path, own).startswith('claims[0].stance: found "an unknown key", wanted one of')
    assert refused(read_gold, tmp_path, changed(("claims", 0, "relation"), "x")).startswith(
        'claims[0].relation: found "an unknown key", wanted a name that is none of'
    )
    claims = read_predicted(tmp_path, changed(("claims", 0, "stance"), None))["d"].annotation.claims
    assert claims == ANNOTATION.claims


@pytest.mark.parametrize("name", ["micro", "macro10", " ", "a\nb"])
def test_names_that_no_table_can_hold_are_refused(tmp_path: Path, name: str) -> None:
    for place in (("entities", 0, "type"), ("sentences", 0, "label"), ("claims", 0, "quote")):
        assert ": found " in refused(read_gold, tmp_path, changed(place, name))
    if name.strip() == name and name.isprintable():
        # A map can rename an average in predictions.
        assert read_predicted(tmp_path, changed(("entities", 0, "type"), name))


def test_a_document_said_twice_is_refused(tmp_path: Path) -> None:
    for read in (read_gold, read_predicted):
        assert refused(read, tmp_path, GOLD, changed(("id",), "e", {"id": "e", "text": "ا"}), GOLD) == (
            'id: found "d", wanted each document once'
        )


def test_a_prediction_for_an_unknown_document_is_refused(tmp_path: Path) -> None:
    assert refused(read_predicted, tmp_path, {"id": "d"}, {"id": "x"}).startswith('id: found "x", wanted the id of a ')


@pytest.mark.parametrize("doc_id", ["", None, 1, [], {}])
def test_an_id_is_a_name(tmp_path: Path, doc_id: object) -> None:
    for read in (read_gold, read_predicted):
        assert refused(read, tmp_path, changed(("id",), doc_id)).startswith("id: found ")


def test_gold_without_documents_is_refused_and_predictions_may_be_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="found no document, wanted at least one"):
        read_gold(tmp_path)
    assert read_predicted(tmp_path) == {}


def test_offsets_are_code_points(tmp_path: Path) -> None:
    record = {"id": "d", "text": "😀ا\u0301ب", "entities": [{"start": 1, "end": 3, "text": "ا\u0301", "type": "GPE"}]}
    assert read_gold(tmp_path, record)[0].gold.entities == (Entity(1, 3, "GPE"),)


@pytest.mark.parametrize("gold", [True, False])
def test_a_sentence_has_one_label(tmp_path: Path, gold: bool) -> None:
    labels = ", ".join(f'{{"start": 0, "end": 3, "label": "{label}"}}' for label in ("CFS", "NFS"))
    line = f'{{"id": "d", "text": "نعم", "sentences": [{labels}]}}'
    (tmp_path / "x").write_text(line)
    with pytest.raises(InputError, match=r"x:1: sentences\[1\]: found \[0, 3\], wanted each start and end once"):
        codec.read_examples(tmp_path / "x") if gold else codec.read_predictions(tmp_path / "x", [Document("d", "نعم")])
