"""The recogniser of CAMeL Tools as a runner: no window cut in silence, no tag shifted, nothing fetched."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.data.bio import decode
from harness.data.types import Document, Entity, InputError
from harness.runners.camel_tools import CamelTools
from tests.runners import camel
from tests.runners.contract import NEWS, answers
from tests.runners.transformer import tiny

CAPACITY = 254
# Unlike words, none of which stands for white space or nothing.
WORDS = tuple(" ".join(tiny.LINES[:3]).split())


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return camel.build(tmp_path_factory.mktemp("camel"))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model whose tag for a word depends on that word only."""
    return camel.build(tmp_path_factory.mktemp("alone"), alone=True)


def loaded(model: Path, **fields: Any) -> CamelTools:
    runner = CamelTools(str(model), **fields)
    runner.load()
    return runner


def entities(runner: CamelTools, text: str) -> list[Entity]:
    return [*(answers(runner, [text])[0].entities or ())]


def mentions(runner: CamelTools, text: str) -> list[tuple[str, str]]:
    return [(text[start:end], kind) for start, end, kind, _ in entities(runner, text)]


def test_a_sentence_is_answered_as_camel_tools_answers_it(model: Path) -> None:
    runner = loaded(model, clitics=False)
    words = tiny.LINES[0].split()
    tags: Sequence[str] = runner._recognizer.predict_sentence(words)
    wanted = [
        (" ".join(words[first:last]), kind) for first, last, kind, _ in decode([[t] for t in tags], "IOB2").mentions
    ]
    assert len({kind for _, kind in wanted}) > 1
    assert mentions(runner, tiny.LINES[0]) == wanted


def test_no_word_of_a_long_sentence_is_read_alone_or_left_out(alone: Path) -> None:
    # More than three windows: every word has the tag that it has by itself, in whatever window.
    words = WORDS * 24
    runner = loaded(alone, overlap=30, batch_size=3)
    pieces = [len(runner._recognizer.tokenizer.tokenize(word)) for word in words]
    assert sum(pieces) > 3 * CAPACITY
    whole = runner._cutter.cut(" ".join(words))
    assert [*whole[0].words] == [*words]
    windows = [sum(pieces[first:last]) for first, last in whole[0].windows]
    assert len(windows) > 3
    assert max(windows) <= CAPACITY
    by_itself = {word: runner._recognizer.predict_sentence([word])[0] for word in {*words}}
    assert len({*by_itself.values()}) > 3
    said = whole[0].tags(runner._recognizer.predict(whole[0].given))
    assert said == [by_itself[word] for word in words]


def test_windows_share_words_so_that_none_lies_on_an_edge(alone: Path) -> None:
    cut = loaded(alone, overlap=60)._cutter.cut(" ".join(WORDS * 24))[0]
    for (_, last), (first, _) in zip(cut.windows, cut.windows[1:], strict=False):
        assert 40 < sum(cut.pieces[first:last]) <= 60


def test_a_word_without_pieces_shifts_no_tag(alone: Path) -> None:
    runner = loaded(alone, clitics=False)
    # CAMeL Tools gives such a word no tag.
    assert len(runner._recognizer.predict_sentence(["قال", "\u200f", "موسكو"])) == 2
    for text in ("قال \u200f موسكو", "\u200f قال موسكو", "قال \u200f\u200f \u200e موسكو \u200f"):
        plain = mentions(runner, "قال في موسكو")
        assert ("موسكو", dict(plain)["موسكو"]) in [
            (mention.split()[-1], kind) for mention, kind in mentions(runner, text)
        ]


def test_a_word_of_more_pieces_than_a_window_is_read_by_its_beginning(alone: Path) -> None:
    runner = loaded(alone, clitics=False)
    # CAMeL Tools makes tensors of unlike length of it, and fails.
    with pytest.raises(RuntimeError, match="stack expects each tensor to be equal size"):
        runner._recognizer.predict([["你" * 300], ["موسكو"]])
    text = f"{'你' * 300} موسكو {'你' * 254} قال"
    tags = runner._recognizer.predict_sentence(["你", "موسكو", "你", "قال"])
    wanted = [text.split()[number] for number, tag in enumerate(tags) if tag.startswith("B")]
    assert wanted
    assert {*wanted} <= {mention.split()[0] for mention, _ in mentions(runner, text)}
    assert (
        "camel_tools: found 1 words of more than 254 word pieces; only the beginning of each was read" in runner.remarks
    )


