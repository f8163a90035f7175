"""`harness.predict` takes what programs have, and its result is a list that can be looked at."""

import re
from collections.abc import Callable

import pytest

from harness.api.predicting import Predictions, predict
from harness.data.types import Annotation, Document, Entity, Example, InputError
from harness.runners.rules.runner import Rules
from tests.samples import EXAMPLES

TEXT = "وصل الوزير إلى بكين أمس."


def gpe(text: str) -> list[tuple[int, int, str]]:
    start = text.find("بكين")
    return [(start, start + 4, "GPE")] if start >= 0 else []


@pytest.mark.parametrize(
    "documents",
    [
        TEXT,
        [TEXT],
        Document("1", TEXT),
        [{"id": "1", "text": TEXT}],
        {"text": TEXT},
        (text for text in [TEXT]),
        [Example(Document("1", TEXT), Annotation())],
    ],
)
def test_a_text_comes_in_many_forms(documents: object) -> None:
    answers = predict(documents, gpe)  # type: ignore[arg-type]
    assert [prediction.doc_id for prediction in answers] == ["1"]
    assert answers[0].annotation.entities == (Entity(15, 19, "GPE"),)


def test_a_runner_by_name_answers_as_the_runner_itself() -> None:
    documents = [example.document for example in EXAMPLES]
    answers = predict(documents, "rules", threshold=0.8)
    own = [*Rules(threshold=0.8).predict(documents)]
    assert [prediction.annotation for prediction in answers] == [prediction.annotation for prediction in own]
    assert [prediction.annotation for prediction in predict(documents, Rules(threshold=0.8))] == [
        prediction.annotation for prediction in own
    ]


@pytest.fixture
def answers() -> Predictions:
    return predict([TEXT, "قال بوتين إن بلاده ترحب بالحوار."])


def test_the_result_is_a_list(answers: Predictions) -> None:
    assert len(answers) == 2
    assert answers["2"] is answers[1]
    assert answers[-1] is answers[1]
    assert [one.doc_id for one in answers[1:]] == ["2"]
    assert repr(answers) == "<answers of rules to 2 documents>"
    with pytest.raises(KeyError):
        answers["3"]


def test_the_result_is_plain_values_a_data_frame_and_a_page(answers: Predictions) -> None:
    record = answers.to_dict()
    assert record["runner"] == "rules"
    assert record["documents"][0]["entities"][0] | {"score": 0} == {
        "start": 15, "end": 19, "text": "بكين", "type": "GPE", "score": 0,
    }  # fmt: skip
    pytest.importorskip("pandas")
    frame = answers.to_pandas()
    assert [*frame[frame.layer == "claims"].label] == ["content", "cue", "source"]
    texts = {document["id"]: document["text"] for document in record["documents"]}
    assert [*frame.text] == [texts[row.document][row.start : row.end] for row in frame.itertuples()]
    assert "بكين" in answers.to_html()
    described = "A state, country, governed region or city"
    assert described in answers.to_html()
    assert described in answers[:1].to_html()
    assert described in answers._repr_html_()
    # A runner that does not say what it answers in is not taken for one that answers in the gold's schema.
    assert described not in predict(TEXT, gpe).to_html()
    assert "<iframe" in answers._repr_html_()
    assert ("<p>" + answers._repr_html_()).startswith("<p>")


def test_print_shows_tables(answers: Predictions) -> None:
    lines = [re.sub("[\u2068\u2069]", "", line).split() for line in str(answers).splitlines()]
    assert ["type", "entity", "offsets", "score"] in lines
    assert ["GPE", "بكين", "15–19", "0.95"] in lines
    assert ["بوتين", "قال", "بلاده", "ترحب", "بالحوار"] in lines


def test_a_function_that_raises_costs_its_document_only() -> None:
    def odd(text: str) -> list[tuple[int, int, str]]:
        return gpe(text) if "بكين" in text else 1 / 0  # type: ignore[return-value]

    answers = predict([TEXT, "x"], odd)
    line = odd.__code__.co_firstlineno + 1
    failure = f"ZeroDivisionError: division by zero (test_predicting.py:{line})"
    assert [one.error for one in answers] == [None, failure]
    assert repr(answers) == "<answers of odd to 2 documents, 1 failed>"
    assert "ZeroDivisionError" in str(answers)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: predict([1], gpe), "documents: found an object of int, wanted a text"),  # type: ignore[list-item]
        (lambda: predict([{"id": "a"}], gpe), 'documents: found {"id": "a"}, wanted a text'),
        (lambda: predict([Document("a", "x"), Document("a", "y")], gpe), 'found the id "a" twice'),
        (lambda: predict("x", 3), "runner: found an object of int"),  # type: ignore[arg-type]
        (lambda: predict("x", "rules", treshold=1), "runner.treshold: found an unknown key"),
        (lambda: predict("x", gpe, threshold=1), "threshold: found a field beside an object"),
    ],
)
def test_what_cannot_be_answered_is_told(call: Callable[[], object], message: str) -> None:
    with pytest.raises(InputError) as error:
        call()
    assert message in str(error.value)
