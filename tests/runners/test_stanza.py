"""A pipeline of Stanza as a runner: its spans in the raw text, and what it has none for."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.data.types import Annotation, Document, Entity, InputError, Unplaced
from harness.runners.stanza import Stanza, read_entities
from tests.runners.contract import answers
from tests.runners.stanza_tiny import LINES, NAMES, build

NOTHING_LOST = {"unaligned": 0, "unaligned_words": 0}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("stanza"))


@pytest.fixture(scope="module")
def runner(model: Path) -> Stanza:
    return loaded(Stanza(str(model)))


def loaded(runner: Stanza) -> Stanza:
    runner.load()
    return runner


def mentions(runner: Stanza, text: str) -> list[tuple[str, str]]:
    (annotation,) = answers(runner, [text])
    return [(text[start:end], kind) for start, end, kind, _ in annotation.entities or ()]


def test_mentions_begin_behind_the_proclitics_that_are_words_of_their_own(runner: Stanza, model: Path) -> None:
    text = "زار لافروف موسكو وبكين والقاهرة. وصل وفد إلى موسكو وبكين، ثم للصين."
    found = [mention for mention, _ in mentions(runner, text)]
    # The article of للصين has lost its alef to the preposition: الصين, as Stanza reads it, stands nowhere in the text.
    assert found == ["لافروف", "موسكو", "بكين", "القاهرة", "موسكو", "بكين", "لصين"]
    assert (runner.figures, runner.remarks) == (NOTHING_LOST, [])
    whole = [mention for mention, _ in mentions(loaded(Stanza(str(model), clitics=False)), text)]
    assert whole == ["لافروف", "موسكو", "وبكين", "والقاهرة", "موسكو", "وبكين", "للصين"]


def test_a_paragraph_of_many_times_what_the_tokenizer_reads_at_once_is_read_whole(runner: Stanza) -> None:
    text = " ".join(LINES)
    once = mentions(runner, text)
    assert len(once) > len(LINES)
    # 1,000 characters are read at once.
    assert mentions(runner, " ".join([text] * 12)) == once * 12


def test_a_text_is_read_in_plain_spelling_and_answered_as_it_is(model: Path) -> None:
    plain = loaded(Stanza(str(model), normalise="plain"))
    assert mentions(plain, "زارَ لافرُوفُ مـــوسكو وبَكين.") == [
        ("لافرُوفُ", "PERS"),
        ("مـــوسكو", "GPE"),
        ("بَكين", "GPE"),
    ]


def test_the_models_are_named_by_version_processor_and_hash(runner: Stanza) -> None:
    provenance = runner.provenance
    assert provenance["processors"] == {"tokenize": ["tiny"], "mwt": ["tiny"], "ner": ["tiny"]}
    files: Any = provenance["files_sha256"]
    assert [*files] == ["ar/mwt/tiny.pt", "ar/ner/tiny.pt", "ar/tokenize/tiny.pt"]
    assert len({*files.values()}) == 3
    assert str(provenance["stanza"]).startswith("1.")


def test_loading_and_reading_open_no_connection(model: Path, socket_disabled: None) -> None:
    del socket_disabled
    assert mentions(loaded(Stanza(str(model))), LINES[0])


def test_importing_the_runner_imports_no_stanza() -> None:
    code = "import sys, harness.runners.stanza; print(sorted({'stanza', 'torch'} & {*sys.modules}))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def without(model: Path, folder: Path, *names: str) -> Path:
    copy = Path(shutil.copytree(model, folder / "models"))
    for name in names:
        (copy / name).unlink()
    return copy


@pytest.mark.parametrize(
    ("lacking", "found"),
    [
        (["resources.json"], r"model: found Resources file not found"),
        (["ar/ner/tiny.pt"], r"model: found Could not find model file .*tiny\.pt"),
        (["ar/mwt/tiny.pt"], r"model: found Could not find model file .*tiny\.pt"),
    ],
)
def test_a_folder_without_a_model_is_said_in_one_line(
    lacking: list[str], found: str, model: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=rf"^{found}.* wanted a folder with Stanza's models: [^\n]*$"):
        Stanza(str(without(model, tmp_path, *lacking))).load()


def test_no_folder_a_broken_model_and_an_unknown_language_are_said_in_one_line(model: Path, tmp_path: Path) -> None:
    wanted = r"wanted a folder with Stanza's models: stanza\.download\('..', model_dir='[^\n]*'\)$"
    with pytest.raises(InputError, match=f"^model: found no folder nowhere, {wanted}"):
        Stanza("nowhere").load()
    with pytest.raises(InputError, match=f"^model: found [^\n]*, {wanted}"):
        Stanza(str(model), lang="fr").load()
    broken = without(model, tmp_path)
    (broken / "ar/ner/tiny.pt").write_bytes(b"no model")
    with pytest.raises(InputError, match=f"^model: found [^\n]*, {wanted}"):
        Stanza(str(broken)).load()


def test_a_processor_that_the_language_lacks_is_said(model: Path, tmp_path: Path) -> None:
    copy = without(model, tmp_path)
    resources = json.loads((copy / "resources.json").read_text())
    del resources["ar"]["packages"]["default"]["ner"]
    (copy / "resources.json").write_text(json.dumps(resources))
    with pytest.raises(InputError, match=r"^processors: found none for ner in "):
        Stanza(str(copy)).load()


def test_a_label_that_the_map_does_not_know_is_refused(model: Path) -> None:
    with pytest.raises(InputError, match=r"^labels: found the labels GPE in the model, wanted those of anercorp$"):
        Stanza(str(model), labels="anercorp").load()


def document(text: str | None, *tokens: dict[str, object]) -> Any:
    """A document of Stanza's with one sentence, and the entities in the tags of its tokens."""
    made = pytest.importorskip("stanza").Document([list(tokens)], text)
    made.build_ents()
    return made


