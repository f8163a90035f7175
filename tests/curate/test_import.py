"""Corrections that come back: what changed, why, and the version that is made of it."""

import csv
import io
import json
import os
import pty
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from harness.curate.build import build
from harness.curate.changes import Change, differences, dump_changes, with_reasons
from harness.curate.correcting import next_name
from harness.curate.reviews import open_reviewed
from harness.curate.tasks import curate
from harness.data import codec
from harness.data.types import Annotation, Claim, Entity, Example, InputError, Sentence
from harness.datasets.gold import GoldStandard
from tests.conftest import Harness
from tests.curate.small import AGREED, DOCUMENTS, EXTRA, decision, with_entity, write_release

FIRST, SECOND = DOCUMENTS
OFFICE = (AGREED[0].entities or ())[0]
WIDER = Entity(0, OFFICE.end, "OCC")


@pytest.fixture
def gold(tmp_path: Path) -> GoldStandard:
    """A version of two documents in which one pass had a mention that was decided against."""
    passes = {"a": with_entity(EXTRA), "b": AGREED}
    write_release(tmp_path / "gold" / "v1", passes, [decision(FIRST, EXTRA, "exclude")])
    version = GoldStandard("v1", str(tmp_path / "gold"))
    curate("build", version, None)
    return version


def edited(folder: Path, first: Annotation, documents: Sequence[int] = (0, 1)) -> Path:
    """A corrected copy of the version: the first document with `first`."""
    path = folder / "edited.jsonl"
    examples = [Example(FIRST, first), Example(SECOND, AGREED[1])]
    codec.write_examples(path, [examples[number] for number in documents])
    return path


def imported(harness: Harness, folder: Path, *more: str) -> Any:
    path = folder / "edited.jsonl"
    named = (f"root={folder}/gold", "version=v1", "dataset@edited=jsonl", f"edited.path={path}")
    return harness("curate", "import", *named, *more)


def corrected() -> Annotation:
    """The first document: a boundary moved, a mention removed, one added, a claim and a sentence changed."""
    layers = AGREED[0]
    entities = [WIDER, *(layers.entities or ())[1:3], Entity(34, 42, "DATE")]
    (claim,) = layers.claims or ()
    said = Claim(claim.content, claim.cue, claim.source, "سامي النجار", {**claim.attributes, "certainty": "hedged"})
    head, *rest = layers.sentences or ()
    return Annotation(tuple(entities), (said,), (Sentence(head.start, head.end, "NFS"), *rest))


