"""Several data sets as one: ids, parts, layers, schemas, speakers, passes, and what cannot be joined."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from harness.api.evaluating import evaluate
from harness.api.loading import load
from harness.data.dataset import Dataset, ReadOnce
from harness.data.schema import Schema, read_schema
from harness.data.types import Annotation, Claim, Document, Entity, Example, InputError, Passes, Span
from harness.datasets.conll import Conll
from harness.datasets.gold import GoldStandard
from harness.datasets.mixed import Mixed, joined_schema, joined_speakers
from tests.conftest import Harness

QUICK = ["bootstrap.resamples=50"]
COLUMNS = "زار\tO\nأحمد\tB-PERS\nالقاهرة\tB-CITY\n\n"


@dataclass(frozen=True)
class Part(Dataset):
    """A data set by hand: a document for each type."""

    # A default: the interface's property would be taken for one.
    name: str = "part"
    kinds: tuple[str, ...] = ()
    annotation_schema: Schema | None = None
    variants: Mapping[str, Sequence[str]] = field(default_factory=dict)
    passed: int = 0
    remarks: Sequence[str] = ()
    labels: str | None = None

    def read(self) -> Sequence[Example]:
        """A document for each type, the ids counting from 0."""
        return [
            Example(Document(str(number), "نص", {"own": 1}), Annotation(entities=(Entity(0, 2, kind),)))
            for number, kind in enumerate(self.kinds)
        ]

    def speakers(self) -> Mapping[str, Sequence[str]]:
        """The variants."""
        return self.variants

    def passes(self, documents: Sequence[Document]) -> Passes | None:
        """As many passes as asked for, each of which has found its number."""
        found = [
            [Annotation(entities=(Entity(0, 2, f"{self.name}{number}"),)) for _ in documents]
            for number in range(self.passed)
        ]
        return Passes(f"note {self.name}", found) if found else None


def ids(dataset: Dataset) -> list[str]:
    return [example.document.id for example in dataset.read()]


def test_documents_stand_one_part_after_the_other_and_say_theirs() -> None:
    mixed = Mixed({"a": Part("A", ("PERS", "GPE")), "b": Part("B", ("ORG",))})
    assert mixed.name == "A+B"
    assert ids(mixed) == ["a/0", "a/1", "b/0"]
    assert [example.document.meta for example in mixed.read()] == [
        {"own": 1, "part": "a"},
        {"own": 1, "part": "a"},
        {"own": 1, "part": "b"},
    ]
    assert [example.gold.types() for example in mixed.read()] == [["PERS"], ["GPE"], ["ORG"]]


def test_a_further_part_renames_no_document() -> None:
    parts: dict[str, Any] = {"a": Part("A", ("PERS", "GPE")), "b": Part("B", ("ORG",))}
    before = ids(Mixed(parts))
    assert ids(Mixed({**parts, "c": Part("C", ("ORG",))}))[: len(before)] == before


def test_without_prefix_parts_may_share_no_id() -> None:
    first, last = Part("A", ("PERS",)), GoldStandard()
    assert ids(Mixed({"a": first, "b": last}, prefix=False))[:2] == ["0", "a0-beijing-visit"]
    with pytest.raises(
        InputError, match=r"found the document 0 in a and in b, wanted each id once; dataset.prefix=true"
    ):
        Mixed({"a": first, "b": Part("B", ("ORG",))}, prefix=False).read()


def test_a_single_part_is_no_mixture() -> None:
    with pytest.raises(InputError, match="parts: found 1, wanted two data sets at least"):
        Mixed({"a": Part("A", ("PERS",))})


def test_parts_with_unlike_maps_are_refused_before_they_are_read(tmp_path: Path) -> None:
    mapped = Conll(str(tmp_path / "none.conll"), labels="conll4")
    with pytest.raises(
        InputError, match=r"found a without a map of labels and b with the map conll4@\d, wanted one map"
    ):
        Mixed({"a": Part("A", ("PERS",)), "b": mapped})
    assert Mixed({"a": mapped, "b": replace(mapped, path="other")}).labels == "conll4"


def test_alike_schemas_stay_and_unlike_ones_are_joined() -> None:
    gold = read_schema("gold")
    assert joined_schema([gold, gold]) is gold
    other = Schema(
        "own", 2, types=("CITY", "PERS"), layers=("entities",), nesting="outermost", persons=("PERS",), bodies=("CITY",)
    )
    joined = joined_schema([other, gold])
    assert joined.name == "own+gold"
    assert joined.types == ("CITY", *dict.fromkeys(("PERS", *gold.types)))
    assert joined.layers == gold.layers
    assert joined.nesting == "all"
    assert (joined.checkworthy, joined.apart_by) == (gold.checkworthy, gold.apart_by)
    assert joined.attributes == gold.attributes
    assert set(joined.bodies) == {"CITY", *gold.bodies}
    first, last = (Schema("x", sentence_labels=("yes", "no"), checkworthy=label) for label in ("yes", "no"))
    assert joined_schema([first, last]).checkworthy is None


def test_schemas_that_are_inferred_are_inferred_of_all() -> None:
    assert ReadOnce(Mixed({"a": Part("A", ("PERS",)), "b": Part("B", ("CITY",))})).annotation_schema.types == (
        "CITY",
        "PERS",
    )
    given = Schema("own", types=("CITY",), layers=("entities",))
    mixed = ReadOnce(Mixed({"a": Part("A", ("X",)), "b": Part("B", ("CITY",), given)}))
    assert mixed.annotation_schema.types == ("X", "CITY")
    assert not mixed.infers_schema


def test_remarks_are_those_of_the_parts_and_what_joining_means() -> None:
    schemas = [
        Schema(name, types=types, layers=("entities",)) for name, types in (("s", ("X", "Y")), ("t", ("Y", "Z")))
    ]
    mixed = Mixed({"a": Part("A", ("X",), schemas[0], remarks=("odd",)), "b": Part("B", ("Z",), schemas[1])})
    assert mixed.remarks == (
        "a: odd",
        "dataset.parts: a and b have unlike schemas; Y of both are taken for the same, which names alone do not tell",
        "dataset.parts: a has no Z; in its documents such answers count as wrong",
        "dataset.parts: b has no X; in its documents such answers count as wrong",
    )
    assert Mixed({"a": Part("A", ("X",), schemas[0]), "b": Part("B", ("Y",), schemas[0])}).remarks == ()


def test_claims_with_unlike_attributes_are_refused() -> None:
    @dataclass(frozen=True)
    class Said(Part):
        def read(self) -> Sequence[Example]:
            claim = Claim(Span(0, 1), Span(1, 2), attributes=dict.fromkeys(self.kinds, "v"))
            return [Example(Document("0", "نص"), Annotation(claims=(claim,)))]

    assert len(Mixed({"a": Said("A", ("tone",)), "b": Said("B", ("tone",))}).read()) == 2
    with pytest.raises(InputError, match=r"unlike attributes \(a with tone and b with none\), wanted the same"):
        Mixed({"a": Said("A", ("tone",)), "b": Said("B", ())}).read()
    # A part without claims has none to be marked.
    assert len(Mixed({"a": Said("A", ("tone",)), "b": Part("B", ("PERS",))}).read()) == 2


def test_speakers_that_share_a_spelling_are_one() -> None:
    assert joined_speakers([{"روسيا": ["موسكو"], "هو": []}, {"موسكو": ["الكرملين"], "روسيا": ["روسية"]}]) == {
        "روسيا": ["موسكو", "الكرملين", "روسية"],
        "هو": [],
    }
    # A later name ties two that were apart.
    assert joined_speakers([{"a": ["x"], "b": ["y"], "c": []}, {"d": ["x", "y"]}]) == {
        "a": ["x", "d", "y", "b"],
        "c": [],
    }
    # Spellings are uniform: with and without hamza.
    assert joined_speakers([{"أحمد": []}, {"احمد": ["حمد"]}]) == {"أحمد": ["احمد", "حمد"]}
    mixed = Mixed({"a": Part("A", ("X",), variants={"r": ["m"]}), "b": Part("B", ("X",), variants={"m": []})})
    assert mixed.speakers() == {"r": ["m"]}
    assert any(remark.endswith("taken for those there: m (r)") for remark in mixed.remarks)


def test_passes_are_there_where_all_parts_have_as_many() -> None:
    first, other = Part("A", ("X", "X"), passed=2), Part("B", ("X",), passed=2)
    passes = Mixed({"a": first, "b": other}).passes([])
    assert passes is not None
    assert passes.note == "note A note B"
    assert [[annotation.types()[0] for annotation in given] for given in passes.annotations] == [
        ["A0", "A0", "B0"],
        ["A1", "A1", "B1"],
    ]
    for unlike in (replace(other, passed=0), replace(other, passed=3)):
        assert Mixed({"a": first, "b": unlike}).passes([]) is None


def test_a_layer_that_a_part_lacks_stays_away(tmp_path: Path) -> None:
    (tmp_path / "x.conll").write_text(COLUMNS, encoding="utf-8")
    parts = {"gold": load("gold"), "columns": load("conll", path=tmp_path / "x.conll", columns={"separator": "tab"})}
    mixed = load(Mixed(parts))
    assert [example.gold.claims is None for example in mixed] == [False] * 5 + [True]
    run = evaluate(mixed, out=tmp_path / "run", overrides=QUICK)
    assert run.opened.gold.schema is not None
    assert "CITY" in run.opened.gold.schema.types
    alone = evaluate("gold", out=tmp_path / "alone", overrides=QUICK)
    # Claims are scored where they are annotated, and only there.
    value = [made.scores["claims"]["relation/f1"].value for made in (run, alone)]
    assert value[0] == value[1]


def test_parts_are_set_on_the_command_line_and_scored_apart(harness: Harness, tmp_path: Path) -> None:
    (tmp_path / "x.conll").write_text(COLUMNS, encoding="utf-8")
    done = harness(
        "evaluate",
        "dataset=mixed",
        "dataset@dataset.parts.newswire=conll",
        f"dataset.parts.newswire.path={tmp_path / 'x.conll'}",
        "subset.ids=[gold/a0*,newswire/*]",
        "tracker=none",
        f"hydra.run.dir={tmp_path / 'run'}",
        *QUICK,
    )
    assert done.code == 0, done.err
    assert "rules on v1+x[ids:gold/a0*,newswire/*]#" in done.out
    slices = json.loads((tmp_path / "run" / "analysis.json").read_text())["slices"]
    assert [(row["slice"], row["gold"]) for row in slices if row["group"] == "part"] == [("gold", 109), ("newswire", 2)]
    kept = [json.loads(line) for line in (tmp_path / "run" / "gold.jsonl").read_text().splitlines()]
    assert [(record["id"], record["meta"]["part"]) for record in kept] == [
        ("gold/a0-beijing-visit", "gold"),
        ("newswire/x:1", "newswire"),
    ]
    assert "claims" not in kept[1]


def test_the_shipped_mixture_is_the_gold_and_newswire() -> None:
    mixed = load("mixed")
    assert len(mixed) == 305
    assert mixed.name == "v1+newswire-v1"
    assert mixed.annotation_schema == read_schema("gold")
