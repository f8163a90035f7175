"""What is sent: the body of a chat completion, with the form of the answer as the server can be asked for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from harness.data.types import InputError

SchemaMode = Literal["json_schema", "json_object", "guided_json", "none"]
"""How a server is told which form the answer has."""

_OWN: Final = ("model", "messages", "response_format", "guided_json", "stream", "n")
"""Fields of a request that no `extra` may hold: what is read of an answer depends on them."""


@dataclass(frozen=True)
class Sampling:
    """What decides between answers that the model holds possible; None: the field is not sent."""

    temperature: float | None = 0.0
    seed: int | None = None
    max_tokens: int | None = None

    def repeated(self, times: int) -> "Sampling":
        """The same for the repetition of that number, from 0: another seed, if there is one."""
        seed = None if self.seed is None else self.seed + times
        return Sampling(self.temperature, seed, self.max_tokens)


def check_extra(extra: Mapping[str, Any]) -> None:
    """Refuse further fields of a request that are the runner's.

    Raises:
        InputError: there is one.
    """
    own = [name for name in extra if name in _OWN]
    if own:
        raise InputError(f"extra: found {own[0]}, wanted further fields of a request, none of {', '.join(_OWN)}")


def request_body(
    model: str,
    messages: Sequence[Mapping[str, str]],
    form: tuple[SchemaMode, Mapping[str, Any]],
    sampling: Sampling,
    extra: Mapping[str, Any],
) -> dict[str, Any]:
    """A chat completion that asks `model` for an answer to `messages` in `form`: how, and the JSON Schema."""
    body: dict[str, Any] = {"model": model, "messages": [dict(message) for message in messages]}
    settings = {"temperature": sampling.temperature, "seed": sampling.seed, "max_tokens": sampling.max_tokens}
    body |= {name: value for name, value in settings.items() if value is not None}
    mode, schema = form
    if mode == "json_schema":
        named = {"name": "annotation", "strict": True, "schema": dict(schema)}
        body["response_format"] = {"type": "json_schema", "json_schema": named}
    elif mode == "json_object":
        body["response_format"] = {"type": "json_object"}
    elif mode == "guided_json":
        body["guided_json"] = dict(schema)
    return body | dict(extra)
