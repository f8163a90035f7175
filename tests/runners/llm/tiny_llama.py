"""A LLaMA with random weights that llama.cpp serves: its answers mean nothing, and its server is a real one."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import gguf
import numpy as np
import xllamacpp

MODEL: Final = "tiny-random"
_WIDTH, _HEADS, _INNER, _CONTEXT = 32, 4, 64, 32_768
_LETTERS: Final = "".join(map(chr, range(0x21, 0x7F))) + "\u2581" + "ءآأإابتثجحخدذرزسشصضطظعغفقكلمنهوىيةئؤ،«»"
_ENDS: Final = {'"': 0.8, "{": 0.8, "}": 0.8, "]": 0.7, ",": 0.8}
"""Signs that begin or end parts of JSON, with their bias."""
_CONSTANT: Final = 3.0
"""The first number of every token's vector. It outweighs all others, so that the first weight of each output works as
a bias: without one, texts in quotation marks would go on for hundreds of letters, and no answer would end."""


def write_model(path: Path) -> Path:
    """A model whose tokens are single letters, and the bytes of all that are not among them."""
    random = np.random.default_rng(0)
    special = [("<unk>", gguf.TokenType.UNKNOWN), ("<s>", gguf.TokenType.CONTROL), ("</s>", gguf.TokenType.CONTROL)]
    letters = [(letter, gguf.TokenType.NORMAL) for letter in _LETTERS]
    every = [*special, *((f"<0x{byte:02X}>", gguf.TokenType.BYTE) for byte in range(256)), *letters]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name(MODEL)
    writer.add_context_length(_CONTEXT)
    writer.add_embedding_length(_WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(_INNER)
    writer.add_head_count(_HEADS)
    writer.add_head_count_kv(_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(_WIDTH // _HEADS)
    writer.add_vocab_size(len(every))
    writer.add_file_type(0)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([token.encode() for token, _ in every])
    writer.add_token_scores([0.0 if kind != gguf.TokenType.BYTE else -1000.0 for _, kind in every])
    writer.add_token_types([kind for _, kind in every])
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_add_bos_token(True)
    writer.add_chat_template("{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant: ")

    def add(name: str, *shape: int) -> None:
        writer.add_tensor(name, (random.standard_normal(shape) * 0.02).astype(np.float32))

    # What ends something is as likely everywhere.
    bias = np.array([_ENDS.get(token, 0.0) if kind == gguf.TokenType.NORMAL else -2.0 for token, kind in every])
    tokens = (random.standard_normal((len(every), _WIDTH)) * 0.1).astype(np.float32)
    tokens[:, 0] = _CONSTANT
    writer.add_tensor("token_embd.weight", tokens)
    outputs = random.standard_normal((len(every), _WIDTH)).astype(np.float32)
    outputs[bias > 0] = 0
    outputs[:, 0] = bias
    writer.add_tensor("output.weight", outputs)
    writer.add_tensor("output_norm.weight", np.ones(_WIDTH, np.float32))
    for norm in ("attn_norm", "ffn_norm"):
        writer.add_tensor(f"blk.0.{norm}.weight", np.ones(_WIDTH, np.float32))
    for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
        add(f"blk.0.{part}.weight", _WIDTH, _WIDTH)
    for part in ("ffn_gate", "ffn_up"):
        add(f"blk.0.{part}.weight", _INNER, _WIDTH)
    add("blk.0.ffn_down.weight", _WIDTH, _INNER)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@contextmanager
def llama_server(path: Path, *, parallel: int = 4, context: int = _CONTEXT, port: int | None = None) -> Iterator[str]:
    """The base URL of llama.cpp's server for a model, in this process; `context` is what one request may hold."""
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(path)
    parameters.model_alias = {MODEL}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = port or _free_port()
    parameters.n_parallel = parallel
    parameters.n_ctx = context * parallel
    # With more threads a token takes a hundred times as long where other programs are at work: they spin.
    parameters.cpuparams.n_threads = 1
    parameters.cpuparams_batch.n_threads = 1
    parameters.verbosity = 0
    server = xllamacpp.Server(parameters)
    try:
        yield f"{server.listening_address}/v1"
    finally:
        del server


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
