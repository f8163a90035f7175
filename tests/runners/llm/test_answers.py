"""What is asked for, and what can be read of what comes."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.data.schema import Schema, read_schema
from harness.data.types import LAYERS
from harness.runners.llm.answers import MalformedAnswer, Quote, answer_format, parse_answer

GOLD = read_schema("gold")
MENTION = {"sentence": 1, "quote": "روسيا", "type": "GPE"}
CLAIM = {
    "sentence": 2,
    "content": {"sentence": 2, "quote": "الأمر انتهى"},
    "cue": {"sentence": 2, "quote": "قال"},
    "source": None,
    "speaker": "زيد",
    "quote": "indirect",
    "polarity": "affirms",
    "certainty": "asserted",
}
LABEL = {"sentence": 1, "label": "UFS"}
ANSWER = {"entities": [MENTION], "claims": [CLAIM], "sentences": [LABEL]}
WRITTEN = json.dumps(ANSWER, ensure_ascii=False)


def objects(schema: object) -> Iterator[dict[str, Any]]:
    """Every schema of an object in a JSON Schema."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for value in schema.values():
            yield from objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from objects(value)


def test_the_format_is_one_that_strict_modes_take() -> None:
    found = list(objects(answer_format(GOLD, LAYERS)))
    assert [sorted(schema["properties"])[0] for schema in found] == [
        "claims",
        "quote",
        "certainty",
        "quote",
        "quote",
        "quote",
        "label",
    ]
    for schema in found:
        assert schema["additionalProperties"] is False
        assert schema["required"] == list(schema["properties"])


def test_the_format_has_the_names_of_the_schema() -> None:
    properties = answer_format(GOLD, LAYERS)["properties"]
    assert list(properties) == ["entities", "claims", "sentences"]
    assert properties["entities"]["items"]["properties"]["type"] == {"type": "string", "enum": list(GOLD.types)}
    label = properties["sentences"]["items"]["properties"]["label"]
    assert label["enum"] == list(GOLD.sentence_labels)
    claim = properties["claims"]["items"]["properties"]
    assert list(claim) == list(CLAIM)
    assert claim["polarity"]["enum"] == ["affirms", "denies"]


def test_the_format_has_only_layers_that_are_asked_for_and_annotated() -> None:
    assert answer_format(GOLD, ["sentences"])["required"] == ["sentences"]
    names = Schema("own", types=("A",), layers=("entities",))
    assert answer_format(names, LAYERS)["required"] == ["entities"]


def test_a_schema_without_types_asks_for_any() -> None:
    asked = answer_format(Schema("own", layers=("entities",)), LAYERS)
    assert asked["properties"]["entities"]["items"]["properties"]["type"] == {"type": "string"}


@pytest.mark.parametrize(
    "text",
    [
        WRITTEN,
        f"  \n{WRITTEN}\n",
        f"\ufeff{WRITTEN}",
        f"```json\n{WRITTEN}\n```",
        f"Here you are [1]:\n\n{WRITTEN}\n\nI hope {{this}} helps.",
        f'<think>First {{"entities": []}} ... hmm [{{</think>\n{WRITTEN}',
        f"no opening mark {{ here </think>{WRITTEN}",
        f"<THINK>a</THINK><thinking>b</thinking>{WRITTEN}",
        json.dumps(ANSWER, ensure_ascii=False, indent=2),
        json.dumps(ANSWER),
        WRITTEN.replace('"entities"', "“entities”").replace('"sentence"', "“sentence”").replace('"GPE"', "“GPE”"),
        WRITTEN.replace("}]", "},]").replace("]}", "],}"),
        json.dumps({"entities": [MENTION]}) + "\n" + json.dumps({"claims": [CLAIM], "sentences": [LABEL]}),
        'For example {"entities": [], "claims": []}. Now: ' + WRITTEN,
        json.dumps([MENTION, CLAIM, LABEL]),
    ],
)
def test_an_answer_is_read_whatever_stands_around_it(text: str) -> None:
    parsed, plain = parse_answer(text), parse_answer(WRITTEN)
    assert parsed == plain
    assert [item.model_dump() for item in parsed.entities] == [MENTION]
    assert [item.model_dump() for item in parsed.sentences] == [LABEL]
    (claim,) = parsed.claims
    assert (claim.content, claim.cue, claim.source) == (
        Quote(sentence=2, quote="الأمر انتهى"),
        Quote(sentence=2, quote="قال"),
        None,
    )
    assert claim.speaker == "زيد"
    assert claim.attributes == {"quote": "indirect", "polarity": "affirms", "certainty": "asserted"}
    assert parsed.malformed == 0


@pytest.mark.parametrize("number", ["3", "[3]", " [3] ", "٣", "[٣]", "۳"])
def test_numbers_of_sentences_are_read_as_models_write_them(number: str) -> None:
    item = {"sentence": number, "quote": "بكين", "type": "GPE"}
    parsed = parse_answer(json.dumps({"entities": [item, {**item, "sentence": "ثلاثة"}]}))
    assert [mention.sentence for mention in parsed.entities] == [3]
    assert parsed.malformed == 1


