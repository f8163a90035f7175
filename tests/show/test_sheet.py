import pytest

from harness.show.sheet import Column, Row, Sheet, one_line, printable

SHEET = Sheet("it", [Column("a"), Column("b", "name")], [Row(["1", "x"]), Row(["2", "y"], "muted"), Row(["3", "z"])])


def test_every_row_has_a_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="it: found a row of 1 cells, wanted 2"):
        Sheet("it", SHEET.columns, [*SHEET.rows, Row(["4"])])


def test_columns_are_selected_in_the_order_wanted() -> None:
    turned = SHEET.select("b", "a")
    assert turned.headings == ["b", "a"]
    assert [(list(row.cells), row.tone) for row in turned.rows] == [
        (["x", "1"], "plain"),
        (["y", "2"], "muted"),
        (["z", "3"], "plain"),
    ]
    assert SHEET.select("b").headings == ["b"]


def test_only_what_is_whole_elsewhere_is_cut() -> None:
    assert SHEET.cut(1) is SHEET
    long = Sheet("it", SHEET.columns, SHEET.rows, ["below"], elsewhere="all.json")
    assert long.cut(3) is long
    assert list(long.cut(2).rows) == list(SHEET.rows[:2])
    assert list(long.cut(2).notes) == ["The first 2 of 3; all.json has all.", "below"]


def test_control_characters_and_lone_surrogates_are_written_out() -> None:
    assert printable("a\x1b[31m\x00\x9b\udcffb") == r"a\x1b[31m\x00\x9b\udcffb"
    assert printable("قال\tهو\nleft\u200f") == "قال\tهو\nleft\u200f"
    assert one_line(" a\n\tb\r ") == "a b"
