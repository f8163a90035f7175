"""What a server answers to a request, and how it is read from the protocol's JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.runners.llm.chunks import estimated_tokens
from harness.runners.llm.failures import FailedRequestError
from harness.runners.llm.usage import Usage, counted, usage_of


@dataclass(frozen=True)
class Reply:
    """The text of an answer, why it ended, what it took, and the name of the model as the server has it."""

    text: str
    finish: str | None
    usage: Usage
    model: str | None = None
    refusal: str | None = None
    attempts: int = 1
    seconds: float = 0.0
    """Of the request that was answered, waiting before it left out."""

    def record(self) -> dict[str, object]:
        """The answer as plain values; `reply_of` reads them back."""
        return {
            "text": self.text,
            "finish_reason": self.finish,
            "model": self.model,
            "usage": self.usage.record(),
            "attempts": self.attempts,
            "seconds": round(self.seconds, 6),
        }


def reply_of(record: object) -> Reply | None:
    """What `record` wrote; None where it is no such record."""
    if not isinstance(record, dict):
        return None
    usage, text, finish, model = usage_of(record.get("usage")), *map(record.get, ("text", "finish_reason", "model"))
    attempts, seconds = record.get("attempts"), record.get("seconds")
    if usage is None or not isinstance(text, str) or not all(isinstance(name, str | None) for name in (finish, model)):
        return None
    if type(attempts) is not int or not isinstance(seconds, int | float):
        return None
    return Reply(text, finish, usage, model, None, attempts, float(seconds))


def read_completion(answer: Mapping[str, Any], estimate: Usage) -> Reply:
    """The first choice of a chat completion; `estimate` has the tokens of the request.

    Raises:
        FailedRequestError: it has no choice, and the reason is `protocol`.
    """
    choices = answer.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise FailedRequestError("protocol", "found an answer without a choice, wanted choices with a message")
    content, finish, model = message.get("content"), choice.get("finish_reason"), answer.get("model")
    if isinstance(content, list):
        # Some servers give the parts of a message, as requests may have them.
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        content = "".join(part for part in parts if isinstance(part, str))
    text = content if isinstance(content, str) else ""
    refusal = message.get("refusal")
    usage = counted(answer)
    if usage is None:
        usage = Usage(estimate.tokens_in, estimated_tokens(text), is_estimated=True)
    return Reply(
        text,
        finish if isinstance(finish, str) else None,
        usage,
        model if isinstance(model, str) else None,
        refusal if isinstance(refusal, str) and refusal.strip() else None,
    )


def usable(reply: Reply) -> Reply:
    """`reply`, if it holds an answer, whole or cut.

    Raises:
        FailedRequestError: the model refused, a filter stepped in, or there is no text.
    """
    if reply.refusal is not None:
        raise FailedRequestError("refusal", reply.refusal)
    if reply.finish == "content_filter":
        raise FailedRequestError("content_filter", "found finish_reason content_filter, wanted an answer")
    if not reply.text.strip() and reply.finish != "length":
        raise FailedRequestError("empty", f"found no text (finish_reason {reply.finish}), wanted an answer")
    return reply
