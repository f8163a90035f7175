"""Formats of tokens: CoNLL columns and CoNLL-U, and what they cannot hold."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from harness.data.codec import dump_example
from harness.data.columns import Columns
from harness.data.schema import Schema, read_schema
from harness.data.types import Annotation, Document, Entity, Example, InputError
from harness.datasets.conll import Conll
from harness.datasets.conllu import Conllu
from harness.datasets.gold import GoldStandard
from harness.datasets.jsonl import JsonLines
from harness.formats.conll import ConllColumns, WrittenScheme
from harness.formats.conllu import Conllu as Writer
from harness.formats.export import Export
from harness.formats.jsonl import JsonLines as LinesWriter
from harness.formats.tokens import UNSEEN, lines_of
from tests.formats.sample import ENTITIES, ENTITIES_ONLY, TEXT, WHOLE
from tests.formats.strategies import is_read_or_refused, whole_examples

GOLD = read_schema("gold")

SENTENCE = """# newdoc id = wide
# global.Entity = eid-etype-head
# sent_id = s1
# text = 😊 قالَ وزيرُ الصينِ إنّ بكين ولندن بعيدتان.
1\t😊\t_\t_\t_\t_\t_\t_\t_\t_
2\tقالَ\t_\t_\t_\t_\t_\t_\t_\t_
3\tوزيرُ\t_\t_\t_\t_\t_\t_\t_\tEntity=(e1-OCC-1
4\tالصينِ\t_\t_\t_\t_\t_\t_\t_\tEntity=(e2-GPE-1)e1)
5\tإنّ\t_\t_\t_\t_\t_\t_\t_\t_
6\tبكين\t_\t_\t_\t_\t_\t_\t_\tEntity=(e3-GPE-1)
7-8\tولندن\t_\t_\t_\t_\t_\t_\t_\t_
7\tو\t_\t_\t_\t_\t_\t_\t_\t_
8\tلندن\t_\t_\t_\t_\t_\t_\t_\tEntity=(e4-GPE-1)
8.1\tهما\t_\t_\t_\t_\t_\t_\t_\t_
9\tبعيدتان\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No
10\t.\t_\t_\t_\t_\t_\t_\t_\t_

