"""Public corpora by name: each is read in the shape that it is given out in, with text of our own."""

import re
import subprocess
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import datasets
import pytest
import yaml

from harness.config.parts import build
from harness.data.bridge import Bridge
from harness.data.dataset import Dataset
from harness.data.files import resource
from harness.data.types import Example, InputError
from harness.datasets.conll import Conll
from tests.conftest import Harness
from tests.test_conf import composed

FOLDER = resource("conf") / "dataset"
# A corpus is a file that sets the fields of another; a mixture has others for its parts.
CORPORA = [
    path.stem
    for path in sorted(FOLDER.glob("*.yaml"))
    if "defaults" in yaml.safe_load(path.read_text()) and path.stem != "mixed"
]
TAGS = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"]


def corpus(name: str, *overrides: str) -> Dataset:
    found: Dataset = build(composed("evaluate", f"dataset={name}", *overrides), "dataset", ["harness"])
    return found


def columns(name: str, folder: Path, content: str, *overrides: str) -> Dataset:
    path = folder / "test.txt"
    path.write_bytes(content.encode())
    return corpus(name, f"dataset.path={path}", *overrides)


def mentions(example: Example) -> list[tuple[str, str]]:
    text = example.document.text
    return [(text[entity.start : entity.end], entity.type) for entity in example.gold.entities or ()]


def in_gold(dataset: Dataset) -> list[list[tuple[str, str]]]:
    """The mentions of each document in the types of the gold that its map leads to."""
    examples = dataset.read()
    projected = Bridge(dataset.tag_set, None).project_gold([example.gold for example in examples])
    return [mentions(replace(example, gold=gold)) for example, gold in zip(examples, projected, strict=True)]


def test_every_corpus_is_tested_here() -> None:
    assert set(CORPORA) == {
        "anercorp", "anercorp_hub", "aqmar", "cleananercorp", "mafat", "narabizi", "shamner", "wikiann", "wojood",
        "wojood_sample",
    }  # fmt: skip


@pytest.mark.parametrize("name", CORPORA)
def test_a_corpus_says_its_licence_its_traps_and_where_it_is_to_be_had(name: str) -> None:
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    head = text[: text.index("\ndefaults:")]
    assert "Licence: " in head or "licence (CC BY-SA 4.0)" in head
    assert "Traps: " in head
    dataset = corpus(name)
    if isinstance(dataset, Conll):
        with pytest.raises(InputError) as raised:
            dataset.read()
        found, wanted = str(raised.value).split(", wanted it there: ")
        assert found == f"{dataset.path}: found No such file or directory"
        assert str(Path(dataset.path).parent) in wanted
        assert re.search(r"https?://", wanted)
    else:
        assert re.search(r"^revision: [0-9a-f]{40}$", text, re.MULTILINE)


def test_the_program_says_in_one_line_where_a_corpus_is_to_be_had(harness: Harness) -> None:
    done = harness("evaluate", "dataset=anercorp", "runner=rules", "tracker=none")
    assert done.code == 2
    (line,) = done.err.splitlines()
    assert line.startswith("harness evaluate: data/anercorp/ANERCorp_CamelLab_test.txt: found No such file")


def test_anercorp(tmp_path: Path) -> None:
    content = "قال O\nسامي B-PERS\nالنجار I-PERS\nفي O\nطوكيو B-LOC\n. O\n\nوعاد O\nبالين B-MISC\n. O\n\n"
    found = columns("anercorp", tmp_path, content)
    assert [example.document.text for example in found.read()] == ["قال سامي النجار في طوكيو .", "وعاد بالين ."]
    assert mentions(found.read()[0]) == [("سامي النجار", "PERS"), ("طوكيو", "LOC")]
    assert mentions(found.read()[1]) == [("بالين", "MISC")]
    assert not found.remarks


def test_an_older_copy_of_anercorp(tmp_path: Path) -> None:
    content = "قال O\n O\nسامي B-PERS\n\u200f O\n. O\n. O\nوعاد O\nمن Oإلى\nطوكيو B-LOC\n. O\n"
    with pytest.raises(InputError, match=r'test\.txt:2: found " O", .*; dataset\.columns\.malformed=skip passes over'):
        columns("anercorp", tmp_path, content).read()
    found = columns("anercorp", tmp_path, content, "dataset.columns.malformed=skip", 'dataset.ends=["."]')
    assert [example.document.text for example in found.read()] == ["قال سامي \u200f . .", "وعاد طوكيو ."]
    assert [mentions(example) for example in found.read()] == [[("سامي", "PERS")], [("طوكيو", "LOC")]]
    assert "(2 such lines); passed over" in found.remarks[0]


