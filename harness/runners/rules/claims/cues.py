"""The words that carry an attribution, every inflected form of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from harness.runners.rules.words.lexicon import table, word_class
from harness.runners.rules.words.words import fold

_OBJECTS: Final = ("ه", "ها", "هم", "هما", "نا", "ني")
# Kinds whose verbs take as object whom they speak of; those of the class `telling` take whom they tell.
_TRANSITIVE: Final = frozenset({"accuse", "describe"})
_PROCLITICS: Final = {
    "past": ("و", "ف"),
    "present": ("و", "ف", "س", "وس", "فس", "ل"),
    "participle": ("و", "ف"),
    "noun": ("و", "ف", "ب", "ل", "وب"),
}


@dataclass(frozen=True, slots=True)
class Cue:
    """One form of a cue.

    `kind` is say, think, will, deny, accuse, describe, report, or frame; `shape` past, present, participle or noun, or
    of a cue that is no such word colon or frame. `takes` says what contents the cue has, `prepositions` which of them
    may open one. `cut` counts the letters of a conjunction or future particle before the cue itself; `feminine` is True
    for a feminine subject; `suffixed` for an object pronoun.
    """

    kind: str
    shape: str
    hedged: bool = False
    denies: bool = False
    takes: frozenset[str] = frozenset()
    prepositions: tuple[str, ...] = ()
    cut: int = 0
    feminine: bool = False
    suffixed: bool = False
    plural: bool = False
    first_person: bool = False


@cache
def load_cues() -> dict[str, Cue]:
    """Folded form → cue. A form of its own wins over the same letters read with a conjunction."""
    cues: dict[str, Cue] = {}
    for row in table("cues"):
        for key, cue in _forms(row):
            cues.setdefault(key, cue)
    for key, cue in list(cues.items()):
        for proclitic in _PROCLITICS[cue.shape]:
            # The future س stays with its verb.
            cut, future = len(proclitic.rstrip("س")), "س" in proclitic
            cues.setdefault(proclitic + key, replace(cue, cut=cut, hedged=cue.hedged or future))
    return cues


def _forms(row: tuple[str, ...]) -> Iterator[tuple[str, Cue]]:
    """Every form of a row of the table, folded, without proclitics."""
    kind, *stems, certainty, polarity, takes, prepositions = row
    past, present, participle, noun = ("" if stem == "-" else fold(stem) for stem in stems)
    behind = tuple(map(fold, prepositions.replace("-", "").split()))
    cue = Cue(kind, "past", certainty == "hedged", polarity == "denies", frozenset(takes.split()), behind)
    verbs = [*_past(past, cue), *_present(present, cue)]
    yield from verbs
    if kind in _TRANSITIVE or past in word_class("telling"):
        for key, verb in verbs:
            if not verb.plural:
                stem = key[:-1] + "ا" if key.endswith("ي") else key
                yield from ((stem + pronoun, replace(verb, suffixed=True, first_person=False)) for pronoun in _OBJECTS)
    if participle:
        cue = replace(cue, shape="participle")
        yield participle + "ا", cue
        yield participle + "ه", replace(cue, feminine=True)
        yield participle.removesuffix("ي") + "ين", replace(cue, plural=True)
    if noun:
        cue = replace(cue, shape="noun")
        yield noun, cue
        stem = noun[:-1] + "ت" if noun.endswith("ه") else noun
        yield from ((stem + ending, cue) for ending in ("ه", "ها", "هم", "هما", "ات", "اته", "اتها"))


def _past(stem: str, cue: Cue) -> Iterator[tuple[str, Cue]]:
    if not stem:
        return
    weak = stem[-1] in "اي" and len(stem) > 2
    short = stem[:-1] if weak else stem
    yield stem, cue
    yield short + "ت", replace(cue, feminine=True)
    yield short + "وا", replace(cue, plural=True)
    yield (short + "يا") if weak else (stem + "ا"), replace(cue, plural=True)
    yield short + "تا", replace(cue, feminine=True, plural=True)


def _present(stem: str, cue: Cue) -> Iterator[tuple[str, Cue]]:
    if not stem:
        return
    cue, rest = replace(cue, shape="present"), stem[1:]
    weak = rest[:-1] if rest[-1] in "يو" else rest
    yield "ي" + rest, cue
    yield "ت" + rest, replace(cue, feminine=True)
    yield "ن" + rest, replace(cue, first_person=True)
    yield "ا" + rest, replace(cue, first_person=True)
    yield "ي" + weak + "ون", replace(cue, plural=True)
    yield "ي" + weak + "وا", replace(cue, plural=True)
    yield "ي" + rest + "ان", replace(cue, plural=True)


def speaks_of_future(key: str) -> bool:
    """Whether a folded word is a future verb (سيزور) or says that something may come."""
    if key in word_class("future"):
        return True
    bare = key.removeprefix("و").removeprefix("ف")
    return len(bare) > 3 and bare[0] == "س" and bare[1] in "يتنا" and bare not in word_class("false_future")
