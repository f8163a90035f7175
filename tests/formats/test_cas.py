"""UIMA CAS, both ways."""

import zipfile
from pathlib import Path

import cassis
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from harness.data.schema import read_schema
from harness.data.types import Annotation, Document, Entity, Example, InputError
from harness.datasets.cas import Cas
from harness.datasets.gold import GoldStandard
from harness.formats.cas import NAMED_ENTITY
from harness.formats.cas import Cas as Writer
from harness.formats.export import Export
from tests.formats.sample import ENTITIES, TEXT, WHOLE
from tests.formats.strategies import in_order, is_read_or_refused, unscored, whole_examples

GOLD = read_schema("gold")

# Written by hand as INCEpTION writes it: UTF-16, in which the emoji counts two.
SYSTEM = f"""<?xml version="1.0" encoding="UTF-8"?>
<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types><typeDescription>
<name>{NAMED_ENTITY}</name><description/><supertypeName>uima.tcas.Annotation</supertypeName><features>
<featureDescription><name>value</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
</features></typeDescription></types></typeSystemDescription>"""
XMI = f"""<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore"
 xmlns:type="http:///de/tudarmstadt/ukp/dkpro/core/api/ner/type.ecore" xmi:version="2.0"><cas:NULL xmi:id="0"/>
<type:NamedEntity xmi:id="2" sofa="1" begin="8" end="20" value="OCC"/>
<type:NamedEntity xmi:id="3" sofa="1" begin="14" end="20" value="GPE"/>
<type:NamedEntity xmi:id="4" sofa="1" begin="25" end="29" value="GPE"/>
<type:NamedEntity xmi:id="5" sofa="1" begin="31" end="35" value="GPE"/>
<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="{TEXT}"/>
<cas:View sofa="1" members="2 3 4 5"/></xmi:XMI>"""


def write(folder: Path, xmi: str = XMI, system: str = SYSTEM) -> str:
    (folder / "TypeSystem.xml").write_text(system, encoding="utf-8")
    (folder / "doc.xmi").write_text(xmi, encoding="utf-8")
    return str(folder)


def test_utf16_becomes_code_points(tmp_path: Path) -> None:
    (found,) = Cas(write(tmp_path)).read()
    assert (found.document, found.gold.entities) == (Document("doc", TEXT), ENTITIES)


def test_json_and_archives_are_read_too(tmp_path: Path) -> None:
    write(tmp_path)
    types = cassis.load_typesystem(tmp_path / "TypeSystem.xml")
    loaded = cassis.load_cas_from_xmi(tmp_path / "doc.xmi", typesystem=types)
    (tmp_path / "json").mkdir()
    loaded.to_json(tmp_path / "json" / "doc.json")
    assert Cas(str(tmp_path / "json")).read()[0].gold.entities == ENTITIES
    with zipfile.ZipFile(tmp_path / "doc.zip", "w") as archive:
        archive.write(tmp_path / "doc.xmi", "doc.xmi")
        archive.write(tmp_path / "TypeSystem.xml", "TypeSystem.xml")
    assert Cas(str(tmp_path / "doc.zip")).read()[0].gold.entities == ENTITIES
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as archive:
        archive.writestr("x", "y")
    with pytest.raises(InputError, match=r"found none, wanted one file \.xmi or \.json in it"):
        Cas(str(tmp_path / "empty.zip")).read()


def test_a_layer_of_ones_own_is_named(tmp_path: Path) -> None:
    own = "webanno.custom.Name"
    xmi = XMI.replace("type:NamedEntity", "type:Name").replace(
        "http:///de/tudarmstadt/ukp/dkpro/core/api/ner/type.ecore", "http:///webanno/custom.ecore"
    )
    path = write(tmp_path, xmi, SYSTEM.replace(NAMED_ENTITY, own))
    with pytest.raises(InputError, match=rf"wanted dataset\.spans to name one of the types of the file: {own}"):
        Cas(path).read()
    assert Cas(path, spans={own: "value"}).read()[0].gold.entities == ENTITIES


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (' value="OCC"', "", r"doc\.xmi: NamedEntity 2: found no value on .* wanted a label; dataset\.unlabelled=skip"),
        ('begin="8" end="20"', 'begin="8" end="99"', r"doc\.xmi: found .*99.* wanted a UIMA CAS"),
        ('begin="8" end="20"', 'begin="1" end="20"', r"doc\.xmi: .*wanted"),
        (
            "<xmi:XMI",
            "<!DOCTYPE x SYSTEM 'file:///etc/passwd'><xmi:XMI",
            r"found a document type \(DOCTYPE\)",
        ),
        ("</xmi:XMI>", "", r"doc\.xmi: found .* wanted a UIMA CAS"),
        (XMI, "{}", r"doc\.xmi: found .* wanted a UIMA CAS"),
    ],
)
def test_what_is_no_cas_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        Cas(write(tmp_path, XMI.replace(old, new))).read()
    assert "\n" not in str(caught.value)


def test_spans_without_a_label_can_be_left_out(tmp_path: Path) -> None:
    dataset = Cas(write(tmp_path, XMI.replace(' value="OCC"', "")), unlabelled="skip")
    assert dataset.read()[0].gold.entities == ENTITIES[1:]
    assert "found 1 spans without a label; passed over" in dataset.remarks[0]


def test_a_missing_type_system_is_said(tmp_path: Path) -> None:
    (tmp_path / "doc.xmi").write_text(XMI, encoding="utf-8")
    with pytest.raises(InputError, match=r"with TypeSystem\.xml beside it or dataset\.typesystem=FILE"):
        Cas(str(tmp_path / "doc.xmi")).read()


def round_trip(examples: list[Example], folder: Path) -> list[Example]:
    Writer().write(Export(examples, GOLD, "gold"), folder)
    return list(Cas(str(folder), schema="gold").read())


def bare(example: Example) -> Example:
    """What a CAS can hold: no scores, and no meta of our own."""
    plain = unscored(example)
    return Example(Document(plain.document.id, plain.document.text), plain.gold)


def test_gold_there_and_back(tmp_path: Path) -> None:
    examples = [bare(found) for found in GoldStandard().read()]
    assert list(map(in_order, round_trip(examples, tmp_path))) == list(map(in_order, examples))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
@given(whole_examples())
@example(WHOLE)
def test_whatever_can_be_annotated_there_and_back(tmp_path: Path, drawn: Example) -> None:
    for path in tmp_path.iterdir():
        path.unlink()
    try:
        (back,) = round_trip([bare(drawn)], tmp_path)
    except InputError as error:
        assume("that XML can hold" not in str(error))
        raise
    assert in_order(back) == in_order(bare(drawn))


def test_what_is_lost_is_said(tmp_path: Path) -> None:
    scored = Example(Document("d", TEXT, {"outlet": "x"}), Annotation(entities=(Entity(24, 28, "GPE", 0.5),)))
    written = Writer().write(Export([scored], GOLD, "gold"), tmp_path)
    assert written.lost == {"keys of meta": 1, "scores": 1}
    with pytest.raises(InputError, match=r'"d": found the character U\+000D, wanted a text'):
        Writer().write(Export([Example(Document("d", "a\r\n"), Annotation())], GOLD, "gold"), tmp_path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(st.integers(0, len(XMI)), st.integers(0, 4), st.text(st.sampled_from('<>/"=& x0-\n'), max_size=3))
def test_a_damaged_file_is_read_or_refused_in_one_line(tmp_path: Path, at: int, cut: int, put: str) -> None:
    path = write(tmp_path, XMI[:at] + put + XMI[at + cut :])
    assert is_read_or_refused(Cas(path).read)
