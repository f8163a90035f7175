"""Data sets of the hub and files in its formats: shapes of rows, commits, the cache, and what is told of faults."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import datasets
import pytest

from harness.data.types import Entity, Example, InputError
from harness.datasets.hf import HuggingFace, RowColumns
from tests.conftest import Harness
from tests.datasets import hub
from tests.formats.sample import ENTITIES, TEXT

TAGS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
TOKENS = [["زار", "سامي", "النجار", "طوكيو"], ["عاد", "."]]
NUMBERS = [[0, 1, 2, 3], [0, 0]]
FEATURES = datasets.Features(
    {"tokens": datasets.List(datasets.Value("string")), "ner_tags": datasets.List(datasets.ClassLabel(names=TAGS))}
)
FOUND = [[("سامي النجار", "PER"), ("طوكيو", "LOC")], []]


def numbered() -> datasets.Dataset:
    return datasets.Dataset.from_dict({"tokens": TOKENS, "ner_tags": NUMBERS}, features=FEATURES)


def mentions(example: Example) -> list[tuple[str, str]]:
    text = example.document.text
    return [(text[entity.start : entity.end], entity.type) for entity in example.gold.entities or ()]


def lines(path: Path, *rows: object) -> HuggingFace:
    path.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows), encoding="utf-8")
    return HuggingFace(str(path))


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


@pytest.mark.parametrize("extension", ["parquet", "json", "jsonl"])
@pytest.mark.parametrize("limit", [None, 9])
def test_tokens_with_numbered_tags(tmp_path: Path, extension: str, limit: int | None) -> None:
    path = tmp_path / f"test.{extension}"
    if extension == "parquet":
        numbered().to_parquet(path)
    elif extension == "jsonl":
        numbered().to_json(path, force_ascii=False)
    else:
        path.write_text(json.dumps(numbered().to_list(), ensure_ascii=False), encoding="utf-8")
    names = None if extension == "parquet" else TAGS
    found = HuggingFace(str(path), limit=limit, columns=RowColumns(names=names)).read()
    assert [mentions(example) for example in found] == FOUND
    assert [(example.document.id, example.document.text, example.document.meta) for example in found] == [
        ("test:1", "زار سامي النجار طوكيو", {"row": 1}), ("test:2", "عاد .", {"row": 2})
    ]  # fmt: skip
    assert found[0].gold.claims is None
    if names:
        message = r"test:1: ner_tags\[0\]: found 0, wanted a name; dataset\.columns\.names="
        with pytest.raises(InputError, match=message):
            HuggingFace(str(path), limit=limit).read()


def test_what_save_to_disk_wrote_is_read(tmp_path: Path) -> None:
    numbered().save_to_disk(tmp_path / "one")
    both = datasets.DatasetDict({"train": numbered().select([1]), "test": numbered()})
    both.save_to_disk(tmp_path / "both")
    for given in (HuggingFace(str(tmp_path / "one")), HuggingFace(str(tmp_path / "both"), split="test")):
        assert [mentions(example) for example in given.read()] == FOUND
    assert HuggingFace(str(tmp_path / "both"), split="test").read()[0].document.id == "both-test:1"
    with pytest.raises(InputError, match=r"both: found several splits, wanted dataset\.split=one of train, test"):
        HuggingFace(str(tmp_path / "both")).read()
    with pytest.raises(InputError, match=r"both: found no split 'dev', wanted dataset\.split=one of train, test"):
        HuggingFace(str(tmp_path / "both"), split="dev").read()


def test_a_folder_has_splits_and_configurations_as_its_card_says(tmp_path: Path) -> None:
    for language in ("ar", "fa"):
        for split in ("train", "test"):
            (tmp_path / "w" / language).mkdir(parents=True, exist_ok=True)
            numbered().select([0] if language == "ar" else [1]).to_parquet(
                tmp_path / "w" / language / f"{split}.parquet"
            )
    assert len(HuggingFace(str(tmp_path / "w"), data_dir="ar", split="test").read()) == 1
    card = "".join(
        f"- config_name: {one}\n  data_files:\n  - split: test\n    path: {one}/test*\n" for one in ("ar", "fa")
    )
    (tmp_path / "w" / "README.md").write_text(f"---\nconfigs:\n{card}---\n")
    found = HuggingFace(str(tmp_path / "w"), config="fa").read()
    assert [(example.document.id, example.document.text) for example in found] == [("w-fa:1", "عاد .")]


def test_tags_may_be_names_or_lists_of_them(tmp_path: Path) -> None:
    row = {"tokens": ["جامعة", "طوكيو", "."], "tags": [["B-ORG"], ["I-ORG", "B-GPE"], []]}
    nested = replace(lines(tmp_path / "n.jsonl", row), columns=RowColumns(tags="tags"))
    assert mentions(nested.read()[0]) == [("جامعة طوكيو", "ORG"), ("طوكيو", "GPE")]
    row["tags"] = ["O", "S-GPE", "O"]
    single = replace(lines(tmp_path / "s.jsonl", row), columns=RowColumns(tags="tags"))
    with pytest.raises(InputError, match=r"s:1: found S-GPE \(unknown prefix\).* wanted dataset\.scheme=BIOES"):
        single.read()
    assert mentions(replace(single, scheme="BIOES").read()[0]) == [("طوكيو", "GPE")]


def test_ill_formed_tags_and_unknown_labels_are_said(tmp_path: Path) -> None:
    tokens = ["ا", "ب", "ت", "ث"]
    small = lines(tmp_path / "t.jsonl", {"tokens": tokens, "ner_tags": ["O", "I-PER", "B-LOC", "B-LOC"]})
    assert mentions(small.read()[0]) == [("ب", "PER"), ("ت", "LOC"), ("ث", "LOC")]
    assert "found 1 ill-formed tags under IOB2 (1 nothing to continue)" in small.remarks[0]
    assert mentions(replace(small, repair="drop").read()[0]) == [("ت", "LOC"), ("ث", "LOC")]
    with pytest.raises(InputError, match=r't:1: found the labels "PER", wanted those of anercorp: PERS'):
        replace(small, labels="anercorp").read()


def test_a_row_may_be_a_token(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text('Word,Tag,S\nزار,O,1\nبكين,B-LOC,1\n",",O,1\nNA,O,2\n"""",O,2\n.,O,2\nثم,O,3\n', encoding="utf-8")
    columns = RowColumns("Word", "Tag")
    whole = HuggingFace(str(path), columns=columns)
    assert [example.document.text for example in whole.read()] == ['زار بكين , NA " . ثم']
    parted = replace(whole, columns=replace(columns, sentence="S"))
    assert [(example.document.id, example.document.text) for example in parted.read()] == [
        ("c:1", "زار بكين ,"), ("c:4", 'NA " .'), ("c:7", "ثم")
    ]  # fmt: skip
    assert mentions(parted.read()[0]) == [("بكين", "LOC")]
    assert [example.document.text for example in replace(whole, ends=["."]).read()] == ['زار بكين , NA " .', "ثم"]
    with pytest.raises(InputError, match=r"c:1: found no X, wanted the column of dataset\.columns\.sentence"):
        replace(whole, columns=replace(columns, sentence="X")).read()


