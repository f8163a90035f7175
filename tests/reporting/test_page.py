"""The page as a file: complete, escaped, small, and honest about what it leaves out."""

import json
import re
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from time import perf_counter

import pytest

from harness.data.extras import install
from harness.data.types import Annotation, Claim, Document, Entity, Example, InputError, Prediction, Span
from harness.scoring.claims import Claims
from tests.reporting.made import SCORERS, erring, perfect, report_of, run_of
from tests.samples import EXAMPLES
from tests.schemas import said

ATTACK = '<script>document.title="taken"</script>'


class Page(HTMLParser):
    """Ids, links within the page, addresses, and the content of scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.addresses: list[str] = []
        self.scripts: list[str] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag == "script"
        for name, value in attrs:
            if name == "id":
                self.ids.append(str(value))
            elif name == "href":
                self.links.append(str(value))
            elif name in ("src", "srcset", "action", "data"):
                self.addresses.append(str(value))

    def handle_endtag(self, tag: str) -> None:
        self.inside = False

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.scripts.append(data)


@pytest.fixture
def page(tmp_path: Path) -> str:
    """The page of two runs."""
    return report_of(run_of(tmp_path / "a", erring()), run_of(tmp_path / "b", perfect())).html


def test_ids_are_unique_and_links_lead_somewhere(page: str) -> None:
    read = Page(page)
    assert len(read.ids) == len({*read.ids})
    assert all(link[0] == "#" and link[1:] in read.ids for link in read.links)
    # A link to each error, and from each error to the text.
    assert {f"#d0e{number}" for number in range(1, 7)} <= {*read.links}


def test_the_page_is_one_file(page: str) -> None:
    assert all(address.startswith("data:image/svg+xml;base64,") for address in Page(page).addresses)
    assert not re.search(r"@import|url\(|https?://", page)


def test_every_part_is_there(page: str) -> None:
    parts = ("summary", "types", "confusion", "calibration", "slices", "ledger", "lost", "errors", "documents")
    assert {*parts} <= {*Page(page).ids}
    assert all(example.document.id in page for example in EXAMPLES)
    assert "A sample." not in page


def test_two_runs_show_who_got_what(page: str) -> None:
    table = page[page.index("one run alone got right") :]
    # A lost the person, Rabat, Morocco, and Canada of the document that failed; B lost nothing.
    cells = re.findall(r"<t[dh][^>]*><bdi>(.*?)</bdi>", table)
    for row in (["GPE", "0", "3"], ["PERS", "0", "1"]):
        assert row in [cells[at : at + 3] for at in range(len(cells))]
    assert "B is" in page or "no difference found" in page


def test_one_run_has_no_letters(tmp_path: Path) -> None:
    page = report_of(run_of(tmp_path / "a", erring())).html
    assert "Who got what" not in page
    assert 'name="run"' not in page
    assert "the run failed" in page


def test_text_of_articles_models_and_names_is_escaped(tmp_path: Path) -> None:
    text = f'قال {ATTACK} إن بكين "بعيدة" & قريبة'
    name = f"d{ATTACK}"
    claim = Claim(Span(4, 10), Span(0, 3), Span(4, 20), ATTACK, said("direct", "affirms", "asserted"))
    gold = Annotation((Entity(4, 40, "GPE"),), (claim,), ())
    example = Example(Document(name, text, {ATTACK: ATTACK}), gold)
    answer = Annotation((Entity(5, 41, "GPE"),), (replace(claim, speaker=f"{ATTACK}2"),), ())
    other = Example(Document("other", text), gold)
    predictions = [Prediction(name, answer), Prediction("other", Annotation(), error=ATTACK)]
    run = run_of(tmp_path / "a", predictions, [example, other], name=ATTACK)
    page = report_of(run).html
    assert ATTACK not in page
    assert "&lt;script&gt;" in page
    (script,) = Page(page).scripts
    assert "taken" not in script
    assert "script-src 'sha256-" in page


def test_a_run_without_analysis_says_so(tmp_path: Path) -> None:
    run = run_of(tmp_path / "a", perfect())
    (run / "analysis.json").unlink()
    page = report_of(run).html
    assert page.count("The run was not analysed") == 1
    # No entry of the navigation without its section, and no section without anything in it.
    parts = {"summary", "types", "errors", "documents"}
    assert {*re.findall(r'<section id="(\w+)"', page)} == parts
    assert {*re.findall(r'<a href="#(\w+)">', page[: page.index("</nav>")])} == parts


def test_a_part_that_one_run_alone_has_is_there_and_says_so(tmp_path: Path) -> None:
    a, b = run_of(tmp_path / "a", perfect()), run_of(tmp_path / "b", erring())
    (a / "analysis.json").unlink()
    page = report_of(a, b).html
    assert page.count("not analysed") == 4
    assert '<a href="#calibration">' in page


def test_no_confidence_and_no_claims_are_no_parts(tmp_path: Path) -> None:
    answers = [
        replace(answer, annotation=Annotation(tuple(entity._replace(score=None) for entity in entities)))
        for answer in erring()
        if (entities := answer.annotation.entities or ()) is not None
    ]
    page = report_of(run_of(tmp_path / "a", answers, scorers={"entities_strict": SCORERS["entities_strict"]})).html
    for part in ("calibration", "lost"):
        assert f'id="{part}"' not in page
        assert f'href="#{part}"' not in page
    assert 'href="#confusion"' in page


def test_headlines_come_first_and_the_rest_is_folded(tmp_path: Path) -> None:
    page = report_of(run_of(tmp_path / "a", erring())).html
    headlines = page[page.index('<table class="headlines">') : page.index('<details id="measures">')]
    rows = re.findall(r'<th scope="row">(.*?)</th>', headlines)
    assert rows == ["micro/f1", "micro/f1", "content soft/f1", "relation/f1", "macro/f1"]
    folded = page[page.index('<details id="measures">') : page.index("</details>", page.index("all measures"))]
    assert "micro/precision" in folded
    # The gold has ten mentions of one type; its first two documents have no such type.
    assert "macro10/f1" in folded
    few = report_of(run_of(tmp_path / "b", perfect()[:2], EXAMPLES[:2])).html
    assert "macro/f1" in few
    assert "macro10" not in few


def test_one_error_is_one_error(tmp_path: Path) -> None:
    answers = perfect()
    entities = answers[0].annotation.entities or ()
    answers[0] = replace(answers[0], annotation=replace(answers[0].annotation, entities=entities[1:]))
    page = report_of(run_of(tmp_path / "a", answers)).html
    assert '<p id="count" role="status" aria-live="polite">1 error</p>' in page
    assert "1 errors" not in page
    assert "0 errors" in page


def test_the_diagonal_of_the_confusion_is_not_called_right(page: str) -> None:
    assert "the type is right; boundaries may be wrong" in page
    assert "Right ones" not in page


def test_a_run_whose_signature_names_another_map_than_its_provenance_is_refused(tmp_path: Path) -> None:
    run = run_of(tmp_path / "a", perfect())
    scores = json.loads((run / "scores.json").read_text(encoding="utf-8"))
    signed = scores["scorers"]["entities_strict"]["signature"]
    scores["scorers"]["entities_strict"]["signature"] = signed.replace("|units", "|map:anercorp@2|units")
    (run / "scores.json").write_text(json.dumps(scores), encoding="utf-8")
    wanted = r"entities_strict: found a run scored in anercorp@2, wanted the gold's types as in its provenance\.json"
    with pytest.raises(InputError, match=wanted):
        report_of(run).html  # noqa: B018 -- the page is made when it is asked for


def test_runs_scored_otherwise_are_refused(tmp_path: Path) -> None:
    run = run_of(tmp_path / "a", perfect(), scorers=SCORERS | {"claims": Claims(threshold=0.8)})
    with pytest.raises(InputError, match=r"claims: found a run scored with .*0\.8.*, wanted .*0\.5.*scorer\.claims"):
        _ = report_of(run).html


def test_runs_on_unlike_gold_are_refused(tmp_path: Path) -> None:
    a, b = run_of(tmp_path / "a", perfect()), run_of(tmp_path / "b", perfect()[:4], EXAMPLES[:4])
    with pytest.raises(InputError, match=r"runs: found the gold \w{6} and \w{6}, wanted runs on one gold"):
        report_of(a, b)
    with pytest.raises(InputError, match="runs: found 3, wanted one or two"):
        report_of(a, a, a)


def test_a_run_beside_one_with_fewer_layers_keeps_its_errors(tmp_path: Path) -> None:
    answers = perfect()
    flat = [replace(one, annotation=Annotation(entities=one.annotation.entities)) for one in answers]
    page = report_of(run_of(tmp_path / "a", erring()), run_of(tmp_path / "b", flat)).html
    assert 'data-layer="claims" data-kind="parts"' in page
    assert 'data-run="B"' not in page


def test_ten_thousand_documents_make_a_usable_page(tmp_path: Path) -> None:
    examples = [
        replace(example, document=replace(example.document, id=f"d{number}-{example.document.id}"))
        for number in range(1667)
        for example in EXAMPLES
    ][:10_000]
    answers = [Prediction(example.document.id, example.gold) for example in examples]
    # Forty documents of ten thousand have an error.
    for number in range(0, 10_000, 250):
        answers[number] = replace(answers[number], annotation=Annotation((), (), ()))
    report = report_of(run_of(tmp_path / "a", answers, examples))
    started = perf_counter()
    page = report.html
    assert perf_counter() - started < 60
    assert len(page.encode()) < 5_000_000
    assert "60 of 10000 documents are listed here" in page
    shown = re.findall(r'<article class="document" id="d(\d+)"', page)
    assert len(shown) == 60
    assert {str(number) for number in range(0, 10_000, 250)} <= {*shown}
    assert shown == sorted(shown, key=int)


def test_what_does_not_fit_is_left_out_and_said_so(tmp_path: Path) -> None:
    whole = report_of(run := run_of(tmp_path / "a", erring())).html
    size = len(whole.encode())
    short = report_of(run, megabytes=(size - 3000) / 1e6).html
    assert len(short.encode()) < size - 3000
    assert "A sample." in short
    assert short.count('<article class="document"') < 6


def test_the_same_runs_make_the_same_page(tmp_path: Path) -> None:
    run = run_of(tmp_path / "a", erring())
    assert report_of(run).html == report_of(run).html


def test_a_run_with_boundary_errors_has_both_pictures(tmp_path: Path) -> None:
    run = run_of(tmp_path / "a", erring())
    out = tmp_path / "out"
    out.mkdir()
    assert [path.name for path in report_of(run).draw(out)] == ["types.png", "ledger.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in out.iterdir())


def test_nothing_is_drawn_of_what_a_run_lacks(tmp_path: Path) -> None:
    claims = run_of(tmp_path / "a", perfect(), scorers={"claims": SCORERS["claims"]})
    assert report_of(claims).draw(tmp_path) == []
    two = report_of(run_of(tmp_path / "b", erring()), run_of(tmp_path / "c", perfect()))
    assert [path.name for path in two.draw(tmp_path)] == ["types.png"]


def test_without_matplotlib_the_page_has_its_tables_and_no_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = run_of(tmp_path / "a", erring())
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    out = tmp_path / "out"
    out.mkdir()
    report = report_of(run)
    assert report.draw(out) == []
    assert not [*out.iterdir()]
    said = f"warning: report: found no matplotlib; no picture is drawn ({install('plots')})"
    assert capsys.readouterr().err.splitlines()[-1] == said
    page = report.html
    assert "<picture>" not in page
    assert "The picture is not drawn: Matplotlib is not installed." in page
    assert "No mention has a confidence." not in page