def token(
    number: int, text: str, ner: str = "O", start: int | None = None, end: int | None = None
) -> dict[str, object]:
    places = {} if start is None else {"start_char": start, "end_char": end}
    return {"id": number, "text": text, "ner": ner, **places}


def parted(number: int, text: str, ner: str, *words: str, start: int | None = None) -> list[dict[str, object]]:
    """A token of several words, which have no offsets."""
    last = number + len(words) - 1
    places = {} if start is None else {"start_char": start, "end_char": start + len(text)}
    whole: dict[str, object] = {"id": (number, last), "text": text, "ner": ner, **places}
    return [whole, *({"id": number + place, "text": word} for place, word in enumerate(words))]


def test_offsets_that_stanza_gives_are_used() -> None:
    text = "زار بكين بكين"
    read = read_entities(document(text, token(1, "زار", "O", 0, 3), token(2, "بكين", "S-GPE", 9, 13)), text, True)
    assert (read.entities, read.unplaced, read.unaligned) == ([Entity(9, 13, "GPE")], [], 0)


def test_what_stanza_replaces_by_a_sign_keeps_its_offsets() -> None:
    # So it does with tokens of more than 1,000 letters.
    text = f"زار {'ب' * 1200}"
    read = read_entities(document(text, token(1, "زار", "O", 0, 3), token(2, "<UNK>", "S-GPE", 4, 1204)), text, True)
    assert read.entities == [Entity(4, 1204, "GPE")]


def test_tokens_without_offsets_are_aligned() -> None:
    text = "زار الرَّئيس نيو يورك."
    tokens = [token(1, "زار"), token(2, "الرئيس"), token(3, "نيو", "B-GPE"), token(4, "يورك", "E-GPE"), token(5, ".")]
    read = read_entities(document(text, *tokens), text, True)
    assert [text[one.start : one.end] for one in read.entities] == ["نيو يورك"]
    assert read.unaligned == 0