@pytest.mark.parametrize("text", ['{"entities": []}', '{"sentences": null}', "[]", '```\n{"claims": []}\n```'])
def test_nothing_found_is_an_answer(text: str) -> None:
    parsed = parse_answer(text)
    assert (parsed.entities, parsed.claims, parsed.sentences, parsed.malformed) == ((), (), (), 0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" \n ", "empty"),
        ("I cannot help with that.", "no_json"),
        ("[1] and {nothing}", "no_json"),
        ('"entities"', "no_json"),
        ("17", "no_json"),
        ("{}", "other_json"),
        ('{"mentions": []}', "other_json"),
        ('[{"name": "x"}]', "other_json"),
        ('{"entities": [oops]}', "invalid_json"),
        ("<think>and so on", "cut"),
        (WRITTEN[:-1], "cut"),
        (WRITTEN[: WRITTEN.index('"claims"')], "cut"),
        ('{"entities": [{"sentence": 1, "quote": "a } ] b', "cut"),
        ("[" + WRITTEN, "cut"),
    ],
)
def test_what_is_no_answer_says_why(text: str, reason: str) -> None:
    with pytest.raises(MalformedAnswer) as raised:
        parse_answer(text)
    assert raised.value.reason == reason
    assert str(raised.value) == f"{reason}: {raised.value.detail}"
    assert "\n" not in str(raised.value)


@given(st.integers(1, len(WRITTEN) - 1))
def test_an_answer_that_was_cut_is_none_wherever_it_was(length: int) -> None:
    with pytest.raises(MalformedAnswer):
        parse_answer(WRITTEN[:length])


@given(st.text() | st.text('{}[]":,ا1 \\“”').map(lambda text: '{"entities"' + text))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_answer(text)
    except MalformedAnswer as error:
        assert error.reason in {"empty", "no_json", "invalid_json", "cut", "other_json"}  # noqa: PT017


@pytest.mark.parametrize("text", ['{"entities": ' * 50_000, "[" * 50_000 + "{", '{"entities": [' + "{" * 50_000])
def test_a_deep_answer_is_refused(text: str) -> None:
    with pytest.raises(MalformedAnswer):
        parse_answer(text)


def test_braces_of_prose_cost_no_time() -> None:
    with pytest.raises(MalformedAnswer):
        parse_answer('{"a} ' * 20_000)


@pytest.mark.parametrize(
    "item",
    [
        {"sentence": 1, "quote": "روسيا"},
        {"quote": "روسيا", "type": "GPE"},
        {"sentence": None, "quote": "روسيا", "type": "GPE"},
        {"sentence": "first", "quote": "روسيا", "type": "GPE"},
        {"sentence": True, "quote": "روسيا", "type": "GPE"},
        {"sentence": 1.5, "quote": "روسيا", "type": "GPE"},
        {"sentence": 1, "quote": " ", "type": "GPE"},
        {"sentence": 1, "quote": 7, "type": "GPE"},
        {"sentence": 1, "quote": "روسيا", "type": ""},
        {"sentence": 1, "quote": "روسيا", "type": "micro"},
        {"sentence": 1, "quote": "\ud800", "type": "GPE"},
        "روسيا",
        None,
        [],
    ],
)
def test_an_item_that_is_none_is_counted_and_the_rest_stays(item: object) -> None:
    parsed = parse_answer(json.dumps({"entities": [item, MENTION]}))
    assert [found.quote for found in parsed.entities] == ["روسيا"]
    assert parsed.malformed == 1


@pytest.mark.parametrize("value", ["none", {}, 3])
def test_what_is_no_list_is_a_malformed_item(value: object) -> None:
    parsed = parse_answer(json.dumps({"entities": value, "sentences": [LABEL]}))
    assert (len(parsed.sentences), parsed.malformed) == (1, 1)


@pytest.mark.parametrize("number", ["1", "[1]", " 1 ", 1.0])
def test_the_number_of_a_sentence_is_read_as_it_may_be_written(number: object) -> None:
    (item,) = parse_answer(json.dumps({"entities": [{**MENTION, "sentence": number}]})).entities
    assert item.sentence == 1


@pytest.mark.parametrize("source", [None, "", {}, {"sentence": 1, "quote": ""}, {"sentence": None, "quote": None}])
def test_a_claim_without_a_source_may_say_so_in_many_ways(source: object) -> None:
    parsed = parse_answer(json.dumps({"claims": [{**CLAIM, "source": source}]}))
    assert [claim.source for claim in parsed.claims] == [None]
    assert parsed.malformed == 0


def test_a_role_that_is_a_string_stands_in_the_sentence_of_the_claim() -> None:
    (claim,) = parse_answer(json.dumps({"claims": [{"sentence": 4, "content": "أ ب", "cue": "قال"}]})).claims
    assert (claim.content, claim.cue) == (Quote(sentence=4, quote="أ ب"), Quote(sentence=4, quote="قال"))


@pytest.mark.parametrize("missing", ["content", "cue"])
def test_a_claim_without_content_or_cue_is_none(missing: str) -> None:
    broken = {key: value for key, value in CLAIM.items() if key != missing}
    parsed = parse_answer(json.dumps({"claims": [broken, CLAIM, {**CLAIM, missing: None}]}))
    assert (len(parsed.claims), parsed.malformed) == (1, 2)


def test_an_attribute_of_no_use_is_left_out() -> None:
    odd = {**CLAIM, "polarity": None, "certainty": 3, "quote": "", "speaker": " ", "note": "x"}
    (claim,) = parse_answer(json.dumps({"claims": [odd]})).claims
    assert (claim.speaker, claim.attributes) == (None, {"note": "x"})
