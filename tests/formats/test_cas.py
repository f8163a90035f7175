"""UIMA CAS, both ways."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from harness.data.schema import Schema, read_schema
from harness.data.types import Annotation, Claim, Document, Entity, Example, InputError, Sentence
from harness.datasets.cas import Cas
from harness.datasets.gold import GoldStandard
from harness.formats.cas import Cas as Writer
from harness.formats.cas_layers import Claims, Layer, attribute_name, feature_name
from harness.formats.export import Export, Written
from tests.formats.sample import CLAIM, EMOJI_UNITS, ENTITIES, SENTENCES, TEXT, WHOLE
from tests.formats.strategies import in_order, is_read_or_refused, unscored, whole_examples

GOLD = read_schema("gold")

TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>
<typeDescription><name>webanno.custom.Statement</name><description/><supertypeName>uima.tcas.Annotation</supertypeName>
<features>
<featureDescription><name>mood</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
<featureDescription><name>args</name><description/><rangeTypeName>uima.cas.FSArray</rangeTypeName>
<elementType>webanno.custom.StatementArgsLink</elementType></featureDescription>
<featureDescription><name>cue</name><description/><rangeTypeName>uima.tcas.Annotation</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>webanno.custom.StatementArgsLink</name><description/><supertypeName>uima.cas.TOP</supertypeName>
<features>
<featureDescription><name>role</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
<featureDescription><name>target</name><description/><rangeTypeName>uima.tcas.Annotation</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>webanno.custom.Spoken</name><description/><supertypeName>uima.tcas.Annotation</supertypeName>
<features>
<featureDescription><name>Dependent</name><description/><rangeTypeName>uima.tcas.Annotation</rangeTypeName></featureDescription>
<featureDescription><name>Governor</name><description/><rangeTypeName>uima.tcas.Annotation</rangeTypeName></featureDescription>
<featureDescription><name>kind</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>webanno.custom.Many</name><description/><supertypeName>uima.tcas.Annotation</supertypeName>
<features><featureDescription><name>kinds</name><description/><rangeTypeName>uima.cas.StringArray</rangeTypeName>
</featureDescription></features></typeDescription>
<typeDescription><name>de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity</name><description/>
<supertypeName>uima.tcas.Annotation</supertypeName><features>
<featureDescription><name>value</name><description/><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription>
</features></typeDescription>
<typeDescription><name>de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token</name><description/>
<supertypeName>uima.tcas.Annotation</supertypeName></typeDescription>
</types></typeSystemDescription>
"""

# UTF-16: every offset behind the emoji is one more than in code points.
BODY = """<type:NamedEntity xmi:id="10" sofa="1" begin="8" end="20" value="OCC"/>
<type:NamedEntity xmi:id="11" sofa="1" begin="14" end="20" value="GPE"/>
<type:NamedEntity xmi:id="12" sofa="1" begin="25" end="29" value="GPE"/>
<type:NamedEntity xmi:id="13" sofa="1" begin="31" end="35" value="GPE"/>
<seg:Token xmi:id="14" sofa="1" begin="3" end="7"/>
<custom:Statement xmi:id="15" sofa="1" begin="25" end="43" mood="flat" args="16 17" cue="14"/>
<custom:StatementArgsLink xmi:id="16" role="source" target="10"/>
<custom:StatementArgsLink xmi:id="17" role="place" target="12"/>
<custom:Spoken xmi:id="18" sofa="1" begin="8" end="20" Dependent="10" Governor="15" kind="source"/>
<custom:Spoken xmi:id="19" sofa="1" begin="3" end="7" Dependent="14" Governor="15" kind="cue"/>
<custom:Many xmi:id="20" sofa="1" begin="25" end="29"><kinds>GPE</kinds><kinds>LOC</kinds></custom:Many>
"""


def xmi(body: str = BODY, text: str = TEXT, members: str = "10 11 12 13 14 15 18 19 20") -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore"
 xmlns:type="http:///de/tudarmstadt/ukp/dkpro/core/api/ner/type.ecore"
 xmlns:seg="http:///de/tudarmstadt/ukp/dkpro/core/api/segmentation/type.ecore"
 xmlns:custom="http:///webanno/custom.ecore" xmi:version="2.0">
