"""Answers that end in time, however slowly they come.

A time-out of httpx2 is between two pieces of an answer: a gateway that sends a blank now and then keeps a request open
for hours. Imported where a client is made, since only that needs the package.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx2

_ENDS = "harness_ends"


class TimelyClient(httpx2.Client):
    """A client for which an answer that is not whole `seconds` after its request began is a time-out.

    By hooks, and not by a transport of its own, for which a client passes over the proxies of the environment. It is
    closed with its last user.
    """

    def __init__(self, seconds: float, limits: httpx2.Limits) -> None:
        hooks: Mapping[str, list[Callable[..., Any]]] = {"request": [self._begin], "response": [self._limit]}
        self.seconds = seconds
        super().__init__(timeout=seconds, limits=limits, follow_redirects=True, event_hooks=hooks)

    def __del__(self) -> None:
        if not self.is_closed:
            self.close()

    def _begin(self, request: httpx2.Request) -> None:
        request.extensions = {**request.extensions, _ENDS: time.monotonic() + self.seconds}

    def _limit(self, response: httpx2.Response) -> None:
        response.stream = _Timely(response.stream, response.request.extensions[_ENDS])


class _Timely(httpx2.SyncByteStream):
    def __init__(self, stream: Any, ends: float) -> None:
        self.stream = stream
        self.ends = ends

    def __iter__(self) -> Iterator[bytes]:
        for part in self.stream:
            if time.monotonic() > self.ends:
                raise httpx2.ReadTimeout("the time is over")
            yield part

    def close(self) -> None:
        self.stream.close()
