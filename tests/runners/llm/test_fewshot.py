"""Examples: read, chosen, ranked, and written as answers."""

import json
from collections import Counter
from math import log
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.arabic.overlap import terms
from harness.data.codec import write_examples
from harness.data.schema import read_schema
from harness.data.types import LAYERS, Annotation, Claim, Document, Entity, Example, InputError, Sentence, Span
from harness.datasets.gold import GoldStandard
from harness.runners.llm.answers import parse_answer
from harness.runners.llm.fewshot import Nearest, Shot, chosen, read_shots
from harness.runners.llm.placing import place
from harness.runners.llm.prompts import read_prompt

GOLD = read_schema("gold")
NOTHING = Annotation((), (), ())
WORDS = ("بكين", "وبكين", "روسيا", "رُوسيا", "قال", "إن", "ان", ".")


def shots(*texts: str) -> list[Shot]:
    return [Shot(Document(f"{number}", text), NOTHING, "shots.jsonl") for number, text in enumerate(texts)]


def bm25(texts: list[str], query: str) -> list[float]:
    """The formula word by word: k1 = 1.2, b = 0.75."""
    documents = [terms(text) for text in texts]
    mean = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        score = 0.0
        for word in terms(query):
            holding = sum(word in other for other in documents)
            times = document.count(word)
            idf = log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
            if times:
                score += idf * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * len(document) / mean))
        scores.append(score)
    return scores


sayings = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)


@given(st.lists(sayings, min_size=1, max_size=6), sayings)
def test_the_ranking_is_bm25(texts: list[str], query: str) -> None:
    nearest = Nearest(texts)
    expected = bm25(texts, query)
    assert nearest.scores(query) == pytest.approx(expected)


def test_the_best_come_first_and_of_equals_the_first_in_the_file() -> None:
    nearest = Nearest(["قال", "بكين", "روسيا", "بكين"])
    assert nearest.best("بكين", 3) == [1, 3, 0]
    assert nearest.best("لا شيء", 2) == [0, 1]
    assert Nearest(["", ""]).best("بكين", 1) == [0]


def test_words_are_alike_however_they_are_spelled() -> None:
    assert Nearest(["قال إنّ", "روسيا"]).best("ان", 1) == [0]


@given(st.integers(1, 6), st.integers(0, 50))
def test_a_choice_depends_on_the_seed_alone_and_keeps_the_order(k: int, seed: int) -> None:
    pool = shots(*"ابتثجح")
    found = chosen(pool, k, seed)
    assert found == chosen(pool, k, seed)
    assert len(found) == k
    assert found == sorted(found, key=pool.index)


def test_seeds_choose_each_document_about_as_often() -> None:
    pool = shots(*"ابتث")
    counts = Counter(shot.document.id for seed in range(400) for shot in chosen(pool, 2, seed))
    assert all(150 < counts[f"{number}"] < 250 for number in range(4))


def test_more_examples_than_there_are_are_refused() -> None:
    said = "shots.jsonl: found 2 documents, wanted at least the 3 that are to be shown"
    with pytest.raises(InputError, match=said):
        chosen(shots("ا", "ب"), 3, 0)
    with pytest.raises(InputError, match=said):
        read_prompt("en", GOLD, LAYERS, shots("ا", "ب"), nearest=3)


def test_a_file_is_read_with_its_names_checked(tmp_path: Path) -> None:
    path = tmp_path / "shots.jsonl"
    example = Example(Document("a", "زار زيد دمشق."), Annotation((Entity(8, 12, "GPE"),), None, None))
    write_examples(path, [example])
    assert read_shots(str(path), GOLD) == [Shot(example.document, example.gold, str(path))]
    path.write_text(path.read_text(encoding="utf-8").replace("GPE", "CITY"), encoding="utf-8")
    with pytest.raises(InputError, match=r"shots.jsonl:1: entities\[0\].type: found 'CITY'|found \"CITY\""):
        read_shots(str(path), GOLD)


def test_an_example_without_a_layer_that_is_asked_for_is_refused() -> None:
    shot = Shot(Document("a", "نعم."), Annotation((), None, None), "shots.jsonl")
    assert json.loads(shot.answer(GOLD, ["entities"])) == {"entities": []}
    with pytest.raises(InputError) as raised:
        read_prompt("en", GOLD, LAYERS, [shot])
    assert str(raised.value) == "shots.jsonl: a: found no claims, wanted them annotated, since they are asked for"


def test_what_reaches_across_sentences_is_one_sentence_in_an_example() -> None:
    text = "أول. ثان.\nثالث. رابع."
    annotation = Annotation(
        (Entity(5, 14, "LAW"),),
        (Claim(Span(0, 3), Span(16, 20)),),
        (Sentence(0, 9, "CFS"), Sentence(10, 21, "UFS")),
    )
    shot = Shot(Document("a", text), annotation)
    assert shot.chunk.text == "[1] أول.\n[2] ثان. ثالث.\n[3] رابع."
    answer = json.loads(shot.answer(GOLD, LAYERS))
    assert answer["entities"] == [{"sentence": 2, "quote": "ثان.\nثالث", "type": "LAW"}]
    assert answer["claims"][0]["cue"] == {"sentence": 3, "quote": "رابع"}
    assert [label["label"] for label in answer["sentences"]] == ["CFS", "CFS", "UFS"]
    placed = place(shot.chunk, parse_answer(json.dumps(answer)), GOLD)
    assert (placed.annotation.entities, placed.annotation.claims) == (annotation.entities, annotation.claims)


def test_all_of_newswire_can_be_shown() -> None:
    # A number that is glued to a word has no place.
    right = lost = 0
    for example in GoldStandard("newswire-v1").read():
        shot = Shot(example.document, example.gold)
        placed = place(shot.chunk, parse_answer(shot.answer(GOLD, LAYERS)), GOLD)
        gold, found = set(example.gold.entities or ()), set(placed.annotation.entities or ())
        assert found <= gold
        assert set(placed.annotation.claims or ()) == set(example.gold.claims or ())
        right += len(found)
        lost += len(gold - found)
    assert (right, lost) == (1466, 1)
