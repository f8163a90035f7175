"""One chunk of a document: asked about, in two halves where it must be, and its answer placed in the text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.data.types import Annotation
from harness.runners.joining import numbered
from harness.runners.llm.answers import MalformedAnswer, ParsedAnswer, answer_format, parse_answer
from harness.runners.llm.chunks import Chunk
from harness.runners.llm.failures import FailedRequestError
from harness.runners.llm.placing import Placed, place
from harness.runners.llm.prompts import Prompt
from harness.runners.llm.reply import Reply, usable
from harness.runners.llm.requests import Sampling, SchemaMode, request_body
from harness.runners.llm.session import Session


@dataclass(frozen=True)
class Asking:
    """How the chunks of documents are asked about, in one repetition."""

    session: Session
    prompt: Prompt
    model: str
    mode: SchemaMode
    sampling: Sampling
    extra: Mapping[str, Any]
    repeat: int

    def answer(self, chunk: Chunk, number: int, failed: list[int]) -> list[Placed]:
        """What the model finds in a chunk, or in each part of it.

        `failed` holds the numbers of chunks of the document that have no answer. One behind such a chunk is not asked
        about, since half an answer is none; one before it is, so that the reason is always that of the first.

        Raises:
            FailedRequestError: there is no usable answer.
            InputError: no request can succeed.
        """
        if any(earlier < number for earlier in failed):
            raise FailedRequestError("skipped", "a chunk before this one has no answer")
        self.session.tally.chunk()
        try:
            return list(self._parts(chunk, may_split=True))
        except FailedRequestError:
            failed.append(number)
            raise

    def _parts(self, chunk: Chunk, *, may_split: bool) -> list[Placed]:
        """The answers to a chunk: one, or those of its halves.

        What the model cannot read is halved until it can. An answer that does not end is tried in halves once: a model
        that goes on for ever does so for each of them, and every attempt is paid for.
        """
        try:
            parsed = self._asked(chunk)
        except FailedRequestError as error:
            halves = chunk.halves()
            if error.reason != "context" or not halves:
                raise
            self.session.tally.halved("context")
            return [placed for half in halves for placed in self._parts(half, may_split=may_split)]
        if parsed is None:
            halves = chunk.halves() if may_split else []
            if not halves:
                last = chunk.first + len(chunk.sentences) - 1
                found = f"found an answer to sentences {chunk.first} to {last} that does not end"
                raise FailedRequestError("length", f"{found} within {self.sampling.max_tokens} tokens, wanted it whole")
            self.session.tally.halved("length")
            return [placed for half in halves for placed in self._parts(half, may_split=False)]
        placed = place(chunk, parsed, self.prompt.schema, self.prompt.layers)
        self.session.tally.placed(placed.malformed)
        return [placed]

    def _asked(self, chunk: Chunk) -> ParsedAnswer | None:
        """What the model answers to one request; None where its answer was cut."""
        form = self.mode, answer_format(self.prompt.schema, self.prompt.layers)
        body = request_body(self.model, self.prompt.messages(chunk), form, self.sampling, self.extra)
        about = {
            "document": chunk.document.id,
            "first_sentence": chunk.first,
            "sentences": len(chunk.sentences),
            "repeat": self.repeat,
            "prompt_sha256": self.prompt.sha256,
            "schema_mode": self.mode,
        }
        _, parsed = self.session.ask(body, self.repeat, about, _read)
        return parsed


def _read(reply: Reply) -> ParsedAnswer | None:
    if usable(reply).finish == "length":
        return None
    try:
        return parse_answer(reply.text)
    except MalformedAnswer as error:
        raise FailedRequestError("malformed", str(error)) from None


def joined(parts: Sequence[Placed], layers: Sequence[str]) -> Annotation:
    """The answers to the chunks of a document in one; of a document without sentences, nothing in every layer."""
    annotations = [placed.annotation for placed in parts]

    def layer(name: str) -> tuple[Any, ...] | None:
        # A chunk may name a sentence of another chunk: what two of them answer counts once.
        found = dict.fromkeys(item for annotation in annotations for item in getattr(annotation, name) or ())
        return tuple(found) if name in layers else None

    # The same of what has no place; what one chunk has twice, as the source of two claims, is two.
    unplaced = dict.fromkeys(item for placed in parts for item in numbered(placed.unplaced))
    labels = _labelled_once(layer("sentences"))
    return Annotation(layer("entities"), layer("claims"), labels, tuple(item for item, _ in unplaced))


def _labelled_once(labels: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    """Of several labels of one sentence the first."""
    if labels is None:
        return None
    return tuple({sentence[:2]: sentence for sentence in reversed(labels)}.values())[::-1]
