"""The words that carry an attribution, every inflected form of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from harness.runners.rules.words.lexicon import table, word_class
from harness.runners.rules.words.words import fold

_SUFFIXES: Final = ("ه", "ها", "هم", "هما", "نا", "ني")
_SUFFIXED: Final = frozenset({"accuse", "describe"})


_PROCLITICS: Final = {
    "past": ("و", "ف"),
    "present": ("و", "ف", "س", "وس", "فس", "ل"),
    "participle": ("و", "ف"),
    "noun": ("و", "ف", "ب", "ل", "وب"),
}


@dataclass(frozen=True, slots=True)
class Cue:
    """One form of a cue.

    `shape` is past, present, participle or noun; `cut` counts the letters of a conjunction or future particle before
    the cue itself; `feminine` is True for a feminine subject; `suffixed` for an object pronoun.
    """

    kind: str
    shape: str
    hedged: bool
    denies: bool
    takes: frozenset[str]
    prepositions: tuple[str, ...]
    cut: int = 0
    feminine: bool = False
    suffixed: bool = False
    plural: bool = False
    first_person: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """One inflected form before it becomes a cue."""

    key: str
    shape: str
    feminine: bool = False
    plural: bool = False
    first_person: bool = False


@cache
def load_cues() -> dict[str, Cue]:
    """Folded form → cue. A form of its own wins over the same letters read with a conjunction."""
    plain: dict[str, Cue] = {}
    for row in table("cues"):
        for form, suffixed in _forms(row):
            plain.setdefault(form.key, _cue(row, form, suffixed))
    found = dict(plain)
    for key, cue in plain.items():
        for proclitic in _PROCLITICS[cue.shape]:
            # The future س stays with its verb.
            cut = len(proclitic.rstrip("س"))
            found.setdefault(proclitic + key, _shift(cue, cut, hedged="س" in proclitic))
    return found


def _cue(row: tuple[str, ...], form: Form, suffixed: bool) -> Cue:
    kind, _, _, _, _, certainty, polarity, takes, prepositions = row
    return Cue(
        kind,
        form.shape,
        certainty == "hedged",
        polarity == "denies",
        frozenset(takes.split()),
        tuple(map(fold, prepositions.replace("-", "").split())),
        feminine=form.feminine,
        suffixed=suffixed,
        plural=form.plural,
        first_person=form.first_person,
    )


def _shift(cue: Cue, cut: int, *, hedged: bool) -> Cue:
    """`cue` behind a proclitic of `cut` letters."""
    flags = (cut, cue.feminine, cue.suffixed, cue.plural, cue.first_person)
    return Cue(cue.kind, cue.shape, cue.hedged or hedged, cue.denies, cue.takes, cue.prepositions, *flags)


def _forms(row: tuple[str, ...]) -> Iterator[tuple[Form, bool]]:
    """Every form of a row, and whether it bears an object pronoun."""
    past, present, participle, noun = (fold(cell) if cell != "-" else "" for cell in row[1:5])
    forms = [*_past(past), *_present(present)]
    for form in forms:
        yield form, False
    if row[0] in _SUFFIXED or past in word_class("telling"):
        for form in forms:
            if not form.plural:
                stem = form.key[:-1] + "ا" if form.key.endswith("ي") else form.key
                yield from ((Form(stem + suffix, form.shape, form.feminine), True) for suffix in _SUFFIXES)
    yield from ((form, False) for form in (*_participle(participle), *_noun(noun)))


def _past(stem: str) -> Iterator[Form]:
    if not stem:
        return
    weak = stem[-1] in "اي" and len(stem) > 2
    short = stem[:-1] if weak else stem
    yield Form(stem, "past")
    yield Form(short + "ت", "past", feminine=True)
    yield Form(short + "وا", "past", plural=True)
    yield Form((short + "يا") if weak else stem + "ا", "past", plural=True)
    yield Form(short + "تا", "past", feminine=True, plural=True)


def _present(stem: str) -> Iterator[Form]:
    if not stem:
        return
    rest = stem[1:]
    weak = rest[:-1] if rest[-1] in "يو" else rest
    yield Form("ي" + rest, "present")
    yield Form("ت" + rest, "present", feminine=True)
    yield Form("ن" + rest, "present", first_person=True)
    yield Form("ا" + rest, "present", first_person=True)
    yield Form("ي" + weak + "ون", "present", plural=True)
    yield Form("ي" + weak + "وا", "present", plural=True)
    yield Form("ي" + rest + "ان", "present", plural=True)


def _participle(stem: str) -> Iterator[Form]:
    if not stem:
        return
    short = stem[:-1] if stem.endswith("ي") else stem
    yield Form(stem + "ا", "participle")
    yield Form(stem + "ه", "participle", feminine=True)
    yield Form(short + "ين", "participle", plural=True)


def _noun(stem: str) -> Iterator[Form]:
    if not stem:
        return
    yield Form(stem, "noun")
    if stem.endswith("ه"):
        stem = stem[:-1] + "ت"
    yield from (Form(stem + suffix, "noun") for suffix in ("ه", "ها", "هم", "هما", "ات", "اته", "اتها"))


def speaks_of_future(key: str) -> bool:
    """Whether a folded word is a future verb (سيزور) or says that something may come."""
    if key in word_class("future"):
        return True
    bare = key.removeprefix("و").removeprefix("ف")
    return len(bare) > 3 and bare[0] == "س" and bare[1] in "يتنا" and bare not in word_class("not_future")
