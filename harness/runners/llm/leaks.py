"""Whether a prompt shows a model what it is about to be scored on: text that it shares with the documents.

Text is shared where a run of words is the same in uniform spelling (`overlap.terms`), across line ends. How many words
tell copying from coincidence was counted on the gold and on the sentences of newswire-v1; `tests/runners/llm/
test_leaks.py` counts again:

    words in a row                                               4     5     6     7     8
    1500 pairs of a gold article and a newswire sentence         2     0     0     0     0
    10 pairs of gold articles, which are about one affair       10     2     1     0     0
    44850 pairs of newswire sentences (8: of one article)       23    12     8     7     6
    runs that the guidelines, which quote it, share with gold    9     3     2     1     0
    runs that the shipped prompts share with either              0     0     0     0     0

So what people write in a prompt is held to `PROMPT_WORDS`, few enough that examples out of a text are found; a text
that is shown as an example, which may be news of the same affair, to `EXAMPLE_WORDS`. Names are shorter and no leak.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from harness.arabic.overlap import runs, terms
from harness.arabic.segment import words
from harness.data.jsonl import one_line
from harness.data.types import Document, InputError
from harness.runners.llm.prompts import Prompt

PROMPT_WORDS: Final = 5
"""Words in a row that a template or a description of a schema may not share with a document."""
EXAMPLE_WORDS: Final = 8
"""Words in a row that an example may not share with a document; a whole text may not be shared however short."""


class _Source(NamedTuple):
    """A text that goes out: where it comes from, and how many words in a row are too many."""

    where: str
    text: str
    limit: int


def refuse_leaks(prompt: Prompt, documents: Sequence[Document]) -> None:
    """See that `prompt`, with its template, schema and examples, shares no text with `documents`.

    Raises:
        InputError: it does; the message names the file, the document, and the words.
    """
    sources = list(_sources(prompt))
    shown: dict[tuple[str, ...], _Source] = {}
    for source in sources:
        spelled = terms(source.text)
        for run in runs(spelled, source.limit):
            shown.setdefault(run, source)
    limits = sorted({source.limit for source in sources})
    whole: Mapping[tuple[str, ...], _Source] = {
        tuple(terms(source.text)): source for source in sources if source.limit == EXAMPLE_WORDS
    }
    for document in documents:
        spelled = terms(document.text)
        copied = whole.get(tuple(spelled)) if spelled else None
        if copied is not None:
            raise InputError(
                f"{copied.where}: found the text of {one_line(document.id)}, which is to be scored, wanted another"
            )
        for limit in limits:
            for start, run in enumerate(runs(spelled, limit)):
                if run in shown:
                    first, last = (words(document.text)[place] for place in (start, start + limit - 1))
                    raise InputError(
                        f"{shown[run].where}: found {one_line(document.text[first.start : last.end])!r}, words of "
                        f"{one_line(document.id)}, which is to be scored, wanted no {limit} words in a row of it"
                    )


def _sources(prompt: Prompt) -> Iterator[_Source]:
    """Every text of a prompt that somebody wrote or chose."""
    template, schema = prompt.template, prompt.schema
    for part, text in (("system", template.system), ("user", template.user)):
        yield _Source(f"{template.where}: {part}", text, PROMPT_WORDS)
    for path, description in schema.descriptions.items():
        for text in description:
            yield _Source(f"schema {schema.label}: {'.'.join(path)}", text, PROMPT_WORDS)
    for shot in prompt.examples:
        yield _Source(f"{shot.where}: {one_line(shot.document.id)}", shot.document.text, EXAMPLE_WORDS)
