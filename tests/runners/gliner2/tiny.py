"""A GLiNER2 model of a few kilobytes with random weights, made on the spot, saved and read as real ones are."""

from pathlib import Path
from typing import Any

import pytest

from harness.runners.transformer.tokenizer import quiet
from tests.runners.transformer.tiny import LINES, fast, seeded


def build(
    folder: Path,
    *,
    width: int = 4,
    positions: int = 512,
    alone: bool = False,
    distances: bool = False,
    boundary: bool = False,
) -> Path:
    """A BERT of one layer below a span head in `folder`; a mention has at most `width` words.

    With `alone` what is answered for words depends on these words only: neither neighbours nor positions change it.
    With `distances` the encoder is a DeBERTa, which has no table of positions, with `boundary` the head is of the
    other architecture of the package.
    """
    torch = pytest.importorskip("torch", reason="runner=gliner2 needs the extra gliner2")
    pytest.importorskip("gliner2", reason="runner=gliner2 needs the extra gliner2")
    from gliner2 import AutoExtractor, ExtractorConfig
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
    from transformers import BertConfig, BertModel, DebertaV2Config, DebertaV2Model

    words = dict.fromkeys(" ".join(LINES).lower().replace(".", " .").replace(",", " ,").split())
    vocabulary = {word: number for number, word in enumerate(["[PAD]", "[UNK]", *words])}
    tokenizer: Any = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))  # noqa: S106 -- no password
    tokenizer.normalizer = normalizers.BertNormalizer(strip_accents=True, lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    wrapped = fast(tokenizer, model_max_length=positions, pad_token="[PAD]", unk_token="[UNK]")  # noqa: S106
    sizes: dict[str, Any] = {
        "vocab_size": len(vocabulary), "hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2,
        "intermediate_size": 64, "max_position_embeddings": positions,
    }  # fmt: skip
    relative: dict[str, Any] = {"relative_attention": True, "position_biased_input": False, "pos_att_type": ["c2p"]}
    with seeded(torch), quiet():
        encoder = DebertaV2Model(DebertaV2Config(**sizes, **relative)) if distances else BertModel(BertConfig(**sizes))
        encoder.save_pretrained(folder / "encoder")
        head: dict[str, Any] = {"architecture": "boundary"} if boundary else {"max_width": width}
        config = ExtractorConfig(model_name=str(folder / "encoder"), **head)
        model: Any = AutoExtractor.from_config(config, tokenizer=wrapped)
    with torch.no_grad():
        if not boundary:
            # Larger weights: answers that are far apart. The head that counts has to see something.
            for parameter in model.span_rep.parameters():
                parameter.mul_(2)
            model.count_pred[-1].bias[1] = 100.0
        if alone:
            model.encoder.embeddings.position_embeddings.weight.zero_()
            for layer in model.encoder.encoder.layer:
                layer.attention.output.dense.weight.zero_()
    with quiet():
        model.eval().save_pretrained(folder / "model")
    return folder / "model"
