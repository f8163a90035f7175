import re
from dataclasses import replace

import pytest

from harness.comparison.disputes import Dispute
from harness.gating.changed import Changed
from harness.gating.pages import (
    changes_sheet,
    closing,
    closing_names,
    items_sheet,
    judgement_page,
    judgement_sheet,
    moves_sheet,
)
from harness.gating.rescoring import Move
from harness.gating.rules import further_words
from harness.gating.tasks import SUMMARY_ROWS
from harness.gating.verdicts import Judgement, Verdict
from harness.show.markdown import markdown
from harness.show.sheet import Page, Sheet, one_line
from harness.show.terminal import drawn
from tests.show.hostile import TEXTS

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


def shown(sheet: Sheet | None, width: int = 140) -> str:
    assert sheet is not None
    return drawn(sheet, width)


def summary(judgement: Judgement, changed: dict[str, Changed] | None = None) -> str:
    return markdown(judgement_page(judgement, changed, "the baseline"), 2, SUMMARY_ROWS)


def test_table_and_summary_tell_the_same_verdicts() -> None:
    table, page = shown(judgement_sheet(JUDGEMENT)), summary(JUDGEMENT)
    for text in (table, page):
        assert JUDGEMENT.headline in text
        assert "the baseline was blessed anew" in text
        assert all(part in text for verdict in JUDGEMENT.verdicts for part in (verdict.rule, verdict.subject))


def test_failures_come_first_in_a_summary_and_cells_stay_cells() -> None:
    rows = [line for line in summary(JUDGEMENT).splitlines() if line.startswith("| ")][1:]
    assert [row.split(" | ")[0] for row in rows] == ["| failed", "| passed"]
    assert rows[0].endswith("documents lost all claims: \\<b\\> وثيقة\u2069 |")
    # What looks like markup of the terminal's is text.
    assert "claims: <b>" in shown(judgement_sheet(JUDGEMENT))
    assert "[red]" in shown(judgement_sheet(replace(JUDGEMENT, run="[red]")))
    assert "- run: run\\|1" in summary(JUDGEMENT)


def test_changes_of_rank_are_counted_and_shown() -> None:
    sheet = moves_sheet(MOVES, "v1#123456")
    page = markdown(Page("", [], [], [sheet]))
    assert "2 of 2 ranks changed" in page
    assert "| strict micro/f1 | rules | 0.900 | 0.800 | 1 | 2 |" in page
    assert "| strict micro/f1 | other | – | 0.850 | – | 1 |" in page
    assert "v1#123456" in shown(sheet)


def item(right: str, label: str, start: int, document: str = "d") -> Dispute:
    return Dispute(document, label, start, start + 4, "في ", "بكين", " ثم عاد إلى", right, {})  # type: ignore[arg-type]


CHANGED = {
    "entities_strict": Changed([item("a", "GPE", 1), item("b", "ORG", 9)], [item("a", "PERS", 1)]),
    "entities_strict_char": Changed([item("a", "GPE", 1), item("b", "ORG", 9), item("a", "LOC", 20)]),
}


def test_what_changed_is_counted_by_label_and_listed_once() -> None:
    rows = [line.split() for line in shown(changes_sheet(CHANGED, "the baseline")).splitlines()]
    assert ["entities_strict", "all", "1", "1", "+0", "1", "0"] in rows
    assert ["entities_strict", "GPE", "1", "0", "-1", "0", "0"] in rows
    assert ["entities_strict_char", "LOC", "1", "0", "-1", "0", "0"] in rows
    lines = [line.split()[:3] for line in shown(items_sheet(CHANGED)).splitlines() if "بكين" in line]
    assert [(line[0], line[-1 if len(line) < 3 else 1]) for line in lines] == [
        ("lost", "GPE"),
        ("newly", "wrong"),
        ("found", "ORG"),
        ("lost", "LOC"),
    ]
    assert items_sheet({"entities_strict": Changed([])}) is None


def test_a_summary_begins_with_what_kept_it_from_passing_and_what_changed() -> None:
    page = summary(JUDGEMENT, CHANGED)
    assert page.index("- failed: \u2068emptied: claims: 1 of 5") < page.index("### what changed")
    assert page.index("### what changed against the baseline") < page.index("| verdict | rule | found |")
    assert "| lost | GPE | d | 1 | \u2068في **بكين** ثم عاد إلى\u2069 |" in page
    assert "### nothing changed against the baseline" in summary(JUDGEMENT, {})


def test_a_long_list_says_how_much_is_left_out() -> None:
    many = {"entities_strict": Changed([item("a", "GPE", at) for at in range(300)])}
    assert "The first 40 of 300; gate.json has all." in shown(items_sheet(many))
    assert summary(JUDGEMENT, many).count("| lost | GPE") == 200
    assert "The first 200 of 300; gate.json has all." in summary(JUDGEMENT, many)


