"""Why a document has no answer: reasons that are counted, each with what was found."""

from typing import Final

from harness.data.jsonl import one_line

MOST: Final = 300
"""Characters of what a server says that are kept in the record of a failure."""


class FailedRequestError(Exception):
    """A request without a usable answer; it costs the document that it belongs to, and no other.

    `reason` is what failures are counted by: timeout, connection, `status 500` and the like, protocol, context, length,
    refusal, content_filter, empty, malformed, budget, error. `is_passing` is whether the same request may succeed a
    little later, `wait` the seconds that the server asks to wait before it. `is_open` is whether the server may have
    worked on an answer that never came. `attempts` is how often was asked.
    """

    def __init__(
        self, reason: str, detail: str, *, is_passing: bool = False, wait: float | None = None, is_open: bool = False
    ) -> None:
        self.reason, self.detail = reason, one_line(detail, MOST)
        self.is_passing, self.wait, self.is_open = is_passing, wait, is_open
        self.attempts = 0
        super().__init__(f"{reason}: {self.detail}")