"""


def write(folder: Path, content: str) -> str:
    path = folder / "gold.conllu"
    path.write_text(content, encoding="utf-8")
    return str(path)


def test_brackets_and_parts_of_tokens_are_mentions(tmp_path: Path) -> None:
    (found,) = Conllu(write(tmp_path, SENTENCE)).read()
    assert (found.document, found.gold.entities) == (Document("wide", TEXT), ENTITIES)


def test_what_the_form_cannot_hold_is_not_annotated_whatever_the_schema_has(tmp_path: Path) -> None:
    (found,) = Conllu(write(tmp_path, SENTENCE), schema="gold").read()
    assert (found.gold.entities, found.gold.claims, found.gold.sentences) == (ENTITIES, None, None)
    # Every label is a type, also one that is called as something else is elsewhere.
    (odd,) = Conllu(write(tmp_path, SENTENCE.replace("OCC", "Content").replace("(e3-GPE", "(e3-CFS"))).read()
    assert {entity.type for entity in odd.gold.entities or ()} == {"Content", "GPE", "CFS"}


def test_without_its_text_a_sentence_is_put_together(tmp_path: Path) -> None:
    bare = "\n".join(line for line in SENTENCE.split("\n") if not line.startswith("# text"))
    dataset = Conllu(write(tmp_path, bare))
    assert (dataset.read()[0].document.text, dataset.read()[0].gold.entities) == (TEXT, ENTITIES)
    assert "1 sentences without # text" in dataset.remarks[0]


def test_tags_in_misc_are_mentions(tmp_path: Path) -> None:
    tagged = SENTENCE.replace("Entity=(e1-OCC-1", "NER=B-OCC").replace("Entity=(e2-GPE-1)e1)", "NER=I-OCC")
    tagged = tagged.replace("Entity=(e3-GPE-1)", "NER=B-GPE").replace("Entity=(e4-GPE-1)", "NER=B-GPE")
    (found,) = Conllu(write(tmp_path, tagged), key="NER").read()
    assert found.gold.entities == (ENTITIES[0], *ENTITIES[2:])


def test_a_token_that_is_not_its_parts(tmp_path: Path) -> None:
    content = "# text = زار للصين\n1\tزار\t_\t_\t_\t_\t_\t_\t_\t_\n2-3\tللصين\t_\t_\t_\t_\t_\t_\t_\t_\n"
    content += "2\tل\t_\t_\t_\t_\t_\t_\t_\t_\n3\tالصين\t_\t_\t_\t_\t_\t_\t_\tEntity=(GPE)\n\n"
    with pytest.raises(InputError, match=r"sentence 1: found a mention in .*ل\+الصين.* dataset\.parts=word takes"):
        Conllu(write(tmp_path, content)).read()
    dataset = Conllu(write(tmp_path, content), parts="word")
    assert dataset.read()[0].gold.entities == (Entity(4, 9, "GPE"),)
    assert "1 mentions in tokens whose parts are not their letters" in dataset.remarks[0]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("(e2-GPE-1)e1)", "(e2-GPE-1)e9)", r"sentence s1: word 4: found .* wanted one that was opened"),
        ("(e2-GPE-1)e1)", "(e2-GPE-1)", r"sentence s1: found \(e1 open at its end"),
        ("(e2-GPE-1)e1)", "e2", r'word 4: found "e2", wanted brackets'),
        ("(e1-OCC-1", "(e1[1/2]-OCC-1", r"word 3: found .* wanted mentions of one piece"),
        ("6\tبكين", "6\tطوكيو", r'sentence s1: found the token "طوكيو", wanted "بكين ولندن'),
        ("\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter", "\tSpaceAfter", r"gold\.conllu: sentence 1: found .*wanted CoNLL-U"),
        ("(e3-GPE-1)", "()", r"found a mention without a type"),
    ],
)
def test_what_is_no_conllu_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Conllu(write(tmp_path, SENTENCE.replace(old, new))).read()


def tokens(example: Example) -> list[tuple[str, str]]:
    """The mentions as their tokens, which no white space tells apart."""
    text = example.document.text
    return sorted((" ".join(text[e.start : e.end].split()), e.type) for e in example.gold.entities or ())


def test_gold_there_and_back_in_conllu(tmp_path: Path) -> None:
    for version in ("v1", "newswire-v1"):
        examples = list(GoldStandard(version).read())
        written = Writer().write(Export(examples, GOLD, "gold"), tmp_path)
        assert not {what for what in written.lost if "mentions" in what or "ids" in what}
        back = Conllu(str(tmp_path / "gold.conllu"), sentences=None).read()
        for found, wanted in zip(back, examples, strict=True):
            assert found.document.id == wanted.document.id
            assert found.document.text == wanted.document.text.rstrip("\n")
            assert set(found.gold.entities or ()) == set(wanted.gold.entities or ())


def test_gold_there_and_back_in_columns(tmp_path: Path) -> None:
    for version in ("v1", "newswire-v1"):
        examples = list(GoldStandard(version).read())
        written = ConllColumns().write(Export(examples, GOLD, "gold"), tmp_path)
        assert "mentions that no tokens of one line stand for" not in written.lost
        back = Conll(str(tmp_path / "gold.conll"), sentences=None).read()
        assert [len(found.gold.entities or ()) for found in back] == [len(one.gold.entities or ()) for one in examples]
        for found, wanted in zip(back, examples, strict=True):
            joined = [(text.replace(" ", ""), kind) for text, kind in tokens(found)]
            assert sorted(joined) == sorted((text.replace(" ", ""), kind) for text, kind in tokens(wanted))


def letters(example: Example) -> list[tuple[str, str]]:
    """The mentions as their letters, without white space."""
    text = example.document.text
    return sorted(("".join(text[e.start : e.end].split()), e.type) for e in example.gold.entities or ())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(whole_examples(), st.sampled_from(["IOB2", "BIOES"]))
@example(WHOLE, "IOB2")
@example(ENTITIES_ONLY, "BIOES")
@example(Example(Document("d", "ا \ufeffا"), Annotation(entities=(Entity(0, 4, "PERS"),))), "IOB2")
def test_mentions_that_are_not_said_to_be_lost_come_back(tmp_path: Path, drawn: Example, scheme: WrittenScheme) -> None:
    text, found = drawn.document.text, lines_of(drawn)
    assume(found.lines)
    # White space at an edge is no part of a mention in tokens, so that two can become one.
    kept = {
        (entity.start + len(piece) - len(piece.lstrip(UNSEEN)), entity.start + len(piece.rstrip(UNSEEN)), entity.type)
        for entity in drawn.gold.entities or ()
        if entity not in found.lost
        for piece in [text[entity.start : entity.end]]
    }
    wanted = sorted(("".join(text[start:end].split()), kind) for start, end, kind in kept)
    Writer().write(Export([drawn], GOLD, "gold"), tmp_path)
    (back,) = Conllu(str(tmp_path / "gold.conllu"), sentences=None).read()
    assert letters(back) == wanted
    counts = ConllColumns(scheme).write(Export([drawn], GOLD, "gold"), tmp_path).lost
    (read,) = Conll(str(tmp_path / "gold.conll"), scheme=scheme, sentences=None, columns=Columns()).read()
    # None that was not there, and as many less as are said to be lost. Byte order marks are cut.
    cut = Counter((piece.replace("\ufeff", ""), kind) for piece, kind in wanted)
    assert not Counter((piece.replace("\ufeff", ""), kind) for piece, kind in letters(read)) - cut
    assert len(wanted) - len(letters(read)) == counts.get(CROSSING, 0)


CROSSING = "mentions that cross others of their type, or stand in them"


def test_crossing_mentions_of_one_type_are_not_read_otherwise(tmp_path: Path) -> None:
    crossing = (Entity(0, 7, "GPE"), Entity(4, 11, "GPE"), Entity(4, 11, "LOC"), Entity(0, 11, "GPE"))
    drawn = Example(Document("d", "بكي لند هنا"), Annotation(entities=crossing))
    written = ConllColumns().write(Export([drawn], GOLD, "gold"), tmp_path)
    assert written.lost[CROSSING] == 1
    (back,) = Conll(str(tmp_path / "gold.conll"), sentences=None).read()
    assert set(back.gold.entities or ()) == {crossing[0], *crossing[2:]}


def test_names_of_types_come_back(tmp_path: Path) -> None:
    names = ("مكان عام", "A-B", "x(y)|z=%41", "O")
    drawn = Example(
        Document("d", "بكين ولندن بعيدتان هنا"),
        Annotation(entities=tuple(Entity(0, 4 + n, name) for n, name in enumerate(names))),
    )
    own = Schema("own", types=names)
    Writer().write(Export([drawn], own, "gold"), tmp_path)
    ConllColumns().write(Export([drawn], own, "gold"), tmp_path)
    for back in (
        Conllu(str(tmp_path / "gold.conllu")).read(),
        Conll(str(tmp_path / "gold.conll"), sentences=None).read(),
    ):
        assert {entity.type for entity in back[0].gold.entities or ()} == set(names)
    with pytest.raises(InputError, match=r"found the type 'a\\tb', wanted types without tabs"):
        ConllColumns().write(Export([drawn], Schema("own", types=("a\tb",)), "gold"), tmp_path)


def test_empty_nodes_are_no_letters(tmp_path: Path) -> None:
    opened = SENTENCE.replace(
        "8.1\tهما\t_\t_\t_\t_\t_\t_\t_\t_", "8.1\tهما\t_\t_\t_\t_\t_\t_\t_\tEntity=(e5-PERS-1)(e6-FAC-1"
    )
    opened = opened.replace(
        "9\tبعيدتان\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter", "9\tبعيدتان\t_\t_\t_\t_\t_\t_\t_\tEntity=e6)|SpaceAfter"
    )
    dataset = Conllu(write(tmp_path, opened))
    assert dataset.read()[0].gold.entities == (*ENTITIES, Entity(35, 42, "FAC"))
    assert "1 mentions of empty nodes" in dataset.remarks[0]


def test_tags_in_a_column_of_their_own(tmp_path: Path) -> None:
    plus = "# global.columns = ID FORM NER\n# text = زار وبكين\n1\tزار\tO\n2-3\tوبكين\t_\n2\tو\tO\n3\tبكين\tB-GPE\n"
    path = write(tmp_path, plus)
    assert Conllu(path, column="NER", key=None).read()[0].gold.entities == (Entity(5, 9, "GPE"),)
    with pytest.raises(InputError, match=r'dataset\.column: found "misc", wanted one of id, form, ner'):
        Conllu(path).read()
    with pytest.raises(InputError, match=r"gold\.conllu:1: found no column form"):
        Conllu(write(tmp_path, plus.replace("FORM", "WORD")), column="ner").read()
    bare = SENTENCE.replace("Entity=(e3-GPE-1)", "NER=GPE").replace("Entity=(e4-GPE-1)", "NER=LOC")
    bare = bare.replace("Entity=(e1-OCC-1", "_").replace("Entity=(e2-GPE-1)e1)", "_")
    found = Conllu(write(tmp_path, bare), key="NER", scheme="IO").read()[0].gold.entities
    assert found == (ENTITIES[2], Entity(30, 34, "LOC"))


def test_spaces_in_tokens_stay(tmp_path: Path) -> None:
    text = "زار بيت\u00a0لحم و بيت لحم"
    content = f"# text = {text}\n1\tزار\t_\t_\t_\t_\t_\t_\t_\t_\n"
    for number, form in enumerate(("بيت\u00a0لحم", "و", "بيت لحم"), 2):
        content += f"{number}\t{form}\t_\t_\t_\t_\t_\t_\t_\tEntity=(GPE)\n"
    (found,) = Conllu(write(tmp_path, content.replace("Entity=(GPE)\n4", "_\n4", 1))).read()
    assert found.document.text == text
    assert [text[e.start : e.end] for e in found.gold.entities or ()] == ["بيت\u00a0لحم", "بيت لحم"]


def test_documents_without_a_token_are_said(tmp_path: Path) -> None:
    blank = Example(Document("blank", " \n"), Annotation(entities=()))
    for writer in (Writer(), ConllColumns()):
        assert writer.write(Export([blank, WHOLE], GOLD, "gold"), tmp_path).lost["documents without a token"] == 1
        with pytest.raises(InputError, match="found no token in any text"):
            writer.write(Export([blank], GOLD, "gold"), tmp_path)
    assert [found.document.id for found in Conllu(str(tmp_path / "gold.conllu"), sentences=None).read()] == ["wide"]
    parting = Example(Document("d", "قال -DOCSTART- هنا"), Annotation(entities=()))
    with pytest.raises(InputError, match="found a token that begins with -DOCSTART-"):
        ConllColumns().write(Export([parting], GOLD, "gold"), tmp_path)
    with pytest.raises(InputError, match=r"format\.scheme: found 'IO', wanted one of IOB2, BIOES"):
        ConllColumns("IO")  # type: ignore[arg-type]


def test_what_is_lost_is_said(tmp_path: Path) -> None:
    across = Example(
        Document("a b", "بكين\nولندن  هنا"), Annotation(entities=(Entity(0, 10, "GPE"), Entity(0, 4, "GPE")))
    )
    for writer in (Writer(), ConllColumns()):
        written = writer.write(Export([across, WHOLE], GOLD, "gold"), tmp_path)
        assert written.lost["mentions that no tokens of one line stand for"] == 1
        assert (written.lost["claims"], written.lost["sentences"]) == (1, 1)


def test_our_own_lines_hold_everything(tmp_path: Path) -> None:
    for name, system in (("gold", None), ("run", "rules")):
        written = LinesWriter().write(Export([WHOLE], GOLD, name, system), tmp_path)
        assert written.lost == {}
    (back,) = JsonLines(str(tmp_path / "gold.jsonl")).read()
    assert dump_example(back) == dump_example(WHOLE)
    assert '"text": "😊' not in (tmp_path / "run.jsonl").read_text(encoding="utf-8")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(st.integers(0, len(SENTENCE)), st.integers(0, 4), st.text(st.sampled_from("()\t\n-1e_=|#.\u2028"), max_size=3))
def test_a_damaged_file_is_read_or_refused_in_one_line(tmp_path: Path, at: int, cut: int, put: str) -> None:
    path = write(tmp_path, SENTENCE[:at] + put + SENTENCE[at + cut :])
    assert is_read_or_refused(Conllu(path).read)
