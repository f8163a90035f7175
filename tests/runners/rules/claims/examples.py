"""Example texts with the claims and sentence labels that the rules give them, in a notation of one line a claim."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from harness.data.types import Claim, Entity, Span
from harness.runners.rules.claims.claims import find_claims
from harness.runners.rules.claims.page import Page
from harness.runners.rules.sentences.checkworthy import label_sentences
from harness.runners.rules.words.gazetteer import lexicon

NAMES = {
    "سامر الحلبي": "PERS",
    "ليلى حداد": "PERS",
    "آنا ليند": "PERS",
    "ويليام موانغي": "PERS",
    "وزير الخارجية البرازيلي": "OCC",
    "الرئيس الكيني": "OCC",
    "وزارة الدفاع الكندية": "ORG",
    "منظمة الصحة العالمية": "ORG",
    "وكالة رويترز": "ORG",
    "كندا": "GPE",
    "الهند": "GPE",
    "كينيا": "GPE",
    "الغرب": "LOC",
    "يوم الثلاثاء": "DATE",
    "مئة": "CARDINAL",
    "ثلاثة ملايين دولار": "MONEY",
}
_USUAL = ("affirms", "asserted", "indirect")


def mentions(text: str) -> list[Entity]:
    """Every one of `NAMES` in `text`, in order."""
    matches = [(match, kind) for name, kind in NAMES.items() for match in re.finditer(name, text)]
    return sorted(Entity(*match.span(), kind) for match, kind in matches)


def laid_out(text: str, entities: Sequence[Entity] | None = None) -> Page:
    """A text with the given entities, or with those of `NAMES`."""
    return Page(lexicon().read(text), mentions(text) if entities is None else entities)


def claims(text: str) -> tuple[Claim, ...]:
    """The claims of a text whose entities are those of `NAMES`."""
    return find_claims(laid_out(text))


def words(text: str, span: Span | None) -> str | None:
    """The text of a span."""
    return None if span is None else text[slice(*span)]


def described(text: str) -> list[str]:
    """What the rules make of `text`: a line for each claim, and the labels of the sentences."""
    page = laid_out(text)
    found = find_claims(page)
    labels = [sentence.label for sentence in label_sentences(page, found)]
    return [*(_line(text, claim) for claim in found), " ".join(labels)]


def _line(text: str, claim: Claim) -> str:
    source = words(text, claim.source)
    said = (claim.attributes[name] for name in ("polarity", "certainty", "quote"))
    remarks = [value for value in said if value not in _USUAL]
    if claim.speaker != source:
        remarks.append(f"by {claim.speaker}")
    line = f"{source or '-'} | {words(text, claim.cue)} | {words(text, claim.content)}"
    return f"{line} | {', '.join(remarks)}" if remarks else line


def examples() -> Iterator[tuple[str, list[str]]]:
    """Text and expected lines of every block of `examples.txt`."""
    source = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8")
    for block in source.split("\n\n")[1:]:
        text, *lines = block.strip().split("\n")
        yield text.replace(" ⏎ ", "\n"), lines
