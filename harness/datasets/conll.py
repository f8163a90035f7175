"""Corpora in CoNLL columns: a token a line, its tags behind it, a blank line after each sentence."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

from harness.data.bio import OUTSIDE, PREFIXES
from harness.data.columns import Columns, Sentence, Token
from harness.data.files import check_file
from harness.data.jsonl import shown
from harness.data.schema import shipped_schemas
from harness.datasets.tokens import Skipped, TokenDataset


@dataclass(frozen=True)
class Conll(TokenDataset):
    """A corpus in CoNLL columns; a -DOCSTART- line opens a document.

    `encoding` is that of the file, where it is not UTF-8. `sha256` is the hash of the file that is meant; `fetch` says
    where it is to be had. A malformed tag is a malformed line: `columns.malformed` is for both.
    """

    columns: Columns = field(default_factory=Columns)
    encoding: str | None = None
    sha256: str | None = None
    fetch: str | None = None

    def label_hint(self, line: int, tokens: Sequence[Token]) -> str:
        """That other columns are tags, or that the first line names them."""
        several = self.columns.tags is None and all(len(token.tags) > 1 for token in tokens)
        hint = "; dataset.columns.tags=[-1] takes the last column alone" if several else ""
        if line == tokens[0].line and not self.columns.header:
            hint = f"{hint}; dataset.columns.header=true passes over a first line that names the columns"
        return hint

    def sentences_and_skipped(self) -> tuple[Sequence[Sentence], Sequence[Skipped]]:
        """The sentences of the file, and the lines that were passed over, as those of malformed tags may be.

        Raises:
            InputError: the file is not there, is another than `sha256` says, or is malformed.
        """
        path = Path(self.path)
        check_file(path, self.sha256, self.fetch)
        sentences = list(self.columns.read(path, encoding=self.encoding))
        if self.columns.malformed == "skip" and self.scheme != "IO":
            bad = self._malformed_tags(sentences)
            tokens = [token for sentence in sentences for token in sentence.tokens]
            if 0 < 2 * sum(not bad.isdisjoint(token.tags) for token in tokens) < len(tokens):
                sentences = [_without(sentence, bad) for sentence in sentences]
        return list(_with_tokens(sentences)), [line for sentence in sentences for line in sentence.skipped]

    def _malformed_tags(self, sentences: Sequence[Sentence]) -> Set[str]:
        """The tags that are neither O nor a prefix, nor begin with one, nor are a type that is known."""
        known = {*(self.known_labels or (kind for schema in shipped_schemas() for kind in schema.types)), OUTSIDE}
        tags = {tag for sentence in sentences for token in sentence.tokens for tag in token.tags}
        return {tag for tag in tags - known if tag.partition("-")[0] not in PREFIXES | {OUTSIDE}}


def _with_tokens(sentences: Iterable[Sentence]) -> Iterator[Sentence]:
    """The sentences that have tokens; a document that another one opens begins with the next."""
    opens = False
    for sentence in sentences:
        opens = opens or sentence.opens
        if sentence.tokens:
            yield sentence._replace(opens=opens)
            opens = False


def _without(sentence: Sentence, bad: Set[str]) -> Sentence:
    """`sentence` without the tokens that bear a tag of `bad`, which count as lines that were passed over."""
    kept, skipped = list[Token](), list[Skipped]()
    for token in sentence.tokens:
        if bad.isdisjoint(token.tags):
            kept.append(token)
        else:
            skipped.append((token.line, f"found {shown(' '.join(token.tags))}, wanted a tag"))
    return sentence._replace(tokens=tuple(kept), skipped=(*sentence.skipped, *skipped))