def test_a_mention_begins_behind_a_sure_proclitic(alone: Path) -> None:
    text = "وصل لروسيا"
    assert [one for one, _ in mentions(loaded(alone, clitics=False), text)][-1].endswith("لروسيا")
    by_itself = mentions(loaded(alone, clitics=False), "لروسيا")
    assert [one for one, _ in by_itself] == ["لروسيا"]
    assert [one for one, _ in mentions(loaded(alone), "لروسيا")] == ["روسيا"]


def test_a_text_is_read_in_plain_spelling_and_answered_as_it_is(alone: Path) -> None:
    text, plain = "قــال في مُـــوسكو", "قال في موسكو"
    read = mentions(loaded(alone, normalise="plain", clitics=False), text)
    assert [kind for _, kind in read] == [kind for _, kind in mentions(loaded(alone, clitics=False), plain)]
    assert read[-1][0].endswith("مُـــوسكو")


def test_ill_formed_tags_are_counted_and_their_mentions_may_be_left_out(model: Path) -> None:
    runner, dropping = loaded(model), loaded(model, repair="drop")
    kept, left = entities(runner, NEWS), entities(dropping, NEWS)
    assert {*left} < {*kept}
    remark = runner.remarks[0]
    assert "ill-formed tags under IOB2" in remark
    assert remark.endswith("nothing to continue); read as conlleval reads them")
    assert dropping.remarks[0].endswith("nothing to continue); their mentions left out")
    answers(runner, [""])
    assert not runner.remarks


