"""Whether a content is hedged: hoped for, possible, intended, or still to come."""

from itertools import pairwise
from typing import Final

from harness.data.types import Span
from harness.runners.rules.claims.cues import Cue, speaks_of_future
from harness.runners.rules.claims.openings import Opening
from harness.runners.rules.claims.page import Page
from harness.runners.rules.words.lexicon import word_class

# Words from the beginning of a content within which its main verb usually stands.
_MAIN_CLAUSE: Final = 9
_HEAD: Final = 2


def certainty_of(page: Page, content: Span, cue: Cue, opening: Opening | None = None) -> str:
    """`hedged` where cue, a noun before the complementizer or the content's main clause says so, else `asserted`."""
    hedged = cue.hedged or (opening is not None and _hopes(page, opening)) or _looks_ahead(page, content)
    return "hedged" if hedged else "asserted"


def _hopes(page: Page, opening: Opening) -> bool:
    """Whether a noun of hope, fear or intention stands between a cue and its complementizer (عن أمله في أن)."""
    between = page.keys[opening.stop : opening.mark] if opening.mark >= 0 else ()
    return any(key in word_class("hope") for key in between)


def _looks_ahead(page: Page, content: Span) -> bool:
    """Whether the main clause of a content speaks of the future, a possibility or an intention."""
    first, last = page.word_of(content.start), page.word_at(content.end)
    if any(key in word_class("hope") for key in page.keys[first : min(last, first + _HEAD)]):
        return True
    keys = page.keys[first : min(last, first + _MAIN_CLAUSE)]
    if any(speaks_of_future(key) for key in keys):
        return True
    # قد before a present verb is a possibility, before a past verb a completed act.
    return any(key in ("قد", "وقد") and after[0] in "يتن" for key, after in pairwise(keys))
