"""The whole way of a review: the page in a browser, the file that it saves, the next version, what its scores say."""

import json
import shutil
from pathlib import Path

import pytest

from harness.data.files import resource
from harness.datasets.gold import PROVENANCE, GoldStandard, reviewed
from tests.browser import launched, opened
from tests.conftest import Harness

pytest.importorskip("playwright.sync_api")


def test_twelve_items_from_the_page_to_the_next_version_and_its_scores(harness: Harness, tmp_path: Path) -> None:
    gold = Path(shutil.copytree(resource("gold"), tmp_path / "gold"))
    root = f"root={gold}"
    assert reviewed(gold / "v1") is None
    assert harness("curate", "suggest", root, "out=.").code == 0
    made = harness("curate", "review", root, "reviewer=Nour", "suggestions=suggestions.jsonl", "out=.")
    assert (made.code, made.err) == (0, "")
    assert "801 items (13 disputed, 788 agreed)" in made.out
    with launched() as browser:
        seen = opened(browser, tmp_path / "review-Nour.html")
        keys = seen.page.keyboard
        for key in ["a"] * 9:
            keys.press(key)
        # The three that are left are mentions: one gets another type, one goes, one is flagged.
        seen.page.select_option("#by-layer", "entities")
        seen.page.select_option("#by-state", "agreed")
        for key, fields in (("c", 6), ("x", 0), ("f", 0)):
            keys.press(key)
            for _ in range(fields):
                keys.press("Tab")
            if fields:
                for name in ("ArrowDown", "Tab"):
                    keys.press(name)
            keys.type("E20")
            keys.press("Tab")
            keys.press("Tab")
            keys.type("للتجربة")
            keys.press("Control+Enter")
        with seen.page.expect_download() as waiting:
            keys.press("s")
        waiting.value.save_as(tmp_path / "review-Nour.jsonl")
        assert seen.said == []
    done = harness("curate", "import", root, "review=review-Nour.jsonl")
    assert done.code == 0, done.err
    assert "9 accept, 1 change, 1 exclude, 1 flag" in done.out
    manifest = json.loads((gold / "v2" / "manifest.json").read_text(encoding="utf-8"))
    # The excluded item is none of the version's any more.
    assert manifest["review"] == {"items": 800, "seen": 11, "flagged": 1, "reviewers": {"Nour": 11}}
    assert "reviews/Nour.jsonl" in manifest["sha256"]
    assert harness("curate", "validate", root, "version=v2").code == 0
    built = harness("curate", "build", root, "version=v2", "out=again")
    assert built.code == 0, built.err
    assert (tmp_path / "again" / "manifest.json").read_bytes() == (gold / "v2" / "manifest.json").read_bytes()

    said = "reviewed by a person: 11 of 800 items (Nour 11; 1 flagged)"
    examples = GoldStandard("v2", str(gold)).read()
    note = GoldStandard("v2", str(gold)).passes([example.document for example in examples]).note
    assert said in note
    assert "no person" not in note
    agreement = harness("curate", "agreement", root, "version=v2", "out=agreed")
    assert said in (tmp_path / "agreed" / "agreement.json").read_text(encoding="utf-8"), agreement.out
    score = ("runner=rules", "tracker=none", "analysis.enabled=false", "bootstrap.resamples=20", f"dataset.root={gold}")
    ran = harness("evaluate", *score, "dataset.version=v2", "hydra.run.dir=run")
    assert ran.code == 0, ran.err
    assert said in (tmp_path / "run" / "scores.json").read_text(encoding="utf-8")
    assert harness("report", "run", "tracker=none", "out=report").code == 0
    assert any(said in path.read_text(encoding="utf-8") for path in (tmp_path / "report").rglob("*.html"))

    # A second review, of the next version: what was seen stays seen.
    assert harness("curate", "review", root, "version=v2", "reviewer=Sami", "out=.").code == 0
    line = json.loads((tmp_path / "review-Nour.jsonl").read_text(encoding="utf-8").splitlines()[0])
    line |= {"reviewer": "Sami", "gold_sha256": manifest["sha256"]["gold.jsonl"]}
    (tmp_path / "review-Sami.jsonl").write_text(json.dumps(line), encoding="utf-8")
    assert harness("curate", "import", root, "version=v2", "review=review-Sami.jsonl").code == 0
    assert reviewed(gold / "v3") == "reviewed by a person: 11 of 800 items (Nour 11, Sami 1; 1 flagged)"


def test_a_version_that_nobody_reviewed_says_what_it_said(tmp_path: Path) -> None:
    version = GoldStandard()
    documents = [example.document for example in version.read()]
    assert version.passes(documents).note == PROVENANCE
    assert "reviewed by no person" in PROVENANCE
    assert (version.remarks, GoldStandard("newswire-v1").remarks) == ((), ())
    # Without several passes no agreement is shown: a remark says it then.
    folder = tmp_path / "v1"
    folder.mkdir()
    review = {"items": 3, "seen": 2, "flagged": 0, "reviewers": {"Nour": 2}}
    (folder / "manifest.json").write_text(json.dumps({"review": review}), encoding="utf-8")
    assert GoldStandard("v1", str(tmp_path)).remarks == ("v1: reviewed by a person: 2 of 3 items (Nour 2)",)
