"""The README is short, begins with two commands, and its figures are those of the reviewed baselines."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[2]
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")


def test_it_is_short_and_begins_with_the_two_commands() -> None:
    lines = README.splitlines()
    assert len(lines) <= 120
    first = next(index for index, line in enumerate(lines) if line.startswith("```"))
    assert first <= 4
    assert [line.split("#")[0].strip() for line in lines[first + 1 : first + 3]] == ["make evaluate", "make test"]
    assert README.count("![") == 1


@pytest.mark.parametrize("runner", ["rules", "transformer"])
def test_its_figures_are_those_of_the_reviewed_baselines(runner: str) -> None:
    scores: dict[str, Any] = json.loads((ROOT / "runs" / "baseline" / runner / "scores.json").read_text())["scorers"]
    (row,) = re.findall(rf"^\| `runner={runner}` \| (.*) \|$", README, re.MULTILINE)
    cells = row.split(" | ")
    for cell, (scorer, measure) in zip(
        cells,
        [("entities_strict", "micro/f1"), ("entities_uncommon", "micro/f1"), ("claims", "relation/f1")],
        strict=False,
    ):
        found = scores[scorer]["measures"][measure]
        assert cell == f"{found['value']:.3f} ({found['low']:.3f}–{found['high']:.3f})", (scorer, cell)
    assert cells[3].startswith(f"{scores['checkworthy']['measures']['macro/f1']['value']:.3f} ")
    exact = scores["entities_strict_char"]["measures"]["micro/f1"]["value"]
    assert re.search(rf"exact characters stand beside it.*{runner} {exact:.3f}", README)
    accuracy = scores["checkworthy"]["measures"]["micro/accuracy"]["value"]
    assert re.search(rf"has \.829 on gold v1 \(.*{runner} {f'{accuracy:.3f}'[1:]}", README)