def test_of_several_shapes_one_may_be_named(tmp_path: Path) -> None:
    row = {
        "tokens": ["زار", "بكين"],
        "ner_tags": ["O", "O"],
        "text": "زار بكين",
        "entities": [{"start": 4, "end": 8, "label": "Source"}],
    }
    both = lines(tmp_path / "b.jsonl", row)
    assert not mentions(both.read()[0])
    found = replace(both, columns=RowColumns(shape="text"), schema="infer").read()[0]
    # No label but is a type: not even one that other formats have a part of claims for.
    assert mentions(found) == [("بكين", "Source")]
    assert (found.gold.claims, found.gold.sentences) == (None, None)
    with pytest.raises(
        InputError, match="found the columns tokens, ner_tags, text, entities, wanted tokenized_text, ner"
    ):
        replace(both, columns=RowColumns(shape="words")).read()


def test_spans_are_held_to_a_schema_or_a_map(tmp_path: Path) -> None:
    row = {"text": "زار بكين", "entities": [{"start": 4, "end": 8, "label": "PLACE"}]}
    small = lines(tmp_path / "b.jsonl", row)
    for held in (replace(small, schema="gold"), replace(small, labels="anercorp")):
        with pytest.raises(InputError, match=r"b:1: entities\[0\]: found the label 'PLACE', wanted one of"):
            held.read()
    row["entities"][0]["label"] = "GPE"  # type: ignore[index]
    found = replace(lines(tmp_path / "g.jsonl", row), schema="gold").read()[0]
    assert (mentions(found), found.gold.claims) == ([("بكين", "GPE")], None)


