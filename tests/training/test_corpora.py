from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.data.codec import write_examples
from harness.data.columns import Columns
from harness.data.schema import GOLD_NAME, read_schema
from harness.data.types import Annotation, Claim, Document, Entity, Example, InputError, Sentence, Span
from harness.runners.transformer.card import fingerprint
from harness.runners.transformer.joint.heads import BIO, schema_groups
from harness.training.corpora import TrainingCorpus, carried, fold_of, gather, groups_of, schemas_of
from tests.schemas import said
from tests.strategies import annotations, texts
from tests.training.samples import CONLL, EXAMPLES, PLACES, write_conll, write_gold


def jsonl(folder: Path, name: str, examples: Iterable[Example], head: str = "gold") -> TrainingCorpus:
    path = folder / f"{name}.jsonl"
    write_examples(path, examples)
    return TrainingCorpus(head, str(path))


def conll(folder: Path, text: str, *, nested: bool = False) -> TrainingCorpus:
    path = folder / "corpus.conll"
    path.write_text(text, encoding="utf-8")
    return TrainingCorpus("anercorp", str(path), "conll", "anercorp", nested=nested)


def test_what_has_to_be_known_of_a_corpus_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "old.conll"
    path.write_bytes("وصل\tO\n\tO\nالبصرة\tI-LOC\nأمس\tO\nبغداد\tB-LOC\nالبصرة\tB-LOC\n".encode("windows-1256"))
    columns = Columns(malformed="skip")
    old = TrainingCorpus("anercorp", str(path), "conll", "anercorp", columns=columns, encoding="windows-1256")
    assert old.read()[0].document.text == old.read()[0].document.text == "وصل البصرة أمس بغداد البصرة"
    told = capsys.readouterr().err
    assert told.count("found 1 ill-formed tags") == told.count("passed over, as columns.malformed=skip says") == 1


def plain(name: str, text: str, **meta: object) -> Example:
    return Example(Document(name, text, meta), Annotation(entities=()))


LONG = "وصل وفد من القاهرة إلى البصرة"
PAGE = plain("page", f"عنوان\n{LONG}\nانتهى")


def test_a_text_of_several_corpora_is_one_lesson_and_its_offsets_move(tmp_path: Path) -> None:
    text = "وصل وفد إلى القاهرة."
    gold = Example(Document("a", text), Annotation(entities=(Entity(12, 19, "GPE"),)))
    other = conll(tmp_path, "وصل\tO\nوفد\tO\nإلى\tO\nالقاهرة\tB-LOC\n.\tO\n")
    assert other.read()[0].document.text == "وصل وفد إلى القاهرة ."
    first, second = gather([jsonl(tmp_path, "gold", [gold, PAGE]), other], [], [])
    assert first.text == text
    assert first.annotations["gold"] == gold.gold
    assert [one[:3] for one in first.annotations["anercorp"].entities or ()] == [(12, 19, "LOC")]
    assert list(second.annotations) == ["gold"]
    # The other way round the gold's annotation moves.
    first, _ = gather([other, jsonl(tmp_path, "gold", [PAGE, gold])], [], [])
    assert first.text == "وصل وفد إلى القاهرة ."


def test_lessons_keep_the_order_and_the_blocks_of_the_files(tmp_path: Path) -> None:
    samples = gather([TrainingCorpus("gold", str(write_gold(tmp_path))), conll(tmp_path, CONLL)], [], [])
    assert [sample.text for sample in samples[:12]] == [one.document.text for one in EXAMPLES]
    assert [sample.block for sample in samples] == [*("b0",) * 4, *("b1",) * 4, *("b2",) * 4, "anercorp:", "anercorp:"]


