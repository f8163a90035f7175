"""Entities outside the most frequent strings: what a system can do where a short list would not do."""

from dataclasses import dataclass
from typing import ClassVar

from harness.arabic.surface import frequent
from harness.data.types import InputError
from harness.scoring.corpus import Boundary, Corpus
from harness.scoring.entities import EntitiesStrict, strict_table
from harness.scoring.strings import named_sides, string_counts, unplaced_side
from harness.scoring.table import Counts, Table, Totals


@dataclass(frozen=True)
class EntitiesUncommon:
    """Exact matching of the mentions that are not written as one of the `k` most frequent strings of the gold.

    Strings are those of `harness.scoring.strings`; each is counted over all gold mentions, whatever their types. A
    string is frequent if the gold has it twice or more and has at most `k` strings as often (`surface.frequent`): at
    most `k` strings are, and fewer where they tie at rank `k`. A mention with a frequent string is left out on both
    sides, right or wrong; every other one counts as in `EntitiesStrict`. The strings are those of the whole gold, so
    they are the same for every run and every bootstrap replicate: intervals are for this list. 0 leaves nothing out. An
    answer without a place has the string of its quote: it is left out, or a false positive.
    """

    layer: ClassVar[str] = "entities"
    headlines: ClassVar[tuple[str, ...]] = EntitiesStrict.headlines
    shown: ClassVar[tuple[str, ...]] = EntitiesStrict.shown

    boundary: Boundary = "word"
    k: int = 20

    def __post_init__(self) -> None:
        if self.k < 0:
            raise InputError(f"k: found {self.k}, wanted 0 or more")

    def counts(self, corpus: Corpus) -> Table:
        """The columns `TYPE/tp`, `TYPE/fp`, `TYPE/fn` for every type."""
        common = frequent(string_counts(corpus), self.k)
        gold, predicted = named_sides(corpus, self.boundary)
        unplaced = unplaced_side(corpus).without(common)
        return strict_table(corpus, gold.without(common), predicted.without(common), corpus.types, unplaced)

    def scores(self, totals: Totals, whole: Totals) -> dict[str, Counts]:
        """The measures of `EntitiesStrict`."""
        return EntitiesStrict(self.boundary).scores(totals, whole)

    def support(self, totals: Totals) -> dict[str, Counts]:
        """Gold mentions that are left in, of every type and of all."""
        return EntitiesStrict(self.boundary).support(totals)
