"""Predicted names that the gold side does not know: refused, left out or counted, for every runner alike."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.comparison.pair import compare
from harness.data.bridge import Unknown
from harness.data.dataset import PlainDataset
from harness.data.schema import Schema, read_schema
from harness.data.types import Annotation, Claim, Document, Entity, Example, InputError, Prediction, Sentence, Span
from harness.runners.base import Runner
from harness.runs.evaluate import Experiment, evaluate
from harness.runs.run import open_run
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.checkworthy import CheckWorthy
from harness.scoring.claims import Claims
from harness.scoring.entities import EntitiesStrict
from harness.scoring.scoring import Scoring
from harness.scoring.table import Scorer
from harness.tracking.mlflow import Nothing

TEXT = "يعاني المريض من السكري ويتناول الأنسولين صباحا."
DISEASE, DRUG, DOSE = (16, 22), (31, 40), (41, 46)
CLAIM = Claim(Span(16, 22), Span(0, 5), None, None, {"stance": "supports"})


def gold(*entities: Entity) -> Annotation:
    return Annotation(entities, (CLAIM,), (Sentence(0, 47, "مهم"),))


GOLD = gold(Entity(*DISEASE, "DISEASE"), Entity(*DRUG, "DRUG"))
SCORERS: dict[str, Scorer] = {"strict": EntitiesStrict(), "claims": Claims(), "sentences": CheckWorthy()}


@dataclass(frozen=True)
class Corpus:
    """A data set of one's own: two documents that say the same."""

    examples: tuple[Annotation, ...] = (GOLD, GOLD)
    name: str = "medical"

    def read(self) -> Sequence[Example]:
        return [Example(Document(str(number), TEXT), one) for number, one in enumerate(self.examples)]


@dataclass(frozen=True)
class Answering:
    """A runner of one's own, with no more than has to be there."""

    answer: Annotation
    name: str = "own"

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        return (Prediction(document.id, self.answer) for document in documents)


class Speaking(Runner):
    """A runner that says what it answers in."""

    name = "speaking"

    def __init__(self, schema: Schema, answer: Annotation) -> None:
        self._schema, self._answer = schema, answer

    @property
    def annotation_schema(self) -> Schema:
        return self._schema

    def predict(self, documents: Sequence[Document]) -> Iterator[Prediction]:
        return (Prediction(document.id, self._answer) for document in documents)


def run(
    folder: Path,
    runner: Any,
    dataset: PlainDataset | None = None,
    unknown: Unknown = "error",
    labels: str | None = None,
) -> dict[str, Any]:
    scoring = Scoring(SCORERS, "document", Bootstrap(20))
    made = Experiment("t", dataset or Corpus(), runner, scoring, Nothing(), labels=labels, unknown=unknown)
    return evaluate(made, folder, "", {})


def values(scores: dict[str, Any], scorer: str = "strict") -> dict[str, float | None]:
    return {name: one["value"] for name, one in scores["scorers"][scorer]["measures"].items()}


def remarks(folder: Path) -> list[str]:
    kept: list[str] = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))["remarks"]
    return kept


def test_a_corpus_of_ones_own_types_is_scored_in_them(tmp_path: Path) -> None:
    scores = run(tmp_path / "a", Answering(GOLD))
    found = values(scores)
    assert [name for name in found if name.endswith("/f1")] == [
        "micro/f1",
        "macro/f1",
        "macro10/f1",
        "DISEASE/f1",
        "DRUG/f1",
    ]
    assert (found["micro/f1"], found["macro/f1"]) == (1, 1)
    assert values(scores, "sentences")["مهم/f1"] == 1
    claims = values(scores, "claims")
    assert (claims["stance/accuracy"], claims["stance/recall"]) == (1, 1)
    assert not any("quote" in name or "direct" in name for name in claims)
    assert {"stance/accuracy", "stance/recall", "speaker/recall"} <= {*scores["scorers"]["claims"]["shown"]}
    kept = open_run(tmp_path / "a")
    assert kept.schema == Schema(
        "medical (inferred)",
        1,
        ("DISEASE", "DRUG"),
        ("مهم",),
        {"stance": ("supports",)},
        ("entities", "claims", "sentences"),
    )
    assert kept.corpora("document")["entities"].types == ("DISEASE", "DRUG")


