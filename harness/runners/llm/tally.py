"""What a run took and came to, in numbers: requests, tokens, time, and failures by reason."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from harness.runners.llm.budget import Account
from harness.runners.llm.failures import FailedRequestError
from harness.runners.llm.reply import Reply
from harness.show.formats import counted

_PERCENTILES: Final = (50, 90, 99)


@dataclass
class Tally:
    """Counts of one run, from several threads."""

    requests: int = 0
    """Questions that were put to the server; an attempt more for each time that one was tried again."""
    attempts: int = 0
    cache_hits: int = 0
    cached_tokens_in: int = 0
    cached_tokens_out: int = 0
    chunks: int = 0
    split: Counter[str] = field(default_factory=Counter)
    """Chunks that were asked in two halves, by the reason: length or context."""
    malformed_items: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    """Documents without an answer, by the reason."""
    latencies: list[float] = field(default_factory=list)
    models: set[str] = field(default_factory=set)
    """The names of models that answered, as the server has them."""
    _lock: Lock = field(default_factory=Lock)

    def chunk(self) -> None:
        """Count a chunk of a document."""
        with self._lock:
            self.chunks += 1

    def halved(self, reason: str) -> None:
        """Count a chunk that is asked in two halves."""
        with self._lock:
            self.split[reason] += 1

    def placed(self, malformed: int) -> None:
        """Count the malformed items of an answer."""
        with self._lock:
            self.malformed_items += malformed

    def hit(self, reply: Reply) -> None:
        """Count an answer that was there already."""
        with self._lock:
            self.cache_hits += 1
            self.cached_tokens_in += reply.usage.tokens_in
            self.cached_tokens_out += reply.usage.tokens_out
            self._served(reply)

    def asked(self, reply: Reply) -> None:
        """Count a question that was answered."""
        with self._lock:
            self.requests += 1
            self.attempts += reply.attempts
            self.latencies.append(reply.seconds)
            self._served(reply)

    def unanswered(self, error: FailedRequestError) -> None:
        """Count a question that was put, and not answered."""
        with self._lock:
            self.requests += bool(error.attempts)
            self.attempts += error.attempts

    def failed(self, reason: str) -> None:
        """Count a document without an answer."""
        with self._lock:
            self.failures[reason] += 1

    def _served(self, reply: Reply) -> None:
        if reply.model is not None:
            self.models.add(reply.model)

    def figures(self, account: Account) -> dict[str, float]:
        """All numbers by name; cost only where it is known, percentiles only where something was asked."""
        asked = self.requests + self.cache_hits
        numbers: dict[str, float] = {
            "requests": self.requests,
            "attempts": self.attempts,
            "retries": self.attempts - self.requests,
            "cache_hits": self.cache_hits,
            "tokens_in": account.tokens_in,
            "tokens_out": account.tokens_out,
            "tokens_estimated": account.tokens_estimated,
            "cached_tokens_in": self.cached_tokens_in,
            "cached_tokens_out": self.cached_tokens_out,
            "chunks": self.chunks,
            "split": self.split.total(),
            "malformed_items": self.malformed_items,
        }
        if asked:
            numbers["cache_hit_rate"] = self.cache_hits / asked
        if account.costing is not None:
            numbers["cost"] = account.cost
        for reason, count in sorted(self.failures.items()):
            numbers[f"failures/{re.sub(r'[^A-Za-z0-9_]', '_', reason)}"] = count
        for percent in _PERCENTILES if self.latencies else ():
            numbers[f"latency_p{percent}"] = _percentile(self.latencies, percent)
        return {name: float(number) for name, number in numbers.items()}

    def remarks(self, account: Account) -> list[str]:
        """The same for people, in few lines: what was asked and paid, what was split, what was not asked."""
        asked = self.requests + self.cache_hits
        if not asked and not self.failures:
            return []
        rate = f" ({self.cache_hits / asked:.0%} from the cache)" if asked else ""
        tried = f", {self.attempts - self.requests} tried again" if self.attempts > self.requests else ""
        tokens = f"{counted(account.tokens_in, 'token')} in, {account.tokens_out} out"
        guessed = f", {account.tokens_estimated} of them estimated" if account.tokens_estimated else ""
        cost = "" if account.costing is None else f", {account.cost:.4f} US dollars"
        said = [
            f"{counted(asked, 'question')}{rate}; {counted(self.requests, 'request')}{tried}; {tokens}{guessed}{cost}"
        ]
        for reason, count in sorted(self.split.items()):
            why = {"length": "whose answer did not end within max_tokens", "context": "longer than the model reads"}
            each = "it" if count == 1 else "each"
            said.append(f"found {counted(count, 'chunk')} {why[reason]}; {each} was asked in two halves")
        if self.malformed_items:
            have = "it has" if self.malformed_items == 1 else "they have"
            said.append(f"found {counted(self.malformed_items, 'item')} without what {have} to hold; left out")
        if self.failures:
            counts = ", ".join(f"{count} {reason}" for reason, count in self.failures.most_common())
            said.append(f"found {counted(self.failures.total(), 'document')} without an answer ({counts})")
        if self.failures["budget"]:
            found = f"found the budget spent with {counted(self.failures['budget'], 'document')} not answered"
            rest = "it" if self.failures["budget"] == 1 else "them"
            said.append(f"{found}; the same command again goes on with {rest}, as long as the cache is kept")
        return said


def _percentile(values: Sequence[float], percent: int) -> float:
    """The least value that so many per cent of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(math.ceil(len(ordered) * percent / 100), 1) - 1]
