"""Check-worthiness labels of sentences."""

from dataclasses import dataclass
from typing import ClassVar

from harness.scoring.corpus import Corpus
from harness.scoring.entities import MACRO, MICRO, labelled, macro, prf_by_label, strict_table, sum_of, support_of
from harness.scoring.table import Counts, Table, Totals, ratio
from harness.types import SENTENCE_LABELS


@dataclass(frozen=True)
class CheckWorthy:
    """A label is right if a gold sentence with the same boundaries, in word view, has it."""

    layer: ClassVar[str] = "sentences"

    def counts(self, corpus: Corpus) -> Table:
        """The columns `LABEL/tp`, `LABEL/fp`, `LABEL/fn` for every label."""
        gold = corpus.sentences(corpus.gold, SENTENCE_LABELS)
        predicted = corpus.sentences(corpus.predicted, SENTENCE_LABELS)
        views = corpus.view(gold, predicted, "word"), corpus.view(predicted, gold, "word")
        return strict_table(corpus, *views, SENTENCE_LABELS)

    def scores(self, totals: Totals, whole: Totals) -> dict[str, Counts]:
        """Precision, recall and F1 of every label, `macro/f1`, and `micro/accuracy` over gold sentences."""
        by_label = prf_by_label(totals)
        right, missed = (sum_of(totals, list(by_label), count) for count in ("tp", "fn"))
        return {
            f"{MACRO}/f1": macro(labelled(totals), labelled(whole))["f1"],
            f"{MICRO}/accuracy": ratio(right, right + missed),
            **{f"{label}/{name}": value for label, named in by_label.items() for name, value in named.items()},
        }

    def support(self, totals: Totals) -> dict[str, Counts]:
        """Gold sentences of every label, and of all."""
        return support_of(totals)
