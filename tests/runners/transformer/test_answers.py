import pytest

from harness.runners.transformer.answers import Answer, Combination, Strategy, answer_word, combine

OUT, BEGIN, INSIDE = ("O", ""), ("B-GPE", "GPE"), ("I-GPE", "GPE")


def tokens(*answers: tuple[tuple[str, str], float]) -> list[Answer]:
    return [Answer(tag, kind, probability) for (tag, kind), probability in answers]


WORDS = {
    "sure end": tokens((OUT, 0.5), (INSIDE, 0.75), (INSIDE, 0.875)),
    "begun": tokens((BEGIN, 0.5), (INSIDE, 0.75), (OUT, 0.875)),
    "tied": tokens((OUT, 0.5), (BEGIN, 0.75)),
    "tied twice": tokens((OUT, 0.5), (BEGIN, 0.5)),
    "alone": tokens((BEGIN, 0.25)),
}


@pytest.mark.parametrize(
    ("word", "strategy", "tag", "probability"),
    [
        ("sure end", "first", "O", 0.5),
        ("sure end", "majority", "I-GPE", (0.75 + 0.875) / 2),
        ("sure end", "max", "I-GPE", 0.875),
        ("begun", "first", "B-GPE", 0.5),
        # Two of three tokens say GPE, and the first of them says that it begins here.
        ("begun", "majority", "B-GPE", (0.5 + 0.75) / 2),
        ("begun", "max", "O", 0.875),
        ("tied", "majority", "B-GPE", 0.75),
        ("tied twice", "majority", "O", 0.5),
        ("tied twice", "max", "O", 0.5),
        ("alone", "majority", "B-GPE", 0.25),
    ],
)
def test_the_answer_for_a_word(word: str, strategy: Strategy, tag: str, probability: float) -> None:
    answer = answer_word(WORDS[word], strategy)
    assert (answer.tag, answer.probability) == (tag, probability)


def test_the_surest_token_decides_on_the_type_and_the_first_of_that_type_on_the_tag() -> None:
    assert answer_word(tokens((BEGIN, 0.5), (INSIDE, 0.75)), "max") == ("B-GPE", "GPE", 0.75)


@pytest.mark.parametrize(("how", "value"), [("mean", 0.625), ("min", 0.5), ("product", 0.375)])
def test_the_score_of_a_mention(how: Combination, value: float) -> None:
    assert combine([0.5, 0.75], how) == value
