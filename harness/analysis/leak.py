"""How much of what is scored stands in a training file, and the scores of documents with and without such text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

from harness.arabic.overlap import Shared, shared
from harness.data.encodings import read_text
from harness.data.jsonl import one_line, read_records
from harness.data.types import Document, InputError
from harness.scoring.corpus import Corpus
from harness.scoring.score import measure
from harness.scoring.scoring import Scoring
from harness.scoring.selection import headlines

Format = Literal["jsonl", "conll", "text"]

CONTAINED: Final = 0.9
"""The share of a document's words in sentences of the training text from which the document counts as contained."""
WORST: Final = 10
"""Documents that are listed: those that share most."""

_OWNER: Final = "analysis.leak"
_ODD: Final = 0.5
"""A text with tabs in more of its lines than this is taken for columns."""


@dataclass(frozen=True)
class Leak:
    """The training text: a file in `format`, of which the text is read and nothing else; no path, nothing is looked at.

    `jsonl` has an object with `text` a line; `conll` a token a line, in the given `column`, columns being parted by
    tabs, or in a line without any by blanks; `text` is a text. `words` is how many words in a row count as shared text.

    Raises:
        InputError: there is no such file, or what it begins with is not in the format.
    """

    path: str | None = None
    format: Format = "jsonl"
    words: int = 8
    column: int = 0

    def __post_init__(self) -> None:
        # Here and not when it is read: that is after the model has run.
        if self.path is not None and not Path(self.path).is_file():
            raise InputError(f"path: found no file {self.path}, wanted training text")
        if self.words < 1:
            raise InputError(f"words: found {self.words}, wanted 1 or more")
        if self.column < 0:
            raise InputError(f"column: found {self.column}, wanted 0 or more")
        if self.path is not None and not any(text.strip() for text in self._texts(Path(self.path))):
            raise InputError(f"path: found no text in {self.path}, wanted training text")

    def of(self, documents: Sequence[Document]) -> list[Shared] | None:
        """What each document shares with the training text; None where none is given.

        Raises:
            InputError: the file is not in the format.
        """
        if self.path is None:
            return None
        return shared([document.text for document in documents], self._texts(Path(self.path)), self.words)

    def _texts(self, path: Path) -> Iterator[str]:
        match self.format:
            case "jsonl":
                return _records(path)
            case "conll":
                return _columns(path, self.column)
            case "text":
                return _text(path)

    def overlaps(self, found: Shared) -> bool:
        """Whether a document shares text: a run of words, or where it is shorter than one, all of its sentences."""
        return found.shared > 0 or (0 < found.words < self.words and found.copied == found.sentences)

    def report(self, corpora: Mapping[str, Corpus], scoring: Scoring) -> dict[str, Any] | None:
        """What `analysis.json` has under `leak`; None where no training text is given.

            {"path", "format", "words", "documents", "overlapping": {"documents", "share"},
             "contained": {"documents", "share"}, "worst": [{"document", "shared", "runs", "copied", "sentences",
             "contained"}], "scores": {SCORER: {MEASURE: {"without" or "with": {"value", "low", "high", "documents"}}}}}

        `overlapping` are the documents that share a run of words, `contained` those of which nearly all words stand in
        sentences of the training text. Scores are the headlines of each scorer on the documents of either kind alone,
        as an evaluation of these would have them: null where there are none, or for an interval too few units.
        """
        documents = {document.id: document for corpus in corpora.values() for document in corpus.documents}
        each = self.of(list(documents.values()))
        if each is None:
            return None
        found = dict(zip(documents, each, strict=True))
        overlapping = {name for name, told in found.items() if self.overlaps(told)}
        contained = {name for name, told in found.items() if _is_contained(told)}
        worst = sorted(found, key=lambda name: (-_badness(found[name]), -found[name].shared, name))
        return {
            "path": self.path,
            "format": self.format,
            "words": self.words,
            "documents": len(found),
            "overlapping": _counted(len(overlapping), len(found)),
            "contained": _counted(len(contained), len(found)),
            "worst": [
                {
                    "document": name,
                    "shared": found[name].shared,
                    "runs": found[name].runs,
                    "copied": found[name].copied,
                    "sentences": found[name].sentences,
                    "contained": name in contained,
                }
                for name in worst[:WORST]
                if name in overlapping | contained
            ],
            "scores": _apart(corpora, scoring, overlapping),
        }


