"""Answers that end in time, however slowly they come.

A time-out of httpx2 is between two pieces of an answer: a gateway that sends a blank now and then keeps a request open
for hours.
"""

import time
from collections.abc import Iterator
from typing import Any, Final

_ENDS: Final = "harness_ends"


def timely_client(httpx2: Any, seconds: float, limits: Any) -> Any:
    """A client of `httpx2` for which an answer that is not whole `seconds` after its request began is a time-out.

    It is noticed with the next piece of the answer, which may itself be as late as that. By hooks, and not by a
    transport of its own, for which a client passes over the proxies of the environment.
    """

    class Timely(httpx2.SyncByteStream):  # type: ignore[misc]  # a package that only the extra brings
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

    def begin(request: Any) -> None:
        # A request that was sent on to another address has the extensions of the first.
        request.extensions = {_ENDS: time.monotonic() + seconds, **request.extensions}

    def limit(response: Any) -> None:
        response.stream = Timely(response.stream, response.request.extensions[_ENDS])

    hooks = {"request": [begin], "response": [limit]}
    return httpx2.Client(timeout=seconds, limits=limits, follow_redirects=True, event_hooks=hooks)