def test_the_changes_are_shown_and_nothing_is_made_without_their_rules(
    harness: Harness, gold: GoldStandard, tmp_path: Path
) -> None:
    edited(tmp_path, corrected())
    done = imported(harness, tmp_path, "out=changes")
    assert done.code == 2
    assert "found 5 changes without a rule or a note" in done.err
    assert "fill in its columns rule and note and add changes=changes/changes.csv" in done.err
    for said in ("boundary", "added", "removed", "speaker, certainty", "label"):
        assert said in done.out
    # Of a claim only what is another now.
    assert "certainty: hedged" in done.out
    assert "polarity" not in done.out
    assert not (tmp_path / "gold" / "v2").exists()
    written = (tmp_path / "changes" / "changes.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(written)))
    assert [row["change"] for row in rows] == ["boundary", "added", "removed", "speaker, certainty", "label"]
    assert "<mark" in (tmp_path / "changes" / "changes.html").read_text(encoding="utf-8")
    assert "removed" in (tmp_path / "changes" / "changes.md").read_text(encoding="utf-8")


def test_a_table_that_was_filled_in_makes_the_next_version(
    harness: Harness, gold: GoldStandard, tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in gold.folder.rglob("*") if path.is_file()}
    edited(tmp_path, corrected())
    imported(harness, tmp_path, "out=changes")
    table = tmp_path / "changes" / "changes.csv"
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8-sig"))))
    for row in rows:
        row |= {"rule": "E2, B4", "note": f"سبب {row['change']}"}
    with table.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    done = imported(harness, tmp_path, f"changes={table}", "reviewer=سلمى")
    assert done.code == 0
    assert "v2: the speaker" in done.err
    assert "is new, and was added to speakers.json" in done.err
    following = GoldStandard("v2", str(tmp_path / "gold"))
    assert done.out.splitlines()[-1] == f"{following.folder}: 5 changes of v1"
    first = following.read()[0].gold
    assert first == Annotation(tuple(sorted(corrected().entities or ())), corrected().claims, corrected().sentences)
    assert {path: path.read_bytes() for path in before} == before
    kept = [json.loads(line) for line in (following.folder / "corrections.jsonl").read_text().splitlines()]
    assert [line["by"] for line in kept] == ["سلمى"] * 5
    assert kept[0]["rules"] == ["E2", "B4"]
    assert kept[2]["after"] is None
    manifest = json.loads((following.folder / "manifest.json").read_text())
    assert (manifest["version"], "corrections.jsonl" in manifest["sha256"]) == ("v2", True)
    assert json.loads((following.folder / "release.json").read_text())["corrects"] == "v1"
    assert "سامي النجار" in json.loads((following.folder / "speakers.json").read_text())
    # What was decided before still is, but for what was corrected.
    assert build(following.folder)["version"] == "v2"


def test_a_correction_can_undo_a_decision_and_the_next_one_undo_it_again(
    harness: Harness, gold: GoldStandard, tmp_path: Path
) -> None:
    layers = with_entity(EXTRA)[0]
    edited(tmp_path, layers)
    reason = ("rule=E2", "note=why")
    assert imported(harness, tmp_path, *reason).code == 0
    second = GoldStandard("v2", str(tmp_path / "gold"))
    assert EXTRA in (second.read()[0].gold.entities or ())
    (line,) = (second.folder / "adjudication.jsonl").read_text().splitlines()
    assert json.loads(line)["action"] == "include"
    edited(tmp_path, AGREED[0])
    named = ("dataset@edited=jsonl", f"edited.path={tmp_path}/edited.jsonl", f"root={tmp_path}/gold")
    assert harness("curate", "import", *named, "version=v2", *reason).code == 0
    third = GoldStandard("v3", str(tmp_path / "gold"))
    assert third.source.read_bytes() == gold.source.read_bytes()
    assert json.loads((third.folder / "adjudication.jsonl").read_text())["action"] == "exclude"


def test_only_the_documents_that_came_back_are_compared(harness: Harness, gold: GoldStandard, tmp_path: Path) -> None:
    edited(tmp_path, AGREED[0], documents=[0])
    done = imported(harness, tmp_path)
    assert (done.code, done.out) == (0, f"{gold.folder}: found no change, nothing was made\n")


def test_what_does_not_belong_to_the_version_is_refused(harness: Harness, gold: GoldStandard, tmp_path: Path) -> None:
    path = edited(tmp_path, AGREED[0])
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace(FIRST.id, "other"), encoding="utf-8")
    assert 'id: found "other", wanted a document of v1' in imported(harness, tmp_path).err
    path.write_text(whole.replace("المغرب يرحب", "المغرب رحب"), encoding="utf-8")
    assert imported(harness, tmp_path).code == 2
    edited(tmp_path, corrected())
    for more, wanted in (
        (("rule=E99", "note=x"), "nothing"),
        (("rule=E1",), "found 5 changes without a rule or a note"),
        (("rule=E1", "note=x", "into=v1"), "which exists, wanted a new name"),
        (("changes=gone.csv",), "gone.csv: found No such file"),
    ):
        done = imported(harness, tmp_path, *more)
        if wanted == "nothing":
            # There are no guidelines beside the version: any rule may be cited.
            assert done.code == 0
            os.rename(tmp_path / "gold" / "v2", tmp_path / "made")  # noqa: PTH104
        else:
            assert (done.code, wanted in done.err) == (2, True), done.err
    (tmp_path / "gold" / "guidelines.md").write_text("| id | rule |\n|---|---|\n| E1 | x |\n| B4 ✓ | y |\n")
    done = imported(harness, tmp_path, "rule=E99", "note=x")
    assert 'rule: found "E99", wanted a rule of guidelines.md' in done.err
    assert not [path for path in (tmp_path / "gold").iterdir() if path.name.startswith(".")]


