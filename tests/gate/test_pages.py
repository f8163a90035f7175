import io
from dataclasses import replace

from rich.console import Console

from harness.gate.pages import judgement_markdown, judgement_table, moves_markdown, moves_table
from harness.gate.regold import Move
from harness.gate.verdicts import Judgement, Verdict

JUDGEMENT = Judgement(
    "ci",
    "run|1",
    "rules",
    (
        Verdict("floor", "strict micro/f1", "pass", "fine"),
        Verdict("emptied", "claims", "fail", "1 of 5 documents lost all claims: <b>\nوثيقة"),
    ),
    notes=("the baseline was blessed anew",),
)
MOVES = [Move("rules", "strict", "micro/f1", 0.9, 0.8, 1, 2), Move("other", "strict", "micro/f1", None, 0.85, None, 1)]


def shown(table: object) -> str:
    file = io.StringIO()
    Console(width=140, file=file).print(table)
    return file.getvalue()


def test_table_and_summary_tell_the_same_verdicts() -> None:
    table, page = shown(judgement_table(JUDGEMENT)), judgement_markdown(JUDGEMENT)
    for text in (table, page):
        assert JUDGEMENT.headline in text
        assert "the baseline was blessed anew" in text
        assert all(part in text for verdict in JUDGEMENT.verdicts for part in (verdict.rule, verdict.subject))


def test_failures_come_first_in_a_summary_and_cells_stay_cells() -> None:
    rows = [line for line in judgement_markdown(JUDGEMENT).splitlines() if line.startswith("| ")][1:]
    assert [row.split(" | ")[2] for row in rows] == ["fail", "pass"]
    assert rows[0].endswith("documents lost all claims: &lt;b> وثيقة |")
    # What looks like markup of the terminal's is text.
    assert "claims: <b>" in shown(judgement_table(JUDGEMENT))
    assert "[red]" in shown(judgement_table(replace(JUDGEMENT, run="[red]")))
    assert "- run: run\\|1" in judgement_markdown(JUDGEMENT)


def test_changes_of_rank_are_counted_and_shown() -> None:
    assert "2 of 2 ranks changed" in moves_markdown(MOVES, "v1#123456")
    assert "| strict micro/f1 | rules | 0.900 | 0.800 | 1 | 2 |" in moves_markdown(MOVES, "v1#123456")
    assert "| strict micro/f1 | other | – | 0.850 | – | 1 |" in moves_markdown(MOVES, "v1#123456")
    assert "v1#123456" in shown(moves_table(MOVES, "v1#123456"))
