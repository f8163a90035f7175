"""A token classifier of a few kilobytes with random weights, made on the spot."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.data.bio import Scheme
from harness.runners.transformer.network import Logits, Network, Token
from harness.runners.transformer.tokenizer import backend_of

LINES = (
    "قال وزير الخارجية الروسي سيرغي لافروف في موسكو إن بلاده ستواصل العمل",
    "وصل وفد من الأمم المتحدة إلى القاهرة يوم الاثنين لإجراء محادثات",
    "أعلنت شركة النفط في البصرة أنها زادت الإنتاج بنسبة خمسة في المئة",
    "The meeting took place in Geneva on Monday, said Reuters.",
)
TAGS = ("O", "B-PERS", "I-PERS", "B-GPE", "I-GPE", "B-ORG", "I-ORG")


def build(folder: Path, tags: Sequence[str] = TAGS, *, positions: int = 64, alone: bool = False) -> Path:
    """A BERT of two layers and its WordPiece tokenizer in `folder`.

    With `alone` a token's logits depend on that token only: neither neighbours nor positions change them.
    """
    torch = pytest.importorskip("torch", reason="the transformer runner needs the extra torch")
    from transformers import BertConfig, BertForTokenClassification

    tokenizer = _tokenizer(positions)
    with seeded(torch):
        model: Any = BertForTokenClassification(
            BertConfig(
                vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
                intermediate_size=64, max_position_embeddings=positions, id2label=dict(enumerate(tags)),
                label2id={tag: number for number, tag in enumerate(tags)},
            )
        )  # fmt: skip
    with torch.no_grad():
        # Larger weights: answers that are far apart, and all tags among them.
        model.classifier.weight.mul_(20)
        if alone:
            model.bert.embeddings.position_embeddings.weight.zero_()
            for layer in model.bert.encoder.layer:
                layer.attention.output.dense.weight.zero_()
    tokenizer.save_pretrained(folder)
    model.save_pretrained(folder)
    return folder


@contextmanager
def seeded(torch: Any) -> Iterator[None]:
    """The same random weights every time, and one thread: more cost a model of this size far more than they bring."""
    torch.set_num_threads(1)
    before = torch.random.get_rng_state()
    torch.manual_seed(7)
    yield
    torch.random.set_rng_state(before)


def _save_roberta(kind: Any, config: Any, folder: Path) -> Path:
    """A token classifier of the family of RoBERTa in `folder`, its answers far apart."""
    import torch

    with seeded(torch):
        model = kind(config)
    with torch.no_grad():
        model.classifier.weight.mul_(20)
    model.save_pretrained(folder)
    return folder


def _tokenizer(positions: int) -> Any:
    """A WordPiece tokenizer of `LINES`: their letters, short words, and the first three letters and the rest of others.

    It is not learned: a trainer decides ties otherwise in every process.
    """
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    normalizer = normalizers.BertNormalizer(strip_accents=True, lowercase=False)
    words = normalizer.normalize_str(" ".join(LINES)).replace(",", " ,").replace(".", " .").split()
    letters = sorted({letter for word in words for letter in word})
    pieces = [piece for word in words for piece in ([word] if len(word) < 6 else [word[:3], f"##{word[3:]}"])]
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *letters, *(f"##{letter}" for letter in letters), *pieces]
    vocabulary = {token: number for number, token in enumerate(dict.fromkeys(tokens))}
    tokenizer: Any = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))  # noqa: S106 -- no password
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    marks = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    return fast(tokenizer, model_max_length=positions, **marks)


def fast(tokenizer: Any, **fields: Any) -> Any:
    """`tokenizer` as transformers saves it."""
    import transformers

    wrap: Any = transformers.PreTrainedTokenizerFast
    return wrap(tokenizer_object=tokenizer, **fields)


def build_roberta(folder: Path, tags: Sequence[str] = TAGS) -> Path:
    """A RoBERTa of one layer and its byte-level tokenizer in `folder`; it reads 64 tokens."""
    pytest.importorskip("torch", reason="the transformer runner needs the extra torch")
    from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
    from transformers import RobertaConfig, RobertaForTokenClassification

    special = {"bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
    tokenizer: Any = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        LINES,
        trainers.BpeTrainer(
            vocab_size=400, special_tokens=[*special.values()], initial_alphabet=alphabet, show_progress=False
        ),
    )
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    fast(tokenizer, **special).save_pretrained(folder)
    config = RobertaConfig(
        vocab_size=400, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=66, id2label=dict(enumerate(tags)),
    )  # fmt: skip
    return _save_roberta(RobertaForTokenClassification, config, folder)


def build_xlm_roberta(folder: Path, tags: Sequence[str] = TAGS) -> Path:
    """An XLM-RoBERTa of one layer and its SentencePiece tokenizer, a unigram model, in `folder`; it reads 64 tokens."""
    pytest.importorskip("torch", reason="the transformer runner needs the extra torch")
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
    from transformers import XLMRobertaConfig, XLMRobertaForTokenClassification

    special = {"bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>"}
    tokenizer: Any = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=120, special_tokens=[*special.values()], unk_token=special["unk_token"], show_progress=False
    )
    tokenizer.train_from_iterator(LINES, trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    made = fast(tokenizer, **special)
    made.save_pretrained(folder)
    config = XLMRobertaConfig(
        vocab_size=len(made), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=66, id2label=dict(enumerate(tags)),
    )  # fmt: skip
    return _save_roberta(XLMRobertaForTokenClassification, config, folder)


@dataclass(frozen=True)
class Table:
    """What answers each token with a row of logits, whatever stands around it."""

    rows: Logits
    pads: bool = True

    def logits(self, batch: Sequence[Sequence[int]]) -> list[Logits]:
        return [self.rows[list(sequence)] for sequence in batch]


def table(
    folder: str,
    rows: Mapping[str, Sequence[float]],
    temperature: float = 1.0,
    outputs: Sequence[str] = ("O", "B-GPE", "I-GPE"),
    scheme: Scheme = "IOB2",
) -> Network:
    """The network that answers each of these tokens by its row of logits over `outputs`, others by zeros."""
    from transformers import AutoTokenizer

    tokenizer: Any = AutoTokenizer.from_pretrained(folder)
    logits = np.zeros((len(tokenizer), len(outputs)), np.float32)
    for word, row in rows.items():
        # The tokenizer spells إن without its hamza.
        number = tokenizer.get_vocab().get(word)
        (token,) = tokenizer(word, add_special_tokens=False)["input_ids"] if number is None else [number]
        logits[token] = row
    return Network(backend_of(tokenizer), Table(logits), outputs, 64, scheme, temperature)


def ids(words: Sequence[Sequence[Token]]) -> list[int]:
    """The ids of the tokens of words, in order."""
    return [token.id for word in words for token in word]
