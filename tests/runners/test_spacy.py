"""What a pipeline of spaCy marks, as mentions: entities, groups of spans, pieces of long texts, proclitics."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.arabic.segment import sentences
from harness.data.types import Annotation, Document, Entity, InputError
from harness.runners.spacy import Spacy
from tests.conftest import Harness
from tests.runners.contract import NEWS
from tests.runners.pipelines import INSIDE, MENTIONS, SENTENCE, build, build_ruler


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A pipeline with an ner and a spancat that know one sentence by heart."""
    return str(build(tmp_path_factory.mktemp("learned")))


@pytest.fixture(scope="module")
def listing(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A pipeline that finds words by a list."""
    return str(build_ruler(tmp_path_factory.mktemp("listing"), GPE="موسكو وموسكو ولروسيا لبنان مُوسْكُو", SIGN=": —"))


def read(runner: Spacy, text: str) -> Annotation:
    """What `runner`, now loaded, answers for `text`."""
    runner.load()
    (prediction,) = runner.predict([Document("a", text)])
    assert prediction.error is None
    return prediction.annotation


def mentions(runner: Spacy, text: str) -> list[tuple[str, str]]:
    """The mentions with their types."""
    return [(text[start:end], kind) for start, end, kind, _ in read(runner, text).entities or ()]


def test_entities_and_groups_of_spans_are_read(learned: str) -> None:
    assert mentions(Spacy(learned), SENTENCE) == list(MENTIONS)
    both = mentions(Spacy(learned, spans=["sc"]), SENTENCE)
    assert sorted(both) == sorted([*MENTIONS, *INSIDE]), "mentions inside others are kept, no mention stands twice"
    assert sorted(mentions(Spacy(learned, ents=False, spans=["sc"]), SENTENCE)) == sorted(both)


def test_spans_have_the_scores_of_the_pipeline_and_entities_none(learned: str) -> None:
    import spacy

    assert {entity.score for entity in read(Spacy(learned), SENTENCE).entities or ()} == {None}
    doc = spacy.load(learned)(SENTENCE)
    group = doc.spans["sc"]
    wanted = {
        (span.start_char, span.end_char, span.label_): float(score)
        for span, score in zip(group, group.attrs["scores"], strict=True)
    }
    found = read(Spacy(learned, spans=["sc"]), SENTENCE).entities
    assert found is not None
    assert {entity[:3]: entity.score for entity in found} == wanted


def test_a_group_that_no_document_has_is_said(learned: str) -> None:
    runner = Spacy(learned, spans=["sc", "ruler"])
    read(runner, SENTENCE)
    assert runner.remarks == ["spacy: found no spans under ruler in any document; there is sc"]
    read(runner, "")
    assert runner.remarks == [], "nothing was read"


def test_mentions_begin_behind_proclitics_unless_told_otherwise(listing: str) -> None:
    text = "قال وموسكو ولروسيا لبنان"
    assert mentions(Spacy(listing), text) == [("موسكو", "GPE"), ("روسيا", "GPE"), ("لبنان", "GPE")]
    as_tokens = [("وموسكو", "GPE"), ("ولروسيا", "GPE"), ("لبنان", "GPE")]
    assert mentions(Spacy(listing, clitics=False), text) == as_tokens


def test_what_is_no_mention_counts_as_wrong(listing: str) -> None:
    runner = Spacy(listing)
    text = "قال: موسكو —"
    annotation = read(runner, text)
    assert [(item.layer, item.label, item.quote, item.at) for item in annotation.unplaced] == [
        ("entities", "SIGN", ":", 3),
        ("entities", "SIGN", "—", 11),
    ]
    assert annotation.entities == (Entity(5, 10, "GPE"),)
    assert runner.figures == {"unaligned": 2.0}
    assert runner.remarks == ["spacy: found 2 answers without a letter or a digit; counted as wrong"]


def test_a_text_is_respelled_before_it_is_read(listing: str) -> None:
    typed = "قالَ مـــوسكو، \u200fمُوسْكُو"
    assert mentions(Spacy(listing), typed) == []
    assert mentions(Spacy(listing, normalise="plain"), typed) == [("مـــوسكو", "GPE"), ("مُوسْكُو", "GPE")]


def test_a_text_longer_than_the_pipeline_allows_is_read_to_its_end(learned: str) -> None:
    runner = Spacy(learned, window=len(SENTENCE) + 5)
    text = "\n".join([SENTENCE] * 3)
    assert mentions(runner, text) == list(MENTIONS) * 3
    assert runner.remarks == [
        "spacy: found 1 documents of more characters than are read at once; "
        f"read in pieces of at most {len(SENTENCE) + 5}, cut between sentences"
    ]
    whole = Spacy(learned)
    whole.load()
    whole._reader.nlp.max_length = whole._reader.limit = 200
    assert len(mentions(whole, text)) == 3 * len(MENTIONS)


@pytest.mark.parametrize("window", [1, 2, 7, 20, 60, 150])
@pytest.mark.parametrize(
    "text", [NEWS, "قَالَ مُوسْكُو " * 3, "القاهرة" * 9, "موسكو\n\n\n" * 4, "a" * 30 + " " * 30 + "b" * 30]
)
def test_pieces_hold_all_words_and_end_between_sentences_where_they_can(listing: str, window: int, text: str) -> None:
    runner = Spacy(listing, window=window)
    runner.load()
    pieces = runner._reader._cut(text)
    if len(text) <= window:
        assert pieces == [(0, text, False)]
        return
    assert all(text[start : start + len(piece)] == piece for start, piece, _ in pieces)
    assert max(len(piece) for _, piece, _ in pieces) <= window
    ends = [start + len(piece) for start, piece, _ in pieces]
    assert all(end <= following.start for end, following in zip(ends, pieces[1:], strict=False))
    assert "".join("".join(piece for _, piece, _ in pieces).split()) == "".join(text.split())
    whole = {sentence.end for sentence in sentences(text)}
    assert [breaks for _, _, breaks in pieces] == [end not in whole for end in ends]
    assert not any(breaks for _, _, breaks in pieces) or max(end - start for start, end in sentences(text)) > window


def test_a_document_that_fails_costs_nothing_but_itself(learned: str, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Spacy(learned, window=len(SENTENCE) + 5)
    runner.load()
    nlp = runner._reader.nlp
    pipe = nlp.pipe

    def failing(texts: list[str], **options: Any) -> Any:
        for text, doc in zip(texts, pipe(texts, **options), strict=True):
            if text == "عطل":
                raise ValueError("broken")
            yield doc

    monkeypatch.setattr(nlp, "pipe", failing)
    texts = ["\n".join([SENTENCE] * 3), "عطل", SENTENCE]
    predictions = list(runner.predict([Document(str(number), text) for number, text in enumerate(texts)]))
    assert [prediction.error is None for prediction in predictions] == [True, False, True]
    assert [len(prediction.annotation.entities or ()) for prediction in predictions] == [12, 0, 4]
    assert runner.remarks[0].startswith("spacy: found 1 documents of more characters")


def test_labels_are_those_of_the_map(learned: str, tmp_path: Path) -> None:
    assert {kind for _, kind in mentions(Spacy(learned, labels="wojood21"), SENTENCE)} == {"PERS", "GPE", "ORG"}
    message = r"labels: found 'GPE' in the component ner, wanted only those of anercorp@1"
    with pytest.raises(InputError, match=message):
        Spacy(learned, labels="anercorp").load()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"window": 0}, "window: found 0, wanted null or a whole number from 1"),
        ({"ents": False}, "spans: found none and ents=false, wanted one of the two to read answers from"),
    ],
)
def test_fields_that_do_not_fit_are_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        Spacy("x", **fields)


def test_what_is_no_pipeline_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        InputError, match="pipeline: found 'ar_none', wanted a folder or the name of an installed package"
    ):
        Spacy("ar_none").load()
    with pytest.raises(InputError, match=r"pipeline: found 'blank:ar', wanted"):
        Spacy("blank:ar").load()
    with pytest.raises(InputError, match=r"found .*meta\.json.*, wanted a pipeline that spacy\.load reads"):
        Spacy(str(tmp_path)).load()
    empty = build_ruler(tmp_path / "empty")
    import spacy

    spacy.blank("ar").to_disk(empty)
    with pytest.raises(InputError, match="found a pipeline without components, wanted one that finds entities"):
        Spacy(str(empty)).load()
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(InputError, match=r"runner: found no spacy, wanted it installed: pip install .*\[spacy\]"):
        Spacy(str(empty)).load()


def test_a_folder_comes_before_a_package_of_its_name(
    listing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A package of that name is installed; it is no pipeline.
    Path(listing).rename(tmp_path / "numpy")
    try:
        monkeypatch.chdir(tmp_path)
        assert mentions(Spacy("numpy"), "موسكو") == [("موسكو", "GPE")]
    finally:
        (tmp_path / "numpy").rename(listing)


def test_the_pipeline_is_told_by_its_files(learned: str, listing: str) -> None:
    told = []
    for folder in (learned, listing):
        runner = Spacy(folder)
        runner.load()
        told.append(runner.provenance)
    assert str(told[0]["package"]).startswith("spacy 3.")
    assert told[0]["components"] == {"ner": "ner", "spancat": "spancat"}
    files = told[0]["files_sha256"]
    assert isinstance(files, dict)
    assert {"config.cfg", "ner/model", "spancat/model"} <= {*files}
    assert files != told[1]["files_sha256"]


def test_it_is_evaluated_by_the_program(harness: Harness, learned: str, tmp_path: Path) -> None:
    spans = [{"start": SENTENCE.index(text), "end": SENTENCE.index(text) + len(text), "text": text, "type": kind}
             for text, kind in MENTIONS]  # fmt: skip
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"id": "a", "text": SENTENCE, "entities": spans}, ensure_ascii=False) + "\n", "utf-8")
    done = harness(
        "evaluate", "dataset=jsonl", f"dataset.path={gold}", "runner=spacy", f"runner.pipeline={learned}",
        "tracker=none", "bootstrap.resamples=50", "hydra.run.dir=out",
    )  # fmt: skip
    assert done.code == 0, done.err
    scores = json.loads((tmp_path / "out" / "scores.json").read_text(encoding="utf-8"))
    assert scores["scorers"]["entities_strict"]["measures"]["micro/f1"]["value"] == 1.0
    assert scores["figures"] == {"unaligned": 0.0}


def test_the_package_is_imported_when_a_pipeline_is_loaded() -> None:
    code = "import sys, harness.runners.spacy; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
