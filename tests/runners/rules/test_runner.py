import pickle

from harness.data.types import Document
from harness.runners.rules.grammar import grammar
from harness.runners.rules.runner import Rules

DOCUMENTS = [Document("one", 'قال وزير المالية الكيني جون موانغي إن بلاده "لن تنسحب" من الاتفاق.'), Document("two", "")]


def test_three_layers_for_every_document() -> None:
    runner = Rules()
    runner.load()
    first, second = runner.predict(DOCUMENTS)
    assert (first.doc_id, second.doc_id) == ("one", "two")
    assert (first.error, second.error) == (None, None)
    assert first.annotation.entities
    assert first.annotation.claims is not None
    assert first.annotation.sentences
    assert second.annotation.entities == ()


def test_no_document_pays_for_reading_the_rules() -> None:
    grammar.cache_clear()
    Rules().load()
    before = grammar.cache_info().misses
    list(Rules().predict(DOCUMENTS))
    assert before > 0
    assert grammar.cache_info().misses == before


def test_predictions_do_not_need_load() -> None:
    assert next(Rules().predict(DOCUMENTS)).error is None


def test_a_copy_in_another_process_predicts_the_same() -> None:
    copy = pickle.loads(pickle.dumps(Rules(threshold=0.6)))  # noqa: S301
    assert [one.annotation for one in copy.predict(DOCUMENTS)] == [
        one.annotation for one in Rules(threshold=0.6).predict(DOCUMENTS)
    ]


def test_the_threshold_leaves_out_what_is_unsure() -> None:
    assert next(Rules(threshold=1.0).predict(DOCUMENTS)).annotation.entities == ()
