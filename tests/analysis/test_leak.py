"""Training text in what is scored: how it is read, what is reported, and that scores apart are those of subsets."""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.analysis.leak import Leak
from harness.api.evaluating import evaluate
from harness.api.loading import Corpus, load
from harness.api.reporting import report
from harness.data.types import Document, InputError
from harness.runs.overlap import overlap_metrics, overlap_sheets
from harness.tracking.fields import metrics_of
from tests.conftest import Harness

TEXT = "زار الوزير مدينة القاهرة أمس مع وفد كبير من الوزراء"
QUICK = ["bootstrap.resamples=100"]


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """Sixty sentences of newswire."""
    return load("newswire").subset(slice="0:60")


@pytest.fixture(scope="module")
def training(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that has the first 20 of them whole, and the longest of the last ten by its middle."""
    path = tmp_path_factory.mktemp("training") / "train.jsonl"
    longest = max(corpus.documents[50:], key=lambda document: len(document.text.split()))
    texts = [document.text for document in corpus.documents[:20]] + [" ".join(longest.text.split()[2:-2])]
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def run(corpus: Corpus, training: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The rules on them."""
    out = tmp_path_factory.mktemp("run") / "run"
    return evaluate(corpus, out=out, overrides=[*QUICK, f"analysis.leak.path={training}"])


@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("jsonl", json.dumps({"text": TEXT, "other": 1}) + "\n"),
        ("conll", "".join(f"{word}\tO\n" for word in TEXT.split())),
        ("conll", "# comment\n-DOCSTART- O\n\n" + "".join(f"{word} B-PERS O\n\n" for word in TEXT.split())),
        ("text", f"عنوان\n{TEXT}\n"),
    ],
)
def test_the_text_of_each_format_is_read(form: Any, content: str, tmp_path: Path) -> None:
    (tmp_path / "train").write_text(content, encoding="utf-8")
    leak = Leak(str(tmp_path / "train"), form)
    found = leak.of([Document("a", f"ثم {TEXT}"), Document("b", "لا شيء")])
    assert found is not None
    assert [told.shared for told in found] == [3, 0]
    assert [leak.overlaps(told) for told in found] == [True, False]


def test_a_column_holds_the_tokens(tmp_path: Path) -> None:
    lines = [f"{number}\t{word}\t_" for number, word in enumerate(TEXT.split())]
    (tmp_path / "train.conllu").write_text("\n".join(lines), encoding="utf-8")
    found = Leak(str(tmp_path / "train.conllu"), "conll", column=1).of([Document("a", TEXT)])
    assert found is not None
    assert found[0].shared == found[0].runs == 3
    with pytest.raises(InputError, match=r"conllu:1: found 3 columns, wanted a token in the one numbered 5; .*column"):
        Leak(str(tmp_path / "train.conllu"), "conll", column=5)


@pytest.mark.parametrize(
    ("form", "content", "message"),
    [
        ("jsonl", "كلمة\tO\n", r"wanted one JSON object in UTF-8; analysis.leak.format=conll or text reads others"),
        ("jsonl", '{"text": 1}\n', "text: found 1, wanted the text"),
        ("conll", '{"text": "x"}\n', "found JSON, wanted text; analysis.leak.format=jsonl"),
        ("text", '{"text": "x"}\n', "found JSON, wanted text; analysis.leak.format=jsonl"),
        ("text", "كلمة\tO\n" * 4, "found columns, wanted text; analysis.leak.format=conll"),
        ("text", "\n\n", "found no text in .*train, wanted training text"),
        ("jsonl", "", "found no text in .*train, wanted training text"),
    ],
)
def test_another_format_is_told_before_anything_runs(form: Any, content: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "train").write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        Leak(str(tmp_path / "train"), form)


@pytest.mark.parametrize(("fields", "message"), [({"path": "no"}, "no file no"), ({"words": 0}, "words: found 0"),
                                                 ({"column": -1}, "column: found -1")])  # fmt: skip
