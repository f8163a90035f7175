from harness.arabic.segment import sentences
from harness.data.types import Annotation, Document, Example, Sentence
from harness.datasets.gold import GoldStandard
from harness.runners.majority import Majority
from tests.runners import contract
from tests.runners.test_frequent import Given


def labelled(*labels: str) -> Given:
    """One document with a sentence for each label."""
    text = " ".join(f"جملة {label}." for label in labels)
    spans = sentences(text)
    gold = tuple(Sentence(*span, label) for span, label in zip(spans, labels, strict=True))
    return Given([Example(Document("d", text), Annotation(sentences=gold))])


def test_every_sentence_has_the_commonest_label() -> None:
    runner = Majority(labelled("NFS", "CFS", "NFS"))
    text = "هذا نص. وهذه جملة؟"
    (prediction,) = runner.predict([Document("new", text)])
    assert prediction.annotation == Annotation(sentences=(Sentence(0, 7, "NFS"), Sentence(8, 18, "NFS")))


def test_of_equally_frequent_labels_the_first_is_taken() -> None:
    assert Majority(labelled("NFS", "UFS")).label == "UFS"
    assert Majority(labelled("NFS", "CFS", "UFS")).label == "CFS"


def test_without_a_labelled_sentence_there_is_no_layer() -> None:
    for gold in (Annotation(entities=()), Annotation(sentences=())):
        runner = Majority(Given([Example(Document("d", "نص."), gold)]))
        (prediction,) = runner.predict([Document("d", "نص.")])
        assert prediction.annotation == Annotation()


def test_it_answers_as_every_runner_must() -> None:
    runner = Majority(GoldStandard())
    runner.load()
    contract.one_prediction_a_document_in_order(runner)
    contract.offsets_are_whole_letters_of_the_raw_text(runner)
    contract.empty_text_has_nothing(runner)