def test_a_mention_that_cannot_be_aligned_counts_as_wrong() -> None:
    text = "زار الرئيس بكين"
    tokens = [token(1, "زار"), token(2, "الرئيس"), token(3, "Peking", "S-GPE")]
    read = read_entities(document(text, *tokens), text, True)
    assert (read.entities, read.unaligned) == ([], 1)
    assert read.unplaced == [Unplaced("entities", "GPE", "Peking", 0)]


def test_a_word_inside_a_mention_may_have_no_place() -> None:
    text = "زار الأمم المتحدة الآن"
    tokens = [token(1, "زار"), token(2, "الأمم", "B-ORG"), token(3, "???", "I-ORG"), token(4, "الآن", "E-ORG")]
    read = read_entities(document(text, *tokens), text, True)
    assert [text[one.start : one.end] for one in read.entities] == ["الأمم المتحدة الآن"]
    assert read.unaligned == 1


@pytest.mark.parametrize("start", [3, None])
@pytest.mark.parametrize(
    ("word", "words", "wanted"),
    [
        ("وبكين", ["و", "بكين"], "بكين"),
        ("وَبِبَكين", ["و", "ب", "بكين"], "بَكين"),
        ("للصين", ["ل", "الصين"], "لصين"),
        # A pronoun behind a name belongs to its token.
        ("بلدهم", ["بلد", "هم"], "بلدهم"),
        # Nothing but proclitics.
        ("بك", ["ب", "ك"], "بك"),
        ("لـبكين", ["ل", "بكين"], "بكين"),
    ],
)
def test_the_first_word_that_is_no_proclitic_begins_a_mention(
    word: str, words: list[str], wanted: str, start: int | None
) -> None:
    text = f"في {word} الآن"
    tokens = [token(1, "في", start=None if start is None else 0, end=2), *parted(2, word, "S-GPE", *words, start=start)]
    read = read_entities(document(text, *tokens), text, True)
    assert [text[one.start : one.end] for one in read.entities] == [wanted]
    assert (read.unplaced, read.unaligned) == ([], 0)
    whole = read_entities(document(text, *tokens), text, False)
    assert [text[one.start : one.end] for one in whole.entities] == [word]


def test_a_proclitic_that_does_not_align_leaves_the_whole_token() -> None:
    text = "في بكين"
    tokens = [token(1, "في", "O", 0, 2), *parted(2, "بكين", "S-GPE", "ل", "بكين", start=3)]
    read = read_entities(document(text, *tokens), text, True)
    assert (read.entities, read.unaligned) == ([Entity(3, 7, "GPE")], 1)


def test_what_is_not_aligned_is_counted_over_the_documents_predicted_last(model: Path) -> None:
    runner = loaded(Stanza(str(model)))
    pipeline = runner._pipeline

    class Foreign:
        """A pipeline that spells the proclitics of others, and gives a token no place."""

        def __call__(self, text: str) -> Any:
            made = pipeline(text)
            for found in made.ents:
                found.tokens[0]._start_char = None
                found.tokens[0].text = "Ω"
            return made

    runner.__dict__["_pipeline"] = Foreign()
    texts = [Document("a", LINES[3]), Document("b", f"و{LINES[3]}")]
    first, second = (prediction.annotation for prediction in runner.predict(texts))
    lost = [item.quote for item in (*first.unplaced, *second.unplaced)]
    assert {*lost} == {"Ω"}
    assert len(lost) >= len(NAMES) / 2
    assert runner.figures == {"unaligned": len(lost), "unaligned_words": len(lost)}
    assert runner.remarks == [
        f"stanza: found {len(lost)} answers without a place, a letter or a digit in the text; counted as wrong",
        f"stanza: found {len(lost)} words of mentions that do not align with the text",
    ]
    assert next(iter(runner.predict([Document("c", " ")]))).annotation == Annotation(())
    assert (runner.figures, runner.remarks) == (NOTHING_LOST, [])