def test_cleananercorp(tmp_path: Path) -> None:
    content = "وقال O\nسامي B-PERS\nالنجار I-PERS\n. O\n\nطوكيو B-LOC\nالنجار I-PERS\nعاد O\n. O\n\nثم O\nعاد O\n. O\n"
    found = columns("cleananercorp", tmp_path, content)
    assert [mentions(example) for example in found.read()] == [
        [("سامي النجار", "PERS")], [("طوكيو", "LOC"), ("النجار", "PERS")], []
    ]  # fmt: skip
    assert "found 1 ill-formed tags under IOB2 (1 nothing to continue)" in found.remarks[0]


def test_aqmar_is_joined_as_it_says(tmp_path: Path) -> None:
    (tmp_path / "Atom.txt").write_text(
        "نواة B-MIS0\nالذرة I-MIS0\nعند O\nبور B-PER\n. O\n\nثم OO\nجامعة B-ORG\nطوكيو I--ORG\n"
    )
    (tmp_path / "Crusades.txt").write_text("القدس B-LOC \n\nكأس B-MIS1`\nعاد IO\nسامي B-PER\n\n", encoding="utf-8")
    fetch = yaml.safe_load((FOLDER / "aqmar.yaml").read_text())["fetch"]
    command = fetch[fetch.index("for f in") : fetch.rindex(", in data")]
    subprocess.run(["sh", "-c", command], cwd=tmp_path, check=True)
    found = corpus("aqmar", f"dataset.path={tmp_path / 'aqmar.conll'}")
    assert [example.document.text.split("\n") for example in found.read()] == [
        ["نواة الذرة عند بور .", "ثم جامعة طوكيو"], ["القدس", "كأس عاد سامي"]
    ]  # fmt: skip
    assert in_gold(found) == [[("بور", "PERS"), ("جامعة", "ORG"), ("طوكيو", "ORG")],
                              [("القدس", "GPE-LOC-FAC"), ("سامي", "PERS")]]  # fmt: skip


@pytest.mark.parametrize("name", ["wojood", "wojood_sample"])
def test_wojood(tmp_path: Path, name: str) -> None:
    content = "بيان O\nنقابة B-ORG\nجامعة I-ORG B-ORG\nطوكيو I-ORG I-ORG B-GPE\n. O\n$#$ O\n\nثم O\n$#$ O\n$#$ O\n\n"
    found = columns(name, tmp_path, content)
    assert mentions(found.read()[0]) == [("نقابة جامعة طوكيو", "ORG"), ("جامعة طوكيو", "ORG"), ("طوكيو", "GPE")]
    assert found.read()[0].document.text.endswith(". $#$")
    without = columns(name, tmp_path, content, 'dataset.columns.comment="$#$"')
    assert [example.document.text for example in without.read()] == ["بيان نقابة جامعة طوكيو .", "ثم"]


def test_narabizi(tmp_path: Path) -> None:
    rows = [("1", "vive", "ner=O"), ("2-3", "lbled", None), ("2", "l", "LangO=ar_dz|ner=O|wordform=lbled"),
            ("3", "bled", "LangO=ar_dz|ner=B-LOC"), ("4", "sami", "ner=B-PERderivA|Possessive=Yes")]  # fmt: skip
    lines = "".join(f"{number}\t{word}" + "\t_" * 7 + f"\t{misc or '_'}\n" for number, word, misc in rows)
    found = columns("narabizi", tmp_path, f"# sent_id = 1\n# text = vive lbled sami\n{lines}\n")
    assert found.read()[0].document.text == "vive l bled sami"
    assert mentions(found.read()[0]) == [("bled", "LOC"), ("sami", "PERderivA")]
    as_written = columns("conllu", tmp_path, f"# sent_id = 1\n# text = vive lbled sami\n{lines}\n", "dataset.key=ner")
    assert as_written.read()[0].document.text == "vive lbled sami"
    assert mentions(as_written.read()[0]) == mentions(found.read()[0])


