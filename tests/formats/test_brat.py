"""Standoff of brat, both ways."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from harness.data.schema import Schema, read_schema
from harness.data.types import Document, Entity, Example, InputError
from harness.datasets.brat import Brat
from harness.datasets.gold import GoldStandard
from harness.formats.brat import Brat as Writer
from harness.formats.brat import escaped, unescaped
from harness.formats.export import Export
from tests.formats.sample import CLAIM, ENTITIES, SENTENCES, TEXT, WHOLE
from tests.formats.strategies import in_order, is_read_or_refused, unscored, whole_examples

GOLD = read_schema("gold")
CLAIMS = {"Cue": {"cue": "trigger", "content": "Content", "source": "Source"}}


def write(folder: Path, annotation: str, text: str = TEXT, name: str = "doc") -> Path:
    (folder / f"{name}.txt").write_bytes(text.encode())
    (folder / f"{name}.ann").write_bytes(annotation.encode())
    return folder


def read(folder: Path, annotation: str, **more: object) -> Example:
    write(folder, annotation)
    (found,) = Brat(str(folder), **more).read()  # type: ignore[arg-type]
    return found


# The emoji is one code point: every offset behind it is one less than in UTF-16.
SAID = """T1\tOCC 7 19\tوزيرُ الصينِ
T2\tGPE 13 19\tالصينِ
T3\tGPE 24 28\tبكين
T4\tGPE 30 34\tلندن
T5\tCue 2 6\tقالَ
T6\tContent 24 42\tبكين ولندن بعيدتان
E1\tCue:T5 Content:T6 Source:T1
A1\tquote E1 indirect
A2\tpolarity E1 affirms
A3\tcertainty E1 asserted
#1\tAnnotatorNotes E1\tspeaker: وزير الصين
T7\tUFS 2 43\tقالَ وزيرُ الصينِ إنّ بكين ولندن بعيدتان.
"""


def test_an_event_is_a_claim_by_a_mapping(tmp_path: Path) -> None:
    gold = read(tmp_path, SAID, events=CLAIMS, schema="gold").gold
    assert (gold.entities, gold.claims, gold.sentences) == (ENTITIES, (CLAIM,), SENTENCES)


def test_relations_are_claims_by_their_names(tmp_path: Path) -> None:
    related = SAID.replace("E1\tCue:T5 Content:T6 Source:T1", "R1\tcue Arg1:T6 Arg2:T5\nR2\tsource Arg1:T1 Arg2:T6")
    gold = read(tmp_path, related.replace(" E1", " T6"), schema="gold").gold
    assert (gold.entities, gold.claims, gold.sentences) == (ENTITIES, (CLAIM,), SENTENCES)


def test_two_events_can_share_their_content_and_cue(tmp_path: Path) -> None:
    twice = SAID + "E2\tCue:T5 Content:T6\nA4\tquote E2 direct\nA5\tpolarity E2 denies\nA6\tcertainty E2 hedged\n"
    claims = read(tmp_path, twice, events=CLAIMS, schema="gold").gold.claims or ()
    assert {(claim.source, claim.attributes["quote"]) for claim in claims} == {
        (None, "direct"),
        (CLAIM.source, "indirect"),
    }


def test_utf16_offsets_of_other_writers_are_proved(tmp_path: Path) -> None:
    wide = "".join(
        f"T{n}\t{kind} {start + 1} {end + 1}\t{TEXT[start:end]}\n"
        for n, (start, end, kind, _) in enumerate(ENTITIES, 1)
    )
    dataset = Brat(str(write(tmp_path, wide)))
    assert dataset.read()[0].gold.entities == ENTITIES
    assert "found offsets that count utf16 in 1 texts" in dataset.remarks[0]


def test_spans_in_pieces(tmp_path: Path) -> None:
    pieces = "T1\tGPE 24 28;35 42\tبكين بعيدتان\n"
    with pytest.raises(
        InputError, match=r"doc\.ann:1: T1: found 2 pieces, wanted one piece; dataset\.discontinuous=hull"
    ):
        read(tmp_path, pieces)
    assert read(tmp_path, pieces, discontinuous="hull").gold.entities == (Entity(24, 42, "GPE"),)
    parts = read(tmp_path, pieces, discontinuous="parts").gold.entities
    assert parts == (Entity(24, 28, "GPE"), Entity(35, 42, "GPE"))
    dataset = Brat(str(tmp_path), discontinuous="parts")
    dataset.read()
    assert dataset.remarks == (f"{tmp_path}: found 1 discontinuous spans; taken as parts",)
    with pytest.raises(InputError, match=r"T1\.2: found .* wanted the text it is said to be"):
        read(tmp_path, "T1\tGPE 24 28;35 42\tبكين قريبتان\n", discontinuous="parts")


def test_a_line_end_in_a_span_is_a_space_in_its_quote(tmp_path: Path) -> None:
    write(tmp_path, "T1\tGPE 4 12\tبيت  لحم\n", "زار بيت\r\nلحم")
    assert Brat(str(tmp_path)).read()[0].gold.entities == (Entity(4, 12, "GPE"),)


def test_folders_in_folders_and_one_file_alone(tmp_path: Path) -> None:
    for name in ("a", "b/a"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write((tmp_path / name).parent, "T1\tGPE 24 28\tبكين\n", name=(tmp_path / name).name)
    (tmp_path / ".stats_cache").write_text("x")
    (tmp_path / "annotation.conf").write_text("[entities]")
    assert [found.document.id for found in Brat(str(tmp_path)).read()] == ["a", "b/a"]
    assert [found.document.id for found in Brat(str(tmp_path / "b" / "a.ann")).read()] == ["a"]
    (tmp_path / "b" / "a.ann").unlink()
    with pytest.raises(InputError, match=r"a\.ann: found no file beside a\.txt, wanted .* dataset\.missing=empty"):
        Brat(str(tmp_path)).read()
    assert Brat(str(tmp_path), missing="empty").read()[1].gold.entities == ()
    (tmp_path / "lonely.ann").write_text("")
    with pytest.raises(InputError, match=r"lonely\.ann: found no lonely\.txt beside it"):
        Brat(str(tmp_path)).read()
    with pytest.raises(InputError, match="found no such folder, wanted a collection of brat"):
        Brat(str(tmp_path / "gone")).read()


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        (
            "T1\tGPE 24 28\tلندن\n",
            r'T1: found "بكين" at \[24, 28\], wanted the text it is said to be: "لندن"',
        ),
        ("T1\tGPE 24 99\tبكين\n", r"doc\.ann: T1: found \[24, 99\], wanted edges of characters"),
        ("T1\tGPE 24\tبكين\n", r'doc\.ann:1: found "GPE 24", wanted TYPE START END'),
        ("T1\n", r'doc\.ann:1: found "", wanted TYPE START END'),
        ("\n\nX1\tGPE\n", r"doc\.ann:3: found .*wanted a line that begins with T, R, E"),
        ("T1\tGPE 24 28\tبكين\nT1\tGPE 30 34\tلندن\n", r"doc\.ann:2: found \"T1\" again"),
        ("T1\tGPE 24 28\tبكين\nR1\tcue Arg1:T1 Arg2:T9\n", r'doc\.ann: cue: found "T9", wanted a T of this file'),
        ("R1\tcue T1 T9\n", r'doc\.ann:1: found "T1", wanted ROLE:ID'),
        ("R1\tcue\n", r'doc\.ann:1: found "cue", wanted at least 3 words'),
        ("T1\tCue 2 6\tقالَ\nE1\tCue:T1\n", r"doc\.ann: E1: found no Content, wanted the content of the claim"),
        ("T1\tCue 2 6\tقالَ\nE1\tCue:T1 Content:T2\n", r'doc\.ann: E1: found "T2", wanted a T of this file'),
        ("T1\tmicro 24 28\tبكين\n", r"doc\.ann: T1: found the label 'micro', wanted another name"),
    ],
)
def test_what_is_no_standoff_is_named(tmp_path: Path, annotation: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path, annotation, events=CLAIMS)


def test_what_is_passed_over_is_counted(tmp_path: Path) -> None:
    other = (
        "T1\tGPE 24 28\tبكين\nE1\tTrip:T1\nN1\tReference T1 Wikidata:Q956\tBeijing\n"
        "*\tEquiv T1 T1\nR1\tof Arg1:E1 Arg2:T1\n"
    )
    dataset = Brat(str(write(tmp_path, other)))
    dataset.read()
    (remark,) = dataset.remarks
    for said in ("1 normalizations", "1 equivalences", "1 events of type Trip", "1 relations of events"):
        assert said in remark


def round_trip(examples: list[Example], folder: Path, schema: Schema = GOLD) -> list[Example]:
    folder.mkdir(exist_ok=True)
    Writer().write(Export(examples, schema, "gold"), folder)
    return list(Brat(str(folder), schema="gold").read()) if schema is GOLD else list(Brat(str(folder)).read())


@pytest.mark.parametrize("version", ["v1", "newswire-v1"])
def test_gold_there_and_back(version: str, tmp_path: Path) -> None:
    examples = list(GoldStandard(version).read())
    back = round_trip(examples, tmp_path)
    assert sorted(map(str, map(in_order, back))) == sorted(map(str, map(in_order, examples)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(whole_examples())
@example(WHOLE)
def test_whatever_can_be_annotated_there_and_back(tmp_path: Path, drawn: Example) -> None:
    for path in tmp_path.iterdir():
        path.unlink()
    (back,) = round_trip([drawn], tmp_path)
    assert in_order(back) == in_order(unscored(drawn))


def test_the_same_twice_is_the_same_bytes_and_what_is_lost_is_said(tmp_path: Path) -> None:
    scored = Example(Document("d", TEXT), WHOLE.gold.__class__(entities=(Entity(24, 28, "GPE", 0.5),)))
    contents = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        written = Writer().write(Export([scored], GOLD, "gold"), tmp_path / name)
        assert written.lost == {"scores": 1}
        contents.append([path.read_bytes() for path in written.files])
    assert contents[0] == contents[1]


@given(st.text(min_size=1, max_size=8))
@example("a_x0041_b")
@example("مكان عام")
def test_names_are_escaped_and_come_back(name: str) -> None:
    assert unescaped(escaped(name)) == name
    assert all(char.isascii() and (char.isalnum() or char in "_-") for char in escaped(name))


def test_the_configuration_has_every_name(tmp_path: Path) -> None:
    schema = Schema("own", types=("مكان", "A|B"), sentence_labels=("CFS",), attributes={"tone": ("up", "down")})
    Writer().write(Export([WHOLE], schema, "gold"), tmp_path)
    conf = (tmp_path / "annotation.conf").read_text(encoding="utf-8")
    assert "tone\tArg:Content, Value:up|down" in conf
    assert escaped("مكان") in conf.split("[relations]")[0].splitlines()
    visual = (tmp_path / "visual.conf").read_text(encoding="utf-8")
    assert "Text\tdirection:rtl" in visual
    assert f"{escaped('A|B')} | A B" in visual
    with pytest.raises(InputError, match='found the label "Cue" for two things'):
        Writer().write(Export([WHOLE], Schema("own", types=("Cue",)), "gold"), tmp_path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(st.integers(0, len(SAID)), st.integers(0, 3), st.text(st.sampled_from("TREA1:; \t\n\r0é"), max_size=3))
def test_a_damaged_file_is_read_or_refused_in_one_line(tmp_path: Path, at: int, cut: int, put: str) -> None:
    damaged = SAID[:at] + put + SAID[at + cut :]
    assert is_read_or_refused(lambda: read(tmp_path, damaged, events=CLAIMS))
