from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import pytest

from harness.data.types import Annotation, Document
from harness.runners.transformer.checkpoint import Checkpoint
from harness.runners.transformer.joint.heads import BIO, GOLD, read_groups, write_labels
from harness.runners.transformer.joint.reader import JointReader, Words, open_reader, read_document
from harness.runners.transformer.joint.tagging import named
from harness.runners.transformer.pieces import cut_words
from tests.runners.transformer import tiny
from tests.runners.transformer.joint.marked import GROUPS, LABELS, SCHEMA

PLACES = write_labels({"places": [("GPE", BIO)]})
TEXT = "\n".join(tiny.LINES) + "\n\n" + " ".join(tiny.LINES[:3]) + "\n"


@pytest.fixture(scope="module")
def gold(tmp_path_factory: pytest.TempPathFactory) -> JointReader:
    """A model with the gold's labels whose logits for a token do not depend on the others."""
    folder = tiny.build(tmp_path_factory.mktemp("gold"), LABELS, alone=True)
    return open_reader(Checkpoint(str(folder), None, "cpu", "float32").load(), "gold")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of a small model, for its tokenizer."""
    return str(tiny.build(tmp_path_factory.mktemp("places")))


@pytest.fixture(scope="module")
def places(folder: str) -> JointReader:
    """A model that knows موسكو and لندن alone."""
    rows = {"موسكو": (0.0, 9.0, 0.0), "الأمم": (0.0, 9.0, 0.0), "شركة": (0.0, 9.0, 0.0), "النفط": (0.0, 0.0, 9.0)}
    network = tiny.table(folder, rows, outputs=PLACES)
    return JointReader(network, read_groups(PLACES), "places", 62, 16, 512, SCHEMA)


def spans(annotation: Annotation) -> object:
    """What an annotation says, without its scores: those differ in their last digits."""
    return (
        [one[:3] for one in annotation.entities or ()],
        [
            (one.content, one.cue, one.source, one.speaker, one.attributes.get("polarity"))
            for one in annotation.claims or ()
        ],
        [one[:3] for one in annotation.sentences or ()],
    )


@pytest.mark.parametrize(("capacity", "overlap", "budget"), [(62, 31, 1), (8, 0, 64), (8, 4, 4096), (20, 7, 200)])
def test_windows_and_batches_do_not_change_what_is_read(
    gold: JointReader, capacity: int, overlap: int, budget: int
) -> None:
    documents = [Document("a", TEXT), Document("b", tiny.LINES[1]), Document("c", " \n")]
    expected = [spans(found) for found in gold.read(documents)]
    other = replace(gold, capacity=capacity, overlap=overlap, budget=budget)
    assert [spans(found) for found in other.read(documents)] == expected
    assert [spans(other.read([document])[0]) for document in documents] == expected
    assert expected[0] != ([], [], [])


def test_a_document_without_words_has_empty_layers(gold: JointReader) -> None:
    assert gold.read([Document("a", ""), Document("b", "\n \n")]) == [Annotation((), (), ())] * 2
    assert gold.read([]) == []


def test_another_head_answers_with_entities_only(places: JointReader) -> None:
    (found,) = places.read([Document("a", "وفد من موسكو")])
    assert found.claims is None
    assert found.sentences is None


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("في موسكو", ["موسكو"]),
        # The tokenizer drops marks; the mention has them.
        ("😀 في مُوسكُو.", ["مُوسكُو"]),
        # Its hamza stands apart after decomposition.
        ("من الا\u0654مم", ["الا\u0654مم"]),
        ("موسكو\n\nشركة النفط ", ["موسكو", "شركة النفط"]),
        # What the tokenizer drops as a whole is no word: it neither ends nor shifts a mention.
        ("شركة \u200f النفط", ["شركة \u200f النفط"]),
        ("\u200f", []),
    ],
)
def test_offsets_are_those_of_the_raw_text(places: JointReader, text: str, mentions: list[str]) -> None:
    (found,) = places.read([Document("a", text)])
    assert [text[start:end] for start, end, _, _ in found.entities or ()] == mentions


@pytest.mark.parametrize(("token", "mentions"), [("و", [(0, 8)]), ("##اهرة", [])])
def test_a_word_is_what_its_first_token_says(
    places: JointReader, folder: str, token: str, mentions: list[tuple[int, int]]
) -> None:
    # The tokenizer cuts والقاهرة into و ##ا ##ل ##ق ##اهرة.
    network = tiny.table(folder, {token: (0.0, 9.0, 0.0)}, outputs=PLACES)
    (found,) = replace(places, network=network).read([Document("a", "والقاهرة")])
    assert [one[:2] for one in found.entities or ()] == mentions


@pytest.mark.parametrize(("temperature", "score"), [(1.0, 3 / 5), (2.0, 3**0.5 / (3**0.5 + 2))])
def test_a_temperature_divides_the_logits(places: JointReader, folder: str, temperature: float, score: float) -> None:
    rows = {"موسكو": (0.0, log(3), 0.0)}
    network = tiny.table(folder, rows, temperature, outputs=PLACES)
    (found,) = replace(places, network=network).read([Document("a", "موسكو")])
    assert [one.score for one in found.entities or ()] == [pytest.approx(score)]


def test_a_line_ends_a_mention(places: JointReader) -> None:
    (found,) = places.read([Document("a", "شركة\nالنفط")])
    assert [one[:2] for one in found.entities or ()] == [(0, 4)]


def test_words_longer_than_a_window_are_cut_and_counted(places: JointReader) -> None:
    reader = replace(places, capacity=4, overlap=0)
    (found,) = reader.read([Document("a", f"موسكو {'وف' * 4}")])
    assert [one[:2] for one in found.entities or ()] == [(0, 5)]
    assert reader.shortened == 1


def test_a_reader_of_a_checkpoint_reads_as_much_as_the_model(gold: JointReader, tmp_path: Path) -> None:
    assert (gold.capacity, gold.overlap, gold.shortened) == (62, 31, 0)


SENTENCE = GROUPS[-1]


def test_a_sentence_has_the_label_with_the_highest_mean_over_its_words() -> None:
    text = "نعم لا ربما. نعم"
    words = cut_words(text)  # نعم لا ربما . نعم
    logits = np.zeros((len(words), SENTENCE.first + 3), np.float32)
    # CFS leads by 2 at the first word, UFS by 1 at each of the three others: by 1 / 4 in the mean.
    logits[:4, SENTENCE.first + 1] = 1
    logits[0, SENTENCE.first] = 3
    logits[4, SENTENCE.first + 2] = 9
    found = read_document(text, [Words(words, logits)], named(GROUPS, GOLD), SCHEMA)
    assert [one[:3] for one in found.sentences or ()] == [(0, 12, "UFS"), (13, 16, "NFS")]


def test_a_sentence_without_words_has_no_label() -> None:
    words = cut_words("نعم.")
    logits = np.zeros((len(words), SENTENCE.first + 3), np.float32)
    found = read_document("نعم.\n\u200f", [Words(words, logits)], named(GROUPS, GOLD), SCHEMA)
    assert [one[:2] for one in found.sentences or ()] == [(0, 4)]


def test_a_text_without_words_has_empty_layers() -> None:
    assert read_document("", [], named(GROUPS, GOLD), SCHEMA) == Annotation((), (), ())
