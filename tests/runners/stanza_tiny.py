"""A pipeline of Stanza of 130 KB: tokenizer, splitter of clitics and tagger, trained on six sentences on the spot."""

import json
import logging
import random
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

LINES: Final = (
    "قال وزير الخارجية الروسي سيرغي لافروف في موسكو إن بلاده «لن تتراجع».",
    "وأضاف أن وفدا من الأمم المتحدة سيصل إلى القاهرة يوم الاثنين.",
    "وأعلنت شركة النفط في البصرة أنها زادت الإنتاج بنسبة 5%.",
    "زار لافروف موسكو وبكين والقاهرة.",
    "وصل وفد من الأمم المتحدة إلى موسكو وبكين، ثم للصين.",
    "The meeting took place in Geneva on Monday, said Reuters.",
)
NAMES: Final = {
    "سيرغي لافروف": "PERS",
    "لافروف": "PERS",
    "موسكو": "GPE",
    "الأمم المتحدة": "ORG",
    "القاهرة": "GPE",
    "البصرة": "GPE",
    "وبكين": "GPE",
    "والقاهرة": "GPE",
    "للصين": "GPE",
    "Geneva": "GPE",
    "Reuters": "ORG",
}
PARTED: Final = {"وبكين": "و بكين", "والقاهرة": "و القاهرة", "للصين": "ل الصين"}
_TOKEN: Final = re.compile(r"\w+|[^\w\s]")


def build(folder: Path) -> Path:
    """The pipeline in `folder`, as `stanza.download` leaves one."""
    pytest.importorskip("stanza", reason="runner=stanza needs the extra stanza")
    return Path(shutil.copytree(_trained(), folder, dirs_exist_ok=True))


@cache
def _trained() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="stanza-"))
    models = {"tokenize": _tokenizer, "mwt": _splitter, "ner": _tagger}
    with _seeded():
        for name, train in models.items():
            (folder / "ar" / name).mkdir(parents=True)
            train(folder).save(str(folder / "ar" / name / "tiny.pt"))
    described: dict[str, object] = {name: {"tiny": {}} for name in models}
    packages = {"default": dict.fromkeys(models, "tiny")}
    (folder / "resources.json").write_text(json.dumps({"ar": described | {"packages": packages}}))
    return folder


@contextmanager
def _seeded() -> Iterator[None]:
    """The same weights every time, and one thread."""
    import torch

    torch.set_num_threads(1)
    kept = torch.random.get_rng_state(), random.getstate(), np.random.get_state()  # noqa: NPY002 -- what stanza uses
    torch.manual_seed(7)
    random.seed(7)
    np.random.seed(7)  # noqa: NPY002
    yield
    # What trains models also makes Stanza tell each step.
    logging.getLogger("stanza").setLevel(logging.ERROR)
    torch.random.set_rng_state(kept[0])
    random.setstate(kept[1])
    np.random.set_state(kept[2])  # noqa: NPY002


def _tokenizer(folder: Path) -> Any:
    """Each character's label: 1 ends a token, 2 a sentence, 3 a token of several words."""
    from stanza.models import tokenizer
    from stanza.models.tokenization.data import DataLoader
    from stanza.models.tokenization.trainer import Trainer

    text = " ".join(LINES)
    labels = ["0"] * len(text)
    for token in _TOKEN.finditer(text):
        labels[token.end() - 1] = "3" if token.group() in PARTED else "1"
    end = -1
    for line in LINES:
        end += len(line) + 1
        labels[end - 1] = "2"
    (folder / "text").write_text(text, encoding="utf-8")
    (folder / "labels").write_text("".join(labels), encoding="utf-8")
    none = ["dropout", "unit_dropout", "feat_dropout", "feat_unit_dropout", "tok_noise"]
    args: Any = tokenizer.parse_args(["--lang", "ar", "--shorthand", "ar_tiny", "--use_mwt"])
    features = tokenizer.DEFAULT_FEAT_FUNCS
    args |= dict.fromkeys(none, 0.0) | {
        "emb_dim": 16,
        "hidden_dim": 16,
        "batch_size": 4,
        "max_seqlen": 300,
        "lr0": 0.02,
    }
    args |= {"feat_funcs": features, "feat_dim": len(features), "num_dict_feat": 0}
    data: Any = DataLoader(args, {"txt": str(folder / "text"), "label": str(folder / "labels")}, mwt_expansions=PARTED)
    args["vocab_size"] = len(data.vocab)
    trainer: Any = Trainer(args=args, vocab=data.vocab, device="cpu")
    for _ in range(100):
        trainer.update(data.next(unit_dropout=0.1))
    (folder / "text").unlink()
    (folder / "labels").unlink()
    return trainer


def _splitter(folder: Path) -> Any:
    from stanza.models import mwt_expander
    from stanza.models.mwt.trainer import Trainer
    from stanza.models.mwt.vocab import Vocab

    del folder
    args = vars(mwt_expander.parse_args(["--lang", "ar", "--shorthand", "ar_tiny", "--dict_only"]))
    trainer: Any = Trainer(args=args, vocab=Vocab([*PARTED.items()], "ar"), device="cpu")
    trainer.train_dict([*PARTED.items()])
    return trainer


def _tagger(folder: Path) -> Any:
    from stanza.models import ner_tagger
    from stanza.models.common.doc import Document
    from stanza.models.ner.data import DataLoader
    from stanza.models.ner.trainer import Trainer

    del folder
    args: Any = ner_tagger.parse_args(["--shorthand", "ar_tiny", "--no_pretrain", "--optim", "adam"])
    args |= {"word_emb_dim": 0, "hidden_dim": 16, "char_emb_dim": 16, "char_hidden_dim": 16, "lr": 0.02}
    args |= {"dropout": 0.0, "word_dropout": 0.0}
    data: Any = DataLoader(Document([_tagged(line) for line in LINES]), 32, args)
    trainer: Any = Trainer(args=args, vocab=data.vocab, device="cpu")
    for _ in range(60):
        for batch in data:
            trainer.update(batch)
    return trainer


def _tagged(line: str) -> list[dict[str, object]]:
    tokens = _TOKEN.findall(line)
    tags = ["O"] * len(tokens)
    for name, kind in NAMES.items():
        parts = _TOKEN.findall(name)
        for first in range(len(tokens) - len(parts) + 1):
            last = first + len(parts)
            if tokens[first:last] == parts and {*tags[first:last]} == {"O"}:
                inner = [f"I-{kind}"] * (len(parts) - 2)
                tags[first:last] = [f"S-{kind}"] if len(parts) == 1 else [f"B-{kind}", *inner, f"E-{kind}"]
    return [
        {"id": number, "text": token, "ner": tag}
        for number, (token, tag) in enumerate(zip(tokens, tags, strict=True), 1)
    ]
