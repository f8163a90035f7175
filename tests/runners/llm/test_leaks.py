"""Prompts and examples that hold what is to be scored; texts of the gold are taken from it, and stand in no test."""

import re
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from harness.arabic.overlap import terms
from harness.arabic.segment import words
from harness.data.files import resource
from harness.data.schema import Description, read_schema
from harness.data.types import LAYERS, Annotation, Document, InputError
from harness.datasets.gold import GoldStandard
from harness.runners.llm.fewshot import Shot
from harness.runners.llm.leaks import EXAMPLE_WORDS, PROMPT_WORDS, refuse_leaks
from harness.runners.llm.prompts import Prompt, read_prompt

SCHEMA = read_schema("gold")
GOLD = [example.document for example in GoldStandard().read()]
NEWS = [example.document for example in GoldStandard("newswire-v1").read()]
GUIDELINES = (resource("gold") / "guidelines.md").read_text(encoding="utf-8")
NOTHING = Annotation((), (), ())


def prompt_of(folder: Path, text: str) -> Prompt:
    """A prompt whose task holds `text`."""
    path = folder / "own.yaml"
    parts = {
        "name": "own",
        "version": 1,
        "language": "ar",
        "system": f"وسّم النص.\n{text}\nانتهى.",
        "user": "{{ text }}",
    }
    path.write_text(yaml.safe_dump(parts, allow_unicode=True), encoding="utf-8")
    return read_prompt(str(path), SCHEMA, LAYERS)


def first_words(document: Document, count: int, start: int = 40) -> str:
    """`count` words of the middle of a document, as they stand there."""
    spans = words(document.text)[start : start + count]
    return document.text[spans[0].start : spans[-1].end]


@pytest.mark.parametrize("name", ["en", "ar"])
def test_the_prompts_that_ship_hold_nothing_of_the_gold(name: str) -> None:
    prompt = read_prompt(name, SCHEMA, LAYERS)
    refuse_leaks(prompt, [*GOLD, *NEWS])
    sent = runs(prompt.system + "\n" + prompt.template.user, 3)
    assert not [document.id for document in [*GOLD, *NEWS] if sent & runs(document.text, 3)]


def test_gold_is_no_leak_of_newswire_nor_newswire_of_the_gold() -> None:
    for shown, scored in ((GOLD, NEWS), (NEWS, GOLD)):
        shots = [Shot(document, NOTHING, "shots.jsonl") for document in shown]
        refuse_leaks(read_prompt("en", SCHEMA, LAYERS, shots), scored)


@pytest.mark.parametrize("document", GOLD, ids=lambda document: document.id)
def test_words_of_a_document_in_a_prompt_are_refused(tmp_path: Path, document: Document) -> None:
    text = first_words(document, PROMPT_WORDS)
    with pytest.raises(InputError) as raised:
        refuse_leaks(prompt_of(tmp_path, text), GOLD)
    message = str(raised.value)
    assert message.startswith(f"{tmp_path / 'own.yaml'}: system: found ")
    assert document.id in message
    assert " ".join(text.split()) in message or "…" in message
    assert message.endswith(f"which is to be scored, wanted no {PROMPT_WORDS} words in a row of it")
    assert "\n" not in message


@pytest.mark.parametrize("document", GOLD, ids=lambda document: document.id)
def test_another_spelling_and_line_ends_hide_nothing(tmp_path: Path, document: Document) -> None:
    text = re.sub("([\u0628-\u063a])", "\\1\u064e", first_words(document, PROMPT_WORDS)).replace(" ", "\n")
    with pytest.raises(InputError, match="which is to be scored"):
        refuse_leaks(prompt_of(tmp_path, text.replace("أ", "ا")), GOLD)


def test_names_are_no_leak(tmp_path: Path) -> None:
    refuse_leaks(prompt_of(tmp_path, "روسيا، الصين، الولايات المتحدة، الاتحاد الأوروبي"), GOLD)
    for document in GOLD:
        spans = words(document.text)
        short = [document.text[spans[at].start : spans[at + PROMPT_WORDS - 2].end] for at in range(0, 60, 10)]
        refuse_leaks(prompt_of(tmp_path, "\nكما يلي\n".join(short)), [document])


