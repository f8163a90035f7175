"""A gold standard of one's own: from raw pages to a version that is built, described and scored."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from harness.arabic import segment
from harness.curate.ingest import clean, read_furniture
from harness.curate.new import guidelines
from harness.data.files import resource
from harness.data.schema import read_schema
from harness.data.types import InputError
from harness.datasets.gold import GoldStandard
from tests.conftest import Harness

PARAGRAPH = "أعلنت وزارة النقل أمس أن خط القطار الجديد بين المدينتين سيفتتح في مطلع العام المقبل بعد تأخير ثلاثة أعوام."
SECOND = "وقال الوزير سامي النجار إن الحكومة أنفقت على المشروع ثلاثة مليارات دولار، وإن الركاب سيكونون مليونا كل سنة."
HEADLINE = "خط قطار جديد يربط بين المدينتين"
PAGE = f"""الرئيسية | أخبار محلية | اقتصاد
Breaking news

{HEADLINE}
ليلى حسن
صوت الشمال

{PARAGRAPH}

كلفة المشروع
\u00a0
{SECOND}

شَارِكها:
مقالات ذات صلة
{HEADLINE}
رئيس التحرير
ناصر علي
صوت الشمال © 2026 جميع الحقوق محفوظة
"""
ARTICLE = f"{HEADLINE}\n{PARAGRAPH}\nكلفة المشروع\n{SECOND}\n"


def test_furniture_is_cut_and_told_and_nothing_else_is_changed() -> None:
    cleaned = clean(PAGE)
    assert cleaned.text == ARTICLE
    lines = PAGE.splitlines()
    assert all(lines[cut.line - 1].strip() == cut.text for cut in cleaned.cuts)
    kept = {line for line in lines if line.strip()} - {cut.text for cut in cleaned.cuts}
    assert kept | {HEADLINE} == set(ARTICLE.splitlines())
    assert {cut.rule for cut in cleaned.cuts} == {
        "names of sections",
        "few words without an Arabic letter",
        "a name between the headline and the first paragraph",
        "furniture",
        "a line that stands above",
        "a credit",
        "a name behind a credit",
        "a pattern of furniture",
    }


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\u2028"])
def test_line_ends_of_any_kind_make_the_same_article(ends: str) -> None:
    assert clean(PAGE.replace("\n", ends)).text == ARTICLE


def test_what_could_be_furniture_stays_in_the_middle() -> None:
    middle = f"{PARAGRAPH}\nاقتصاد\nRosneft PJSC\nصوت الشمال\n{HEADLINE}\n{HEADLINE}\n{SECOND}\n"
    assert clean(middle, outlet="صوت الشمال").text == middle


def test_an_outlet_is_cut_where_nothing_else_tells_it() -> None:
    page = f"{PARAGRAPH}\n{SECOND}\nموقع أخبار بلدنا الكبير\n"
    assert clean(page).text == page
    assert clean(page, outlet="موقع اخبار بلدنا الكبير").text == f"{PARAGRAPH}\n{SECOND}\n"


def test_a_page_without_a_paragraph_is_refused() -> None:
    with pytest.raises(InputError, match="found none in 2 lines, wanted a paragraph"):
        clean("عنوان\nقصير")


def test_a_table_of_furniture_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "own.tsv"
    for content, wanted in (
        ("line", r"own\.tsv:1: found 'line'"),
        ("pattern\t(", r"own\.tsv:1: found '\('"),
        ("x\ty", "own"),
    ):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(InputError, match=wanted):
            read_furniture(path)
    path.write_text("kind\ttext\nline\tكلفة المشروع\n", encoding="utf-8")
    assert "كلفة" not in clean(PAGE, furniture=read_furniture(path)).text


def test_the_raw_articles_give_the_clean_ones() -> None:
    """The pages as they were received are not part of the project: RAW_ARTICLES names their folder."""
    folder = os.environ.get("RAW_ARTICLES")
    if folder is None:
        pytest.skip("RAW_ARTICLES names no folder of raw pages")
    for text in sorted((resource("gold") / "v1" / "texts").iterdir()):
        page = (Path(folder) / text.name).read_text(encoding="utf-8")
        assert clean(page).text.encode() == text.read_bytes(), text.name


SCHEMA = """
name: transport
version: 1
layers: [entities, sentences]
types:
  PERSON: {en: "A person by name"}
  "خط نقل": {en: "A line of transport | with a pipe"}
