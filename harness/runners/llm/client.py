"""Requests to an OpenAI-compatible server: tried again while that may help, and every attempt counted.

The package `openai` sends them. Its own retries are off: they are not told to the caller, who pays for them.
"""

import email.utils
import json
import random
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from http import HTTPStatus
from threading import Event, Lock
from typing import Any, Final
from urllib.parse import urlsplit

from harness.data import extras
from harness.data.jsonl import one_line
from harness.data.types import InputError
from harness.runners.llm.budget import Account
from harness.runners.llm.chunks import estimated_tokens
from harness.runners.llm.failures import MOST, FailedRequestError
from harness.runners.llm.keys import redacted
from harness.runners.llm.reply import Reply, read_completion
from harness.runners.llm.statuses import fault_of_status
from harness.runners.llm.timing import timely_client
from harness.runners.llm.usage import Usage, counted

_LONGEST_BACKOFF: Final = 30.0
_LONGEST_WAIT: Final = 120.0
"""Seconds: a server that asks for a longer wait before the next request is not waited for."""
_JITTER: Final = 0.25


def check_endpoint(endpoint: str) -> None:
    """Refuse an address that is none, or that holds what is to be kept secret, which is not shown.

    Raises:
        InputError: it is one of these.
    """
    wanted = "wanted a base URL such as http://127.0.0.1:8080/v1"
    try:
        parts = urlsplit(endpoint)
        # Reading it checks it.
        _ = parts.port
    except ValueError as error:
        raise InputError(f"endpoint: found {endpoint!r} ({error}), {wanted}") from error
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise InputError(f"endpoint: found a name, a password, a query or a fragment in the address, {wanted}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InputError(f"endpoint: found {endpoint!r}, {wanted}")
    if parts.path.rstrip("/").endswith("/chat/completions"):
        raise InputError(f"endpoint: found {endpoint!r}, {wanted}, without /chat/completions")


@dataclass(frozen=True)
class Retrying:
    """How often a request is tried again, and the seconds before the first of these; they double each time."""

    times: int
    backoff: float


@dataclass
class Client:
    """One server. `stopped` is set when no further request is to be sent.

    Until the server has answered anything in its protocol, requests go out one at a time: what is wrong with the
    address, the key or the name of the model is found by the first of them, and costs nothing.
    """

    endpoint: str
    key: str | None
    timeout: float
    retrying: Retrying
    account: Account
    stopped: Event
    sleep: Callable[[float], bool] | None = None
    """Waits so many seconds; True: it was stopped meanwhile. None: the wait of `stopped`."""

    def __post_init__(self) -> None:
        self._is_known = False
        self._alone = Lock()

    def complete(self, body: Mapping[str, Any]) -> Reply:
        """The answer to the chat completion that `body` asks for.

        Raises:
            FailedRequestError: there is none; `attempts` of it says how often was asked.
            InputError: no request can succeed: there is no such server, it speaks another protocol, or it refuses the
                key, the model or a setting.
        """
        if self._is_known:
            return self._all_or_none(body)
        with self._alone:
            return self._all_or_none(body)

    def close(self) -> None:
        """Close all connections; the next request opens new ones."""
        library = vars(self).pop("_library", None)
        if library is not None:
            library.close()

    def _all_or_none(self, body: Mapping[str, Any]) -> Reply:
        try:
            return self._persistent(body)
        except InputError:
            # Before the next thread has its turn.
            self.stopped.set()
            raise

    def _persistent(self, body: Mapping[str, Any]) -> Reply:
        attempt = 0
        while True:
            if self.stopped.is_set():
                raise FailedRequestError("stopped", "the run was stopped before this request")
            try:
                self.account.book()
            except FailedRequestError as error:
                error.attempts = attempt
                raise
            attempt += 1
            began = time.perf_counter()
            try:
                reply = self._once(body)
            except FailedRequestError as error:
                error.attempts = attempt
                if error.is_open:
                    self.account.charge(Usage(_size(body), 0, is_estimated=True))
                wait = self._wait(error, attempt)
                if wait is None:
                    raise
                if (self.sleep or self.stopped.wait)(wait):
                    raise FailedRequestError("stopped", "the run was stopped before this request") from None
                continue
            return replace(reply, attempts=attempt, seconds=time.perf_counter() - began)

    def _wait(self, error: FailedRequestError, attempt: int) -> float | None:
        """Seconds to wait before the next attempt; None: there is none."""
        if not error.is_passing or attempt > self.retrying.times:
            return None
        if error.wait is not None:
            return error.wait if error.wait <= _LONGEST_WAIT else None
        spread = random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 -- so that threads do not return together
        return float(min(self.retrying.backoff * 2 ** min(attempt - 1, 30), _LONGEST_BACKOFF) * spread)

    def _once(self, body: Mapping[str, Any]) -> Reply:
        """The answer to one request."""
        openai, httpx2 = self._openai, self._httpx2
        # An error of the library holds the request with its headers, and messages hold what a server said: nothing of
        # them may be chained to what is raised here.
        fault: Exception
        try:
            response = self._library.post(
                "/chat/completions", body=dict(body), cast_to=httpx2.Response, options=self._options
            )
            return self._read(response.status_code, response.headers, response.content, body)
        except openai.APIStatusError as error:
            response = error.response
            try:
                return self._read(response.status_code, response.headers, response.content, body)
            except (FailedRequestError, InputError) as found:
                fault = found
        except openai.APIConnectionError as error:
            fault = self._broken(error)
        except (FailedRequestError, InputError) as error:
            fault = error
        fault.__context__ = None
        raise fault from None

    def _broken(self, error: Any) -> Exception:
        """What a connection that did not hold until the answer stands for."""
        cause = error.__cause__
        said = str(redacted(one_line(str(cause) or type(cause).__name__), self.key))
        never_there = isinstance(cause, self._httpx2.ConnectError | self._httpx2.ConnectTimeout)
        if isinstance(cause, self._httpx2.UnsupportedProtocol | self._httpx2.LocalProtocolError) or (
            never_there and not self._is_known
        ):
            return InputError(f"{self.endpoint}: found no server ({said}), wanted one that answers")
        if isinstance(error, self._openai.APITimeoutError) and not never_there:
            detail = f"found no answer within {self.timeout:g} seconds, wanted one"
            return FailedRequestError("timeout", detail, is_passing=True, is_open=True)
        detail = f"found a broken connection ({said}), wanted an answer"
        return FailedRequestError("connection", detail, is_passing=True, is_open=not never_there)

    def _read(self, status: int, headers: Mapping[str, str], content: bytes, body: Mapping[str, Any]) -> Reply:
        """The answer in a response of HTTP."""
        text = content.decode("utf-8-sig", "replace")
        try:
            answer = redacted(json.loads(text), self.key)
        except (ValueError, RecursionError):
            answer = None
        said = one_line(redacted(text, self.key).strip(), MOST)
        if status == HTTPStatus.OK and isinstance(answer, dict) and not isinstance(answer.get("error"), dict):
            return self._completion(answer, said, body)
        if status == HTTPStatus.OK and not isinstance(answer, dict):
            if not self._is_known:
                wanted = "wanted chat completions in JSON: is this the base URL of an OpenAI-compatible server?"
                raise InputError(f"{self.endpoint}: found status 200 with {said[:80]!r}, {wanted}")
            raise FailedRequestError("protocol", f"found no JSON but {said[:80]!r}", is_passing=True)
        # Proxies pass the errors of others on under status 200, with the status of these inside.
        problem = answer.get("error") if isinstance(answer, dict) else None
        inner = problem.get("code") if isinstance(problem, dict) else None
        if status == HTTPStatus.OK:
            status = inner if isinstance(inner, int) and 400 <= inner < 600 else HTTPStatus.BAD_GATEWAY.value
        fault = fault_of_status(status, answer, said, body, _retry_after(headers))
        if isinstance(fault, InputError):
            raise InputError(f"{self.endpoint}: {fault}")
        self._is_known = True
        raise fault

    def _completion(self, answer: Mapping[str, Any], said: str, body: Mapping[str, Any]) -> Reply:
        if "choices" not in answer and not self._is_known:
            wanted = "wanted chat completions: is this the base URL of an OpenAI-compatible server?"
            raise InputError(f"{self.endpoint}: found status 200 with {said[:80]!r}, {wanted}")
        self._is_known = True
        try:
            reply = read_completion(answer, Usage(_size(body), 0))
        except FailedRequestError:
            # The question was read all the same.
            self.account.charge(counted(answer) or Usage(_size(body), 0, is_estimated=True))
            raise
        self.account.charge(reply.usage)
        return reply

    @cached_property
    def _openai(self) -> Any:
        return extras.require("openai", "llm", "runner=llm")

    @cached_property
    def _httpx2(self) -> Any:
        return extras.require("httpx2", "llm", "runner=llm")

    @cached_property
    def _library(self) -> Any:
        timely = timely_client(self._httpx2, self.timeout, self._openai.DEFAULT_CONNECTION_LIMITS)
        library = self._openai.OpenAI(
            base_url=self.endpoint, api_key=self.key or "none", timeout=self.timeout, max_retries=0, http_client=timely
        )
        # The package closes only clients of its own making by itself.
        weakref.finalize(library, timely.close)
        return library

    @cached_property
    def _options(self) -> dict[str, Any]:
        """Without a key no header is sent that would hold one."""
        return {} if self.key is not None else {"headers": {"Authorization": self._openai.Omit()}}


def _size(body: Mapping[str, Any]) -> int:
    """Tokens of a request, estimated."""
    messages: Sequence[Mapping[str, str]] = body.get("messages", ())
    return sum(estimated_tokens(message["content"]) for message in messages)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks to wait, which it gives as a number or as a date; None where it says nothing."""
    said = headers.get("retry-after")
    if said is None:
        return None
    try:
        seconds = float(said)
    except ValueError:
        parsed = email.utils.parsedate_tz(said)
        if parsed is None:
            return None
        seconds = email.utils.mktime_tz(parsed) - time.time()
    # Not a number is more than nothing and less than nothing.
    return max(seconds, 0.0) if seconds == seconds else None