def test_an_example_of_the_guidelines_is_refused(tmp_path: Path) -> None:
    """Of the examples that are long enough, each that the texts hold is found."""
    held = 0
    for quoted in re.findall("`([^`|]+)`", GUIDELINES):
        spelled = terms(quoted)
        whole = any(contains(terms(document.text), spelled) for document in GOLD)
        if len(spelled) >= PROMPT_WORDS and whole:
            held += 1
            with pytest.raises(InputError, match="which is to be scored"):
                refuse_leaks(prompt_of(tmp_path, quoted), GOLD)
    assert held >= 3
    with pytest.raises(InputError, match="which is to be scored"):
        refuse_leaks(prompt_of(tmp_path, GUIDELINES.replace("{", "(").replace("}", ")")), GOLD)


def contains(whole: list[str], part: list[str]) -> bool:
    return any(whole[start : start + len(part)] == part for start in range(len(whole)))


def test_a_description_of_the_schema_is_looked_at_in_every_language() -> None:
    for said in (Description(en=first_words(GOLD[0], 6)), Description(ar=first_words(GOLD[0], 6))):
        schema = replace(SCHEMA, descriptions={("types", "GPE"): said})
        with pytest.raises(InputError, match=r"schema gold@1: types\.GPE: found "):
            refuse_leaks(read_prompt("en", schema, LAYERS), GOLD)


def test_an_example_with_the_text_of_a_document_is_refused_however_short() -> None:
    shot = Shot(Document("b", "قالَ زيد نعم"), NOTHING, "shots.jsonl")
    prompt = read_prompt("en", SCHEMA, LAYERS, [shot])
    refuse_leaks(prompt, [Document("a", "قال زيد نعم ثم ذهب.")])
    with pytest.raises(InputError) as raised:
        refuse_leaks(prompt, [Document("x", "لا."), Document("a", "قال زيد: نعم.")])
    assert str(raised.value) == "shots.jsonl: b: found the text of a, which is to be scored, wanted another"


@pytest.mark.parametrize("count", [EXAMPLE_WORDS - 1, EXAMPLE_WORDS])
def test_an_example_may_share_words_up_to_a_limit(count: int) -> None:
    shot = Shot(Document("b", f"قبل ذلك. {first_words(GOLD[1], count)} بعد ذلك."), NOTHING, "shots.jsonl")
    prompt = read_prompt("en", SCHEMA, LAYERS, [shot])
    if count < EXAMPLE_WORDS:
        refuse_leaks(prompt, GOLD)
    else:
        with pytest.raises(InputError, match=f"shots.jsonl: b: found .* words of {GOLD[1].id}, which is to be scored"):
            refuse_leaks(prompt, GOLD)


def test_gold_may_not_be_shown_before_it_is_scored() -> None:
    shots = [Shot(example.document, example.gold, "gold.jsonl") for example in GoldStandard().read()]
    with pytest.raises(InputError, match=f"gold.jsonl: {GOLD[0].id}: found the text of {GOLD[0].id}"):
        refuse_leaks(read_prompt("en", SCHEMA, LAYERS, shots), GOLD)


def test_empty_texts_are_no_leak() -> None:
    shots = [Shot(Document("b", " . "), NOTHING, "shots.jsonl")]
    refuse_leaks(read_prompt("en", SCHEMA, LAYERS, shots), [Document("a", ""), Document("c", " . ")])


@cache
def runs(text: str, length: int) -> frozenset[tuple[str, ...]]:
    spelled = terms(text)
    return frozenset(tuple(spelled[start : start + length]) for start in range(len(spelled) - length + 1))


@pytest.mark.parametrize(
    ("length", "across", "gold", "news", "guidelines"),
    [(4, 2, 10, 23, 9), (5, 0, 2, 12, 3), (6, 0, 1, 8, 2), (7, 0, 0, 7, 1), (8, 0, 0, 6, 0)],
)
def test_the_figures_that_the_limits_rest_on(length: int, across: int, gold: int, news: int, guidelines: int) -> None:
    golden, newer = ([runs(document.text, length) for document in documents] for documents in (GOLD, NEWS))
    assert sum(bool(one & other) for one in golden for other in newer) == across
    assert sum(bool(one & other) for one, other in combinations(golden, 2)) == gold
    assert sum(bool(one & other) for one, other in combinations(newer, 2)) == news
    assert len(runs(GUIDELINES, length) & frozenset().union(*golden)) == guidelines
    for name in ("en", "ar"):
        sent = runs(read_prompt(name, SCHEMA, LAYERS).system, length)
        assert not sent & frozenset().union(*golden, *newer)