@pytest.mark.parametrize("text", [LONG, f"  {LONG.replace(' ', '  ')} ", PAGE.document.text])
def test_a_text_of_the_development_set_is_refused(tmp_path: Path, text: str) -> None:
    corpus = jsonl(tmp_path, "train", [plain("fine", "نص آخر تماما هنا"), plain("leak", text)])
    with pytest.raises(InputError, match=r"train\.jsonl: leak: found a text of the development set, wanted"):
        gather([corpus], [PAGE], [])
    # What is left out is not learned from, and so not refused.
    assert len(gather([corpus], [PAGE], ["leak"])) == 1


def test_a_short_line_in_common_refuses_nothing(tmp_path: Path) -> None:
    corpus = jsonl(tmp_path, "train", [plain("other", f"عنوان\n{LONG[:-3]}\nانتهى")])
    assert len(gather([corpus], [PAGE], [])) == 1


@pytest.mark.parametrize("name", ["page", "b7"])
def test_what_is_left_out_leaves_every_corpus(tmp_path: Path, name: str) -> None:
    page = plain("page", PAGE.document.text, block="b7")
    gold = jsonl(tmp_path, "gold", [page, plain("kept", "نص آخر تماما هنا")])
    other = jsonl(tmp_path, "other", [plain("x", LONG), plain("y", "وصل وفد إلى بيروت")], "other")
    assert [sample.text for sample in gather([gold, other], [], [name])] == ["نص آخر تماما هنا", "وصل وفد إلى بيروت"]


def test_a_block_is_left_out_as_a_whole(tmp_path: Path) -> None:
    left = gather([TrainingCorpus("gold", str(write_gold(tmp_path)))], [], ["b1", "s0"])
    assert len(left) == 7
    assert not any(PLACES[1] in sample.text for sample in left)


def test_a_name_that_nothing_bears_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^leave_out: found b9, wanted ids or blocks of the corpora$"):
        gather([TrainingCorpus("gold", str(write_gold(tmp_path)))], [], ["b1", "b9"])


def test_nothing_to_learn_from_is_refused(tmp_path: Path) -> None:
    for corpora, left_out in ((), ()), ((jsonl(tmp_path, "gold", [PAGE]),), ["page"]):
        with pytest.raises(InputError, match=r"^corpora: found no text to learn from"):
            gather(corpora, [], left_out)


def test_documents_of_a_block_are_left_out_together() -> None:
    assert fold_of(EXAMPLES[0].document) == "b0"
    assert fold_of(PAGE.document) == "page"