ODD = replace(
    gold(Entity(*DISEASE, "DISEASES"), Entity(*DRUG, "DRUG"), Entity(*DOSE, "DOSE")),
    claims=(replace(CLAIM, attributes={"stance": "suports", "mood": "x"}),),
    sentences=(Sentence(0, 47, "مهمة"),),
)


def test_unknown_names_are_refused_with_the_ways_on_and_nothing_is_lost(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        run(tmp_path / "a", Answering(ODD))
    message = str(caught.value)
    assert message.isprintable()
    assert message.startswith("own: found the unknown types DISEASES (2; did you mean DISEASE?), DOSE (2)")
    assert "sentence label مهمة (2; did you mean مهم?)" in message
    assert "stance value suports (2; did you mean supports?)" in message
    assert "attribute mood (2)" in message
    assert "wanted those of medical (inferred)@1 (DISEASE, DRUG)" in message
    assert all(way in message for way in ("runner.labels=", "runner.unknown=drop or count", "dataset.schema=FILE"))
    assert str(tmp_path / "a" / "predictions.jsonl") in message
    kept = (tmp_path / "a" / "predictions.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(kept[0])["entities"][0]["type"] == "DISEASES"
    # The folder holds no finished run: it can be used again.
    assert run(tmp_path / "a", Answering(GOLD))["failures"] == 0


def test_unknown_names_are_left_out(tmp_path: Path) -> None:
    scores = run(tmp_path / "a", Answering(ODD), unknown="drop")
    assert (values(scores)["micro/precision"], values(scores)["micro/recall"]) == (1, 0.5)
    assert values(scores, "sentences")["micro/accuracy"] == 0
    assert values(scores, "claims")["stance/accuracy"] == 0
    (remark,) = remarks(tmp_path / "a")
    assert "types DISEASES (2), DOSE (2)" in remark
    assert remark.endswith("left out")
    assert "|unknown:drop|" in scores["scorers"]["strict"]["signature"]


def test_unknown_names_are_counted_as_wrong(tmp_path: Path) -> None:
    scores = run(tmp_path / "a", Answering(ODD), unknown="count")
    found = values(scores)
    assert found["micro/precision"] == pytest.approx(1 / 3)
    assert found["micro/recall"] == 0.5
    # Averages are over types that the gold has.
    assert found["macro/f1"] == 0.5
    assert (found["DOSE/precision"], found["DOSE/recall"]) == (0, None)
    assert scores["scorers"]["strict"]["support"]["DOSE"] == 0
    assert values(scores, "sentences")["مهمة/precision"] == 0
    assert values(scores, "claims")["stance/accuracy"] == 0
    assert "|unknown:count|" in scores["scorers"]["strict"]["signature"]
    again = open_run(tmp_path / "a")
    assert again.corpora("document")["entities"].types == ("DISEASE", "DRUG", "DISEASES", "DOSE")


def test_unlike_policies_are_not_compared(tmp_path: Path) -> None:
    for name, unknown in (("a", "drop"), ("b", "count"), ("c", "count")):
        run(tmp_path / name, Answering(ODD if name != "c" else GOLD), unknown=unknown)  # type: ignore[arg-type]
    a, b, c = (open_run(tmp_path / name) for name in "abc")
    scoring = Scoring(SCORERS, "document", Bootstrap(20))
    with pytest.raises(InputError, match="unknown: drop and count"):
        compare(a, b, scoring)
    rows = {row.measure: row.difference for row in compare(b, c, scoring).headlines if row.scorer == "strict"}
    assert rows["micro/f1"].b == 1


def test_any_runner_can_be_given_a_map(tmp_path: Path) -> None:
    schema = {"name": "med", "version": 1, "layers": ["entities"], "types": ["DISEASE", "DRUG", "DOSE"]}
    labels = {"مرض": "DISEASE", "دواء/علاج": "DRUG", "micro": None}
    content = {"name": "arabic", "version": 1, "nesting": "all", "schema": "med.yaml", "labels": labels}
    for name, written in (("med.yaml", schema), ("map.yaml", content)):
        (tmp_path / name).write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")
    answer = gold(Entity(*DISEASE, "مرض"), Entity(*DRUG, "دواء/علاج"), Entity(*DOSE, "micro"))
    scores = run(tmp_path / "a", Answering(answer), labels=str(tmp_path / "map.yaml"))
    assert values(scores)["micro/f1"] == 1
    assert "|map:arabic@1|" in scores["scorers"]["strict"]["signature"]
    assert open_run(tmp_path / "a").corpora("document")["entities"].types == ("DISEASE", "DRUG")
    with pytest.raises(
        InputError, match=r"unknown type قسم \(2\), first in document 0, wanted .*\(micro, دواء/علاج, مرض\)"
    ):
        run(tmp_path / "b", Answering(gold(Entity(*DISEASE, "قسم"))), labels=str(tmp_path / "map.yaml"))
    with pytest.raises(
        InputError, match=r"found the map arabic@1 to types of med@1, and gold in those of medical \(inferred\)@1"
    ):
        run(
            tmp_path / "c",
            Answering(answer),
            Corpus((gold(Entity(*DOSE, "TIME_OF_DAY")),)),
            labels=str(tmp_path / "map.yaml"),
        )


def test_a_runner_that_speaks_of_other_types_alone_is_refused_at_once(tmp_path: Path) -> None:
    speaking = Speaking(read_schema("gold"), gold(Entity(*DOSE, "DATE")))
    with pytest.raises(
        InputError, match=r"speaking: found answers in types of gold@1 .*, wanted those of medical \(inferred\)@1"
    ):
        run(tmp_path / "a", speaking)
    assert values(run(tmp_path / "b", speaking, unknown="drop"))["micro/recall"] == 0


def test_types_that_the_gold_never_uses_are_remarked_or_left_out(tmp_path: Path) -> None:
    corpus = Corpus((gold(Entity(*DISEASE, "PERS")), gold(Entity(*DISEASE, "PERS"), Entity(*DRUG, "ORG"))))
    answer = gold(Entity(*DISEASE, "PERS"), Entity(*DOSE, "DATE"))
    scores = run(tmp_path / "a", Answering(answer), corpus)
    (remark,) = remarks(tmp_path / "a")
    assert remark.startswith("own: found 2 mentions of types that the gold never uses (type DATE (2)); each counts as")
    assert values(scores)["micro/precision"] == 0.5
    assert values(run(tmp_path / "b", Answering(answer), corpus, "drop"))["micro/precision"] == 1


def test_a_type_beside_those_of_a_shipped_schema_is_remarked(tmp_path: Path) -> None:
    corpus = Corpus((gold(Entity(*DISEASE, "PERS"), Entity(*DRUG, "PRES")),))
    run(tmp_path / "a", Answering(gold(Entity(*DISEASE, "PERS"))), corpus)
    (remark,) = remarks(tmp_path / "a")
    assert remark.startswith("medical: found the type PRES (1) beside 1 types of gold@1")


@pytest.mark.parametrize("kind", ["", "micro", "a\nb"])
def test_types_of_ones_own_data_set_are_checked(tmp_path: Path, kind: str) -> None:
    with pytest.raises(InputError, match=r"^medical: types: found .*, wanted "):
        run(tmp_path / "a", Answering(GOLD), Corpus((gold(Entity(*DISEASE, kind)),)))


def test_a_data_set_that_says_what_it_annotates_is_held_to_it(tmp_path: Path) -> None:
    class Strict(Corpus):
        annotation_schema = Schema("med", 1, ("DISEASE", "DRUGS"), ("مهم",), {"stance": ("supports",)})

    with pytest.raises(
        InputError, match=r"^medical: types: found \'DRUG\', wanted one of med@1: .*; did you mean DRUGS"
    ):
        run(tmp_path / "a", Answering(GOLD), Strict())
