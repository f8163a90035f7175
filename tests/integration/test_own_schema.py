"""Corpora in types of their own, as a user has them, from the files to the verdict, the page and the store."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from tests.conftest import Done, Harness

PATIENTS: Final[Sequence[tuple[str, list[tuple[str, str]]]]] = (
    ("يعاني المريض من التهاب رئوي حاد ويتناول أموكسيسيلين 500 ملغ كل ثماني ساعات.",
     [("التهاب رئوي حاد", "DISEASE"), ("حاد", "SYMPTOM"), ("أموكسيسيلين", "DRUG"), ("500 ملغ", "DOSE")]),
    ("وصف الطبيب الباراسيتامول لخفض الحمى.", [("الباراسيتامول", "DRUG"), ("الحمى", "SYMPTOM")]),
    ("تشكو المريضة من صداع نصفي منذ أسبوع.", [("صداع نصفي", "DISEASE"), ("صداع", "SYMPTOM")]),
    ("زادت جرعة الأنسولين إلى 20 وحدة.", [("الأنسولين", "DRUG"), ("20 وحدة", "DOSE")]),
    ("لا أعراض لدى المراجع.", []),
    ("أصيب الطفل بالحصبة وظهر عليه طفح جلدي.", [("الحصبة", "DISEASE"), ("طفح جلدي", "SYMPTOM")]),
    ("أوقف الطبيب الوارفارين بسبب نزيف.", [("الوارفارين", "DRUG"), ("نزيف", "SYMPTOM")]),
    ("يعالج السكري بالميتفورمين بجرعة 850 ملغ.",
     [("السكري", "DISEASE"), ("الميتفورمين", "DRUG"), ("850 ملغ", "DOSE")]),
    ("أظهر الفحص فقر دم وضيق تنفس.", [("فقر دم", "DISEASE"), ("ضيق تنفس", "SYMPTOM")]),
    ("أعطي الرضيع قطرة من فيتامين د.", [("قطرة", "DOSE"), ("فيتامين د", "DRUG")]),
    ("راجع المريض العيادة بسبب سعال جاف.", [("سعال جاف", "SYMPTOM")]),
    ("شفي المريض من الملاريا بعد تناول الكلوروكين.", [("الملاريا", "DISEASE"), ("الكلوروكين", "DRUG")]),
)  # fmt: skip

TEXTS: Final = [*PATIENTS, *PATIENTS]
"""Twice: a rule of the gate wants ten mentions of a type."""

RUNNER: Final = '''
import json
from dataclasses import dataclass

from harness.data.types import Annotation, Entity, Prediction


@dataclass(frozen=True)
class Words:
    """Every word of a file is a mention."""

    path: str
    name: str = "words"

    def predict(self, documents):
        with open(self.path, encoding="utf-8") as file:
            words = json.load(file)
        for document in documents:
            found = [(document.text.find(word), word, kind) for word, kind in words.items()]
            entities = tuple(Entity(at, at + len(word), kind) for at, word, kind in found if at >= 0)
            yield Prediction(document.id, Annotation(entities=entities))
'''

POLICY: Final = """_target_: harness.gating.policy.Policy
name: mine
rules:
  drugs:
    _target_: harness.gating.rules.Floor
    scorer: entities_strict
    measure: MEASURE
    least: 0.2
  headlines:
    _target_: harness.gating.rules.Headlines