def parquet(path: Path, rows: list[dict[str, object]], **types: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = datasets.Dataset.from_list(rows)
    made.cast(datasets.Features({**made.features, **types})).to_parquet(path)


@pytest.fixture
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")


@pytest.mark.usefixtures("_own_cache")
def test_anercorp_of_the_hub(tmp_path: Path) -> None:
    folder = tmp_path / "ANERCorp"
    words = [("قال", "O"), ("سامي", "B-PERS"), (".", "O"), ("null", "O"), ("طوكيو", "B-LOC"), (".", "O")]
    rows: list[dict[str, object]] = [{"word": word, "tag": tag} for word, tag in words]
    parquet(folder / "data" / "train-00000-of-00001-5f3a.parquet", rows[:1])
    parquet(folder / "data" / "test-00000-of-00001-9c1e.parquet", rows)
    card = "".join(f"  - split: {split}\n    path: data/{split}-*\n" for split in ("train", "test"))
    (folder / "README.md").write_text(f"---\nconfigs:\n- config_name: default\n  data_files:\n{card}---\n")
    found = corpus("anercorp_hub", f"dataset.path={folder}")
    assert [(example.document.id, example.document.text) for example in found.read()] == [
        ("ANERCorp-test:1", "قال سامي ."), ("ANERCorp-test:4", "null طوكيو .")
    ]  # fmt: skip
    assert [mentions(example) for example in found.read()] == [[("سامي", "PERS")], [("طوكيو", "LOC")]]


@pytest.mark.usefixtures("_own_cache")
def test_wikiann(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"tokens": ["سامي", "النجار"], "ner_tags": [1, 2], "langs": ["ar", "ar"], "spans": ["PER: سامي النجار"]},
        {"tokens": ["تحويل", "''", "طوكيو", "''"], "ner_tags": [0, 0, 5, 0], "langs": ["ar"] * 4, "spans": []},
    ]
    numbered = datasets.List(datasets.ClassLabel(names=TAGS))
    for language in ("ar", "arz"):
        for split in ("test", "train", "validation"):
            parquet(tmp_path / "w" / language / split / "0000.parquet", rows[language == "arz" :], ner_tags=numbered)
    found = corpus("wikiann", f"dataset.path={tmp_path / 'w'}")
    assert [example.document.id for example in found.read()] == ["w-ar-test:1", "w-ar-test:2"]
    assert in_gold(found) == [[("سامي النجار", "PERS")], [("طوكيو", "GPE-LOC-FAC")]]
    assert len(corpus("wikiann", f"dataset.path={tmp_path / 'w'}", "dataset.data_dir=arz").read()) == 1


def test_wikiann_in_columns(tmp_path: Path) -> None:
    (tmp_path / "ar.txt").write_text("ar:سامي\tB-PER\nar:''\tO\n\nar:طوكيو\tB-LOC\n", encoding="utf-8")
    path = f"dataset.path={tmp_path / 'ar.txt'}"
    found = corpus("conll", path, 'dataset.columns.prefix="ar:"', "dataset.labels=wikiann")
    assert [mentions(example) for example in found.read()] == [[("سامي", "PER")], [("طوكيو", "LOC")]]


@pytest.mark.usefixtures("_own_cache")
def test_shamner(tmp_path: Path) -> None:
    folder = tmp_path / "ShamNER"
    span = {"annotator": "a", "end": 8, "label": "PER", "start": 4, "text": "سامي"}
    row = {
        "doc_id": 3,
        "sent_id": 9,
        "text": "راح سامي عطوكيو",
        "source_type": "x",
        "spans": [span, span | {"start": 10, "end": 15, "text": "طوكيو", "label": "GPE"}],
    }
    for split in ("train", "validation", "test", "iaa_A", "iaa_B"):
        parquet(folder / "data" / f"{split}-00000-of-00001.parquet", [row])
    (folder / "README.md").write_text("---\nlicense: cc-by-4.0\ndata_files:\n  test: test.parquet\n---\n")
    (example,) = corpus("shamner", f"dataset.path={folder}").read()
    assert example.document.id == "ShamNER-test:1"
    assert mentions(example) == [("سامي", "PER"), ("طوكيو", "GPE")]


@pytest.mark.usefixtures("_own_cache")
def test_mafat(tmp_path: Path) -> None:
    folder = tmp_path / "mafat"
    row = {"tokens": ["راح", "الوزير", "ل", "طوكيو"], "raw_tags": ["O", "U-TTL", "O", "U-GPE"],
           "ner_tags": [0, 4, 0, 7], "spaces": [1, 1, 0, 0], "record": "{}", "text": "راح الوزير لطوكيو",
           "spans": [{"end": 10, "label": "TTL", "start": 4, "text": "الوزير"},
                     {"end": 17, "label": "GPE", "start": 12, "text": "طوكيو"}]}  # fmt: skip
    parquet(folder / "data" / "train-00000-of-00001.parquet", [row])
    card = "---\nconfigs:\n- config_name: default\n  data_files:\n  - split: train\n    path: data/train-*\n---\n"
    (folder / "README.md").write_text(card)
    found = corpus("mafat", f"dataset.path={folder}")
    assert in_gold(found) == [[("الوزير", "OCC"), ("طوكيو", "GPE")]]
    overrides = ("dataset.columns.shape=tokens", "dataset.columns.tags=raw_tags", "dataset.scheme=BIOES")
    tokens = corpus("mafat", f"dataset.path={folder}", *overrides)
    assert tokens.read()[0].document.text == "راح الوزير ل طوكيو"
    assert in_gold(tokens) == in_gold(found)


def test_another_file_than_the_one_that_is_meant_is_refused(tmp_path: Path) -> None:
    content = "قال O\n"
    meant = sha256(content.encode()).hexdigest()
    assert columns("anercorp", tmp_path, content, f"dataset.sha256={meant}").read()
    message = rf"test\.txt: found the SHA-256 [0-9a-f]{{64}}, wanted {meant}: fetch the files from https://camel"
    with pytest.raises(InputError, match=message):
        columns("anercorp", tmp_path, content + content, f"dataset.sha256={meant}").read()