def _apart(corpora: Mapping[str, Corpus], scoring: Scoring, overlapping: set[str]) -> dict[str, Any]:
    """By scorer and headline measure the score of documents without and with shared text."""
    sides = {
        kind: {
            layer: _part(corpus, [(document.id in overlapping) == (kind == "with") for document in corpus.documents])
            for layer, corpus in corpora.items()
        }
        for kind in ("without", "with")
    }
    scores: dict[str, Any] = {}
    for name, scorer in scoring.scorers.items():
        if scorer.layer not in corpora:
            continue
        totals = scorer.counts(corpora[scorer.layer]).totals
        shown = headlines(scorer, scorer.scores(totals, totals))
        scores[name] = {told: {} for told in shown}
        for kind, side in sides.items():
            corpus = side[scorer.layer]
            measured = (
                measure(scorer, scorer.counts(corpus), corpus.units.documents, scoring.bootstrap)
                if corpus.documents
                else {}
            )
            for told in shown:
                numbers = measured[told][:3] if told in measured else (None, None, None)
                scores[name][told][kind] = dict(
                    zip(("value", "low", "high"), numbers, strict=True), documents=len(corpus.documents)
                )
    return scores


def _part(corpus: Corpus, chosen: Sequence[bool]) -> Corpus:
    places = [place for place, is_chosen in enumerate(chosen) if is_chosen]
    return replace(
        corpus,
        documents=[corpus.documents[place] for place in places],
        gold=[corpus.gold[place] for place in places],
        predicted=[corpus.predicted[place] for place in places],
    )


def _is_contained(found: Shared) -> bool:
    return found.words > 0 and found.copied_words >= CONTAINED * found.words


def _badness(found: Shared) -> float:
    """The share of a document that is shared, by runs or by whole sentences, whichever is more."""
    return max(found.shared / max(found.runs, 1), found.copied_words / max(found.words, 1))


def _counted(count: int, total: int) -> dict[str, Any]:
    return {"documents": count, "share": count / total if total else None}


def _records(path: Path) -> Iterator[str]:
    with path.open("rb") as lines:
        try:
            for where, record in read_records(lines, str(path)):
                text = record.get("text")
                if not isinstance(text, str):
                    found = f"found {one_line(repr(text))}, wanted the text"
                    raise InputError(f"{where}: text: {found}")
                yield text
        except InputError as error:
            raise InputError(f"{error}; {_OWNER}.format=conll or text reads others") from None


def _columns(path: Path, column: int) -> Iterator[str]:
    """The text of each part up to a -DOCSTART- line, a sentence a line; tags are not looked at, however they are."""
    sentences: list[list[str]] = [[]]
    for number, line in enumerate(_decoded(path).splitlines(), 1):
        if line.startswith("-DOCSTART-") and any(sentences):
            yield "\n".join(map(" ".join, sentences))
            sentences = [[]]
        elif not line.strip():
            sentences.append([])
        elif not line.startswith(("# ", "-DOCSTART-")):
            cells = line.split("\t") if "\t" in line else line.split()
            if column >= len(cells):
                found = f"found {len(cells)} columns, wanted a token in the one numbered {column}"
                raise InputError(f"{path}:{number}: {found}; {_OWNER}.column says which")
            sentences[-1].append(cells[column])
    yield "\n".join(map(" ".join, sentences))


def _text(path: Path) -> Iterator[str]:
    content = _decoded(path)
    lines = [line for line in content.splitlines() if line.strip()]
    if sum("\t" in line for line in lines) > _ODD * len(lines):
        raise InputError(f"{path}: found columns, wanted text; {_OWNER}.format=conll reads columns")
    yield content


def _decoded(path: Path) -> str:
    """The content of a file that is not JSON Lines.

    Raises:
        InputError: it is, or cannot be decoded.
    """
    content = read_text(path, owner=f"{_OWNER}.")
    if content.lstrip().startswith("{"):
        raise InputError(f"{path}: found JSON, wanted text; {_OWNER}.format=jsonl reads JSON Lines")
    return content