def test_a_field_that_cannot_be_used_is_refused(fields: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Leak(**fields)


def test_a_document_that_is_shorter_than_a_run_overlaps_if_it_is_copied_whole(tmp_path: Path) -> None:
    (tmp_path / "train").write_text("قال إنه سعيد.\n", encoding="utf-8")
    leak = Leak(str(tmp_path / "train"), "text")
    found = leak.of([Document("a", "قال انه سعيد"), Document("b", "قال انه سعيد. ثم نام."), Document("c", "")])
    assert found is not None
    assert [leak.overlaps(told) for told in found] == [True, False, False]


def test_documents_with_shared_text_are_counted_and_named(run: Any, corpus: Corpus) -> None:
    leak = run.opened.scores.leak
    assert leak == json.loads((run.folder / "analysis.json").read_text())["leak"]
    longest = max(corpus.documents[50:], key=lambda document: len(document.text.split()))
    assert leak["documents"] == 60
    assert leak["contained"] == {"documents": 20, "share": pytest.approx(20 / 60)}
    assert leak["overlapping"] == {"documents": 21, "share": pytest.approx(21 / 60)}
    assert len(leak["worst"]) == 10
    assert all(row["contained"] and row["shared"] == row["runs"] for row in leak["worst"])
    assert longest.id not in [row["document"] for row in leak["worst"]]


def test_scores_apart_are_those_of_the_documents_alone(run: Any, corpus: Corpus, tmp_path: Path) -> None:
    longest = max(corpus.documents[50:], key=lambda document: len(document.text.split())).id
    chosen = [document.id for document in corpus.documents[:20]] + [longest]
    alone = evaluate(corpus.subset(ids=chosen), out=tmp_path / "alone", overrides=QUICK)
    for scorer, measures in run.opened.scores.leak["scores"].items():
        for measure, sides in measures.items():
            wanted = alone.opened.scores.scorers[scorer].measures[measure]
            assert tuple(sides["with"].values()) == (*wanted[:3], 21), (scorer, measure)
            assert sides["without"]["documents"] == 39


def test_it_is_shown_in_tables_metrics_and_the_report(run: Any, training: Path, tmp_path: Path) -> None:
    apart, listed = overlap_sheets(run.opened.scores)
    assert apart.caption == f"Overlap with {training.name}, documents: 60"
    assert [column.heading for column in apart.columns][2::2] == ["without (39)", "with (21)"]
    assert apart.notes[0].startswith("with: 21 (0.350) documents share 8 words in a row with it")
    assert len(listed.rows) == 10
    metrics = metrics_of(run.opened.scores)
    assert metrics["overlap/overlapping_documents"] == 21
    told = run.opened.scores.leak["scores"]["entities_strict"]["micro/f1"]
    assert metrics["overlap/entities_strict/micro/f1/without"] == told["without"]["value"]
    report(run.folder, out=tmp_path / "page")
    page = next((tmp_path / "page").rglob("*.html")).read_text(encoding="utf-8")
    assert "Overlap with" in page
    assert "that share most with" in page


def test_without_training_text_nothing_is_said(tmp_path: Path) -> None:
    run = evaluate("gold", out=tmp_path / "run", overrides=QUICK)
    assert "leak" not in json.loads((tmp_path / "run" / "scores.json").read_text())
    assert "leak" not in json.loads((tmp_path / "run" / "analysis.json").read_text())
    assert overlap_sheets(run.opened.scores) == []
    assert not [name for name in metrics_of(run.opened.scores) if name.startswith("overlap")]


def test_of_one_kind_alone_the_other_is_undefined(harness: Harness, tmp_path: Path) -> None:
    (tmp_path / "train.txt").write_text("لا شيء من هذا\n", encoding="utf-8")
    done = harness(
        "evaluate", "tracker=none", f"hydra.run.dir={tmp_path / 'run'}", *QUICK, "analysis.leak.path=train.txt",
        "analysis.leak.format=text",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert "Overlap with train.txt, documents: 5" in done.out
    assert "no documents" in done.out
    assert "that share most" not in done.out
    leak = json.loads((tmp_path / "run" / "scores.json").read_text())["leak"]
    side = leak["scores"]["claims"]["relation/f1"]["with"]
    assert side == {"value": None, "low": None, "high": None, "documents": 0}
    assert "entities_strict/micro/f1/with" not in overlap_metrics(leak)
