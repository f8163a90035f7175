"""A scorer, a runner and a data set of a user's own: a module and a yaml each, in folders of the user's."""

import json
from pathlib import Path

import pytest

from tests.conftest import Harness, Sample

SCORER = '''
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from harness.scoring.table import ratio, tally


@dataclass(frozen=True)
class Touched:
    """The share of gold mentions that share a character with any predicted one."""

    layer: ClassVar[str] = "entities"

    least: int = 1

    def counts(self, corpus):
        gold, predicted = corpus.gold_entities, corpus.predicted_entities
        shared = [
            (np.minimum(end, predicted.ends) - np.maximum(start, predicted.starts)).max(initial=0) >= self.least
            for start, end in zip(gold.starts, gold.ends, strict=True)
        ]
        units = corpus.units.of(gold.starts)
        counted = {"gold": (units, None), "hit": (units[np.array(shared, dtype=bool)], None)}
        return tally(list(counted), len(corpus.units), counted)

    def scores(self, totals, whole):
        return {"micro/recall": ratio(totals["hit"], totals["gold"])}

    def support(self, totals):
        return {"micro": totals["gold"]}
'''
RUNNER = '''
from dataclasses import dataclass
from pathlib import Path

from harness.data.codec import read_predictions
from harness.data.types import Annotation, Prediction


@dataclass(frozen=True)
class Silent:
    """Finds nothing, and says what its field was."""

    corpus_file: Path
    name: str = "silent"

    def load(self):
        assert isinstance(self.corpus_file, Path)
        self.corpus_file.with_name("seen").write_text(self.corpus_file.name)

    def predict(self, documents):
        return (Prediction(document.id, Annotation((), (), ()), 0.0) for document in documents)
'''
DATASET = '''
from dataclasses import dataclass

from harness.datasets.jsonl import JsonLines


@dataclass(frozen=True)
class Half(JsonLines):
    """Every second document."""

    @property
    def name(self):
        return "half"

    @property
    def source(self):
        return None

    def read(self):
        return JsonLines(self.path).read()[::2]
'''


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder with the package `mine`, whose folder `conf` holds a yaml for each part."""
    package = tmp_path / "mine"
    (package / "conf").mkdir(parents=True)
    (package / "__init__.py").touch()
    parts = {
        ("scorer", "touched"): (SCORER, "_target_: mine.scorer.Touched\nleast: 1\n"),
        ("runner", "silent"): (RUNNER, "_target_: mine.runner.Silent\ncorpus_file: ???\n"),
        ("dataset", "half"): (DATASET, "_target_: mine.dataset.Half\npath: ???\n"),
    }
    for (group, name), (module, content) in parts.items():
        (package / f"{group}.py").write_text(module)
        (package / "conf" / group).mkdir()
        (package / "conf" / group / f"{name}.yaml").write_text(content)
    return tmp_path


@pytest.mark.parametrize(
    "where", ["--config-dir=mine/conf", "hydra.searchpath=[mine/conf]", "hydra.searchpath=[pkg://mine.conf]"]
)
def test_parts_of_a_users_own_are_named_as_shipped_ones_are(
    harness: Harness, sample: Sample, own: Path, where: str
) -> None:
    if "pkg" in where:
        (own / "mine" / "conf" / "__init__.py").touch()
    (own / "a=b, 1e3").touch()
    done = harness(
        "evaluate", where, "packages=[harness,mine]", "dataset=half", f"dataset.path={sample.gold}", "runner=silent",
        "runner.corpus_file=a=b, 1e3", "scorer=[touched,entities_strict]", "scorer.touched.least=2", "baselines=[]",
        "bootstrap.resamples=20", "tracker=none", "hydra.run.dir=out", PYTHONPATH=f"{own}:{Path.cwd()}",
    )  # fmt: skip
    assert done.code == 0, done.err
    scores = json.loads((own / "out" / "scores.json").read_text())
    assert (scores["runner"], scores["documents"]) == ("silent", 3)
    assert scores["dataset"].startswith("half#")
    assert scores["scorers"].keys() == {"touched", "entities_strict"}
    assert scores["scorers"]["touched"]["measures"]["micro/recall"]["value"] == 0
    assert scores["scorers"]["touched"]["signature"].startswith("touched(least=2)|gold:half#")
    assert (own / "seen").read_text() == "a=b, 1e3"


def test_a_scorers_file_that_holds_its_own_name_is_read_too(harness: Harness, sample: Sample, own: Path) -> None:
    (own / "mine" / "conf" / "scorer" / "touched.yaml").write_text("touched:\n  _target_: mine.scorer.Touched\n")
    arguments = ("packages=[harness,mine]", "scorer=[touched,touched(least=3)]", "--config-dir", "mine/conf")
    shown = harness("evaluate", *arguments, "--cfg", "job", "-p", "scorer", PYTHONPATH=f"{own}:{Path.cwd()}")
    assert shown.code == 0, shown.err
    assert shown.out == (
        "touched:\n  _target_: mine.scorer.Touched\ntouched(least=3):\n  _target_: mine.scorer.Touched\n  least: 3\n"
    )


def test_a_folder_of_parts_that_is_not_there_is_one_line(harness: Harness) -> None:
    done = harness("evaluate", "--config-dir", "nowhere")
    assert done.code == 2
    assert done.err.splitlines() == [
        "harness evaluate: --config-dir: found no folder nowhere, wanted one that holds groups of parts"
    ]


@pytest.mark.parametrize("launcher", ["basic", "joblib"])
def test_scorers_with_options_stand_under_their_text(
    harness: Harness, sample: Sample, tmp_path: Path, launcher: str
) -> None:
    swept = (f"hydra/launcher={launcher}", "scorer=claims(threshold=0.5),claims(threshold=0.7)", "experiment=swept")
    done = harness("evaluate", "-m", *sample.overrides, *swept, "tracker=none", "baselines=[]")
    assert done.code == 0, done.err
    runs = sorted((tmp_path / "runs" / "swept").glob("*/scores.json"))
    shown = [list(json.loads(path.read_text())["scorers"]) for path in runs]
    assert sorted(shown) == [["claims(threshold=0.5)"], ["claims(threshold=0.7)"]]
    assert all(
        name[0] in record.read_text()
        for name, record in zip(shown, [p.with_name("provenance.json") for p in runs], strict=True)
    )


def test_scorers_with_options_work_in_every_command(
    harness: Harness, sample: Sample, store: Path, tmp_path: Path
) -> None:
    scorers = "scorer=[entities_strict,entities_strict(boundary=char),claims(threshold=0.6)]"
    fast = (scorers, "bootstrap.resamples=50", f"tracker.store={store}")
    for name in ("a", "b"):
        done = harness("evaluate", *sample.overrides, *fast, f"hydra.run.dir={name}")
        assert (done.code, done.err) == (0, ""), done.err
    scores = json.loads((tmp_path / "a" / "scores.json").read_text())["scorers"]
    assert list(scores) == ["entities_strict", "entities_strict(boundary=char)", "claims(threshold=0.6)"]
    assert scores["entities_strict(boundary=char)"]["signature"].startswith("entities_strict(boundary=char)|")
    assert scores["claims(threshold=0.6)"]["signature"].startswith("claims(threshold=0.6)|")
    done = harness("compare", "a", "b", "trials=50", *fast)
    assert (done.code, done.err) == (0, ""), done.err
    record = json.loads((tmp_path / "b" / "compare.json").read_text())
    assert {row["scorer"] for row in record["headlines"]["rows"]} == set(scores)
    done = harness("report", "a", *fast)
    assert (done.code, done.err) == (0, ""), done.err
    assert "claims(threshold=0.6)" in (tmp_path / "a" / "report.html").read_text()
    done = harness("gate", "a", "task=bless", "--baseline", "base", *fast)
    assert (done.code, done.err) == (0, ""), done.err
    wanted = ("entities_strict_char", "entities_uncommon", "entities_distinct", "claims", "checkworthy")
    more = f"{scorers[:-1]},{','.join(wanted)}]"
    judged = ("policy.rules.claims.scorer=claims(threshold=0.6)", "--out", "verdict")
    done = harness("gate", "b", "--baseline", "base", *fast, more, *judged)
    assert (done.code, done.err) == (3, ""), done.err
    assert "claims(threshold=0.6)" in (tmp_path / "verdict" / "gate.json").read_text()


def test_a_wrong_option_is_named_by_its_key(harness: Harness) -> None:
    done = harness("evaluate", "scorer=claims(thresh=0.6)", "tracker=none")
    assert (done.code, done.err.splitlines()) == (
        2,
        [
            "harness evaluate: scorer.claims(thresh=0.6).thresh: "
            "found an unknown key, wanted one of threshold; did you mean threshold?"
        ],
    )


FAULTY = """
from dataclasses import dataclass