def test_lists_stand_in_a_csv_as_json(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text('tokens,ner_tags\n"[""زار"", ""بكين""]","[""O"", ""B-LOC""]"\n', encoding="utf-8")
    assert mentions(HuggingFace(str(path)).read()[0]) == [("بكين", "LOC")]


def test_a_text_with_spans_is_proved_by_its_quotes(tmp_path: Path) -> None:
    wide = [(len(TEXT[:edge].encode("utf-16-le")) // 2) for entity in ENTITIES for edge in (entity.start, entity.end)]
    spans = [{"start": start, "end": end, "label": entity.type, "text": TEXT[entity.start : entity.end]}
             for entity, start, end in zip(ENTITIES, wide[::2], wide[1::2], strict=True)]  # fmt: skip
    small = lines(
        tmp_path / "s.jsonl", {"key": 5, "text": TEXT, "entities": spans}, {"key": 6, "text": "ثم", "entities": []}
    )
    small = replace(small, columns=RowColumns(id="key"))
    assert [example.document.id for example in small.read()] == ["5", "6"]
    assert small.read()[0].gold.entities == ENTITIES
    assert small.read()[1].gold.entities == ()
    assert "found offsets that count utf16 in 1 texts" in small.remarks[0]
    with pytest.raises(InputError, match=r"s:1: entities\[0\]: found .* wanted the text it is said to be"):
        replace(small, unit="code_points").read()


@pytest.mark.parametrize("kind", ["structs", "sequence", "columns"])
def test_spans_may_be_structs_or_lists_side_by_side(tmp_path: Path, kind: str) -> None:
    label = datasets.ClassLabel(names=["LOC", "PER"])
    spans = {"from": [4, 9], "to": [8, 14], "kind": [1, 0]}
    features = {"from": datasets.Value("int64"), "to": datasets.Value("int64"), "kind": label}
    columns = RowColumns(spans="spans", start="from", end="to", label="kind")
    rows: dict[str, object] = {"text": ["زار سامي طوكيو"]}
    if kind == "structs":
        types: dict[str, object] = {"spans": datasets.List(features)}
        rows["spans"] = [[dict(zip(spans, values, strict=True)) for values in zip(*spans.values(), strict=True)]]
    elif kind == "sequence":
        types, rows["spans"] = {"spans": datasets.Sequence(features)}, [spans]
    else:
        types = {name: datasets.List(feature) for name, feature in features.items()}
        rows |= {name: [values] for name, values in spans.items()}
        columns = replace(columns, spans=None)
    typed = datasets.Features({"text": datasets.Value("string"), **types})
    datasets.Dataset.from_dict(rows, features=typed).save_to_disk(tmp_path / "d")
    (example,) = HuggingFace(str(tmp_path / "d"), columns=columns).read()
    assert example.gold.entities == (Entity(4, 8, "PER"), Entity(9, 14, "LOC"))


@pytest.mark.parametrize(("extension", "limit"), [("json", None), ("json", 2), ("jsonl", None), ("jsonl", 2)])
def test_words_with_spans_of_words(tmp_path: Path, extension: str, limit: int | None) -> None:
    rows = [{"tokenized_text": ["جامعة", "طوكيو", "."], "ner": [[0, 1, "ORG"], [1, 1, "GPE"]]},
            {"tokenized_text": ["ثم"], "ner": []}]  # fmt: skip
    path = tmp_path / f"g.{extension}"
    path.write_text(json.dumps(rows) if extension == "json" else "\n".join(map(json.dumps, rows)))
    given = HuggingFace(str(path), limit=limit)
    assert [mentions(example) for example in given.read()] == [[("جامعة طوكيو", "ORG"), ("طوكيو", "GPE")], []]
    assert given.read()[0].document.text == "جامعة طوكيو ."
    assert given.remarks == (() if limit is None else ("g: read no more than 2 rows, as dataset.limit says",))


@pytest.mark.parametrize(
    ("row", "columns", "message"),
    [
        ({"tokens": ["ا"], "ner_tags": []}, RowColumns(), "b:1: found 1 tokens and 0 tags, wanted as many"),
        ({"tokens": ["ا"], "ner_tags": [3]}, RowColumns(names=["O"]), r"\[0\]: found 3, wanted a number from 0 to 0"),
        ({"tokens": ["ا", " "], "ner_tags": ["O", "O"]}, RowColumns(), r'found " " in tokens, .*malformed=skip'),
        ({"tokens": ["ا"], "ner_tags": [""]}, RowColumns(), 'b:1: found "" in ner_tags, wanted a tag'),
        ({"tokens": ["ا"], "ner_tags": "O"}, RowColumns(), "wanted a list of tokens and a list of tags"),
        ({"x": 1, "y": 2}, RowColumns(), "found the columns x, y, wanted dataset.columns.tokens and tags, or text and"),
        ({"text": "ا", "entities": [{"start": 0, "end": 1}]}, RowColumns(), r"\[0\]: found .*start, end, label"),
        ({"text": "ا", "entities": ["x"]}, RowColumns(), r'b:1: entities\[0\]: found "x", wanted a struct'),
        ({"text": "ا", "entities": 5}, RowColumns(), "b:1: found 5, wanted lists of one length: start, end, label"),
        ({"text": 7, "entities": []}, RowColumns(), "b:1: text: found 7, wanted a text"),
        ({"text": "ا", "entities": [{"start": 0, "end": 2, "label": "X"}]}, RowColumns(), r"\[0\]: found \[0, 2\]"),
        ({"tokenized_text": ["ا"], "ner": [["0", "1", "X"]]}, RowColumns(), r"ner\[0\]: found .*words from 0 to 0"),
        ({"tokenized_text": ["ا"], "ner": [["0", "X"]]}, RowColumns(), r"ner\[0\]: found .*the first word, the"),
        ({"tokenized_text": "ا", "ner": []}, RowColumns(), 'tokenized_text: found "ا", wanted a list of words'),
        ({"text": "ا", "entities": [], "id": None}, RowColumns(id="id"), "found no id, wanted the column"),
    ],
)  # fmt: skip
def test_a_malformed_row_is_named(tmp_path: Path, row: object, columns: RowColumns, message: str) -> None:
    with pytest.raises(InputError, match=message):
        replace(lines(tmp_path / "b.jsonl", row), columns=columns).read()


def test_empty_tokens_are_passed_over_if_so_wanted(tmp_path: Path) -> None:
    rows = [
        {"tokens": ["ا", "", "ب", "\u00a0"], "ner_tags": ["O", "O", "B-LOC", "O"]},
        {"tokens": [""], "ner_tags": ["O"]},
    ]
    small = replace(lines(tmp_path / "b.jsonl", *rows), columns=RowColumns(malformed="skip"))
    assert [example.document.text for example in small.read()] == ["ا ب"]
    wanted = 'b:1: found "" in tokens, wanted a token (3 such lines); passed over, as columns.malformed=skip says'
    assert small.remarks == (wanted,)


def test_nothing_to_read_is_an_error(tmp_path: Path) -> None:
    numbered().select([]).to_parquet(tmp_path / "e.parquet")
    with pytest.raises(InputError, match=r"e\.parquet: found .* corresponds to no data!"):
        HuggingFace(str(tmp_path / "e.parquet")).read()
    (tmp_path / "head.csv").write_text("tokens,ner_tags\n")
    with pytest.raises(InputError, match=r"head\.csv: found no row, wanted at least one"):
        HuggingFace(str(tmp_path / "head.csv"), limit=3).read()
    with pytest.raises(InputError, match="e: found no token"):
        replace(lines(tmp_path / "e.jsonl", {"tokens": [], "ner_tags": []})).read()


def test_two_documents_of_one_id_are_refused(tmp_path: Path) -> None:
    rows = [{"key": "a", "tokens": ["ا"], "ner_tags": ["O"]}] * 2
    with pytest.raises(InputError, match=r"d: found two documents 'a', wanted ids that differ in dataset\.columns\.id"):
        replace(lines(tmp_path / "d.jsonl", *rows), columns=RowColumns(id="key")).read()


def test_sentences_of_a_list_do_not_end_at_tokens(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"dataset\.ends: found \['\.'\], wanted null: each row is a sentence"):
        replace(lines(tmp_path / "d.jsonl", {"tokens": ["ا"], "ner_tags": ["O"]}), ends=["."]).read()


def test_a_file_is_the_one_that_is_meant(tmp_path: Path) -> None:
    small = lines(tmp_path / "d.jsonl", {"tokens": ["ا"], "ner_tags": ["O"]})
    found = sha256(Path(small.path).read_bytes()).hexdigest()
    assert replace(small, sha256=found).read()
    with pytest.raises(InputError, match=rf"found the SHA-256 {found}, wanted 0000.*: fetch it from there"):
        replace(small, sha256="0" * 64, fetch="fetch it from there").read()
    with pytest.raises(InputError, match=r"none\.parquet: found No such file or directory, wanted it there: fetch it"):
        HuggingFace(str(tmp_path / "none.parquet"), fetch="fetch it").read()
    with pytest.raises(InputError, match=r"none\.parquet: found No such file or directory, wanted a readable file"):
        HuggingFace(str(tmp_path / "none.parquet")).read()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("b.jsonl", b'{"tokens": [', r"b\.jsonl: found JSON parse error.*, wanted what the package datasets reads$"),
        (
            "b.parquet",
            b"no",
            r"b\.parquet: found Parquet file size is 2 bytes.*wanted what the package datasets reads$",
        ),
        ("b.txt", b"no", r"b\.txt: found the extension '\.txt', wanted one of \.json, \.jsonl, \.parquet"),
    ],
)
def test_what_the_package_cannot_read_is_one_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message) as raised:
        HuggingFace(str(tmp_path / name)).read()
    assert "\n" not in str(raised.value)
    assert capfd.readouterr() == ("", "")


