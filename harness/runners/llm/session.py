"""Questions of one run: answered from the cache or by the server, and each kept, counted and paid for once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any, TypeVar

from harness.runners.llm.budget import Account
from harness.runners.llm.cache import Cache, request_hash
from harness.runners.llm.client import Client
from harness.runners.llm.failures import FailedRequestError
from harness.runners.llm.records import Records
from harness.runners.llm.reply import Reply
from harness.runners.llm.tally import Tally

T = TypeVar("T")


@dataclass
class Session:
    """What the repetitions of a runner share: cache, account, counts, and the client, which is made when first needed.

    So answers that are all in the cache need neither a key nor a server.
    """

    endpoint: str
    make_client: Callable[["Session"], Client]
    cache: Cache
    account: Account
    records: Records
    tally: Tally = field(default_factory=Tally)
    stopped: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)
    _client: Client | None = None

    def ask(
        self, body: Mapping[str, Any], repeat: int, about: Mapping[str, object], read: Callable[[Reply], T]
    ) -> tuple[Reply, T]:
        """The answer to a request, and what `read` makes of it; `about` says for what it is asked, for the record.

        An answer is kept in the cache if `read` can use it. A question that another thread is asking already is not
        put twice.

        Raises:
            FailedRequestError: there is no answer, or `read` raised it.
            InputError: no request can succeed.
        """
        name = request_hash(self.endpoint, body, repeat)
        while True:
            known = self._known(name, about, read)
            if known is not None:
                return known
            waiting = self.cache.claim(name)
            if waiting is None:
                return self._first(name, body, about, read)
            if not waiting.result():
                # What the first thread was told may not hold for this question, such as a spent budget: ask again.
                continue

    def close(self) -> None:
        """Close all connections; the next question opens new ones."""
        with self._lock:
            if self._client is not None:
                self._client.close()

    def _known(self, name: str, about: Mapping[str, object], read: Callable[[Reply], T]) -> tuple[Reply, T] | None:
        """What the cache has; None where it has nothing, or what cannot be read."""
        reply = self.cache.get(name)
        if reply is None:
            return None
        try:
            made = read(reply)
        except FailedRequestError:
            # Not of our making, or read otherwise when it was kept: as good as none.
            return None
        self.tally.hit(reply)
        self._record(name, about, reply, cached=True)
        return reply, made

    def _first(
        self, name: str, body: Mapping[str, Any], about: Mapping[str, object], read: Callable[[Reply], T]
    ) -> tuple[Reply, T]:
        kept = False
        try:
            # Another thread may have been done with it between the look into the cache and the claim.
            known = self._known(name, about, read)
            if known is not None:
                kept = True
                return known
            try:
                reply = self._opened().complete(body)
            except FailedRequestError as error:
                self.tally.unanswered(error)
                self._record(name, about, None, error=error)
                raise
            self.tally.asked(reply)
            try:
                made = read(reply)
            except FailedRequestError as error:
                self._record(name, about, reply, error=error)
                raise
            self.cache.put(name, reply, {"endpoint": self.endpoint, "model": body["model"]})
            kept = True
            self._record(name, about, reply)
            return reply, made
        finally:
            self.cache.settle(name, kept=kept)

    def _opened(self) -> Client:
        with self._lock:
            if self._client is None:
                self._client = self.make_client(self)
            return self._client

    def _record(
        self,
        name: str,
        about: Mapping[str, object],
        reply: Reply | None,
        *,
        cached: bool = False,
        error: FailedRequestError | None = None,
    ) -> None:
        answer: dict[str, object] = (
            {"text": None, "finish_reason": None, "model": None, "usage": None, "attempts": 0, "seconds": None}
            if reply is None
            else reply.record()
        )
        if reply is None and error is not None:
            answer["attempts"] = error.attempts
        failed = None if error is None else {"reason": error.reason, "detail": error.detail}
        self.records.add({**about, "request": name, **answer, "cached": cached, "error": failed})