def test_a_word_that_does_not_align_counts_as_wrong(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = loaded(alone, clitics=False)
    text = "قال في موسكو"
    assert mentions(runner, text)[-1][0].endswith("موسكو")
    cut = runner._cutter
    monkeypatch.setattr(
        "camel_tools.tokenizers.word.simple_word_tokenize", lambda whole: whole.replace("موسكو", "القاهرة").split()
    )
    (annotation,) = answers(runner, [text])
    assert cut.cut(text)[0].spans[-1] is None
    assert [item.quote.split()[-1] for item in annotation.unplaced] == ["القاهرة"]
    assert runner.figures == {"unaligned": 1, "unaligned_words": 1}
    assert runner.remarks[-2:] == [
        "camel_tools: found 1 answers without a place, a letter or a digit in the text; counted as wrong",
        "camel_tools: found 1 words of mentions that do not align with the text",
    ]


def test_the_model_is_named_by_version_and_hash(model: Path) -> None:
    provenance = loaded(model).provenance
    files: Any = provenance["files_sha256"]
    assert {"model.safetensors", "tokenizer.json", "config.json"} <= {*files}
    assert str(provenance["camel_tools"]).startswith("1.")


def test_importing_the_runner_imports_no_camel_tools() -> None:
    packages = "{'camel_tools', 'torch', 'transformers'}"
    code = f"import sys, harness.runners.camel_tools; print(sorted({packages} & {{*sys.modules}}))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


LOADING = """
import os, pathlib, sys
import pytest_socket
pytest_socket.disable_socket()
from harness.runners.camel_tools import CamelTools
CamelTools(sys.argv[1]).load()
from camel_tools.data import catalogue, CATALOGUE
print(os.environ.get("CAMELTOOLS_DATA"), catalogue.CT_DATA_DIR, CATALOGUE.version)
"""


def load_in_a_new_process(model: Path, home: Path, **environment: str) -> list[str]:
    """The variable after loading, the folder that camel_tools uses, and the version of its catalogue."""
    kept = {name: value for name, value in os.environ.items() if name != "CAMELTOOLS_DATA"}
    made = subprocess.run(
        [sys.executable, "-c", LOADING, str(model)], env=kept | {"HOME": str(home)} | environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return made.stdout.split()


def test_nothing_is_fetched_and_nothing_left_behind(model: Path, tmp_path: Path) -> None:
    variable, used, version = load_in_a_new_process(model, tmp_path)
    assert (variable, version) == ("None", "1.6")
    assert not Path(used).exists()
    assert [path.name for path in tmp_path.rglob("*")] == [".camel_tools"]


def test_a_catalogue_of_the_users_own_is_used(model: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "catalogue.json").write_text(json.dumps({"version": "mine", "packages": {}, "components": {}}))
    assert load_in_a_new_process(model, tmp_path, CAMELTOOLS_DATA=str(own)) == [str(own), str(own), "mine"]
    shutil.copytree(own, tmp_path / ".camel_tools", dirs_exist_ok=True)
    variable, _, version = load_in_a_new_process(model, tmp_path)
    assert (variable, version) == ("None", "mine")


def test_a_folder_of_the_users_own_without_a_catalogue_stays_empty(model: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    variable, used, version = load_in_a_new_process(model, tmp_path, CAMELTOOLS_DATA=str(own))
    assert (variable, version) == (str(own), "1.6")
    assert used != str(own)
    assert [*own.iterdir()] == []


def changed(model: Path, folder: Path, **fields: object) -> str:
    """The model with these fields in its configuration."""
    copy = Path(shutil.copytree(model, folder / "model"))
    config = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps(config | fields))
    return str(copy)


def test_what_is_no_model_for_it_is_said_in_one_line(model: Path, tmp_path: Path) -> None:
    wanted = "wanted a folder with a BERT token classifier of transformers and its tokenizer$"
    with pytest.raises(InputError, match=f"^model: found no folder nowhere, {wanted}"):
        CamelTools("nowhere").load()
    with pytest.raises(
        InputError, match=r"^[^\n]*config\.json: found No such file or directory, wanted a readable file$"
    ):
        CamelTools(str(tmp_path)).load()
    other = changed(model, tmp_path, model_type="roberta")
    with pytest.raises(InputError, match=f"^model: found a model of type roberta in [^\n]*, {wanted}"):
        CamelTools(other).load()


def test_a_broken_model_is_said_in_one_line(model: Path, tmp_path: Path) -> None:
    broken = Path(shutil.copytree(model, tmp_path / "broken"))
    (broken / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(
        InputError, match=r"^model: found [^\n]* in [^\n]*, wanted a folder with a BERT token classifier"
    ):
        CamelTools(str(broken)).load()


def test_a_model_that_reads_less_than_camel_tools_gives_is_refused(tmp_path: Path) -> None:
    camel.needs_camel_tools()
    with pytest.raises(
        InputError, match=r"^model: found a model that reads 64 word pieces in .*, wanted one that reads 256$"
    ):
        CamelTools(str(tiny.build(tmp_path))).load()


def test_weights_that_would_be_made_up_are_said(model: Path, tmp_path: Path) -> None:
    from transformers import BertModel

    copy = Path(shutil.copytree(model, tmp_path / "untrained"))
    BertModel.from_pretrained(model, add_pooling_layer=False).save_pretrained(copy)
    with pytest.raises(InputError, match=r"^model: found no weights for classifier\.bias, classifier\.weight in "):
        CamelTools(str(copy)).load()


def test_tags_that_scheme_or_map_do_not_know_are_refused(model: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^labels: found the labels GPE in the model, wanted those of camelbert$"):
        CamelTools(str(model), labels="camelbert").load()
    with pytest.raises(InputError, match=r"^scheme: found the tags B-PERS, .*, wanted tags of IO$"):
        CamelTools(str(model), scheme="IO").load()
    without = changed(model, tmp_path, id2label={str(number): f"B-{number}" for number in range(7)}, label2id=None)
    with pytest.raises(InputError, match=r"^model: found the tags B-0, .*, wanted O among them$"):
        CamelTools(without).load()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"overlap": 128}, "overlap: found 128, wanted a whole number from 0 to 127"),
        ({"overlap": -1}, "overlap: found -1, wanted a whole number from 0 to 127"),
        ({"batch_size": 0}, "batch_size: found 0, wanted a whole number from 1"),
    ],
)
def test_fields_are_checked(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=f"^{message}$"):
        CamelTools("x", **fields)


def test_a_document_that_fails_costs_only_itself(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = loaded(model)
    predict = runner._recognizer.predict

    def failing(windows: Sequence[Sequence[str]], batch_size: int) -> Any:
        if any("القاهرة" in window for window in windows):
            raise RuntimeError("out of memory")
        return predict(windows, batch_size)

    monkeypatch.setattr(runner._recognizer, "predict", failing)
    first, second, third = runner.predict(
        [Document("a", "في موسكو"), Document("b", "في القاهرة"), Document("c", "في موسكو")]
    )
    assert second.error is not None
    assert first.error is None
    assert first.annotation.entities
    assert first.annotation == third.annotation
