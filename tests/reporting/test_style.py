"""Every colour of the page can be read on every ground it stands on: WCAG 2.2, level AA."""

import re
from pathlib import Path
from typing import Final

import pytest

import harness.reporting.page
from harness.reporting.charts import DARK, LIGHT, Theme

STYLE: Final = (Path(harness.reporting.page.__file__).parent / "style.css").read_text(encoding="utf-8")
GROUNDS: Final = ("paper", "panel", "hover")
# Grounds themselves, and lines that only part what stands apart anyway.
NO_TEXT: Final = {*GROUNDS, "line", "differs"}
KINDS: Final = ("missed", "spurious", "type", "boundary", "both", "parts")


def palette(theme: str) -> dict[str, str]:
    """The colours of a theme by name."""
    dark = STYLE.index("@media (prefers-color-scheme: dark)")
    block = STYLE[:dark] if theme == "light" else STYLE[dark : STYLE.index("* { box-sizing")]
    return dict(re.findall(r"--([\w]+): (#[0-9a-f]{6})", block))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """`share` of one colour on another, as color-mix in sRGB has it."""
    parts = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(share * left + (1 - share) * right):02x}" for left, right in parts)


def test_contrast_by_hand() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    # The well-known grey that just passes on white.
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_is_legible_on_every_ground(theme: str) -> None:
    colours = palette(theme)
    texts = colours.keys() - NO_TEXT
    assert len(texts) > 15
    low = {
        (text, ground): round(contrast(colours[text], colours[ground]), 2)
        for text in texts
        for ground in GROUNDS
        if contrast(colours[text], colours[ground]) < 4.5
    }
    assert not low


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_notes_are_paper_on_their_colour(theme: str) -> None:
    colours = palette(theme)
    assert all(contrast(colours["paper"], colours[kind]) >= 4.5 for kind in KINDS)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_differs_is_legible_on_its_ground(theme: str) -> None:
    colours = palette(theme)
    assert contrast(colours["ink"], colours["differs"]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_numbers_of_confusion_are_legible_on_the_deepest_shade(theme: str) -> None:
    colours = palette(theme)
    first, most = map(int, re.findall(r"calc\((\d+)% \+ var\(--share\) \* (\d+)%\)", STYLE)[0])
    for shade in ("right", "spurious"):
        ground = mixed(colours[shade], colours["paper"], (first + most) / 100)
        assert contrast(colours["ink"], ground) >= 4.5


def test_both_themes_name_the_same_colours() -> None:
    assert palette("light").keys() == palette("dark").keys()


def test_every_colour_that_is_used_is_named() -> None:
    used = {*re.findall(r"var\(--(\w+)", STYLE)} - {"value", "low", "high", "share", "colour", "width"}
    assert used <= palette("light").keys()
    # Colours stand in the palette alone.
    assert not re.search(
        r"#[0-9a-fA-F]{3,6}\b", re.sub(r"--\w+: #[0-9a-f]{6};", "", STYLE).replace("#filters", "").replace("#count", "")
    )


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_pictures_are_legible(theme: Theme) -> None:
    assert contrast(theme.ink, theme.paper) >= 4.5
    # Lines and marks: graphics want 3 to 1.
    assert all(contrast(colour, theme.paper) >= 3 for colour in (*theme.runs, theme.faint))