sentence_labels: [news, other]
"""


def test_the_whole_way(harness: Harness, tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "قطار.txt").write_text(PAGE, encoding="windows-1256", errors="ignore")
    (tmp_path / "transport.yaml").write_text(SCHEMA, encoding="utf-8")
    made = harness("curate", "new", "name=transport", "schema=transport.yaml")
    assert (made.code, made.err) == (0, "")
    assert made.out.splitlines()[0] == "transport/v1: 0 texts, schema transport@1"
    named = ("root=transport", "version=v1")
    done = harness("curate", "ingest", *named, "texts=pages")
    assert "wanted encoding=windows-1256, in which it is Arabic" in done.err
    done = harness("curate", "ingest", *named, "texts=pages", "encoding=windows-1256")
    assert done.code == 0, done.err
    assert "4 lines kept" in done.out
    folder = tmp_path / "transport" / "v1"
    text = (folder / "texts" / "قطار.txt").read_bytes().decode()
    facts = json.loads((folder / "release.json").read_text(encoding="utf-8"))
    assert facts["documents"] == {"قطار": {"sha256": hashlib.sha256(text.encode()).hexdigest()}}
    # Two people annotate; the texts go out in a form of ours here.
    out = harness("curate", "export", *named, "format=parquet", "out=sent")
    assert out.code == 0, out.err
    start = text.index("سامي النجار")
    person = {"start": start, "end": start + len("سامي النجار"), "type": "PERSON"}
    sentences = [{"start": span.start, "end": span.end, "label": "news"} for span in segment.sentences(text)]
    for name, entities in (("a", [person]), ("b", [])):
        record = {"id": "قطار", "text": text, "entities": entities, "sentences": sentences}
        if entities:
            record["entities"] = [person | {"text": "سامي النجار"}]
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(record), encoding="utf-8")
        done = harness(
            "curate", "import", *named, "dataset@edited=jsonl", f"edited.path={name}.jsonl", f"annotator={name}"
        )
        assert done.code == 0, done.err
    agreement = harness("curate", "agreement", *named)
    assert agreement.code == 0, agreement.err
    assert harness("curate", "build", *named).code == 2
    (line,) = (folder / "undecided.jsonl").read_text(encoding="utf-8").splitlines()
    decided = json.loads(line) | {"action": "include", "rules": ["E1"], "note": "a person by name"}
    (folder / "adjudication.jsonl").write_text(json.dumps(decided), encoding="utf-8")
    assert (
        harness("curate", "build", *named).out.endswith(f"1 entities, 0 claims, {len(sentences)} sentences\n") is False
    )
    assert harness("curate", "validate", *named).out.endswith("0 problems\n")
    croissant = json.loads((folder / "croissant.json").read_text(encoding="utf-8"))
    described = {file["@id"]: file["sha256"] for file in croissant["distribution"]}
    assert described["gold.jsonl"] == hashlib.sha256((folder / "gold.jsonl").read_bytes()).hexdigest()
    assert {"texts/قطار.txt", "annotators/a.jsonl", "manifest.json", "schema.yaml"} <= described.keys()
    (records,) = croissant["recordSet"]
    assert [field["name"] for field in records["field"]] == ["id", "text", "entities", "sentences"]
    gold = GoldStandard("v1", "transport" if Path("transport").exists() else str(tmp_path / "transport"))
    assert gold.annotation_schema.types == ("PERSON", "خط نقل")
    ran = harness(
        "evaluate",
        "dataset=gold",
        "dataset.root=transport",
        "runner=frequent",
        "tracker=none",
        "analysis.enabled=false",
    )
    assert ran.code == 0, ran.err
    # It is built: no further text enters, and a text that is changed is seen.
    assert (
        "wanted a version that is being made"
        in harness("curate", "ingest", *named, "texts=pages", "encoding=windows-1256").err
    )
    (folder / "texts" / "قطار.txt").write_text(text + " ", encoding="utf-8")
    assert "the text that release.json has the offsets of" in harness("curate", "build", *named).err


def test_new_refuses_what_exists_and_what_is_no_name(harness: Harness, tmp_path: Path) -> None:
    assert harness("curate", "new", "name=mine").code == 0
    assert "mine/v1: found it there, wanted a new name" in harness("curate", "new", "name=mine").err
    assert harness("curate", "new", "name=mine", "version=v2").code == 0
    assert "name: found null, wanted the folder" in harness("curate", "new").err
    assert 'name: found "a b", wanted a name of A-Z' in harness("curate", "new", "name=a b").err
    assert "wanted infer, the path of a schema or one of gold" in harness("curate", "new", "name=x", "schema=nix").err


def test_texts_enter_as_they_are_or_not_at_all(harness: Harness, tmp_path: Path) -> None:
    texts = tmp_path / "in"
    texts.mkdir()
    (texts / "one.txt").write_bytes("زار سامي\r\nبيروت".encode())
    done = harness("curate", "new", "name=mine", "texts=in")
    assert done.out.splitlines()[0] == "mine/v1: 1 text, schema gold@1"
    assert (tmp_path / "mine" / "v1" / "texts" / "one.txt").read_bytes() == "زار سامي\r\nبيروت".encode()
    (texts / "two.txt").write_text("e\u0301", encoding="utf-8")
    done = harness("curate", "new", "name=other", "texts=in")
    assert "two.txt: found text that is not NFC" in done.err
    assert "found no folder gone" in harness("curate", "new", "name=third", "texts=gone").err


def test_the_guidelines_have_a_rule_for_each_name(tmp_path: Path) -> None:
    page = guidelines(read_schema("gold"))
    assert "| E18 | **CARDINAL**: Any other number" in page
    assert "| S2 | **CFS**" in page
    assert "| C5 | **quote** (direct, mixed, indirect)" in page
    (tmp_path / "own.yaml").write_text(SCHEMA, encoding="utf-8")
    own = guidelines(read_schema(str(tmp_path / "own.yaml")))
    assert "A line of transport \\| with a pipe" in own
    assert "Claims" not in own
    assert "F7" not in own
