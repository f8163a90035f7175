"""Tokens of a request: as the server counts them, or as they are estimated where it does not say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Usage:
    """Tokens that went in and came out; `is_estimated` where the server counted none."""

    tokens_in: int
    tokens_out: int
    is_estimated: bool = False

    @property
    def tokens(self) -> int:
        """Both together, which budgets and prices go by."""
        return self.tokens_in + self.tokens_out

    def record(self) -> dict[str, object]:
        """The numbers as plain values; `usage_of` reads them back."""
        return {"tokens_in": self.tokens_in, "tokens_out": self.tokens_out, "is_estimated": self.is_estimated}


def usage_of(record: object) -> Usage | None:
    """What `record` wrote; None where it is no such record."""
    if not isinstance(record, dict) or not (_is_count(record.get("tokens_in")) and _is_count(record.get("tokens_out"))):
        return None
    return Usage(record["tokens_in"], record["tokens_out"], record.get("is_estimated") is True)


def counted(answer: Mapping[str, Any]) -> Usage | None:
    """What an answer of the protocol says under `usage`; None where it says nothing that can be used."""
    said = answer.get("usage")
    if not isinstance(said, dict) or not (_is_count(said.get("prompt_tokens"))):
        return None
    given: int = said["prompt_tokens"]
    out, total = said.get("completion_tokens"), said.get("total_tokens")
    if type(out) is not int:
        out = total - given if type(total) is int else 0
    return Usage(given, max(out, 0))


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0