def test_a_correction_that_breaks_a_rule_makes_nothing(harness: Harness, gold: GoldStandard, tmp_path: Path) -> None:
    start, end, kind, _ = OFFICE
    layers = Annotation((Entity(start, end - 1, kind), *(AGREED[0].entities or ())[1:]), *without_entities())
    edited(tmp_path, layers)
    done = imported(harness, tmp_path, "rule=E2", "note=why")
    assert done.code == 2
    assert "[B3]" in done.err
    assert "found 1 problem that v1 does not have, wanted none: nothing was made" in done.err
    assert [path.name for path in (tmp_path / "gold").iterdir()] == ["v1"]


def test_a_variant_of_a_speaker_is_no_new_speaker(harness: Harness, gold: GoldStandard, tmp_path: Path) -> None:
    (gold.folder / "speakers.json").write_text(json.dumps({"النجار": ["سامي النجار"], "اليابان": []}), encoding="utf-8")
    edited(tmp_path, corrected())
    done = imported(harness, tmp_path, "rule=E2", "note=why")
    assert done.code == 2
    assert "[F7]" in done.err
    assert not (tmp_path / "gold" / "v2").exists()


def test_a_fault_that_is_there_already_does_not_hide_another_like_it(
    harness: Harness, gold: GoldStandard, tmp_path: Path
) -> None:
    layers = AGREED[0]
    cut = [Entity(34, 37, "DATE"), Entity(34, 37, "TIME")]
    first = Annotation((*(layers.entities or ()), cut[0]), layers.claims, layers.sentences)
    write_release(tmp_path / "faulty" / "v1", {"a": (first, AGREED[1])})
    assert harness("curate", "build", f"root={tmp_path}/faulty").code == 0
    edited(tmp_path, Annotation((*(layers.entities or ()), *cut), layers.claims, layers.sentences))
    named = (
        "curate",
        "import",
        f"root={tmp_path}/faulty",
        "dataset@edited=jsonl",
        f"edited.path={tmp_path}/edited.jsonl",
    )
    done = harness(*named, "rule=E2", "note=why")
    assert "found 1 problem that v1 does not have" in done.err
    # The old one alone is no reason to refuse.
    edited(tmp_path, Annotation(first.entities, (), layers.sentences))
    assert harness(*named, "rule=E2", "note=why").code == 0


def test_what_was_passed_over_in_reading_is_said(harness: Harness, gold: GoldStandard, tmp_path: Path) -> None:
    lines = [
        {"doc_id": FIRST.id, "text": FIRST.text, "entities": [], "label": [], "speakers": {"0-1": "x"}},
    ]
    path = tmp_path / "all.jsonl"
    path.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), encoding="utf-8")
    named = (f"root={tmp_path}/gold", "dataset@edited=doccano", f"edited.path={path}", "rule=E1", "note=x")
    assert "1 speakers of contents that stand nowhere any more; passed over" in harness("curate", "import", *named).err


def without_entities() -> tuple[tuple[Claim, ...] | None, tuple[Sentence, ...] | None]:
    return AGREED[0].claims, AGREED[0].sentences


def test_a_person_at_a_terminal_is_asked(gold: GoldStandard, tmp_path: Path) -> None:
    edited(tmp_path, with_entity(EXTRA)[0])
    named = (f"root={tmp_path}/gold", "dataset@edited=jsonl", f"edited.path={tmp_path}/edited.jsonl")
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(tmp_path)
        os.execv(sys.executable, [sys.executable, "-m", "harness.cli.main", "curate", "import", *named])  # noqa: S606
    answers, shown = [b"E2\n", "السبب\n".encode()], b""
    try:
        while chunk := os.read(terminal, 1 << 12):
            shown += chunk
            if answers and shown.endswith((b"rule: ", b"note: ")):
                os.write(terminal, answers.pop(0))
    except OSError:
        # The other end is closed.
        pass
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0, shown.decode()
    (line,) = (tmp_path / "gold" / "v2" / "adjudication.jsonl").read_text(encoding="utf-8").splitlines()
    assert (json.loads(line)["rules"], json.loads(line)["note"]) == (["E2"], "السبب")