def test_bars_and_levels_are_as_they_were(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    numbered().to_parquet(tmp_path / "t.parquet")
    capfd.readouterr()
    before = datasets.are_progress_bars_disabled(), datasets.utils.logging.get_verbosity()
    assert len(HuggingFace(str(tmp_path / "t.parquet")).read()) == 2
    assert (datasets.are_progress_bars_disabled(), datasets.utils.logging.get_verbosity()) == before
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("revision", [None, "main", "v1.0", "0123456"])
def test_a_data_set_of_the_hub_is_refused_without_a_commit(revision: str | None) -> None:
    message = r"team/tiny: found .*wanted dataset\.revision=COMMIT .*https://huggingface\.co/datasets/team/tiny$"
    with pytest.raises(InputError, match=message):
        HuggingFace("team/tiny", revision).read()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"limit": 0}, "dataset.limit: found 0, wanted a whole number from 1"),
        ({"split": "test[:10%]"}, r"dataset\.split: found 'test\[:10%\]', wanted the name of a split; dataset\.limit="),
        ({"sentences": 0}, "sentences: found 0"),
    ],
)
def test_settings_are_checked_before_anything_is_read(settings: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        HuggingFace("team/tiny", **settings)  # type: ignore[arg-type]


CLIENT = """
import sys
from harness.data.types import InputError
from harness.datasets.hf import HuggingFace
try:
    data = HuggingFace(sys.argv[1], sys.argv[2], **eval(sys.argv[3]))
    print([(example.document.id, len(example.gold.entities)) for example in data.read()])
except InputError as error:
    print(error)
"""


def client(home: Path, address: str | None, commit: str = hub.COMMIT, **settings: object) -> str:
    """What a program prints that reads the data set from a hub, or without a network; its cache is in `home`."""
    found = {"HF_HUB_OFFLINE": "1"} if address is None else {"HF_HUB_OFFLINE": "0", "HF_ENDPOINT": address}
    call = [sys.executable, "-c", CLIENT, hub.ID, commit, repr(settings)]
    done = subprocess.run(
        call, env={**os.environ, **found, "HF_HOME": str(home)}, capture_output=True, text=True, check=True
    )
    assert not done.stderr
    return done.stdout.strip()


def test_the_hub_is_read_at_a_commit_and_offline_from_the_cache_at_that_one_alone(tmp_path: Path) -> None:
    numbered().to_parquet(tmp_path / "t.parquet")
    content = (tmp_path / "t.parquet").read_bytes()
    card = b"---\nconfigs:\n- config_name: ar\n  data_files:\n  - split: test\n    path: ar/test/*\n---\n"
    files = {f"{part}/0000.parquet": content for part in ("ar/test", "ar/train", "fa/test")} | {"README.md": card}
    home, folder = tmp_path / "home", {"data_dir": "ar", "split": "test"}
    gone = f"{hub.ID}: found no revision {hub.COMMIT} in the cache {home}/datasets"
    with hub.serving(files) as (address, sent):
        # A stream reads the types of each split, and the rows of its own; it keeps nothing.
        assert client(home, address, limit=1, **folder) == "[('tiny-ar-test:1', 2)]"
        assert [name for name in sent if "/" in name and "ar/test" not in name] == ["ar/train/0000.parquet"]
        assert client(home, None, **folder).startswith(f"{gone}/data_dir=ar, and HF_HUB_OFFLINE is set; wanted it")
        assert client(home, address, **folder) == "[('tiny-ar-test:1', 2), ('tiny-ar-test:2', 0)]"
        assert client(home, address, config="ar") == "[('tiny-ar:1', 2), ('tiny-ar:2', 0)]"
        assert client(home, address, config="fa").startswith(f"{hub.ID}: found BuilderConfig 'fa' not found.")
        assert f"found Revision '{'f' * 40}' doesn't exist" in client(home, address, "f" * 40, **folder)
    # The same commit is there now, and no other is taken for it.
    assert client(home, None, **folder) == "[('tiny-ar-test:1', 2), ('tiny-ar-test:2', 0)]"
    assert client(home, None, config="ar", limit=1) == "[('tiny-ar:1', 2)]"
    assert client(home, None, config="fa").startswith(f"{gone}, and HF_HUB_OFFLINE is set; wanted it there: run this")
    assert f"found no revision {'f' * 40} in the cache" in client(home, None, "f" * 40, config="ar")


def test_the_program_says_in_one_line_what_is_wanted(harness: Harness) -> None:
    done = harness("evaluate", "dataset=hf", "dataset.path=team/tiny", "runner=rules", "tracker=none")
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert "wanted dataset.revision=COMMIT" in done.err
