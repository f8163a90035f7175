"""Check-worthiness labels of sentences."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from harness.data.types import Annotation, InputError
from harness.scoring.corpus import Corpus, Spans
from harness.scoring.entities import MACRO, MICRO, labelled, macro, prf_by_label, strict_table, sum_of, support_of
from harness.scoring.match import match_exact
from harness.scoring.outcomes import Outcomes, aligned, unplaced_outcomes
from harness.scoring.table import Counts, Table, Totals, ratio, tally
from harness.scoring.text import Text

SPURIOUS: Final = "all/spurious"


@dataclass(frozen=True)
class CheckWorthy:
    """A label is right if a gold sentence with the same boundaries, in word view, has it.

    A label without a place, of a sentence that is not there, is a spurious sentence: a false positive of the label, and
    wrong for accuracy.
    """

    layer: ClassVar[str] = "sentences"
    # Accuracy hangs on how common the commonest label is: answering nothing else scores high.
    headlines: ClassVar[tuple[str, ...]] = (f"{MACRO}/f1",)
    shown: ClassVar[tuple[str, ...]] = (f"{MACRO}/f1", f"{MICRO}/accuracy")

    def counts(self, corpus: Corpus) -> Table:
        """The columns `LABEL/tp`, `LABEL/fp`, `LABEL/fn` for every label, and `all/spurious`.

        Spurious are predicted sentences that no gold sentence has the boundaries of, whatever their label, and labels
        without a place.

        Raises:
            InputError: two sentences of one side are one in word view.
        """
        for side, name in ((corpus.gold, "gold"), (corpus.predicted, "predictions")):
            for number, fault in labelled_twice(corpus.text, side).items():
                raise InputError(f"{name}: document {corpus.documents[number].id}: {fault}")
        gold, predicted = _in_word_view(corpus)
        unplaced = corpus.unplaced_sentences
        table = strict_table(corpus, gold, predicted, corpus.sentence_labels, unplaced)
        spurious = match_exact(_unlabelled(gold), _unlabelled(predicted)).predicted_only.beside(unplaced)
        extra = tally([SPURIOUS], len(corpus.units), {SPURIOUS: (corpus.units.of(spurious.starts), None)})
        return Table((*table.columns, *extra.columns), np.hstack((table.values, extra.values)))

    def scores(self, totals: Totals, whole: Totals) -> dict[str, Counts]:
        """Precision, recall and F1 of every label, `macro/f1`, and `micro/accuracy`.

        Accuracy is the share of right labels among gold sentences and spurious ones.
        """
        by_label = prf_by_label(totals)
        right, missed = (sum_of(totals, list(by_label), count) for count in ("tp", "fn"))
        return {
            f"{MACRO}/f1": macro(labelled(totals), labelled(whole))["f1"],
            f"{MICRO}/accuracy": ratio(right, right + missed + totals[SPURIOUS]),
            **{f"{label}/{name}": value for label, named in by_label.items() for name, value in named.items()},
        }

    def support(self, totals: Totals) -> dict[str, Counts]:
        """Gold sentences of every label, and of all."""
        return support_of(totals)

    def outcomes(self, corpus: Corpus) -> Outcomes:
        """Every sentence with the one that it is aligned with."""
        return aligned(corpus, self.layer, *_in_word_view(corpus)).beside(unplaced_outcomes(corpus, self.layer))


def _in_word_view(corpus: Corpus) -> tuple[Spans, Spans]:
    """The labelled sentences of gold and predictions."""
    sides = (corpus.sentences(side) for side in (corpus.gold, corpus.predicted))
    gold, predicted = (Spans(*corpus.text.widened(side.starts, side.ends), side.labels) for side in sides)
    return gold, predicted


def labelled_twice(text: Text, side: Sequence[Annotation]) -> dict[int, str]:
    """By document number what was found and wanted where two sentences of one side are one in word view."""
    rows = [
        (number, sentence.start, sentence.end)
        for number, annotation in enumerate(side)
        for sentence in annotation.sentences or ()
    ]
    if not rows:
        return {}
    numbers, first, last = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    starts, ends = text.widened(first + text.offsets[numbers], last + text.offsets[numbers])
    order = np.lexsort((ends, starts))
    again = (np.diff(starts[order]) == 0) & (np.diff(ends[order]) == 0)
    faults: dict[int, str] = {}
    for one, other in zip(order[:-1][again].tolist(), order[1:][again].tolist(), strict=True):
        pair = " and ".join(f"[{start}, {end})" for start, end in sorted((rows[one][1:], rows[other][1:])))
        said = f"sentences: found {pair}, which are one sentence in word view, wanted one label for it"
        faults.setdefault(rows[one][0], said)
    return faults


def _unlabelled(spans: Spans) -> Spans:
    return Spans(spans.starts, spans.ends, np.zeros_like(spans.labels))
