import re

import pytest

from harness.cli.main import run

TEXT = "وقال وزير الخارجية النرويجي أولاف هانسن يوم الإثنين 4 آذار 2019، إن حكومته ستدفع 12 مليار يورو. الدكتور"


def test_every_find_is_told_with_its_rule_and_what_overruled_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert run(["rules", "explain", f"text={TEXT}"]) == 0
    shown = re.sub(r"rules:\d+", "rules:0", re.sub("[\u2068\u2069]", "", capsys.readouterr().out))
    lines = [line.split() for line in shown.splitlines()]
    for line in (
        "12 مليار يورو MONEY number+currency numbers.rules:0 kept, 0.91",
        "12 مليار CARDINAL digits numbers.rules:0 overruled by",
        "أولاف هانسن PERS after title persons kept, 0.81",
        "الدكتور OCC alone? titles.rules:0 left out: no name",
        "قال وزير الخارجية النرويجي أولاف هانسن حكومته ستدفع 12 مليار يورو 0.90",
        "NFS الدكتور",
    ):
        assert line.split() in lines


def test_each_line_keeps_its_arabic_to_itself(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    run(["rules", "explain", f"text={TEXT}"])
    lines = capsys.readouterr().out.splitlines()
    assert max(len(line.translate({0x2068: None, 0x2069: None})) for line in lines) <= 80
    assert all(line.count("\u2068") == line.count("\u2069") for line in lines)
    assert not any("\u0600" <= line.strip()[:1] <= "\u06ff" for line in lines)


def test_a_text_may_hold_what_hydra_and_the_terminal_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "explain", "text=قال: [/b] {5}, $x=${y}"]) == 0
    assert "[/b] {5}, $x=${y}" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["5", "هنا"])
def test_a_text_may_hold_nothing_to_find(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "explain", f"text={text}"]) == 0
    assert ("entities: none" in capsys.readouterr().out) is (text == "هنا")


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["explode", "text=x"], "task: found explode, wanted explain"),
        (["explain", "text="], "text: found '', wanted a text"),
        (["explain", "text=x", "threshold=2"], "threshold: found 2, wanted a number from 0 to 1"),
        (["explain", "text=x", "threshold=true"], "threshold: found True, wanted a number from 0 to 1"),
    ],
)
def test_wrong_input_is_one_line(arguments: list[str], fault: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", *arguments]) == 2
    assert fault in capsys.readouterr().err


def test_an_unsure_rule_is_below_the_threshold(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "explain", "text=بلغ 250 شخصا", "threshold=0.9"]) == 0
    assert "0.78 is below" in capsys.readouterr().out
