"""Signatures: one line that says what exactly was computed, derived from what computed it, and read back.

One is `entities_strict(boundary=word)|gold:v1#3fa9c1|units:paragraph:56|bs:2000:percentile|seed:13|level:0.95|v:0.1.0`.
"""

import re
from dataclasses import dataclass, fields
from typing import Final

from harness import __version__
from harness.data.types import InputError
from harness.scoring.bootstrap import Bootstrap
from harness.scoring.corpus import Corpus

_FORM: Final = re.compile(
    r"(?P<scorer>\w+)\((?P<options>(?:\w+=[^|=]*(?:,\w+=[^|=]*)*)?)\)"
    r"\|gold:(?P<gold>[^|]*)#(?P<sha256>[0-9a-f]+)"
    r"(?:\|map:(?P<label_map>[^|]+@[^|]+))?"
    r"(?:\|unknown:(?P<unknown>drop|count))?"
    r"\|units:(?P<kind>\w+):(?P<units>[0-9]+)"
    r"\|bs:(?P<resamples>[0-9]+):(?P<method>\w+)"
    r"\|seed:(?P<seed>[0-9]+)"
    r"\|level:(?P<level>0\.[0-9]+|[1-9][0-9.]*e-[0-9]+)"
    r"\|v:(?P<version>[^|]+)"
)
_WANTED: Final = (
    "NAME(OPTION=VALUE,…)|gold:NAME#HASH[|map:NAME@VERSION][|unknown:drop or count]|units:KIND:NUMBER|"
    "bs:NUMBER:METHOD|seed:NUMBER|level:NUMBER|v:VERSION"
)
_WORD_VIEW: Final = frozenset({"claims", "check_worthy"})
_RESERVED: Final = re.compile(r"[%|=\x00-\x1f\x7f-\xa0]")
_ESCAPED: Final = re.compile(r"%([0-9A-F]{2})")


@dataclass(frozen=True)
class Signature:
    """What was computed; its text is the signature, `parse` the way back.

    Values hold any characters: those that part a signature are written as in URLs, `|` as `%7C`.
    """

    scorer: str
    options: tuple[tuple[str, str], ...]
    """All fields of the scorer with their values, in order."""
    gold: str
    sha256: str
    """The beginning of the gold's hash."""
    kind: str
    units: int
    resamples: int
    method: str
    seed: int
    level: float
    version: str = __version__
    label_map: str | None = None
    """`NAME@VERSION`, if both sides were taken to other labels."""
    unknown: str = "error"
    """What became of predicted names that the gold side does not know."""

    def __str__(self) -> str:
        options = ",".join(f"{name}={_escape(value)}" for name, value in self.options)
        mapped = [] if self.label_map is None else [f"map:{_escape(self.label_map)}"]
        policy = [] if self.unknown == "error" else [f"unknown:{self.unknown}"]
        parts = [
            f"{self.scorer}({options})",
            f"gold:{_escape(self.gold)}#{self.sha256}",
            *mapped,
            *policy,
            f"units:{self.kind}:{self.units}",
            f"bs:{self.resamples}:{self.method}",
            f"seed:{self.seed}",
            f"level:{self.level!r}",
            f"v:{_escape(self.version)}",
        ]
        return "|".join(parts)


def sign(scorer: object, corpus: Corpus, bootstrap: Bootstrap) -> Signature:
    """The signature of `scorer` on `corpus`, which knows its gold and its label map."""
    name, _, sha256 = corpus.gold_label.rpartition("#")
    return Signature(
        *_described(scorer),
        gold=name,
        sha256=sha256,
        kind=corpus.units.kind,
        units=len(corpus.units),
        resamples=bootstrap.resamples,
        method=bootstrap.method,
        seed=bootstrap.seed,
        level=bootstrap.level,
        label_map=corpus.label_map,
        unknown=corpus.unknown,
    )


def parse(text: str) -> Signature:
    """The signature whose text is `text`.

    Raises:
        InputError: it is the text of none.
    """
    found = _FORM.fullmatch(text)
    signature = found and _read(found.groupdict())
    # Numbers have many spellings and escapes too: what is not written as we write it is not ours.
    if not signature or str(signature) != text:
        raise InputError(f"signature: found {text!r}, wanted {_WANTED}")
    return signature


def view_of(text: str) -> str:
    """The boundary view that a signature names, as table heads have it: `word view`.

    Claims and sentences are matched in word view always. Empty for a scorer of someone's own that has no boundary.
    """
    scorer, _, options = text.partition("|")[0].partition("(")
    found = re.search(r"\bboundary=(\w+)", options)
    view = found[1] if found else "word" if scorer in _WORD_VIEW else ""
    return f"{view} view" if view else ""


def headed(scorer: str, text: str | None) -> str:
    """The name of a scorer with the view that its signature names, as heads of tables have it."""
    view = view_of(text) if text else ""
    return f"{scorer}, {view}" if view else scorer


def unlike(a: Signature, b: Signature) -> list[str]:
    """Why scores under `a` and `b` are not to be compared, a phrase each; empty if they are.

    Scorer, options, gold, units, label map and what becomes of unknown names have to be equal; a run that refuses these
    had none, so that it would have the same scores if they were counted. The gold is what its hash says, whatever its
    name. Resamples, method, seed, level and version are for showing: they move no score.
    """
    one, other = (dict(signature.options) for signature in (a, b))
    parts: list[tuple[str, str | None, str | None]] = [("scorer", a.scorer, b.scorer)]
    if a.scorer == b.scorer:
        parts += [(f"{a.scorer} {name}", one.get(name), other.get(name)) for name in one | other]
    if a.sha256 != b.sha256:
        parts.append(("gold", f"{a.gold}#{a.sha256}", f"{b.gold}#{b.sha256}"))
    parts.append(("units", f"{a.units} by {a.kind}", f"{b.units} by {b.kind}"))
    parts.append(("label map", a.label_map, b.label_map))
    if "drop" in (a.unknown, b.unknown):
        parts.append(("unknown", a.unknown, b.unknown))
    return [f"{name}: {left or 'none'} and {right or 'none'}" for name, left, right in parts if left != right]


def scorer_name(kind: type) -> str:
    """The name of a class of scorers in signatures: its own in small letters, with underscores."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def _described(scorer: object) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The name of the class of `scorer`, and its fields."""
    return scorer_name(type(scorer)), tuple((one.name, str(getattr(scorer, one.name))) for one in fields(scorer))  # type: ignore[arg-type]


def _read(parts: dict[str, str]) -> Signature:
    # No value holds "=", so a comma before "name=" parts two options, and any other belongs to a value.
    options = re.split(r",(?=\w+=)", parts["options"]) if parts["options"] else []
    mapped = parts["label_map"]
    return Signature(
        scorer=parts["scorer"],
        options=tuple((name, _unescape(value)) for name, _, value in (one.partition("=") for one in options)),
        gold=_unescape(parts["gold"]),
        sha256=parts["sha256"],
        kind=parts["kind"],
        units=int(parts["units"]),
        resamples=int(parts["resamples"]),
        method=parts["method"],
        seed=int(parts["seed"]),
        level=float(parts["level"]),
        version=_unescape(parts["version"]),
        label_map=None if mapped is None else _unescape(mapped),
        unknown=parts["unknown"] or "error",
    )


def _escape(text: str) -> str:
    return _RESERVED.sub(lambda match: f"%{ord(match[0]):02X}", text)


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
