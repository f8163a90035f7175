"""What every way to open a content answers, and the words that may stand in between."""

from dataclasses import dataclass

from harness.runners.rules.claims.page import TIMES, Page
from harness.runners.rules.words.lexicon import word_class


@dataclass(frozen=True, slots=True)
class Opening:
    """Where a content begins.

    `kind` is that, quote, colon, before (a quotation before its cue), report (قوله and what follows), object or
    clause. `first` is the word the content begins in, `cut` the letters of it that stay outside, `stop` the word
    behind the last that can belong to the source, `mark` the complementizer, -1 where there is none.
    """

    kind: str
    first: int
    stop: int
    cut: int = 0
    mark: int = -1


def is_complementizer(key: str) -> bool:
    """Whether a folded word is أن, إن, بأن or one of them with a pronoun."""
    return key in word_class("that") or key in word_class("that_by")


def is_aside(page: Page, index: int) -> bool:
    """Whether word `index` begins an adjunct or a time, which may part a cue from its content."""
    mention = page.mentions.get(index)
    return page.keys[index] in word_class("adjunct") or (mention is not None and mention.entity.type in TIMES)
