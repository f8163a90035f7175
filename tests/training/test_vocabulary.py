import json
from pathlib import Path

from harness.training.vocabulary import kept_pieces, trim_tokenizer
from tests.training.pack import PIECES, tokenizer_json


def test_arabic_signs_and_the_most_frequent_latin_pieces_stay() -> None:
    kept = [PIECES[number][0] for number in kept_pieces(list(PIECES), latin=1)]
    # Cyrillic, Chinese and Persian go, and of two Latin words the less frequent; a single Latin letter stays.
    assert kept == ["<s>", "<pad>", "</s>", "<unk>", "▁the", "▁في", "2023", "é", "،"]


def test_a_trimmed_tokenizer_cuts_arabic_words_as_before(tmp_path: Path) -> None:
    from tokenizers import Tokenizer

    path = tmp_path / "tokenizer.json"
    path.write_text(tokenizer_json(), encoding="utf-8")
    trimmed, kept = trim_tokenizer(path, latin=1)
    assert [token["content"] for token in trimmed["added_tokens"]] == ["<s>"]
    before, after = Tokenizer.from_file(str(path)), Tokenizer.from_str(json.dumps(trimmed))
    assert after.encode("في 2023").tokens == before.encode("في 2023").tokens
    assert [kept[number] for number in after.encode("في 2023").ids] == before.encode("في 2023").ids