def test_items_are_paired_by_what_overlaps_most() -> None:
    def item(start: int, end: int, kind: str) -> str:
        return json.dumps({"start": start, "end": end, "text": "x" * (end - start), "type": kind})

    old = [item(0, 10, "ORG"), item(0, 4, "GPE"), item(20, 22, "PERS")]
    new = [item(0, 5, "GPE"), item(0, 9, "ORG"), item(30, 32, "PERS")]
    changes = differences({("d", "entities"): old}, {("d", "entities"): new})
    assert [(change.before, change.after) for change in changes] == [
        (old[0], new[1]),
        (old[1], new[0]),
        (old[2], None),
        (None, new[2]),
    ]
    assert [change.kind for change in changes] == ["boundary", "boundary", "removed", "added"]


def test_a_table_of_changes_is_no_formula_and_comes_back(tmp_path: Path) -> None:
    changes = [Change("=1+1", "entities", None, json.dumps({"start": 0, "end": 1, "text": "-", "type": "@x"}))]
    path = tmp_path / "changes.csv"
    path.write_bytes(dump_changes(changes).encode())
    (row,) = csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig")))
    assert row["document"] == "'=1+1"
    assert with_reasons(changes, path) == changes
    path.write_text("key,rule,note\n0000000000,E1,x\n")
    with pytest.raises(InputError, match=r'changes\.csv:2: key: found "0000000000", wanted the key of a change'):
        with_reasons(changes, path)
    path.write_text("key,rule\n")
    with pytest.raises(InputError, match=r"changes\.csv:1: found no column note"):
        with_reasons(changes, path)
    path.write_text('key,rule,note\n"x')
    with pytest.raises(InputError, match=r"changes\.csv:\d+: found .*wanted CSV"):
        with_reasons(changes, path)


def test_the_name_of_the_next_version() -> None:
    assert [next_name(name) for name in ("v1", "v9", "newswire-v12", "3")] == ["v2", "v10", "newswire-v13", "4"]
    with pytest.raises(InputError, match="into: found null for a version called 'final'"):
        next_name("final")


def test_what_annotators_marked_becomes_a_pass(harness: Harness, tmp_path: Path) -> None:
    write_release(tmp_path / "gold" / "v1", {"a": AGREED})
    edited(tmp_path, with_entity(EXTRA)[0])
    assert imported(harness, tmp_path, "annotator=b").code == 0
    assert json.loads((tmp_path / "gold" / "v1" / "release.json").read_text())["passes"] == ["a", "b"]
    agreement = harness("curate", "agreement", f"root={tmp_path}/gold", "out=kept")
    assert agreement.code == 0, agreement.err
    pair = json.loads((tmp_path / "kept" / "agreement.json").read_text())["pairs"]["a-b"]
    assert pair["entities"]["micro"]["second_only"] == 1
    for more, wanted in (
        (("annotator=b",), "which exists, wanted a new name"),
        (("annotator=../b",), "wanted a name of A-Z"),
    ):
        assert wanted in imported(harness, tmp_path, *more).err
    edited(tmp_path, AGREED[0], documents=[0])
    assert f"found no document {SECOND.id}, wanted all 2" in imported(harness, tmp_path, "annotator=c").err
    edited(tmp_path, Annotation(entities=()))
    assert (
        "found no claims, sentences, wanted entities, claims, sentences"
        in imported(harness, tmp_path, "annotator=c").err
    )