<cas:NULL xmi:id="0"/>{body}
<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="{text}"/>
<cas:View sofa="1" members="{members}"/></xmi:XMI>"""


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def write(folder: Path, content: str = xmi(), types: str = TYPES) -> Path:
    (folder / "TypeSystem.xml").write_bytes(types.encode())
    (folder / "doc.xmi").write_bytes(content.encode())
    return folder


SLOTS = Claims("webanno.custom.Statement", part=None, relation=None, slots=("args", "cue"), speaker=None)
SAID = Claim(CLAIM.content, CLAIM.cue, CLAIM.source, None, {"mood": "flat"})


def test_offsets_of_utf16_are_code_points(tmp_path: Path) -> None:
    dataset = Cas(str(write(tmp_path)))
    (found,) = dataset.read()
    assert found == Example(Document("doc", TEXT), Annotation(entities=ENTITIES))
    assert EMOJI_UNITS["utf16"] - EMOJI_UNITS["code_points"] == 1
    (remark,) = dataset.remarks
    for other in ("Statement", "Spoken", "Many"):
        assert f"webanno.custom.{other}, a layer that is not read" in remark
    assert "Token" not in remark


def test_slots_and_references_are_claims(tmp_path: Path) -> None:
    dataset = Cas(str(write(tmp_path)), claims=SLOTS)
    assert dataset.read()[0].gold.claims == (SAID,)
    assert dataset.read()[0].gold.entities == ENTITIES
    assert "1 links place" in dataset.remarks[0]


def test_relations_are_claims_whichever_end_is_the_content(tmp_path: Path) -> None:
    related = replace(SLOTS, slots=(), relation="webanno.custom.Spoken", role="kind", attributes=("mood",))
    assert Cas(str(write(tmp_path)), claims=related).read()[0].gold.claims == (SAID,)
    turned = BODY.replace('Dependent="10" Governor="15"', 'Dependent="15" Governor="10"')
    assert Cas(str(write(tmp_path, xmi(turned))), claims=related).read()[0].gold.claims == (SAID,)


def test_other_layers_of_mentions(tmp_path: Path) -> None:
    write(tmp_path)
    several = Cas(str(tmp_path), mentions=Layer("webanno.custom.Many", "kinds")).read()[0].gold.entities
    assert several == (Entity(24, 28, "GPE"), Entity(24, 28, "LOC"))
    by_type = Cas(str(tmp_path), mentions=Layer("webanno.custom.Many", None)).read()[0].gold.entities
    assert by_type == (Entity(24, 28, "Many"),)


def test_annotations_without_a_label(tmp_path: Path) -> None:
    write(tmp_path, xmi(BODY.replace(' value="OCC"', "")))
    with pytest.raises(InputError, match=r"doc\.xmi: NamedEntity#10: value: found none, .* dataset\.unlabelled=skip"):
        Cas(str(tmp_path)).read()
    dataset = Cas(str(tmp_path), unlabelled="skip")
    assert dataset.read()[0].gold.entities == ENTITIES[1:]
    assert "1 annotations of de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity without value" in dataset.remarks[0]


def test_views(tmp_path: Path) -> None:
    write(tmp_path, xmi().replace("_InitialView", "plain"))
    with pytest.raises(InputError, match=r'found no text in the view "_InitialView", wanted dataset\.view=plain'):
        Cas(str(tmp_path)).read()
    assert Cas(str(tmp_path), view="plain").read()[0].gold.entities == ENTITIES


def test_a_project_of_inception(tmp_path: Path) -> None:
    bare = zipped({"a.xmi": xmi("", members=""), "TypeSystem.xml": TYPES})
    full = zipped({"b.xmi": xmi(), "TypeSystem.xml": TYPES})
    project: dict[str, str | bytes] = {
        "exportedproject1.json": "{}",
        "source/one.txt": TEXT,
        "annotation/one.txt/a.zip": full,
        "annotation/one.txt/INITIAL_CAS.zip": bare,
        "annotation/two.txt/a.zip": bare,
        "annotation/two.txt/b.zip": full,
        "curation/two.txt/CURATION_USER.zip": full,
    }
    path = tmp_path / "project.zip"
    path.write_bytes(zipped(project))
    with pytest.raises(InputError, match=r"two\.txt: found 3 annotators, dataset\.annotator= .*a, b, CURATION_USER"):
        Cas(str(path)).read()
    dataset = Cas(str(path), annotator="a")
    assert [(found.document.id, found.gold.entities) for found in dataset.read()] == [
        ("one.txt", ENTITIES),
        ("two.txt", ()),
    ]
    curated = Cas(str(path), annotator="CURATION_USER")
    assert [found.document.id for found in curated.read()] == ["two.txt"]
    assert "1 documents without annotation by CURATION_USER, left out" in curated.remarks[0]
    for name, content in project.items():
        (tmp_path / "folder" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "folder" / name).write_bytes(content.encode() if isinstance(content, str) else content)
    assert list(Cas(str(tmp_path / "folder"), annotator="a").read()) == list(dataset.read())


def test_a_folder_of_annotations_is_no_project_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "annotation" / "dev").mkdir(parents=True)
    write(tmp_path / "annotation" / "dev")
    (tmp_path / "annotation" / "dev" / "other.xmi").write_text(xmi("", members=""), encoding="utf-8")
    assert [found.document.id for found in Cas(str(tmp_path)).read()] == ["doc", "other"]


def test_one_file_alone_and_a_zip_of_a_document(tmp_path: Path) -> None:
    write(tmp_path)
    assert Cas(str(tmp_path / "doc.xmi")).read()[0].gold.entities == ENTITIES
    with pytest.raises(InputError, match=r"found no exported project, wanted one, or no dataset\.annotator"):
        Cas(str(tmp_path / "doc.xmi"), annotator="a").read()
    archive = tmp_path / "some.name"
    archive.write_bytes(zipped({"doc.xmi": xmi(), "TypeSystem.xml": TYPES}))
    assert Cas(str(archive)).read()[0].document == Document("doc", TEXT)
    (tmp_path / "TypeSystem.xml").rename(tmp_path / "types.xml")
    with pytest.raises(InputError, match=r"doc\.xmi: found no TypeSystem\.xml, wanted one beside it"):
        Cas(str(tmp_path / "doc.xmi")).read()
    assert Cas(str(tmp_path / "doc.xmi"), typesystem=str(tmp_path / "types.xml")).read()[0].gold.entities == ENTITIES


def test_other_encodings_that_the_file_declares(tmp_path: Path) -> None:
    text = "زار بكين"
    body = '<type:NamedEntity xmi:id="10" sofa="1" begin="4" end="8" value="GPE"/>'
    content = xmi(body, text, "10").replace("UTF-8", "windows-1256")
    write(tmp_path)
    (tmp_path / "doc.xmi").write_bytes(content.encode("windows-1256"))
    assert Cas(str(tmp_path)).read()[0].gold.entities == (Entity(4, 8, "GPE"),)
    (tmp_path / "doc.xmi").write_bytes(xmi(body, text, "10").replace("UTF-8", "UTF-16").encode("utf-16"))
    assert Cas(str(tmp_path)).read()[0].document.text == text


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('begin="8" end="20" value', 'begin="8" end="99" value', r"NamedEntity#10: found the offset 99, wanted edges"),
        ('begin="8" end="20" value', 'begin="1" end="20" value', r"NamedEntity#10: found the offset 1, wanted edges"),
        ('begin="8" end="20" value', 'begin="20" end="20" value', r"NamedEntity#10: found \[19, 19\], wanted a start"),
        ('begin="8" end="20" value', "value", r"NamedEntity#10: found \[0, 0\], wanted a start"),
        ('members="10 ', 'members="10 99 ', r"found what cassis cannot read \(KeyError: 99\)"),
        ("custom:Many", "custom:Few", r"found what cassis cannot read \(TypeNotFoundError"),
        ("</xmi:XMI>", "", r"found what cassis cannot read \(XMLSyntaxError"),
        ('value="OCC"', 'weight="OCC"', r"found what cassis cannot read \(TypeError"),
        ('value="OCC"', 'value="micro"', r"NamedEntity#10: found the label 'micro', wanted another name"),
        ("<cas:NULL", "<!DOCTYPE a><cas:NULL", r"found a document type \(<!DOCTYPE\), wanted XML without one"),
        (xmi(), "no XML", r'doc\.xmi: found "no XML", wanted XMI'),
        (xmi(), " ", r"doc\.xmi: found nothing, wanted XMI"),
        (xmi(), "{}", r"doc\.xmi: found no %FEATURE_STRUCTURES"),
        (xmi(), "{" * 100_000, r"doc\.xmi: found .*wanted a CAS as JSON"),
    ],
)
def test_what_is_no_cas_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    write(tmp_path, xmi().replace(old, new))
    with pytest.raises(InputError, match=message):
        Cas(str(tmp_path)).read()


def test_entities_of_xml_are_refused_and_nothing_is_read_for_them(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="utf-8")
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>\n<xmi:XMI'
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>\n<xmi:XMI'
    for head in (entity, laughs):
        write(tmp_path, xmi().replace("<xmi:XMI", head, 1).replace("😊", "&e;"))
        with pytest.raises(InputError, match="found a document type"):
            Cas(str(tmp_path)).read()
    write(tmp_path, types=TYPES.replace("<typeSystem", '<!DOCTYPE x [<!ENTITY e "e">]><typeSystem', 1))
    with pytest.raises(InputError, match=r"TypeSystem\.xml: found a document type"):
        Cas(str(tmp_path)).read()


def test_names_of_a_type_system_are_never_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # cassis makes classes of the names, by way of source code.
    write(tmp_path, types=TYPES.replace("<name>value</name>", "<name>value=print('run'), other</name>"))
    with pytest.raises(InputError, match=r"TypeSystem\.xml: found the name .*print.*wanted letters, digits and _"):
        Cas(str(tmp_path)).read()
    record = {"%TYPES": {"a.B": {"%SUPER_TYPE": "uima.tcas.Annotation", "x=print('run'), y": {}}}, **EMPTY}
    (tmp_path / "doc.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(InputError, match=r"doc\.json: found the name .*print"):
        Cas(str(tmp_path / "doc.json")).read()
    assert "run" not in capsys.readouterr().out


EMPTY: dict[str, object] = {"%FEATURE_STRUCTURES": [], "%VIEWS": {}}


def test_deep_and_long_xml(tmp_path: Path) -> None:
    write(tmp_path, xmi("<a>" * 5000 + "</a>" * 5000))
    with pytest.raises(InputError, match="found what cassis cannot read"):
        Cas(str(tmp_path)).read()
    # More than the ten million characters that lxml allows an attribute by default.
    write(tmp_path, xmi("", "ب" * 10_000_001, ""))
    assert len(Cas(str(tmp_path)).read()[0].document.text) == 10_000_001


@pytest.mark.parametrize("offset", [True, 4.0, "4", 1])
def test_offsets_in_json_are_whole_numbers(tmp_path: Path, offset: object) -> None:
    Writer("json").write(Export([WHOLE], GOLD, "gold"), tmp_path)
    path = tmp_path / "wide.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    item = next(item for item in record["%FEATURE_STRUCTURES"] if item["%TYPE"].endswith("NamedEntity"))
    # As the file counts: the emoji is two.
    assert (item["begin"], item["end"]) == (8, 20)
    item["begin"] = offset
    path.write_text(json.dumps(record), encoding="utf-8")
    wanted = "found the offset 1, wanted edges" if offset == 1 and offset is not True else "wanted a whole number"
    with pytest.raises(InputError, match=rf"wide\.json: NamedEntity#\d+: .*{wanted}"):
        Cas(str(path)).read()


def test_what_is_configured_wrongly_is_named(tmp_path: Path) -> None:
    write(tmp_path)
    for key, value, message in (
        ("mentions", Layer("webanno.custom.Mani", "kinds"), r"mentions\.type: found no type .*did you mean .*Many"),
        ("mentions", Layer("webanno.custom.Many", "kind"), r'found no feature "kind" in webanno\.custom\.Many.*kinds'),
        ("claims", replace(SLOTS, type="webanno.custom.State"), r"claims\.type: found no type"),
        ("claims", replace(SLOTS, slots=("arg",)), r'found no feature "arg" in webanno\.custom\.Statement'),
        (
            "claims",
            replace(SLOTS, part="mood"),
            r'Statement#15: mood: found "flat", wanted one of Content, Cue, Source',
        ),
        ("claims", replace(SLOTS, slots=()), r"Statement#15: found no link cue, wanted the cue"),
        ("sentences", Layer("webanno.custom.Line", None), r"sentences\.type: found no type"),
    ):
        with pytest.raises(InputError, match=message):
            Cas(str(tmp_path), **{key: value}).read()  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"dataset\.unlabelled: found 'no'"):
        Cas(str(tmp_path), unlabelled="no")  # type: ignore[arg-type]


def round_trip(
    examples: list[Example], folder: Path, form: str, schema: Schema = GOLD
) -> tuple[list[Example], Written]:
    for path in folder.rglob("*.*"):
        path.unlink()
    written = Writer(form).write(Export(examples, schema, "gold"), folder)  # type: ignore[arg-type]
    return list(Cas(str(folder), schema="gold" if schema is GOLD else "infer").read()), written


@pytest.mark.parametrize("form", ["xmi", "json"])
@pytest.mark.parametrize("version", ["v1", "newswire-v1"])
def test_gold_there_and_back(tmp_path: Path, version: str, form: str) -> None:
    examples = list(GoldStandard(version).read())
    back, written = round_trip(examples, tmp_path, form)
    assert sorted(map(str, map(in_order, back))) == sorted(map(str, map(in_order, examples)))
    assert written.lost == {}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(whole_examples(), st.sampled_from(["xmi", "json"]))
@example(WHOLE, "xmi")
@example(WHOLE, "json")
def test_whatever_can_be_annotated_there_and_back(tmp_path: Path, drawn: Example, form: str) -> None:
    # An id of white space alone is no title of a document.
    assume(drawn.document.id.strip())
    try:
        back, _ = round_trip([drawn], tmp_path, form)
    except InputError as error:
        # XML has no control characters, and JSON has all.
        if form == "json" or "format.form=json has them all" not in str(error):
            raise
        return
    assert in_order(back[0]) == in_order(unscored(drawn))


def test_line_ends_and_quotation_marks_stay(tmp_path: Path) -> None:
    text = 'قال\r\nإن "بكين" & <لندن>\rهنا\u2028\u0085\tثم\u00a0\u200fبكين\n'
    start = text.rindex("بكين")
    whole = Example(Document("a/b\n😊", text, {"n": [1, None, "\r"]}), Annotation((Entity(start, start + 4, "GPE"),)))
    for form in ("xmi", "json"):
        (back,), _ = round_trip([whole], tmp_path, form)
        assert (back.document, back.gold.entities) == (whole.document, whole.gold.entities)


def test_a_label_is_what_its_layer_says(tmp_path: Path) -> None:
    schema = Schema(
        "own", types=("Content", "X"), sentence_labels=("X",), attributes={"class": ("a b",), "ن-ص": ("ج",)}
    )
    claim = replace(CLAIM, attributes={"class": "a b", "ن-ص": "ج"})
    sentence = Sentence(SENTENCES[0].start, SENTENCES[0].end, "X")
    entities = (Entity(7, 19, "X"), Entity(24, 28, "Content"))
    drawn = Example(Document("d", TEXT), Annotation(entities, (claim,), (sentence,)))
    for form in ("xmi", "json"):
        (back,), _ = round_trip([drawn], tmp_path, form, schema)
        assert in_order(back) == in_order(drawn)


@given(st.text(min_size=1, max_size=6))
@example("class")
@example("begin")
@example("attr_x")
@example("a__b")
@example("Quote")
def test_names_of_attributes_come_back(name: str) -> None:
    feature = feature_name(name)
    assert attribute_name(feature) == name
    assert feature.isidentifier()
    assert feature.isascii()


def test_what_inception_imports(tmp_path: Path) -> None:
    written = Writer().write(Export([WHOLE], GOLD, "gold"), tmp_path)
    types = (tmp_path / "TypeSystem.xml").read_text(encoding="utf-8")
    # INCEpTION takes it for a type system by its first letters.
    assert types.startswith("<?xml")
    assert "GPE: A state, country" in types
    tags = json.loads((tmp_path / "tagsets" / "types.json").read_text(encoding="utf-8"))
    assert [tag["tag_name"] for tag in tags["tags"]] == list(GOLD.types)
    content = (tmp_path / "wide.xmi").read_text(encoding="utf-8")
    # The token of ولندن is cut at its proclitic, so that the mention has tokens of its own.
    assert 'Token xmi:id="11" sofa="1" begin="30" end="31"/>' in content
    first = [path.read_bytes() for path in written.files]
    assert [path.read_bytes() for path in Writer().write(Export([WHOLE], GOLD, "gold"), tmp_path).files] == first


def test_what_is_lost_is_said(tmp_path: Path) -> None:
    scored = Example(Document("d", TEXT), Annotation((Entity(24, 28, "GPE", 0.5),)))
    assert Writer().write(Export([scored], GOLD, "gold", "rules"), tmp_path).lost == {"scores": 1}
    with pytest.raises(InputError, match=r"format\.form: found 'xml', wanted one of xmi, json"):
        Writer("xml")  # type: ignore[arg-type]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(st.integers(0, len(xmi())), st.integers(0, 4), st.text(st.sampled_from("<>&\"'/= 109xé\u0001-"), max_size=3))
def test_a_damaged_file_is_read_or_refused_in_one_line(tmp_path: Path, at: int, cut: int, put: str) -> None:
    damaged = xmi()[:at] + put + xmi()[at + cut :]
    write(tmp_path, damaged)
    related = replace(SLOTS, relation="webanno.custom.Spoken", role="kind")
    assert is_read_or_refused(Cas(str(tmp_path), claims=related).read)


JSON = json.dumps(
    {
        "%TYPES": {"a.B": {"%NAME": "a.B", "%SUPER_TYPE": "uima.tcas.Annotation",
                           "value": {"%NAME": "value", "%RANGE": "uima.cas.String"}}},
        "%FEATURE_STRUCTURES": [
            {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "sofaString": "😊 بكين"},
            {"%ID": 2, "%TYPE": "a.B", "@sofa": 1, "begin": 3, "end": 7, "value": "GPE"},
        ],
        "%VIEWS": {"_InitialView": {"%SOFA": 1, "%MEMBERS": [2]}},
    },
    ensure_ascii=False,
)  # fmt: skip


def test_json_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_bytes(JSON.encode())
    (found,) = Cas(str(path), mentions=Layer("a.B", "value")).read()
    assert found == Example(Document("one", "😊 بكين"), Annotation(entities=(Entity(2, 6, "GPE"),)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=200)
@given(st.integers(0, len(JSON)), st.integers(0, 9), st.text(st.sampled_from('{}[]",:%@123ntrue-'), max_size=4))
def test_damaged_json_is_read_or_refused_in_one_line(tmp_path: Path, at: int, cut: int, put: str) -> None:
    path = tmp_path / "one.json"
    path.write_bytes((JSON[:at] + put + JSON[at + cut :]).encode())
    assert is_read_or_refused(Cas(str(path), mentions=Layer("a.B", "value")).read)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 4000), st.binary(max_size=4))
def test_a_damaged_zip_is_read_or_refused_in_one_line(tmp_path: Path, at: int, put: bytes) -> None:
    path = tmp_path / "one.zip"
    whole = zipped({"doc.xmi": xmi(), "TypeSystem.xml": TYPES})
    path.write_bytes(whole[:at] + put + whole[at + len(put) :])
    assert is_read_or_refused(Cas(str(path)).read)