def test_the_same_numbers_in_two_views_take_one_row() -> None:
    twice = {"a": CHANGED["entities_strict"], "b": CHANGED["entities_strict"]}
    rows = [line.split()[:2] for line in shown(changes_sheet(twice, "x")).splitlines()]
    assert [row for row in rows if row and row[0] == "b"] == [["b", "all"]]


def test_it_closes_with_what_kept_it_from_passing() -> None:
    assert closing(JUDGEMENT)[0].startswith("failed: emptied: claims: 1 of 5 documents lost all claims")
    assert closing(JUDGEMENT)[1:] == [JUDGEMENT.headline]
    allowed = replace(JUDGEMENT, verdicts=(Verdict("a", "x", "worse", "below", on_worse="pass"),))
    assert closing(allowed) == [allowed.headline]


def test_tables_are_readable_at_eighty_columns() -> None:
    verdict = Verdict("mentions_since_anchor", "entities_strict micro/f1", "inconclusive", "+0.001 (-0.020 to +0.022)")
    sheets = (
        judgement_sheet(replace(JUDGEMENT, verdicts=(verdict,))),
        changes_sheet({"entities_strict_char": CHANGED["entities_strict"]}, "the baseline"),
        items_sheet({"entities_strict": Changed([item("a", "PRODUCT", 12345, "a1-diplomatic-solutions")])}),
    )
    lines = [line for sheet in sheets for line in shown(sheet, 80).splitlines()]
    assert max(map(len, lines)) <= 80
    # No name is cut or broken, and what was found keeps a third of the line.
    for name in (
        "mentions_since_anchor",
        "entities_strict micro/f1",
        "inconclusive",
        "entities_strict_char",
        "new wrong",
    ):
        assert any(name in line for line in lines), name
    assert any("a1-diplomatic-solutions" in line for line in lines)


def test_an_offset_is_whole_at_eighty_columns_however_long_its_neighbours() -> None:
    changed = item("a", "PRODUCT", 1210, "a1-diplomatic-solutions")
    changed = replace(changed, before="من هنا إلى هناك " * 6, after=" ومن هناك إلى هنا" * 6)
    lines = shown(items_sheet({"entities_strict": Changed([changed])}), 80).splitlines()
    assert max(len(re.sub("[\u2068\u2069]", "", line)) for line in lines) <= 80
    assert any("1210" in line.split() for line in lines)


@pytest.mark.parametrize("text", TEXTS)
def test_names_and_findings_are_shown_as_they_are(text: str) -> None:
    verdicts = (Verdict(text, text, "fail", text),)
    judgement = Judgement(text, text, text, verdicts, notes=(text,), anchor=text)
    changed = {text: Changed([replace(item("a", text, 1, text), before=text, text=text, after=text)])}
    moves = [replace(MOVES[0], baseline=text, scorer=text)]
    sheets = judgement_sheet(judgement), changes_sheet(changed, text), items_sheet(changed), moves_sheet(moves, text)
    for sheet in sheets:
        told = shown(sheet, 400)
        assert one_line(text) in told
        assert "\x1b" not in told
    rows = [line for line in summary(judgement, changed).splitlines() if line.startswith("| ")]
    assert [len(re.findall(r"(?<!\\)\|", row)) for row in rows] == [8] * 3 + [6] * 2 + [4] * 2


def test_the_end_names_each_rule_that_keeps_it_from_passing() -> None:
    many = [Verdict("types", f"GPE{number}", "fail", "below") for number in range(2)]
    verdicts = (*JUDGEMENT.verdicts, *many, Verdict("sources", "claims", "inconclusive", "unsure"))
    assert closing_names(replace(JUDGEMENT, verdicts=verdicts)) == [
        "failed: emptied, types",
        "inconclusive: sources",
        replace(JUDGEMENT, verdicts=verdicts).headline,
    ]
    long = tuple(Verdict(f"rule_with_a_long_name_{number}", "x", "fail", "below") for number in range(20))
    *lines, headline = closing_names(replace(JUDGEMENT, verdicts=long))
    assert max(map(len, lines)) <= 100
    assert " ".join(map(str.strip, lines)) == f"failed: {', '.join(verdict.rule for verdict in long)}"
    assert headline == replace(JUDGEMENT, verdicts=long).headline


def test_what_has_passed_is_shown_when_asked_for() -> None:
    assert "floor" in shown(judgement_sheet(JUDGEMENT))
    short = shown(judgement_sheet(JUDGEMENT, verbose=False))
    assert "floor" not in short
    assert "emptied" in short
    assert "1 more passed or were skipped: verbose=true, or gate.json" in short


@pytest.mark.parametrize(
    ("further", "words"),
    [
        (None, "no number of units would decide"),
        (0, "as many units decide it four times in five"),
        (50, "about 50 more units would decide"),
        (501, "more than this gold can show"),
    ],
)
def test_units_that_would_decide_are_words_where_a_number_says_too_much(further: int | None, words: str) -> None:
    assert words in further_words(further, 50)