def test_one_pass_alone_can_be_built_but_has_no_agreement(harness: Harness, tmp_path: Path) -> None:
    write_release(tmp_path / "gold" / "v1", {"a": AGREED})
    assert harness("curate", "build", f"root={tmp_path}/gold").code == 0
    assert "found one pass, a, wanted at least two" in harness("curate", "agreement", f"root={tmp_path}/gold").err
    # A built version gets no further pass.
    edited(tmp_path, AGREED[0])
    assert "wanted a version that is being made" in imported(harness, tmp_path, "annotator=b").err


def test_nothing_to_import_is_said(harness: Harness, gold: GoldStandard, tmp_path: Path) -> None:
    done = harness("curate", "import", f"root={tmp_path}/gold")
    assert "edited: found null, wanted the corrected annotation, such as dataset@edited=label_studio" in done.err


def verdict(gold: GoldStandard, number: int, said: str, **more: object) -> dict[str, Any]:
    """What a person says of a mention of the first document."""
    reviewed = open_reviewed(gold)
    item = json.loads(reviewed.items[FIRST.id, "entities"][number])
    line: dict[str, Any] = {"document": FIRST.id, "layer": "entities", "item": item, "verdict": said, "to": None}
    line |= {"rules": ["E1"], "note": "why", "reviewer": "Nour", "date": "2026-12-01", "gold_sha256": reviewed.sha256}
    return line | more


def test_a_review_makes_the_next_version_and_is_kept(harness: Harness, gold: GoldStandard, tmp_path: Path) -> None:
    path = tmp_path / "review-Nour.jsonl"
    first = verdict(gold, 0, "change", to={"start": 0, "end": 10, "text": FIRST.text[:10], "type": "OCC"})
    lines = [first, verdict(gold, 1, "accept", rules=[], note=""), verdict(gold, 2, "exclude")]
    path.write_text("".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines), encoding="utf-8")
    done = harness("curate", "import", f"root={tmp_path}/gold", f"review={path}")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Nour: 1 change, 1 accept, 1 exclude\n")
    following = GoldStandard("v2", str(tmp_path / "gold"))
    assert WIDER in (following.read()[0].gold.entities or ())
    assert (following.folder / "reviews" / "Nour.jsonl").read_text(encoding="utf-8") == path.read_text(encoding="utf-8")
    # Acceptance alone changes nothing, and is kept all the same; both reviews stand one behind the other.
    path.write_text(json.dumps(verdict(following, 0, "accept", rules=[], note="")), encoding="utf-8")
    done = harness("curate", "import", f"root={tmp_path}/gold", "version=v2", f"review={path}")
    assert done.code == 0, done.err
    third = GoldStandard("v3", str(tmp_path / "gold"))
    assert third.source.read_bytes() == following.source.read_bytes()
    assert len((third.folder / "reviews" / "Nour.jsonl").read_text(encoding="utf-8").splitlines()) == 4
    path.write_text("", encoding="utf-8")
    done = harness("curate", "import", f"root={tmp_path}/gold", f"review={path}")
    assert "found no line, wanted the verdicts of a review" in done.err


def test_a_review_of_a_version_that_is_being_made_decides_it(harness: Harness, tmp_path: Path) -> None:
    write_release(tmp_path / "gold" / "v1", {"a": with_entity(EXTRA), "b": AGREED})
    version = GoldStandard("v1", str(tmp_path / "gold"))
    number = next(
        place
        for place, item in enumerate(open_reviewed(version).items[FIRST.id, "entities"])
        if json.loads(item)["type"] == "PERS" and json.loads(item)["start"] == EXTRA.start
    )
    path = tmp_path / "review-Nour.jsonl"
    path.write_text(json.dumps(verdict(version, number, "accept", rules=[], note="")), encoding="utf-8")
    named = ("curate", "import", f"root={tmp_path}/gold", f"review={path}")
    assert "without a rule or a note, wanted both: rule= and note=" in harness(*named).err
    done = harness(*named, "rule=E1", "note=seen")
    assert done.out.endswith("adjudication.jsonl: 1 decision added\n"), done.err
    assert harness("curate", "build", f"root={tmp_path}/gold").code == 0
    assert EXTRA in (version.read()[0].gold.entities or ())
