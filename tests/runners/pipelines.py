"""Pipelines of spaCy, made on the spot, saved and read as real ones are."""

import random
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.runners.contract import NEWS

SENTENCE = NEWS.partition("\n")[0]
MENTIONS = (("سيرغي لافروف", "PERS"), ("موسكو", "GPE"), ("الأمم المتحدة", "ORG"), ("القاهرة", "GPE"))
INSIDE = (("وزير الخارجية الروسي", "OCC"), ("الروسي", "NORP"))


def build(folder: Path, components: Sequence[str] = ("ner", "spancat"), steps: int = 20) -> Path:
    """A pipeline in `folder` that has learned one sentence by heart.

    An `ner` finds `MENTIONS` of `SENTENCE`, a `spancat` in its group `sc` those and `INSIDE`.
    """
    spacy: Any = pytest.importorskip("spacy", reason="runner=spacy needs the extra spacy")
    from spacy.training import Example

    random.seed(7)
    spacy.util.fix_random_seed(7)
    nlp = spacy.blank("ar")
    for component in components:
        nlp.add_pipe(component)
    entities = [(SENTENCE.index(text), SENTENCE.index(text) + len(text), label) for text, label in MENTIONS]
    spans = entities + [(SENTENCE.index(text), SENTENCE.index(text) + len(text), label) for text, label in INSIDE]
    example = Example.from_dict(nlp.make_doc(SENTENCE), {"entities": entities, "spans": {"sc": spans}})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        optimizer = nlp.initialize(lambda: [example])
        for _ in range(steps):
            nlp.update([example], sgd=optimizer)
    nlp.to_disk(folder)
    return folder


def build_ruler(folder: Path, **words: str) -> Path:
    """A pipeline in `folder` that finds single tokens by a list: each of `words` under its label."""
    spacy: Any = pytest.importorskip("spacy", reason="runner=spacy needs the extra spacy")
    nlp = spacy.blank("ar")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns(
        [{"label": label, "pattern": word} for label, listed in words.items() for word in listed.split()]
    )
    nlp.to_disk(folder)
    return folder
