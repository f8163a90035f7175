"""A tokenizer.json by itself, and the same in transformers: one cuts words as the other does."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from harness.arabic.plain import respell
from harness.data.types import InputError
from harness.datasets.gold import GoldStandard
from harness.runners.transformer.network import Network
from harness.runners.transformer.pieces import cut_pieces
from harness.runners.transformer.tokenizer import backend_of, load_tokenizer, read_tokenizer
from tests.runners.transformer.tiny import LINES, Table, build, build_roberta, build_xlm_roberta

SHIPPED = Path("harness/runners/transformer/shipped")


def both(folder: Path) -> tuple[Network, Network]:
    """A network over the tokenizer of a folder: read by itself, and by transformers."""
    pytest.importorskip("transformers", reason="the tokenizer is compared with that of transformers")
    theirs = load_tokenizer(str(folder), {"local_files_only": True, "trust_remote_code": False})
    tokenizers = read_tokenizer(folder / "tokenizer.json"), backend_of(theirs)
    one, other = (Network(tokenizer, Table([]), ("O",), 64) for tokenizer in tokenizers)  # type: ignore[arg-type]
    return one, other


def lines(texts: Sequence[str]) -> list[list[str]]:
    """The words of every line, as they are and in plain spelling."""
    spelled = [text for text in texts for text in (text, respell(text, "plain").target)]
    return [[text[start:end] for start, end in line] for text in spelled for line in cut_pieces(text)]


def test_the_shipped_tokenizer_cuts_every_word_of_the_gold_as_in_transformers() -> None:
    alone, inside = both(SHIPPED)
    assert alone.frame == inside.frame
    texts = [example.document.text for name in ("v1", "newswire-v1") for example in GoldStandard(name).read()]
    words = lines(texts)
    assert len(words) > 500
    for line in words:
        assert alone.encode(line) == inside.encode(line)


@pytest.mark.parametrize("make", [build, build_roberta, build_xlm_roberta])
def test_each_kind_of_tokenizer_cuts_words_as_in_transformers(make: Callable[[Path], Path], tmp_path: Path) -> None:
    alone, inside = both(make(tmp_path))
    assert alone.frame == inside.frame
    for line in lines([*LINES, "«والقاهرة» 😀x — زَارَ بَـيـرُوتَ (3.5٪)"]):
        assert alone.encode(line) == inside.encode(line)


def test_what_a_file_says_about_cutting_and_padding_is_not_done(tmp_path: Path) -> None:
    """Tokenizers of the hub are often stored as they were used in training: cut at 512, padded to it."""
    asked = json.loads((SHIPPED / "tokenizer.json").read_text(encoding="utf-8"))
    asked["truncation"] = {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0}
    asked["padding"] = {
        "strategy": {"Fixed": 9}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 1, "pad_type_id": 0,
        "pad_token": "<pad>",
    }  # fmt: skip
    (tmp_path / "tokenizer.json").write_text(json.dumps(asked), encoding="utf-8")
    words = LINES[0].split()
    found, wanted = (
        Network(read_tokenizer(folder / "tokenizer.json"), Table([]), ("O",), 64).encode(words)  # type: ignore[arg-type]
        for folder in (tmp_path, SHIPPED)
    )
    assert found == wanted


def test_a_file_without_a_tokenizer_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(InputError, match=r"tokenizer.json: found .*, wanted a fast tokenizer"):
        read_tokenizer(tmp_path / "tokenizer.json")