def test_each_head_has_groups_for_the_labels_of_all_its_corpora(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    first, more = conll(tmp_path, CONLL), conll(tmp_path / "more", "سامي\tB-PERS\n")
    gold, empty = TrainingCorpus("gold", str(write_gold(tmp_path))), TrainingCorpus("wojood")
    heads = groups_of([first, empty, gold, more])
    assert list(heads) == ["gold", "anercorp"]
    assert heads["gold"] == schema_groups(read_schema(GOLD_NAME))
    assert heads["anercorp"] == [("flat", ("O", "B-LOC", "I-LOC", "B-ORG", "I-ORG", "B-PERS", "I-PERS"))]
    nested = conll(tmp_path, CONLL, nested=True)
    assert groups_of([nested]) == {"anercorp": [("LOC", BIO), ("ORG", BIO)]}
    with pytest.raises(InputError, match="found anercorp nested and not"):
        groups_of([first, nested])


def test_a_head_answers_in_the_schema_that_its_corpora_name_or_use(tmp_path: Path) -> None:
    gold = TrainingCorpus("gold", str(write_gold(tmp_path)))
    assert schemas_of([gold, conll(tmp_path, CONLL)]) == {"gold": read_schema(GOLD_NAME)}
    own = TrainingCorpus("gold", str(write_own(tmp_path, "عيادة 1")))
    schema = schemas_of([own])["gold"]
    assert (schema.name, schema.types, schema.layers) == ("1 (inferred)", ("دواء", "مرض"), ("entities",))
    # A disease within a disease, and no drug within a drug.
    assert schema.self_nesting == ("مرض",)
    assert [name for name, _ in groups_of([own])["gold"]] == ["دواء", "مرض", "مرض.inner", "entity-cut"]
    # Another head without a map has one of entities alone, and needs no file in conf/labels.
    other = schemas_of([gold, replace(own, head="clinic")])["clinic"]
    assert (other.name, other.types, other.layers) == ("clinic", ("دواء", "مرض"), ("entities",))


def test_a_head_has_one_schema(tmp_path: Path) -> None:
    path = tmp_path / "clinic.yaml"
    path.write_text("{name: clinic, version: 1, layers: [entities], types: [مرض, دواء, عرض]}", encoding="utf-8")
    own = TrainingCorpus("gold", str(write_own(tmp_path, "clinic")), schema=str(path))
    assert schemas_of([own])["gold"].types == ("مرض", "دواء", "عرض")
    gold = TrainingCorpus("gold", str(write_gold(tmp_path)))
    with pytest.raises(InputError, match=r"^corpora: types: found PERS, GPE, wanted those of the schema clinic@1"):
        schemas_of([own, gold])
    with pytest.raises(
        InputError, match=r"^corpora: found gold in the schemas .*clinic\.yaml, gold, wanted one for all"
    ):
        schemas_of([own, replace(gold, schema="gold")])


def write_own(folder: Path, name: str) -> Path:
    """A sentence with types of its own as a file."""
    path = folder / f"{name}.jsonl"
    entities = (Entity(0, 12, "مرض"), Entity(6, 12, "مرض"), Entity(20, 24, "دواء"))
    write_examples(path, [Example(Document("x", "التهاب السكري عولج بدواء"), Annotation(entities))])
    return path


def test_a_head_is_named_without_a_slash() -> None:
    for head in ("", "a/b"):
        with pytest.raises(InputError, match=r"^head: found"):
            TrainingCorpus(head)


def test_a_file_is_read_as_its_format_says(tmp_path: Path) -> None:
    assert len(TrainingCorpus("anercorp", str(write_conll(tmp_path)), "conll", "anercorp").read()) == 2
    assert TrainingCorpus("anercorp").read() == ()
    with pytest.raises(InputError, match=r"corpus\.conll"):
        TrainingCorpus("gold", str(write_conll(tmp_path))).read()


def test_annotations_follow_the_letters_to_another_spacing() -> None:
    text, other = "قال سامي: «نعم».", "قال سامي : « نعم » ."
    annotation = Annotation(
        (Entity(4, 8, "PERS", 0.5),),
        (Claim(Span(11, 14), Span(0, 3), Span(4, 8), "سامي", said("direct", "affirms", "asserted")),),
        (Sentence(0, 16, "NFS"),),
    )
    found = carried(annotation, text, other)
    assert found.entities == (Entity(4, 8, "PERS", 0.5),)
    # In the other text a blank stands before the colon and one on each side of the opening mark: 11 + 2 and 14 + 2.
    assert found.claims == (Claim(Span(13, 16), Span(0, 3), Span(4, 8), "سامي", said("direct", "affirms", "asserted")),)
    assert found.sentences == (Sentence(0, 20, "NFS"),)


@settings(max_examples=40)
@given(st.data(), texts(1))
def test_what_is_annotated_keeps_its_letters(data: st.DataObject, text: str) -> None:
    annotation = data.draw(annotations(text, gold=True))
    other = " ".join("".join(text.split()))
    assert fingerprint(text) == fingerprint(other)
    found = carried(annotation, text, other)
    kept = [one for one in annotation.entities or () if text[one.start : one.end].strip()]
    assert [letters(text, one) for one in kept] == [letters(other, one) for one in found.entities or ()]
    assert (found.entities is None, found.claims is None) == (annotation.entities is None, annotation.claims is None)


def letters(text: str, one: Entity) -> tuple[str, str]:
    return "".join(text[one.start : one.end].split()), one.type


def test_other_letters_have_another_fingerprint() -> None:
    assert fingerprint("قال سامي") != fingerprint("قال سامى")
    assert len(fingerprint("")) == 16