"""


def mention(text: str, words: str, kind: str) -> dict[str, Any]:
    start = text.index(words)
    return {"start": start, "end": start + len(words), "text": words, "type": kind}


def written(path: Path, records: Sequence[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records), encoding="utf-8")
    return path


def medical(*, without: str = "", renamed: str = "") -> list[dict[str, Any]]:
    """The documents; without one type, or with `renamed` for DISEASE."""
    return [
        {
            "id": f"مريض {number}",
            "text": text,
            "entities": [
                mention(text, words, renamed if renamed and kind == "DISEASE" else kind)
                for words, kind in mentions
                if kind != without
            ],
        }
        for number, (text, mentions) in enumerate(TEXTS)
    ]


class Program:
    """The program in a folder with a runner, a policy and few replicates."""

    def __init__(self, harness: Harness, folder: Path, measure: str) -> None:
        self._harness, self._folder = harness, folder
        (folder / "mine.py").write_text(RUNNER, encoding="utf-8")
        for group, name, content in (
            ("policy", "mine", POLICY.replace("MEASURE", json.dumps(measure, ensure_ascii=False))),
            ("runner", "words", "_target_: mine.Words\npath: ???\n"),
        ):
            path = folder / "conf" / group / f"{name}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")

    def done(self, *arguments: str) -> Done:
        own = ["packages=[harness,mine]", "--config-dir", "conf"]
        if not any(argument.startswith("tracker") for argument in arguments):
            own.append("tracker=none")
        path = f"{self._folder}:{Path(__file__).parents[2]}"
        return self._harness(*arguments, *own, PYTHONPATH=path, COLUMNS="250")

    def __call__(self, *arguments: str, code: int = 0) -> str:
        done = self.done(*arguments)
        assert done.code == code, done.out + done.err
        return done.out

    def refused(self, *arguments: str) -> str:
        done = self.done(*arguments)
        (line,) = done.err.splitlines()
        assert done.code == 2, done.err
        return line

    def scores(self, folder: str) -> dict[str, Any]:
        return dict(json.loads((self._folder / folder / "scores.json").read_text(encoding="utf-8"))["scorers"])


def test_a_medical_corpus_goes_all_the_way(harness: Harness, store: Path, tmp_path: Path) -> None:
    run = Program(harness, tmp_path, "DRUG/f1")
    gold, good = written(tmp_path / "gold.jsonl", medical()), written(tmp_path / "good.jsonl", medical(without="DOSE"))
    few = ["bootstrap.resamples=50"]
    evaluate = ["evaluate", "dataset=jsonl", f"dataset.path={gold}", *few]

    run(*evaluate, "runner=replay", f"runner.path={good}", "hydra.run.dir=a", f"tracker.store={store}")
    strict = run.scores("a")["entities_strict"]
    assert [label for label in strict["support"] if label != "micro"] == ["DISEASE", "DOSE", "DRUG", "SYMPTOM"]
    assert strict["measures"]["DRUG/f1"]["value"] == 1
    assert strict["measures"]["DOSE/recall"]["value"] == 0

    known = {"الأنسولين": "DRUG", "الباراسيتامول": "DRUG", "أموكسيسيلين": "DRUG", "الحصبة": "DISEASE"}
    (tmp_path / "known.json").write_text(json.dumps(known), encoding="utf-8")
    run(*evaluate, "runner=words", "runner.path=known.json", "hydra.run.dir=b")
    assert 0 < run.scores("b")["entities_strict"]["measures"]["DRUG/recall"]["value"] < 1

    unlike = written(tmp_path / "unlike.jsonl", medical(renamed="DISEASES"))
    line = run.refused(*evaluate, "runner=replay", f"runner.path={unlike}", "hydra.run.dir=c")
    assert "DISEASES (12; did you mean DISEASE?)" in line
    for policy, precision in (("drop", 1.0), ("count", 0.75)):
        run(*evaluate, "runner=replay", f"runner.path={unlike}", f"runner.unknown={policy}", f"hydra.run.dir={policy}")
        found = run.scores(policy)["entities_strict"]
        assert found["measures"]["micro/precision"]["value"] == pytest.approx(precision)
        assert f"|unknown:{policy}|" in found["signature"]
    assert "unknown: drop and count" in run.refused("compare", "a=drop", "b=count", "trials=100", *few)
    (tmp_path / "odd.json").write_text(json.dumps({"الحصبة": "MEASLES"}), encoding="utf-8")
    odd = [*evaluate, "runner=words", "runner.path=odd.json", "hydra.run.dir=d"]
    assert "MEASLES (2)" in run.refused(*odd)
    run(*odd, "runner.unknown=drop")

    compared = run("compare", "a=a", "b=b", "trials=100", *few, "out=compared")
    assert "entities_strict" in compared
    run("gate", "task=bless", "run=a", "baseline=base")
    run("gate", "policy=mine", "run=a", "baseline=base", *few)
    run("gate", "policy=mine", "run=b", "baseline=base", *few, code=1)
    run("report", "run=a", "log=false", *few, "out=reported")
    assert "DISEASE" in (tmp_path / "reported" / "report.html").read_text(encoding="utf-8")

    from harness.tracking.mlflow import Mlflow

    client = Mlflow(store=str(store)).client()
    (experiment,) = (one for one in client.search_experiments() if one.name == "default")
    logged = client.search_runs([experiment.experiment_id])
    assert any(one.data.metrics.get("entities_strict/labels/DRUG_f1") == 1 for one in logged)


ARABIC: Final = {"DISEASE": "مرض", "DRUG": "دواء/علاج", "DOSE": "جرعة (100%)", "SYMPTOM": '😷 "عَرَض" $x$'}
LABELS: Final = ("جدير بالتحقق", "خبر", "رأي", "سؤال", "غير ذلك")
STANCES: Final = ("supports", "opposes", "neutral")


def described(*, shift: int = 0) -> list[dict[str, Any]]:
    """The documents under Arabic names with sentences and claims; with a `shift`, under other labels and stances."""
    records = []
    for number, (text, mentions) in enumerate(TEXTS):
        content = {"start": len(text) // 2, "end": len(text) - 1, "text": text[len(text) // 2 : -1]}
        word = text.split()[0]
        claim = {
            "content": content,
            "cue": {"start": 0, "end": len(word), "text": word},
            "source": None,
            "speaker": None,
            "stance": STANCES[(number + shift) % 3],
        }
        records.append(
            {
                "id": str(number),
                "text": text,
                "entities": [mention(text, words, ARABIC[kind]) for words, kind in mentions],
                "claims": [claim],
                "sentences": [{"start": 0, "end": len(text), "label": LABELS[(number + shift) % 5]}],
            }
        )
    return records


def test_arabic_names_five_labels_and_an_attribute_of_ones_own(harness: Harness, store: Path, tmp_path: Path) -> None:
    run = Program(harness, tmp_path, "دواء/علاج/f1")
    gold = written(tmp_path / "gold.jsonl", described())
    other = described(shift=1)
    for record in other:
        record["entities"] = record["entities"][:1]
    few = ["bootstrap.resamples=50"]
    evaluate = ["evaluate", "dataset=jsonl", f"dataset.path={gold}", "runner=replay", *few]
    printed = run(*evaluate, f"runner.path={gold}", "hydra.run.dir=a", f"tracker.store={store}", "verbose=true")
    assert "stance/accuracy" in printed
    run(*evaluate, f"runner.path={written(tmp_path / 'other.jsonl', other)}", "hydra.run.dir=b")

    first, second = run.scores("a"), run.scores("b")
    assert {*first["entities_strict"]["support"]} == {"micro", *ARABIC.values()}
    assert first["entities_strict"]["measures"]["دواء/علاج/f1"]["low"] is not None
    assert [name for name in first["checkworthy"]["support"] if name != "micro"] == sorted(LABELS)
    assert first["claims"]["measures"]["stance/accuracy"]["value"] == 1
    assert second["claims"]["measures"]["stance/accuracy"]["value"] == 0
    assert second["checkworthy"]["measures"]["micro/accuracy"]["value"] == 0
    analysis = json.loads((tmp_path / "a" / "analysis.json").read_text(encoding="utf-8"))
    assert list(analysis["cascade"]) == ["all"]
    assert analysis["ranking"] is None

    run("compare", "a=a", "b=b", "trials=100", *few, "out=compared")
    record = json.loads((tmp_path / "compared" / "compare.json").read_text(encoding="utf-8"))
    assert {"دواء/علاج/f1", "stance/accuracy"} <= {row["measure"] for row in record["details"]["rows"]}
    run("gate", "task=bless", "run=a", "baseline=base")
    assert "دواء/علاج/f1" in run("gate", "policy=mine", "run=a", "baseline=base", "verbose=true", *few)
    run("gate", "policy=mine", "run=b", "baseline=base", *few, code=1)
    run("report", "runs=[a,b]", "log=false", *few, "out=reported")
    page = (tmp_path / "reported" / "report.html").read_text(encoding="utf-8")
    assert "دواء/علاج" in page
    assert "stance" in page

    from harness.tracking.mlflow import Mlflow

    client = Mlflow(store=str(store)).client()
    (experiment,) = (one for one in client.search_experiments() if one.name == "default")
    metrics = client.search_runs([experiment.experiment_id])[0].data.metrics
    assert {name for name in metrics if name.startswith("entities_strict/labels/") and name.endswith("_recall")} == {
        "entities_strict/labels/مرض_recall",
        "entities_strict/labels/دواء:2f:علاج_recall",
        "entities_strict/labels/جرعة :28:100:25::29:_recall",
        "entities_strict/labels/:1f637: :22:ع:64e:ر:64e:ض:22: :24:x:24:_recall",
    }

    schema = tmp_path / "schema.yaml"
    names = [*ARABIC.values()]
    schema.write_text(
        json.dumps(
            {
                "name": "طبي",
                "version": 1,
                "layers": ["entities", "claims", "sentences"],
                "types": names,
                "sentence_labels": [*LABELS],
                "checkworthy": LABELS[0],
                "attributes": {"stance": [*STANCES]},
            },
            ensure_ascii=False,
        ),
        encoding="utf-8",
    )
    run(*evaluate, f"runner.path={gold}", f"dataset.schema={schema}", "hydra.run.dir=c")
    assert [*run.scores("c")["entities_strict"]["support"]] == ["micro", *names]
    broken = described()
    broken[1]["entities"][0]["type"] = "دواء"
    path = written(tmp_path / "broken.jsonl", broken)
    strict = ["evaluate", "dataset=jsonl", f"dataset.path={path}", f"dataset.schema={schema}", "tracker=none"]
    line = run.refused(*strict, "runner=replay", f"runner.path={gold}", "hydra.run.dir=d")
    assert 'broken.jsonl:2: entities[0].type: found "دواء", wanted one of مرض, دواء/علاج' in line
    assert "did you mean دواء/علاج?" in line
    assert "schema" in run.refused("evaluate", "dataset=gold", "dataset.schema=infer", "tracker=none")