from harness.data.types import Annotation
from harness.runners.base import Runner, predict_each


class Bare(Runner):
    def predict(self, documents):
        return iter(())


@dataclass(frozen=True)
class Faulty(Runner):
    how: str = ""
    name: str = "faulty"

    def __post_init__(self):
        if self.how == "init":
            raise KeyError("weights")

    def load(self):
        if self.how == "load":
            raise FileNotFoundError("model.bin")

    def predict(self, documents):
        return predict_each(documents, self.annotate)

    def annotate(self, document):
        raise ValueError("boom")
"""


@pytest.mark.parametrize(
    ("target", "how", "message"),
    [
        ("Bare", "", "runner: found Bare without name, wanted a runner"),
        (
            "Faulty",
            "init",
            "runner: mine.faulty.Faulty.__init__: found KeyError: 'weights' (faulty.py:20), wanted values",
        ),
        (
            "Faulty",
            "load",
            "mine.faulty.Faulty.load: found FileNotFoundError: model.bin (faulty.py:24), wanted a runner",
        ),
        ("Faulty", "", ""),
    ],
)
def test_a_faulty_runner_is_told_in_a_line(harness: Harness, own: Path, target: str, how: str, message: str) -> None:
    (own / "mine" / "faulty.py").write_text(FAULTY)
    how_field = f"how: {how}\n" if how else ""
    (own / "mine" / "conf" / "runner" / "faulty.yaml").write_text(f"_target_: mine.faulty.{target}\n{how_field}")
    done = harness(
        "evaluate", "--config-dir=mine/conf", "packages=[harness,mine]", "runner=faulty", "scorer=[entities_strict]",
        "bootstrap.resamples=20", "analysis.enabled=false", "baselines=[]", "tracker=none", "hydra.run.dir=out",
        PYTHONPATH=f"{own}:{Path.cwd()}",
    )  # fmt: skip
    lines = done.err.splitlines()
    if message:
        assert (done.code, len(lines)) == (2, 1)
        assert lines[0].startswith(f"harness evaluate: {message}")
    else:
        assert done.code == 0
        assert lines[0].endswith(": ValueError: boom (faulty.py:30)")
        assert lines[-1].startswith("warning: faulty: 5 of 5 documents failed and count as empty: these are the scores")
