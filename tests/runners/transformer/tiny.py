"""A token classifier of a few kilobytes with random weights, made on the spot."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

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
    # Threads cost a model of this size far more than they bring.
    torch.set_num_threads(1)
    torch_state = torch.random.get_rng_state()
    torch.manual_seed(7)
    model: Any = BertForTokenClassification(
        BertConfig(
            vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
            max_position_embeddings=positions, id2label=dict(enumerate(tags)),
            label2id={tag: number for number, tag in enumerate(tags)},
        )
    )  # fmt: skip
    torch.random.set_rng_state(torch_state)
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


def _tokenizer(positions: int) -> Any:
    """A WordPiece tokenizer learned from `LINES`."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    tokenizer: Any = Tokenizer(models.WordPiece(unk_token="[UNK]"))  # noqa: S106 -- no password
    tokenizer.normalizer = normalizers.BertNormalizer(strip_accents=True, lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.train_from_iterator(
        LINES, trainers.WordPieceTrainer(vocab_size=200, special_tokens=special, show_progress=False)
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    marks = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    return _fast(tokenizer, model_max_length=positions, **marks)


def _fast(tokenizer: Any, **fields: Any) -> Any:
    """`tokenizer` as transformers saves it."""
    import transformers

    wrap: Any = transformers.PreTrainedTokenizerFast
    return wrap(tokenizer_object=tokenizer, **fields)


def build_roberta(folder: Path) -> Path:
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
    _fast(tokenizer, **special).save_pretrained(folder)
    config = RobertaConfig(
        vocab_size=400, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=66, id2label=dict(enumerate(TAGS)),
    )  # fmt: skip
    RobertaForTokenClassification(config).save_pretrained(folder)
    return folder
