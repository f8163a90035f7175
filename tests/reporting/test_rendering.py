from pathlib import Path

from harness.reporting.rendering import choices, piece, style, template
from tests.reporting.made import erring, report_of, run_of


def test_filters_offer_what_occurs_most_first(tmp_path: Path) -> None:
    errors = [error for view in report_of(run_of(tmp_path / "a", erring())).views for error in view.errors]
    found = choices(errors)
    # Two mentions, one claim and one sentence are missed; each other kind occurs once, wrong types twice.
    assert found["kind"] == [("missed", 4), ("type", 2), ("spurious", 1), ("boundary", 1), ("parts", 1)]
    assert found["run"] == []
    assert dict(found["layer"]) == {"entities": 5, "claims": 2, "sentences": 2}


def test_the_size_of_a_piece_is_in_bytes(tmp_path: Path) -> None:
    made = piece(report_of(run_of(tmp_path / "a", erring())).views[0])
    assert made.size == len(f"{made.errors}{made.document}".encode())


def test_values_are_escaped(tmp_path: Path) -> None:
    view = report_of(run_of(tmp_path / "a", erring())).views[4]
    assert "<b>pipe</b>" not in template("document.html", view=view, layers=[], claims=[])


def test_types_of_other_schemas_have_colours_too() -> None:
    told = style(["GPE", "مرض", "</style>", 'a"b', "مرض"])
    own = told[len(style([])) :].splitlines()
    assert [line.partition("{")[2] for line in own] == [
        f" --colour: var(--{hue}); }}" for hue in ("people", "places", "groups")
    ]
    assert own[1].startswith('[data-label="\\3c \\2f style\\3e "], [data-label="')
    assert "</style" not in told
