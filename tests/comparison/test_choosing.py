"""For each type the best run: chosen as a sort by hand would, written, and read back by an ensemble."""

from pathlib import Path

import pytest

from harness.comparison.choosing import choice_sheet, choose
from harness.data.files import write_yaml
from harness.data.types import Annotation, Document, Entity, Example, InputError, Prediction
from harness.runners.choice import Choice, hash_of, read_choice
from harness.runs.run import Run
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.score import Gold
from harness.scoring.scoring import Scoring
from tests.builders import run_of
from tests.schemas import GOLD_SCHEMA

TEXT = "\n".join(["زار سامي كندا"] * 12)
LINE = len(TEXT) // 12 + 1
SCORING = Scoring({}, "paragraph", Bootstrap(resamples=20))


def mentions(**numbers: int) -> tuple[Entity, ...]:
    """The first so many mentions of each type: PERS and GPE of every line, ORG of every line at its beginning."""
    place = {"PERS": (4, 8), "GPE": (9, 13), "ORG": (0, 3)}
    return tuple(
        Entity(place[kind][0] + line * LINE, place[kind][1] + line * LINE, kind)
        for kind, number in numbers.items()
        for line in range(number)
    )


GOLD = Gold("dev", "a" * 64, [Example(Document("d", TEXT), Annotation(mentions(PERS=12, GPE=12, ORG=3)))],
            schema=GOLD_SCHEMA)  # fmt: skip


def run(tmp_path: Path, name: str, **numbers: int) -> Run:
    made = run_of(GOLD, {"d": Prediction("d", Annotation(mentions(**numbers)))}, name)
    folder = tmp_path / name
    folder.mkdir()
    for file in ("scores.json", "provenance.json"):
        (folder / file).write_text(name)
    opened = Run(folder, made.scores, {}, beside=GOLD)
    vars(opened)["predictions"] = made.predictions
    return opened


def test_each_type_goes_to_its_best_run_and_a_rare_one_to_the_best_of_all(tmp_path: Path) -> None:
    runs = [run(tmp_path, "a", PERS=12, GPE=2, ORG=3), run(tmp_path, "b", PERS=11, GPE=12)]
    chosen = choose(runs, SCORING)
    # Of 3 mentions of ORG a finds all, and b none.
    assert dict(chosen.choice.types) == {"PERS": "a", "ORG": "b", "GPE": "b"}
    assert chosen.choice.others == "b"
    assert chosen.support == {"micro": 27, "PERS": 12, "GPE": 12, "ORG": 3} | {
        kind: 0 for kind in GOLD_SCHEMA.types if kind not in ("PERS", "GPE", "ORG")
    }
    assert choose(runs, SCORING, least=3).choice.types["ORG"] == "a"
    assert chosen.figures["PERS"]["b"].value == pytest.approx(2 * 11 / 23)
    assert all(found.low is not None for found in chosen.figures["PERS"].values())
    rows = {row.cells[0]: (row.cells[1], row.cells[2], row.tone) for row in choice_sheet(chosen).rows}
    assert rows["ORG"] == ("3", "b", "muted")
    assert rows["micro"] == ("27", "b", "plain")


def test_ties_go_to_the_better_over_all_types_then_to_the_first(tmp_path: Path) -> None:
    runs = [
        run(tmp_path, "a", PERS=12, GPE=2),
        run(tmp_path, "b", PERS=12, GPE=12),
        run(tmp_path, "c", PERS=12, GPE=12),
    ]
    chosen = choose(runs, SCORING).choice
    assert (dict(chosen.types), chosen.others) == ({"PERS": "b", "ORG": "b", "GPE": "b"}, "b")


def test_a_choice_is_read_as_it_was_written(tmp_path: Path) -> None:
    chosen = choose([run(tmp_path, "a", PERS=12), run(tmp_path, "b", GPE=12)], SCORING)
    write_yaml(tmp_path / "choice.yaml", chosen.record())
    found = read_choice(str(tmp_path / "choice.yaml"))
    assert found == Choice(chosen.choice.types, "a", f"dev sha256 {'a' * 64}", (hash_of(TEXT),))
    assert found.made_on([Document("x", TEXT), Document("y", TEXT + ".")]) == ["x"]


def test_runs_that_give_no_choice_are_refused(tmp_path: Path) -> None:
    first = run(tmp_path, "a", PERS=12)
    with pytest.raises(InputError, match="runs: found 1, wanted two or more"):
        choose([first], SCORING)
    with pytest.raises(InputError, match=r"runs: found a \(a\) twice, wanted each run once"):
        choose([first, first], SCORING)
    silent = run(tmp_path, "b")
    vars(silent)["predictions"] = {"d": Prediction("d", Annotation(sentences=()))}
    with pytest.raises(InputError, match=r"runs: found b \(b\) without entities"):
        choose([first, silent], SCORING)
    other = Gold("other", "b" * 64, GOLD.examples, schema=GOLD_SCHEMA)
    unlike = run(tmp_path, "c", PERS=12)
    unlike = Run(unlike.folder, unlike.scores, {}, beside=other)
    vars(unlike)["predictions"] = first.predictions
    with pytest.raises(InputError, match="which cannot be compared"):
        choose([first, unlike], SCORING)
