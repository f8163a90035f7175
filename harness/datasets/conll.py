"""Corpora in CoNLL columns: a token a line, its tags behind it, a blank line after each sentence."""

from collections.abc import Iterable, Iterator, Sequence
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
            bad = [[token for token in sentence.tokens if self._is_malformed(token)] for sentence in sentences]
            if 0 < 2 * sum(map(len, bad)) < sum(len(sentence.tokens) for sentence in sentences):
                sentences = [_without(sentence, tokens) for sentence, tokens in zip(sentences, bad, strict=True)]
        return list(_with_tokens(sentences)), [line for sentence in sentences for line in sentence.skipped]

    def _is_malformed(self, token: Token) -> bool:
        """Whether a tag of `token` is neither O nor a prefix, nor begins with one, nor is a type that is known."""
        known = self.known_labels or [kind for schema in shipped_schemas() for kind in schema.types]
        return any(
            tag != OUTSIDE and tag.partition("-")[0] not in PREFIXES | {OUTSIDE} and tag not in known
            for tag in token.tags
        )


def _with_tokens(sentences: Iterable[Sentence]) -> Iterator[Sentence]:
    """The sentences that have tokens; a document that another one opens begins with the next."""
    opens = False
    for sentence in sentences:
        opens = opens or sentence.opens
        if sentence.tokens:
            yield sentence._replace(opens=opens)
            opens = False


def _without(sentence: Sentence, tokens: Sequence[Token]) -> Sentence:
    """`sentence` without some of its tokens, which count as lines that were passed over."""
    skipped = [(token.line, f"found {shown(' '.join(token.tags))}, wanted a tag") for token in tokens]
    kept = tuple(token for token in sentence.tokens if token not in tokens)
    return sentence._replace(tokens=kept, skipped=(*sentence.skipped, *skipped))
