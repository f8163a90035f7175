"""The gold without its article texts, as a wheel can be built, and the way back."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.curate.tasks import curate, put_texts_in
from harness.curate.texts import put_in
from harness.data.files import resource
from harness.data.types import InputError
from harness.datasets.gold import GoldStandard
from hatch_build import take_out

RELEASED = resource("gold") / "v1"


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """Gold v1 in its stand-off form."""
    folder = Path(shutil.copytree(RELEASED, tmp_path / "bare" / "v1"))
    take_out(folder)
    return folder


def runs_of_words(text: str, length: int) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return (tuple(words[start : start + length]) for start in range(len(words) - length + 1))


def test_the_stand_off_form_quotes_no_more_than_a_few_words(bare: Path) -> None:
    # Names of speakers, and notes on decisions, have up to six words of an article.
    articles = [path.read_text(encoding="utf-8") for path in (RELEASED / "texts").iterdir()]
    written = {words for article in articles for words in runs_of_words(article, 7)}
    assert len(written) > 2000
    for path in bare.rglob("*.*"):
        content = path.read_text(encoding="utf-8").replace('"', " ")
        assert not written & {*runs_of_words(content, 7)}, path.name
    assert not (bare / "gold.jsonl").exists()
    assert not (bare / "texts").exists()


def test_with_the_texts_it_is_the_released_version_byte_for_byte(bare: Path, tmp_path: Path) -> None:
    assert put_texts_in(GoldStandard("v1", str(bare.parent)), RELEASED / "texts", tmp_path / "out") == 0
    out = tmp_path / "out" / "v1"
    released = sorted(path.relative_to(RELEASED) for path in RELEASED.rglob("*") if path.is_file())
    assert sorted(path.relative_to(out) for path in out.rglob("*") if path.is_file()) == released
    for name in released:
        assert (out / name).read_bytes() == (RELEASED / name).read_bytes(), name


def test_a_text_that_is_missing_or_another_one_is_refused_and_nothing_is_written(bare: Path, tmp_path: Path) -> None:
    texts = Path(shutil.copytree(RELEASED / "texts", tmp_path / "given"))
    article = texts / "a3-virtual-summit.txt"
    article.write_bytes(article.read_bytes().rstrip(b"\n"))
    with pytest.raises(InputError, match=r"a3-virtual-summit\.txt: found sha256 \w{64}, wanted \w{64}: the article"):
        put_in(bare, texts, tmp_path / "out")
    article.unlink()
    with pytest.raises(InputError, match=r"a3-virtual-summit\.txt: found No such file or directory, wanted an article"):
        put_in(bare, texts, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_annotation_that_was_changed_is_refused(bare: Path, tmp_path: Path) -> None:
    path = bare / "annotators" / "b.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("PERS", "ORG", 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"b\.jsonl: found a file that gives sha256"):
        put_in(bare, RELEASED / "texts", tmp_path / "out")


@pytest.mark.parametrize("task", ["build", "validate", "agreement"])
def test_without_texts_every_other_task_says_where_to_put_them(bare: Path, tmp_path: Path, task: str) -> None:
    with pytest.raises(InputError, match=r"found no article texts .*harness curate task=texts version=v1 texts=DIR"):
        curate(task, GoldStandard("v1", str(bare.parent)), tmp_path / "out")


def test_a_version_that_has_its_texts_needs_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"found no standoff\.jsonl, wanted a version that came without its texts"):
        put_in(RELEASED, RELEASED / "texts", tmp_path / "out")
